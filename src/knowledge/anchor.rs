//! Which words an expression cannot match without. One automaton over the words of all expressions tells which of
//! them are worth trying on a sentence, so that a rule costs nothing where none of its words stands.

use std::collections::{BTreeMap, BTreeSet};

use daachorse::CharwiseDoubleArrayAhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::automaton::overlapping;

/// A class of more characters than this is no anchor: nearly every sentence holds one of them.
const WIDEST_CLASS: usize = 64;

/// Alternatives of which at least one stands in whatever matches.
type Group = BTreeSet<String>;

/// The anchors of several expressions, found in one pass.
pub struct Anchors {
    words: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each word the groups that it stands in.
    groups: Vec<Vec<u32>>,
    /// For each expression the groups that it needs, all of them.
    needs: Vec<Vec<u32>>,
    /// How many words of bits it takes to remember which groups were found.
    width: usize,
}

impl Anchors {
    /// Reads the anchors off `expressions`. One that does not parse has none: it is always tried.
    pub fn new<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids: BTreeMap<Group, u32> = BTreeMap::new();
        let needs: Vec<Vec<u32>> = expressions
            .into_iter()
            .map(|expression| {
                let groups = regex_syntax::parse(expression).map(|hir| required(&hir)).unwrap_or_default();
                let mut needs: Vec<u32> = groups
                    .into_iter()
                    .map(|group| {
                        let next = u32::try_from(ids.len()).expect("fewer than 2^32 groups");
                        *ids.entry(group).or_insert(next)
                    })
                    .collect();
                needs.sort_unstable();
                needs.dedup();
                needs
            })
            .collect();
        let mut by_word: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (group, id) in &ids {
            for word in group {
                by_word.entry(word).or_default().push(*id);
            }
        }
        let words = overlapping(by_word.keys().copied());
        let width = ids.len().div_ceil(64);
        Self { words, groups: by_word.into_values().collect(), needs, width }
    }

    /// Puts the expressions, by their place among all, that may match somewhere in `text` into `tried`.
    pub fn worth_trying(&self, text: &str, tried: &mut Vec<usize>) {
        tried.clear();
        let mut few = [0_u64; 8];
        let mut many = Vec::new();
        let found: &mut [u64] = if self.width <= few.len() {
            &mut few
        } else {
            many.resize(self.width, 0);
            &mut many
        };
        for hit in self.words.find_overlapping_iter(text) {
            for &group in self.groups.get(hit.value() as usize).into_iter().flatten() {
                found[group as usize / 64] |= 1 << (group % 64);
            }
        }
        let whole = |needs: &[u32]| needs.iter().all(|group| found[*group as usize / 64] >> (group % 64) & 1 == 1);
        tried.extend(self.needs.iter().enumerate().filter(|(_, needs)| whole(needs)).map(|(i, _)| i));
    }
}

/// Groups of words of which each match holds one each; empty when nothing is sure.
fn required(hir: &Hir) -> Vec<Group> {
    match hir.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(word) if !word.is_empty() => vec![Group::from([word.to_owned()])],
            _ => Vec::new(),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let chars: Group = class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .take(WIDEST_CLASS + 1)
                .map(String::from)
                .collect();
            if chars.is_empty() || chars.len() > WIDEST_CLASS { Vec::new() } else { vec![chars] }
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(required).collect(),
        HirKind::Alternation(branches) => {
            let mut union = Group::new();
            for branch in branches {
                // Of what a branch needs, the group with the longest words is the rarest.
                let rarest = |g: &Group| (g.iter().map(|w| w.chars().count()).min(), std::cmp::Reverse(g.len()));
                let Some(group) = required(branch).into_iter().max_by_key(rarest) else { return Vec::new() };
                union.extend(group);
            }
            vec![union]
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) | HirKind::Repetition(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    const EXPRESSIONS: [&str; 7] =
        ["ab+c?", "(?:ab|cd)e*f", "a(?P<x>[bc])|d{2,3}", "(?i)AB", "^x?$", "[^a]b", "(?:ab)?c(?:d|ef|)g"];

    #[test]
    fn only_what_has_its_words_is_tried() {
        assert_eq!(tried("zz"), [4]);
        assert_eq!(tried("ABf"), [3, 4]);
    }

    fn tried(text: &str) -> Vec<usize> {
        let mut tried = Vec::new();
        Anchors::new(EXPRESSIONS).worth_trying(text, &mut tried);
        tried
    }

    proptest! {
        /// Whatever matches is tried.
        #[test]
        fn never_skips_a_match(text in "[a-gxAB]{0,8}") {
            let tried = tried(&text);
            for (i, expression) in EXPRESSIONS.iter().enumerate() {
                if Regex::new(expression).unwrap().is_match(&text) {
                    prop_assert!(tried.contains(&i), "{} on {}", expression, text);
                }
            }
        }
    }
}
