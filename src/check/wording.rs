//! Wording that disagrees with itself: numbers and titles in two forms, words that ask for another, the addressee.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Finding, Note, Page, Place};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::entity::Entity;
use crate::graph::Extraction;
use crate::knowledge::Knowledge;
use crate::text::CharSpan;

/// The shortest title that is compared with others, in characters.
const SHORTEST_TITLE: usize = 10;
/// The shortest phrase that says a verb at both ends, in characters.
const SHORTEST_PHRASE: usize = 10;

pub(super) fn find(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(number(knowledge, extraction));
    found.extend(address(knowledge, extraction));
    found.extend(pairs(knowledge, extraction));
    found.extend(verbs(knowledge, extraction));
    found.extend(spellings(extraction));
    found.extend(countries(knowledge, extraction));
    found
}

/// The number of the proposal in the title, and another one like it in the opening paragraph.
fn number(knowledge: &Knowledge, extraction: &Extraction) -> Option<Finding> {
    let document = &extraction.document;
    let text = document.text.clean();
    let rule = &knowledge.finding_rules.settings.proposal;
    let title = document.head.title.as_ref()?.span;
    let of = |span: Span| {
        let c = rule.captures(span.of(text))?;
        let m = c.name("n")?;
        let whole = c.get(0)?;
        Some((m.as_str().to_owned(), Span::new(whole.start(), whole.end()).shifted(span.start)))
    };
    let (named, first) = of(title)?;
    let opening = document.blocks.iter().find(|b| b.kind == BlockKind::Opening)?;
    let (cited, second) = of(opening.span)?;
    let alike = strsim::levenshtein(&named, &cited) <= 2;
    (named != cited && alike).then(|| {
        let detail = format!("{named} / {cited}");
        Note { kind: "number-differs", detail, at: (extraction, first), other: Some((extraction, second)) }.finding()
    })
}

/// One and several addressees in one letter.
fn address(knowledge: &Knowledge, extraction: &Extraction) -> Option<Finding> {
    let settings = &knowledge.finding_rules.settings;
    let document = &extraction.document;
    let text = document.text.clean();
    let opening = document.blocks.iter().find(|b| b.kind == BlockKind::Opening)?.span;
    let words = opening.of(text);
    let several = words.find(settings.several.as_str())?;
    let mixed = |i: usize| words[i..].starts_with(settings.both.as_str());
    let one = words.match_indices(settings.one.as_str()).map(|(i, _)| i).find(|i| !mixed(*i))?;
    let span = |at: usize, word: &str| {
        let start = opening.start + at;
        let tail: usize = text[start + word.len()..opening.end].chars().take(8).map(char::len_utf8).sum();
        Span::new(start, start + word.len() + tail)
    };
    let at = (extraction, span(one, &settings.one));
    let other = Some((extraction, span(several, &settings.several)));
    Some(Note { kind: "address-differs", detail: String::new(), at, other }.finding())
}

/// 一方面 without 另一方面.
fn pairs(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let mut found = Vec::new();
    let blocks = &extraction.document.blocks;
    for [first, second] in &knowledge.finding_rules.settings.pairs {
        for (i, block) in blocks.iter().enumerate().filter(|(_, b)| b.kind == BlockKind::Body) {
            let line = block.span.of(text);
            let Some(at) = line.find(first.as_str()).filter(|at| {
                !second.ends_with(first.as_str()) || !line[..*at + first.len()].ends_with(second.as_str())
            }) else {
                continue;
            };
            // The second may open a paragraph of its own.
            let follows = blocks[i..].iter().take(6).any(|b| b.span.of(text).contains(second.as_str()));
            if !follows {
                let start = block.span.start + at;
                let tail: usize = text[start + first.len()..block.span.end].chars().take(16).map(char::len_utf8).sum();
                let at = (extraction, Span::new(start, start + first.len() + tail));
                found.push(Note { kind: "unpaired", detail: second.clone(), at, other: None }.finding());
            }
        }
    }
    found
}

/// 提升…能力提升的建议: one verb at both ends of a phrase.
fn verbs(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let settings = &knowledge.finding_rules.settings;
    let text = extraction.document.text.clean();
    let mut found = Vec::new();
    for block in extraction.document.blocks.iter().filter(|b| b.kind == BlockKind::Body) {
        let mut start = block.span.start;
        for piece in block.span.of(text).split_inclusive(['，', '。', '；', '、', '\n']) {
            let clause = piece.trim_end_matches(['，', '。', '；', '、', '\n']);
            let body =
                settings.phrase_end.ending(clause).next().map_or(clause, |end| &clause[..clause.len() - end.len()]);
            let verb = settings.verbs.starting(clause).find(|v| body.ends_with(v) && body.len() > 2 * v.len());
            if let Some(verb) = verb.filter(|_| body.chars().count() >= SHORTEST_PHRASE) {
                let at = (extraction, Span::new(start, start + clause.len()));
                found.push(Note { kind: "doubled", detail: verb.to_owned(), at, other: None }.finding());
            }
            start += piece.len();
        }
    }
    found
}

