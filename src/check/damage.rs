//! Text that is damaged: characters lost, added or wrong, lines broken, marks missing.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::{Finding, Note, Place};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::graph::Extraction;
use crate::knowledge::{Knowledge, Rank};
use crate::text::CharSpan;

/// The longest words that are looked for twice in a row, in characters.
const LONGEST_DOUBLE: usize = 12;
/// A text with more broken lines is wrapped all over: that is no damage.
const WRAPPED: usize = 16;
/// More lines of digits alone are a table or numbered pages.
const PAGES: usize = 3;
/// A pair of characters must be found so often to say that one of its kind has lost its neighbour.
const FAMILIAR: usize = 4;
/// How many findings of one rule a document has at most: more is a text of another kind.
const MANY: usize = 30;
/// So many characters on each side are quoted with damage.
const BESIDE: usize = 5;
/// So many characters can be understood without those around them.
const SPEAKS_FOR_ITSELF: usize = 4;
/// The shortest paragraph that must end with a mark, in characters.
const PARAGRAPH: usize = 40;

pub(super) fn find(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let mut found = by_rules(knowledge, extraction);
    found.extend(doubled(knowledge, extraction));
    found.extend(unfinished(knowledge, extraction));
    found.extend(broken(extraction));
    found.extend(stray_numbers(knowledge, extraction));
    found.extend(lost_first(extraction));
    found.extend(misspelled_towns(knowledge, extraction));
    found
}

/// The blocks that are read for damage.
pub(super) fn blocks(extraction: &Extraction) -> impl Iterator<Item = (BlockKind, Span)> {
    let kinds = extraction.document.blocks.iter().map(|b| (b.kind, b.span));
    kinds.filter(|(kind, span)| *kind != BlockKind::Contact && !span.is_empty())
}

fn by_rules(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let rules = &knowledge.finding_rules.damage;
    let mut found = Vec::new();
    let mut left = vec![MANY; rules.len()];
    for (_, block) in blocks(extraction) {
        for (rule, left) in rules.iter().zip(&mut left).filter(|(_, left)| **left > 0) {
            for c in rule.pattern.captures_iter(block.of(text)).take(*left) {
                let Some(m) = c.name("at").or_else(|| c.get(0)).filter(|m| !m.is_empty()) else { continue };
                let core = Span::new(m.start(), m.end()).shifted(block.start);
                let long = core.of(text).chars().count() >= SPEAKS_FOR_ITSELF;
                let span = if long { trimmed(text, core) } else { around(text, core, block) };
                let at = (extraction, span);
                *left = left.saturating_sub(1);
                found.push(Note { kind: &rule.kind, detail: rule.id.clone(), at, other: None }.finding());
            }
        }
    }
    found
}

/// `span` with a few characters on each side, up to the next mark, so that a quote can be understood.
pub(super) fn around(text: &str, span: Span, block: Span) -> Span {
    let within = |c: &char| c.is_alphanumeric() || matches!(c, '“' | '”' | '.' | '%' | '+');
    let before: usize =
        text[block.start..span.start].chars().rev().take_while(within).take(BESIDE).map(char::len_utf8).sum();
    let after: usize = text[span.end..block.end].chars().take_while(within).take(BESIDE).map(char::len_utf8).sum();
    trimmed(text, Span::new(span.start - before, span.end + after))
}

fn trimmed(text: &str, span: Span) -> Span {
    let words = span.of(text);
    let start = span.start + (words.len() - words.trim_start().len());
    let end = span.end - (words.len() - words.trim_end().len());
    Span::new(start, end.max(start))
}

/// The same words twice in a row.
fn doubled(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let repeated = &knowledge.finding_rules.settings.repeated;
    let names: HashSet<usize> = extraction.entities.iter().flat_map(|(_, e)| &e.spans).map(|s| s.start).collect();
    let mut found = Vec::new();
    for (_, block) in blocks(extraction) {
        let chars: Vec<(usize, char)> = block.of(text).char_indices().map(|(i, c)| (block.start + i, c)).collect();
        let place = |i: usize| chars.get(i).map_or(block.end, |(at, _)| *at);
        let mut i = 0;
        while i < chars.len() && found.len() < MANY {
            let double = (2..=LONGEST_DOUBLE).rev().find(|n| {
                i + 2 * n <= chars.len()
                    && (0..*n).all(|k| chars[i + k].1 == chars[i + n + k].1 && is_han(chars[i + k].1))
            });
            let Some(n) = double else {
                i += 1;
                continue;
            };
            let (first, second) = (Span::new(place(i), place(i + n)), Span::new(place(i + n), place(i + 2 * n)));
            let word = first.of(text);
            let same = chars[i..i + n].iter().all(|(_, c)| *c == chars[i].1);
            // 中山中山大学: the name begins with what stands before it.
            let name = n < 4 && names.contains(&second.start) && word.chars().count() < 4;
            if !same && !name && !repeated.has(word) {
                let at = (extraction, Span::new(first.start, second.end));
                found.push(Note { kind: "doubled", detail: word.to_owned(), at, other: None }.finding());
            }
            i += 2 * n;
        }
    }
    found
}

