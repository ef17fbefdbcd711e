//! Relations of what a numbered section names to the one thing that its heading names.

use std::sync::Arc;

use super::clause::inside;
use super::{Claim, Page};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Expression, Knowledge, Reading};
use crate::ontology::Classes;

struct Heading {
    rule: Arc<str>,
    predicate: Arc<str>,
    subject: Classes,
    object: Classes,
    alone: bool,
    led: Option<Expression>,
    then: Option<Expression>,
    confidence: f64,
}

pub(super) struct Headings(Vec<Heading>);

impl Headings {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let compiled = knowledge.relation_rules.heading.iter().map(|rule| Heading {
            rule: rule.id.as_str().into(),
            predicate: rule.predicate.as_str().into(),
            subject: knowledge.classes(&rule.subject),
            object: knowledge.classes(&rule.object),
            alone: rule.alone,
            led: rule.led.clone(),
            then: rule.then.clone(),
            confidence: rule.confidence,
        });
        Self(compiled.collect())
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &Entities) -> Vec<Claim> {
        let mut claims = Vec::new();
        for block in page.document.blocks.iter().filter(|b| b.kind == BlockKind::Body) {
            let Some(heading) = block.heading else { continue };
            for rule in &self.0 {
                let Some(object) = only_one(page, entities, inside(page.mentions, heading), rule.object) else {
                    continue;
                };
                if rule.alone && !names_only(page, heading, object, entities) {
                    continue;
                }
                // The heading itself states nothing more.
                let sentences = block.sentences.iter().filter(|s| **s != heading);
                claims.extend(sentences.flat_map(|s| rule.sentence(page, entities, *s, object)));
            }
        }
        claims
    }
}

impl Heading {
    fn sentence(&self, page: &Page<'_>, entities: &Entities, sentence: Span, object: EntityId) -> Vec<Claim> {
        let text = page.document.text.clean();
        let closed = page
            .groups(sentence)
            .into_iter()
            .filter(|g| self.led.as_ref().is_none_or(|l| l.is_match(&text[sentence.start..g.span.start])))
            .filter(|g| self.then.as_ref().is_none_or(|t| t.is_match(&text[g.span.end..sentence.end])));
        let members = closed.flat_map(|g| g.members).filter(|m| self.subject.contains(page.mentions[*m].class));
        members
            .filter_map(|m| entities.of_mention(m))
            .map(|subject| Claim {
                subject,
                predicate: self.predicate.clone(),
                object,
                evidence: sentence,
                rule: self.rule.clone(),
                reading: Reading::Stated,
                confidence: self.confidence,
            })
            .collect()
    }
}

/// The one entity of `classes` among the mentions in `range`; nothing when there are several.
fn only_one(page: &Page<'_>, entities: &Entities, range: std::ops::Range<usize>, classes: Classes) -> Option<EntityId> {
    let mut found = range.filter(|m| classes.contains(page.mentions[*m].class)).filter_map(|m| entities.of_mention(m));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Whether `heading` holds hardly more than the name of `object`.
fn names_only(page: &Page<'_>, heading: Span, object: EntityId, entities: &Entities) -> bool {
    let named = inside(page.mentions, heading).filter(|m| entities.of_mention(*m) == Some(object));
    let inside_name: usize = named.map(|m| page.mentions[m].span.of(page.document.text.clean()).chars().count()).sum();
    heading.of(page.document.text.clean()).chars().count() <= inside_name + BESIDE
}

/// The most characters beside the name in a heading that names nothing else: 领域 and a full stop.
const BESIDE: usize = 4;
