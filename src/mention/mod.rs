//! Typed spans: where a document names something. Each mention carries the rule that found it.
//!
//! Several finders propose; `settle` is the one place where overlaps are decided.

mod context;
mod generic;
mod initial;
mod list;
mod measure;
mod organ;
mod scan;
mod setting;
mod settle;
mod shape;
mod short;
mod title;
mod towns;

use std::sync::Arc;

use crate::diag::Span;
use crate::document::{BlockKind, Document};
use crate::knowledge::Knowledge;
use crate::ontology::{Class, Classes};
use crate::search::Hits;
use crate::trace::Trace;
pub use setting::Setting;
pub(crate) use short::defined;

use scan::Scan;

/// Where a mention points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A thing called by this canonical name.
    Name(String),
    /// Something named elsewhere: the words are no name of it (我市, 该校).
    Reference(crate::knowledge::Refers, Vec<Class>),
}

/// A place where a document names or refers to something.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// Where, in the normalised text.
    pub span: Span,
    /// What kind of thing.
    pub class: Class,
    /// Which thing, as far as the words say.
    pub target: Target,
    /// Id of the rule that found it.
    pub rule: Arc<str>,
    /// How often that rule is right, from 0 to 1.
    pub confidence: f64,
    /// Decides overlaps: a higher rank wins over a longer span.
    rank: Rank,
}

impl Mention {
    /// Whether this and `before` are one-character names in a row (广深): a list, not a place inside the other.
    pub(crate) fn is_beside(&self, before: &Self) -> bool {
        before.rule == self.rule && &*self.rule == initial::RULE && before.span.end == self.span.start
    }

    /// A mention of something by the words at `span` as they stand.
    fn called(text: &str, span: Span, class: Class, rule: &Arc<str>, confidence: f64) -> Self {
        let target = Target::Name(span.of(text).to_owned());
        Self { span, class, target, rule: rule.clone(), confidence, rank: Rank::Ordinary }
    }
}

/// How firmly a finder insists when spans overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Everything that competes by length.
    Ordinary,
    /// What the words around say that a listed name means here.
    Told,
    /// Fixed parts of a document: titles in 《》, the head.
    Fixed,
}

/// All matchers, compiled once from the knowledge.
pub struct Finder {
    scan: scan::Matchers,
    shapes: shape::Shapes,
    lists: list::Lists,
    contexts: context::Contexts,
    initials: initial::Initials,
    /// Classes whose names begin with the measure before them.
    measured: Classes,
}

impl Finder {
    /// Compiles the matchers. The words of the lists `further` are looked for on the same way through a text.
    pub(crate) fn new(knowledge: &Knowledge, further: &[Vec<&str>]) -> Self {
        let shapes = shape::Shapes::new(knowledge);
        let contexts = context::Contexts::new(knowledge);
        let initials = initial::Initials::new(knowledge);
        let heads = shapes.heads.iter().map(String::as_str).collect();
        let (anchors, characters) = (contexts.anchors.words().collect(), initials.characters());
        let characters = characters.iter().map(String::as_str).collect();
        Self {
            scan: scan::Matchers::new(knowledge, [heads, anchors, characters], further),
            shapes,
            lists: list::Lists::new(knowledge),
            contexts,
            initials,
            measured: knowledge.classes(&knowledge.name_rules.measured),
        }
    }

    /// Finds what `document` names, in the order of the text, without overlaps; where it was written from; and where the
    /// words of further lists stand in its sentences. What it considered and did not take for a name goes into `trace`.
    pub(crate) fn find(
        &self,
        knowledge: &Knowledge,
        document: &Document,
        trace: &Trace,
    ) -> (Vec<Mention>, Setting, Vec<Hits>) {
        let text = document.text.clean();
        let sentences = sentences(knowledge, document);
        let setting = Setting::of(knowledge, document, &self.scan);
        let mut scan = Scan::new(&self.scan, knowledge, text, &sentences, trace);
        let mut found = title::find(knowledge, document, trace);
        found.extend(scan.known(knowledge, &setting));
        found.extend(self.initials.find(&scan));
        found.extend(organ::find(knowledge, &scan, &setting));
        scan.learn(&found);
        found.extend(self.shapes.find(&scan));
        let mut settled = settle::settle(found, &scan);
        setting.rank_zones(knowledge, text, &mut settled);
        // Lists and contexts build on what is known so far; each round may type the neighbours of the last one.
        let marks = self.lists.marks(text);
        let candidates = self.contexts.candidates(&scan);
        for _ in 0..2 {
            let mut more = self.lists.find(&scan, &settled, &marks);
            more.extend(self.contexts.find(knowledge, &setting, &scan, &candidates, &settled));
            if more.is_empty() {
                break;
            }
            settled.extend(more);
            settled = settle::settle(settled, &scan);
            settled.extend(settle::repeat(knowledge, &settled, &scan));
            settled = settle::settle(settled, &scan);
        }
        measure::add(knowledge, self.measured, text, &mut settled);
        trace.forget(|r| settle::is_idle(r, &settled));
        (settled, setting, scan.further)
    }
}

/// The first two characters of `words`, or fewer.
fn first_two(words: &str) -> &str {
    &words[..words.char_indices().nth(2).map_or(words.len(), |(i, _)| i)]
}

/// The mentions of `known` (in the order of the text) that stand in `area`.
fn within(known: &[Mention], area: Span) -> &[Mention] {
    let from = known.partition_point(|m| m.span.start < area.start);
    let to = known.partition_point(|m| m.span.start < area.end);
    &known[from..to]
}

/// Those of `known` (in the order of the text, without overlaps) that share words with `span`.
fn touching(known: &[Mention], span: Span) -> impl Iterator<Item = &Mention> {
    let from = known.partition_point(|m| m.span.end <= span.start);
    known[from..].iter().take_while(move |m| m.span.start < span.end)
}

/// The one of `known` (in the order of the text, without overlaps) that begins at `at`.
fn starting_at(known: &[Mention], at: usize) -> Option<&Mention> {
    let i = known.partition_point(|m| m.span.start < at);
    known.get(i).filter(|m| m.span.start == at)
}

/// The sentences of `document`, and whether names are looked for there: everywhere but among contact persons and in the
/// head's layout lines, of which only the addressee names somebody, where it does not mean all of a kind (各市、县人民政府).
fn sentences(knowledge: &Knowledge, document: &Document) -> Vec<(Span, bool)> {
    let readable = |kind: BlockKind| !matches!(kind, BlockKind::Contact | BlockKind::Head);
    let all = document.blocks.iter().flat_map(|b| b.sentences.iter().map(move |s| (*s, readable(b.kind))));
    let mut all: Vec<(Span, bool)> = all.collect();
    if let Some(addressee) = document.head.addressee.as_ref().map(|part| part.span)
        && let Some(line) = all.iter().position(|(span, readable)| !readable && span.contains(addressee))
    {
        let mut start = addressee.start;
        let mut parts = Vec::new();
        for part in addressee.of(document.text.clean()).split('，') {
            parts.push((Span::new(start, start + part.len()), !knowledge.references.every.within(part)));
            start += part.len() + '，'.len_utf8();
        }
        all.splice(line..=line, parts);
    }
    all
}
