//! Who belongs together: communities by the method of Louvain, with everything in a fixed order, so that the same picture
//! always has the same communities.

use std::collections::BTreeMap;

use super::prune;
use super::web::Web;

/// The number of the community of each node, the largest community first; of equal ones that of the first node.
pub(super) fn communities(web: &Web) -> Vec<usize> {
    let mut of_node: Vec<usize> = (0..web.len()).collect();
    let mut ties: Vec<BTreeMap<usize, f64>> = (0..web.len())
        .map(|node| {
            let mut ties = BTreeMap::new();
            for (other, weight) in web.beside(node) {
                *ties.entry(*other as usize).or_default() += *weight;
            }
            ties
        })
        .collect();
    loop {
        let moved = gather(&ties);
        let mut names: BTreeMap<usize, usize> = BTreeMap::new();
        for community in &moved {
            let next = names.len();
            names.entry(*community).or_insert(next);
        }
        for community in &mut of_node {
            *community = names[&moved[*community]];
        }
        if names.len() == ties.len() {
            break;
        }
        // Each community becomes a node of the next round.
        let mut merged: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); names.len()];
        for (node, around) in ties.iter().enumerate() {
            for (other, weight) in around {
                *merged[names[&moved[node]]].entry(names[&moved[*other]]).or_default() += *weight;
            }
        }
        ties = merged;
    }
    by_size(&of_node)
}

/// Moves each node to the community where it gains most, until none gains.
fn gather(ties: &[BTreeMap<usize, f64>]) -> Vec<usize> {
    const ROUNDS: usize = 20;
    let strength: Vec<f64> = ties.iter().map(|around| around.values().sum()).collect();
    let all: f64 = strength.iter().sum();
    let mut of_node: Vec<usize> = (0..ties.len()).collect();
    let mut total = strength.clone();
    for _ in 0..ROUNDS {
        let mut moved = false;
        for (node, around) in ties.iter().enumerate() {
            let own = of_node[node];
            let mut into: BTreeMap<usize, f64> = BTreeMap::from([(own, 0.0)]);
            for (other, weight) in around.iter().filter(|(other, _)| **other != node) {
                *into.entry(of_node[*other]).or_default() += *weight;
            }
            total[own] -= strength[node];
            let gain = |community: usize, weight: f64| weight - total[community] * strength[node] / all.max(1.0);
            let mut best = (own, gain(own, into[&own]));
            for (community, weight) in into {
                let gain = gain(community, weight);
                if gain > best.1 + 1e-9 {
                    best = (community, gain);
                }
            }
            total[best.0] += strength[node];
            moved |= best.0 != own;
            of_node[node] = best.0;
        }
        if !moved {
            break;
        }
    }
    of_node
}

/// The same communities, numbered by size.
fn by_size(of_node: &[usize]) -> Vec<usize> {
    let mut sizes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (node, community) in of_node.iter().enumerate() {
        sizes.entry(*community).or_insert((0, node)).0 += 1;
    }
    let mut order: Vec<(usize, (usize, usize))> = sizes.into_iter().collect();
    order.sort_by_key(|(_, (size, first))| (std::cmp::Reverse(*size), *first));
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(n, (community, _))| (*community, n)).collect();
    of_node.iter().map(|community| place[community]).collect()
}

/// The most central member of each community, which gives it its name.
pub(super) fn heads(of_node: &[usize], ranks: &[f64]) -> BTreeMap<usize, usize> {
    let mut heads = BTreeMap::new();
    for node in prune::by_rank(ranks) {
        heads.entry(of_node[node]).or_insert(node);
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cliques_with_one_tie_are_two_communities() {
        let clique = |from: u32| (0..5).flat_map(move |a| (0..a).map(move |b| (from + a, from + b)));
        let ties: Vec<(u32, u32)> = clique(0).chain(clique(5)).chain([(4, 5)]).collect();
        let found = communities(&Web::of_pairs(11, &ties));
        assert_eq!(found, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]);
        assert!(communities(&Web::of_pairs(0, &[])).is_empty());
        let ranks = [0.1, 0.2, 0.1, 0.1, 0.1, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1];
        assert_eq!(heads(&found, &ranks), BTreeMap::from([(0, 1), (1, 5), (2, 10)]));
    }
}
