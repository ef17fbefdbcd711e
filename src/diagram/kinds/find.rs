//! The entity that somebody means by a name.

use std::collections::BTreeSet;

use crate::diag;
use crate::diagram::DiagramError;
use crate::diagram::facts::{Entity, Facts, Id};
use crate::diagram::style::Style;
use crate::diagram::view::Context;
use crate::ontology::vocab;

/// The entity called `name`: its IRI, the end of its IRI (`Bank/…`), its preferred label, another label, in this order.
/// With `among`, only entities of that class are meant.
pub(super) fn find(context: &Context<'_>, name: &str, among: Option<&str>) -> Result<Id, DiagramError> {
    let Context { facts, style, .. } = context;
    let name = name.trim();
    let classes = among.map(|class| style.with_subclasses(class));
    let entities = || {
        let meant = |entity: &Entity| classes.as_ref().is_none_or(|c| c.contains(entity.class.as_str()));
        facts.all().filter(move |(_, entity)| meant(entity))
    };
    let by_iri = |iri: &str| iri == name || iri.strip_prefix(vocab::ID) == Some(name);
    if let Some((id, _)) = entities().find(|(_, entity)| by_iri(&entity.iri)) {
        return Ok(id);
    }
    let preferred: Vec<Id> = entities().filter(|(_, e)| e.label == name).map(|(id, _)| id).collect();
    let matches = if preferred.is_empty() {
        entities().filter(|(_, e)| e.aliases.iter().any(|a| a == name)).map(|(id, _)| id).collect()
    } else {
        preferred
    };
    match matches[..] {
        [id] => Ok(id),
        [] => {
            let known = entities().flat_map(|(_, e)| e.aliases.iter().chain([&e.label])).map(String::as_str);
            let nearest = diag::nearest(name, known.collect::<BTreeSet<_>>());
            Err(DiagramError::Unknown {
                name: name.to_owned(),
                class: among.map(|class| style.label(class)),
                nearest: nearest.into_iter().map(str::to_owned).collect(),
            })
        }
        _ => Err(DiagramError::Ambiguous {
            name: name.to_owned(),
            candidates: matches.iter().map(|id| described(facts, style, *id)).collect(),
        }),
    }
}

fn described(facts: &Facts, style: &Style, id: Id) -> String {
    let entity = facts.entity(id);
    format!("{} ({})", entity.iri.strip_prefix(vocab::ID).unwrap_or(&entity.iri), style.label(&entity.class))
}
