//! When a figure holds: what its clause says, else what the sentence said before it, else the time that the section or
//! the document looks back at.

use std::collections::BTreeMap;

use regex::Captures;

use super::Figure;
use super::number::{Number, Numerals, ONE};
use crate::diag::Span;
use crate::document::{Block, Document};
use crate::knowledge::{FigureRules, Outlook, PeriodRule};
use crate::search::{Anchors, Expression, Found, Hits, Sightings, Words, marks};

pub(super) struct Periods {
    rules: Vec<PeriodRule>,
    /// Of the rules, and behind them of `now`.
    pub(super) anchors: Anchors,
    now: Expression,
    year: Expression,
    dateline: Expression,
    numbered: Expression,
    outlook: Vec<Outlook>,
    looks_back: Expression,
    issued: Expression,
    happened: Expression,
    until: Words,
    compared: Words,
    from: Words,
    changes: Expression,
    standing: Expression,
    counted: Expression,
    numerals: Numerals,
}

/// The years that words such as 今年 and 全年 mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Years {
    /// That of 今年 and 目前.
    now: Option<i32>,
    /// That of 全年 and of a month without a year: the one that the section looks at, else this one.
    base: Option<i32>,
    /// Whether all that is counted here holds for the base year where nothing else is said.
    whole: bool,
}

/// How many bytes at the two ends of a document are looked through for its date.
const ENDS: usize = 600;

impl Periods {
    pub(super) fn new(rules: &FigureRules) -> Self {
        let now: Vec<String> = rules.now.iter().map(|w| regex::escape(w)).collect();
        let now = Expression::new(&now.join("|"));
        Self {
            anchors: Anchors::new(rules.period.iter().map(|p| p.pattern.as_str()).chain([now.as_str()])),
            rules: rules.period.clone(),
            now,
            year: rules.year.clone(),
            dateline: rules.dateline.clone(),
            numbered: rules.numbered.clone(),
            outlook: rules.outlook.clone(),
            looks_back: rules.looks_back.clone(),
            issued: rules.issued.clone(),
            happened: rules.happened.clone(),
            until: rules.until.clone(),
            compared: rules.compared.clone(),
            from: rules.from.clone(),
            changes: rules.changes.clone(),
            standing: rules.standing.clone(),
            counted: rules.counted.clone(),
            numerals: Numerals::new(rules),
        }
    }

    /// The years of `document`: now is that of the signature, else of the document's number, else of a date at its
    /// beginning or end, else of the title, else the one named most often.
    pub(super) fn years_of(&self, document: &Document) -> Years {
        let text = document.text.clean();
        let head = &document.head;
        let year = |c: Captures<'_>| c.name("y").and_then(|y| y.as_str().parse().ok());
        let signed = || head.date.as_ref().and_then(|d| d.text.get(..4)).and_then(|y| y.parse().ok());
        let numbered = || head.number.as_ref().and_then(|n| self.numbered.captures(&n.text)).and_then(year);
        let first = || self.dateline.captures(&text[..boundary(text, ENDS)]).and_then(year);
        let end = &text[boundary(text, text.len().saturating_sub(ENDS))..];
        let last = || self.dateline.captures_iter(end).last().and_then(year);
        let in_text = |text: &str| {
            let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
            // A plan bears the years that it is for.
            let titles = titles(text);
            let outside = |m: &regex::Match<'_>| !titles.iter().any(|t| t.contains(Span::new(m.start(), m.end())));
            let years = self.year.captures_iter(text).filter_map(|c| c.get(1)).filter(outside);
            for year in years.filter_map(|m| m.as_str().parse().ok()) {
                *counts.entry(year).or_default() += 1;
            }
            counts.into_iter().max_by_key(|(year, n)| (*n, *year)).map(|(year, _)| year)
        };
        let title = || head.title.as_ref().and_then(|t| in_text(&t.text));
        let now = signed().or_else(numbered).or_else(first).or_else(last).or_else(title).or_else(|| in_text(text));
        let years = Years { now, base: now, whole: false };
        let title = head.title.as_ref().map_or(Span::new(0, boundary(text, ENDS / 2)), |t| t.span);
        self.looked_at(title.of(text), years)
    }

