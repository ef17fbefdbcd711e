//! `wenmai identity`: why names are one thing, what is doubtful, and what a person decides.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use fs_err as fs;
use oxigraph::model::{NamedNode, NamedNodeRef, Term};

use super::Outcome;
use crate::graph::Store;
use crate::identity::{Decisions, Verdict};
use crate::ontology::vocab;

/// Arguments of `wenmai identity`.
#[derive(Args)]
#[command(after_help = "Examples:
  wenmai identity show NAME
  wenmai identity review --limit 20
  wenmai identity decide different 'Enterprise/NAME（CITY）' Enterprise/NAME
\nHow identity is decided, and how to correct it: docs/identity.md")]
pub struct IdentityArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what a name stands for, its other names, and why they are one thing
    Show(Show),
    /// List merges and splits that are not sure, the most valuable first, with both contexts
    Review(Review),
    /// Add a decision to the file that the next build obeys
    Decide(Decide),
}

#[derive(Args)]
struct Show {
    /// A name, or a part of one as decisions write it (CLASS/NAME)
    name: String,
    /// Folder with the graph
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
}

#[derive(Args)]
struct Review {
    /// Folder with the graph
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    /// How many to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Write lines for the file of decisions instead, each to be made `same` or `different` by hand
    #[arg(long)]
    tsv: bool,
}

#[derive(Args)]
struct Decide {
    /// What is decided
    #[arg(value_enum)]
    verdict: VerdictArg,
    /// The thing: CLASS/NAME, CLASS/NAME（PLACE） or a name that only one thing has
    left: String,
    /// The other thing; for `name` how the thing is called, for `class` its class
    right: String,
    /// Why, for whoever reads the file
    #[arg(long, default_value = "")]
    note: String,
    /// Folder with the graph; the file stands beside it
    #[arg(long, value_name = "DIR", default_value = super::STORE, value_hint = ValueHint::DirPath)]
    store: PathBuf,
    /// The file of decisions; by default decisions.tsv beside the store
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    decisions: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum VerdictArg {
    /// Both are one thing
    Same,
    /// They are two things
    Different,
    /// The thing is called like this
    Name,
    /// The thing is of this class
    Class,
}

/// The file of decisions that belongs to `store` when none is named: `decisions.tsv` in the same folder as the store.
pub(super) fn default_decisions(store: &Path) -> PathBuf {
    store.parent().unwrap_or(Path::new("")).join("decisions.tsv")
}

/// Reads the decisions: those of `file`, or else those beside `store` when there are some.
pub(super) fn decisions(file: Option<&Path>, store: &Path) -> anyhow::Result<Decisions> {
    let beside = default_decisions(store);
    match file {
        Some(file) => Ok(Decisions::read(file)?),
        None if beside.is_file() => Ok(Decisions::read(&beside)?),
        None => Ok(Decisions::default()),
    }
}

/// Shows, lists or writes down.
///
/// # Errors
///
/// When the store does not open, nothing has the name, or the file cannot be written.
pub fn run(args: &IdentityArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Show(args) => show(args),
        Command::Review(args) => review(args),
        Command::Decide(args) => decide(args),
    }
}

/// What the store says of one subject, by property, in order.
type Said = BTreeMap<String, Vec<Term>>;

fn said(store: &Store, subject: &NamedNode) -> anyhow::Result<Said> {
    let mut said = Said::new();
    for quad in store.matching(Some(subject.as_ref().into()), None, None, None)? {
        said.entry(quad.predicate.into_string()).or_default().push(quad.object);
    }
    for values in said.values_mut() {
        values.sort_by_key(ToString::to_string);
        values.dedup();
    }
    Ok(said)
}

fn values<'a>(said: &'a Said, property: NamedNodeRef<'_>) -> impl Iterator<Item = &'a str> {
    said.get(property.as_str()).into_iter().flatten().map(|term| match term {
        Term::Literal(l) => l.value(),
        Term::NamedNode(n) => n.as_str(),
        Term::BlankNode(b) => b.as_str(),
    })
}

fn value<'a>(said: &'a Said, property: NamedNodeRef<'_>) -> &'a str {
    values(said, property).next().unwrap_or_default()
}

