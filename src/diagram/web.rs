//! Who is tied to whom and how firmly, without anything else: enough to rank, to choose and to find ways, and small enough
//! for a store of ten thousand documents.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef as _;

use super::facts::{Claim, Facts, Id};
use super::style::Style;
use super::view::{Link, Node};

/// Nodes `0..len` and the ties between them, taken in both directions.
pub(super) struct Web {
    /// Where the neighbours of each node begin; one more at the end.
    starts: Vec<usize>,
    neighbours: Vec<(u32, f64)>,
    /// Relations, parallel ones counted once for each predicate.
    pub relations: usize,
}

impl Web {
    /// The web of `(node, node, weight)`, of which a pair may come several times; neighbours stand in the order given.
    fn new(count: usize, ties: &[(u32, u32, f64)], relations: usize) -> Self {
        let mut starts = vec![0; count + 1];
        for (a, b, _) in ties {
            starts[*a as usize + 1] += 1;
            starts[*b as usize + 1] += 1;
        }
        for n in 0..count {
            starts[n + 1] += starts[n];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![(0, 0.0); ties.len() * 2];
        for (a, b, weight) in ties {
            for (from, to) in [(a, b), (b, a)] {
                let place = &mut next[*from as usize];
                neighbours[*place] = (*to, *weight);
                *place += 1;
            }
        }
        Self { starts, neighbours, relations }
    }

    /// The entities and the claims between those that `wanted` lets through. Nodes have the numbers of the entities.
    pub fn of_claims(facts: &Facts, style: &Style, wanted: impl Fn(&Claim) -> bool) -> Self {
        let symmetric: Vec<bool> = facts.predicates.iter().map(|iri| style.is_symmetric(iri)).collect();
        let mut pairs: HashMap<(Id, Id), f64> = HashMap::new();
        // What holds both ways is one relation, even where it is stated both ways.
        let mut both_ways: BTreeSet<(Id, Id, Id)> = BTreeSet::new();
        let mut relations = 0;
        // Claims are sorted, so those of one triple stand together.
        let mut last = None;
        for claim in facts.claims.iter().filter(|claim| wanted(claim)) {
            let (low, high) = (claim.subject.min(claim.object), claim.subject.max(claim.object));
            let triple = (claim.subject, claim.predicate, claim.object);
            // A document more, and a relation more.
            let new = if last.replace(triple) == Some(triple) { 1.0 } else { 2.0 };
            if new > 1.0 && (!symmetric[claim.predicate as usize] || both_ways.insert((low, claim.predicate, high))) {
                relations += 1;
            }
            *pairs.entry((low, high)).or_default() += new;
        }
        let mut ties: Vec<(u32, u32, f64)> = pairs.into_iter().map(|((a, b), weight)| (a, b, weight)).collect();
        ties.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        Self::new(facts.entities.len(), &ties, relations)
    }

    /// The same for a picture's graph.
    pub fn of_graph(graph: &DiGraph<Node, Link>) -> Self {
        let number = |node: petgraph::graph::NodeIndex| u32::try_from(node.index()).unwrap_or(u32::MAX);
        let ties: Vec<(u32, u32, f64)> = graph
            .edge_references()
            .map(|edge| (number(edge.source()), number(edge.target()), edge.weight().weight()))
            .collect();
        let relations = graph.edge_weights().map(Link::relation_count).sum();
        Self::new(graph.node_count(), &ties, relations)
    }

    /// The web of pairs, each with the weight one.
    #[cfg(test)]
    pub fn of_pairs(count: usize, pairs: &[(u32, u32)]) -> Self {
        let ties: Vec<(u32, u32, f64)> = pairs.iter().map(|(a, b)| (*a, *b, 1.0)).collect();
        Self::new(count, &ties, ties.len())
    }

    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The neighbours of a node with the weights of the ties.
    pub fn beside(&self, node: usize) -> &[(u32, f64)] {
        &self.neighbours[self.starts[node]..self.starts[node + 1]]
    }

    /// How far away from `from` each node is, up to `most` steps.
    pub fn distances(&self, from: usize, most: usize) -> BTreeMap<u32, usize> {
        let start = u32::try_from(from).unwrap_or(u32::MAX);
        let mut found = BTreeMap::from([(start, 0)]);
        let mut ring = vec![start];
        for step in 1..=most {
            let mut next = BTreeSet::new();
            for node in &ring {
                next.extend(self.beside(*node as usize).iter().map(|(other, _)| *other));
            }
            ring = next.into_iter().filter(|node| !found.contains_key(node)).collect();
            if ring.is_empty() {
                break;
            }
            found.extend(ring.iter().map(|node| (*node, step)));
        }
        found
    }
}
