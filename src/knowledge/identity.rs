//! The rules by which two names are one thing: `ontology/rules/identity.toml`. Unknown keys are refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rules::{Field, Rule, fair, rule};
use crate::search::{Expression, Words};

rule!(
    /// A reason for which two names are one thing, with how sure it is. Examples are pairs of names, each with the place that its document
    /// was written from: `Enterprise 甲乙照明 @中山市 | Enterprise 甲乙照明股份有限公司 @中山市`.
    Identity,
    "identity",
    {
        /// Nothing is joined by this rule alone: the pair is shown to whoever reviews.
        #[serde(default)]
        only_asks: bool,
    }
);

/// `rules/identity.toml`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityRules {
    /// Reasons as sure as this join; what is less sure is shown to whoever reviews.
    pub joins_from: f64,
    /// A merge that would give a thing more different names than this is not made, but shown.
    pub most_names: usize,
    /// Classes whose names mean the same everywhere.
    pub everywhere: Vec<String>,
    /// Classes whose names may have the place of their document in front, or not.
    pub placed: Vec<String>,
    /// The fewest characters that a name keeps when the place in front of it is taken away.
    pub least_rest: usize,
    /// Names that say by themselves that they are the country's: they mean the same everywhere.
    pub nationwide: Expression,
    /// By class, from how many characters on a name is told apart by itself.
    pub distinctive: BTreeMap<String, usize>,
    /// Names of several things in one city, by which no other document means the same.
    pub common_short: Expression,
    /// Endings that say the legal form of a firm.
    pub legal_forms: Words,
    /// Nouns for what a firm does, besides the firm tails of the names.
    pub trades: Words,
    /// Words in legal names that say nothing of a trade.
    pub neutral_trades: Words,
    /// What the names of branches end with.
    pub branches: Words,
    /// The country in front of names.
    pub country: Words,
    /// Two endings of one name: of an office and its short form, of a body and what it was called before.
    pub equal_tails: Vec<EqualTail>,
    /// How titles of documents are taken apart.
    pub titles: Titles,
    /// The reasons.
    #[serde(default)]
    pub rule: Vec<Identity>,
}

/// See [`IdentityRules::equal_tails`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualTail {
    /// The endings that stand for it.
    pub from: Vec<String>,
    /// The ending.
    pub to: String,
    /// The rule that joins them.
    pub rule: String,
}

/// See [`IdentityRules::titles`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titles {
    /// Titles that only say what kind of document it is.
    pub bare: Expression,
    /// Titles that mean the same everywhere: laws.
    pub laws: Expression,
    /// A notice that prints another document, which is the group `title`.
    pub printed: Expression,
    /// The body in front of a title whose group `rest` goes on.
    pub issuer: Expression,
    /// A version at the end: the group `version`.
    pub version: Expression,
    /// A draft at the end.
    pub draft: Expression,
    /// The years at the end: the group `period`.
    pub period: Expression,
    /// A mark at the end that is often left out.
    pub trial: Expression,
    /// The number right behind a title: the group `number`.
    pub number_behind: Expression,
    /// The number of an official document.
    pub number: Expression,
}

impl IdentityRules {
    /// The rule called `id`.
    pub fn named(&self, id: &str) -> Option<&Identity> {
        self.rule.iter().find(|r| r.id == id)
    }
}
