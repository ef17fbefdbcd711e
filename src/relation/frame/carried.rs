//! Who acts when a clause does not say: whoever acted before it in the numbered paragraph.

use super::rule::Frame;
use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::ontology::Classes;
use crate::relation::Page;

/// Those who acted so far in a numbered paragraph, the last ones last.
#[derive(Default)]
pub(super) struct Carried {
    acted: Vec<Actors>,
    guests: Option<Guests>,
    /// The sentence that is about something without a read name from here on.
    nameless: Option<Span>,
    passed: Passed,
    /// How many had acted before an enumeration (我局将……：一是……，二是……), and whether the last of them did so in the
    /// sentence of the first item.
    before_items: Option<(usize, bool)>,
}

/// What of the paragraph went before.
#[derive(Clone, Copy, Default)]
struct Passed {
    /// How many parts of sentences, up to a semicolon each.
    parts: usize,
    /// How many whole sentences, whatever semicolons they hold.
    sentences: usize,
}

/// Who acted, in which sentence, and what had gone before then.
struct Actors {
    ids: Vec<EntityId>,
    sentence: Span,
    passed: Passed,
}

/// Who acts in the rest of a sentence, whoever acted before.
struct Guests {
    ids: Vec<EntityId>,
    sentence: Span,
    /// Whether the clauses go on about them (建设甲园，其占地……): whatever they say, these do. Else somebody has them do
    /// something (支持甲公司牵头，联合……).
    topic: bool,
}

/// The most actors that are looked back over.
const BACK: usize = 4;

impl Carried {
    /// An item of an enumeration begins in `sentence`: whoever acted before the first one acts in it, as if it were said
    /// there when his sentence is that of the first item. So does the sender where an item says 我局: no item is about
    /// him, as one may be about a firm.
    pub(super) fn begin_item(&mut self, sentence: Span, sender: Option<EntityId>) {
        let said = self.acted.last().is_some_and(|actors| actors.sentence == sentence);
        let (before, said) = *self.before_items.get_or_insert((self.acted.len(), said));
        let own = self.acted.drain(before..).rfind(|actors| actors.ids.iter().copied().eq(sender));
        let said = said || own.is_some();
        self.acted.extend(own);
        if said && let Some(last) = self.acted.last_mut() {
            last.sentence = sentence;
            last.passed = self.passed;
        }
    }

    /// A clause ends here, and with its last mark or as the last one of its sentence a part of the sentence too.
    pub(super) fn end_clause(&mut self, clause: &str, last: bool) {
        self.passed.parts += usize::from(last || clause.ends_with(['。', '；', '！', '？']));
        self.passed.sentences += usize::from(clause.ends_with(['。', '！', '？']));
    }

    /// `ids` act in what follows in `sentence`, by what somebody else makes them do.
    pub(super) fn host(&mut self, ids: Vec<EntityId>, sentence: Span) {
        self.guests = Some(Guests { ids, sentence, topic: false });
    }

    /// `ids` are what `sentence` goes on about.
    pub(super) fn go_on(&mut self, ids: Vec<EntityId>, sentence: Span) {
        self.guests = Some(Guests { ids, sentence, topic: true });
    }

    /// `ids` act from here on.
    pub(super) fn act(&mut self, ids: Vec<EntityId>, sentence: Span) {
        self.guests = None;
        self.nameless = None;
        if let Some(last) = self.acted.last_mut().filter(|last| last.ids == ids) {
            last.sentence = sentence;
            last.passed = self.passed;
            return;
        }
        self.acted.push(Actors { ids, sentence, passed: self.passed });
    }

    /// Who acts by `frame` in a clause of `sentence` that does not say so: whoever acted last. Where the frame narrows who
    /// is carried over, those who are not are looked past. None of `except` acts.
    pub(super) fn last(&self, entities: &Entities, frame: &Frame, sentence: Span, except: Classes) -> Vec<EntityId> {
        let acts = |id: &EntityId, classes: Classes| {
            let class = entities.get(*id).class;
            classes.contains(class) && !except.contains(class)
        };
        let guests = self.guests.as_ref().filter(|g| (frame.guests || g.topic) && g.sentence == sentence);
        if let Some(guests) = guests {
            let can_act = |id: &EntityId| acts(id, frame.subject);
            let ids: Vec<EntityId> = guests.ids.iter().copied().filter(can_act).collect();
            if !ids.is_empty() {
                return ids;
            }
        }
        let back = if frame.onward == frame.subject { 1 } else { BACK };
        let acted = self.acted.iter().rev().take(back);
        let near = acted.take_while(|actors| !frame.near || actors.passed.sentences == self.passed.sentences);
        let fitting = near.map(|actors| {
            let classes = if actors.passed.parts == self.passed.parts { frame.carried } else { frame.onward };
            let can_act = |id: &EntityId| acts(id, classes);
            actors.ids.iter().copied().filter(can_act).collect::<Vec<_>>()
        });
        fitting.into_iter().find(|ids| !ids.is_empty()).unwrap_or_default()
    }

    /// `sentence` goes on about something without a read name.
    pub(super) fn lose_topic(&mut self, sentence: Span) {
        self.nameless = Some(sentence);
    }

    /// Whether `sentence` is about something without a read name.
    pub(super) fn is_nameless(&self, sentence: Span) -> bool {
        self.nameless == Some(sentence)
    }

    /// Whether somebody acted in this part of `sentence`.
    pub(super) fn acts_in(&self, sentence: Span) -> bool {
        self.acted.last().is_some_and(|actors| actors.sentence == sentence && actors.passed.parts == self.passed.parts)
    }

    /// Whether something that is no party, such as a park, is what `sentence` is about and cannot act by `frame`: then
    /// nobody else is implied (某园区占地千亩，重点发展某产业).
    pub(super) fn is_thing(&self, page: &Page<'_>, entities: &Entities, frame: &Frame, sentence: Span) -> bool {
        let last = self.acted.last().filter(|actors| actors.sentence == sentence);
        last.is_some_and(|actors| {
            let mut classes = actors.ids.iter().map(|id| entities.get(*id).class);
            classes.all(|class| !page.kinds.parties.contains(class) && !frame.subject.contains(class))
        })
    }
}
