//! Rules that are part of the program: what they look for stands in lists and tables, how they look stands in the code.
//! Their ids stand at facts like those of the rule files, so they too say what they are.

use super::rules::{Field, Rule};

/// A rule that stands in no rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// See [`Rule::id`].
    pub id: &'static str,
    /// Class or relation of what it reads; empty when it is not always the same.
    pub kind: &'static str,
    /// See [`Rule::why`].
    pub why: &'static str,
}

impl Rule for BuiltIn {
    fn id(&self) -> &str {
        self.id
    }
    fn why(&self) -> &str {
        self.why
    }
    fn matches(&self) -> &[String] {
        &[]
    }
    fn rejects(&self) -> &[String] {
        &[]
    }
    fn family(&self) -> &'static str {
        "built in"
    }
    fn family_about(&self) -> &'static str {
        "A part of the program: what it looks for stands in lists and tables, how it looks stands in the code."
    }
    fn kind(&self) -> String {
        self.kind.to_owned()
    }
    fn confidence(&self) -> Option<f64> {
        None
    }
    fn fields(&self) -> Vec<Field> {
        Vec::new()
    }
}

/// All of them, by their ids.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn {
        id: "ENT-defined",
        kind: "",
        why: "The text says what short name it uses for something, which means the same in the whole document.",
    },
    BuiltIn {
        id: "ENT-short",
        kind: "",
        why: "A name that another name of the document ends or begins with is short for it, where the classes allow that.",
    },
    BuiltIn {
        id: "FIG-number",
        kind: "Figure",
        why: "A number with a unit: multipliers are worked out, words such as \"more than\" become its qualifier.",
    },
    BuiltIn {
        id: "FIG-percent",
        kind: "Figure",
        why: "A share of a hundred or of a few parts that is written in words.",
    },
    BuiltIn {
        id: "FIG-range",
        kind: "Figure",
        why: "Two numbers joined to a range are two figures: the first a lower bound, the second an upper one.",
    },
    BuiltIn { id: "FIG-rank", kind: "Figure", why: "A rank in a larger whole, or an upper bound of one." },
    BuiltIn {
        id: "FIG-ratio",
        kind: "Figure",
        why: "A pure number without a unit counts only behind a word that says what is measured, such as a plot ratio.",
    },
    BuiltIn {
        id: "FIG-series",
        kind: "Figure",
        why: "Numbers in a row share the unit that stands behind the last one.",
    },
    BuiltIn { id: "FIG-tenths", kind: "Figure", why: "A share in tenths that is written in words." },
    BuiltIn {
        id: "HEAD-addressee",
        kind: "",
        why: "The addressee of a reply letter names the deputies, or the committee, that submitted the proposal.",
    },
    BuiltIn { id: "HEAD-cites", kind: "cites", why: "A reply letter cites every policy document that it names." },
    BuiltIn { id: "HEAD-consulted", kind: "consulted", why: "The opening names the bodies whose opinions went in." },
    BuiltIn { id: "HEAD-copies", kind: "copiedTo", why: "The last lines name who gets a copy." },
    BuiltIn {
        id: "HEAD-office",
        kind: "partOf",
        why: "An office whose name begins with the name of another organ is part of that organ.",
    },
    BuiltIn {
        id: "HEAD-reply",
        kind: "repliesTo",
        why: "A reply letter replies to the proposal that its opening names.",
    },
    BuiltIn {
        id: "HEAD-sender",
        kind: "issuedBy",
        why: "The body in the signature, or at the beginning of the title, issued the document.",
    },
    BuiltIn {
        id: "HEAD-submitters",
        kind: "submittedBy",
        why: "The proposal was submitted by whom its reply is addressed to.",
    },
    BuiltIn {
        id: "HEAD-title",
        kind: "",
        why: "A document with a title of its own is a reply letter or a policy document, and its number another name of it.",
    },
    BuiltIn {
        id: "LEX-divisions",
        kind: "Place",
        why: "A place in the table of administrative divisions; of several of one name the one near the issuing place.",
    },
    BuiltIn {
        id: "LEX-initials",
        kind: "Place",
        why: "Places by their one-character names, where several stand in a row before a word for places.",
    },
    BuiltIn { id: "LEX-names", kind: "", why: "A name in the lists of ontology/lexicon." },
    BuiltIn {
        id: "LEX-organs",
        kind: "GovernmentBody",
        why: "A kind of organ in the list of organs, with its place in front or with that of the issuing body.",
    },
    BuiltIn {
        id: "LEX-references",
        kind: "",
        why: "A word that stands for something named elsewhere, such as the city of the issuing body.",
    },
    BuiltIn {
        id: "LIST-neighbours",
        kind: "",
        why: "The members of a list share a class: one that is known types the others.",
    },
    BuiltIn {
        id: "NAME-title",
        kind: "PolicyDocument",
        why: "What stands between title marks is a policy document, or what the rules for titles make of it.",
    },
    BuiltIn {
        id: "REL-joint",
        kind: "cooperatesWith",
        why: "Several who do the same thing in the same words, one of which says that they do it together, cooperate.",
    },
];
