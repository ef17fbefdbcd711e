//! Relations by a verb: who acts, and on what, over the clauses of a numbered paragraph.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::clause::{Group, clauses, inside};
use super::{Claim, Page};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Boundary, Expression, Knowledge, Reading, Words, automaton};
use crate::mention::Setting;
use crate::ontology::Classes;
use crate::trace::Why;
use daachorse::CharwiseDoubleArrayAhoCorasick;

struct Frame {
    rule: Arc<str>,
    predicate: Arc<str>,
    subject: Classes,
    object: Classes,
    reversed: bool,
    stated: bool,
    defaults: bool,
    near: bool,
    alone: bool,
    before: bool,
    gap: usize,
    then: Option<Expression>,
    /// A second relation, for what is acted on of these classes and for who acts of those.
    also: Option<(Arc<str>, Classes, Classes)>,
    confidence: f64,
}

pub(super) struct Frames {
    verbs: CharwiseDoubleArrayAhoCorasick<u32>,
    by_verb: Vec<Vec<usize>>,
    frames: Vec<Frame>,
    skip: Expression,
    actors: Classes,
    /// Adverbs and function words, which may stand before a subject.
    fillers: CharwiseDoubleArrayAhoCorasick<u32>,
    cooperates: Arc<str>,
}

/// A verb at its place, with the frames that it may fill.
struct Verb {
    span: Span,
    index: usize,
}

/// Which words around its verbs a sentence holds.
#[derive(Default)]
struct Moods {
    /// Where the first word of wishing ends, and where the last one that takes back begins.
    found: OnceCell<(Option<usize>, Option<usize>)>,
}

/// One clause as the frames see it.
struct Clause<'a> {
    span: Span,
    sentence: Span,
    groups: Vec<Group>,
    verbs: Vec<Verb>,
    moods: &'a Moods,
    /// Who acts when the clause does not say.
    carried: &'a [EntityId],
    /// Whether the sentence itself says so in an earlier clause.
    near: bool,
}

