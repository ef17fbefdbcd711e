//! Text in pictures: cleaning, wrapping and shortening.

/// Columns that a full line of a node's label takes: nine Chinese characters.
pub(super) const LINE: usize = 18;
/// Longest text of a node's label, in characters; the whole stands under the pointer.
const LONGEST: usize = 60;
/// Longest quote under the pointer, in characters.
const QUOTE: usize = 120;

/// `text` without what cannot be shown or would change how the rest is shown: control characters, marks that turn the
/// direction of writing, code points that no document may hold. Line breaks and tabs become blanks.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => None,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
            '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FDD0}'..='\u{FDEF}' => None,
            c if u32::from(c) & 0xFFFE == 0xFFFE => None,
            c => Some(c),
        })
        .collect()
}

/// Columns that `text` takes: one for a character of Latin script, two for all others.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(c: char) -> usize {
    if u32::from(c) < 0x0300 { 1 } else { 2 }
}

/// `text` cut after `most` characters, with a mark where it was cut.
pub(super) fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// A quote as it stands under the pointer.
pub(super) fn quoted(text: &str) -> String {
    shorten(clean(text).trim(), QUOTE)
}

/// The label of a node: cleaned, and broken into lines of about the same length.
pub(super) fn node(text: &str) -> String {
    wrap(&shorten(clean(text).trim(), LONGEST), LINE).join("\n")
}

/// Breaks `text` into as few lines of at most `most` columns as it takes, of about the same length. Words and numbers in
/// Latin script stay whole where they fit on a line; no line starts with a closing mark or ends with an opening one, even
/// if it gets a little longer by that.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let all = columns(text);
    let fewest = all.div_ceil(most).max(1);
    let tokens = tokens(text, most);
    let mut even = (all.div_ceil(fewest)..most).map(|limit| fill_lines(&tokens, limit));
    even.find(|lines| lines.len() <= fewest).unwrap_or_else(|| fill_lines(&tokens, most))
}

/// Puts as many tokens on each line as fit into `limit` columns.
fn fill_lines(tokens: &[String], limit: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for (n, token) in tokens.iter().enumerate() {
        // An opening mark goes with what follows it.
        let next = tokens.get(n + 1).filter(|_| token.ends_with(is_opening));
        let size = columns(token);
        let needed = size + next.map_or(0, |next| columns(next));
        if used > 0 && used + needed > limit && !token.starts_with(is_closing) {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(token);
        }
        used += size;
    }
    lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Splits into runs of Latin letters and digits, none longer than a line, and single other characters.
fn tokens(text: &str, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let in_word = |c: char| c.is_ascii_graphic() || (width(c) == 1 && c.is_alphanumeric());
    for c in text.chars() {
        match out.last_mut() {
            Some(last) if in_word(c) && last.ends_with(in_word) && last.chars().count() < most => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '（' | '〔' | '［' | '【' | '《' | '〈' | '「' | '『' | '“' | '‘')
}

fn is_closing(c: char) -> bool {
    matches!(c, ')' | ']' | '）' | '〕' | '］' | '】' | '》' | '〉' | '」' | '』' | '”' | '’')
        || matches!(c, ',' | '.' | ';' | ':' | '，' | '。' | '、' | '；' | '：' | '！' | '？' | '·' | '…' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_about_the_same_length() {
        assert_eq!(wrap("中山市科学技术局", LINE), ["中山市科学技术局"]);
        assert_eq!(wrap("中山市政务服务和数据管理局", LINE), ["中山市政务服务", "和数据管理局"]);
        assert_eq!(wrap("", LINE), [""; 0]);
    }

    #[test]
    fn no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one() {
        let wrapped = wrap("中小企业数字化转型（灯饰照明）产业平台", LINE);
        for line in &wrapped {
            assert!(!line.starts_with(is_closing) && !line.ends_with(is_opening), "{wrapped:?}");
        }
        assert_eq!(wrapped.concat(), "中小企业数字化转型（灯饰照明）产业平台");
        let years = wrap("广东省培育数字创意战略性新兴产业集群行动计划（2021—2025年）", LINE);
        assert!(years.iter().all(|line| !line.ends_with(is_opening)), "{years:?}");
    }

    #[test]
    fn words_and_years_stay_whole() {
        let wrapped = wrap("中山市推动新一代信息技术产业发展行动方案（2024-2026年）", LINE);
        assert!(wrapped.iter().any(|line| line.contains("2024-2026")), "{wrapped:?}");
        assert_eq!(wrap("University of Electronic Science", LINE), ["University of", "Electronic Science"]);
        assert_eq!(wrap(&"x".repeat(40), LINE).iter().map(String::len).max(), Some(LINE));
    }

    #[test]
    fn marks_that_turn_the_writing_are_dropped() {
        assert_eq!(clean("a\u{202E}b\u{0}c\nd\u{FEFF}\u{FFFF}"), "abc d");
        assert_eq!(clean("中山市 🏭"), "中山市 🏭");
    }

    #[test]
    fn shortening_counts_characters() {
        assert_eq!(shorten("中山市", 3), "中山市");
        assert_eq!(shorten("中山市", 2), "中山…");
    }
}
