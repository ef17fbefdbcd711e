//! Names by the words around them: regular expressions over one sentence.

use std::sync::Arc;

use super::scan::{ANCHORS, Scan};
use super::{Mention, Rank, Setting, Target};
use crate::diag::Span;
use crate::knowledge::{Boundary, Knowledge, Need, Refers, expand};
use crate::ontology::{Class, Classes};
use crate::search::{Anchors, Expression, Sightings, Words};
use crate::trace::Why;

struct Context {
    rule: Arc<str>,
    class: Class,
    pattern: Expression,
    trim: bool,
    cut: bool,
    need: Option<Need>,
    over_lists: bool,
    refers: Option<Refers>,
    confidence: f64,
}

/// A name that one of the contexts read.
pub(super) struct Candidate {
    area: Span,
    span: Span,
    context: usize,
    /// What speaks against it by itself; kept only to explain.
    fault: Option<Why>,
}

pub(super) struct Contexts {
    contexts: Vec<Context>,
    pub(super) anchors: Anchors,
    levelled: Classes,
    /// Classes whose names are common nouns.
    common: Classes,
    firm_tails: Words,
}

impl Contexts {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.name_rules;
        let contexts: Vec<Context> = rules
            .context
            .iter()
            .filter_map(|rule| {
                Some(Context {
                    rule: rule.id.as_str().into(),
                    class: knowledge.schema.class(&rule.class)?,
                    pattern: Expression::new(&expand(&rule.pattern, &rules.words)),
                    trim: rule.trim,
                    cut: rule.cut,
                    need: rule.need,
                    over_lists: rule.over_lists,
                    refers: rule.refers,
                    confidence: rule.confidence,
                })
            })
            .collect();
        Self {
            anchors: Anchors::new(contexts.iter().map(|c| c.pattern.as_str())),
            contexts,
            common: knowledge.classes(&rules.common_classes),
            levelled: knowledge.classes(&rules.levelled),
            firm_tails: rules.firm_tails.clone(),
        }
    }

    /// The names that stand between the right words, whatever else is known there.
    pub(super) fn candidates(&self, scan: &Scan<'_>) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let mut sightings = Sightings::default();
        for (area, seen) in scan.listed(ANCHORS) {
            self.anchors.worth_trying_where(seen.iter().copied(), area, &mut sightings, |index, starts| {
                let context = &self.contexts[index];
                for found in context.pattern.named_from(area.of(scan.text), starts.iter().copied()) {
                    let Some(name) = found.name("name") else { continue };
                    let mut span = name.span().shifted(area.start);
                    if context.trim {
                        span = trimmed(scan, span);
                    }
                    if context.cut {
                        span = cut(scan, span);
                    }
                    let fault = self.fault(scan, span, context);
                    if fault.is_none() || scan.trace.is_on() {
                        candidates.push(Candidate { area, span, context: index, fault });
                    }
                }
            });
        }
        candidates
    }

    /// Those of the candidates that overlap nothing in `known` but what they may hold.
    pub(super) fn find(
        &self,
        knowledge: &Knowledge,
        setting: &Setting,
        scan: &Scan<'_>,
        candidates: &[Candidate],
        known: &[Mention],
    ) -> Vec<Mention> {
        let mut found = Vec::new();
        for Candidate { area, span, context, fault } in candidates {
            let (span, context) = (*span, &self.contexts[*context]);
            // A longer name may hold known ones, but not a title that is told apart by its level.
            let holds = |m: &Mention| {
                // What ends with a place is one (黟县宏村镇), and what ends with somebody of its class is that one.
                let like = m.span.end == span.end && (m.class == context.class || scan.is_place(m.class));
                let like = scan.is_agent(context.class) && like;
                // “某某英才”专家, “中国某业百强”: what a quotation begins is another title.
                let quoted = span.of(scan.text).starts_with('“') && m.span.start <= span.start + '“'.len_utf8();
                let quoted = quoted || is_quotation(span.of(scan.text));
                let titled = self.levelled.contains(m.class) && !quoted;
                let listed =
                    context.over_lists && span == m.span && (m.rule.starts_with("LEX-") || m.class != context.class);
                listed || (span.contains(m.span) && span != m.span && !like && !titled)
            };
            if let Some(other) = super::touching(super::within(known, *area), span).find(|m| !holds(m)) {
                scan.known_before(span, &context.rule, other);
            } else if let Some(fault) = fault {
                scan.trace.reject(span, &context.rule, || fault.clone());
            } else {
                let mut mention = Mention::called(scan.text, span, context.class, &context.rule, context.confidence);
                if context.over_lists {
                    mention.rank = Rank::Told;
                }
                if let Some(refers) = context.refers {
                    // 平台由……: a bare noun goes on about what the sentence or the one before it named.
                    let before = &known[..known.partition_point(|m| m.span.end <= span.start)];
                    let last = before.iter().rev().find(|m| m.class == context.class);
                    let near = |m: &Mention| scan.text[m.span.end..span.start].matches('。').nth(1).is_none();
                    if refers == Refers::Last && !last.is_some_and(near) {
                        continue;
                    }
                    let classes = vec![context.class];
                    let Some(class) = setting.class_of(knowledge, refers, &classes) else { continue };
                    (mention.class, mention.target) = (class, Target::Reference(refers, classes));
                }
                found.push(mention);
            }
        }
        found
    }

    /// Whether a place and a common word make up `span`: 宾川柑橘 is no firm.
    fn is_product_of_place(&self, scan: &Scan<'_>, span: Span) -> bool {
        let place = scan.places_in(span.start, span.end).next().filter(|p| p.start == span.start);
        let rest = place.map_or("", |p| &scan.text[p.end..span.end]);
        scan.common_words.has(rest) && !self.firm_tails.has(rest)
    }

    /// What speaks against a name at `span`.
    fn fault(&self, scan: &Scan<'_>, span: Span, context: &Context) -> Option<Why> {
        // What stands for something else is no name.
        if context.refers.is_some() {
            return None;
        }
        let words = span.of(scan.text);
        let proper = context.need != Some(Need::Proper) || {
            words.chars().any(|c| c.is_ascii_alphanumeric()) || scan.proper_in(span).next().is_some()
        };
        // 安防三家|链主企业: a common noun holds no count, unless it is a title.
        let noun = self.common.contains(context.class) && !self.levelled.contains(context.class);
        let counted = noun && scan.has_count(span);
        let coined = context.need != Some(Need::Coined) || scan.is_coined(words);
        let boundary = scan.boundary_at(span.start).is_some_and(|(end, kind)| end == span.end && !kind.stands_inside());
        // A verb inside (引领带动作用) makes a phrase, not a name of somebody.
        let phrase = scan.is_agent(context.class) && scan.has_boundary(span);
        let tail = self.firm_tails.ending(words).map(str::len).max().unwrap_or(0);
        let stem = &words[..words.len() - tail];
        let known = &scan.matchers.generic;
        // 大数据|产业: what the lists know and a rule may read otherwise is no common word.
        let listed = context.over_lists && scan.is_listed(span);
        let generic = (known.is_word(words) && !listed)
            || (context.need == Some(Need::Specific) && known.covers(words))
            || (scan.is_agent(context.class)
                && (stem.is_empty()
                    || (known.is_word(stem) && !scan.is_place_name(Span::new(span.start, span.start + stem.len())))
                    || self.is_product_of_place(scan, span)));
        // 引进|深圳|链主企业: a place by itself is nothing else.
        let place = !scan.is_place(context.class) && scan.is_place_name(span);
        if words.chars().nth(1).is_none() {
            Some(Why::Short(2))
        } else if place {
            Some(Why::Generic)
        } else if phrase || boundary || counted {
            Some(Why::Phrase)
        } else if !coined {
            Some(Why::NotCoined)
        } else if !proper {
            Some(Why::NotProper)
        } else {
            generic.then_some(Why::Generic)
        }
    }
}

