//! The engine on disk: oxigraph over RocksDB, in a folder of its own in each generation.
//!
//! The packs stay what the graph is; the database is made from them, and from the database of the generation before when
//! little has changed. RocksDB never changes a table file, so the new database shares the old one's by hard links and
//! writes what is new. The default graph holds every triple once, as queries expect it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs_err as fs;
use oxigraph::model::{GraphName, Quad};
use oxigraph::store::Store;

use super::generations::compare;
use super::pack::Packs;
use super::store::{Contents, Engine, Manifest, StoreError, decode};
use super::{Change, Line};

/// The folder of the database in a generation.
const INDEX: &str = "index";
/// The files of the database and their sizes.
const FILES: &str = "index.json";
/// How much memory each thread takes to load quads, in megabytes.
const MEMORY: usize = 500;
/// When more than one part of so many has changed, a new database is made faster than an old one is changed.
const SHARE: usize = 5;

/// Opens the database of a generation for reading.
///
/// # Errors
///
/// When a file of it is missing or cut, and when the engine refuses. A changed byte is found by `verify`, and by the engine
/// when it reads that part.
pub(super) fn open(generation: &Path) -> Result<Store, StoreError> {
    let list = generation.join(FILES);
    let json = fs::read(&list).map_err(|e| StoreError::damaged(&list, e))?;
    let files: BTreeMap<String, u64> = serde_json::from_slice(&json).map_err(|e| StoreError::damaged(&list, e))?;
    let folder = generation.join(INDEX);
    for (name, size) in files {
        let file = folder.join(name);
        let found = fs::metadata(&file).map_err(|e| StoreError::damaged(&file, e))?.len();
        if found != size {
            return Err(StoreError::damaged(&file, format!("it has {found} bytes instead of {size}")));
        }
    }
    Ok(Store::open_read_only(folder)?)
}

/// Makes the database of a generation in the folder `folder`, from that of the current one where it can.
///
/// # Errors
///
/// When the file system or the engine refuses.
pub(super) fn write(
    dir: &Path,
    folder: &Path,
    contents: &Contents,
    current: Option<(PathBuf, Manifest, Arc<Contents>)>,
) -> Result<(), StoreError> {
    let target = folder.join(INDEX);
    let changed = |before: &Contents| {
        let old: std::collections::HashSet<_> = before.graphs().map(|part| part.blob.hash).collect();
        contents.graphs().filter(|part| !old.contains(&part.blob.hash)).count()
    };
    let near = |(generation, manifest, before): &(PathBuf, Manifest, Arc<Contents>)| {
        manifest.engine == Engine::Rocksdb
            && changed(before) * SHARE <= contents.graphs().count()
            && open(generation).is_ok()
    };
    let store = match current.filter(near) {
        Some((generation, _, before)) => {
            share(&generation.join(INDEX), &target).map_err(|e| StoreError::io(&target, e))?;
            let store = Store::open(&target)?;
            change(dir, &store, &before, contents)?;
            store
        }
        None => {
            let store = Store::open(&target)?;
            load(dir, &store, contents)?;
            store
        }
    };
    store.flush()?;
    drop(store);
    let files = settled(&target).map_err(|e| StoreError::io(&target, e))?;
    let json = serde_json::to_vec_pretty(&files).expect("names and sizes are plain data");
    fs::write(folder.join(FILES), json).map_err(|e| StoreError::io(folder, e))
}

/// The files of the database in `folder` and their sizes, written out to the disk.
fn settled(folder: &Path) -> io::Result<BTreeMap<String, u64>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !is_passing(&name) {
            fs::File::open(entry.path())?.sync_all()?;
            files.insert(name, entry.metadata()?.len());
        }
    }
    Ok(files)
}

/// Whether a file of a database says nothing of what is in it: its lock, and the logs for people, which grow when it is opened.
fn is_passing(name: &str) -> bool {
    name.starts_with("LO")
}

/// A database in `to` that has the table files of the one in `from`; everything else is copied.
fn share(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let text = name.to_string_lossy();
        if is_passing(&text) {
            continue;
        }
        let linked = text.ends_with(".sst") && fs::hard_link(&entry, to.join(&name)).is_ok();
        if !linked {
            fs::copy(&entry, to.join(&name))?;
        }
    }
    Ok(())
}

