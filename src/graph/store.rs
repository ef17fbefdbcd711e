//! The store on disk: a folder with finished, immutable generations and a file that names the current one.
//!
//! ```text
//! STORE/CURRENT                  the name of the generation that readers open
//! STORE/LOCK                     held by the one builder
//! STORE/g-<hash>/graph.nq        all quads, sorted
//! STORE/g-<hash>/manifest.json   what is in it; written last
//! ```
//!
//! A build writes a fresh folder and then replaces `CURRENT` in one step, so a reader sees the old graph or the new
//! one, never a half. Nothing here creates a store except [`Store::write`].

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParser};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::entity::hex;

const CURRENT: &str = "CURRENT";
const LOCK: &str = "LOCK";
pub(super) const GRAPH: &str = "graph.nq";
const MANIFEST: &str = "manifest.json";
/// Version of the layout described above.
const FORMAT: u32 = 1;

/// Why a store could not be opened or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Nothing stands at the path.
    #[error("{}: there is no store here; make one with `wenmai build PATH... --store {}`", .0.display(), .0.display())]
    Missing(PathBuf),
    /// Something stands at the path that this program did not write.
    #[error("{}: this is not a wenmai store ({why}); name another folder with --store", path.display())]
    NotAStore {
        /// The path given.
        path: PathBuf,
        /// What was found instead.
        why: &'static str,
    },
    /// The store is of a layout that this version cannot read.
    #[error("{}: the store has format {found}, this version reads format {FORMAT}; build it again with this version", path.display())]
    Version {
        /// The path given.
        path: PathBuf,
        /// The format that the manifest names.
        found: u32,
    },
    /// A file of the store is missing, cut or changed.
    #[error("{}: the store is damaged ({why}); build it again", path.display())]
    Damaged {
        /// The file in question.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Another builder holds the lock.
    #[error("{}: another build is writing this store; wait for it to end", .0.display())]
    Locked(PathBuf),
    /// The file system refused.
    #[error("{context}")]
    Io {
        /// What was being done.
        context: String,
        /// The refusal.
        #[source]
        source: io::Error,
    },
    /// The engine refused.
    #[error("the RDF engine failed")]
    Engine(#[from] oxigraph::store::StorageError),
}

impl StoreError {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { context: format!("{}: {source}", path.display()), source }
    }

    pub(super) fn damaged(path: &Path, why: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.to_string() }
    }
}

/// What a generation holds: written last, so its presence says that the generation is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Layout version.
    pub format: u32,
    /// Version of the program that wrote it.
    pub version: String,
    /// Number of quads in `graph.nq`.
    pub quads: usize,
    /// SHA-256 of `graph.nq`, in hex.
    pub sha256: String,
    /// SHA-256 over all knowledge files (ontology, lexicons, rules) that the build used, in hex.
    pub knowledge: String,
    /// Path and SHA-256 of each document read, in the order of their paths.
    pub documents: Vec<(String, String)>,
}

/// An opened store: the quads of its current generation, held in memory.
pub struct Store {
    quads: oxigraph::store::Store,
    manifest: Manifest,
}

impl Store {
    /// Opens the current generation of the store at `dir` for reading. Never creates or changes anything.
    ///
    /// # Errors
    ///
    /// When there is no store at `dir`, when it was written by another layout version, and when a file of it is
    /// missing or does not have the hash that the manifest names.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let generation = current_generation(dir)?;
        let manifest = read_manifest(dir, &generation)?;
        let path = generation.join(GRAPH);
        let bytes = fs::read(&path).map_err(|e| StoreError::damaged(&path, e))?;
        if hex(&Sha256::digest(&bytes)) != manifest.sha256 {
            return Err(StoreError::damaged(&path, "its hash is not the one in the manifest"));
        }
        let quads = oxigraph::store::Store::new()?;
        let parser = RdfParser::from_format(RdfFormat::NQuads);
        quads.load_from_slice(parser, &bytes).map_err(|e| StoreError::damaged(&path, e))?;
        Ok(Self { quads, manifest })
    }

    /// The quads, for the query engine.
    pub fn quads(&self) -> &oxigraph::store::Store {
        &self.quads
    }

    /// What the generation says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Writes `nquads` (sorted lines, one quad each) as the new current generation of the store at `dir`, creating
    /// the folder when it does not exist, and removes the generations that are no longer current.
    ///
    /// # Errors
    ///
    /// When `dir` holds something that is not a store, when another builder is at work, and when the file system
    /// refuses; the generation that was current before stays so in all these cases.
    pub fn write(
        dir: &Path,
        nquads: &[u8],
        knowledge: String,
        documents: Vec<(String, String)>,
    ) -> Result<Manifest, StoreError> {
        check_target(dir)?;
        fs::create_dir_all(dir).map_err(|e| StoreError::io(dir, e))?;
        let _lock = lock(dir)?;
        let manifest = Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            quads: nquads.iter().filter(|b| **b == b'\n').count(),
            sha256: hex(&Sha256::digest(nquads)),
            knowledge,
            documents,
        };
        let json = serde_json::to_string_pretty(&manifest).expect("a manifest is plain data");
        // The name covers the manifest too, so that the same graph from other knowledge is another generation.
        let name = format!("g-{}", &hex(&Sha256::digest(json.as_bytes()))[..16]);
        let generation = dir.join(&name);
        write_whole(&generation, nquads, &json).map_err(|e| StoreError::io(dir, e))?;
        let pointer = dir.join(format!("{CURRENT}.new"));
        fs::write(&pointer, format!("{name}\n"))
            .and_then(|()| fs::rename(&pointer, dir.join(CURRENT)))
            .map_err(|e| StoreError::io(dir, e))?;
        remove_others(dir, &name);
        Ok(manifest)
    }
}

