//! The command line: one file or folder a subcommand. Nothing else in the library prints.

mod build;
mod chart;
mod check;
mod diagram;
mod eval;
mod explain;
mod export;
mod generations;
mod identity;
mod output;
mod progress;
mod query;
mod reading;
mod sheet;
mod watch;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Where a graph is kept when `--store` is not given.
const STORE: &str = "wenmai-store";

/// What a command came to, when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; exit code 0.
    Done,
    /// Done, but something was wrong in the data, or there was nothing to show; exit code 1.
    Found,
}

/// 文脉 wenmai: a knowledge graph of Chinese official documents
#[derive(Parser)]
#[command(name = "wenmai", version, max_term_width = 110, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read documents and write the graph
    Build(build::BuildArgs),
    /// Ask the graph: a named query, a file or SPARQL
    Query(query::QueryArgs),
    /// Write a copy of the graph for other programs
    Export(export::ExportArgs),
    /// Draw the graph
    Diagram(diagram::DiagramArgs),
    /// List where documents disagree, and where a text is damaged
    Check(check::CheckArgs),
    /// Draw the values of an indicator through the years
    Chart(chart::ChartArgs),
    /// Measure what is read against annotated letters
    Eval(eval::EvalArgs),
    /// Say why names are one thing, what is doubtful, and decide it
    Identity(identity::IdentityArgs),
    /// List the graphs that a store holds, old and new
    Generations(generations::GenerationsArgs),
    /// Read all of a store and say whether it is sound
    Verify(generations::VerifyArgs),
    /// Go back to the graph before the current one
    Rollback(generations::RollbackArgs),
    /// List what came and what went between two graphs
    Diff(generations::DiffArgs),
    /// Say what a rule reads and why, or what is read in a sentence and by which rules
    Explain(explain::ExplainArgs),
}

impl Cli {
    /// Runs the command and prints what failed, on one line. Exit codes: 0 done, 1 something is wrong in the data, 2
    /// it could not be done. A closed pipe is no failure.
    pub fn run(self) -> ExitCode {
        let outcome = match &self.command {
            Command::Build(args) => build::run(args),
            Command::Query(args) => query::run(args),
            Command::Export(args) => export::run(args),
            Command::Diagram(args) => diagram::run(args),
            Command::Check(args) => check::run(args),
            Command::Chart(args) => chart::run(args),
            Command::Eval(args) => eval::run(args),
            Command::Identity(args) => identity::run(args),
            Command::Generations(args) => generations::list(args),
            Command::Verify(args) => generations::verify(args),
            Command::Rollback(args) => generations::rollback(args),
            Command::Diff(args) => generations::diff(args),
            Command::Explain(args) => explain::run(args),
        };
        match outcome {
            Ok(Outcome::Done) => ExitCode::SUCCESS,
            Ok(Outcome::Found) => ExitCode::from(1),
            Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
            Err(error) => {
                say(&error);
                ExitCode::from(2)
            }
        }
    }
}

/// Says what failed, with its causes, on one line.
fn say(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "wenmai: {error:#}");
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}
