//! Cooperation that follows from doing one thing together: 由甲、乙共同建设的丙 says that 甲 works with 乙.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::{Claim, Page};
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
        let text = page.document.text.clean();
        let mut found = Vec::new();
        let joint = |c: &&Claim| {
            rules.joint_in.iter().any(|p| **p == *c.predicate)
                && page.parties.contains(entities.get(c.subject).class)
                && rules.jointly.within(c.evidence.of(text))
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
                    found.push(self.claim(leader.subject, claim));
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
