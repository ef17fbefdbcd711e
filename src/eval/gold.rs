//! Gold files: what people read in a letter, as JSON. `docs/measuring.md` describes the form.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;

use super::EvalError;
use crate::diag::{Diagnostic, Severity, nearest};
use crate::ontology::Schema;

/// What people read in one letter. Keys that are not needed to score (`head`, `defects`) are passed over.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Gold {
    /// The name of the letter's file, without its ending.
    pub letter: String,
    /// What it names.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// What it states.
    #[serde(default)]
    pub relations: Vec<Relation>,
    /// What it counts.
    #[serde(default)]
    pub figures: Vec<Figure>,
}

/// A named thing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Entity {
    /// Its fullest name.
    pub name: String,
    /// Local name of its class.
    #[serde(rename = "type")]
    pub class: String,
    /// Its other forms in the letter.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// A stated relation between two entities of the same file, by their names.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Relation {
    /// Who or what.
    #[serde(rename = "s")]
    pub subject: String,
    /// Local name of the relation.
    #[serde(rename = "p")]
    pub predicate: String,
    /// With whom or what.
    #[serde(rename = "o")]
    pub object: String,
    /// The words that state it.
    #[serde(default)]
    pub quote: String,
}

/// A number that says something about the world.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Figure {
    /// Number, unit and qualifier as they stand.
    pub quote: String,
    /// The value, its multiplier worked out.
    pub value: f64,
    /// The unit without multiplier; empty for a pure number.
    #[serde(default)]
    pub unit: String,
    /// `exact`, `over`, `about`, `nearly` or `upto`.
    #[serde(default)]
    pub qualifier: String,
    /// What is counted.
    #[serde(default)]
    pub indicator: String,
    /// The entity that it is about, by its name; empty when there is none.
    #[serde(default)]
    pub subject: String,
    /// When, as in [`crate::figure::Figure::period`].
    #[serde(default)]
    pub period: String,
}

/// The gold files of a folder.
#[derive(Debug, Default)]
pub struct GoldSet {
    /// Each file with what it holds, in the order of their names.
    pub files: Vec<(PathBuf, Gold)>,
    /// What is odd but can be scored.
    pub warnings: Vec<Diagnostic>,
}

impl GoldSet {
    /// Reads all `*.json` files of the folder `dir` (not below it) and checks their names against `schema`.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or holds no such file, and when files are malformed, name unknown classes or
    /// relations, or annotate one letter twice; all findings of all files are reported.
    pub fn read(dir: &Path, schema: &Schema) -> Result<Self, EvalError> {
        let io = |source| EvalError::Io { path: dir.to_owned(), source };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if path.extension().is_some_and(|e| e == "json") {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return Err(EvalError::NoGold { dir: dir.to_owned(), hint: elsewhere(dir) });
        }
        paths.sort();
        let mut set = Self::default();
        let mut found = Vec::new();
        let mut letters: HashMap<String, PathBuf> = HashMap::new();
        for path in paths {
            let place = path.display().to_string();
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(e) => {
                    found.push(Diagnostic::error("E501", place, e.to_string()));
                    continue;
                }
            };
            match serde_json::from_str::<Gold>(text.strip_prefix('\u{feff}').unwrap_or(&text)) {
                Ok(gold) => {
                    check(&place, &text, &gold, schema, &mut found);
                    if let Some(first) = letters.insert(gold.letter.clone(), path.clone()) {
                        let message = format!("letter {:?} is annotated in {} already", gold.letter, first.display());
                        found.push(Diagnostic::error("E502", place, message));
                    }
                    set.files.push((path, gold));
                }
                Err(e) => {
                    let place = format!("{place}:{}:{}", e.line(), e.column());
                    found.push(Diagnostic::error("E503", place, without_place(&e.to_string())));
                }
            }
        }
        let (errors, warnings): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.severity == Severity::Error);
        if !errors.is_empty() {
            return Err(EvalError::Invalid(errors));
        }
        set.warnings = warnings;
        Ok(set)
    }
}

/// Where gold files stand instead, when a folder with the usual name holds some.
fn elsewhere(dir: &Path) -> String {
    let inner = dir.join("gold");
    let files = std::fs::read_dir(&inner).into_iter().flatten().flatten();
    let any = files.into_iter().any(|f| f.path().extension().is_some_and(|e| e == "json"));
    if any { format!("; did you mean {}?", inner.display()) } else { String::new() }
}

/// The names in a gold file: classes and relations that the ontology knows, relations between entities of the file.
fn check(place: &str, text: &str, gold: &Gold, schema: &Schema, found: &mut Vec<Diagnostic>) {
    let mut names: HashMap<&str, &str> = HashMap::new();
    for Entity { name, class, .. } in &gold.entities {
        if schema.class(class).is_none() {
            let near = nearest(class, schema.class_names());
            found.push(unknown(place, text, "type", class, &near));
        }
        if let Some(first) = names.insert(name, class)
            && first != class
        {
            let message = format!("`{name}` is both {first} and {class}; only the last one counts");
            found.push(Diagnostic::warning("E505", at(place, text, name), message));
        }
    }
    for Relation { subject, predicate, object, .. } in &gold.relations {
        if schema.property(predicate).is_none() {
            let near = nearest(predicate, schema.property_names());
            found.push(unknown(place, text, "relation", predicate, &near));
        }
        for end in [subject, object].into_iter().filter(|e| !names.contains_key(e.as_str())) {
            let message = format!("`{end}` is no entity of this file, so `{predicate}` from or to it cannot be found");
            found.push(Diagnostic::warning("E506", at(place, text, end), message));
        }
    }
}

fn unknown(place: &str, text: &str, what: &str, name: &str, near: &[&str]) -> Diagnostic {
    let hint = if near.is_empty() { String::new() } else { format!("did you mean {}?", near.join(", ")) };
    Diagnostic::error("E504", at(place, text, name), format!("unknown {what} `{name}`")).hint(hint)
}

/// `place` with the first line in which `name` stands as a string of JSON, where it can be found.
fn at(place: &str, text: &str, name: &str) -> String {
    let quoted = serde_json::to_string(name).unwrap_or_default();
    let line = text.lines().position(|l| l.contains(&quoted));
    line.map_or_else(|| place.to_owned(), |n| format!("{place}:{}", n + 1))
}

/// The message of a reader of JSON without the place at its end, which stands at the front already.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(what, _)| what).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_found_in_its_line() {
        let text = "{\"letter\": \"x\",\n \"entities\": [{\"name\": \"甲\", \"type\": \"Enterprize\"}]}";
        assert_eq!(at("x.json", text, "Enterprize"), "x.json:2");
        assert_eq!(at("x.json", text, "乙"), "x.json");
    }

    #[test]
    fn the_place_is_said_once() {
        let error = serde_json::from_str::<Gold>("{\"letter\": 1}").unwrap_err();
        assert_eq!(without_place(&error.to_string()), "invalid type: integer `1`, expected a string");
    }
}
