//! The quads of one part of the graph (what a document says, the ontology …) as a few bytes that open fast.
//!
//! Each term stands once, as N-Quads writes it, in order; quads are four numbers of terms, in the order of the lines that
//! N-Quads would have. The same quads give the same bytes. LZ4 makes a fifth of it.

use std::fmt::Write as _;

use foldhash::fast::RandomState;
use indexmap::IndexSet;
use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{GraphNameRef, Literal, NamedNodeRef, NamedOrBlankNodeRef, Quad, TermRef};
use serde::{Deserialize, Serialize};

use super::term::Line;

/// The quads of one part of the graph.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Segment<'a> {
    /// The terms, each once, in order.
    #[serde(borrow)]
    pub terms: Vec<&'a str>,
    /// Subject, predicate, object and graph of each quad: places in `terms`.
    pub quads: Vec<[u32; 4]>,
}

/// Quads that are being put together, in any order, each once or several times.
#[derive(Default)]
pub struct Draft {
    /// Terms as N-Quads writes them, each once.
    terms: IndexSet<Box<str>, RandomState>,
    quads: Vec<[u32; 4]>,
    /// The term that is looked up.
    buffer: String,
}

impl Draft {
    /// One more quad. Decimals are written in one way, the one in which every engine gives them back.
    pub fn put(
        &mut self,
        subject: NamedOrBlankNodeRef<'_>,
        predicate: NamedNodeRef<'_>,
        object: TermRef<'_>,
        graph: NamedNodeRef<'_>,
    ) {
        let quad = [subject.into(), predicate.into(), object, graph.into()].map(|term| self.number(term));
        self.quads.push(quad);
    }

    fn number(&mut self, term: TermRef<'_>) -> u32 {
        self.buffer.clear();
        write(term, &mut self.buffer);
        let place = match self.terms.get_index_of(self.buffer.as_str()) {
            Some(place) => place,
            None => self.terms.insert_full(self.buffer.as_str().into()).0,
        };
        place as u32
    }

    /// The quads so far, in the order in which they came.
    pub fn quads(&self) -> impl Iterator<Item = Quad> {
        self.quads.iter().filter_map(|quad| {
            let [subject, predicate, object, graph] = quad.map(|number| &*self.terms[number as usize]);
            Line { subject, predicate, object, graph }.quad()
        })
    }

    /// The bytes of a segment with these quads, and their number.
    pub(super) fn encode(self) -> (Vec<u8>, u32) {
        let Self { terms, mut quads, .. } = self;
        let mut order: Vec<u32> = (0..terms.len() as u32).collect();
        order.sort_unstable_by_key(|number| &terms[*number as usize]);
        let mut place = vec![0; terms.len()];
        for (new, old) in (0..).zip(&order) {
            place[*old as usize] = new;
        }
        for quad in &mut quads {
            *quad = quad.map(|old| place[old as usize]);
        }
        quads.sort_unstable();
        quads.dedup();
        let count = quads.len() as u32;
        let terms = order.iter().map(|number| &*terms[*number as usize]).collect();
        (bytes_of(&Segment { terms, quads }), count)
    }
}

impl<'a> Extend<&'a Quad> for Draft {
    fn extend<I: IntoIterator<Item = &'a Quad>>(&mut self, quads: I) {
        for quad in quads {
            // Nothing that this program writes stands outside of all named graphs.
            if let GraphNameRef::NamedNode(graph) = quad.graph_name.as_ref() {
                self.put(quad.subject.as_ref(), quad.predicate.as_ref(), quad.object.as_ref(), graph);
            }
        }
    }
}

/// Writes a term as N-Quads does.
fn write(term: TermRef<'_>, out: &mut String) {
    match term {
        TermRef::NamedNode(node) => out.extend(["<", node.as_str(), ">"]),
        TermRef::Literal(literal) if literal.datatype() == xsd::DECIMAL => {
            out.push_str(&Literal::new_typed_literal(decimal(literal.value()), xsd::DECIMAL).to_string());
        }
        // Most texts have nothing to escape.
        TermRef::Literal(literal) if literal.value().bytes().all(plain) => {
            out.extend(["\"", literal.value(), "\""]);
            match literal.language() {
                Some(language) => out.extend(["@", language]),
                None if literal.datatype() == xsd::STRING => {}
                None => out.extend(["^^<", literal.datatype().as_str(), ">"]),
            }
        }
        _ => {
            // Writing into a text cannot fail.
            let _ = write!(out, "{term}");
        }
    }
}

