//! Towns with what stands in them and what follows from that about their industries.

use std::collections::BTreeSet;

use super::find::find;
use super::{is, of_class};
use crate::diagram::facts::Id;
use crate::diagram::view::{Builder, Context, Layout, View};
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};
use crate::ontology::vocab;

/// One town, or all: what is stated between it and something else, and the industries of what stands in it.
pub(super) fn view(context: &Context<'_>, of: Option<&str>) -> Result<View, DiagramError> {
    let Context { facts, style, words, .. } = context;
    let one = of.map(|name| find(context, name, Some(vocab::TOWN.as_str()))).transpose()?;
    let towns = match one {
        Some(town) => BTreeSet::from([town]),
        None => of_class(facts, style, vocab::TOWN.as_str()),
    };
    let letters = facts.letters();
    let mut builder = Builder::new(context);
    let mut members: BTreeSet<Id> = BTreeSet::new();
    for claim in &facts.claims {
        let ends = [claim.subject, claim.object];
        let town = ends.iter().any(|end| towns.contains(end));
        if town && !ends.iter().any(|end| letters.contains(end)) {
            let left = if towns.contains(&claim.subject) { claim.subject } else { claim.object };
            builder.claim_from(left, claim).main = true;
            members.extend(ends.into_iter().filter(|end| !towns.contains(end)));
        }
    }
    let industries = of_class(facts, style, vocab::INDUSTRY.as_str());
    // A city or province that a town lies in is no member of it.
    let places = of_class(facts, style, vocab::PLACE.as_str());
    let relations = [vocab::IN_INDUSTRY, vocab::CHAIN_LEADER_OF].map(|term| facts.predicate_id(term.as_str()));
    for claim in &facts.claims {
        let follows = relations.iter().any(|known| is(*known, claim.predicate));
        if follows
            && members.contains(&claim.subject)
            && !places.contains(&claim.subject)
            && industries.contains(&claim.object)
        {
            builder.claim(claim);
        }
    }
    let title = match one {
        Some(town) => {
            if let Some(node) = builder.find(town) {
                builder.graph[node].focus = true;
            }
            fill(&words.town, &[("name", &label::shorten(&facts.entity(town).label, 40))])
        }
        None => words.towns.clone(),
    };
    Ok(View::of(title, Layout::Layers, builder.finish(), context))
}
