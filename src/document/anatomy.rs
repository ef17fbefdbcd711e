//! Paragraphs → parts of a document.

use super::split::sentences;
use super::{Block, BlockKind, Cues, Document, Head, Part};
use crate::diag::{Diagnostic, Span};
use crate::search::Group;
use crate::text::Text;

/// How many paragraphs from the top may belong to the head.
const HEAD_PARAGRAPHS: usize = 14;
/// The longest line of a web page that is no part of the document, in bytes.
const PAGE_LINE: usize = 400;
/// How many lines a title may be broken into.
const TITLE_LINES: usize = 4;

/// Reads the anatomy of `text`. Never fails: what is not recognised is body.
pub fn read(text: Text, cues: &Cues) -> Document {
    let paragraphs = paragraphs(text.clean());
    // The lines of a web page around the document are no part of it: nothing below counts them or looks at them.
    let own = paragraphs.iter().enumerate().filter(|(_, span)| !is_of_page(span.of(text.clean()), cues));
    let (places, lines): (Vec<usize>, Vec<Span>) = own.map(|(i, span)| (i, *span)).unzip();
    let mut reader = Reader { text: text.clean(), cues, head: Head::default(), kinds: vec![None; lines.len()] };
    reader.head(&lines);
    reader.tail(&lines);
    reader.sender(&lines);
    let head = reader.head;
    let mut kinds = vec![Some(BlockKind::Head); paragraphs.len()];
    places.into_iter().zip(reader.kinds).for_each(|(i, kind)| kinds[i] = kind);
    let mut cuts = Vec::new();
    let blocks = blocks(text.clean(), cues, &paragraphs, &kinds, &mut cuts);
    let mut diagnostics = Vec::new();
    if let Some(&first) = cuts.first() {
        let at = text.original(Span::new(first, first + 1)).start;
        let message =
            format!("{} times a sentence is too long and was cut; the first time at character {at}", cuts.len());
        let hint = "what it states across a cut is not read; look whether marks were lost";
        diagnostics.push(Diagnostic::warning("D203", "", message).hint(hint));
    }
    if text.clean().trim().is_empty() {
        diagnostics.push(Diagnostic::warning("D201", "", "the file holds no text"));
    } else if head.title.is_none() && head.sender.is_none() {
        let hint = "what it names and counts is read, but words that stand for its own place cannot be resolved";
        diagnostics.push(Diagnostic::warning("D202", "", "no title and no sender were recognised").hint(hint));
    }
    Document { text, head, blocks, diagnostics }
}

fn paragraphs(clean: &str) -> Vec<Span> {
    let mut start = 0;
    clean
        .split_inclusive('\n')
        .map(|line| {
            let span = Span::new(start, start + line.trim_end_matches('\n').len());
            start += line.len();
            span
        })
        .filter(|span| !span.is_empty())
        .collect()
}

/// Whether `line` is one of those that a web page puts around a document. A line with a contact person is left to what
/// takes such lines out.
fn is_of_page(line: &str, cues: &Cues) -> bool {
    line.len() <= PAGE_LINE && cues.page.is_match(line) && !cues.contact.is_match(line)
}

struct Reader<'a> {
    text: &'a str,
    cues: &'a Cues,
    head: Head,
    kinds: Vec<Option<BlockKind>>,
}

