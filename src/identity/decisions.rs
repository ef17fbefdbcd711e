//! What a person decided, in a plain file: one decision a line, cells parted by tabs.

use std::path::{Path, PathBuf};

use fs_err as fs;

/// Why a file of decisions could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionsError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The refusal.
        source: std::io::Error,
    },
    /// A line is malformed.
    #[error("{}:{line}: {why}; a line is `same`, `different`, `name` or `class`, then two cells and, if you like, a note, parted by tabs", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Both are one thing.
    Same,
    /// They are two things.
    Different,
    /// The thing is called like this.
    Name,
    /// The thing is of this class.
    Class,
}

impl Verdict {
    /// All of them, with their words in the file.
    pub const ALL: [(&'static str, Self); 4] =
        [("same", Self::Same), ("different", Self::Different), ("name", Self::Name), ("class", Self::Class)];

    /// Its word in the file.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, v)| *v == self).map_or("", |(w, _)| w)
    }
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub verdict: Verdict,
    /// Of which thing: `CLASS/NAME`, `CLASS/NAME（PLACE）` or `NAME`.
    pub left: String,
    /// The other thing, a name or a class.
    pub right: String,
    /// Where it stands in its file, from 1.
    pub line: usize,
}

/// All decisions of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions(pub Vec<Decision>);

impl Decisions {
    /// Reads the file at `path`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or a line of it is malformed.
    pub fn read(path: &Path) -> Result<Self, DecisionsError> {
        let text = fs::read_to_string(path).map_err(|source| DecisionsError::Io { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|(line, why)| DecisionsError::Line { path: path.to_owned(), line, why })
    }

    /// Reads `text`; `#` begins a comment line.
    ///
    /// # Errors
    ///
    /// The first malformed line and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut all = Vec::new();
        for (i, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
            let (line, n) = (line.trim_end_matches('\r'), i + 1);
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let Some((_, verdict)) = Verdict::ALL.iter().find(|(w, _)| *w == cells[0]) else {
                return Err((n, format!("`{}` is no decision", cells[0])));
            };
            let &[_, left, right, ..] = cells.as_slice() else {
                return Err((n, format!("{} cells", cells.len())));
            };
            if left.is_empty() || right.is_empty() {
                return Err((n, "an empty cell".to_owned()));
            }
            all.push(Decision { verdict: *verdict, left: left.to_owned(), right: right.to_owned(), line: n });
        }
        Ok(Self(all))
    }

    /// The decisions that count: of several on one matter the last one.
    pub(super) fn last(&self) -> impl Iterator<Item = &Decision> {
        let matter = |d: &Decision| match d.verdict {
            Verdict::Same | Verdict::Different => {
                let (a, b) = if d.left <= d.right { (&d.left, &d.right) } else { (&d.right, &d.left) };
                (0, a.clone(), b.clone())
            }
            Verdict::Name => (1, d.left.clone(), String::new()),
            Verdict::Class => (2, d.left.clone(), String::new()),
        };
        let mut last = std::collections::HashMap::new();
        for (i, d) in self.0.iter().enumerate() {
            last.insert(matter(d), i);
        }
        self.0.iter().enumerate().filter(move |(i, d)| last.get(&matter(d)) == Some(i)).map(|(_, d)| d)
    }
}
