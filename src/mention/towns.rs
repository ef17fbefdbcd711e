//! Towns: those of the place that a document was written from, by the words that call them, and those right behind
//! their county.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::{HashMap, HashSet};

use super::scan::Scan;
use super::{Mention, Rank, Setting, Target};
use crate::diag::Span;
use crate::knowledge::Rank as DivisionRank;
use crate::knowledge::{DivisionId, Knowledge};
use crate::ontology::Class;
use crate::search::Vocabulary;

/// The towns of one place, by the words that call them.
pub(super) struct Towns {
    pub(super) surfaces: Vocabulary,
    /// For each of the words the town.
    pub(super) names: Vec<DivisionId>,
}

/// Lists of towns, made for each place when the first document of that place is read.
#[derive(Default)]
pub(super) struct TownLists(Mutex<HashMap<DivisionId, Arc<Towns>>>);

impl TownLists {
    /// The towns of `place`.
    pub(super) fn below(&self, knowledge: &Knowledge, place: DivisionId) -> Arc<Towns> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.entry(place).or_insert_with(|| {
            let towns = || knowledge.divisions.below(place).filter(|(_, d)| d.rank == DivisionRank::Town);
            // A full name stands for itself whatever other town it is the bare form of.
            let mut names: BTreeMap<&str, DivisionId> = towns().map(|(id, d)| (d.name.as_str(), id)).collect();
            for (id, town) in towns().filter(|(_, d)| !d.short.is_empty()) {
                names.entry(&town.short).or_insert(id);
            }
            Arc::new(Towns { surfaces: Vocabulary::new(names.keys().copied()), names: names.into_values().collect() })
        });
        list.clone()
    }
}

impl Scan<'_> {
    /// Towns by their full name right behind their county (高密市柴沟镇), wherever in the country.
    fn towns_of_counties(&self, knowledge: &Knowledge, setting: &Setting, class: Class) -> Vec<Mention> {
        let mut found = Vec::new();
        for &(place, meaning) in &self.hits {
            let rank = |id| knowledge.divisions.get(id).rank;
            let mut divisions = self.matchers.divisions(meaning);
            let any = divisions.any(|(id, short)| !short && rank(id) == DivisionRank::County);
            if !any || self.place_meant(knowledge, setting, meaning).is_none() {
                continue;
            }
            let after = &self.text[place.end..];
            let counties = knowledge.divisions.beginning_like(place.of(self.text));
            let counties = counties.filter(|(_, d)| d.rank == DivisionRank::County && d.name == place.of(self.text));
            let towns = counties.flat_map(|(id, _)| knowledge.divisions.below(id));
            if let Some((_, town)) =
                towns.filter(|(_, d)| after.starts_with(d.name.as_str())).max_by_key(|(_, d)| d.name.len())
            {
                found.push(Mention {
                    span: Span::new(place.end, place.end + town.name.len()),
                    class,
                    target: Target::Name(town.name.clone()),
                    rule: self.matchers.rule_division.clone(),
                    confidence: 0.95,
                    rank: Rank::Ordinary,
                });
            }
        }
        found
    }

    /// Towns of the issuing place: by full name, and by their bare form once the document speaks of towns.
    pub(super) fn towns(&self, knowledge: &Knowledge, setting: &Setting) -> Vec<Mention> {
        let Some(class) = knowledge.schema.class(DivisionRank::Town.class_name()) else { return Vec::new() };
        let mut found = self.towns_of_counties(knowledge, setting, class);
        let Some(place) = setting.town_scope(knowledge) else { return found };
        let towns = self.matchers.towns.below(knowledge, place);
        // Each town by the words that call it, and by its full name.
        let mut hits: Vec<(Span, &str)> = Vec::new();
        for area in &self.areas {
            for (span, town) in towns.surfaces.longest(area.of(self.text)) {
                hits.push((span.shifted(area.start), &knowledge.divisions.get(towns.names[town]).name));
            }
        }
        let is_full = |h: &(Span, &str)| h.0.of(self.text) == h.1;
        // A bare form is an ordinary word (港口, 古镇) until the text uses the full name or lists it with other towns.
        let joiners = &knowledge.references.town_joiners;
        let beside = |a: Span, b: Span| a.end < b.start && joiners.has(&self.text[a.end..b.start]);
        let mut trusted: HashSet<&str> = hits.iter().filter(|h| is_full(h)).map(|h| h.1).collect();
        for pair in hits.windows(2) {
            if beside(pair[0].0, pair[1].0) && pair[0].1 != pair[1].1 {
                trusted.extend([pair[0].1, pair[1].1]);
            }
        }
        let fits = |h: &&(Span, &str)| is_full(h) || (trusted.contains(&h.1) && self.place_stands_alone(h.0));
        let zones = &knowledge.references.division_class;
        let zone = |name: &str| zones.iter().find(|z| z.pattern.is_match(name));
        let class_of = |name: &str| zone(name).and_then(|z| knowledge.schema.class(&z.class)).unwrap_or(class);
        let mention = |(span, name): &(Span, &str)| Mention {
            span: *span,
            class: class_of(name),
            target: Target::Name((*name).to_owned()),
            rule: self.matchers.rule_division.clone(),
            confidence: 0.9,
            rank: Rank::Ordinary,
        };
        found.extend(hits.iter().filter(fits).map(mention));
        found
    }
}
