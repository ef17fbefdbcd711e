//! What a picture shows: a small graph of entities with all that its drawing needs, and the words about what is left out.
//!
//! One file a kind fills it: [`super::network`], [`super::ego`], [`super::citations`].

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::facts::{Entity, Facts};
use super::style::Style;

/// One entity in the picture.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub iri: String,
    /// IRI of its class.
    pub class: String,
    pub label: String,
    pub aliases: Vec<String>,
    /// Number of documents that name it.
    pub documents: usize,
    /// How central it is among all candidates; see [`super::prune::rank`].
    pub rank: f64,
    /// Whether the picture is about it.
    pub focus: bool,
}

/// How firmly two entities are tied, the firmest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// A document states a relation between them.
    Claim,
    /// They stand in one sentence.
    Passage,
    /// They stand in one numbered section.
    Section,
}

/// A relation that documents state between two entities.
#[derive(Clone, Debug, Default)]
pub(super) struct Relation {
    /// The documents that state it.
    pub documents: BTreeSet<String>,
    /// The first passage that states it.
    pub quote: Quote,
}

/// Words of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Quote {
    pub text: String,
    /// Name of the document.
    pub document: String,
}

/// One line of the picture: all that leads from one entity to another.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Predicate → relation; empty when the two are only named together.
    pub relations: BTreeMap<String, Relation>,
    pub tie: Tie,
    /// The documents behind it.
    pub documents: BTreeSet<String>,
    /// Sentences, for [`Tie::Section`] sections, that name both; 0 where that is not counted.
    pub places: usize,
    /// The passage that names both, when no relation is stated.
    pub quote: Quote,
    /// Where the arrow points.
    pub arrow: Arrow,
}

/// Where the arrow of a line points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrow {
    Forward,
    Back,
    Both,
    None,
}

impl Link {
    /// A line with nothing on it yet.
    pub fn new(tie: Tie, arrow: Arrow) -> Self {
        let (relations, documents, quote) = Default::default();
        Self { relations, tie, documents, places: 0, quote, arrow }
    }

    /// Puts a stated relation on the line.
    pub fn add(&mut self, predicate: &str, document: &str, quote: Quote) {
        let relation = self.relations.entry(predicate.to_owned()).or_default();
        if relation.quote.text.is_empty() {
            relation.quote = quote;
        }
        relation.documents.insert(document.to_owned());
        self.documents.insert(document.to_owned());
    }

    /// How much the line counts when entities are ranked.
    pub fn weight(&self) -> f64 {
        (self.documents.len() + self.relations.len()).max(1) as f64
    }

    /// How many relations it stands for: itself, when none is stated.
    pub fn relation_count(&self) -> usize {
        self.relations.len().max(1)
    }
}

/// What the picture is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Network,
    Ego { name: String, depth: usize },
    Citations,
}

/// The entities and lines to draw.
#[derive(Debug)]
pub(super) struct View {
    pub subject: Subject,
    pub graph: DiGraph<Node, Link>,
    /// Entities among which the shown ones were chosen, the shown ones included.
    pub candidates: usize,
    /// Relations between candidates that are not drawn.
    pub left_out: usize,
    /// Names of the documents behind the lines, sorted.
    pub sources: Vec<String>,
}

impl View {
    /// The view that shows `graph`, chosen from `all`.
    pub fn new(subject: Subject, all: &DiGraph<Node, Link>, graph: DiGraph<Node, Link>, facts: &Facts) -> Self {
        let count = |graph: &DiGraph<Node, Link>| graph.edge_weights().map(Link::relation_count).sum::<usize>();
        let documents: BTreeSet<&String> = graph.edge_weights().flat_map(|link| &link.documents).collect();
        let mut sources: Vec<String> = documents.into_iter().map(|iri| facts.document_name(iri).to_owned()).collect();
        sources.sort();
        sources.dedup();
        Self { subject, candidates: all.node_count(), left_out: count(all) - count(&graph), graph, sources }
    }

    /// Number of relations that the lines stand for.
    pub fn relations(&self) -> usize {
        self.graph.edge_weights().map(Link::relation_count).sum()
    }
}

