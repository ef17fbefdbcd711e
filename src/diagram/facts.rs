//! What a store says, gathered in one pass and sorted: entities, claims, figures, passages and documents.
//!
//! `docs/model.md` describes the quads. What does not follow it (a claim without a subject, an entity without a class)
//! is passed over here; finding such things is the business of `wenmai check`.
//!
//! Entities, documents and relations are numbers here, in the order of their IRIs, so that a store with a million claims
//! can be ranked without a million strings.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNodeRef, NamedOrBlankNode, Quad, Term};

use super::DiagramError;
use crate::entity::record_iri;
use crate::graph::{self, Store, iri, value};
use crate::ontology::vocab;

/// The number of an entity, a document or a relation.
pub(super) type Id = u32;

/// A thing that documents name.
#[derive(Clone, Debug)]
pub(super) struct Entity {
    pub iri: String,
    /// IRI of its class.
    pub class: String,
    /// The preferred label; where documents differ, the one that most of them use.
    pub label: String,
    /// All other labels, sorted.
    pub aliases: Vec<String>,
    /// How many documents name it.
    pub documents: usize,
}

/// Subject, predicate, object and document of a claim.
pub(super) type Claim4 = [Id; 4];

/// One stated relation and where it was read.
#[derive(Debug)]
pub(super) struct Claim {
    pub subject: Id,
    pub predicate: Id,
    pub object: Id,
    pub document: Id,
    pub quote: String,
}

/// A number that a document states of something.
#[derive(Debug)]
pub(super) struct Figure {
    pub about: Id,
    /// What is counted or measured.
    pub indicator: String,
    pub document: Id,
    pub quote: String,
}

/// A sentence that names entities.
#[derive(Debug)]
pub(super) struct Passage {
    pub document: Id,
    /// Number of the section; empty where the sentence stands in none.
    pub section: String,
    pub quote: String,
    pub mentions: BTreeSet<Id>,
}

/// A file that was read.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub iri: String,
    /// Where it was read from.
    pub path: String,
    /// Its number, else its title, else its path.
    pub name: String,
    /// `YYYY-MM-DD`; empty where the document has none.
    pub date: String,
    /// The letters in it that are entities themselves.
    pub records: BTreeSet<Id>,
    /// The entities that it names.
    pub mentions: BTreeSet<Id>,
}

/// Which of the facts a picture needs; reading the others would only take time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub passages: bool,
    pub figures: bool,
    /// Whether relations do without quotes until it is known which are shown; see [`Facts::quotes`].
    pub outline: bool,
}

/// All of it, each list in the order of the IRIs.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub entities: Vec<Entity>,
    pub documents: Vec<Document>,
    /// IRIs of the relations that are stated.
    pub predicates: Vec<String>,
    pub claims: Vec<Claim>,
    pub figures: Vec<Figure>,
    pub passages: Vec<Passage>,
}

/// The predicates that matter here besides class and preferred label.
const PREDICATES: [NamedNodeRef<'static>; 17] = [
    vocab::ALT_LABEL,
    vocab::TITLE,
    vocab::NUMBER,
    vocab::PATH,
    vocab::DATE,
    vocab::RECORDS,
    vocab::MENTIONS,
    vocab::NAMES,
    vocab::IN_DOCUMENT,
    vocab::SECTION,
    vocab::QUOTE,
    vocab::ABOUT,
    vocab::INDICATOR,
    rdf::SUBJECT,
    rdf::PREDICATE,
    rdf::OBJECT,
    vocab::START,
];

impl Facts {
    /// Reads all documents of `store`.
    pub fn read(store: &Store, needs: Needs) -> Result<Self, DiagramError> {
        let mut statements = Vec::new();
        for quad in store.matching(None, None, None, None)? {
            let (GraphName::NamedNode(graph), NamedOrBlankNode::NamedNode(subject)) = (quad.graph_name, quad.subject)
            else {
                continue;
            };
            let object = match quad.object {
                Term::NamedNode(node) => node.into_string(),
                Term::Literal(literal) => literal.value().to_owned(),
                _ => continue,
            };
            statements.push((subject.into_string(), quad.predicate.into_string(), object, graph.into_string()));
        }
        // The engine promises no order.
        statements.sort_unstable();
        let mut reader = Reader::new(needs);
        for (subject, predicate, object, graph) in &statements {
            if graph != vocab::ONTOLOGY.as_str()
                && let Some(predicate) = reader.known(predicate)
            {
                reader.take(subject, predicate, object);
            }
        }
        Ok(reader.finish())
    }

