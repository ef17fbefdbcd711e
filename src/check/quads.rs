//! Findings → quads, in a graph of their own. `docs/model.md` describes them.

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Quad, Term};

use super::{Finding, Place, kind_of};
use crate::entity::{document_iri, record_iri};
use crate::knowledge::Knowledge;
use crate::ontology::vocab;

/// The quads of `findings`.
pub fn quads(knowledge: &Knowledge, findings: &[Finding]) -> Vec<Quad> {
    findings.iter().flat_map(|finding| of(knowledge, finding)).collect()
}

fn of(knowledge: &Knowledge, finding: &Finding) -> Vec<Quad> {
    let Some(kind) = kind_of(knowledge, finding) else { return Vec::new() };
    let first = &finding.first;
    let second = finding.second.as_ref();
    let (from, to) = (first.at.start.to_string(), first.at.end.to_string());
    let other = second.map_or_else(String::new, |s| format!("{} {} {}", s.path, s.at.start, s.at.end));
    let node = record_iri("finding", &first.path, &[&finding.kind, &from, &to, &other]);
    let mut quads = Vec::new();
    let mut put = |predicate: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(node.clone(), predicate.into_owned(), object, vocab::FINDINGS.into_owned()));
    };
    let text = |text: &str| -> Term { Literal::from(text).into() };
    put(rdf::TYPE, vocab::FINDING.into_owned().into());
    put(vocab::KIND, text(&finding.kind));
    put(vocab::SEVERITY, text(kind.severity.name()));
    for (words, lang) in [(&kind.zh, "zh"), (&kind.en, "en")] {
        let colon = if lang == "zh" { "：" } else { ": " };
        let detail = &finding.detail;
        let message = if detail.is_empty() { words.clone() } else { format!("{words}{colon}{detail}") };
        put(vocab::MESSAGE, Literal::new_language_tagged_literal_unchecked(message, lang).into());
    }
    let own = [vocab::IN_DOCUMENT, vocab::QUOTE, vocab::START, vocab::END];
    let others = [vocab::OTHER_DOCUMENT, vocab::OTHER_QUOTE, vocab::OTHER_START, vocab::OTHER_END];
    for (place, terms) in [(Some(first), own), (second, others)] {
        let Some(place) = place else { continue };
        for (term, object) in terms.into_iter().zip(evidence(place)) {
            put(term, object);
        }
    }
    for figure in &finding.concerns {
        put(vocab::CONCERNS, figure.clone().into());
    }
    quads
}

fn evidence(place: &Place) -> [Term; 4] {
    let number = |n: u32| -> Term { Literal::new_typed_literal(n.to_string(), xsd::NON_NEGATIVE_INTEGER).into() };
    let document: NamedNode = document_iri(&place.path);
    [document.into(), Literal::from(place.quote.as_str()).into(), number(place.at.start), number(place.at.end)]
}
