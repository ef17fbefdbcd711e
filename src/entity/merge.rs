//! Forms of one name in one document: short names that the text defines, brands and firms, short forms of titles.

use std::collections::BTreeMap;

use super::{Entities, EntityId, bare};
use crate::diag::Span;
use crate::document::Document;
use crate::knowledge::Knowledge;
use crate::mention::{Mention, Target};

/// Joins the entities that are one thing. Never across classes.
pub(super) fn merge(entities: &mut Entities, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
    defined_short_names(entities, knowledge, document, mentions);
    let firm = knowledge.schema.class("Enterprise");
    let policy = knowledge.schema.class("PolicyDocument");
    let prefix = &knowledge.references.prefix_of_full;
    let joinable = knowledge.classes(&knowledge.references.short_by_prefix);
    let ids: Vec<EntityId> = entities.iter().map(|(id, _)| id).collect();
    let mut joins: Vec<(EntityId, EntityId)> = Vec::new();
    for &short in &ids {
        let s = entities.get(short);
        let candidates = ids.iter().filter(|&&long| long != short).filter(|&&long| {
            let l = entities.get(long);
            if l.class != s.class || l.name.len() <= s.name.len() {
                return false;
            }
            let is_firm = Some(s.class) == firm;
            let tail = l.name.strip_prefix(s.name.as_str()).unwrap_or_default();
            if is_firm && knowledge.name_rules.firm_tails.iter().any(|t| t == tail) {
                return true;
            }
            let head = l.name.strip_suffix(s.name.as_str()).unwrap_or_default();
            if head.is_empty() {
                return false;
            }
            if Some(s.class) == policy {
                // 《实施细则》 for the one policy of that kind which was named before it.
                return s.name.chars().count() <= 6 && !s.spans.is_empty() && l.spans.first() < s.spans.first();
            }
            joinable.contains(s.class) && (prefix.is_match(head) || is_place(entities, knowledge, head))
        });
        // The nearest longer name before the short one; else the first one behind it.
        let first = s.spans.first().map_or(0, |p| p.start);
        let best = candidates.max_by_key(|&&long| {
            let at = entities.get(long).spans.first().map_or(0, |p| p.start);
            (at <= first, if at <= first { at as i64 } else { -(at as i64) })
        });
        if let Some(&long) = best {
            joins.push((short, long));
        }
    }
    for (short, long) in joins {
        entities.join(short, long);
    }
}

/// Whether `words` are the name of a place, with or without the ending of its rank.
fn is_place(entities: &Entities, knowledge: &Knowledge, words: &str) -> bool {
    let places = knowledge.classes(&["Place".to_owned()]);
    let mut all = entities.iter().filter(|(_, e)| places.contains(e.class));
    all.any(|(_, e)| {
        e.name == words
            || e.aliases.contains(words)
            || e.name.strip_suffix(['市', '省', '县', '区', '镇']) == Some(words)
    })
}

/// 某某平台（以下简称“甲平台”）: the short name means the same from here on.
fn defined_short_names(entities: &mut Entities, knowledge: &Knowledge, document: &Document, mentions: &[Mention]) {
    let defines = &knowledge.references.defines;
    let text = document.text.clean();
    let mut found: BTreeMap<String, EntityId> = BTreeMap::new();
    for (i, mention) in mentions.iter().enumerate() {
        let (Some(id), Target::Name(_)) = (entities.of_mention(i), &mention.target) else { continue };
        let rest = &text[mention.span.end..text.len().min(next_boundary(text, mention.span.end + 180))];
        if let Some(short) = defines.captures(rest).and_then(|c| c.name("short")) {
            found.insert(bare(short.as_str()), id);
        }
    }
    for (short, id) in found {
        let class = entities.get(id).class;
        match entities.find(class, &short) {
            Some(other) if other != id => entities.join(other, id),
            Some(_) => {}
            None => {
                let key = entities.key(&short);
                entities.keys.insert((class, key), id);
                let spans: Vec<Span> = text.match_indices(&short).map(|(at, s)| Span::new(at, at + s.len())).collect();
                let entity = &mut entities.all[id.0 as usize];
                entity.spans.extend(spans);
                entity.spans.sort();
                entity.aliases.insert(short);
            }
        }
    }
}

fn next_boundary(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at.min(text.len())
}

impl Entities {
    /// Makes `from` another form of `into`.
    fn join(&mut self, from: EntityId, into: EntityId) {
        let into = self.keys_root(into);
        if from == into || self.get(from).name.is_empty() {
            return;
        }
        let gone = &mut self.all[from.0 as usize];
        let (name, aliases, spans) =
            (std::mem::take(&mut gone.name), std::mem::take(&mut gone.aliases), std::mem::take(&mut gone.spans));
        let class = gone.class;
        let confidence = gone.confidence;
        let entity = &mut self.all[into.0 as usize];
        entity.aliases.insert(name.clone());
        entity.aliases.extend(aliases);
        entity.aliases.shift_remove(&entity.name.clone());
        entity.spans.extend(spans);
        entity.spans.sort();
        entity.confidence = entity.confidence.max(confidence);
        for id in self.keys.values_mut().chain(self.of_mention.iter_mut().flatten()) {
            if *id == from {
                *id = into;
            }
        }
        let key = self.key(&name);
        self.keys.insert((class, key), into);
    }

    /// The entity that `id` was merged into, or `id` itself.
    fn keys_root(&self, id: EntityId) -> EntityId {
        let entity = self.get(id);
        if entity.name.is_empty() { self.keys.values().copied().find(|k| *k == id).unwrap_or(id) } else { id }
    }
}
