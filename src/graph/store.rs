//! The store on disk: a folder with finished, immutable generations and a file that names the current one.
//!
//! ```text
//! STORE/CURRENT                      the name of the generation that readers open
//! STORE/LOCK                         held by the one builder, and who that is
//! STORE/packs/<n>.pack               what builds read and wrote, shared by the generations
//! STORE/g-<n>-<hash>/contents        which parts of which packs the generation consists of
//! STORE/g-<n>-<hash>/manifest.json   what is in it; written last
//! STORE/g-<n>-<hash>/index           the database of the engine on disk, where that is used
//! ```
//!
//! A build writes a pack and a folder and then replaces `CURRENT` in one step, so a reader sees the old graph or the new
//! one, never a half. The last generations stay, so that [`super::rollback`] can go back. Nothing here creates a store;
//! [`super::Writer`] does.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;
use oxigraph::model::{NamedNodeRef, NamedOrBlankNodeRef, Quad, TermRef};
use oxigraph::sparql::{PreparedSparqlQuery, QueryEvaluationError, QueryResults};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::dataset::{Collector, Dataset};
use super::pack::{self, Blob, PACKS, Packs};
use super::segment::{Segment, unpack};
use crate::entity::sha256;

const CURRENT: &str = "CURRENT";
/// What becomes `CURRENT` in one step.
const NEXT: &str = "CURRENT.new";
pub(super) const LOCK: &str = "LOCK";
const CONTENTS: &str = "contents";
pub(super) const MANIFEST: &str = "manifest.json";
/// Version of the layout described above.
pub(super) const FORMAT: u32 = 2;

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
    /// The store is wanted for an engine that this program was built without.
    #[error(
        "{}: the engine on disk is not part of this program; install it with `cargo install --features rocksdb`, or build with --engine memory", .0.display()
    )]
    NoEngine(PathBuf),
    /// A file of the store is missing, cut or changed.
    #[error("{}: the store is damaged ({why}); build it again with --full", path.display())]
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
    /// Whether the store is of a layout that only a newer version knows.
    pub(super) fn is_newer(&self) -> bool {
        matches!(self, Self::Version { found, .. } if *found > FORMAT)
    }

    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { context: format!("{}: {source}", path.display()), source }
    }

    pub(super) fn damaged(path: &Path, why: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.to_string() }
    }
}

/// What answers queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// The quads are held in memory; needs nothing else on disk and opens about a million quads in a second.
    #[default]
    Memory,
    /// A database on disk; opens at once whatever its size.
    Rocksdb,
}

/// What a generation holds: written last, so its presence says that the generation is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Layout version.
    pub format: u32,
    /// Version of the program that wrote it.
    pub version: String,
    /// SHA-256 of the program that read the documents, in hex: another one may read them otherwise.
    pub program: String,
    /// SHA-256 over all knowledge files (ontology, lexicons, rules) that the build used, in hex.
    pub knowledge: String,
    /// What it was written for. The other engine can read it too.
    pub engine: Engine,
    /// Number of documents.
    pub documents: usize,
    /// Number of quads.
    pub quads: usize,
    /// SHA-256 over the names, the documents and the quads of all parts, in hex: the same for the same graph.
    pub sha256: String,
    /// SHA-256 of the file `contents`, in hex.
    pub contents: String,
}

/// One document of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPart {
    /// Its name in the graph.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// What was read out of it, before it is known what is one thing in several documents.
    pub record: Blob,
    /// What of that is compared with other documents.
    pub summary: Blob,
    /// SHA-256 of the names that its entities have in the graph: with the record it decides the quads.
    pub names: [u8; 32],
    /// Its quads.
    pub graph: GraphPart,
    /// How many claims there are of each relation, in the order of the ontology.
    pub relations: Vec<u32>,
    /// How many figures it gives.
    pub figures: u32,
}

/// Some quads of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphPart {
    /// Where they stand.
    pub blob: Blob,
    /// How many there are.
    pub quads: u32,
}

/// Which parts a generation consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The documents, in the order of their paths.
    pub documents: Vec<DocumentPart>,
    /// What belongs to no document: the ontology, what is one thing, what documents disagree on.
    pub common: Vec<GraphPart>,
}

impl Contents {
    /// All quads, part by part, in the order in which they are exported.
    pub(super) fn graphs(&self) -> impl Iterator<Item = &GraphPart> {
        self.common.iter().chain(self.documents.iter().map(|d| &d.graph))
    }

    /// Every piece of a pack that is needed.
    pub(super) fn blobs(&mut self) -> impl Iterator<Item = &mut Blob> {
        let documents = self.documents.iter_mut().flat_map(|d| [&mut d.record, &mut d.summary, &mut d.graph.blob]);
        self.common.iter_mut().map(|part| &mut part.blob).chain(documents)
    }
}

