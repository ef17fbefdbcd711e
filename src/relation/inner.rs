//! Relations that a name states by itself: 招商银行中山分行 is a branch of 招商银行 and stands in 中山.

use std::cell::OnceCell;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::{Claim, Page};
use crate::diag::Span;
use crate::entity::{Entities, EntityId, Forms};
use crate::knowledge::{DivisionId, Entry, Knowledge, Rank, Reading, Where};
use crate::mention::Setting;
use crate::ontology::{Class, Classes};
use crate::search::{Anchors, Expression, Sightings, Vocabulary, Words};

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
    at_end: bool,
    confidence: f64,
}

/// The entity whose name is read, and what is known where it stands.
struct Whole<'a> {
    knowledge: &'a Knowledge,
    setting: &'a Setting,
    listed: &'a Listed,
    id: EntityId,
    name: &'a str,
    evidence: Span,
    /// For each rule whether its expression may match somewhere in the name.
    worth: Vec<bool>,
    /// See [`Whole::divisions`].
    divisions: OnceCell<Vec<(usize, usize, DivisionId)>>,
    /// See [`Whole::listed`].
    forms: OnceCell<Vec<(usize, usize, &'a [usize])>>,
}

impl<'a> Whole<'a> {
    /// The entries of the lists that `words` call.
    fn entries(&self, words: &str) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let knowledge = self.knowledge;
        self.listed.called(words).iter().map(move |i| &knowledge.names[*i])
    }

    /// The divisions that stand in the name: where, how long and which.
    fn divisions(&self) -> &[(usize, usize, DivisionId)] {
        self.divisions.get_or_init(|| {
            let at = |(at, _): (usize, char)| {
                let (division, length) = self.setting.division_at_head(self.knowledge, &self.name[at..])?;
                Some((at, length, division))
            };
            self.name.char_indices().filter_map(at).collect()
        })
    }

    /// The divisions at the head of the name from `at` on, each of which lies in the one before it, with where they
    /// end: 某市|某镇|某产业集群.
    fn divisions_at_head(&self, at: usize) -> impl Iterator<Item = (DivisionId, usize)> {
        let divisions = &self.knowledge.divisions;
        let code = |id: DivisionId| divisions.get(id).code.as_str();
        let next = move |at: usize, outer: Option<DivisionId>| {
            let (_, length, division) = self.divisions().iter().find(|(start, ..)| *start == at)?;
            let inside = outer.is_none_or(|outer| code(*division).starts_with(code(outer)));
            inside.then_some((*division, at + length))
        };
        std::iter::successors(next(at, None), move |(outer, end)| next(*end, Some(*outer)))
    }

    /// The listed forms that stand in the name: where, how long and which entries have them.
    fn listed(&self) -> &[(usize, usize, &'a [usize])] {
        self.forms.get_or_init(|| self.listed.within(self.name))
    }
}

/// The entries of the lists of names, by their words.
struct Listed {
    entries: HashMap<String, Vec<usize>>,
    /// Those that are looked for inside of names, and the entries of each.
    forms: Vocabulary,
    of_form: Vec<Vec<usize>>,
}

impl Listed {
    fn new(knowledge: &Knowledge) -> Self {
        let mut entries: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, entry) in knowledge.names.iter().enumerate() {
            entries.entry(entry.surface.clone()).or_default().push(i);
        }
        let short = |form: &&String| (2..=LISTED).contains(&form.chars().count());
        let forms: Vec<&String> = entries.keys().filter(short).collect();
        let of_form = forms.iter().map(|form| entries[*form].clone()).collect();
        Self { forms: Vocabulary::new(forms.into_iter().map(String::as_str)), of_form, entries }
    }

    /// The entries called `words`.
    fn called(&self, words: &str) -> &[usize] {
        self.entries.get(words).map_or(&[], Vec::as_slice)
    }

    /// The forms of a few characters that stand in `text`: where, how long they are, and their entries; of those that begin
    /// at one place the longest last.
    fn within(&self, text: &str) -> Vec<(usize, usize, &[usize])> {
        let mut found = Vec::new();
        self.forms.each(text, |form, place| found.push((form.start, form.len(), self.of_form[place].as_slice())));
        found.sort_unstable_by_key(|(at, length, _)| (*at, *length));
        found
    }
}

