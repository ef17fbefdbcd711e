//! A regular expression that stands in a knowledge file: compiled when the file is read, so that a broken one is
//! reported with its line.

use std::ops::Deref;

use regex::{Captures, Regex};
use regex_syntax::hir::{Hir, Look};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diag::Span;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    regex: Regex,
    /// The most bytes that a match takes, where what stands behind it does not matter.
    reach: Option<usize>,
}

impl Expression {
    /// Compiles `pattern`. One that does not compile was refused when its file was checked, and here matches nothing.
    pub fn new(pattern: &str) -> Self {
        Self::compile(pattern).unwrap_or_default()
    }

    /// Han characters as rules mean them: those in common use, in one range; and digits: 0 to 9. The whole classes of
    /// Unicode have twenty and more ranges, and a repetition of one makes an automaton of thousands of states.
    fn compile(pattern: &str) -> Result<Self, regex::Error> {
        let regex = Regex::new(&pattern.replace(r"\p{Han}", r"[\x{4e00}-\x{9fff}]").replace(r"\d", "[0-9]"))?;
        let reach = regex_syntax::parse(regex.as_str()).ok().and_then(|hir| reach(&hir));
        Ok(Self { regex, reach })
    }

    /// The matches in `text`, where it is known that all of them begin in one of `starts`, which are in order and apart.
    pub fn captures_from<'t>(&self, text: &'t str, starts: &[Span]) -> impl Iterator<Item = Captures<'t>> {
        let mut starts = starts.iter().copied().peekable();
        let (mut at, mut last_end) = (0, None);
        std::iter::from_fn(move || {
            while let Some(&range) = starts.peek() {
                at = at.max(range.start);
                if at > range.end.min(text.len()) {
                    starts.next();
                    continue;
                }
                at = text.ceil_char_boundary(at);
                // Whatever begins in the range ends before this.
                let end = self.reach.map_or(text.len(), |n| text.ceil_char_boundary(range.end.saturating_add(n)));
                let Some(captures) = self.regex.captures_at(&text[..end], at) else {
                    at = range.end + 1;
                    if self.reach.is_none() {
                        at = text.len() + 1;
                    }
                    continue;
                };
                let whole = captures.get_match();
                if whole.start() > range.end {
                    // Another range holds it; what was cut off may have made another match of it.
                    at = if self.reach.is_none() { whole.start() } else { range.end + 1 };
                    continue;
                }
                at = whole.end() + usize::from(whole.is_empty());
                // Nothing does not count right behind something.
                if last_end.replace(whole.end()) != Some(whole.end()) || !whole.is_empty() {
                    return Some(captures);
                }
            }
            None
        })
    }
}

/// The most bytes that `hir` matches; nothing where there is no limit, or where it looks at what stands behind them.
fn reach(hir: &Hir) -> Option<usize> {
    let looks = hir.properties().look_set().remove(Look::Start);
    hir.properties().maximum_len().filter(|_| looks.is_empty())
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = String::deserialize(deserializer)?;
        Self::compile(&pattern).map_err(D::Error::custom)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.regex.as_str())
    }
}

/// Matches nothing.
impl Default for Expression {
    fn default() -> Self {
        Self { regex: Regex::new(r"[^\s\S]").expect("a valid expression"), reach: None }
    }
}

impl Deref for Expression {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.regex
    }
}
