//! `wenmai chart`: the series of an indicator as a picture.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use oxigraph::model::Term;

use super::{Outcome, output};
use crate::chart::{Bound, Point, Words, draw};
use crate::query::{Answer, Catalogue, Engine, Lang, Limits};

/// The named query that the picture shows.
const QUERY: &str = "indicator-series";

/// Arguments of `wenmai chart`.
#[derive(Args, Debug)]
#[command(after_help = "Exit code 0: drawn; 1: no figure has such an indicator; 2: not drawn.")]
pub struct ChartArgs {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand, Debug)]
enum Kind {
    /// The values of an indicator through documents and years
    Indicator(IndicatorArgs),
}

/// Arguments of `wenmai chart indicator`.
#[derive(Args, Debug)]
struct IndicatorArgs {
    /// What the indicator contains
    name: String,
    /// The store to draw from
    #[arg(long, value_name = "DIR", default_value = super::STORE)]
    store: PathBuf,
    /// The SVG file to write; - is standard output
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Only figures about a name that contains this
    #[arg(long, value_name = "NAME")]
    subject: Option<String>,
    /// Only figures in this unit; needed where the indicator has several
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// The language of the words around the figures
    #[arg(long, value_enum)]
    lang: Option<Lang>,
    /// Replace the file when there is one
    #[arg(long)]
    force: bool,
}

/// Draws the chart.
///
/// # Errors
///
/// When the store does not open, the values have several units, or the file cannot be written.
pub fn run(args: &ChartArgs) -> anyhow::Result<Outcome> {
    let Kind::Indicator(args) = &args.kind;
    let stdout = args.output == Path::new("-");
    if !stdout {
        output::check_target(&args.output, args.force)?;
    }
    let points = points(args)?;
    let dated: Vec<Point> = points.iter().filter(|p| p.time > 0.0).cloned().collect();
    if dated.is_empty() {
        eprintln!(
            "{}: no dated figure has an indicator with {:?}; no file was written",
            args.store.display(),
            args.name
        );
        return Ok(Outcome::Found);
    }
    let svg = draw(&Words::of(&args.name, args.lang.map_or("zh", Lang::tag)), &dated)?;
    if stdout {
        io::stdout().write_all(svg.as_bytes()).context("standard output cannot be written")?;
    } else {
        output::write(&args.output, svg.as_bytes(), args.force)?;
        eprintln!(
            "{}: {} figures, {} without a year left out",
            args.output.display(),
            dated.len(),
            points.len() - dated.len()
        );
    }
    Ok(Outcome::Done)
}

fn points(args: &IndicatorArgs) -> anyhow::Result<Vec<Point>> {
    let catalogue = Catalogue::embedded()?;
    let given = [("indicator", Some(&args.name)), ("subject", args.subject.as_ref()), ("unit", args.unit.as_ref())];
    let params: Vec<(String, String)> =
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))).collect();
    let prepared = catalogue.find(QUERY)?.prepare(&params)?;
    let answer = Engine::open(&args.store)?.run(&prepared, &Limits::default())?;
    let Answer::Rows(rows) = answer else { return Ok(Vec::new()) };
    let columns: HashMap<&str, usize> = rows.columns.iter().enumerate().map(|(i, c)| (c.as_str(), i)).collect();
    let point = |row: &Vec<Option<Term>>| {
        let cell = |name: &str| match columns.get(name).and_then(|i| row[*i].as_ref()) {
            Some(Term::Literal(literal)) => literal.value().to_owned(),
            _ => String::new(),
        };
        let end = [cell("to"), cell("date")].into_iter().find(|d| !d.is_empty()).unwrap_or_default();
        Some(Point {
            time: time(&end, &cell("period")),
            period: if cell("period").is_empty() {
                end.get(..7).unwrap_or_default().to_owned()
            } else {
                cell("period")
            },
            value: cell("value").parse().ok()?,
            bound: match cell("qualifier").as_str() {
                "over" => Bound::Over,
                "upto" | "nearly" => Bound::UpTo,
                _ => Bound::Value,
            },
            planned: cell("planned") == "true",
            line: [cell("subjectLabel"), cell("indicatorText")].join(" "),
            unit: cell("unit"),
            quote: cell("quote"),
            document: cell("document"),
        })
    };
    Ok(rows.rows.iter().filter_map(point).collect())
}

/// A day as a time in years: a whole year stands at its number, a part of one where it ends. 0 is no time.
fn time(day: &str, period: &str) -> f64 {
    let mut parts = day.split('-').map(|p| p.parse::<f64>().unwrap_or(0.0));
    let (year, month) = (parts.next().unwrap_or(0.0), parts.next().unwrap_or(0.0));
    if period.contains('-') && month > 0.0 && month < 12.0 { year + month / 12.0 - 0.5 } else { year }
}
