//! `wenmai build`: documents in, graph out.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::{Args, ValueHint};
use fs_err as fs;

use super::Outcome;
use super::progress::Progress;
use super::reading::{KnowledgeArgs, ThreadArgs};
use super::watch;
use crate::batch::{self, Report, Watcher as _};
use crate::entity::sha256;
use crate::graph::{self, Engine, Setup, StoreError, Writer};
use crate::identity::Authority;
use crate::ontology::Schema;
use crate::text::{Found, Source, discover};

/// Arguments of `wenmai build`.
#[derive(Args)]
pub struct BuildArgs {
    /// Files and folders to read; in folders all .txt, .text and .md files
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Folder to write the graph to; readers see an older graph in it until the new one is complete
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    #[command(flatten)]
    knowledge: KnowledgeArgs,
    #[command(flatten)]
    threads: ThreadArgs,
    /// The file of decisions on identity; by default decisions.tsv beside the store, if there is one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    decisions: Option<PathBuf>,
    /// List of things with their IRIs or identifiers, to link entities to (repeat for several)
    #[arg(long, value_name = "FILE.ttl|.tsv", value_hint = ValueHint::FilePath)]
    authority: Vec<PathBuf>,
    /// How many generations of the graph to keep, the new one included; `wenmai rollback` goes back to an older one
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    keep: u32,
    /// What answers queries to the graph: `memory` for up to some millions of quads, `rocksdb` for archives; without it the
    /// one that the store was written for, or `memory`
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// Read every document again, also those that have not changed since the last build
    #[arg(long)]
    full: bool,
    /// Build again whenever documents, rules or lists change, until interrupted
    #[arg(long, conflicts_with = "dry_run")]
    watch: bool,
    /// Only say which documents came, changed or went since the last build; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not print the summary
    #[arg(long, short)]
    quiet: bool,
    /// Say on the standard error what happens, one JSON object a line, for programs; instead of the summary
    #[arg(long)]
    json_log: bool,
}

/// Reads the documents, writes the graph, prints what was found.
///
/// # Errors
///
/// When there is nothing to read, the knowledge or a list is malformed, or the store refuses. The graph stays as it was.
pub fn run(args: &BuildArgs) -> anyhow::Result<Outcome> {
    graph::check_target(&args.store)?;
    if args.dry_run {
        return dry_run(args, &sources(args)?.sources);
    }
    watch::handle_signals()?;
    if !args.watch {
        return once(args);
    }
    let mut paths = args.paths.clone();
    paths.extend(args.knowledge.folder().map(PathBuf::from));
    paths.extend(args.decisions.iter().chain(&args.authority).cloned());
    watch::watch(&paths, &args.store, || {
        // What is wrong with a file today may be right tomorrow.
        if let Err(error) = once(args) {
            super::say(&error);
        }
    })?;
    Ok(Outcome::Done)
}

fn sources(args: &BuildArgs) -> anyhow::Result<Found> {
    let found = discover(&args.paths, Some(&args.store))?;
    if found.sources.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|p| p.display().to_string()).collect();
        bail!("{}: no .txt, .text or .md file to read; name a folder that holds some", paths.join(", "));
    }
    Ok(found)
}

/// Builds once.
fn once(args: &BuildArgs) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let found = sources(args)?;
    let decisions = super::identity::decisions(args.decisions.as_deref(), &args.store)?;
    let mut authority = Authority::default();
    for file in &args.authority {
        authority.add(file)?;
    }
    let pipeline = args.knowledge.pipeline()?;
    let setup = Setup {
        engine: args.engine.unwrap_or_else(|| usual_engine(&args.store)),
        knowledge: pipeline.knowledge().hash.clone(),
        program: batch::program().context("the program's own file cannot be read")?,
        keep: args.keep as usize,
        full: args.full,
    };
    let progress = Progress::new(args.json_log);
    found.diagnostics.iter().for_each(|d| progress.diagnostic(d));
    let writer = Writer::begin(&args.store, setup)?;
    let pool = args.threads.pool()?;
    let built = pool.install(|| batch::build(&pipeline, &found.sources, (&decisions, &authority), writer, &progress));
    progress.end();
    let report = built?;
    progress.report(&report, found.diagnostics.len(), start.elapsed());
    if !args.quiet && !args.json_log {
        let summary = summary(&pipeline.knowledge().schema, &report, found.diagnostics.len(), start.elapsed());
        std::io::stdout().write_all(summary.as_bytes())?;
    }
    Ok(if report.failed { Outcome::Found } else { Outcome::Done })
}

