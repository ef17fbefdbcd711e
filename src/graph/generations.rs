//! The generations of a store: which there are, whether they are sound, what differs between two, and the way back.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::pack::Packs;
use super::store::{
    Contents, GraphPart, Manifest, StoreError, current_generation, decode, lock, names, opened, point_at, read_manifest,
};
use super::term::Line;
use crate::entity::hex;

/// One generation of a store.
#[derive(Debug)]
pub struct Generation {
    /// Its name, also that of its folder.
    pub name: String,
    /// Whether readers open this one.
    pub current: bool,
    /// What it says of itself, or why that cannot be read.
    pub manifest: Result<Manifest, StoreError>,
}

/// The generations of the store at `dir`, the oldest first.
///
/// # Errors
///
/// When there is no store at `dir`.
pub fn generations(dir: &Path) -> Result<Vec<Generation>, StoreError> {
    let current = current_generation(dir)?;
    let generation = |name: String| {
        let path = dir.join(&name);
        Generation { current: path == current, manifest: read_manifest(dir, &path), name }
    };
    Ok(names(dir)?.into_iter().map(generation).collect())
}

/// What the current generation of the store at `dir` says of itself.
///
/// # Errors
///
/// When there is no store at `dir`, or the manifest cannot be read.
pub fn current(dir: &Path) -> Result<Manifest, StoreError> {
    read_manifest(dir, &current_generation(dir)?)
}

/// The documents of the current generation of the store at `dir`, in the order of their paths: path and SHA-256 in hex.
///
/// # Errors
///
/// When there is no store at `dir`, or the generation cannot be read.
pub fn documents(dir: &Path) -> Result<Vec<(String, String)>, StoreError> {
    let (_, contents) = opened(dir, &current_generation(dir)?)?;
    Ok(contents.documents.into_iter().map(|d| (d.path, hex(&d.sha256))).collect())
}

/// Reads all of the generation `name` of the store at `dir` and compares it with its manifest.
///
/// # Errors
///
/// When a file is missing, cut or changed, or there are more or fewer quads than the manifest says.
pub fn verify(dir: &Path, name: &str) -> Result<Manifest, StoreError> {
    let generation = dir.join(name);
    let (manifest, mut contents) = opened(dir, &generation)?;
    let packs = Packs::new(dir);
    let blobs: Vec<_> = contents.blobs().map(|blob| *blob).collect();
    blobs.par_iter().try_for_each(|blob| packs.raw(blob).map(drop))?;
    let parts: Vec<&GraphPart> = contents.graphs().collect();
    let quads = parts.par_iter().map(|part| Ok(decode(dir, &packs.read(&part.blob)?, part)?.quads.len()));
    let quads: usize = quads.collect::<Result<Vec<_>, StoreError>>()?.into_iter().sum();
    if quads != manifest.quads {
        let why = format!("it has {quads} quads, its manifest says {}", manifest.quads);
        return Err(StoreError::damaged(&generation, why));
    }
    #[cfg(feature = "rocksdb")]
    if manifest.engine == super::Engine::Rocksdb {
        super::disk::verify(dir, &generation, &manifest, &contents)?;
    }
    Ok(manifest)
}

/// Makes an older generation of the store at `dir` the current one: `to`, or the one before the current. Returns its name.
/// It is verified first.
///
/// # Errors
///
/// When there is no such generation, when it is not sound, and when another builder is at work.
pub fn rollback(dir: &Path, to: Option<&str>) -> Result<String, StoreError> {
    current_generation(dir)?;
    let _lock = lock(dir)?;
    let name = match to {
        Some(name) => existing(dir, name)?,
        None => last_two(dir)?[0].clone(),
    };
    verify(dir, &name)?;
    point_at(dir, &name)?;
    Ok(name)
}

