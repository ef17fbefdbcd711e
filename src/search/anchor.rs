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
    /// All but the rarest of them, the rarer ones first.
    others: Vec<u32>,
}

/// The anchors of several expressions, found in one pass.
pub struct Anchors {
    words: Vec<Box<str>>,
    vocabulary: Vocabulary,
    /// For each word the groups that it stands in.
    groups: Rows,
    /// For each group its words.
    members: Rows,
    /// For each word the chains of whose rarest group it is, which are looked at where it is found.
    opens: Rows,
    /// The chains that need no word.
    always: Bits,
    chains: Vec<Chain>,
}

/// Which words stand where in a text; kept from one text to the next for its room.
#[derive(Debug, Default)]
pub struct Sightings {
    /// The words that were seen, in the order of the text.
    all: Vec<(Span, u32)>,
    /// Which words were seen.
    words: Bits,
    /// The chains that are worth a look.
    opened: Bits,
    /// Those of them that have words of all their groups, and these groups: only of those it matters where they stand.
    tried: Vec<u32>,
    needed: Bits,
    /// For each of these groups the last one of its words, as its place among all; [`NONE`] where none was seen.
    last: Vec<u32>,
    /// Where words of these groups stand, each with the one of the same group before it.
    places: Vec<(Span, u32)>,
    /// Where the words of the next group begin that the rest of the chain follows, the last one first.
    next: Vec<usize>,
    this: Vec<usize>,
    starts: Vec<Span>,
}

/// Some of many things that are numbered.
#[derive(Clone, Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    /// None of `count` things.
    fn clear(&mut self, count: usize) {
        self.0.clear();
        self.0.resize(count.div_ceil(64), 0);
    }

    /// Adds all of `row`.
    #[inline]
    fn join(&mut self, row: &[Part64]) {
        for some in row {
            self.0[some.part as usize] |= some.bits;
        }
    }

    /// All of them, in order.
    fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.0).flat_map(|(part, bits)| ones(part, *bits))
    }

    /// Whether one of `row` is among them.
    #[inline]
    fn any(&self, row: &[Part64]) -> bool {
        row.iter().any(|some| self.0[some.part as usize] & some.bits != 0)
    }

    /// Adds `n`; says whether it was not there before.
    #[inline]
    fn add(&mut self, n: u32) -> bool {
        let part = &mut self.0[n as usize / 64];
        let new = *part >> (n % 64) & 1 == 0;
        *part |= 1 << (n % 64);
        new
    }
}

/// Some of sixty-four things that are numbered in a row.
#[derive(Clone, Copy, Debug)]
struct Part64 {
    /// Which part of all this is.
    part: u32,
    bits: u64,
}

impl Part64 {
    /// The numbers of those that are among `all` too.
    #[inline]
    fn among(self, all: &Bits) -> impl Iterator<Item = u32> {
        ones(self.part, self.bits & all.0[self.part as usize])
    }
}

/// The numbers of the `bits` of a part.
#[inline]
fn ones(part: u32, mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let next = (bits != 0).then(|| part * 64 + bits.trailing_zeros());
        bits &= bits.wrapping_sub(1);
        next
    })
}

/// For each of many things some others, by their numbers.
#[derive(Debug, Default)]
struct Rows {
    parts: Vec<Part64>,
    /// Where each row ends among all parts.
    ends: Vec<u32>,
}

