//! `wenmai query`: a named query, a query file or a query text, and the answer in a format of one's choice.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::Outcome;
use crate::query::{Catalogue, Definition, Engine, Format, Lang, Limits, Page, Parameter, QueryError, write};

/// The parameter that `--lang` fills when a query has it.
const LANG: &str = "lang";

/// Arguments of `wenmai query`.
#[derive(Args, Debug)]
#[command(after_help = "Without a query, --list shows the named ones. Exit code 0: answered; 2: not answered.")]
pub struct QueryArgs {
    /// A named query, or a file that ends in .rq
    #[arg(value_name = "NAME|FILE.rq", required_unless_present_any = ["expression", "list"])]
    query: Option<String>,
    /// SPARQL text
    #[arg(short = 'e', long, value_name = "SPARQL", conflicts_with_all = ["query", "list"])]
    expression: Option<String>,
    /// The store to ask
    #[arg(long, value_name = "DIR", default_value = super::STORE)]
    store: PathBuf,
    /// A parameter of the query; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
    /// The form of the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Stop the query after so many seconds; 0 never stops it
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,
    /// The language of labels in answers, and of --list and --describe
    #[arg(long, value_enum)]
    lang: Option<Lang>,
    /// A folder with more named queries
    #[arg(long, value_name = "DIR")]
    queries: Option<PathBuf>,
    /// Show all named queries and their parameters
    #[arg(long, conflicts_with = "query")]
    list: bool,
    /// Show what the query is for, and its text, instead of asking it
    #[arg(long, conflicts_with_all = ["list", "expression"])]
    describe: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the query cannot be found, read, understood or answered, and when its answer cannot be written.
pub fn run(args: &QueryArgs) -> anyhow::Result<Outcome> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.list {
        let catalogue = catalogue(args)?;
        for (number, definition) in catalogue.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            write!(out, "{}", heading(definition, args.lang))?;
        }
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let definition = definition(args)?;
    if args.describe {
        write!(out, "{}", heading(&definition, args.lang))?;
        for lang in languages(args.lang) {
            writeln!(out, "\n{}", definition.about.get(*lang))?;
        }
        writeln!(out, "\n{}", definition.body())?;
        out.flush()?;
        return Ok(Outcome::Done);
    }
    let prepared = definition.prepare(&parameters(args, &definition)).map_err(|e| located(e, args))?;
    let engine = Engine::open(&args.store)?;
    let timeout = (args.timeout > 0.0).then(|| Duration::from_secs_f64(args.timeout));
    let answer = engine.run(&prepared, &Limits { timeout, ..Limits::default() })?;
    let page = Page { width: Some(table_width()) };
    write(&answer, args.format, page, &mut out).context("the answer cannot be written")?;
    if answer.is_empty() {
        eprintln!("no rows");
    }
    Ok(Outcome::Done)
}

fn catalogue(args: &QueryArgs) -> Result<Catalogue, QueryError> {
    let catalogue = Catalogue::embedded()?;
    match &args.queries {
        Some(folder) => catalogue.with_folder(folder),
        None => Ok(catalogue),
    }
}

fn definition(args: &QueryArgs) -> Result<Definition, QueryError> {
    if let Some(text) = &args.expression {
        return Definition::parse("-e", "-e", text);
    }
    let name = args.query.as_deref().unwrap_or_default();
    match file(name) {
        Some(path) => Definition::read(path),
        None => catalogue(args)?.find(name).cloned(),
    }
}

/// The path that `name` is, unless it is the name of a query.
fn file(name: &str) -> Option<&Path> {
    let path = Path::new(name);
    (path.components().count() > 1 || path.extension().is_some_and(|e| e == "rq")).then_some(path)
}

/// The parameters given, and the language where the query asks for it.
fn parameters(args: &QueryArgs, definition: &Definition) -> Vec<(String, String)> {
    let mut given = args.params.clone();
    if let Some(lang) = args.lang
        && definition.parameters.iter().any(|p| p.name == LANG)
        && !given.iter().any(|(name, _)| name == LANG)
    {
        given.push((LANG.to_owned(), lang.tag().to_owned()));
    }
    given
}

/// The error with the file in which the place stands.
fn located(error: QueryError, args: &QueryArgs) -> QueryError {
    match (error, args.query.as_deref()) {
        (QueryError::Syntax { message, .. }, Some(name)) => QueryError::Syntax { origin: format!("{name}:"), message },
        (error, _) => error,
    }
}

fn languages(lang: Option<Lang>) -> &'static [Lang] {
    match lang {
        None => &[Lang::Zh, Lang::En],
        Some(Lang::Zh) => &[Lang::Zh],
        Some(Lang::En) => &[Lang::En],
    }
}

fn heading(definition: &Definition, lang: Option<Lang>) -> String {
    let titles: Vec<&str> = languages(lang).iter().map(|l| definition.title.get(*l)).collect();
    let mut text = format!("{}\n    {}\n", definition.name, titles.join(" · "));
    for parameter in &definition.parameters {
        let about: Vec<&str> = languages(lang).iter().map(|l| parameter.about.get(*l)).collect();
        text += &format!("    --param {}  {}\n", signature(parameter), about.join(" · "));
    }
    text
}

fn signature(parameter: &Parameter) -> String {
    let Parameter { name, kind, required, default, .. } = parameter;
    match (required, default.as_str()) {
        (true, _) => format!("{name}={kind} (required)"),
        (false, "") => format!("{name}={kind}"),
        (false, default) => format!("{name}={kind} (default {default})"),
    }
}

/// The width for tables: that of the terminal, and a readable one in a pipe or a file.
fn table_width() -> u16 {
    const IN_A_PIPE: u16 = 120;
    terminal_size::terminal_size_of(io::stdout()).map_or(IN_A_PIPE, |(width, _)| width.0)
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("give a number of seconds, 0 for no limit".to_owned()),
    }
}
