//! The generations of a store: which there are, whether they are sound, what differs between two, and the way back.

use std::cmp::Ordering;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use fs_err as fs;
use oxigraph::io::{RdfFormat, RdfParser};

use super::store::{GRAPH, Manifest, StoreError, current_generation, lock, names, point_at, read_graph, read_manifest};

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

/// Reads all of the generation `name` of the store at `dir` and compares it with its manifest.
///
/// # Errors
///
/// When a file is missing, cut or changed, a line is no quad, or there are more or fewer quads than the manifest says.
pub fn verify(dir: &Path, name: &str) -> Result<Manifest, StoreError> {
    let generation = dir.join(name);
    let manifest = read_manifest(dir, &generation)?;
    let (path, bytes) = read_graph(&generation, &manifest)?;
    let mut quads = 0;
    for quad in RdfParser::from_format(RdfFormat::NQuads).for_slice(&bytes) {
        quad.map_err(|e| StoreError::damaged(&path, e))?;
        quads += 1;
    }
    if quads != manifest.quads {
        let why = format!("it has {quads} quads, its manifest says {}", manifest.quads);
        return Err(StoreError::damaged(&path, why));
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

/// Gives each quad that only one of the generations `older` and `newer` has to `each`, in the order of the quads. Both files
/// are sorted, so they are read side by side in little memory.
///
/// # Errors
///
/// When a generation is not there, and when a file of it cannot be read.
pub fn difference(dir: &Path, older: &str, newer: &str, mut each: impl FnMut(Change, &str)) -> Result<(), StoreError> {
    current_generation(dir)?;
    let open = |name: &str| {
        existing(dir, name)?;
        read_manifest(dir, &dir.join(name))?;
        let path = dir.join(name).join(GRAPH);
        match fs::File::open(&path) {
            Ok(file) => Ok((BufReader::new(file).lines(), path)),
            Err(error) => Err(StoreError::damaged(&path, error)),
        }
    };
    let ((mut left, left_path), (mut right, right_path)) = (open(older)?, open(newer)?);
    let mut next_left = || left.next().transpose().map_err(|e| StoreError::damaged(&left_path, e));
    let mut next_right = || right.next().transpose().map_err(|e| StoreError::damaged(&right_path, e));
    let (mut a, mut b) = (next_left()?, next_right()?);
    loop {
        // At the end of one file all that remains of the other is only there.
        let order = match (&a, &b) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.cmp(b),
        };
        if let (Ordering::Less, Some(line)) = (order, &a) {
            each(Change::Lost, line);
        }
        if let (Ordering::Greater, Some(line)) = (order, &b) {
            each(Change::Gained, line);
        }
        if order.is_le() {
            a = next_left()?;
        }
        if order.is_ge() {
            b = next_right()?;
        }
    }
}
