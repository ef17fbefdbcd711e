//! Layout out, words in: what a scan or a word processor did to the lines is undone here, character by character, so
//! that each character of the result knows where it came from.

use std::borrow::Cow;

/// A character of the result and the index of the original character it was made from.
type Placed = (char, u32);

/// How a normalised line looks to the rules that join lines.
struct Line<'a> {
    chars: Cow<'a, [Placed]>,
    /// Width in full-width characters: two half-width ones count as one.
    width: usize,
}

/// Normalises `original`; returns the text and, for each of its bytes, the index of the original character.
pub(super) fn normalize(original: &[char]) -> (String, Vec<u32>) {
    let placed = placed(original);
    let lines: Vec<Line<'_>> = placed.split(|p| p.0 == '\n').filter_map(bare_line).collect();
    let wrap = wrap_width(&lines);
    let mut clean = String::with_capacity(original.len() * 3);
    let mut map = Vec::with_capacity(original.len() * 3);
    let mut push = |c: char, at: u32| {
        clean.push(c);
        if is_ideograph(c) {
            map.extend_from_slice(&[at; 3]);
        } else {
            map.resize(clean.len(), at);
        }
    };
    let mut paragraph: Vec<Placed> = Vec::new();
    let mut marked = false;
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let last_width = line.width;
        marked = marked || line.chars.iter().any(|p| matches!(p.0, '，' | '、' | '；' | '。'));
        paragraph.extend_from_slice(&line.chars);
        if lines.peek().is_some_and(|next| continues(&paragraph, marked, last_width, next, wrap)) {
            continue;
        }
        marked = false;
        let end = paragraph.last().map_or(0, |p| p.1);
        tidy(&paragraph, &mut push);
        paragraph.clear();
        push('\n', end);
    }
    (clean, map)
}

/// The characters that take room, with a line feed for whatever ends a line.
fn placed(original: &[char]) -> Vec<Placed> {
    let mut placed = Vec::with_capacity(original.len());
    for (at, &c) in original.iter().enumerate() {
        let at = u32::try_from(at).expect("a text has fewer than 2^32 characters");
        if is_ideograph(c) {
            placed.push((c, at));
        } else if matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            placed.push(('\n', at));
        } else if !is_invisible(c) {
            placed.push((fold(c), at));
        }
    }
    placed
}

/// A line without layout: blanks at both ends, Markdown marks; nothing when it held only layout, as rules and page numbers
/// do.
fn bare_line(mut line: &[Placed]) -> Option<Line<'_>> {
    let is_mark = |c: char| is_blank(c) || c == '#' || c == '>';
    line = &line[line.iter().take_while(|p| is_mark(p.0)).count()..];
    while let Some((_, rest)) = line.split_last().filter(|(last, _)| is_blank(last.0)) {
        line = rest;
    }
    let bold = line.iter().any(|p| matches!(p.0, '*' | '_'));
    let bare: Cow<'_, [Placed]> = if bold { without_bold(line).into() } else { line.into() };
    let rule = |c: char| matches!(c, '-' | '*' | '_' | '=' | '—' | '·' | '~') || is_blank(c);
    let digits = || bare.iter().filter(|p| p.0.is_ascii_digit()).count();
    let page_number = bare.iter().all(|p| rule(p.0) || p.0.is_ascii_digit()) && digits() <= 3;
    if page_number {
        return None;
    }
    let half = bare.iter().filter(|p| p.0.is_ascii()).count();
    let width = bare.len() - half + half.div_ceil(2);
    Some(Line { chars: bare, width })
}

/// A line without the marks around bold words.
fn without_bold(line: &[Placed]) -> Vec<Placed> {
    let mut bare = Vec::with_capacity(line.len());
    let mut i = 0;
    while i < line.len() {
        if matches!(line[i].0, '*' | '_') && line.get(i + 1).is_some_and(|n| n.0 == line[i].0) {
            i += 2;
        } else {
            bare.push(line[i]);
            i += 1;
        }
    }
    bare
}