/// The engine that the store at `dir` was written for, when it is part of this program.
fn usual_engine(dir: &Path) -> Engine {
    let engine = graph::current(dir).map(|manifest| manifest.engine).unwrap_or_default();
    if cfg!(feature = "rocksdb") { engine } else { Engine::Memory }
}

/// Says what a build would read anew. A change of one document can rename things in others, so this is about documents, not
/// about quads; `wenmai diff` lists those after the build.
fn dry_run(args: &BuildArgs, sources: &[Source]) -> anyhow::Result<Outcome> {
    let (before, documents) = match graph::current(&args.store) {
        Ok(manifest) => (Some(manifest), graph::documents(&args.store)?),
        Err(StoreError::Missing(_)) => (None, Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let knowledge = args.knowledge.load()?.hash;
    let mut old: BTreeMap<&str, &str> = documents.iter().map(|(path, hash)| (path.as_str(), hash.as_str())).collect();
    let mut out = std::io::stdout().lock();
    let mut same = 0;
    for source in sources {
        let bytes = fs::read(&source.file)?;
        match old.remove(source.name.as_str()) {
            None => writeln!(out, "added    {}", source.name)?,
            Some(hash) if hash != sha256(&bytes) => writeln!(out, "changed  {}", source.name)?,
            Some(_) => same += 1,
        }
    }
    for path in old.keys() {
        writeln!(out, "removed  {path}")?;
    }
    if before.is_some_and(|m| m.knowledge != knowledge) {
        writeln!(out, "the knowledge changed: every document is read by other rules")?;
    }
    writeln!(out, "{same} documents as before; nothing was written")?;
    Ok(Outcome::Done)
}

/// What the build found, for people.
fn summary(schema: &Schema, report: &Report, others: usize, time: Duration) -> String {
    let sorted = |counts: &BTreeMap<String, usize>| {
        let mut counts: Vec<(String, usize)> = counts.iter().map(|(name, n)| (name.clone(), *n)).collect();
        counts.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        counts
    };
    let (entities, relations) = (sorted(&report.entities), sorted(&report.relations));
    let total = |rows: &[(String, usize)]| rows.iter().map(|(_, n)| n).sum::<usize>();
    let manifest = &report.manifest;
    let mut text = format!("documents  {}", manifest.documents);
    if report.read < manifest.documents {
        text.push_str(&format!(" ({} read, the others as before)", report.read));
    }
    text.push_str(&format!("\nentities   {}\n", total(&entities)));
    text.push_str(&rows(&entities, schema));
    text.push_str(&format!("relations  {}\n", total(&relations)));
    text.push_str(&rows(&relations, schema));
    text.push_str(&format!("figures    {}\n", report.figures));
    text.push_str(&format!("warnings   {}\n", report.diagnostics + others));
    text.push_str(&format!("quads      {}\n", manifest.quads));
    text.push_str(&format!("time       {:.2} s\n", time.as_secs_f64()));
    text
}

/// Counts under a heading, three a line, each with its Chinese label.
fn rows(counts: &[(String, usize)], schema: &Schema) -> String {
    let mut text = String::new();
    for line in counts.chunks(3) {
        text.push_str("          ");
        for (name, count) in line {
            let label = schema.label(name, "zh");
            let wide = label.chars().count();
            let pad = 30_usize.saturating_sub(name.len() + 2 * wide + 1);
            text.push_str(&format!(" {count:>4} {name} {label}{:pad$}", ""));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
