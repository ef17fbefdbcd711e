//! The one place where overlaps are decided, and where a name that was found once is found again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::scan::Scan;
use super::{Mention, Rank, Target};
use crate::diag::Span;
use crate::knowledge::Knowledge;
use crate::trace::{Rejected, Why};

/// Keeps the mentions that win: fixed parts first, then the longer one, then the surer one, then the one further left.
/// The result is in the order of the text and without overlaps.
pub(super) fn settle(mut found: Vec<Mention>, scan: &Scan<'_>) -> Vec<Mention> {
    found.sort_by(|a, b| {
        let key = |m: &Mention| (std::cmp::Reverse(m.rank), std::cmp::Reverse(m.span.len()));
        key(a)
            .cmp(&key(b))
            .then(b.confidence.total_cmp(&a.confidence))
            .then_with(|| (a.span, &a.rule).cmp(&(b.span, &b.rule)))
    });
    let mut kept: BTreeMap<usize, Mention> = BTreeMap::new();
    for mention in found {
        let before = kept.range(..mention.span.end).next_back();
        match before.filter(|(_, m)| m.span.overlaps(mention.span)) {
            // Two rules that say the same do not contradict each other.
            Some((_, winner)) if (winner.span, winner.class) == (mention.span, mention.class) => {}
            Some((_, winner)) => scan.trace.reject(mention.span, &mention.rule, || Why::Lost {
                words: winner.span.of(scan.text).to_owned(),
                rule: winner.rule.to_string(),
            }),
            None => _ = kept.insert(mention.span.start, mention),
        }
    }
    kept.into_values().collect()
}

/// Whether nobody would ask for the reason: it is a name after all, or part of one that it did not compete with.
pub(super) fn is_idle(rejected: &Rejected, settled: &[Mention]) -> bool {
    let Rejected { span, rule, why } = rejected;
    let competed = matches!(why, Why::Lost { .. } | Why::Known { .. });
    settled.iter().any(|m| m.span.contains(*span) && (!competed || (m.span, &*m.rule) == (*span, rule)))
}

/// The other places where the document uses a name that a list, a shape or a context found.
pub(super) fn repeat(
    knowledge: &Knowledge,
    text: &str,
    areas: &[Span],
    settled: &[Mention],
    scan: &Scan<'_>,
) -> Vec<Mention> {
    let mut names: BTreeMap<Cow<'_, str>, &Mention> = BTreeMap::new();
    for mention in settled {
        if let Some(short) = super::defined(text, mention, &knowledge.references) {
            names.entry(Cow::Owned(short)).or_insert(mention);
        }
    }
    for mention in settled.iter().filter(|m| m.rank == Rank::Ordinary && matches!(m.target, Target::Name(_))) {
        let words = mention.span.of(text);
        let lexicon = mention.rule.starts_with("LEX-");
        if !lexicon && words.chars().count() >= 2 && !scan.matchers.generic.is_word(words) {
            names.entry(Cow::Borrowed(words)).or_insert(mention);
        }
    }
    // Made anew for each document, so it must be quick to build.
    let matcher = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(names.keys().map(|n| n.as_bytes()))
        .expect("the names of one document fit");
    let originals: Vec<&Mention> = names.into_values().collect();
    let mut found = Vec::new();
    for &area in areas {
        for hit in matcher.find_iter(area.of(text)) {
            let Some(original) = originals.get(hit.pattern().as_usize()) else { continue };
            let span = Span::new(hit.start(), hit.end()).shifted(area.start);
            // A short brand inside of other words is an accident unless an agent's name may begin there.
            let short = span.of(text).chars().count() < 3;
            if short && scan.is_agent(original.class) && !super::organ::begins(scan, span.start, area.start) {
                continue;
            }
            found.push(Mention { span, confidence: original.confidence * 0.95, ..(*original).clone() });
        }
    }
    found
}
