//! What the commands that read documents share: the knowledge, the threads, the reading itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, ValueHint};
use rayon::prelude::*;

use super::progress::bar;
use crate::diag::{Diagnostic, nearest};
use crate::examples;
use crate::graph::Extraction;
use crate::knowledge::{Knowledge, KnowledgeError, Options};
use crate::pipeline::Pipeline;
use crate::text::Source;

/// Which knowledge is used.
#[derive(Args, Debug)]
pub(super) struct KnowledgeArgs {
    /// Use the ontology, lexicons and rules in this folder instead of the ones built in
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    ontology: Option<PathBuf>,
    /// Do not use the lists of names of this class (repeat for several); shows what the rules read by themselves
    #[arg(long, value_name = "CLASS")]
    no_lexicon: Vec<String>,
}

impl KnowledgeArgs {
    /// The folder that it is read from, when it is not the built-in one.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.ontology.as_deref()
    }

    /// Loads it and compiles the stages. Rules that are not built in must read their own examples.
    ///
    /// # Errors
    ///
    /// See [`KnowledgeArgs::load`]; also when an example is not read as its rule says.
    pub(super) fn pipeline(&self) -> anyhow::Result<Pipeline> {
        let pipeline = Pipeline::new(self.load()?);
        // The examples of the built-in rules are read by the tests; without a list some of them cannot hold.
        if self.ontology.is_some() && self.no_lexicon.is_empty() {
            let problems = examples::check(&pipeline);
            if !problems.is_empty() {
                return Err(KnowledgeError::Invalid(problems).into());
            }
        }
        Ok(pipeline)
    }

    /// Loads it.
    ///
    /// # Errors
    ///
    /// When it is malformed, or a class without lists is unknown.
    pub(super) fn load(&self) -> anyhow::Result<Knowledge> {
        let options = Options { without_lexicon: self.no_lexicon.iter().cloned().collect::<BTreeSet<_>>() };
        let knowledge = Knowledge::load(self.ontology.as_deref(), &options)?;
        for class in &options.without_lexicon {
            if knowledge.schema.class(class).is_none() {
                let near = nearest(class, knowledge.schema.class_names()).join(", ");
                bail!("--no-lexicon {class}: there is no such class; nearest: {near}");
            }
        }
        Ok(knowledge)
    }
}

/// How many threads read.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ThreadArgs {
    /// Number of threads; 0 means one for each core
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

impl ThreadArgs {
    /// The threads.
    ///
    /// # Errors
    ///
    /// When they cannot be started.
    pub(super) fn pool(self) -> anyhow::Result<rayon::ThreadPool> {
        rayon::ThreadPoolBuilder::new().num_threads(self.threads).build().context("threads cannot be started")
    }
}

/// Reads all sources in parallel; the results are in the order of the sources.
///
/// # Errors
///
/// When threads cannot be started. A file that cannot be read is a diagnostic in its place.
pub(super) fn read_all(
    pipeline: &Pipeline,
    sources: &[Source],
    threads: ThreadArgs,
) -> anyhow::Result<Vec<Result<Extraction, Diagnostic>>> {
    let progress = bar();
    progress.set_message("reading");
    progress.set_length(sources.len() as u64);
    let pool = threads.pool()?;
    let read = |source: &Source| {
        let result = source.read().and_then(|bytes| pipeline.extract(&source.name, &bytes));
        progress.inc(1);
        result
    };
    let results = pool.install(|| sources.par_iter().map(read).collect());
    progress.finish_and_clear();
    Ok(results)
}
