//! Pictures of the graph: what to show ([`Kind`]), how it looks (the ontology says), and its drawing by Graphviz.
//!
//! ```text
//! store → facts → view (petgraph) → prune → DOT (graphviz-rust) → svg, png, pdf (the program `dot`)
//!                                    ├────→ graphml, gexf, mermaid
//!                                    └────→ svg without `dot`
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `facts` | reads entities, claims, figures, passages and documents, sorted |
//! | `kinds` | choose what a picture shows, one file a kind |
//! | `view` | the chosen things and lines, and how to gather them |
//! | `web`, `prune`, `community` | who is tied to whom; centrality, and what stays when there is too much; who belongs together |
//! | `style`, `theme` | shapes, families and labels out of the ontology; colours and lines |
//! | `words`, `caption`, `label` | the words of a picture; what stands where; cleaning and wrapping of text |
//! | `dot`, `legend`, `syntax` | view → DOT |
//! | `exchange` | view → GraphML, GEXF, Mermaid |
//! | `plain`, `arrange` | view → SVG, where there is no Graphviz |
//! | `escape` | the one place where text becomes part of any of these |
//! | `render`, `svg` | DOT → file, by the program `dot`; what its SVG lacks |
//!
//! The same store gives the same DOT, byte for byte. The DOT names its engine and has all it needs, so
//! `dot -Tsvg picture.dot` draws the same picture that this module draws.

mod arrange;
mod caption;
mod community;
mod dot;
mod escape;
mod exchange;
mod facts;
mod kinds;
mod label;
mod legend;
mod plain;
mod prune;
pub mod render;
mod style;
mod svg;
mod syntax;
mod theme;
mod view;
mod web;
mod words;

use std::path::Path;

use oxigraph::model::Triple;

use self::dot::Drawing;
pub use self::escape::is_base;
use self::facts::{Claim4, Facts, Needs};
use self::kinds::{bureaus, construct, schema};
use self::style::Style;
pub use self::theme::Theme;
use self::view::{Context, Layout, View};
use self::web::Web;
pub use self::words::Lang;
use self::words::{Words, fill};
use crate::graph::{Store, StoreError};
use crate::ontology::{Schema, vocab};

/// Why no picture could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiagramError {
    /// No entity has the name asked for.
    #[error("nothing in the store is called {name:?}{}{}", of_class(class.as_deref()), did_you_mean(nearest))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The class that was meant, where only one was.
        class: Option<String>,
        /// Names that are like it.
        nearest: Vec<String>,
    },
    /// Several entities have the name asked for.
    #[error("{name:?} is the name of several entities; give one of these instead: {}", candidates.join(", "))]
    Ambiguous {
        /// The name asked for.
        name: String,
        /// The ends of their IRIs, with their classes.
        candidates: Vec<String>,
    },
    /// The engine that holds the quads refused.
    #[error("the RDF engine failed")]
    Engine(#[from] oxigraph::store::StorageError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// `ontology/interface.toml` is not as it should be.
    #[error("the words for pictures cannot be read")]
    Words(#[from] toml::de::Error),
}

fn of_class(class: Option<&str>) -> String {
    class.map_or_else(String::new, |class| format!(" and is a {class}"))
}

fn did_you_mean(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        _ => format!("; did you mean {}?", nearest.join(", ")),
    }
}

/// What a picture shows. Names are preferred labels, other labels, or IRIs or their ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All entities and what is stated between them.
    Network,
    /// One entity and all that is linked to it.
    Ego {
        /// Its name.
        of: String,
        /// How many lines away from it things may be.
        depth: usize,
    },
    /// Which policy documents stand beside which enterprises.
    Citations,
    /// Which bodies consult, copy and issue with whom.
    Bureaus,
    /// Towns with their industries, parks, enterprises and platforms.
    Towns {
        /// The name of one town, where not all are meant.
        of: Option<String>,
    },
    /// One policy document: who issued it, what it supports, who cites it.
    Policy {
        /// Its name.
        of: String,
    },
    /// Industries with their chain leaders, platforms, parks and clusters.
    Chain {
        /// The name of one industry, where not all are meant.
        of: Option<String>,
    },
    /// What the letters of each year say of one entity.
    Timeline {
        /// Its name.
        of: String,
    },
    /// How two entities are connected.
    Path {
        /// Where the way begins.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// The triples that a query made.
    Construct {
        /// What they are; a general title stands where this is empty.
        title: String,
        /// The triples.
        triples: Vec<Triple>,
    },
}

impl Kind {
    fn needs(&self) -> Needs {
        Needs {
            passages: matches!(self, Kind::Citations | Kind::Policy { .. }),
            figures: matches!(self, Kind::Timeline { .. }),
            outline: false,
        }
    }
}

