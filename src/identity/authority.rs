//! Lists of things that are known elsewhere under an IRI or an identifier: `--authority FILE.tsv` or `FILE.ttl`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedNode, NamedOrBlankNode, Term};

use crate::ontology::vocab;

/// Why a list could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// It cannot be read.
    #[error("{}: the list cannot be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The refusal.
        source: std::io::Error,
    },
    /// It is malformed.
    #[error("{}: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its place.
        why: String,
    },
}

/// One thing of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its names.
    pub names: Vec<String>,
    /// Local name of its class; empty: any.
    pub class: String,
    /// Its IRI; empty: none.
    pub iri: String,
    /// Its identifier, such as the code of a firm; empty: none.
    pub identifier: String,
}

/// All things of the lists that were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority(pub Vec<Entry>);

const HEADER: [&str; 5] = ["name", "class", "identifier", "iri", "also"];

impl Authority {
    /// Adds the list in the file at `path`: Turtle when its name ends with `.ttl`, else a table with the columns
    /// `name`, `class`, `identifier`, `iri` and `also` (further names, parted by `|`), of which `name` is needed.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is malformed.
    pub fn add(&mut self, path: &Path) -> Result<(), AuthorityError> {
        let text = fs::read_to_string(path).map_err(|source| AuthorityError::Io { path: path.to_owned(), source })?;
        let turtle = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("ttl"));
        let found = if turtle { turtle_entries(&text) } else { table_entries(&text) };
        self.0.extend(found.map_err(|why| AuthorityError::Malformed { path: path.to_owned(), why })?);
        Ok(())
    }
}

fn table_entries(text: &str) -> Result<Vec<Entry>, String> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate();
    let mut lines = lines.map(|(i, l)| (i + 1, l.trim_end_matches('\r')));
    let mut lines = lines.by_ref().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let (_, head) = lines.next().ok_or("the table has no header")?;
    let columns: Vec<&str> = head.split('\t').map(str::trim).collect();
    if let Some(unknown) = columns.iter().find(|c| !HEADER.contains(c)) {
        return Err(format!("unknown column `{unknown}`; known are {}", HEADER.join(", ")));
    }
    if !columns.contains(&"name") {
        return Err("the table has no column `name`".to_owned());
    }
    let mut entries = Vec::new();
    for (n, line) in lines {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let cell = |name: &str| {
            let at = columns.iter().position(|c| *c == name);
            at.and_then(|at| cells.get(at)).copied().unwrap_or_default().to_owned()
        };
        let iri = cell("iri");
        if cell("name").is_empty() || (!iri.is_empty() && NamedNode::new(&iri).is_err()) {
            return Err(format!("line {n}: a row needs a name, and its iri must be one"));
        }
        let also = cell("also");
        let names = std::iter::once(cell("name")).chain(also.split('|').map(str::to_owned)).filter(|n| !n.is_empty());
        entries.push(Entry { names: names.collect(), class: cell("class"), iri, identifier: cell("identifier") });
    }
    Ok(entries)
}

fn turtle_entries(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(text.as_bytes()) {
        let quad = quad.map_err(|e| e.to_string())?;
        let NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
        let entry = entries.entry(subject.as_str().to_owned()).or_default();
        entry.iri = subject.into_string();
        let predicate = quad.predicate.as_str().rsplit(['#', '/']).next().unwrap_or_default();
        match (&quad.object, predicate) {
            (Term::Literal(l), "prefLabel" | "altLabel" | "label" | "name" | "alternateName") => {
                entry.names.push(l.value().to_owned());
            }
            (Term::Literal(l), "identifier" | "notation") => l.value().clone_into(&mut entry.identifier),
            (Term::NamedNode(n), "type") => {
                if let Some(class) = n.as_str().strip_prefix(vocab::WM) {
                    class.clone_into(&mut entry.class);
                }
            }
            _ => {}
        }
    }
    let mut entries: Vec<Entry> = entries.into_values().filter(|e| !e.names.is_empty()).collect();
    entries.iter_mut().for_each(|e| e.names.sort());
    Ok(entries)
}