/// Whether `words` are one quotation.
fn is_quotation(words: &str) -> bool {
    words.strip_prefix('“').and_then(|rest| rest.find('”').map(|at| at + '”'.len_utf8() == rest.len())) == Some(true)
}

/// `span` up to the first boundary word in it, what it begins with left out: 3000升氮液化器|通过.
fn cut(scan: &Scan<'_>, span: Span) -> Span {
    let measure = |(_, kind): &(usize, Boundary)| matches!(kind, Boundary::Function | Boundary::Measure);
    let start = scan.boundary_at(span.start).filter(measure).map_or(span.start, |(end, _)| end.min(span.end));
    let ends = |at: &usize| scan.boundary_at(*at).is_some_and(|(_, kind)| !kind.stands_inside());
    let mut places = scan.text[start..span.end].char_indices().map(|(i, _)| start + i);
    Span::new(start, places.find(ends).unwrap_or(span.end))
}

/// `span` from behind the last boundary word in it.
fn trimmed(scan: &Scan<'_>, span: Span) -> Span {
    let mut at = span.end;
    while at > span.start {
        if let Some((_, kind)) = scan.boundary_before(at).filter(|_| at < span.end)
            && !kind.stands_inside()
        {
            break;
        }
        let Some(c) = scan.text[span.start..at].chars().next_back() else { break };
        at -= c.len_utf8();
    }
    Span::new(at, span.end)
}
