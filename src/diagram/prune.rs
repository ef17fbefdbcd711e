//! Which entities a picture shows when there are too many: the most central ones, without loose ends.
//!
//! Centrality is PageRank over lines taken in both directions and weighted by the documents behind them. `petgraph`
//! has a PageRank too, but it costs the square of the number of nodes, knows no weights and cannot start at one entity.
//! A rank then counts by the size of the part that hangs together with it: two entities that know only each other would
//! otherwise stand above most of those around a hub.
//!
//! Ranks are compared rounded and ties go by IRI, so the choice does not hang on the last bit of a sum.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef as _;

use super::view::{Link, Node, neighbours};

const DAMPING: f64 = 0.85;
const ROUNDS: usize = 60;

/// Writes into each node how central it is, as a share of one. With a `focus`, how close to it as well: the walk always
/// starts there anew.
pub(super) fn rank(graph: &mut DiGraph<Node, Link>, focus: Option<NodeIndex>) {
    let count = graph.node_count();
    if count == 0 {
        return;
    }
    let start: Vec<f64> = match focus {
        Some(focus) => graph.node_indices().map(|node| if node == focus { 1.0 } else { 0.0 }).collect(),
        None => vec![1.0 / count as f64; count],
    };
    let ties: Vec<Vec<(usize, f64)>> = graph
        .node_indices()
        .map(|node| neighbours(graph, node).map(|(other, weight)| (other.index(), weight)).collect())
        .collect();
    let strength: Vec<f64> = ties.iter().map(|ties| ties.iter().map(|(_, weight)| weight).sum()).collect();
    let mut ranks = start.clone();
    for _ in 0..ROUNDS {
        // What stands on nodes without lines starts anew.
        let idle: f64 = ranks.iter().zip(&strength).filter(|(_, s)| **s == 0.0).map(|(rank, _)| rank).sum();
        ranks = (0..count)
            .map(|node| {
                let inflow: f64 = ties[node].iter().map(|(other, w)| ranks[*other] * w / strength[*other]).sum();
                (1.0 - DAMPING) * start[node] + DAMPING * (inflow + idle * start[node])
            })
            .collect();
    }
    for (rank, size) in ranks.iter_mut().zip(part_sizes(graph)) {
        *rank *= size as f64;
    }
    let sum: f64 = ranks.iter().sum();
    for (node, rank) in graph.node_weights_mut().zip(ranks) {
        node.rank = rank / sum;
    }
}

/// For each node, the number of nodes that hang together with it.
fn part_sizes(graph: &DiGraph<Node, Link>) -> Vec<usize> {
    let mut parts = UnionFind::new(graph.node_count());
    for edge in graph.edge_references() {
        parts.union(edge.source().index(), edge.target().index());
    }
    let labels = parts.into_labeling();
    let mut sizes = vec![0; labels.len()];
    for label in &labels {
        sizes[*label] += 1;
    }
    labels.into_iter().map(|label| sizes[label]).collect()
}

/// All nodes, the most central first.
pub(super) fn by_rank(graph: &DiGraph<Node, Link>) -> Vec<NodeIndex> {
    let mut order: Vec<NodeIndex> = graph.node_indices().collect();
    order.sort_by_cached_key(|index| {
        let node = &graph[*index];
        (Reverse((node.rank * 1e12).round() as u64), node.iri.clone())
    });
    order
}

/// At most `top` nodes, the most central first, each tied to another one of them: a node whose neighbours are all cut
/// says nothing. Nodes without any line come in only where all others are in already.
pub(super) fn select(graph: &DiGraph<Node, Link>, top: usize) -> BTreeSet<NodeIndex> {
    let order = by_rank(graph);
    let mut kept = BTreeSet::new();
    let mut place = vec![usize::MAX; graph.node_count()];
    for (n, node) in order.iter().enumerate() {
        place[node.index()] = n;
    }
    let mut waiting: BTreeSet<usize> = BTreeSet::new();
    for (n, node) in order.iter().enumerate() {
        if kept.len() >= top {
            break;
        }
        let beside: BTreeSet<usize> = neighbours(graph, *node).map(|(other, _)| place[other.index()]).collect();
        let tied = beside.iter().any(|other| kept.contains(&order[*other]));
        let freed: Vec<usize> = beside.intersection(&waiting).copied().collect();
        if !tied && (freed.is_empty() || kept.len() + 2 > top) {
            waiting.insert(n);
            continue;
        }
        kept.insert(*node);
        for other in freed {
            if kept.len() < top {
                kept.insert(order[other]);
                waiting.remove(&other);
            }
        }
    }
    let loose = |node: &&NodeIndex| neighbours(graph, **node).next().is_none();
    let (loose, tied): (Vec<&NodeIndex>, Vec<&NodeIndex>) = order.iter().partition(loose);
    if kept.len() == tied.len() {
        kept.extend(loose.into_iter().take(top.saturating_sub(kept.len())));
    }
    kept
}