/// The layout engine of Graphviz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Layers from left to right, with a frame around each group.
    Dot,
    /// By forces: what is linked lies close.
    Neato,
    /// By forces, for many.
    Sfdp,
    /// Rings around the middle.
    Twopi,
}

impl Engine {
    /// Up to this number of nodes and lines neato takes seconds; beyond, sfdp is as legible and much faster.
    const MANY: usize = 900;

    /// The engine that shows a view best.
    fn best_for(view: &View) -> Self {
        match view.layout {
            Layout::Layers | Layout::Columns => Engine::Dot,
            Layout::Rings if view.graph.node_count() <= 16 => Engine::Twopi,
            Layout::Force | Layout::Rings => {
                if view.graph.node_count() + view.graph.edge_count() <= Self::MANY {
                    Engine::Neato
                } else {
                    Engine::Sfdp
                }
            }
        }
    }

    /// Its name in Graphviz.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Dot => "dot",
            Engine::Neato => "neato",
            Engine::Sfdp => "sfdp",
            Engine::Twopi => "twopi",
        }
    }

    /// Whether it can keep the members of a group inside a frame.
    fn has_frames(self) -> bool {
        self == Engine::Dot
    }

    /// Whether labels of lines have to be nodes, because the engine makes no room for them otherwise.
    fn labels_are_nodes(self) -> bool {
        self != Engine::Dot
    }
}

/// What stands together in one frame, with the engines that draw frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// What is of one class.
    #[default]
    Class,
    /// What is tied more firmly among itself than to the rest.
    Community,
    /// Nothing: no frames.
    None,
}

/// What to draw and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to show.
    pub kind: Kind,
    /// How many entities at most.
    pub top: usize,
    /// The language of titles, legend, class and predicate names.
    pub lang: Lang,
    /// Whether the documents are shown as well.
    pub documents: bool,
    /// The layout engine, where it should not be the best one for the kind.
    pub engine: Option<Engine>,
    /// What stands together, where it should not be what is best for the kind.
    pub group: Option<Group>,
    /// Colours.
    pub theme: Theme,
    /// What the addresses of entity pages begin with; see [`is_base`].
    pub base: String,
}

impl Request {
    /// A request with the usual settings.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            top: 60,
            lang: Lang::default(),
            documents: false,
            engine: None,
            group: None,
            theme: Theme::default(),
            base: vocab::ID.to_owned(),
        }
    }
}

/// A finished picture.
#[derive(Debug)]
pub struct Picture {
    /// The DOT text.
    pub dot: String,
    /// Entities shown.
    pub entities: usize,
    /// Relations shown.
    pub relations: usize,
    /// Entities there were to choose from.
    pub candidates: usize,
    /// Relations between these that are not shown.
    pub left_out: usize,
    drawing: Drawing,
}

impl Picture {
    /// Whether anything was left out for want of room.
    pub fn is_cut(&self) -> bool {
        self.entities < self.candidates || self.left_out > 0
    }

    /// What is shown and what is not, as it stands in the picture.
    ///
    /// # Errors
    ///
    /// When the words cannot be read.
    pub fn note(&self, lang: Lang) -> Result<String, DiagramError> {
        Ok(note(&self.drawing.view, &Words::load(lang)?))
    }

    /// The picture for yEd, Gephi, Cytoscape and libraries for graphs.
    pub fn graphml(&self) -> String {
        exchange::graphml(&self.drawing)
    }

    /// The picture for Gephi, with colours and sizes.
    pub fn gexf(&self) -> String {
        exchange::gexf(&self.drawing)
    }

    /// The picture for Markdown files that are shown by a page that knows Mermaid.
    pub fn mermaid(&self) -> String {
        exchange::mermaid(&self.drawing)
    }

    /// The picture as SVG, laid out without Graphviz.
    pub fn plain_svg(&self) -> String {
        plain::svg(&self.drawing)
    }

    /// What Graphviz drew of [`Self::dot`], with titles that can be read aloud in place of the names of nodes.
    pub fn accessible(&self, svg: &str) -> String {
        svg::accessible(svg, &self.drawing)
    }
}

/// Draws what is asked for; nothing when the store holds nothing of the kind.
///
/// # Errors
///
/// When no entity, or more than one, has the name asked for, and when the store cannot be read.
pub fn draw(store: &Store, request: &Request) -> Result<Option<Picture>, DiagramError> {
    let style = Style::read(store, request.lang)?;
    let facts = Facts::read(store, request.kind.needs())?;
    picture(&facts, style, request)
}

/// Draws the same from the store at `dir` without loading all of it, which takes a fraction of the time and memory.
///
/// # Errors
///
/// As [`draw`], and when there is no sound store at `dir`.
pub fn draw_from(dir: &Path, request: &Request) -> Result<Option<Picture>, DiagramError> {
    let outline = request.kind == Kind::Network && !request.documents;
    if outline && let Some(picture) = sketched(dir, request)? {
        return Ok(Some(picture));
    }
    let (facts, ontology) = Facts::scan(dir, request.kind.needs())?;
    picture(&facts, Style::of(ontology, request.lang), request)
}

