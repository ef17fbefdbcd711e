//! Relations of the document itself: who sends it, what it answers, whom it consulted, who gets a copy, what it cites;
//! and which office belongs to which organ.

use std::sync::Arc;

use super::{Claim, Page};
use crate::diag::Span;
use crate::document::BlockKind;
use crate::entity::{Entities, EntityId};
use crate::knowledge::Reading;
use crate::ontology::Classes;

pub(super) fn read(page: &Page<'_>, entities: &mut Entities) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut claim = |subject, predicate: &str, object, evidence, rule: &str, confidence| {
        let (predicate, rule): (Arc<str>, Arc<str>) = (predicate.into(), rule.into());
        claims.push(Claim { subject, predicate, object, evidence, rule, reading: Reading::Stated, confidence });
    };
    let roles = entities.roles.clone();
    let head = &page.document.head;
    if let (Some(document), Some(sender), Some(title)) = (roles.document, roles.sender, &head.title) {
        let stated = title.text.starts_with(&entities.get(sender).name);
        let signature = head.sender.as_ref().map_or(title.span, |s| s.span);
        claim(document, "issuedBy", sender, if stated { title.span } else { signature }, "HEAD-sender", 0.98);
        for other in &roles.cosenders {
            claim(document, "issuedBy", *other, signature, "HEAD-sender", 0.95);
        }
    }
    if let (Some(letter), true) = (roles.document, roles.is_reply) {
        if let Some((proposal, span)) = roles.proposal {
            claim(letter, "repliesTo", proposal, page.document.sentence_of(span), "HEAD-reply", 0.97);
        }
        for (body, span) in consulted(page, entities) {
            claim(letter, "consulted", body, span, "HEAD-consulted", 0.92);
        }
        for (body, span) in copied(page, entities) {
            claim(letter, "copiedTo", body, span, "HEAD-copies", 0.95);
        }
        let policies = page.knowledge.classes(&["PolicyDocument".to_owned()]);
        for (i, mention) in page.mentions.iter().enumerate().filter(|(_, m)| policies.contains(m.class)) {
            if let Some(policy) = entities.of_mention(i) {
                claim(
                    letter,
                    "cites",
                    policy,
                    page.document.sentence_of(mention.span),
                    "HEAD-cites",
                    mention.confidence,
                );
            }
        }
    }
    if let Some((proposal, span)) = roles.proposal {
        for (who, at) in &roles.submitters {
            let evidence = if span.start > at.end && span.start - at.end < 200 { at.join(span) } else { *at };
            claim(proposal, "submittedBy", *who, evidence, "HEAD-submitters", 0.95);
        }
    }
    for (part, whole, span) in offices(page, entities) {
        claim(part, "partOf", whole, span, "HEAD-office", 0.93);
    }
    claims
}

/// The bodies and places named in `span`.
fn bodies(page: &Page<'_>, entities: &Entities, span: Span, classes: Classes) -> Vec<EntityId> {
    let inside = super::clause::inside(page.mentions, span);
    inside.filter(|i| classes.contains(page.mentions[*i].class)).filter_map(|i| entities.of_mention(i)).collect()
}

/// Whose opinions went into the letter: named in the opening between 综合 and 意见.
fn consulted(page: &Page<'_>, entities: &Entities) -> Vec<(EntityId, Span)> {
    let text = page.document.text.clean();
    let expression = &page.knowledge.references.consulted;
    let classes = page.knowledge.classes(&["GovernmentBody".to_owned(), "Place".to_owned()]);
    let mut found = Vec::new();
    for block in page.document.blocks.iter().filter(|b| b.kind == BlockKind::Opening) {
        for stated in expression.found_in(block.span.of(text)) {
            let Some(list) = stated.name("bodies") else { continue };
            let evidence = stated.get_match().span().shifted(block.span.start);
            let list = list.span().shifted(block.span.start);
            let sender = entities.roles.sender;
            found.extend(
                bodies(page, entities, list, classes).into_iter().filter(|b| Some(*b) != sender).map(|b| (b, evidence)),
            );
        }
    }
    found
}

fn copied(page: &Page<'_>, entities: &Entities) -> Vec<(EntityId, Span)> {
    let classes = page.knowledge.classes(&["GovernmentBody".to_owned(), "Place".to_owned()]);
    let copies = page.document.blocks.iter().filter(|b| b.kind == BlockKind::Copies);
    copies.flat_map(|b| bodies(page, entities, b.span, classes).into_iter().map(|e| (e, b.span))).collect()
}

/// An office whose name begins with the name of another organ is part of it: 市政府办公室 of 市政府.
fn offices(page: &Page<'_>, entities: &mut Entities) -> Vec<(EntityId, EntityId, Span)> {
    let Some(class) = page.knowledge.schema.class("GovernmentBody") else { return Vec::new() };
    let wholes = &page.knowledge.references.organs_with_offices;
    let mut found = Vec::new();
    let named: Vec<(EntityId, String, Option<Span>)> = entities
        .iter()
        .filter(|(_, e)| e.class == class && wholes.within(&e.name))
        .map(|(id, e)| (id, e.name.clone(), e.spans.first().copied()))
        .collect();
    for (id, name, span) in named {
        let Some(span) = span else { continue };
        let whole = wholes.iter().filter_map(|w| {
            let at = name.find(w.as_str()).filter(|at| *at > 0)?;
            let end = at + w.len();
            (end < name.len()).then(|| name[..end].to_owned())
        });
        let Some(whole) = whole.max_by_key(String::len) else { continue };
        let body = entities.ensure(class, &whole, "HEAD-office", 0.9);
        entities.add_alias(body, &whole);
        entities.add_span(body, id);
        found.push((id, body, span));
    }
    found
}
