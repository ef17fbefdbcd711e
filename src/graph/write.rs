//! Writing a generation: what a build read goes into a pack as it comes, and at the end the parts become a generation.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::Quad;
use sha2::{Digest as _, Sha256};

use super::generations::verify;
use super::pack::{self, Blob, PackWriter, Packs};
use super::segment::{Draft, bytes_of};
use super::store::{
    Contents, DocumentPart, Engine, GraphPart, Lock, Manifest, StoreError, check_target, current_generation, lock,
    names, number, opened, point_at, read_manifest, sweep, write_whole,
};
use crate::entity::{hex, sha256};

/// A generation may lie in so many packs; then it is written together. Each build adds one, and each one is a file to open.
const MOST_PACKS: usize = 16;

/// What a build makes its generation with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// What answers queries to it.
    pub engine: Engine,
    /// SHA-256 over the knowledge, in hex.
    pub knowledge: String,
    /// SHA-256 of the program, in hex.
    pub program: String,
    /// How many generations stay, the new one included.
    pub keep: usize,
    /// Whether nothing that was read before is used again.
    pub full: bool,
}

/// A build at work on a store: it holds the lock until it is dropped.
pub struct Writer {
    dir: PathBuf,
    setup: Setup,
    current: Option<(PathBuf, Manifest, Arc<Contents>)>,
    /// The contents of the kept generations that can be used again, the newest last.
    kept: Vec<Arc<Contents>>,
    /// By the hash of a document where it stands in them: generation and place.
    known: HashMap<[u8; 32], Vec<[usize; 2]>>,
    packs: Packs,
    pack: PackWriter,
    _lock: Lock,
    /// Goes last.
    folder: Folder,
}

/// The folder of a store. When a build made it and wrote nothing, it goes again.
struct Folder {
    path: PathBuf,
    passing: bool,
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.passing {
            // What is not empty stays.
            let _ = fs::remove_dir(self.path.join(pack::PACKS));
            let _ = fs::remove_file(self.path.join(super::store::LOCK));
            let _ = fs::remove_dir(&self.path);
        }
    }
}

impl Writer {
    /// Takes the lock of the store at `dir`, which is made when there is none, and looks what its generations hold.
    ///
    /// # Errors
    ///
    /// When `dir` holds something that is not a store, or one of a newer version, when another builder is at work, and when
    /// the file system refuses.
    pub fn begin(dir: &Path, setup: Setup) -> Result<Self, StoreError> {
        if setup.engine == Engine::Rocksdb && cfg!(not(feature = "rocksdb")) {
            return Err(StoreError::NoEngine(dir.to_owned()));
        }
        check_target(dir)?;
        let io = |e| StoreError::io(dir, e);
        let folder = Folder { path: dir.to_owned(), passing: !dir.exists() };
        fs::create_dir_all(dir).map_err(io)?;
        let lock = lock(dir)?;
        let current = current_generation(dir).ok();
        let (mut base, mut kept, mut known) = (None, Vec::new(), HashMap::<[u8; 32], Vec<[usize; 2]>>::new());
        // The newest last, so that it is found first.
        for name in names(dir)? {
            let generation = dir.join(name);
            let (manifest, contents) = match opened(dir, &generation) {
                Ok(found) => found,
                Err(error @ StoreError::Version { .. }) if error.is_newer() => return Err(error),
                Err(_) => continue,
            };
            let contents = Arc::new(contents);
            let used = manifest.knowledge == setup.knowledge && manifest.program == setup.program && !setup.full;
            if Some(&generation) == current.as_ref() {
                base = Some((generation, manifest, Arc::clone(&contents)));
            }
            if used {
                for (place, part) in contents.documents.iter().enumerate() {
                    known.entry(part.sha256).or_default().push([kept.len(), place]);
                }
                kept.push(contents);
            }
        }
        let last = fs::read_dir(dir.join(pack::PACKS)).into_iter().flatten().flatten();
        let last = last.filter_map(|entry| pack::number(&entry.file_name().to_string_lossy())).max();
        let pack = PackWriter::create(dir, last.map_or(1, |last| last + 1)).map_err(io)?;
        Ok(Self {
            dir: dir.to_owned(),
            setup,
            current: base,
            kept,
            known,
            packs: Packs::new(dir),
            pack,
            _lock: lock,
            folder,
        })
    }

