//! Industries with their chain leaders, platforms, parks and clusters.

use std::collections::BTreeSet;

use super::find::find;
use super::{is, of_class};
use crate::diagram::facts::Id;
use crate::diagram::view::{Builder, Context, Layout, View};
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};
use crate::ontology::vocab;

/// One industry with all that belongs to it; or all industries that have a chain leader, platform, park or cluster, with
/// these alone.
pub(super) fn view(context: &Context<'_>, of: Option<&str>) -> Result<View, DiagramError> {
    let Context { facts, style, words, .. } = context;
    let one = of.map(|name| find(context, name, Some(vocab::INDUSTRY.as_str()))).transpose()?;
    let industries = match one {
        Some(industry) => BTreeSet::from([industry]),
        None => of_class(facts, style, vocab::INDUSTRY.as_str()),
    };
    let carriers: BTreeSet<Id> = [vocab::PLATFORM, vocab::PARK, vocab::INDUSTRIAL_CLUSTER]
        .iter()
        .flat_map(|class| of_class(facts, style, class.as_str()))
        .collect();
    let agents: BTreeSet<Id> = [vocab::ENTERPRISE, vocab::GOVERNMENT_BODY, vocab::PLACE, vocab::POLICY_DOCUMENT]
        .iter()
        .flat_map(|class| of_class(facts, style, class.as_str()))
        .collect();
    let leads = facts.predicate_id(vocab::CHAIN_LEADER_OF.as_str());
    let builds = facts.predicate_id(vocab::BUILDS.as_str());
    let letters = facts.letters();
    let mut builder = Builder::new(context);
    for claim in &facts.claims {
        let (subject, object) = (claim.subject, claim.object);
        let touches = industries.contains(&subject) || industries.contains(&object);
        let wanted = one.is_some() || carriers.contains(&subject) || carriers.contains(&object);
        let leader = is(leads, claim.predicate);
        if (touches && (wanted || leader)) || (one.is_none() && leader) {
            // Of one industry the agents stand at the left and all else at the right, which halves its height.
            let right = one.filter(|_| !agents.contains(&subject)).filter(|industry| *industry == object);
            builder.claim_from(right.unwrap_or(subject), claim).main |= leader;
        }
    }
    // Who leads or builds what is there belongs to the chain as well.
    let there: BTreeSet<Id> = carriers.iter().copied().filter(|id| builder.find(*id).is_some()).collect();
    for claim in facts.claims.iter().filter(|claim| there.contains(&claim.object)) {
        let known = builder.find(claim.subject).is_some() && !letters.contains(&claim.subject);
        if is(leads, claim.predicate) || is(builds, claim.predicate) || known {
            let right = one.is_some() && !agents.contains(&claim.subject);
            builder.claim_from(if right { claim.object } else { claim.subject }, claim);
        }
    }
    let title = match one {
        Some(industry) => {
            if let Some(node) = builder.find(industry) {
                builder.graph[node].focus = true;
            }
            fill(&words.chain, &[("name", &label::shorten(&facts.entity(industry).label, 40))])
        }
        None => words.chains.clone(),
    };
    Ok(View::of(title, Layout::Layers, builder.finish(), context))
}
