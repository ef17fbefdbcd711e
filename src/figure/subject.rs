//! What a figure is about: the thing that its clause speaks of, else the one that the clauses before it spoke of.

use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Expression, Knowledge, Refers, Words};
use crate::mention::{Mention, Target};
use crate::ontology::Classes;

pub(super) struct Subjects {
    topics: Classes,
    actors: Classes,
    branches: Classes,
    places: Classes,
    behind: Classes,
    aside: Words,
    shared: Words,
    belongs: Expression,
    later: Classes,
    quoted: Classes,
    rulings: Classes,
    ruled: Expression,
}

/// What the text speaks of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Topic {
    /// The thing; `None` is the issuing place.
    thing: Option<EntityId>,
    /// Whether it was named by the sentence itself.
    place_named: bool,
    /// Whether the thing is a rule.
    rules: bool,
}

/// The places of names and clauses around one sentence.
pub(super) struct Scene<'a> {
    pub(super) text: &'a str,
    pub(super) entities: &'a Entities,
    pub(super) mentions: &'a [Mention],
    pub(super) sentence: Span,
}

/// How much a mention says of what is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Branch,
    Place,
    Actor,
    Topic,
}

impl Subjects {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.figure_rules;
        Self {
            topics: knowledge.classes(&rules.topics),
            actors: knowledge.classes(&rules.actors),
            branches: knowledge.classes(&rules.branches),
            places: knowledge.classes(&rules.districts),
            behind: knowledge.classes(&rules.behind),
            aside: rules.aside.clone(),
            shared: rules.shared.clone(),
            belongs: rules.belongs.clone(),
            later: knowledge.classes(&rules.later),
            quoted: knowledge.classes(&rules.quoted),
            rulings: knowledge.classes(&rules.rulings),
            ruled: rules.ruled.clone(),
        }
    }

    /// What each of `numbers` (clause and number, in the order of the text) is about; `None` is the issuing place.
    /// `topic` is what the paragraph spoke of before, and is left as what it speaks of now.
    pub(super) fn of(&self, scene: &Scene<'_>, numbers: &[(Span, Span)], topic: &mut Topic) -> Vec<Option<EntityId>> {
        let sentence = scene.sentence;
        let from = scene.mentions.partition_point(|m| m.span.start < sentence.start);
        let to = scene.mentions.partition_point(|m| m.span.start < sentence.end);
        let clauses = clauses(scene.text, sentence);
        topic.place_named = false;
        let mut next = from;
        let mut abouts = Vec::with_capacity(numbers.len());
        let mut clause = 0;
        let mut best: Option<(Weight, Option<EntityId>)> = None;
        let mut advance = |until: usize, topic: &mut Topic| {
            while next < to && scene.mentions[next].span.end <= until {
                while clauses.get(clause).is_some_and(|c| c.end <= scene.mentions[next].span.start) {
                    clause += 1;
                    best = None;
                }
                let around = clauses.get(clause).copied().unwrap_or(sentence);
                if let Some((weight, about)) = self.weighed(scene, around, next, *topic)
                    && best.is_none_or(|(w, _)| weight >= w)
                {
                    best = Some((weight, about));
                    topic.thing = about;
                    topic.rules = self.rulings.contains(scene.mentions[next].class);
                    topic.place_named |= weight == Weight::Place;
                }
                next += 1;
            }
        };
        for (i, &(around, number)) in numbers.iter().enumerate() {
            advance(number.start, topic);
            let limit = numbers.get(i + 1).map_or(around.end, |(_, n)| n.start.min(around.end));
            let owner = self.owner(scene, number, limit).or_else(|| self.bracketed(scene, number));
            let about = owner.or_else(|| topic.thing.filter(|_| self.may_be(topic, scene.text, around)));
            let about = about.or_else(|| self.later(scene, number, around).filter(|_| !topic.place_named));
            abouts.push(about);
        }
        advance(sentence.end, topic);
        abouts
    }

    /// The thing that the number belongs to by the words behind it.
    fn owner(&self, scene: &Scene<'_>, number: Span, limit: usize) -> Option<EntityId> {
        let from = scene.mentions.partition_point(|m| m.span.start < number.end);
        let fits = |(i, m): &(usize, &Mention)| {
            self.behind.contains(m.class)
                && self.belongs.is_match(&scene.text[number.end..m.span.start])
                && scene.entities.of_mention(*i).is_some()
        };
        let near = scene.mentions[from..].iter().take_while(|m| m.span.start < limit);
        (from..).zip(near).find(fits).and_then(|(i, _)| scene.entities.of_mention(i))
    }

    /// The thing before the bracket that the number stands alone in: 纺织集群（120亿元）.
    fn bracketed(&self, scene: &Scene<'_>, number: Span) -> Option<EntityId> {
        let before = scene.text[scene.sentence.start..number.start].strip_suffix('（')?;
        let end = scene.sentence.start + before.len();
        let i = scene.mentions.partition_point(|m| m.span.end < end);
        let mention = scene.mentions.get(i).filter(|m| m.span.end == end)?;
        let fits = self.topics.contains(mention.class) || self.branches.contains(mention.class);
        scene.entities.of_mention(i).filter(|_| fits)
    }

    /// The thing that the clause names only behind the number.
    fn later(&self, scene: &Scene<'_>, number: Span, clause: Span) -> Option<EntityId> {
        let from = scene.mentions.partition_point(|m| m.span.start < number.end);
        let near = scene.mentions[from..].iter().take_while(|m| m.span.end <= clause.end);
        let mut fits = (from..).zip(near).filter(|(_, m)| self.later.contains(m.class));
        fits.next().and_then(|(i, _)| scene.entities.of_mention(i))
    }

    /// Whether the topic is what a number of `clause` is about: of a rule only what it grants and asks.
    fn may_be(&self, topic: &Topic, text: &str, clause: Span) -> bool {
        !topic.rules || self.ruled.is_match(clause.of(text))
    }

    /// What the mention at `index` makes the topic of its clause, if it does.
    fn weighed(
        &self,
        scene: &Scene<'_>,
        clause: Span,
        index: usize,
        topic: Topic,
    ) -> Option<(Weight, Option<EntityId>)> {
        let mention = &scene.mentions[index];
        let thing = scene.entities.of_mention(index)?;
        let before = scene.text[clause.start.min(mention.span.start)..mention.span.start].trim_end_matches(['“', '《']);
        let behind = behind_brackets(scene.text[mention.span.end..scene.sentence.end].trim_start_matches(['”', '》']));
        let place = self.places.contains(mention.class);
        if place {
            // A place acts where it stands first.
            let general = matches!(mention.target, Target::Reference(Refers::Place, _));
            let province = matches!(mention.target, Target::Reference(Refers::Province, _));
            if general && !self.aside.end(before) {
                return Some((Weight::Place, None));
            }
            let state = matches!(mention.target, Target::Reference(Refers::State, _));
            let first = before.trim().chars().count() < 2 || before.ends_with('年');
            let acts = first && !self.aside.end(before) && !clause.of(scene.text).contains('、');
            let fits = !general && !province && !state && acts && !self.shared.start(behind);
            return fits.then_some((Weight::Place, Some(thing)));
        }
        if self.aside.end(before) || self.shared.start(behind) {
            return None;
        }
        let marked = || before.len() < mention.span.start - clause.start || mention.span.of(scene.text).contains('“');
        if self.quoted.contains(mention.class) && !marked() {
            return None;
        }
        let first = || before.trim().is_empty() || before.ends_with(['年', '月']);
        let weight = if self.topics.contains(mention.class) {
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
}

/// The clauses of a sentence, which cover it; marks inside of brackets and quotation marks end none.
fn clauses(text: &str, sentence: Span) -> Vec<Span> {
    let mut clauses = Vec::new();
    let mut start = sentence.start;
    let mut depth = 0_u32;
    for (at, c) in sentence.of(text).char_indices() {
        match c {
            '（' | '“' | '《' => depth += 1,
            '）' | '”' | '》' => depth = depth.saturating_sub(1),
            '，' | '；' | '：' | '。' | '！' | '？' if depth == 0 => {
                let end = sentence.start + at + c.len_utf8();
                clauses.push(Span::new(start, end));
                start = end;
            }
            _ => {}
        }
    }
    if start < sentence.end {
        clauses.push(Span::new(start, sentence.end));
    }
    clauses
}

/// `text` without brackets at its beginning.
fn behind_brackets(text: &str) -> &str {
    match text.strip_prefix('（').and_then(|inner| inner.split_once('）')) {
        Some((_, rest)) => rest,
        None => text,
    }
}