/// Loads everything into an empty database.
fn load(dir: &Path, store: &Store, contents: &Contents) -> Result<(), StoreError> {
    let packs = Packs::new(dir);
    let threads = rayon::current_num_threads();
    let mut loader = store.bulk_loader().with_num_threads(threads).with_max_memory_size_in_megabytes(MEMORY * threads);
    let quads = contents.graphs().flat_map(|part| {
        let read = || -> Result<Vec<Quad>, StoreError> {
            let bytes = packs.read(&part.blob)?;
            let segment = decode(dir, &bytes, part)?;
            let named = segment.lines().filter_map(|line| line.quad());
            Ok(named.flat_map(|quad| [in_default(&quad), quad]).collect())
        };
        match read() {
            Ok(quads) => quads.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        }
    });
    loader.load_ok_quads::<StoreError, StoreError>(quads)?;
    Ok(loader.commit()?)
}

/// The same triple in the default graph.
fn in_default(quad: &Quad) -> Quad {
    Quad { graph_name: GraphName::DefaultGraph, ..quad.clone() }
}

/// Makes a database of `before` one of `after`.
fn change(dir: &Path, store: &Store, before: &Contents, after: &Contents) -> Result<(), StoreError> {
    let (mut lost, mut gained) = (Vec::new(), Vec::new());
    compare(dir, before, after, |change: Change, line: Line<'_>| match change {
        Change::Lost => lost.extend(line.quad()),
        Change::Gained => gained.extend(line.quad()),
    })?;
    let mut transaction = store.start_transaction()?;
    lost.iter().for_each(|quad| transaction.remove(quad));
    for quad in &gained {
        transaction.insert(quad);
        transaction.insert(&in_default(quad));
    }
    transaction.commit()?;
    // What no document states any more is not true in the default graph either.
    let mut transaction = store.start_transaction()?;
    for quad in &lost {
        if !is_stated(store, quad)? {
            transaction.remove(&in_default(quad));
        }
    }
    Ok(transaction.commit()?)
}

/// Whether a named graph has the triple of `quad`.
fn is_stated(store: &Store, quad: &Quad) -> Result<bool, StoreError> {
    let (subject, predicate, object) = (quad.subject.as_ref(), quad.predicate.as_ref(), quad.object.as_ref());
    for found in store.quads_for_pattern(Some(subject), Some(predicate), Some(object), None) {
        if !found?.graph_name.is_default_graph() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Compares the database of a generation with the packs that it was made from: every quad is in both.
///
/// # Errors
///
/// When one has what the other has not, and when the engine cannot read all.
pub(super) fn verify(
    dir: &Path,
    generation: &Path,
    manifest: &Manifest,
    contents: &Contents,
) -> Result<(), StoreError> {
    agree(dir, generation, manifest, contents).map_err(|error| match error {
        // RocksDB has a checksum for each block.
        StoreError::Engine(why) => StoreError::damaged(&generation.join(INDEX), why),
        other => other,
    })
}

fn agree(dir: &Path, generation: &Path, manifest: &Manifest, contents: &Contents) -> Result<(), StoreError> {
    let folder = generation.join(INDEX);
    let damaged = |why: String| StoreError::damaged(&folder, why);
    let store = open(generation)?;
    let packs = Packs::new(dir);
    for part in contents.graphs() {
        let bytes = packs.read(&part.blob)?;
        for quad in decode(dir, &bytes, part)?.lines().filter_map(|line| line.quad()) {
            if !store.contains(&quad)? || !store.contains(&in_default(&quad))? {
                return Err(damaged(format!("it does not have the quad {quad}")));
            }
        }
    }
    let mut named = 0;
    for quad in &store {
        let quad = quad?;
        if !quad.graph_name.is_default_graph() {
            named += 1;
            continue;
        }
        if !is_stated(&store, &quad)? {
            return Err(damaged(format!("it has a triple that no document states: {quad}")));
        }
    }
    if named != manifest.quads {
        return Err(damaged(format!("it has {named} quads, the manifest says {}", manifest.quads)));
    }
    Ok(())
}
