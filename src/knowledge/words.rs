//! A list of words of a rule file that tells quickly which of them a text begins with, ends with or holds. Rules ask
//! this at every place of a text, and nearly always the first character already says no.

use std::ops::Deref;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use foldhash::{HashMap, HashMapExt as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diag::Span;

/// Words in the order in which they were written down.
#[derive(Clone, Debug, Default)]
pub struct Words {
    all: Vec<String>,
    by_first: Index,
    by_last: Index,
    /// Made when it is first asked for: most lists are never looked for inside of a text.
    inside: OnceLock<AhoCorasick>,
}

/// Places of words in their list, by one character of each.
#[derive(Clone, Debug, Default)]
struct Index {
    /// One bit for each value of a character's last byte: most characters need not be looked up.
    filter: [u64; 4],
    places: HashMap<char, Vec<usize>>,
    /// Whether a word without any character is in the list: every text begins and ends with that.
    empty: Vec<usize>,
}

impl Index {
    fn new(keys: impl Iterator<Item = Option<char>>) -> Self {
        let mut index = Self { places: HashMap::new(), ..Self::default() };
        for (i, key) in keys.enumerate() {
            match key {
                Some(c) => {
                    let bit = u32::from(c) & 255;
                    index.filter[bit as usize / 64] |= 1 << (bit % 64);
                    index.places.entry(c).or_default().push(i);
                }
                None => index.empty.push(i),
            }
        }
        index
    }

    fn get(&self, c: Option<char>) -> &[usize] {
        let Some(c) = c else { return &[] };
        let bit = u32::from(c) & 255;
        if self.filter[bit as usize / 64] & (1 << (bit % 64)) == 0 {
            return &[];
        }
        self.places.get(&c).map_or(&[], Vec::as_slice)
    }
}

impl Words {
    /// The words that `text` begins with, in the order of the list.
    pub fn starting<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.places_starting(text).map(|i| self.all[i].as_str())
    }

    /// The places in the list of the words that `text` begins with.
    pub fn places_starting<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let places = self.by_first.get(text.chars().next()).iter().chain(&self.by_first.empty);
        places.copied().filter(move |i| text.starts_with(self.all[*i].as_str()))
    }

    /// The words that `text` ends with, in the order of the list.
    pub fn ending<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.places_ending(text).map(|i| self.all[i].as_str())
    }

    /// The places in the list of the words that `text` ends with.
    pub fn places_ending<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let places = self.by_last.get(text.chars().next_back()).iter().chain(&self.by_last.empty);
        places.copied().filter(move |i| text.ends_with(self.all[*i].as_str()))
    }

    /// All places where words stand in `text`, each with the place of the word in the list.
    pub fn places_within<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, Span)> + 'a {
        let hits = (!self.all.is_empty()).then(|| self.inside().find_overlapping_iter(text));
        hits.into_iter().flatten().map(|m| (m.pattern().as_usize(), Span::new(m.start(), m.end())))
    }

    /// Whether `text` begins with one of the words.
    pub fn start(&self, text: &str) -> bool {
        self.starting(text).next().is_some()
    }

    /// Whether `text` ends with one of the words.
    pub fn end(&self, text: &str) -> bool {
        self.ending(text).next().is_some()
    }

    /// Whether one of the words stands anywhere in `text`.
    pub fn within(&self, text: &str) -> bool {
        !self.all.is_empty() && self.inside().is_match(text)
    }

    /// Where the first of the words that stand in `text` ends.
    pub fn first_end(&self, text: &str) -> Option<usize> {
        if self.all.is_empty() { None } else { self.inside().find(text).map(|m| m.end()) }
    }

    /// Where the last of the words that stand in `text` begins.
    pub fn last_start(&self, text: &str) -> Option<usize> {
        if self.all.is_empty() { None } else { self.inside().find_overlapping_iter(text).map(|m| m.start()).max() }
    }

    /// The first word of the list that stands in `text`.
    pub fn held(&self, text: &str) -> Option<&str> {
        let any = self.within(text);
        any.then(|| self.all.iter().map(String::as_str).find(|w| text.contains(w))).flatten()
    }

    /// Whether `text` is one of the words.
    pub fn has(&self, text: &str) -> bool {
        self.starting(text).any(|w| w.len() == text.len())
    }

    fn inside(&self) -> &AhoCorasick {
        self.inside.get_or_init(|| {
            let kind = Some(AhoCorasickKind::DFA);
            AhoCorasick::builder().kind(kind).build(&self.all).expect("a list of words fits")
        })
    }
}

impl From<Vec<String>> for Words {
    fn from(all: Vec<String>) -> Self {
        let by_first = Index::new(all.iter().map(|w| w.chars().next()));
        let by_last = Index::new(all.iter().map(|w| w.chars().next_back()));
        Self { all, by_first, by_last, inside: OnceLock::new() }
    }
}

impl Deref for Words {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.all
    }
}

impl<'a> IntoIterator for &'a Words {
    type Item = &'a String;
    type IntoIter = std::slice::Iter<'a, String>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The answers are those of going through the list.
        #[test]
        fn agrees_with_the_list(words in proptest::collection::vec("[ab中口]{0,3}", 0..6), text in "[ab中口]{0,5}") {
            let list = Words::from(words.clone());
            if !words.iter().any(String::is_empty) {
                prop_assert!(list.starting(&text).eq(words.iter().filter(|w| text.starts_with(w.as_str()))));
                prop_assert!(list.ending(&text).eq(words.iter().filter(|w| text.ends_with(w.as_str()))));
            }
            prop_assert_eq!(list.start(&text), words.iter().any(|w| text.starts_with(w.as_str())));
            prop_assert_eq!(list.end(&text), words.iter().any(|w| text.ends_with(w.as_str())));
            prop_assert_eq!(list.within(&text), words.iter().any(|w| text.contains(w.as_str())));
            prop_assert_eq!(list.has(&text), words.contains(&text));
            let stand = |n: usize| words.iter().any(|w| text.get(..n).is_some_and(|t| t.ends_with(w.as_str())));
            prop_assert_eq!(list.first_end(&text), (0..=text.len()).find(|n| stand(*n)));
            prop_assert_eq!(list.last_start(&text), words.iter().filter_map(|w| text.rfind(w.as_str())).max());
        }
    }
}