impl Reader<'_> {
    fn part(&self, span: Span) -> Part {
        Part { span, text: span.of(self.text).replace('\n', "") }
    }

    /// Class mark, number, title and addressee, among the first paragraphs.
    fn head(&mut self, paragraphs: &[Span]) {
        let top = paragraphs.len().min(HEAD_PARAGRAPHS);
        let mut last = None;
        for (i, &span) in paragraphs[..top].iter().enumerate() {
            let line = span.of(self.text);
            // A sentence is no line of the head, even where a list follows it.
            if self.level_of(line).is_some() || line.contains('。') {
                break;
            }
            if let Some(mark) = self.cues.class_mark.found(line) {
                let class = mark.groups().flatten().next().map_or("", Group::as_str);
                self.head.reply_class = Some(Part { span, text: class.to_owned() });
            } else if let Some(n) = self.cues.number.found(line).filter(|_| self.head.number.is_none()) {
                self.head.number = Some(Part { span, text: self.cues.number_as_written(&n[1], &n[2], &n[3]) });
                if let Some(class) = n.group(4) {
                    self.head.reply_class = Some(Part { span, text: class.as_str().to_owned() });
                }
            } else if self.head.title.is_some() && self.cues.addressee.is_match(line) {
                let bare = Span::new(span.start, span.end - '：'.len_utf8());
                self.head.addressee = Some(self.part(bare));
                last = Some(i);
                break;
            } else if self.head.title.is_none()
                && !line.ends_with('：')
                && let Some(lines) = self.title_at(&paragraphs[i..top])
            {
                let title = span.join(paragraphs[i + lines - 1]);
                self.head.title = Some(self.part(title));
                last = Some(i + lines - 1);
            }
            last = last.max((self.head.number.is_some() || self.head.reply_class.is_some()).then_some(i));
        }
        if let Some(last) = last {
            self.kinds[..=last].fill(Some(BlockKind::Head));
        }
        self.split_addressee(paragraphs, last);
    }

    /// How many of the paragraphs make up a title, when the first one starts one.
    fn title_at(&self, paragraphs: &[Span]) -> Option<usize> {
        let mut joined = String::new();
        for (n, span) in paragraphs.iter().take(TITLE_LINES).enumerate() {
            let line = span.of(self.text);
            if line.ends_with(['：', '。']) || self.cues.number.is_match(line) || self.cues.class_mark.is_match(line)
            {
                break;
            }
            joined.push_str(line);
            let about = self.cues.title_about.iter().any(|w| joined.contains(w.as_str()));
            let whole = self.cues.title_end.is_match(&joined);
            if whole && (about || (n == 0 && joined.chars().count() >= 8)) {
                return Some(n + 1);
            }
            if n == 0 && !about && self.cues.red_head.is_match(line) && line.chars().count() < 16 {
                // A red head stands alone; a title that is broken after the sender's name goes on with its subject.
                let next = paragraphs.get(1).map_or("", |s| s.of(self.text));
                let goes_on = self.cues.title_about.iter().any(|w| next.starts_with(w.as_str()));
                if !goes_on || !self.cues.is_sender(line) {
                    return None;
                }
            }
        }
        None
    }

    /// An addressee that runs into the first paragraph of the text: `某某代表：您提出的……`.
    fn split_addressee(&mut self, paragraphs: &[Span], last: Option<usize>) {
        if self.head.addressee.is_some() || self.head.title.is_none() {
            return;
        }
        let Some(&span) = paragraphs.get(last.map_or(0, |l| l + 1)) else { return };
        let line = span.of(self.text);
        if let Some(colon) = line.find('：').filter(|at| *at <= 90 && !line[..*at].contains(['。', '，', '；']))
            && self.level_of(line).is_none()
            && colon > 0
        {
            self.head.addressee = Some(self.part(Span::new(span.start, span.start + colon)));
        }
    }

    /// Copies, contact lines, notes, date and signature, from the end upwards.
    fn tail(&mut self, paragraphs: &[Span]) {
        for (i, &span) in paragraphs.iter().enumerate() {
            let line = span.of(self.text);
            let digits = line.chars().filter(char::is_ascii_digit).count();
            let follows = i > 0 && self.kinds[i - 1] == Some(BlockKind::Contact) && digits >= 5;
            let short = line.chars().count() < 120;
            if short && (self.cues.contact.is_match(line) || (follows && line.chars().count() < 40)) {
                self.kinds[i] = Some(BlockKind::Contact);
            }
        }
        let bottom = paragraphs.len().saturating_sub(12);
        for i in (bottom..paragraphs.len()).rev() {
            if self.kinds[i].is_some() {
                continue;
            }
            let line = paragraphs[i].of(self.text);
            if self.cues.copies.is_match(line) {
                self.kinds[i] = Some(BlockKind::Copies);
            } else if self.cues.note.is_match(line) {
                self.kinds[i] = Some(BlockKind::Closing);
            } else if let Some(date) = self.date_of(line) {
                self.kinds[i] = Some(BlockKind::Closing);
                if self.head.date.is_none() {
                    self.head.date = Some(Part { span: paragraphs[i], text: date });
                }
                self.signature(paragraphs, i);
            } else if self.head.number.is_none() && self.cues.number.is_match(line) {
                self.kinds[i] = Some(BlockKind::Closing);
            }
        }
    }

    /// The short lines above the date are the signature; the first one names the sender.
    fn signature(&mut self, paragraphs: &[Span], date: usize) {
        for i in (0..date).rev().take(4) {
            let line = paragraphs[i].of(self.text);
            let short = line.chars().count() <= 40
                && !line.contains(['。', '，', '：', '；', '、', '！', '？'])
                && !line.chars().any(|c| c.is_ascii_digit());
            if self.kinds[i].is_some() || !short || self.level_of(line).is_some() {
                break;
            }
            self.kinds[i] = Some(BlockKind::Closing);
            self.head.sender = Some(self.part(paragraphs[i]));
        }
    }

    /// Without a signature: the words of the title before its subject, or the red head, name the sender.
    fn sender(&mut self, paragraphs: &[Span]) {
        if self.head.sender.is_some() {
            return;
        }
        let title = self.head.title.clone();
        if let Some(title) = &title {
            let raw = title.span.of(self.text);
            let about = self.cues.title_about.iter().find_map(|w| raw.find(w.as_str()));
            let about = about.or_else(|| self.cues.title_period.find(raw).map(|m| m.start()));
            if let Some(at) = about.filter(|at| *at > 0) {
                self.head.sender = Some(self.part(Span::new(title.span.start, title.span.start + at)));
                return;
            }
        }
        let before = title.map_or(0, |t| t.span.start);
        let red = |s: &&Span| s.start < before && self.cues.red_head.is_match(s.of(self.text));
        self.head.sender = paragraphs.iter().find(red).map(|s| self.part(*s));
    }

    fn date_of(&self, line: &str) -> Option<String> {
        let date = self.cues.date.found(line)?;
        let [year, month, day] = [1, 2, 3].map(|i| self.cues.number_value(&date[i]));
        let (year, month, day) = (year?, month?, day?);
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
    }

    fn level_of(&self, line: &str) -> Option<usize> {
        self.cues.levels.iter().position(|(pattern, _)| pattern.is_match(line))
    }
}

