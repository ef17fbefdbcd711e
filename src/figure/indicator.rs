//! What a number counts, in the words of the document.

use super::number::Number;
use crate::diag::Span;
use crate::knowledge::{Expression, Knowledge, Words};
use crate::ontology::{Class, Classes};

pub(super) struct Indicators {
    front: Words,
    end: Words,
    stops: Words,
    common: Classes,
    relative: Expression,
    changes: Expression,
    rank: String,
}

/// The longest indicator, in characters.
const LONGEST: usize = 24;
/// Up to so many characters a noun behind a number does not say what is counted.
const SHORT: usize = 4;
/// How far the clause then says it, in characters.
const MIDDLE: usize = 16;

impl Indicators {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let by_length = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_by_key(|w| std::cmp::Reverse(w.len()));
            Words::from(words)
        };
        let rules = &knowledge.figure_rules;
        Self {
            front: by_length(&rules.indicator_drop_front),
            end: by_length(&rules.indicator_drop_end),
            stops: by_length(&rules.indicator_stops),
            common: knowledge.classes(&rules.number_inside),
            relative: rules.relative.clone(),
            changes: rules.changes.clone(),
            rank: rules.rank_word.clone(),
        }
    }

    /// Whether numbers may stand inside names of `class` and still count something.
    pub(super) fn is_common(&self, class: Class) -> bool {
        self.common.contains(class)
    }

    /// The indicator of `number`: the noun behind it, else the words before it in its clause.
    pub(super) fn of(&self, text: &str, clause: Span, number: &Number, from: usize, until: usize) -> String {
        let after = &text[number.span.end..clause.end.min(until).max(number.span.end)];
        let noun = after[..self.stop(after)]
            .trim_start_matches('的')
            .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '“' | '”' | '（' | '）'));
        let before = self.trimmed(&text[clause.start.max(from.min(number.span.start))..number.span.start]);
        if noun.chars().nth(1).is_some() && number.unit != "%" && number.rule != "FIG-rank" {
            // Behind 、 another thing is counted.
            let own = before.rsplit('、').next().unwrap_or(&before);
            let lead: String = tail(own, 6);
            let verb_only = lead.chars().count() <= 4;
            // 300多户农家获得贷款: what they did says which ones.
            let short = noun.chars().count() <= SHORT;
            let noun = if short { head(self.clause_end(after), MIDDLE) } else { head(noun, LONGEST) };
            return if verb_only { format!("{lead}{noun}") } else { noun };
        }
        let before =
            if before.chars().nth(1).is_some() { before } else { self.trimmed(&text[clause.start..number.span.start]) };
        tail(&before, LONGEST)
    }

    /// The indicator of a number by what the one before it counts, where its own words say only how that changed, what
    /// it changed to, or which rank it has.
    pub(super) fn carried(&self, own: &str, before: &str, between: &str, number: &Number) -> Option<String> {
        if before.is_empty() {
            return None;
        }
        let before = tail(before, LONGEST);
        let rank = number.rule == "FIG-rank";
        if rank {
            return (own.chars().count() < SHORT)
                .then(|| format!("{}{own}{}", before.trim_end_matches(&self.rank), self.rank));
        }
        if self.changes.is_match(between) && !between.is_empty() {
            return Some(before);
        }
        self.relative.is_match(own).then(|| format!("{before}{own}"))
    }

    /// The words up to the end of the clause.
    fn clause_end<'a>(&self, words: &'a str) -> &'a str {
        let end = words.find(['，', '。', '；', '：', '！', '？', '、']).unwrap_or(words.len());
        words[..end].trim_start_matches('的').trim()
    }

    /// Where the first word stands in `text` at which a noun ends; a longer one counts before a shorter one.
    fn stop(&self, text: &str) -> usize {
        let mut hits: Vec<(usize, Span)> = self.stops.places_within(text).collect();
        hits.sort_unstable();
        hits.into_iter().fold(text.len(), |end, (_, hit)| if hit.end <= end { hit.start } else { end })
    }

    fn trimmed(&self, words: &str) -> String {
        let mut words =
            words.trim_matches(|c: char| c.is_whitespace() || matches!(c, '，' | '、' | '；' | '（' | '）'));
        loop {
            let before = words.len();
            let mut next = 0;
            while let Some(drop) = self.front.places_starting(words).find(|place| *place >= next) {
                words = &words[self.front[drop].len()..];
                next = drop + 1;
            }
            let mut next = 0;
            while let Some(drop) = self.end.places_ending(words).find(|place| *place >= next) {
                words = &words[..words.len() - self.end[drop].len()];
                next = drop + 1;
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
