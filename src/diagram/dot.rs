//! View → DOT: a syntax tree of `graphviz-rust`, printed by it.
//!
//! Nodes are named `n1`, `n2` …, never after what they stand for, and no attribute that makes Graphviz open or link to
//! something (`image`, `URL`, `shapefile`, `fontpath`) is ever written.
//!
//! Engines that place nodes by forces put the label of a line wherever its middle happens to be, on top of others. For
//! these a label is a small node of its own halfway (`e1`, `e2` …): then nothing overlaps it and lines lead around it.

use std::collections::BTreeMap;

use graphviz_rust::dot_structures::{Attribute, Graph, GraphAttributes, Id, Stmt, Subgraph};
use graphviz_rust::printer::{DotPrinter as _, PrinterContext};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::style::{self, Style, text_on};
use super::syntax::{attr, edge, name, node, tooltip};
use super::view::{Arrow, Link, Node, Quote, Subject, Tie, View};
use super::words::{Words, fill};
use super::{Engine, label, legend};

/// Families that Graphviz and browsers look for one after the other; the first two have all Chinese characters.
const FONT: &str = "Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,PingFang SC,sans-serif";
/// Up to this number of nodes and labels, lines are led around them; beyond, that takes minutes, and lines are straight.
const ROUTED: usize = 200;
const FRAME: &str = "#BBBBBB";
const BORDER: &str = "#555555";

/// All that the parts of a drawing need to know.
pub(super) struct Drawing<'a> {
    pub view: &'a View,
    pub style: &'a Style,
    pub words: &'a Words,
    pub engine: Engine,
    /// What was cut, or that nothing was.
    pub note: &'a str,
}

/// The DOT text of a view. The same view gives the same text.
pub(super) fn text(drawing: &Drawing<'_>) -> String {
    let mut text = graph(drawing).print(&mut PrinterContext::default());
    text.push('\n');
    text
}

/// The syntax tree of a drawing.
pub(super) fn graph(drawing: &Drawing<'_>) -> Graph {
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(graph_attributes(drawing))),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            attr("fontname", FONT),
            attr("style", "filled"),
            attr("color", BORDER),
            attr("penwidth", "0.8"),
            attr("margin", "0.09,0.04"),
            attr("width", "0.4"),
            attr("height", "0.3"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            attr("fontname", FONT),
            attr("fontsize", "9"),
            attr("arrowsize", "0.6"),
        ])),
    ];
    let names = groups(drawing, &mut stmts);
    for (number, line) in drawing.view.graph.edge_references().enumerate() {
        let ends = (name("n", names[&line.source()]), name("n", names[&line.target()]));
        lines(drawing, number + 1, ends, line.weight(), &mut stmts);
    }
    stmts.push(legend::legend(drawing));
    Graph::DiGraph { id: Id::Plain("wenmai".to_owned()), strict: false, stmts }
}

fn graph_attributes(drawing: &Drawing<'_>) -> Vec<Attribute> {
    let mut all = vec![
        attr("layout", drawing.engine.name()),
        attr("charset", "UTF-8"),
        attr("fontname", FONT),
        attr("fontsize", "16"),
        attr("label", title(drawing)),
        attr("labelloc", "t"),
        attr("bgcolor", "#FFFFFF"),
        attr("pad", "0.3"),
        attr("newrank", "true"),
        // Where lines are straight, they pass behind nodes and labels.
        attr("outputorder", "edgesfirst"),
        attr("tooltip", " "),
    ];
    let graph = &drawing.view.graph;
    let splines = if graph.node_count() + graph.edge_count() <= ROUTED { "true" } else { "line" };
    match drawing.engine {
        Engine::Dot => all.extend([attr("rankdir", "LR"), attr("ranksep", "1.6"), attr("nodesep", "0.15")]),
        Engine::Neato => all.extend([
            attr("start", "1"),
            attr("overlap", "false"),
            attr("overlap_scaling", "0"),
            attr("sep", "+6"),
            attr("splines", splines),
            attr("pack", "24"),
            attr("packmode", pack_mode(drawing)),
        ]),
    }
    all
}

