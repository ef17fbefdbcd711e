//! `wenmai export`: a copy of the graph for other programs.

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{Outcome, output};
use crate::export::{Format, export};

/// Arguments of `wenmai export`.
#[derive(Args)]
#[command(after_help = "Examples:
  wenmai export -o graph.trig
  wenmai export --format nq | grep wenmai/id/Enterprise
  wenmai export -o graph.ttl --force

The same graph gives the same bytes, on every machine. N-Quads, TriG and JSON-LD say which document states what and are
written with little memory; Turtle, N-Triples and RDF/XML hold each triple once.")]
pub struct ExportArgs {
    /// The store to copy
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    /// The format; without it the one that the name of the file asks for, or N-Quads
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write; without it the standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long)]
    force: bool,
}

/// Writes the copy.
///
/// # Errors
///
/// When there is no sound store, the file is there already, or it cannot be written; then there is no half of it.
pub fn run(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let asked = || args.output.as_deref().and_then(Format::of_name);
    let format = args.format.or_else(asked).unwrap_or_default();
    let Some(target) = &args.output else {
        export(&args.store, format, BufWriter::new(io::stdout().lock()))?;
        return Ok(Outcome::Done);
    };
    let fill = |file: &mut _| anyhow::Ok(export(&args.store, format, file)?);
    let count = output::write_by(target, args.force, fill)?;
    writeln!(io::stderr(), "{}: {count} statements", target.display())?;
    Ok(Outcome::Done)
}
