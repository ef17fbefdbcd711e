//! Tab-separated tables: a header line, comment lines with `#`, no quoting.

use crate::diag::Diagnostic;

/// One row: its line number (from 1) and its cells.
pub(super) struct Row<'a> {
    pub(super) line: usize,
    pub(super) cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// The cell in column `n`; empty when the row is too short.
    pub(super) fn cell(&self, n: usize) -> &'a str {
        self.cells.get(n).copied().unwrap_or_default()
    }
}

/// Reads the table in `text`, whose header must be `header`. Rows with too few or too many cells are reported.
pub(super) fn rows<'a>(path: &str, text: &'a str, header: &[&str], found: &mut Vec<Diagnostic>) -> Vec<Row<'a>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate().map(|(i, l)| (i + 1, l.trim_end_matches('\r')));
    let mut lines = lines.filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
    let expected = header.join("\t");
    match lines.next() {
        Some((_, first)) if first == expected => {}
        other => {
            let line = other.map_or(1, |(n, _)| n);
            let message = format!("the header must be `{}`", header.join("<TAB>"));
            found.push(Diagnostic::error("K401", format!("{path}:{line}:1"), message));
            return Vec::new();
        }
    }
    let mut rows = Vec::new();
    for (line, text) in lines {
        let cells: Vec<&str> = text.split('\t').collect();
        if cells.len() > header.len() || cells[0].is_empty() {
            let message =
                format!("a row needs up to {} cells, the first one filled; this one has {}", header.len(), cells.len());
            found.push(Diagnostic::error("K402", format!("{path}:{line}:1"), message));
            continue;
        }
        rows.push(Row { line, cells });
    }
    rows
}
