//! A copy of the graph in the formats that other programs read.
//!
//! The same graph gives the same bytes: quads come part by part (what belongs to no document, then the documents in the
//! order of their paths), triples subject by subject. Formats of quads are written while they are read, one part in memory
//! at a time; for formats of triples, which hold each triple once, the whole graph is put in order in memory.

use std::io::{self, Write};
use std::path::Path;

use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::Triple;

use crate::graph::{StoreError, scan, stream};
use crate::query::PREFIXES;

/// The formats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// N-Quads: a quad a line, with the document that states it
    #[default]
    Nq,
    /// TriG: Turtle with a block for each document
    Trig,
    /// JSON-LD with a graph for each document
    Jsonld,
    /// N-Triples: a triple a line, each once
    Nt,
    /// Turtle, each triple once
    Ttl,
    /// RDF/XML, each triple once
    Rdfxml,
}

impl Format {
    /// The format that the name of a file asks for.
    pub fn of_name(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()? {
            "nq" => Self::Nq,
            "trig" => Self::Trig,
            "jsonld" | "json" => Self::Jsonld,
            "nt" => Self::Nt,
            "ttl" => Self::Ttl,
            "rdf" | "xml" => Self::Rdfxml,
            _ => return None,
        })
    }

    fn rdf(self) -> RdfFormat {
        match self {
            Self::Nq => RdfFormat::NQuads,
            Self::Trig => RdfFormat::TriG,
            Self::Jsonld => RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() },
            Self::Nt => RdfFormat::NTriples,
            Self::Ttl => RdfFormat::Turtle,
            Self::Rdfxml => RdfFormat::RdfXml,
        }
    }
}

/// Why a copy could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The copy could not be written.
    #[error("the copy cannot be written")]
    Io(#[from] io::Error),
}

/// Writes the graph of the store at `dir` to `out`; returns how many quads or triples that were.
///
/// # Errors
///
/// When there is no sound store at `dir`, and those of `out`.
pub fn export(dir: &Path, format: Format, mut out: impl Write) -> Result<usize, ExportError> {
    let mut count = 0;
    match format {
        // What is stored is what is written.
        Format::Nq => stream(dir, |line| {
            count += 1;
            writeln!(out, "{line}").map_err(ExportError::from)
        })?,
        Format::Trig | Format::Jsonld => {
            let mut serializer = serializer(format).for_writer(&mut out);
            stream(dir, |line| {
                count += 1;
                let quad = line.quad().ok_or_else(|| io::Error::other(format!("no quad: {line}")))?;
                serializer.serialize_quad(&quad).map_err(ExportError::from)
            })?;
            serializer.finish()?;
        }
        Format::Nt | Format::Ttl | Format::Rdfxml => {
            let mut serializer = serializer(format).for_writer(&mut out);
            let mut last: Option<Triple> = None;
            let mut written = Ok(());
            scan(dir, &[], |line| {
                let Some(triple) = line.quad().map(Triple::from).filter(|triple| last.as_ref() != Some(triple)) else {
                    return;
                };
                if written.is_ok() {
                    written = serializer.serialize_triple(&triple);
                    count += 1;
                }
                last = Some(triple);
            })?;
            written?;
            serializer.finish()?;
        }
    }
    out.flush()?;
    Ok(count)
}

fn serializer(format: Format) -> RdfSerializer {
    PREFIXES.iter().fold(RdfSerializer::from_format(format.rdf()), |serializer, (name, iri)| {
        serializer.with_prefix(*name, *iri).expect("the prefixes are IRIs")
    })
}
