//! Forms of one name in one document: short names that the text defines, brands and firms, short forms of titles.

use std::cell::OnceCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::{Entities, Entity, EntityId, Forms, bare, is_mark};
use crate::diag::Span;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::mention::{Mention, defined};
use crate::ontology::Class;

/// Joins the entities that are one thing. Never across classes.
pub(super) fn merge(entities: &mut Entities, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
    defined_short_names(entities, knowledge, document, mentions);
    bracketed_names(entities, knowledge, document, mentions);
    for (short, long) in short_forms(entities, knowledge) {
        entities.join(short, long, "ENT-short");
    }
    for (other, first) in by_quotation(entities, knowledge) {
        entities.join(other, first, "ENT-short");
    }
    entities.follow_merged();
}

/// Entities whose name is a short form of another one's, each with the one it is most likely short for.
fn short_forms(entities: &Entities, knowledge: &Knowledge) -> BTreeMap<EntityId, EntityId> {
    let firm = knowledge.schema.class("Enterprise");
    let policy = knowledge.schema.class("PolicyDocument");
    let prefix = &knowledge.references.prefix_of_full;
    let joinable = knowledge.classes(&knowledge.references.short_by_prefix);
    let places = knowledge.classes(&["Place".to_owned()]);
    let forms: OnceCell<Forms> = OnceCell::new();
    // Most parts of a name begin like no name of the class: they need not be looked up.
    let openings: HashSet<(Class, char)> =
        entities.keys.iter().filter_map(|(class, key)| Some((class, key.chars().next()?))).collect();
    let opens = |class: Class, short: &str| {
        let first = short.chars().find(|c| !is_mark(*c));
        first.is_some_and(|c| c.to_lowercase().any(|c| openings.contains(&(class, c))))
    };
    let mut candidates: BTreeMap<EntityId, Vec<EntityId>> = BTreeMap::new();
    for (long, l) in entities.iter() {
        let mut candidate = |short: &str, fits: &dyn Fn(&Entity) -> bool| {
            let short = Some(short).filter(|s| opens(l.class, s)).and_then(|s| entities.find(l.class, s));
            let short = short.filter(|s| *s != long && !entities.get(*s).name.is_empty());
            if let Some(short) = short.filter(|s| fits(entities.get(*s))) {
                candidates.entry(short).or_default().push(long);
            }
        };
        if Some(l.class) == firm {
            for short in firm_short_forms(knowledge, &l.name) {
                candidate(&short, &|_| true);
            }
        }
        if Some(l.class) != policy && !joinable.contains(l.class) {
            continue;
        }
        for (at, _) in l.name.char_indices().skip(1) {
            let (head, short) = l.name.split_at(at);
            if Some(l.class) == policy {
                // 《实施细则》 for the one policy of that kind which was named before it, unless the text says of which.
                if short.chars().nth(6).is_none() {
                    let stands_for = |s: &Entity| bare(&s.name) == short && !s.spans.is_empty();
                    candidate(short, &|s| stands_for(s) && l.spans.first() < s.spans.first());
                }
            } else {
                let led = |_: &Entity| {
                    let forms = || forms.get_or_init(|| Forms::of(entities));
                    prefix.is_match(head) || forms().place_called(knowledge, entities, head, places, long).is_some()
                };
                candidate(short, &led);
            }
        }
    }
    let start = |id: &EntityId| entities.get(*id).spans.first().map_or(0, |p| p.start);
    let best = candidates.into_iter().filter_map(|(short, longs)| {
        // The nearest longer name before the short one; else the first one behind it.
        let first = start(&short);
        let nearest = longs.into_iter().max_by_key(|long| {
            let at = start(long);
            (at <= first, if at <= first { at as i64 } else { -(at as i64) })
        });
        nearest.map(|long| (short, long))
    });
    best.collect()
}

/// What a firm may be called for short: without its legal form, without the place at its head or in a bracket, and
/// without the trade that its name ends with (江苏恒力化纤股份有限公司: 恒力化纤, 江苏恒力, 恒力).
fn firm_short_forms(knowledge: &Knowledge, name: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for legal in knowledge.identity.legal_forms.ending(name) {
        let stem = &name[..name.len() - legal.len()];
        stems.push(stem.to_owned());
        if let Some((before, rest)) = stem.split_once('（')
            && let Some((_, behind)) = rest.split_once('）')
        {
            stems.push([before, behind].concat());
        }
        // What has no legal form is no whole name, and what stands behind a place there need not be its own.
        let divisions = knowledge.divisions.beginning_like(stem).map(|(_, division)| division);
        let forms = divisions.flat_map(|division| [division.name.as_str(), division.short.as_str()]);
        let own = forms.filter(|form| !form.is_empty()).filter_map(|form| stem.strip_prefix(form));
        stems.extend(own.filter(|own| own.chars().nth(1).is_some()).map(str::to_owned));
    }
    let tails = &knowledge.name_rules.firm_tails;
    let without = |stem: &str| -> Vec<String> {
        tails.ending(stem).map(|tail| stem[..stem.len() - tail.len()].to_owned()).collect()
    };
    let brands: Vec<String> = stems.iter().map(String::as_str).chain([name]).flat_map(without).collect();
    stems.extend(brands);
    stems
}

