//! What a picture shows: a small graph with all that its drawing needs, and the words about what is left out.
//!
//! One file a kind under `kinds` fills it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use super::Request;
use super::facts::{Claim, Claim4, Entity, Facts, Id};
use super::prune;
use super::style::Style;
use super::web::Web;
use super::words::Words;

/// What all kinds of pictures are made from.
pub(super) struct Context<'a> {
    pub facts: &'a Facts,
    pub style: &'a Style,
    pub words: &'a Words,
    pub request: &'a Request,
}

/// One thing in the picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// What it is known by; also its page, where it has one.
    pub iri: String,
    /// IRI of its class.
    pub class: String,
    pub label: String,
    pub aliases: Vec<String>,
    /// Number of documents that name it; 0 where that is not counted.
    pub documents: usize,
    /// How central it is among all candidates; see [`prune::rank`].
    pub rank: f64,
    /// Whether the picture is about it.
    pub focus: bool,
    /// Number of its community, the largest first; set when communities are drawn.
    pub community: usize,
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
    pub documents: BTreeSet<Id>,
    /// The first passage that states it.
    pub quote: Quote,
}

/// Words of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Quote {
    pub text: String,
    /// Name of the document.
    pub document: String,
    /// The claim it stands in, where it has still to be looked up.
    pub claim: Option<Claim4>,
}

/// One line of the picture: all that leads from one entity to another.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Predicate → relation; empty when the two are only named together.
    pub relations: BTreeMap<String, Relation>,
    pub tie: Tie,
    /// The documents behind it.
    pub documents: BTreeSet<Id>,
    /// Sentences, for [`Tie::Section`] sections, that name both; 0 where that is not counted.
    pub places: usize,
    /// The passage that names both, when no relation is stated.
    pub quote: Quote,
    /// Where the arrow points.
    pub arrow: Arrow,
    /// A line that only holds the picture together: no label, not counted.
    pub plain: bool,
    /// A line that the picture is about, which stays when others are left out.
    pub main: bool,
}

/// Where the arrow of a line points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrow {
    Forward,
    Back,
    Both,
    None,
}

impl Node {
    /// What a picture shows of an entity of the store.
    pub fn of(entity: &Entity) -> Self {
        Self {
            iri: entity.iri.clone(),
            class: entity.class.clone(),
            label: entity.label.clone(),
            aliases: entity.aliases.clone(),
            documents: entity.documents,
            ..Self::default()
        }
    }
}

impl Link {
    /// A line with nothing on it yet.
    pub fn new(tie: Tie, arrow: Arrow) -> Self {
        let (relations, documents, quote) = Default::default();
        Self { relations, tie, documents, places: 0, quote, arrow, plain: false, main: false }
    }

    /// Puts a stated relation on the line.
    pub fn add(&mut self, predicate: &str, document: Option<Id>, quote: Quote) {
        let relation = self.relations.entry(predicate.to_owned()).or_default();
        if relation.quote.text.is_empty() && relation.quote.claim.is_none() {
            relation.quote = quote;
        }
        relation.documents.extend(document);
        self.documents.extend(document);
    }

    /// How much the line counts when entities are ranked: one that the picture is about as much as one of many documents.
    pub fn weight(&self) -> f64 {
        const MAIN: usize = 8;
        let more = if self.main { MAIN } else { 0 };
        (self.documents.len() + self.relations.len() + more).max(1) as f64
    }

    /// How many relations it stands for: itself, when none is stated.
    pub fn relation_count(&self) -> usize {
        if self.plain { 0 } else { self.relations.len().max(1) }
    }
}

/// How a picture is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// From left to right, the way the lines lead.
    Layers,
    /// The same, with one column for the members of each class.
    Columns,
    /// What is linked lies close.
    Force,
    /// In rings around the focus.
    Rings,
}

