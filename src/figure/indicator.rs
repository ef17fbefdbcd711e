//! What a number counts, in the words of the document.

use super::number::Number;
use super::subject::behind_brackets;
use crate::diag::Span;
use crate::knowledge::Knowledge;
use crate::mention::Mention;
use crate::ontology::{Class, Classes};
use crate::search::{Expression, Words};

pub(super) struct Indicators {
    front: Words,
    end: Words,
    stops: Words,
    common: Classes,
    relative: Expression,
    rank: String,
    rises: Expression,
    each: Words,
    leads: Expression,
    grants: Words,
    purposes: Words,
    spends: Words,
    names: Classes,
}

/// A number as its indicator is looked for.
pub(super) struct Sought<'a> {
    pub(super) text: &'a str,
    pub(super) mentions: &'a [Mention],
    pub(super) clause: Span,
    pub(super) number: &'a Number,
    /// Where the number before it ends, or the sentence begins.
    pub(super) from: usize,
    /// Where the next number begins, or the sentence ends.
    pub(super) until: usize,
    /// Whether it belongs to the thing named behind it.
    pub(super) owned: bool,
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
            rank: rules.rank_word.clone(),
            rises: rules.rises_to.clone(),
            each: rules.subjects.each.clone(),
            leads: rules.indicator_leads.clone(),
            grants: rules.grants.clone(),
            purposes: rules.purposes.clone(),
            spends: rules.spends.clone(),
            names: knowledge.classes(&rules.indicator_names),
        }
    }

    /// Whether numbers may stand inside names of `class` and still count something.
    pub(super) fn is_common(&self, class: Class) -> bool {
        self.common.contains(class)
    }

    /// The indicator of a number: the noun behind it, else the words before it in its clause.
    pub(super) fn of(&self, sought: &Sought<'_>) -> String {
        let Sought { text, clause, number, .. } = *sought;
        let end = clause.end.min(sought.until).max(number.span.end);
        let after = &text[number.span.end..end];
        let start = clause.start.max(sought.from.min(number.span.start));
        let before = self.trimmed(&text[self.behind_names(sought, start)..number.span.start]);
        let own = |words: &str| words.chars().nth(1).is_some();
        let whole = || {
            let start = self.behind_names(sought, clause.start);
            tail(&if own(&before) { before.clone() } else { self.trimmed(&text[start..number.span.start]) }, LONGEST)
        };
        // 由70分钟降到18分钟, 总投资30亿元的某项目: the words before say it.
        if self.rises.is_match(after) || (sought.owned && own(&before)) {
            return whole();
        }
        let after = self.purposes.starting(after).next().map_or(after, |w| &after[w.len()..]);
        let noun = after[..self.stop(after)]
            .trim_start_matches('的')
            .trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '“' | '”' | '（' | '）'));
        let given = after.trim_start_matches(['、', '的']);
        let given = self.grants.starting(given).next().filter(|_| own(&before));
        if let Some(given) = given {
            return format!("{}{given}", tail(&before, LONGEST));
        }
        if let Some(spent) = self.spends.starting(after).next().filter(|_| own(&before)) {
            return format!("{}{spent}{}", tail(&before, MIDDLE), head(self.clause_end(&after[spent.len()..]), MIDDLE));
        }
        if noun.chars().nth(1).is_some() && number.unit != "%" && number.rule != "FIG-rank" {
            if self.grants.end(noun) && own(&before) {
                return format!("{}{noun}", tail(&before, LONGEST));
            }
            // Behind 、 another thing is counted.
            let own = before.rsplit('、').next().unwrap_or(&before);
            let lead: String = tail(own, 6);
            let verb_only = lead.chars().count() <= 4;
            // 300多户农家获得贷款: what they did says which ones.
            let short = noun.chars().count() <= SHORT;
            let noun = if short { head(self.clause_end(after), MIDDLE) } else { head(noun, LONGEST) };
            return if verb_only { format!("{lead}{noun}") } else { noun };
        }
        whole()
    }

    /// Where the words before the number begin that stand behind all names of things that do or have something.
    fn behind_names(&self, sought: &Sought<'_>, start: usize) -> usize {
        let at = sought.number.span.start;
        let first = sought.mentions.partition_point(|m| m.span.start < start);
        let names = sought.mentions[first..].iter().take_while(|m| m.span.end <= at);
        let named = names.filter(|m| self.names.contains(m.class)).map(|m| {
            let end = m.span.end;
            let marks = sought.text[end..at].find(|c| !matches!(c, '”' | '》')).unwrap_or(0);
            at - behind_brackets(&sought.text[end + marks..at]).len()
        });
        let enough = |end: &usize| self.trimmed(&sought.text[*end..at]).chars().nth(1).is_some();
        named.filter(enough).last().unwrap_or(start).max(start)
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
        if self.rises.is_match(between) {
            return Some(before);
        }
        self.relative.is_match(own).then(|| format!("{before}{own}"))
    }

    /// Whether `own` says only how several changed.
    pub(super) fn is_relative(&self, own: &str) -> bool {
        self.relative.is_match(self.relative_of(own))
    }

    /// `own` without the numbers before it and the words that give each its own.
    pub(super) fn relative_of<'a>(&self, own: &'a str) -> &'a str {
        self.each.last_start(own).map_or(own, |at| {
            let words = &own[at..];
            self.each.starting(words).next().map_or(words, |w| &words[w.len()..])
        })
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
            if let Some(lead) = self.leads.find(words) {
                words = &words[lead.end()..];
            }
            words = words.trim_start_matches(|c: char| c.is_ascii_digit());
            if words.len() == before {
                return words.to_owned();
            }
        }
    }
}

fn head(words: &str, most: usize) -> String {
    words[..words.char_indices().nth(most).map_or(words.len(), |(at, _)| at)].to_owned()
}

fn tail(words: &str, most: usize) -> String {
    words[words.char_indices().rev().nth(most - 1).map_or(0, |(at, _)| at)..].to_owned()
}