/// Gives each paragraph its kind, its section and its sentences.
fn blocks(
    text: &str,
    cues: &Cues,
    paragraphs: &[Span],
    kinds: &[Option<BlockKind>],
    cuts: &mut Vec<usize>,
) -> Vec<Block> {
    let mut path: Vec<(usize, String, Option<Span>)> = Vec::new();
    let mut blocks = Vec::with_capacity(paragraphs.len());
    let mut body = false;
    for (&span, kind) in paragraphs.iter().zip(kinds) {
        let line = span.of(text);
        let item = match kind {
            None => cues.levels.iter().enumerate().find_map(|(n, (p, form))| p.found(line).map(|c| (n, form, c))),
            Some(_) => None,
        };
        let mut content = span;
        let mut numbered = false;
        if let Some((level, form, captures)) = item {
            numbered = true;
            path.retain(|(l, _, _)| *l < level);
            let number = captures.group(1).expect("a level's pattern has one group");
            // The mark after the numeral is one character; what follows it may be part of the match.
            let mark = line[number.end()..].chars().next().map_or(0, char::len_utf8);
            content = Span::new(span.start + number.end() + mark, span.end);
            path.push((level, form.replace("{}", number.as_str()), None));
        }
        if kind != &Some(BlockKind::Contact) {
            content.end = content.start.max(span.start + before_contact(line, cues));
        }
        let sentences = sentences(text, content, |at| cuts.push(at));
        if numbered && let Some((last, first)) = path.last_mut().zip(sentences.first()) {
            last.2 = Some(*first);
        }
        let kind = kind.unwrap_or(if path.is_empty() && !body { BlockKind::Opening } else { BlockKind::Body });
        body |= matches!(kind, BlockKind::Body | BlockKind::Opening);
        let section = match kind {
            BlockKind::Opening | BlockKind::Body => path.iter().map(|(_, p, _)| p.as_str()).collect(),
            _ => String::new(),
        };
        let heading = path.last().and_then(|(_, _, h)| *h).filter(|_| !section.is_empty());
        blocks.push(Block { kind, span, section, heading, numbered, sentences });
    }
    blocks
}

/// How much of a long paragraph stands before the contact persons at its end, in bytes: they are never read.
fn before_contact(line: &str, cues: &Cues) -> usize {
    let Some(contact) = cues.contact.find(line) else { return line.len() };
    let before = &line[..contact.start()];
    match before.rfind(['（', '。', '，', '；', '：']) {
        Some(at) if before[at..].starts_with('（') => at,
        Some(at) => at + before[at..].chars().next().map_or(0, char::len_utf8),
        None => 0,
    }
}