    /// The years in the section that `block` begins, when it begins one that says what time it looks at: headings are
    /// short, and end without a full stop.
    pub(super) fn section_years(&self, text: &str, block: &Block, document: Years, before: Years) -> Years {
        let line = block.span.of(text).trim();
        if self.looks_back.is_match(line) {
            return Years { base: document.now.map(|y| y - 1), whole: true, ..document };
        }
        if !block.numbered || line.len() > 120 || line.contains('，') {
            return before;
        }
        if block.section.contains('（') {
            return before;
        }
        self.looked_at(line, document)
    }

    fn looked_at(&self, heading: &str, years: Years) -> Years {
        for rule in &self.outlook {
            let Some(c) = rule.pattern.found(heading) else { continue };
            let base = match rule.form.as_str() {
                "{now}" => years.now,
                "{last}" => years.now.map(|y| y - 1),
                _ => c.name("y").and_then(|y| y.as_str().parse().ok()),
            };
            return Years { base, whole: rule.whole, ..years };
        }
        years
    }

    /// The periods that `sentence` states, in the order of the text.
    pub(super) fn stated(
        &self,
        text: &str,
        sentence: Span,
        hits: &Hits,
        sightings: &mut Sightings,
        years: Years,
    ) -> Vec<Stated> {
        let line = sentence.of(text);
        let mut found: Vec<Stated> = Vec::new();
        let titles = titles(line);
        self.anchors.worth_trying_where(hits.within(sentence), sentence, sightings, |rule, starts| {
            let at = |m: regex::Match<'_>| Span::new(m.start(), m.end()).shifted(sentence.start);
            let mut put = |span: Span, period: String| {
                let inside = titles.iter().any(|t| t.shifted(sentence.start).overlaps(span));
                if !inside && !period.is_empty() {
                    let before = &text[sentence.start..span.start];
                    let reach = if self.compared.end(before) {
                        Reach::Nothing
                    } else if self.from.end(before) {
                        Reach::Next
                    } else if self.is_event(&text[sentence.start..span.start], &period, &text[span.end..sentence.end]) {
                        Reach::Clause
                    } else {
                        Reach::All
                    };
                    found.push(Stated { span, period, reach });
                }
            };
            match self.rules.get(rule) {
                Some(PeriodRule { pattern, form }) => {
                    for c in pattern.found_from(line, starts.iter().copied()) {
                        let span = c.get_match().span().shifted(sentence.start);
                        if let Some(period) = fill(form, &c, years, &self.numerals) {
                            put(span, period);
                        }
                    }
                }
                None => {
                    let year = years.now.map(|y| y.to_string()).unwrap_or_default();
                    self.now.find_iter(line).for_each(|m| put(at(m), year.clone()));
                }
            }
        });
        // An earlier rule says more of the same words.
        let mut kept: Vec<Stated> = Vec::with_capacity(found.len());
        let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
        for stated in found {
            let overlaps = taken.range(..stated.span.end).next_back().is_some_and(|(_, end)| *end > stated.span.start);
            if !overlaps {
                taken.insert(stated.span.start, stated.span.end);
                kept.push(stated);
            }
        }
        kept.sort_by_key(|s| s.span);
        kept
    }

    /// Whether `period` between the words before and behind it is only when something came to be.
    fn is_event(&self, before: &str, period: &str, behind: &str) -> bool {
        self.issued.is_match(behind) || (is_month(period) && !self.until.end(before) && self.happened.is_match(behind))
    }

