//! Lists of names: surfaces with their class and canonical form, and the words at which a name begins or ends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::table;
use crate::diag::{Diagnostic, nearest};
use crate::ontology::{Class, Schema};

/// One row of a list of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The words as they stand in a text.
    pub surface: String,
    /// What they name.
    pub class: Class,
    /// The usual full name.
    pub canonical: String,
    /// Counts only with support from the words beside it.
    pub weak: bool,
}

/// What a boundary word does to a name that is read from its last word backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Boundary {
    /// A verb: the name begins after it.
    Verb,
    /// A function word: the name begins after it.
    Function,
    /// An adverb or a time word: the name begins after it.
    Adverb,
    /// A measure (一批, 多个): what follows is counted, not named.
    Measure,
    /// A word that describes (知名, 相关): a name does not begin with it.
    Lead,
    /// A verb that also stands inside names: a boundary only where a proper name follows.
    Soft,
    /// A longer word that only looks as if a boundary word stood in it: no boundary.
    Inside,
}

impl Boundary {
    /// All kinds, in the order of their declaration.
    pub const ALL: [Self; 7] =
        [Self::Verb, Self::Function, Self::Adverb, Self::Measure, Self::Lead, Self::Soft, Self::Inside];

    /// Whether such a word may stand inside a name.
    pub fn stands_inside(self) -> bool {
        matches!(self, Self::Soft | Self::Lead | Self::Inside)
    }
}

/// Files of the lexicon folder that are not lists of names.
const OTHER: [&str; 4] = ["lexicon/divisions.tsv", "lexicon/organs.tsv", "lexicon/boundaries.tsv", "lexicon/words.tsv"];
const HEADER: [&str; 4] = ["surface", "class", "canonical", "note"];

/// Reads all lists of names. A list's class that stands in `without` is left out.
pub(super) fn names<'a>(
    files: impl Iterator<Item = (&'a str, &'a str)>,
    schema: &Schema,
    without: &BTreeSet<String>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (path, text) in files.filter(|(p, _)| !OTHER.contains(p)) {
        entries.extend(list(path, text, schema, found).into_iter().filter(|e| !without.contains(schema.name(e.class))));
    }
    entries
}

/// Reads one list in the four-column form.
pub(super) fn list(path: &str, text: &str, schema: &Schema, found: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut seen = HashMap::new();
    for row in table::rows(path, text, &HEADER, found) {
        let place = |column: usize| format!("{path}:{}:{}", row.line, column);
        let [surface, name, canonical, note] = [0, 1, 2, 3].map(|n| row.cell(n));
        let Some(class) = schema.class(name) else {
            let message = format!("unknown class `{name}`");
            let near = nearest(name, schema.class_names()).join(", ");
            let hint = if near.is_empty() { String::new() } else { format!("did you mean {near}?") };
            found.push(Diagnostic::error("K404", place(surface.chars().count() + 2), message).hint(hint));
            continue;
        };
        if let Some(first) = seen.insert(surface, row.line) {
            let message = format!("`{surface}` stands already in line {first}");
            found.push(Diagnostic::warning("K405", place(1), message));
            continue;
        }
        entries.push(Entry {
            surface: surface.to_owned(),
            class,
            canonical: if canonical.is_empty() { surface } else { canonical }.to_owned(),
            weak: note.split(' ').any(|w| w == "weak"),
        });
    }
    entries
}

/// Reads the boundary words.
pub(super) fn boundaries(path: &str, text: &str, found: &mut Vec<Diagnostic>) -> BTreeMap<String, Boundary> {
    let kinds: [(&str, Boundary); 7] = [
        ("verb", Boundary::Verb),
        ("function", Boundary::Function),
        ("adverb", Boundary::Adverb),
        ("measure", Boundary::Measure),
        ("lead", Boundary::Lead),
        ("soft", Boundary::Soft),
        ("inside", Boundary::Inside),
    ];
    let mut words = BTreeMap::new();
    for row in table::rows(path, text, &["word", "kind", "note"], found) {
        let name = row.cell(1);
        let Some((_, kind)) = kinds.iter().find(|(k, _)| *k == name) else {
            let near = nearest(name, kinds.iter().map(|(k, _)| *k)).join(", ");
            let place = format!("{path}:{}:{}", row.line, row.cell(0).chars().count() + 2);
            found.push(
                Diagnostic::error("K406", place, format!("unknown kind `{name}`")).hint(format!("known: {near}")),
            );
            continue;
        };
        words.insert(row.cell(0).to_owned(), *kind);
    }
    words
}

/// Reads the common words, and which of them are verbs; a row that has not two characters is left out.
pub(super) fn words(path: &str, text: &str, found: &mut Vec<Diagnostic>) -> CommonWords {
    let rows = table::rows(path, text, &["word", "kind"], found);
    CommonWords(rows.into_iter().filter_map(|row| Some((two(row.cell(0))?, row.cell(1) == "verb"))).collect())
}

/// Common words of two characters: what a brand is not.
#[derive(Clone, Debug, Default)]
pub struct CommonWords(foldhash::HashMap<[char; 2], bool>);

impl CommonWords {
    /// Whether `word` is one of them.
    pub fn has(&self, word: &str) -> bool {
        two(word).is_some_and(|key| self.0.contains_key(&key))
    }

    /// Whether `word` is one of them, and a verb.
    pub fn has_verb(&self, word: &str) -> bool {
        two(word).is_some_and(|key| self.0.get(&key) == Some(&true))
    }
}

/// The characters of a word of two.
fn two(word: &str) -> Option<[char; 2]> {
    let mut chars = word.chars();
    let key = [chars.next()?, chars.next()?];
    chars.next().is_none().then_some(key)
}