/// An opened store: the current generation, ready to be asked.
#[derive(Clone)]
pub struct Store {
    quads: Quads,
    manifest: Arc<Manifest>,
}

/// The quads of an opened store.
#[derive(Clone)]
enum Quads {
    Memory(Arc<Dataset>),
    #[cfg(feature = "rocksdb")]
    Disk(oxigraph::store::Store),
}

impl Store {
    /// Opens the current generation of the store at `dir` for reading. Never creates or changes anything.
    ///
    /// # Errors
    ///
    /// When there is no store at `dir`, when it was written by another layout version, and when a file of it is
    /// missing or does not have the hash that the manifest names.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        retried(dir, |generation| {
            let manifest = Arc::new(read_manifest(dir, generation)?);
            #[cfg(feature = "rocksdb")]
            if manifest.engine == Engine::Rocksdb {
                return Ok(Self { quads: Quads::Disk(super::disk::open(generation)?), manifest });
            }
            // The other engine's database is not needed to read what it was made from.
            let contents = read_contents(generation, &manifest)?;
            let quads = Quads::Memory(Arc::new(collect(dir, &contents, |_| true)?.finish()));
            let store = Self { quads, manifest };
            let found = store.len();
            if found != store.manifest.quads {
                let why = format!("it has {found} quads, its manifest says {}", store.manifest.quads);
                return Err(StoreError::damaged(generation, why));
            }
            Ok(store)
        })
    }

    /// What the generation says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Number of quads.
    pub fn len(&self) -> usize {
        match &self.quads {
            Quads::Memory(dataset) => dataset.len(),
            #[cfg(feature = "rocksdb")]
            Quads::Disk(_) => self.manifest.quads,
        }
    }

    /// Whether there is no quad.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The quads that fit a pattern; those of all graphs when none is named. In no order that can be relied on.
    ///
    /// # Errors
    ///
    /// When the engine fails.
    pub fn matching(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        predicate: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<NamedNodeRef<'_>>,
    ) -> Result<Vec<Quad>, StoreError> {
        match &self.quads {
            Quads::Memory(dataset) => {
                let pattern = [
                    subject.map(|t| t.to_string()),
                    predicate.map(|t| t.to_string()),
                    object.map(|t| t.to_string()),
                    graph.map(|t| t.to_string()),
                ];
                Ok(dataset.matching(pattern).into_iter().filter_map(|line| line.quad()).collect())
            }
            #[cfg(feature = "rocksdb")]
            Quads::Disk(store) => {
                // The default graph holds everything once more, for queries.
                let all = store.quads_for_pattern(
                    subject,
                    predicate,
                    object,
                    graph.map(oxigraph::model::GraphNameRef::NamedNode),
                );
                let named = |quad: &Quad| !quad.graph_name.is_default_graph();
                Ok(all.filter(|quad| quad.as_ref().map_or(true, named)).collect::<Result<_, _>>()?)
            }
        }
    }

    /// Asks `query`.
    ///
    /// # Errors
    ///
    /// When the engine cannot evaluate it.
    pub fn execute(&self, query: PreparedSparqlQuery) -> Result<QueryResults<'_>, QueryEvaluationError> {
        match &self.quads {
            Quads::Memory(dataset) => query.on_queryable_dataset(&**dataset).execute(),
            #[cfg(feature = "rocksdb")]
            Quads::Disk(store) => query.on_store(store).execute(),
        }
    }
}

/// Lets `read` read the current generation of the store at `dir`, and once more when a builder put another one in its place,
/// and removed it, meanwhile.
pub(super) fn retried<T>(dir: &Path, mut read: impl FnMut(&Path) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut generation = current_generation(dir)?;
    loop {
        let found = read(&generation);
        let now = current_generation(dir)?;
        if found.is_ok() || now == generation {
            return found;
        }
        generation = now;
    }
}

/// How many parts are unpacked side by side before they are put together.
const BATCH: usize = 256;

/// The quads of `contents` whose subject, as N-Quads writes it, `wanted` lets pass.
pub(super) fn collect(
    dir: &Path,
    contents: &Contents,
    wanted: impl Fn(&str) -> bool + Copy,
) -> Result<Collector, StoreError> {
    let packs = Packs::new(dir);
    let parts: Vec<&GraphPart> = contents.graphs().collect();
    let mut collector = Collector::default();
    for batch in parts.chunks(BATCH) {
        let unpacked: Vec<Vec<u8>> = batch.par_iter().map(|part| packs.read(&part.blob)).collect::<Result<_, _>>()?;
        for (bytes, part) in unpacked.iter().zip(batch) {
            let segment = decode(dir, bytes, part)?;
            collector.take(&segment, wanted);
        }
    }
    Ok(collector)
}