/// 泰国、伊朗等15个采购商: a list of countries that counts something else.
fn countries(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let Some(class) = knowledge.schema.class("Region") else { return Vec::new() };
    let text = extraction.document.text.clean();
    let mut names: Vec<Span> = extraction
        .entities
        .iter()
        .filter(|(_, e)| e.class == class)
        .flat_map(|(_, e)| e.spans.iter().copied())
        .collect();
    names.sort_unstable_by_key(|s| s.start);
    let counted = &knowledge.finding_rules.settings.counted_parties;
    let mut found = Vec::new();
    for (i, last) in names.iter().enumerate().skip(1) {
        let joined = |a: &Span, b: &Span| text.get(a.end..b.start) == Some("、");
        let Some(block) = extraction.document.block_of(*last).map(|b| b.span) else { continue };
        if !joined(&names[i - 1], last) {
            continue;
        }
        if let Some(hit) = text.get(last.end..block.end).and_then(|rest| counted.find(rest)) {
            let first = (0..i).rev().take_while(|j| joined(&names[*j], &names[*j + 1])).last().unwrap_or(i);
            let at = (extraction, Span::new(names[first].start, last.end + hit.end()));
            found.push(Note { kind: "odd-wording", detail: String::new(), at, other: None }.finding());
        }
    }
    found
}

/// Latin words that differ in case only.
fn spellings(extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let mut forms: BTreeMap<String, BTreeMap<&str, Span>> = BTreeMap::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_ascii_alphabetic() {
            start = start.or(Some(at));
        } else if let Some(from) = start.take() {
            let span = Span::new(from, at);
            let word = span.of(text);
            if word.len() >= 3 && !extraction.document.block_of(span).is_none_or(|b| b.kind == BlockKind::Contact) {
                forms.entry(word.to_ascii_lowercase()).or_default().entry(word).or_insert(span);
            }
        }
    }
    let mut found = Vec::new();
    for forms in forms.values().filter(|f| f.len() > 1) {
        let mut forms: Vec<(&str, Span)> = forms.iter().map(|(w, s)| (*w, *s)).collect();
        forms.sort_by_key(|(_, span)| span.start);
        let ((a, first), (b, second)) = (forms[0], forms[1]);
        let (at, other) = ((extraction, first), Some((extraction, second)));
        found.push(Note { kind: "spelling-differs", detail: format!("{a} / {b}"), at, other }.finding());
    }
    found
}

/// The title of a policy document, and where it is named first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Title {
    name: String,
    at: CharSpan,
    quote: String,
}

/// The titles in `extraction` that are long enough to be compared.
pub(super) fn titles_of(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Title> {
    let class = knowledge.schema.class("PolicyDocument");
    let entities = extraction.entities.iter().map(|(_, e)| e);
    let long = |e: &&Entity| Some(e.class) == class && e.name.chars().count() >= SHORTEST_TITLE;
    let title = |e: &Entity| {
        let Place { at, quote, .. } = Place::of(extraction, *e.spans.first()?);
        Some(Title { name: e.name.clone(), at, quote })
    };
    entities.filter(long).filter_map(title).collect()
}

/// Titles of documents that differ by one or two characters, figures aside. `pages` are sorted by their paths.
pub(super) fn titles(knowledge: &Knowledge, pages: &[Page<'_>]) -> Vec<Finding> {
    let mut places: BTreeMap<&str, (&str, &Title)> = BTreeMap::new();
    for page in pages {
        for title in &page.compared.titles {
            places.entry(&title.name).or_insert((page.path, title));
        }
    }
    // Titles that share neither their first nor their last four characters are not compared.
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in places.keys() {
        let chars: Vec<char> = name.chars().collect();
        groups.entry(chars[..4].iter().collect()).or_default().push(name);
        groups.entry(chars[chars.len() - 4..].iter().collect::<String>() + "$").or_default().push(name);
    }
    let rules = &knowledge.figure_rules;
    let numeral = |c: &char| c.is_numeric() || rules.digits.contains_key(c) || rules.places.contains_key(c);
    let mut found = Vec::new();
    for group in groups.values().map(|g| &g[..g.len().min(200)]) {
        for (i, a) in group.iter().enumerate() {
            for b in &group[i + 1..] {
                if alike(a, b, &numeral) {
                    let [first, second] = [a, b].map(|name| {
                        let (path, title) = places[name];
                        Place { path: path.to_owned(), at: title.at, quote: title.quote.clone() }
                    });
                    let (kind, detail) = ("title-differs".into(), format!("{a} / {b}"));
                    found.push(Finding { kind, detail, first, second: Some(second), concerns: Vec::new() });
                }
            }
        }
    }
    found
}

/// Whether two titles are one in two wordings: what differs are one or two characters, none of them a figure.
fn alike(a: &str, b: &str, numeral: &dyn Fn(&char) -> bool) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[front..], &b[front..]);
    let back = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&rest_a[..rest_a.len() - back], &rest_b[..rest_b.len() - back]);
    let rest = rest_a.len().max(rest_b.len());
    (1..=2).contains(&rest) && rest_a.len().abs_diff(rest_b.len()) <= 2 && !rest_a.iter().chain(rest_b).any(numeral)
}
