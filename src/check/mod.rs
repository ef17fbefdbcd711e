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
use serde::{Deserialize, Serialize};

use crate::diag::Span;
use crate::entity::Named;
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

/// What of a document is compared with other documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Its date, empty when it has none.
    date: String,
    figures: Vec<figures::Row>,
    titles: Vec<wording::Title>,
}

impl Compared {
    /// What of `extraction` is compared.
    pub fn of(knowledge: &Knowledge, extraction: &Extraction) -> Self {
        Self {
            date: extraction.document.head.date.as_ref().map(|d| d.text.clone()).unwrap_or_default(),
            figures: figures::rows(&knowledge.finding_rules.settings, extraction),
            titles: wording::titles_of(knowledge, extraction),
        }
    }
}

/// A document as it is compared with others.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Its name in the graph.
    pub path: &'a str,
    /// What is compared.
    pub compared: &'a Compared,
    /// What its entities are called in the graph, in their order.
    pub names: &'a [&'a Named],
}

/// What is wrong in `extractions` and between them.
pub fn findings(knowledge: &Knowledge, extractions: &[Extraction]) -> Vec<Finding> {
    let compared: Vec<Compared> = extractions.iter().map(|e| Compared::of(knowledge, e)).collect();
    let named = |e: &Extraction| -> Vec<Named> {
        e.entities.iter().map(|(id, _)| e.entities.in_graph(&knowledge.schema, id)).collect()
    };
    let named: Vec<Vec<Named>> = extractions.iter().map(named).collect();
    let names: Vec<Vec<&Named>> = named.iter().map(|names| names.iter().collect()).collect();
    let pages = extractions.iter().zip(&compared).zip(&names);
    let pages: Vec<Page<'_>> = pages.map(|((e, compared), names)| Page { path: &e.path, compared, names }).collect();
    let mut found: Vec<Finding> =
        extractions.iter().zip(&compared).flat_map(|(e, compared)| alone(knowledge, e, compared)).collect();
    found.extend(between(knowledge, &pages));
    sorted(found)
}

/// What is wrong in one document, of which `compared` is known, in the order of its text.
pub fn alone(knowledge: &Knowledge, extraction: &Extraction, compared: &Compared) -> Vec<Finding> {
    let mut found = damage::find(knowledge, extraction);
    found.extend(spelling::find(knowledge, extraction));
    found.extend(wording::find(knowledge, extraction));
    found.extend(figures::within(knowledge, extraction, &compared.figures));
    sorted(found)
}

/// What is wrong between documents, or said differently in one place and another, in the order of the documents and their
/// texts. It does not depend on the order in which the documents are given.
pub fn between(knowledge: &Knowledge, pages: &[Page<'_>]) -> Vec<Finding> {
    let mut pages = pages.to_vec();
    pages.sort_by_key(|page| page.path);
    let mut found = figures::between(knowledge, &pages);
    found.extend(wording::titles(knowledge, &pages));
    sorted(found)
}

fn sorted(mut found: Vec<Finding>) -> Vec<Finding> {
    found.sort_by(|a, b| {
        let key = |f: &Finding| (f.first.path.clone(), f.first.at, f.kind.clone(), f.second.clone(), f.detail.clone());
        let concerns = |f: &Finding| f.concerns.iter().map(|n| n.as_str().to_owned()).collect::<Vec<_>>();
        key(a).cmp(&key(b)).then_with(|| concerns(a).cmp(&concerns(b)))
    });
    let mut seen = HashSet::new();
    found.retain(|f| seen.insert((f.kind.clone(), f.first.clone(), f.second.clone())));
    found
}

/// What is known of the kind of `finding`.
pub fn kind_of<'a>(knowledge: &'a Knowledge, finding: &Finding) -> Option<&'a FindingKind> {
    knowledge.finding_rules.kinds.get(&*finding.kind)
}
