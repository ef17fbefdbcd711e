//! One policy document: who issued it, what it supports, who cites it.

use super::find::find;
use super::{is, of_class};
use crate::diagram::view::{Arrow, Builder, Context, Layout, Tie, View};
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};
use crate::ontology::vocab;

/// The policy called `name`, all that is stated of it, who issued the letters that cite it, and the enterprises that one
/// sentence names with it.
pub(super) fn view(context: &Context<'_>, name: &str) -> Result<View, DiagramError> {
    let Context { facts, style, words, .. } = context;
    let policy = find(context, name, Some(vocab::POLICY_DOCUMENT.as_str()))?;
    let letters = facts.letters();
    let issued_by = facts.predicate_id(vocab::ISSUED_BY.as_str());
    let mut builder = Builder::new(context);
    let node = builder.entity(policy);
    builder.graph[node].focus = true;
    for claim in facts.claims.iter().filter(|claim| [claim.subject, claim.object].contains(&policy)) {
        builder.claim(claim);
    }
    for claim in &facts.claims {
        let letter = letters.contains(&claim.subject) && builder.find(claim.subject).is_some();
        if letter && is(issued_by, claim.predicate) {
            builder.claim(claim);
        }
    }
    let enterprises = of_class(facts, style, vocab::ENTERPRISE.as_str());
    for passage in facts.passages.iter().filter(|passage| passage.mentions.contains(&policy)) {
        for enterprise in passage.mentions.iter().filter(|id| enterprises.contains(id)) {
            let other = builder.entity(*enterprise);
            if builder.graph.find_edge_undirected(node, other).is_none_or(|(edge, _)| builder.graph[edge].places > 0) {
                let link = builder.link(node, other, Tie::Passage, Arrow::None);
                link.places += 1;
                link.documents.insert(passage.document);
                if link.quote.text.is_empty() {
                    link.quote = facts.quote(passage.document, &passage.quote);
                }
            }
        }
    }
    let title = fill(&words.policy, &[("name", &label::shorten(&facts.entity(policy).label, 40))]);
    Ok(View::of(title, Layout::Layers, builder.finish(), context))
}