impl Rows {
    /// Adds a row with the numbers in `all`.
    fn push(&mut self, all: &BTreeSet<u32>) {
        for n in all {
            let (part, bit) = (n / 64, 1 << (n % 64));
            let begun = self.ends.last().map_or(0, |end| *end as usize);
            match self.parts[begun..].last_mut() {
                Some(last) if last.part == part => last.bits |= bit,
                _ => self.parts.push(Part64 { part, bits: bit }),
            }
        }
        self.ends.push(number(self.parts.len()));
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    /// The row number `n`.
    #[inline]
    fn get(&self, n: u32) -> &[Part64] {
        let n = n as usize;
        let from = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.parts[from as usize..self.ends[n] as usize]
    }
}

/// No place.
const NONE: u32 = u32::MAX;

/// A number of words, groups or expressions; there are fewer than 2^32 of them.
fn number(n: usize) -> u32 {
    u32::try_from(n).expect("fewer than 2^32")
}

impl Anchors {
    /// Reads the anchors off `expressions`. One that does not parse has none: it is always tried.
    pub fn new<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Self {
        let parsed = expressions.into_iter().map(regex_syntax::parse);
        let parsed: Vec<Vec<Part>> = parsed.map(|hir| hir.map(|hir| parts(&hir)).unwrap_or_default()).collect();
        let words = parsed.iter().flatten().filter_map(|part| match part {
            Part::Word(group) => Some(group),
            Part::Gap(_) => None,
        });
        // Groups with words in common get numbers side by side, so that those of a word are in few parts of sixty-four.
        let ids: BTreeSet<&Group> = words.collect();
        let ids: BTreeMap<&Group, u32> = ids.into_iter().zip(0..).collect();
        let mut chains = Vec::with_capacity(parsed.len());
        let mut opened_by: Vec<Vec<u32>> = vec![Vec::new(); ids.len()];
        let mut always = Bits::default();
        always.clear(parsed.len());
        for (i, parts) in parsed.iter().enumerate() {
            let mut chain = Chain::default();
            let mut rarities = BTreeSet::new();
            for part in parts {
                match part {
                    Part::Gap(length) => {
                        let before = chain.links.last_mut().map_or(&mut chain.lead, |(_, gap)| gap);
                        *before = before.then(*length);
                    }
                    Part::Word(group) => {
                        let id = ids[group];
                        rarities.insert(Reverse((rarity(group), id)));
                        chain.links.push((id, Length::default()));
                    }
                }
            }
            let mut rarest = rarities.into_iter().map(|Reverse((_, group))| group);
            match rarest.next() {
                Some(group) => opened_by[group as usize].push(number(i)),
                None => _ = always.add(number(i)),
            }
            chain.others = rarest.collect();
            chains.push(chain);
        }
        let mut by_word: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (group, id) in &ids {
            group.iter().for_each(|word| _ = by_word.entry(word).or_default().insert(*id));
        }
        let (mut groups, mut opens, mut members) = (Rows::default(), Rows::default(), Rows::default());
        for of_word in by_word.values() {
            groups.push(of_word);
            opens.push(&of_word.iter().flat_map(|group| &opened_by[*group as usize]).copied().collect());
        }
        let places: BTreeMap<&str, u32> = by_word.keys().copied().zip(0..).collect();
        for group in ids.keys() {
            members.push(&group.iter().map(|word| places[word.as_str()]).collect());
        }
        let words = by_word.keys().map(|word| Box::from(*word)).collect();
        let vocabulary = Vocabulary::new(by_word.keys().copied());
        Self { words, vocabulary, groups, members, opens, always, chains }
    }

    /// The words that are looked for.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(AsRef::as_ref)
    }

    /// Tells `worth` of the expressions, by their place among all and in that order, that may match somewhere in `text`,
    /// each with the places where its matches may begin, in order and apart from each other.
    pub fn worth_trying(&self, text: &str, sightings: &mut Sightings, worth: impl FnMut(usize, &[Span])) {
        sightings.begin(self);
        self.vocabulary.each(text, |span, word| sightings.see(self, span, number(word)));
        self.conclude(text.len(), sightings, worth);
    }

    /// The same for the part of a text at `area`, in which `seen` are all of [`Anchors::words`], those inside of others too, in
    /// the order of their beginnings. The places are counted from where the part begins.
    pub fn worth_trying_where(
        &self,
        seen: impl Iterator<Item = (Span, usize)>,
        area: Span,
        sightings: &mut Sightings,
        worth: impl FnMut(usize, &[Span]),
    ) {
        sightings.begin(self);
        for (span, word) in seen {
            sightings.see(self, Span::new(span.start - area.start, span.end - area.start), number(word));
        }
        self.conclude(area.len(), sightings, worth);
    }

    fn conclude(&self, length: usize, sightings: &mut Sightings, mut worth: impl FnMut(usize, &[Span])) {
        let Sightings { opened, words, tried, .. } = sightings;
        tried.clear();
        for chain in opened.iter() {
            let others = &self.chains[chain as usize].others;
            if others.iter().all(|group| words.any(self.members.get(*group))) {
                tried.push(chain);
            }
        }
        if tried.is_empty() {
            return;
        }
        sightings.place(self);
        for i in 0..sightings.tried.len() {
            let chain = sightings.tried[i] as usize;
            self.chains[chain].find_starts(length, sightings);
            if !sightings.starts.is_empty() {
                worth(chain, &sightings.starts);
            }
        }
    }
}