/// Entities that are told by the same quotation: “先用后转”机制 and “先用后转”新模式, each with the one named first.
fn by_quotation(entities: &Entities, knowledge: &Knowledge) -> Vec<(EntityId, EntityId)> {
    let classes = knowledge.classes(&knowledge.references.one_by_quotation);
    let mut first: BTreeMap<(usize, String), EntityId> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (id, entity) in entities.iter().filter(|(_, e)| classes.contains(e.class)) {
        let quoted = entity.name.split_once('“').and_then(|(_, rest)| rest.split_once('”')).map(|(words, _)| words);
        let words = quoted.unwrap_or(&entity.name).to_owned();
        match first.entry((entity.class.index(), words)) {
            Entry::Vacant(free) => _ = free.insert(id),
            Entry::Occupied(first) => pairs.push((id, *first.get())),
        }
    }
    pairs
}

/// 某某省实验室（榕江实验室）: a bracket that holds nothing but another name of its kind says what it is called as well.
fn bracketed_names(entities: &mut Entities, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
    let text = document.text.clean();
    let classes = knowledge.classes(&knowledge.references.one_by_bracket);
    for (i, pair) in mentions.windows(2).enumerate() {
        let [name, other] = pair else { continue };
        if name.class == other.class
            && classes.contains(name.class)
            && matches!(&text[name.span.end..other.span.start], "（" | "（“")
            && text[other.span.end..].trim_start_matches('”').starts_with('）')
            && let (Some(name), Some(other)) = (entities.of_mention(i), entities.of_mention(i + 1))
        {
            entities.join(other, name, "ENT-defined");
        }
    }
}

/// 某某平台（以下简称“甲平台”）: the short name means the same from here on.
fn defined_short_names(entities: &mut Entities, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
    let text = document.text.clean();
    let mut found: BTreeMap<String, EntityId> = BTreeMap::new();
    for (i, mention) in mentions.iter().enumerate() {
        let Some(id) = entities.of_mention(i) else { continue };
        if let Some(short) = defined(text, mention, &knowledge.references) {
            found.insert(bare(&short).into_owned(), id);
        }
    }
    // One pass for all short names: a document may define many.
    let is_new = |(short, id): &(&String, &EntityId)| entities.find(entities.get(**id).class, short).is_none();
    let new: Vec<String> = found.iter().filter(is_new).map(|(short, _)| short.clone()).collect();
    let mut places: Vec<Vec<Span>> = vec![Vec::new(); new.len()];
    let mut lengths: HashMap<char, BTreeSet<usize>> = HashMap::new();
    for short in &new {
        lengths.entry(short.chars().next().unwrap_or_default()).or_default().insert(short.len());
    }
    if !new.is_empty() {
        for (at, c) in text.char_indices() {
            let words = lengths.get(&c).into_iter().flatten().filter_map(|n| text.get(at..at + n));
            for (word, place) in words.filter_map(|w| Some((w, new.binary_search_by(|n| n.as_str().cmp(w)).ok()?))) {
                if places[place].last().is_none_or(|last| last.end <= at) {
                    places[place].push(Span::new(at, at + word.len()));
                }
            }
        }
    }
    for (short, id) in found {
        let class = entities.get(id).class;
        match entities.find(class, &short).map(|other| entities.root(other)) {
            Some(other) if other != id => entities.join(other, id, "ENT-defined"),
            Some(_) => {}
            None => {
                let key = entities.key(&short).into_owned();
                entities.keys.insert(class, key, id);
                let spans = new.binary_search(&short).map(|at| std::mem::take(&mut places[at])).unwrap_or_default();
                let entity = &mut entities.all[id.0 as usize];
                entity.spans.extend(spans);
                entity.spans.sort();
                entity.joined.insert(short.clone(), "ENT-defined");
                entity.aliases.insert(short);
            }
        }
    }
}

impl Entities {
    /// Makes `from` another form of `into`.
    fn join(&mut self, from: EntityId, into: EntityId, rule: &'static str) {
        let (from, into) = (self.root(from), self.root(into));
        if from == into {
            return;
        }
        self.merged.insert(from, into);
        let gone = &mut self.all[from.0 as usize];
        let (name, aliases, spans) =
            (std::mem::take(&mut gone.name), std::mem::take(&mut gone.aliases), std::mem::take(&mut gone.spans));
        let joined = std::mem::take(&mut gone.joined);
        let class = gone.class;
        let confidence = gone.confidence;
        let entity = &mut self.all[into.0 as usize];
        entity.joined.extend(joined);
        entity.joined.insert(name.clone(), rule);
        entity.aliases.insert(name.clone());
        entity.aliases.extend(aliases);
        entity.aliases.shift_remove(&entity.name.clone());
        entity.spans.extend(spans);
        entity.spans.sort();
        entity.confidence = entity.confidence.max(confidence);
        let key = self.key(&name).into_owned();
        self.keys.insert(class, key, into);
    }

    /// Lets names and mentions of what was merged lead to what it was merged into.
    fn follow_merged(&mut self) {
        if self.merged.is_empty() {
            return;
        }
        let merged = &self.merged;
        for id in self.keys.ids_mut().chain(self.of_mention.iter_mut().flatten()) {
            while let Some(into) = merged.get(id) {
                *id = *into;
            }
        }
    }

    /// The entity that `id` was merged into, at the end of the chain, or `id` itself.
    fn root(&self, id: EntityId) -> EntityId {
        std::iter::successors(Some(id), |id| self.merged.get(id).copied()).last().unwrap_or(id)
    }
}
