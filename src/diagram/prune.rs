//! Which entities a picture shows when there are too many: the most central ones, without loose ends.
//!
//! Centrality is PageRank over lines taken in both directions and weighted by the documents behind them. `petgraph`
//! has a PageRank too, but it costs the square of the number of nodes, knows no weights and cannot start at one entity.
//! A rank then counts by the size of the part that hangs together with it: two entities that know only each other would
//! otherwise stand above most of those around a hub.
//!
//! Nodes are numbered in the order of their IRIs. Ranks are compared rounded and ties go by number, so the choice does
//! not hang on the last bit of a sum.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use petgraph::graph::{DiGraph, EdgeIndex};
use petgraph::unionfind::UnionFind;

use super::view::{Link, Node};
use super::web::Web;

const DAMPING: f64 = 0.85;
const ROUNDS: usize = 60;
/// So many lines are never too many.
const FEW_LINES: usize = 60;
/// A round that changes less than this in all ends the count.
const STILL: f64 = 1e-9;

/// How central each node is, as a share of one. With a `focus`, how close to it as well: the walk always starts there
/// anew.
pub(super) fn rank(web: &Web, focus: Option<usize>) -> Vec<f64> {
    let count = web.len();
    if count == 0 {
        return Vec::new();
    }
    let start: Vec<f64> = match focus {
        Some(focus) => (0..count).map(|node| if node == focus { 1.0 } else { 0.0 }).collect(),
        None => vec![1.0 / count as f64; count],
    };
    let strength: Vec<f64> = (0..count).map(|node| web.beside(node).iter().map(|(_, weight)| weight).sum()).collect();
    let mut ranks = start.clone();
    for _ in 0..ROUNDS {
        // What stands on nodes without lines starts anew.
        let idle: f64 = ranks.iter().zip(&strength).filter(|(_, s)| **s == 0.0).map(|(rank, _)| rank).sum();
        let next: Vec<f64> = (0..count)
            .map(|node| {
                let inflow = web.beside(node).iter();
                let inflow: f64 = inflow.map(|(n, w)| ranks[*n as usize] * w / strength[*n as usize]).sum();
                (1.0 - DAMPING) * start[node] + DAMPING * (inflow + idle * start[node])
            })
            .collect();
        let change: f64 = ranks.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
        ranks = next;
        if change < STILL {
            break;
        }
    }
    for (rank, size) in ranks.iter_mut().zip(part_sizes(web)) {
        *rank *= size as f64;
    }
    let sum: f64 = ranks.iter().sum();
    ranks.iter().map(|rank| rank / sum).collect()
}

/// For each node, the number of nodes that hang together with it.
fn part_sizes(web: &Web) -> Vec<usize> {
    let mut parts = UnionFind::new(web.len());
    for node in 0..web.len() {
        for (other, _) in web.beside(node) {
            parts.union(node, *other as usize);
        }
    }
    let labels = parts.into_labeling();
    let mut sizes = vec![0; labels.len()];
    for label in &labels {
        sizes[*label] += 1;
    }
    labels.into_iter().map(|label| sizes[label]).collect()
}

/// All nodes, the most central first.
pub(super) fn by_rank(ranks: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    order.sort_by_cached_key(|node| (Reverse((ranks[*node] * 1e12).round() as u64), *node));
    order
}

/// The place of each node in `order`.
fn places(order: &[usize]) -> Vec<usize> {
    let mut place = vec![usize::MAX; order.len()];
    for (n, node) in order.iter().enumerate() {
        place[*node] = n;
    }
    place
}

