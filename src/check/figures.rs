//! Figures that disagree: with another value of the same, with the whole that they are a part of, with what can be.

use std::collections::BTreeMap;

use oxigraph::model::NamedNode;

use super::{Finding, Note};
use crate::diag::Span;
use crate::figure::{Figure, Qualifier};
use crate::graph::{Extraction, figure_iri};
use crate::knowledge::{FindingSettings, Knowledge};

/// Two indicators must share so many characters in a row to be the same in other words.
const COMMON: usize = 6;
/// The shortest indicator that is compared, in characters.
const SHORTEST: usize = 4;
/// How many figures of one subject and unit are compared with each other.
const MANY: usize = 300;
/// Numbers with fewer digits stand beside each other by chance.
const TELLING_DIGITS: usize = 3;
/// Two numbers for one thing differ by no more than this share.
const NEAR: f64 = 0.05;

/// A figure as it is compared.
struct Row<'a> {
    extraction: &'a Extraction,
    n: usize,
    figure: &'a Figure,
    value: f64,
    key: Vec<char>,
}

impl Row<'_> {
    fn iri(&self) -> NamedNode {
        figure_iri(self.extraction, self.n)
    }

    fn sentence(&self) -> Span {
        self.extraction.document.sentence_of(self.figure.span)
    }

    /// The words from the beginning of its clause.
    fn words(&self) -> Span {
        let text = self.extraction.document.text.clean();
        let sentence = self.sentence();
        let start = text[sentence.start..self.figure.span.start].rfind(['，', '；', '。', '：', '、']);
        let start = start.map_or(sentence.start, |i| {
            let at = sentence.start + i;
            at + text[at..].chars().next().map_or(0, char::len_utf8)
        });
        Span::new(start, self.figure.span.end)
    }

    /// The least and the most that it may mean.
    fn bounds(&self) -> (f64, f64) {
        match self.figure.qualifier {
            Qualifier::Exact => (self.value, self.value),
            Qualifier::Over => (self.value, self.value * 1.5),
            Qualifier::About => (self.value * 0.9, self.value * 1.1),
            Qualifier::Nearly => (self.value * 0.8, self.value),
            Qualifier::UpTo => (f64::NEG_INFINITY, self.value),
        }
    }
}

fn rows<'a>(settings: &FindingSettings, extraction: &'a Extraction) -> Vec<Row<'a>> {
    let figures = extraction.figures.iter().enumerate();
    figures
        .filter_map(|(n, figure)| {
            let value = figure.value.parse().ok()?;
            Some(Row { extraction, n, figure, value, key: key(settings, &figure.indicator) })
        })
        .collect()
}

/// An indicator without what does not tell it apart.
fn key(settings: &FindingSettings, indicator: &str) -> Vec<char> {
    let mut words: String = indicator.chars().filter(|c| c.is_alphanumeric()).collect();
    for noise in &settings.noise {
        words = words.replace(noise.as_str(), "");
    }
    words.chars().collect()
}

/// Whether two indicators are the same, in the same or in other words.
fn same(settings: &FindingSettings, a: &Row<'_>, b: &Row<'_>) -> bool {
    let (short, long) = if a.key.len() <= b.key.len() { (&a.key, &b.key) } else { (&b.key, &a.key) };
    if short.len() < SHORTEST || long.len() > short.len() * 2 + 2 {
        return false;
    }
    if short == long {
        return true;
    }
    let tells = |w: &&String| {
        let (x, y) = (a.figure.indicator.contains(w.as_str()), b.figure.indicator.contains(w.as_str()));
        x != y
    };
    let level = |row: &Row<'_>| settings.levels.iter().find(|w| row.figure.indicator.contains(w.as_str()));
    if let (Some(x), Some(y)) = (level(a), level(b))
        && x != y
    {
        return false;
    }
    let common = longest_common(short, long);
    common >= COMMON && common * 4 >= short.len() * 3 && !settings.telling.iter().any(|w| tells(&w))
}

