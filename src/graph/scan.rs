//! The lines of a store one after the other, without loading them: for what looks at each quad once and keeps little, such as
//! a picture of a large graph.
//!
//! The lines are sorted, so all lines of one kind of subject stand together and can be left out by seeking over them. The
//! hash of the file is not computed, which would take longer than the reading; a line that is no quad is reported.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread;

use fs_err::File;

use super::store::{GRAPH, StoreError, current_generation, read_manifest};

/// How much is read at once.
const BUFFER: usize = 1 << 18;
/// How many such pieces may wait.
const AHEAD: usize = 8;

/// A quad as it stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// IRI of the subject.
    pub subject: &'a str,
    /// IRI of the predicate.
    pub predicate: &'a str,
    /// IRI, blank node or literal as it is written.
    pub object: &'a str,
    /// IRI of the graph.
    pub graph: &'a str,
    /// All of it.
    pub whole: &'a str,
}

impl<'a> Line<'a> {
    /// The parts of a line; nothing when it is no quad with a named subject.
    pub fn parse(whole: &'a str) -> Option<Self> {
        // No IRI holds a `>` or `<`.
        let bytes = whole.as_bytes();
        let subject = memchr::memchr(b'>', bytes).filter(|_| whole.starts_with('<'))?;
        let predicate = subject + 3 + memchr::memchr(b'>', bytes.get(subject + 3..)?)?;
        let graph = memchr::memrchr(b'<', bytes)?;
        let object = whole.get(predicate + 2..graph.checked_sub(1)?)?;
        let sound =
            bytes[subject..].starts_with(b"> <") && bytes[predicate..].starts_with(b"> ") && bytes[graph - 1] == b' ';
        let graph = whole.get(graph + 1..)?.strip_suffix("> .").filter(|_| sound)?;
        Some(Self { subject: &whole[1..subject], predicate: &whole[subject + 3..predicate], object, graph, whole })
    }

    /// The IRI or the text of the literal; nothing for a blank node.
    pub fn value(&self) -> Option<Cow<'a, str>> {
        if let Some(iri) = self.object.strip_prefix('<') {
            return iri.strip_suffix('>').map(Cow::Borrowed);
        }
        let text = self.object.strip_prefix('"')?;
        let text = &text[..text.rfind('"')?];
        Some(if text.contains('\\') { Cow::Owned(unescaped(text)) } else { Cow::Borrowed(text) })
    }
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

/// Gives each line of the store at `dir` to `each`, except for those whose subject begins with one of `without`.
///
/// # Errors
///
/// When there is no store at `dir`, it is of another layout version, or a line is no quad.
pub fn scan(dir: &Path, without: &[String], mut each: impl FnMut(Line<'_>)) -> Result<(), StoreError> {
    let (path, mut file, end) = open(dir)?;
    let damaged = |why: &dyn std::fmt::Display| StoreError::damaged(&path, why);
    let mut gaps = Vec::new();
    for prefix in without {
        let from = format!("<{prefix}").into_bytes();
        // No text that begins with the prefix comes after it followed by the greatest byte.
        let to = [&from[..], &[0xFF]].concat();
        let mut place = |key: &[u8]| place(&mut file, end, key).map_err(|e| damaged(&e));
        gaps.push((place(&from)?, place(&to)?));
    }
    gaps.sort_unstable();
    gaps.push((end, end));
    // One thread reads while the other takes the lines apart.
    let (sender, receiver) = mpsc::sync_channel(AHEAD);
    thread::scope(|scope| {
        let reading = scope.spawn(move || read_parts(&mut file, &gaps, &sender));
        for text in receiver {
            each_line(&text, &mut each).ok_or_else(|| damaged(&"a line is no quad"))?;
        }
        match reading.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(damaged(&error)),
            Err(_) => Err(damaged(&"reading broke off")),
        }
    })
}

