//! The quads of one part of the graph (what a document says, the ontology …) as a few bytes that open fast.
//!
//! Each term stands once, as N-Quads writes it, in order; quads are four numbers of terms, in the order of the lines that
//! N-Quads would have. The same quads give the same bytes. LZ4 makes a fifth of it.

use foldhash::{HashMap, HashMapExt as _};
use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{GraphNameRef, Literal, Quad, TermRef};
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

/// An encoded segment and the number of its quads.
pub(super) struct Encoded {
    pub bytes: Vec<u8>,
    pub quads: u32,
}

/// The bytes of a segment with `quads`, each once. Decimals are written in one way, the one in which every engine gives
/// them back.
pub(super) fn encode(quads: &[Quad]) -> Encoded {
    let mut numbers: HashMap<TermRef<'_>, u32> = HashMap::with_capacity(quads.len());
    let mut numbered: Vec<[u32; 4]> = Vec::with_capacity(quads.len());
    for quad in quads {
        let graph = match quad.graph_name.as_ref() {
            GraphNameRef::NamedNode(node) => TermRef::from(node),
            GraphNameRef::BlankNode(node) => node.into(),
            GraphNameRef::DefaultGraph => continue,
        };
        numbered.push([quad.subject.as_ref().into(), quad.predicate.as_ref().into(), quad.object.as_ref(), graph].map(
            |term: TermRef<'_>| {
                let next = numbers.len() as u32;
                *numbers.entry(term).or_insert(next)
            },
        ));
    }
    let mut written: Vec<(String, u32)> = numbers.into_iter().map(|(term, number)| (text(term), number)).collect();
    written.sort_unstable();
    let (mut terms, mut place): (Vec<&str>, _) = (Vec::with_capacity(written.len()), vec![0; written.len()]);
    for (term, old) in &written {
        if terms.last() != Some(&term.as_str()) {
            terms.push(term);
        }
        place[*old as usize] = terms.len() as u32 - 1;
    }
    for quad in &mut numbered {
        *quad = quad.map(|old| place[old as usize]);
    }
    numbered.sort_unstable();
    numbered.dedup();
    let count = numbered.len() as u32;
    let segment = Segment { terms, quads: numbered };
    Encoded { bytes: pack(&segment), quads: count }
}

/// A term as N-Quads writes it.
fn text(term: TermRef<'_>) -> String {
    match term {
        TermRef::Literal(literal) if literal.datatype() == xsd::DECIMAL => {
            Literal::new_typed_literal(decimal(literal.value()), xsd::DECIMAL).to_string()
        }
        _ => term.to_string(),
    }
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
pub(super) fn pack(value: &impl Serialize) -> Vec<u8> {
    compress_prepend_size(&postcard::to_stdvec(value).expect("plain data can always be written"))
}

/// The bytes that [`pack`] made few.
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    decompress_size_prepended(bytes).map_err(|e| e.to_string())
}

impl<'a> Segment<'a> {
    /// Reads what [`encode`] wrote, unpacked. Every number in it is the place of a term.
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
            let encoded = encode(&quads(&lines));
            lines.reverse();
            prop_assert!(encoded.bytes == encode(&quads(&lines)).bytes, "the order makes no difference");
            let unpacked = unpack(&encoded.bytes).expect("unpacked");
            let segment = Segment::decode(&unpacked).expect("decoded");
            let found: Vec<String> = segment.lines().map(|line| format!("{line}\n")).collect();
            lines.sort();
            lines.dedup();
            prop_assert_eq!(found, lines);
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
