//! What is one thing, why, and what should be looked at → quads of the graph of identity.

use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Quad, Term};

use crate::entity::record_iri;
use crate::identity::{Evidence, Identifier, Identity};
use crate::ontology::vocab;

/// The quads of the graph of identity, without order.
pub fn quads(identity: &Identity) -> Vec<Quad> {
    let mut quads = Vec::new();
    let mut put = |subject: &NamedNode, predicate: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(subject.clone(), predicate.into_owned(), object, vocab::IDENTITY));
    };
    let text = |text: &str| Term::from(Literal::from(text));
    let passage = |e: &Evidence| {
        let at = e.at?;
        Some(record_iri("passage", &e.path, &[&at.start.to_string(), &at.end.to_string()]))
    };
    let score = |score: u32| {
        let value = format!("{}.{:03}", score / 1000, score % 1000);
        Term::from(Literal::new_typed_literal(value, xsd::DECIMAL))
    };
    for node in &identity.nodes {
        for identifier in &node.identifiers {
            match identifier {
                Identifier::Division(code) => put(&node.named.iri, vocab::DIVISION_CODE, text(code)),
                Identifier::Listed(id) => put(&node.named.iri, vocab::IDENTIFIER, text(id)),
                Identifier::Match(iri) => {
                    put(&node.named.iri, vocab::EXACT_MATCH, NamedNode::new_unchecked(iri.as_str()).into());
                }
            }
        }
    }
    for merge in &identity.merges {
        let record = record_iri("merge", &merge.rule, &[&merge.left, &merge.right]);
        put(&identity.nodes[merge.node].named.iri, vocab::MERGED_BECAUSE, record.clone().into());
        put(&record, rdf::TYPE, vocab::MERGE.into());
        put(&record, vocab::LEFT, text(&merge.left));
        put(&record, vocab::RIGHT, text(&merge.right));
        put(&record, vocab::RULE, text(&merge.rule));
        put(&record, vocab::CONFIDENCE, score(merge.score));
        for (property, evidence) in [vocab::LEFT_EVIDENCE, vocab::RIGHT_EVIDENCE].into_iter().zip(&merge.evidence) {
            if let Some(passage) = passage(evidence) {
                put(&record, property, passage.into());
            }
        }
    }
    for doubt in &identity.doubts {
        let record = record_iri("doubt", &doubt.rule, &[&doubt.left, &doubt.right]);
        put(&record, rdf::TYPE, vocab::DOUBT.into());
        put(&record, vocab::LEFT, text(&doubt.left));
        put(&record, vocab::RIGHT, text(&doubt.right));
        put(&record, vocab::RULE, text(&doubt.rule));
        put(&record, vocab::CONFIDENCE, score(doubt.score));
        put(&record, vocab::JOINED, Literal::from(doubt.joined).into());
        put(
            &record,
            vocab::WEIGHT,
            Literal::new_typed_literal(doubt.value.to_string(), xsd::NON_NEGATIVE_INTEGER).into(),
        );
        if !doubt.guard.is_empty() {
            put(&record, vocab::GUARD, text(doubt.guard));
        }
        for node in doubt.nodes {
            put(&record, vocab::DOUBTS_OF, identity.nodes[node].named.iri.clone().into());
        }
        for (property, evidence) in [vocab::LEFT_EVIDENCE, vocab::RIGHT_EVIDENCE].into_iter().zip(&doubt.evidence) {
            if let Some(passage) = passage(evidence) {
                put(&record, property, passage.into());
            }
        }
    }
    for (newer, older) in &identity.revises {
        let [newer, older] = [newer, older].map(|n| &identity.nodes[*n].named.iri);
        put(newer, vocab::REVISES, older.clone().into());
    }
    quads
}