impl Frames {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.relation_rules;
        let mut words: Vec<&str> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut by_verb: Vec<Vec<usize>> = Vec::new();
        let mut frames = Vec::new();
        for rule in &rules.frame {
            let Some(property) = knowledge.schema.property(&rule.predicate) else { continue };
            for verb in &rule.verbs {
                let at = *index.entry(verb).or_insert_with(|| {
                    words.push(verb);
                    by_verb.push(Vec::new());
                    words.len() - 1
                });
                by_verb[at].push(frames.len());
            }
            let (acts, acted_on) =
                if rule.reversed { (property.range, property.domain) } else { (property.domain, property.range) };
            let narrowed = |names: &[String], all: Classes| {
                if names.is_empty() { all } else { knowledge.classes(names).intersection(all) }
            };
            frames.push(Frame {
                rule: rule.id.as_str().into(),
                predicate: rule.predicate.as_str().into(),
                subject: narrowed(&rule.subject, acts),
                object: narrowed(&rule.object, acted_on),
                reversed: rule.reversed,
                stated: rule.stated,
                defaults: rule.defaults,
                near: rule.near,
                alone: rule.alone,
                before: rule.before,
                gap: rule.gap,
                then: rule.then.clone(),
                also: rule
                    .also
                    .as_ref()
                    .map(|a| (a.as_str().into(), knowledge.classes(&rule.also_for), narrowed(&rule.also_from, acts))),
                confidence: rule.confidence,
            });
        }
        let filler = |k: &Boundary| matches!(k, Boundary::Adverb | Boundary::Function);
        let fillers = knowledge.boundaries.iter().filter(|(_, k)| filler(k));
        Self {
            verbs: automaton(words),
            by_verb,
            frames,
            skip: rules.skip_sentence.clone(),
            actors: knowledge.classes(&rules.actors),
            fillers: automaton(fillers.map(|(w, _)| w.as_str())),
            cooperates: "cooperatesWith".into(),
        }
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &mut Entities, setting: &Setting) -> Vec<Claim> {
        let text = page.document.text.clean();
        let rules = &page.knowledge.relation_rules;
        let mut claims = Vec::new();
        let mut actor: Vec<EntityId> = Vec::new();
        // Who acted before an enumeration (我局将……：一是……，二是……).
        let mut before_items: Option<Vec<EntityId>> = None;
        let mut section = "";
        for block in &page.document.blocks {
            if !matches!(block.kind, BlockKind::Body | BlockKind::Opening) {
                continue;
            }
            if block.section != section || block.numbered || block.section.is_empty() {
                actor.clear();
                before_items = None;
                section = &block.section;
            }
            for &sentence in &block.sentences {
                if self.skip.is_match(sentence.of(text)) {
                    continue;
                }
                let mut near = false;
                let mut pending: Option<usize> = None;
                let moods = Moods::default();
                for span in clauses(text, sentence, page.mentions) {
                    let groups = page.groups(span);
                    if rules.enumerator.is_match(span.of(text)) {
                        actor.clone_from(before_items.get_or_insert_with(|| actor.clone()));
                    }
                    let mut verbs = self.verbs_in(page, span);
                    let link = rules.carries_on.starting(span.of(text)).next();
                    if let (Some(index), Some(link)) = (pending, link) {
                        // 培育了三个集群，分别是A、B: the verb of the clause before acts on the list.
                        verbs.insert(0, Verb { span: Span::new(span.start, span.start + link.len()), index });
                    }
                    pending = verbs.last().map(|v| v.index);
                    let clause = Clause { span, sentence, groups, verbs, moods: &moods, carried: &actor, near };
                    self.clause(page, entities, setting, &clause, &mut claims);
                    if let Some(stated) = self.actor_of(page, entities, &clause) {
                        actor = stated;
                        near = true;
                    }
                }
            }
        }
        claims
    }

    /// The verbs of the clause outside of names.
    fn verbs_in(&self, page: &Page<'_>, clause: Span) -> Vec<Verb> {
        let text = page.document.text.clean();
        let names = inside(page.mentions, clause);
        let names = &page.mentions[names];
        let hits = self.verbs.leftmost_find_iter(clause.of(text));
        hits.map(|m| Verb { span: Span::new(m.start(), m.end()).shifted(clause.start), index: m.value() as usize })
            .filter(|v| {
                let next = names.partition_point(|m| m.span.end <= v.span.start);
                names.get(next).is_none_or(|m| m.span.start >= v.span.end)
            })
            .filter(|v| !inside_word(page.knowledge, text, v.span))
            .collect()
    }

    fn clause(
        &self,
        page: &Page<'_>,
        entities: &mut Entities,
        setting: &Setting,
        clause: &Clause<'_>,
        claims: &mut Vec<Claim>,
    ) {
        // Nothing is acted on where nothing is named.
        if clause.groups.is_empty() && !page.trace.is_on() {
            return;
        }
        for (n, verb) in clause.verbs.iter().enumerate() {
            let Some(frames) = self.by_verb.get(verb.index) else { continue };
            let frames = || frames.iter().map(|f| &self.frames[*f]);
            if let Some(why) = unreal(page, clause, verb.span) {
                // Only what would have been read otherwise is worth a reason.
                for frame in frames().filter(|_| page.trace.is_on()) {
                    if let Some(((_, at), _)) = acted_on(page, entities, clause, n, frame) {
                        page.trace.reject(verb.span.join(at), &frame.rule, || why.clone());
                    }
                }
                continue;
            }
            let mut fits = false;
            for frame in frames() {
                fits |= self.fill(page, entities, setting, clause, n, frame, claims);
            }
            // A frame beside one that found its object is only another sense of the verb.
            if !fits && page.trace.is_on() {
                frames().for_each(|frame| reject_object(page, entities, clause, n, frame));
            }
        }
    }

    /// Fills one frame of one verb, when the clause has what it needs; says whether the clause has an object for it.
    #[expect(clippy::too_many_arguments, reason = "the clause and its surroundings are one thing each")]
    fn fill(
        &self,
        page: &Page<'_>,
        entities: &mut Entities,
        setting: &Setting,
        clause: &Clause<'_>,
        n: usize,
        frame: &Frame,
        claims: &mut Vec<Claim>,
    ) -> bool {
        let text = page.document.text.clean();
        let verb = clause.verbs[n].span;
        let Some((acted_on, passive)) = acted_on(page, entities, clause, n, frame) else { return false };
        let reject = |why: &dyn Fn() -> Why| page.trace.reject(verb.join(acted_on.1), &frame.rule, why);
        if frame.then.as_ref().is_some_and(|t| !t.is_match(&text[acted_on.1.end..clause.span.end])) {
            reject(&|| Why::NoSequel);
            return true;
        }
        let limit = if passive { acted_on.1.end } else { clause.span.start };
        let stated = subject(page, entities, clause, Span::new(limit, verb.start), frame.subject, &acted_on.0);
        let mut evidence = verb.join(acted_on.1);
        let mut reading = Reading::Stated;
        let mut acts: Vec<EntityId> = match stated {
            Some((ids, span)) => {
                evidence = evidence.join(span);
                ids
            }
            None if frame.stated => {
                reject(&|| Why::Unstated);
                return true;
            }
            None if self.is_spoken_for(page, entities, clause, limit, verb, frame, &acted_on) => return true,
            None => {
                let (ids, whose) = elided(page, entities, setting, clause, frame);
                reading = whose;
                ids
            }
        };
        let rules = &page.knowledge.relation_rules;
        let lead = &text[clause.span.start..verb.start];
        let joint = rules.joint.start(verb.of(text)) || rules.jointly.end(lead);
        let words = if joint { &rules.joint_with } else { &rules.together };
        let together = together(page, entities, clause, verb.start, words);
        let partners: Vec<EntityId> = together.into_iter().filter(|id| !acts.contains(id)).collect();
        let evidence = evidence.join(clause.span);
        let mut claim = |subject, predicate: &Arc<str>, object, reading, confidence: f64| {
            claims.push(Claim {
                subject,
                predicate: predicate.clone(),
                object,
                evidence,
                rule: frame.rule.clone(),
                reading,
                confidence,
            });
        };
        for &a in &acts {
            for &p in &partners {
                claim(a, &self.cooperates, p, Reading::Also, frame.confidence * Reading::Also.certainty());
            }
        }
        acts.extend(partners.into_iter().filter(|id| frame.subject.contains(entities.get(*id).class)));
        if acts.is_empty() {
            reject(&|| Why::NoSubject);
        }
        // 甲、乙分别推出“丙”“丁”: the first one the first, the second one the second.
        let each = acts.len() == acted_on.0.len()
            && acts.len() > 1
            && rules.pairwise.within(&text[clause.span.start..acted_on.1.start]);
        if acts.len() * acted_on.0.len() > super::pattern::MOST_PAIRS {
            return true;
        }
        for (i, &a) in acts.iter().enumerate() {
            for (_, &o) in acted_on.0.iter().enumerate().filter(|(j, _)| !each || i == *j) {
                let (s, t) = if frame.reversed { (o, a) } else { (a, o) };
                claim(s, &frame.predicate, t, reading, frame.confidence * reading.certainty());
                if let Some((also, classes, from)) = &frame.also
                    && classes.contains(entities.get(o).class)
                    && from.contains(entities.get(a).class)
                {
                    claim(
                        o,
                        also,
                        a,
                        Reading::Also,
                        frame.confidence * Reading::Also.certainty() * reading.certainty(),
                    );
                }
            }
        }
        true
    }

    /// Whether the clause leaves nobody out, though nobody in it fits: somebody else stands before the verb (推动某园区
    /// 建设……), or the clause describes what follows it (被认定为某某的乙公司).
    #[expect(clippy::too_many_arguments, reason = "the clause and its surroundings are one thing each")]
    fn is_spoken_for(
        &self,
        page: &Page<'_>,
        entities: &Entities,
        clause: &Clause<'_>,
        limit: usize,
        verb: Span,
        frame: &Frame,
        acted_on: &(Vec<EntityId>, Span),
    ) -> bool {
        let text = page.document.text.clean();
        let reject = |why: &dyn Fn() -> Why| page.trace.reject(verb.join(acted_on.1), &frame.rule, why);
        let behind = text[acted_on.1.end..clause.span.end].trim_start_matches('”');
        let described = page.knowledge.relation_rules.attribute.find(behind).is_some_and(|m| {
            let end = clause.span.end - behind.len() + m.end();
            clause.groups.iter().any(|g| g.span.start >= end && text[end..g.span.start].chars().count() <= NEAR)
        });
        let mut before = clause.groups.iter().filter(|g| g.span.start >= limit && g.span.end <= verb.start);
        let other = before.find(|g| {
            let near = text[g.span.end..verb.start].chars().count() <= NEAR;
            near && !governed(page, clause, g) && !owns(text, g) && {
                let ids = fitting(page, entities, g, self.actors);
                !ids.is_empty() && !ids.iter().any(|id| frame.subject.contains(entities.get(*id).class))
            }
        });
        if described {
            reject(&|| Why::Attribute);
        } else if let Some(other) = other {
            reject(&|| Why::SpokenFor(other.span.of(text).to_owned()));
        } else if unnamed(page, clause, limit, verb) {
            reject(&|| Why::Unnamed);
        } else if frame.alone && !self.is_filler(page, clause.span.start, verb.start) {
            reject(&|| Why::NotAlone);
        } else {
            return false;
        }
        true
    }

    /// Whether the words in `from..to` only lead to the subject: time, adverbs, conjunctions.
    fn is_filler(&self, page: &Page<'_>, from: usize, to: usize) -> bool {
        let words = &page.document.text.clean()[from..to];
        // A preposition makes what follows anything but the subject.
        let governed = page.knowledge.relation_rules.prepositions.end(words);
        if governed || words.chars().nth(FILLER).is_some() {
            return false;
        }
        let mut at = 0;
        let mut rest = String::new();
        for hit in self.fillers.leftmost_find_iter(words) {
            rest.push_str(&words[at..hit.start()]);
            at = hit.end();
        }
        rest.push_str(&words[at..]);
        rest.chars().all(|c| c.is_ascii_digit() || page.knowledge.relation_rules.filler_marks.contains(c))
    }

    /// Who acts from here on: the names at the beginning of the clause, when nothing governs them.
    fn actor_of(&self, page: &Page<'_>, entities: &Entities, clause: &Clause<'_>) -> Option<Vec<EntityId>> {
        let text = page.document.text.clean();
        if let Some(topic) = self.topic(page, entities, clause) {
            return Some(topic);
        }
        let group = clause.groups.first()?;
        let first = &page.mentions[group.members.start];
        if !self.actors.contains(first.class) || !self.is_filler(page, clause.span.start, group.span.start) {
            return None;
        }
        let after = &text[group.span.end..clause.span.end];
        let list = after.starts_with(page.knowledge.name_rules.list_close.as_str());
        if list || after.starts_with(['的', '，', '。', '；', '：']) || after.is_empty() {
            return None;
        }
        let ids: Vec<EntityId> = group
            .members
            .clone()
            .filter(|m| self.actors.contains(page.mentions[*m].class))
            .filter_map(|m| entities.of_mention(m))
            .collect();
        (!ids.is_empty()).then_some(ids)
    }

    /// What the sentence is about when its first words only describe it: 由甲牵头组建的乙实验室，……
    fn topic(&self, page: &Page<'_>, entities: &Entities, clause: &Clause<'_>) -> Option<Vec<EntityId>> {
        let text = page.document.text.clean();
        let last = clause.groups.last()?;
        let described = text[clause.span.start..last.span.start].trim_end_matches('“').ends_with('的');
        let rest = page.knowledge.relation_rules.behind_topic.is_match(&text[last.span.end..clause.span.end]);
        let ids = fitting(page, entities, last, self.actors);
        (described && rest && !ids.is_empty()).then_some(ids)
    }
}