/// The names of the generation before the current one, and of the current one, of the store at `dir`.
///
/// # Errors
///
/// When there is no store at `dir`, or no generation before the current one.
pub fn last_two(dir: &Path) -> Result<[String; 2], StoreError> {
    let current = current_generation(dir)?;
    let all = names(dir)?;
    let at = all.iter().position(|name| dir.join(name) == current).unwrap_or(0);
    let Some(before) = at.checked_sub(1) else {
        return Err(missing(dir, "there is no generation before the current one"));
    };
    Ok([all[before].clone(), all[at].clone()])
}

/// `name`, when the store at `dir` has such a generation.
fn existing(dir: &Path, name: &str) -> Result<String, StoreError> {
    let found = names(dir)?.into_iter().find(|n| n == name);
    found.ok_or_else(|| missing(dir, format!("there is no generation {name}")))
}

fn missing(dir: &Path, why: impl Into<String>) -> StoreError {
    StoreError::NoGeneration { path: dir.to_owned(), why: why.into() }
}

/// Whether a quad came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Only the older generation has it.
    Lost,
    /// Only the newer one has it.
    Gained,
}

/// Gives each quad that only one of the generations `older` and `newer` of the store at `dir` has to `each`, document by
/// document. Only what lies in different places is read.
///
/// # Errors
///
/// When a generation is not there, and when a file of it cannot be read.
pub fn difference(dir: &Path, older: &str, newer: &str, each: impl FnMut(Change, Line<'_>)) -> Result<(), StoreError> {
    current_generation(dir)?;
    let open = |name: &str| -> Result<Contents, StoreError> { Ok(opened(dir, &dir.join(existing(dir, name)?))?.1) };
    compare(dir, &open(older)?, &open(newer)?, each)
}

/// Gives each quad that only one of two generations of the store at `dir` has to `each`.
pub(super) fn compare(
    dir: &Path,
    older: &Contents,
    newer: &Contents,
    mut each: impl FnMut(Change, Line<'_>),
) -> Result<(), StoreError> {
    let packs = Packs::new(dir);
    // What belongs to no document is compared in the order in which it stands, the documents by their names.
    let by_name = |contents: &Contents| -> BTreeMap<(usize, String), GraphPart> {
        let common = contents.common.iter().enumerate().map(|(n, part)| ((n, String::new()), *part));
        common.chain(contents.documents.iter().map(|d| ((usize::MAX, d.path.clone()), d.graph))).collect()
    };
    let (older, newer) = (by_name(older), by_name(newer));
    let mut keys: Vec<_> = older.keys().chain(newer.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let (left, right) = (older.get(key), newer.get(key));
        if left.map(|part| part.blob.hash) != right.map(|part| part.blob.hash) {
            let read = |part: Option<&GraphPart>| part.map(|part| packs.read(&part.blob)).transpose();
            let (left_bytes, right_bytes) = (read(left)?, read(right)?);
            let lines = |part: Option<&GraphPart>, bytes| match (part, bytes) {
                (Some(part), Some(bytes)) => decode(dir, bytes, part).map(Some),
                _ => Ok(None),
            };
            let (left, right) = (lines(left, left_bytes.as_deref())?, lines(right, right_bytes.as_deref())?);
            side_by_side(
                left.iter().flat_map(|segment| segment.lines()),
                right.iter().flat_map(|segment| segment.lines()),
                &mut each,
            );
        }
    }
    Ok(())
}

/// Gives what only one of two sorted sequences has to `each`.
fn side_by_side<'a>(
    left: impl Iterator<Item = Line<'a>>,
    right: impl Iterator<Item = Line<'a>>,
    each: &mut impl FnMut(Change, Line<'_>),
) {
    let (mut left, mut right) = (left.peekable(), right.peekable());
    loop {
        // At the end of one of them all that remains of the other is only there.
        let order = match (left.peek(), right.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(b),
        };
        let (a, b) = (left.next_if(|_| order.is_le()), right.next_if(|_| order.is_ge()));
        match (order, a, b) {
            (Ordering::Less, Some(line), _) => each(Change::Lost, line),
            (Ordering::Greater, _, Some(line)) => each(Change::Gained, line),
            _ => {}
        }
    }
}