/// How the parts that do not hang together are put: a few in three columns, the largest first and the legend beside it
/// rather than above; many as close as they fit.
fn pack_mode(drawing: &Drawing<'_>) -> &'static str {
    const FEW: usize = 15;
    match petgraph::algo::connected_components(&drawing.view.graph) {
        0..=FEW => "array_tl3",
        _ => "node",
    }
}

/// Title, what is shown of how much, and the source.
fn title(drawing: &Drawing<'_>) -> String {
    const SOURCES: usize = 5;
    let Drawing { view, words, .. } = drawing;
    let title = match &view.subject {
        Subject::Network => words.network.clone(),
        Subject::Ego { name, depth } => fill(&words.ego, &[("name", &label::shorten(name, 40)), ("depth", &depth)]),
        Subject::Citations => words.citations.clone(),
    };
    let mut lines = vec![title, drawing.note.to_owned()];
    if !view.sources.is_empty() {
        let few: Vec<&str> = view.sources.iter().take(SOURCES).map(String::as_str).collect();
        let documents = together(&few, &words.joiner, 72);
        let count = view.sources.len();
        let template = if count > SOURCES { &words.more_sources } else { &words.sources };
        lines.push(fill(template, &[("documents", &documents), ("count", &count)]));
    }
    // A last line of its own keeps the picture off the title.
    lines.push(" ".to_owned());
    lines.join("\n")
}

/// `names` one after the other, on lines of about `most` columns; a name is never broken.
fn together(names: &[&str], joiner: &str, most: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for (n, name) in names.iter().enumerate() {
        let name = label::clean(name);
        if n > 0 {
            out.push_str(joiner);
            if used + label::columns(&name) > most {
                out.push('\n');
                used = 0;
            }
        }
        out.push_str(&name);
        used += label::columns(&name) + label::columns(joiner);
    }
    out
}

/// Writes the nodes, those of one class together, and gives their numbers.
fn groups(drawing: &Drawing<'_>, stmts: &mut Vec<Stmt>) -> BTreeMap<NodeIndex, usize> {
    let graph = &drawing.view.graph;
    let mut classes: BTreeMap<&str, Vec<NodeIndex>> = BTreeMap::new();
    for index in graph.node_indices() {
        classes.entry(&graph[index].class).or_default().push(index);
    }
    let most = graph.node_weights().map(|node| node.rank).fold(0.0, f64::max);
    let mut names = BTreeMap::new();
    for (number, (class, members)) in classes.iter().enumerate() {
        let mut inside = Vec::new();
        if drawing.engine.has_frames() {
            let heading = [("label", &drawing.style.label(class) as &dyn std::fmt::Display), ("count", &members.len())];
            let heading = [
                attr("label", fill(&drawing.words.entry, &heading)),
                attr("labeljust", heading_side(graph, members)),
                attr("fontsize", "12"),
                attr("style", "rounded"),
                attr("color", FRAME),
            ];
            inside.extend(heading.map(Stmt::Attribute));
        }
        if drawing.engine == Engine::Dot && drawing.view.subject == Subject::Citations {
            // One column for the members of a class.
            inside.push(Stmt::Attribute(attr("rank", "same")));
        }
        for index in members {
            names.insert(*index, names.len() + 1);
            inside.push(node(name("n", names.len()), node_attributes(drawing, &graph[*index], most)));
        }
        let kind = if drawing.engine.has_frames() { "cluster_class" } else { "class" };
        stmts.push(Stmt::Subgraph(Subgraph { id: name(kind, number + 1), stmts: inside }));
    }
    names
}

/// Where the heading of a frame is out of the way of lines, which lead from left to right.
fn heading_side(graph: &DiGraph<Node, Link>, members: &[NodeIndex]) -> &'static str {
    let any = |direction| members.iter().any(|node| graph.edges_directed(*node, direction).next().is_some());
    match (any(petgraph::Incoming), any(petgraph::Outgoing)) {
        (false, _) => "l",
        (true, false) => "r",
        (true, true) => "c",
    }
}

fn node_attributes(drawing: &Drawing<'_>, node: &Node, most: f64) -> Vec<Attribute> {
    let Drawing { style, words, .. } = drawing;
    let class = style.class(&node.class);
    // The area of the text grows with the rank, from 10 to 20 points.
    let size = if most > 0.0 { 10.0 + 10.0 * (node.rank / most).sqrt() } else { 10.0 };
    let documents = node.documents;
    let mut note = fill(
        &words.node_note,
        &[("label", &label::quoted(&node.label)), ("class", &class.label), ("documents", &documents)],
    );
    if !node.aliases.is_empty() {
        let aliases = label::quoted(&node.aliases.join(&words.joiner));
        note = format!("{note}\n{}", fill(&words.node_aliases, &[("aliases", &aliases)]));
    }
    let mut all = vec![
        attr("label", label::node(&node.label)),
        attr("shape", class.shape),
        attr("fillcolor", &class.fill),
        attr("fontcolor", text_on(&class.fill)),
        attr("fontsize", format!("{size:.0}")),
        tooltip(&note),
    ];
    if !style::is_boxy(class.shape) {
        // Slanted sides make room enough.
        all.push(attr("margin", "0.02,0.01"));
    }
    if node.focus {
        all.extend([attr("penwidth", "3"), attr("color", "#000000")]);
    }
    all
}

/// Colour and dash of a line: the colour by the family of the relation that most documents state, the dash by how
/// firmly the two are tied.
fn line_style(style: &Style, link: &Link) -> (&'static str, &'static str) {
    let most = link.relations.values().map(|relation| relation.documents.len()).max();
    let main = link.relations.iter().find(|(_, relation)| Some(relation.documents.len()) == most);
    let line = style.line(main.and_then(|(predicate, _)| style.family(predicate)));
    match link.tie {
        Tie::Claim => (line.colour, line.dash),
        tie => (line.colour, tie_style(tie).1),
    }
}

