//! What is known of numbers: numerals, multipliers, units, qualifiers and periods (`rules/figures.toml`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::SubjectRules;
use crate::search::{Expression, Words};

/// `rules/figures.toml`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureRules {
    /// Chinese digits and their values.
    pub digits: BTreeMap<char, u32>,
    /// Places within a Chinese numeral and their values (十 10, 百 100 …).
    pub places: BTreeMap<char, u32>,
    /// Multipliers behind a number (万, 亿 …) and their values.
    pub multipliers: BTreeMap<char, f64>,
    /// Characters that are numerals only beside others.
    pub formal: String,
    /// How whole numbers are written in words.
    pub written: Written,
    /// Units; the longest that fits wins.
    pub units: Words,
    /// Units that only count behind an Arabic numeral: behind a Chinese one they make ordinary words.
    pub weak_units: Words,
    /// Units written otherwise, and their usual form.
    pub unit_forms: BTreeMap<String, String>,
    /// Units that QUDT has, and the last part of their IRI there.
    pub unit_iris: BTreeMap<String, String>,
    /// Words that say how a number is meant.
    pub qualifiers: Vec<QualifierRule>,
    /// Words that begin like those behind a number and are none.
    pub not_qualifiers: Words,
    /// Words that stand apart from the number that they qualify.
    pub apart: Vec<ApartRule>,
    /// Words behind a number that make it no figure.
    pub not_before: Words,
    /// Expressions that hold numbers which are no figures: what they cover is left out.
    pub not_figures: Vec<Expression>,
    /// Expressions for ranks, with a group `n`, and a group `upto` for 前.
    pub ranks: Vec<Expression>,
    /// The unit of a rank.
    pub rank_unit: String,
    /// An expression for shares in tenths (六成), with groups `n` and `half`.
    pub tenths: Expression,
    /// Words before a pure number without a unit (容积率).
    pub ratios: Vec<String>,
    /// The decimal point, in words.
    pub point: char,
    /// What joins the last two numbers of a series.
    pub and: char,
    /// Words by which a pure number rises to another one.
    pub rises: Vec<String>,
    /// What joins two numbers to a range.
    pub range: String,
    /// Words that make a figure a plan.
    pub planned: Vec<String>,
    /// How a period is stated; the first that matches counts.
    pub period: Vec<PeriodRule>,
    /// An expression for a year, with a group around its digits.
    pub year: Expression,
    /// Words that take the year of the document.
    pub now: Vec<String>,
    /// How a paragraph begins from which on a report looks back at the year before.
    pub looks_back: Expression,
    /// What stands behind the date on which a rule was issued.
    pub issued: Expression,
    /// What stands behind the month in which something came to be.
    pub happened: Expression,
    /// Words before a month up to which something is counted.
    pub until: Words,
    /// Words before a period that is only compared with.
    pub compared: Words,
    /// Words before that from which something changes.
    pub from: Words,
    /// What stands between the number from which something changes and the one to which it does.
    pub changes: Expression,
    /// Words before a number that is a property or a condition, and was not counted in a year.
    pub standing: Expression,
    /// Words by which it was counted all the same.
    pub counted: Expression,
    /// What headings say of the time that their section looks at; the first that matches counts.
    pub outlook: Vec<Outlook>,
    /// The date of a document without a signature, with a group `y`.
    pub dateline: Expression,
    /// The year in the number of a document, with a group `y`.
    pub numbered: Expression,
    /// What a figure is about.
    pub subjects: SubjectRules,
    /// Words that say only how a figure changed or compares.
    pub relative: Expression,
    /// What the indicator of a rank ends with.
    pub rank_word: String,
    /// An expression for shares in words (百分之五, 三分之二), with groups `n` and `of`.
    pub percent: Expression,
    /// Units that name a class of size (2吨级): the number is about that much.
    pub about_units: Words,
    /// Classes inside whose names a number may still count something.
    pub number_inside: Vec<String>,
    /// Words at which the noun behind a number ends.
    pub indicator_stops: Words,
    /// What stands behind a number that rises or falls to the next one.
    pub rises_to: Expression,
    /// Times and aims at the front of an indicator, which are cut.
    pub indicator_leads: Expression,
    /// Words for what is given: with them, the words before a number say for what.
    pub grants: Words,
    /// Words behind a number before what it is used as.
    pub purposes: Words,
    /// Words behind a number before what it is used for.
    pub spends: Words,
    /// Classes whose names are left out of the words before a number.
    pub indicator_names: Vec<String>,
    /// Words cut from the front of an indicator.
    pub indicator_drop_front: Words,
    /// Words cut from the end of an indicator.
    pub indicator_drop_end: Words,
}

/// How whole numbers are written in words.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The digits from 0 to 9.
    pub digits: String,
    /// Ten, hundred, thousand.
    pub places: String,
    /// What each ten thousand of those before is called.
    pub steps: String,
}

/// How a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Qualifier {
    /// As it stands.
    Exact,
    /// At least this much.
    Over,
    /// About this much.
    About,
    /// Almost this much.
    Nearly,
    /// At most this much.
    UpTo,
}

/// Words that say how a number is meant.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualifierRule {
    /// How the number is meant.
    pub kind: Qualifier,
    /// Words right before the number.
    #[serde(default)]
    pub before: Words,
    /// Words between the number and its unit.
    #[serde(default)]
    pub inside: Words,
    /// Words right behind the unit.
    #[serde(default)]
    pub after: Words,
}

/// Words that stand apart from the number that they qualify.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApartRule {
    /// How the number is meant.
    pub kind: Qualifier,
    /// Matched in the words before the number.
    pub pattern: Expression,
}

/// How a period is stated in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodRule {
    /// Matched in the sentence; groups `y`, `y2` (years), `m`, `m2` (months), `q` (quarter).
    pub pattern: Expression,
    /// The period: groups in braces, `{now}` the document's year, `{last}` the year before, `{base}` the year that the
    /// section looks at, `{q}` the months of the quarter in it, `{lastq}` those of the year before. A group `n` is a month
    /// in any numerals.
    pub form: String,
}

/// What a heading says of the time that its section looks at.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlook {
    /// Matched in the heading or title; a group `y` for a year.
    pub pattern: Expression,
    /// The year: `{y}`, `{now}` or `{last}`.
    pub form: String,
    /// Whether what the section counts holds for that year where nothing else is said.
    pub whole: bool,
}