/// At most `top` nodes that hang together with `focus`: again and again the most central one of those next to what is
/// already there.
pub(super) fn grow(graph: &DiGraph<Node, Link>, focus: NodeIndex, top: usize) -> BTreeSet<NodeIndex> {
    let order = by_rank(graph);
    let mut place = vec![usize::MAX; graph.node_count()];
    for (n, node) in order.iter().enumerate() {
        place[node.index()] = n;
    }
    let mut kept = BTreeSet::new();
    let mut seen = BTreeSet::from([focus]);
    let mut edge = BinaryHeap::from([Reverse(place[focus.index()])]);
    while let Some(Reverse(next)) = edge.pop() {
        if kept.len() >= top.max(1) {
            break;
        }
        let node = order[next];
        kept.insert(node);
        for (other, _) in neighbours(graph, node) {
            if seen.insert(other) {
                edge.push(Reverse(place[other.index()]));
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::view::{Arrow, Tie};
    use super::*;

    /// A graph with nodes `0..count` and the given lines.
    fn graph(count: usize, lines: &[(usize, usize)]) -> DiGraph<Node, Link> {
        let mut graph = DiGraph::new();
        for n in 0..count {
            let (class, label, aliases) = Default::default();
            let iri = format!("n{n:03}");
            graph.add_node(Node { iri, class, label, aliases, documents: 1, rank: 0.0, focus: false });
        }
        for (from, to) in lines {
            graph.add_edge(NodeIndex::new(*from), NodeIndex::new(*to), Link::new(Tie::Claim, Arrow::Forward));
        }
        graph
    }

    fn indices(kept: &BTreeSet<NodeIndex>) -> Vec<usize> {
        kept.iter().map(|node| node.index()).collect()
    }

    #[test]
    fn ranks_are_shares_of_one_and_hubs_lead() {
        let mut star = graph(6, &[(0, 3), (1, 3), (2, 3), (3, 4)]);
        rank(&mut star, None);
        let sum: f64 = star.node_weights().map(|node| node.rank).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        assert_eq!(by_rank(&star)[0].index(), 3);
        // The node without lines comes last, equals go by IRI.
        let order: Vec<usize> = by_rank(&star).iter().map(|node| node.index()).collect();
        assert_eq!(order, [3, 0, 1, 2, 4, 5]);
    }

    #[test]
    fn the_same_graph_built_in_another_order_gives_the_same_choice() {
        let lines = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (2, 6), (7, 1), (8, 1)];
        let mut one = graph(10, &lines);
        let mut two = graph(10, &lines.iter().rev().copied().collect::<Vec<_>>());
        rank(&mut one, None);
        rank(&mut two, None);
        for top in 0..12 {
            assert_eq!(select(&one, top), select(&two, top), "top {top}");
        }
    }

    #[test]
    fn no_chosen_node_stands_alone_while_others_are_cut() {
        // Hubs 0 and 10 with leaves; a chain between them; two nodes without lines.
        let lines: Vec<(usize, usize)> =
            (1..8).map(|n| (0, n)).chain((11..16).map(|n| (n, 10))).chain([(7, 8), (8, 9), (9, 10)]).collect();
        let mut graph = graph(18, &lines);
        rank(&mut graph, None);
        for top in 2..16 {
            let kept = select(&graph, top);
            assert_eq!(kept.len(), top, "top {top}");
            for node in &kept {
                assert!(neighbours(&graph, *node).any(|(other, _)| kept.contains(&other)), "top {top}, {node:?}");
            }
        }
        assert_eq!(select(&graph, 99).len(), 18, "with room for all, all come in");
        assert_eq!(select(&graph, 0).len(), 0);
    }

    #[test]
    fn small_parts_stand_behind_large_ones() {
        let mut graph = graph(9, &[(0, 1), (2, 5), (3, 5), (4, 5), (6, 7)]);
        rank(&mut graph, None);
        assert_eq!(indices(&select(&graph, 4)), [2, 3, 4, 5]);
        // A fifth would have to come without its neighbour.
        assert_eq!(indices(&select(&graph, 5)), [2, 3, 4, 5]);
        assert_eq!(indices(&select(&graph, 6)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(indices(&select(&graph, 9)), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn growing_keeps_hold_of_the_focus() {
        let mut chain = graph(6, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]);
        let focus = NodeIndex::new(1);
        rank(&mut chain, Some(focus));
        assert_eq!(indices(&grow(&chain, focus, 1)), [1]);
        assert_eq!(indices(&grow(&chain, focus, 3)), [0, 1, 2]);
        assert_eq!(grow(&chain, focus, 99).len(), 6);
    }
}
