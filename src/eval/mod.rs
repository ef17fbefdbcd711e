//! Measuring: what was read of letters against what people read in them.
//!
//! [`GoldSet`] reads the annotations, [`letters`] finds their letters, [`Said`] is what the graph says of one of them,
//! [`Score`] judges, and [`fn@reliability`] compares confidence with what came out. `docs/measuring.md` says what counts
//! as right.

mod gold;
mod pairs;
mod plot;
mod reliability;
mod said;
mod score;
mod tally;

use std::path::{Path, PathBuf};

use crate::diag::{Diagnostic, list};
use crate::text::Source;
pub use gold::{Gold, GoldSet};
pub use pairs::{Pairs, WrongPair};
pub use plot::plot;
pub use reliability::{Bin, CERTAIN, Reliability, reliability};
pub use said::{Entity as SaidEntity, Figure as SaidFigure, Relation as SaidRelation, Said};
pub use score::{Fields, Part, Row, Score, Verdict, by_rule};
pub use tally::{Counts, Tally};

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// The folder of gold files cannot be read.
    #[error("{}: the folder of gold files cannot be read: {source}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// The refusal.
        source: std::io::Error,
    },
    /// The folder holds no gold file.
    #[error("{}: no gold file (*.json) in this folder{hint}", dir.display())]
    NoGold {
        /// The folder.
        dir: PathBuf,
        /// Where there are some; empty when that is not known.
        hint: String,
    },
    /// A table of pairs is malformed.
    #[error("{place}: {why}")]
    Pair {
        /// The file, with its line where that is known.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// Some gold files are malformed, or have no letter; all findings of all files.
    #[error("{}", list(.0))]
    Invalid(Vec<Diagnostic>),
}

/// Where the letters of the gold files in `dir` stand when nobody says so: in `letters` beside it, else with them.
pub fn letters_of(dir: &Path) -> PathBuf {
    let beside = match (dir.file_name(), dir.parent()) {
        (Some(_), Some(parent)) => parent.join("letters"),
        _ => dir.join("..").join("letters"),
    };
    if beside.is_dir() { beside } else { dir.to_owned() }
}

/// For each gold file the one of `sources` that is its letter: the file of that name, whatever its ending. The order is
/// that of the gold files.
///
/// # Errors
///
/// When letters are missing, or several files have a letter's name.
pub fn letters(set: &GoldSet, sources: &[Source]) -> Result<Vec<Source>, EvalError> {
    let stem = |s: &Source| Path::new(&s.name).file_stem().map(|n| n.to_string_lossy().into_owned());
    let mut problems = Vec::new();
    let mut letters = Vec::new();
    for (path, gold) in &set.files {
        let named: Vec<&Source> = sources.iter().filter(|s| stem(s).as_ref() == Some(&gold.letter)).collect();
        let place = path.display().to_string();
        match named.as_slice() {
            [only] => letters.push((*only).clone()),
            [] => problems.push(
                Diagnostic::error("E507", place, format!("there is no letter {:?}", format!("{}.txt", gold.letter)))
                    .hint("name the folder of the letters behind the options"),
            ),
            [first, second, ..] => {
                let (first, second) = (first.file.display(), second.file.display());
                let message = format!("both {first} and {second} are called like letter {:?}", gold.letter);
                problems.push(Diagnostic::error("E508", place, message));
            }
        }
    }
    if problems.is_empty() { Ok(letters) } else { Err(EvalError::Invalid(problems)) }
}
