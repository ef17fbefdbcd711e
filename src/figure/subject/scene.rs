//! A sentence with its names, and its clauses.

use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::mention::Mention;
use crate::search::{Words, marks};

/// The places of names and clauses around one sentence.
pub(in crate::figure) struct Scene<'a> {
    pub(in crate::figure) text: &'a str,
    pub(in crate::figure) entities: &'a Entities,
    pub(in crate::figure) mentions: &'a [Mention],
    pub(in crate::figure) sentence: Span,
    /// The issuing place.
    pub(in crate::figure) place: Option<EntityId>,
    /// What may be called by its name alone, inside of other words.
    pub(in crate::figure) products: &'a Products,
}

/// What may be called by its name alone, inside of other words (93个数字贷备案).
#[derive(Default)]
pub(in crate::figure) struct Products {
    pub(super) names: Words,
    pub(super) things: Vec<EntityId>,
}

impl Scene<'_> {
    /// The mentions that begin inside of `span`, with their places in the list.
    pub(super) fn mentions_in(&self, span: Span) -> impl Iterator<Item = (usize, &Mention)> {
        let from = self.mentions.partition_point(|m| m.span.start < span.start);
        (from..).zip(self.mentions[from..].iter().take_while(move |m| m.span.start < span.end))
    }
}

/// The clauses of a sentence, which cover it; marks inside of brackets and quotation marks end none.
pub(super) fn clauses(text: &str, sentence: Span) -> Vec<Span> {
    let mut clauses = Vec::new();
    let mut start = sentence.start;
    let mut depth = 0_u32;
    for (at, c) in marks(sentence.of(text)) {
        match c {
            '（' | '“' | '《' => depth += 1,
            '）' | '”' | '》' => depth = depth.saturating_sub(1),
            '，' | ',' | '；' | '：' | '。' | '！' | '？' if depth == 0 => {
                let end = sentence.start + at + c.len_utf8();
                clauses.push(Span::new(start, end));
                start = end;
            }
            _ => {}
        }
    }
    if start < sentence.end {
        clauses.push(Span::new(start, sentence.end));
    }
    clauses
}

/// `text` without the bracket at its beginning, if one opens and closes there.
pub(in crate::figure) fn behind_brackets(text: &str) -> &str {
    match text.strip_prefix('（').and_then(|inner| inner.split_once('）')) {
        Some((_, rest)) => rest,
        None => text,
    }
}
