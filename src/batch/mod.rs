//! Documents in, generation out: what did not change since the last build is not read again, and not written again.
//!
//! Reading a document is a function of its bytes and the knowledge. What came of it goes into the store before anything
//! else is known of it: the *record* (all that was read) and the *summary* (what is compared with other documents). Then the
//! small global step decides what is one thing, from the summaries alone. The quads of a document are a function of its
//! record and of the names that its entities got, so they are made only where one of the two is new. A build that finds
//! nothing of use in the store does the same and gives the same.

mod program;

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::model::Quad;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::check::{self, Compared, Page};
use crate::diag::{Diagnostic, Severity};
use crate::entity::Named;
use crate::graph::{
    self, Blob, Contents, DocumentPart, Extraction, Graph, GraphPart, Manifest, StoreError, Writer, bytes_of,
};
use crate::identity::{Authority, Decisions, Identity, Summary, resolve};
use crate::knowledge::Knowledge;
use crate::pipeline::Pipeline;
use crate::text::Source;
pub use program::hash as program;

/// How many documents are in memory at once with all that was read out of them.
const CHUNK: usize = 256;

/// Why a build wrote nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No document could be read.
    #[error("{}; nothing was written", match .0.as_slice() {
        [only] => only.to_string(),
        all => format!("none of the {} files could be read", all.len()),
    })]
    Nothing(Vec<Diagnostic>),
    /// Whoever started it wanted it to end.
    #[error("stopped; nothing was written, the graph is as it was before")]
    Stopped,
}

/// What a build does after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Documents are read, or found in the store.
    Reading,
    /// What is one thing is decided.
    Joining,
    /// Quads are made and written.
    Writing,
    /// The generation is put together.
    Finishing,
}

/// Follows a build.
pub trait Watcher: Sync {
    /// A step with so many documents begins.
    fn begin(&self, step: Step, documents: usize);

    /// One more document is done.
    fn document(&self);

    /// Something was found that people should know.
    fn diagnostic(&self, diagnostic: &Diagnostic);

    /// Whether to go on.
    fn goes_on(&self) -> bool {
        true
    }
}

/// What a build came to.
#[derive(Debug)]
pub struct Report {
    /// The generation that is current now.
    pub manifest: Manifest,
    /// How many documents were read, and not found in the store.
    pub read: usize,
    /// Of how many documents the quads were made anew.
    pub written: usize,
    /// How many entities there are of each class, by its name.
    pub entities: BTreeMap<String, usize>,
    /// How many claims there are of each relation, by its name.
    pub relations: BTreeMap<String, usize>,
    /// How many figures there are.
    pub figures: usize,
    /// How many diagnostics there were.
    pub diagnostics: usize,
    /// Whether one of them was an error.
    pub failed: bool,
}

/// What of a document other documents must know, and what people must.
#[derive(Serialize, Deserialize)]
struct Known {
    summary: Summary,
    compared: Compared,
    diagnostics: Vec<Diagnostic>,
}

/// A document that was read, or found in the store.
struct Read {
    path: String,
    sha256: [u8; 32],
    record: Blob,
    summary: Blob,
    compared: Compared,
    /// What the store has of it under the same path.
    before: Option<DocumentPart>,
}

/// A document before its bytes are in the store.
enum Found {
    Fresh { sha256: [u8; 32], record: Vec<u8>, packed: Vec<u8>, known: Known },
    Stored { part: DocumentPart, known: Known },
}

