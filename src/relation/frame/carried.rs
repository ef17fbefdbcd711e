//! Who acts when a clause does not say: whoever acted before it in the numbered paragraph.

use super::rule::Frame;
use crate::diag::Span;
use crate::entity::{Entities, EntityId};

/// Those who acted so far in a numbered paragraph, the last ones last.
#[derive(Default)]
pub(super) struct Carried {
    acted: Vec<Actors>,
    /// How many had acted before an enumeration (我局将……：一是……，二是……).
    before_items: Option<usize>,
}

/// Who acted, and in which sentence.
struct Actors {
    ids: Vec<EntityId>,
    sentence: Span,
}

/// The most actors that are looked back over.
const BACK: usize = 4;

impl Carried {
    /// An item of an enumeration begins: whoever acted before the first one acts in it.
    pub(super) fn begin_item(&mut self) {
        let before = *self.before_items.get_or_insert(self.acted.len());
        self.acted.truncate(before);
    }

    /// `ids` act from here on.
    pub(super) fn act(&mut self, ids: Vec<EntityId>, sentence: Span) {
        if let Some(last) = self.acted.last_mut().filter(|last| last.ids == ids) {
            last.sentence = sentence;
            return;
        }
        self.acted.push(Actors { ids, sentence });
    }

    /// Who acts by `frame` in a clause of `sentence` that does not say so: whoever acted last. Where the frame narrows who
    /// is carried over, those who are not are looked past.
    pub(super) fn last(&self, entities: &Entities, frame: &Frame, sentence: Span) -> Vec<EntityId> {
        let back = if frame.carried == frame.subject { 1 } else { BACK };
        let acted = self.acted.iter().rev().take(back);
        let near = acted.take_while(|actors| !frame.near || actors.sentence == sentence);
        let can_act = |id: &EntityId| frame.carried.contains(entities.get(*id).class);
        let fitting = near.map(|actors| actors.ids.iter().copied().filter(can_act).collect::<Vec<_>>());
        fitting.into_iter().find(|ids| !ids.is_empty()).unwrap_or_default()
    }
}
