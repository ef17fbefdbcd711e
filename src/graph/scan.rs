//! The quads of a store one after the other, without loading them all: for what looks at each quad once and keeps little,
//! such as a picture of a large graph, or a copy in another format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oxigraph::model::Quad;

use super::pack::Packs;
use super::store::{GraphPart, StoreError, collect, decode, opened, retried};
use super::term::Line;

/// Gives each quad of the store at `dir` to `each`, those of one subject together, except for those whose subject has an IRI
/// that begins with one of `without`.
///
/// # Errors
///
/// When there is no store at `dir`, it is of another layout version, or a file of it is damaged.
pub fn scan(dir: &Path, without: &[String], each: impl FnMut(Line<'_>)) -> Result<(), StoreError> {
    let wanted = |subject: &str| {
        let iri = subject.strip_prefix('<').unwrap_or(subject);
        !without.iter().any(|prefix| iri.starts_with(prefix.as_str()))
    };
    let collected = retried(dir, |generation| collect(dir, &opened(dir, generation)?.1, wanted))?;
    collected.each(each);
    Ok(())
}

/// Gives the quads of some subjects to `each`; the IRIs of the subjects are given by the path of the document that speaks of
/// them, and no other document is read.
///
/// # Errors
///
/// As [`scan`].
pub fn scan_subjects(
    dir: &Path,
    subjects: &BTreeMap<String, BTreeSet<String>>,
    mut each: impl FnMut(Line<'_>),
) -> Result<(), StoreError> {
    let parts = retried(dir, |generation| {
        let packs = Packs::new(dir);
        let (_, contents) = opened(dir, generation)?;
        let named = contents.documents.iter().filter_map(|d| Some((subjects.get(&d.path)?, d.graph)));
        named.map(|(wanted, part)| Ok((wanted, part, packs.read(&part.blob)?))).collect::<Result<Vec<_>, _>>()
    })?;
    for (wanted, part, bytes) in &parts {
        for line in decode(dir, bytes, part)?.lines() {
            if super::term::iri(line.subject).is_some_and(|iri| wanted.contains(iri)) {
                each(line);
            }
        }
    }
    Ok(())
}

/// Gives each quad of the store at `dir` to `each`, part by part: first what belongs to no document, then the documents in
/// the order of their paths, the quads of each sorted. Holds one part in memory at a time. `each` ends it by an error.
///
/// # Errors
///
/// As [`scan`], and the error of `each`.
pub fn stream<E: From<StoreError>>(dir: &Path, mut each: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
    let (packs, parts) = retried(dir, |generation| {
        let (_, contents) = opened(dir, generation)?;
        let parts: Vec<GraphPart> = contents.graphs().copied().collect();
        Ok((Packs::new(dir), parts))
    })?;
    for part in &parts {
        let bytes = packs.read(&part.blob)?;
        for line in decode(dir, &bytes, part)?.lines() {
            each(line)?;
        }
    }
    Ok(())
}

/// All quads of the store at `dir`, in the order of [`stream`].
///
/// # Errors
///
/// As [`scan`].
pub fn quads(dir: &Path) -> Result<Vec<Quad>, StoreError> {
    let mut quads = Vec::new();
    stream::<StoreError>(dir, |line| {
        quads.extend(line.quad());
        Ok(())
    })?;
    Ok(quads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_just_what_begins_so() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut lines: Vec<String> =
            (0..3000).map(|n| format!("<x:{}/{n}> <x:p> <x:o> <x:g> .\n", ["a", "b", "b0", "c"][n % 4])).collect();
        lines.sort();
        super::super::write_nquads(dir.path(), lines.concat().as_bytes(), 1).expect("written");
        for without in [&[][..], &["x:b/".to_owned()], &["x:a/".to_owned(), "x:c/".to_owned()], &["z".to_owned()]] {
            let mut seen = Vec::new();
            scan(dir.path(), without, |line| seen.push(format!("{line}\n"))).expect("read");
            let wanted = |line: &&String| !without.iter().any(|prefix| line[1..].starts_with(prefix));
            assert_eq!(seen, lines.iter().filter(wanted).cloned().collect::<Vec<_>>(), "{without:?}");
        }
        let streamed: String = quads(dir.path()).expect("read").iter().map(|quad| format!("{quad} .\n")).collect();
        assert_eq!(streamed, lines.concat());
    }
}
