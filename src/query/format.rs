//! The forms of an answer.
//!
//! | format | rows and truth values | graphs (CONSTRUCT, DESCRIBE) |
//! |---|---|---|
//! | `table` | a table for people | Turtle |
//! | `md` | a table for GitHub | Turtle |
//! | `csv` | SPARQL 1.1 Results CSV | N-Triples |
//! | `tsv` | SPARQL 1.1 Results TSV | N-Triples |
//! | `json` | SPARQL 1.1 Results JSON | JSON-LD |
//! | `xml` | SPARQL Results XML | RDF/XML |
//!
//! One thing is added to CSV: a spreadsheet runs a cell that begins with `=`, `+`, `-` or `@`. A *text* that begins so
//! gets a `'` before it, unless it is a number with an optional percent sign. Numbers, dates and IRIs stay as they
//! are, and so does every cell of the other formats.

use std::borrow::Cow;
use std::io::{self, Write};

use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxigraph::model::vocab::{rdf, xsd};
use oxigraph::model::{Literal, Term, TermRef, Triple};
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};

use super::run::{Answer, PREFIXES, Rows};
use super::table;

/// The name of a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values; the cells are terms in Turtle.
    Tsv,
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// A Markdown table.
    Md,
}

/// Where a table is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Columns of the terminal; `None` for a file or a pipe, where nothing is wrapped.
    pub width: Option<u16>,
}

/// Writes `answer` to `out` in `format`.
///
/// # Errors
///
/// Those of `out`.
pub fn write(answer: &Answer, format: Format, page: Page, mut out: impl Write) -> io::Result<()> {
    match answer {
        Answer::Graph(triples) => write_graph(triples, format, out),
        Answer::Boolean(value) => match results_format(format) {
            Some(format) => {
                let serializer = QueryResultsSerializer::from_format(format);
                writeln!(serializer.serialize_boolean_to_writer(out, *value)?)
            }
            None => writeln!(out, "{value}"),
        },
        Answer::Rows(rows) => match results_format(format) {
            Some(format) => write_rows(rows, format, out),
            None if format == Format::Md => table::write_markdown(rows, out),
            None => table::write_table(rows, page, out),
        },
    }
}

fn results_format(format: Format) -> Option<QueryResultsFormat> {
    match format {
        Format::Table | Format::Md => None,
        Format::Csv => Some(QueryResultsFormat::Csv),
        Format::Tsv => Some(QueryResultsFormat::Tsv),
        Format::Json => Some(QueryResultsFormat::Json),
        Format::Xml => Some(QueryResultsFormat::Xml),
    }
}

fn write_rows(rows: &Rows, format: QueryResultsFormat, out: impl Write) -> io::Result<()> {
    let serializer = QueryResultsSerializer::from_format(format);
    let mut writer = serializer.serialize_solutions_to_writer(out, rows.columns.clone())?;
    for row in &rows.rows {
        let cells: Vec<_> = rows
            .columns
            .iter()
            .zip(row)
            .filter_map(|(column, cell)| {
                let cell = cell.as_ref()?;
                let cell = if format == QueryResultsFormat::Csv { inert(cell) } else { Cow::Borrowed(cell) };
                Some((column, cell))
            })
            .collect();
        writer.serialize(cells.iter().map(|(column, cell)| (column.as_ref(), TermRef::from(&**cell))))?;
    }
    let mut out = writer.finish()?;
    if matches!(format, QueryResultsFormat::Json | QueryResultsFormat::Xml) {
        writeln!(out)?;
    }
    out.flush()
}

/// The cell as a spreadsheet may have it.
fn inert(cell: &Term) -> Cow<'_, Term> {
    let Term::Literal(literal) = cell else { return Cow::Borrowed(cell) };
    let value = literal.value();
    if !is_text(literal) || !value.starts_with(['=', '+', '-', '@', '\t', '\r']) || is_number(value) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(Literal::new_simple_literal(format!("'{value}")).into())
}

fn is_text(literal: &Literal) -> bool {
    [xsd::STRING, rdf::LANG_STRING].contains(&literal.datatype())
}

fn is_number(value: &str) -> bool {
    let digits = value.trim_start_matches(['+', '-']).trim_end_matches('%');
    value.len() <= digits.len() + 2
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
}

fn write_graph(triples: &[Triple], format: Format, out: impl Write) -> io::Result<()> {
    let (format, line_end) = match format {
        Format::Table | Format::Md => (RdfFormat::Turtle, ""),
        Format::Csv | Format::Tsv => (RdfFormat::NTriples, ""),
        Format::Json => (RdfFormat::JsonLd { profile: JsonLdProfileSet::empty() }, "\n"),
        Format::Xml => (RdfFormat::RdfXml, "\n"),
    };
    let mut serializer = RdfSerializer::from_format(format);
    for (name, iri) in PREFIXES {
        if is_used(triples, iri) {
            serializer = serializer.with_prefix(name, iri).map_err(io::Error::other)?;
        }
    }
    let mut writer = serializer.for_writer(out);
    for triple in triples {
        writer.serialize_triple(triple)?;
    }
    let mut out = writer.finish()?;
    out.write_all(line_end.as_bytes())?;
    out.flush()
}

/// Whether a predicate, a class or a datatype would be written with this prefix. Entities keep their full IRIs: their
/// names have characters that a shortened IRI cannot have.
fn is_used(triples: &[Triple], prefix: &str) -> bool {
    triples.iter().any(|triple| {
        let object = match &triple.object {
            Term::NamedNode(node) if triple.predicate == rdf::TYPE => node.as_str(),
            Term::Literal(literal) if !is_text(literal) => literal.datatype().as_str(),
            _ => "",
        };
        triple.predicate.as_str().starts_with(prefix) || object.starts_with(prefix)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv_cell(value: Literal) -> String {
        inert(&Term::from(value)).to_string()
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_made_inert() {
        for text in ["=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\tx", "--1"] {
            let cell = csv_cell(Literal::new_simple_literal(text));
            assert_eq!(cell.starts_with("\"'"), text != "--1", "{text}");
        }
        assert_eq!(csv_cell(Literal::new_language_tagged_literal("=A1", "zh").unwrap()), "\"'=A1\"");
    }

    #[test]
    fn numbers_and_plain_texts_are_left_alone() {
        for text in ["-3.2%", "+12", "1,000", "2.5亿元", "", "古镇镇", "第-3"] {
            let cell = Literal::new_simple_literal(text);
            assert_eq!(csv_cell(cell.clone()), cell.to_string());
        }
        let negative = Literal::new_typed_literal("-5", xsd::DECIMAL);
        assert_eq!(csv_cell(negative.clone()), negative.to_string());
    }
}
