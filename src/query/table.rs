//! Tables for people: on a terminal, in a file, and as Markdown.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table};
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term};

use super::format::Page;
use super::run::{PREFIXES, Rows};
use crate::ontology::vocab::ID;

/// A column of the table that is no wider is not wrapped; a wider one is not made narrower than this.
const READABLE: u16 = 12;
/// What a column of the table takes beside its text.
const FRAME: u16 = 3;

pub(super) fn write_table(rows: &Rows, page: Page, mut out: impl Write) -> io::Result<()> {
    let rows = &for_people(rows);
    let mut table = layout(rows);
    if let Some(width) = page.width {
        let widths = table.column_max_content_widths();
        let needed = widths.iter().fold(1, |sum: u16, w| sum.saturating_add(FRAME + READABLE.min(*w)));
        if needed > width && !rows.rows.is_empty() {
            return write_records(rows, out);
        }
        for (column, _) in table.column_iter_mut().zip(widths).filter(|(_, width)| *width <= READABLE) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for line in table.lines() {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// The answer without the columns that only programs read: offsets, and IRIs that stand beside their label. The other
/// formats have them.
fn for_people(rows: &Rows) -> Rows {
    let names: Vec<&str> = rows.columns.iter().map(|c| c.as_str()).collect();
    let labelled = |name: &str| name.strip_suffix("Iri").is_some_and(|n| names.contains(&format!("{n}Label").as_str()));
    let offset = |name: &str| names.contains(&"quote") && matches!(name, "start" | "end");
    let kept: Vec<usize> = (0..names.len()).filter(|i| !labelled(names[*i]) && !offset(names[*i])).collect();
    Rows {
        columns: kept.iter().map(|i| rows.columns[*i].clone()).collect(),
        rows: rows.rows.iter().map(|row| kept.iter().map(|i| row[*i].clone()).collect()).collect(),
    }
}

fn layout(rows: &Rows) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(rows.columns.iter().map(|c| c.as_str()));
    for row in &rows.rows {
        table.add_row(row.iter().map(|cell| {
            let text = cell.as_ref().map_or_else(String::new, |term| one_line(&short(term)));
            let number = cell.as_ref().is_some_and(is_number);
            Cell::new(text).set_alignment(if number { CellAlignment::Right } else { CellAlignment::Left })
        }));
    }
    table
}

/// One line a cell: for answers with more columns than a terminal can show side by side.
fn write_records(rows: &Rows, mut out: impl Write) -> io::Result<()> {
    let widest = rows.columns.iter().map(|c| c.as_str().len()).max().unwrap_or(0);
    for (number, row) in rows.rows.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        for (column, cell) in rows.columns.iter().zip(row) {
            if let Some(cell) = cell {
                writeln!(out, "{:>widest$}  {}", column.as_str(), one_line(&short(cell)))?;
            }
        }
    }
    out.flush()
}

pub(super) fn write_markdown(rows: &Rows, mut out: impl Write) -> io::Result<()> {
    let header: Vec<&str> = rows.columns.iter().map(|c| c.as_str()).collect();
    writeln!(out, "| {} |", header.join(" | "))?;
    let rule: Vec<&str> = rows.columns.iter().map(|_| "---").collect();
    writeln!(out, "| {} |", rule.join(" | "))?;
    for row in &rows.rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| cell.as_ref().map_or_else(String::new, |term| markdown(&one_line(&short(term)))))
            .collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    out.flush()
}

fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn is_number(term: &Term) -> bool {
    matches!(term, Term::Literal(l) if [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE].contains(&l.datatype()))
}

/// The term as a person reads it: no datatypes, no language tags, IRIs by their short names.
fn short(term: &Term) -> Cow<'_, str> {
    match term {
        Term::Literal(literal) => Cow::Borrowed(Literal::value(literal)),
        Term::BlankNode(node) => Cow::Owned(node.to_string()),
        Term::NamedNode(node) => short_iri(node.as_str()),
    }
}