pub(super) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A paragraph of the body that ends without a mark.
fn unfinished(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let ends = &knowledge.finding_rules.settings.ends;
    let body = blocks(extraction).filter(|(kind, _)| *kind == BlockKind::Body);
    let open = body.filter(|(_, span)| {
        let line = span.of(text).trim();
        line.chars().count() >= PARAGRAPH && line.contains('。') && !ends.end(line)
    });
    let note = |(_, span): (BlockKind, Span)| {
        let line = trimmed(text, span);
        let start = line.of(text).char_indices().rev().nth(19).map_or(line.start, |(i, _)| line.start + i);
        let at = (extraction, Span::new(start, line.end));
        Note { kind: "unfinished", detail: String::new(), at, other: None }.finding()
    };
    open.map(note).collect()
}

/// Empty lines inside of a sentence, and blanks inside of the title.
fn broken(extraction: &Extraction) -> Vec<Finding> {
    let text = &extraction.document.text;
    let clean = text.clean();
    let title = extraction.document.head.title.as_ref().map(|t| t.span);
    let mut found = Vec::new();
    let mut blanks = Vec::new();
    for (_, block) in blocks(extraction) {
        let mut last: Option<(Span, CharSpan)> = None;
        for (i, c) in block.of(clean).char_indices() {
            let span = Span::new(block.start + i, block.start + i + c.len_utf8());
            let at = text.original(span);
            if let Some((before, place)) = last
                && at.start > place.end
            {
                let gap = text.at(CharSpan { start: place.end, end: at.start });
                let pair = |kind| Note {
                    kind,
                    detail: String::new(),
                    at: (extraction, around(clean, before.join(span), block)),
                    other: None,
                };
                let words = |s: Span| s.of(clean).chars().all(char::is_alphanumeric);
                if title.is_some_and(|t| t.start <= span.start && span.end <= t.end) {
                    if gap.contains(' ') && is_han(c) && before.of(clean).chars().all(is_han) {
                        blanks.push(pair("stray-blank").finding());
                    }
                } else if gap.matches('\n').count() > 1 && words(before) && words(span) && !addresses(clean, span) {
                    found.push(pair("broken-line").finding());
                }
            }
            last = (c != '\n').then_some((span, at));
        }
    }
    if found.len() > WRAPPED {
        found.clear();
    }
    found.extend(blanks);
    found
}

/// Whether the line that begins at `first` speaks to somebody: it is no part of the one before.
fn addresses(text: &str, first: Span) -> bool {
    let line = text[first.start..].split('\n').next().unwrap_or_default();
    line.find(['，', '。', '；', '：']).is_some_and(|at| line[at..].trim_end() == "：")
}

/// Numbers that stand alone on a line in the text, and headings that go on with what follows them.
fn stray_numbers(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = &extraction.document.text;
    let whole = text.at(CharSpan { start: 0, end: u32::try_from(text.characters()).unwrap_or(u32::MAX) });
    let joined = &knowledge.finding_rules.settings.joined;
    let (mut found, mut at) = (Vec::new(), 0_u32);
    let mut headings = Vec::new();
    for line in whole.split_inclusive('\n') {
        let count = |s: &str| u32::try_from(s.chars().count()).unwrap_or(u32::MAX);
        let bare = line.trim();
        let note = |kind: &str, words: &str| {
            let start = at + count(&line[..line.find(words).unwrap_or(0)]);
            let at = CharSpan { start, end: start + count(words) };
            let first = Place { path: extraction.path.clone(), at, quote: words.split_whitespace().collect() };
            Finding { kind: kind.into(), detail: String::new(), first, second: None, concerns: Vec::new() }
        };
        if (1..=3).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit()) {
            found.push(note("stray-number", bare));
        }
        headings.extend(joined.find(bare).map(|m| note("joined-heading", m.as_str())));
        at += count(line);
    }
    if found.len() > PAGES {
        found.clear();
    }
    found.extend(headings);
    found
}

