//! Several at once, and to each its own number.

use std::collections::HashSet;

use super::scene::Scene;
use super::{About, Counted, Subjects};
use crate::diag::Span;
use crate::entity::EntityId;
use crate::mention::{Mention, Target};
use crate::ontology::Class;

/// Whether `c` may stand between the members of a list.
fn is_list_mark(c: char) -> bool {
    matches!(c, '“' | '”' | '、' | '《' | '》')
}

impl Subjects {
    /// Whether `clause` names several of one class.
    pub(super) fn several_in(&self, scene: &Scene<'_>, clause: Span) -> bool {
        let mut first: Vec<(Class, EntityId)> = Vec::new();
        scene.mentions_in(clause).any(|(i, m)| {
            let Some(thing) =
                scene.entities.of_mention(i).filter(|_| self.topics.contains(m.class) || self.actors.contains(m.class))
            else {
                return false;
            };
            match first.iter().find(|(class, _)| *class == m.class) {
                Some((_, other)) => *other != thing,
                None => {
                    first.push((m.class, thing));
                    false
                }
            }
        })
    }

    /// Whether the mention at `index` is the second of several of its class in a row (“甲贷”“乙贷”).
    pub(super) fn is_second(&self, scene: &Scene<'_>, clause: Span, index: usize) -> bool {
        let Some(before) = index.checked_sub(1).and_then(|i| scene.mentions.get(i)) else { return false };
        let mention = &scene.mentions[index];
        let gap = scene.text.get(before.span.end..mention.span.start).unwrap_or_default();
        let joined =
            gap.chars().all(is_list_mark) && (!gap.is_empty() || before.span.of(scene.text).ends_with(['”', '》']));
        before.span.start >= clause.start
            && before.class == mention.class
            && joined
            && self.topics.contains(mention.class)
    }

    /// 甲、乙、丙分别为87家、64家和53家: to each its own number.
    pub(super) fn shared_out(&self, scene: &Scene<'_>, numbers: &[Counted<'_>], abouts: &mut [About]) {
        let words = scene.sentence.of(scene.text);
        for (_, hit) in self.rules.each.places_within(words) {
            let each = hit.shifted(scene.sentence.start);
            let Some(first) = numbers.iter().position(|n| n.span.start >= each.end) else { continue };
            let mut count = 1;
            while let Some(next) = numbers.get(first + count) {
                let between = &scene.text[numbers[first + count - 1].span.end.min(next.span.start)..next.span.start];
                if between.contains(['，', '；', '。']) || next.unit != numbers[first].unit {
                    break;
                }
                count += 1;
            }
            if count < 2 {
                continue;
            }
            let mut lists: Vec<(Class, Vec<EntityId>)> = Vec::new();
            for (i, mention) in scene.mentions_in(Span::new(scene.sentence.start, each.start)) {
                let Some(thing) = scene.entities.of_mention(i) else { continue };
                if matches!(mention.target, Target::Reference(..)) {
                    continue;
                }
                match lists.iter_mut().find(|(class, _)| *class == mention.class) {
                    Some((_, things)) if things.contains(&thing) => {}
                    Some((_, things)) => things.push(thing),
                    None => lists.push((mention.class, vec![thing])),
                }
            }
            let before: Vec<EntityId> = first
                .checked_sub(count)
                .map(|start| abouts[start..first].iter().filter_map(|a| a.thing).collect())
                .unwrap_or_default();
            let distinct = before.len() == count && before.iter().collect::<HashSet<_>>().len() == count;
            let run = self.run_before(scene, each.start);
            let list = (run.len() == count).then_some(run);
            let list = list.or_else(|| {
                lists.iter().rev().find(|(_, things)| things.len() == count).map(|(_, things)| things.clone())
            });
            let listed = !distinct && list.is_some();
            let list = distinct.then_some(before).or(list).unwrap_or_default();
            for (i, about) in abouts[first..first + count].iter_mut().enumerate() {
                about.thing = list.get(i).copied().or(about.thing);
                (about.group, about.listed) = (Some(first), listed);
            }
        }
    }

    /// The last names before `end` that are joined with each other.
    fn run_before(&self, scene: &Scene<'_>, end: usize) -> Vec<EntityId> {
        let mentions: Vec<(usize, &Mention)> = scene.mentions_in(Span::new(scene.sentence.start, end)).collect();
        let mut run: Vec<EntityId> = Vec::new();
        let mut next: Option<Span> = None;
        for (i, mention) in mentions.iter().rev() {
            let gap = next.map_or("", |n| scene.text.get(mention.span.end..n.start).unwrap_or_default());
            if !gap.chars().all(|c| is_list_mark(c) || self.rules.joiners.contains(c)) {
                break;
            }
            run.extend(scene.entities.of_mention(*i));
            next = Some(mention.span);
        }
        run.reverse();
        run
    }
}
