//! Names in 《》: policy documents, unless the words say otherwise; and the proposal that a reply answers.

use super::{Mention, Rank, Target};
use crate::diag::Span;
use crate::document::{BlockKind, Document};
use crate::knowledge::Knowledge;
use crate::trace::{Trace, Why};

/// A title longer than this many bytes is text whose closing mark was lost.
const LONGEST: usize = 300;

/// The titles in `document`, and the proposal that it answers.
pub(super) fn find(knowledge: &Knowledge, document: &Document, trace: &Trace) -> Vec<Mention> {
    let text = document.text.clean();
    let mut found = Vec::new();
    for block in document.blocks.iter().filter(|b| !matches!(b.kind, BlockKind::Contact | BlockKind::Head)) {
        for span in titles(text, block.span) {
            found.extend(title(knowledge, text, block.span, span, trace));
        }
        if block.kind == BlockKind::Opening {
            found.extend(quoted_proposal(knowledge, text, block.span));
        }
    }
    found
}

/// A proposal whose title stands in quotation marks or without any.
fn quoted_proposal(knowledge: &Knowledge, text: &str, block: Span) -> Option<Mention> {
    let found = knowledge.references.quoted_proposal.captures(block.of(text))?;
    let title = found.name("title").or_else(|| found.name("words"))?;
    Some(Mention {
        span: Span::new(title.start(), title.end()).shifted(block.start),
        class: knowledge.schema.class("Proposal")?,
        target: Target::Name(title.as_str().to_owned()),
        rule: "NAME-title".into(),
        confidence: 0.9,
        rank: Rank::Fixed,
    })
}

/// The mention of the title at `span`, the marks included.
fn title(knowledge: &Knowledge, text: &str, block: Span, span: Span, trace: &Trace) -> Option<Mention> {
    let mark = '《'.len_utf8();
    let name = &text[span.start + mark..span.end - mark];
    let before = &text[text.ceil_char_boundary(block.start.max(span.start.saturating_sub(LONGEST)))..span.start];
    let behind = &text[span.end..block.end];
    let references = &knowledge.references;
    if references.title_unless_before.start(behind) || references.title_unless_after.end(before) {
        return trace.refuse(span, "NAME-title", || Why::Untitled);
    }
    // What stands behind a title, or it says itself, may make it something else than a policy document.
    let class = if let Some(work) = references.title_of_work.iter().find(|work| work.pattern.is_match(behind)) {
        &work.class
    } else if references.proposal_before.is_match(before) {
        "Proposal"
    } else {
        match references.title_not_policy.iter().find(|other| other.pattern.is_match(name)) {
            Some(other) if other.class.is_empty() => return trace.refuse(span, "NAME-title", || Why::Untitled),
            Some(other) => &other.class,
            None => "PolicyDocument",
        }
    };
    Some(Mention {
        span,
        class: knowledge.schema.class(class)?,
        target: Target::Name(name.to_owned()),
        rule: "NAME-title".into(),
        confidence: 0.95,
        rank: Rank::Fixed,
    })
}

/// Spans of the outermost 《…》 in `area`, the marks included.
fn titles(text: &str, area: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut depth = 0;
    let Some(first) = area.of(text).find('《') else { return found };
    let first = area.start + first;
    for (at, c) in text[first..area.end].char_indices() {
        let at = first + at;
        match c {
            '《' => {
                if depth == 0 {
                    open = Some(at);
                }
                depth += 1;
            }
            '》' if depth > 0 => {
                depth -= 1;
                if depth == 0
                    && let Some(start) = open.take().filter(|s| at - s <= LONGEST)
                {
                    found.push(Span::new(start, at + c.len_utf8()));
                }
            }
            _ => {}
        }
        // 《A《B》的通知: an inner title whose outer mark was lost.
        if let Some(start) = open.filter(|s| at - s > LONGEST) {
            depth = 0;
            open = None;
            let inner = text[start + '《'.len_utf8()..at].find('《');
            if let Some(inner) = inner {
                let from = start + '《'.len_utf8() + inner;
                if let Some(end) = text[from..at].find('》') {
                    found.push(Span::new(from, from + end + '》'.len_utf8()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        titles(text, Span::new(0, text.len())).into_iter().map(|s| s.of(text)).collect()
    }

    #[test]
    fn keeps_nested_titles_whole() {
        assert_eq!(found("印发《关于落实《某办法》的通知》和《细则》"), ["《关于落实《某办法》的通知》", "《细则》"]);
    }

    #[test]
    fn an_unbalanced_mark_finds_nothing() {
        assert!(found("》》某《办法").is_empty());
    }
}
