//! Relations that a name states by itself: 招商银行中山分行 is a branch of 招商银行 and stands in 中山.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::{Claim, Page};
use crate::diag::Span;
use crate::entity::{Entities, EntityId, Forms};
use crate::knowledge::{DivisionId, Expression, Knowledge, Rank, Reading, Where, Words};
use crate::mention::Setting;
use crate::ontology::{Class, Classes};

struct Inner {
    rule: Arc<str>,
    predicate: Arc<str>,
    reversed: bool,
    of: Classes,
    part: Where,
    pattern: Expression,
    to: Classes,
    unless_before: Words,
    single_before: Words,
    unless_holds: Words,
    weak: bool,
    creates: Option<Class>,
    bare_towns: bool,
    confidence: f64,
}

/// The entity whose name is read, and what is known where it stands.
struct Whole<'a> {
    knowledge: &'a Knowledge,
    setting: &'a Setting,
    listed: &'a HashMap<String, Vec<usize>>,
    id: EntityId,
    name: &'a str,
}

pub(super) struct Inners {
    all: Vec<Inner>,
    /// The entries of the lists of names, by their words.
    listed: HashMap<String, Vec<usize>>,
}

impl Inners {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let compiled = knowledge.relation_rules.inner.iter().map(|rule| Inner {
            rule: rule.id.as_str().into(),
            predicate: rule.predicate.as_str().into(),
            reversed: rule.reversed,
            of: knowledge.classes(&rule.of),
            part: rule.part,
            pattern: Expression::new(&rule.pattern),
            to: knowledge.classes(&rule.to),
            unless_before: rule.unless_before.clone(),
            single_before: rule.single_before.clone(),
            unless_holds: rule.unless_holds.clone(),
            weak: rule.weak,
            creates: rule.creates.then(|| rule.to.first().and_then(|c| knowledge.schema.class(c))).flatten(),
            bare_towns: rule.bare_towns,
            confidence: rule.confidence,
        });
        let mut listed: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, entry) in knowledge.names.iter().enumerate() {
            listed.entry(entry.surface.clone()).or_default().push(i);
        }
        Self { all: compiled.collect(), listed }
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &mut Entities, setting: &Setting) -> Vec<Claim> {
        let mut claims = Vec::new();
        let named: Vec<(EntityId, Class, String, Option<Span>)> =
            entities.iter().map(|(id, e)| (id, e.class, e.name.clone(), e.spans.first().copied())).collect();
        let mut forms = Forms::of(entities);
        let known = entities.iter().count();
        // What one name made an entity stands in others too.
        for again in [false, true] {
            if again && entities.iter().count() == known {
                break;
            }
            self.pass(page, entities, setting, &named, &mut forms, again, &mut claims);
        }
        claims
    }

    /// Reads all of `named` once; `again` what stands anywhere in a name only.
    #[allow(clippy::too_many_arguments)]
    fn pass(
        &self,
        page: &Page<'_>,
        entities: &mut Entities,
        setting: &Setting,
        named: &[(EntityId, Class, String, Option<Span>)],
        forms: &mut Forms,
        again: bool,
        claims: &mut Vec<Claim>,
    ) {
        for (id, class, name, span) in named {
            let (&id, &class) = (id, class);
            let Some(span) = *span else { continue };
            if page.is_unreal(entities.get(id)) {
                continue;
            }
            let whole = Whole { knowledge: page.knowledge, setting, listed: &self.listed, id, name };
            let of = |i: &&Inner| i.of.contains(class) && (!again || i.part == Where::Contains);
            for inner in self.all.iter().filter(of) {
                for object in inner.parts(entities, forms, &whole) {
                    forms.learn(object, entities.get(object));
                    let evidence = page.document.sentence_of(span);
                    let evidence = if evidence.len() <= 400 { evidence } else { span };
                    let (subject, object) = if inner.reversed { (object, id) } else { (id, object) };
                    claims.push(Claim {
                        subject,
                        predicate: inner.predicate.clone(),
                        object,
                        evidence,
                        rule: inner.rule.clone(),
                        reading: Reading::Stated,
                        confidence: inner.confidence,
                    });
                }
            }
        }
    }
}

/// The most characters of a listed form, but for the first.
const LISTED: usize = 6;

/// The fewest characters of a whole that the document does not name alone.
const WHOLE: usize = 3;

