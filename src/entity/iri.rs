//! Names → IRIs. Chinese stays readable; what an IRI may not hold, and what could mislead a reader, is escaped.

use std::fmt::Write as _;

use oxigraph::model::NamedNode;
use sha2::{Digest as _, Sha256};

use crate::ontology::vocab::ID;

/// The IRI of the entity of the class called `class` with the canonical name `name`. Different pairs get different IRIs.
pub fn entity_iri(class: &str, name: &str) -> NamedNode {
    node([class, name])
}

/// The IRI of the document with the path `path`, and of its graph.
pub fn document_iri(path: &str) -> NamedNode {
    node(std::iter::once("document").chain(path.split('/')))
}

/// The IRI of a record (`claim`, `figure`, `passage`) of the document at `path`, told apart by `content`.
pub fn record_iri(kind: &str, path: &str, content: &[&str]) -> NamedNode {
    let mut hash = Sha256::new();
    for part in std::iter::once(&path).chain(content) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    node([kind, &hex(&hash.finalize())[..20]])
}

/// SHA-256 of `bytes`, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

fn node<'a>(parts: impl IntoIterator<Item = &'a str>) -> NamedNode {
    let mut iri = ID.trim_end_matches('/').to_owned();
    for part in parts {
        iri.push('/');
        escape(part, &mut iri);
    }
    NamedNode::new_unchecked(iri)
}

/// Writes `part` with everything percent-encoded that is neither a letter, a digit nor one of a few harmless marks.
/// Marks of direction, blanks, quotes, slashes and `%` itself are encoded, so the result is a valid IRI segment and
/// no two names share one.
fn escape(part: &str, out: &mut String) {
    for c in part.chars() {
        let keeps = (c.is_alphanumeric() && !is_private(c))
            || matches!(c, '-' | '.' | '_' | '~' | '（' | '）' | '〔' | '〕' | '·' | '，' | '、' | '—');
        if keeps {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

/// Characters without a meaning of their own, which an IRI may not hold.
fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xe000..=0xf8ff | 0xf_0000.. | 0xfff0..=0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_chinese_readable() {
        assert_eq!(entity_iri("Enterprise", "木林森").as_str(), "https://w3id.org/wenmai/id/Enterprise/木林森");
    }

    proptest! {
        /// No name breaks out of its segment, and every result passes the checks of the RDF library.
        #[test]
        fn is_always_valid(name in "\\PC{0,20}|[\u{0}-\u{40}]{0,8}|[\u{202e}\u{200f}<>\"{}|^`\\\\ %/#?]{0,8}") {
            let iri = entity_iri("Product", &name);
            prop_assert!(NamedNode::new(iri.as_str()).is_ok(), "{}", iri);
            prop_assert_eq!(iri.as_str().matches('/').count(), ID.matches('/').count() + 1);
        }

        /// Two names never share an IRI.
        #[test]
        fn tells_names_apart(a in "[%0-9A-F中·/ ]{0,6}", b in "[%0-9A-F中·/ ]{0,6}") {
            prop_assert_eq!(a == b, entity_iri("Product", &a) == entity_iri("Product", &b));
        }
    }
}