/// At most `top` nodes, the most central first, each tied to another one of them: a node whose neighbours are all cut
/// says nothing. Nodes without any line come in only where all others are in already.
pub(super) fn select(web: &Web, ranks: &[f64], top: usize) -> BTreeSet<usize> {
    let order = by_rank(ranks);
    let place = places(&order);
    let mut kept = BTreeSet::new();
    let mut waiting: BTreeSet<usize> = BTreeSet::new();
    for (n, node) in order.iter().enumerate() {
        if kept.len() >= top {
            break;
        }
        let beside: BTreeSet<usize> = web.beside(*node).iter().map(|(other, _)| place[*other as usize]).collect();
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
    let (loose, tied): (Vec<usize>, Vec<usize>) = order.iter().partition(|node| web.beside(**node).is_empty());
    if kept.len() == tied.len() {
        kept.extend(loose.into_iter().take(top.saturating_sub(kept.len())));
    }
    kept
}

/// At most `top` nodes that hang together with `focus`: again and again the most central one of those next to what is
/// already there.
pub(super) fn grow(web: &Web, ranks: &[f64], focus: usize, top: usize) -> BTreeSet<usize> {
    let order = by_rank(ranks);
    let place = places(&order);
    let mut kept = BTreeSet::new();
    let mut seen = BTreeSet::from([focus]);
    let mut edge = BinaryHeap::from([Reverse(place[focus])]);
    while let Some(Reverse(next)) = edge.pop() {
        if kept.len() >= top.max(1) {
            break;
        }
        let node = order[next];
        kept.insert(node);
        for (other, _) in web.beside(node) {
            if seen.insert(*other as usize) {
                edge.push(Reverse(place[*other as usize]));
            }
        }
    }
    kept
}

/// The graph without its weakest lines, where it has more than twice as many lines as nodes: nobody can follow more. What
/// hung together still does, and lines of the focus stay before others.
pub(super) fn thin(graph: DiGraph<Node, Link>) -> DiGraph<Node, Link> {
    let most = (2 * graph.node_count()).max(FEW_LINES);
    if graph.edge_count() <= most {
        return graph;
    }
    let mut order: Vec<EdgeIndex> = graph.edge_indices().collect();
    order.sort_by_key(|edge| {
        let link = &graph[*edge];
        let ends = graph.edge_endpoints(*edge).map(|(from, to)| graph[from].focus || graph[to].focus);
        (
            !(link.plain || link.main || ends == Some(true)),
            link.tie,
            Reverse(link.documents.len()),
            Reverse(link.relations.len()),
            edge.index(),
        )
    });
    let mut parts = UnionFind::new(graph.node_count());
    let mut kept = BTreeSet::new();
    for edge in &order {
        if let Some((from, to)) = graph.edge_endpoints(*edge)
            && parts.union(from.index(), to.index())
        {
            kept.insert(*edge);
        }
    }
    for edge in order {
        if kept.len() >= most {
            break;
        }
        kept.insert(edge);
    }
    graph.filter_map(|_, node| Some(node.clone()), |edge, link| kept.contains(&edge).then(|| link.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::view::{Arrow, Tie};
    use super::*;

    #[test]
    fn the_weakest_lines_go_first_and_nothing_falls_apart() {
        let mut graph: DiGraph<Node, Link> = DiGraph::new();
        let nodes: Vec<_> = (0..40).map(|_| graph.add_node(Node::default())).collect();
        for (n, a) in nodes.iter().enumerate() {
            for (m, b) in nodes.iter().enumerate().take(n) {
                let mut link = Link::new(Tie::Claim, Arrow::Forward);
                // The last node has only weak lines.
                link.documents = if n == 39 { [0].into() } else { (0..(n + m) as u32 % 7 + 1).collect() };
                graph.add_edge(*a, *b, link);
            }
        }
        let thin = thin(graph);
        assert_eq!((thin.node_count(), thin.edge_count()), (40, 80));
        assert_eq!(petgraph::algo::connected_components(&thin), 1);
        // The strongest lines make four parts, by the remainders of the numbers; three lines join them, one the last node.
        assert_eq!(thin.edge_weights().filter(|link| link.documents.len() < 7).count(), 4);
    }

    fn chosen(web: &Web, top: usize) -> Vec<usize> {
        select(web, &rank(web, None), top).into_iter().collect()
    }

    #[test]
    fn ranks_are_shares_of_one_and_hubs_lead() {
        let star = Web::of_pairs(6, &[(0, 3), (1, 3), (2, 3), (3, 4)]);
        let ranks = rank(&star, None);
        let sum: f64 = ranks.iter().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        // The node without lines comes last, equals go by number.
        assert_eq!(by_rank(&ranks), [3, 0, 1, 2, 4, 5]);
    }

    #[test]
    fn the_same_graph_built_in_another_order_gives_the_same_choice() {
        let lines = [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (2, 6), (7, 1), (8, 1)];
        let one = Web::of_pairs(10, &lines);
        let two = Web::of_pairs(10, &lines.iter().rev().map(|(a, b)| (*b, *a)).collect::<Vec<_>>());
        for top in 0..12 {
            assert_eq!(chosen(&one, top), chosen(&two, top), "top {top}");
        }
    }

    #[test]
    fn no_chosen_node_stands_alone_while_others_are_cut() {
        // Hubs 0 and 10 with leaves; a chain between them; two nodes without lines.
        let lines: Vec<(u32, u32)> =
            (1..8).map(|n| (0, n)).chain((11..16).map(|n| (n, 10))).chain([(7, 8), (8, 9), (9, 10)]).collect();
        let web = Web::of_pairs(18, &lines);
        for top in 2..16 {
            let kept = chosen(&web, top);
            assert_eq!(kept.len(), top, "top {top}");
            for node in &kept {
                assert!(web.beside(*node).iter().any(|(n, _)| kept.contains(&(*n as usize))), "top {top}, {node:?}");
            }
        }
        assert_eq!(chosen(&web, 99).len(), 18, "with room for all, all come in");
        assert_eq!(chosen(&web, 0).len(), 0);
    }

    #[test]
    fn small_parts_stand_behind_large_ones() {
        let web = Web::of_pairs(9, &[(0, 1), (2, 5), (3, 5), (4, 5), (6, 7)]);
        assert_eq!(chosen(&web, 4), [2, 3, 4, 5]);
        // A fifth would have to come without its neighbour.
        assert_eq!(chosen(&web, 5), [2, 3, 4, 5]);
        assert_eq!(chosen(&web, 6), [0, 1, 2, 3, 4, 5]);
        assert_eq!(chosen(&web, 9), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn growing_keeps_hold_of_the_focus() {
        let chain = Web::of_pairs(6, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]);
        let ranks = rank(&chain, Some(1));
        assert_eq!(grow(&chain, &ranks, 1, 1), BTreeSet::from([1]));
        assert_eq!(grow(&chain, &ranks, 1, 3), BTreeSet::from([0, 1, 2]));
        assert_eq!(grow(&chain, &ranks, 1, 99).len(), 6);
    }
}
