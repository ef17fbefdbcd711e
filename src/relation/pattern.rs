//! Relations by the words around two names: expressions over a sentence in which each name is two private characters,
//! one for its class and one for its index.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::clause::inside;
use super::{Claim, Page};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::entity::{Entities, EntityId};
use crate::knowledge::{Knowledge, Reading, expand};
use crate::ontology::Class;
use crate::search::{Anchors, Expression, Group, Sightings};

/// First of the private characters that stand for classes.
const CLASS: u32 = 0xf_0000;
/// First of the private characters that stand for indices.
const INDEX: u32 = 0x10_0000;
/// More names than this in one sentence are not written into it: such a sentence is a table or damaged.
const MOST: usize = 4000;

/// What the words between two members of a list begin with.
const JOINS: [char; 6] = ['、', '和', '与', '及', '以', '同'];

/// More pairs than this are not read out of one match.
pub(super) const MOST_PAIRS: usize = 2000;

struct Pattern {
    rule: Arc<str>,
    predicate: Arc<str>,
    expression: Expression,
    pairs: bool,
    /// Whether the relation says what somebody is, not what he does.
    states: bool,
    confidence: f64,
}

pub(super) struct Patterns {
    all: Vec<Pattern>,
    anchors: Anchors,
}

impl Patterns {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.relation_rules.pattern;
        let all: Vec<Pattern> = rules
            .iter()
            .map(|rule| Pattern {
                rule: rule.id.as_str().into(),
                predicate: rule.predicate.as_str().into(),
                expression: Expression::new(&expression(
                    knowledge,
                    &expand(&rule.pattern, &knowledge.relation_rules.words),
                )),
                pairs: rule.pairs,
                states: knowledge.relation_rules.states.contains(&rule.predicate),
                confidence: rule.confidence,
            })
            .collect();
        Self { anchors: Anchors::new(all.iter().map(|p| p.expression.as_str())), all }
    }

    pub(super) fn read(&self, page: &Page<'_>, entities: &Entities) -> Vec<Claim> {
        let mut claims = Vec::new();
        let mut sightings = Sightings::default();
        for block in &page.document.blocks {
            // The opening of a reply says who was consulted, in words that elsewhere mean working together.
            let read = match block.kind {
                BlockKind::Body => true,
                BlockKind::Opening => !entities.roles.is_reply,
                _ => false,
            };
            if !read {
                continue;
            }
            for &sentence in &block.sentences {
                let names = inside(page.mentions, sentence);
                // Every pattern is about two names.
                if names.len() < 2 || names.len() > MOST {
                    continue;
                }
                let line = Line::new(page, sentence, names);
                self.anchors.worth_trying(&line.text, &mut sightings, |pattern, starts| {
                    self.all[pattern].read(page, entities, &line, starts, &mut claims);
                });
            }
        }
        claims
    }
}

impl Pattern {
    fn read(&self, page: &Page<'_>, entities: &Entities, line: &Line, starts: &[Span], claims: &mut Vec<Claim>) {
        for captures in self.expression.found_from(&line.text, starts.iter().copied()) {
            let (Some(s), Some(o)) = (captures.name("s"), captures.name("o")) else { continue };
            let all = captures.get_match();
            let (before, after) = (&line.text[..all.start()], &line.text[all.end()..]);
            // 原定由甲承建的乙……: what denies stands at the beginning of the clause.
            let clause = before.rfind(['，', '；', '：']).map_or(0, |at| at + '，'.len_utf8());
            let end = all.end() + after.find(['，', '；', '：']).unwrap_or(after.len());
            let proposed = || page.proposed(&line.text[clause..end]);
            if let Some(why) = page.unreal(before, &line.text[clause..all.end()], after).or_else(proposed) {
                let ends = line.mentions(s.as_str()).chain(line.mentions(o.as_str()));
                let names = ends.map(|i| page.mentions[i].span);
                if let Some(span) = names.reduce(Span::join) {
                    page.trace.reject(span, &self.rule, || why);
                }
                continue;
            }
            let ids = |m: Group<'_>| -> Vec<(EntityId, Span)> {
                // 武汉市江夏区: the outer place takes part only in what the two say of each other.
                let adjacent = s.start() == o.end();
                line.mentions(m.as_str())
                    .filter(|i| adjacent || !page.is_outer_place(*i))
                    .filter(|i| self.states || !page.opens_unread(*i, entities))
                    .filter_map(|i| Some((entities.of_mention(i)?, page.mentions[i].span)))
                    .collect()
            };
            let (subjects, objects) = (ids(s), ids(o));
            // 广深: neither lies in the other.
            let beside = |(s, o): (usize, usize)| page.mentions[s].is_beside(&page.mentions[o]);
            if line.mentions(s.as_str()).next().zip(line.mentions(o.as_str()).next()).is_some_and(beside) {
                continue;
            }
            // Everybody with everybody: lists of such a length are no sentence.
            if subjects.len() * objects.len() > MOST_PAIRS {
                continue;
            }
            // 甲、乙分别与丙、丁合作: the first one with the first, the second one with the second.
            let pairwise = self.pairs || page.knowledge.relation_rules.pairwise.within(all.as_str());
            let each = pairwise && subjects.len() > 1 && subjects.len() == objects.len();
            for (i, (subject, at)) in subjects.into_iter().enumerate() {
                for (_, &(object, to)) in objects.iter().enumerate().filter(|(j, _)| !each || i == *j) {
                    let evidence = line.clause_around(at.join(to));
                    let (predicate, rule) = (self.predicate.clone(), self.rule.clone());
                    let (reading, confidence) = (Reading::Stated, self.confidence);
                    claims.push(Claim { subject, predicate, object, evidence, rule, reading, confidence });
                }
            }
        }
    }
}

