//! Where documents disagree, with each other or with themselves, and where a text is damaged. What is looked for stands
//! in `rules/findings.toml`; what is found becomes nodes in a graph of its own.

mod damage;
mod figures;
mod quads;
mod spelling;
mod wording;

use std::collections::HashSet;
use std::sync::Arc;

use oxigraph::model::NamedNode;

use crate::diag::Span;
use crate::graph::Extraction;
use crate::knowledge::{FindingKind, Knowledge};
use crate::text::CharSpan;
pub use quads::quads;

/// Words of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The document's path.
    pub path: String,
    /// Where they stand in the original.
    pub at: CharSpan,
    /// The words.
    pub quote: String,
}

impl Place {
    fn of(extraction: &Extraction, span: Span) -> Self {
        let text = &extraction.document.text;
        Self { path: extraction.path.clone(), at: text.original(span), quote: text.quote(span) }
    }
}

/// Something that cannot be, or looks, right.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its kind, one of those in `rules/findings.toml`.
    pub kind: Arc<str>,
    /// What it says beside its kind: the values or words that differ, the rule that found damage.
    pub detail: String,
    /// Where it stands.
    pub first: Place,
    /// What it disagrees with.
    pub second: Option<Place>,
    /// The figures that disagree.
    pub concerns: Vec<NamedNode>,
}

/// A finding that is being put together.
struct Note<'a> {
    kind: &'a str,
    detail: String,
    at: (&'a Extraction, Span),
    other: Option<(&'a Extraction, Span)>,
}

impl Note<'_> {
    fn finding(self) -> Finding {
        let place = |(extraction, span)| Place::of(extraction, span);
        let (first, second) = (place(self.at), self.other.map(place));
        Finding { kind: self.kind.into(), detail: self.detail, first, second, concerns: Vec::new() }
    }
}

/// What is wrong in `extractions` and between them, in the order of the documents and their texts. It does not depend on
/// the order in which the documents are given.
pub fn findings(knowledge: &Knowledge, extractions: &[Extraction]) -> Vec<Finding> {
    use rayon::prelude::*;
    let mut documents: Vec<&Extraction> = extractions.iter().collect();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    let alone = documents.par_iter().flat_map_iter(|extraction| {
        let mut found = damage::find(knowledge, extraction);
        found.extend(spelling::find(knowledge, extraction));
        found.extend(wording::find(knowledge, extraction));
        found.extend(figures::within(knowledge, extraction));
        found
    });
    let mut found: Vec<Finding> = alone.collect();
    found.extend(figures::between(knowledge, &documents));
    found.extend(wording::titles(knowledge, &documents));
    let key = |f: &Finding| (f.first.path.clone(), f.first.at, f.kind.clone(), f.second.clone(), f.detail.clone());
    found.sort_by_key(key);
    let mut seen = HashSet::new();
    found.retain(|f| seen.insert((f.kind.clone(), f.first.clone(), f.second.clone())));
    found
}

/// What is known of the kind of `finding`.
pub fn kind_of<'a>(knowledge: &'a Knowledge, finding: &Finding) -> Option<&'a FindingKind> {
    knowledge.finding_rules.kinds.get(&*finding.kind)
}
