//! The legend: a column of samples with the shapes and colours of the picture and the numbers of what it shows.
//!
//! `dot` stacks the rows in the order given. Engines that work with forces get a chain of rows with unseen links of just the
//! length at which the rows are put to begin with: a chain without strain stays as it is. (Nodes nailed to a place would be
//! simpler, but Graphviz lays other parts of a picture over them.)

use std::collections::BTreeMap;
use std::fmt::Display;

use graphviz_rust::dot_structures::{Attribute, Stmt, Subgraph};

use super::dot::{self, Drawing};
use super::label;
use super::style::{Style, text_on};
use super::syntax::{attr, edge, name, node, tooltip};
use super::view::{Subject, Tie, View};
use super::words::{Words, fill};

/// Distance of rows, in hundredths of an inch: more than a row's height with the room that is kept around nodes.
const ROW: usize = 55;
const TEXT: &str = "#333333";

/// One kind of line: a sample with what it is called and how often it occurs.
struct Line {
    text: String,
    colour: &'static str,
}

/// The legend as a cluster.
pub(super) fn legend(drawing: &Drawing<'_>) -> Stmt {
    let Drawing { view, style, words, .. } = drawing;
    let entry = |label: &str, count: usize| fill(&words.entry, &[("label", &label as &dyn Display), ("count", &count)]);
    let classes: Vec<(&str, String)> =
        class_counts(view).into_iter().map(|(class, count)| (class, entry(&style.label(class), count))).collect();
    let lines = line_kinds(view, style, words, &entry);
    let texts = classes.iter().map(|(_, text)| text).chain(lines.iter().map(|line| &line.text));
    let widest = texts.map(|text| label::columns(text)).max().unwrap_or_default();
    // A column of a letter of 10 points, and what slanted sides take.
    let width = hundredths(60 + widest * 9);

    // The heading is wider than the samples, so that the frame keeps off them.
    let mut rows = vec![text_row(&words.legend, "14", "#000000", &hundredths(90 + widest * 9))];
    for (class, text) in &classes {
        let look = style.class(class);
        let (shape, fill, on) = (look.shape, &look.fill, text_on(&look.fill));
        rows.push(row(text, "10", &width, [attr("shape", shape), attr("fillcolor", fill), attr("fontcolor", on)]));
    }
    rows.extend(lines.iter().map(|line| text_row(&line.text, "10", line.colour, &width)));
    if view.subject == Subject::Citations {
        let text = label::wrap(&words.counts, 8 + widest).join("\n");
        rows.push(text_row(&text, "9", TEXT, &width));
    }

    let frame = [attr("label", ""), attr("style", "rounded"), attr("color", "#999999")];
    let mut stmts: Vec<Stmt> = frame.into_iter().map(Stmt::Attribute).collect();
    let last = rows.len() - 1;
    for (number, mut row) in rows.into_iter().enumerate() {
        if drawing.engine.labels_are_nodes() {
            // From the top down.
            row.push(attr("pos", format!("0,{}", hundredths((last - number) * ROW))));
        }
        stmts.push(node(name("l", number), row));
        if drawing.engine.labels_are_nodes() && number > 0 {
            let link = vec![attr("style", "invis"), attr("len", hundredths(ROW))];
            stmts.push(edge(name("l", number - 1), name("l", number), link));
        }
    }
    Stmt::Subgraph(Subgraph { id: name("cluster_legend", 0), stmts })
}

/// A row of fixed size.
fn row(text: &str, size: &str, width: &str, look: impl IntoIterator<Item = Attribute>) -> Vec<Attribute> {
    let mut all = vec![attr("label", text), tooltip(text)];
    all.extend([attr("fontsize", size), attr("fixedsize", "true"), attr("width", width), attr("height", "0.36")]);
    all.extend(look);
    all
}

fn text_row(text: &str, size: &str, colour: &str, width: &str) -> Vec<Attribute> {
    let look = [attr("shape", "plaintext"), attr("style", ""), attr("fontcolor", colour)];
    row(text, size, width, look)
}

/// Nodes shown of each class.
pub(super) fn class_counts(view: &View) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for node in view.graph.node_weights() {
        *counts.entry(node.class.as_str()).or_default() += 1;
    }
    counts
}

/// The kinds of lines that occur: by family with the number of relations, in the picture of citations by tie with the
/// number of lines.
fn line_kinds(view: &View, style: &Style, words: &Words, entry: &dyn Fn(&str, usize) -> String) -> Vec<Line> {
    let links = || view.graph.edge_weights();
    if view.subject == Subject::Citations {
        let ties = [(Tie::Claim, &words.claim), (Tie::Passage, &words.passage), (Tie::Section, &words.section)];
        let rows = ties.into_iter().filter_map(|(tie, template)| {
            let count = links().filter(|link| link.tie == tie).count();
            let (colour, dash) = dot::tie_style(tie);
            let text = sample(dash, &fill(template, &[("count", &count)]));
            (count > 0).then_some(Line { text, colour })
        });
        return rows.collect();
    }
    let mut families: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for predicate in links().flat_map(|link| link.relations.keys()) {
        *families.entry(style.family(predicate)).or_default() += 1;
    }
    let row = |(family, count): (Option<&str>, usize)| {
        let line = style.line(family);
        Line { text: sample(line.dash, &entry(words.family(family), count)), colour: line.colour }
    };
    families.into_iter().map(row).collect()
}

/// A line drawn in characters, and its name.
fn sample(dash: &str, name: &str) -> String {
    let line = match dash {
        "solid" => "━━━",
        "dashed" => "━ ━ ━",
        _ => "· · · · ·",
    };
    format!("{line} {name}")
}

/// A length in inches, given in hundredths.
fn hundredths(length: usize) -> String {
    format!("{}.{:02}", length / 100, length % 100)
}