    /// Reads the documents of the store at `dir` without loading it; also the quads of its ontology.
    pub fn scan(dir: &Path, needs: Needs) -> Result<(Self, Vec<Quad>), DiagramError> {
        let mut without = Vec::new();
        for (kind, needed) in [("passage/", needs.passages), ("figure/", needs.figures), ("claim/", !needs.outline)] {
            if !needed {
                without.push(format!("{}{kind}", vocab::ID));
            }
        }
        let mut reader = Reader::new(needs);
        let mut ontology = Vec::new();
        graph::scan(dir, &without, |line| {
            // Lists in the ontology hang on blank nodes, which say nothing here.
            let (Some(subject), Some(predicate), Some(graph)) =
                (iri(line.subject), iri(line.predicate), iri(line.graph))
            else {
                return;
            };
            if graph == vocab::ONTOLOGY.as_str() {
                ontology.extend(line.quad());
            } else if let Some(predicate) = reader.known(predicate) {
                if let Some(object) = value(line.object) {
                    reader.take(subject, predicate, &object);
                }
            } else if needs.outline
                && graph != vocab::IDENTITY.as_str()
                && let Some(object) = iri(line.object)
            {
                // What is known of identity (one policy revises another) is no claim of a document.
                reader.relation([subject, predicate, object, graph]);
            }
        })?;
        Ok((reader.finish(), ontology))
    }

    /// The first quote of each of some claims, looked up one by one in the store at `dir`. A claim that is not there under
    /// the IRI that its parts make has none.
    pub fn quotes(&self, dir: &Path, claims: &[Claim4]) -> Result<HashMap<Claim4, String>, DiagramError> {
        let mut of_iri: HashMap<String, Claim4> = HashMap::new();
        let mut subjects: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for claim in claims {
            let [subject, predicate, object, document] = *claim;
            let content =
                [self.entity(subject).iri.as_str(), self.predicate(predicate), self.entity(object).iri.as_str()];
            let path = &self.document(document).path;
            let claim_iri = record_iri("claim", path, &content).into_string();
            subjects.entry(path.clone()).or_default().insert(claim_iri.clone());
            of_iri.insert(claim_iri, *claim);
        }
        let mut quotes = HashMap::new();
        graph::scan_subjects(dir, &subjects, |line| {
            if iri(line.predicate) == Some(vocab::QUOTE.as_str())
                && let Some(claim) = iri(line.subject).and_then(|subject| of_iri.get(subject))
                && let Some(quote) = value(line.object)
            {
                quotes.insert(*claim, quote.into_owned());
            }
        })?;
        Ok(quotes)
    }

    /// The letters: entities that stand for a document themselves.
    pub fn letters(&self) -> BTreeSet<Id> {
        self.documents.iter().flat_map(|document| document.records.iter().copied()).collect()
    }

    pub fn entity(&self, id: Id) -> &Entity {
        &self.entities[id as usize]
    }

    pub fn document(&self, id: Id) -> &Document {
        &self.documents[id as usize]
    }

    pub fn predicate(&self, id: Id) -> &str {
        &self.predicates[id as usize]
    }

    /// The number of the entity with an IRI.
    pub fn entity_id(&self, iri: &str) -> Option<Id> {
        position(&self.entities, |entity| entity.iri.as_str().cmp(iri))
    }

    /// The number of a relation, if it is stated anywhere.
    pub fn predicate_id(&self, iri: &str) -> Option<Id> {
        position(&self.predicates, |predicate| predicate.as_str().cmp(iri))
    }

    /// All entities with their numbers.
    pub fn all(&self) -> impl Iterator<Item = (Id, &Entity)> {
        (0..).zip(&self.entities)
    }
}

fn position<T>(list: &[T], order: impl FnMut(&T) -> std::cmp::Ordering) -> Option<Id> {
    list.binary_search_by(order).ok().and_then(|place| Id::try_from(place).ok())
}