/// The most characters between the one who acts and the verb, when nobody else is to act.
const NEAR: usize = 8;
/// The most characters of other words before a subject.
const FILLER: usize = 24;

/// What the verb acts on, and whether it stands before the verb.
fn acted_on(
    page: &Page<'_>,
    entities: &Entities,
    clause: &Clause<'_>,
    n: usize,
    frame: &Frame,
) -> Option<((Vec<EntityId>, Span), bool)> {
    if let Some(found) = object(page, entities, clause, n, frame) {
        return Some((found, false));
    }
    let verb = clause.verbs[n].span;
    let found = if frame.before { before(page, entities, clause, verb, frame.object) } else { None };
    found.map(|found| (found, true))
}

/// Says why the names right behind the verb are no object; nothing where none stands near.
fn reject_object(page: &Page<'_>, entities: &Entities, clause: &Clause<'_>, n: usize, frame: &Frame) {
    let text = page.document.text.clean();
    let verb = clause.verbs[n].span;
    let Some(group) = clause.groups.iter().find(|g| g.span.start >= verb.end) else { return };
    let before = &text[verb.end..group.span.start];
    if before.chars().count() > frame.gap {
        return;
    }
    let other = clause.verbs[n + 1..].iter().find(|v| v.span.end <= group.span.start);
    let preposition = page.knowledge.relation_rules.prepositions.iter().find(|p| before.ends_with(p.as_str()));
    let why = match (other, preposition) {
        // What would not fit anyway belongs to that other word.
        (Some(_), _) | (_, Some(_)) if fitting(page, entities, group, frame.object).is_empty() => return,
        (Some(other), _) => Why::OtherVerb(other.span.of(text).to_owned()),
        (None, Some(preposition)) => Why::Governed(preposition.clone()),
        (None, None) => {
            let class = page.mentions[group.members.start].class;
            Why::ObjectClass(page.knowledge.schema.name(class).to_owned())
        }
    };
    page.trace.reject(verb.join(group.span), &frame.rule, || why);
}

