//! The pieces of DOT: statements and attributes of `graphviz-rust`, with quotes around all text.
//!
//! `graphviz-rust` prints identifiers as they are, so all text goes through [`escape::dot`], here and nowhere else.

use graphviz_rust::dot_structures::{Attribute, Edge, EdgeTy, Id, Node, NodeId, Stmt, Vertex};

use super::escape;

/// An attribute; its name is one of ours, its value any text.
pub(super) fn attr(name: &'static str, value: impl AsRef<str>) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), Id::Escaped(escape::dot(value.as_ref())))
}

/// The text under the pointer. Graphviz undoes the doubling of backslashes there and then fills in `\N` after all, so a
/// wide one stands for each.
pub(super) fn tooltip(text: &str) -> Attribute {
    attr("tooltip", text.replace('\\', "\u{FF3C}"))
}

/// The name of a node or subgraph that this program made up: a letter or word and a number.
pub(super) fn name(kind: &'static str, number: usize) -> Id {
    Id::Plain(format!("{kind}{number}"))
}

/// A node statement.
pub(super) fn node(id: Id, attributes: Vec<Attribute>) -> Stmt {
    Stmt::Node(Node { id: NodeId(id, None), attributes })
}

/// An edge statement.
pub(super) fn edge(from: Id, to: Id, attributes: Vec<Attribute>) -> Stmt {
    let vertex = |id| Vertex::N(NodeId(id, None));
    Stmt::Edge(Edge { ty: EdgeTy::Pair(vertex(from), vertex(to)), attributes })
}

#[cfg(test)]
mod tests {
    use graphviz_rust::dot_structures::{Graph, Subgraph};
    use graphviz_rust::printer::{DotPrinter as _, PrinterContext};
    use proptest::prelude::*;

    use super::super::escape::tests::nasty;
    use super::super::label;
    use super::*;

    proptest! {
        #[test]
        fn what_is_printed_is_parsed_as_what_was_meant(texts in prop::collection::vec(nasty(), 1..5)) {
            let mut stmts = Vec::new();
            for (number, text) in texts.iter().enumerate() {
                let look = vec![attr("label", text), tooltip(text)];
                stmts.push(node(name("n", number), look));
                let note = vec![tooltip(&label::quoted(text))];
                stmts.push(edge(name("n", 0), name("n", number), note));
            }
            let group = Subgraph { id: name("cluster_class", 1), stmts };
            let id = Id::Plain("wenmai".to_owned());
            let graph = Graph::DiGraph { id, strict: false, stmts: vec![Stmt::Subgraph(group)] };
            let printed = graph.print(&mut PrinterContext::default());
            prop_assert_eq!(graphviz_rust::parse(&printed), Ok(graph), "{}", printed);
        }
    }
}
