//! The words by which the parts of a document are told apart: data, read from `ontology/rules/anatomy.toml`.

use regex::Regex;
use serde::Deserialize;

use crate::search::Expression;

/// Why the cues could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CueError {
    /// Not TOML, or an unknown or missing key.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A pattern is not a regular expression.
    #[error("key {key}: {source}")]
    Pattern {
        /// The key of the pattern.
        key: String,
        /// What is wrong with it.
        source: Box<regex::Error>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    class_mark: String,
    number: String,
    number_form: String,
    title_end: String,
    red_head: String,
    sender_end: String,
    page: String,
    title_about: Vec<String>,
    title_period: String,
    addressee: String,
    copies: String,
    contact: String,
    note: String,
    date: String,
    digits: String,
    ten: char,
    zeros: String,
    level: Vec<RawLevel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    pattern: String,
    path: String,
}

/// Compiled cues.
#[derive(Clone, Debug)]
pub struct Cues {
    pub(super) class_mark: Expression,
    pub(super) number: Expression,
    number_form: String,
    pub(super) title_end: Expression,
    pub(super) red_head: Expression,
    sender_end: Expression,
    /// What a web page puts around a document.
    pub(super) page: Expression,
    /// Words behind which a title says what it is about, the surest first.
    pub(super) title_about: Vec<String>,
    /// The year of which a title without such words speaks, right behind whoever writes.
    pub(super) title_period: Expression,
    pub(super) addressee: Expression,
    pub(super) copies: Expression,
    /// Looked for in whole paragraphs, where words alone are found faster than by steps.
    pub(super) contact: Regex,
    pub(super) note: Expression,
    pub(super) date: Expression,
    digits: Vec<char>,
    ten: char,
    zeros: Vec<char>,
    /// Heads of numbered items and how each level is written in a path, from the outermost level inwards.
    pub(super) levels: Vec<(Expression, String)>,
}

impl Cues {
    /// Reads and compiles the cues.
    ///
    /// # Errors
    ///
    /// When `toml` is malformed, has an unknown or missing key, or a pattern does not compile.
    pub fn parse(toml: &str) -> Result<Self, CueError> {
        let raw: Raw = toml::from_str(toml)?;
        let wrong = |key: &str| {
            let key = key.to_owned();
            |e| CueError::Pattern { key, source: Box::new(e) }
        };
        let compile = |key: &str, pattern: &str| Expression::compile(pattern).map_err(wrong(key));
        Ok(Self {
            class_mark: compile("class_mark", &raw.class_mark)?,
            number: compile("number", &raw.number)?,
            number_form: raw.number_form,
            title_end: compile("title_end", &raw.title_end)?,
            red_head: compile("red_head", &raw.red_head)?,
            sender_end: compile("sender_end", &raw.sender_end)?,
            page: compile("page", &raw.page)?,
            title_about: raw.title_about,
            title_period: compile("title_period", &raw.title_period)?,
            addressee: compile("addressee", &raw.addressee)?,
            copies: compile("copies", &raw.copies)?,
            contact: Regex::new(&raw.contact).map_err(wrong("contact"))?,
            note: compile("note", &raw.note)?,
            date: compile("date", &raw.date)?,
            digits: raw.digits.chars().collect(),
            ten: raw.ten,
            zeros: raw.zeros.chars().collect(),
            levels: raw
                .level
                .into_iter()
                .map(|l| Ok((compile("level.pattern", &l.pattern)?, l.path)))
                .collect::<Result<_, CueError>>()?,
        })
    }

    /// Whether `name` ends like that of a body which sends documents.
    pub(crate) fn is_sender(&self, name: &str) -> bool {
        self.sender_end.is_match(name)
    }

    /// A document's number in its regular form.
    pub(super) fn number_as_written(&self, organ: &str, year: &str, serial: &str) -> String {
        self.number_form.replace("{organ}", organ).replace("{year}", year).replace("{serial}", serial)
    }

    /// The value of a number written in Arabic or Chinese digits (`2025`, `二〇二五`, `十一`); `None` for anything else.
    pub(super) fn number_value(&self, digits: &str) -> Option<u32> {
        if let Ok(value) = digits.parse() {
            return Some(value);
        }
        let digit = |c: char| {
            let zero = self.zeros.contains(&c).then_some(0);
            zero.or_else(|| self.digits.iter().position(|d| *d == c)).and_then(|d| u32::try_from(d).ok())
        };
        if let Some((tens, ones)) = digits.split_once(self.ten) {
            let part = |s: &str, empty: u32| if s.is_empty() { Some(empty) } else { s.chars().next().and_then(digit) };
            return Some(part(tens, 1)? * 10 + part(ones, 0)?);
        }
        digits.chars().try_fold(0_u32, |value, c| value.checked_mul(10)?.checked_add(digit(c)?))
    }
}
