//! What a number counts, in the words of the document.

use super::number::Number;
use crate::diag::Span;
use crate::knowledge::Knowledge;
use crate::ontology::{Class, Classes};

pub(super) struct Indicators {
    front: Vec<String>,
    end: Vec<String>,
    stops: Vec<String>,
    common: Classes,
}

/// The longest indicator, in characters.
const LONGEST: usize = 24;

impl Indicators {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let by_length = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_by_key(|w| std::cmp::Reverse(w.len()));
            words
        };
        let rules = &knowledge.figure_rules;
        Self {
            front: by_length(&rules.indicator_drop_front),
            end: by_length(&rules.indicator_drop_end),
            stops: by_length(&rules.indicator_stops),
            common: knowledge.classes(&rules.number_inside),
        }
    }

    /// Whether numbers may stand inside names of `class` and still count something.
    pub(super) fn is_common(&self, class: Class) -> bool {
        self.common.contains(class)
    }

    /// The indicator of `number`: the noun behind it, else the words before it in its clause.
    pub(super) fn of(&self, text: &str, clause: Span, number: &Number, from: usize, until: usize) -> String {
        let after = &text[number.span.end..clause.end.min(until).max(number.span.end)];
        let mut noun = after;
        for stop in &self.stops {
            if let Some(at) = noun.find(stop.as_str()) {
                noun = &noun[..at];
            }
        }
        let noun = noun
            .trim_start_matches('的')
            .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '“' | '”' | '（' | '）'));
        let before = self.trimmed(&text[clause.start.max(from.min(number.span.start))..number.span.start]);
        if noun.chars().count() >= 2 && number.unit != "%" && number.rule != "FIG-rank" {
            let lead: String = tail(&before, 6);
            let verb_only = lead.chars().count() <= 4;
            let noun = head(noun, LONGEST);
            return if verb_only { format!("{lead}{noun}") } else { noun };
        }
        let before =
            if before.chars().count() >= 2 { before } else { self.trimmed(&text[clause.start..number.span.start]) };
        tail(&before, LONGEST)
    }

    fn trimmed(&self, words: &str) -> String {
        let mut words =
            words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '，' | '、' | '；' | '（' | '）'));
        loop {
            let before = words.len();
            for drop in &self.front {
                words = words.strip_prefix(drop.as_str()).unwrap_or(words);
            }
            for drop in &self.end {
                words = words.strip_suffix(drop.as_str()).unwrap_or(words);
            }
            words = words.trim_start_matches(|c: char| c.is_ascii_digit());
            if words.len() == before {
                return words.to_owned();
            }
        }
    }
}

fn head(words: &str, most: usize) -> String {
    words.chars().take(most).collect()
}

fn tail(words: &str, most: usize) -> String {
    let count = words.chars().count();
    words.chars().skip(count.saturating_sub(most)).collect()
}
