//! The entities of a document's head: the letter itself, its sender, the proposal it answers and who submitted that.

use serde::{Deserialize, Serialize};

use super::{Entities, EntityId};
use crate::diag::Span;
use crate::document::{BlockKind, Document};
use crate::knowledge::Knowledge;
use crate::mention::{Mention, Target};

/// What the head of a document is about.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Roles {
    /// The body that sends it; of several the first one.
    pub sender: Option<EntityId>,
    /// Who sends it together with that body.
    pub cosenders: Vec<EntityId>,
    /// The document as an entity: a reply letter, or a policy document with a title of its own.
    pub document: Option<EntityId>,
    /// Whether it is a reply letter.
    pub is_reply: bool,
    /// The proposal that it answers, and where its title stands.
    pub proposal: Option<(EntityId, Span)>,
    /// Who submitted the proposal, and where they are named.
    pub submitters: Vec<(EntityId, Span)>,
}

impl Entities {
    pub(super) fn read_head(&mut self, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
        let references = &knowledge.references;
        let class = |name: &str| knowledge.schema.class(name);
        let head = &document.head;
        if let (Some(sender), Some(class)) = (&head.sender, class("GovernmentBody")) {
            let text = document.text.clean();
            let ends = |part: &str| knowledge.cues.is_sender(part);
            // 政府工作报告: whose government it is stands elsewhere.
            let dated = |part: &str| part.contains(|c: char| c.is_ascii_digit());
            let names =
                |part: &&str| ends(part) && !dated(part) && !references.only_with_place.iter().any(|w| w == part);
            for part in senders(knowledge, &sender.text, ends).into_iter().filter(names) {
                // 黔南州教育局 is an organ by the full name of its place.
                let full = mentions.iter().find_map(|m| match &m.target {
                    Target::Name(name) if m.class == class && m.span.of(text) == part => Some(name.as_str()),
                    _ => None,
                });
                let id = self.ensure(class, full.unwrap_or(part), "HEAD-sender", 0.95);
                self.add_alias(id, part);
                self.all[id.0 as usize].spans.push(sender.span);
                match self.roles.sender {
                    None => self.roles.sender = Some(id),
                    Some(first) if first != id => self.roles.cosenders.push(id),
                    Some(_) => {}
                }
            }
        }
        let title = head.title.as_ref();
        let titled = title.is_some_and(|t| references.reply_title.is_match(&t.text));
        // News of a proposal are no answer to it: without such a title the opening says what is answered.
        let opens = |span: Span| document.block_of(span).is_some_and(|b| b.kind == BlockKind::Opening);
        let mut proposals = mentions.iter().filter(|m| Some(m.class) == class("Proposal"));
        let proposal = proposals.find(|m| titled || opens(m.span));
        self.roles.is_reply = titled || proposal.is_some();
        if let Some(title) = title {
            let kind = if self.roles.is_reply {
                Some("ReplyLetter")
            } else {
                references.policy_title.is_match(&title.text).then_some("PolicyDocument")
            };
            if let Some(class) = kind.and_then(class) {
                let id = self.ensure(class, &title.text, "HEAD-title", 0.95);
                let entity = &mut self.all[id.0 as usize];
                entity.spans.push(title.span);
                entity.aliases.extend(head.number.iter().map(|n| n.text.clone()));
                self.roles.document = Some(id);
            }
        }
        if let (Some(mention), true) = (proposal, self.roles.is_reply) {
            self.read_proposal(knowledge, document, mention);
        }
        if self.roles.is_reply {
            self.read_submitters(knowledge, document, mentions);
        }
    }

    /// The proposal: its title in the opening, its number there and in the letter's title.
    fn read_proposal(&mut self, knowledge: &Knowledge, document: &Document, mention: &Mention) {
        let Target::Name(name) = &mention.target else { return };
        let id = self.ensure(mention.class, name, &mention.rule, mention.confidence);
        let number = &knowledge.references.proposal_number;
        let opening = document.blocks.iter().find(|b| b.kind == BlockKind::Opening && b.span.contains(mention.span));
        let near =
            opening.map(|b| Span::new(mention.span.end, b.span.end).of(document.text.clean())).unwrap_or_default();
        let title = document.head.title.as_ref().map_or("", |t| t.text.as_str());
        for text in [title, near] {
            if let Some(n) = number.captures(text).and_then(|c| c.name("number")) {
                self.all[id.0 as usize].aliases.insert(n.as_str().to_owned());
                let key = self.key(n.as_str()).into_owned();
                if self.keys.get(mention.class, &key).is_none() {
                    self.keys.insert(mention.class, key, id);
                }
            }
        }
        self.roles.proposal = Some((id, mention.span));
    }

    /// Who submitted: deputies by name, or an organization, read from the addressee.
    fn read_submitters(&mut self, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
        let Some(addressee) = &document.head.addressee else { return };
        let references = &knowledge.references;
        let mut text = addressee.text.as_str();
        let groups = [(&references.party_committee, "SocialOrganization"), (&references.delegation, "GovernmentBody")];
        // 民盟某市委、某某委员: groups first, then single deputies.
        while let Some((c, class)) = groups.iter().find_map(|(group, class)| Some((group.captures(text)?, *class)))
            && let Some(name) = c.name("name")
            && let Some(class) = knowledge.schema.class(class)
        {
            let id = self.ensure(class, name.as_str(), "HEAD-addressee", 0.95);
            self.submitter(id, addressee.span);
            let rest = &text[name.end()..];
            let Some(rest) = rest.strip_prefix(['、', '，', '和']) else { return };
            text = rest;
        }
        // 市工商联: an association by the name that the lists have.
        let association = knowledge.schema.class("SocialOrganization");
        for mention in mentions.iter().filter(|m| addressee.span.contains(m.span) && Some(m.class) == association) {
            if let Target::Name(name) = &mention.target {
                let id = self.ensure(mention.class, name, &mention.rule, mention.confidence);
                if !self.roles.submitters.iter().any(|(known, _)| *known == id) {
                    self.submitter(id, addressee.span);
                }
            }
        }
        let Some(class) = knowledge.schema.class("Person") else { return };
        let deputies = &references.deputies;
        let alone = deputies.captures_iter(text).count() == 1;
        let mut any = false;
        for c in deputies.captures_iter(text) {
            let Some(name) = c.name("name") else { continue };
            for name in name.as_str().split(['、', '，']).filter(|n| (2..=8).contains(&n.chars().count())) {
                let id = self.ensure(class, name, "HEAD-addressee", 0.9);
                if any || alone {
                    self.all[id.0 as usize].aliases.insert(c[0].trim_start_matches(['、', '，', '和']).to_owned());
                }
                self.submitter(id, addressee.span);
                any = true;
            }
        }
    }

    fn submitter(&mut self, id: EntityId, span: Span) {
        self.all[id.0 as usize].spans.push(span);
        self.roles.submitters.push((id, span));
    }
}

/// The bodies of a joint signature, each with its place in front: 某市商务局某市财政局.
fn senders<'a>(knowledge: &Knowledge, text: &'a str, ends: impl Fn(&str) -> bool) -> Vec<&'a str> {
    let like = knowledge.divisions.beginning_like(text);
    let place = like.filter(|(_, d)| text.starts_with(d.name.as_str())).map(|(_, d)| d.name.len()).max();
    let Some(place) = place else { return vec![text] };
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(&text[..place]).skip(1) {
        if ends(&text[start..at]) {
            parts.push(&text[start..at]);
            start = at;
        }
    }
    parts.push(&text[start..]);
    parts
}
