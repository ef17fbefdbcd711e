//! What a store says, gathered in one pass and sorted: entities, claims, passages and the names of documents.
//!
//! `docs/model.md` describes the quads. What does not follow it (a claim without a subject, an entity without a class)
//! is passed over here; finding such things is the business of `wenmai check`.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::DiagramError;
use super::view::Quote;
use crate::graph::Store;
use crate::ontology::vocab;

/// A thing that documents name.
#[derive(Clone, Debug)]
pub(super) struct Entity {
    /// IRI of its class.
    pub class: String,
    /// The preferred label; where documents differ, the one that most of them use.
    pub label: String,
    /// All other labels.
    pub aliases: BTreeSet<String>,
    /// The documents that name it.
    pub documents: BTreeSet<String>,
}

/// One stated relation and where it was read.
#[derive(Debug)]
pub(super) struct Claim {
    pub subject: String,
    pub predicate: String,
    pub object: String,
    pub document: String,
    pub quote: String,
}

/// A sentence that names entities.
#[derive(Debug)]
pub(super) struct Passage {
    pub document: String,
    /// Number of the section; empty where the sentence stands in none.
    pub section: String,
    pub quote: String,
    pub mentions: BTreeSet<String>,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Document {
    /// Its number, else its title, else its path.
    pub name: String,
    /// The letters in it that are entities themselves.
    pub records: BTreeSet<String>,
    /// The entities that it names.
    pub mentions: BTreeSet<String>,
}

/// All of it, by IRI.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub entities: BTreeMap<String, Entity>,
    pub documents: BTreeMap<String, Document>,
    pub claims: Vec<Claim>,
    pub passages: Vec<Passage>,
}

/// The statements about one subject. `BTree…` throughout, because the engine promises no order.
#[derive(Default)]
struct Record {
    /// Class → graphs that state it.
    classes: BTreeMap<String, BTreeSet<String>>,
    /// Preferred label → graphs that state it.
    labels: BTreeMap<String, BTreeSet<String>>,
    /// Predicate → objects, for all else.
    values: BTreeMap<&'static str, BTreeSet<String>>,
}

/// The predicates that matter here besides class and preferred label.
const PREDICATES: [NamedNodeRef<'static>; 14] = [
    vocab::ALT_LABEL,
    vocab::TITLE,
    vocab::NUMBER,
    vocab::PATH,
    vocab::RECORDS,
    vocab::MENTIONS,
    vocab::NAMES,
    vocab::IN_DOCUMENT,
    vocab::SECTION,
    vocab::QUOTE,
    rdf::SUBJECT,
    rdf::PREDICATE,
    rdf::OBJECT,
    vocab::START,
];

impl Facts {
    /// Reads all documents of `store`.
    pub fn read(store: &Store) -> Result<Self, DiagramError> {
        let mut records: BTreeMap<String, Record> = BTreeMap::new();
        for quad in store.quads().iter() {
            note(&mut records, quad?);
        }
        let mut facts = Self::default();
        let mut passages = Vec::new();
        for (iri, record) in records {
            facts.sort_in(iri, record, &mut passages);
        }
        // In the order of the text, so that the first quote of a tie is the first in the document.
        passages.sort_by(|(start, a): &(u64, Passage), (other, b)| {
            (&a.document, start, &a.quote).cmp(&(&b.document, other, &b.quote))
        });
        facts.passages = passages.into_iter().map(|(_, passage)| passage).collect();
        facts.claims.sort_by(|a, b| {
            let key = |c: &Claim| [&c.subject, &c.predicate, &c.object, &c.document, &c.quote].map(String::clone);
            key(a).cmp(&key(b))
        });
        facts.settle();
        Ok(facts)
    }

    /// Puts one subject where it belongs.
    fn sort_in(&mut self, iri: String, record: Record, passages: &mut Vec<(u64, Passage)>) {
        let Some(class) = most_stated(&record.classes) else { return };
        let is = |term: NamedNodeRef<'_>| class == term.as_str();
        if is(vocab::CLAIM) {
            let one = |term: NamedNodeRef<'static>| record.one(term);
            if let (Some(subject), Some(predicate), Some(object)) =
                (one(rdf::SUBJECT), one(rdf::PREDICATE), one(rdf::OBJECT))
            {
                let document = one(vocab::IN_DOCUMENT).unwrap_or_default();
                let quote = one(vocab::QUOTE).unwrap_or_default();
                self.claims.push(Claim { subject, predicate, object, document, quote });
            }
        } else if is(vocab::PASSAGE) {
            let start = record.one(vocab::START).and_then(|start| start.parse().ok()).unwrap_or_default();
            let passage = Passage {
                document: record.one(vocab::IN_DOCUMENT).unwrap_or_default(),
                section: record.one(vocab::SECTION).unwrap_or_default(),
                quote: record.one(vocab::QUOTE).unwrap_or_default(),
                mentions: record.all(vocab::NAMES),
            };
            passages.push((start, passage));
        } else if is(vocab::DOCUMENT) {
            let name = [vocab::NUMBER, vocab::TITLE, vocab::PATH].into_iter().find_map(|term| record.one(term));
            let document = Document {
                name: name.unwrap_or_else(|| last_part(&iri)),
                records: record.all(vocab::RECORDS),
                mentions: record.all(vocab::MENTIONS),
            };
            self.documents.insert(iri, document);
        } else if !is(vocab::FIGURE) && iri.starts_with(vocab::ID) {
            let label = most_stated(&record.labels).map_or_else(|| last_part(&iri), str::to_owned);
            let mut aliases = record.all(vocab::ALT_LABEL);
            aliases.extend(record.labels.keys().cloned());
            aliases.remove(&label);
            let documents = record.classes.values().flatten().cloned().collect();
            self.entities.insert(iri, Entity { class: class.to_owned(), label, aliases, documents });
        }
    }

