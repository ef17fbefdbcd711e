//! `wenmai build`: documents in, graph out.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::bail;
use clap::{Args, ValueHint};
use fs_err as fs;
use indexmap::IndexMap;

use super::Outcome;
use super::reading::{KnowledgeArgs, ThreadArgs, read_all};
use crate::check;
use crate::diag::{Diagnostic, Severity};
use crate::entity::sha256;
use crate::graph::{self, Extraction, Manifest, Store, StoreError};
use crate::identity::Authority;
use crate::pipeline::Pipeline;
use crate::text::{Source, discover};

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
    /// Only say which documents came, changed or went since the last build; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not print the summary
    #[arg(long, short)]
    quiet: bool,
}

/// Reads the documents, writes the graph, prints what was found.
pub fn run(args: &BuildArgs) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    graph::check_target(&args.store)?;
    let found = discover(&args.paths)?;
    if found.sources.is_empty() {
        let paths: Vec<String> = args.paths.iter().map(|p| p.display().to_string()).collect();
        bail!("{}: no .txt, .text or .md file to read; name a folder that holds some", paths.join(", "));
    }
    if args.dry_run {
        return dry_run(args, &found.sources);
    }
    let decisions = super::identity::decisions(args.decisions.as_deref(), &args.store)?;
    let mut authority = Authority::default();
    for file in &args.authority {
        authority.add(file)?;
    }
    let pipeline = args.knowledge.pipeline()?;
    let mut diagnostics = found.diagnostics;
    let results = read_all(&pipeline, &found.sources, args.threads)?;
    let mut extractions = Vec::new();
    for result in results {
        match result {
            Ok(extraction) => extractions.push(extraction),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    diagnostics.extend(pipeline.knowledge().warnings.iter().cloned());
    diagnostics.extend(extractions.iter().flat_map(|e| e.document.diagnostics.iter().cloned()));
    if let ([], [only]) = (extractions.as_slice(), diagnostics.as_slice()) {
        bail!("{only}; nothing was written");
    }
    let identity = pipeline.unify(&mut extractions, &decisions, &authority);
    diagnostics.extend(identity.diagnostics.iter().cloned());
    let mut stderr = std::io::stderr();
    for diagnostic in &diagnostics {
        writeln!(stderr, "{diagnostic}")?;
    }
    if extractions.is_empty() {
        bail!("none of the {} files could be read; nothing was written", found.sources.len());
    }
    let schema = &pipeline.knowledge().schema;
    let findings = check::findings(pipeline.knowledge(), &extractions);
    let findings = check::quads(pipeline.knowledge(), &findings);
    let nquads = graph::nquads(schema, &extractions, &identity, &findings);
    let documents = extractions.iter().map(|e| (e.path.clone(), e.sha256.clone())).collect();
    let manifest =
        Store::write(&args.store, &nquads, pipeline.knowledge().hash.clone(), documents, args.keep as usize)?;
    if !args.quiet {
        let summary = summary(&pipeline, &extractions, &manifest, &diagnostics, start.elapsed());
        std::io::stdout().write_all(summary.as_bytes())?;
    }
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    Ok(if failed { Outcome::Found } else { Outcome::Done })
}

/// Says what a build would read anew. A change of one document can rename things in others, so this is about documents, not
/// about quads; `wenmai diff` lists those after the build.
fn dry_run(args: &BuildArgs, sources: &[Source]) -> anyhow::Result<Outcome> {
    let before = match graph::current(&args.store) {
        Ok(manifest) => Some(manifest),
        Err(StoreError::Missing(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let knowledge = args.knowledge.load()?.hash;
    let mut old: BTreeMap<&str, &str> =
        before.iter().flat_map(|m| &m.documents).map(|(path, hash)| (path.as_str(), hash.as_str())).collect();
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
fn summary(
    pipeline: &Pipeline,
    extractions: &[Extraction],
    manifest: &Manifest,
    diagnostics: &[Diagnostic],
    time: Duration,
) -> String {
    let schema = &pipeline.knowledge().schema;
    let mut entities: IndexMap<String, BTreeSet<String>> = IndexMap::new();
    let mut relations: IndexMap<String, usize> = IndexMap::new();
    for extraction in extractions {
        for (id, _) in extraction.entities.iter() {
            let named = extraction.entities.in_graph(schema, id);
            entities.entry(named.class.to_string()).or_default().insert(named.iri.into_string());
        }
        for claim in &extraction.claims {
            *relations.entry(claim.predicate.to_string()).or_default() += 1;
        }
    }
    let mut entities: Vec<(&str, usize)> = entities.iter().map(|(c, names)| (c.as_str(), names.len())).collect();
    entities.sort_by_key(|(c, n)| (std::cmp::Reverse(*n), *c));
    relations.sort_by(|a, m, b, n| n.cmp(m).then_with(|| a.cmp(b)));
    let relations: Vec<(&str, usize)> = relations.iter().map(|(p, n)| (p.as_str(), *n)).collect();
    let figures: usize = extractions.iter().map(|e| e.figures.len()).sum();
    let total = |rows: &[(&str, usize)]| rows.iter().map(|(_, n)| n).sum::<usize>();
    let mut text = format!("documents  {}\n", extractions.len());
    text.push_str(&format!("entities   {}\n", total(&entities)));
    text.push_str(&rows(&entities, schema));
    text.push_str(&format!("relations  {}\n", total(&relations)));
    text.push_str(&rows(&relations, schema));
    text.push_str(&format!("figures    {figures}\n"));
    text.push_str(&format!("warnings   {}\n", diagnostics.len()));
    text.push_str(&format!("quads      {}\n", manifest.quads));
    text.push_str(&format!("time       {:.2} s\n", time.as_secs_f64()));
    text
}

/// Counts under a heading, three a line, each with its Chinese label.
fn rows(counts: &[(&str, usize)], schema: &crate::ontology::Schema) -> String {
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
