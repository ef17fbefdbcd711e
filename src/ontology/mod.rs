//! The ontology: classes and properties, their labels, and which class fits where.

pub mod vocab;

use std::collections::BTreeSet;

use indexmap::IndexMap;
use oxigraph::model::{NamedOrBlankNode, Quad, Term, Triple};
use oxttl::TurtleParser;
use serde::{Deserialize, Serialize};

/// Why the ontology could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OntologyError {
    /// Not Turtle.
    #[error("wenmai.ttl: {0}")]
    Syntax(Box<oxttl::TurtleSyntaxError>),
    /// No class was found.
    #[error("wenmai.ttl: it declares no class under {}", vocab::WM)]
    Empty,
}

/// A class, by its place in the ontology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Class(u8);

impl Class {
    /// Its place in the order of the ontology.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(u128);

impl Classes {
    /// Whether `class` is in the set.
    #[inline]
    pub fn contains(self, class: Class) -> bool {
        self.0 & (1 << class.0) != 0
    }

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The classes in either set.
    pub fn union(self, other: Classes) -> Classes {
        Classes(self.0 | other.0)
    }

    /// The classes in both sets.
    pub fn intersection(self, other: Classes) -> Classes {
        Classes(self.0 & other.0)
    }

    /// The classes of this set that are not in the other one.
    pub fn without(self, other: Classes) -> Classes {
        Classes(self.0 & !other.0)
    }

    /// The members, in the order of the ontology.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        (0..128).filter(move |n| self.0 & (1 << n) != 0).map(Class)
    }
}

/// What the ontology says of a class.
#[derive(Clone, Debug, Default)]
struct ClassInfo {
    parents: Vec<String>,
    is_abstract: bool,
}

/// What the ontology says of a relation between entities.
#[derive(Clone, Debug, Default)]
pub struct Property {
    /// Which classes may be the subject, subclasses included.
    pub domain: Classes,
    /// Which classes may be the object, subclasses included.
    pub range: Classes,
}

/// The ontology, as the program needs it.
#[derive(Clone, Debug)]
pub struct Schema {
    classes: IndexMap<String, ClassInfo>,
    below: Vec<Classes>,
    properties: IndexMap<String, Property>,
    labels: IndexMap<String, IndexMap<String, String>>,
    /// Sets of classes of which nothing belongs to two.
    disjoint: Vec<Vec<Classes>>,
    triples: Vec<Triple>,
}

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
const SUB_CLASS: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";
const DOMAIN: &str = "http://www.w3.org/2000/01/rdf-schema#domain";
const RANGE: &str = "http://www.w3.org/2000/01/rdf-schema#range";
const OWL_CLASS: &str = "http://www.w3.org/2002/07/owl#Class";
const OWL_OBJECT: &str = "http://www.w3.org/2002/07/owl#ObjectProperty";
const MEMBERS: &str = "http://www.w3.org/2002/07/owl#members";
const UNION: &str = "http://www.w3.org/2002/07/owl#unionOf";

impl Schema {
    /// Reads the ontology from Turtle.
    ///
    /// # Errors
    ///
    /// When `turtle` is malformed (the message has line and column) or declares no class.
    pub fn parse(turtle: &str) -> Result<Self, OntologyError> {
        let triples: Vec<Triple> = TurtleParser::new()
            .for_slice(turtle)
            .collect::<Result<_, _>>()
            .map_err(|e| OntologyError::Syntax(Box::new(e)))?;
        let mut classes: IndexMap<String, ClassInfo> = IndexMap::new();
        let mut property_names: BTreeSet<&str> = BTreeSet::new();
        let mut labels: IndexMap<String, IndexMap<String, String>> = IndexMap::new();
        for triple in &triples {
            let Some(name) = subject_name(triple) else { continue };
            match (triple.predicate.as_str(), &triple.object) {
                (TYPE, Term::NamedNode(o)) if o.as_str() == OWL_CLASS => {
                    classes.entry(name.to_owned()).or_default();
                }
                (TYPE, Term::NamedNode(o)) if o.as_str() == OWL_OBJECT => {
                    property_names.insert(name);
                }
                (LABEL, Term::Literal(l)) => {
                    let language = l.language().unwrap_or_default().to_owned();
                    labels.entry(name.to_owned()).or_default().insert(language, l.value().to_owned());
                }
                _ => {}
            }
        }
        if classes.is_empty() {
            return Err(OntologyError::Empty);
        }
        for triple in &triples {
            let Some(info) = subject_name(triple).and_then(|n| classes.get_mut(n)) else { continue };
            match (triple.predicate.as_str(), &triple.object) {
                (SUB_CLASS, Term::NamedNode(o)) => info.parents.extend(local(o.as_str()).map(str::to_owned)),
                (p, Term::Literal(l)) if local(p) == Some("abstract") => info.is_abstract = l.value() == "true",
                _ => {}
            }
        }
        let below = closure(&classes);
        let mut schema =
            Self { classes, below, properties: IndexMap::new(), labels, disjoint: Vec::new(), triples: Vec::new() };
        for name in property_names {
            let (domain, range) = (schema.classes_at(&triples, name, DOMAIN), schema.classes_at(&triples, name, RANGE));
            schema.properties.insert(name.to_owned(), Property { domain, range });
        }
        schema.disjoint = schema.read_disjoint(&triples);
        schema.triples = triples;
        Ok(schema)
    }

    /// The class called `name` (local name).
    pub fn class(&self, name: &str) -> Option<Class> {
        self.classes.get_index_of(name).and_then(|i| u8::try_from(i).ok()).map(Class)
    }

