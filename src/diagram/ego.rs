//! One entity and what is linked to it.

use std::collections::BTreeSet;

use petgraph::graph::{DiGraph, NodeIndex};

use super::facts::Facts;
use super::style::Style;
use super::view::{Builder, Link, Node, Subject, View, neighbours, part};
use super::{DiagramError, prune};
use crate::diag;
use crate::ontology::vocab;

/// The entity called `name` with all that is at most `depth` lines away, letters included; of these the `top` most
/// central ones.
pub(super) fn view(facts: &Facts, style: &Style, name: &str, depth: usize, top: usize) -> Result<View, DiagramError> {
    let iri = find(facts, style, name)?;
    let mut builder = Builder::new(facts, style);
    for iri in facts.entities.keys() {
        builder.entity(iri);
    }
    builder.claims();
    let mut all = builder.finish();
    // The entity comes out of the same map as the nodes.
    let Some(focus) = all.node_indices().find(|node| all[*node].iri == iri) else {
        return Err(DiagramError::Unknown { name: name.to_owned(), nearest: Vec::new() });
    };
    all[focus].focus = true;
    let label = all[focus].label.clone();
    let near = within(&all, focus, depth);
    let mut near = part(&all, &near);
    let focus = near.node_indices().find(|node| near[*node].focus).unwrap_or_default();
    prune::rank(&mut near, Some(focus));
    let shown = part(&near, &prune::grow(&near, focus, top));
    Ok(View::new(Subject::Ego { name: label, depth }, &near, shown, facts))
}

/// All nodes at most `depth` lines from `focus`.
fn within(graph: &DiGraph<Node, Link>, focus: NodeIndex, depth: usize) -> BTreeSet<NodeIndex> {
    let mut found = BTreeSet::from([focus]);
    let mut ring = vec![focus];
    for _ in 0..depth {
        let next: Vec<NodeIndex> =
            ring.iter().flat_map(|node| neighbours(graph, *node).map(|(other, _)| other)).collect();
        ring = next.into_iter().filter(|node| found.insert(*node)).collect();
        if ring.is_empty() {
            break;
        }
    }
    found
}

/// The IRI of the entity called `name`: its IRI, the end of its IRI (`Bank/…`), its preferred label, another label, in
/// this order.
fn find<'a>(facts: &'a Facts, style: &Style, name: &str) -> Result<&'a str, DiagramError> {
    let name = name.trim();
    let entities = || facts.entities.iter();
    let by_iri = |iri: &str| iri == name || iri.strip_prefix(vocab::ID) == Some(name);
    if let Some((iri, _)) = entities().find(|(iri, _)| by_iri(iri)) {
        return Ok(iri);
    }
    let preferred: Vec<&String> = entities().filter(|(_, e)| e.label == name).map(|(iri, _)| iri).collect();
    let matches = if preferred.is_empty() {
        entities().filter(|(_, e)| e.aliases.contains(name)).map(|(iri, _)| iri).collect()
    } else {
        preferred
    };
    match matches[..] {
        [iri] => Ok(iri),
        [] => {
            let known = entities().flat_map(|(_, e)| e.aliases.iter().chain([&e.label])).map(String::as_str);
            let nearest = diag::nearest(name, known.collect::<BTreeSet<_>>());
            Err(DiagramError::Unknown {
                name: name.to_owned(),
                nearest: nearest.into_iter().map(str::to_owned).collect(),
            })
        }
        _ => {
            let describe = |iri: &&String| {
                let class = facts.entities.get(*iri).map(|e| style.label(&e.class)).unwrap_or_default();
                format!("{} ({class})", iri.strip_prefix(vocab::ID).unwrap_or(iri))
            };
            Err(DiagramError::Ambiguous { name: name.to_owned(), candidates: matches.iter().map(describe).collect() })
        }
    }
}
