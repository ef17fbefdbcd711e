//! Pictures of the graph: what to show ([`Kind`]), how it looks (the ontology says), and its drawing by Graphviz.
//!
//! ```text
//! store → facts → view (petgraph) → prune → DOT (graphviz-rust) → svg, png, pdf (the program `dot`)
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `facts` | reads entities, claims, passages and documents, sorted |
//! | `network`, `ego`, `citations` | choose what a picture shows, one file a kind |
//! | `view` | the chosen entities and lines, and how to gather them |
//! | `prune` | centrality, and which entities stay when there are too many |
//! | `style` | colours, shapes, families and labels out of the ontology |
//! | `words`, `label` | the words of a picture; cleaning and wrapping of text |
//! | `dot`, `legend` | view → DOT |
//! | `syntax` | the pieces of DOT; the one place that quotes text |
//! | `render` | DOT → file, by the program `dot` |
//!
//! The same store gives the same DOT, byte for byte. The DOT names its engine and has all it needs, so
//! `dot -Tsvg picture.dot` draws the same picture that this module draws.

mod citations;
mod dot;
mod ego;
mod facts;
mod label;
mod legend;
mod network;
mod prune;
pub mod render;
mod style;
mod syntax;
mod view;
mod words;

use self::facts::Facts;
use self::style::Style;
pub use self::words::Lang;
use self::words::{Words, fill};
use crate::graph::Store;

/// Why no picture could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiagramError {
    /// No entity has the name asked for.
    #[error("nothing in the store is called {name:?}{}", did_you_mean(nearest))]
    Unknown {
        /// The name asked for.
        name: String,
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
    /// `ontology/interface.toml` is not as it should be.
    #[error("the words for pictures cannot be read")]
    Words(#[from] toml::de::Error),
}

fn did_you_mean(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        _ => format!("; did you mean {}?", nearest.join(", ")),
    }
}

/// What a picture shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All entities and what is stated between them.
    Network,
    /// One entity and all that is linked to it.
    Ego {
        /// Its preferred label, another label, or its IRI.
        of: String,
        /// How many lines away from it things may be.
        depth: usize,
    },
    /// Which policy documents stand beside which enterprises.
    Citations,
}

/// The layout engine of Graphviz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Layers from left to right, with a frame around each class.
    Dot,
    /// By forces: what is linked lies close.
    Neato,
}

impl Engine {
    /// The engine that shows a kind best.
    pub fn best_for(kind: &Kind) -> Self {
        match kind {
            Kind::Network | Kind::Ego { .. } => Engine::Neato,
            Kind::Citations => Engine::Dot,
        }
    }

    /// Its name in Graphviz.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Dot => "dot",
            Engine::Neato => "neato",
        }
    }

    /// Whether it can keep the members of a class inside a frame.
    fn has_frames(self) -> bool {
        matches!(self, Engine::Dot)
    }

    /// Whether labels of lines have to be nodes, because the engine makes no room for them otherwise.
    fn labels_are_nodes(self) -> bool {
        matches!(self, Engine::Neato)
    }
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
}

impl Request {
    /// A request with the usual settings.
    pub fn new(kind: Kind) -> Self {
        Self { kind, top: 60, lang: Lang::default(), documents: false, engine: None }
    }
}

/// A finished picture, in DOT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub kind: Kind,
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
}

impl Picture {
    /// Whether anything was left out for want of room.
    pub fn is_cut(&self) -> bool {
        self.entities < self.candidates
    }

    /// What is shown and what is not, as it stands in the picture.
    ///
    /// # Errors
    ///
    /// When the words cannot be read.
    pub fn note(&self, lang: Lang) -> Result<String, DiagramError> {
        Ok(note(self, &Words::load(lang)?))
    }
}

/// Draws what is asked for; nothing when the store holds nothing of the kind.
///
/// # Errors
///
/// When no entity, or more than one, has the name asked for, and when the store cannot be read.
pub fn draw(store: &Store, request: &Request) -> Result<Option<Picture>, DiagramError> {
    let words = Words::load(request.lang)?;
    let style = Style::read(store, request.lang)?;
    let facts = Facts::read(store)?;
    let Request { kind, top, documents, .. } = request;
    let view = match kind {
        Kind::Network => network::view(&facts, &style, *top, *documents),
        Kind::Ego { of, depth } => ego::view(&facts, &style, of, *depth, *top)?,
        Kind::Citations => citations::view(&facts, &style, *top, *documents),
    };
    if view.graph.edge_count() == 0 {
        return Ok(None);
    }
    let mut picture = Picture {
        kind: kind.clone(),
        dot: String::new(),
        entities: view.graph.node_count(),
        relations: view.relations(),
        candidates: view.candidates,
        left_out: view.left_out,
    };
    let note = note(&picture, &words);
    let engine = request.engine.unwrap_or_else(|| Engine::best_for(kind));
    picture.dot = dot::text(&dot::Drawing { view: &view, style: &style, words: &words, engine, note: &note });
    Ok(Some(picture))
}

/// What is shown and what is not, in the words of a language.
fn note(picture: &Picture, words: &Words) -> String {
    let template = match (&picture.kind, picture.is_cut()) {
        // Two that are only named together are tied, but no relation is stated.
        (Kind::Citations, true) => &words.cut_ties,
        (Kind::Citations, false) => &words.whole_ties,
        (_, true) => &words.cut,
        (_, false) => &words.whole,
    };
    fill(
        template,
        &[
            ("shown", &picture.entities),
            ("relations", &picture.relations),
            ("total", &picture.candidates),
            ("left", &picture.left_out),
        ],
    )
}