/// What the verb acts on: the next names of a fitting class, before another verb takes over.
fn object(
    page: &Page<'_>,
    entities: &Entities,
    clause: &Clause<'_>,
    n: usize,
    frame: &Frame,
) -> Option<(Vec<EntityId>, Span)> {
    let text = page.document.text.clean();
    let verb = clause.verbs[n].span;
    let mut owner = None;
    // 支持坐落于甲区的乙: a verb that only describes what follows takes nothing over.
    let takes_over = |at: usize| {
        let describes = text[verb.end..at].trim_end_matches('“').ends_with('的');
        !describes && clause.verbs[n + 1..].iter().any(|v| v.span.end <= at && !text[v.span.end..].starts_with('的'))
    };
    for group in clause.groups.iter().filter(|g| g.span.start >= verb.end) {
        let far = text[verb.end..group.span.start].chars().nth(frame.gap).is_some();
        if far || takes_over(group.span.start) {
            break;
        }
        let before = &text[verb.end..group.span.start];
        let rules = &page.knowledge.relation_rules;
        let governed = rules.prepositions.end(before);
        let found = fitting(page, entities, group, frame.object);
        if governed || found.is_empty() {
            continue;
        }
        // 支持某产业龙头甲公司: the industry only says of what kind the firm is.
        let next = clause.groups.iter().find(|g| g.span.start >= group.span.end);
        if next.is_some_and(|n| rules.kind_of_firm.is_match(&text[group.span.end..n.span.start]) && page.is_firm(n)) {
            continue;
        }
        // 支持位于甲区的乙实验室: what owns is passed over for what is owned, when that fits too.
        if owns(text, group) {
            owner.get_or_insert((found, group.span));
            continue;
        }
        return Some((found, group.span));
    }
    owner
}