/// Gives names numbers, in the order in which they come.
#[derive(Default)]
struct Numbers {
    known: foldhash::HashMap<String, Id>,
    names: Vec<String>,
}

impl Numbers {
    fn of(&mut self, name: &str) -> Id {
        if let Some(id) = self.known.get(name) {
            return *id;
        }
        let id = Id::try_from(self.names.len()).unwrap_or(Id::MAX);
        self.known.insert(name.to_owned(), id);
        self.names.push(name.to_owned());
        id
    }
}

/// The statements about one subject.
#[derive(Default)]
struct Record {
    subject: String,
    /// Classes, each with the number of graphs that state it.
    classes: Vec<(String, usize)>,
    /// Preferred labels, each with the number of graphs that state it.
    labels: Vec<(String, usize)>,
    /// Predicate and object, for all else.
    values: Vec<(&'static str, String)>,
}

impl Record {
    /// The first value in order.
    fn one(&self, term: NamedNodeRef<'static>) -> Option<&str> {
        self.all(term).min()
    }

    fn all(&self, term: NamedNodeRef<'static>) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(known, _)| *known == term.as_str()).map(|(_, value)| value.as_str())
    }
}

/// Takes statements, those of one subject one after the other.
struct Reader {
    needs: Needs,
    /// The predicates that are kept, by their length.
    known: Vec<Vec<&'static str>>,
    facts: Facts,
    record: Record,
    /// The subject of the last relation.
    last: Option<Id>,
    /// Numbers of everything that may be an entity, a document, a relation.
    things: Numbers,
    files: Numbers,
    relations: Numbers,
    /// Entities and documents that were described, by number.
    entities: Vec<(Id, Entity)>,
    documents: Vec<(Id, Document)>,
    passages: Vec<(u64, Passage)>,
}

impl Reader {
    pub fn new(needs: Needs) -> Self {
        let mut known: Vec<Vec<&'static str>> = Vec::new();
        for term in [rdf::TYPE, vocab::PREF_LABEL].into_iter().chain(PREDICATES) {
            if term == vocab::MENTIONS && needs.outline {
                continue;
            }
            let length = term.as_str().len();
            known.resize(known.len().max(length + 1), Vec::new());
            known[length].push(term.as_str());
        }
        Self {
            needs,
            known,
            facts: Facts::default(),
            record: Record::default(),
            last: None,
            things: Numbers::default(),
            files: Numbers::default(),
            relations: Numbers::default(),
            entities: Vec::new(),
            documents: Vec::new(),
            passages: Vec::new(),
        }
    }

    /// The same predicate, if it says anything that is kept.
    fn known(&self, predicate: &str) -> Option<&'static str> {
        let alike = self.known.get(predicate.len())?;
        alike.iter().copied().find(|known| *known == predicate)
    }

    /// Takes the next statement of a document.
    fn take(&mut self, subject: &str, predicate: &'static str, object: &str) {
        if self.record.subject != subject {
            self.sort_in();
            self.record = Record { subject: subject.to_owned(), ..Record::default() };
        }
        let record = &mut self.record;
        if predicate == rdf::TYPE.as_str() {
            count(&mut record.classes, object);
        } else if predicate == vocab::PREF_LABEL.as_str() {
            count(&mut record.labels, object);
        } else {
            record.values.push((predicate, object.to_owned()));
        }
    }

    /// Takes a statement that may be a relation between two entities.
    fn relation(&mut self, [subject, predicate, object, graph]: [&str; 4]) {
        let entity = |iri: &str| {
            iri.strip_prefix(vocab::ID).is_some_and(|end| end.starts_with(|c: char| c.is_ascii_uppercase()))
        };
        if predicate.starts_with(vocab::WM) && entity(subject) && entity(object) {
            // Statements of one subject stand together.
            let subject = match self.last {
                Some(id) if self.things.names[id as usize] == subject => id,
                _ => self.things.of(subject),
            };
            self.last = Some(subject);
            self.facts.claims.push(Claim {
                subject,
                predicate: self.relations.of(predicate),
                object: self.things.of(object),
                document: self.files.of(graph),
                quote: String::new(),
            });
        }
    }

