//! Words that make no name by themselves: what is told of names by not being told of things in general.

use std::collections::HashMap;

use crate::knowledge::Knowledge;

/// Generic words, by their first character.
pub(super) struct Generic(HashMap<char, Vec<String>>);

impl Generic {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let mut words: HashMap<char, Vec<String>> = HashMap::new();
        for word in &knowledge.name_rules.generic {
            words.entry(word.chars().next().unwrap_or_default()).or_default().push(word.clone());
        }
        Self(words)
    }

    /// Whether `words` are one generic word.
    pub(super) fn is_word(&self, words: &str) -> bool {
        self.beginning(words).any(|w| w == words)
    }

    /// Whether `words` consist of generic words only, marks and conjunctions between them left out.
    pub(super) fn covers(&self, words: &str) -> bool {
        let bare: String =
            words.chars().filter(|c| !matches!(c, '“' | '”' | '（' | '）' | '和' | '与' | '及')).collect();
        let mut reachable = vec![false; bare.len() + 1];
        reachable[0] = true;
        for (at, _) in bare.char_indices() {
            if reachable[at] {
                for word in self.beginning(&bare[at..]).filter(|w| bare[at..].starts_with(w.as_str())) {
                    reachable[at + word.len()] = true;
                }
            }
        }
        reachable[bare.len()]
    }

    /// Whether `words` are a generic word with less than two characters before it: 新能源 says no more than 能源.
    pub(super) fn nearly_covers(&self, words: &str) -> bool {
        let mut rest = words.chars();
        rest.next();
        self.is_word(words) || (rest.as_str().chars().count() > 1 && self.is_word(rest.as_str()))
    }

    /// The generic words with the first character of `words`.
    fn beginning(&self, words: &str) -> impl Iterator<Item = &String> {
        words.chars().next().and_then(|c| self.0.get(&c)).into_iter().flatten()
    }
}
