//! Where the knowledge files come from: the binary itself, or a folder given with `--ontology`.

use std::path::Path;

use fs_err as fs;
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};

use super::KnowledgeError;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/ontology");

/// All knowledge files, by their path below the ontology folder, in the order of their paths.
#[derive(Clone, Debug)]
pub struct Files(Vec<(String, String)>);

impl Files {
    /// The files that the binary carries.
    pub fn embedded() -> Self {
        let mut files = Vec::new();
        collect(&EMBEDDED, &mut files);
        files.sort();
        Self(files)
    }

    /// The files in the folder `dir`, which must be laid out like the project's `ontology/`.
    ///
    /// # Errors
    ///
    /// When the folder or a file in it cannot be read.
    pub fn from_dir(dir: &Path) -> Result<Self, KnowledgeError> {
        let mut files = Vec::new();
        for sub in ["", "lexicon", "rules"] {
            let folder = dir.join(sub);
            for entry in fs::read_dir(&folder).map_err(KnowledgeError::Io)? {
                let entry = entry.map_err(KnowledgeError::Io)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if is_knowledge(&name) {
                    let text = fs::read_to_string(entry.path()).map_err(KnowledgeError::Io)?;
                    let path = if sub.is_empty() { name } else { format!("{sub}/{name}") };
                    files.push((path, text));
                }
            }
        }
        files.sort();
        Ok(Self(files))
    }

    /// The text of the file at `path`.
    ///
    /// # Errors
    ///
    /// When there is no such file.
    pub fn get(&self, path: &str) -> Result<&str, KnowledgeError> {
        let found = self.0.binary_search_by(|(p, _)| p.as_str().cmp(path));
        found.map(|i| self.0[i].1.as_str()).map_err(|_| KnowledgeError::NoFile(path.to_owned()))
    }

    /// Path and text of all files below `folder`, in order.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let inside = move |p: &str| p.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.0.iter().filter(move |(p, _)| inside(p)).map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// SHA-256 over the paths and texts of all files.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (path, text) in &self.0 {
            for part in [path, text] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().into()
    }
}

fn is_knowledge(name: &str) -> bool {
    [".ttl", ".tsv", ".toml"].iter().any(|ending| name.ends_with(ending))
}

fn collect(dir: &Dir<'_>, files: &mut Vec<(String, String)>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let Some(text) = file.contents_utf8().filter(|_| is_knowledge(&path)) {
            files.push((path, text.to_owned()));
        }
    }
    for sub in dir.dirs() {
        collect(sub, files);
    }
}