/// Builds a graph out of entities, in the order in which they are asked for, and lines between them.
pub(super) struct Builder<'a> {
    facts: &'a Facts,
    style: &'a Style,
    graph: DiGraph<Node, Link>,
    nodes: BTreeMap<String, NodeIndex>,
    lines: BTreeMap<(NodeIndex, NodeIndex), EdgeIndex>,
}

impl<'a> Builder<'a> {
    pub fn new(facts: &'a Facts, style: &'a Style) -> Self {
        Self { facts, style, graph: DiGraph::new(), nodes: BTreeMap::new(), lines: BTreeMap::new() }
    }

    /// Adds an entity of the store.
    pub fn entity(&mut self, iri: &str) {
        let Some(entity) = self.facts.entities.get(iri) else { return };
        let Entity { class, label, aliases, documents } = entity;
        self.node(iri, class, label, aliases.iter().cloned().collect(), documents.len());
    }

    /// Adds anything else that is drawn like an entity.
    pub fn node(&mut self, iri: &str, class: &str, label: &str, aliases: Vec<String>, documents: usize) {
        let node = Node {
            iri: iri.to_owned(),
            class: class.to_owned(),
            label: label.to_owned(),
            aliases,
            documents,
            rank: 0.0,
            focus: false,
        };
        let graph = &mut self.graph;
        self.nodes.entry(iri.to_owned()).or_insert_with(|| graph.add_node(node));
    }

    /// The line from one node to another, made if there is none. Nothing when one of them was not added.
    pub fn link(&mut self, from: &str, to: &str, tie: Tie, arrow: Arrow) -> Option<&mut Link> {
        let (from, to) = (*self.nodes.get(from)?, *self.nodes.get(to)?);
        let graph = &mut self.graph;
        let edge = self.lines.entry((from, to)).or_insert_with(|| graph.add_edge(from, to, Link::new(tie, arrow)));
        graph.edge_weight_mut(*edge)
    }

    /// Adds all claims between nodes, those from one node to another on one line. A relation that holds in both
    /// directions joins the line there is, whichever way it leads; a line with nothing else on it has no arrow.
    pub fn claims(&mut self) {
        let facts = self.facts;
        for claim in &facts.claims {
            let symmetric = self.style.is_symmetric(&claim.predicate);
            let (mut from, mut to) = (&claim.subject, &claim.object);
            if symmetric && self.has_line(to, from) {
                (from, to) = (to, from);
            }
            let arrow = if symmetric { Arrow::None } else { Arrow::Forward };
            if let Some(link) = self.link(from, to, Tie::Claim, arrow) {
                if !symmetric {
                    link.arrow = Arrow::Forward;
                }
                link.add(&claim.predicate, &claim.document, facts.quote(&claim.document, &claim.quote));
            }
        }
    }

    /// Whether a node was added.
    pub fn has(&self, iri: &str) -> bool {
        self.nodes.contains_key(iri)
    }

    fn has_line(&self, from: &str, to: &str) -> bool {
        let ends = (self.nodes.get(from), self.nodes.get(to));
        matches!(ends, (Some(from), Some(to)) if self.lines.contains_key(&(*from, *to)))
    }

    pub fn finish(self) -> DiGraph<Node, Link> {
        self.graph
    }
}

/// The part of `graph` that consists of `kept` and the lines between them. Order is kept.
pub(super) fn part(graph: &DiGraph<Node, Link>, kept: &BTreeSet<NodeIndex>) -> DiGraph<Node, Link> {
    graph.filter_map(|index, node| kept.contains(&index).then(|| node.clone()), |_, link| Some(link.clone()))
}

/// All nodes next to `node`, whichever way the lines point, with the weight of the line.
pub(super) fn neighbours(graph: &DiGraph<Node, Link>, node: NodeIndex) -> impl Iterator<Item = (NodeIndex, f64)> + '_ {
    let out = graph.edges_directed(node, petgraph::Outgoing).map(|edge| (edge.target(), edge.weight().weight()));
    let back = graph.edges_directed(node, petgraph::Incoming).map(|edge| (edge.source(), edge.weight().weight()));
    out.chain(back)
}
