//! Relations by a verb: who acts, and on what, over the clauses of a numbered paragraph.

mod actor;
mod carried;
mod object;
mod rule;
mod scene;

use std::collections::HashMap;
use std::sync::Arc;

use super::clause::{clauses, inside};
use super::{Claim, Page, VERBS};
use crate::diag::Span;
use crate::document::{Block, BlockKind};
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Boundary, Knowledge, Reading};
use crate::mention::Setting;
use crate::ontology::Classes;
use crate::search::{Expression, Vocabulary};
use crate::trace::Why;
use carried::Carried;
use object::ActedOn;
use rule::Frame;
use scene::{Moods, Scene, Verb};

pub(super) struct Frames {
    /// All verbs, and by their places in this list the frames of each.
    pub(super) verbs: Vec<String>,
    by_verb: Vec<Vec<usize>>,
    frames: Vec<Frame>,
    skip: Expression,
    actors: Classes,
    /// Adverbs and function words, which may stand before a subject.
    fillers: Vocabulary,
    cooperates: Arc<str>,
}

/// A frame that is tried at the verb number `n` of a clause.
struct Attempt<'a> {
    scene: &'a Scene<'a>,
    frame: &'a Frame,
    n: usize,
}

impl Attempt<'_> {
    fn verb(&self) -> Span {
        self.scene.verbs[self.n].span
    }

    /// Takes down why the frame does not read what stands between the verb and `span`.
    fn reject(&self, span: Span, why: impl FnOnce() -> Why) {
        self.scene.page.trace.reject(self.verb().join(span), &self.frame.id, why);
    }

    /// What a claim of this frame says between `subject` and `object`.
    fn claim(
        &self,
        (subject, object): (EntityId, EntityId),
        predicate: &Arc<str>,
        evidence: Span,
        (reading, confidence): (Reading, f64),
    ) -> Claim {
        let (predicate, rule) = (predicate.clone(), self.frame.id.clone());
        Claim { subject, predicate, object, evidence, rule, reading, confidence: self.frame.confidence * confidence }
    }
}

