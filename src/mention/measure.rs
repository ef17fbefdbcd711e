//! A measure right before a product belongs to its name: 8英寸晶圆, 100千瓦激光器.

use super::{Mention, Target};
use crate::diag::Span;
use crate::knowledge::Knowledge;
use crate::ontology::Classes;

/// Lets the names of `classes` in `mentions` (in the order of the text, without overlaps) begin with the measures before
/// them.
pub(super) fn add(knowledge: &Knowledge, classes: Classes, text: &str, mentions: &mut [Mention]) {
    let mut free = 0;
    for mention in mentions {
        if classes.contains(mention.class)
            && let Target::Name(name) = &mut mention.target
            && let Some(start) = before(knowledge, text, mention.span.start).filter(|start| *start >= free)
        {
            name.insert_str(0, &text[start..mention.span.start]);
            mention.span = Span::new(start, mention.span.end);
        }
        free = mention.span.end;
    }
}

/// Where the measure that ends at `end` begins: a number in digits and its unit.
fn before(knowledge: &Knowledge, text: &str, end: usize) -> Option<usize> {
    let unit = knowledge.name_rules.measures.ending(&text[..end]).max_by_key(|unit| unit.len())?;
    let number = text[..end - unit.len()].trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let digits = &text[number.len()..end - unit.len()];
    let part_of_word = number.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
    (digits.starts_with(|c: char| c.is_ascii_digit()) && !part_of_word).then_some(number.len())
}
