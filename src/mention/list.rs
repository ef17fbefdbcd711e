//! Lists whose members are typed by the noun that closes them, or by a member that is known.

use std::sync::Arc;

use super::scan::Scan;
use super::{Mention, Rank, Target};
use crate::diag::Span;
use crate::knowledge::{Boundary, Knowledge};
use crate::ontology::Class;

struct List {
    rule: Arc<str>,
    class: Class,
    heads: Vec<String>,
    confidence: f64,
}

pub(super) struct Lists {
    lists: Vec<List>,
    /// The word that ends an open list.
    close: String,
    generic: Vec<String>,
}

/// How far the closing noun may stand behind 等, in bytes.
const WINDOW: usize = 150;
/// The longest member, in characters.
const LONGEST: usize = 16;

impl Lists {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let lists = knowledge.name_rules.list.iter().filter_map(|rule| {
            Some(List {
                rule: rule.id.as_str().into(),
                class: knowledge.schema.class(&rule.class)?,
                heads: rule.heads.clone(),
                confidence: rule.confidence,
            })
        });
        Self {
            lists: lists.collect(),
            close: knowledge.name_rules.list_close.clone(),
            generic: knowledge.name_rules.generic.clone(),
        }
    }

    pub(super) fn find(&self, scan: &Scan<'_>, areas: &[Span], known: &[Mention]) -> Vec<Mention> {
        let mut found = Vec::new();
        for &area in areas {
            let mut from = area.start;
            while let Some(at) = scan.text[from..area.end].find(self.close.as_str()).map(|i| from + i) {
                from = at + self.close.len();
                // 等 inside of a word (高等) closes no list.
                let inside = scan.boundary_before(from).is_some_and(|(start, _)| start < at);
                if let Some(list) = self.closing(scan, from, area.end).filter(|_| !inside) {
                    self.members(scan, area, at, list, known, &mut found);
                }
            }
        }
        found
    }

    /// The list whose noun closes the phrase behind 等: the last noun before a mark or a verb.
    fn closing(&self, scan: &Scan<'_>, from: usize, limit: usize) -> Option<&List> {
        let mut best: Option<(usize, &List)> = None;
        let mut at = from;
        let mut of = false;
        while at < limit && at - from < WINDOW {
            let rest = &scan.text[at..limit];
            let c = rest.chars().next()?;
            if matches!(c, '，' | '。' | '；' | '：') {
                break;
            }
            if best.is_some() {
                let verb = scan.boundary_at(at).is_some_and(|(_, k)| matches!(k, Boundary::Verb | Boundary::Adverb | Boundary::Function));
                if verb || matches!(c, '、' | '的' | '和' | '与' | '及' | '（') {
                    break;
                }
            } else if scan.boundary_at(at).is_some_and(|(_, k)| k == Boundary::Verb) && !of {
                break;
            }
            of = of || c == '、';
            let hit = self.lists.iter().filter_map(|l| {
                l.heads.iter().filter(|h| rest.starts_with(h.as_str())).map(String::len).max().map(|n| (n, l))
            });
            if let Some((length, list)) = hit.max_by_key(|(n, _)| *n) {
                best = Some((at, list));
                at += length;
            } else {
                at += c.len_utf8();
            }
        }
        best.map(|(_, list)| list)
    }

    /// Types the members of the list that ends at `end`.
    fn members(&self, scan: &Scan<'_>, area: Span, end: usize, list: &List, known: &[Mention], found: &mut Vec<Mention>) {
        let mut end = end;
        let mut members = Vec::new();
        loop {
            let (start, last) = self.member(scan, area.start, end, known);
            if start < end {
                members.push(Span::new(start, end));
            }
            match last {
                Some(joiner) if start < end => end = joiner,
                _ => break,
            }
        }
        // A single unknown word before 等 is a list only when it is set off by a verb or a mark.
        for span in members {
            if known.iter().any(|m| m.span.overlaps(span)) || !self.is_name(scan, span) {
                continue;
            }
            found.push(Mention {
                span,
                class: list.class,
                target: Target::Name(span.of(scan.text).to_owned()),
                rule: list.rule.clone(),
                confidence: list.confidence,
                rank: Rank::Ordinary,
            });
        }
    }

    /// The member that ends at `end`: where it starts, and where the one before it ends when there is one.
    fn member(&self, scan: &Scan<'_>, limit: usize, end: usize, known: &[Mention]) -> (usize, Option<usize>) {
        let mut at = end;
        while at > limit {
            if at < end || known.iter().any(|m| m.span.end == at) {
                if let Some(m) = known.iter().find(|m| m.span.end == at && m.span.start >= limit) {
                    at = m.span.start;
                    continue;
                }
            }
            let stops = |kind: Boundary| !kind.stands_inside();
            if scan.boundary_before(at).is_some_and(|(start, kind)| start >= limit && stops(kind)) {
                return (at, None);
            }
            let Some(c) = scan.text[limit..at].chars().next_back() else { break };
            match c {
                '、' | '和' | '与' | '及' => return (at, Some(at - c.len_utf8())),
                '）' => match scan.text[limit..at].rfind('（').filter(|i| at - (limit + i) < 90) {
                    Some(i) => at = limit + i,
                    None => return (at, None),
                },
                _ if c.is_alphanumeric() || matches!(c, '·' | '•' | '-' | '“' | '”' | '+') => at -= c.len_utf8(),
                _ => return (at, None),
            }
        }
        (at, None)
    }

    fn is_name(&self, scan: &Scan<'_>, span: Span) -> bool {
        let words = span.of(scan.text);
        let count = words.chars().count();
        let sound = (2..=LONGEST).contains(&count) && words.chars().next().is_some_and(char::is_alphanumeric);
        sound && !words.chars().all(|c| c.is_numeric()) && !self.generic.iter().any(|g| words == g || words.ends_with(g.as_str()) && count <= 4)
    }
}
