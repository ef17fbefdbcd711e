//! How far confidence can be believed: of what is said with a confidence, how much is right.

use serde::Serialize;

use super::score::{Part, Row, Verdict};
use super::tally::share;

/// Where the bins begin; each ends where the next begins, the last one holds 1 as well. Finer where most facts are and
/// where users set their limits.
const BEGINS: [f64; 7] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/// A confidence from which on a fact passes for certain.
pub const CERTAIN: f64 = 0.9;

/// What was said with a confidence between two limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bin {
    /// The lowest confidence.
    pub from: f64,
    /// The confidence below which it ends; the last bin holds 1 itself.
    pub to: f64,
    /// How many.
    pub count: usize,
    /// Their mean confidence; 0 when there are none.
    pub confidence: f64,
    /// The share of them that is right; 0 when there are none.
    pub right: f64,
}

impl Bin {
    /// Its limits as they are written in mathematics: `[0.50, 0.60)`.
    pub fn name(&self) -> String {
        let end = if self.to >= 1.0 { ']' } else { ')' };
        format!("[{:.2}, {:.2}{end}", self.from, self.to)
    }
}

/// What is known of the confidence of one kind of facts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reliability {
    /// The bins, all of them, from the lowest up.
    pub bins: Vec<Bin>,
    /// All that is said to be certain ([`CERTAIN`] and above), in one bin.
    pub certain: Bin,
}

/// Reads the confidence of everything of the kind `part` that was found.
pub fn reliability(rows: &[Row], part: Part) -> Reliability {
    let found: Vec<(f64, bool)> = rows
        .iter()
        .filter(|r| r.part == part && r.verdict != Verdict::Missed)
        .map(|r| (r.confidence, r.verdict == Verdict::Right))
        .collect();
    let ends = BEGINS.iter().skip(1).copied().chain([1.0]);
    let bins = BEGINS.iter().zip(ends).map(|(from, to)| bin(&found, *from, to)).collect();
    Reliability { bins, certain: bin(&found, CERTAIN, 1.0) }
}

fn bin(found: &[(f64, bool)], from: f64, to: f64) -> Bin {
    let inside = |c: f64| c >= from && (c < to || to >= 1.0);
    let inside: Vec<(f64, bool)> = found.iter().copied().filter(|(c, _)| inside(*c)).collect();
    let sum: f64 = inside.iter().map(|(c, _)| c).sum();
    let right = inside.iter().filter(|(_, right)| *right).count();
    let confidence = if inside.is_empty() { 0.0 } else { sum / inside.len() as f64 };
    Bin { from, to, count: inside.len(), confidence, right: share(right, inside.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Reading;

    fn row(part: Part, verdict: Verdict, confidence: f64) -> Row {
        let empty = String::new;
        let (letter, kind, what, quote, rule) = (empty(), empty(), empty(), empty(), empty());
        Row { letter, part, verdict, kind, what, quote, rule, reading: Reading::Stated, confidence }
    }

    #[test]
    fn a_bin_begins_with_its_limit() {
        let rows = [
            row(Part::Relation, Verdict::Right, 0.9),
            row(Part::Relation, Verdict::False, 0.94),
            row(Part::Relation, Verdict::Right, 0.95),
            row(Part::Relation, Verdict::Right, 1.0),
            row(Part::Relation, Verdict::False, 0.5),
            row(Part::Relation, Verdict::Missed, 0.0),
            row(Part::Entity, Verdict::Right, 0.95),
        ];
        let found = reliability(&rows, Part::Relation);
        let counts: Vec<usize> = found.bins.iter().map(|b| b.count).collect();
        assert_eq!(counts, [0, 1, 0, 0, 0, 2, 2]);
        assert_eq!((found.bins[5].right, found.bins[6].right), (0.5, 1.0));
        assert!((found.bins[6].confidence - 0.975).abs() < 1e-9);
        assert_eq!((found.certain.count, found.certain.right), (4, 0.75));
        assert_eq!((found.bins[5].name(), found.bins[6].name()), ("[0.90, 0.95)".into(), "[0.95, 1.00]".into()));
    }

    #[test]
    fn a_split_entity_is_not_right() {
        let rows = [row(Part::Entity, Verdict::Split, 0.8), row(Part::Entity, Verdict::Right, 0.8)];
        assert_eq!(reliability(&rows, Part::Entity).bins[4].right, 0.5);
    }
}
