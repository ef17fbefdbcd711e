//! Many words found in one pass over a text. At nearly every place of a text two bits tell that no word begins there:
//! one for its character, one for that and the next. Where one may begin, what begins with the two characters is compared.

use super::words::{Word, code_at};
use crate::diag::Span;

/// How many characters are told apart by their last bits.
const CHARACTERS: usize = 4096;

/// Words, each with its place in the list that they were made from.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    /// For the last bits of a character whether it is a word by itself, and whether longer ones begin with it.
    kinds: Box<[u8; CHARACTERS]>,
    /// Whether there are words for the hash of a key: many more bits than there are words, as many as a power of two.
    keys: Vec<u64>,
    /// A hash table; its length is a power of two.
    slots: Vec<Slot>,
    /// The words that begin alike, the longest first.
    words: Vec<Word>,
}

/// Where the words begin and end among all that begin with the two characters of `key`.
#[derive(Clone, Debug, Default)]
struct Slot {
    key: u64,
    from: u32,
    to: u32,
}

/// A character that is a word by itself.
const ALONE: u8 = 1;
/// A character that longer words begin with.
const BEGINS: u8 = 2;

/// What stands behind the last character of a text.
const NOTHING: u32 = u32::MAX;

/// The two characters as one number.
#[inline]
fn key(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[inline]
fn hash(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
}

impl Vocabulary {
    /// The vocabulary of `words`, which are not empty.
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::placed(words.into_iter().zip(0..))
    }

    /// The vocabulary of `words`, each with what stands for it.
    fn placed<'a>(words: impl Iterator<Item = (&'a str, u32)>) -> Self {
        let mut all: Vec<(u64, &str, u32)> = Vec::new();
        let mut kinds = Box::new([0; CHARACTERS]);
        for (word, place) in words {
            let mut chars = word.chars();
            let Some(first) = chars.next().map(u32::from) else { continue };
            let second = chars.next();
            kinds[first as usize % CHARACTERS] |= if second.is_some() { BEGINS } else { ALONE };
            all.push((key(first, second.map_or(NOTHING, u32::from)), word, place));
        }
        all.sort_by_key(|(key, word, _)| (*key, std::cmp::Reverse(word.len())));
        let mut keys = vec![0; all.len().div_ceil(4).next_power_of_two()];
        let mut slots = vec![Slot::default(); (2 * all.len()).max(1).next_power_of_two()];
        for (n, &(key, ..)) in all.iter().enumerate() {
            let n = u32::try_from(n).expect("fewer than 2^32 words");
            let place = (hash(key) / 64) & (keys.len() - 1);
            keys[place] |= 1 << (hash(key) % 64);
            let mut at = hash(key) & (slots.len() - 1);
            while slots[at].to > 0 && slots[at].key != key {
                at = (at + 1) & (slots.len() - 1);
            }
            let from = if slots[at].to > 0 { slots[at].from } else { n };
            slots[at] = Slot { key, from, to: n + 1 };
        }
        let words = all.into_iter().map(|(_, word, place)| Word::new(word, place, false)).collect();
        Self { kinds, keys, slots, words }
    }

    /// The words that begin with `first` and `second`; with [`NOTHING`] behind it those of one character.
    #[inline]
    fn of(&self, first: u32, second: u32) -> &[Word] {
        let key = key(first, second);
        let hash = hash(key);
        if self.keys[(hash / 64) & (self.keys.len() - 1)] >> (hash % 64) & 1 == 0 {
            return &[];
        }
        let mut at = hash & (self.slots.len() - 1);
        loop {
            let slot = &self.slots[at];
            if slot.key == key || slot.to == 0 {
                return &self.words[slot.from as usize..slot.to as usize];
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// What `first` may be: a word, the beginning of one.
    #[inline]
    fn kind(&self, first: u32) -> u8 {
        self.kinds[first as usize % CHARACTERS]
    }

    /// The words of more than one character that `text` begins with, the longest first; `first` and `second` are its first
    /// characters.
    #[inline]
    fn longer<'a>(&'a self, text: &'a [u8], first: u32, second: u32) -> impl Iterator<Item = &'a Word> {
        let words = if second != NOTHING && self.kind(first) & BEGINS != 0 { self.of(first, second) } else { &[] };
        words.iter().filter(|word| word.begins(text))
    }

    /// The word that consists of `first`, once for each list that has it.
    #[inline]
    fn alone(&self, first: u32) -> &[Word] {
        if self.kind(first) & ALONE != 0 { self.of(first, NOTHING) } else { &[] }
    }

    /// The places of `text` where a word may begin, each with the words that stand there, the longest one first.
    #[inline]
    fn begins<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, impl Iterator<Item = &'a Word>)> {
        let mut at = 0;
        let mut here = code_at(text, at);
        std::iter::from_fn(move || {
            while let Some((first, next)) = here {
                here = code_at(text, next);
                let start = std::mem::replace(&mut at, next);
                if self.kind(first) != 0 {
                    let second = here.map_or(NOTHING, |(second, _)| second);
                    let longer = self.longer(&text.as_bytes()[start..], first, second);
                    return Some((start, longer.chain(self.alone(first))));
                }
            }
            None
        })
    }

    /// The longest word at the leftmost place, and so on behind it: where it stands, and its place in the list.
    pub(crate) fn longest<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Span, usize)> + 'a {
        let mut end = 0;
        self.begins(text).filter_map(move |(start, mut words)| {
            let word = words.next().filter(|_| start >= end)?;
            end = start + word.length as usize;
            Some((Span::new(start, end), word.place as usize))
        })
    }

    /// Tells `found` of all words in `text`, those inside of others too, in the order of their beginnings.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(Span, usize)) {
        for (start, words) in self.begins(text) {
            words.for_each(|word| found(Span::new(start, start + word.length as usize), word.place as usize));
        }
    }
}

