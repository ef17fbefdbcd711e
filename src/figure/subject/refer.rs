//! What words beside a number, or at the beginning of a clause, name or stand for.

use super::scene::{Products, Scene};
use super::topic::{Named, Topic};
use super::{Counted, Subjects};
use crate::diag::Span;
use crate::entity::EntityId;
use crate::knowledge::Refers;
use crate::mention::{Mention, Target};
use crate::ontology::Classes;

impl Subjects {
    /// A product that `clause` calls by its name inside of other words.
    pub(super) fn call(&self, scene: &Scene<'_>, clause: Span, topic: &mut Topic) {
        if scene.mentions_in(clause).any(|(_, m)| self.later.contains(m.class)) {
            return;
        }
        let Products { names, things } = scene.products;
        let hits = names.places_within(clause.of(scene.text)).map(|(i, hit)| (hit.shifted(clause.start), i));
        let free = |hit: &(Span, usize)| {
            !scene.mentions_in(clause).any(|(_, m)| m.span.start < hit.0.end && hit.0.start < m.span.end)
        };
        let called = hits.filter(free).min_by_key(|(hit, _)| (hit.end, hit.start));
        if let Some(thing) = called.and_then(|(_, i)| things.get(i)) {
            (topic.thing, topic.clause) = (Some(*thing), Some(clause.start));
            (topic.rules, topic.branch) = (false, false);
        }
    }

    /// What a word at the beginning of `clause` stands for.
    pub(super) fn refer(&self, scene: &Scene<'_>, clause: Span, topic: &mut Topic) {
        let words = clause.of(scene.text);
        let words = self.rules.leads.find(words).map_or(words, |lead| &words[lead.end()..]);
        if self.rules.turns.is_match(words) {
            (topic.thing, topic.before) = (None, None);
            return;
        }
        if self.rules.several.start(words) {
            topic.thing = None;
            topic.clause = Some(clause.start);
            return;
        }
        let party = |n: &&Named| self.actors.contains(n.class) && !self.bodies.contains(n.class);
        let spoken_of = |n: &&Named| self.topics.contains(n.class) || party(n);
        let named = || topic.recent.iter().rev().filter(spoken_of);
        let thing = if self.rules.latter.start(words) {
            named().next().map(|n| n.thing)
        } else if self.rules.former.start(words) {
            named().next().and_then(|last| {
                let mut others = named().filter(|n| n.class == last.class && n.thing != last.thing);
                others.next().map(|n| n.thing)
            })
        } else {
            let found =
                self.anaphors.iter().find_map(|(anaphors, classes)| Some((anaphors.starting(words).next()?, classes)));
            found.and_then(|(word, classes)| {
                // 该所: what is called so, whatever it is.
                let noun = word.trim_start_matches(|c| self.rules.these.contains(c));
                let called = |n: &Named| scene.entities.get(n.thing).name.ends_with(noun);
                topic.last(called).or_else(|| topic.last(|n| classes.contains(n.class)))
            })
        };
        if let Some(thing) = thing {
            topic.thing = Some(thing);
            topic.clause = Some(clause.start);
            topic.branch = false;
            topic.rules = self.rulings.contains(scene.entities.get(thing).class);
            if topic.rules {
                topic.ruling = Some(thing);
            }
        }
    }

    /// The place that the number stands right behind (其中曹县12.6万亩，单县3.4万亩; 为我市29家企业).
    pub(super) fn direct(&self, scene: &Scene<'_>, number: &Counted<'_>) -> Option<Option<EntityId>> {
        let at = scene.mentions.partition_point(|m| m.span.end < number.span.start);
        let mention = scene.mentions.get(at).filter(|m| m.span.end == number.span.start)?;
        if !self.places.contains(mention.class) {
            return None;
        }
        match mention.target {
            Target::Reference(Refers::Place, _) => {
                let before = &scene.text[number.clause.start.min(mention.span.start)..mention.span.start];
                self.rules.serves.end(before).then_some(None)
            }
            Target::Reference(..) => None,
            Target::Name(_) => {
                let before = &scene.text[scene.sentence.start.min(mention.span.start)..mention.span.start];
                let item = before.is_empty() || self.rules.items.end(before);
                scene.entities.of_mention(at).filter(|_| item).map(Some)
            }
        }
    }

    /// The thing that the number belongs to by the words behind it.
    pub(super) fn owner(
        &self,
        scene: &Scene<'_>,
        number: &Counted<'_>,
        limit: usize,
        topic: &Topic,
    ) -> Option<EntityId> {
        let at = number.span;
        // A project that is spoken of builds what is named behind its costs.
        let project = topic.thing.is_some_and(|t| self.projects.contains(scene.entities.get(t).class));
        let fits = |(i, m): &(usize, &Mention)| {
            let between = &scene.text[at.end..m.span.start];
            self.behind.contains(m.class)
                && !self.rules.kinds.is_match(m.span.of(scene.text).trim_end_matches('”'))
                && self.rules.belongs.is_match(between)
                && !(project && !between.is_empty() && !between.contains(self.rules.attributive.as_str()))
                && !(self.rules.counted.has(number.unit) && between.is_empty())
                && scene.entities.of_mention(*i).is_some()
        };
        let mut near = scene.mentions_in(Span::new(at.end, limit.max(at.end)));
        near.find(fits).and_then(|(i, _)| scene.entities.of_mention(i))
    }

    /// The thing before the bracket that the number stands alone in: 纺织集群（120亿元）.
    pub(super) fn bracketed(&self, scene: &Scene<'_>, number: Span) -> Option<EntityId> {
        let before = scene.text[scene.sentence.start..number.start].strip_suffix('（')?;
        let end = scene.sentence.start + before.len();
        let i = scene.mentions.partition_point(|m| m.span.end < end);
        let mention = scene.mentions.get(i).filter(|m| m.span.end == end)?;
        let fits = self.topics.contains(mention.class) || self.branches.contains(mention.class);
        scene.entities.of_mention(i).filter(|_| fits)
    }

    /// The thing that the clause names only behind the number.
    pub(super) fn later(&self, scene: &Scene<'_>, number: Span, clause: Span, classes: &Classes) -> Option<EntityId> {
        let mut fits = scene.mentions_in(Span::new(number.end, clause.end.max(number.end)));
        fits.find(|(_, m)| classes.contains(m.class)).and_then(|(i, _)| scene.entities.of_mention(i))
    }
}
