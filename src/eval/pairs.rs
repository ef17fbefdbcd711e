//! Pairs of names that are known to be one thing or two, and how many of them identity decides right.

use std::path::Path;

use fs_err as fs;

use super::EvalError;
use crate::identity::{Authority, Decisions, document, resolve};
use crate::knowledge::Knowledge;

/// A pair that was decided wrongly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongPair {
    /// Where it stands: file and line.
    pub place: String,
    /// What it should be.
    pub verdict: String,
    /// One name.
    pub left: String,
    /// The other name.
    pub right: String,
    /// Why.
    pub reason: String,
}

/// How many pairs were decided right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Pairs in all.
    pub pairs: usize,
    /// Pairs that are one thing.
    pub same: usize,
    /// Pairs that are one thing and were joined.
    pub joined: usize,
    /// Pairs that are two things and were joined.
    pub wrongly_joined: usize,
    /// All that are wrong.
    pub wrong: Vec<WrongPair>,
}

impl Pairs {
    /// Precision, recall and their harmonic mean, from 0 to 1.
    pub fn scores(&self) -> [f64; 3] {
        let share = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
        let (p, r) = (share(self.joined, self.joined + self.wrongly_joined), share(self.joined, self.same));
        [p, r, if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }]
    }

    /// Counts the pairs of the file at `path`, whose names are all resolved together.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or a row of it is malformed.
    pub fn read(knowledge: &Knowledge, path: &Path) -> Result<Self, EvalError> {
        let text = fs::read_to_string(path)
            .map_err(|e| EvalError::Pair { place: path.display().to_string(), why: e.to_string() })?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut rows = Vec::new();
        let mut names: indexmap::IndexSet<String> = indexmap::IndexSet::new();
        for (i, line) in text.lines().enumerate().skip(1).filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let &[verdict @ ("same" | "different" | "revises"), left, right, reason] = cells.as_slice() else {
                return Err(EvalError::Pair {
                    place: format!("{file}:{}", i + 1),
                    why: "a row is same, different or revises, two names and a reason".to_owned(),
                });
            };
            let places = [left, right].map(|n| names.insert_full(n.to_owned()).0);
            rows.push((format!("{file}:{}", i + 1), verdict, places, reason));
        }
        let documents = names.iter().map(|n| document(knowledge, n));
        let documents = documents.collect::<Result<Vec<_>, _>>().map_err(|why| EvalError::Pair { place: file, why })?;
        let identity = resolve(knowledge, &documents, &Decisions::default(), &Authority::default());
        let mut found = Self { pairs: rows.len(), ..Self::default() };
        for (place, verdict, [a, b], reason) in rows {
            let nodes = [a, b].map(|d| identity.of[d].first().copied().unwrap_or(usize::MAX));
            let joined = nodes[0] == nodes[1];
            let same = verdict == "same";
            found.same += usize::from(same);
            found.joined += usize::from(same && joined);
            found.wrongly_joined += usize::from(!same && joined);
            let linked = verdict != "revises" || identity.revises.contains(&(nodes[0], nodes[1]));
            if joined != same || !linked {
                let [left, right] = [a, b].map(|d| names[d].clone());
                let (verdict, reason) = (verdict.to_owned(), reason.to_owned());
                found.wrong.push(WrongPair { place, verdict, left, right, reason });
            }
        }
        Ok(found)
    }
}
