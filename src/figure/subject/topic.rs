//! What the text speaks of, from clause to clause.

use crate::entity::EntityId;
use crate::ontology::Class;

/// What the text speaks of.
#[derive(Clone, Debug, Default)]
pub(in crate::figure) struct Topic {
    /// The thing; `None` is the issuing place.
    pub(super) thing: Option<EntityId>,
    /// The clause that named it, by its beginning.
    pub(super) clause: Option<usize>,
    /// Whether a place was named by the sentence itself.
    pub(super) place_named: bool,
    /// Whether the thing is a rule.
    pub(super) rules: bool,
    /// Whether the thing is one that acts.
    pub(super) agent: bool,
    /// Whether the thing is a branch.
    pub(super) branch: bool,
    /// What the sentence before spoke of.
    pub(super) before: Option<EntityId>,
    /// The rule that the paragraph named last.
    pub(super) ruling: Option<EntityId>,
    /// What was named, the last one last.
    pub(super) recent: Vec<Named>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) thing: EntityId,
    pub(super) class: Class,
    /// Whether the text spoke of it, and not only of something beside it.
    pub(super) spoken: bool,
}

/// So many names are looked back over.
const RECENT: usize = 24;

impl Topic {
    /// A paragraph of a section begins whose heading names `heading`.
    pub(in crate::figure) fn of_section(heading: Option<EntityId>) -> Self {
        Self { before: heading, ..Self::default() }
    }

    /// A sentence ends.
    pub(in crate::figure) fn end_sentence(&mut self) {
        let thing = self.thing.take();
        self.before = if self.place_named { thing } else { thing.or(self.before) };
        (self.clause, self.rules, self.branch) = (None, false, false);
    }

    pub(super) fn named(&mut self, named: Named) {
        if self.recent.len() >= RECENT {
            self.recent.remove(0);
        }
        self.recent.push(named);
    }

    /// The last one that was spoken of and fits, or else the last one that fits.
    pub(super) fn last(&self, fits: impl Fn(&Named) -> bool) -> Option<EntityId> {
        let mut fitting = self.recent.iter().rev().filter(|n| fits(n));
        let spoken = fitting.clone().find(|n| n.spoken);
        spoken.or_else(|| fitting.next()).map(|n| n.thing)
    }
}
