//! How two entities are connected.

use std::collections::BTreeMap;

use super::find::find;
use crate::diagram::view::{Builder, Context, Layout, View};
use crate::diagram::web::Web;
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};

/// All shortest ways from one entity to another. Letters count as stations only where there is no other way, because
/// each is tied to everything that it names; with `documents` they always count.
pub(super) fn view(context: &Context<'_>, from: &str, to: &str) -> Result<View, DiagramError> {
    let Context { facts, words, request, .. } = context;
    let ends = (find(context, from, None)?, find(context, to, None)?);
    let letters = facts.letters();
    let ends_at = |id| id == ends.0 || id == ends.1;
    let through = |id| ends_at(id) || !letters.contains(&id);
    let mut stations = Vec::new();
    if !request.documents {
        stations = between(&Web::of_claims(facts, |claim| through(claim.subject) && through(claim.object)), ends);
    }
    if stations.is_empty() {
        stations = between(&Web::of_claims(facts, |_| true), ends);
    }
    let name = |id| label::shorten(&facts.entity(id).label, 30);
    let steps = stations.last().map_or(0, |(_, step)| *step);
    let title = fill(&words.path, &[("from", &name(ends.0)), ("to", &name(ends.1)), ("steps", &steps)]);
    let mut builder = Builder::new(context);
    let step_of: BTreeMap<u32, usize> = stations.iter().copied().collect();
    for (station, _) in &stations {
        let node = builder.entity(*station);
        builder.graph[node].focus = ends_at(*station);
    }
    // Lines between stations of the same step lead nowhere.
    for claim in &facts.claims {
        if let (Some(one), Some(other)) = (step_of.get(&claim.subject), step_of.get(&claim.object))
            && one.abs_diff(*other) == 1
        {
            builder.claim_from(if one < other { claim.subject } else { claim.object }, claim);
        }
    }
    Ok(View { framed: false, ..View::of(title, Layout::Layers, builder.finish(), context) })
}

/// All nodes on shortest ways, with their distance from the start, the start first and the end last; nothing when no way
/// leads there.
fn between(web: &Web, (from, to): (u32, u32)) -> Vec<(u32, usize)> {
    let there = web.distances(from as usize, usize::MAX);
    let Some(length) = there.get(&to).copied() else { return Vec::new() };
    let back = web.distances(to as usize, length);
    let on_way = |(node, step): (&u32, &usize)| back.get(node).is_some_and(|rest| step + rest == length);
    let mut stations: Vec<(u32, usize)> = there.iter().filter(|pair| on_way(*pair)).map(|(n, s)| (*n, *s)).collect();
    stations.sort_by_key(|(node, step)| (*step, *node));
    stations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shortest_ways_and_nothing_else() {
        // Two ways of two steps, one of three, and a tail.
        let web = Web::of_pairs(8, &[(0, 1), (1, 2), (0, 3), (3, 2), (0, 4), (4, 5), (5, 2), (2, 6)]);
        assert_eq!(between(&web, (0, 2)), [(0, 0), (1, 1), (3, 1), (2, 2)]);
        assert!(between(&web, (0, 7)).is_empty());
        assert_eq!(between(&web, (6, 6)), [(6, 0)]);
    }
}