/// Colour and dash of a line where it is drawn by how firmly the two are tied, whatever the relation.
pub(super) fn tie_style(tie: Tie) -> (&'static str, &'static str) {
    match tie {
        Tie::Claim => ("#000000", "solid"),
        Tie::Passage => ("#555555", "dashed"),
        Tie::Section => ("#555555", "dotted"),
    }
}

/// Writes one line with its label.
fn lines(drawing: &Drawing<'_>, number: usize, (from, to): (Id, Id), link: &Link, stmts: &mut Vec<Stmt>) {
    let (colour, dash) = match drawing.view.subject {
        Subject::Citations => tie_style(link.tie),
        _ => line_style(drawing.style, link),
    };
    let label = line_label(drawing, link);
    let note = line_note(drawing, link);
    let width = format!("{:.1}", 1.0 + 0.5 * (link.documents.len().clamp(1, 5) - 1) as f64);
    let look = |more: Vec<Attribute>| {
        let mut all = vec![attr("color", colour), attr("style", dash), attr("penwidth", &width), tooltip(&note)];
        all.extend(more);
        all
    };
    let direction = |head: bool, tail: bool| match (head, tail) {
        (true, true) => "both",
        (true, false) => "forward",
        (false, true) => "back",
        (false, false) => "none",
    };
    let head = matches!(link.arrow, Arrow::Forward | Arrow::Both);
    let tail = matches!(link.arrow, Arrow::Back | Arrow::Both);
    if drawing.engine.labels_are_nodes() {
        let middle = name("e", number);
        let label = vec![
            attr("label", label),
            attr("shape", "plaintext"),
            attr("fillcolor", "#FFFFFF"),
            attr("fontsize", "9"),
            attr("fontcolor", colour),
            attr("margin", "0.02,0.01"),
            attr("width", "0"),
            attr("height", "0"),
            tooltip(&note),
        ];
        stmts.push(node(middle.clone(), label));
        stmts.push(edge(from, middle.clone(), look(vec![attr("dir", direction(false, tail))])));
        stmts.push(edge(middle, to, look(vec![attr("dir", direction(head, false))])));
    } else {
        let label = vec![attr("dir", direction(head, tail)), attr("label", label), attr("fontcolor", colour)];
        stmts.push(edge(from, to, look(label)));
    }
}

/// What stands on a line: the relations, and how many documents state each where there are several; in the picture of
/// citations always the numbers of documents and places.
fn line_label(drawing: &Drawing<'_>, link: &Link) -> String {
    let Drawing { style, words, view, .. } = drawing;
    let citations = view.subject == Subject::Citations;
    let relation = |(predicate, relation): (&String, &super::view::Relation)| {
        let (label, count) = (style.label(predicate), relation.documents.len());
        if count > 1 && !citations { fill(&words.many, &[("label", &label), ("count", &count)]) } else { label }
    };
    let relations: Vec<String> = link.relations.iter().map(relation).collect();
    let relations = relations.join(&words.joiner);
    let (documents, places) = (link.documents.len(), link.places);
    if !citations {
        return relations;
    }
    match link.tie {
        Tie::Claim => fill(&words.stated, &[("label", &relations), ("documents", &documents)]),
        Tie::Passage => fill(&words.sentences, &[("documents", &documents), ("places", &places)]),
        Tie::Section => fill(&words.sections, &[("documents", &documents), ("places", &places)]),
    }
}

/// What stands under the pointer: the passages behind a line.
fn line_note(drawing: &Drawing<'_>, link: &Link) -> String {
    let Drawing { style, words, .. } = drawing;
    let mut notes: Vec<String> = link
        .relations
        .iter()
        .map(|(predicate, relation)| {
            let (label, quote) = (style.label(predicate), quote_note(words, &relation.quote));
            if quote.is_empty() { label } else { fill(&words.labelled, &[("label", &label), ("quote", &quote)]) }
        })
        .collect();
    if notes.is_empty() {
        notes.push(quote_note(words, &link.quote));
    }
    notes.join("\n")
}

fn quote_note(words: &Words, quote: &Quote) -> String {
    match quote.text.as_str() {
        "" => String::new(),
        text => fill(&words.quote, &[("quote", &label::quoted(text)), ("document", &quote.document)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_documents_are_not_broken() {
        let names = ["甲函〔2023〕1号", "乙函〔2024〕22号", "丙函〔2025〕333号"];
        assert_eq!(together(&names, "、", 40), "甲函〔2023〕1号、乙函〔2024〕22号、\n丙函〔2025〕333号");
        assert_eq!(together(&names[..1], "、", 3), "甲函〔2023〕1号");
    }
}
