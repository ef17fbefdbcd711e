//! What a document said → quads. `docs/model.md` describes them.

use std::collections::BTreeSet;

use foldhash::HashMap;
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, LiteralRef, NamedNode, NamedNodeRef, TermRef};
use serde::{Deserialize, Serialize};

use super::segment::Draft;
use crate::diag::Span;
use crate::document::Document;
use crate::entity::{Entities, EntityId, Named, document_iri, record_iri};
use crate::figure::{Figure, Qualifier, days};
use crate::identity::Summary;
use crate::knowledge::DivisionId;
use crate::ontology::{Schema, vocab};
use crate::relation::Claim;

/// Everything that was read out of one document. What is kept of it between builds leaves out what another file of the same
/// bytes would have otherwise, and what is kept beside it.
#[derive(Serialize, Deserialize)]
pub struct Extraction {
    /// Its name in the graph.
    #[serde(skip)]
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Its text and parts.
    pub document: Document,
    /// What it names.
    pub entities: Entities,
    /// What it states.
    pub claims: Vec<Claim>,
    /// What it counts.
    pub figures: Vec<Figure>,
    /// The place that it was written from.
    pub place: Option<DivisionId>,
    /// What it says of its entities, for identity across documents.
    #[serde(skip)]
    pub summary: Summary,
}

/// The quads of one document.
pub fn draft(schema: &Schema, extraction: &Extraction) -> Draft {
    let ids = extraction.entities.iter().map(|(id, _)| id);
    let ids = ids.chain(extraction.claims.iter().flat_map(|claim| [claim.subject, claim.object]));
    let ids = ids.chain(extraction.figures.iter().filter_map(|figure| figure.subject));
    let names = ids.map(|id| (id, extraction.entities.in_graph(schema, id))).collect();
    let graph = document_iri(&extraction.path);
    let mut writer = Writer { extraction, names: &names, graph: &graph, draft: Draft::default() };
    writer.document();
    let passages = writer.entities();
    writer.passages(&passages);
    extraction.claims.iter().for_each(|c| writer.claim(c));
    extraction.figures.iter().enumerate().for_each(|(n, f)| writer.figure(n, f));
    writer.draft
}

struct Writer<'a> {
    extraction: &'a Extraction,
    /// What the entities are called in the graph.
    names: &'a HashMap<EntityId, Named>,
    graph: &'a NamedNode,
    draft: Draft,
}