/// The entities and lines to draw.
#[derive(Debug)]
pub(super) struct View {
    pub title: String,
    pub graph: DiGraph<Node, Link>,
    /// Entities among which the shown ones were chosen, the shown ones included.
    pub candidates: usize,
    /// Relations between candidates that are not drawn.
    pub left_out: usize,
    /// Names of the documents behind the lines, sorted.
    pub sources: Vec<String>,
    /// First and last date of these documents.
    pub dates: Option<(String, String)>,
    pub layout: Layout,
    /// Whether lines are drawn by how firmly they tie rather than by what they say.
    pub ties: bool,
    /// Whether classes have frames, where the engine can draw them.
    pub framed: bool,
    /// Whether it shows classes and relations of the ontology rather than what documents state.
    pub terms: bool,
}

impl View {
    /// The view that shows at most `top` nodes of `all`: those that hang together with the focus where there is one, the
    /// most central ones otherwise.
    pub fn of(title: String, layout: Layout, mut all: DiGraph<Node, Link>, context: &Context<'_>) -> Self {
        let web = Web::of_graph(&all);
        let focus = all.node_indices().find(|node| all[*node].focus);
        let ranks = prune::rank(&web, focus.map(NodeIndex::index));
        for (node, rank) in all.node_weights_mut().zip(&ranks) {
            node.rank = *rank;
        }
        let kept = match focus {
            Some(focus) => prune::grow(&web, &ranks, focus.index(), context.request.top),
            None => prune::select(&web, &ranks, context.request.top),
        };
        let (candidates, relations) = (all.node_count(), web.relations);
        let shown = all.filter_map(
            |index, node| kept.contains(&index.index()).then(|| node.clone()),
            |_, link| Some(link.clone()),
        );
        Self::new(title, layout, shown, context.facts).out_of(candidates, relations)
    }

    /// The view that shows all of `graph`, except for the weaker lines where there are too many.
    pub fn new(title: String, layout: Layout, graph: DiGraph<Node, Link>, facts: &Facts) -> Self {
        Self::whole(title, layout, prune::thin(graph), facts)
    }

    /// The view that shows all of `graph`, however much that is.
    pub fn whole(title: String, layout: Layout, graph: DiGraph<Node, Link>, facts: &Facts) -> Self {
        let documents: BTreeSet<Id> = graph.edge_weights().flat_map(|link| &link.documents).copied().collect();
        let documents = || documents.iter().map(|id| facts.document(*id));
        let mut sources: Vec<String> = documents().map(|document| document.name.clone()).collect();
        sources.sort();
        sources.dedup();
        let dates = || documents().map(|document| &document.date).filter(|date| !date.is_empty());
        let dates = dates().min().cloned().zip(dates().max().cloned());
        let candidates = graph.node_count();
        let (ties, framed, terms) = (false, true, false);
        Self { title, graph, candidates, left_out: 0, sources, dates, layout, ties, framed, terms }
    }

    /// The same, chosen from so many nodes and relations.
    pub fn out_of(mut self, candidates: usize, relations: usize) -> Self {
        self.candidates = candidates;
        self.left_out = relations.saturating_sub(self.relations());
        self
    }

    /// Quotes that have still to be looked up.
    pub fn open_quotes(&mut self) -> impl Iterator<Item = &mut Quote> {
        let relations = self.graph.edge_weights_mut().flat_map(|link| link.relations.values_mut());
        relations.map(|relation| &mut relation.quote).filter(|quote| quote.claim.is_some())
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
    pub graph: DiGraph<Node, Link>,
    nodes: BTreeMap<String, NodeIndex>,
    entities: HashMap<Id, NodeIndex>,
    lines: BTreeMap<(NodeIndex, NodeIndex), EdgeIndex>,
}

impl<'a> Builder<'a> {
    pub fn new(context: &Context<'a>) -> Self {
        let Context { facts, style, .. } = *context;
        let (nodes, entities, lines) = Default::default();
        Self { facts, style, graph: DiGraph::new(), nodes, entities, lines }
    }

    /// Adds an entity of the store.
    pub fn entity(&mut self, id: Id) -> NodeIndex {
        if let Some(known) = self.entities.get(&id) {
            return *known;
        }
        let entity = self.facts.entity(id);
        let index = self.node(&entity.iri, Node::of(entity));
        self.entities.insert(id, index);
        index
    }

