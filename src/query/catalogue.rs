//! The named queries: files `*.rq` whose first comment lines say what they are for and which parameters they take.
//!
//! `docs/queries.md` describes their format.

use std::collections::BTreeMap;
use std::path::Path;

use fs_err as fs;
use include_dir::{Dir, include_dir};

use super::error::QueryError;
use super::header::{self, Header};
use super::parameter::{Bilingual, Parameter};
use super::run::Prepared;
use crate::diag::nearest;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/queries");

const EXTENSION: &str = "rq";

/// A query with its description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The name: that of the file without `.rq`.
    pub name: String,
    /// The whole file.
    pub text: String,
    /// One line.
    pub title: Bilingual,
    /// What the answer holds.
    pub about: Bilingual,
    /// The parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
}

impl Definition {
    /// Reads the head of a query file. A file that does not begin with a header has no title and takes no parameters.
    ///
    /// # Errors
    ///
    /// When the header is not as the format wants it; the message gives `place` and the line.
    pub fn parse(name: &str, place: &str, text: &str) -> Result<Self, QueryError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Header { title, about, parameters } = Header::read(place, text)?;
        Ok(Self { name: name.to_owned(), text: text.to_owned(), title, about, parameters })
    }

    /// Reads a query file from disk.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, is not UTF-8, or has a faulty header.
    pub fn read(path: &Path) -> Result<Self, QueryError> {
        let text = fs::read_to_string(path).map_err(|source| QueryError::Read { path: path.to_owned(), source })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::parse(&name, &path.display().to_string(), &text)
    }

    /// The text without the header, without blank lines at its ends.
    pub fn body(&self) -> &str {
        header::body(&self.text).trim()
    }

    /// Parses the query and gives its parameters the values in `given`, or else their defaults.
    ///
    /// # Errors
    ///
    /// When a parameter is unknown, missing or of the wrong type, and when the guard or the parser refuses the text.
    pub fn prepare(&self, given: &[(String, String)]) -> Result<Prepared, QueryError> {
        let mut values: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, value) in given {
            if !self.parameters.iter().any(|p| p.name == *name) {
                return Err(self.unknown_parameter(name));
            }
            if values.insert(name, value).is_some() {
                return Err(QueryError::RepeatedParameter(name.clone()));
            }
        }
        let mut terms = BTreeMap::new();
        let mut checked = Vec::new();
        for parameter in &self.parameters {
            let given = values.get(parameter.name.as_str()).copied();
            let value = given.filter(|v| !v.is_empty()).unwrap_or(&parameter.default);
            if value.is_empty() {
                if parameter.required {
                    return Err(QueryError::MissingParameter {
                        query: self.name.clone(),
                        name: parameter.name.clone(),
                        about: parameter.about.en.clone(),
                    });
                }
                continue;
            }
            let term = parameter.kind.read(&parameter.name, value)?;
            if parameter.kind.is_ontology_term() {
                checked.push((parameter.name.clone(), term.clone()));
            }
            terms.insert(parameter.name.clone(), term);
        }
        Prepared::new(&self.text, &terms, checked)
    }

    fn unknown_parameter(&self, name: &str) -> QueryError {
        let known: Vec<String> = self.parameters.iter().map(|p| p.name.clone()).collect();
        let nearest = nearest(name, known.iter().map(String::as_str)).into_iter().map(str::to_owned).collect();
        QueryError::UnknownParameter { query: self.name.clone(), name: name.to_owned(), nearest, known }
    }
}

/// All named queries, by name.
#[derive(Clone, Debug)]
pub struct Catalogue {
    queries: BTreeMap<String, Definition>,
}

impl Catalogue {
    /// The queries that come with the program.
    ///
    /// # Errors
    ///
    /// Never with the files as released: a test reads them all.
    pub fn embedded() -> Result<Self, QueryError> {
        let mut queries = BTreeMap::new();
        for file in EMBEDDED.files() {
            let path = file.path();
            if path.extension().is_some_and(|e| e == EXTENSION) {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let text = String::from_utf8_lossy(file.contents());
                let definition = Definition::parse(&name, &format!("queries/{}", path.display()), &text)?;
                queries.insert(name, definition);
            }
        }
        Ok(Self { queries })
    }

    /// Adds the files `*.rq` of a folder; a name that is already there is replaced.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read, and when a header is missing or faulty.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, QueryError> {
        let failed = |source| QueryError::Read { path: folder.to_owned(), source };
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|e| e == EXTENSION) {
                let definition = Definition::read(&path)?;
                if definition.title.zh.is_empty() {
                    let message = "the first line must be `# title@zh: …` or `# title@en: …`".to_owned();
                    return Err(QueryError::Header { place: format!("{}:1", path.display()), message });
                }
                self.queries.insert(definition.name.clone(), definition);
            }
        }
        Ok(self)
    }

    /// All queries in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.queries.values()
    }

    /// The query of this name.
    ///
    /// # Errors
    ///
    /// When there is none; the error has the nearest names.
    pub fn find(&self, name: &str) -> Result<&Definition, QueryError> {
        self.queries.get(name).ok_or_else(|| QueryError::UnknownQuery {
            name: name.to_owned(),
            nearest: nearest(name, self.queries.keys().map(String::as_str)).into_iter().map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queries_of_the_program_are_sound() {
        let catalogue = Catalogue::embedded().unwrap();
        for definition in catalogue.iter() {
            assert!(!definition.title.zh.is_empty(), "{}", definition.name);
            assert!(definition.body().starts_with("SELECT"), "{}", definition.name);
            assert!(definition.text.contains("ORDER BY"), "{}", definition.name);
            let required = definition.parameters.iter().filter(|p| p.required);
            let given: Vec<_> = required.map(|p| (p.name.clone(), "x".to_owned())).collect();
            definition.prepare(&given).unwrap();
        }
    }
}
