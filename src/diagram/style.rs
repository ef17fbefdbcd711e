//! How classes and relations look and are called: read from the ontology that the store holds.
//!
//! A class has `wm:colour` (`#RRGGBB`) and `wm:shape` (a Graphviz shape), a relation `wm:family`; both have labels in
//! Chinese and English. Without an ontology in the store all nodes are white boxes and all lines alike, and names are
//! those in the IRIs. Colours and shapes are checked against what Graphviz knows: nothing else gets into a picture.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::vocab::{rdf, rdfs};
use oxigraph::model::{NamedOrBlankNode, Quad, Term};

use super::DiagramError;
use super::facts::last_part;
use super::words::Lang;
use crate::graph::Store;
use crate::ontology::vocab;

/// Shapes of Graphviz that hold a label; images, records and points are not among them.
const SHAPES: &[&str] = &[
    "box",
    "box3d",
    "cds",
    "circle",
    "component",
    "cylinder",
    "diamond",
    "doublecircle",
    "doubleoctagon",
    "egg",
    "ellipse",
    "folder",
    "hexagon",
    "house",
    "invhouse",
    "invtrapezium",
    "note",
    "octagon",
    "oval",
    "parallelogram",
    "pentagon",
    "plaintext",
    "rect",
    "rectangle",
    "septagon",
    "square",
    "tab",
    "trapezium",
    "tripleoctagon",
    "underline",
];

const PLAIN_FILL: &str = "#FFFFFF";

/// How the nodes of a class look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ClassStyle {
    pub label: String,
    /// Fill, `#RRGGBB`.
    pub fill: String,
    /// A shape of [`SHAPES`].
    pub shape: &'static str,
}

/// What the ontology says about looks, in one language.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// IRI → label, of classes and relations.
    labels: BTreeMap<String, String>,
    colours: BTreeMap<String, String>,
    shapes: BTreeMap<String, &'static str>,
    families: BTreeMap<String, String>,
    symmetric: BTreeSet<String>,
    /// Class → its direct subclasses.
    below: BTreeMap<String, BTreeSet<String>>,
}

impl Style {
    /// Reads the ontology's graph in `store`.
    pub fn read(store: &Store, lang: Lang) -> Result<Self, DiagramError> {
        Ok(Self::of(store.matching(None, None, None, Some(vocab::ONTOLOGY))?, lang))
    }

    /// Reads the quads of the ontology.
    pub fn of(quads: impl IntoIterator<Item = Quad>, lang: Lang) -> Self {
        let mut style = Self::default();
        let mut labels: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for quad in quads {
            let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
            let subject = subject.into_string();
            let predicate = quad.predicate.as_ref();
            match quad.object {
                Term::Literal(literal) if predicate == rdfs::LABEL => {
                    let tag = literal.language().unwrap_or_default().to_owned();
                    let value = literal.value().to_owned();
                    keep_first(labels.entry(subject).or_default(), tag, value);
                }
                Term::Literal(literal) if predicate == vocab::COLOUR => {
                    if let Some(colour) = colour(literal.value()) {
                        keep_first(&mut style.colours, subject, colour);
                    }
                }
                Term::Literal(literal) if predicate == vocab::SHAPE => {
                    if let Some(shape) = SHAPES.iter().find(|known| **known == literal.value()) {
                        keep_first(&mut style.shapes, subject, *shape);
                    }
                }
                Term::Literal(literal) if predicate == vocab::FAMILY => {
                    keep_first(&mut style.families, subject, literal.value().to_owned());
                }
                Term::NamedNode(object) if predicate == rdfs::SUB_CLASS_OF => {
                    style.below.entry(object.into_string()).or_default().insert(subject);
                }
                Term::NamedNode(object) if predicate == rdf::TYPE && object == vocab::SYMMETRIC_PROPERTY => {
                    style.symmetric.insert(subject);
                }
                _ => {}
            }
        }
        style.labels = labels.into_iter().filter_map(|(iri, all)| Some((iri, best(all, lang)?))).collect();
        style
    }

    /// What a class or relation is called.
    pub fn label(&self, iri: &str) -> String {
        self.labels.get(iri).cloned().unwrap_or_else(|| last_part(iri))
    }

