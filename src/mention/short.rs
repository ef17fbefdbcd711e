//! Short names that a text defines right behind the full ones: 某某平台（以下简称“甲平台”）, 太原重型机械集团（太重集团）.

use super::{Mention, Target};
use crate::knowledge::ReferenceRules;

/// How far behind a name its short form may be defined, in bytes.
const DEFINITION: usize = 180;
/// The fewest and the most characters of a short form that stands in a bracket without a word that defines it.
const BARE: std::ops::RangeInclusive<usize> = 2..=8;

/// The short name that `text` defines for what `mention` names.
pub(crate) fn defined(text: &str, mention: &Mention, references: &ReferenceRules) -> Option<String> {
    let Target::Name(_) = &mention.target else { return None };
    let rest = &text[mention.span.end..text.ceil_char_boundary(mention.span.end + DEFINITION)];
    if let Some(short) = references.defines.found(rest).and_then(|c| c.name("short")) {
        return Some(short.as_str().to_owned());
    }
    let (inside, _) = rest.strip_prefix('（')?.split_once('）')?;
    let short = inside.trim_matches(['“', '”']);
    let fits = BARE.contains(&short.chars().count()) && abbreviates(short, mention.span.of(text));
    fits.then(|| short.to_owned())
}

/// Whether `short` is made of characters of `full` in their order, with something left out inside or at an end.
fn abbreviates(short: &str, full: &str) -> bool {
    let mut rest = full.chars();
    short.chars().all(|c| rest.any(|f| f == c)) && short.len() < full.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_keeps_the_order_of_its_characters() {
        assert!(abbreviates("ace", "abcde"));
        assert!(!abbreviates("eca", "abcde"));
        assert!(!abbreviates("abc", "abc"));
    }
}