/// Names of a fitting class right before the verb, for verbs that follow what they act on.
fn before(
    page: &Page<'_>,
    entities: &Entities,
    clause: &Clause<'_>,
    verb: Span,
    classes: Classes,
) -> Option<(Vec<EntityId>, Span)> {
    let earlier = clause.groups.iter().rev().filter(|g| g.span.end <= verb.start);
    earlier.map(|g| (fitting(page, entities, g, classes), g.span)).find(|(found, _)| !found.is_empty())
}

/// Who acts: the nearest fitting names before the verb that no preposition governs and that own nothing (某某的).
fn subject(
    page: &Page<'_>,
    entities: &Entities,
    clause: &Clause<'_>,
    range: Span,
    classes: Classes,
    acted_on: &[EntityId],
) -> Option<(Vec<EntityId>, Span)> {
    let text = page.document.text.clean();
    for group in clause.groups.iter().rev().filter(|g| g.span.start >= range.start && g.span.end <= range.end) {
        let governed = governed(page, clause, group);
        // 落实省政府印发的《X》: whoever stands right before an attributive verb acts, whatever governs the phrase.
        let attributive = group.span.end == range.end && text[verb_end(clause, range.end)..].starts_with('的');
        let governed = governed && !attributive;
        let found: Vec<EntityId> =
            fitting(page, entities, group, classes).into_iter().filter(|id| !acted_on.contains(id)).collect();
        if !governed && !owns(text, group) && !found.is_empty() {
            return Some((found, group.span));
        }
    }
    None
}

/// Whether somebody without a name acts: 推动企业建设……, 鼓励高校设立…….
fn unnamed(page: &Page<'_>, clause: &Clause<'_>, limit: usize, verb: Span) -> bool {
    let words = &page.document.text.clean()[limit.max(clause.span.start).min(verb.start)..verb.start];
    let nouns = page.knowledge.relation_rules.unnamed_actors.iter();
    let last = nouns.filter_map(|n| words.rfind(n.as_str()).map(|at| at + n.len())).max();
    last.is_some_and(|end| words[end..].chars().count() <= NEAR / 2)
}