fn longest_common(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut longest = 0;
    for x in a {
        let mut row = vec![0; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            if x == y {
                row[j + 1] = before[j] + 1;
                longest = longest.max(row[j + 1]);
            }
        }
        before = row;
    }
    longest
}

fn pair(kind: &str, a: &Row<'_>, b: &Row<'_>) -> Finding {
    let said = |row: &Row<'_>| row.extraction.document.text.quote(row.figure.span);
    let detail = format!("{} / {}", said(a), said(b));
    let (at, other) = ((a.extraction, a.words()), Some((b.extraction, b.words())));
    let mut finding = Note { kind, detail, at, other }.finding();
    finding.concerns = vec![a.iri(), b.iri()];
    finding
}

/// What one document says that cannot be.
pub(super) fn within(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let settings = &knowledge.finding_rules.settings;
    let text = extraction.document.text.clean();
    let rows = rows(settings, extraction);
    let mut found = Vec::new();
    for row in &rows {
        let share = row.figure.unit == "%" && row.value > 100.0 && !row.figure.planned;
        if share && settings.share.is_match(&row.figure.indicator) {
            let at = (extraction, row.words());
            let mut finding = Note { kind: "share-over-100", detail: String::new(), at, other: None }.finding();
            finding.concerns.push(row.iri());
            found.push(finding);
        }
    }
    let mut at = 0;
    while at < rows.len() {
        let sentence = rows[at].sentence();
        let run = rows[at..].iter().take_while(|r| r.sentence() == sentence).count();
        let group = &rows[at..at + run];
        found.extend(parts(settings, text, group));
        found.extend(totals(settings, text, group));
        at += run;
    }
    found
}

