//! The little that must be known of a query's text before it is parsed: where strings, IRIs and comments end.

use super::error::Place;

/// Length of the comment, string, IRI or escaped character at the start of `rest`, if one stands there.
///
/// Whether `<` opens an IRI or compares two values depends on what stands before; here it opens an IRI whenever one
/// could follow. So this is good for messages and for counting what an honest query has, not for keeping out one that
/// was made to deceive: see [`super::guard`].
pub(super) fn opaque(rest: &str) -> Option<usize> {
    match rest.as_bytes().first()? {
        b'#' => Some(rest.find(['\n', '\r']).unwrap_or(rest.len())),
        b'"' | b'\'' => Some(string(rest)),
        b'<' => iri(rest),
        b'\\' => Some(1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        _ => None,
    }
}

fn string(rest: &str) -> usize {
    let quote = &rest[..1];
    let long = quote.repeat(3);
    let (close, long) = if rest.starts_with(&long) { (long.as_str(), true) } else { (quote, false) };
    let mut at = close.len();
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with(close) {
            return at + close.len();
        }
        if !long && tail.starts_with(['\n', '\r']) {
            return at;
        }
        let escaped = tail.starts_with('\\');
        at += tail.chars().take(if escaped { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    // It never ends: the parser will say so.
    rest.len()
}

fn iri(rest: &str) -> Option<usize> {
    let forbidden = |c: char| c <= ' ' || "<>\"{}|^`\\".contains(c);
    let end = rest[1..].find(forbidden)? + 1;
    rest[end..].starts_with('>').then_some(end + 1)
}

/// Length of the word at the start of `rest`: a keyword, a number, a name with its prefix, or a variable.
pub(super) fn word(rest: &str) -> Option<usize> {
    let sign = usize::from(rest.starts_with(['?', '$', '@']));
    let inside = |c: char| c.is_alphanumeric() || "_-:.%".contains(c);
    let length = rest[sign..].find(|c| !inside(c)).map_or(rest.len(), |end| sign + end);
    // A full stop at the end is the end of a triple, not of a name.
    let length = rest[..length].trim_end_matches('.').len();
    (length > sign).then_some(length)
}

/// Line and column of the byte `at` of `text`.
pub(super) fn place(text: &str, at: usize) -> Place {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_parts_end_where_they_end() {
        let cases = [
            ("# a { b\n}", Some(7)),
            ("'a{' }", Some(4)),
            (r#""a\"{" }"#, Some(6)),
            ("'open\n}", Some(5)),
            ("'''a'\n''{''' }", Some(12)),
            ("\"never", Some(6)),
            ("<http://x/文(1)> }", Some(17)),
            ("< 5 }", None),
            ("<= ?x", None),
            ("{", None),
            ("", None),
        ];
        for (text, length) in cases {
            assert_eq!(opaque(text), length, "{text}");
        }
    }

    #[test]
    fn words_take_their_prefix_and_leave_the_full_stop() {
        let cases = [("SELECT *", 6), ("wm:a.b .", 6), ("?x.", 2), ("@zh }", 3), ("古镇:x;", 8), ("1.5)", 3)];
        for (text, length) in cases {
            assert_eq!(word(text), Some(length), "{text}");
        }
        assert_eq!(word("? x"), None);
        assert_eq!(word("."), None);
    }

    #[test]
    fn places_count_characters_from_one() {
        assert_eq!(place("a\n文b", 5), Place { line: 2, column: 2 });
    }
}