/// Who acts when the clause does not say: whoever acted last in the section, else the issuing place.
fn elided(
    page: &Page<'_>,
    entities: &mut Entities,
    setting: &Setting,
    clause: &Clause<'_>,
    frame: &Frame,
) -> (Vec<EntityId>, Reading) {
    let can_act = |entities: &Entities, id: &EntityId| frame.subject.contains(entities.get(*id).class);
    let carried: Vec<EntityId> =
        clause.carried.iter().copied().filter(|id| (clause.near || !frame.near) && can_act(entities, id)).collect();
    if !carried.is_empty() {
        return (carried, Reading::Carried);
    }
    let place = if frame.defaults { entities.place(page.knowledge, setting) } else { None };
    (place.filter(|id| can_act(entities, id)).into_iter().collect(), Reading::Place)
}

/// Whether a verb of one character is part of a common word (同 in 同意, 与 in 参与).
fn inside_word(knowledge: &Knowledge, text: &str, verb: Span) -> bool {
    if verb.of(text).chars().nth(1).is_some() {
        return false;
    }
    let next = text[verb.end..].chars().next().map(|c| &text[verb.start..verb.end + c.len_utf8()]);
    let last = text[..verb.start].chars().next_back().map(|c| &text[verb.start - c.len_utf8()..verb.end]);
    next.into_iter().chain(last).any(|word| knowledge.words.contains_key(word))
}

/// Whether a preposition or a word of joint action stands right before a group: then it does not act.
fn governed(page: &Page<'_>, clause: &Clause<'_>, group: &Group) -> bool {
    let rules = &page.knowledge.relation_rules;
    let lead = page.document.text.clean()[clause.span.start..group.span.start].trim_end_matches('“');
    rules.prepositions.end(lead) || rules.together.end(lead)
}

/// Whether a group only says whose the next thing is (某某的).
fn owns(text: &str, group: &Group) -> bool {
    text[group.span.end..].trim_start_matches('”').starts_with('的')
}

/// Where the verb that begins at `at` ends.
fn verb_end(clause: &Clause<'_>, at: usize) -> usize {
    clause.verbs.iter().find(|v| v.span.start == at).map_or(at, |v| v.span.end)
}

/// Those who act together with the subject: 联合A、B; before a verb of joint action also 与A合作.
fn together(page: &Page<'_>, entities: &Entities, clause: &Clause<'_>, verb: usize, words: &Words) -> Vec<EntityId> {
    let text = page.document.text.clean();
    // 联合A、B，印发……: the clause before may hold them.
    let from = clause.sentence.start;
    if !words.within(&text[from..verb]) {
        return Vec::new();
    }
    let all = page.groups(Span::new(from, verb));
    // Twenty characters take at most four times as many bytes.
    let near = all.iter().rev().take_while(|g| verb - g.span.end <= 80).find(|g| {
        let lead = &text[from..g.span.start];
        let between = &text[g.span.end..verb];
        words.end(lead) && between.chars().filter(|c| *c == '，').count() <= 1 && between.chars().count() <= 20
    });
    near.map(|g| fitting(page, entities, g, page.parties)).unwrap_or_default()
}

fn fitting(page: &Page<'_>, entities: &Entities, group: &Group, classes: Classes) -> Vec<EntityId> {
    let ids = group.members.clone().filter(|m| classes.contains(page.mentions[*m].class));
    ids.filter(|m| !page.is_outer_place(*m)).filter_map(|m| entities.of_mention(m)).collect()
}

/// Why what the verb says does not hold: the clause denies it, or its sentence takes it back or only wishes for it.
fn unreal(page: &Page<'_>, clause: &Clause<'_>, verb: Span) -> Option<Why> {
    let text = page.document.text.clean();
    let rules = &page.knowledge.relation_rules;
    let (wished, revoked) = *clause.moods.found.get_or_init(|| {
        let sentence = clause.sentence;
        let at = |n: usize| sentence.start + n;
        (rules.wished.first_end(sentence.of(text)).map(at), rules.revoked.last_start(sentence.of(text)).map(at))
    });
    let in_clause = &text[clause.span.start..verb.start];
    // The words are only looked for one by one when one of them is there.
    let wished = wished.is_some_and(|end| end <= verb.start);
    let revoked = revoked.is_some_and(|start| start >= verb.end);
    if !wished && !revoked && !rules.denied.within(in_clause) {
        return None;
    }
    let in_sentence = &text[clause.sentence.start..verb.start];
    let after = &text[verb.end..clause.sentence.end];
    page.unreal(in_sentence, in_clause, after)
}
