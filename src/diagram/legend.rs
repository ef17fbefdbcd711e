//! The legend: a column of samples with the shapes and colours of the picture and the numbers of what it shows.
//!
//! `dot` stacks the rows in the order given. Engines that work with forces get a chain of rows with unseen links of just the
//! length at which the rows are put to begin with: a chain without strain stays as it is. (Nodes nailed to a place would be
//! simpler, but Graphviz lays other parts of a picture over them.)

use std::collections::BTreeMap;

use graphviz_rust::dot_structures::{Attribute, Stmt, Subgraph};

use super::caption;
use super::dot::Drawing;
use super::kinds::schema::SUB_CLASS_OF;
use super::label;
use super::syntax::{attr, edge, name, node, tooltip};
use super::theme::text_on;
use super::view::{Tie, View};
use super::words::fill;

/// Distance of rows, in hundredths of an inch: more than a row's height with the room that is kept around nodes.
const ROW: usize = 55;

/// A longer legend that `dot` draws has two columns.
const LONG: usize = 6;

/// One kind of line: a sample with what it is called and how often it occurs.
pub(super) struct Line {
    pub text: String,
    pub colour: &'static str,
}

/// The legend as a cluster.
pub(super) fn legend(drawing: &Drawing) -> Stmt {
    let Drawing { style, words, theme, .. } = drawing;
    let classes = classes(drawing);
    let lines = line_kinds(drawing);
    let texts = classes.iter().map(|(_, text)| text).chain(lines.iter().map(|line| &line.text));
    let widest = texts.map(|text| label::columns(text)).max().unwrap_or_default();
    // A column of a letter of 10 points, and what slanted sides take.
    let width = hundredths(60 + widest * 9);

    let forces = drawing.engine.labels_are_nodes();
    let mut rows = Vec::new();
    if forces {
        // The heading is wider than the samples, so that the frame keeps off them.
        rows.push(text_row(&words.legend, "14", theme.text(), &hundredths(90 + widest * 9)));
    }
    for (class, text) in &classes {
        let look = style.class(class);
        let fill = theme.fill(&look.fill);
        let on = text_on(&fill);
        rows.push(row(text, "10", &width, [attr("shape", look.shape), attr("fillcolor", fill), attr("fontcolor", on)]));
    }
    rows.extend(lines.iter().map(|line| text_row(&line.text, "10", line.colour, &width)));
    let heading = if forces { "" } else { words.legend.as_str() };
    let frame = [
        attr("label", heading),
        attr("fontsize", "14"),
        attr("fontcolor", theme.text()),
        attr("style", "rounded"),
        attr("color", theme.frame()),
        attr("tooltip", " "),
    ];
    let mut stmts: Vec<Stmt> = frame.into_iter().map(Stmt::Attribute).collect();
    let count = rows.len();
    for (number, mut row) in rows.into_iter().enumerate() {
        if forces {
            // From the top down.
            row.push(attr("pos", format!("0,{}", hundredths((count - 1 - number) * ROW))));
        }
        stmts.push(node(name("l", number), row));
        if forces && number > 0 {
            let link = vec![attr("style", "invis"), attr("len", hundredths(ROW))];
            stmts.push(edge(name("l", number - 1), name("l", number), link));
        }
    }
    if !forces && count > LONG {
        // Two columns side by side.
        let half = count.div_ceil(2);
        for number in half..count {
            let link = vec![attr("style", "invis"), attr("weight", "9")];
            stmts.push(edge(name("l", number - half), name("l", number), link));
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

/// The classes that are shown and their rows. A picture of the ontology is a legend of its classes itself.
pub(super) fn classes(drawing: &Drawing) -> Vec<(&str, String)> {
    let Drawing { view, style, words, .. } = drawing;
    if view.terms {
        return Vec::new();
    }
    let row = |(class, count): (_, usize)| (class, caption::counted(words, &style.label(class), count));
    class_counts(view).into_iter().map(row).collect()
}

/// Nodes shown of each class.
fn class_counts(view: &View) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for node in view.graph.node_weights() {
        *counts.entry(node.class.as_str()).or_default() += 1;
    }
    counts
}

/// The kinds of lines that occur: by family with the number of relations, and by tie with the number of lines.
pub(super) fn line_kinds(drawing: &Drawing) -> Vec<Line> {
    let Drawing { view, style, words, theme, .. } = drawing;
    let links = || view.graph.edge_weights().filter(|link| !link.plain);
    let mut rows = Vec::new();
    if !view.ties {
        let mut families: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        for link in links() {
            // In the picture of the ontology a relation has many lines, and is counted where it is named.
            for predicate in link.relations.keys().filter(|_| !view.terms) {
                *families.entry(style.family(predicate)).or_default() += 1;
            }
        }
        if view.terms {
            for family in view.graph.node_weights().filter_map(|node| style.family(&node.iri)) {
                *families.entry(Some(family)).or_default() += 1;
            }
        }
        rows.extend(families.into_iter().map(|(family, count)| {
            let line = theme.line(style.place(family));
            let text = format!("{} {}", line.sample, caption::counted(words, words.family(family), count));
            Line { text, colour: line.colour }
        }));
        let below = links().filter(|link| link.relations.contains_key(SUB_CLASS_OF)).count();
        if view.terms && below > 0 {
            let line = theme.line(None);
            let text = format!("{} {}", line.sample, caption::counted(words, &words.below, below));
            rows.push(Line { text, colour: line.colour });
        }
    }
    let ties = [(Tie::Claim, &words.claim), (Tie::Passage, &words.passage), (Tie::Section, &words.section)];
    for (tie, template) in ties {
        let drawn_so = |link: &&super::view::Link| view.ties || (tie != Tie::Claim && link.relations.is_empty());
        let count = links().filter(|link| link.tie == tie).filter(drawn_so).count();
        if count > 0 {
            let line = caption::tie_style(*theme, tie);
            rows.push(Line {
                text: format!("{} {}", line.sample, fill(template, &[("count", &count)])),
                colour: line.colour,
            });
        }
    }
    if links().any(|link| view.ties || link.relations.is_empty()) {
        rows.push(Line { text: words.counts.clone(), colour: theme.small() });
    }
    rows
}

/// A length in inches, given in hundredths.
fn hundredths(length: usize) -> String {
    format!("{}.{:02}", length / 100, length % 100)
}
