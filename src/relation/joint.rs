//! Cooperation that follows from doing one thing together: 由甲、乙共同建设的丙 says that 甲 works with 乙.

use std::sync::Arc;

use super::{Claim, Page};
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Knowledge, Reading};
use crate::ontology::Classes;

pub(super) struct Joint {
    predicate: Arc<str>,
    rule: Arc<str>,
    /// Who can cooperate.
    partners: Classes,
}

impl Joint {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let partners = knowledge.classes(&["Agent".to_owned(), "Place".to_owned()]);
        Self { predicate: "cooperatesWith".into(), rule: "REL-joint".into(), partners }
    }

    /// The first of those who do the same thing in the same words, with each of the others.
    pub(super) fn read(&self, page: &Page<'_>, entities: &Entities, claims: &[Claim]) -> Vec<Claim> {
        let rules = &page.knowledge.relation_rules;
        let text = page.document.text.clean();
        let mut found = Vec::new();
        let joint = |c: &&Claim| {
            rules.joint_in.iter().any(|p| **p == *c.predicate)
                && self.partners.contains(entities.get(c.subject).class)
                && rules.jointly.within(c.evidence.of(text))
        };
        // Whoever is named first leads.
        let place = |c: &Claim| {
            let spans = entities.get(c.subject).spans.iter();
            spans.map(|s| s.start).find(|at| *at >= c.evidence.start).unwrap_or(usize::MAX)
        };
        let mut together: Vec<&Claim> = claims.iter().filter(joint).collect();
        together.sort_by_key(|c| (place(c), c.evidence));
        let mut first: Vec<&Claim> = Vec::new();
        for claim in together {
            let same = |c: &&&Claim| {
                c.predicate == claim.predicate && c.object == claim.object && c.evidence.overlaps(claim.evidence)
            };
            match first.iter().find(same) {
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