fn show(args: &Show) -> anyhow::Result<Outcome> {
    let store = Store::open(&args.store)?;
    let name = args.name.as_str();
    let mut found: BTreeMap<String, NamedNode> = BTreeMap::new();
    for (property, literal) in
        [(vocab::PREF_LABEL, true), (vocab::ALT_LABEL, true), (vocab::LEFT, false), (vocab::RIGHT, false)]
    {
        let literal = if literal {
            oxigraph::model::Literal::new_language_tagged_literal_unchecked(name, "zh")
        } else {
            oxigraph::model::Literal::from(name)
        };
        for quad in store.matching(None, Some(property), Some(literal.as_ref().into()), None)? {
            let oxigraph::model::NamedOrBlankNode::NamedNode(subject) = quad.subject else { continue };
            let owners = store.matching(None, Some(vocab::MERGED_BECAUSE), Some(subject.as_ref().into()), None)?;
            let mut owned = false;
            for owner in owners {
                if let oxigraph::model::NamedOrBlankNode::NamedNode(owner) = owner.subject {
                    found.insert(owner.as_str().to_owned(), owner);
                    owned = true;
                }
            }
            if !owned && property != vocab::LEFT && property != vocab::RIGHT {
                found.insert(subject.as_str().to_owned(), subject);
            }
        }
    }
    if found.is_empty() {
        bail!(
            "{name}: nothing in the store is called so; `wenmai query entities --param name={name}` looks for parts of names"
        );
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for entity in found.values() {
        let about = said(&store, entity)?;
        writeln!(out, "{}  {}", value(&about, vocab::PREF_LABEL), entity.as_str())?;
        let others: Vec<&str> = values(&about, vocab::ALT_LABEL).collect();
        if !others.is_empty() {
            writeln!(out, "  also      {}", others.join("、"))?;
        }
        for property in [vocab::DIVISION_CODE, vocab::IDENTIFIER, vocab::EXACT_MATCH] {
            for id in values(&about, property) {
                writeln!(out, "  known as  {id}")?;
            }
        }
        for older in values(&about, vocab::REVISES) {
            writeln!(out, "  revises   {older}")?;
        }
        for record in values(&about, vocab::MERGED_BECAUSE) {
            let record = said(&store, &NamedNode::new_unchecked(record))?;
            pair(&store, &record, &mut out)?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// Two names, the rule, and where they stand.
fn pair(store: &Store, record: &Said, out: &mut impl io::Write) -> anyhow::Result<()> {
    let [left, right, rule, score] =
        [vocab::LEFT, vocab::RIGHT, vocab::RULE, vocab::CONFIDENCE].map(|property| value(record, property));
    writeln!(out, "  {left} = {right}  {rule} {score}")?;
    for property in [vocab::LEFT_EVIDENCE, vocab::RIGHT_EVIDENCE] {
        let passage = value(record, property);
        if passage.is_empty() {
            continue;
        }
        let passage = said(store, &NamedNode::new_unchecked(passage))?;
        let document = said(store, &NamedNode::new_unchecked(value(&passage, vocab::IN_DOCUMENT)))?;
        let quote: String = value(&passage, vocab::QUOTE).split_whitespace().collect();
        let short: String = quote.chars().take(60).collect();
        let more = if short.len() < quote.len() { "…" } else { "" };
        writeln!(out, "      {}: {short}{more}", value(&document, vocab::PATH))?;
    }
    Ok(())
}

fn review(args: &Review) -> anyhow::Result<Outcome> {
    let store = Store::open(&args.store)?;
    let mut doubts = Vec::new();
    let doubt = Term::from(vocab::DOUBT);
    for quad in store.matching(None, Some(oxigraph::model::vocab::rdf::TYPE), Some(doubt.as_ref()), None)? {
        if let oxigraph::model::NamedOrBlankNode::NamedNode(record) = quad.subject {
            let record = said(&store, &record)?;
            let weight: u64 = value(&record, vocab::WEIGHT).parse().unwrap_or_default();
            let names = [vocab::LEFT, vocab::RIGHT].map(|p| value(&record, p).to_owned());
            doubts.push((std::cmp::Reverse(weight), names, record));
        }
    }
    doubts.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (_, [left, right], record) in doubts.iter().take(args.limit) {
        let (rule, guard) = (value(record, vocab::RULE), value(record, vocab::GUARD));
        let joined = value(record, vocab::JOINED) == "true";
        let now = if joined { "one now" } else { "two now" };
        if args.tsv {
            let verdict = if joined { "same" } else { "different" };
            writeln!(out, "{verdict}\t{left}\t{right}\t{rule} {guard}")?;
            continue;
        }
        writeln!(out, "{now}{}{guard}", if guard.is_empty() { "" } else { ": " })?;
        pair(&store, record, &mut out)?;
    }
    let rest = doubts.len().saturating_sub(args.limit);
    if rest > 0 && !args.tsv {
        writeln!(out, "\n{rest} more; --limit shows them")?;
    }
    out.flush()?;
    Ok(if doubts.is_empty() { Outcome::Done } else { Outcome::Found })
}

/// What stands at the head of a new file.
const HEAD: &str = "\
# Decisions on identity, obeyed by `wenmai build`: verdict, thing, other thing (or name, or class), note; parted by tabs.
";

fn decide(args: &Decide) -> anyhow::Result<Outcome> {
    let verdict = match args.verdict {
        VerdictArg::Same => Verdict::Same,
        VerdictArg::Different => Verdict::Different,
        VerdictArg::Name => Verdict::Name,
        VerdictArg::Class => Verdict::Class,
    };
    if [&args.left, &args.right, &args.note].iter().any(|cell| cell.contains(['\t', '\n'])) {
        bail!("a name or note holds a tab or a line break, which the file of decisions cannot");
    }
    let file = args.decisions.clone().unwrap_or_else(|| default_decisions(&args.store));
    let mut text = if file.exists() {
        Decisions::read(&file)?;
        fs::read_to_string(&file)?
    } else {
        HEAD.to_owned()
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let line = format!("{}\t{}\t{}\t{}", verdict.word(), args.left, args.right, args.note);
    text.push_str(line.trim_end());
    text.push('\n');
    fs::write(&file, text).with_context(|| format!("{}: the decision cannot be written", file.display()))?;
    writeln!(io::stderr(), "{}: written; the next build obeys it", file.display())?;
    Ok(Outcome::Done)
}