    /// The periods of `numbers`, in their order. `carried` is what the sentence before said, which this one goes on with;
    /// it is given what this one leaves to the next.
    pub(super) fn of(
        &self,
        text: &str,
        numbers: &[(Span, Span)],
        stated: &[Stated],
        years: Years,
        carried: &mut String,
    ) -> Vec<String> {
        let mut from_changes = false;
        let periods = numbers.iter().enumerate().map(|(i, &(clause, number))| {
            let before = stated.iter().rev().filter(|s| s.span.end <= number.start);
            let gap = |s: &Stated| {
                let last = i.checked_sub(1).map_or(0, |i| numbers[i].1.end);
                s.reach == Reach::All || (s.reach == Reach::Next && s.span.end > last)
            };
            let own = before.clone().find(|s| (gap(s) || s.reach == Reach::Clause) && s.span.start + 3 >= clause.start);
            let lead = &text[clause.start.min(number.start)..number.start];
            let next = numbers.get(i + 1).filter(|(_, n)| n.start >= number.end);
            let start = next.is_some_and(|(_, n)| self.changes.is_match(&text[number.end..n.start]))
                && self.from.iter().any(|w| lead.rfind(w.as_str()).is_some_and(|at| lead.len() - at < 60));
            let changed = std::mem::replace(&mut from_changes, start);
            if start {
                // What it was before: only what stands right at it says when.
                let own = before.clone().find(|s| s.reach == Reach::Next && s.span.start + 3 >= clause.start);
                return own.map(|s| s.period.clone()).unwrap_or_default();
            }
            if let Some(own) = own {
                return own.period.clone();
            }
            let standing = !changed && self.standing.is_match(lead) && !self.counted.is_match(lead);
            if standing {
                return String::new();
            }
            // 6月投产，…；另一家…: what happened in a month says nothing of what is told behind a semicolon.
            let still = |s: &&Stated| !is_month(&s.period) || !text[s.span.end..number.start].contains('；');
            match before.clone().filter(|s| gap(s)).find(still) {
                Some(stated) => stated.period.clone(),
                None if !carried.is_empty() => carried.clone(),
                None if years.whole => years.base.map(|y| y.to_string()).unwrap_or_default(),
                None => String::new(),
            }
        });
        let periods = periods.collect();
        if let Some(last) = stated.iter().rev().find(|s| s.reach == Reach::All) {
            carried.clone_from(&last.period);
        }
        periods
    }
}

/// The nearest place at or before `at` where `text` can be cut.
fn boundary(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// Where titles in 《》 stand in `line`: a year in one says nothing of the figures beside it.
fn titles(line: &str) -> Vec<Span> {
    let mut titles = Vec::new();
    let mut open = None;
    for (at, c) in marks(line) {
        match c {
            '《' => open = open.or(Some(at)),
            '》' => titles.extend(open.take().map(|start| Span::new(start, at))),
            _ => {}
        }
    }
    titles
}

/// Of what a stated period holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Of all that follows.
    All,
    /// Of the number behind it alone.
    Next,
    /// Of its clause alone: it says when something came to be.
    Clause,
    /// Of none: something else is compared with it.
    Nothing,
}

/// A period at its place in a sentence.
pub(super) struct Stated {
    span: Span,
    period: String,
    reach: Reach,
}

/// Whether `period` is one month.
fn is_month(period: &str) -> bool {
    period.len() == "2024-06".len()
}

/// The form with its groups filled in; `None` when it needs the document's year and there is none.
fn fill(form: &str, c: &Found<'_, '_>, years: Years, numerals: &Numerals) -> Option<String> {
    let mut period = form.to_owned();
    for name in ["y", "y2"] {
        if let Some(m) = c.name(name) {
            period = period.replace(&format!("{{{name}}}"), m.as_str());
        }
    }
    for name in ["m", "m2", "n"] {
        if let Some(m) = c.name(name) {
            let month = numerals.value(m.as_str())? / ONE;
            if !(1..=12).contains(&month) {
                return None;
            }
            period = period.replace(&format!("{{{name}}}"), &format!("{month:02}"));
        }
    }
    let quarter = |year: i32| {
        let quarter = numerals.value(c.name("q")?.as_str())? / ONE;
        Some(format!("{year}-{:02}/{year}-{:02}", quarter * 3 - 2, quarter * 3))
    };
    let own = c.name("y").and_then(|y| y.as_str().parse().ok());
    if period.contains("{q}") {
        period = period.replace("{q}", &quarter(own.or(years.base)?)?);
    }
    if period.contains("{lastq}") {
        period = period.replace("{lastq}", &quarter(years.now? - 1)?);
    }
    for (name, year) in [("{now}", years.now), ("{base}", years.base), ("{last}", years.now.map(|y| y - 1))] {
        if period.contains(name) {
            period = period.replace(name, &year?.to_string());
        }
    }
    Some(period)
}