/// Whether a byte of a literal stands for itself.
fn plain(byte: u8) -> bool {
    byte >= b' ' && !matches!(byte, b'"' | b'\\' | 0x7f)
}

/// A decimal without zeros at its ends: XML Schema's canonical form, but for the point of whole numbers.
fn decimal(value: &str) -> String {
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", value.strip_prefix('+').unwrap_or(value)),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, rest) = (whole.trim_start_matches('0'), rest.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    match rest {
        "" if whole == "0" => "0".to_owned(),
        "" => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest}"),
    }
}

/// `value` in few bytes.
pub fn bytes_of(value: &impl Serialize) -> Vec<u8> {
    compress_prepend_size(&postcard::to_stdvec(value).expect("plain data can always be written"))
}

/// What [`bytes_of`] made few.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    decompress_size_prepended(bytes).map_err(|e| e.to_string())
}

impl<'a> Segment<'a> {
    /// Reads what [`Draft::encode`] wrote, unpacked. Every number in it is the place of a term.
    pub(super) fn decode(unpacked: &'a [u8]) -> Result<Self, String> {
        let segment: Self = postcard::from_bytes(unpacked).map_err(|e| e.to_string())?;
        let terms = segment.terms.len();
        if segment.quads.iter().flatten().any(|place| *place as usize >= terms) {
            return Err("a quad has a term that is not there".to_owned());
        }
        Ok(segment)
    }

    /// Its quads as lines, in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'a>> {
        self.quads.iter().map(|quad| {
            let [subject, predicate, object, graph] = quad.map(|place| self.terms[place as usize]);
            Line { subject, predicate, object, graph }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};
    use proptest::prelude::*;

    fn quads(lines: &[String]) -> Vec<Quad> {
        let text = lines.concat();
        RdfParser::from_format(RdfFormat::NQuads).for_slice(&text).map(|q| q.expect("a quad")).collect()
    }

    proptest! {
        #[test]
        fn the_lines_come_back_sorted_and_once(
            parts in prop::collection::vec(("[ab]{1,2}", "[pq]", "<[a-c/]{1,3}>|\"[a-c@ \u{4e2d}]{0,3}\"(@zh)?", "[gh]"), 0..20)
        ) {
            let mut lines: Vec<String> =
                parts.iter().map(|(s, p, o, g)| format!("<x:{s}> <x:{p}> {} <x:{g}> .\n", o.replace('<', "<x:"))).collect();
            let encode = |lines: &[String]| {
                let mut draft = Draft::default();
                draft.extend(&quads(lines));
                draft.encode()
            };
            let encoded = encode(&lines);
            lines.reverse();
            prop_assert!(encoded == encode(&lines), "the order makes no difference");
            let unpacked = unpack(&encoded.0).expect("unpacked");
            let segment = Segment::decode(&unpacked).expect("decoded");
            let found: Vec<String> = segment.lines().map(|line| format!("{line}\n")).collect();
            lines.sort();
            lines.dedup();
            prop_assert_eq!(found, lines);
        }
    }

    #[test]
    fn terms_are_written_as_elsewhere() {
        for value in ["", "中文 a", "\"", "a\\b", "line\nline", "tab\t", "\u{7f}", "\u{1}", "\u{85}", "\u{feff}"] {
            for literal in [
                Literal::new_simple_literal(value),
                Literal::new_language_tagged_literal_unchecked(value, "zh"),
                Literal::new_typed_literal(value, xsd::DATE),
            ] {
                let mut found = String::new();
                write(literal.as_ref().into(), &mut found);
                assert_eq!(found, literal.to_string());
            }
        }
    }

    #[test]
    fn decimals_are_written_in_one_way() {
        for (given, expected) in [
            ("0.90", "0.9"),
            ("250000000.0", "250000000"),
            ("100", "100"),
            ("-0.0", "0"),
            ("+007.10", "7.1"),
            (".5", "0.5"),
        ] {
            assert_eq!(decimal(given), expected);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(unpack(&[1, 2, 3]).is_err());
        assert!(Segment::decode(&[0xff; 8]).is_err());
        let wrong = postcard::to_stdvec(&Segment { terms: vec!["<a>"], quads: vec![[0, 0, 0, 1]] }).expect("written");
        assert!(Segment::decode(&wrong).is_err());
    }
}
