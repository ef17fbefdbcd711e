//! A regular expression that stands in a knowledge file: compiled when the file is read, so that a broken one is
//! reported with its line.

use std::ops::Deref;

use regex::Regex;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression(Regex);

impl Expression {
    /// Compiles `pattern`. One that does not compile was refused when its file was checked, and here matches nothing.
    pub fn new(pattern: &str) -> Self {
        compile(pattern).map(Self).unwrap_or_default()
    }
}

/// Han characters as rules mean them: those in common use, in one range. The whole class of Unicode has twenty, and a
/// repetition of it makes an automaton of thousands of states.
fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&pattern.replace(r"\p{Han}", r"[\x{4e00}-\x{9fff}]"))
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = String::deserialize(deserializer)?;
        compile(&pattern).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

/// Matches nothing.
impl Default for Expression {
    fn default() -> Self {
        Self(Regex::new(r"[^\s\S]").expect("a valid expression"))
    }
}

impl Deref for Expression {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.0
    }
}
