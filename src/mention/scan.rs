//! One pass over the text with all word lists: known names, places, organs, boundary words.

use std::borrow::Cow;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::generic::Generic;
use super::towns::TownLists;
use super::{Mention, Rank, Setting, Target};
use crate::diag::Span;
use crate::knowledge::Rank as DivisionRank;
use crate::knowledge::{Boundary, CommonWords, DivisionId, Entry, Knowledge, Refers};
use crate::ontology::{Class, Classes};
use crate::search::{Expression, Hits, Wordlists, Words};
use crate::text::is_word;
use crate::trace::{Trace, Why};

/// What a known word stands for.
#[derive(Clone, Debug)]
enum Word {
    Entry(usize),
    /// A division by its full name, or by its bare form.
    Division(DivisionId, bool),
    Anaphor(Refers, Vec<Class>),
}

/// The compiled word lists.
pub(super) struct Matchers {
    /// All lists, in the order of their numbers.
    lists: Wordlists,
    /// How many of them are those of later stages.
    further: usize,
    meanings: Vec<Vec<Word>>,
    kinds: Vec<Boundary>,
    pub(super) towns: TownLists,
    pub(super) generic: Generic,
    counted: Expression,
    /// Whether it is known with which characters counts begin.
    counts_listed: bool,
    classifiers: Words,
    agents: Classes,
    places: Classes,
    /// Classes whose names are common nouns.
    common: Classes,
    /// Classes whose names are told apart by the level before them, and the words for levels.
    levelled: Classes,
    level_before: Expression,
    /// The words for a batch of titles, which belong to no name.
    batch: Expression,
    unless_before: Words,
    unless_after: Words,
    rule_lexicon: Arc<str>,
    pub(super) rule_division: Arc<str>,
    rule_reference: Arc<str>,
}

/// The numbers of the lists: known names, boundary words, organs, nouns that close names, anchors of contexts, names of one
/// character, characters that counts begin with. From the anchors on all words count, also those inside of others, as of
/// the lists of later stages, which follow.
const NAMES: usize = 0;
const BOUNDARIES: usize = 1;
pub(super) const ORGANS: usize = 2;
pub(super) const HEADS: usize = 3;
pub(super) const ANCHORS: usize = 4;
pub(super) const INITIALS: usize = 5;
const COUNTS: usize = 6;
const FURTHER: usize = 7;

/// In so many bytes of a text stands hardly more than one word of a list.
const SPARSE: usize = 16;

/// Where the words of a list stand, by the areas that they stand in.
struct Listed {
    /// Each with its place in the list, in the order of the text.
    all: Vec<(Span, usize)>,
    /// For each area the end of its words among all.
    ends: Vec<usize>,
}

impl Listed {
    /// For a text of `length` bytes.
    fn new(length: usize) -> Self {
        Self { all: Vec::with_capacity(length / SPARSE), ends: Vec::new() }
    }

    fn of_area(&self, area: usize) -> &[(Span, usize)] {
        let from = area.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[from..self.ends[area]]
    }
}

