//! Paragraph → sentences. Marks inside quotation marks, brackets and titles do not end a sentence.

use crate::diag::Span;
use crate::search::marks;

/// Splits `span` of `text` after each sentence mark that stands outside of brackets. The pieces cover the span. `cut` is
/// told where a sentence without an end was cut.
pub(super) fn sentences(text: &str, span: Span, mut cut: impl FnMut(usize)) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = span.start;
    let mut depth = 0_i32;
    let mut opened = span.start;
    let mut behind = span.start;
    let ends = marks(span.of(text)).map(|(at, c)| (span.start + at, Some(c)));
    for (at, c) in ends.chain([(span.end, None)]) {
        // So much without any mark.
        while at - start > LONGEST {
            let end = text.ceil_char_boundary(behind.max(start + LONGEST + 1));
            if end >= at {
                break;
            }
            cut(end);
            depth = 0;
            pieces.push(Span::new(start, end));
            start = end;
        }
        let Some(c) = c else { break };
        behind = at + c.len_utf8();
        match c {
            '《' | '（' | '“' | '〔' => {
                if depth == 0 {
                    opened = at;
                }
                depth += 1;
            }
            '》' | '）' | '”' | '〕' => depth = (depth - 1).max(0),
            '。' | '！' | '？' | '；' if depth == 0 || at - opened > FAR => {
                depth = 0;
                pieces.push(Span::new(start, at + c.len_utf8()));
                start = at + c.len_utf8();
            }
            // A text without an end to its sentences is cut where it can be, so that no sentence is longer than what
            // can be read with care.
            '，' | '、' | '：' | '；' if at - start > LONG => {
                cut(at);
                depth = 0;
                pieces.push(Span::new(start, at + c.len_utf8()));
                start = at + c.len_utf8();
            }
            _ if at - start > LONGEST => {
                cut(at);
                depth = 0;
                pieces.push(Span::new(start, at));
                start = at;
            }
            _ => {}
        }
    }
    if start < span.end {
        pieces.push(Span::new(start, span.end));
    }
    pieces
}

/// A bracket that is still open after so many bytes was never closed: scans lose marks.
const FAR: usize = 360;
/// From this many bytes on a sentence is cut at the next comma.
const LONG: usize = 2400;
/// From this many bytes on a sentence is cut anywhere.
const LONGEST: usize = 4800;

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        sentences(text, Span::new(0, text.len()), |_| {}).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn splits_after_marks_outside_of_brackets() {
        assert_eq!(pieces("建成平台。提出“大招商。招好商”；完成"), ["建成平台。", "提出“大招商。招好商”；", "完成"]);
    }

    #[test]
    fn a_sentence_without_an_end_is_cut() {
        let mut cuts = Vec::new();
        let text = "甲乙，".repeat(1000);
        let pieces = sentences(&text, Span::new(0, text.len()), |at| cuts.push(at));
        assert_eq!(pieces.len(), cuts.len() + 1);
        assert!(pieces.iter().all(|s| s.len() <= LONGEST && text.is_char_boundary(s.end)));
    }

    #[test]
    fn an_open_bracket_does_not_swallow_the_rest() {
        let text = format!("印发《方案{}。下一句。", "一".repeat(200));
        assert_eq!(pieces(&text).len(), 2);
    }
}
