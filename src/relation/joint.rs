//! Cooperation that follows from doing one thing together: 由甲、乙共同建设的丙 says that 甲 works with 乙.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::clause::inside;
use super::{Claim, Page};
use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::knowledge::Reading;

pub(super) struct Joint {
    predicate: Arc<str>,
    rule: Arc<str>,
}

/// The most spans that an entity has from the head.
const HEAD: usize = 4;

impl Joint {
    pub(super) fn new() -> Self {
        Self { predicate: "cooperatesWith".into(), rule: "REL-joint".into() }
    }

    /// The first of those who do the same thing in the same words, with each of the others.
    pub(super) fn read(&self, page: &Page<'_>, entities: &Entities, claims: &[Claim]) -> Vec<Claim> {
        let rules = &page.knowledge.relation_rules;
        let mut found = Vec::new();
        let joint = |c: &&Claim| {
            rules.joint_in.iter().any(|p| **p == *c.predicate)
                && page.kinds.parties.contains(entities.get(c.subject).class)
                && {
                    let words = rules.jointly.places_within(c.evidence.of(page.document.text.clean()));
                    outside_names(page, words.map(|(_, at)| at.shifted(c.evidence.start)), c.evidence)
                }
        };
        // Those who are said to work with somebody, each with the words that say so.
        let mut partners: HashMap<EntityId, Vec<Span>> = HashMap::new();
        for claim in claims.iter().filter(|c| c.predicate == self.predicate) {
            partners.entry(claim.object).or_default().push(claim.evidence);
        }
        let has_partner = |who: EntityId, with: &Claim| {
            partners.get(&who).is_some_and(|said| said.iter().any(|s| s.overlaps(with.evidence)))
        };
        // Whoever is named first leads.
        let place = |c: &Claim| {
            // What the head names stands first, the rest in the order of the text.
            let spans = &entities.get(c.subject).spans;
            let (head, rest) = spans.split_at(spans.len().min(HEAD));
            let next = rest.partition_point(|s| s.start < c.evidence.start);
            let found = head.iter().find(|s| s.start >= c.evidence.start).or_else(|| rest.get(next));
            found.map_or(usize::MAX, |s| s.start)
        };
        let mut together: Vec<&Claim> = claims.iter().filter(joint).collect();
        together.sort_by_key(|c| (place(c), c.evidence));
        // Evidence never reaches over the end of a sentence.
        let mut first: HashMap<(Arc<str>, EntityId, usize), Vec<&Claim>> = HashMap::new();
        for claim in together {
            let sentence = page.document.sentence_of(claim.evidence).start;
            let first = first.entry((claim.predicate.clone(), claim.object, sentence)).or_default();
            match first.iter().find(|c| c.evidence.overlaps(claim.evidence)) {
                Some(leader) if leader.subject != claim.subject => {
                    // 与甲、乙合建: it is already said with whom both of them work.
                    if !has_partner(leader.subject, claim) && !has_partner(claim.subject, claim) {
                        found.push(self.claim(leader.subject, claim));
                    }
                }
                Some(_) => {}
                None => first.push(claim),
            }
        }
        found
    }

    fn claim(&self, subject: EntityId, with: &Claim) -> Claim {
        Claim {
            subject,
            predicate: self.predicate.clone(),
            object: with.subject,
            evidence: with.evidence,
            rule: self.rule.clone(),
            reading: Reading::Stated,
            confidence: with.confidence * 0.9,
        }
    }
}

/// Whether one of `words`, which stand in `span`, stands outside of names: 合作 in 国际合作伙伴大会 says nothing of who holds it.
pub(super) fn outside_names(page: &Page<'_>, mut words: impl Iterator<Item = Span>, span: Span) -> bool {
    let names = &page.mentions[inside(page.mentions, span)];
    words.any(|word| {
        let next = names.partition_point(|m| m.span.end <= word.start);
        names.get(next).is_none_or(|m| m.span.start >= word.end)
    })
}