impl Inner {
    /// The entities that stand in `name` where this rule looks for them.
    fn parts(&self, entities: &mut Entities, forms: &Forms, whole: &Whole<'_>) -> Vec<EntityId> {
        let unlike = self.part == Where::Contains && !self.pattern.is_match(whole.name);
        if unlike || self.unless_holds.within(whole.name) {
            return Vec::new();
        }
        match self.part {
            Where::Rest => self.rest(entities, whole).into_iter().collect(),
            Where::Pattern => {
                let Some(part) = self.pattern.found(whole.name).and_then(|c| c.name("part")) else {
                    return Vec::new();
                };
                let part = part.as_str();
                match (forms.place_called(whole.knowledge, entities, part, self.to, whole.id), self.creates) {
                    (Some(id), _) => vec![id],
                    (None, Some(_)) if whole.knowledge.name_rules.generic.has(part) => Vec::new(),
                    (None, Some(class)) => vec![self.entity(entities, whole, class, part)],
                    (None, None) => self.division(entities, whole, part).into_iter().collect(),
                }
            }
            Where::Whole => self.whole(entities, whole).into_iter().collect(),
            Where::Place => {
                let place = self.split(whole).map(|(_, division)| division);
                place.and_then(|division| self.place(entities, whole, division)).into_iter().collect()
            }
            Where::Starts | Where::Contains => {
                let mut hits = self.named_in(entities, forms, whole);
                // The longest reading at each place, as a reader would take it.
                hits.sort_by_key(|(at, length, id)| (std::cmp::Reverse(*length), *at, *id));
                let mut taken: Vec<(usize, usize, EntityId)> = Vec::new();
                for hit in hits {
                    if !taken.iter().any(|t| t.0 < hit.0 + hit.1 && hit.0 < t.0 + t.1) {
                        taken.push(hit);
                    }
                }
                if taken.is_empty() && self.creates.is_some() {
                    return self.place_at_head(entities, whole).into_iter().collect();
                }
                taken.sort_unstable();
                taken.dedup_by_key(|t| t.2);
                taken.into_iter().map(|t| t.2).collect()
            }
        }
    }

    /// The entities whose forms stand in the name, or at its beginning: where for the first time, and how long they are.
    fn named_in(&self, entities: &Entities, forms: &Forms, whole: &Whole<'_>) -> Vec<(usize, usize, EntityId)> {
        let last = if self.part == Where::Contains { whole.name.len() } else { 1 };
        let mut hits = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for (at, _) in whole.name.char_indices().take_while(|(at, _)| *at < last) {
            for (form, ids) in forms.starting(&whole.name[at..]) {
                if self.is_too_short(form, &whole.name[at + form.len()..]) || seen.contains(&form) {
                    continue;
                }
                seen.push(form);
                if self.unless_before.start(&whole.name[at + form.len()..]) {
                    continue;
                }
                let fits = |id: &&EntityId| **id != whole.id && self.to.contains(entities.get(**id).class);
                hits.extend(ids.iter().filter(fits).map(|id| (at, form.len(), *id)));
            }
            if self.part == Where::Contains {
                hits.extend(self.listed_at(entities, whole, at));
            }
        }
        hits
    }

    /// An entity of the document by another of its listed forms, at `at` in the name (茶产业 where the document says 茶叶).
    fn listed_at(&self, entities: &Entities, whole: &Whole<'_>, at: usize) -> Option<(usize, usize, EntityId)> {
        let rest = &whole.name[at..];
        let ends = rest.char_indices().map(|(i, c)| i + c.len_utf8()).skip(1).take(LISTED);
        let hit = |end: usize| {
            let entries = whole.listed.get(&rest[..end])?.iter().map(|i| &whole.knowledge.names[*i]);
            let entry = entries.into_iter().find(|e| self.to.contains(e.class) && (self.weak || !e.weak))?;
            let id = entities.find(entry.class, &entry.canonical).filter(|id| *id != whole.id)?;
            (!self.unless_before.start(&rest[end..])).then_some((at, end, id))
        };
        ends.filter_map(hit).last()
    }

    /// Whether a form is a single character without a word behind it that makes it a name (茶 in 茶产业, not in 茶具).
    fn is_too_short(&self, form: &str, behind: &str) -> bool {
        form.chars().nth(1).is_none() && !(self.part == Where::Contains && self.single_before.start(behind))
    }