impl Matchers {
    /// With the lists of other finders, from [`HEADS`] on, and of later stages, which are looked for along with the rest.
    pub(super) fn new<'k>(
        knowledge: &'k Knowledge,
        [heads, anchors, initials]: [Vec<&'k str>; 3],
        further: &[Vec<&'k str>],
    ) -> Self {
        let mut index: HashMap<Cow<'k, str>, usize> = HashMap::new();
        let mut surfaces: Vec<Cow<'k, str>> = Vec::new();
        let mut meanings: Vec<Vec<Word>> = Vec::new();
        let mut put = |surface: Cow<'k, str>, word| {
            let at = *index.entry(surface.clone()).or_insert_with(|| {
                surfaces.push(surface);
                meanings.push(Vec::new());
                meanings.len() - 1
            });
            meanings[at].push(word);
        };
        for (i, entry) in knowledge.names.iter().enumerate() {
            put(entry.surface.as_str().into(), Word::Entry(i));
        }
        for (id, division) in knowledge.divisions.iter().filter(|(_, d)| d.rank != DivisionRank::Town) {
            put(division.name.as_str().into(), Word::Division(id, false));
            if !division.short.is_empty() && division.short != division.name {
                put(division.short.as_str().into(), Word::Division(id, true));
                let endings = knowledge.references.division_endings.iter();
                for (_, short) in endings.filter(|(long, _)| division.name.ends_with(long.as_str())) {
                    put(format!("{}{short}", division.short).into(), Word::Division(id, false));
                }
            }
        }
        for anaphor in &knowledge.references.anaphor {
            let classes: Vec<Class> = knowledge.classes(&anaphor.classes).iter().collect();
            for word in &anaphor.words {
                put(word.as_str().into(), Word::Anaphor(anaphor.refers, classes.clone()));
            }
        }
        let units = knowledge.figure_rules.units.iter().map(|u| regex::escape(u)).collect::<Vec<_>>().join("|");
        let rules = &knowledge.figure_rules;
        let digits: String = rules.digits.keys().chain(rules.places.keys()).collect();
        // 千户, 百家: a place without a digit before it counts nothing, and no count begins with a nought (零部件).
        let digit = rules.digits.iter().filter(|(_, v)| **v > 0).map(|(c, _)| c);
        let first: String = digit.chain(rules.places.iter().filter(|(_, v)| **v == 10).map(|(c, _)| c)).collect();
        let multipliers: String = knowledge.figure_rules.multipliers.keys().collect();
        let inside = inside_words(knowledge);
        let counted = format!(r"(?:\d[\d.]*|[{first}][{digits}]*)(?:[{multipliers}])*(?:{inside})?(?:{units})");
        let counted = format!("{counted}|{}", knowledge.name_rules.dates);
        let names = surfaces.iter().map(AsRef::as_ref).collect();
        let boundaries = knowledge.boundaries.keys().map(String::as_str).collect();
        let organs = knowledge.organs.iter().map(|o| o.surface.as_str()).collect();
        let counted = Expression::new(&counted);
        let begin: Option<Vec<String>> = counted.first_chars().map(|all| all.iter().map(char::to_string).collect());
        let counts = begin.iter().flatten().map(String::as_str).collect();
        let lists = [&[names, boundaries, organs, heads, anchors, initials, counts], further].concat();
        Self {
            lists: Wordlists::new(&lists),
            further: further.len(),
            meanings,
            kinds: knowledge.boundaries.values().copied().collect(),
            towns: TownLists::default(),
            generic: Generic::new(knowledge),
            classifiers: knowledge.name_rules.classifiers.clone(),
            counted,
            counts_listed: begin.is_some(),
            agents: knowledge.classes(&["Agent".to_owned()]),
            places: knowledge.classes(&["Place".to_owned()]),
            common: knowledge.classes(&knowledge.name_rules.common_classes),
            levelled: knowledge.classes(&knowledge.name_rules.levelled),
            level_before: knowledge.name_rules.level_before.clone(),
            batch: knowledge.name_rules.batch.clone(),
            unless_before: knowledge.references.place_unless_before.clone(),
            unless_after: knowledge.references.place_unless_after.clone(),
            rule_lexicon: "LEX-names".into(),
            rule_division: "LEX-divisions".into(),
            rule_reference: "LEX-references".into(),
        }
    }

    /// The division that `text` begins with, the longest reading: of several of which each lies in the one before it, the
    /// last (某省某市|某区).
    pub(super) fn leading_division(&self, knowledge: &Knowledge, text: &str) -> Option<DivisionId> {
        let mut at = 0;
        let mut place: Option<DivisionId> = None;
        for (span, word) in self.names_in(text) {
            let inside = |id: &DivisionId| {
                let mut above =
                    std::iter::successors(knowledge.divisions.parent(*id), |d| knowledge.divisions.parent(*d));
                place.is_none_or(|outer| above.any(|d| d == outer))
            };
            let next = self.divisions(word).map(|(id, _)| id).find(inside);
            match next.filter(|_| span.start == at) {
                Some(id) => (at, place) = (span.end, Some(id)),
                None => break,
            }
        }
        place
    }

    /// The known names in `text`, at each place the longest.
    fn names_in(&self, text: &str) -> Vec<(Span, usize)> {
        let mut names: Vec<(Span, usize)> = Vec::new();
        self.lists.each(text, |list, span, word| {
            if list == NAMES && names.last().is_none_or(|(before, _)| before.end <= span.start) {
                names.push((span, word));
            }
        });
        names
    }

    /// All divisions named in `text`, in order.
    pub(super) fn divisions_in(&self, text: &str) -> Vec<DivisionId> {
        // 党委|和政府 names no place, either.
        let hits = self.names_in(text).into_iter().filter(|(span, _)| !self.unless_before.start(&text[span.end..]));
        hits.filter_map(|(_, word)| self.divisions(word).next().map(|(id, _)| id)).collect()
    }

    /// The divisions that a word with `meaning` may stand for, and whether it is their bare form.
    pub(super) fn divisions(&self, meaning: usize) -> impl Iterator<Item = (DivisionId, bool)> {
        self.meanings[meaning].iter().filter_map(|w| match w {
            Word::Division(id, short) => Some((*id, *short)),
            _ => None,
        })
    }

    /// Whether a word with `meaning` is the whole name of a division.
    fn is_whole_division(&self, meaning: usize) -> bool {
        self.divisions(meaning).any(|(_, short)| !short)
    }
}

fn inside_words(knowledge: &Knowledge) -> String {
    let words = knowledge.figure_rules.qualifiers.iter().flat_map(|q| &q.inside).map(|w| regex::escape(w));
    words.collect::<Vec<_>>().join("|")
}

/// A boundary word: its length in bytes and its kind in one number; 0 where there is none. There are two for each byte
/// of a text, so they are kept small.
type Mark = u32;

