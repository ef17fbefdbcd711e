//! Statistical observations: value, unit, qualifier, indicator, subject and period of every number that says something
//! about the world.

mod indicator;
mod number;
mod period;
mod subject;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diag::Span;
use crate::document::{BlockKind, Document};
use crate::entity::{Entities, EntityId};
use crate::knowledge::Knowledge;
pub use crate::knowledge::Qualifier;
use crate::mention::{Mention, Setting, Target};
use crate::search::{Expression, Hits, Sightings};
pub use number::Numerals;
pub use period::{days, written};

/// One observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Number, unit and qualifier, as they stand.
    pub span: Span,
    /// The value with the multiplier worked out, in plain decimal digits.
    pub value: String,
    /// The unit without multiplier; empty for a pure number.
    pub unit: String,
    /// The unit in QUDT: the last part of its IRI.
    pub quantity: Option<Arc<str>>,
    /// How the number is meant.
    pub qualifier: Qualifier,
    /// What is counted, in the document's words.
    pub indicator: String,
    /// What it is about.
    pub subject: Option<EntityId>,
    /// When: `2024`, `2025-06`, `2021/2023`, `2025-01/2025-07`; empty when the document gives none.
    pub period: String,
    /// Whether it is planned rather than observed.
    pub planned: bool,
    /// Id of the rule that read it.
    pub rule: Arc<str>,
    /// How often that rule is right, from 0 to 1.
    pub confidence: f64,
}

/// All figure rules, compiled once from the knowledge.
pub struct Counter {
    numbers: number::Numbers,
    periods: period::Periods,
    indicators: indicator::Indicators,
    subjects: subject::Subjects,
    planned: Expression,
}

impl Counter {
    /// Compiles the rules.
    pub fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.figure_rules;
        let words: Vec<String> = rules.planned.iter().map(|w| regex::escape(w)).collect();
        Self {
            numbers: number::Numbers::new(rules),
            periods: period::Periods::new(rules),
            indicators: indicator::Indicators::new(knowledge),
            subjects: subject::Subjects::new(knowledge),
            planned: Expression::new(&words.join("|")),
        }
    }

    /// The words that are looked for, by the number of their list: those of numbers, those of periods.
    pub(crate) fn words(&self) -> [Vec<&str>; 2] {
        [&self.numbers.anchors, &self.periods.anchors].map(|anchors| anchors.words().collect())
    }

    /// Reads the figures of `document`, in the order of the text. `hits` says where the words of the lists stand.
    pub(crate) fn read(
        &self,
        knowledge: &Knowledge,
        document: &Document,
        mentions: &[Mention],
        hits: &[Hits],
        entities: &mut Entities,
        setting: &Setting,
    ) -> Vec<Figure> {
        let text = document.text.clean();
        let rules = &knowledge.figure_rules;
        let years = self.periods.years_of(document);
        let place = entities.place(knowledge, setting);
        let products = self.subjects.products(entities);
        let scene = |sentence| subject::Scene { text, entities, mentions, sentence, place, products: &products };
        let mut figures = Vec::new();
        let mut sightings = (Sightings::default(), Sightings::default());
        let mut looked_at = years;
        for block in document.blocks.iter().filter(|b| matches!(b.kind, BlockKind::Body | BlockKind::Opening)) {
            looked_at = self.periods.section_years(text, block, years, looked_at);
            let find = |sentence: &Span| {
                let names = || names(mentions, *sentence, &self.indicators);
                self.numbers.find(text, *sentence, &hits[0], &mut sightings.0, names)
            };
            let numbers: Vec<Vec<number::Number>> = block.sentences.iter().map(find).collect();
            // What stands behind the last number of a paragraph says nothing of any.
            let Some(last) = numbers.iter().rposition(|n| !n.is_empty()) else { continue };
            let heading = block.heading.and_then(|sentence| self.subjects.of_heading(&scene(sentence)));
            let (mut topic, mut carried) = (subject::Topic::of_section(heading), String::new());
            for (&sentence, numbers) in block.sentences[..=last].iter().zip(&numbers) {
                let clauses: Vec<(Span, Span)> =
                    numbers.iter().map(|n| (clause_around(text, sentence, n.span), n.span)).collect();
                let counted: Vec<subject::Counted<'_>> = clauses
                    .iter()
                    .zip(numbers)
                    .map(|((clause, span), n)| subject::Counted { clause: *clause, span: *span, unit: &n.unit })
                    .collect();
                let abouts = self.subjects.of(&scene(sentence), &counted, &mut topic);
                let ends = sentence.of(text).ends_with(['。', '！', '？']);
                // What a whole sentence without numbers says of time holds for no other.
                let silent = numbers.is_empty() && ends;
                let stated = if silent {
                    Vec::new()
                } else {
                    self.periods.stated(text, sentence, &hits[1], &mut sightings.1, looked_at)
                };
                let periods = self.periods.of(text, &clauses, &stated, looked_at, &mut carried);
                if ends {
                    carried.clear();
                    topic.end_sentence();
                }
                let mut read: Vec<Figure> = numbers
                    .iter()
                    .zip(abouts.iter().zip(periods))
                    .enumerate()
                    .map(|(i, (number, (about, period)))| {
                        let until = numbers.get(i + 1).map_or(sentence.end, |n| n.span.start.max(number.span.end));
                        let from = if i == 0 { sentence.start } else { numbers[i - 1].span.end.min(number.span.start) };
                        let clause = clauses[i].0;
                        Figure {
                            span: number.span,
                            value: number.value.clone(),
                            unit: number.unit.clone(),
                            quantity: rules.unit_iris.get(&number.unit).map(|iri| iri.as_str().into()),
                            qualifier: number.qualifier,
                            indicator: self.indicators.of(&indicator::Sought {
                                text,
                                mentions,
                                clause,
                                number,
                                from,
                                until,
                                owned: about.owned,
                            }),
                            subject: about.thing.or(place),
                            period,
                            planned: self.planned.is_match(&text[clause.start..number.span.end.min(clause.end)]),
                            rule: number.rule.into(),
                            confidence: 0.9,
                        }
                    })
                    .collect();
                period::share_years(numbers, &mut read);
                self.shared(text, numbers, &abouts, &mut read);
                for i in 1..read.len() {
                    let between = &text[numbers[i - 1].span.end.min(numbers[i].span.start)..numbers[i].span.start];
                    let (before, own) = (&read[i - 1].indicator, &read[i].indicator);
                    if let Some(whole) = self.indicators.carried(own, before, between, &numbers[i]) {
                        read[i].indicator = whole;
                    }
                }
                figures.extend(read);
            }
        }
        figures
    }
}