/// The width at which the text is hard-wrapped, when it is: many lines of nearly one width that end in mid-sentence.
fn wrap_width(lines: &[Line<'_>]) -> Option<usize> {
    let open: Vec<usize> =
        lines.iter().filter(|l| !ends_sentence(&l.chars) && l.width >= 12).map(|l| l.width).collect();
    if open.len() < 8 {
        return None;
    }
    // A text with many longer lines is not wrapped: the open ones are headings.
    let longer = |w: usize| lines.iter().filter(|l| l.width > w + 8).count();
    (14..=60)
        .map(|w| (open.iter().filter(|x| x.abs_diff(w) <= 2).count(), w))
        .max()
        .and_then(|(count, w)| (count * 2 >= open.len() && longer(w) * 4 < open.len()).then_some(w))
}

/// Whether `next` goes on with the sentence in `paragraph`, which holds marks of sentences or not and whose last line was
/// `last_width` wide.
fn continues(paragraph: &[Placed], marked: bool, last_width: usize, next: &Line<'_>, wrap: Option<usize>) -> bool {
    let (Some(&(last, _)), Some(&(first, _))) = (paragraph.last(), next.chars.first()) else { return false };
    if matches!(first, '，' | '。' | '、' | '；' | '）' | '》' | '”' | '：' | '！' | '？') {
        return true;
    }
    if starts_item(&next.chars) {
        return false;
    }
    if open_bracket(paragraph) {
        return true;
    }
    if ends_sentence(paragraph) || is_heading(paragraph) || is_number(paragraph) {
        return false;
    }
    if matches!(last, '，' | '、') {
        return true;
    }
    match wrap {
        Some(width) => last_width + 3 >= width,
        // A page break cuts a line of text in two; a short line without an end is a signature or a heading.
        None => last_width >= 24 && marked && (next.width >= 20 || ends_sentence(&next.chars)),
    }
}

fn ends_sentence(chars: &[Placed]) -> bool {
    // More closing marks than this close nothing.
    let last = chars.iter().rev().take(200).map(|p| p.0).find(|c| !matches!(c, '”' | '’' | '）' | '"' | '\'' | ')'));
    last.is_none_or(|c| matches!(c, '。' | '！' | '？' | '；' | '：' | '…' | '!' | '?' | ';' | ':'))
}

/// Whether the line starts like a numbered item: a numeral and its mark, or a numeral in brackets.
fn starts_item(chars: &[Placed]) -> bool {
    let mut rest = chars.iter().map(|p| p.0);
    let Some(first) = rest.next() else { return false };
    let numeral = |c: char| is_numeral(c) || c.is_ascii_digit();
    if matches!(first, '（' | '(') {
        let inner: Vec<char> = rest.take(5).collect();
        let close = inner.iter().position(|c| matches!(c, '）' | ')'));
        return close.is_some_and(|n| n > 0 && inner[..n].iter().all(|c| numeral(*c)));
    }
    if !numeral(first) {
        return false;
    }
    let rest: Vec<char> = rest.take(4).collect();
    let mark = rest.iter().position(|c| !numeral(*c));
    mark.is_some_and(|n| match rest[n] {
        '、' => true,
        '.' => !rest.get(n + 1).is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    })
}

/// The number of a document alone on its line, with or without the class of a reply: 某函〔2024〕12号（A类）.
fn is_number(paragraph: &[Placed]) -> bool {
    if paragraph.iter().filter(|p| !is_blank(p.0)).nth(40).is_some() {
        return false;
    }
    let line: String = paragraph.iter().map(|p| p.0).collect();
    let serial =
        line.split_once('〕').map(|(_, serial)| serial.trim_start_matches(|c: char| c.is_ascii_digit() || is_blank(c)));
    serial
        .and_then(|s| s.strip_prefix('号'))
        .map(str::trim)
        .is_some_and(|rest| rest.is_empty() || (rest.starts_with('（') && rest.ends_with('）')))
}

/// A numbered heading of one clause: what follows is its text, never its end, however long it is.
fn is_heading(paragraph: &[Placed]) -> bool {
    let width = paragraph.len();
    starts_item(paragraph) && width <= 60 && matches!(paragraph.last(), Some((c, _)) if HEADING_ENDS.contains(c))
}

/// Last characters of the nouns that close a heading in this genre (proposal, aspect, work, measure, matter …).
const HEADING_ENDS: [char; 8] = ['议', '面', '作', '施', '项', '况', '求', '障'];

/// Whether an opening bracket or quotation mark of the last 120 characters is still open.
fn open_bracket(paragraph: &[Placed]) -> bool {
    let recent = &paragraph[paragraph.len().saturating_sub(120)..];
    let mut depths = [0_u8; 4];
    for (c, _) in recent.iter().filter(|p| !is_ideograph(p.0)) {
        for (depth, [open, close]) in depths.iter_mut().zip([['《', '》'], ['（', '）'], ['“', '”'], ['〔', '〕']])
        {
            *depth = if *c == open { *depth + 1 } else { depth.saturating_sub(u8::from(*c == close)) };
        }
    }
    depths != [0; 4]
}

/// Drops blanks that only layout put there and gives ASCII marks between Chinese their full form; what is left goes to
/// `push`.
fn tidy(paragraph: &[Placed], mut push: impl FnMut(char, u32)) {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let next_word = |i: usize| is_word(paragraph[i..].iter().map(|p| p.0).find(|c| !is_blank(*c)));
    let mut last = None;
    let mut blank = false;
    for (i, &(c, at)) in paragraph.iter().enumerate() {
        if is_ideograph(c) {
            push(c, at);
            last = Some(c);
        } else if is_blank(c) {
            // Only the first of several blanks.
            if !blank && is_word(last) && next_word(i) {
                push(' ', at);
                last = Some(' ');
            }
        } else {
            let c = match full_form(c) {
                Some(full) if !(is_word(last) && next_word(i + 1)) || matches!(c, '(' | ')') => full,
                _ => c,
            };
            push(c, at);
            last = Some(c);
        }
        blank = !is_ideograph(c) && is_blank(c);
    }
}

/// Whether `c` is one of the characters that most texts consist of; layout never is.
#[inline]
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// White space of any kind.
#[inline]
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{3000}'
}

/// Characters that take no room: joiners, marks of direction, byte order marks, soft hyphens, control characters.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
        | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !is_blank(c))
}

/// Full-width letters, digits and signs → ASCII; Chinese punctuation stays.
fn fold(c: char) -> char {
    match c {
        '！' | '，' | '：' | '；' | '？' | '（' | '）' => c,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '「' | '『' => '“',
        '」' | '』' => '”',
        _ => c,
    }
}

/// The Chinese form of an ASCII mark that a scan or a keyboard put between Chinese characters.
fn full_form(c: char) -> Option<char> {
    Some(match c {
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '(' => '（',
        ')' => '）',
        '?' => '？',
        '!' => '！',
        _ => return None,
    })
}

/// All folding of one character, for comparing a character with its origin.
#[cfg(test)]
pub(super) fn fold_any(c: char) -> char {
    let c = fold(c);
    full_form(c).unwrap_or(if is_blank(c) { ' ' } else { c })
}

/// Chinese numerals one to ten, as they stand before a heading.
fn is_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}
