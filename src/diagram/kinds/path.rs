//! How two entities are connected.

use std::collections::{BTreeMap, BTreeSet};

use super::find::find;
use crate::diagram::facts::Claim;
use crate::diagram::view::{Builder, Context, Layout, View};
use crate::diagram::web::Web;
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};

/// So many stations at most, however much else may be shown: a way is to be followed with the eye.
const STATIONS: usize = 14;

/// The shortest ways from one entity to another, those first whose steps most documents state. Letters count as stations
/// only where there is no other way, because each is tied to everything that it names; with `documents` they always count.
pub(super) fn view(context: &Context<'_>, from: &str, to: &str) -> Result<View, DiagramError> {
    let Context { facts, style, words, request } = context;
    let ends = (find(context, from, None)?, find(context, to, None)?);
    let letters = facts.letters();
    let ends_at = |id| id == ends.0 || id == ends.1;
    let through = |id| ends_at(id) || !letters.contains(&id);
    let mut ways = Ways::default();
    let most = request.top.min(STATIONS);
    if !request.documents {
        let web = Web::of_claims(facts, style, |claim| through(claim.subject) && through(claim.object));
        ways = between(&web, ends, most);
    }
    if ways.step_of.is_empty() {
        ways = between(&Web::of_claims(facts, style, |_| true), ends, most);
    }
    let name = |id| label::shorten(&facts.entity(id).label, 30);
    let steps = ways.step_of.values().max().copied().unwrap_or_default();
    let title = fill(&words.path, &[("from", &name(ends.0)), ("to", &name(ends.1)), ("steps", &steps)]);
    let mut builder = Builder::new(context);
    for station in ways.step_of.keys() {
        let node = builder.entity(*station);
        builder.graph[node].focus = ends_at(*station);
    }
    // Lines between stations of the same step lead nowhere.
    for claim in &facts.claims {
        if let (Some(one), Some(other)) = (ways.step_of.get(&claim.subject), ways.step_of.get(&claim.object))
            && one.abs_diff(*other) == 1
        {
            builder.claim_from(if one < other { claim.subject } else { claim.object }, claim);
        }
    }
    let between = |claim: &&Claim| {
        let steps = (ways.all.get(&claim.subject), ways.all.get(&claim.object));
        matches!(steps, (Some(one), Some(other)) if one.abs_diff(*other) == 1)
    };
    let mut relations: Vec<[u32; 3]> =
        facts.claims.iter().filter(between).map(|claim| [claim.subject, claim.predicate, claim.object]).collect();
    relations.dedup();
    let view = View::of(title, Layout::Layers, builder.finish(), context);
    Ok(View { framed: false, ..view.out_of(ways.all.len(), relations.len()) })
}

/// Stations on ways from one entity to another.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ways {
    /// Station → how many steps away it is from the start.
    step_of: BTreeMap<u32, usize>,
    /// The same for all shortest ways.
    all: BTreeMap<u32, usize>,
}

/// The shortest ways, as many as touch at most `most` stations, but always one; none when no way leads there.
fn between(web: &Web, (from, to): (u32, u32), most: usize) -> Ways {
    let there = web.distances(from as usize, usize::MAX);
    let Some(length) = there.get(&to).copied() else { return Ways::default() };
    let back = web.distances(to as usize, length);
    let on_way = |(node, step): (&u32, &usize)| back.get(node).is_some_and(|rest| step + rest == length);
    let stations: BTreeMap<u32, usize> = there.iter().filter(|pair| on_way(*pair)).map(|(n, s)| (*n, *s)).collect();
    // From each end, the firmest way to each station: its strength and the station before.
    let firmest = |step: &dyn Fn(usize) -> usize| -> BTreeMap<u32, (f64, u32)> {
        let mut order: Vec<(usize, u32)> = stations.iter().map(|(node, at)| (step(*at), *node)).collect();
        order.sort_unstable();
        let mut best: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
        for (at, node) in order {
            let before = web
                .beside(node as usize)
                .iter()
                .filter(|(other, _)| stations.get(other).is_some_and(|other| step(*other) + 1 == at));
            let strengths =
                before.map(|(other, weight)| (best.get(other).map_or(0.0, |b| b.0) + weight.min(9.0), *other));
            let own = strengths.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            best.insert(node, own.unwrap_or((0.0, node)));
        }
        best
    };
    let (up, down) = (firmest(&|step| step), firmest(&|step| length - step));
    let mut order: Vec<u32> = stations.keys().copied().collect();
    order.sort_by(|a, b| (up[b].0 + down[b].0).total_cmp(&(up[a].0 + down[a].0)).then(a.cmp(b)));
    let mut chosen: BTreeSet<u32> = BTreeSet::new();
    for station in order {
        let mut way = BTreeSet::from([station]);
        for best in [&up, &down] {
            let mut node = station;
            while best[&node].1 != node {
                node = best[&node].1;
                way.insert(node);
            }
        }
        if chosen.is_empty() || chosen.union(&way).count() <= most {
            chosen.extend(way);
        }
    }
    Ways { step_of: chosen.into_iter().map(|node| (node, stations[&node])).collect(), all: stations }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shortest_ways_and_nothing_else() {
        // Two ways of two steps, one of three, and a tail.
        let web = Web::of_pairs(8, &[(0, 1), (1, 2), (0, 3), (3, 2), (0, 4), (4, 5), (5, 2), (2, 6)]);
        let ways = |ends, most| {
            let ways = between(&web, ends, most);
            (ways.step_of.into_iter().collect::<Vec<_>>(), ways.all.len())
        };
        assert_eq!(ways((0, 2), 9), (vec![(0, 0), (1, 1), (2, 2), (3, 1)], 4));
        assert_eq!(ways((0, 2), 3), (vec![(0, 0), (1, 1), (2, 2)], 4));
        assert_eq!(ways((0, 7), 9), (vec![], 0));
        assert_eq!(ways((6, 6), 9), (vec![(6, 0)], 1));
    }
}
