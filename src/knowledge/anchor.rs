//! Which words an expression cannot match without, in which order and how far apart. One automaton over the words of all
//! expressions tells which of them are worth trying on a sentence and where their matches may begin, so that a rule
//! costs nothing where its words do not stand as it needs them.

use std::cmp::Reverse;
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
    /// By word.
    known: Vec<Known>,
    chains: Vec<Chain>,
    /// No group, with room for all.
    none: Groups,
    /// The expressions that need no word.
    always: Vec<u32>,
}

/// What is known of a word.
#[derive(Debug, Default)]
struct Known {
    /// How many bytes it takes.
    length: usize,
    /// The groups that it stands in.
    groups: Groups,
    /// The chains of which it stands in the rarest group: these are looked at where it is found.
    opens: Vec<u32>,
}

/// Which words stand where in a text; kept from one text to the next for its room.
#[derive(Debug, Default)]
pub struct Sightings {
    /// Each with the place of its word.
    hits: Vec<(usize, Span)>,
    seen: Groups,
    tried: Vec<u32>,
    /// For each of the groups that are `gathered` where its words stand, in order.
    by_group: Vec<Vec<Span>>,
    gathered: Groups,
    /// Where the words of the next group begin that the rest of the chain follows, in order.
    next: Vec<usize>,
    this: Vec<usize>,
    starts: Vec<Span>,
}

/// Some groups: one bit for each.
#[derive(Clone, Debug, Default)]
struct Groups(Vec<u64>);

impl Groups {
    fn has(&self, group: u32) -> bool {
        self.0[group as usize / 64] >> (group % 64) & 1 == 1
    }

    fn add(&mut self, group: u32) {
        self.0[group as usize / 64] |= 1 << (group % 64);
    }

    fn add_all(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, others)| *mine |= others);
    }
}

impl Anchors {
    /// Reads the anchors off `expressions`. One that does not parse has none: it is always tried.
    pub fn new<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids: BTreeMap<Group, u32> = BTreeMap::new();
        let mut chains = Vec::new();
        // For each group the chains of which it is the rarest.
        let mut opens: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut always = Vec::new();
        for (expression, number) in expressions.into_iter().zip(0..) {
            let mut chain = Chain::default();
            let mut key = None;
            for part in regex_syntax::parse(expression).map(|hir| parts(&hir)).unwrap_or_default() {
                match part {
                    Part::Gap(length) => {
                        let before = chain.links.last_mut().map_or(&mut chain.lead, |(_, gap)| gap);
                        *before = before.then(length);
                    }
                    Part::Word(group) => {
                        let next = u32::try_from(ids.len()).expect("fewer than 2^32 groups");
                        let rarity = rarity(&group);
                        let id = *ids.entry(group).or_insert(next);
                        key = key.max(Some((rarity, id)));
                        chain.links.push((id, Length::default()));
                    }
                }
            }
            match key {
                Some((_, group)) => opens.entry(group).or_default().push(number),
                None => always.push(number),
            }
            chains.push(chain);
        }
        let none = Groups(vec![0; ids.len().div_ceil(64)]);
        let mut by_word: BTreeMap<&str, Known> = BTreeMap::new();
        for (group, id) in &ids {
            for word in group {
                let known = by_word.entry(word).or_insert_with(|| Known {
                    length: word.len(),
                    groups: none.clone(),
                    opens: Vec::new(),
                });
                known.groups.add(*id);
                known.opens.extend(opens.get(id).into_iter().flatten());
            }
        }
        let words = overlapping(by_word.keys().copied());
        Self { words, known: by_word.into_values().collect(), none, chains, always }
    }

    /// Tells `worth` of the expressions, by their place among all and in that order, that may match somewhere in `text`,
    /// each with the places where its matches may begin, in order and apart from each other.
    pub fn worth_trying(&self, text: &str, sightings: &mut Sightings, mut worth: impl FnMut(usize, &[Span])) {
        let Sightings { hits, seen, tried, by_group, gathered, .. } = sightings;
        hits.clear();
        seen.clone_from(&self.none);
        gathered.clone_from(&self.none);
        by_group.resize_with(64 * self.none.0.len(), Vec::new);
        tried.clear();
        tried.extend(&self.always);
        for hit in self.words.find_overlapping_iter(text) {
            let word = hit.value() as usize;
            let Some(known) = self.known.get(word) else { continue };
            hits.push((word, Span::new(hit.end() - known.length, hit.end())));
            seen.add_all(&known.groups);
            tried.extend(&known.opens);
        }
        tried.sort_unstable();
        tried.dedup();
        for i in 0..sightings.tried.len() {
            let number = sightings.tried[i] as usize;
            self.find_starts(&self.chains[number], text.len(), sightings);
            if !sightings.starts.is_empty() {
                worth(number, &sightings.starts);
            }
        }
    }

    /// The places where matches of `chain` may begin in a text of `length` bytes.
    fn find_starts(&self, chain: &Chain, length: usize, sightings: &mut Sightings) {
        let Sightings { hits, seen, by_group, gathered, next, this, starts, .. } = sightings;
        starts.clear();
        if !chain.links.iter().all(|(group, _)| seen.has(*group)) {
            return;
        }
        // From the last group to the first: which of its words does the rest of the chain follow?
        next.clear();
        for (i, (group, gap)) in chain.links.iter().enumerate().rev() {
            let words = &mut by_group[*group as usize];
            if !gathered.has(*group) {
                gathered.add(*group);
                words.clear();
                for (word, span) in hits.iter() {
                    if self.known[*word].groups.has(*group) {
                        words.push(*span);
                    }
                }
                // Words of different lengths are found in the order of their ends.
                words.sort_unstable();
            }
            let ends = i + 1 == chain.links.len();
            let follows = |word: &&Span| {
                let from = next.partition_point(|at| *at < word.end + gap.min);
                ends || next.get(from).is_some_and(|at| *at <= word.end.saturating_add(gap.max))
            };
            this.clear();
            this.extend(words.iter().filter(follows).map(|word| word.start));
            std::mem::swap(next, this);
            if next.is_empty() {
                break;
            }
        }
        if chain.links.is_empty() {
            starts.push(Span::new(0, length));
        }
        for &word in next.iter() {
            let Some(end) = word.checked_sub(chain.lead.min) else { continue };
            let start = word.saturating_sub(chain.lead.max);
            match starts.last_mut() {
                Some(before) if start <= before.end => before.end = end,
                _ => starts.push(Span::new(start, end)),
            }
        }
    }
}

/// The longer its words, and the fewer, the rarer a group is.
fn rarity(group: &Group) -> (Option<usize>, Reverse<usize>) {
    (group.iter().map(|w| w.chars().count()).min(), Reverse(group.len()))
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
    for part in parts {
        let length = match &part {
            Part::Word(group) => Length::of_word(group),
            Part::Gap(length) => *length,
        };
        match (part, &mut found) {
            (Part::Word(group), Some((_, best, behind))) if rarity(best) > rarity(&group) => {
                *behind = behind.then(length)
            }
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
        // Two characters are at most eight bytes, and only these are counted.
        assert_eq!(worth("a.........a.b"), [Span::new(10, 10)]);
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