/// The picture drawn from the plain relations of a large store, with the quotes of those alone that are shown; nothing when
/// one of the quotes is not found by what the others say, so that all has to be read.
fn sketched(dir: &Path, request: &Request) -> Result<Option<Picture>, DiagramError> {
    let (facts, ontology) = Facts::scan(dir, Needs { outline: true, ..request.kind.needs() })?;
    let words = Words::load(request.lang)?;
    let mut style = Style::of(ontology, request.lang);
    define(&mut style, &words);
    let mut view = kinds::view(&Context { facts: &facts, style: &style, words: &words, request })?;
    let open: Vec<Claim4> = view.open_quotes().filter_map(|quote| quote.claim).collect();
    let quotes = facts.quotes(dir, &open)?;
    for quote in view.open_quotes() {
        let Some(text) = quote.claim.take().and_then(|claim| quotes.get(&claim)) else { return Ok(None) };
        quote.text.clone_from(text);
    }
    Ok(finish(view, style, words, request))
}

fn picture(facts: &Facts, mut style: Style, request: &Request) -> Result<Option<Picture>, DiagramError> {
    let words = Words::load(request.lang)?;
    define(&mut style, &words);
    let view = kinds::view(&Context { facts, style: &style, words: &words, request })?;
    Ok(finish(view, style, words, request))
}

/// Draws the classes and relations of an ontology; nothing when it has no relations. The kind in `request` is not looked
/// at.
///
/// # Errors
///
/// When the words cannot be read.
pub fn draw_ontology(ontology: &Schema, request: &Request) -> Result<Option<Picture>, DiagramError> {
    let mut style = Style::of(ontology.quads(), request.lang);
    let words = Words::load(request.lang)?;
    define(&mut style, &words);
    let facts = Facts::default();
    let view = schema::view(&Context { facts: &facts, style: &style, words: &words, request }, ontology);
    Ok(finish(view, style, words, request))
}

/// What pictures show and the ontology does not describe.
fn define(style: &mut Style, words: &Words) {
    style.define(schema::RELATION, &words.relation, Some("plaintext"));
    style.define(schema::SUB_CLASS_OF, &words.below, None);
    style.define(construct::THING, &words.thing, Some("box"));
    style.define(construct::VALUE, &words.value, Some("underline"));
    style.define(bureaus::ISSUED_TOGETHER, &words.issued_together, None);
    style.join(bureaus::ISSUED_TOGETHER, vocab::ISSUED_BY.as_str());
    style.symmetric(bureaus::ISSUED_TOGETHER);
}

fn finish(mut view: View, style: Style, words: Words, request: &Request) -> Option<Picture> {
    if view.graph.edge_count() == 0 {
        return None;
    }
    let group = request.group.unwrap_or(if view.framed { Group::Class } else { Group::None });
    let mut engine = request.engine.unwrap_or_else(|| Engine::best_for(&view));
    if group == Group::Community {
        let communities = community::communities(&Web::of_graph(&view.graph));
        for (node, community) in view.graph.node_weights_mut().zip(communities) {
            node.community = community;
        }
        engine = request.engine.unwrap_or(Engine::Dot);
    }
    let note = note(&view, &words);
    let (theme, base) = (request.theme, request.base.clone());
    let drawing = Drawing { view, style, words, engine, group, theme, base, note };
    Some(Picture {
        dot: dot::text(&drawing),
        entities: drawing.view.graph.node_count(),
        relations: drawing.view.relations(),
        candidates: drawing.view.candidates,
        left_out: drawing.view.left_out,
        drawing,
    })
}

/// What is shown and what is not, in the words of a language.
fn note(view: &View, words: &Words) -> String {
    let shown = view.graph.node_count();
    let is_relation = |node: &&view::Node| node.class == schema::RELATION;
    if view.terms {
        let classes: std::collections::BTreeSet<&str> =
            view.graph.node_weights().filter(|node| !is_relation(node)).map(|node| node.class.as_str()).collect();
        let relations = view.graph.node_weights().filter(is_relation).count();
        return fill(&words.terms, &[("classes", &classes.len()), ("relations", &relations)]);
    }
    let template = match (view.ties, shown < view.candidates, view.left_out > 0) {
        // Two that are only named together are tied, but no relation is stated.
        (true, true, _) => &words.cut_ties,
        (true, false, true) => &words.thin_ties,
        (true, false, false) => &words.whole_ties,
        (false, true, _) => &words.cut,
        (false, false, true) => &words.thin,
        (false, false, false) => &words.whole,
    };
    fill(
        template,
        &[("shown", &shown), ("relations", &view.relations()), ("total", &view.candidates), ("left", &view.left_out)],
    )
}