/// Refuses a target that is not a store, before anything is read or written there.
///
/// # Errors
///
/// When `dir` is a file, or a folder with content but without a store in it.
pub fn check_target(dir: &Path) -> Result<(), StoreError> {
    if dir.is_file() {
        return Err(StoreError::NotAStore { path: dir.to_owned(), why: "it is a file" });
    }
    if !dir.exists() || dir.join(CURRENT).is_file() {
        return Ok(());
    }
    let mut entries = fs::read_dir(dir).map_err(|e| StoreError::io(dir, e))?;
    let ours = |name: &str| name == LOCK || name.starts_with("g-") || name.starts_with(CURRENT);
    match entries.find(|e| e.as_ref().map_or(true, |e| !ours(&e.file_name().to_string_lossy()))) {
        Some(_) => Err(StoreError::NotAStore { path: dir.to_owned(), why: "the folder holds other files" }),
        None => Ok(()),
    }
}

pub(super) fn current_generation(dir: &Path) -> Result<PathBuf, StoreError> {
    if !dir.exists() {
        return Err(StoreError::Missing(dir.to_owned()));
    }
    if dir.is_file() {
        return Err(StoreError::NotAStore { path: dir.to_owned(), why: "it is a file" });
    }
    let pointer = dir.join(CURRENT);
    if !pointer.is_file() {
        return Err(StoreError::NotAStore { path: dir.to_owned(), why: "it has no file CURRENT" });
    }
    let mut name = String::new();
    let file = fs::File::open(&pointer).map_err(|e| StoreError::io(&pointer, e))?;
    file.take(256).read_to_string(&mut name).map_err(|e| StoreError::damaged(&pointer, e))?;
    let name = name.trim();
    let known = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !name.starts_with("g-") || !name.chars().all(known) {
        return Err(StoreError::damaged(&pointer, "it does not name a generation"));
    }
    Ok(dir.join(name))
}

pub(super) fn read_manifest(dir: &Path, generation: &Path) -> Result<Manifest, StoreError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let path = generation.join(MANIFEST);
    let json = fs::read_to_string(&path).map_err(|e| StoreError::damaged(&path, e))?;
    let head: Head = serde_json::from_str(&json).map_err(|e| StoreError::damaged(&path, e))?;
    if head.format != FORMAT {
        return Err(StoreError::Version { path: dir.to_owned(), found: head.format });
    }
    serde_json::from_str(&json).map_err(|e| StoreError::damaged(&path, e))
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join(LOCK);
    let file = File::create(&path).map_err(|e| StoreError::io(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(dir.to_owned())),
        Err(TryLockError::Error(e)) => Err(StoreError::io(&path, e)),
    }
}

/// Writes a generation under another name and gives it its own when it is whole. A generation of this name that is
/// whole already stays as it is: its name fixes its content, and readers may have it open.
fn write_whole(generation: &Path, nquads: &[u8], manifest: &str) -> io::Result<()> {
    let same = |name: &str, bytes: &[u8]| fs::read(generation.join(name)).is_ok_and(|found| found == bytes);
    if same(MANIFEST, manifest.as_bytes()) && same(GRAPH, nquads) {
        return Ok(());
    }
    let part = generation.with_extension("part");
    for leftover in [&part, generation] {
        if leftover.exists() {
            fs::remove_dir_all(leftover)?;
        }
    }
    fs::create_dir(&part)?;
    for (name, bytes) in [(GRAPH, nquads), (MANIFEST, manifest.as_bytes())] {
        let mut file = fs::File::create(part.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    fs::rename(&part, generation)
}

/// Old generations are a convenience, not part of the store: failing to remove one is no failure of the build.
fn remove_others(dir: &Path, keep: &str) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("g-") && name != keep {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
