//! The one place where overlaps are decided, and where a name that was found once is found again.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use foldhash::HashMap;

use super::scan::Scan;
use super::{Mention, Rank, Target};
use crate::diag::Span;
use crate::knowledge::Knowledge;
use crate::trace::{Rejected, Why};

/// Keeps the mentions that win: fixed parts first, then the longer one, then the surer one, then the one further left.
/// The result is in the order of the text and without overlaps.
pub(super) fn settle(mut found: Vec<Mention>, scan: &Scan<'_>) -> Vec<Mention> {
    found.sort_by_key(|m| m.span.start);
    let mut kept = Vec::with_capacity(found.len());
    // Most mentions overlap no other: only runs that hang together need a decision.
    let mut run: Vec<Mention> = Vec::new();
    let mut end = 0;
    for mention in found {
        if mention.span.start >= end {
            decide(&mut run, &mut kept, scan);
        }
        end = end.max(mention.span.end);
        run.push(mention);
    }
    decide(&mut run, &mut kept, scan);
    kept
}

/// Moves the winners among the mentions in `run` to `kept`.
fn decide(run: &mut Vec<Mention>, kept: &mut Vec<Mention>, scan: &Scan<'_>) {
    if run.len() <= 1 {
        kept.append(run);
        return;
    }
    run.sort_by(|a, b| {
        let key = |m: &Mention| (std::cmp::Reverse(m.rank), std::cmp::Reverse(m.span.len()));
        key(a)
            .cmp(&key(b))
            .then(b.confidence.total_cmp(&a.confidence))
            .then_with(|| (a.span, &a.rule).cmp(&(b.span, &b.rule)))
    });
    let mut won: BTreeMap<usize, Mention> = BTreeMap::new();
    for mention in run.drain(..) {
        let before = won.range(..mention.span.end).next_back();
        match before.filter(|(_, m)| m.span.overlaps(mention.span)) {
            // Two rules that say the same do not contradict each other.
            Some((_, winner)) if (winner.span, winner.class) == (mention.span, mention.class) => {}
            Some((_, winner)) => scan.trace.reject(mention.span, &mention.rule, || Why::Lost {
                words: winner.span.of(scan.text).to_owned(),
                rule: winner.rule.to_string(),
            }),
            None => _ = won.insert(mention.span.start, mention),
        }
    }
    kept.extend(won.into_values());
}

/// Whether nobody would ask for the reason: it is a name after all, or part of one that it did not compete with.
pub(super) fn is_idle(rejected: &Rejected, settled: &[Mention]) -> bool {
    let Rejected { span, rule, why } = rejected;
    let competed = matches!(why, Why::Lost { .. } | Why::Known { .. });
    settled.iter().any(|m| m.span.contains(*span) && (!competed || (m.span, &*m.rule) == (*span, rule)))
}

/// The other places where the document uses a name that a list, a shape or a context found.
pub(super) fn repeat(knowledge: &Knowledge, settled: &[Mention], scan: &Scan<'_>) -> Vec<Mention> {
    let text = scan.text;
    let shorts = settled.iter().filter_map(|m| Some((super::defined(text, m, &knowledge.references)?, m)));
    let shorts: Vec<(String, &Mention)> = shorts.collect();
    let mut names = Names { by_words: HashMap::default(), lengths: HashMap::default(), filter: [0; PAIRS / 64] };
    for (short, mention) in &shorts {
        names.add(short, mention);
    }
    for mention in settled.iter().filter(|m| m.rank == Rank::Ordinary && matches!(m.target, Target::Name(_))) {
        let words = mention.span.of(text);
        let lexicon = mention.rule.starts_with("LEX-");
        if !lexicon && words.chars().count() >= 2 && !scan.matchers.generic.is_word(words) {
            names.add(words, mention);
            // 汽车玻璃|产业: the name without the noun that is no part of it.
            if let Target::Name(name) = &mention.target
                && name.chars().nth(2).is_some()
                && !scan.matchers.generic.is_word(name)
                && words.strip_prefix(name.as_str()).is_some_and(|noun| !noun.is_empty())
            {
                names.add(name, mention);
            }
        }
    }
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    for &area in &scan.areas {
        let line = area.of(text);
        let mut end = 0;
        let mut before = None;
        for (at, second) in line.char_indices() {
            let Some((at, first)) = before.replace((at, second)) else { continue };
            if at < end || !names.may_begin(first, second) {
                continue;
            }
            let Some((words, original)) = names.longest(first, &line[at..]) else { continue };
            end = at + words.len();
            let span = Span::new(at, end).shifted(area.start);
            // A short brand inside of other words is an accident unless an agent's name may begin there.
            let short = words.chars().nth(2).is_none();
            if short && scan.is_agent(original.class) && !super::organ::begins(scan, span.start, area.start) {
                continue;
            }
            found.push(Mention { span, confidence: original.confidence * 0.95, ..(*original).clone() });
        }
    }
    found
}

/// The names of one document, made to be asked at every place of the text what begins there.
struct Names<'a> {
    by_words: HashMap<&'a str, &'a Mention>,
    /// By the first character of names their lengths, the longest first.
    lengths: HashMap<char, Vec<usize>>,
    /// One bit for each value that the first two characters of a name make: at most places no name begins.
    filter: [u64; PAIRS / 64],
}

/// How many values two characters make.
const PAIRS: usize = 4096;

/// The value that two characters make.
#[inline]
fn pair(first: char, second: char) -> usize {
    (u32::from(first).wrapping_mul(31) ^ u32::from(second)) as usize % PAIRS
}

impl<'a> Names<'a> {
    /// Remembers `mention` by its `words`, two characters at least, unless the same words stood further left.
    fn add(&mut self, words: &'a str, mention: &'a Mention) {
        let mut chars = words.chars();
        let (Some(first), Some(second)) = (chars.next(), chars.next()) else { return };
        if let Entry::Vacant(free) = self.by_words.entry(words) {
            free.insert(mention);
            let bit = pair(first, second);
            self.filter[bit / 64] |= 1 << (bit % 64);
            let lengths = self.lengths.entry(first).or_default();
            if let Err(at) = lengths.binary_search_by(|n| words.len().cmp(n)) {
                lengths.insert(at, words.len());
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.by_words.is_empty()
    }

    /// Whether a name may begin with these two characters.
    #[inline]
    fn may_begin(&self, first: char, second: char) -> bool {
        let bit = pair(first, second);
        self.filter[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// The longest name that `text` begins with, whose first character is `c`.
    fn longest(&self, c: char, text: &'a str) -> Option<(&'a str, &'a Mention)> {
        let words = self.lengths.get(&c)?.iter().filter_map(|n| text.get(..*n));
        words.filter_map(|w| Some((w, *self.by_words.get(w)?))).next()
    }
}
