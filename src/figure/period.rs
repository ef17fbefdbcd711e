//! When a figure holds: what its clause says, else what the sentence said before it.

use regex::{Captures, Regex};

use super::number::Number;
use super::{Figure, number_span};
use crate::diag::Span;
use crate::entity::regex;
use crate::knowledge::FigureRules;

pub(super) struct Periods {
    rules: Vec<(Regex, String)>,
    now: Regex,
}

impl Periods {
    pub(super) fn new(rules: &FigureRules) -> Self {
        let now: Vec<String> = rules.now.iter().map(|w| ::regex::escape(w)).collect();
        Self {
            rules: rules.period.iter().map(|r| (regex(&r.pattern), r.form.clone())).collect(),
            now: regex(&now.join("|")),
        }
    }

    /// The period of the number at `span`: the last one stated before it in the sentence. `year` is the document's.
    pub(super) fn of(&self, text: &str, sentence: Span, span: Span, year: Option<i32>) -> String {
        let before = &text[sentence.start..span.start];
        let mut best: Option<(usize, usize, String)> = None;
        for (rank, (pattern, form)) in self.rules.iter().enumerate() {
            for c in pattern.captures_iter(before) {
                let Some(whole) = c.get(0) else { continue };
                let covered = best.as_ref().is_some_and(|b| whole.start() < b.0 || (whole.start() < b.0 + b.1));
                if !covered {
                    if let Some(period) = fill(form, &c, year) {
                        best = Some((whole.start(), whole.len(), period));
                    }
                }
                let _ = rank;
            }
        }
        match (best, self.now.find_iter(before).last()) {
            (Some((at, _, period)), Some(now)) if at > now.start() => period,
            (_, Some(_)) => year.map(|y| y.to_string()).unwrap_or_default(),
            (Some((_, _, period)), None) => period,
            (None, None) => String::new(),
        }
    }
}

/// The form with its groups filled in; `None` when it needs the document's year and there is none.
fn fill(form: &str, c: &Captures<'_>, year: Option<i32>) -> Option<String> {
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
        let quarter = match c.name("q")?.as_str() {
            "一" | "1" => 1,
            "二" | "2" => 2,
            "三" | "3" => 3,
            _ => 4,
        };
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
pub(super) fn share_years(text: &str, numbers: &[Number], figures: &mut [Figure]) {
    let _ = text;
    let mut at = 0;
    while at < figures.len() {
        let run = numbers[at..].iter().take_while(|n| n.unit == numbers[at].unit && n.rule != "FIG-range").count();
        let years = years_of(&figures[at].period);
        if let Some(first) = years.filter(|(a, b)| b - a + 1 == i32::try_from(run).unwrap_or(0) && run > 1).map(|y| y.0) {
            for (year, figure) in (first..).zip(&mut figures[at..at + run]) {
                figure.period = year.to_string();
            }
        }
        at += run.max(1);
    }
    debug_assert!(numbers.iter().zip(figures.iter()).all(|(n, f)| number_span(n) == f.span));
}

fn years_of(period: &str) -> Option<(i32, i32)> {
    let (a, b) = period.split_once('/')?;
    Some((a.parse().ok()?, b.parse().ok()?))
}
