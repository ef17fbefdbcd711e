//! Words that make no name by themselves: what is told of names by not being told of things in general.

use std::borrow::Cow;

use crate::knowledge::Knowledge;
use crate::search::Words;

/// Generic words.
pub(super) struct Generic(Words);

impl Generic {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        Self(knowledge.name_rules.generic.clone())
    }

    /// Whether `words` are one generic word.
    pub(super) fn is_word(&self, words: &str) -> bool {
        self.0.has(words)
    }

    /// Whether `words` consist of generic words only, marks and conjunctions between them left out.
    pub(super) fn covers(&self, words: &str) -> bool {
        let joint = |c: char| matches!(c, '“' | '”' | '（' | '）' | '和' | '与' | '及' | '+' | '0'..='9');
        let bare: Cow<'_, str> =
            if words.contains(joint) { words.chars().filter(|c| !joint(*c)).collect() } else { words.into() };
        let mut reached = vec![false; bare.len() + 1];
        reached[0] = true;
        for (at, _) in bare.char_indices() {
            if reached[at] {
                for word in self.0.starting(&bare[at..]) {
                    reached[at + word.len()] = true;
                }
            }
        }
        reached[bare.len()]
    }

    /// Whether `words` are a generic word with less than two characters before it: 新能源 says no more than 能源.
    pub(super) fn nearly_covers(&self, words: &str) -> bool {
        let mut rest = words.chars();
        rest.next();
        self.is_word(words) || (rest.as_str().chars().nth(1).is_some() && self.is_word(rest.as_str()))
    }
}
