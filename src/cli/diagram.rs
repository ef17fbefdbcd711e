//! `wenmai diagram`: draws the graph of a store.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, ValueEnum};

use super::{Cli, Outcome, output};
use crate::diagram::render::{self, Format};
use crate::diagram::{self, DiagramError, Engine, Group, Kind, Lang, Picture, Request, Theme};
use crate::knowledge::Files;
use crate::ontology::Schema;
use crate::query::{self, Answer, Definition, Limits};

/// Draw the graph of a store.
#[derive(Args, Debug)]
pub struct DiagramArgs {
    /// What to show.
    #[arg(required_unless_present = "query")]
    kind: Option<KindArg>,
    /// Draw what the CONSTRUCT query in this file makes.
    #[arg(long, value_name = "FILE.rq", conflicts_with = "kind")]
    query: Option<PathBuf>,
    /// A parameter of the query; may be repeated.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = super::query::pair, requires = "query")]
    params: Vec<(String, String)>,
    /// Folder of the store.
    #[arg(long, value_name = "DIR", default_value = super::STORE)]
    store: PathBuf,
    /// For `ontology`: folder with knowledge files of your own.
    #[arg(long, value_name = "DIR")]
    ontology: Option<PathBuf>,
    /// File to write, in the format that its ending names: dot, svg, png, pdf, graphml, gexf or mmd. `-` writes to standard
    /// output, DOT unless --format says otherwise.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Format, whatever the file is called.
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// Show at most this many entities, the most central ones.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..))]
    top: u32,
    /// For `ego`, `policy` and `timeline`, and if you like `towns` and `chain`: the name of the entity, or the end of its
    /// IRI such as `Bank/NAME`.
    #[arg(long, value_name = "NAME")]
    of: Option<String>,
    /// For `path`: where the way begins.
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// For `path`: where the way ends.
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// For `ego`: how many lines away from it things may be.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    depth: u32,
    /// For `network`, `citations` and `path`: show the letters as well.
    #[arg(long)]
    documents: bool,
    /// Language of titles, legend, class and predicate names.
    #[arg(long, value_enum, default_value = "zh")]
    lang: LangArg,
    /// What stands in one frame: what is of one class, or what is tied most firmly. `community` makes `dot` the engine.
    #[arg(long, value_enum)]
    group: Option<GroupArg>,
    /// Colours: for a white page, a dark screen, or black and white paper.
    #[arg(long, value_enum, default_value = "light")]
    theme: ThemeArg,
    /// Layout engine of Graphviz, where it should not be the best one for the kind.
    #[arg(long, value_enum)]
    engine: Option<EngineArg>,
    /// For png: pixels to the inch.
    #[arg(long, value_name = "N", default_value_t = 144, value_parser = clap::value_parser!(u32).range(36..=1200))]
    dpi: u32,
    /// What the addresses of entity pages begin with, where they should not lead to the IRIs themselves: an address of the
    /// web, or a path such as `/id/`.
    #[arg(long, value_name = "URL", value_parser = base)]
    link_base: Option<String>,
    /// Replace the file if it exists.
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindArg {
    /// All entities and what is stated between them.
    Network,
    /// One entity (--of) and all that is linked to it.
    Ego,
    /// Which policy documents stand beside which enterprises.
    Citations,
    /// Which bodies consult, copy and issue with whom.
    Bureaus,
    /// Towns, or one of them (--of), with their industries, parks, enterprises and platforms.
    Towns,
    /// One policy document (--of): who issued it, what it supports, who cites it.
    Policy,
    /// Industries, or one of them (--of), with chain leaders, platforms, parks and clusters.
    Chain,
    /// What the letters of each year say of one entity (--of).
    Timeline,
    /// The classes and relations of the ontology; needs no store.
    Ontology,
    /// How two entities are connected (--from and --to).
    Path,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    Dot,
    Svg,
    Png,
    Pdf,
    Graphml,
    Gexf,
    Mermaid,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LangArg {
    Zh,
    En,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GroupArg {
    Class,
    Community,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ThemeArg {
    Light,
    Dark,
    Print,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum EngineArg {
    /// Layers from left to right, with a frame around each class.
    Dot,
    /// By forces: what is linked lies close.
    Neato,
    /// By forces, for many.
    Sfdp,
    /// Rings around the middle.
    Twopi,
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
    check_names(args);
    if !stdout {
        output::check_target(&args.output, args.force)?;
    }
    let Some(picture) = picture(args)? else {
        eprintln!("{}: {}; no file was written", args.store.display(), nothing(args));
        return Ok(Outcome::Found);
    };
    let rendered = render::render(&picture, format, args.dpi)?;
    if rendered.plain {
        eprintln!(
            "Graphviz is not installed, so the picture is laid out in a plainer way: apt-get install graphviz fonts-noto-cjk"
        );
    } else if format.is_drawn() && render::has_chinese_font() == Some(false) {
        eprintln!(
            "no font with Chinese characters is installed, so boxes may stand for them: apt-get install fonts-noto-cjk"
        );
    }
    if stdout {
        io::stdout().write_all(&rendered.bytes).context("standard output cannot be written")?;
    } else {
        output::write(&args.output, &rendered.bytes, args.force)?;
        eprintln!("{}: {}", args.output.display(), summary(&picture)?);
    }
    if stdout && picture.is_cut() {
        eprintln!("{}", summary(&picture)?);
    }
    Ok(Outcome::Done)
}

fn picture(args: &DiagramArgs) -> anyhow::Result<Option<Picture>> {
    if args.kind == Some(KindArg::Ontology) {
        let files = match &args.ontology {
            Some(dir) => Files::from_dir(dir)?,
            None => Files::embedded(),
        };
        let schema = Schema::parse(files.get("wenmai.ttl")?)?;
        return Ok(diagram::draw_ontology(&schema, &request(args, Kind::Network))?);
    }
    if let Some(path) = &args.query {
        let definition = Definition::read(path)?;
        let prepared = definition.prepare(&args.params)?;
        let engine = query::Engine::open(&args.store)?;
        let timeout = Some(Duration::from_secs(60));
        let Answer::Graph(triples) = engine.run(&prepared, &Limits { timeout, ..Limits::default() })? else {
            bail!("{}: this is no CONSTRUCT; a picture is made of triples", path.display());
        };
        let title = match args.lang {
            LangArg::Zh => definition.title.zh,
            LangArg::En => definition.title.en,
        };
        let request = request(args, Kind::Construct { title, triples });
        return Ok(diagram::draw(engine.store(), &request)?);
    }
    Ok(diagram::draw_from(&args.store, &request(args, kind(args)))?)
}

fn summary(picture: &Picture) -> Result<String, DiagramError> {
    picture.note(Lang::En)
}

/// Refuses a kind without the names that it needs, as the parser of arguments would.
fn check_names(args: &DiagramArgs) {
    use KindArg::{Ego, Path, Policy, Timeline};
    let missing = match args.kind {
        Some(Ego | Policy | Timeline) if args.of.is_none() => "--of <NAME>",
        Some(Path) if args.from.is_none() => "--from <NAME>",
        Some(Path) if args.to.is_none() => "--to <NAME>",
        _ => return,
    };
    let kind = args.kind.and_then(|kind| Some(kind.to_possible_value()?.get_name().to_owned())).unwrap_or_default();
    let message = format!("`diagram {kind}` needs {missing}");
    Cli::command().error(ErrorKind::MissingRequiredArgument, message).exit();
}

/// Says of an empty picture what there is none of.
fn nothing(args: &DiagramArgs) -> String {
    let name = |name: &Option<String>| format!("{:?}", name.as_deref().unwrap_or_default());
    match args.kind {
        None => "the query makes no triples between things".to_owned(),
        Some(KindArg::Ego | KindArg::Policy) => format!("nothing is linked to {}", name(&args.of)),
        Some(KindArg::Timeline) => format!("no document states anything of {}", name(&args.of)),
        Some(KindArg::Citations) => "no policy document stands beside an enterprise".to_owned(),
        Some(KindArg::Bureaus) => "no relations between bodies".to_owned(),
        Some(KindArg::Towns | KindArg::Chain) if args.of.is_some() => {
            format!("nothing is linked to {}", name(&args.of))
        }
        Some(KindArg::Towns) => "nothing is linked to a town".to_owned(),
        Some(KindArg::Chain) => "no industry has a chain leader, platform, park or cluster".to_owned(),
        Some(KindArg::Path) => format!("no way leads from {} to {}", name(&args.from), name(&args.to)),
        Some(KindArg::Network | KindArg::Ontology) => "no relations between entities".to_owned(),
    }
}

fn kind(args: &DiagramArgs) -> Kind {
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    let of = name(&args.of);
    match args.kind {
        Some(KindArg::Ego) => Kind::Ego { of, depth: args.depth as usize },
        Some(KindArg::Citations) => Kind::Citations,
        Some(KindArg::Bureaus) => Kind::Bureaus,
        Some(KindArg::Towns) => Kind::Towns { of: args.of.clone() },
        Some(KindArg::Policy) => Kind::Policy { of },
        Some(KindArg::Chain) => Kind::Chain { of: args.of.clone() },
        Some(KindArg::Timeline) => Kind::Timeline { of },
        Some(KindArg::Path) => Kind::Path { from: name(&args.from), to: name(&args.to) },
        Some(KindArg::Network | KindArg::Ontology) | None => Kind::Network,
    }
}

fn request(args: &DiagramArgs, kind: Kind) -> Request {
    let usual = Request::new(kind);
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
            EngineArg::Sfdp => Engine::Sfdp,
            EngineArg::Twopi => Engine::Twopi,
        }),
        group: args.group.map(|group| match group {
            GroupArg::Class => Group::Class,
            GroupArg::Community => Group::Community,
            GroupArg::None => Group::None,
        }),
        theme: match args.theme {
            ThemeArg::Light => Theme::Light,
            ThemeArg::Dark => Theme::Dark,
            ThemeArg::Print => Theme::Print,
        },
        base: args.link_base.clone().unwrap_or(usual.base),
        ..Request::new(usual.kind)
    }
}

fn base(text: &str) -> Result<String, String> {
    if diagram::is_base(text) {
        Ok(text.to_owned())
    } else {
        Err("begin it with https://, http:// or /, and write other characters as %XX".to_owned())
    }
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Dot => Format::Dot,
            FormatArg::Svg => Format::Svg,
            FormatArg::Png => Format::Png,
            FormatArg::Pdf => Format::Pdf,
            FormatArg::Graphml => Format::GraphMl,
            FormatArg::Gexf => Format::Gexf,
            FormatArg::Mermaid => Format::Mermaid,
        }
    }
}
