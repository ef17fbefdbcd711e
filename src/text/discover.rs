//! Which files are read, and under which name they go into the graph.

use std::path::{Path, PathBuf};

use fs_err as fs;
use walkdir::WalkDir;

use super::TextError;
use crate::diag::Diagnostic;

/// Endings of the files that are read inside a folder; a file named on the command line is read whatever its ending.
const ENDINGS: [&str; 3] = ["txt", "md", "text"];

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it stands.
    pub file: PathBuf,
    /// Its name in the graph: the path below the folder that was named, with `/` between the parts.
    pub name: String,
}

impl Source {
    /// The bytes of the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, Diagnostic> {
        fs::read(&self.file).map_err(|e| Diagnostic::error("T103", &self.name, e.to_string()))
    }
}

/// What [`discover`] found.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read, in the order of their names, each once.
    pub sources: Vec<Source>,
    /// What was passed over and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lists the text files under `paths`: each file that is named, and in each folder all files with a known ending.
/// Hidden files and folders are left out, and so is the folder `without`, where the graph may lie among the texts; symbolic
/// links are not followed inside a folder.
///
/// # Errors
///
/// When a path does not exist or a folder cannot be listed.
pub fn discover(paths: &[PathBuf], without: Option<&Path>) -> Result<Found, TextError> {
    let mut found = Found::default();
    let without = without.and_then(|path| path.canonicalize().ok());
    for path in paths {
        let kind = fs::metadata(path).map_err(|_| TextError::Missing(path.clone()))?;
        if kind.is_dir() {
            walk(path, without.as_deref(), &mut found)?;
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            found.sources.push(Source { file: path.clone(), name });
        }
    }
    found.sources.sort_by(|a, b| (&a.name, &a.file).cmp(&(&b.name, &b.file)));
    found.sources.dedup_by(|a, b| a.file == b.file);
    rename_twins(&mut found.sources);
    Ok(found)
}

fn walk(root: &Path, without: Option<&Path>, found: &mut Found) -> Result<(), TextError> {
    let apart = |e: &walkdir::DirEntry| {
        without.is_some_and(|path| e.file_type().is_dir() && e.path().canonicalize().is_ok_and(|found| found == path))
    };
    let hidden = |e: &walkdir::DirEntry| e.depth() > 0 && e.file_name().to_string_lossy().starts_with('.');
    let visible = |e: &walkdir::DirEntry| !hidden(e) && !apart(e);
    for entry in WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(visible) {
        let entry = entry.map_err(|e| TextError::Io {
            path: e.path().unwrap_or(root).to_owned(),
            source: e.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")),
        })?;
        if entry.file_type().is_dir() {
            continue;
        }
        let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let name: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
        let name = name.join("/");
        let ending = entry.path().extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let readme = name.to_lowercase().ends_with("readme.md");
        if entry.file_type().is_file() && ENDINGS.contains(&ending.as_str()) && !readme {
            found.sources.push(Source { file: entry.path().to_owned(), name });
        } else if !readme {
            let why = if entry.file_type().is_file() {
                "its ending is not .txt, .text or .md"
            } else {
                "it is not a plain file"
            };
            found.diagnostics.push(Diagnostic::warning("T101", name, format!("passed over: {why}")));
        }
    }
    Ok(())
}

/// Two folders may hold files of one name: the later ones are told apart by a number, so that no graph hides another.
fn rename_twins(sources: &mut [Source]) {
    let mut last = String::new();
    let mut count = 0;
    for source in sources {
        if source.name == last {
            count += 1;
            source.name = format!("{}~{}", source.name, count + 1);
        } else {
            last.clone_from(&source.name);
            count = 0;
        }
    }
}