    /// Puts one subject where it belongs.
    fn sort_in(&mut self) {
        let record = std::mem::take(&mut self.record);
        let Some(class) = most_stated(&record.classes) else { return };
        let one = |term: NamedNodeRef<'static>| record.one(term);
        let text = |term: NamedNodeRef<'static>| record.one(term).unwrap_or_default().to_owned();
        if class == vocab::CLAIM.as_str() {
            if let (Some(subject), Some(predicate), Some(object)) =
                (one(rdf::SUBJECT), one(rdf::PREDICATE), one(rdf::OBJECT))
            {
                self.facts.claims.push(Claim {
                    subject: self.things.of(subject),
                    predicate: self.relations.of(predicate),
                    object: self.things.of(object),
                    document: self.files.of(one(vocab::IN_DOCUMENT).unwrap_or_default()),
                    quote: text(vocab::QUOTE),
                });
            }
        } else if class == vocab::PASSAGE.as_str() {
            if self.needs.passages {
                let start = one(vocab::START).and_then(|start| start.parse().ok()).unwrap_or_default();
                let passage = Passage {
                    document: self.files.of(one(vocab::IN_DOCUMENT).unwrap_or_default()),
                    section: text(vocab::SECTION),
                    quote: text(vocab::QUOTE),
                    mentions: record.all(vocab::NAMES).map(|iri| self.things.of(iri)).collect(),
                };
                self.passages.push((start, passage));
            }
        } else if class == vocab::FIGURE.as_str() {
            if let (true, Some(about)) = (self.needs.figures, one(vocab::ABOUT)) {
                self.facts.figures.push(Figure {
                    about: self.things.of(about),
                    indicator: text(vocab::INDICATOR),
                    document: self.files.of(one(vocab::IN_DOCUMENT).unwrap_or_default()),
                    quote: text(vocab::QUOTE),
                });
            }
        } else if class == vocab::DOCUMENT.as_str() {
            let name = [vocab::NUMBER, vocab::TITLE, vocab::PATH].into_iter().find_map(one);
            let document = Document {
                name: name.map_or_else(|| last_part(&record.subject), str::to_owned),
                path: text(vocab::PATH),
                date: text(vocab::DATE),
                records: record.all(vocab::RECORDS).map(|iri| self.things.of(iri)).collect(),
                mentions: record.all(vocab::MENTIONS).map(|iri| self.things.of(iri)).collect(),
                iri: record.subject,
            };
            self.documents.push((self.files.of(&document.iri), document));
        } else if record.subject.starts_with(vocab::ID) {
            let label = most_stated(&record.labels).map_or_else(|| last_part(&record.subject), str::to_owned);
            let mut aliases: BTreeSet<&str> = record.all(vocab::ALT_LABEL).collect();
            aliases.extend(record.labels.iter().map(|(label, _)| label.as_str()));
            aliases.remove(label.as_str());
            let entity = Entity {
                aliases: aliases.into_iter().map(str::to_owned).collect(),
                class: class.to_owned(),
                documents: record.classes.iter().map(|(_, graphs)| graphs).sum(),
                label,
                iri: record.subject,
            };
            self.entities.push((self.things.of(&entity.iri), entity));
        }
    }

