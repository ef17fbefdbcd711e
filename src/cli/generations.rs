//! `wenmai generations`, `verify`, `rollback` and `diff`: the graphs that a store holds, old and new.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::Outcome;
use super::sheet::{Cell, Sheet, width};
use crate::graph::{self, Change, Line, difference, generations, iri, last_two, value};
use crate::ontology::vocab;
use crate::query::Format;

/// Arguments of `wenmai generations`.
#[derive(Args)]
pub struct GenerationsArgs {
    /// The store to look into
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    /// The form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Lists the generations, the oldest first.
///
/// # Errors
///
/// When there is no store and when the list cannot be written.
pub fn list(args: &GenerationsArgs) -> anyhow::Result<Outcome> {
    let mut sheet = Sheet::new(&["generation", "current", "documents", "quads", "engine", "version", "problem"]);
    let mut sound = true;
    for generation in generations(&args.store)? {
        let current = if generation.current { "yes" } else { "" };
        let name = generation.name.into();
        sheet.row(match generation.manifest {
            Ok(m) => {
                let engine = m.engine.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
                let (documents, quads) = (m.documents.into(), m.quads.into());
                [name, current.into(), documents, quads, engine.into(), m.version.into(), Cell::Empty]
            }
            Err(problem) => {
                sound = false;
                let empty = || Cell::Empty;
                [name, current.into(), empty(), empty(), empty(), empty(), problem.to_string().into()]
            }
        });
    }
    sheet.write(args.format, width(), io::stdout().lock())?;
    Ok(if sound { Outcome::Done } else { Outcome::Found })
}

/// Arguments of `wenmai verify`.
#[derive(Args)]
#[command(after_help = "Reads every quad and compares number and hash with what the build wrote down.
Exit code 0: sound; 1: damaged; 2: there is no store.")]
pub struct VerifyArgs {
    /// The store to read
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
}

/// Reads all generations and says which are sound.
///
/// # Errors
///
/// When there is no store.
pub fn verify(args: &VerifyArgs) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Done;
    let mut found_current = false;
    let mut out = io::stdout().lock();
    for generation in generations(&args.store)? {
        found_current |= generation.current;
        match graph::verify(&args.store, &generation.name) {
            Ok(m) => writeln!(out, "{}  sound, {} documents, {} quads", generation.name, m.documents, m.quads)?,
            Err(problem) => {
                outcome = Outcome::Found;
                writeln!(out, "{}  {problem}", generation.name)?;
            }
        }
    }
    if !found_current {
        writeln!(
            out,
            "the generation that CURRENT names is not there; `wenmai rollback --to` makes another one current"
        )?;
        outcome = Outcome::Found;
    }
    Ok(outcome)
}

/// Arguments of `wenmai rollback`.
#[derive(Args)]
pub struct RollbackArgs {
    /// The store to change
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    /// The generation to go back (or forward) to; without it the one before the current
    #[arg(long, value_name = "GENERATION")]
    to: Option<String>,
}

/// Makes another generation the current one.
///
/// # Errors
///
/// When there is none, it is damaged, or another build is at work.
pub fn rollback(args: &RollbackArgs) -> anyhow::Result<Outcome> {
    let name = graph::rollback(&args.store, args.to.as_deref())?;
    writeln!(io::stdout(), "current generation: {name}")?;
    Ok(Outcome::Done)
}

/// Arguments of `wenmai diff`.
#[derive(Args)]
#[command(after_help = "Examples:
  wenmai diff                          the current generation and the one before it
  wenmai diff g-000001-0123456789abcdef g-000002-0123456789abcdef --format md
  wenmai diff --format patch           every quad, as an RDF patch
\nIn tables facts are listed: what things are called, of what kind they are, and how they are related. Exit code 0: no
difference; 1: some; 2: not compared.")]
pub struct DiffArgs {
    /// The older generation; without both names the one before the current and the current one
    #[arg(requires = "newer")]
    older: Option<String>,
    /// The newer generation
    newer: Option<String>,
    /// The store that holds both
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    /// The form of the list
    #[arg(long, value_enum, default_value_t)]
    format: DiffFormat,
}

/// Forms of a list of differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// For people
    #[default]
    Table,
    /// A Markdown table
    Md,
    /// Comma-separated values
    Csv,
    /// An RDF patch with every quad: D lines for what went, A lines for what came
    Patch,
}

/// Says what differs between two generations.
///
/// # Errors
///
/// When one is not there and when the list cannot be written.
pub fn diff(args: &DiffArgs) -> anyhow::Result<Outcome> {
    let [older, newer] = match (&args.older, &args.newer) {
        (Some(older), Some(newer)) => [older.clone(), newer.clone()],
        _ => last_two(&args.store)?,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut some = false;
    if args.format == DiffFormat::Patch {
        let mut written = Ok(());
        let mut put = |line: &dyn std::fmt::Display| {
            if written.is_ok() {
                written = writeln!(out, "{line}");
            }
        };
        put(&"TX .");
        difference(&args.store, &older, &newer, |change, line| {
            some = true;
            put(&format_args!("{} {line}", if change == Change::Lost { "D" } else { "A" }));
        })?;
        put(&"TC .");
        written?;
        out.flush()?;
        return Ok(if some { Outcome::Found } else { Outcome::Done });
    }
    let mut facts = BTreeSet::new();
    difference(&args.store, &older, &newer, |change, line| {
        some = true;
        if let Some((document, fact)) = fact(line) {
            facts.insert((document, change, fact));
        }
    })?;
    let mut sheet = Sheet::new(&["document", "change", "subject", "property", "object"]);
    for (document, change, [subject, property, object]) in facts {
        let change = if change == Change::Lost { "lost" } else { "gained" };
        sheet.row([document.into(), change.into(), subject.into(), property.into(), object.into()]);
    }
    let (format, width) = match args.format {
        DiffFormat::Md => (Format::Md, None),
        DiffFormat::Csv => (Format::Csv, None),
        _ => (Format::Table, width()),
    };
    sheet.write(format, width, &mut out)?;
    out.flush()?;
    Ok(if some { Outcome::Found } else { Outcome::Done })
}

/// What a quad states of an entity, and the document that states it; nothing for records, which say where a fact was read.
fn fact(line: Line<'_>) -> Option<(String, [String; 3])> {
    let document = iri(line.graph)?.strip_prefix(vocab::ID)?.strip_prefix("document/")?;
    let subject = iri(line.subject)?.strip_prefix(vocab::ID)?;
    // The kinds of records begin small, classes do not.
    if subject.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let local = |iri: &str| iri.rsplit(['#', '/']).next().unwrap_or(iri).to_owned();
    let object = value(line.object)?;
    let object = match object.strip_prefix(vocab::ID) {
        Some(entity) => entity.to_owned(),
        None if line.object.starts_with('<') => local(&object),
        None => object.into_owned(),
    };
    Some((document.to_owned(), [subject.to_owned(), local(iri(line.predicate)?), object]))
}
