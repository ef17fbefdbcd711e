//! All entities and what is stated between them.

use super::facts::Facts;
use super::prune;
use super::style::Style;
use super::view::{Arrow, Builder, Quote, Subject, Tie, View, part};
use crate::ontology::vocab;

/// The `top` most central entities. The letters themselves are left out, because each is tied to everything that it
/// names and would be the hub of the picture; with `documents` they are shown.
pub(super) fn view(facts: &Facts, style: &Style, top: usize, documents: bool) -> View {
    let letters = facts.letters();
    let mut builder = Builder::new(facts, style);
    for iri in facts.entities.keys() {
        if documents || !letters.contains(iri.as_str()) {
            builder.entity(iri);
        }
    }
    if documents {
        add_plain_documents(&mut builder, facts);
    }
    builder.claims();
    let mut all = builder.finish();
    prune::rank(&mut all, None);
    let shown = part(&all, &prune::select(&all, top));
    View::new(Subject::Network, &all, shown, facts)
}

/// Files that hold no letter stand for themselves, tied to what they name.
fn add_plain_documents(builder: &mut Builder<'_>, facts: &Facts) {
    for (iri, document) in facts.documents.iter().filter(|(_, document)| document.records.is_empty()) {
        builder.node(iri, vocab::DOCUMENT.as_str(), &document.name, Vec::new(), 1);
        for entity in &document.mentions {
            if let Some(link) = builder.link(iri, entity, Tie::Passage, Arrow::Forward) {
                link.add(vocab::MENTIONS.as_str(), iri, Quote::default());
            }
        }
    }
}
