//! What is known of the things that figures are about (`[subjects]` of `rules/figures.toml`).

use serde::Deserialize;

use crate::search::{Expression, Words};

/// What tells the thing that a figure is about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectRules {
    /// Classes of what a figure is about before all others of its clause.
    pub topics: Vec<String>,
    /// Classes of those that act.
    pub actors: Vec<String>,
    /// Classes of branches, of which figures speak where no place is named.
    pub branches: Vec<String>,
    /// Classes of places.
    pub districts: Vec<String>,
    /// Words before a name that is not spoken of itself.
    pub aside: Words,
    /// Words behind the name that is spoken of by which the rest of its clause says what it is.
    pub copulas: Words,
    /// Words behind a name that is not spoken of itself.
    pub shared: Words,
    /// What stands between a number and the name behind it whose number it is.
    pub belongs: Expression,
    /// Classes whose names behind a number may be what it is about.
    pub behind: Vec<String>,
    /// Classes of what a number is of when its clause names one only behind it.
    pub later: Vec<String>,
    /// Classes that are spoken of only where they stand in quotation marks.
    pub quoted: Vec<String>,
    /// Classes of rules, of which only conditions and effects are figures.
    pub rulings: Vec<String>,
    /// What a figure of a rule says.
    pub ruled: Expression,
    /// What a clause says that sets a condition or an effect of the rule that the paragraph named.
    pub terms: Expression,
    /// Classes that set such conditions themselves.
    pub granting: Vec<String>,
    /// Words that stand for something named before, at the beginning of a clause.
    pub anaphors: Vec<FigureAnaphor>,
    /// Words for the first, and for the second, of the two named last.
    pub former: Words,
    /// See `former`.
    pub latter: Words,
    /// What may stand before the subject of a clause.
    pub leads: Expression,
    /// Words that give each of several its own number.
    pub each: Words,
    /// Units by which things are counted: a name beside such a number says what was counted.
    pub counted: Words,
    /// Names of these forms say what is counted, not what is spoken of.
    pub kinds: Expression,
    /// Classes of lists that are spoken of, and how the names of lists end.
    pub listed: Vec<String>,
    /// See `listed`.
    pub lists: Expression,
    /// What a clause says that a rule proposes: what follows are its own figures.
    pub proposes: Expression,
    /// Words for a sum over several.
    pub together: Words,
    /// Classes of bodies, which are spoken of only where a clause begins with them.
    pub bodies: Vec<String>,
    /// Words for where a thing stands.
    pub located: Words,
    /// Classes of what one makes to work with, and the words for making it.
    pub tools: Vec<String>,
    /// See `tools`.
    pub makes: Words,
    /// Classes of projects, and what makes words behind a number attributive: a project builds what is named behind its
    /// costs, unless the number belongs to that.
    pub projects: Vec<String>,
    /// See `projects`.
    pub attributive: String,
    /// Words before one who is given something, and for giving it.
    pub to: Words,
    /// See `to`.
    pub gives: Words,
    /// Words of a clause that turns to something else.
    pub turns: Expression,
    /// Words for several things at once: nothing nearer than their place has such a number.
    pub several: Words,
    /// Characters that make a noun stand for something named before (该).
    pub these: String,
    /// Words behind which a product is spoken of without quotation marks.
    pub made: Words,
    /// Classes of what passes, and is not what the place aims at.
    pub passing: Vec<String>,
    /// What a clause says that is an aim of the place.
    pub goals: Expression,
    /// Words before the place whose things are counted (为我市29家企业).
    pub serves: Words,
    /// What stands before one of several items.
    pub items: Words,
    /// Characters that join names to a list, beside the marks.
    pub joiners: String,
    /// Words that end a branch that is spoken of itself, behind the words for the issuing place or before a comma.
    pub fields: Words,
}

/// Words that stand for something named before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureAnaphor {
    /// The words.
    pub words: Words,
    /// Of which classes it is.
    pub classes: Vec<String>,
}
