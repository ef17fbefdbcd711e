//! View → GraphML, GEXF and Mermaid.

use std::fmt::Write as _;

use petgraph::visit::EdgeRef as _;

use super::caption;
use super::dot::{Drawing, numbers};
use super::escape::{mermaid as quoted, xml};
use super::label;
use super::theme::text_on;
use super::view::{Arrow, Link, Node};

/// The attributes of nodes in GraphML and GEXF: name, type, and how they are read off.
type Column<T> = (&'static str, &'static str, fn(&Drawing, &T) -> String);

const NODES: &[Column<Node>] = &[
    ("iri", "string", |_, node| node.iri.clone()),
    ("class", "string", |_, node| node.class.clone()),
    ("className", "string", |drawing, node| drawing.style.label(&node.class)),
    ("aliases", "string", |drawing, node| node.aliases.join(&drawing.words.joiner)),
    ("documents", "integer", |_, node| node.documents.to_string()),
    ("centrality", "double", |_, node| format!("{:.9}", node.rank)),
    ("url", "string", |drawing, node| caption::address(drawing, node).unwrap_or_default()),
];

const LINES: &[Column<Link>] = &[
    ("predicates", "string", |_, link| link.relations.keys().cloned().collect::<Vec<_>>().join(" ")),
    ("tie", "string", |_, link| format!("{:?}", link.tie).to_lowercase()),
    ("documents", "integer", |_, link| link.documents.len().to_string()),
    ("places", "integer", |_, link| link.places.to_string()),
    ("quote", "string", caption::line_note),
];

/// Where a line begins and ends, and whether it has a direction: one that leads back is turned around.
fn ends(link: &Link, from: usize, to: usize) -> (usize, usize, bool) {
    match link.arrow {
        Arrow::Back => (to, from, true),
        Arrow::Forward => (from, to, true),
        Arrow::Both | Arrow::None => (from, to, false),
    }
}

/// GraphML.
pub(super) fn graphml(drawing: &Drawing) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    let kind = |kind: &str| if kind == "integer" { "int".to_owned() } else { kind.to_owned() };
    let mut key = |id: &str, of: &str, name: &str, of_type: &str| {
        let kind = kind(of_type);
        let _ = writeln!(out, "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
    };
    key("title", "graph", "title", "string");
    key("n_label", "node", "label", "string");
    key("e_label", "edge", "label", "string");
    for (name, of_type, _) in NODES {
        key(&format!("n_{name}"), "node", name, of_type);
    }
    for (name, of_type, _) in LINES {
        key(&format!("e_{name}"), "edge", name, of_type);
    }
    let title = xml(&caption::heading(drawing).join("\n"));
    let _ = writeln!(out, "  <graph id=\"wenmai\" edgedefault=\"directed\">\n    <data key=\"title\">{title}</data>");
    let names = numbers(drawing);
    let graph = &drawing.view.graph;
    for (index, number) in sorted(&names) {
        let node = &graph[index];
        let _ = writeln!(out, "    <node id=\"n{number}\">");
        let _ = writeln!(out, "      <data key=\"n_label\">{}</data>", xml(&node.label));
        for (name, _, read) in NODES {
            let _ = writeln!(out, "      <data key=\"n_{name}\">{}</data>", xml(&read(drawing, node)));
        }
        out.push_str("    </node>\n");
    }
    for (number, line) in graph.edge_references().enumerate() {
        let link = line.weight();
        let (from, to, directed) = ends(link, names[&line.source()], names[&line.target()]);
        let _ = writeln!(
            out,
            "    <edge id=\"e{}\" source=\"n{from}\" target=\"n{to}\" directed=\"{directed}\">",
            number + 1
        );
        let _ = writeln!(out, "      <data key=\"e_label\">{}</data>", xml(&caption::line_label(drawing, link)));
        for (name, _, read) in LINES {
            let _ = writeln!(out, "      <data key=\"e_{name}\">{}</data>", xml(&read(drawing, link)));
        }
        out.push_str("    </edge>\n");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

/// GEXF 1.3 with colours and sizes.
pub(super) fn gexf(drawing: &Drawing) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" \
         xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">\n",
    );
    let heading = caption::heading(drawing);
    let title = heading.first().map(|title| xml(title)).unwrap_or_default();
    let about = xml(&heading.get(1..).unwrap_or_default().join("\n"));
    let _ = writeln!(out, "  <meta>\n    <creator>wenmai</creator>\n    <title>{title}</title>");
    let _ = writeln!(out, "    <description>{about}</description>\n  </meta>\n  <graph defaultedgetype=\"directed\">");
    let mut columns = |class: &str, names: Vec<(&str, &str)>| {
        let _ = writeln!(out, "    <attributes class=\"{class}\">");
        for (number, (name, of_type)) in names.into_iter().enumerate() {
            let _ = writeln!(out, "      <attribute id=\"{number}\" title=\"{name}\" type=\"{of_type}\"/>");
        }
        out.push_str("    </attributes>\n");
    };
    columns("node", NODES.iter().map(|(name, of_type, _)| (*name, *of_type)).collect());
    columns("edge", LINES.iter().map(|(name, of_type, _)| (*name, *of_type)).collect());
    let names = numbers(drawing);
    let graph = &drawing.view.graph;
    let most = caption::most(drawing);
    out.push_str("    <nodes>\n");
    for (index, number) in sorted(&names) {
        let node = &graph[index];
        let _ = writeln!(out, "      <node id=\"n{number}\" label=\"{}\">\n        <attvalues>", xml(&node.label));
        for (column, (_, _, read)) in NODES.iter().enumerate() {
            let _ = writeln!(out, "          <attvalue for=\"{column}\" value=\"{}\"/>", xml(&read(drawing, node)));
        }
        let fill = drawing.theme.fill(&drawing.style.class(&node.class).fill);
        let _ = writeln!(out, "        </attvalues>\n        <viz:color {}/>", rgb(&fill));
        let _ = writeln!(out, "        <viz:size value=\"{}\"/>\n      </node>", caption::size(node, most));
    }
    out.push_str("    </nodes>\n    <edges>\n");
    for (number, line) in graph.edge_references().enumerate() {
        let link = line.weight();
        let (from, to, directed) = ends(link, names[&line.source()], names[&line.target()]);
        let kind = if directed { "directed" } else { "undirected" };
        let weight = link.documents.len().max(1);
        let text = xml(&caption::line_label(drawing, link));
        let _ = writeln!(
            out,
            "      <edge id=\"e{}\" source=\"n{from}\" target=\"n{to}\" type=\"{kind}\" weight=\"{weight}\" \
             label=\"{text}\">\n        <attvalues>",
            number + 1
        );
        for (column, (_, _, read)) in LINES.iter().enumerate() {
            let _ = writeln!(out, "          <attvalue for=\"{column}\" value=\"{}\"/>", xml(&read(drawing, link)));
        }
        let colour = rgb(caption::line_style(drawing, link).colour);
        let _ = writeln!(out, "        </attvalues>\n        <viz:color {colour}/>\n      </edge>");
    }
    out.push_str("    </edges>\n  </graph>\n</gexf>\n");
    out
}

