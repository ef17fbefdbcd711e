//! View → DOT: a syntax tree of `graphviz-rust`, printed by it.
//!
//! Nodes are named `n1`, `n2` …, never after what they stand for, and no attribute that makes Graphviz open something
//! (`image`, `shapefile`, `fontpath`) is ever written. Addresses are made by [`super::escape::address`] alone.
//!
//! Engines that place nodes by forces put the label of a line wherever its middle happens to be, on top of others. For
//! these a label is a small node of its own halfway (`e1`, `e2` …): then nothing overlaps it and lines lead around it.

use std::collections::BTreeMap;

use graphviz_rust::dot_structures::{Attribute, Graph, GraphAttributes, Id, Stmt, Subgraph};
use graphviz_rust::printer::{DotPrinter as _, PrinterContext};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::style::{self, Style};
use super::syntax::{attr, edge, name, node, tooltip};
use super::theme::{Theme, text_on};
use super::view::{Arrow, Layout, Link, Node, View};
use super::words::Words;
use super::{Engine, Group, caption, label, legend};

/// Families that Graphviz and browsers look for one after the other; the first two have all Chinese characters.
pub(super) const FONT: &str = "Noto Sans CJK SC,Source Han Sans SC,Microsoft YaHei,PingFang SC,sans-serif";
/// Up to this number of nodes and labels, lines are led around them; beyond, that takes minutes, and lines are straight.
const ROUTED: usize = 200;

/// All that the parts of a drawing need to know.
#[derive(Debug)]
pub(super) struct Drawing {
    pub view: View,
    pub style: Style,
    pub words: Words,
    pub engine: Engine,
    pub group: Group,
    pub theme: Theme,
    /// What the addresses of entity pages begin with.
    pub base: String,
    /// What was cut, or that nothing was.
    pub note: String,
}

/// The DOT text of a view. The same view gives the same text.
pub(super) fn text(drawing: &Drawing) -> String {
    let mut text = graph(drawing).print(&mut PrinterContext::default());
    text.push('\n');
    text
}

/// The syntax tree of a drawing.
fn graph(drawing: &Drawing) -> Graph {
    let theme = drawing.theme;
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(graph_attributes(drawing))),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            attr("fontname", FONT),
            attr("style", "filled"),
            attr("color", theme.border(false)),
            attr("penwidth", "0.8"),
            attr("margin", "0.1,0.06"),
            attr("width", "0.4"),
            attr("height", "0.3"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            attr("fontname", FONT),
            attr("fontsize", "9"),
            attr("arrowsize", "0.8"),
        ])),
    ];
    let names = groups(drawing, &mut stmts);
    for (number, line) in drawing.view.graph.edge_references().enumerate() {
        let ends = (name("n", names[&line.source()]), name("n", names[&line.target()]));
        let address = caption::address(drawing, &drawing.view.graph[line.source()]);
        lines(drawing, number + 1, ends, (line.weight(), address), &mut stmts);
    }
    stmts.push(legend::legend(drawing));
    Graph::DiGraph { id: Id::Plain("wenmai".to_owned()), strict: false, stmts }
}

