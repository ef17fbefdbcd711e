//! Which words an expression cannot match without, in which order and how far apart. One pass over the words of all
//! expressions tells which of them are worth trying on a sentence and where their matches may begin, so that a rule
//! costs nothing where its words do not stand as it needs them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::hir::{Class, Hir, HirKind};

use super::vocabulary::Vocabulary;
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
    /// The same groups as a set.
    needs: Vec<u64>,
}

/// The anchors of several expressions, found in one pass.
pub struct Anchors {
    words: Vocabulary,
    /// For each word, one after the other, two sets: the groups that it stands in, and the chains of which it stands in
    /// the rarest group, which are looked at where it is found.
    sets: Vec<u64>,
    /// The sets where no word is found: no group, and the chains that need none.
    none: Vec<u64>,
    /// How many numbers the set of groups takes.
    width: usize,
    chains: Vec<Chain>,
}

/// Which words stand where in a text; kept from one text to the next for its room.
#[derive(Debug, Default)]
pub struct Sightings {
    /// Each with the place of the sets of its word, in the order of their beginnings.
    hits: Vec<(usize, Span)>,
    /// The groups and chains of all of them.
    seen: Vec<u64>,
    /// Where the words of the next group begin that the rest of the chain follows, in order.
    next: Vec<usize>,
    this: Vec<usize>,
    starts: Vec<Span>,
}

/// Whether `set` holds `member`.
#[inline]
fn has(set: &[u64], member: u32) -> bool {
    set[member as usize / 64] >> (member % 64) & 1 == 1
}

fn add(set: &mut [u64], member: usize) {
    set[member / 64] |= 1 << (member % 64);
}

impl Anchors {
    /// Reads the anchors off `expressions`. One that does not parse has none: it is always tried.
    pub fn new<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Self {
        let mut ids: BTreeMap<Group, u32> = BTreeMap::new();
        let mut chains = Vec::new();
        // For each group the chains of which it is the rarest.
        let mut opens: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut always = Vec::new();
        for (number, expression) in expressions.into_iter().enumerate() {
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
        let width = ids.len().div_ceil(64);
        for chain in &mut chains {
            chain.needs = vec![0; width];
            chain.links.iter().for_each(|(group, _)| add(&mut chain.needs, *group as usize));
        }
        let empty = vec![0; width + chains.len().div_ceil(64)];
        let mut by_word: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for (group, id) in &ids {
            for word in group {
                let (groups, opened) = by_word.entry(word).or_insert_with(|| empty.clone()).split_at_mut(width);
                add(groups, *id as usize);
                opens.get(id).into_iter().flatten().for_each(|number| add(opened, *number));
            }
        }
        let mut none = empty.clone();
        always.into_iter().for_each(|number| add(&mut none[width..], number));
        let words = Vocabulary::new(by_word.keys().copied());
        Self { words, sets: by_word.into_values().flatten().collect(), none, width, chains }
    }

    /// Tells `worth` of the expressions, by their place among all and in that order, that may match somewhere in `text`,
    /// each with the places where its matches may begin, in order and apart from each other.
    pub fn worth_trying(&self, text: &str, sightings: &mut Sightings, mut worth: impl FnMut(usize, &[Span])) {
        let Sightings { hits, seen, .. } = sightings;
        hits.clear();
        seen.clone_from(&self.none);
        self.words.each(text, |span, word| {
            let place = word * seen.len();
            hits.push((place, span));
            let sets = &self.sets[place..place + seen.len()];
            (0..sets.len()).for_each(|i| seen[i] |= sets[i]);
        });
        for place in self.width..self.none.len() {
            let mut opened = sightings.seen[place];
            while opened != 0 {
                let number = 64 * (place - self.width) + opened.trailing_zeros() as usize;
                opened &= opened - 1;
                let chain = &self.chains[number];
                if (0..self.width).all(|i| chain.needs[i] & !sightings.seen[i] == 0) {
                    self.find_starts(chain, text.len(), sightings);
                    if !sightings.starts.is_empty() {
                        worth(number, &sightings.starts);
                    }
                }
            }
        }
    }

    /// The places where matches of `chain` may begin in a text of `length` bytes that holds words of all its groups.
    fn find_starts(&self, chain: &Chain, length: usize, sightings: &mut Sightings) {
        let Sightings { hits, next, this, starts, .. } = sightings;
        starts.clear();
        if chain.links.is_empty() {
            starts.push(Span::new(0, length));
            return;
        }
        // From the last group to the first: which of its words does the rest of the chain follow?
        next.clear();
        for (i, (group, gap)) in chain.links.iter().enumerate().rev() {
            let ends = i + 1 == chain.links.len();
            let follows = |word: &Span| {
                let from = next.partition_point(|at| *at < word.end + gap.min);
                next.get(from).is_some_and(|at| *at <= word.end.saturating_add(gap.max))
            };
            this.clear();
            for (place, span) in hits.iter() {
                if has(&self.sets[*place..], *group) && (ends || follows(span)) {
                    this.push(span.start);
                }
            }
            std::mem::swap(next, this);
            if next.is_empty() {
                return;
            }
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