/// 其中: parts that are larger than the whole before them.
fn parts(settings: &FindingSettings, text: &str, group: &[Row<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for i in 1..group.len() {
        let (whole, part) = (&group[i - 1], &group[i]);
        let between = &text[whole.figure.span.end.min(part.figure.span.start)..part.figure.span.start];
        let counts = !matches!(part.figure.unit.as_str(), "%" | "") && &*part.figure.rule != "FIG-rank";
        let same = whole.figure.unit == part.figure.unit && counts;
        let exact = whole.figure.qualifier != Qualifier::Over;
        if same && exact && settings.parts.within(between) && part.bounds().0 > whole.bounds().1 {
            found.push(pair("part-exceeds-whole", part, whole));
        }
    }
    found
}

/// 甲75人、乙18人共93人: parts that do not add up to the total named behind them.
fn totals(settings: &FindingSettings, text: &str, group: &[Row<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for i in 2..group.len() {
        let total = &group[i];
        let gap =
            |j: usize| &text[group[j - 1].figure.span.end.min(group[j].figure.span.start)..group[j].figure.span.start];
        let before = gap(i);
        let direct = before.chars().count() <= 6 && settings.total.is_match(before.trim_end());
        if !direct || total.figure.qualifier != Qualifier::Exact {
            continue;
        }
        let fits = |row: &Row<'_>| row.figure.unit == total.figure.unit && row.figure.qualifier == Qualifier::Exact;
        let joined = |j: usize| j + 1 == i || (gap(j + 1).contains('、') && !gap(j + 1).contains(['，', '；']));
        let first = (0..i).rev().take_while(|j| fits(&group[*j]) && joined(*j)).last();
        let Some(first) = first.filter(|first| i - first >= 2) else { continue };
        let sum: f64 = group[first..i].iter().map(|r| r.value).sum();
        if (sum - total.value).abs() > 1e-6 * total.value.abs().max(1.0) {
            found.push(pair("sum-differs", total, &group[first]));
        }
    }
    found
}

/// What documents say differently of the same. `documents` are sorted by their paths.
pub(super) fn between(knowledge: &Knowledge, documents: &[&Extraction]) -> Vec<Finding> {
    let settings = &knowledge.finding_rules.settings;
    let all: Vec<Row<'_>> = documents.iter().flat_map(|e| rows(settings, e)).collect();
    let mut groups: BTreeMap<(String, &str), Vec<&Row<'_>>> = BTreeMap::new();
    for row in &all {
        let Some(subject) = row.figure.subject else { continue };
        let iri = row.extraction.entities.in_graph(&knowledge.schema, subject).iri;
        if !row.figure.planned && !matches!(&*row.figure.rule, "FIG-range" | "FIG-rank") {
            groups.entry((iri.as_str().to_owned(), &row.figure.unit)).or_default().push(row);
        }
    }
    let mut found = Vec::new();
    for group in groups.values().filter(|g| g.len() > 1) {
        let group = &group[..group.len().min(MANY)];
        for (i, a) in group.iter().enumerate() {
            for b in &group[i + 1..] {
                found.extend(compared(settings, a, b));
            }
        }
    }
    found.extend(beside(&all));
    found
}

/// Two figures of one subject and unit.
fn compared(settings: &FindingSettings, a: &Row<'_>, b: &Row<'_>) -> Option<Finding> {
    let alone = std::ptr::eq(a.extraction, b.extraction);
    let ((a_low, a_high), (b_low, b_high)) = (a.bounds(), b.bounds());
    let apart = a_low > b_high || b_low > a_high;
    if !apart || (alone && a.sentence() == b.sentence()) || !same(settings, a, b) {
        return None;
    }
    let period = a.figure.period == b.figure.period && (alone || !a.figure.period.is_empty());
    if period {
        return Some(pair("figures-differ", a, b));
    }
    let date = |row: &Row<'_>| row.extraction.document.head.date.as_ref().map(|d| d.text.clone());
    let (first, second) = (date(a)?, date(b)?);
    let (earlier, later) = if first < second { (a, b) } else { (b, a) };
    let cumulative = |row: &Row<'_>| {
        let text = row.extraction.document.text.clean();
        settings.cumulative.within(row.words().of(text))
    };
    let bounded = |row: &Row<'_>| row.figure.period.contains('/') && !row.figure.period.contains("20");
    let falls = first != second && later.bounds().1 < earlier.bounds().0 && !bounded(later);
    (falls && cumulative(earlier) && cumulative(later) && earlier.key == later.key)
        .then(|| pair("total-decreases", later, earlier))
}

/// Two documents that give the same number, and behind it two that nearly agree: 4581家 … 88%, 4581家 … 88.1%.
fn beside(all: &[Row<'_>]) -> Vec<Finding> {
    let mut places: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (i, row) in all.iter().enumerate() {
        let digits = row.figure.value.trim_end_matches('0').chars().filter(char::is_ascii_digit).count();
        if digits >= TELLING_DIGITS && row.figure.qualifier == Qualifier::Exact {
            places.entry((&row.figure.value, &row.figure.unit)).or_default().push(i);
        }
    }
    let mut found = Vec::new();
    for places in places.values().filter(|p| (2..MANY).contains(&p.len())) {
        for (n, &i) in places.iter().enumerate() {
            for &j in &places[n + 1..] {
                let (Some(a), Some(b)) = (all.get(i + 1), all.get(j + 1)) else { continue };
                let apart = !std::ptr::eq(all[i].extraction, all[j].extraction);
                let follows = |first: &Row<'_>, next: &Row<'_>| {
                    std::ptr::eq(first.extraction, next.extraction) && first.sentence() == next.sentence()
                };
                let near = (a.value - b.value).abs() <= NEAR * a.value.abs().max(b.value.abs());
                let ends = |row: &Row<'_>| row.key.last().copied();
                let exact = a.figure.qualifier == Qualifier::Exact && b.figure.qualifier == Qualifier::Exact;
                if apart
                    && follows(&all[i], a)
                    && follows(&all[j], b)
                    && a.figure.unit == b.figure.unit
                    && near
                    && exact
                    && a.value.to_bits() != b.value.to_bits()
                    && ends(a) == ends(b)
                {
                    found.push(pair("figures-differ", a, b));
                }
            }
        }
    }
    found
}
