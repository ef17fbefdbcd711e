//! What a name makes of its clause.

use super::scene::{Scene, behind_brackets};
use super::topic::Topic;
use super::{Counted, Subjects};
use crate::diag::Span;
use crate::entity::EntityId;
use crate::knowledge::Refers;
use crate::mention::{Mention, Target};

/// How much a mention says of what is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    Branch,
    Place,
    Actor,
    Topic,
}

impl Subjects {
    /// What the mention at `index` makes the topic of its clause, if it does.
    pub(super) fn weighed(
        &self,
        scene: &Scene<'_>,
        clause: Span,
        index: usize,
        numbers: &[Counted<'_>],
        topic: &Topic,
    ) -> Option<(Weight, Option<EntityId>)> {
        let mention = &scene.mentions[index];
        let thing = scene.entities.of_mention(index)?;
        let before = scene.text[clause.start.min(mention.span.start)..mention.span.start].trim_end_matches(['“', '《']);
        let behind = behind_brackets(
            scene.text[mention.span.end..scene.sentence.end.max(mention.span.end)].trim_start_matches(['”', '》']),
        );
        let place = self.places.contains(mention.class);
        let (aside, shared) = (&self.rules.aside, &self.rules.shared);
        if matches!(mention.target, Target::Reference(Refers::Last, _)) && topic.clause == Some(clause.start) {
            return None;
        }
        if place {
            // A place acts where it stands first.
            let general = matches!(mention.target, Target::Reference(Refers::Place, _))
                || (matches!(mention.target, Target::Reference(..)) && scene.place == Some(thing));
            let item = || self.rules.items.end(before) && numbers.iter().any(|n| n.span.start == mention.span.end);
            if !general && item() {
                return None;
            }
            let province = matches!(mention.target, Target::Reference(Refers::Province, _));
            if general && !aside.end(before) {
                return Some((Weight::Place, None));
            }
            let state = matches!(mention.target, Target::Reference(Refers::State, _));
            // 甲市乙镇: the place that the one before it only says where it lies.
            let inner = || {
                index.checked_sub(1).and_then(|i| scene.mentions.get(i)).is_some_and(|m| {
                    self.places.contains(m.class) && m.span.end == mention.span.start && m.span.start <= clause.start
                })
            };
            let first = before.trim().chars().count() < 2 || before.ends_with('年') || inner();
            let acts =
                first && !aside.end(before) && !self.rules.copulas.end(before) && !clause.of(scene.text).contains('、');
            let fits = !general && !province && !state && acts && !shared.start(behind);
            return fits.then_some((Weight::Place, Some(thing)));
        }
        if self.is_given(scene, clause, mention, before, numbers) {
            return Some((Weight::Topic, Some(thing)));
        }
        if aside.end(before) || shared.start(behind) {
            return None;
        }
        let words = mention.span.of(scene.text);
        let marked = || before.len() < mention.span.start - clause.start || words.contains('“');
        if self.quoted.contains(mention.class) && !marked() && !self.rules.made.end(before) {
            return None;
        }
        let list = || self.listed.contains(mention.class) && self.rules.lists.is_match(words);
        let kind = self.rules.kinds.is_match(words.trim_end_matches('”'));
        if kind || (!self.later.contains(mention.class) && !list() && self.is_counted(scene, mention.span, numbers)) {
            return None;
        }
        let first = || before.trim().is_empty() || before.ends_with(['年', '月']) || self.is_lead(before);
        if self.bodies.contains(mention.class) && !first() {
            return None;
        }
        let fields = &self.rules.fields;
        // 我市灯饰照明领域…, 光伏领域，…
        let beyond =
            if fields.end(words) { Some(behind) } else { fields.starting(behind).next().map(|w| &behind[w.len()..]) };
        let scope = |beyond: &str| self.of_place(scene, index) || (first() && beyond.starts_with('，'));
        if self.branches.contains(mention.class) && beyond.is_some_and(scope) {
            return Some((Weight::Topic, Some(thing)));
        }
        if self.is_address(before, behind, topic) || self.is_made(mention, before, topic) {
            return None;
        }
        let weight = if self.topics.contains(mention.class) || list() {
            Weight::Topic
        } else if self.actors.contains(mention.class) {
            Weight::Actor
        } else if self.branches.contains(mention.class) && !topic.place_named && first() {
            Weight::Branch
        } else {
            return None;
        };
        Some((weight, Some(thing)))
    }

    /// Whether what a number says is given to the one that is named (为甲公司提供500万元授信, 补助甲公司500万元).
    fn is_given(
        &self,
        scene: &Scene<'_>,
        clause: Span,
        mention: &Mention,
        before: &str,
        numbers: &[Counted<'_>],
    ) -> bool {
        let at = numbers.partition_point(|n| n.span.start < mention.span.end);
        let Some(number) = numbers.get(at).filter(|n| n.span.start < clause.end && self.actors.contains(mention.class))
        else {
            return false;
        };
        let between = &scene.text[mention.span.end..number.span.start];
        let to = self.rules.to.end(before) && self.rules.gives.end(between) && !between.starts_with(['、', '和', '与']);
        to || (self.rules.gives.end(before) && between.is_empty())
    }

    /// Whether `words` are no more than what may stand before a subject.
    fn is_lead(&self, words: &str) -> bool {
        self.rules.leads.find(words).is_some_and(|lead| lead.end() == words.len())
    }

    /// Whether the name says only where the thing that is spoken of stands (…，坐落在甲区的乙园，…).
    fn is_address(&self, before: &str, behind: &str, topic: &Topic) -> bool {
        topic.thing.is_some() && behind.starts_with(['，', '；', '。']) && self.rules.located.within(before)
    }

    /// Whether the thing is one that an agent spoken of has made for what it does.
    fn is_made(&self, mention: &Mention, before: &str, topic: &Topic) -> bool {
        let tool = self.tools.contains(mention.class);
        let described = before.ends_with(self.rules.attributive.as_str());
        let made = !before.is_empty() && !described && self.rules.makes.within(before);
        tool && topic.agent && topic.thing.is_some() && made
    }

    /// Whether the words for the issuing place stand right before the mention at `index` (全市新型显示规上企业).
    fn of_place(&self, scene: &Scene<'_>, index: usize) -> bool {
        let before = index.checked_sub(1).and_then(|i| scene.mentions.get(i));
        let start = scene.mentions[index].span.start;
        before.is_some_and(|m| m.span.end == start && matches!(m.target, Target::Reference(Refers::Place, _)))
    }

    /// Whether a number right beside the name counts such things (智能化生产线12条, 16项关键技术).
    fn is_counted(&self, scene: &Scene<'_>, name: Span, numbers: &[Counted<'_>]) -> bool {
        let at = numbers.partition_point(|n| n.span.start < name.end);
        let counts = |n: &Counted<'_>| self.rules.counted.has(n.unit);
        let close = |from: usize, to: usize| {
            scene.text.get(from..to).is_some_and(|gap| gap.chars().all(|c| matches!(c, '”' | '“')))
        };
        let behind = numbers.get(at).is_some_and(|n| counts(n) && close(name.end, n.span.start));
        let before = at.checked_sub(1).and_then(|i| numbers.get(i));
        behind || before.is_some_and(|n| close(n.span.end, name.start))
    }
}