/// Builds the graph of `sources`, which are in the order of their names and have no name twice, into the store of `writer`.
///
/// # Errors
///
/// When no document can be read, when the store refuses, and when `watcher` does not want it to go on. In all these cases the
/// store is as it was.
pub fn build(
    pipeline: &Pipeline,
    sources: &[Source],
    (decisions, authority): (&Decisions, &Authority),
    mut writer: Writer,
    watcher: &dyn Watcher,
) -> Result<Report, BatchError> {
    let knowledge = pipeline.knowledge();
    let mut diagnostics = Tally::default();
    let mut tell = |diagnostic: &Diagnostic| {
        diagnostics.count(diagnostic);
        watcher.diagnostic(diagnostic);
    };
    knowledge.warnings.iter().for_each(&mut tell);

    watcher.begin(Step::Reading, sources.len());
    let (mut documents, mut summaries, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    let mut fresh = 0;
    for chunk in sources.chunks(CHUNK) {
        let found = chunk.par_iter().map(|source| {
            let found = find(pipeline, &writer, source);
            watcher.document();
            found
        });
        let found: Vec<Result<Found, Diagnostic>> = found.collect();
        if !watcher.goes_on() {
            return Err(BatchError::Stopped);
        }
        for (source, found) in chunk.iter().zip(found) {
            match found {
                Ok(found) => {
                    fresh += usize::from(matches!(found, Found::Fresh { .. }));
                    let (document, summary, found) = store(&mut writer, source, found)?;
                    found.iter().for_each(&mut tell);
                    documents.push(document);
                    summaries.push(summary);
                }
                Err(diagnostic) => unread.push(diagnostic),
            }
        }
    }
    if documents.is_empty() {
        if unread.len() > 1 {
            unread.iter().for_each(&mut tell);
        }
        return Err(BatchError::Nothing(unread));
    }
    unread.iter().for_each(&mut tell);
    writer.flush()?;

    watcher.begin(Step::Joining, documents.len());
    let identity = resolve(knowledge, &summaries, decisions, authority);
    // Many small pieces: they go while the next step runs.
    rayon::spawn(move || drop(summaries));
    identity.diagnostics.iter().for_each(&mut tell);

    watcher.begin(Step::Writing, documents.len());
    let names: Vec<Vec<&Named>> = (0..documents.len()).map(|n| identity.names(n)).collect();
    let mut parts: Vec<DocumentPart> = Vec::with_capacity(documents.len());
    let mut written = 0;
    for (documents, names) in documents.chunks(CHUNK).zip(names.chunks(CHUNK)) {
        let made = documents.par_iter().zip(names).map(|(document, names)| {
            let made = make(pipeline, &writer, document, names);
            watcher.document();
            made
        });
        let made: Vec<Made> = made.collect::<Result<_, StoreError>>()?;
        if !watcher.goes_on() {
            return Err(BatchError::Stopped);
        }
        for (document, made) in documents.iter().zip(made) {
            written += usize::from(matches!(made, Made::Anew { .. }));
            parts.push(put(&mut writer, document, made)?);
        }
    }

    watcher.begin(Step::Finishing, documents.len());
    let common = common(knowledge, &identity, &documents, &names).map(|graph| writer.append_graph(&graph));
    let common = common.into_iter().collect::<Result<Vec<GraphPart>, _>>()?;
    let total = |place: usize| parts.iter().filter_map(|part| part.relations.get(place)).map(|n| *n as usize).sum();
    let relations = knowledge.schema.property_names().enumerate().map(|(place, name)| (name.to_owned(), total(place)));
    let relations = relations.filter(|(_, count)| *count > 0).collect();
    let figures = parts.iter().map(|part| part.figures as usize).sum();
    let entities = entities(&identity);
    // The engine on disk needs the memory.
    drop(names);
    drop((identity, documents));
    let manifest = writer.finish(Contents { documents: parts, common })?;
    let Tally { all: diagnostics, errors } = diagnostics;
    Ok(Report { manifest, read: fresh, written, entities, relations, figures, diagnostics, failed: errors > 0 })
}

/// Counts diagnostics.
#[derive(Default)]
struct Tally {
    all: usize,
    errors: usize,
}

impl Tally {
    fn count(&mut self, diagnostic: &Diagnostic) {
        self.all += 1;
        self.errors += usize::from(diagnostic.severity == Severity::Error);
    }
}

/// Finds what the store knows of a document, or reads it.
fn find(pipeline: &Pipeline, writer: &Writer, source: &Source) -> Result<Found, Diagnostic> {
    let bytes = source.read()?;
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    if let Some(part) = writer.known(&source.name, &hash)
        && let Ok(bytes) = writer.read(&part.summary)
        && let Ok(mut known) = postcard::from_bytes::<Known>(&bytes)
    {
        // The same bytes may have stood under another name.
        source.name.clone_into(&mut known.summary.path);
        known.diagnostics.iter_mut().for_each(|d| source.name.clone_into(&mut d.place));
        return Ok(Found::Stored { part: part.clone(), known });
    }
    let mut extraction = pipeline.extract(&source.name, &bytes)?;
    let known = Known {
        compared: Compared::of(pipeline.knowledge(), &extraction),
        diagnostics: std::mem::take(&mut extraction.document.diagnostics),
        summary: std::mem::take(&mut extraction.summary),
    };
    let (record, packed) = (bytes_of(&extraction), bytes_of(&known));
    Ok(Found::Fresh { sha256: hash, record, packed, known })
}

/// Puts what was read of a document into the store.
fn store(writer: &mut Writer, source: &Source, found: Found) -> Result<(Read, Summary, Vec<Diagnostic>), StoreError> {
    let path = source.name.clone();
    let (sha256, [record, summary], known, before) = match found {
        Found::Fresh { sha256, record, packed, known } => {
            (sha256, [writer.append(&record)?, writer.append(&packed)?], known, None)
        }
        Found::Stored { part, known } => {
            let blobs = [part.record, part.summary];
            (part.sha256, blobs, known, Some(part).filter(|part| part.path == path))
        }
    };
    Ok((Read { path, sha256, record, summary, compared: known.compared, before }, known.summary, known.diagnostics))
}

/// The quads of a document, as the store has them or made anew.
enum Made {
    Before(DocumentPart),
    Anew { names: [u8; 32], graph: Graph, relations: Vec<u32>, figures: u32 },
}

/// Makes the quads of a document whose entities have `names`, unless the store has them.
fn make(pipeline: &Pipeline, writer: &Writer, document: &Read, names: &[&Named]) -> Result<Made, StoreError> {
    let key = key(names);
    if let Some(part) = document.before.as_ref().filter(|part| part.names == key) {
        return Ok(Made::Before(part.clone()));
    }
    let bytes = writer.read(&document.record)?;
    let mut extraction: Extraction = postcard::from_bytes(&bytes).map_err(|e| writer.damaged(&document.record, e))?;
    document.path.clone_into(&mut extraction.path);
    pipeline.settle(&mut extraction, names);
    let knowledge = pipeline.knowledge();
    let mut draft = graph::draft(&knowledge.schema, &extraction);
    draft.extend(&check::quads(knowledge, &check::alone(knowledge, &extraction, &document.compared)));
    let mut stated: BTreeMap<&str, u32> = BTreeMap::new();
    for claim in &extraction.claims {
        *stated.entry(&claim.predicate).or_default() += 1;
    }
    let names = knowledge.schema.property_names();
    Ok(Made::Anew {
        names: key,
        graph: draft.into(),
        relations: names.map(|name| stated.get(name).copied().unwrap_or_default()).collect(),
        figures: u32::try_from(extraction.figures.len()).unwrap_or(u32::MAX),
    })
}

/// Puts the quads of a document into the store.
fn put(writer: &mut Writer, document: &Read, made: Made) -> Result<DocumentPart, StoreError> {
    Ok(match made {
        Made::Before(part) => part,
        Made::Anew { names, graph, relations, figures } => DocumentPart {
            path: document.path.clone(),
            sha256: document.sha256,
            record: document.record,
            summary: document.summary,
            names,
            graph: writer.append_graph(&graph)?,
            relations,
            figures,
        },
    })
}

/// SHA-256 of names, in their order.
fn key(names: &[&Named]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for named in names {
        for part in [named.iri.as_str(), &*named.class, &*named.name] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hash.finalize().into()
}

/// What belongs to no document: the ontology, what is one thing, and what documents disagree on.
fn common(knowledge: &Knowledge, identity: &Identity, documents: &[Read], names: &[Vec<&Named>]) -> [Graph; 3] {
    let pages: Vec<Page<'_>> = documents
        .iter()
        .zip(names)
        .map(|(document, names)| Page { path: &document.path, compared: &document.compared, names })
        .collect();
    let findings = || check::quads(knowledge, &check::between(knowledge, &pages)).iter().collect();
    let (identity, findings) = rayon::join(|| graph::identity_quads(identity).iter().collect(), findings);
    let ontology: Vec<Quad> = knowledge.schema.quads().collect();
    [ontology.iter().collect(), identity, findings]
}

/// How many things there are of each class.
fn entities(identity: &Identity) -> BTreeMap<String, usize> {
    let nodes: BTreeSet<usize> = identity.of.iter().flatten().copied().collect();
    let things: BTreeSet<(&str, &str)> =
        nodes.iter().map(|n| &identity.nodes[*n].named).map(|named| (&*named.class, named.iri.as_str())).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (class, _) in things {
        *counts.entry(class.to_owned()).or_default() += 1;
    }
    counts
}