/// A sentence with its names written as private characters.
struct Line {
    text: String,
    first: usize,
    sentence: Span,
}

impl Line {
    fn new(page: &Page<'_>, sentence: Span, names: std::ops::Range<usize>) -> Self {
        let clean = page.document.text.clean();
        let mut text = String::with_capacity(sentence.len());
        let mut at = sentence.start;
        let first = names.start;
        for i in names {
            let mention = &page.mentions[i];
            text.push_str(&clean[at..mention.span.start]);
            let class = u32::try_from(mention.class.index()).unwrap_or(0);
            let index = u32::try_from(i - first).unwrap_or(0);
            text.extend([char::from_u32(CLASS + class), char::from_u32(INDEX + index)].into_iter().flatten());
            at = mention.span.end;
        }
        text.push_str(&clean[at..sentence.end]);
        Self { text, first, sentence }
    }

    /// The mentions that a slot of a pattern holds. In 甲、位于乙区的丙 those inside an attribute are none of them.
    fn mentions(&self, slot: &str) -> impl Iterator<Item = usize> {
        let names =
            slot.char_indices().filter_map(|(at, c)| Some((at + c.len_utf8(), u32::from(c).checked_sub(INDEX)?)));
        let inside = move |end: usize| {
            let behind = slot[end..].split(|c| u32::from(c) >= CLASS).next().unwrap_or("");
            end + behind.len() < slot.len() && behind.ends_with('的') && !behind.starts_with(JOINS)
        };
        names.filter(move |(end, _)| !inside(*end)).map(|(_, i)| self.first + i as usize)
    }

    /// The words that state a claim between two names: all of the sentence, or the names and what is between them when
    /// the sentence is very long.
    fn clause_around(&self, span: Span) -> Span {
        if self.sentence.len() <= 600 { self.sentence } else { span }
    }
}

/// The expression behind the slots of a pattern.
fn expression(knowledge: &Knowledge, pattern: &str) -> String {
    // Compiled once for all patterns.
    static SLOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\{(?P<end>[so_]):(?P<classes>[A-Za-z|]+)(?P<list>\+)?\}").expect("a valid pattern")
    });
    static GAP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?P<kind>[~*])(?P<n>\d+)").expect("a valid pattern"));
    let with_slots = SLOT.replace_all(pattern, |c: &regex::Captures<'_>| {
        let names: Vec<String> = c["classes"].split('|').map(str::to_owned).collect();
        let classes: String = knowledge.classes(&names).iter().map(class_char).collect();
        let one = format!("[{classes}].");
        match c.name("list") {
            // A name that stands there and takes no part.
            _ if &c["end"] == "_" => format!("(?:{one})"),
            Some(_) => {
                let between = &knowledge.relation_rules.between;
                // 海门区三星镇与通州区川姜镇: the place behind the one it lies in needs no joiner, nor do titles in 《》.
                let in_a_row = knowledge.classes(&["Place".to_owned(), "PolicyDocument".to_owned()]);
                let adjacent = if knowledge.classes(&names).iter().all(|c| in_a_row.contains(c)) { "?" } else { "" };
                // A bracket behind the last one explains it, and 等 says that there are more.
                let close = &knowledge.name_rules.list_close;
                format!("(?P<{}>{one}(?:(?:{between}){adjacent}{one})*)”?(?:（[^（）]*）)?(?:{close})?", &c["end"])
            }
            None => format!("(?P<{}>{one})”?(?:（[^（）]*）)?", &c["end"]),
        }
    });
    let plain = format!(r"[^，。；：{}-{}]", char_at(CLASS), char_at(0x10_ffff));
    GAP.replace_all(&with_slots, |c: &regex::Captures<'_>| match &c["kind"] {
        "~" => format!("{plain}{{0,{}}}?", &c["n"]),
        _ => format!("[^，。；：]{{0,{}}}?", &c["n"]),
    })
    .into_owned()
}

fn class_char(class: Class) -> char {
    char_at(CLASS + u32::try_from(class.index()).unwrap_or(0))
}

fn char_at(code: u32) -> char {
    char::from_u32(code).expect("a private character")
}
