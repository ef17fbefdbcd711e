//! The pieces of DOT: statements and attributes of `graphviz-rust`, with quotes around all text.
//!
//! `graphviz-rust` prints identifiers as they are, so all text goes through [`quote`], here and nowhere else.

use graphviz_rust::dot_structures::{Attribute, Edge, EdgeTy, Id, Node, NodeId, Stmt, Vertex};

use super::label;

/// Puts `text` into quotes so that Graphviz shows just this text: the one place where text becomes DOT.
///
/// Backslashes are doubled, since `\N`, `\G` or `\l` would be filled in, and a `\` at the end would swallow the closing
/// quote. An ampersand is written as an entity, since `&lt;` would be shown as `<`. Line breaks become `\n`; other
/// characters that cannot be shown are dropped.
pub(super) fn quote(text: &str) -> Id {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push_str("\\n");
        }
        for c in label::clean(line).chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    Id::Escaped(out)
}

/// An attribute; its name is one of ours, its value any text.
pub(super) fn attr(name: &'static str, value: impl AsRef<str>) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), quote(value.as_ref()))
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

    use super::*;

    /// What Graphviz makes of a quoted text.
    fn unquote(id: &Id) -> String {
        let Id::Escaped(text) = id else { panic!("not quoted: {id:?}") };
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes at both ends");
        let mut out = String::new();
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            assert_ne!(c, '"', "a quote inside ends the text: {text}");
            match c {
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some(c @ ('"' | '\\')) => out.push(c),
                    other => panic!("Graphviz would fill in \\{other:?}: {text}"),
                },
                c => out.push(c),
            }
        }
        out.replace("&amp;", "&")
    }

    fn nasty() -> impl Strategy<Value = String> {
        let bits = [
            "\"",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "{",
            "}",
            "<",
            ">",
            "<<b>x</b>>",
            "<script>",
            "&lt;",
            "&",
            "|",
            "[",
            "]",
            ";",
            ",",
            "->",
            "//",
            "/*",
            "#",
            "\\N",
            "\\G",
            "\\l",
            "=",
            "\u{0}",
            "\u{7f}",
            "\u{202e}",
            "\u{2066}",
            "\u{2028}",
            "🏭",
            "👩🏽‍🔧",
            "中山市",
            "〔2025〕",
            "“小巨人”",
            "e\u{301}",
            "\u{feff}",
            "\u{ffff}",
            "javascript:",
            "n1",
        ];
        let piece = prop_oneof![4 => prop::sample::select(bits.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn quoted_text_is_shown_as_it_is(text in nasty()) {
            let lines: Vec<String> = text.split('\n').map(label::clean).collect();
            prop_assert_eq!(unquote(&quote(&text)), lines.join("\n"));
        }

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

    #[test]
    fn the_known_traps() {
        for (text, dot) in [
            ("a\\", r#""a\\""#),
            (r#"say "x""#, r#""say \"x\"""#),
            ("\\N\nb", r#""\\N\nb""#),
            ("<b>&lt;", r#""<b>&amp;lt;""#),
            ("", r#""""#),
        ] {
            assert_eq!(quote(text), Id::Escaped(dot.to_owned()), "{text:?}");
        }
    }
}
