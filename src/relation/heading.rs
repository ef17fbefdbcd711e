//! Relations of what a numbered section names to the one thing that its heading names.

use std::cell::OnceCell;
use std::sync::Arc;

use super::clause::{Group, inside};
use super::{Claim, Page};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::entity::{Entities, Entity, EntityId};
use crate::knowledge::{Knowledge, Reading};
use crate::ontology::Classes;
use crate::search::Expression;

struct Heading {
    rule: Arc<str>,
    predicate: Arc<str>,
    subject: Classes,
    object: Classes,
    titled: bool,
    in_name: bool,
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
            subject: knowledge.classes(&rule.subject).without(knowledge.classes(&rule.except)),
            object: knowledge.classes(&rule.object),
            titled: rule.titled,
            in_name: rule.in_name,
            alone: rule.alone,
            led: rule.led.clone(),
            then: rule.then.clone(),
            confidence: rule.confidence,
        });
        Self(compiled.collect())
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &Entities) -> Vec<Claim> {
        let mut claims = Vec::new();
        // The title is the same for all blocks.
        let titles: Vec<Option<EntityId>> =
            self.0.iter().map(|r| if r.titled { of_title(page, entities, r.object) } else { None }).collect();
        // The headings of the sections around a block, the innermost one last.
        let mut around: Vec<(&str, Span)> = Vec::new();
        for block in page.document.blocks.iter().filter(|b| b.kind == BlockKind::Body) {
            around.retain(|(section, _)| is_within(&block.section, section));
            if block.numbered
                && let Some(heading) = block.heading
            {
                around.retain(|(section, _)| *section != block.section);
                around.push((&block.section, heading));
            }
            let opening = block.topic(page.document.text.clean());
            // The lists of names of each sentence, made when the first rule asks for them.
            let groups: Vec<OnceCell<Vec<Group>>> = vec![OnceCell::new(); block.sentences.len()];
            for (rule, title) in self.0.iter().zip(&titles) {
                let named = |h: Span| inside(page.mentions, h).any(|m| rule.object.contains(page.mentions[m].class));
                // A paragraph that opens with what it is about tells more than the section that it stands in.
                let topic = opening
                    .filter(|t| !inside(page.mentions, *t).any(|m| rule.subject.contains(page.mentions[m].class)));
                // What a name holds of it is chance.
                let topic = topic.filter(|_| !rule.in_name);
                let topic = topic.and_then(|t| only_one(page, entities, inside(page.mentions, t), rule.object));
                let heading = around.iter().rev().map(|(_, h)| *h).find(|h| named(*h));
                let object = match heading {
                    _ if topic.is_some() => topic,
                    Some(heading) => {
                        let object = only_one(page, entities, inside(page.mentions, heading), rule.object);
                        object.filter(|o| !rule.alone || names_only(page, heading, *o, entities))
                    }
                    None => *title,
                };
                let broad = &page.knowledge.relation_rules.too_broad;
                let Some(object) = object.filter(|o| !broad.has(&entities.get(*o).name)) else { continue };
                // The heading itself states nothing more, and a sentence with a field of its own nothing of the title's.
                let own = |s: Span| {
                    !rule.in_name
                        && only_one(page, entities, inside(page.mentions, s), rule.object).is_some_and(|o| o != object)
                };
                let sentences = block.sentences.iter().zip(&groups);
                let sentences = sentences.filter(|(s, _)| Some(**s) != block.heading && !own(**s));
                claims.extend(sentences.flat_map(|(s, groups)| {
                    rule.sentence(page, entities, *s, groups.get_or_init(|| page.groups(*s)), object)
                }));
            }
        }
        claims
    }
}

impl Heading {
    fn sentence(
        &self,
        page: &Page<'_>,
        entities: &Entities,
        sentence: Span,
        groups: &[Group],
        object: EntityId,
    ) -> Vec<Claim> {
        let text = page.document.text.clean();
        let fits = |m: &usize| self.subject.contains(page.mentions[*m].class);
        let closed = groups
            .iter()
            // 某局与甲公司合作: with whom the section's own people work is not spoken of for itself.
            .filter(|g| fits(&g.members.start))
            .filter(|g| self.led.as_ref().is_none_or(|l| l.is_match(&text[sentence.start..g.span.start])))
            .filter(|g| {
                let (before, after) = (Span::new(sentence.start, g.span.start), Span::new(g.span.end, sentence.end));
                !self.in_name || !page.is_wish(before, after)
            })
            .filter(|g| self.then.as_ref().is_none_or(|t| t.is_match(&text[g.span.end..sentence.end])));
        let members = closed.flat_map(|g| g.members.clone()).filter(fits);
        members
            .filter_map(|m| entities.of_mention(m))
            .filter(|id| !self.in_name || holds(entities, *id, object))
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

/// Whether the section `inner` is `outer` or lies in it: 二（一） in 二, but not 二十 in 二.
fn is_within(inner: &str, outer: &str) -> bool {
    let behind = inner.strip_prefix(outer);
    behind.is_some_and(|b| b.chars().next().is_none_or(|c| c == '（' || c.is_ascii_digit()))
}

/// The one entity of `classes` that the title of the document, or of the proposal that it answers, names.
fn of_title(page: &Page<'_>, entities: &Entities, classes: Classes) -> Option<EntityId> {
    let title = page.document.head.title.as_ref().map(|t| t.text.as_str());
    let proposal = entities.roles.proposal.map(|(id, _)| entities.get(id).name.as_str());
    let titles: Vec<&str> = title.into_iter().chain(proposal).collect();
    let forms = |e: &Entity| -> usize {
        let all = std::iter::once(&e.name).chain(&e.aliases).filter(|f| f.chars().nth(1).is_some());
        all.filter(|f| titles.iter().any(|t| t.contains(f.as_str()))).map(|f| f.chars().count()).max().unwrap_or(0)
    };
    let mut found: Vec<(usize, EntityId, &Entity)> = entities
        .iter()
        .filter(|(_, e)| classes.contains(e.class) && !page.knowledge.relation_rules.too_broad.has(&e.name))
        .map(|(id, e)| (forms(e), id, e))
        .filter(|(length, ..)| *length > 0)
        .collect();
    found.sort_by_key(|(length, id, _)| (std::cmp::Reverse(*length), *id));
    let (_, first, longest) = *found.first()?;
    // 超硬材料 holds 材料, and only the longer one is meant.
    found.iter().all(|(_, id, e)| *id == first || longest.name.contains(&e.name)).then_some(first)
}

/// Whether the name of `whole`, or another form of it, holds a form of `part`.
fn holds(entities: &Entities, whole: EntityId, part: EntityId) -> bool {
    let (whole, part) = (entities.get(whole), entities.get(part));
    let forms = || std::iter::once(&part.name).chain(&part.aliases).filter(|f| f.chars().nth(1).is_some());
    std::iter::once(&whole.name).chain(&whole.aliases).any(|name| forms().any(|f| name.contains(f.as_str())))
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
