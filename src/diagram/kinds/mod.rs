//! The kinds of pictures: one file each, which turns facts into a view.

pub(super) mod bureaus;
mod chain;
mod citations;
pub(super) mod construct;
mod ego;
mod find;
mod network;
mod path;
mod policy;
pub(super) mod schema;
mod timeline;
mod towns;

use std::collections::BTreeSet;

use super::facts::{Facts, Id};
use super::style::Style;
use super::view::{Context, View};
use super::{DiagramError, Kind};

/// The view that shows what is asked for.
pub(super) fn view(context: &Context<'_>) -> Result<View, DiagramError> {
    match &context.request.kind {
        Kind::Network => Ok(network::view(context)),
        Kind::Ego { of, depth } => ego::view(context, of, *depth),
        Kind::Citations => Ok(citations::view(context)),
        Kind::Bureaus => Ok(bureaus::view(context)),
        Kind::Towns { of } => towns::view(context, of.as_deref()),
        Kind::Policy { of } => policy::view(context, of),
        Kind::Chain { of } => chain::view(context, of.as_deref()),
        Kind::Timeline { of } => timeline::view(context, of),
        Kind::Path { from, to } => path::view(context, from, to),
        Kind::Construct { title, triples } => Ok(construct::view(context, title, triples)),
    }
}

/// The entities of a class and of all classes below it.
fn of_class(facts: &Facts, style: &Style, class: &str) -> BTreeSet<Id> {
    let classes = style.with_subclasses(class);
    facts.all().filter(|(_, entity)| classes.contains(entity.class.as_str())).map(|(id, _)| id).collect()
}

/// Whether `id` is the relation called so; never when nothing states it.
fn is(known: Option<Id>, id: Id) -> bool {
    known == Some(id)
}