impl Frames {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.relation_rules;
        let mut words: Vec<&str> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut by_verb: Vec<Vec<usize>> = Vec::new();
        let mut frames = Vec::new();
        for rule in &rules.frame {
            let Some(frame) = Frame::new(knowledge, rule) else { continue };
            for verb in &rule.verbs {
                let at = *index.entry(verb).or_insert_with(|| {
                    words.push(verb);
                    by_verb.push(Vec::new());
                    words.len() - 1
                });
                by_verb[at].push(frames.len());
            }
            frames.push(frame);
        }
        let filler = |k: &Boundary| matches!(k, Boundary::Adverb | Boundary::Function);
        let fillers = knowledge.boundaries.iter().filter(|(_, k)| filler(k));
        Self {
            verbs: words.into_iter().map(str::to_owned).collect(),
            by_verb,
            frames,
            skip: rules.skip_sentence.clone(),
            actors: knowledge.classes(&rules.actors),
            fillers: Vocabulary::new(fillers.map(|(w, _)| w.as_str())),
            cooperates: "cooperatesWith".into(),
        }
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &mut Entities, setting: &Setting) -> Vec<Claim> {
        let text = page.document.text.clean();
        let mut claims = Vec::new();
        let mut carried = Carried::default();
        let mut section = "";
        let states = |b: &&Block| matches!(b.kind, BlockKind::Body | BlockKind::Opening);
        for block in page.document.blocks.iter().filter(states) {
            if block.section != section || block.numbered || block.section.is_empty() || block.topic(text).is_some() {
                carried = Carried::default();
                section = &block.section;
            }
            for &sentence in block.sentences.iter().filter(|s| !self.skip.is_match(s.of(text))) {
                self.sentence(page, entities, setting, &mut carried, sentence, &mut claims);
            }
        }
        claims
    }

    /// Reads the clauses of a sentence, and who acts in them.
    fn sentence(
        &self,
        page: &Page<'_>,
        entities: &mut Entities,
        setting: &Setting,
        carried: &mut Carried,
        sentence: Span,
        claims: &mut Vec<Claim>,
    ) {
        let text = page.document.text.clean();
        let rules = &page.knowledge.relation_rules;
        let mut pending: Option<usize> = None;
        // The clause before, when its verbs have not been looked for.
        let mut unread: Option<Span> = None;
        let mut last: Option<Vec<EntityId>> = None;
        let moods = Moods::default();
        for span in clauses(text, sentence, page.mentions) {
            if rules.enumerator.is_match(span.of(text)) {
                carried.begin_item(sentence, entities.roles.sender);
            }
            if let Some(last) = last.take().filter(|_| rules.goes_on.start(span.of(text))) {
                carried.go_on(last, sentence);
            }
            let mut groups = page.groups(span);
            if !groups.is_empty() {
                for note in rules.assigned.found_in(span.of(text)) {
                    let note = note.get_match().span().shifted(span.start);
                    groups.retain(|g| !note.contains(g.span));
                }
            }
            let opens = rules.unread_topic.find(span.of(text)).map(|m| span.start + m.end());
            if opens.is_some_and(|end| groups.first().is_none_or(|g| g.span.start >= end)) {
                carried.lose_topic(sentence);
            }
            let link = rules.carries_on.starting(span.of(text)).next();
            if groups.is_empty() && link.is_none() && !page.trace.is_on() {
                // Nothing is acted on where nothing is named, and nobody acts.
                unread = Some(span);
                carried.end_clause(span.of(text), span.end == sentence.end);
                continue;
            }
            if let Some(before) = unread.take().filter(|_| link.is_some()) {
                pending = self.verbs_in(page, before).last().map(|v| v.index);
            }
            let mut verbs = self.verbs_in(page, span);
            if let (Some(index), Some(link)) = (pending, link) {
                // 培育了三个集群，分别是A、B: the verb of the clause before acts on the list.
                verbs.insert(0, Verb { span: Span::new(span.start, span.start + link.len()), index });
            }
            pending = verbs.last().map(|v| v.index);
            let scene = Scene { page, span, sentence, groups, verbs, moods: &moods, carried };
            self.clause(entities, setting, &scene, claims);
            let (stated, guests) = (self.actor_of(entities, &scene), self.guests(entities, &scene));
            let made = self.made(entities, &scene);
            last = self.named_last(entities, &scene);
            if let Some(stated) = stated {
                carried.act(stated, sentence);
            }
            if let Some(guests) = guests {
                carried.host(guests, sentence);
            }
            if let Some(made) = made {
                carried.go_on(made, sentence);
            }
            carried.end_clause(span.of(text), span.end == sentence.end);
        }
    }

    /// The verbs of the clause outside of names.
    fn verbs_in(&self, page: &Page<'_>, clause: Span) -> Vec<Verb> {
        let text = page.document.text.clean();
        let names = inside(page.mentions, clause);
        let names = &page.mentions[names];
        let hits = page.hits[VERBS].longest(clause);
        hits.map(|(span, index)| Verb { span, index })
            .filter(|v| {
                let next = names.partition_point(|m| m.span.end <= v.span.start);
                names.get(next).is_none_or(|m| m.span.start >= v.span.end)
            })
            .filter(|v| !inside_word(page.knowledge, text, v.span))
            .collect()
    }

    fn clause(&self, entities: &mut Entities, setting: &Setting, scene: &Scene<'_>, claims: &mut Vec<Claim>) {
        let traced = scene.page.trace.is_on();
        // Nothing is acted on where nothing is named.
        if scene.groups.is_empty() && !traced {
            return;
        }
        for (n, verb) in scene.verbs.iter().enumerate() {
            let Some(frames) = self.by_verb.get(verb.index) else { continue };
            let attempts = || frames.iter().map(|f| Attempt { scene, frame: &self.frames[*f], n });
            if let Some(why) = scene.unreal(verb.span) {
                // Only what would have been read otherwise is worth a reason.
                for attempt in attempts().filter(|_| traced) {
                    if let Some(found) = attempt.acted_on(entities) {
                        attempt.reject(found.span, || why.clone());
                    }
                }
                continue;
            }
            let mut fits = false;
            for attempt in attempts() {
                if let Some(acted_on) = attempt.acted_on(entities) {
                    fits = true;
                    self.fill(entities, setting, &attempt, &acted_on, claims);
                }
            }
            // A frame beside one that found its object is only another sense of the verb.
            if !fits && traced {
                attempts().for_each(|attempt| attempt.reject_object(entities));
            }
        }
    }

    /// Fills a frame that has something to act on, when somebody acts.
    fn fill(
        &self,
        entities: &mut Entities,
        setting: &Setting,
        attempt: &Attempt<'_>,
        acted_on: &ActedOn,
        claims: &mut Vec<Claim>,
    ) {
        let (scene, frame, verb) = (attempt.scene, attempt.frame, attempt.verb());
        let text = scene.text();
        let sequel = &text[acted_on.span.end.min(scene.sentence.end)..scene.sentence.end];
        if frame.then.as_ref().is_some_and(|t| !t.is_match(sequel)) {
            return attempt.reject(acted_on.span, || Why::NoSequel);
        }
        // 争取将甲区列入……: a title that is only sought is not had.
        let lead = &text[scene.span.start..verb.start];
        if frame.given && scene.page.knowledge.relation_rules.sought.held(lead).is_some() {
            return attempt.reject(acted_on.span, || Why::Wished(lead.to_owned()));
        }
        let limit = if acted_on.before { acted_on.span.end } else { scene.span.start };
        let lead = Span::new(limit, verb.start);
        let stated = attempt.counted(entities, lead).or_else(|| attempt.stated(entities, lead, acted_on));
        let mut evidence = scene.span.join(verb).join(acted_on.span);
        let mut reading = Reading::Stated;
        let mut acts: Vec<EntityId> = match stated {
            Some((ids, span)) => {
                evidence = evidence.join(span);
                ids
            }
            None if frame.stated => return attempt.reject(acted_on.span, || Why::Unstated),
            None if self.is_spoken_for(entities, attempt, limit, acted_on) => return,
            None => {
                let (ids, whose) = attempt.elided(entities, setting, acted_on);
                reading = whose;
                ids
            }
        };
        let partners: Vec<EntityId> = attempt.partners(entities).into_iter().filter(|id| !acts.contains(id)).collect();
        let also = Reading::Also.certainty();
        for &a in &acts {
            let with = |p: &EntityId| attempt.claim((a, *p), &self.cooperates, evidence, (Reading::Also, also));
            claims.extend(partners.iter().map(with));
        }
        acts.extend(partners.into_iter().filter(|id| frame.subject.contains(entities.get(*id).class)));
        if acts.is_empty() {
            attempt.reject(acted_on.span, || Why::NoSubject);
        }
        if acts.len() * acted_on.ids.len() > super::pattern::MOST_PAIRS {
            return;
        }
        // 甲、乙分别推出“丙”“丁”: the first one the first, the second one the second.
        let each = acts.len() == acted_on.ids.len()
            && acts.len() > 1
            && scene
                .page
                .knowledge
                .relation_rules
                .pairwise
                .within(&text[scene.span.start..verb.end.max(acted_on.span.start)]);
        // 在某县开工某项目: it stands where the clause says, and not where whoever is left out does.
        let there = || {
            let rules = &scene.page.knowledge.relation_rules;
            let mut inside =
                scene.groups.iter().filter(|g| g.span.end <= verb.start && rules.whereabouts.end(scene.lead(g)));
            inside.any(|g| {
                let ids = scene.ids_of(entities, g);
                let sites = scene.page.kinds.places.union(scene.page.kinds.sites);
                ids.iter().all(|id| sites.contains(entities.get(*id).class) && !acts.contains(id))
            })
        };
        let elsewhere = frame.also.is_some() && reading != Reading::Stated && there();
        for (i, &a) in acts.iter().enumerate() {
            for (_, &o) in acted_on.ids.iter().enumerate().filter(|(j, _)| !each || i == *j) {
                let ends = if frame.reversed { (o, a) } else { (a, o) };
                claims.push(attempt.claim(ends, &frame.predicate, evidence, (reading, reading.certainty())));
                if let Some(second) = &frame.also
                    && second.of.contains(entities.get(o).class)
                    && second.from.contains(entities.get(a).class)
                    && !(elsewhere && scene.page.kinds.places.contains(entities.get(a).class))
                {
                    let certainty = also * reading.certainty();
                    claims.push(attempt.claim((o, a), &second.predicate, evidence, (Reading::Also, certainty)));
                }
            }
        }
    }
}

/// Whether a verb of one character is part of a common word (同 in 同意, 与 in 参与).
fn inside_word(knowledge: &Knowledge, text: &str, verb: Span) -> bool {
    if verb.of(text).chars().nth(1).is_some() {
        return false;
    }
    let next = text[verb.end..].chars().next().map(|c| &text[verb.start..verb.end + c.len_utf8()]);
    let last = text[..verb.start].chars().next_back().map(|c| &text[verb.start - c.len_utf8()..verb.end]);
    next.into_iter().chain(last).any(|word| knowledge.words.has(word))
}