    /// What is known of the document with this name and this hash of its bytes, or of another one with the same bytes.
    pub fn known(&self, path: &str, sha256: &[u8; 32]) -> Option<&DocumentPart> {
        let known = self.known.get(sha256)?;
        let part = |[generation, place]: &[usize; 2]| &self.kept[*generation].documents[*place];
        known.iter().rev().map(part).find(|part| part.path == path).or(known.last().map(part))
    }

    /// Writes `bytes`, made by [`bytes_of`].
    ///
    /// # Errors
    ///
    /// When the file system refuses.
    pub fn append(&mut self, bytes: &[u8]) -> Result<Blob, StoreError> {
        self.pack.append(bytes).map_err(|e| StoreError::io(&self.dir, e))
    }

    /// Writes the bytes of a part of the graph; the part of the current generation stands for it when it is the same.
    ///
    /// # Errors
    ///
    /// When the file system refuses.
    pub fn append_graph(&mut self, graph: &Graph) -> Result<GraphPart, StoreError> {
        let hash: [u8; 32] = Sha256::digest(&graph.bytes).into();
        let same = |part: &&GraphPart| part.blob.hash == hash;
        let mut common = self.current.iter().filter(|_| !self.setup.full).flat_map(|(_, _, contents)| &contents.common);
        if let Some(part) = common.find(same) {
            return Ok(*part);
        }
        Ok(GraphPart { blob: self.append(&graph.bytes)?, quads: graph.quads })
    }

