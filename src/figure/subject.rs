//! What a figure is about: the thing that its clause speaks of, else the one that the clauses before it spoke of.

use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Knowledge, Refers, SubjectRules, Words};
use crate::mention::{Mention, Target};
use crate::ontology::{Class, Classes};

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

/// What the text speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Topic {
    /// The thing; `None` is the issuing place.
    thing: Option<EntityId>,
    /// The clause that named it, by its beginning.
    clause: Option<usize>,
    /// Whether a place was named by the sentence itself.
    place_named: bool,
    /// Whether the thing is a rule.
    rules: bool,
    /// Whether the thing is one that acts.
    agent: bool,
    /// Whether the thing is a branch.
    branch: bool,
    /// What the sentence before spoke of.
    before: Option<EntityId>,
    /// The rule that the paragraph named last.
    ruling: Option<EntityId>,
    /// What was named, the last one last.
    recent: Vec<Named>,
}

#[derive(Clone, Copy, Debug)]
struct Named {
    thing: EntityId,
    class: Class,
    /// Whether the text spoke of it, and not only of something beside it.
    spoken: bool,
}

/// The shortest name that is looked for inside of other words, in characters.
const SHORTEST_NAME: usize = 3;
/// So many names are looked back over.
const RECENT: usize = 24;

impl Topic {
    /// A paragraph of a section begins whose heading names `heading`.
    pub(super) fn of_section(heading: Option<EntityId>) -> Self {
        Self { before: heading, ..Self::default() }
    }

    /// A sentence ends.
    pub(super) fn end_sentence(&mut self) {
        let thing = self.thing.take();
        self.before = if self.place_named { thing } else { thing.or(self.before) };
        (self.clause, self.rules, self.branch) = (None, false, false);
    }

    fn named(&mut self, named: Named) {
        if self.recent.len() >= RECENT {
            self.recent.remove(0);
        }
        self.recent.push(named);
    }

    /// The last one that was spoken of and fits, or else the last one that fits.
    fn last(&self, fits: impl Fn(&Named) -> bool) -> Option<EntityId> {
        let mut fitting = self.recent.iter().rev().filter(|n| fits(n));
        let spoken = fitting.clone().find(|n| n.spoken);
        spoken.or_else(|| fitting.next()).map(|n| n.thing)
    }
}

/// The places of names and clauses around one sentence.
pub(super) struct Scene<'a> {
    pub(super) text: &'a str,
    pub(super) entities: &'a Entities,
    pub(super) mentions: &'a [Mention],
    pub(super) sentence: Span,
    /// The issuing place.
    pub(super) place: Option<EntityId>,
    /// What may be called by its name alone, inside of other words.
    pub(super) products: &'a Products,
}

/// What may be called by its name alone, inside of other words (93个数字贷备案).
#[derive(Default)]
pub(super) struct Products {
    names: Words,
    things: Vec<EntityId>,
}

