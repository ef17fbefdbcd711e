//! `wenmai eval`: how good the reading is, measured on annotated letters.

use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum, ValueHint};
use serde_json::{Value, json};

use super::reading::{KnowledgeArgs, ThreadArgs, read_all};
use super::sheet::{Cell, Sheet, width};
use super::{Outcome, output};
use crate::eval::{
    Bin, CERTAIN, Counts, GoldSet, Pairs, Part, Said, Score, Tally, Verdict, by_rule, letters, letters_of, plot,
    reliability,
};
use crate::identity::{Authority, Decisions};
use crate::knowledge::{Calibration, Observed};
use crate::ontology::{Classes, Schema};
use crate::pipeline::Pipeline;
use crate::query::Format;
use crate::text::discover;

/// Arguments of `wenmai eval`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wenmai eval --gold tests/gold/dev/gold
  wenmai eval --gold gold letters --rows --no-lexicon Enterprise
  wenmai eval --gold gold --format json --min-relations 0.6
  wenmai eval --gold gold --reliability --plot reliability.svg
  wenmai eval --gold gold --calibrate calibration.tsv
\nWhat counts as right, and the form of the gold files: docs/measuring.md. Exit code 0: measured; 1: a score is under its \
                minimum; 2: not measured.")]
pub struct EvalArgs {
    /// Folder with the annotations, one .json file a letter
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, required_unless_present = "identity")]
    gold: Option<PathBuf>,
    /// Measure instead how many pairs of names are rightly one thing or two: a table of pairs, or a folder of tables
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, conflicts_with_all = ["gold", "reliability", "plot", "calibrate"])]
    identity: Option<PathBuf>,
    /// Files and folders with the letters; by default the folder `letters` beside DIR, or else DIR itself
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// The form of the answer
    #[arg(long, value_enum, default_value = "table")]
    format: FormatArg,
    /// Show what was missed and what is false, with the rule that read it (in CSV instead of the scores)
    #[arg(long, visible_alias = "verbose")]
    rows: bool,
    /// Show instead how much is right of what is said with a confidence
    #[arg(long, conflicts_with = "rows")]
    reliability: bool,
    /// Draw confidence against what is right, as SVG
    #[arg(long, value_name = "FILE.svg", value_hint = ValueHint::FilePath)]
    plot: Option<PathBuf>,
    /// Count for each rule how often it was right: a table for ontology/calibration.tsv
    #[arg(long, value_name = "FILE.tsv", value_hint = ValueHint::FilePath)]
    calibrate: Option<PathBuf>,
    /// Replace the files of --plot and --calibrate if they exist
    #[arg(long)]
    force: bool,
    /// End with exit code 1 when the F1 of entities is lower than this share, such as 0.8
    #[arg(long, value_name = "F", value_parser = share)]
    min_entities: Option<f64>,
    /// The same for relations
    #[arg(long, value_name = "F", value_parser = share)]
    min_relations: Option<f64>,
    /// The same for figures
    #[arg(long, value_name = "F", value_parser = share)]
    min_figures: Option<f64>,
    #[command(flatten)]
    knowledge: KnowledgeArgs,
    #[command(flatten)]
    threads: ThreadArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// For people; shares in percent
    Table,
    /// One object; shares from 0 to 1
    Json,
    /// One table; shares from 0 to 1
    Csv,
}

/// Reads the letters, judges what was read, prints the scores.
///
/// # Errors
///
/// When the knowledge, the gold files or a letter cannot be read.
pub fn run(args: &EvalArgs) -> anyhow::Result<Outcome> {
    for target in args.plot.iter().chain(&args.calibrate) {
        output::check_target(target, args.force)?;
    }
    if let Some(path) = &args.identity {
        return pairs(path, args);
    }
    let pipeline = args.knowledge.pipeline()?;
    let score = measure(args, &pipeline)?;
    let schema = &pipeline.knowledge().schema;
    write_files(args, &score)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        FormatArg::Table if args.reliability => write_reliability(&score, &mut out)?,
        FormatArg::Table => write_tables(args, &score, schema, &mut out)?,
        FormatArg::Json if args.reliability => writeln!(out, "{:#}", bins_object(&score))?,
        FormatArg::Json => writeln!(out, "{:#}", object(args, &score, schema))?,
        FormatArg::Csv if args.reliability => bins(&score).write(Format::Csv, None, &mut out)?,
        FormatArg::Csv if args.rows => rows_of(&score).write(Format::Csv, None, &mut out)?,
        FormatArg::Csv => scores(&score, schema).write(Format::Csv, None, &mut out)?,
    }
    out.flush()?;
    Ok(if below(args, &score) { Outcome::Found } else { Outcome::Done })
}