    /// The place inside a name behind other words, with what stands before it and behind it as the expression wants it:
    /// 中国移动|洛阳|分公司.
    fn split<'n>(&self, whole: &Whole<'n>) -> Option<(&'n str, DivisionId)> {
        whole.name.char_indices().skip(2).find_map(|(at, _)| {
            let (before, rest) = whole.name.split_at(at);
            let (division, length) = whole.setting.division_at_head(whole.knowledge, rest)?;
            self.pattern.is_match(&rest[length..]).then_some((before, division))
        })
    }

    /// The whole that a branch with a place in its name belongs to.
    fn whole(&self, entities: &mut Entities, whole: &Whole<'_>) -> Option<EntityId> {
        let (name, _) = self.split(whole)?;
        let known = self.to.iter().find_map(|class| entities.find(class, name));
        if known.is_some() {
            return known.filter(|id| *id != whole.id);
        }
        if name.chars().count() < WHOLE || self.unless_before.end(name) {
            return None;
        }
        Some(self.entity(entities, whole, self.creates?, name))
    }

    /// The place at the head of a name, when the document does not name it alone.
    fn place_at_head(&self, entities: &mut Entities, whole: &Whole<'_>) -> Option<EntityId> {
        let (division, length) = whole.setting.division_at_head(whole.knowledge, whole.name)?;
        if self.unless_before.start(&whole.name[length..]) {
            return None;
        }
        self.place(entities, whole, division)
    }

    /// `division` as an entity of the document.
    fn place(&self, entities: &mut Entities, whole: &Whole<'_>, division: DivisionId) -> Option<EntityId> {
        let division = whole.knowledge.divisions.get(division);
        // A zone that the table of divisions lists is no place of its own.
        if division.name == whole.name {
            return None;
        }
        let class = whole.knowledge.schema.class(division.rank.class_name()).filter(|c| self.to.contains(*c))?;
        // A town by its bare form is an ordinary word until the document speaks of the town.
        if division.rank == Rank::Town && !self.bare_towns && !whole.name.contains(&division.name) {
            return entities.find(class, &division.name);
        }
        Some(self.entity(entities, whole, class, &division.name))
    }

    /// What is left of a name without the place at its head and the noun at its end: 镇江醋产业集群 → 醋.
    fn rest(&self, entities: &mut Entities, whole: &Whole<'_>) -> Option<EntityId> {
        let place = whole.setting.division_at_head(whole.knowledge, whole.name);
        if self.creates.is_some() && place.is_none() {
            return None;
        }
        let place = place.map_or(0, |(_, length)| length);
        let rest = self.pattern.found(&whole.name[place..])?.name("part")?.as_str();
        if rest.chars().count() < 2 || whole.knowledge.name_rules.generic.has(rest) {
            return None;
        }
        let listed = whole.listed.get(rest).into_iter().flatten().map(|i| &whole.knowledge.names[*i]);
        let named = listed.into_iter().find(|e| self.to.contains(e.class));
        let (class, name) = match (named, self.creates) {
            (Some(entry), _) => (entry.class, entry.canonical.as_str()),
            (None, Some(class)) => (class, rest),
            (None, None) => return self.to.iter().find_map(|class| entities.find(class, rest)),
        };
        let id = self.entity(entities, whole, class, name);
        entities.add_alias(id, rest);
        Some(id)
    }

    /// A place that the document names only inside this name.
    fn division(&self, entities: &mut Entities, whole: &Whole<'_>, part: &str) -> Option<EntityId> {
        let mut fits =
            whole.knowledge.divisions.beginning_like(part).filter(|(_, d)| d.name == part || d.short == part);
        let (_, division) =
            fits.find(|(_, d)| whole.knowledge.schema.class(d.rank.class_name()).is_some_and(|c| self.to.contains(c)))?;
        if division.rank == Rank::Town {
            return None;
        }
        let class = whole.knowledge.schema.class(division.rank.class_name())?;
        Some(self.entity(entities, whole, class, &division.name))
    }

    /// The entity of `class` called `name`, which stands where the whole stands.
    fn entity(&self, entities: &mut Entities, whole: &Whole<'_>, class: Class, name: &str) -> EntityId {
        let id = entities.ensure(class, name, &self.rule, self.confidence);
        entities.add_span(id, whole.id);
        id
    }
}
