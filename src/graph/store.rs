//! The store on disk: a folder with finished, immutable generations and a file that names the current one.
//!
//! ```text
//! STORE/CURRENT                  the name of the generation that readers open
//! STORE/LOCK                     held by the one builder, and who that is
//! STORE/g-<n>-<hash>/graph.nq        all quads, sorted
//! STORE/g-<n>-<hash>/manifest.json   what is in it; written last
//! ```
//!
//! A build writes a fresh folder and then replaces `CURRENT` in one step, so a reader sees the old graph or the new
//! one, never a half. The last generations stay, so that [`super::rollback`] can go back. Nothing here creates a store
//! except [`Store::write`].

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParser};
use serde::{Deserialize, Serialize};

use crate::entity::sha256;

const CURRENT: &str = "CURRENT";
/// What becomes `CURRENT` in one step.
const NEXT: &str = "CURRENT.new";
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
    #[error("{}: another build is writing this store ({holder}); wait for it to end", path.display())]
    Locked {
        /// The store.
        path: PathBuf,
        /// Who holds the lock, as the holder wrote it down.
        holder: String,
    },
    /// There is no such generation to go back to.
    #[error("{}: {why}; `wenmai generations` lists what there is", path.display())]
    NoGeneration {
        /// The store.
        path: PathBuf,
        /// What was asked for.
        why: String,
    },
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
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
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
        let mut generation = current_generation(dir)?;
        loop {
            let opened = Self::open_generation(dir, &generation);
            // A builder may have put another one in its place, and removed it, since its name was read.
            let now = current_generation(dir)?;
            if opened.is_ok() || now == generation {
                return opened;
            }
            generation = now;
        }
    }

    fn open_generation(dir: &Path, generation: &Path) -> Result<Self, StoreError> {
        let manifest = read_manifest(dir, generation)?;
        let (path, bytes) = read_graph(generation, &manifest)?;
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
    /// the folder when it does not exist, and removes all but the last `keep` generations. When the current generation
    /// has this content already, it stays.
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
        keep: usize,
    ) -> Result<Manifest, StoreError> {
        check_target(dir)?;
        fs::create_dir_all(dir).map_err(|e| StoreError::io(dir, e))?;
        let _lock = lock(dir)?;
        let manifest = Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            quads: nquads.iter().filter(|b| **b == b'\n').count(),
            sha256: sha256(nquads),
            knowledge,
            documents,
        };
        let json = serde_json::to_string_pretty(&manifest).expect("a manifest is plain data");
        // The name covers the manifest too, so that the same graph from other knowledge is another generation.
        let hash = &sha256(json.as_bytes())[..16];
        let same = |generation: &Path| {
            let holds = |name: &str, bytes: &[u8]| fs::read(generation.join(name)).is_ok_and(|found| found == bytes);
            holds(MANIFEST, json.as_bytes()) && holds(GRAPH, nquads)
        };
        let all = names(dir)?;
        let current = current_generation(dir).ok();
        // Without a current generation a whole one may still stand here from before.
        let whole = || all.iter().find(|name| same(&dir.join(name)));
        if current.is_none()
            && let Some(name) = whole()
        {
            point_at(dir, name)?;
        } else if !current.is_some_and(|generation| same(&generation)) {
            let number = all.iter().map(|name| number(name)).max().unwrap_or(0) + 1;
            let name = format!("g-{number:06}-{hash}");
            write_whole(&dir.join(&name), nquads, &json).map_err(|e| StoreError::io(dir, e))?;
            point_at(dir, &name)?;
        }
        remove_old(dir, keep);
        Ok(manifest)
    }
}

/// The bytes of the graph of a generation, as the manifest names them, and where they stand.
pub(super) fn read_graph(generation: &Path, manifest: &Manifest) -> Result<(PathBuf, Vec<u8>), StoreError> {
    let path = generation.join(GRAPH);
    let bytes = fs::read(&path).map_err(|e| StoreError::damaged(&path, e))?;
    if sha256(&bytes) != manifest.sha256 {
        return Err(StoreError::damaged(&path, "its hash is not the one in the manifest"));
    }
    Ok((path, bytes))
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

/// The lock of a store. It ends with the process at the latest; nothing of it stays in the file.
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // The name of a holder that is gone would only be odd, not wrong.
        let _ = self.0.set_len(0);
    }
}

