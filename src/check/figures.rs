//! Figures that disagree: with another value of the same, with the whole that they are a part of, with what can be.

use foldhash::{HashMap, HashMapExt as _};
use oxigraph::model::NamedNode;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Finding, Page, Place};
use crate::diag::Span;
use crate::entity::EntityId;
use crate::figure::{Figure, Qualifier};
use crate::graph::{Extraction, figure_iri};
use crate::knowledge::{FindingSettings, Knowledge};
use crate::text::CharSpan;

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

/// A figure as it is compared, also when its document is not at hand any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    /// Its place among the figures of the document.
    n: u32,
    /// What it is about: a place in the order of [`Entities::iter`](crate::entity::Entities::iter).
    subject: Option<u32>,
    value: String,
    unit: String,
    number: f64,
    qualifier: Qualifier,
    indicator: String,
    /// The indicator without what does not tell it apart.
    key: String,
    period: String,
    planned: bool,
    /// Whether it is an end of a range.
    ranges: bool,
    /// Whether it is a place in a list.
    ranks: bool,
    /// Whether it is said to be a total up to now.
    cumulative: bool,
    span: Span,
    sentence: Span,
    /// The first character of the figure in the original.
    start: u32,
    /// The words of the figure alone.
    said: String,
    /// The words from the beginning of its clause, and where they stand in the original.
    words: String,
    at: CharSpan,
}

impl Row {
    /// The least and the most that it may mean.
    fn bounds(&self) -> (f64, f64) {
        match self.qualifier {
            Qualifier::Exact => (self.number, self.number),
            Qualifier::Over => (self.number, self.number * 1.5),
            Qualifier::About => (self.number * 0.9, self.number * 1.1),
            Qualifier::Nearly => (self.number * 0.8, self.number),
            Qualifier::UpTo => (f64::NEG_INFINITY, self.number),
        }
    }

    fn place(&self, path: &str) -> Place {
        Place { path: path.to_owned(), at: self.at, quote: self.words.clone() }
    }

    fn iri(&self, path: &str) -> NamedNode {
        figure_iri(path, self.start, &self.value, &self.unit, self.n as usize)
    }
}

/// The figures of `extraction` as they are compared.
pub(super) fn rows(settings: &FindingSettings, extraction: &Extraction) -> Vec<Row> {
    let text = &extraction.document.text;
    let places: HashMap<EntityId, u32> = extraction.entities.iter().map(|(id, _)| id).zip(0..).collect();
    let row = |(n, figure): (usize, &Figure)| {
        let sentence = extraction.document.sentence_of(figure.span);
        let words = clause(text.clean(), sentence, figure.span);
        Some(Row {
            n: u32::try_from(n).ok()?,
            subject: figure.subject.and_then(|id| places.get(&id).copied()),
            value: figure.value.clone(),
            unit: figure.unit.clone(),
            number: figure.value.parse().ok()?,
            qualifier: figure.qualifier,
            indicator: figure.indicator.clone(),
            key: key(settings, &figure.indicator),
            period: figure.period.clone(),
            planned: figure.planned,
            ranges: &*figure.rule == "FIG-range",
            ranks: &*figure.rule == "FIG-rank",
            cumulative: settings.cumulative.within(words.of(text.clean())),
            span: figure.span,
            sentence,
            start: text.original(figure.span).start,
            said: text.quote(figure.span),
            words: text.quote(words),
            at: text.original(words),
        })
    };
    extraction.figures.iter().enumerate().filter_map(row).collect()
}

/// The words from the beginning of the clause of a figure up to its end.
fn clause(text: &str, sentence: Span, figure: Span) -> Span {
    let start = text[sentence.start..figure.start].rfind(['，', '；', '。', '：', '、']);
    let start = start.map_or(sentence.start, |i| {
        let at = sentence.start + i;
        at + text[at..].chars().next().map_or(0, char::len_utf8)
    });
    Span::new(start, figure.end)
}

/// An indicator without what does not tell it apart.
fn key(settings: &FindingSettings, indicator: &str) -> String {
    let mut words: String = indicator.chars().filter(|c| c.is_alphanumeric()).collect();
    for noise in &settings.noise {
        words = words.replace(noise.as_str(), "");
    }
    words
}