fn graph_attributes(drawing: &Drawing) -> Vec<Attribute> {
    let Drawing { view, theme, engine, .. } = drawing;
    // A last line of its own keeps the picture off the title.
    let title = [caption::heading(drawing), vec![" ".to_owned()]].concat().join("\n");
    let mut all = vec![
        attr("layout", engine.name()),
        attr("charset", "UTF-8"),
        attr("fontname", FONT),
        attr("fontsize", "16"),
        attr("fontcolor", theme.text()),
        attr("label", title),
        attr("labelloc", "t"),
        attr("bgcolor", theme.ground()),
        attr("pad", "0.3"),
        // Where lines are straight, they pass behind nodes and labels.
        attr("outputorder", "edgesfirst"),
        attr("tooltip", " "),
    ];
    let splines = if view.graph.node_count() + view.graph.edge_count() <= ROUTED { "true" } else { "line" };
    let apart = [attr("overlap_scaling", "0"), attr("sep", "+6"), attr("splines", splines), attr("pack", "24")];
    match engine {
        Engine::Dot => {
            all.push(attr("rankdir", "LR"));
            if is_layered(drawing) {
                let between = if view.terms { "2.4" } else { "1.0" };
                all.extend([attr("ranksep", between), attr("nodesep", "0.2")]);
            } else {
                // Frames get more columns than they need, but without it Graphviz fails on circles of frames. Labels of
                // lines then keep off each other only with more room.
                all.extend([attr("newrank", "true"), attr("ranksep", "1.2"), attr("nodesep", "0.4")]);
            }
        }
        Engine::Neato => {
            all.extend([attr("start", "1"), attr("overlap", "false")]);
            all.extend(apart);
            all.push(attr("packmode", pack_mode(view)));
        }
        Engine::Sfdp => {
            all.extend([attr("start", "1"), attr("overlap", "prism"), attr("K", "0.6"), attr("repulsiveforce", "1.4")]);
            all.extend(apart);
            all.push(attr("packmode", pack_mode(view)));
        }
        Engine::Twopi => {
            all.extend([attr("overlap", "false"), attr("ranksep", "1.1")]);
            all.extend(apart);
            all.push(attr("packmode", pack_mode(view)));
        }
    }
    all
}

/// Whether lines between different groups lead in no circle.
fn is_layered(drawing: &Drawing) -> bool {
    let mut of_node = BTreeMap::new();
    let mut between: DiGraph<(), ()> = DiGraph::new();
    for (_, members) in caption::groups(drawing) {
        let group = between.add_node(());
        of_node.extend(members.into_iter().map(|member| (member, group)));
    }
    for line in drawing.view.graph.edge_references() {
        let (from, to) = (of_node[&line.source()], of_node[&line.target()]);
        if from != to {
            between.update_edge(from, to, ());
        }
    }
    !petgraph::algo::is_cyclic_directed(&between)
}

/// How the parts that do not hang together are put: a few in three columns, the largest first and the legend beside it
/// rather than above; many as close as they fit.
fn pack_mode(view: &View) -> &'static str {
    const FEW: usize = 15;
    match petgraph::algo::connected_components(&view.graph) {
        0..=FEW => "array_tl3",
        _ => "node",
    }
}

/// Writes the nodes, those of one group together, and gives their numbers.
fn groups(drawing: &Drawing, stmts: &mut Vec<Stmt>) -> BTreeMap<NodeIndex, usize> {
    let Drawing { view, theme, engine, .. } = drawing;
    let graph = &view.graph;
    let most = caption::most(drawing);
    let framed = engine.has_frames() && drawing.group != Group::None;
    let mut names = BTreeMap::new();
    for (number, (heading, members)) in caption::groups(drawing).into_iter().enumerate() {
        let mut inside = Vec::new();
        // A frame around one thing says nothing that its shape does not say.
        let framed = framed && members.len() > 1;
        if framed {
            let heading = [
                attr("label", heading),
                attr("labeljust", if drawing.group == Group::Class { heading_side(graph, &members) } else { "l" }),
                attr("fontsize", "12"),
                attr("fontcolor", theme.text()),
                attr("style", "rounded"),
                attr("color", theme.frame()),
                attr("tooltip", " "),
            ];
            inside.extend(heading.map(Stmt::Attribute));
        }
        if framed && view.layout == Layout::Columns && drawing.group == Group::Class {
            inside.push(Stmt::Attribute(attr("rank", "same")));
        }
        for index in members {
            names.insert(index, names.len() + 1);
            let attributes = node_attributes(drawing, &graph[index], most);
            inside.push(node(name("n", names.len()), attributes));
        }
        let kind = if framed { "cluster_class" } else { "class" };
        stmts.push(Stmt::Subgraph(Subgraph { id: name(kind, number + 1), stmts: inside }));
    }
    names
}

