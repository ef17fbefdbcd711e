//! Many words found in one pass over a text.

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

/// Builds an automaton that finds the longest of `words` at the leftmost place; a hit's value is the place of its word.
pub(crate) fn automaton<'a>(words: impl IntoIterator<Item = &'a str>) -> CharwiseDoubleArrayAhoCorasick<u32> {
    build(MatchKind::LeftmostLongest, words)
}

/// Builds an automaton that finds all of `words`, those inside of others too; a hit's value is the place of its word.
pub(super) fn overlapping<'a>(words: impl IntoIterator<Item = &'a str>) -> CharwiseDoubleArrayAhoCorasick<u32> {
    build(MatchKind::Standard, words)
}

fn build<'a>(kind: MatchKind, words: impl IntoIterator<Item = &'a str>) -> CharwiseDoubleArrayAhoCorasick<u32> {
    let patterns: Vec<(&str, u32)> = words.into_iter().zip(0_u32..).collect();
    // An automaton needs at least one pattern; a character that no normalised text holds stands for none.
    let patterns = if patterns.is_empty() { vec![("\0", 0)] } else { patterns };
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(kind)
        .build_with_values(patterns)
        .expect("words are unique and not empty")
}
