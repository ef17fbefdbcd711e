//! Which words an expression cannot match without, in which order and how far apart. One automaton over the words of all
//! expressions tells which of them are worth trying on a sentence and where their matches may begin, so that a rule
//! costs nothing where its words do not stand as it needs them.

use std::collections::{BTreeMap, BTreeSet};

use daachorse::CharwiseDoubleArrayAhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::automaton::overlapping;
use crate::diag::Span;

/// A class of more characters than this is no anchor: nearly every sentence holds one of them.
const WIDEST_CLASS: usize = 64;

/// Alternatives of which one stands at a certain place in whatever matches.
type Group = BTreeSet<String>;

/// The fewest and the most bytes that something takes; [`usize::MAX`] where there is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Length {
    min: usize,
    max: usize,
}

impl Length {
    /// The length of whatever `hir` matches.
    fn of(hir: &Hir) -> Self {
        let properties = hir.properties();
        Self { min: properties.minimum_len().unwrap_or(0), max: properties.maximum_len().unwrap_or(usize::MAX) }
    }

    /// The length of one of the words of `group`.
    fn of_word(group: &Group) -> Self {
        let lengths = || group.iter().map(String::len);
        Self { min: lengths().min().unwrap_or(0), max: lengths().max().unwrap_or(0) }
    }

    fn then(self, next: Self) -> Self {
        Self { min: self.min.saturating_add(next.min), max: self.max.saturating_add(next.max) }
    }

    fn or(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    fn times(self, min: usize, max: usize) -> Self {
        Self { min: self.min.saturating_mul(min), max: self.max.saturating_mul(max) }
    }
}

/// What each match of an expression consists of, from left to right.
enum Part {
    /// One of these words.
    Word(Group),
    /// So many bytes of anything.
    Gap(Length),
}

/// The groups of words that each match of an expression holds, in their order.
#[derive(Debug, Default)]
struct Chain {
    /// What stands before the first of them.
    lead: Length,
    /// Each with what stands between it and the next one.
    links: Vec<(u32, Length)>,
}

/// The anchors of several expressions, found in one pass.
pub struct Anchors {
    words: CharwiseDoubleArrayAhoCorasick<u32>,
    /// For each word its length in bytes and the groups that it stands in.
    groups: Vec<(usize, Vec<u32>)>,
    chains: Vec<Chain>,
    /// For each group the chains that begin with it.
    by_first: Vec<Vec<u32>>,
    /// The expressions that need no word.
    always: Vec<u32>,
}

/// Where the words of each group stand in a text; kept from one text to the next for its room.
#[derive(Debug, Default)]
pub struct Sightings {
    by_group: Vec<Vec<Span>>,
    seen: Vec<u32>,
    tried: Vec<u32>,
    /// Where the words of the next group begin that the rest of the chain follows, in order.
    next: Vec<usize>,
    this: Vec<usize>,
    starts: Vec<Span>,
}

impl Anchors {
    /// Reads the anchors off `expressions`. One that does not parse has none: it is always tried.
    pub fn new<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids: BTreeMap<Group, u32> = BTreeMap::new();
        let mut chains = Vec::new();
        for expression in expressions {
            let mut chain = Chain::default();
            for part in regex_syntax::parse(expression).map(|hir| parts(&hir)).unwrap_or_default() {
                match part {
                    Part::Gap(length) => {
                        let before = chain.links.last_mut().map_or(&mut chain.lead, |(_, gap)| gap);
                        *before = before.then(length);
                    }
                    Part::Word(group) => {
                        let next = u32::try_from(ids.len()).expect("fewer than 2^32 groups");
                        chain.links.push((*ids.entry(group).or_insert(next), Length::default()));
                    }
                }
            }
            chains.push(chain);
        }
        let mut by_word: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (group, id) in &ids {
            for word in group {
                by_word.entry(word).or_default().push(*id);
            }
        }
        let mut by_first = vec![Vec::new(); ids.len()];
        let mut always = Vec::new();
        for (chain, number) in chains.iter().zip(0..) {
            match chain.links.first() {
                Some((group, _)) => by_first[*group as usize].push(number),
                None => always.push(number),
            }
        }
        let words = overlapping(by_word.keys().copied());
        let groups = by_word.into_iter().map(|(word, groups)| (word.len(), groups)).collect();
        Self { words, groups, chains, by_first, always }
    }