impl Sightings {
    /// Forgets what was seen in another text.
    fn begin(&mut self, anchors: &Anchors) {
        self.all.clear();
        self.words.clear(anchors.words.len());
        self.opened.clone_from(&anchors.always);
    }

    /// Takes down where a word stands.
    #[inline]
    fn see(&mut self, anchors: &Anchors, span: Span, word: u32) {
        self.all.push((span, word));
        if self.words.add(word) {
            self.opened.join(anchors.opens.get(word));
        }
    }

    /// Finds out where the words of the chains stand that are worth trying.
    fn place(&mut self, anchors: &Anchors) {
        self.needed.clear(anchors.members.len());
        self.last.resize(anchors.members.len(), NONE);
        self.places.clear();
        for (group, _) in self.tried.iter().flat_map(|chain| &anchors.chains[*chain as usize].links) {
            self.needed.add(*group);
            self.last[*group as usize] = NONE;
        }
        for &(span, word) in &self.all {
            for groups in anchors.groups.get(word) {
                for group in groups.among(&self.needed) {
                    let before = std::mem::replace(&mut self.last[group as usize], number(self.places.len()));
                    self.places.push((span, before));
                }
            }
        }
    }
}

impl Chain {
    /// The places where its matches may begin in a text of `length` bytes that holds words of all its groups.
    fn find_starts(&self, length: usize, sightings: &mut Sightings) {
        let Sightings { last, places, next, this, starts, .. } = sightings;
        starts.clear();
        let Some(((ending, _), links)) = self.links.split_last() else {
            starts.push(Span::new(0, length));
            return;
        };
        let (places, last) = (&*places, &*last);
        let of = |group: u32| {
            let mut at = last[group as usize];
            std::iter::from_fn(move || {
                let (span, before) = *places.get(at as usize)?;
                at = before;
                Some(span)
            })
        };
        // From the last group to the first: which of its words does the rest of the chain follow?
        next.clear();
        next.extend(of(*ending).map(|word| word.start));
        for (group, gap) in links.iter().rev() {
            this.clear();
            for word in of(*group) {
                let (nearest, farthest) = (word.end + gap.min, word.end.saturating_add(gap.max));
                let from = next.partition_point(|at| *at > farthest);
                if next.get(from).is_some_and(|at| *at >= nearest) {
                    this.push(word.start);
                }
            }
            std::mem::swap(next, this);
            if next.is_empty() {
                return;
            }
        }
        for &word in next.iter().rev() {
            let Some(end) = word.checked_sub(self.lead.min) else { continue };
            let start = word.saturating_sub(self.lead.max);
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
    use crate::search::Expression;
    use proptest::prelude::*;

    const EXPRESSIONS: [&str; 13] = [
        "ab+c?",
        "(?:ab|cd)e*f",
        "a(?P<x>[bc])|d{2,3}",
        "(?i)AB",
        "^x?$",
        "[^a]b",
        "(?:ab)?c(?:d|ef|)g",
        "(?:^|b)[^b]{1,2}?(?:ab|c)d{0,2}$",
        r"\bb(?:a|.{2}c|d+)e|f",
        "[ab]{0,3}a(?P<x>[a-c]*)b",
        "b[^c]*?a+",
        "(?:^|[bc]|de)(?P<x>[ab]{1,3}?)(?:c|$)",
        "(?:ab|c)[^d]{0,2}$",
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
                    let compiled = Expression::new(expression);
                    let first = compiled.find(text).map(|m| m.span());
                    prop_assert_eq!(first, found.first().copied(), "{} on {}", expression, text);
                    prop_assert_eq!(compiled.is_match(text), first.is_some(), "{} on {}", expression, text);
                    let all: Vec<_> = compiled.find_iter(text).map(|m| Span::new(m.start(), m.end())).collect();
                    prop_assert_eq!(found, all, "{} on {}", expression, text);
                }
            }
        }
    }
}