/// The name that each node has in the DOT text.
pub(super) fn numbers(drawing: &Drawing) -> BTreeMap<NodeIndex, usize> {
    caption::groups(drawing).into_iter().flat_map(|(_, members)| members).zip(1..).collect()
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

fn node_attributes(drawing: &Drawing, node: &Node, most: f64) -> Vec<Attribute> {
    let Drawing { style, theme, engine, .. } = drawing;
    let class = style.class(&node.class);
    let fill = if class.shape == "plaintext" { theme.ground().to_owned() } else { theme.fill(&class.fill) };
    let text = if class.shape == "plaintext" { theme.text() } else { text_on(&fill) };
    let mut all = vec![
        attr("label", label::node(&node.label)),
        attr("shape", class.shape),
        attr("fillcolor", &fill),
        attr("fontcolor", text),
        attr("fontsize", format!("{}", caption::size(node, most))),
        tooltip(&caption::node_note(drawing, node)),
    ];
    all.extend(caption::address(drawing, node).map(|address| attr("URL", address)));
    match class.shape {
        // The marks at the sides and corners of these take room of the text.
        "component" => all.push(attr("margin", "0.22,0.06")),
        "box3d" | "folder" | "note" | "tab" => all.push(attr("margin", "0.14,0.1")),
        // Slanted sides make room enough.
        shape if !style::is_boxy(shape) => all.push(attr("margin", "0.02,0.01")),
        _ => {}
    }
    if node.focus {
        all.extend([attr("penwidth", "3"), attr("color", theme.border(true))]);
        if *engine == Engine::Twopi {
            all.push(attr("root", "true"));
        }
    }
    all
}

/// Writes one line with its label.
fn lines(
    drawing: &Drawing,
    number: usize,
    (from, to): (Id, Id),
    (link, address): (&Link, Option<String>),
    stmts: &mut Vec<Stmt>,
) {
    let theme = drawing.theme;
    if link.plain {
        let look = vec![attr("dir", "none"), attr("color", theme.frame()), attr("tooltip", " ")];
        stmts.push(edge(from, to, look));
        return;
    }
    let line = caption::line_style(drawing, link);
    let label = caption::line_label(drawing, link);
    let note = caption::line_note(drawing, link);
    let width = format!("{:.1}", caption::width(link));
    let link_to = |all: &mut Vec<Attribute>| all.extend(address.as_ref().map(|address| attr("URL", address)));
    let look = |(head, tail): (bool, bool)| {
        let direction = match (head, tail) {
            (true, true) => "both",
            (true, false) => "forward",
            (false, true) => "back",
            (false, false) => "none",
        };
        let mut all = vec![
            attr("color", line.colour),
            attr("style", line.dash),
            attr("penwidth", &width),
            attr("dir", direction),
            attr("arrowhead", line.head),
            attr("arrowtail", line.head),
            tooltip(&note),
        ];
        link_to(&mut all);
        all
    };
    let head = matches!(link.arrow, Arrow::Forward | Arrow::Both);
    let tail = matches!(link.arrow, Arrow::Back | Arrow::Both);
    if drawing.engine.labels_are_nodes() && !label.is_empty() {
        let middle = name("e", number);
        let mut card = vec![
            attr("label", label),
            attr("shape", "plaintext"),
            attr("fillcolor", theme.ground()),
            attr("fontsize", "9"),
            attr("fontcolor", line.colour),
            attr("margin", "0.02,0.01"),
            attr("width", "0"),
            attr("height", "0"),
            tooltip(&note),
        ];
        link_to(&mut card);
        stmts.push(node(middle.clone(), card));
        stmts.push(edge(from, middle.clone(), look((false, tail))));
        stmts.push(edge(middle, to, look((head, false))));
    } else {
        let mut all = look((head, tail));
        all.extend([attr("label", label), attr("fontcolor", line.colour)]);
        stmts.push(edge(from, to, all));
    }
}