/// Whether two indicators are the same, in the same or in other words.
fn same(settings: &FindingSettings, a: &Row, b: &Row) -> bool {
    let [x, y] = [a, b].map(|row| row.key.chars().collect::<Vec<char>>());
    let (short, long) = if x.len() <= y.len() { (&x, &y) } else { (&y, &x) };
    if short.len() < SHORTEST || long.len() > short.len() * 2 + 2 {
        return false;
    }
    if short == long {
        return true;
    }
    let tells = |w: &&String| a.indicator.contains(w.as_str()) != b.indicator.contains(w.as_str());
    let level = |row: &Row| settings.levels.iter().find(|w| row.indicator.contains(w.as_str()));
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

/// A row with the path of its document.
type Of<'a> = (&'a str, &'a Row);

fn pair(kind: &str, a: Of<'_>, b: Of<'_>) -> Finding {
    let ((path, a), (other, b)) = (a, b);
    Finding {
        kind: kind.into(),
        detail: format!("{} / {}", a.said, b.said),
        first: a.place(path),
        second: Some(b.place(other)),
        concerns: vec![a.iri(path), b.iri(other)],
    }
}

/// What one document says that cannot be.
pub(super) fn within(knowledge: &Knowledge, extraction: &Extraction, rows: &[Row]) -> Vec<Finding> {
    let settings = &knowledge.finding_rules.settings;
    let (path, text) = (extraction.path.as_str(), extraction.document.text.clean());
    let mut found = Vec::new();
    for row in rows {
        let share = row.unit == "%" && row.number > 100.0 && !row.planned;
        if share && settings.share.is_match(&row.indicator) {
            let (kind, concerns) = ("share-over-100".into(), vec![row.iri(path)]);
            found.push(Finding { kind, detail: String::new(), first: row.place(path), second: None, concerns });
        }
    }
    for group in rows.chunk_by(|a, b| a.sentence == b.sentence) {
        found.extend(parts(settings, path, text, group));
        found.extend(totals(settings, path, text, group));
    }
    found
}

/// 其中: parts that are larger than the whole before them.
fn parts(settings: &FindingSettings, path: &str, text: &str, group: &[Row]) -> Vec<Finding> {
    let mut found = Vec::new();
    for i in 1..group.len() {
        let (whole, part) = (&group[i - 1], &group[i]);
        let between = &text[whole.span.end.min(part.span.start)..part.span.start];
        let counts = !matches!(part.unit.as_str(), "%" | "") && !part.ranks;
        let same = whole.unit == part.unit && counts;
        let exact = whole.qualifier != Qualifier::Over;
        if same && exact && settings.parts.within(between) && part.bounds().0 > whole.bounds().1 {
            found.push(pair("part-exceeds-whole", (path, part), (path, whole)));
        }
    }
    found
}

/// 甲75人、乙18人共93人: parts that do not add up to the total named behind them.
fn totals(settings: &FindingSettings, path: &str, text: &str, group: &[Row]) -> Vec<Finding> {
    let mut found = Vec::new();
    for i in 2..group.len() {
        let total = &group[i];
        let gap = |j: usize| &text[group[j - 1].span.end.min(group[j].span.start)..group[j].span.start];
        let before = gap(i);
        let direct = before.chars().count() <= 6 && settings.total.is_match(before.trim_end());
        if !direct || total.qualifier != Qualifier::Exact {
            continue;
        }
        let fits = |row: &Row| row.unit == total.unit && row.qualifier == Qualifier::Exact;
        let joined = |j: usize| j + 1 == i || (gap(j + 1).contains('、') && !gap(j + 1).contains(['，', '；']));
        let first = (0..i).rev().take_while(|j| fits(&group[*j]) && joined(*j)).last();
        let Some(first) = first.filter(|first| i - first >= 2) else { continue };
        let sum: f64 = group[first..i].iter().map(|r| r.number).sum();
        if (sum - total.number).abs() > 1e-6 * total.number.abs().max(1.0) {
            found.push(pair("sum-differs", (path, total), (path, &group[first])));
        }
    }
    found
}

/// What documents say differently of the same. `pages` are sorted by their paths.
pub(super) fn between(knowledge: &Knowledge, pages: &[Page<'_>]) -> Vec<Finding> {
    let settings = &knowledge.finding_rules.settings;
    let mut groups: HashMap<(&str, &str), Vec<(&Page<'_>, &Row)>> = HashMap::new();
    for page in pages {
        for row in page.compared.figures.iter().filter(|row| !row.planned && !row.ranges && !row.ranks) {
            if let Some(subject) = row.subject {
                let iri = page.names[subject as usize].iri.as_str();
                groups.entry((iri, &row.unit)).or_default().push((page, row));
            }
        }
    }
    let groups: Vec<_> = groups.into_values().filter(|g| g.len() > 1).collect();
    let found = groups.par_iter().flat_map_iter(|group| disagreements(settings, &group[..group.len().min(MANY)]));
    let mut found: Vec<Finding> = found.collect();
    found.extend(beside(pages));
    found
}

/// What disagrees among figures of one subject and unit. Words become numbers first: a large group has many pairs and few
/// wordings.
fn disagreements(settings: &FindingSettings, group: &[(&Page<'_>, &Row)]) -> Vec<Finding> {
    let mut words: HashMap<&str, usize> = HashMap::new();
    let mut number = |word| {
        let next = words.len();
        *words.entry(word).or_insert(next)
    };
    let sides: Vec<Side<'_>> = group
        .iter()
        .map(|(page, row)| Side {
            path: page.path,
            date: page.compared.date.as_str(),
            row,
            bounds: row.bounds(),
            document: number(page.path),
            period: number(&row.period),
            indicator: number(&row.indicator),
        })
        .collect();
    let mut alike: HashMap<(usize, usize), bool> = HashMap::new();
    let mut found = Vec::new();
    for (i, a) in sides.iter().enumerate() {
        for b in &sides[i + 1..] {
            let mut same =
                || *alike.entry((a.indicator, b.indicator)).or_insert_with(|| self::same(settings, a.row, b.row));
            if a.may_disagree(b) && same() {
                found.extend(compared(a, b));
            }
        }
    }
    found
}

/// A figure of a group.
struct Side<'a> {
    path: &'a str,
    date: &'a str,
    row: &'a Row,
    bounds: (f64, f64),
    /// Numbers of words; the same word has the same one.
    document: usize,
    period: usize,
    indicator: usize,
}

impl<'a> Side<'a> {
    fn of(&self) -> Of<'a> {
        (self.path, self.row)
    }

    /// Whether the two are about one period. What one text says without a period is.
    fn same_period(&self, other: &Self) -> bool {
        self.period == other.period && (self.document == other.document || !self.row.period.is_empty())
    }

    /// Whether the values are apart, and it would matter if the two had one indicator.
    fn may_disagree(&self, other: &Self) -> bool {
        let apart = self.bounds.0 > other.bounds.1 || other.bounds.0 > self.bounds.1;
        let dated = !self.date.is_empty() && !other.date.is_empty();
        let beside = self.document == other.document && self.row.sentence == other.row.sentence;
        apart && (dated || self.same_period(other)) && !beside
    }
}

/// Two figures of one subject, unit and indicator with values that are apart.
fn compared(a: &Side<'_>, b: &Side<'_>) -> Option<Finding> {
    if a.same_period(b) {
        return Some(pair("figures-differ", a.of(), b.of()));
    }
    let (earlier, later) = if a.date < b.date { (a, b) } else { (b, a) };
    let bounded = later.row.period.contains('/') && !later.row.period.contains("20");
    let falls = earlier.date != later.date && later.bounds.1 < earlier.bounds.0 && !bounded;
    let totals = earlier.row.cumulative && later.row.cumulative && earlier.row.key == later.row.key;
    (falls && totals).then(|| pair("total-decreases", later.of(), earlier.of()))
}

/// Two documents that give the same number, and behind it two that nearly agree: 4581家 … 88%, 4581家 … 88.1%.
fn beside(pages: &[Page<'_>]) -> Vec<Finding> {
    // By value and unit the place of each number that tells: its page and its row, when another row follows.
    let mut places: HashMap<(&str, &str), Vec<(&Page<'_>, usize)>> = HashMap::new();
    for page in pages {
        let rows = &page.compared.figures;
        for (i, row) in rows.iter().enumerate() {
            let digits = row.value.trim_end_matches('0').chars().filter(char::is_ascii_digit).count();
            if digits >= TELLING_DIGITS && row.qualifier == Qualifier::Exact {
                places.entry((&row.value, &row.unit)).or_default().push((page, i));
            }
        }
    }
    let mut found = Vec::new();
    for places in places.values().filter(|p| (2..MANY).contains(&p.len())) {
        for (n, (page, i)) in places.iter().enumerate() {
            for (other, j) in places[n + 1..].iter().filter(|(other, _)| other.path != page.path) {
                let (rows, others) = (&page.compared.figures, &other.compared.figures);
                let (Some(a), Some(b)) = (rows.get(i + 1), others.get(j + 1)) else { continue };
                let follows = |first: &Row, next: &Row| first.sentence == next.sentence;
                let near = (a.number - b.number).abs() <= NEAR * a.number.abs().max(b.number.abs());
                let exact = a.qualifier == Qualifier::Exact && b.qualifier == Qualifier::Exact;
                if follows(&rows[*i], a)
                    && follows(&others[*j], b)
                    && a.unit == b.unit
                    && near
                    && exact
                    && a.number.to_bits() != b.number.to_bits()
                    && a.key.chars().next_back() == b.key.chars().next_back()
                {
                    found.push(pair("figures-differ", (page.path, a), (other.path, b)));
                }
            }
        }
    }
    found
}
