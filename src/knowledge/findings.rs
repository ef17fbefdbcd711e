//! What is known of disagreements and damage (`rules/findings.toml`).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::search::{Expression, Words};

/// `rules/findings.toml`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRules {
    /// What kinds of findings there are.
    pub kinds: BTreeMap<String, FindingKind>,
    /// Words and expressions of the checks that are part of the program.
    pub settings: FindingSettings,
    /// Expressions for damaged text.
    pub damage: Vec<DamageRule>,
}

/// A kind of finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingKind {
    /// How bad it is.
    pub severity: Gravity,
    /// What it says, in Chinese.
    pub zh: String,
    /// What it says, in English.
    pub en: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// Something cannot be as it stands.
    Error,
    /// Something is probably wrong.
    Warning,
    /// Something is odd.
    Note,
}

impl Gravity {
    /// Its name in the graph.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Words and expressions of the checks that are part of the program.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingSettings {
    /// The number of the proposal that a reply answers, with a group `n`.
    pub proposal: Expression,
    /// Words of an indicator that do not tell two apart.
    pub noise: Vec<String>,
    /// Words that tell two indicators apart when only one of them has it.
    pub telling: Vec<String>,
    /// Words for levels: two indicators with different ones are different.
    pub levels: Vec<String>,
    /// What makes a figure cumulative.
    pub cumulative: Words,
    /// What stands before the parts of a whole.
    pub parts: Words,
    /// What stands right before the total of what was just counted.
    pub total: Expression,
    /// What a share is called.
    pub share: Expression,
    /// Words that stand twice for good reason.
    pub repeated: Words,
    /// Words of which the first asks for the second.
    pub pairs: Vec<[String; 2]>,
    /// How several are spoken to.
    pub several: String,
    /// How one is spoken to.
    pub one: String,
    /// The mixture of the two, which says nothing.
    pub both: String,
    /// Up to so many characters of the opening paragraph speak to the addressee.
    pub opening: usize,
    /// Verbs that are not said at both ends of one phrase.
    pub verbs: Words,
    /// What a phrase may end with behind the verb.
    pub phrase_end: Words,
    /// What stands behind a list of countries that counts parties from there.
    pub counted_parties: Expression,
    /// A heading that has run into the answer to it.
    pub joined: Expression,
    /// With what names of towns end.
    pub town_ends: Words,
    /// Marks that end a paragraph.
    pub ends: Words,
}

/// An expression for damaged text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DamageRule {
    /// Its name.
    pub id: String,
    /// The kind of finding.
    pub kind: String,
    /// Why this is damage.
    pub why: String,
    /// What is looked for, with a group `at` around what is quoted.
    pub pattern: Expression,
    /// Texts that it finds.
    pub matches: Vec<String>,
    /// Texts that it leaves alone.
    pub rejects: Vec<String>,
}