impl Scene<'_> {
    /// The mentions that begin inside of `span`, with their places in the list.
    fn mentions_in(&self, span: Span) -> impl Iterator<Item = (usize, &Mention)> {
        let from = self.mentions.partition_point(|m| m.span.start < span.start);
        (from..).zip(self.mentions[from..].iter().take_while(move |m| m.span.start < span.end))
    }
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
            let mut mentions = scene.mentions_in(clause).peekable();
            loop {
                let number = numbers_left.peek().map(|(_, n)| n.span).filter(|n| n.start < clause.end);
                let mention = mentions.peek().map(|(_, m)| m.span);
                match (mention, number) {
                    (Some(m), n) if n.is_none_or(|n| m.end <= n.start) => {
                        let Some((index, mention)) = mentions.next() else { break };
                        bare = false;
                        let weighed = self.weighed(scene, clause, index, numbers, topic);
                        if let Some((weight, about)) = weighed.filter(|(weight, _)| best.is_none_or(|w| *weight >= w)) {
                            best = Some(weight);
                            topic.thing = about;
                            topic.clause = Some(clause.start);
                            topic.rules = self.rulings.contains(mention.class);
                            topic.branch = weight == Weight::Branch;
                            topic.agent = weight == Weight::Actor;
                            topic.place_named |= weight == Weight::Place;
                            actors.extend(about.filter(|_| weight == Weight::Actor));
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
        let terms = self.rules.terms.is_match(words);
        let own = topic.clause == Some(clause.start);
        let classes = if topic.rules { &self.granting } else { &self.later };
        let later = self.later(scene, number.span, number.clause, classes).filter(|_| !(own && topic.place_named));
        if topic.rules && !own && later.is_some() {
            return later;
        }
        if !thing.is_some_and(granted) && terms && topic.ruling.is_some() {
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
        let silent = topic.thing.is_none() && !topic.place_named && !terms;
        let before = || topic.before.filter(|_| bare && silent).filter(passes);
        let before_rules = |thing: &EntityId| {
            let class = scene.entities.get(*thing).class;
            !self.quoted.contains(class) && (!self.rulings.contains(class) || self.rules.ruled.is_match(words))
        };
        carried.or_else(|| before().filter(before_rules))
    }

    /// Whether `clause` names several of one class.
    fn several_in(&self, scene: &Scene<'_>, clause: Span) -> bool {
        let mut first: Vec<(Class, EntityId)> = Vec::new();
        scene.mentions_in(clause).any(|(i, m)| {
            let Some(thing) =
                scene.entities.of_mention(i).filter(|_| self.topics.contains(m.class) || self.actors.contains(m.class))
            else {
                return false;
            };
            match first.iter().find(|(class, _)| *class == m.class) {
                Some((_, other)) => *other != thing,
                None => {
                    first.push((m.class, thing));
                    false
                }
            }
        })
    }

    /// A product that `clause` calls by its name inside of other words.
    fn call(&self, scene: &Scene<'_>, clause: Span, topic: &mut Topic) {
        if scene.mentions_in(clause).any(|(_, m)| self.later.contains(m.class)) {
            return;
        }
        let called = scene.products.names.places_within(clause.of(scene.text)).find(|(_, hit)| {
            let at = hit.shifted(clause.start);
            !scene.mentions_in(clause).any(|(_, m)| m.span.start < at.end && at.start < m.span.end)
        });
        if let Some(thing) = called.and_then(|(i, _)| scene.products.things.get(i)) {
            (topic.thing, topic.clause) = (Some(*thing), Some(clause.start));
            (topic.rules, topic.branch) = (false, false);
        }
    }

    /// Whether the mention at `index` is the second of several of its class in a row (“甲贷”“乙贷”).
    fn is_second(&self, scene: &Scene<'_>, clause: Span, index: usize) -> bool {
        let Some(before) = index.checked_sub(1).and_then(|i| scene.mentions.get(i)) else { return false };
        let mention = &scene.mentions[index];
        let gap = scene.text.get(before.span.end..mention.span.start).unwrap_or_default();
        let joined = gap.chars().all(|c| matches!(c, '“' | '”' | '、' | '《' | '》'))
            && (!gap.is_empty() || before.span.of(scene.text).ends_with(['”', '》']));
        before.span.start >= clause.start
            && before.class == mention.class
            && joined
            && self.topics.contains(mention.class)
    }

    /// What a word at the beginning of `clause` stands for.
    fn refer(&self, scene: &Scene<'_>, clause: Span, topic: &mut Topic) {
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
    fn direct(&self, scene: &Scene<'_>, number: &Counted<'_>) -> Option<Option<EntityId>> {
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
    fn owner(&self, scene: &Scene<'_>, number: &Counted<'_>, limit: usize, topic: &Topic) -> Option<EntityId> {
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
    fn bracketed(&self, scene: &Scene<'_>, number: Span) -> Option<EntityId> {
        let before = scene.text[scene.sentence.start..number.start].strip_suffix('（')?;
        let end = scene.sentence.start + before.len();
        let i = scene.mentions.partition_point(|m| m.span.end < end);
        let mention = scene.mentions.get(i).filter(|m| m.span.end == end)?;
        let fits = self.topics.contains(mention.class) || self.branches.contains(mention.class);
        scene.entities.of_mention(i).filter(|_| fits)
    }

    /// The thing that the clause names only behind the number.
    fn later(&self, scene: &Scene<'_>, number: Span, clause: Span, classes: &Classes) -> Option<EntityId> {
        let mut fits = scene.mentions_in(Span::new(number.end, clause.end.max(number.end)));
        fits.find(|(_, m)| classes.contains(m.class)).and_then(|(i, _)| scene.entities.of_mention(i))
    }

    /// 甲、乙、丙分别为87家、64家和53家: to each its own number.
    fn shared_out(&self, scene: &Scene<'_>, numbers: &[Counted<'_>], abouts: &mut [About]) {
        let words = scene.sentence.of(scene.text);
        for (_, hit) in self.rules.each.places_within(words) {
            let each = hit.shifted(scene.sentence.start);
            let Some(first) = numbers.iter().position(|n| n.span.start >= each.end) else { continue };
            let mut count = 1;
            while let Some(next) = numbers.get(first + count) {
                let between = &scene.text[numbers[first + count - 1].span.end.min(next.span.start)..next.span.start];
                if between.contains(['，', '；', '。']) || next.unit != numbers[first].unit {
                    break;
                }
                count += 1;
            }
            if count < 2 {
                continue;
            }
            let mut lists: Vec<(Class, Vec<EntityId>)> = Vec::new();
            for (i, mention) in scene.mentions_in(Span::new(scene.sentence.start, each.start)) {
                let Some(thing) = scene.entities.of_mention(i) else { continue };
                if matches!(mention.target, Target::Reference(..)) {
                    continue;
                }
                match lists.iter_mut().find(|(class, _)| *class == mention.class) {
                    Some((_, things)) if things.contains(&thing) => {}
                    Some((_, things)) => things.push(thing),
                    None => lists.push((mention.class, vec![thing])),
                }
            }
            let before: Vec<EntityId> = if first >= count {
                abouts[first - count..first].iter().filter_map(|a| a.thing).collect()
            } else {
                Vec::new()
            };
            let distinct =
                before.len() == count && before.iter().collect::<std::collections::HashSet<_>>().len() == count;
            let run = self.run_before(scene, each.start);
            let list = (run.len() == count).then_some(run);
            let list = list.or_else(|| {
                lists.iter().rev().find(|(_, things)| things.len() == count).map(|(_, things)| things.clone())
            });
            let listed = !distinct && list.is_some();
            let list = distinct.then_some(before).or(list).unwrap_or_default();
            for (i, about) in abouts[first..first + count].iter_mut().enumerate() {
                about.thing = list.get(i).copied().or(about.thing);
                (about.group, about.listed) = (Some(first), listed);
            }
        }
    }

    /// The last names before `end` that are joined with each other.
    fn run_before(&self, scene: &Scene<'_>, end: usize) -> Vec<EntityId> {
        let mentions: Vec<(usize, &Mention)> = scene.mentions_in(Span::new(scene.sentence.start, end)).collect();
        let mut run: Vec<EntityId> = Vec::new();
        let mut next: Option<Span> = None;
        for (i, mention) in mentions.iter().rev() {
            let gap = next.map_or("", |n| scene.text.get(mention.span.end..n.start).unwrap_or_default());
            if !gap.chars().all(|c| matches!(c, '“' | '”' | '、' | '《' | '》') || self.rules.joiners.contains(c))
            {
                break;
            }
            run.extend(scene.entities.of_mention(*i));
            next = Some(mention.span);
        }
        run.reverse();
        run
    }

    /// What the mention at `index` makes the topic of its clause, if it does.
    fn weighed(
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
            let first = before.trim().chars().count() < 2 || before.ends_with('年');
            let acts = first && !aside.end(before) && !clause.of(scene.text).contains('、');
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
        tool && topic.agent && topic.thing.is_some() && !before.is_empty() && self.rules.makes.within(before)
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

/// The clauses of a sentence, which cover it; marks inside of brackets and quotation marks end none.
fn clauses(text: &str, sentence: Span) -> Vec<Span> {
    let mut clauses = Vec::new();
    let mut start = sentence.start;
    let mut depth = 0_u32;
    for (at, c) in sentence.of(text).char_indices() {
        match c {
            '（' | '“' | '《' => depth += 1,
            '）' | '”' | '》' => depth = depth.saturating_sub(1),
            '，' | ',' | '；' | '：' | '。' | '！' | '？' if depth == 0 => {
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