/// Measures pairs of names.
fn pairs(path: &std::path::Path, args: &EvalArgs) -> anyhow::Result<Outcome> {
    let knowledge = args.knowledge.load()?;
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        files = fs_err::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        files.retain(|f| f.extension().is_some_and(|e| e == "tsv"));
        files.sort();
    }
    if files.is_empty() {
        bail!("{}: no table of pairs (*.tsv) in this folder", path.display());
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut wrong = 0;
    writeln!(out, "{:24} {:>5} {:>5} {:>6} {:>6} {:>6} {:>6}", "pairs", "all", "same", "P", "R", "F1", "false")?;
    for file in &files {
        let found = Pairs::read(&knowledge, file)?;
        let [p, r, f] = found.scores().map(|x| 100.0 * x);
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        writeln!(
            out,
            "{name:24} {:5} {:5} {p:6.1} {r:6.1} {f:6.1} {:6}",
            found.pairs, found.same, found.wrongly_joined
        )?;
        wrong += found.wrongly_joined;
        for pair in found.wrong.iter().filter(|_| args.rows) {
            writeln!(out, "  {} {}: {} | {}  ({})", pair.place, pair.verdict, pair.left, pair.right, pair.reason)?;
        }
    }
    out.flush()?;
    Ok(if wrong > 0 { Outcome::Found } else { Outcome::Done })
}

fn measure(args: &EvalArgs, pipeline: &Pipeline) -> anyhow::Result<Score> {
    let knowledge = pipeline.knowledge();
    let dir = args.gold.as_deref().unwrap_or_else(|| std::path::Path::new("."));
    let set = GoldSet::read(dir, &knowledge.schema)?;
    for warning in knowledge.warnings.iter().chain(&set.warnings) {
        eprintln!("{warning}");
    }
    let paths = if args.paths.is_empty() { vec![letters_of(dir)] } else { args.paths.clone() };
    let sources = letters(&set, &discover(&paths, None)?.sources)?;
    let mut score = Score::default();
    let mut extractions = Vec::new();
    for result in read_all(pipeline, &sources, args.threads)? {
        extractions.push(result.map_err(|diagnostic| anyhow::anyhow!("{diagnostic}"))?);
    }
    pipeline.unify(&mut extractions, &Decisions::default(), &Authority::default());
    for (extraction, (_, gold)) in extractions.iter().zip(&set.files) {
        score.add(gold, &Said::of(&knowledge.schema, extraction));
    }
    Ok(score)
}

/// The facts whose confidence is compared with what came out.
const SURE: [(&str, Part); 2] = [("relations", Part::Relation), ("entities", Part::Entity)];

fn write_files(args: &EvalArgs, score: &Score) -> anyhow::Result<()> {
    if let Some(path) = &args.plot {
        let found = SURE.map(|(name, part)| (name, reliability(&score.rows, part)));
        let series: Vec<_> = found.iter().map(|(name, reliability)| (*name, reliability)).collect();
        let title = format!("Confidence and what is right, {}", letters_in(score));
        let svg = plot(&title, &series).map_err(anyhow::Error::msg)?;
        output::write(path, svg.as_bytes(), args.force)?;
        eprintln!("{}: written", path.display());
    }
    if let Some(path) = &args.calibrate {
        let rules = by_rule(&score.rows);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let rows =
            rules.iter().map(|(key, c)| (key.as_str(), Observed { found: count(c.found), right: count(c.right) }));
        let comment =
            format!("{CALIBRATION}Counted over {} by wenmai {}.", letters_in(score), env!("CARGO_PKG_VERSION"));
        output::write(path, Calibration::table(&comment, rows).as_bytes(), args.force)?;
        eprintln!("{}: {} rules", path.display(), rules.len());
    }
    Ok(())
}

/// What stands at the head of a table of observations.
const CALIBRATION: &str = "\
How often rules were right on annotated letters: `wenmai eval --gold DIR --calibrate calibration.tsv` counts it.
`rule` is a rule's id, with +carried, +place or +also for what the rule does not say by itself, and +name for entities;
`found` counts what it read, `right` what of that the annotations have. A rule without a row keeps its confidence.
";

