//! Tables of the commands that do not ask a store: drawn, and written as CSV, like the answers of queries.

use std::io::{self, Write};

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, Term, Variable};

use crate::query::{Answer, Format, Page, Rows, write};

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// A count.
    Count(usize),
    /// A number, with so many decimals.
    Number(f64, usize),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl Cell {
    fn term(&self) -> Option<Term> {
        let literal = match self {
            Self::Text(text) => Literal::new_simple_literal(text),
            Self::Count(count) => Literal::new_typed_literal(count.to_string(), xsd::INTEGER),
            Self::Number(number, decimals) => Literal::new_typed_literal(format!("{number:.decimals$}"), xsd::DECIMAL),
            Self::Empty => return None,
        };
        Some(literal.into())
    }
}

/// A table: its columns, and rows of as many cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sheet {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// A table without rows. The columns must be words that a query could have as variables.
    pub(super) fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether it has no row.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table in `format`; `width` is that of the terminal, `None` where lines may be long.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub(super) fn write(&self, format: Format, width: Option<u16>, out: impl Write) -> io::Result<()> {
        let columns = self.columns.iter().map(|c| Variable::new_unchecked(*c)).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::term).collect()).collect();
        write(&Answer::Rows(Rows { columns, rows }), format, Page { width }, out)
    }
}

/// The width of the terminal that standard output goes to; `None` for a file or a pipe.
pub(super) fn width() -> Option<u16> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0)
}