pub(super) struct Inners {
    all: Vec<Inner>,
    /// By class the rules for names of it.
    by_class: Vec<Vec<usize>>,
    anchors: Anchors,
    listed: Listed,
}

impl Inners {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let all: Vec<Inner> = knowledge
            .relation_rules
            .inner
            .iter()
            .map(|rule| Inner {
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
                at_end: rule.at_end,
                confidence: rule.confidence,
            })
            .collect();
        let mut by_class = vec![Vec::new(); knowledge.schema.class_names().count()];
        for (i, inner) in all.iter().enumerate() {
            inner.of.iter().for_each(|class| by_class[class.index()].push(i));
        }
        // What only begins with another name is read without an expression.
        let anchors = all.iter().map(|inner| if inner.part == Where::Starts { "" } else { inner.pattern.as_str() });
        let anchors = Anchors::new(anchors);
        Self { all, by_class, anchors, listed: Listed::new(knowledge) }
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &mut Entities, setting: &Setting) -> Vec<Claim> {
        let mut claims = Vec::new();
        let known = entities.iter().filter(|(_, e)| !self.by_class[e.class.index()].is_empty());
        let named = known.filter_map(|(id, e)| Some((id, e.class, e.name.clone(), *e.spans.first()?)));
        let named: Vec<(EntityId, Class, String, Span)> = named.collect();
        let mut sightings = Sightings::default();
        let mut wholes = Vec::with_capacity(named.len());
        for (id, class, name, span) in &named {
            let rules = &self.by_class[class.index()];
            let mut worth = vec![false; self.all.len()];
            self.anchors.worth_trying(name, &mut sightings, |i, _| worth[i] = true);
            if !worth.contains(&true) || page.is_unreal(entities.get(*id)) {
                continue;
            }
            let sentence = page.document.sentence_of(*span);
            let whole = Whole {
                knowledge: page.knowledge,
                setting,
                listed: &self.listed,
                id: *id,
                name,
                evidence: if sentence.len() <= 400 { sentence } else { *span },
                worth,
                divisions: OnceCell::new(),
                forms: OnceCell::new(),
            };
            wholes.push((whole, rules));
        }
        let mut forms = Forms::of(entities);
        let known = entities.iter().count();
        // What one name made an entity stands in others too.
        for again in [false, true] {
            if again && entities.iter().count() == known {
                break;
            }
            for (whole, rules) in &wholes {
                for &rule in *rules {
                    let inner = &self.all[rule];
                    // Only what stands anywhere in a name may have become known behind it.
                    if !whole.worth[rule] || (again && inner.part != Where::Contains) {
                        continue;
                    }
                    for object in inner.parts(entities, &forms, whole) {
                        forms.learn(object, entities.get(object));
                        let (subject, object) = if inner.reversed { (object, whole.id) } else { (whole.id, object) };
                        claims.push(Claim {
                            subject,
                            predicate: inner.predicate.clone(),
                            object,
                            evidence: whole.evidence,
                            rule: inner.rule.clone(),
                            reading: Reading::Stated,
                            confidence: inner.confidence,
                        });
                    }
                }
            }
        }
        claims
    }
}

/// The most characters of a listed form.
const LISTED: usize = 7;

