//! Counts of what was found, what should have been, and what is both.

use std::collections::BTreeMap;

use serde::Serialize;

/// How many there are of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Found and in the gold files.
    pub right: usize,
    /// Found.
    pub found: usize,
    /// In the gold files.
    pub gold: usize,
}

impl Counts {
    /// The share of what was found that is right, from 0 to 1; 0 when nothing was found.
    pub fn precision(self) -> f64 {
        share(self.right, self.found)
    }

    /// The share of what is in the gold files that was found, from 0 to 1; 0 when there is nothing.
    pub fn recall(self) -> f64 {
        share(self.right, self.gold)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
    }

    fn plus(self, other: Self) -> Self {
        Self { right: self.right + other.right, found: self.found + other.found, gold: self.gold + other.gold }
    }
}

/// `part` of `all`, from 0 to 1; 0 of nothing.
pub(super) fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

/// Counts by kind: class, relation or unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<String, Counts>);

impl Tally {
    /// The counts of `kind`, to be added to.
    pub(super) fn of(&mut self, kind: &str) -> &mut Counts {
        self.0.entry(kind.to_owned()).or_default()
    }

    /// All kinds together.
    pub fn total(&self) -> Counts {
        self.sum(|_| true)
    }

    /// The kinds that `belongs` names, together.
    pub fn sum(&self, belongs: impl Fn(&str) -> bool) -> Counts {
        self.0.iter().filter(|(kind, _)| belongs(kind)).fold(Counts::default(), |sum, (_, c)| sum.plus(*c))
    }

    /// Each kind with its counts: the commonest in the gold files first, equally common ones by name.
    pub fn rows(&self) -> Vec<(&str, Counts)> {
        let mut rows: Vec<(&str, Counts)> = self.0.iter().map(|(kind, counts)| (kind.as_str(), *counts)).collect();
        rows.sort_by_key(|(kind, counts)| (std::cmp::Reverse(counts.gold), *kind));
        rows
    }
}