fn short_iri(iri: &str) -> Cow<'_, str> {
    if let Some(path) = iri.strip_prefix(ID) {
        // A document keeps its folders; of other things the class is left out.
        let name = path.strip_prefix("document/").or_else(|| path.rsplit('/').next()).unwrap_or(path);
        return decoded(name);
    }
    let prefixed = PREFIXES.iter().find_map(|(name, prefix)| {
        let local = iri.strip_prefix(prefix)?;
        (!local.is_empty() && !local.contains(['/', '#'])).then(|| format!("{name}:{local}"))
    });
    Cow::Owned(prefixed.unwrap_or_else(|| format!("<{iri}>")))
}

/// `text` with `%E6…` put back; what is not UTF-8 then stays as it is.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Line ends become blanks; signs that steer a terminal or turn the direction of writing become `�`.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use oxigraph::model::{NamedNode, Variable};

    use super::*;

    fn rows(columns: &[&str], cells: &[&[&str]]) -> Rows {
        Rows {
            columns: columns.iter().map(|c| Variable::new(*c).unwrap()).collect(),
            rows: cells
                .iter()
                .map(|row| {
                    row.iter().map(|c| (!c.is_empty()).then(|| Literal::new_simple_literal(*c).into())).collect()
                })
                .collect(),
        }
    }

    fn table(rows: &Rows, width: Option<u16>) -> String {
        let mut out = Vec::new();
        write_table(rows, Page { width }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn iris_are_shown_by_their_names() {
        let cases = [
            ("https://w3id.org/wenmai/id/Bank/招商银行", "招商银行"),
            ("https://w3id.org/wenmai/id/PolicyDocument/A%20%E2%80%9CB%E2%80%9D", "A “B”"),
            ("https://w3id.org/wenmai/id/Bank/100%", "100%"),
            ("https://w3id.org/wenmai/id/Bank/%FF", "%FF"),
            ("https://w3id.org/wenmai/id/document/2023/a.txt", "2023/a.txt"),
            ("https://w3id.org/wenmai/ontology#builds", "wm:builds"),
            ("http://www.w3.org/2004/02/skos/core#prefLabel", "skos:prefLabel"),
            ("https://example.org/x", "<https://example.org/x>"),
        ];
        for (iri, shown) in cases {
            assert_eq!(short(&NamedNode::new_unchecked(iri).into()), shown);
        }
    }

    #[test]
    fn chinese_characters_count_as_two_columns() {
        let table = table(&rows(&["name", "n"], &[&["古镇镇", "a"], &["LED", "b"]]), None);
        let expected =
            "┌────────┬───┐\n│ name   ┆ n │\n╞════════╪═══╡\n│ 古镇镇 ┆ a │\n│ LED    ┆ b │\n└────────┴───┘\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_terminal_wraps_and_a_pipe_does_not() {
        let long = "一".repeat(60);
        let answer = rows(&["a", "b"], &[&[&long, "x"]]);
        let wrapped = table(&answer, Some(40));
        assert!(wrapped.lines().count() > 4 && wrapped.lines().all(|l| l.chars().count() <= 40), "{wrapped}");
        assert!(table(&answer, None).contains(&long));
    }

    #[test]
    fn many_columns_on_a_narrow_terminal_become_records() {
        let answer = rows(&["one", "three", "two"], &[&["1", "", "2"], &["3", "4", "5"]]);
        let last = table(&answer, Some(30));
        assert!(last.starts_with('┌') && last.lines().all(|l| l.chars().count() <= 30), "{last}");
        assert_eq!(table(&answer, Some(20)), "  one  1\n  two  2\n\n  one  3\nthree  4\n  two  5\n");
    }

    #[test]
    fn markdown_cells_cannot_break_the_table() {
        let mut out = Vec::new();
        write_markdown(&rows(&["q"], &[&["a|b\n<img> `x` \\"]]), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "| q |\n| --- |\n| a\\|b &lt;img&gt; \\`x\\` \\\\ |\n");
    }

    #[test]
    fn signs_that_steer_a_terminal_are_not_passed_on() {
        assert_eq!(one_line("a\u{1b}[31mb\u{202e}c\r\nd"), "a\u{fffd}[31mb\u{fffd}c  d");
    }
}
