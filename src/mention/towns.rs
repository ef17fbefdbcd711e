//! The towns of the place that a document was written from, by the words that call them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::HashMap;

use crate::knowledge::{DivisionId, Knowledge, Rank};
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
            let towns = || knowledge.divisions.below(place).filter(|(_, d)| d.rank == Rank::Town);
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
