//! All entities and what is stated between them.

use std::collections::BTreeSet;

use crate::diagram::facts::Id;
use crate::diagram::prune;
use crate::diagram::view::{Arrow, Builder, Context, Layout, Node, Quote, Tie, View};
use crate::diagram::web::Web;
use crate::ontology::vocab;

/// The most central entities. The letters themselves are left out, because each is tied to everything that it names and
/// would be the hub of the picture; with `documents` they are shown.
pub(super) fn view(context: &Context<'_>) -> View {
    let Context { facts, style, words, request } = context;
    let title = words.network.clone();
    if request.documents {
        let mut builder = Builder::new(context);
        for (id, _) in facts.all() {
            builder.entity(id);
        }
        add_plain_documents(&mut builder, context);
        builder.claims();
        return View::of(title, Layout::Force, builder.finish(), context);
    }
    // Only what is shown is built in full: of a large store, ranking the bare web is most of the work already.
    let letters = facts.letters();
    let web =
        Web::of_claims(facts, style, |claim| !letters.contains(&claim.subject) && !letters.contains(&claim.object));
    let ranks = prune::rank(&web, None);
    let candidates = facts.entities.len() - letters.len();
    let kept: BTreeSet<usize> = prune::select(&web, &ranks, request.top);
    let mut builder = Builder::new(context);
    for (id, _) in facts.all().filter(|(id, _)| kept.contains(&(*id as usize)) && !letters.contains(id)) {
        let node = builder.entity(id);
        builder.graph[node].rank = ranks[id as usize];
    }
    builder.claims();
    View::new(title, Layout::Force, builder.finish(), facts).out_of(candidates, web.relations)
}

/// Files that hold no letter stand for themselves, tied to what they name.
fn add_plain_documents(builder: &mut Builder<'_>, context: &Context<'_>) {
    for (id, document) in (0..).zip(&context.facts.documents).filter(|(_, document)| document.records.is_empty()) {
        let id: Id = id;
        let node = builder.node(
            &document.iri,
            Node {
                iri: document.iri.clone(),
                class: vocab::DOCUMENT.as_str().to_owned(),
                label: document.name.clone(),
                documents: 1,
                ..Node::default()
            },
        );
        for entity in &document.mentions {
            let entity = builder.entity(*entity);
            let link = builder.link(node, entity, Tie::Passage, Arrow::Forward);
            link.add(vocab::MENTIONS.as_str(), Some(id), Quote::default());
        }
    }
}
