//! One clause as the frames see it: its names in lists, its verbs, and what the words around them say.

use std::cell::OnceCell;

use super::carried::Carried;
use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::ontology::Classes;
use crate::relation::clause::Group;
use crate::relation::{DENIED, Page, REVOKED};
use crate::trace::Why;

/// A verb at its place, with the frames that it may fill.
pub(super) struct Verb {
    pub(super) span: Span,
    /// The place of the verb among all.
    pub(super) index: usize,
}

/// Which words around its verbs a sentence holds.
#[derive(Default)]
pub(super) struct Moods {
    /// Where the first word of wishing ends, and where the last one that takes back begins.
    found: OnceCell<(Option<usize>, Option<usize>)>,
}

/// The most characters between words in quotation marks and the verb of what they call.
const QUOTED: usize = 10;

/// A clause and what surrounds it.
pub(super) struct Scene<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) span: Span,
    pub(super) sentence: Span,
    pub(super) groups: Vec<Group>,
    pub(super) verbs: Vec<Verb>,
    pub(super) moods: &'a Moods,
    /// Who acted before.
    pub(super) carried: &'a Carried,
}

impl<'a> Scene<'a> {
    /// The clean text of the document.
    pub(super) fn text(&self) -> &'a str {
        self.page.document.text.clean()
    }

    /// The entities of `classes` that a list names.
    pub(super) fn fitting(&self, entities: &Entities, group: &Group, classes: Classes) -> Vec<EntityId> {
        self.ids(entities, self.members(group, classes))
    }

    /// Those of a list who can act: whoever only stands at the beginning of a name that was not read does not.
    pub(super) fn acting(&self, entities: &Entities, group: &Group, classes: Classes) -> Vec<EntityId> {
        self.ids(entities, self.members(group, classes).filter(|m| !self.page.opens_unread(*m, entities)))
    }

    /// The mentions of a list that are of `classes`.
    fn members(&self, group: &Group, classes: Classes) -> impl Iterator<Item = usize> {
        let fits = move |m: &usize| classes.contains(self.page.mentions[*m].class) && !self.page.is_outer_place(*m);
        group.members.clone().filter(fits)
    }

    /// What the members of a list name.
    pub(super) fn ids_of(&self, entities: &Entities, group: &Group) -> Vec<EntityId> {
        self.ids(entities, group.members.clone())
    }

    fn ids(&self, entities: &Entities, members: impl Iterator<Item = usize>) -> Vec<EntityId> {
        let mut ids: Vec<EntityId> = Vec::new();
        for id in members.filter_map(|m| entities.of_mention(m)) {
            // A short name in a bracket is the one before it once more.
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// The words of the clause before a list, without a quotation mark that opens its first name.
    pub(super) fn lead(&self, group: &Group) -> &'a str {
        self.text()[self.span.start..group.span.start].trim_end_matches('“')
    }

    /// Whether a preposition or a word of joint action stands right before a list: then it does not act.
    pub(super) fn governed(&self, group: &Group) -> bool {
        let rules = &self.page.knowledge.relation_rules;
        let lead = self.lead(group);
        // 在甲县乙园设立……: what governs the place governs what lies in it.
        let place = |g: &Group| g.members.clone().all(|m| self.page.kinds.places.contains(self.page.mentions[m].class));
        let outer = self.groups.iter().find(|g| g.span.end == group.span.start && place(g));
        rules.prepositions.end(lead) || rules.together.end(lead) || outer.is_some_and(|g| self.governed(g))
    }

    /// Whether a list only says whose the next thing is (某某的).
    pub(super) fn owns(&self, group: &Group) -> bool {
        self.text()[group.span.end..].trim_start_matches('”').starts_with('的')
    }

    /// Words in quotation marks right before the end of `range`, with nothing but a few words behind them, that no
    /// preposition governs: whatever is called so acts, and nobody before it (“某某芦笋”已获得……, 其“某某”实践入选……).
    pub(super) fn quoted_subject(&self, range: Span) -> Option<Span> {
        let rules = &self.page.knowledge.relation_rules;
        let words = range.of(self.text());
        let (before, behind) = words.rsplit_once('”')?;
        let open = before.rfind('“')?;
        let free = behind.chars().nth(QUOTED).is_none() && !behind.contains(['、', '“', '的']);
        let lead = &words[..open];
        let own =
            lead.is_empty() || rules.owners.end(lead) || self.groups.iter().any(|g| g.span.end == range.start + open);
        let quoted = Span::new(range.start + open, range.start + before.len() + '”'.len_utf8());
        let named = self
            .groups
            .iter()
            .any(|g| g.span.start <= quoted.start + '“'.len_utf8() && g.span.end + '”'.len_utf8() >= quoted.end);
        (free && own && !named).then_some(quoted)
    }

    /// Where the verb that begins at `at` ends.
    pub(super) fn verb_end(&self, at: usize) -> usize {
        self.verbs.iter().find(|v| v.span.start == at).map_or(at, |v| v.span.end)
    }

    /// Why what the verb says does not hold: the clause denies it, or its sentence takes it back or only wishes for it.
    pub(super) fn unreal(&self, verb: Span) -> Option<Why> {
        let text = self.text();
        let rules = &self.page.knowledge.relation_rules;
        if let Some(word) = rules.directed.ending(&text[self.span.start..verb.start]).next() {
            return Some(Why::Described(word.to_owned()));
        }
        if let Some(why) = self.page.proposed(self.span.of(text)) {
            return Some(why);
        }
        let (wished, revoked) = *self.moods.found.get_or_init(|| {
            let revoked = self.page.hits[REVOKED].within(self.sentence).last();
            (self.page.first_wish_at(self.sentence).map(|w| w.end), revoked.map(|(at, _)| at.start))
        });
        let in_clause = Span::new(self.span.start, verb.start);
        // The words are only looked for one by one when one of them is there.
        let wished = wished.is_some_and(|end| end <= verb.start);
        let revoked = revoked.is_some_and(|start| start >= verb.end);
        if !wished && !revoked && !self.page.hits[DENIED].any(in_clause) {
            return None;
        }
        let in_sentence = &text[self.sentence.start..verb.start];
        let after = &text[verb.end..self.sentence.end];
        self.page.unreal(in_sentence, in_clause.of(text), after)
    }
}