impl<'a> Writer<'a> {
    fn put<'t>(&mut self, subject: &NamedNode, predicate: NamedNodeRef<'_>, object: impl Into<TermRef<'t>>) {
        self.draft.put(subject.as_ref().into(), predicate, object.into(), self.graph.as_ref());
    }

    fn iri(&self, id: EntityId) -> &'a NamedNode {
        &self.names[&id].iri
    }

    fn document(&mut self) {
        let node = self.graph;
        let extraction = self.extraction;
        self.put(node, rdf::TYPE, vocab::DOCUMENT);
        self.put(node, vocab::PATH, LiteralRef::from(extraction.path.as_str()));
        self.put(node, vocab::SHA256, LiteralRef::from(extraction.sha256.as_str()));
        self.put(node, vocab::CHARACTERS, &integer(extraction.document.text.characters()));
        let head = &extraction.document.head;
        for (property, part) in [
            (vocab::NUMBER, &head.number),
            (vocab::TITLE, &head.title),
            (vocab::SENDER_NAME, &head.sender),
            (vocab::ADDRESSEE_NAME, &head.addressee),
            (vocab::REPLY_CLASS, &head.reply_class),
        ] {
            if let Some(part) = part {
                self.put(node, property, LiteralRef::from(part.text.as_str()));
            }
        }
        if let Some(date) = &head.date {
            self.put(node, vocab::DATE, LiteralRef::new_typed_literal(&date.text, xsd::DATE));
        }
        if let Some(id) = extraction.entities.roles.document {
            self.put(node, vocab::RECORDS, self.iri(id));
        }
    }

    /// The entities; returns the sentences that name them.
    fn entities(&mut self) -> Vec<(Span, BTreeSet<EntityId>)> {
        let node = self.graph;
        let mut passages: std::collections::BTreeMap<Span, BTreeSet<EntityId>> = Default::default();
        let extraction = self.extraction;
        for (id, entity) in extraction.entities.iter() {
            let Named { iri, class, name } = &self.names[&id];
            let class = NamedNode::new_unchecked(format!("{}{class}", vocab::WM));
            self.put(iri, rdf::TYPE, &class);
            self.put(iri, vocab::PREF_LABEL, chinese(name));
            for form in std::iter::once(&entity.name).chain(&entity.aliases).filter(|form| **form != **name) {
                self.put(iri, vocab::ALT_LABEL, chinese(form));
            }
            self.put(node, vocab::MENTIONS, iri);
            for span in &entity.spans {
                passages.entry(extraction.document.sentence_of(*span)).or_default().insert(id);
            }
        }
        passages.into_iter().collect()
    }

    fn passages(&mut self, passages: &[(Span, BTreeSet<EntityId>)]) {
        for (span, entities) in passages {
            let at = self.extraction.document.text.original(*span);
            let node = &record_iri("passage", &self.extraction.path, &[&at.start.to_string(), &at.end.to_string()]);
            self.put(node, rdf::TYPE, vocab::PASSAGE);
            self.evidence(node, *span);
            for id in entities {
                self.put(node, vocab::NAMES, self.iri(*id));
            }
        }
    }

    fn claim(&mut self, claim: &Claim) {
        let (subject, object) = (self.iri(claim.subject), self.iri(claim.object));
        let predicate = NamedNode::new_unchecked(format!("{}{}", vocab::WM, claim.predicate));
        let content = [subject.as_str(), predicate.as_str(), object.as_str()];
        let node = &record_iri("claim", &self.extraction.path, &content);
        self.put(subject, predicate.as_ref(), object);
        self.put(node, rdf::TYPE, vocab::CLAIM);
        self.put(node, rdf::SUBJECT, subject);
        self.put(node, rdf::PREDICATE, &predicate);
        self.put(node, rdf::OBJECT, object);
        self.evidence(node, claim.evidence);
        self.rule(node, &claim.rule, claim.confidence);
    }

    fn figure(&mut self, n: usize, figure: &Figure) {
        let start = self.extraction.document.text.original(figure.span).start;
        let node = &figure_iri(&self.extraction.path, start, &figure.value, &figure.unit, n);
        self.put(node, rdf::TYPE, vocab::FIGURE);
        self.put(node, vocab::VALUE, LiteralRef::new_typed_literal(&figure.value, xsd::DECIMAL));
        self.put(node, vocab::UNIT, LiteralRef::from(figure.unit.as_str()));
        if let Some(unit) = &figure.quantity {
            self.put(node, vocab::QUANTITY, &NamedNode::new_unchecked(format!("{}{unit}", vocab::QUDT)));
        }
        self.put(node, vocab::QUALIFIER, LiteralRef::from(qualifier(figure.qualifier)));
        self.put(node, vocab::INDICATOR, LiteralRef::from(figure.indicator.as_str()));
        self.put(node, vocab::PLANNED, &Literal::from(figure.planned));
        if let Some(subject) = figure.subject {
            self.put(node, vocab::ABOUT, self.iri(subject));
        }
        if !figure.period.is_empty() {
            self.put(node, vocab::PERIOD, LiteralRef::from(figure.period.as_str()));
            if let Some((from, to)) = days(&figure.period) {
                self.put(node, vocab::FROM, LiteralRef::new_typed_literal(&from, xsd::DATE));
                self.put(node, vocab::TO, LiteralRef::new_typed_literal(&to, xsd::DATE));
            }
        }
        self.evidence(node, figure.span);
        self.rule(node, &figure.rule, figure.confidence);
    }

    /// Where a record was read: document, section, offsets and the words.
    fn evidence(&mut self, node: &NamedNode, span: Span) {
        let document = &self.extraction.document;
        let at = document.text.original(span);
        self.put(node, vocab::IN_DOCUMENT, self.graph);
        let section = document.section_of(span);
        if !section.is_empty() {
            self.put(node, vocab::SECTION, LiteralRef::from(section));
        }
        self.put(node, vocab::START, &integer(at.start as usize));
        self.put(node, vocab::END, &integer(at.end as usize));
        self.put(node, vocab::QUOTE, LiteralRef::from(document.text.quote(span).as_str()));
    }

    fn rule(&mut self, node: &NamedNode, rule: &str, confidence: f64) {
        self.put(node, vocab::RULE, LiteralRef::from(rule));
        self.put(node, vocab::CONFIDENCE, LiteralRef::new_typed_literal(&two_decimals(confidence), xsd::DECIMAL));
    }
}

/// The IRI of the `n`-th figure of the document at `path`, which begins at the character `start` of the original.
pub fn figure_iri(path: &str, start: u32, value: &str, unit: &str, n: usize) -> NamedNode {
    record_iri("figure", path, &[&start.to_string(), value, unit, &n.to_string()])
}

/// A confidence as it stands in the graph.
fn two_decimals(confidence: f64) -> String {
    format!("{:.2}", confidence.clamp(0.0, 1.0))
}

/// `confidence` as whoever asks the graph sees it: between 0 and 1, to two decimals.
pub fn rounded(confidence: f64) -> f64 {
    two_decimals(confidence).parse().unwrap_or(confidence)
}

/// A qualifier as it stands in the graph.
pub fn qualifier(qualifier: Qualifier) -> &'static str {
    match qualifier {
        Qualifier::Exact => "exact",
        Qualifier::Over => "over",
        Qualifier::About => "about",
        Qualifier::Nearly => "nearly",
        Qualifier::UpTo => "upto",
    }
}

fn integer(value: usize) -> Literal {
    Literal::new_typed_literal(value.to_string(), xsd::NON_NEGATIVE_INTEGER)
}

fn chinese(text: &str) -> LiteralRef<'_> {
    LiteralRef::new_language_tagged_literal_unchecked(text, "zh")
}