#[inline]
fn read(mark: Mark) -> Option<(usize, Boundary)> {
    let kind = *Boundary::ALL.get((mark & 255).checked_sub(1)? as usize)?;
    Some(((mark >> 8) as usize, kind))
}

/// The document as all finders see it.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    pub(super) matchers: &'a Matchers,
    pub(super) trace: &'a Trace,
    /// The class of firms.
    firm: Option<Class>,
    /// The class of countries and regions, and those that lie in the country of the documents.
    region: Option<Class>,
    home: &'a Words,
    names: &'a [Entry],
    pub(super) common_words: &'a CommonWords,
    /// The sentences in which names are looked for.
    pub(super) areas: Vec<Span>,
    /// For each byte the boundary word that ends there.
    ends: Vec<Mark>,
    /// For each byte the boundary word that starts there.
    starts: Vec<Mark>,
    /// Spans of proper names found so far, by their start: what makes a longer name a proper one.
    proper: Vec<Span>,
    proper_ends: HashSet<usize>,
    /// Full names of the organs found so far, by their span.
    organs: HashMap<Span, String>,
    /// Spans of places found so far.
    places: Vec<Span>,
    /// Those of them that are foreign countries or regions.
    regions: HashSet<Span>,
    pub(super) hits: Vec<(Span, usize)>,
    /// Where the words of the other lists stand, by the number of the list.
    listed: [Listed; FURTHER],
    /// The same for the lists of later stages, wherever in the document.
    pub(super) further: Vec<Hits>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(
        matchers: &'a Matchers,
        knowledge: &'a Knowledge,
        text: &'a str,
        sentences: &[(Span, bool)],
        trace: &'a Trace,
    ) -> Self {
        let mut scan = Self {
            text,
            matchers,
            trace,
            firm: knowledge.schema.class("Enterprise"),
            region: knowledge.schema.class("Region"),
            home: &knowledge.references.home_regions,
            names: &knowledge.names,
            common_words: &knowledge.words,
            areas: sentences.iter().filter_map(|(span, readable)| readable.then_some(*span)).collect(),
            ends: vec![0; text.len() + 1],
            starts: vec![0; text.len() + 1],
            proper: Vec::new(),
            proper_ends: HashSet::new(),
            organs: HashMap::new(),
            places: Vec::new(),
            regions: HashSet::new(),
            hits: Vec::new(),
            listed: std::array::from_fn(|_| Listed::new(text.len())),
            further: (0..matchers.further).map(|_| Hits::with_capacity(text.len() / SPARSE)).collect(),
        };
        for &(sentence, readable) in sentences {
            // The longest word of a list at the leftmost place, and so on behind it.
            let mut behind = [0; ANCHORS];
            matchers.lists.each(sentence.of(text), |list, span, word| {
                if let Some(further) = list.checked_sub(FURTHER) {
                    return scan.further[further].push(span.shifted(sentence.start), word);
                }
                if !readable {
                    return;
                }
                if let Some(behind) = behind.get_mut(list) {
                    if span.start < *behind {
                        return;
                    }
                    *behind = span.end;
                }
                scan.listed[list].all.push((span.shifted(sentence.start), word));
            });
            if readable {
                scan.listed.iter_mut().for_each(|listed| listed.ends.push(listed.all.len()));
            }
        }
        scan.hits = std::mem::take(&mut scan.listed[NAMES].all);
        let boundaries = std::mem::replace(&mut scan.listed[BOUNDARIES], Listed::new(0));
        let mut at = 0;
        for n in 0..scan.areas.len() {
            let area = scan.areas[n];
            for &(span, word) in boundaries.of_area(n) {
                while scan.hits.get(at).is_some_and(|h| h.0.end <= span.start) {
                    at += 1;
                }
                let name = scan.hits.get(at).map(|(name, _)| *name).filter(|name| name.start < span.end);
                if let Some((span, kind)) = scan.free_of(knowledge, name, span, matchers.kinds[word]) {
                    scan.mark(span, kind);
                }
            }
            let mut starts = vec![Span::new(0, area.len())];
            if matchers.counts_listed {
                let begin = scan.listed[COUNTS].of_area(n).iter().map(|(span, _)| span.start - area.start);
                starts = begin.map(|at| Span::new(at, at)).collect();
            }
            for m in matchers.counted.found_from(area.of(text), starts).map(|found| found.get_match()) {
                // 第八届 is an ordinal, 20双座 in CA20双座飞机 no count: parts of a name.
                let word = |c: char| c == '第' || c.is_ascii_alphabetic();
                if !area.of(text)[..m.start()].ends_with(word) {
                    // 三个平台 are counted; 三万亩产业园 is measured and may still be named.
                    let counts = matchers.classifiers.end(m.as_str());
                    let kind = if counts { Boundary::Measure } else { Boundary::Function };
                    scan.mark(Span::new(m.start(), m.end()).shifted(area.start), kind);
                }
            }
        }
        // Who is referred to (我市) is no part of a name.
        for i in 0..scan.hits.len() {
            let (span, meaning) = scan.hits[i];
            if matches!(matchers.meanings[meaning].first(), Some(Word::Anaphor(..))) {
                scan.mark(span, Boundary::Function);
            }
        }
        scan
    }

    /// What of the boundary word at `span` is one beside the known `name` that shares words with it.
    fn free_of(
        &self,
        knowledge: &Knowledge,
        name: Option<Span>,
        span: Span,
        kind: Boundary,
    ) -> Option<(Span, Boundary)> {
        let whole = Some((span, kind));
        let Some(name) = name.filter(|name| *name != span) else { return whole };
        // 为 in 华为 is no boundary: a known name hides what stands inside of it.
        if name.contains(span) {
            return None;
        }
        // 潮南区|内衣: nor is what begins inside of one and goes on as a word of its own.
        if name.start < span.start {
            return whole.filter(|_| !self.common_words.has(super::first_two(&self.text[name.end..])));
        }
        // 建设|成都: a word does not take the beginning of a name with it where it is one without that, too. 其中|东方某公司:
        // 中东 is none there.
        let taken = span.end < name.end && !self.is_cut_by_word(name);
        let shorter = Some(Span::new(span.start, name.start)).filter(|shorter| taken && !shorter.is_empty());
        shorter.and_then(|s| Some((s, *knowledge.boundaries.get(s.of(self.text))?))).or(whole)
    }

    /// Each area with the words of `list` in it, which is none of the names and boundaries.
    pub(super) fn listed(&self, list: usize) -> impl Iterator<Item = (Span, &[(Span, usize)])> {
        self.areas.iter().enumerate().map(move |(n, area)| (*area, self.listed[list].of_area(n)))
    }

    fn mark(&mut self, span: Span, kind: Boundary) {
        // What is longer than this is no word.
        let Ok(length) = u32::try_from(span.len()).map(|n| n.min(Mark::MAX >> 8)) else { return };
        let mark = (length << 8) | (kind as u32 + 1);
        self.ends[span.end] = mark;
        self.starts[span.start] = mark;
    }

    /// The boundary word that ends at `at`: where it starts, and its kind.
    #[inline]
    pub(super) fn boundary_before(&self, at: usize) -> Option<(usize, Boundary)> {
        read(self.ends[at]).map(|(length, kind)| (at - length, kind))
    }

    /// The boundary word that starts at `at`: where it ends, and its kind.
    #[inline]
    pub(super) fn boundary_at(&self, at: usize) -> Option<(usize, Boundary)> {
        read(self.starts[at]).map(|(length, kind)| (at + length, kind))
    }

    /// Whether a boundary word other than one that may stand inside names lies inside `span`.
    pub(super) fn has_boundary(&self, span: Span) -> bool {
        let inside =
            |(at, mark): (usize, &Mark)| read(*mark).is_some_and(|(length, k)| length <= at && !k.stands_inside());
        (1..).zip(&self.ends[span.start + 1..=span.end]).any(inside)
    }

    /// Whether a count stands inside `span`, behind its beginning (甲|三家).
    pub(super) fn has_count(&self, span: Span) -> bool {
        let counts = |mark: &Mark| read(*mark).is_some_and(|(_, kind)| kind == Boundary::Measure);
        self.starts.get(span.start + 1..span.end).is_some_and(|inside| inside.iter().any(counts))
    }

    /// Whether no common or generic word stands in `words`, as is so of brands.
    pub(super) fn is_coined(&self, words: &str) -> bool {
        let common = words.char_indices().any(|(i, _)| self.common_words.has(super::first_two(&words[i..])));
        !common && !self.matchers.generic.covers(words)
    }

    /// The longer verb or function word that `span` lies in (局 in 布局).
    pub(super) fn longer_word(&self, span: Span) -> Option<Span> {
        let kind = |k| matches!(k, Boundary::Verb | Boundary::Function | Boundary::Adverb);
        let (start, _) = self.boundary_before(span.end).filter(|(start, k)| *start < span.start && kind(*k))?;
        Some(Span::new(start, span.end))
    }

    /// `span` by its full name when it begins with an organ (市人大常委会|选联工委).
    pub(super) fn by_organ(&self, span: Span) -> Option<String> {
        let inside =
            self.proper_in(span).filter(|p| p.start == span.start).filter_map(|p| Some((p, self.organs.get(&p)?)));
        let (organ, name) = inside.max_by_key(|(p, _)| p.len())?;
        Some(format!("{name}{}", &self.text[organ.end..span.end]))
    }

    /// Where the words behind the last place in `start..end` begin.
    pub(super) fn behind_places(&self, start: usize, end: usize) -> usize {
        self.places_in(start, end).map(|p| p.end).max().unwrap_or(start)
    }

    /// Where the words behind a foreign country at `start` begin.
    pub(super) fn behind_region(&self, start: usize, end: usize) -> usize {
        let first = self.places_in(start, end).next().filter(|p| p.start == start && p.end < end);
        first.filter(|p| self.regions.contains(p)).map_or(start, |p| p.end)
    }

    /// The places found so far in `start..end`.
    pub(super) fn places_in(&self, start: usize, end: usize) -> impl Iterator<Item = Span> {
        let from = self.places.partition_point(|p| p.start < start);
        self.places[from..].iter().take_while(move |p| p.start < end).filter(move |p| p.end <= end).copied()
    }

    /// Whether `span` is the name of a place.
    pub(super) fn is_place_name(&self, span: Span) -> bool {
        self.places_in(span.start, span.end).any(|p| p == span)
    }

    /// Whether a known name ends at `at`.
    pub(super) fn proper_ends_at(&self, at: usize) -> bool {
        self.proper_ends.contains(&at)
    }

    /// Whether a listed common noun, such as an industry, ends at `at`, and nothing else that the lists have.
    pub(super) fn common_ends_at(&self, at: usize) -> bool {
        let common = |w: &Word| matches!(w, Word::Entry(i) if self.matchers.common.contains(self.names[*i].class));
        self.hit_ending_at(at).is_some_and(|(_, meaning)| self.matchers.meanings[meaning].iter().all(common))
    }

    /// Whether the name of somebody that the lists have and that needs no support starts at `at`.
    pub(super) fn agent_starts_at(&self, at: usize) -> bool {
        self.hit_starting_at(at).is_some_and(|(_, meaning)| self.is_agent_listed(meaning, false))
    }

    /// Somebody whom the lists have and whose name ends at `at`, not before `limit`.
    pub(super) fn agent_before(&self, limit: usize, at: usize) -> Option<Span> {
        let (span, meaning) = self.hit_ending_at(at)?;
        (span.start >= limit && self.is_agent_listed(meaning, true)).then_some(span)
    }

    /// Whether a word with `meaning` is the name of somebody, also one that needs support where `weak` says so.
    fn is_agent_listed(&self, meaning: usize, weak: bool) -> bool {
        let agent = |i: usize| (weak || !self.names[i].weak) && self.matchers.agents.contains(self.names[i].class);
        self.matchers.meanings[meaning].iter().any(|w| matches!(w, Word::Entry(i) if agent(*i)))
    }

    /// Remembers the proper names among `found`.
    pub(super) fn learn(&mut self, found: &[Mention]) {
        // An industry is a common noun: it makes no longer name a proper one.
        let proper = |m: &&Mention| m.rank == Rank::Ordinary && !self.matchers.common.contains(m.class);
        self.proper = found.iter().filter(proper).map(|m| m.span).collect();
        self.proper.sort();
        self.proper_ends = self.proper.iter().map(|p| p.end).collect();
        let organ = |m: &Mention| match &m.target {
            Target::Name(name) if &*m.rule == "LEX-organs" => Some((m.span, name.clone())),
            _ => None,
        };
        self.organs = found.iter().filter_map(organ).collect();
        self.places = found.iter().filter(|m| self.matchers.places.contains(m.class)).map(|m| m.span).collect();
        self.places.sort();
        let home = |m: &Mention| self.home.has(m.span.of(self.text));
        let foreign = |m: &&Mention| Some(m.class) == self.region && !home(m);
        self.regions = found.iter().filter(foreign).map(|m| m.span).collect();
    }

    /// The proper names that lie inside `span`, in order.
    pub(super) fn proper_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let from = self.proper.partition_point(|p| p.start < span.start);
        self.proper[from..].iter().take_while(move |p| p.start < span.end).filter(move |p| span.contains(**p)).copied()
    }

    /// The place whose name ends at `at` and begins not before `limit`: its span and full name.
    pub(super) fn place_named_before(
        &self,
        knowledge: &Knowledge,
        setting: &Setting,
        limit: usize,
        at: usize,
    ) -> Option<(Span, String)> {
        let (span, meaning) = self.hit_ending_at(at).filter(|(span, _)| span.start >= limit)?;
        let id = self.place_meant(knowledge, setting, meaning)?;
        Some((span, knowledge.divisions.get(id).name.clone()))
    }

    /// The place that a word with `meaning` stands for.
    pub(super) fn place_meant(&self, knowledge: &Knowledge, setting: &Setting, meaning: usize) -> Option<DivisionId> {
        let candidates: Vec<(DivisionId, bool)> = self.matchers.divisions(meaning).collect();
        setting.choose(knowledge, &candidates, |_| true).map(|(id, _)| id)
    }

    /// Whether a known word stands inside `span`.
    pub(super) fn knows_part_of(&self, span: Span) -> bool {
        let i = self.hits.partition_point(|h| h.0.start < span.start);
        self.hits.get(i).is_some_and(|h| span.contains(h.0))
    }

    /// Whether `span` is a name of the lists that needs no support: 新一代信息技术 consists of generic words and is one.
    pub(super) fn is_listed(&self, span: Span) -> bool {
        let listed = |w: &Word| matches!(w, Word::Entry(i) if !self.names[*i].weak);
        self.hit_starting_at(span.start)
            .is_some_and(|(hit, meaning)| hit == span && self.matchers.meanings[meaning].iter().any(listed))
    }

    /// The division that is called by its whole name at `at`.
    pub(super) fn full_place_at(&self, at: usize) -> Option<Span> {
        let (span, meaning) = self.hit_starting_at(at)?;
        self.matchers.is_whole_division(meaning).then_some(span)
    }

    /// The division whose whole name ends at `at`, not before `limit`.
    pub(super) fn full_place_before(&self, limit: usize, at: usize) -> Option<Span> {
        let (span, meaning) = self.hit_ending_at(at)?;
        (span.start >= limit && self.matchers.is_whole_division(meaning)).then_some(span)
    }

    /// The known word that starts at `at`.
    pub(super) fn word_starting_at(&self, at: usize) -> Option<Span> {
        self.hit_starting_at(at).map(|(span, _)| span)
    }

    /// The known word that starts at `at`, with the place of its meanings.
    fn hit_starting_at(&self, at: usize) -> Option<(Span, usize)> {
        let i = self.hits.partition_point(|h| h.0.start < at);
        self.hits.get(i).filter(|h| h.0.start == at).copied()
    }

    /// The known word that ends at `at`, with the place of its meanings.
    fn hit_ending_at(&self, at: usize) -> Option<(Span, usize)> {
        let i = self.hits.partition_point(|h| h.0.end < at);
        self.hits.get(i).filter(|h| h.0.end == at).copied()
    }

    /// Where the bracket right behind a name ends, when it holds nothing but a place by its bare form: 中国地质大学（武汉）.
    /// A place by its full name (某某股份（谷城县）) only says where the thing stands.
    pub(super) fn bracketed_place(&self, at: usize) -> Option<usize> {
        let open = self.text[at..].strip_prefix('（')?;
        let start = self.text.len() - open.len();
        let (span, meaning) = self.hit_starting_at(start)?;
        let place = self.matchers.divisions(meaning).any(|(_, bare)| bare);
        (place && self.text[span.end..].starts_with('）')).then(|| span.end + '）'.len_utf8())
    }

    /// Mentions of known names, places and references.
    pub(super) fn known(&self, knowledge: &Knowledge, setting: &Setting) -> Vec<Mention> {
        let mut found = Vec::new();
        for (span, meaning) in &self.hits {
            if let Some(mention) = self.meaning(knowledge, setting, *span, &self.matchers.meanings[*meaning]) {
                found.push(mention);
            }
        }
        found.extend(self.towns(knowledge, setting));
        found.sort_by_key(|m| m.span);
        found
    }

    /// Which of the meanings of a word holds at `span`.
    fn meaning(&self, knowledge: &Knowledge, setting: &Setting, span: Span, words: &[Word]) -> Option<Mention> {
        let matchers = self.matchers;
        let mut divisions: Vec<(DivisionId, bool)> = Vec::new();
        for word in words {
            match word {
                Word::Anaphor(refers, classes) => {
                    // 全市 in a letter of a district is the city that it lies in.
                    let above = setting.of_kind(knowledge, span.of(self.text)).filter(|id| Some(*id) != setting.place);
                    if let Some(id) = above.filter(|_| *refers == Refers::Place) {
                        let division = knowledge.divisions.get(id);
                        return Some(Mention {
                            span,
                            class: knowledge.schema.class(division.rank.class_name())?,
                            target: Target::Name(division.name.clone()),
                            rule: matchers.rule_reference.clone(),
                            confidence: 0.95,
                            rank: Rank::Ordinary,
                        });
                    }
                    let class = setting.class_of(knowledge, *refers, classes)?;
                    let target = Target::Reference(*refers, classes.clone());
                    let rule = matchers.rule_reference.clone();
                    return Some(Mention { span, class, target, rule, confidence: 0.95, rank: Rank::Ordinary });
                }
                Word::Entry(i) => {
                    let entry = &knowledge.names[*i];
                    // 5G in 5GW is another word, and so is 朝鲜 in 朝鲜族.
                    let short = self.is_place(entry.class) && span.of(self.text).chars().nth(2).is_none();
                    let goes_on = short && matchers.unless_before.start(&self.text[span.end..]);
                    if self.is_cut_latin(span) || self.is_cut_by_word(span) || goes_on {
                        self.trace.reject(span, &matchers.rule_lexicon, || Why::PartOfWord);
                        continue;
                    }
                    if entry.weak
                        && !self.is_home(knowledge, setting, span, entry)
                        && !self.supported(knowledge, span, entry.class)
                    {
                        self.trace.reject(span, &matchers.rule_lexicon, || Why::Unsupported);
                        continue;
                    }
                    let target = Target::Name(entry.canonical.clone());
                    let rule = matchers.rule_lexicon.clone();
                    let before = self.level_before(span, entry.class).or_else(|| self.place_before(span, entry.class));
                    let (span, target) = match before {
                        Some(start) => {
                            let span = Span::new(start, span.end);
                            (span, Target::Name(self.without_batch(span, entry)))
                        }
                        None => {
                            let longer = self.with_class_noun(knowledge, span, entry.class);
                            (
                                if longer == span { self.with_firm_tail(knowledge, span, entry.class) } else { longer },
                                target,
                            )
                        }
                    };
                    return Some(Mention {
                        span,
                        class: entry.class,
                        target,
                        rule,
                        confidence: 0.9,
                        rank: Rank::Ordinary,
                    });
                }
                Word::Division(id, short) => divisions.push((*id, *short)),
            }
        }
        // A full name of two characters (成县) is as easily part of other words as a bare form is.
        let short_words = span.of(self.text).chars().nth(2).is_none();
        let chosen =
            setting.choose(knowledge, &divisions, |short| !(short || short_words) || self.place_stands_alone(span));
        if chosen.is_none() && !divisions.is_empty() && !self.place_stands_alone(span) {
            self.trace.reject(span, &matchers.rule_division, || Why::PartOfWord);
        }
        let (id, _) = chosen?;
        let division = knowledge.divisions.get(id);
        let zone = knowledge.references.division_class.iter().find(|z| z.pattern.is_match(&division.name));
        Some(Mention {
            span,
            class: knowledge.schema.class(zone.map_or(division.rank.class_name(), |z| z.class.as_str()))?,
            target: Target::Name(division.name.clone()),
            rule: matchers.rule_division.clone(),
            confidence: 0.95,
            rank: Rank::Ordinary,
        })
    }

    /// The title at `span`, which ends with `entry`, without the batch in which it was given (国家|第二批|某某试点).
    fn without_batch(&self, span: Span, entry: &Entry) -> String {
        let words = span.of(self.text);
        let Some(batch) = self.matchers.batch.found(words).map(|f| f.get_match()) else { return words.to_owned() };
        let name = [&words[..batch.start()], &words[batch.end()..]].concat();
        if name == entry.surface { entry.canonical.clone() } else { name }
    }

    /// Whether letters or digits before or behind `span` go on with the Latin word at its edge.
    fn is_cut_latin(&self, span: Span) -> bool {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let words = span.of(self.text);
        latin(words.chars().next()) && latin(self.text[..span.start].chars().next_back())
            || latin(words.chars().next_back()) && latin(self.text[span.end..].chars().next())
    }

    /// Whether the last character of `span` belongs to the word behind it, and no word begins there: 服务业|务, 工信部|门.
    fn is_cut_by_word(&self, span: Span) -> bool {
        let after = &self.text[span.end..];
        let Some(next) = after.chars().next() else { return false };
        let last = span.of(self.text).char_indices().next_back().map_or(span.start, |(at, _)| span.start + at);
        self.common_words.has(&self.text[last..span.end + next.len_utf8()])
            && !self.common_words.has(super::first_two(after))
            && self.boundary_at(span.end).is_none()
            && self.hit_starting_at(span.end).is_none()
    }

    /// Where the province begins whose title it is (江西省|智能制造标杆企业).
    fn place_before(&self, span: Span, class: Class) -> Option<usize> {
        let (place, meaning) = self.hit_ending_at(span.start)?;
        (self.matchers.is_whole_division(meaning) && self.matchers.levelled.contains(class)).then_some(place.start)
    }

    /// Where the level of a title begins (国家级, 省级) when one stands right before it.
    fn level_before(&self, span: Span, class: Class) -> Option<usize> {
        if !self.matchers.levelled.contains(class) {
            return None;
        }
        let before = &self.text[..span.start];
        // The words for a level take at most this many bytes.
        let from = before.ceil_char_boundary(before.len().saturating_sub(45));
        let level = self.matchers.level_before.found(&before[from..])?.name("level")?.as_str();
        // 市 in 深圳市 is the end of a place, not a level.
        let place = self.hit_ending_at(span.start).is_some_and(|(place, _)| place.len() > level.len());
        (!place).then(|| span.start - level.len())
    }

    /// Whether a bare place name at `span` is not part of another word (中山装, 孙中山).
    pub(super) fn place_stands_alone(&self, span: Span) -> bool {
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        let last = before.char_indices().next_back().map_or(before.len(), |(i, _)| i);
        let first = span.start + span.of(self.text).chars().next().map_or(0, char::len_utf8);
        // 建成|县级: what begins with the character before is another word.
        // 引进|深圳: a verb ends there.
        let cut = || {
            span.of(self.text).chars().nth(2).is_none()
                && self.common_words.has(&self.text[last..first])
                && self.boundary_before(span.start).is_none()
        };
        !self.matchers.unless_before.start(after) && !self.matchers.unless_after.end(before) && !cut()
    }

    /// Whether a weak name at `span` is that of the place that the document was written from, or of one around it: in
    /// what 长治市 writes 长治 is the city.
    fn is_home(&self, knowledge: &Knowledge, setting: &Setting, span: Span, entry: &Entry) -> bool {
        let divisions = &knowledge.divisions;
        let mut around = std::iter::successors(setting.place, |d| divisions.parent(*d));
        self.is_place(entry.class)
            && around.any(|id| divisions.get(id).name == entry.canonical)
            && self.place_stands_alone(span)
    }

    /// Whether the words beside a weak name support it: the noun of its class right behind it, or its place in a list.
    fn supported(&self, knowledge: &Knowledge, span: Span, class: Class) -> bool {
        let nouns = knowledge.name_rules.class_nouns.get(knowledge.schema.name(class));
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        let support = knowledge.name_rules.class_support.get(knowledge.schema.name(class));
        let noun = nouns.into_iter().chain(support).any(|words| words.start(after));
        if noun || self.level_before(span, class).is_some() {
            return true;
        }
        // （一）某某制造。: what is all of a heading, whose sentence begins behind the number, is what its section is about.
        let heads = before.ends_with(['、', '.', '）']) && after.starts_with(['。', '\n']);
        if heads && self.areas.binary_search_by_key(&span.start, |area| area.start).is_ok() {
            return true;
        }
        let stop = |c: char| !is_word(c);
        let begins = before.chars().next_back().is_none_or(stop) || self.boundary_before(span.start).is_some();
        let ends = after.chars().next().is_none_or(stop) || self.boundary_at(span.end).is_some();
        begins && ends && self.beside_its_like(knowledge, span, class)
    }

    /// Whether a known name of the same class stands beside `span` in a list.
    fn beside_its_like(&self, knowledge: &Knowledge, span: Span, class: Class) -> bool {
        let at = self.hits.partition_point(|h| h.0.start < span.start);
        let like = |h: Option<&(Span, usize)>, between: &dyn Fn(Span) -> Span| {
            h.is_some_and(|(other, meaning)| {
                let gap = between(*other);
                let same = |w: &Word| match w {
                    Word::Entry(i) => knowledge.names[*i].class == class && !knowledge.names[*i].weak,
                    Word::Division(..) => self.is_place(class),
                    Word::Anaphor(..) => false,
                };
                gap.of(self.text) == "、" && self.matchers.meanings[*meaning].iter().any(same)
            })
        };
        like(at.checked_sub(1).and_then(|i| self.hits.get(i)), &|o| Span::new(o.end.min(span.start), span.start))
            || like(self.hits.get(at + 1), &|o| Span::new(span.end, o.start.max(span.end)))
    }

    /// `span` with the noun of its class behind it (灯饰照明 + 产业).
    fn with_class_noun(&self, knowledge: &Knowledge, span: Span, class: Class) -> Span {
        let nouns = knowledge.name_rules.class_nouns.get(knowledge.schema.name(class));
        let after = &self.text[span.end..];
        let stop = |n: &&str| {
            let rest = &after[n.len()..];
            !knowledge.name_rules.class_noun_unless_before.start(rest)
        };
        let noun = nouns.into_iter().flat_map(|n| n.starting(after)).filter(stop).map(str::len).max();
        Span::new(span.start, span.end + noun.unwrap_or(0))
    }

    /// `span` with the tail of a firm's name behind it (戴尔 + 科技), when the name can end there.
    fn with_firm_tail(&self, knowledge: &Knowledge, span: Span, class: Class) -> Span {
        if self.firm != Some(class) {
            return span;
        }
        let after = &self.text[span.end..];
        // 投资 and 建设 are what a firm does before they are part of its name.
        let tails = knowledge.name_rules.firm_tails.starting(after);
        let tails = tails.filter(|t| !knowledge.boundaries.contains_key(*t));
        let ends = tails.map(|t| span.end + t.len()).filter(|end| {
            let mark = self.text[*end..].chars().next().is_none_or(|c| !is_word(c));
            mark || self.boundary_at(*end).is_some()
        });
        Span::new(span.start, ends.max().unwrap_or(span.end))
    }

    /// `rule` does not read `span` because `other` was known before.
    pub(super) fn known_before(&self, span: Span, rule: &str, other: &Mention) {
        if span != other.span {
            let words = || other.span.of(self.text).to_owned();
            self.trace.reject(span, rule, || Why::Known { words: words(), rule: other.rule.to_string() });
        }
    }

    /// Whether `class` is that of a place.
    pub(super) fn is_place(&self, class: Class) -> bool {
        self.matchers.places.contains(class)
    }

    /// Whether `class` is that of somebody who can act.
    pub(super) fn is_agent(&self, class: Class) -> bool {
        self.matchers.agents.contains(class)
    }
}
