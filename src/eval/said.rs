//! What the graph says of one document, row by row as the named queries `entities`, `relations` and `figures` show it:
//! by IRI, and in the same order. Scoring goes by these rows, so that it judges what users get.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::entity::EntityId;
use crate::graph::{Extraction, qualifier, rounded};
use crate::knowledge::Reading;
use crate::ontology::Schema;

/// The rows of one document.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Entities by their IRIs.
    pub entities: BTreeMap<String, Entity>,
    /// Relations by subject, predicate and object, as IRI, local name and IRI; each triple once.
    pub relations: BTreeMap<(String, String, String), Relation>,
    /// Figures in the order of the text.
    pub figures: Vec<Figure>,
}

/// A row of `entities` for all labels of one IRI.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Local name of the class.
    pub class: String,
    /// The main name.
    pub name: String,
    /// All names.
    pub labels: BTreeSet<String>,
    /// The rule that found it first.
    pub rule: Arc<str>,
    /// Its confidence, to two decimals.
    pub confidence: f64,
}

/// A row of `relations`.
#[derive(Clone, Debug)]
pub struct Relation {
    /// The words that state it.
    pub quote: String,
    /// Where they stand: characters of the decoded file.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// What stands there.
    pub there: String,
    /// The rule that read it.
    pub rule: Arc<str>,
    /// What the rule says and what it supplies.
    pub reading: Reading,
    /// Its confidence, as the graph has it.
    pub confidence: f64,
}

/// A row of `figures`.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Number, unit and qualifier as they stand.
    pub quote: String,
    /// The value in plain digits.
    pub value: String,
    /// The unit.
    pub unit: String,
    /// The qualifier.
    pub qualifier: &'static str,
    /// What is counted.
    pub indicator: String,
    /// IRI of what it is about; empty when there is none.
    pub subject: String,
    /// When.
    pub period: String,
    /// Where it stands: characters of the decoded file.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The rule that read it.
    pub rule: Arc<str>,
    /// Its confidence, as the graph has it.
    pub confidence: f64,
}

impl Said {
    /// What `extraction` writes into the graph.
    pub fn of(schema: &Schema, extraction: &Extraction) -> Self {
        let mut said = Self::default();
        let text = &extraction.document.text;
        let iri = |id: EntityId| extraction.entities.in_graph(schema, id).iri.into_string();
        for (id, entity) in extraction.entities.iter() {
            let named = extraction.entities.in_graph(schema, id);
            let row = said.entities.entry(iri(id)).or_insert_with(|| Entity {
                class: named.class.to_string(),
                name: named.name.to_string(),
                labels: BTreeSet::new(),
                rule: entity.rule.clone(),
                confidence: rounded(entity.confidence),
            });
            row.labels.insert(named.name.to_string());
            row.labels.insert(entity.name.clone());
            row.labels.extend(entity.aliases.iter().cloned());
        }
        for claim in &extraction.claims {
            let at = text.original(claim.evidence);
            let row = Relation {
                quote: text.quote(claim.evidence),
                start: at.start as usize,
                end: at.end as usize,
                there: text.at(at),
                rule: claim.rule.clone(),
                reading: claim.reading,
                confidence: rounded(claim.confidence),
            };
            let key = (iri(claim.subject), claim.predicate.to_string(), iri(claim.object));
            said.relations.entry(key).or_insert(row);
        }
        said.figures = extraction
            .figures
            .iter()
            .map(|figure| {
                let at = text.original(figure.span);
                Figure {
                    quote: text.quote(figure.span),
                    value: figure.value.clone(),
                    unit: figure.unit.clone(),
                    qualifier: qualifier(figure.qualifier),
                    indicator: figure.indicator.clone(),
                    subject: figure.subject.map(iri).unwrap_or_default(),
                    period: figure.period.clone(),
                    start: at.start as usize,
                    end: at.end as usize,
                    rule: figure.rule.clone(),
                    confidence: rounded(figure.confidence),
                }
            })
            .collect();
        // The order of the query: of figures that fit equally well, the first one is taken.
        said.figures.sort_by(|a, b| {
            let key = |f: &Figure| (f.start, f.end, f.indicator.clone());
            let value = |f: &Figure| f.value.parse::<f64>().unwrap_or(f64::NAN);
            key(a).cmp(&key(b)).then_with(|| value(a).total_cmp(&value(b))).then_with(|| a.subject.cmp(&b.subject))
        });
        said
    }
}
