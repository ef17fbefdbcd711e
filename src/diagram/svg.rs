//! What the SVG of Graphviz lacks for those who do not see it: a role, a title and a description of the whole, and titles
//! of nodes and lines that say what they are instead of what they are called in the DOT text.

use std::collections::HashMap;
use std::fmt::Write as _;

use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef as _;

use super::caption;
use super::dot::{Drawing, numbers};
use super::escape::xml;
use super::label;
use super::view::{Arrow, Link};

/// The SVG with these.
pub(super) fn accessible(svg: &str, drawing: &Drawing) -> String {
    let titles = titles(drawing);
    let mut out = String::with_capacity(svg.len() + svg.len() / 4);
    for line in svg.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("<svg ") {
            out.push_str("<svg role=\"img\" aria-labelledby=\"title\" aria-describedby=\"description\" ");
            out.push_str(rest);
        } else if let Some((before, after)) = line.split_once("<title>")
            && let Some((name, after)) = after.split_once("</title>")
        {
            let title = titles.get(name).map_or("", String::as_str);
            if name == "wenmai" {
                let _ = write!(out, "{before}{title}{after}");
            } else {
                let _ = write!(out, "{before}<title>{title}</title>{after}");
            }
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Title and description of the whole picture.
pub(super) fn head(drawing: &Drawing) -> String {
    let heading = caption::heading(drawing);
    let title = heading.first().map(|title| xml(title)).unwrap_or_default();
    let about = xml(&heading.get(1..).unwrap_or_default().join("\n"));
    format!("<title id=\"title\">{title}</title>\n<desc id=\"description\">{about}</desc>")
}

/// The name of each element in the SVG → its title.
fn titles(drawing: &Drawing) -> HashMap<String, String> {
    let graph = &drawing.view.graph;
    let names = numbers(drawing);
    let mut titles: HashMap<String, String> = HashMap::from([("wenmai".to_owned(), head(drawing))]);
    for (index, number) in &names {
        titles.insert(format!("n{number}"), xml(&caption::node_note(drawing, &graph[*index])));
    }
    for (number, line) in graph.edge_references().enumerate() {
        let (from, to) = (names[&line.source()], names[&line.target()]);
        let title = xml(&line_title(drawing, line.source(), line.target(), line.weight()));
        let middle = number + 1;
        titles.insert(format!("e{middle}"), title.clone());
        for (a, b) in [(format!("n{from}"), format!("e{middle}")), (format!("e{middle}"), format!("n{to}"))] {
            titles.insert(format!("{a}&#45;&gt;{b}"), title.clone());
        }
        titles.insert(format!("n{from}&#45;&gt;n{to}"), title);
    }
    for (number, (heading, _)) in caption::groups(drawing).iter().enumerate() {
        titles.insert(format!("cluster_class{}", number + 1), xml(heading));
    }
    let legend = xml(&drawing.words.legend);
    titles.insert("cluster_legend0".to_owned(), legend);
    titles
}

/// What a line says: both ends and the relation between them.
pub(super) fn line_title(drawing: &Drawing, from: NodeIndex, to: NodeIndex, link: &Link) -> String {
    let graph = &drawing.view.graph;
    let name = |index: NodeIndex| label::quoted(&graph[index].label);
    let label = caption::line_label(drawing, link);
    let (from, to) = (name(from), name(to));
    let arrow = match link.arrow {
        Arrow::Back => "←",
        Arrow::Forward => "→",
        _ => "—",
    };
    let note = caption::line_note(drawing, link);
    let head = if label.is_empty() { format!("{from} {arrow} {to}") } else { format!("{from} {arrow} {to}: {label}") };
    if note.is_empty() { head } else { format!("{head}\n{note}") }
}
