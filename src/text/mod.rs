//! Files → plain text: discovery, decoding and normalising, with a map back to the characters of the original.
//!
//! The normalised text has one paragraph a line: line wraps inside a sentence are undone, blanks between Chinese
//! characters are dropped, width is folded, Markdown marks and page numbers are left out. Every later stage works on
//! it and speaks in [`Span`]s of it; [`Text::original`] leads back to the file.

mod discover;
mod normalize;

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diag::Span;
pub use discover::{Found, Source, discover};

/// Why a path could not be read as a text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing stands at a path that was named.
    #[error("{}: no such file or folder; check the path", .0.display())]
    Missing(PathBuf),
    /// The file system refused.
    #[error("{}: cannot be read: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The refusal.
        source: io::Error,
    },
}

/// A half-open range of characters (Unicode scalar values) of the decoded original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CharSpan {
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// One decoded and normalised text.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Text {
    original: Vec<char>,
    clean: String,
    /// For each byte of `clean` the index of the original character it stands for.
    map: Vec<u32>,
}

impl From<String> for Text {
    fn from(original: String) -> Self {
        Self::new(&original)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.original.into_iter().collect()
    }
}

impl Text {
    /// Decodes `bytes` as UTF-8 (with or without a byte order mark) and normalises the result.
    ///
    /// # Errors
    ///
    /// Says what is wrong when the bytes are not UTF-8 or hold NUL characters, that is, when they are no text.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|e| {
            format!("not UTF-8 text (first bad byte at offset {}); convert it to UTF-8", e.valid_up_to())
        })?;
        if let Some(at) = text.find('\0') {
            return Err(format!("not a text file (a NUL byte at offset {at})"));
        }
        Ok(Self::new(text))
    }

    /// Normalises `text`. Offsets count from its first character, a byte order mark included.
    pub fn new(text: &str) -> Self {
        let mut original = vec!['\0'; text.chars().count()];
        original.iter_mut().zip(text.chars()).for_each(|(place, c)| *place = c);
        let (clean, map) = normalize::normalize(&original);
        Self { original, clean, map }
    }

    /// The normalised text: paragraphs, each ended by a line feed.
    pub fn clean(&self) -> &str {
        &self.clean
    }

    /// Number of characters of the original.
    pub fn characters(&self) -> usize {
        self.original.len()
    }

    /// Where `span` stands in the original. A span of normalised text is never empty, so it has a first character.
    pub fn original(&self, span: Span) -> CharSpan {
        debug_assert!(!span.is_empty(), "an empty span has no place in the original");
        CharSpan { start: self.map[span.start], end: self.map[span.end - 1] + 1 }
    }

    /// The characters of the original at `at`, as they stand.
    pub fn at(&self, at: CharSpan) -> String {
        self.original[at.start as usize..at.end as usize].iter().collect()
    }

    /// The words of the original at `span`, without blanks and line breaks.
    pub fn quote(&self, span: Span) -> String {
        let at = self.original(span);
        self.original[at.start as usize..at.end as usize].iter().filter(|c| !normalize::is_blank(**c)).collect()
    }
}

/// Whether words consist of such characters: letters of any kind, and digits.
pub(crate) fn is_word(c: char) -> bool {
    // Looking characters up takes long, and most are of the first kind, most others of the second.
    let is_mark = |c| matches!(c, '、' | '，' | '。' | '；' | '：' | '“' | '”' | '（' | '）' | '《' | '》');
    normalize::is_ideograph(c) || (!is_mark(c) && c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clean(s: &str) -> String {
        Text::new(s).clean().to_owned()
    }

    #[test]
    fn undoes_wraps_inside_a_sentence() {
        let wrapped =
            "我市建成一批面向中小企业的公共服务平台，推动企业加快数字化转型的步\n\n伐，取得明显成效。\n二、下一步";
        assert_eq!(
            clean(wrapped),
            "我市建成一批面向中小企业的公共服务平台，推动企业加快数字化转型的步伐，取得明显成效。\n二、下一步\n"
        );
    }

    #[test]
    fn keeps_headings_apart_from_what_follows() {
        let text = "一、关于加快建设公共服务平台、健全服务体系并推动企业数字化转型升级的建议\n吸收采纳。";
        assert_eq!(clean(text).lines().count(), 2);
    }

    #[test]
    fn drops_blanks_between_chinese_and_folds_width() {
        assert_eq!(clean("第 133297号 ２０２４ 年 6 月，ABC Def"), "第133297号2024年6月，ABC Def\n");
    }

    #[test]
    fn leaves_out_markdown_and_page_numbers() {
        assert_eq!(clean("# 标题\n---\n**一、要点**\n\n— 3 —\n"), "标题\n一、要点\n");
    }

    #[test]
    fn an_open_bracket_joins_lines() {
        assert_eq!(clean("印发《行动方案（2024-2026\n\n年）》。"), "印发《行动方案（2024-2026年）》。\n");
    }

    #[test]
    fn rejects_what_is_no_text() {
        assert!(Text::decode(&[0xff, 0xfe, 0x41]).unwrap_err().contains("not UTF-8"));
        assert!(Text::decode(b"a\0b").unwrap_err().contains("NUL"));
    }

    proptest! {
        /// Every character of the normalised text leads to the character it was made from.
        #[test]
        fn map_leads_back(s in "[ \n\u{3000}中山市（(A类1２Ｂ，,。#*—\u{200b}“”《》x-]{0,80}") {
            let text = Text::new(&s);
            prop_assert_eq!(text.clean.len(), text.map.len());
            for (at, c) in text.clean.char_indices().filter(|(_, c)| *c != '\n') {
                let origin = text.original[text.map[at] as usize];
                prop_assert_eq!(normalize::fold_any(origin), normalize::fold_any(c));
            }
            let mut last = 0;
            for &m in &text.map {
                prop_assert!(m >= last);
                last = m;
            }
        }
    }
}