    /// Tells `worth` of the expressions, by their place among all and in that order, that may match somewhere in `text`,
    /// each with the places where its matches may begin, in order and apart from each other.
    pub fn worth_trying(&self, text: &str, sightings: &mut Sightings, mut worth: impl FnMut(usize, &[Span])) {
        let Sightings { by_group, seen, tried, next, this, starts } = sightings;
        seen.drain(..).for_each(|group| by_group[group as usize].clear());
        by_group.resize_with(self.by_first.len(), Vec::new);
        for hit in self.words.find_overlapping_iter(text) {
            let Some((length, groups)) = self.groups.get(hit.value() as usize) else { continue };
            for &group in groups {
                let spans = &mut by_group[group as usize];
                if spans.is_empty() {
                    seen.push(group);
                }
                spans.push(Span::new(hit.end() - length, hit.end()));
            }
        }
        tried.clear();
        tried.extend(&self.always);
        tried.extend(seen.iter().flat_map(|group| &self.by_first[*group as usize]));
        tried.sort_unstable();
        for &number in tried.iter() {
            let chain = &self.chains[number as usize];
            if chain.links.iter().any(|(group, _)| by_group[*group as usize].is_empty()) {
                continue;
            }
            // From the last group to the first: which of its words does the rest of the chain follow?
            next.clear();
            for (i, (group, gap)) in chain.links.iter().enumerate().rev() {
                let last = i + 1 == chain.links.len();
                let follows = |word: &&Span| {
                    let from = next.partition_point(|at| *at < word.end + gap.min);
                    last || next.get(from).is_some_and(|at| *at <= word.end.saturating_add(gap.max))
                };
                this.clear();
                this.extend(by_group[*group as usize].iter().filter(follows).map(|word| word.start));
                // Words of different lengths are found in the order of their ends.
                this.sort_unstable();
                std::mem::swap(next, this);
                if next.is_empty() {
                    break;
                }
            }
            starts.clear();
            if chain.links.is_empty() {
                starts.push(Span::new(0, text.len()));
            }
            for &word in next.iter() {
                let Some(end) = word.checked_sub(chain.lead.min) else { continue };
                let start = word.saturating_sub(chain.lead.max);
                match starts.last_mut() {
                    Some(before) if start <= before.end => before.end = end,
                    _ => starts.push(Span::new(start, end)),
                }
            }
            if !starts.is_empty() {
                worth(number as usize, starts);
            }
        }
    }
}

/// What whatever `hir` matches consists of.
fn parts(hir: &Hir) -> Vec<Part> {
    let gap = || vec![Part::Gap(Length::of(hir))];
    match hir.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(word) if !word.is_empty() => vec![Part::Word(Group::from([word.to_owned()]))],
            _ => gap(),
        },
        HirKind::Class(Class::Unicode(class)) => {
            let chars: Group = class
                .iter()
                .flat_map(|range| range.start()..=range.end())
                .take(WIDEST_CLASS + 1)
                .map(String::from)
                .collect();
            if chars.is_empty() || chars.len() > WIDEST_CLASS { gap() } else { vec![Part::Word(chars)] }
        }
        HirKind::Capture(capture) => parts(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let max = repetition.max.map_or(usize::MAX, |max| max as usize - 1);
            let more = Length::of(&repetition.sub).times(repetition.min as usize - 1, max);
            parts(&repetition.sub).into_iter().chain([Part::Gap(more)]).collect()
        }
        HirKind::Concat(all) => all.iter().flat_map(parts).collect(),
        HirKind::Alternation(branches) => {
            let rarest: Option<Vec<_>> = branches.iter().map(|branch| rarest(parts(branch))).collect();
            let joined = rarest.into_iter().flatten().reduce(|(before, mut group, behind), (b, other, e)| {
                group.extend(other);
                (before.or(b), group, behind.or(e))
            });
            match joined {
                Some((before, group, behind)) => vec![Part::Gap(before), Part::Word(group), Part::Gap(behind)],
                None => gap(),
            }
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) | HirKind::Repetition(_) => gap(),
    }
}