    /// Drops what points to nothing.
    fn settle(&mut self) {
        let Self { entities, documents, claims, passages } = self;
        claims.retain(|c| entities.contains_key(&c.subject) && entities.contains_key(&c.object));
        claims.retain(|c| c.subject != c.object);
        for passage in passages {
            passage.mentions.retain(|e| entities.contains_key(e));
        }
        for document in documents.values_mut() {
            document.mentions.retain(|e| entities.contains_key(e));
            document.records.retain(|e| entities.contains_key(e));
        }
    }

    /// The letters: entities that stand for a document themselves.
    pub fn letters(&self) -> BTreeSet<&str> {
        self.documents.values().flat_map(|document| &document.records).map(String::as_str).collect()
    }

    /// Words of a document with its name.
    pub fn quote(&self, document: &str, text: &str) -> Quote {
        Quote { text: text.to_owned(), document: self.document_name(document).to_owned() }
    }

    /// What a document is called.
    pub fn document_name<'a>(&'a self, iri: &'a str) -> &'a str {
        self.documents.get(iri).map_or(iri, |document| &document.name)
    }
}

impl Record {
    fn one(&self, term: NamedNodeRef<'static>) -> Option<String> {
        self.values.get(term.as_str())?.first().cloned()
    }

    fn all(&self, term: NamedNodeRef<'static>) -> BTreeSet<String> {
        self.values.get(term.as_str()).cloned().unwrap_or_default()
    }
}

fn note(records: &mut BTreeMap<String, Record>, quad: Quad) {
    let GraphName::NamedNode(graph) = quad.graph_name else { return };
    let NamedOrBlankNode::NamedNode(subject) = quad.subject else { return };
    if graph == vocab::ONTOLOGY {
        return;
    }
    let object = match quad.object {
        Term::NamedNode(node) => node.into_string(),
        Term::Literal(literal) => literal.value().to_owned(),
        _ => return,
    };
    let predicate: NamedNode = quad.predicate;
    if predicate == rdf::TYPE {
        let record = records.entry(subject.into_string()).or_default();
        record.classes.entry(object).or_default().insert(graph.into_string());
    } else if predicate == vocab::PREF_LABEL {
        let record = records.entry(subject.into_string()).or_default();
        record.labels.entry(object).or_default().insert(graph.into_string());
    } else if let Some(known) = PREDICATES.iter().find(|known| **known == predicate.as_ref()) {
        let record = records.entry(subject.into_string()).or_default();
        record.values.entry(known.as_str()).or_default().insert(object);
    }
}

/// The key that most graphs state; of several, the first in order.
fn most_stated(stated: &BTreeMap<String, BTreeSet<String>>) -> Option<&str> {
    let most = stated.values().map(BTreeSet::len).max()?;
    stated.iter().find(|(_, graphs)| graphs.len() == most).map(|(key, _)| key.as_str())
}

/// What stands after the last `/` or `#` of an IRI.
pub(super) fn last_part(iri: &str) -> String {
    iri.rsplit(['/', '#']).next().unwrap_or(iri).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_stated_key_wins_and_ties_go_to_the_first() {
        let graphs = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
        let mut stated = BTreeMap::from([("b".to_owned(), graphs(&["1"])), ("a".to_owned(), graphs(&["1"]))]);
        assert_eq!(most_stated(&stated), Some("a"));
        stated.insert("c".to_owned(), graphs(&["1", "2"]));
        assert_eq!(most_stated(&stated), Some("c"));
        assert_eq!(most_stated(&BTreeMap::new()), None);
    }

    #[test]
    fn the_last_part_of_an_iri_follows_slash_or_hash() {
        assert_eq!(last_part("https://w3id.org/wenmai/ontology#Bank"), "Bank");
        assert_eq!(last_part("https://w3id.org/wenmai/id/Bank/X"), "X");
        assert_eq!(last_part("plain"), "plain");
    }
}