    /// Adds anything that is drawn like an entity; `key` tells it from the others.
    pub fn node(&mut self, key: &str, node: Node) -> NodeIndex {
        if let Some(known) = self.nodes.get(key) {
            return *known;
        }
        let index = self.graph.add_node(node);
        self.nodes.insert(key.to_owned(), index);
        index
    }

    /// The node of an entity, if it was added.
    pub fn find(&self, id: Id) -> Option<NodeIndex> {
        self.entities.get(&id).copied()
    }

    /// The line from one node to another, made if there is none.
    pub fn link(&mut self, from: NodeIndex, to: NodeIndex, tie: Tie, arrow: Arrow) -> &mut Link {
        let graph = &mut self.graph;
        let edge = self.lines.entry((from, to)).or_insert_with(|| graph.add_edge(from, to, Link::new(tie, arrow)));
        &mut graph[*edge]
    }

    /// Puts a claim between two nodes on their line. A relation that holds in both directions joins the line there is,
    /// whichever way it leads; a line with nothing else on it has no arrow.
    pub fn claim_between(
        &mut self,
        mut from: NodeIndex,
        mut to: NodeIndex,
        predicate: &str,
        claim: &Claim,
    ) -> &mut Link {
        let symmetric = self.style.is_symmetric(predicate);
        if symmetric && self.lines.contains_key(&(to, from)) {
            (from, to) = (to, from);
        }
        let quote = self.facts.quote_of(claim);
        let arrow = if symmetric { Arrow::None } else { Arrow::Forward };
        let link = self.link(from, to, Tie::Claim, arrow);
        if !symmetric {
            link.arrow = if matches!(link.arrow, Arrow::Back | Arrow::Both) { Arrow::Both } else { Arrow::Forward };
        }
        link.add(predicate, Some(claim.document), quote);
        link
    }

    /// Adds the claim with both its ends, so that the line begins at `left`, whichever of the two that is: layers lead
    /// from left to right the way lines are drawn, and the arrow still points the way that the claim does.
    pub fn claim_from(&mut self, left: Id, claim: &Claim) -> &mut Link {
        if claim.subject == left {
            return self.claim(claim);
        }
        let predicate = self.facts.predicate(claim.predicate);
        let quote = self.facts.quote_of(claim);
        let way = if self.style.is_symmetric(predicate) { Arrow::None } else { Arrow::Back };
        let (from, to) = (self.entity(claim.object), self.entity(claim.subject));
        let link = self.link(from, to, Tie::Claim, way);
        link.arrow = match (link.arrow, way) {
            (Arrow::None, way) | (way, Arrow::None) => way,
            (one, other) if one == other => one,
            _ => Arrow::Both,
        };
        link.add(predicate, Some(claim.document), quote);
        link
    }

    /// Adds the claim with both its ends.
    pub fn claim(&mut self, claim: &Claim) -> &mut Link {
        let (from, to) = (self.entity(claim.subject), self.entity(claim.object));
        self.claim_between(from, to, self.facts.predicate(claim.predicate), claim)
    }

    /// Adds all claims between the entities that are there, those from one to another on one line.
    pub fn claims(&mut self) {
        let facts = self.facts;
        for claim in &facts.claims {
            if let (Some(from), Some(to)) = (self.find(claim.subject), self.find(claim.object)) {
                self.claim_between(from, to, facts.predicate(claim.predicate), claim);
            }
        }
    }

    pub fn finish(self) -> DiGraph<Node, Link> {
        self.graph
    }
}

impl Facts {
    /// Words of a document with its name.
    pub fn quote(&self, document: Id, text: &str) -> Quote {
        Quote { text: text.to_owned(), document: self.document(document).name.clone(), claim: None }
    }

    /// Words of a claim; where they were not read, what it takes to look them up.
    pub fn quote_of(&self, claim: &Claim) -> Quote {
        let Claim { subject, predicate, object, document, ref quote } = *claim;
        let claim = quote.is_empty().then_some([subject, predicate, object, document]);
        Quote { claim, ..self.quote(document, quote) }
    }
}
