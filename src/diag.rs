//! Places in a text and findings about it. All other modules may use this one.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into the normalised text of one document (see [`crate::text::Text`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte; never less than `start`.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`.
    #[inline]
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span cannot end before it starts");
        Self { start, end }
    }

    /// Length in bytes.
    #[inline]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds nothing.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside this span.
    #[inline]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share at least one byte.
    #[inline]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that covers both.
    #[inline]
    pub fn join(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The slice of `text` that the span covers.
    #[inline]
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// This span moved by `offset` bytes to the right.
    #[inline]
    pub fn shifted(self, offset: usize) -> Span {
        Span::new(self.start + offset, self.end + offset)
    }
}

/// How much a [`Diagnostic`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The result stands, a person may want to look.
    Warning,
    /// Something was left out because of this.
    Error,
}

impl Severity {
    /// How it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A finding about a text or a data file: not a failure of the program, so it travels beside the value it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code; the letter names the room it comes from (`T` text, `D` document, `K` knowledge, `M` mention).
    pub code: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// Where: a file's name, with `:line:column` when known.
    pub place: String,
    /// What was found.
    pub message: String,
    /// What can be done about it; empty when there is nothing to do.
    pub hint: String,
}

impl Diagnostic {
    /// A warning without a hint.
    pub fn warning(code: &'static str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            severity: Severity::Warning,
            place: place.into(),
            message: message.into(),
            hint: String::new(),
        }
    }

    /// An error without a hint.
    pub fn error(code: &'static str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, ..Self::warning(code, place, message) }
    }

    /// The same finding with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.severity.name();
        write!(f, "{kind}[{}] {}: {}", self.code, self.place, self.message)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}

/// The most problems that one message lists: whoever has more mends these first.
const MOST_LISTED: usize = 20;

/// Several findings as one message, one line each.
pub(crate) fn list(found: &[Diagnostic]) -> String {
    let mut lines: Vec<String> = found.iter().take(MOST_LISTED).map(ToString::to_string).collect();
    if found.len() > MOST_LISTED {
        lines.push(format!("and {} more problems", found.len() - MOST_LISTED));
    }
    lines.join("\n")
}

/// The entries of `known` closest to `name`, best first, at most three: the "did you mean" of all messages.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = name.to_lowercase();
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|k| {
            let other = k.to_lowercase();
            let contained = !lower.is_empty() && (other.contains(&lower) || lower.contains(&other));
            let distance = strsim::damerau_levenshtein(&lower, &other);
            let limit = (k.chars().count().max(name.chars().count()) / 2).max(2);
            match (contained, distance <= limit) {
                (true, _) => Some((distance.min(2) + 1, k)),
                (false, true) => Some((distance + 1, k)),
                (false, false) => None,
            }
        })
        .collect();
    scored.sort();
    scored.truncate(3);
    scored.into_iter().map(|(_, k)| k).collect()
}
