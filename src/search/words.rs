//! A list of words of a rule file that tells quickly which of them a text begins with, ends with or holds. Rules ask
//! this at every place of a text, and nearly always the first character already says no.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::diag::Span;

/// Words in the order in which they were written down.
#[derive(Clone, Debug, Default)]
pub struct Words {
    all: Vec<String>,
    /// None where the list is empty, as many are.
    by_first: Option<Box<Index>>,
    by_last: Option<Box<Index>>,
    /// The words without any character: every text begins and ends with those.
    empty: Vec<usize>,
}

/// How many bits tell whether a word begins or ends with a character.
const BITS: usize = 512;

/// Words by the character at one of their ends. What is asked at nearly every place of a text is told by one bit; the
/// rest by comparing numbers that lie side by side.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// One bit for each value of the last bits of a character.
    filter: [u64; BITS / 64],
    /// For each part of the filter how many bits are set before it.
    before: [u16; BITS / 64],
    /// For each of the bits that are set, in order, where its words begin among all.
    begins: Vec<u32>,
    /// In their order for each bit.
    words: Vec<Word>,
}

/// A word of an index.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Its bytes at the end that it is known by, as many as fit.
    bytes: u64,
    /// Which of them count.
    mask: u64,
    /// The whole word, where not all of its bytes fit.
    long: Option<Box<str>>,
    /// What it stands for.
    pub(super) place: u32,
    /// How many bytes it takes.
    pub(super) length: u32,
}

/// An index of no words.
static NONE: Index = Index { filter: [0; BITS / 64], before: [0; BITS / 64], begins: Vec::new(), words: Vec::new() };

/// The character at `at` in `text` as a number, and where the next one begins; nothing at the end. This is asked at nearly
/// every place of a text, and nearly always of a character that takes three bytes.
#[inline]
pub(super) fn code_at(text: &str, at: usize) -> Option<(u32, usize)> {
    let bytes = text.as_bytes();
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some((u32::from(first), at + 1));
    }
    if first & 0xf0 == 0xe0
        && let Some([_, second, third]) = bytes[at..].first_chunk()
    {
        let [first, second, third] = [first & 0xf, second & 0x3f, third & 0x3f].map(u32::from);
        return Some((first << 12 | second << 6 | third, at + 3));
    }
    rare_code_at(text, at)
}

#[cold]
fn rare_code_at(text: &str, at: usize) -> Option<(u32, usize)> {
    let c = text[at..].chars().next()?;
    Some((u32::from(c), at + c.len_utf8()))
}

/// The characters of `text` from `at` on, as numbers, each with where it begins.
#[inline]
pub(super) fn codes_from(text: &str, mut at: usize) -> impl Iterator<Item = (usize, u32)> {
    std::iter::from_fn(move || {
        let (code, next) = code_at(text, at)?;
        Some((std::mem::replace(&mut at, next), code))
    })
}