/// The fewest characters of a listed branch of industry at the end of other words.
const BRANCH: usize = 2;

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
                taken.sort_unstable();
                taken.dedup_by_key(|t| t.2);
                let mut parts: Vec<EntityId> = taken.iter().map(|t| t.2).collect();
                if self.creates.is_some() && self.part == Where::Starts {
                    let known = taken.last().map_or(0, |(at, length, _)| at + length);
                    parts.extend(self.places_at_head(entities, whole, known));
                }
                parts
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
                let fits = |id: &EntityId| *id != whole.id && self.to.contains(entities.get(*id).class);
                hits.extend(ids.filter(fits).map(|id| (at, form.len(), id)));
            }
        }
        if self.part == Where::Contains {
            hits.extend(self.listed_in(entities, whole));
        }
        hits
    }

    /// The entities of the document by others of their listed forms that stand in the name, at each place the longest one
    /// (茶产业 where the document says 茶叶).
    fn listed_in(&self, entities: &Entities, whole: &Whole<'_>) -> Vec<(usize, usize, EntityId)> {
        let mut hits: Vec<(usize, usize, EntityId)> = Vec::new();
        for (at, length, entries) in whole.listed() {
            let mut entries = entries.iter().map(|i| &whole.knowledge.names[*i]);
            let entry = entries.find(|e| self.to.contains(e.class) && (self.weak || !e.weak));
            let id = entry.and_then(|e| entities.find(e.class, &e.canonical)).filter(|id| *id != whole.id);
            let Some(id) = id.filter(|_| !self.unless_before.start(&whole.name[at + length..])) else { continue };
            if hits.last().is_some_and(|hit| hit.0 == *at) {
                hits.pop();
            }
            hits.push((*at, *length, id));
        }
        hits
    }

    /// Whether a form is a single character without a word behind it that makes it a name (茶 in 茶产业, not in 茶具).
    fn is_too_short(&self, form: &str, behind: &str) -> bool {
        form.chars().nth(1).is_none() && !(self.part == Where::Contains && self.single_before.start(behind))
    }

    /// The place inside a name behind other words, with what stands before it and behind it as the expression wants it:
    /// 中国移动|洛阳|分公司.
    fn split<'n>(&self, whole: &Whole<'n>) -> Option<(&'n str, DivisionId)> {
        let (behind, _) = whole.name.char_indices().nth(2)?;
        let mut places = whole.divisions().iter().filter(|(at, ..)| *at >= behind);
        let (at, _, division) = places.find(|(at, length, _)| self.pattern.is_match(&whole.name[at + length..]))?;
        Some((&whole.name[..*at], *division))
    }

    /// The whole that a branch with a place in its name belongs to.
    fn whole(&self, entities: &mut Entities, whole: &Whole<'_>) -> Option<EntityId> {
        let (name, _) = self.split(whole)?;
        let known = self.to.iter().find_map(|class| entities.find(class, name));
        if known.is_some() {
            return known.filter(|id| *id != whole.id);
        }
        if self.unless_before.end(name) {
            return None;
        }
        let class = self.creates?;
        // 中科院某地某研究院: the lists know what the short form stands for. 华为某地研发中心: two characters are a name when
        // they have it.
        let short = name.chars().count() < WHOLE;
        let Some(entry) = whole.entries(name).find(|e| self.to.contains(e.class) && !(short && e.weak)) else {
            return (!short).then(|| self.entity(entities, whole, class, name));
        };
        let id = self.entity(entities, whole, entry.class, &entry.canonical);
        entities.add_alias(id, name);
        (id != whole.id).then_some(id)
    }

    /// The places at the head of a name behind `known`, when the document does not name them alone.
    fn places_at_head(&self, entities: &mut Entities, whole: &Whole<'_>, known: usize) -> Vec<EntityId> {
        let places = whole.divisions_at_head(known);
        let places = places.take_while(|(_, end)| !self.unless_before.start(&whole.name[*end..]));
        places.filter_map(|(division, _)| self.place(entities, whole, division)).collect()
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
        let place = whole.divisions_at_head(0).last();
        if self.creates.is_some() && place.is_none() {
            return None;
        }
        let place = place.map_or(0, |(_, end)| end);
        let rest = self.pattern.found(&whole.name[place..])?.name("part")?.as_str();
        if rest.chars().count() < 2 || whole.knowledge.name_rules.generic.has(rest) {
            return None;
        }
        let listed = |words: &str| whole.entries(words).find(|e| self.to.contains(e.class));
        let called = listed(rest);
        // 晨辉湾|新材料|产业园: what the lists have at the end of the words is the branch, where the document has no other.
        let known = |entities: &Entities| self.to.iter().find_map(|class| entities.find(class, rest));
        let ends = || {
            let ends = rest.char_indices().skip(1).map(|(at, _)| &rest[at..]);
            let mut ends = ends.filter(|e| e.chars().count() >= BRANCH);
            ends.find_map(|end| listed(end).filter(|e| !e.weak || end.chars().count() > BRANCH))
        };
        let named = called.or_else(|| if self.at_end && known(entities).is_none() { ends() } else { None });
        let (class, name) = match (named, self.creates) {
            (Some(entry), _) => (entry.class, entry.canonical.as_str()),
            (None, Some(class)) => (class, rest),
            (None, None) => return known(entities),
        };
        let id = self.entity(entities, whole, class, name);
        if called.is_some() || named.is_none() {
            entities.add_alias(id, rest);
        }
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