/// Several lists of words found in one pass over a text.
pub(crate) struct Wordlists {
    words: Vocabulary,
}

/// How many bits of what stands for a word tell its place in its list; those above tell which list it is.
const PLACE_BITS: u32 = 28;

impl Wordlists {
    /// One vocabulary of all `lists`.
    pub(crate) fn new<'a>(lists: &[Vec<&'a str>]) -> Self {
        let listed = |(list, words): (u32, &Vec<&'a str>)| {
            let places = (list << PLACE_BITS)..;
            words.iter().copied().zip(places).collect::<Vec<_>>()
        };
        Self { words: Vocabulary::placed((0..).zip(lists).flat_map(listed)) }
    }

    /// Tells `found` of all words in `text`, those inside of others too, in the order of their beginnings and the longest
    /// first: the number of its list, where it stands, its place in the list.
    pub(crate) fn each(&self, text: &str, mut found: impl FnMut(usize, Span, usize)) {
        self.words.each(text, |span, place| found(place >> PLACE_BITS, span, place & ((1 << PLACE_BITS) - 1)));
    }
}

/// Where the words of one list stand in a text.
#[derive(Debug)]
pub(crate) struct Hits(Vec<(Span, usize)>);

impl Hits {
    /// With room for so many words.
    pub(crate) fn with_capacity(words: usize) -> Self {
        Self(Vec::with_capacity(words))
    }

    /// Takes down where the word at this place in the list stands. They come in the order of their beginnings, the longest
    /// first.
    pub(crate) fn push(&mut self, span: Span, word: usize) {
        self.0.push((span, word));
    }

    /// The words that lie inside `span`, those inside of others too, in the order of their beginnings and the longest first.
    pub(crate) fn within(&self, span: Span) -> impl Iterator<Item = (Span, usize)> {
        let from = self.0.partition_point(|(hit, _)| hit.start < span.start);
        let begin = self.0[from..].iter().take_while(move |(hit, _)| hit.start < span.end);
        begin.filter(move |(hit, _)| hit.end <= span.end).copied()
    }

    /// The longest word at the leftmost place inside `span`, and so on behind it.
    pub(crate) fn longest(&self, span: Span) -> impl Iterator<Item = (Span, usize)> {
        let mut behind = span.start;
        self.within(span).filter(move |(hit, _)| {
            let free = hit.start >= behind;
            if free {
                behind = hit.end;
            }
            free
        })
    }

    /// Whether one of the words lies inside `span`.
    pub(crate) fn any(&self, span: Span) -> bool {
        self.within(span).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// The answers are those of looking for each word at each place.
        #[test]
        fn agrees_with_the_list(words in proptest::collection::btree_set("[ab中口]{1,4}", 0..8), text in "[ab中口]{0,9}") {
            let words: Vec<String> = words.into_iter().collect();
            let vocabulary = Vocabulary::new(words.iter().map(String::as_str));
            let at = |start: usize| -> BTreeSet<(Span, usize)> {
                let begins = words.iter().enumerate().filter(|(_, w)| text[start..].starts_with(w.as_str()));
                begins.map(|(i, w)| (Span::new(start, start + w.len()), i)).collect()
            };
            let mut all = BTreeSet::new();
            vocabulary.each(&text, |span, word| _ = all.insert((span, word)));
            let expected: BTreeSet<_> = text.char_indices().flat_map(|(start, _)| at(start)).collect();
            prop_assert_eq!(all, expected);
            let (mut longest, mut end) = (Vec::new(), 0);
            for (start, _) in text.char_indices() {
                if let Some(hit) = at(start).pop_last().filter(|_| start >= end) {
                    end = hit.0.end;
                    longest.push(hit);
                }
            }
            prop_assert_eq!(vocabulary.longest(&text).collect::<Vec<_>>(), longest);
            // Where the words of a text stand is told for each part of it.
            let mut hits = Hits::with_capacity(0);
            vocabulary.each(&text, |span, word| hits.push(span, word));
            let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for (i, &from) in ends.iter().enumerate() {
                for &to in &ends[i..] {
                    let part = |(span, word): (Span, usize)| (span.shifted(from), word);
                    let longest: Vec<_> = vocabulary.longest(&text[from..to]).map(part).collect();
                    prop_assert_eq!(hits.longest(Span::new(from, to)).collect::<Vec<_>>(), longest);
                    let mut all = Vec::new();
                    vocabulary.each(&text[from..to], |span, word| all.push(part((span, word))));
                    prop_assert_eq!(hits.any(Span::new(from, to)), !all.is_empty());
                    prop_assert_eq!(hits.within(Span::new(from, to)).collect::<Vec<_>>(), all);
                }
            }
        }
    }
}