fn rgb(colour: &str) -> String {
    let part = |range| colour.get(range).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(255);
    format!("r=\"{}\" g=\"{}\" b=\"{}\"", part(1..3), part(3..5), part(5..7))
}

/// Nodes by their numbers.
fn sorted(
    names: &std::collections::BTreeMap<petgraph::graph::NodeIndex, usize>,
) -> Vec<(petgraph::graph::NodeIndex, usize)> {
    let mut all: Vec<_> = names.iter().map(|(index, number)| (*index, *number)).collect();
    all.sort_by_key(|(_, number)| *number);
    all
}

/// A Mermaid flow chart.
pub(super) fn mermaid(drawing: &Drawing) -> String {
    let Drawing { view, style, theme, .. } = drawing;
    let heading = caption::heading(drawing).join(" · ");
    // A JSON string is a YAML string as well.
    let title = serde_json::Value::from(label::clean(&heading)).to_string();
    let mut out = format!("---\ntitle: {title}\n---\nflowchart LR\n");
    let names = numbers(drawing);
    let graph = &view.graph;
    for (number, (heading, members)) in caption::groups(drawing).into_iter().enumerate() {
        let framed = drawing.group != super::Group::None && view.framed;
        if framed {
            let _ = writeln!(out, "  subgraph g{}[{}]", number + 1, quoted(&heading));
        }
        for index in &members {
            let node = &graph[*index];
            let (open, close) = brackets(style.class(&node.class).shape);
            let _ = writeln!(out, "    n{}{open}{}{close}", names[index], quoted(&label::node(&node.label)));
        }
        if framed {
            out.push_str("  end\n");
        }
    }
    for line in graph.edge_references() {
        let link = line.weight();
        let text = caption::line_label(drawing, link);
        let dashed = caption::line_style(drawing, link).dash != "solid";
        let arrow = match (link.arrow, dashed) {
            (Arrow::Forward | Arrow::Back, false) => "-->",
            (Arrow::Forward | Arrow::Back, true) => "-.->",
            (Arrow::Both, false) => "<-->",
            (Arrow::Both, true) => "<-.->",
            (Arrow::None, false) => "---",
            (Arrow::None, true) => "-.-",
        };
        let (from, to, _) = ends(link, names[&line.source()], names[&line.target()]);
        let text = if text.is_empty() { text } else { format!("|{}|", quoted(&text)) };
        let _ = writeln!(out, "  n{from} {arrow}{text} n{to}");
    }
    let mut classes: Vec<&str> = graph.node_weights().map(|node| node.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    for (number, class) in classes.iter().enumerate() {
        let fill = theme.fill(&style.class(class).fill);
        let (text, border) = (text_on(&fill), theme.border(false));
        let _ = writeln!(out, "  classDef c{number} fill:{fill},color:{text},stroke:{border}");
        let members = sorted(&names).into_iter().filter(|(index, _)| graph[*index].class == *class);
        let members: Vec<String> = members.map(|(_, number)| format!("n{number}")).collect();
        let _ = writeln!(out, "  class {} c{number}", members.join(","));
    }
    for (index, number) in sorted(&names) {
        if let Some(address) = caption::address(drawing, &graph[index]) {
            let note = quoted(&caption::node_note(drawing, &graph[index]).replace('\n', " "));
            let _ = writeln!(out, "  click n{number} href \"{address}\" {note}");
        }
    }
    out
}

/// The brackets that make Mermaid draw a shape like that of Graphviz.
fn brackets(shape: &str) -> (&'static str, &'static str) {
    match shape {
        "ellipse" | "oval" | "egg" => ("([", "])"),
        "circle" => ("((", "))"),
        "cylinder" => ("[(", ")]"),
        "hexagon" | "octagon" | "doubleoctagon" | "septagon" | "pentagon" => ("{{", "}}"),
        "parallelogram" => ("[/", "/]"),
        "trapezium" | "house" => ("[/", "\\]"),
        "invtrapezium" | "invhouse" => ("[\\", "/]"),
        "component" | "tab" | "folder" | "note" => ("[[", "]]"),
        "diamond" => ("{", "}"),
        _ => ("[", "]"),
    }
}
