//! The words that stand in and under a picture, the same in all formats.

use std::collections::BTreeMap;
use std::fmt::Display;

use petgraph::graph::NodeIndex;

use super::dot::Drawing;
use super::theme::{LineStyle, Theme};
use super::view::{Link, Node, Quote, Relation, Tie};
use super::words::{Words, fill};
use super::{Group, community, escape, label};

/// Title, what is shown of how much, the sources, and their dates: one line each, except for many sources.
pub(super) fn heading(drawing: &Drawing) -> Vec<String> {
    const SOURCES: usize = 5;
    let Drawing { view, words, note, .. } = drawing;
    let mut lines = vec![view.title.clone(), note.clone()];
    if view.terms {
        lines.push(words.left_to_right.clone());
    }
    if !view.sources.is_empty() {
        let few: Vec<&str> = view.sources.iter().take(SOURCES).map(String::as_str).collect();
        let documents = together(&few, &words.joiner, 72);
        let count = view.sources.len();
        let template = if count > SOURCES { &words.more_sources } else { &words.sources };
        lines.extend(fill(template, &[("documents", &documents), ("count", &count)]).lines().map(str::to_owned));
    }
    if let Some((first, last)) = &view.dates {
        let template = if first == last { &words.date } else { &words.dates };
        lines.push(fill(template, &[("first", first), ("last", last)]));
    }
    lines
}

/// `names` one after the other, on lines of about `most` columns; a name is never broken.
fn together(names: &[&str], joiner: &str, most: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for (n, name) in names.iter().enumerate() {
        let name = label::shorten(&label::clean(name), 40);
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

/// A name with a number.
pub(super) fn counted(words: &Words, name: &str, count: usize) -> String {
    fill(&words.entry, &[("label", &name as &dyn Display), ("count", &count)])
}

/// The frames of the picture: heading and members, in a fixed order.
pub(super) fn groups(drawing: &Drawing) -> Vec<(String, Vec<NodeIndex>)> {
    let Drawing { view, style, words, .. } = drawing;
    let graph = &view.graph;
    if drawing.group == Group::Community {
        let of_node: Vec<usize> = graph.node_weights().map(|node| node.community).collect();
        let ranks: Vec<f64> = graph.node_weights().map(|node| node.rank).collect();
        let heads = community::heads(&of_node, &ranks);
        let members = |number: usize| graph.node_indices().filter(move |node| graph[*node].community == number);
        let heading = |(number, head): (&usize, &usize)| {
            let members: Vec<NodeIndex> = members(*number).collect();
            let name = label::shorten(&graph[NodeIndex::new(*head)].label, 16);
            (fill(&words.community, &[("name", &name), ("count", &members.len())]), members)
        };
        return heads.iter().map(heading).collect();
    }
    let mut classes: BTreeMap<&str, Vec<NodeIndex>> = BTreeMap::new();
    for index in graph.node_indices() {
        classes.entry(&graph[index].class).or_default().push(index);
    }
    classes.into_iter().map(|(class, members)| (counted(words, &style.label(class), members.len()), members)).collect()
}

/// Size of a node's text in points: its area grows with the rank.
pub(super) fn size(node: &Node, most: f64) -> f64 {
    if most > 0.0 { (10.0 + 10.0 * (node.rank / most).sqrt()).round() } else { 10.0 }
}

/// The greatest rank in the picture.
pub(super) fn most(drawing: &Drawing) -> f64 {
    drawing.view.graph.node_weights().map(|node| node.rank).fold(0.0, f64::max)
}

/// What stands under the pointer on a node, and what is read aloud of it.
pub(super) fn node_note(drawing: &Drawing, node: &Node) -> String {
    let Drawing { style, words, .. } = drawing;
    let (name, class) = (label::quoted(&node.label), style.label(&node.class));
    let template = if node.documents > 0 { &words.node_note } else { &words.node_plain };
    let mut note = fill(template, &[("label", &name), ("class", &class), ("documents", &node.documents)]);
    if !node.aliases.is_empty() {
        let aliases = label::quoted(&node.aliases.join(&words.joiner));
        note = format!("{note}\n{}", fill(&words.node_aliases, &[("aliases", &aliases)]));
    }
    note
}

/// The page of a node, where it has one.
pub(super) fn address(drawing: &Drawing, node: &Node) -> Option<String> {
    escape::address(&node.iri, &drawing.base)
}

/// What stands on a line: the relations, and how many documents state each where there are several; where lines are drawn
/// by how firmly they tie, always the numbers of documents and places.
pub(super) fn line_label(drawing: &Drawing, link: &Link) -> String {
    let Drawing { style, words, view, .. } = drawing;
    if link.plain || view.terms {
        return String::new();
    }
    let relation = |(predicate, relation): (&String, &Relation)| {
        let (label, count) = (label::shorten(&style.label(predicate), 20), relation.documents.len());
        if count > 1 && !view.ties { fill(&words.many, &[("label", &label), ("count", &count)]) } else { label }
    };
    let relations: Vec<String> = link.relations.iter().map(relation).collect();
    let relations = relations.join(&words.joiner);
    let (documents, places) = (link.documents.len(), link.places);
    match link.tie {
        Tie::Claim if view.ties => fill(&words.stated, &[("label", &relations), ("documents", &documents)]),
        Tie::Claim => relations,
        _ if !relations.is_empty() => relations,
        Tie::Passage => fill(&words.sentences, &[("documents", &documents), ("places", &places)]),
        Tie::Section => fill(&words.sections, &[("documents", &documents), ("places", &places)]),
    }
}

/// What stands under the pointer on a line: the passages behind it.
pub(super) fn line_note(drawing: &Drawing, link: &Link) -> String {
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

/// How a line looks: by the family of the relation that most documents state, or by how firmly the two are tied.
pub(super) fn line_style(drawing: &Drawing, link: &Link) -> LineStyle {
    let Drawing { style, theme, .. } = drawing;
    if drawing.view.ties || (link.tie != Tie::Claim && link.relations.is_empty()) {
        return tie_style(*theme, link.tie);
    }
    let most = link.relations.values().map(|relation| relation.documents.len()).max();
    let main = link.relations.iter().find(|(_, relation)| Some(relation.documents.len()) == most);
    theme.line(style.place(main.and_then(|(predicate, _)| style.family(predicate))))
}

/// How a line looks that is drawn by how firmly the two are tied, whatever the relation.
pub(super) fn tie_style(theme: Theme, tie: Tie) -> LineStyle {
    let (colour, dash, sample) = match tie {
        Tie::Claim => (theme.text(), "solid", "━━━━"),
        Tie::Passage => (theme.small(), "dashed", "━ ━ ━"),
        Tie::Section => (theme.small(), "dotted", "┄┄┄┄"),
    };
    LineStyle { colour, dash, head: "normal", sample }
}

/// Width of a line in points: it grows with the documents behind it.
pub(super) fn width(link: &Link) -> f64 {
    1.0 + 0.3 * (link.documents.len().clamp(1, 5) - 1) as f64
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