    /// Local name of `class`.
    pub fn name(&self, class: Class) -> &str {
        self.classes.get_index(class.index()).map_or("", |(name, _)| name)
    }

    /// Local names of all classes, in the order of the ontology.
    pub fn class_names(&self) -> impl Iterator<Item = &str> {
        self.classes.keys().map(String::as_str)
    }

    /// Whether nothing is an instance of `class` itself, only of a class below it.
    pub fn is_abstract(&self, class: Class) -> bool {
        self.classes.get_index(class.index()).is_some_and(|(_, info)| info.is_abstract)
    }

    /// `class` and all classes below it.
    pub fn below(&self, class: Class) -> Classes {
        self.below[class.index()]
    }

    /// Whether the ontology says that nothing belongs to both classes.
    pub fn are_disjoint(&self, a: Class, b: Class) -> bool {
        let place = |all: &[Classes], c: Class| all.iter().position(|set| set.contains(c));
        self.disjoint.iter().any(|all| place(all, a).zip(place(all, b)).is_some_and(|(a, b)| a != b))
    }

    /// The members of all `owl:AllDisjointClasses`, each with the classes below it.
    fn read_disjoint(&self, triples: &[Triple]) -> Vec<Vec<Classes>> {
        let of = |node: &NamedOrBlankNode, predicate: &str| {
            triples.iter().find(|t| t.subject == *node && t.predicate.as_str() == predicate).map(|t| t.object.clone())
        };
        let mut all = Vec::new();
        for triple in triples.iter().filter(|t| t.predicate.as_str() == MEMBERS) {
            let mut members = Vec::new();
            let mut list = Some(triple.object.clone());
            while let Some(Term::BlankNode(node)) = list {
                let node = NamedOrBlankNode::from(node);
                if let Some(Term::NamedNode(member)) = of(&node, FIRST)
                    && let Some(class) = local(member.as_str()).and_then(|n| self.class(n))
                {
                    members.push(self.below(class));
                }
                list = of(&node, REST);
            }
            all.push(members);
        }
        all
    }

    /// The relation called `name` (local name).
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.get(name)
    }

    /// Local names of all relations, in alphabetical order.
    pub fn property_names(&self) -> impl Iterator<Item = &str> {
        self.properties.keys().map(String::as_str)
    }

    /// The label of a class or property in `language` (`zh`, `en`); its local name when it has none.
    pub fn label<'a>(&'a self, name: &'a str, language: &str) -> &'a str {
        self.labels.get(name).and_then(|l| l.get(language)).map_or(name, String::as_str)
    }

    /// The ontology as quads of the graph [`vocab::ONTOLOGY`]; blank nodes get names that do not depend on the run.
    pub fn quads(&self) -> impl Iterator<Item = Quad> {
        let mut names: IndexMap<String, String> = IndexMap::new();
        let mut stable = move |id: &str| -> oxigraph::model::BlankNode {
            let next = names.len();
            let name = names.entry(id.to_owned()).or_insert_with(|| format!("o{next}"));
            oxigraph::model::BlankNode::new_unchecked(name.clone())
        };
        self.triples.iter().map(move |t| {
            let subject = match &t.subject {
                NamedOrBlankNode::BlankNode(b) => NamedOrBlankNode::from(stable(b.as_str())),
                other => other.clone(),
            };
            let object = match &t.object {
                Term::BlankNode(b) => Term::from(stable(b.as_str())),
                other => other.clone(),
            };
            Quad::new(subject, t.predicate.clone(), object, vocab::ONTOLOGY)
        })
    }

    /// The classes named by `property` of the term called `name`: one class, or the members of a union.
    fn classes_at(&self, triples: &[Triple], name: &str, property: &str) -> Classes {
        let mut found = Classes::default();
        let mut add = |term: &Term| {
            if let Term::NamedNode(n) = term
                && let Some(class) = local(n.as_str()).and_then(|n| self.class(n))
            {
                found = found.union(self.below(class));
            }
        };
        let objects = |subject: &NamedOrBlankNode, predicate: &str| {
            triples
                .iter()
                .find(|t| t.subject == *subject && t.predicate.as_str() == predicate)
                .map(|t| t.object.clone())
        };
        for triple in triples.iter().filter(|t| subject_name(t) == Some(name) && t.predicate.as_str() == property) {
            add(&triple.object);
            let Term::BlankNode(union) = &triple.object else { continue };
            let mut list = objects(&union.clone().into(), UNION);
            while let Some(Term::BlankNode(node)) = list {
                let node = NamedOrBlankNode::from(node);
                if let Some(first) = objects(&node, FIRST) {
                    add(&first);
                }
                list = objects(&node, REST);
            }
        }
        found
    }
}

fn local(iri: &str) -> Option<&str> {
    iri.strip_prefix(vocab::WM)
}

fn subject_name(triple: &Triple) -> Option<&str> {
    match &triple.subject {
        NamedOrBlankNode::NamedNode(n) => local(n.as_str()),
        NamedOrBlankNode::BlankNode(_) => None,
    }
}

/// For each class the set of itself and all classes below it.
fn closure(classes: &IndexMap<String, ClassInfo>) -> Vec<Classes> {
    let mut below: Vec<Classes> = (0..classes.len()).map(|i| Classes(1 << i)).collect();
    loop {
        let before = below.clone();
        for (i, info) in classes.values().enumerate() {
            for parent in info.parents.iter().filter_map(|p| classes.get_index_of(p)) {
                below[parent] = below[parent].union(below[i]);
            }
        }
        if below == before {
            return below;
        }
    }
}