    /// Lets what was appended be read.
    ///
    /// # Errors
    ///
    /// When the file system refuses.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        self.pack.flush().map_err(|e| StoreError::io(&self.dir, e))
    }

    /// The unpacked bytes of a blob, of this build (when it was flushed) or an older one.
    ///
    /// # Errors
    ///
    /// When they are not what was written.
    pub fn read(&self, blob: &Blob) -> Result<Vec<u8>, StoreError> {
        self.packs.read(blob)
    }

    /// The error of a blob that does not hold what it should.
    pub fn damaged(&self, blob: &Blob, why: impl ToString) -> StoreError {
        StoreError::damaged(&pack::path(&self.dir, blob.pack), why)
    }

    /// Makes `contents` the current generation. When the current one has this content already, it stays.
    ///
    /// # Errors
    ///
    /// When the file system or the engine refuses; the generation that was current before stays so.
    pub fn finish(mut self, mut contents: Contents) -> Result<Manifest, StoreError> {
        let dir = self.dir.clone();
        let mut manifest = Manifest {
            format: super::store::FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            program: self.setup.program.clone(),
            knowledge: self.setup.knowledge.clone(),
            engine: self.setup.engine,
            documents: contents.documents.len(),
            quads: contents.graphs().map(|part| part.quads as usize).sum(),
            sha256: content_hash(&contents),
            contents: String::new(),
        };
        if let Some(found) = self.standing(&manifest)? {
            sweep(&dir, self.setup.keep);
            return Ok(found);
        }
        self.gather(&mut contents)?;
        self.pack.sync().map_err(|e| StoreError::io(&dir, e))?;
        let bytes = bytes_of(&contents);
        manifest.contents = sha256(&bytes);
        let last = names(&dir)?.iter().map(|name| number(name)).max().unwrap_or(0);
        let name = format!("g-{:06}-{}", last + 1, &manifest.sha256[..16]);
        #[cfg(feature = "rocksdb")]
        let index = |folder: &Path| match manifest.engine {
            Engine::Memory => Ok(()),
            // Whoever wants everything read again may not trust the database that is there.
            Engine::Rocksdb => super::disk::write(&dir, folder, &contents, self.current.filter(|_| !self.setup.full)),
        };
        // The engine in memory needs nothing beside the packs.
        #[cfg(not(feature = "rocksdb"))]
        let index = |_: &Path| Ok(());
        write_whole(&dir.join(&name), &bytes, &manifest, index)?;
        self.pack.keep();
        self.folder.passing = false;
        point_at(&dir, &name)?;
        sweep(&dir, self.setup.keep);
        Ok(manifest)
    }

    /// The manifest of the generation that holds what `wanted` says already, made current.
    fn standing(&self, wanted: &Manifest) -> Result<Option<Manifest>, StoreError> {
        let key =
            |m: &Manifest| (m.version.clone(), m.program.clone(), m.knowledge.clone(), m.engine, m.sha256.clone());
        let same = |found: &Manifest| key(found) == key(wanted) && found.quads == wanted.quads;
        if let Some((generation, found, _)) = &self.current {
            let name = generation.file_name().unwrap_or_default().to_string_lossy();
            // Whoever wants everything read again may have seen that something is wrong.
            let stands = same(found) && (!self.setup.full || verify(&self.dir, &name).is_ok());
            return Ok(stands.then(|| found.clone()));
        }
        // Without a current generation a whole one may still stand here from before.
        for name in names(&self.dir)? {
            if let Ok(found) = read_manifest(&self.dir, &self.dir.join(&name))
                && same(&found)
                && verify(&self.dir, &name).is_ok()
            {
                point_at(&self.dir, &name)?;
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Writes everything into one pack when it lies in too many, or when more than half of them is not needed any more.
    fn gather(&mut self, contents: &mut Contents) -> Result<(), StoreError> {
        let mut live: HashMap<u32, u64> = HashMap::new();
        for blob in contents.blobs() {
            *live.entry(blob.pack).or_default() += u64::from(blob.len);
        }
        live.remove(&self.pack.number);
        let size = |pack: &u32| fs::metadata(pack::path(&self.dir, *pack)).map_or(0, |file| file.len());
        let (needed, all): (u64, u64) = (live.values().sum(), live.keys().map(size).sum());
        if live.len() < MOST_PACKS && needed * 2 >= all {
            return Ok(());
        }
        let own = self.pack.number;
        for blob in contents.blobs().filter(|blob| blob.pack != own) {
            let bytes = self.packs.raw(blob)?;
            *blob = self.pack.append(&bytes).map_err(|e| StoreError::io(&self.dir, e))?;
        }
        Ok(())
    }
}

/// The quads of a part of the graph, ready to be written.
pub struct Graph {
    bytes: Vec<u8>,
    quads: u32,
}

impl From<Draft> for Graph {
    fn from(draft: Draft) -> Self {
        let (bytes, quads) = draft.encode();
        Self { bytes, quads }
    }
}

impl<'a> FromIterator<&'a Quad> for Graph {
    fn from_iter<I: IntoIterator<Item = &'a Quad>>(quads: I) -> Self {
        let mut draft = Draft::default();
        draft.extend(quads);
        draft.into()
    }
}

/// What the graph and the documents of a generation are, whichever packs they lie in.
fn content_hash(contents: &Contents) -> String {
    let mut hash = Sha256::new();
    for part in &contents.common {
        hash.update(part.blob.hash);
    }
    for part in &contents.documents {
        for bytes in [part.path.as_bytes(), &part.sha256, &part.graph.blob.hash] {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
    }
    hex(&hash.finalize())
}

/// Writes quads, given as N-Quads, as the new current generation of the store at `dir`: a graph without documents, for tests
/// and measurements.
///
/// # Errors
///
/// As [`write_parts`]; also when a line is no quad.
pub fn write_nquads(dir: &Path, nquads: &[u8], keep: usize) -> Result<Manifest, StoreError> {
    let quads: Result<Vec<Quad>, _> = RdfParser::from_format(RdfFormat::NQuads).for_slice(nquads).collect();
    write_parts(dir, &[quads.map_err(|e| StoreError::damaged(dir, e))?.iter().collect()], keep)
}

/// Writes `parts` as the new current generation of the store at `dir`: a graph without documents.
///
/// # Errors
///
/// As [`Writer::begin`] and [`Writer::finish`].
pub fn write_parts(dir: &Path, parts: &[Graph], keep: usize) -> Result<Manifest, StoreError> {
    let engine = Engine::Memory;
    let setup = Setup { engine, knowledge: String::new(), program: String::new(), keep, full: false };
    let mut writer = Writer::begin(dir, setup)?;
    let common = parts.iter().map(|part| writer.append_graph(part)).collect::<Result<_, _>>()?;
    writer.finish(Contents { documents: Vec::new(), common })
}
