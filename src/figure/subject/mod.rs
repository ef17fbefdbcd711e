//! What a figure is about: the thing that its clause speaks of, else the one that the clauses before it spoke of.

mod list;
mod refer;
mod scene;
mod topic;
mod weigh;

use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Knowledge, SubjectRules};
use crate::mention::Mention;
use crate::ontology::Classes;
use crate::search::Words;
use scene::clauses;
pub(super) use scene::{Products, Scene, behind_brackets};
use topic::Named;
pub(super) use topic::Topic;
use weigh::Weight;

pub(super) struct Subjects {
    rules: SubjectRules,
    topics: Classes,
    actors: Classes,
    branches: Classes,
    places: Classes,
    behind: Classes,
    later: Classes,
    quoted: Classes,
    rulings: Classes,
    granting: Classes,
    passing: Classes,
    bodies: Classes,
    tools: Classes,
    projects: Classes,
    listed: Classes,
    anaphors: Vec<(Words, Classes)>,
}

/// The shortest name that is looked for inside of other words, in characters.
const SHORTEST_NAME: usize = 3;

impl Subjects {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.figure_rules.subjects;
        Self {
            topics: knowledge.classes(&rules.topics),
            actors: knowledge.classes(&rules.actors),
            branches: knowledge.classes(&rules.branches),
            places: knowledge.classes(&rules.districts),
            behind: knowledge.classes(&rules.behind),
            later: knowledge.classes(&rules.later),
            quoted: knowledge.classes(&rules.quoted),
            rulings: knowledge.classes(&rules.rulings),
            granting: knowledge.classes(&rules.granting),
            passing: knowledge.classes(&rules.passing),
            bodies: knowledge.classes(&rules.bodies),
            tools: knowledge.classes(&rules.tools),
            projects: knowledge.classes(&rules.projects),
            listed: knowledge.classes(&rules.listed),
            anaphors: rules.anaphors.iter().map(|a| (a.words.clone(), knowledge.classes(&a.classes))).collect(),
            rules: rules.clone(),
        }
    }

    /// What of `entities` may be called by its name alone.
    pub(super) fn products(&self, entities: &Entities) -> Products {
        let of_class = entities.iter().filter(|(_, e)| self.later.contains(e.class));
        let long = of_class.filter(|(_, e)| e.name.chars().count() >= SHORTEST_NAME);
        let (names, things): (Vec<String>, Vec<EntityId>) = long.map(|(id, e)| (e.name.clone(), id)).unzip();
        Products { names: names.into(), things }
    }

    /// What a section is about by its heading.
    pub(super) fn of_heading(&self, scene: &Scene<'_>) -> Option<EntityId> {
        let fits = |(_, m): &(usize, &Mention)| {
            self.topics.contains(m.class) && !self.rules.kinds.is_match(m.span.of(scene.text).trim_end_matches('”'))
        };
        scene.mentions_in(scene.sentence).filter(fits).last().and_then(|(i, _)| scene.entities.of_mention(i))
    }

    /// What each of `numbers` (clause and number, in the order of the text) is about; `None` is the issuing place.
    /// `topic` is what the paragraph spoke of before, and is left as what it speaks of now.
    pub(super) fn of(&self, scene: &Scene<'_>, numbers: &[Counted<'_>], topic: &mut Topic) -> Vec<About> {
        let sentence = scene.sentence;
        topic.place_named = false;
        let mut abouts = Vec::with_capacity(numbers.len());
        let mut numbers_left = numbers.iter().enumerate().peekable();
        let mut bare = true;
        for clause in clauses(scene.text, sentence) {
            if topic.rules && self.rules.proposes.is_match(clause.of(scene.text)) {
                topic.rules = false;
            }
            self.refer(scene, clause, topic);
            self.call(scene, clause, topic);
            let prior = topic.thing;
            let mut best: Option<Weight> = None;
            let mut actors: Vec<EntityId> = Vec::new();
            let mut held = false;
            let mut mentions = scene.mentions_in(clause).peekable();
            loop {
                let number = numbers_left.peek().map(|(_, n)| n.span).filter(|n| n.start < clause.end);
                let mention = mentions.peek().map(|(_, m)| m.span);
                match (mention, number) {
                    (Some(m), n) if n.is_none_or(|n| m.end <= n.start) => {
                        let Some((index, mention)) = mentions.next() else { break };
                        bare = false;
                        // 甲所是乙院的分支机构: what the rest of the clause names only says what the first one is.
                        let weighed = self.weighed(scene, clause, index, numbers, topic).filter(|_| !held);
                        if let Some((weight, about)) = weighed.filter(|(weight, _)| best.is_none_or(|w| *weight >= w)) {
                            best = Some(weight);
                            topic.thing = about;
                            topic.clause = Some(clause.start);
                            topic.rules = self.rulings.contains(mention.class);
                            topic.branch = weight == Weight::Branch;
                            topic.agent = weight == Weight::Actor;
                            topic.place_named |= weight == Weight::Place;
                            actors.extend(about.filter(|_| weight == Weight::Actor));
                            held = weight > Weight::Branch
                                && self.rules.copulas.start(behind_brackets(&scene.text[mention.span.end..]));
                        }
                        if weighed.is_some() && self.is_second(scene, clause, index) {
                            // One of several is not spoken of, but whoever has them.
                            topic.thing = if let [actor] = actors[..] { Some(actor) } else { prior };
                            (topic.rules, topic.branch) = (false, false);
                        }
                        if let Some(thing) = scene.entities.of_mention(index) {
                            topic.named(Named { thing, class: mention.class, spoken: weighed.is_some() });
                            if self.rulings.contains(mention.class) || self.later.contains(mention.class) {
                                topic.ruling = Some(thing);
                            }
                        }
                    }
                    (_, Some(_)) => {
                        let Some((i, number)) = numbers_left.next() else { break };
                        let next = numbers.get(i + 1).map(|n| n.span);
                        if matches!(self.direct(scene, number), Some(None)) {
                            (topic.thing, topic.place_named) = (None, true);
                        }
                        abouts.push(self.about(scene, number, next, clause, topic, bare));
                    }
                    (Some(_), None) | (None, None) => {
                        if mentions.next().is_none() {
                            break;
                        }
                    }
                }
            }
        }
        abouts.resize(numbers.len(), About::default());
        self.shared_out(scene, numbers, &mut abouts);
        abouts
    }

    fn about(
        &self,
        scene: &Scene<'_>,
        number: &Counted<'_>,
        next: Option<Span>,
        clause: Span,
        topic: &Topic,
        bare: bool,
    ) -> About {
        let limit = next.map_or(number.clause.end, |n| n.start.min(number.clause.end));
        if let Some(direct) = self.direct(scene, number) {
            return About { thing: direct, direct: direct.is_some(), ..About::default() };
        }
        let owner = self.owner(scene, number, limit, topic);
        if owner.is_some() {
            return About { thing: owner, owned: true, ..About::default() };
        }
        let thing = self.bracketed(scene, number.span).or_else(|| self.spoken_of(scene, number, clause, topic, bare));
        About { thing, ..About::default() }
    }

    /// What the number is about by what its clause and those before it speak of.
    fn spoken_of(
        &self,
        scene: &Scene<'_>,
        number: &Counted<'_>,
        clause: Span,
        topic: &Topic,
        bare: bool,
    ) -> Option<EntityId> {
        let words = number.clause.of(scene.text);
        if self.rules.together.within(words) && self.several_in(scene, clause) {
            return None;
        }
        let granted = |thing: EntityId| self.granting.contains(scene.entities.get(thing).class);
        let thing = topic.thing.filter(|_| !topic.rules || self.rules.ruled.is_match(words));
        let terms = || self.rules.terms.is_match(words);
        let own = topic.clause == Some(clause.start);
        let classes = if topic.rules { &self.granting } else { &self.later };
        let later = self.later(scene, number.span, number.clause, classes).filter(|_| !(own && topic.place_named));
        if topic.rules && !own && later.is_some() {
            return later;
        }
        if topic.ruling.is_some() && !thing.is_some_and(granted) && terms() {
            return topic.ruling;
        }
        if own && thing.is_some() {
            return thing;
        }
        if later.is_some() {
            return later;
        }
        let passes = |thing: &EntityId| {
            let passing = self.passing.contains(scene.entities.get(*thing).class);
            !(passing && self.rules.goals.is_match(words))
        };
        let carried = thing.filter(|_| !topic.branch).filter(passes);
        let silent = || topic.thing.is_none() && !topic.place_named && !terms();
        let before = || topic.before.filter(|_| bare && silent()).filter(passes);
        let before_rules = |thing: &EntityId| {
            let class = scene.entities.get(*thing).class;
            !self.quoted.contains(class) && (!self.rulings.contains(class) || self.rules.ruled.is_match(words))
        };
        carried.or_else(|| before().filter(before_rules))
    }
}

/// What a number is about, and how that is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About {
    /// The thing; `None` is the issuing place.
    pub(super) thing: Option<EntityId>,
    /// Whether the words behind the number name it.
    pub(super) owned: bool,
    /// Whether it is a place that the number stands right behind.
    pub(super) direct: bool,
    /// The first of several numbers that were given out one by one, and whether to the members of a list.
    pub(super) group: Option<usize>,
    /// See `group`.
    pub(super) listed: bool,
}

/// A number as its subject is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) clause: Span,
    pub(super) span: Span,
    pub(super) unit: &'a str,
}
