//! When a figure holds: what its clause says, else what the sentence said before it.

use std::collections::BTreeMap;

use regex::Captures;

use super::Figure;
use super::number::{Number, Numerals, ONE};
use crate::diag::Span;
use crate::document::Document;
use crate::knowledge::{Anchors, Expression, FigureRules, PeriodRule};

pub(super) struct Periods {
    rules: Vec<PeriodRule>,
    /// Of the rules, and behind them of `now`.
    anchors: Anchors,
    now: Expression,
    year: Expression,
    numerals: Numerals,
}

impl Periods {
    pub(super) fn new(rules: &FigureRules) -> Self {
        let now: Vec<String> = rules.now.iter().map(|w| regex::escape(w)).collect();
        let now = Expression::new(&now.join("|"));
        Self {
            anchors: Anchors::new(rules.period.iter().map(|p| p.pattern.as_str()).chain([now.as_str()])),
            rules: rules.period.clone(),
            now,
            year: rules.year.clone(),
            numerals: Numerals::new(rules),
        }
    }

    /// The year that 今年 and 目前 mean: that of the signature, else of the title, else the one named most often.
    pub(super) fn year_of(&self, document: &Document) -> Option<i32> {
        let signed = document.head.date.as_ref().and_then(|d| d.text.get(..4)).and_then(|y| y.parse().ok());
        let in_text = |text: &str| {
            let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
            for year in self.year.captures_iter(text).filter_map(|c| c[1].parse().ok()) {
                *counts.entry(year).or_default() += 1;
            }
            counts.into_iter().max_by_key(|(year, n)| (*n, *year)).map(|(year, _)| year)
        };
        let title = document.head.title.as_ref().and_then(|t| in_text(&t.text));
        signed.or(title).or_else(|| in_text(document.text.clean()))
    }

    /// The periods that `sentence` states, in the order of the text. `year` is the document's.
    pub(super) fn stated(&self, text: &str, sentence: Span, year: Option<i32>) -> Vec<Stated> {
        let line = sentence.of(text);
        let mut found: Vec<Stated> = Vec::new();
        let mut tried = Vec::new();
        self.anchors.worth_trying(line, &mut tried);
        for rule in tried {
            let at = |m: regex::Match<'_>| Span::new(m.start(), m.end()).shifted(sentence.start);
            match self.rules.get(rule) {
                Some(PeriodRule { pattern, form }) => {
                    for c in pattern.captures_iter(line) {
                        let Some(span) = c.get(0).map(at) else { continue };
                        // An earlier rule says more of the same words.
                        if !found.iter().any(|s| s.span.overlaps(span))
                            && let Some(period) = fill(form, &c, year, &self.numerals)
                        {
                            found.push(Stated { span, period });
                        }
                    }
                }
                None => {
                    let now = |m| Stated { span: at(m), period: year.map(|y| y.to_string()).unwrap_or_default() };
                    found.extend(self.now.find_iter(line).map(now));
                }
            }
        }
        found.sort_by_key(|s| s.span);
        found
    }
}

/// A period at its place in a sentence.
pub(super) struct Stated {
    span: Span,
    period: String,
}

/// The period of the number at `span`: the last one stated before it.
pub(super) fn of(stated: &[Stated], span: Span) -> String {
    let before = stated.iter().rev().find(|s| s.span.end <= span.start);
    before.map(|s| s.period.clone()).unwrap_or_default()
}

/// The form with its groups filled in; `None` when it needs the document's year and there is none.
fn fill(form: &str, c: &Captures<'_>, year: Option<i32>, numerals: &Numerals) -> Option<String> {
    let mut period = form.to_owned();
    for name in ["y", "y2"] {
        if let Some(m) = c.name(name) {
            period = period.replace(&format!("{{{name}}}"), m.as_str());
        }
    }
    for name in ["m", "m2"] {
        if let Some(month) = c.name(name).and_then(|m| m.as_str().parse::<u32>().ok()) {
            if !(1..=12).contains(&month) {
                return None;
            }
            period = period.replace(&format!("{{{name}}}"), &format!("{month:02}"));
        }
    }
    if period.contains("{q}") {
        let y = match c.name("y") {
            Some(y) => y.as_str().to_owned(),
            None => year?.to_string(),
        };
        let quarter = numerals.value(c.name("q")?.as_str())? / ONE;
        period = period.replace("{q}", &format!("{y}-{:02}/{y}-{:02}", quarter * 3 - 2, quarter * 3));
    }
    if period.contains("{now}") {
        period = period.replace("{now}", &year?.to_string());
    }
    if period.contains("{last}") {
        period = period.replace("{last}", &(year? - 1).to_string());
    }
    Some(period)
}

/// Three numbers for three years: 2021-2023年分别为243、299、410个.
pub(super) fn share_years(numbers: &[Number], figures: &mut [Figure]) {
    let mut at = 0;
    while at < figures.len() {
        let run = numbers[at..].iter().take_while(|n| n.unit == numbers[at].unit && n.rule != "FIG-range").count();
        let years = years_of(&figures[at].period);
        if let Some(first) = years.filter(|(a, b)| b - a + 1 == i32::try_from(run).unwrap_or(0) && run > 1).map(|y| y.0)
        {
            for (year, figure) in (first..).zip(&mut figures[at..at + run]) {
                figure.period = year.to_string();
            }
        }
        at += run.max(1);
    }
}

fn years_of(period: &str) -> Option<(i32, i32)> {
    let (a, b) = period.split_once('/')?;
    Some((a.parse().ok()?, b.parse().ok()?))
}
