//! The triples that a query of one's own made.

use std::collections::BTreeMap;

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedOrBlankNode, Term, Triple};
use petgraph::graph::NodeIndex;

use crate::diagram::facts::{Id, last_part};
use crate::diagram::view::{Arrow, Builder, Context, Layout, Node, Quote, Tie, View};
use crate::ontology::vocab;

/// Class of things of which no class is known.
pub(in crate::diagram) const THING: &str = "http://www.w3.org/2000/01/rdf-schema#Resource";
/// Class of values.
pub(in crate::diagram) const VALUE: &str = "http://www.w3.org/2000/01/rdf-schema#Literal";

/// What the triples themselves say of the looks of a thing.
#[derive(Default)]
struct Said<'a> {
    classes: BTreeMap<&'a str, &'a str>,
    labels: BTreeMap<&'a str, &'a str>,
}

/// Everything that the triples name. A class or a label that they give is shown as such and not as a line; where a
/// document states what a triple says, the line carries the quote.
pub(super) fn view(context: &Context<'_>, title: &str, triples: &[Triple]) -> View {
    let Context { facts, style, words, .. } = context;
    let mut said = Said::default();
    let mut lines = Vec::new();
    for triple in triples {
        let NamedOrBlankNode::NamedNode(subject) = &triple.subject else {
            lines.push(triple);
            continue;
        };
        let predicate = triple.predicate.as_ref();
        match &triple.object {
            Term::NamedNode(class) if predicate == rdf::TYPE => {
                said.classes.entry(subject.as_str()).or_insert(class.as_str());
            }
            Term::Literal(label) if predicate == rdfs::LABEL || predicate == vocab::PREF_LABEL => {
                said.labels.entry(subject.as_str()).or_insert(label.value());
            }
            _ => lines.push(triple),
        }
    }
    let mut builder = Builder::new(context);
    let named = |builder: &mut Builder<'_>, iri: &str| -> (NodeIndex, Option<Id>) {
        if let Some(id) = facts.entity_id(iri) {
            return (builder.entity(id), Some(id));
        }
        let label = said.labels.get(iri).map_or_else(|| style.label(iri), |label| (*label).to_owned());
        let class = said.classes.get(iri).copied().unwrap_or(THING).to_owned();
        (builder.node(iri, Node { iri: iri.to_owned(), class, label, ..Node::default() }), None)
    };
    for triple in lines {
        let (from, subject) = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => named(&mut builder, node.as_str()),
            NamedOrBlankNode::BlankNode(node) => (blank(&mut builder, node.as_str()), None),
        };
        let (to, object) = match &triple.object {
            Term::NamedNode(node) => named(&mut builder, node.as_str()),
            Term::BlankNode(node) => (blank(&mut builder, node.as_str()), None),
            Term::Literal(literal) => {
                let label = literal.value().to_owned();
                let node = Node { class: VALUE.to_owned(), label, ..Node::default() };
                // A value belongs to its subject: two that are the same by chance are no link.
                (builder.node(&format!("{} {}", triple.subject, triple.object), node), None)
            }
            #[expect(unreachable_patterns, reason = "other kinds of terms exist where the engine is built with them")]
            _ => continue,
        };
        if from == to {
            continue;
        }
        let predicate = triple.predicate.as_str();
        let ids = subject.zip(facts.predicate_id(predicate)).zip(object);
        let stated = ids.map(|((s, p), o)| {
            let first = facts.claims.partition_point(|c| (c.subject, c.predicate, c.object) < (s, p, o));
            facts.claims[first..].iter().take_while(move |c| (c.subject, c.predicate, c.object) == (s, p, o))
        });
        let mut stated = stated.into_iter().flatten().peekable();
        if stated.peek().is_none() {
            builder.link(from, to, Tie::Claim, Arrow::Forward).add(predicate, None, Quote::default());
        }
        for claim in stated {
            builder.claim_between(from, to, predicate, claim);
        }
    }
    let title = if title.is_empty() { words.construct.clone() } else { title.to_owned() };
    // Trees are read best from left to right.
    let graph = builder.finish();
    let layout = if graph.edge_count() <= graph.node_count() { Layout::Layers } else { Layout::Force };
    View { framed: false, ..View::of(title, layout, graph, context) }
}

fn blank(builder: &mut Builder<'_>, name: &str) -> NodeIndex {
    let key = format!("_:{name}");
    builder.node(&key, Node { class: THING.to_owned(), label: last_part(&key), ..Node::default() })
}
