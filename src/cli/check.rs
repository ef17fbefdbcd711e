//! `wenmai check`: where the documents of a store disagree, and where a text is damaged.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::Outcome;
use crate::query::{Catalogue, Engine, Format, Lang, Limits, Page, write};

/// The named query that lists findings.
const QUERY: &str = "findings";

/// Arguments of `wenmai check`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wenmai check --store graph
  wenmai check --severity error --format md
  wenmai check --kind figures-differ --format json
\nThe kinds stand in ontology/rules/findings.toml. Exit code 0: nothing found; 1: something found; 2: not checked.")]
pub struct CheckArgs {
    /// The store to check
    #[arg(long, value_name = "DIR", default_value = super::STORE)]
    store: PathBuf,
    /// Only findings of this kind
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only findings of this severity
    #[arg(long, value_enum)]
    severity: Option<Severity>,
    /// Only findings of this document, by its path
    #[arg(long, value_name = "PATH")]
    document: Option<String>,
    /// The form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The language of the messages
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Severity {
    /// Something cannot be as it stands
    Error,
    /// Something is probably wrong
    Warning,
    /// Something is odd
    Note,
}

/// Lists the findings.
///
/// # Errors
///
/// When the store does not open and when the list cannot be written.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let catalogue = Catalogue::embedded()?;
    let definition = catalogue.find(QUERY)?;
    let severity = args.severity.and_then(|s| s.to_possible_value()).map(|v| v.get_name().to_owned());
    let lang = args.lang.map(|l| l.tag().to_owned());
    let given = [("kind", &args.kind), ("severity", &severity), ("file", &args.document), ("lang", &lang)];
    let params: Vec<(String, String)> =
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect();
    let prepared = definition.prepare(&params)?;
    let answer = Engine::open(&args.store)?.run(&prepared, &Limits::default())?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    write(&answer, args.format, Page { width: super::sheet::width() }, &mut out)
        .context("the list cannot be written")?;
    out.flush()?;
    Ok(if answer.is_empty() {
        eprintln!("nothing found");
        Outcome::Done
    } else {
        Outcome::Found
    })
}