/// Names without their first character: 饰照明 where the text knows 灯饰照明, and 饰照 nowhere else without 灯 before it.
fn lost_first(extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut pairs: HashMap<[char; 2], HashMap<char, Vec<usize>>> = HashMap::new();
    for window in chars.windows(3).filter(|w| w[1..].iter().all(|(_, c)| is_han(*c))) {
        pairs.entry([window[1].1, window[2].1]).or_default().entry(window[0].1).or_default().push(window[1].0);
    }
    let mut found = Vec::new();
    let forms = extraction.entities.iter().flat_map(|(_, e)| std::iter::once(&e.name).chain(&e.aliases));
    let mut names: Vec<&str> = forms.map(String::as_str).filter(|n| (4..=8).contains(&n.chars().count())).collect();
    names.sort_unstable();
    names.dedup();
    let mut seen = HashSet::new();
    let spans: Vec<Span> = extraction.entities.iter().flat_map(|(_, e)| e.spans.iter().copied()).collect();
    let inside_name = |at: usize| spans.iter().any(|s| s.start < at && at < s.end);
    for name in names {
        let head: Vec<char> = name.chars().take(3).collect();
        let Some(neighbours) = pairs.get(&[head[1], head[2]]) else { continue };
        let usual = neighbours.get(&head[0]).map_or(0, Vec::len);
        let strays: Vec<(char, usize)> = neighbours
            .iter()
            .filter(|(c, _)| **c != head[0])
            .flat_map(|(c, at)| at.iter().map(|at| (*c, *at)))
            .collect();
        let tail = &name[head[0].len_utf8()..];
        // 企业设计 has not lost the 工 of 工业设计: 企 and 业 stand together elsewhere too.
        if let [(before, at)] = strays[..]
            && usual >= FAMILIAR
            && text[at..].starts_with(tail)
            && !inside_name(at)
            && seen.insert(at)
            && text.matches(&String::from_iter([before, head[1]])).count() == 1
        {
            let span = Span::new(at, at + tail.len());
            let Some(block) = extraction.document.block_of(span).map(|b| b.span) else { continue };
            let at = (extraction, around(text, span, block));
            found.push(Note { kind: "lost-character", detail: name.to_owned(), at, other: None }.finding());
        }
    }
    found
}

/// Towns whose name differs by one character from that of a town of the issuing place, and that is none itself.
fn misspelled_towns(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let divisions = &knowledge.divisions;
    let city = extraction.place.and_then(|id| divisions.at_rank(id, Rank::City));
    let Some(city) = city else { return Vec::new() };
    let towns: Vec<&str> =
        divisions.below(city).filter(|(_, d)| d.rank == Rank::Town).map(|(_, d)| d.name.as_str()).collect();
    let mut found = Vec::new();
    for (_, block) in blocks(extraction) {
        for end in knowledge.finding_rules.settings.town_ends.iter() {
            for (i, _) in block.of(text).match_indices(end.as_str()) {
                let stop = block.start + i;
                let Some((start, _)) = text[block.start..stop].char_indices().rev().nth(1) else { continue };
                let span = Span::new(block.start + start, stop + end.len());
                // Inside of a run of characters any two may stand before 镇 (古城古镇).
                if text[block.start..span.start].ends_with(is_han) {
                    continue;
                }
                let name = span.of(text);
                let province = divisions.at_rank(city, Rank::Province);
                let known = divisions.beginning_like(name).any(|(id, d)| {
                    let longer = d.name.len() > name.len() && text[span.start..].starts_with(&d.name);
                    longer || (d.name == name && divisions.at_rank(id, Rank::Province) == province)
                });
                let differs = |town: &&&str| {
                    let pairs = town.chars().zip(name.chars());
                    town.chars().count() == name.chars().count()
                        && pairs.clone().filter(|(a, b)| a != b).count() == 1
                        && town.chars().next() == name.chars().next()
                };
                if let Some(town) = towns.iter().find(differs).filter(|_| !known && name.chars().all(is_han)) {
                    let at = (extraction, span);
                    let detail = (*town).to_owned();
                    found.push(Note { kind: "place-misspelled", detail, at, other: None }.finding());
                }
            }
        }
    }
    found
}