    /// Numbers everything in the order of the IRIs and drops what points to nothing.
    pub fn finish(mut self) -> Facts {
        self.sort_in();
        let Self { mut facts, things, files, relations, mut entities, mut documents, mut passages, .. } = self;
        // A document that is only pointed to is called by its IRI.
        let described: BTreeSet<Id> = documents.iter().map(|(id, _)| *id).collect();
        for (id, iri) in (0..).zip(&files.names).filter(|(id, _)| !described.contains(id)) {
            documents.push((id, Document { iri: iri.clone(), name: iri.clone(), ..Document::default() }));
        }
        entities.sort_unstable_by(|(_, a), (_, b)| a.iri.cmp(&b.iri));
        documents.sort_unstable_by(|(_, a), (_, b)| a.iri.cmp(&b.iri));
        let mut names: Vec<(Id, String)> = (0..).zip(relations.names).collect();
        names.sort_unstable_by(|(_, a), (_, b)| a.cmp(b));
        let thing = renumbered(things.names.len(), entities.iter().map(|(id, _)| *id));
        let file = renumbered(files.names.len(), documents.iter().map(|(id, _)| *id));
        let relation = renumbered(names.len(), names.iter().map(|(id, _)| *id));

        let kept = |ids: &BTreeSet<Id>| ids.iter().filter_map(|id| thing[*id as usize]).collect();
        facts.claims.retain(|c| c.subject != c.object);
        facts.claims.retain(|c| thing[c.subject as usize].is_some() && thing[c.object as usize].is_some());
        for claim in &mut facts.claims {
            claim.subject = thing[claim.subject as usize].unwrap_or_default();
            claim.object = thing[claim.object as usize].unwrap_or_default();
            claim.predicate = relation[claim.predicate as usize].unwrap_or_default();
            claim.document = file[claim.document as usize].unwrap_or_default();
        }
        facts.claims.sort_unstable_by(|a, b| {
            let key = |c: &Claim| (c.subject, c.predicate, c.object, c.document);
            key(a).cmp(&key(b)).then_with(|| a.quote.cmp(&b.quote))
        });
        facts.figures.retain(|f| thing[f.about as usize].is_some());
        for figure in &mut facts.figures {
            figure.about = thing[figure.about as usize].unwrap_or_default();
            figure.document = file[figure.document as usize].unwrap_or_default();
        }
        facts.figures.sort_unstable_by(|a, b| {
            (a.about, a.document, &a.indicator, &a.quote).cmp(&(b.about, b.document, &b.indicator, &b.quote))
        });
        for (_, passage) in &mut passages {
            passage.document = file[passage.document as usize].unwrap_or_default();
            passage.mentions = kept(&passage.mentions);
        }
        // In the order of the text, so that the first quote of a tie is the first in the document.
        passages.sort_unstable_by(|(start, a), (other, b)| {
            (a.document, start, &a.quote).cmp(&(b.document, other, &b.quote))
        });
        for (_, document) in &mut documents {
            document.records = kept(&document.records);
            document.mentions = kept(&document.mentions);
        }
        facts.passages = passages.into_iter().map(|(_, passage)| passage).collect();
        facts.entities = entities.into_iter().map(|(_, entity)| entity).collect();
        facts.documents = documents.into_iter().map(|(_, document)| document).collect();
        facts.predicates = names.into_iter().map(|(_, name)| name).collect();
        facts
    }
}

/// For each old number the new one, which is its place in `order`.
fn renumbered(count: usize, order: impl Iterator<Item = Id>) -> Vec<Option<Id>> {
    let mut new = vec![None; count];
    for (place, old) in (0..).zip(order) {
        new[old as usize] = Some(place);
    }
    new
}

/// Counts one more graph that states `value`; statements are sorted, so those of one value stand together.
fn count(stated: &mut Vec<(String, usize)>, value: &str) {
    match stated.last_mut() {
        Some((last, graphs)) if last == value => *graphs += 1,
        _ => stated.push((value.to_owned(), 1)),
    }
}

/// The value that most graphs state; of several, the first in order.
fn most_stated(stated: &[(String, usize)]) -> Option<&str> {
    let most = stated.iter().map(|(_, graphs)| *graphs).max()?;
    stated.iter().filter(|(_, graphs)| *graphs == most).map(|(value, _)| value.as_str()).min()
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
        let mut stated = Vec::new();
        for value in ["b", "b", "a", "a", "c"] {
            count(&mut stated, value);
        }
        assert_eq!(stated, [("b".to_owned(), 2), ("a".to_owned(), 2), ("c".to_owned(), 1)]);
        assert_eq!(most_stated(&stated), Some("a"));
        assert_eq!(most_stated(&[]), None);
    }

    #[test]
    fn the_last_part_of_an_iri_follows_slash_or_hash() {
        assert_eq!(last_part("https://w3id.org/wenmai/ontology#Bank"), "Bank");
        assert_eq!(last_part("https://w3id.org/wenmai/id/Bank/X"), "X");
        assert_eq!(last_part("plain"), "plain");
    }
}
