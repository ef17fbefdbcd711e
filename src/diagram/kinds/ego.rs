//! One entity and what is linked to it.

use super::find::find;
use crate::diagram::view::{Builder, Context, Layout, View};
use crate::diagram::web::Web;
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};

/// The entity called `name` with all that is at most `depth` lines away, letters included; of these the most central
/// ones.
pub(super) fn view(context: &Context<'_>, name: &str, depth: usize) -> Result<View, DiagramError> {
    let Context { facts, style, words, .. } = context;
    let id = find(context, name, None)?;
    let web = Web::of_claims(facts, style, |_| true);
    let near = web.distances(id as usize, depth);
    let mut builder = Builder::new(context);
    for near in near.keys() {
        let node = builder.entity(*near);
        builder.graph[node].focus = *near == id;
    }
    builder.claims();
    let name = label::shorten(&facts.entity(id).label, 40);
    let title = fill(&words.ego, &[("name", &name), ("depth", &depth)]);
    let layout = if depth > 1 { Layout::Force } else { Layout::Rings };
    Ok(View::of(title, layout, builder.finish(), context))
}