impl Counter {
    /// 产量63万吨，产值74亿元，分别增长3.3%和5.7%: each number grows by its own. 其中甲县12万亩: the same is counted.
    fn shared(&self, text: &str, numbers: &[number::Number], abouts: &[subject::About], read: &mut [Figure]) {
        let mut at = 0;
        while at < read.len() {
            let group = abouts[at..].iter().take_while(|a| a.group.is_some() && a.group == abouts[at].group).count();
            if group > 0 {
                let own = read[at].indicator.clone();
                let growth = self.indicators.is_relative(&own);
                let before = at.checked_sub(group).filter(|_| growth);
                let one = at.checked_sub(1).filter(|i| read[*i].unit == read[at].unit && !growth);
                for j in 0..group {
                    if let Some(before) = before {
                        let word = self.indicators.relative_of(&own);
                        read[at + j].indicator = format!("{}{word}", read[before + j].indicator);
                    } else if let Some(one) = one.filter(|_| abouts[at].listed) {
                        read[at + j].indicator = read[one].indicator.clone();
                    } else if j > 0 {
                        read[at + j].indicator = own.clone();
                    }
                }
            } else if abouts[at].direct
                && let Some(before) = (0..at).rev().find(|i| read[*i].unit == read[at].unit)
                && text[numbers[before].span.end.min(numbers[at].span.start)..numbers[at].span.start].chars().count()
                    < NEAR
            {
                read[at].indicator = read[before].indicator.clone();
            }
            at += group.max(1);
        }
    }
}

/// How far apart two numbers may stand of which the second counts the same of another place, in characters.
const NEAR: usize = 24;

/// Names inside which a number is part of the name.
fn names(mentions: &[Mention], sentence: Span, indicators: &indicator::Indicators) -> Vec<Span> {
    let named = |m: &&Mention| matches!(m.target, Target::Name(_)) && !indicators.is_common(m.class);
    let from = mentions.partition_point(|m| m.span.start < sentence.start);
    let inside = mentions[from..].iter().take_while(|m| m.span.end <= sentence.end).filter(named);
    inside.map(|m| m.span).collect()
}

/// The clause around a number: up to the nearest comma, semicolon or full stop.
fn clause_around(text: &str, sentence: Span, at: Span) -> Span {
    let stop = |c: char| matches!(c, '，' | '；' | '。' | '！' | '？' | '：');
    let before = &text[sentence.start..at.start];
    let start = before
        .rfind(stop)
        .map_or(sentence.start, |i| sentence.start + i + before[i..].chars().next().map_or(0, char::len_utf8));
    let end = text[at.end.min(sentence.end)..sentence.end].find(stop).map_or(sentence.end, |i| at.end + i);
    Span::new(start, end.max(at.end))
}
