//! Marks among ideographs: nine of ten characters are none, and whoever looks for sentences, clauses and titles steps over
//! them.

/// What may be a mark in `text`, with where it stands: all characters but the ideographs in common use.
pub(crate) fn marks(text: &str) -> impl Iterator<Item = (usize, char)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        // The bytes with which the characters from U+4000 to U+9FFF begin, each of which takes three.
        while matches!(bytes.get(at), Some(0xe4..=0xe9)) {
            at += 3;
        }
        let c = text[at..].chars().next()?;
        at += c.len_utf8();
        Some((at - c.len_utf8(), c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Nothing is stepped over but ideographs.
        #[test]
        fn all_but_ideographs(text in "[a中国，。《》é😀\u{4dff}\u{a000}\u{9fff}]{0,9}") {
            let expected = text.char_indices().filter(|(_, c)| !('\u{4000}'..='\u{9fff}').contains(c));
            prop_assert!(marks(&text).eq(expected));
        }
    }
}