/// Says which scores are under their minimum.
fn below(args: &EvalArgs, score: &Score) -> bool {
    let mut any = false;
    for (part, tally, least) in [
        ("entities", &score.entities, args.min_entities),
        ("relations", &score.relations, args.min_relations),
        ("figures", &score.figures, args.min_figures),
    ] {
        let f1 = tally.total().f1();
        if let Some(least) = least.filter(|least| f1 < *least) {
            eprintln!("{part}: F1 is {f1:.4}, under the minimum of {least}");
            any = true;
        }
    }
    any
}

/// Kinds of entities that users ask for together, by the class above them.
const GROUPS: [(&str, &str); 2] = [("names of agents", "Agent"), ("places", "Place")];

/// The groups that the ontology has, with their counts.
fn groups(score: &Score, schema: &Schema) -> Vec<(&'static str, Counts)> {
    let inside = |classes: Classes| score.entities.sum(|kind| schema.class(kind).is_some_and(|c| classes.contains(c)));
    GROUPS.iter().filter_map(|(name, class)| Some((*name, inside(schema.below(schema.class(class)?))))).collect()
}

/// The fields of a figure with the share of the figures found that have them right.
fn fields(score: &Score) -> [(&'static str, usize); 4] {
    let fields = score.fields;
    [
        ("qualifier", fields.qualifier),
        ("period", fields.period),
        ("subject", fields.subject),
        ("indicator", fields.indicator),
    ]
}

fn letters_in(score: &Score) -> String {
    format!("{} letter{}", score.letters, if score.letters == 1 { "" } else { "s" })
}

fn percent(share: f64) -> Cell {
    Cell::Number(100.0 * share, 1)
}

/// Counts with precision, recall and F1.
fn cells(counts: Counts, share: impl Fn(f64) -> Cell) -> [Cell; 6] {
    let Counts { right, found, gold } = counts;
    let [p, r, f] = [counts.precision(), counts.recall(), counts.f1()].map(share);
    [right.into(), found.into(), gold.into(), p, r, f]
}

fn write_tables(args: &EvalArgs, score: &Score, schema: &Schema, mut out: impl io::Write) -> anyhow::Result<()> {
    let parts = [
        ("entity", &score.entities, groups(score, schema)),
        ("relation", &score.relations, Vec::new()),
        ("figure", &score.figures, Vec::new()),
    ];
    for (part, tally, groups) in parts {
        let mut sheet = Sheet::new(&[part, "right", "found", "gold", "precision", "recall", "F1"]);
        let mut row = |kind: &str, counts| sheet.row([kind.into()].into_iter().chain(cells(counts, percent)));
        // Figures have many units, each with a few figures.
        let kinds = if part == "figure" && !args.rows { Vec::new() } else { tally.rows() };
        kinds.into_iter().for_each(|(kind, counts)| row(kind, counts));
        groups.into_iter().for_each(|(name, counts)| row(name, counts));
        row("all", tally.total());
        sheet.write(Format::Table, width(), &mut out)?;
    }
    let found = score.fields.found.max(1) as f64;
    let shares = fields(score).map(|(name, right)| format!("{name} {:.1} %", 100.0 * right as f64 / found));
    writeln!(out, "figures    of those found, right: {}", shares.join(", "))?;
    let evidence = 100.0 * score.evidence_share();
    writeln!(out, "evidence   {evidence:.1} % of the relations quote the words that stand at their place")?;
    let f1 = |tally: &Tally| 100.0 * tally.total().f1();
    let [entities, relations, figures] = [&score.entities, &score.relations, &score.figures].map(f1);
    writeln!(
        out,
        "F1         entities {entities:.1}, relations {relations:.1}, figures {figures:.1} ({})",
        letters_in(score)
    )?;
    if args.rows {
        let rows = rows_of(score);
        if !rows.is_empty() {
            rows.write(Format::Table, width(), &mut out)?;
        }
    }
    Ok(())
}

/// Everything that can be said with one number, one row each.
fn scores(score: &Score, schema: &Schema) -> Sheet {
    let mut sheet = Sheet::new(&["part", "kind", "right", "found", "gold", "precision", "recall", "f1"]);
    let share = |share: f64| Cell::Number(share, 4);
    for (part, tally) in [("entity", &score.entities), ("relation", &score.relations), ("figure", &score.figures)] {
        for (kind, counts) in tally.rows().into_iter().chain([("all", tally.total())]) {
            sheet.row([part.into(), kind.into()].into_iter().chain(cells(counts, share)));
        }
    }
    for (name, counts) in groups(score, schema) {
        sheet.row(["entity".into(), name.into()].into_iter().chain(cells(counts, share)));
    }
    let mut only = |part: &str, kind: &str, right: usize, found: usize| {
        let precision = share(right as f64 / found.max(1) as f64);
        let [gold, recall, f1] = [Cell::Empty, Cell::Empty, Cell::Empty];
        sheet.row([part.into(), kind.into(), right.into(), found.into(), gold, precision, recall, f1]);
    };
    for (name, right) in fields(score) {
        only("field", name, right, score.fields.found);
    }
    only("evidence", "quote", score.evidence.0, score.evidence.1);
    sheet
}

/// What was missed and what is false.
fn rows_of(score: &Score) -> Sheet {
    let mut sheet = Sheet::new(&["letter", "part", "verdict", "kind", "what", "rule", "quote"]);
    for row in score.rows.iter().filter(|r| r.verdict != Verdict::Right) {
        let verdict = row.verdict.name();
        let cells = [&row.letter, row.part.name(), verdict, &row.kind, &row.what, &row.rule, &row.quote];
        sheet.row(cells.map(Cell::from));
    }
    sheet
}

/// The bins of each kind of facts, one after another.
fn bins(score: &Score) -> Sheet {
    let mut sheet = Sheet::new(&["part", "from", "to", "count", "confidence", "right"]);
    for (name, part) in SURE {
        for bin in reliability(&score.rows, part).bins {
            let [from, to] = [bin.from, bin.to].map(|limit| Cell::Number(limit, 2));
            let shares = if bin.count == 0 {
                [Cell::Empty, Cell::Empty]
            } else {
                [bin.confidence, bin.right].map(|s| Cell::Number(s, 4))
            };
            sheet.row([name.into(), from, to, bin.count.into()].into_iter().chain(shares));
        }
    }
    sheet
}

fn write_reliability(score: &Score, mut out: impl io::Write) -> anyhow::Result<()> {
    for (name, part) in SURE {
        let found = reliability(&score.rows, part);
        let mut sheet = Sheet::new(&[name, "count", "mean", "right"]);
        for bin in &found.bins {
            let shares =
                if bin.count == 0 { [Cell::Empty, Cell::Empty] } else { [bin.confidence, bin.right].map(percent) };
            sheet.row([bin.name().into(), bin.count.into()].into_iter().chain(shares));
        }
        sheet.write(Format::Table, width(), &mut out)?;
        let Bin { count, right, .. } = found.certain;
        writeln!(out, "of {count} {name} said to be ≥ {CERTAIN}, {:.1} % are right", 100.0 * right)?;
    }
    Ok(())
}

fn bins_object(score: &Score) -> Value {
    let found = SURE.map(|(name, part)| (name.to_owned(), json!(reliability(&score.rows, part))));
    Value::Object(found.into_iter().collect())
}

fn object(args: &EvalArgs, score: &Score, schema: &Schema) -> Value {
    let measured = |counts: Counts| {
        let Counts { right, found, gold } = counts;
        let (precision, recall, f1) = (counts.precision(), counts.recall(), counts.f1());
        json!({"right": right, "found": found, "gold": gold, "precision": precision, "recall": recall, "f1": f1})
    };
    let part = |tally: &Tally| {
        let kinds = tally.rows().into_iter().map(|(kind, counts)| (kind.to_owned(), measured(counts)));
        let mut part = measured(tally.total());
        part["kinds"] = Value::Object(kinds.collect());
        part
    };
    let (mut entities, mut figures) = (part(&score.entities), part(&score.figures));
    let groups = groups(score, schema).into_iter().map(|(name, counts)| (name.to_owned(), measured(counts)));
    entities["groups"] = Value::Object(groups.collect());
    let found = score.fields.found.max(1) as f64;
    let shares = fields(score).map(|(name, right)| (name.to_owned(), json!(right as f64 / found)));
    figures["fields"] = Value::Object(shares.into_iter().collect());
    let mut object = json!({
        "letters": score.letters,
        "entities": entities,
        "relations": part(&score.relations),
        "figures": figures,
        "evidence": score.evidence_share(),
    });
    if args.rows {
        let rows: Vec<_> = score.rows.iter().filter(|r| r.verdict != Verdict::Right).collect();
        object["rows"] = json!(rows);
    }
    object
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("give a share from 0 to 1, such as 0.8".to_owned()),
    }
}