/// The first bytes of `text` as a number, the first one lowest.
#[inline]
fn head(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(head) => u64::from_le_bytes(*head),
        None => text.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

/// The last bytes of `text` as a number, the last one lowest.
#[inline]
fn tail(text: &[u8]) -> u64 {
    match text.last_chunk() {
        Some(tail) => u64::from_be_bytes(*tail),
        None => text.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

impl Word {
    /// `word`, known by its first bytes or by its last ones.
    pub(super) fn new(word: &str, place: u32, by_last: bool) -> Self {
        let mask = if word.len() < 8 { (1 << (8 * word.len())) - 1 } else { u64::MAX };
        let bytes = if by_last { tail(word.as_bytes()) } else { head(word.as_bytes()) };
        let long = (word.len() > 8).then(|| word.into());
        Self { bytes, mask, long, place, length: u32::try_from(word.len()).expect("a word is short") }
    }

    /// Whether `text` begins with it, when it is known by its first bytes.
    #[inline]
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        self.is_at(head(text)) && self.long.as_ref().is_none_or(|long| text.starts_with(long.as_bytes()))
    }

    /// Whether `text` ends with it, when it is known by its last bytes.
    #[inline]
    fn ends(&self, text: &[u8]) -> bool {
        self.is_at(tail(text)) && self.long.as_ref().is_none_or(|long| text.ends_with(long.as_bytes()))
    }

    #[inline]
    fn is_at(&self, bytes: u64) -> bool {
        (bytes ^ self.bytes) & self.mask == 0
    }
}

impl Index {
    /// An index of `words`, none of them empty, by their first characters, or by their last ones.
    pub(super) fn new<'a>(words: impl Iterator<Item = (&'a str, u32)>, by_last: bool) -> Self {
        let mut index = Self::default();
        let mut all: Vec<(usize, Word)> = Vec::new();
        for (word, place) in words {
            let Some(c) = (if by_last { word.chars().next_back() } else { word.chars().next() }) else { continue };
            let bit = u32::from(c) as usize % BITS;
            all.push((bit, Word::new(word, place, by_last)));
            index.filter[bit / 64] |= 1 << (bit % 64);
        }
        all.sort_by_key(|(bit, _)| *bit);
        for (n, (bit, _)) in all.iter().enumerate() {
            if n == 0 || all[n - 1].0 != *bit {
                index.begins.push(u32::try_from(n).expect("a list is short"));
            }
        }
        index.begins.push(u32::try_from(all.len()).expect("a list is short"));
        for part in 1..index.filter.len() {
            index.before[part] = index.before[part - 1] + index.filter[part - 1].count_ones() as u16;
        }
        index.words = all.into_iter().map(|(_, word)| word).collect();
        index
    }

    /// Whether there are words that share the bit of the character with this number.
    #[inline]
    pub(super) fn may_begin(&self, code: u32) -> bool {
        let bit = code as usize % BITS;
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// The words that share the bit of the character with this number.
    #[inline]
    pub(super) fn near(&self, code: u32) -> &[Word] {
        if !self.may_begin(code) {
            return &[];
        }
        let bit = code as usize % BITS;
        let below = self.filter[bit / 64] & ((1 << (bit % 64)) - 1);
        let n = usize::from(self.before[bit / 64]) + below.count_ones() as usize;
        &self.words[self.begins[n] as usize..self.begins[n + 1] as usize]
    }

    /// The words that `text` begins with, of an index by first characters.
    #[inline]
    pub(super) fn starting<'a>(&'a self, text: &'a str) -> impl DoubleEndedIterator<Item = &'a Word> {
        let near = code_at(text, 0).map_or(&[][..], |(code, _)| self.near(code));
        near.iter().filter(move |word| word.begins(text.as_bytes()))
    }

    /// The words that `text` ends with, of an index by last characters.
    #[inline]
    fn ending<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Word> {
        let near = text.chars().next_back().map_or(&[][..], |c| self.near(u32::from(c)));
        near.iter().filter(move |word| word.ends(text.as_bytes()))
    }

    /// Whether a word that begins with the character `code`, of an index by first characters, stands at `at` in `text`.
    #[inline]
    fn stands(&self, text: &str, (at, code): (usize, u32)) -> bool {
        self.near(code).iter().any(|word| word.begins(&text.as_bytes()[at..]))
    }
}

impl Words {
    #[inline]
    fn by_first(&self) -> &Index {
        self.by_first.as_deref().unwrap_or(&NONE)
    }

    #[inline]
    fn by_last(&self) -> &Index {
        self.by_last.as_deref().unwrap_or(&NONE)
    }

    /// The words that `text` begins with, in the order of the list.
    pub fn starting<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.places_starting(text).map(|i| self.all[i].as_str())
    }

    /// The places in the list of the words that `text` begins with.
    pub fn places_starting<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.by_first().starting(text).map(|w| w.place as usize).chain(self.empty.iter().copied())
    }

    /// The words that `text` ends with, in the order of the list.
    pub fn ending<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.places_ending(text).map(|i| self.all[i].as_str())
    }

    /// The places in the list of the words that `text` ends with.
    pub fn places_ending<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.by_last().ending(text).map(|w| w.place as usize).chain(self.empty.iter().copied())
    }

    /// All places where words stand in `text`, each with the place of the word in the list, in the order of their ends and,
    /// where these are the same, of their beginnings.
    pub fn places_within<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, Span)> + 'a {
        self.ends_in(text).flat_map(|end| {
            let words = self.by_last().ending(&text[..end]);
            let mut hits: Vec<(Span, usize)> =
                words.map(|w| (Span::new(end - w.length as usize, end), w.place as usize)).collect();
            hits.sort_unstable();
            hits.into_iter().map(|(span, place)| (place, span))
        })
    }

    /// Where in `text` words may end.
    fn ends_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let by_last = self.by_last();
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let (code, next) = code_at(text, at)?;
                at = next;
                if by_last.may_begin(code) {
                    return Some(at);
                }
            }
        })
    }

    /// Whether `text` begins with one of the words.
    pub fn start(&self, text: &str) -> bool {
        self.by_first().starting(text).next().is_some() || !self.empty.is_empty()
    }

    /// Whether `text` ends with one of the words.
    pub fn end(&self, text: &str) -> bool {
        self.by_last().ending(text).next().is_some() || !self.empty.is_empty()
    }

    /// Whether one of the words stands anywhere in `text`.
    pub fn within(&self, text: &str) -> bool {
        let by_first = self.by_first();
        !self.empty.is_empty() || codes_from(text, 0).any(|place| by_first.stands(text, place))
    }

    /// Where the first of the words that stand in `text` ends.
    pub fn first_end(&self, text: &str) -> Option<usize> {
        if !self.empty.is_empty() {
            return Some(0);
        }
        self.ends_in(text).find(|end| self.by_last().ending(&text[..*end]).next().is_some())
    }

    /// Where the last of the words that stand in `text` begins.
    pub fn last_start(&self, text: &str) -> Option<usize> {
        if !self.empty.is_empty() {
            return Some(text.len());
        }
        let by_first = self.by_first();
        let stands = |(at, c): &(usize, char)| by_first.stands(text, (*at, u32::from(*c)));
        text.char_indices().rev().find(stands).map(|(at, _)| at)
    }

    /// The first word of the list that stands in `text`.
    pub fn held(&self, text: &str) -> Option<&str> {
        let any = self.within(text);
        any.then(|| self.all.iter().map(String::as_str).find(|w| text.contains(w))).flatten()
    }

    /// Whether `text` is one of the words.
    pub fn has(&self, text: &str) -> bool {
        let whole = |w: &Word| w.length as usize == text.len();
        self.by_first().starting(text).any(whole) || (text.is_empty() && !self.empty.is_empty())
    }
}

impl From<Vec<String>> for Words {
    fn from(all: Vec<String>) -> Self {
        let words = || all.iter().map(String::as_str).zip(0..);
        let index = |by_last| (!all.is_empty()).then(|| Box::new(Index::new(words(), by_last)));
        let (by_first, by_last) = (index(false), index(true));
        let empty = (0..all.len()).filter(|i| all[*i].is_empty()).collect();
        Self { all, by_first, by_last, empty }
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