/// The first and the last day of a period: `2024`, `2025-06`, `2021/2023`, `2025-01/2025-07`.
pub fn days(period: &str) -> Option<(String, String)> {
    let (first, last) = period.split_once('/').unwrap_or((period, period));
    let part = |text: &str| -> Option<(i32, Option<u32>)> {
        let (year, month) = text.split_once('-').map_or((text, None), |(y, m)| (y, Some(m)));
        let month = month.map(|m| m.parse().ok().filter(|m| (1..=12).contains(m)));
        Some((year.parse().ok().filter(|y| (1000..=9999).contains(y))?, month.map_or(Some(None), |m| m.map(Some))?))
    };
    let ((year, month), (last_year, last_month)) = (part(first)?, part(last)?);
    let last_month = last_month.unwrap_or(12);
    let leap = last_year % 4 == 0 && (last_year % 100 != 0 || last_year % 400 == 0);
    let length = match last_month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    let from = format!("{year:04}-{:02}-01", month.unwrap_or(1));
    let to = format!("{last_year:04}-{last_month:02}-{length:02}");
    (from <= to).then_some((from, to))
}

/// The period from the day `from` to the day `to`, in the form of [`Figure::period`]; `None` where they are not the first
/// and last days of years or months.
pub fn written(from: &str, to: &str) -> Option<String> {
    let (year, rest) = from.split_once('-')?;
    let (last_year, last) = to.split_once('-')?;
    let (month, last_month) = (rest.strip_suffix("-01")?, last.split_once('-')?.0);
    let period = if (month, last_month) == ("01", "12") {
        if year == last_year { year.to_owned() } else { format!("{year}/{last_year}") }
    } else if (year, month) == (last_year, last_month) {
        format!("{year}-{month}")
    } else {
        format!("{year}-{month}/{last_year}-{last_month}")
    };
    (days(&period)? == (from.to_owned(), to.to_owned())).then_some(period)
}

/// Three numbers for three years: 2021-2023年分别为12、15、21个.
pub(super) fn share_years(numbers: &[Number], figures: &mut [Figure]) {
    let mut at = 0;
    while at < figures.len() {
        let (unit, period) = (&numbers[at].unit, figures[at].period.clone());
        let same = |(n, f): &(&Number, &Figure)| n.unit == *unit && n.rule != "FIG-range" && f.period == period;
        let run = numbers[at..].iter().zip(&figures[at..]).take_while(same).count();
        let years = years_of(&period).map(|(a, b)| (a, usize::try_from(b - a + 1).unwrap_or(0)));
        let fits = |(_, years): &(i32, usize)| *years > 1 && run >= *years && run.is_multiple_of(*years);
        // The same years may be gone through twice: …分别为12、15、21个，其中…分别为3个、4个、6个.
        if let Some((first, years)) = years.filter(fits) {
            for (i, figure) in figures[at..at + run].iter_mut().enumerate() {
                figure.period = (first + i32::try_from(i % years).unwrap_or(0)).to_string();
            }
        }
        at += run.max(1);
    }
}

fn years_of(period: &str) -> Option<(i32, i32)> {
    let (a, b) = period.split_once('/')?;
    Some((a.parse().ok()?, b.parse().ok()?))
}
