//! Sentences → clauses: the reach of a verb. Marks inside names, brackets and quotations do not end a clause.

use crate::diag::Span;
use crate::mention::Mention;
use crate::ontology::Classes;
use crate::search::{Expression, Words, marks};

/// Splits `sentence` at commas, semicolons and colons outside of names and brackets.
pub(super) fn clauses(text: &str, sentence: Span, mentions: &[Mention]) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = sentence.start;
    let mut depth = 0_i32;
    let mut next = mentions.partition_point(|m| m.span.start < sentence.start);
    for (at, c) in marks(sentence.of(text)) {
        let at = sentence.start + at;
        while mentions.get(next).is_some_and(|m| m.span.end <= at) {
            next += 1;
        }
        if mentions.get(next).is_some_and(|m| m.span.start <= at) {
            continue;
        }
        let at = at + c.len_utf8();
        match c {
            '（' | '“' | '《' => depth += 1,
            '）' | '”' | '》' => depth = (depth - 1).max(0),
            '，' | '；' | '：' | '。' | '！' | '？' if depth == 0 => {
                pieces.push(Span::new(start, at));
                start = at;
            }
            _ => {}
        }
    }
    if start < sentence.end {
        pieces.push(Span::new(start, sentence.end));
    }
    pieces
}

/// Indices of the mentions inside `span`.
pub(super) fn inside(mentions: &[Mention], span: Span) -> std::ops::Range<usize> {
    let from = mentions.partition_point(|m| m.span.start < span.start);
    let to = mentions.partition_point(|m| m.span.end <= span.end);
    from..to.max(from)
}

/// A list of names: neighbours joined by nothing but list words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// Indices of the members.
    pub(super) members: std::ops::Range<usize>,
    /// From the first member to the last.
    pub(super) span: Span,
}

/// Gathers the mentions in `range` into lists.
///
/// A place right behind the one it lies in continues its list: 高密市柴沟镇、昌邑市饮马镇.
pub(super) fn groups(
    text: &str,
    mentions: &[Mention],
    range: std::ops::Range<usize>,
    joiners: &Words,
    defines: &Expression,
    places: Classes,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for i in range {
        let span = mentions[i].span;
        // 甲公司（以下简称“甲”）、乙公司: the short name in between is the one before it once more.
        let defined = |g: &Group| {
            let found = defines.found(&text[g.span.end..]).filter(|f| f.get_match().as_str().starts_with('（'))?;
            let (words, short) = (found.get_match(), found.name("short")?);
            let named = short.span().shifted(g.span.end);
            (words.start() == 0 && span.contains(named)).then_some(span.end.max(g.span.end + words.end()))
        };
        if let Some(last) = groups.last_mut()
            && let Some(end) = defined(last)
        {
            last.members.end = i + 1;
            last.span.end = end;
            continue;
        }
        // 引进甲公司、丹麦乙公司: where the next one of a list comes from only stands before it.
        let from_there = |last: &Group| {
            let place = places.contains(mentions[i - 1].class);
            let listed = last.members.len() > 1 && mentions[last.members.start].class == mentions[i].class;
            last.span.end == span.start && place && listed
        };
        match groups.last_mut() {
            Some(last)
                if from_there(last)
                    || joins(&text[last.span.end..span.start], joiners)
                    || mentions[i].is_beside(&mentions[i - 1])
                    || (last.span.end == span.start
                        && places.contains(mentions[i - 1].class)
                        && places.contains(mentions[i].class))
                    || quoted_neighbour(text, last.span.end, span.start) =>
            {
                last.members.end = i + 1;
                last.span = last.span.join(span);
            }
            _ => groups.push(Group { members: i..i + 1, span }),
        }
    }
    groups
}

/// “甲贷”“乙贷”, 《甲》《乙》: quotations and titles side by side are a list.
fn quoted_neighbour(text: &str, end: usize, start: usize) -> bool {
    let beside = |close: char, open: char| text[..end].ends_with(close) && text[start..].starts_with(open);
    (end == start && (beside('”', '“') || beside('》', '《'))) || &text[end..start] == "》《"
}

fn joins(between: &str, joiners: &Words) -> bool {
    // A bracket behind a member explains it: 某某集群（2485.1亿元）、某某集群.
    let mut rest = between;
    if let Some(after) = rest.strip_prefix('（').and_then(|r| r.split_once('）')) {
        rest = after.1;
    }
    let rest = rest.trim_matches(['“', '”']);
    (rest.is_empty() && !between.is_empty()) || joiners.has(rest)
}
