//! `wenmai diagram`: draws the graph of a store.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::Outcome;
use crate::diagram::render::{self, Format};
use crate::diagram::{self, Engine, Kind, Lang, Picture, Request};
use crate::graph::Store;

/// Draw the graph of a store.
#[derive(Args, Debug)]
pub struct DiagramArgs {
    /// What to show.
    kind: KindArg,
    /// Folder of the store.
    #[arg(long, value_name = "DIR", default_value = super::STORE)]
    store: PathBuf,
    /// File to write, in the format that its ending names: dot, svg, png or pdf. `-` writes DOT to standard output.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Format, whatever the file is called.
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// Show at most this many entities, the most central ones.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..))]
    top: u32,
    /// For `ego`: the name of the entity, or the end of its IRI such as `Bank/NAME`.
    #[arg(long, value_name = "NAME", required_if_eq("kind", "ego"))]
    of: Option<String>,
    /// For `ego`: how many lines away from it things may be.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    depth: u32,
    /// For `network` and `citations`: show the letters as well.
    #[arg(long)]
    documents: bool,
    /// Language of titles, legend, class and predicate names.
    #[arg(long, value_enum, default_value = "zh")]
    lang: LangArg,
    /// Layout engine of Graphviz, where it should not be the best one for the kind.
    #[arg(long, value_enum)]
    engine: Option<EngineArg>,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    /// All entities and what is stated between them.
    Network,
    /// One entity (--of) and all that is linked to it.
    Ego,
    /// Which policy documents stand beside which enterprises.
    Citations,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    Dot,
    Svg,
    Png,
    Pdf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    Zh,
    En,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum EngineArg {
    /// Layers from left to right, with a frame around each class.
    Dot,
    /// By forces: what is linked lies close.
    Neato,
}

/// Runs the subcommand.
///
/// # Errors
///
/// When the store cannot be read, no entity or more than one has the name asked for, Graphviz is needed but missing,
/// or the file cannot be written.
pub fn run(args: &DiagramArgs) -> anyhow::Result<Outcome> {
    let stdout = args.output == Path::new("-");
    let format = match args.format {
        Some(format) => format.into(),
        None if stdout => Format::Dot,
        None => Format::of_path(&args.output)?,
    };
    if !stdout {
        render::check_target(&args.output, args.force)?;
    }
    let store = Store::open(&args.store)?;
    let Some(picture) = diagram::draw(&store, &request(args))? else {
        eprintln!("{}: {}; no file was written", args.store.display(), nothing(args));
        return Ok(Outcome::Found);
    };
    let bytes = render::render(&picture.dot, format)?;
    if format != Format::Dot && render::has_chinese_font() == Some(false) {
        eprintln!(
            "no font with Chinese characters is installed, so boxes may stand for them: apt-get install fonts-noto-cjk"
        );
    }
    if stdout {
        io::stdout().write_all(&bytes).context("standard output cannot be written")?;
    } else {
        render::write(&args.output, &bytes, args.force)?;
        eprintln!("{}: {}", args.output.display(), summary(&picture)?);
    }
    if stdout && picture.is_cut() {
        eprintln!("{}", summary(&picture)?);
    }
    Ok(Outcome::Done)
}

fn summary(picture: &Picture) -> Result<String, diagram::DiagramError> {
    picture.note(Lang::En)
}

/// Says of an empty picture what there is none of.
fn nothing(args: &DiagramArgs) -> String {
    match (args.kind, &args.of) {
        (KindArg::Ego, Some(name)) => format!("nothing is linked to {name:?}"),
        (KindArg::Citations, _) => "no policy document stands beside an enterprise".to_owned(),
        _ => "no relations between entities".to_owned(),
    }
}

fn request(args: &DiagramArgs) -> Request {
    let kind = match args.kind {
        KindArg::Network => Kind::Network,
        KindArg::Ego => Kind::Ego { of: args.of.clone().unwrap_or_default(), depth: args.depth as usize },
        KindArg::Citations => Kind::Citations,
    };
    Request {
        top: args.top as usize,
        lang: match args.lang {
            LangArg::Zh => Lang::Zh,
            LangArg::En => Lang::En,
        },
        documents: args.documents,
        engine: args.engine.map(|engine| match engine {
            EngineArg::Dot => Engine::Dot,
            EngineArg::Neato => Engine::Neato,
        }),
        ..Request::new(kind)
    }
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Dot => Format::Dot,
            FormatArg::Svg => Format::Svg,
            FormatArg::Png => Format::Png,
            FormatArg::Pdf => Format::Pdf,
        }
    }
}