/// The segment in the unpacked bytes of `part`.
pub(super) fn decode<'a>(dir: &Path, bytes: &'a [u8], part: &GraphPart) -> Result<Segment<'a>, StoreError> {
    let damaged = |why: String| StoreError::damaged(&pack::path(dir, part.blob.pack), why);
    let segment = Segment::decode(bytes).map_err(damaged)?;
    if segment.quads.len() != part.quads as usize {
        return Err(damaged(format!("a part has {} quads instead of {}", segment.quads.len(), part.quads)));
    }
    Ok(segment)
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
    let ours = |name: &str| name == LOCK || name == PACKS || name.starts_with("g-") || name.starts_with(CURRENT);
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

/// The parts of a generation, as its manifest names them.
fn read_contents(generation: &Path, manifest: &Manifest) -> Result<Contents, StoreError> {
    let path = generation.join(CONTENTS);
    let bytes = fs::read(&path).map_err(|e| StoreError::damaged(&path, e))?;
    if sha256(&bytes) != manifest.contents {
        return Err(StoreError::damaged(&path, "its hash is not the one in the manifest"));
    }
    let unpacked = unpack(&bytes).map_err(|e| StoreError::damaged(&path, e))?;
    postcard::from_bytes(&unpacked).map_err(|e| StoreError::damaged(&path, e))
}

/// What a generation says of itself, and its parts.
pub(super) fn opened(dir: &Path, generation: &Path) -> Result<(Manifest, Contents), StoreError> {
    let manifest = read_manifest(dir, generation)?;
    let contents = read_contents(generation, &manifest)?;
    Ok((manifest, contents))
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

/// Writes a generation under another name, with what `more` puts into its folder, and gives it its own when it is whole.
pub(super) fn write_whole(
    generation: &Path,
    contents: &[u8],
    manifest: &Manifest,
    more: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let part = generation.with_extension("part");
    let io = |e| StoreError::io(generation, e);
    let json = serde_json::to_string_pretty(manifest).expect("a manifest is plain data");
    let write = || -> Result<(), StoreError> {
        fs::create_dir(&part).map_err(io)?;
        more(&part)?;
        for (name, bytes) in [(CONTENTS, contents), (MANIFEST, json.as_bytes())] {
            let mut file = fs::File::create(part.join(name)).map_err(io)?;
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io)?;
        }
        sync_folder(&part).map_err(io)?;
        fs::rename(&part, generation).map_err(io)
    };
    if part.exists() {
        fs::remove_dir_all(&part).map_err(io)?;
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
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
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
pub(super) fn number(name: &str) -> u64 {
    name.split('-').nth(1).filter(|n| n.len() == 6).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Removes all but the last `keep` generations and the current one, what builds left behind that were broken off, and the
/// packs that nothing needs any more. Old generations are a convenience, not part of the store: failing to remove one is no
/// failure of the build.
pub(super) fn sweep(dir: &Path, keep: usize) {
    let (Ok(all), Ok(current)) = (names(dir), current_generation(dir)) else { return };
    let (whole, broken): (Vec<_>, Vec<_>) = all.into_iter().partition(|name| dir.join(name).join(MANIFEST).is_file());
    for name in whole[..whole.len().saturating_sub(keep)].iter().chain(&broken) {
        if dir.join(name) != current {
            let _ = fs::remove_dir_all(dir.join(name));
        }
    }
    let entries = |dir: &Path| fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries(dir) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("g-") && name.ends_with(".part") {
            let _ = fs::remove_dir_all(entry.path());
        } else if name == NEXT {
            let _ = fs::remove_file(entry.path());
        }
    }
    // What a generation that cannot be read needs is not known: then all packs stay.
    let needed = || -> Option<BTreeSet<u32>> {
        let mut needed = BTreeSet::new();
        for name in names(dir).ok()? {
            let generation = dir.join(name);
            match opened(dir, &generation) {
                Ok((_, mut contents)) => needed.extend(contents.blobs().map(|blob| blob.pack)),
                // Those of an older layout have no packs.
                Err(StoreError::Version { found, .. }) if found < FORMAT => {}
                Err(_) => return None,
            }
        }
        Some(needed)
    };
    let Some(needed) = needed() else { return };
    for entry in entries(&dir.join(PACKS)) {
        let name = entry.file_name();
        if !pack::number(&name.to_string_lossy()).is_some_and(|number| needed.contains(&number)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
