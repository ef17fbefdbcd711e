//! Which bodies consult, copy, issue with, belong to and work with each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{is, of_class};
use crate::diagram::facts::{Claim, Id};
use crate::diagram::view::{Builder, Context, Layout, View};
use crate::ontology::vocab;

/// The relation between two bodies that issued one document. Nobody states it as such, so the ontology does not have it.
pub(in crate::diagram) const ISSUED_TOGETHER: &str = "urn:wenmai:issuedTogether";

/// Bodies and the lines between them. What a letter states of a body is drawn from the body that issued the letter; two
/// that issue one document together are tied by that.
pub(super) fn view(context: &Context<'_>) -> View {
    let Context { facts, style, words, .. } = context;
    let bodies = of_class(facts, style, vocab::GOVERNMENT_BODY.as_str());
    let letters = facts.letters();
    let issued_by = facts.predicate_id(vocab::ISSUED_BY.as_str());
    let mut issuers: BTreeMap<Id, BTreeMap<Id, &Claim>> = BTreeMap::new();
    for claim in facts.claims.iter().filter(|claim| is(issued_by, claim.predicate)) {
        issuers.entry(claim.subject).or_default().entry(claim.object).or_insert(claim);
    }
    let mut builder = Builder::new(context);
    for claim in &facts.claims {
        if bodies.contains(&claim.subject) && bodies.contains(&claim.object) {
            builder.claim(claim);
        } else if letters.contains(&claim.subject) && bodies.contains(&claim.object) && !is(issued_by, claim.predicate)
        {
            let senders: BTreeSet<Id> =
                issuers.get(&claim.subject).into_iter().flat_map(BTreeMap::keys).copied().collect();
            for sender in senders.into_iter().filter(|sender| *sender != claim.object) {
                let (from, to) = (builder.entity(sender), builder.entity(claim.object));
                builder.claim_between(from, to, facts.predicate(claim.predicate), claim);
            }
        }
    }
    for together in issuers.values() {
        for (one, claim) in together {
            for other in together.keys().filter(|other| *other > one) {
                let (from, to) = (builder.entity(*one), builder.entity(*other));
                builder.claim_between(from, to, ISSUED_TOGETHER, claim);
            }
        }
    }
    View::of(words.bureaus.clone(), Layout::Force, builder.finish(), context)
}
