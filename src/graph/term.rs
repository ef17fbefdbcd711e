//! RDF terms and quads as the lines of N-Quads write them.

use std::borrow::Cow;
use std::fmt;

use oxigraph::model::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term};

/// A quad, each part as N-Quads writes it: `<iri>`, `"text"@zh`, `_:b`. Ordered as the lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<'a> {
    /// The subject.
    pub subject: &'a str,
    /// The predicate.
    pub predicate: &'a str,
    /// The object.
    pub object: &'a str,
    /// The graph.
    pub graph: &'a str,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {} .", self.subject, self.predicate, self.object, self.graph)
    }
}

impl Line<'_> {
    /// The quad itself; nothing when a part is not what may stand in its place.
    pub fn quad(&self) -> Option<Quad> {
        let node = |text| match term(text)? {
            Term::NamedNode(node) => Some(NamedOrBlankNode::from(node)),
            Term::BlankNode(node) => Some(node.into()),
            Term::Literal(_) => None,
        };
        let Term::NamedNode(predicate) = term(self.predicate)? else { return None };
        let graph = match node(self.graph)? {
            NamedOrBlankNode::NamedNode(node) => GraphName::from(node),
            NamedOrBlankNode::BlankNode(node) => node.into(),
        };
        Some(Quad::new(node(self.subject)?, predicate, term(self.object)?, graph))
    }
}

/// The IRI in `<iri>`.
pub fn iri(term: &str) -> Option<&str> {
    term.strip_prefix('<')?.strip_suffix('>')
}

/// The IRI or the text of the literal; nothing for a blank node.
pub fn value(term: &str) -> Option<Cow<'_, str>> {
    if term.starts_with('<') {
        return iri(term).map(Cow::Borrowed);
    }
    let text = term.strip_prefix('"')?;
    let text = &text[..text.rfind('"')?];
    Some(if text.contains('\\') { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) })
}

/// The term that N-Quads writes as `text`; nothing when it is none. IRIs are taken as they are: what stands in a store was
/// checked when it was written, and the hash says that it has not changed since.
pub fn term(text: &str) -> Option<Term> {
    if let Some(iri) = iri(text) {
        return Some(NamedNode::new_unchecked(iri).into());
    }
    if let Some(id) = text.strip_prefix("_:") {
        return Some(BlankNode::new(id).ok()?.into());
    }
    let value = value(text)?.into_owned();
    let kind = &text[text.rfind('"')? + 1..];
    Some(match kind.strip_prefix('@') {
        Some(language) => Literal::new_language_tagged_literal_unchecked(value, language).into(),
        None if kind.is_empty() => Literal::new_simple_literal(value).into(),
        None => Literal::new_typed_literal(value, NamedNode::new_unchecked(iri(kind.strip_prefix("^^")?)?)).into(),
    })
}

/// The text that an N-Quads literal stands for.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let digits = match chars.next() {
            Some('n') => Err('\n'),
            Some('r') => Err('\r'),
            Some('t') => Err('\t'),
            Some('b') => Err('\u{8}'),
            Some('f') => Err('\u{c}'),
            Some('u') => Ok(4),
            Some('U') => Ok(8),
            Some(other) => Err(other),
            None => break,
        };
        match digits {
            Err(c) => out.push(c),
            Ok(count) => {
                let code: String = chars.by_ref().take(count).collect();
                out.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_term_is_refused() {
        for bad in ["", "<", "<a", "a", "_:", "_: ", "\"", "\"a\"^^", "\"a\"^^<b", "\"a\"x"] {
            assert_eq!(term(bad), None, "{bad}");
        }
        let line = Line { subject: "\"a\"", predicate: "<p>", object: "<o>", graph: "<g>" };
        assert_eq!(line.quad(), None);
    }

    proptest! {
        #[test]
        fn a_term_reads_back_as_it_was_written(value in "\\PC{0,12}|[\\\\\"\n\r\t\u{0}-\u{1f}a中@^<>]{0,12}") {
            let kind = NamedNode::new_unchecked("http://example.org/d");
            for literal in [
                Literal::new_simple_literal(value.as_str()),
                Literal::new_language_tagged_literal_unchecked(value.as_str(), "zh"),
                Literal::new_typed_literal(value.as_str(), kind),
            ] {
                let literal = Term::from(literal);
                prop_assert_eq!(term(&literal.to_string()), Some(literal));
            }
        }
    }
}