/// The group with the longest words among `parts`, and how much stands before and behind it; nothing when there is none.
fn rarest(parts: Vec<Part>) -> Option<(Length, Group, Length)> {
    let mut before = Length::default();
    let mut found: Option<(Length, Group, Length)> = None;
    let rank = |g: &Group| (g.iter().map(|w| w.chars().count()).min(), std::cmp::Reverse(g.len()));
    for part in parts {
        let length = match &part {
            Part::Word(group) => Length::of_word(group),
            Part::Gap(length) => *length,
        };
        match (part, &mut found) {
            (Part::Word(group), Some((_, best, behind))) if rank(best) > rank(&group) => *behind = behind.then(length),
            (Part::Word(group), _) => found = Some((before, group, Length::default())),
            (Part::Gap(_), Some((_, _, behind))) => *behind = behind.then(length),
            (Part::Gap(_), None) => {}
        }
        before = before.then(length);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Expression;
    use proptest::prelude::*;

    const EXPRESSIONS: [&str; 9] = [
        "ab+c?",
        "(?:ab|cd)e*f",
        "a(?P<x>[bc])|d{2,3}",
        "(?i)AB",
        "^x?$",
        "[^a]b",
        "(?:ab)?c(?:d|ef|)g",
        "(?:^|b)[^b]{1,2}?(?:ab|c)d{0,2}$",
        r"\bb(?:a|.{2}c|d+)e|f",
    ];

    #[test]
    fn only_what_has_its_words_is_tried() {
        assert_eq!(tried("zz"), [4]);
        assert_eq!(tried("ABf"), [3, 4, 8]);
    }

    #[test]
    fn only_what_has_its_words_as_it_needs_them_is_tried() {
        let worth = |text: &str| {
            let mut found = Vec::new();
            Anchors::new(["a.{1,2}b"]).worth_trying(text, &mut Sightings::default(), |_, s| found.extend_from_slice(s));
            found
        };
        assert_eq!(worth("ab"), []);
        assert_eq!(worth("b....a"), []);
        assert_eq!(worth("a...a.b"), [Span::new(4, 4)]);
    }

    fn tried(text: &str) -> Vec<usize> {
        let mut tried = Vec::new();
        Anchors::new(EXPRESSIONS).worth_trying(text, &mut Sightings::default(), |i, _| tried.push(i));
        tried
    }

    proptest! {
        /// What is found where matches may begin is all that there is.
        #[test]
        fn never_skips_a_match(texts in proptest::collection::vec("[a-gxAB]{0,12}", 1..3)) {
            let anchors = Anchors::new(EXPRESSIONS);
            let mut sightings = Sightings::default();
            for text in &texts {
                let mut found = vec![Vec::new(); EXPRESSIONS.len()];
                anchors.worth_trying(text, &mut sightings, |i, starts| {
                    let expression = Expression::new(EXPRESSIONS[i]);
                    found[i] = expression.found_from(text, starts.iter().copied()).map(|f| f.get_match().span()).collect();
                });
                for (expression, found) in EXPRESSIONS.iter().zip(found) {
                    let all: Vec<_> = Expression::new(expression).find_iter(text).map(|m| Span::new(m.start(), m.end())).collect();
                    prop_assert_eq!(found, all, "{} on {}", expression, text);
                }
            }
        }
    }
}