/// Takes the lock of the store, which ends with the process, and writes down who holds it.
pub(super) fn lock(dir: &Path) -> Result<Lock, StoreError> {
    let path = dir.join(LOCK);
    let open = File::options().create(true).truncate(false).read(true).write(true).open(&path);
    let mut file = open.map_err(|e| StoreError::io(&path, e))?;
    match file.try_lock() {
        Ok(()) => {
            let write = file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id()));
            write.map_err(|e| StoreError::io(&path, e))?;
            Ok(Lock(file))
        }
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Between taking the lock and writing the name the file is empty.
            let read = (&mut file).take(64).read_to_string(&mut holder);
            if read.is_err() || holder.is_empty() {
                "a process that has just begun".clone_into(&mut holder);
            }
            Err(StoreError::Locked { path: dir.to_owned(), holder })
        }
        Err(TryLockError::Error(e)) => Err(StoreError::io(&path, e)),
    }
}

/// Makes `name` the generation that readers open from now on.
pub(super) fn point_at(dir: &Path, name: &str) -> Result<(), StoreError> {
    let pointer = dir.join(NEXT);
    let write = || -> io::Result<()> {
        let mut file = fs::File::create(&pointer)?;
        writeln!(file, "{name}")?;
        file.sync_all()?;
        fs::rename(&pointer, dir.join(CURRENT))?;
        sync_folder(dir)
    };
    write().map_err(|e| StoreError::io(dir, e))
}

/// Writes a generation under another name and gives it its own when it is whole.
fn write_whole(generation: &Path, nquads: &[u8], manifest: &str) -> io::Result<()> {
    let part = generation.with_extension("part");
    let write = || -> io::Result<()> {
        fs::create_dir(&part)?;
        for (name, bytes) in [(GRAPH, nquads), (MANIFEST, manifest.as_bytes())] {
            let mut file = fs::File::create(part.join(name))?;
            file.write_all(bytes)?;
            file.sync_all()?;
        }
        sync_folder(&part)?;
        fs::rename(&part, generation)
    };
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    let written = write();
    if written.is_err() {
        // A full disk gets its room back.
        let _ = fs::remove_dir_all(&part);
    }
    written
}

/// New names in a folder outlive a loss of power only when the folder is written out too; where folders cannot be
/// opened, the system does without.
fn sync_folder(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// The names of the generations of the store at `dir`, the oldest first.
pub(super) fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(|e| StoreError::io(dir, e))? {
        let name = entry.map_err(|e| StoreError::io(dir, e))?.file_name().to_string_lossy().into_owned();
        if name.starts_with("g-") && !name.contains('.') {
            names.push(name);
        }
    }
    names.sort_by(|a, b| number(a).cmp(&number(b)).then_with(|| a.cmp(b)));
    Ok(names)
}

/// The number of a generation; those of older versions have none and come first.
fn number(name: &str) -> u64 {
    name.split('-').nth(1).filter(|n| n.len() == 6).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Removes all but the last `keep` generations and the current one, and what builds left behind that were broken off. Old
/// generations are a convenience, not part of the store: failing to remove one is no failure of the build.
fn remove_old(dir: &Path, keep: usize) {
    let (Ok(names), Ok(current)) = (names(dir), current_generation(dir)) else { return };
    let (whole, broken): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| dir.join(name).join(MANIFEST).is_file());
    for name in whole[..whole.len().saturating_sub(keep)].iter().chain(&broken) {
        if dir.join(name) != current {
            let _ = fs::remove_dir_all(dir.join(name));
        }
    }
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("g-") && name.ends_with(".part") {
            let _ = fs::remove_dir_all(entry.path());
        } else if name == NEXT {
            let _ = fs::remove_file(entry.path());
        }
    }
}