    /// How the nodes of a class look.
    pub fn class(&self, iri: &str) -> ClassStyle {
        ClassStyle {
            label: self.label(iri),
            fill: self.colours.get(iri).cloned().unwrap_or_else(|| PLAIN_FILL.to_owned()),
            shape: self.shapes.get(iri).copied().unwrap_or("box"),
        }
    }

    /// The family of a relation.
    pub fn family(&self, predicate: &str) -> Option<&str> {
        self.families.get(predicate).map(String::as_str)
    }

    /// The place of a family among all families of the ontology, so that a line looks the same in each picture made from
    /// one store.
    pub fn place(&self, family: Option<&str>) -> Option<usize> {
        let known: BTreeSet<&str> = self.families.values().map(String::as_str).collect();
        family.and_then(|family| known.iter().position(|k| *k == family))
    }

    /// Says how a term that the ontology does not describe is called and, for a class, what it looks like.
    pub fn define(&mut self, iri: &str, label: &str, shape: Option<&'static str>) {
        self.labels.entry(iri.to_owned()).or_insert_with(|| label.to_owned());
        if let Some(shape) = shape {
            self.shapes.entry(iri.to_owned()).or_insert(shape);
        }
    }

    /// Says to which family a relation belongs that the ontology does not describe.
    pub fn join(&mut self, iri: &str, other: &str) {
        if let Some(family) = self.families.get(other).cloned() {
            self.families.insert(iri.to_owned(), family);
        }
    }

    /// Whether a relation holds in both directions.
    pub fn is_symmetric(&self, predicate: &str) -> bool {
        self.symmetric.contains(predicate)
    }

    /// Says that a relation holds in both directions.
    pub fn symmetric(&mut self, iri: &str) {
        self.symmetric.insert(iri.to_owned());
    }

    /// A class with all classes below it.
    pub fn with_subclasses<'a>(&'a self, class: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::from([class]);
        let mut open = vec![class];
        while let Some(class) = open.pop() {
            for below in self.below.get(class).into_iter().flatten() {
                if found.insert(below) {
                    open.push(below);
                }
            }
        }
        found
    }
}

/// Of several values the first in order, whatever the order in which they come.
fn keep_first<V: Ord>(map: &mut BTreeMap<String, V>, key: String, value: V) {
    match map.get_mut(&key) {
        Some(known) if value < *known => *known = value,
        Some(_) => {}
        None => {
            map.insert(key, value);
        }
    }
}

/// The label in `lang`, else the one without a language, else any.
fn best(mut labels: BTreeMap<String, String>, lang: Lang) -> Option<String> {
    labels.remove(lang.tag()).or_else(|| labels.into_values().next())
}

/// `#RRGGBB` in upper case; nothing for all else.
fn colour(value: &str) -> Option<String> {
    let digits = value.strip_prefix('#')?;
    let sound = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    sound.then(|| value.to_ascii_uppercase())
}

/// Whether a shape has upright sides, so that text comes close to its border.
pub(super) fn is_boxy(shape: &str) -> bool {
    const BOXES: &[&str] = &[
        "box",
        "box3d",
        "cds",
        "component",
        "cylinder",
        "folder",
        "note",
        "plaintext",
        "rect",
        "rectangle",
        "square",
        "tab",
        "underline",
    ];
    BOXES.contains(&shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_colours_pass() {
        assert_eq!(colour("#e69f00").as_deref(), Some("#E69F00"));
        for bad in ["red", "#fff", "#12345g", "#E69F00;", "", "#中山市"] {
            assert_eq!(colour(bad), None, "{bad}");
        }
    }

    #[test]
    fn subclasses_are_found_at_any_depth_and_in_circles() {
        let mut style = Style::default();
        for (above, below) in [("A", "B"), ("B", "C"), ("C", "A")] {
            style.below.entry(above.to_owned()).or_default().insert(below.to_owned());
        }
        assert_eq!(style.with_subclasses("B"), BTreeSet::from(["A", "B", "C"]));
        assert_eq!(style.with_subclasses("X"), BTreeSet::from(["X"]));
    }
}