/// Sends what stands between the gaps, in pieces of whole lines. Nobody listening any more is no error.
fn read_parts(file: &mut File, gaps: &[(u64, u64)], sender: &SyncSender<String>) -> io::Result<()> {
    let mut start = 0;
    for (from, to) in gaps {
        file.seek(SeekFrom::Start(start))?;
        let mut part = (&mut *file).take(from.saturating_sub(start));
        // The beginning of a line whose end was not read yet.
        let mut held: Vec<u8> = Vec::new();
        loop {
            let mut bytes = Vec::with_capacity(held.len() + BUFFER);
            bytes.append(&mut held);
            let read = (&mut part).take(BUFFER as u64).read_to_end(&mut bytes)?;
            if read > 0 {
                held = bytes.split_off(memchr::memrchr(b'\n', &bytes).map_or(0, |at| at + 1));
            }
            let text = String::from_utf8(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
            if sender.send(text).is_err() || read == 0 {
                break;
            }
        }
        start = start.max(*to);
    }
    Ok(())
}

/// Gives each line of `text` to `each`; nothing when one is no quad.
fn each_line(text: &str, each: &mut impl FnMut(Line<'_>)) -> Option<()> {
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
        let line = text[start..end].trim_end();
        start = end + 1;
        match Line::parse(line) {
            Some(line) => each(line),
            // Lists in the ontology hang on blank nodes.
            None if line.starts_with("_:") || line.is_empty() => {}
            None => return None,
        }
    }
    Some(())
}

/// Gives all lines of some subjects to `each`, without reading what stands between them.
///
/// # Errors
///
/// As [`scan`].
pub fn scan_subjects(
    dir: &Path,
    subjects: &BTreeSet<String>,
    mut each: impl FnMut(Line<'_>),
) -> Result<(), StoreError> {
    let (path, mut file, end) = open(dir)?;
    let damaged = |why: &dyn std::fmt::Display| StoreError::damaged(&path, why);
    for subject in subjects {
        let key = format!("<{subject}> ");
        let start = place(&mut file, end, key.as_bytes()).map_err(|e| damaged(&e))?;
        file.seek(SeekFrom::Start(start)).map_err(|e| damaged(&e))?;
        let mut reader = BufReader::with_capacity(1 << 13, &mut file);
        let mut line = String::new();
        while reader.read_line(&mut line).map_err(|e| damaged(&e))? > 0 && line.starts_with(&key) {
            each_line(&line, &mut each).ok_or_else(|| damaged(&"a line is no quad"))?;
            line.clear();
        }
    }
    Ok(())
}

/// The file with the quads, its path and its length.
fn open(dir: &Path) -> Result<(PathBuf, File, u64), StoreError> {
    let generation = current_generation(dir)?;
    read_manifest(dir, &generation)?;
    let path = generation.join(GRAPH);
    let file = File::open(&path).map_err(|e| StoreError::damaged(&path, e))?;
    let end = file.metadata().map_err(|e| StoreError::damaged(&path, e))?.len();
    Ok((path, file, end))
}

/// Where the first line begins that does not come before `key`.
fn place(file: &mut File, end: u64, key: &[u8]) -> io::Result<u64> {
    // Between these two lies the place; both are starts of lines, or the end.
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low + (high - low) / 2;
        let (start, line) = line_around(file, middle, low)?;
        if line.as_slice() < key {
            low = start + line.len() as u64;
        } else {
            high = start;
        }
    }
    Ok(low)
}

/// The line that holds the byte at `at`, with its start, which is not before `low`.
fn line_around(file: &mut File, at: u64, low: u64) -> io::Result<(u64, Vec<u8>)> {
    let mut reach = 1 << 10;
    let start = loop {
        let from = at.saturating_sub(reach).max(low);
        file.seek(SeekFrom::Start(from))?;
        let mut before = Vec::new();
        (&mut *file).take(at - from).read_to_end(&mut before)?;
        match before.iter().rposition(|byte| *byte == b'\n') {
            Some(place) => break from + place as u64 + 1,
            None if from == low => break low,
            None => reach *= 4,
        }
    };
    file.seek(SeekFrom::Start(start))?;
    let mut line = Vec::new();
    BufReader::with_capacity(1 << 10, file).read_until(b'\n', &mut line)?;
    Ok((start, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_taken_apart() {
        let line = Line::parse(r#"<a> <b> "x \"y\" > <z> .\n\u4E2D"@zh <g> ."#).expect("a quad");
        assert_eq!((line.subject, line.predicate, line.graph), ("a", "b", "g"));
        assert_eq!(line.value().as_deref(), Some("x \"y\" > <z> .\n中"));
        let line = Line::parse(r#"<a> <b> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <g> ."#).expect("a quad");
        assert_eq!(line.value().as_deref(), Some("3"));
        let line = Line::parse("<a> <b> <c> <g> .").expect("a quad");
        assert_eq!(line.value().as_deref(), Some("c"));
        assert_eq!(Line::parse("<a> <b> _:c <g> .").and_then(|line| line.value()), None);
        for bad in
            ["nonsense", "", "<", "<a>", "<a> <b>", "<a> <b> <g> .", "<a> <b> <c> <g>", "<a><b><c><g> .", "<a> <b> 中"]
        {
            assert_eq!(Line::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_left_out_is_just_what_begins_so() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut lines: Vec<String> =
            (0..3000).map(|n| format!("<{}/{n}> <p> <o> <g> .\n", ["a", "b", "b0", "c"][n % 4])).collect();
        lines.sort();
        super::super::Store::write(dir.path(), lines.concat().as_bytes(), String::new(), Vec::new(), 1)
            .expect("written");
        for without in [&[][..], &["b/".to_owned()], &["a/".to_owned(), "c/".to_owned()], &["z".to_owned()]] {
            let mut seen = Vec::new();
            scan(dir.path(), without, |line| seen.push(format!("{}\n", line.whole))).expect("read");
            let wanted = |line: &&String| !without.iter().any(|prefix| line[1..].starts_with(prefix));
            assert_eq!(seen, lines.iter().filter(wanted).cloned().collect::<Vec<_>>(), "{without:?}");
        }
        let subjects = BTreeSet::from(["a/0".to_owned(), "b0/2".to_owned(), "nobody".to_owned()]);
        let mut seen = Vec::new();
        scan_subjects(dir.path(), &subjects, |line| seen.push(line.subject.to_owned())).expect("read");
        assert_eq!(seen, ["a/0", "b0/2"]);
    }
}
