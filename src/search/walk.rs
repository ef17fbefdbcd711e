//! An expression as steps over characters, tried from one place of a text. A rule is tried where its words stand, so
//! that it nearly always matches there or fails within a few characters: less work than to make and load the tables
//! by which [`regex`] goes through long texts. The matches are the same. Where an expression has to try more than is
//! reasonable, [`Stuck`] says so, and [`regex`], which needs linear time for anything, takes over.

use std::cell::Cell;
use std::ops::RangeInclusive;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

use super::words::{Index, Word, code_at};
use crate::diag::Span;

/// An expression of more steps than this is left to [`regex`].
const MOST_STEPS: usize = 20_000;
/// What begins with more characters than this may begin nearly anywhere in a text.
const NARROW: u32 = 128;
/// How many times 64 characters are told apart before they are looked up in a set.
const FILTER: usize = 16;
/// A branch that begins with more characters than this is not chosen by them.
const MOST_FIRSTS: usize = 32;

/// More was tried than is reasonable.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stuck;

/// The steps of an expression.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    steps: Vec<Step>,
    /// For each step the first one from it on that looks at the text.
    looks: Vec<u32>,
    sets: Vec<Set>,
    /// What a match begins with; nothing where it may be empty. Where it may also stand at the start of the text, that is
    /// tried whatever stands there.
    first: Option<Set>,
    may_start: bool,
    /// How many numbers tell where the groups begin and end.
    slots: usize,
    /// Whether it matches at the start of a text only.
    at_start: bool,
    /// Where its matches end at the end of a text only: the most bytes that one of them takes, and what they end with.
    reach: Option<usize>,
    last: Option<Set>,
    /// Whether its matches begin at few places of a text.
    pub(super) narrow: bool,
}

/// One step; where it does not say otherwise, the next one follows.
#[derive(Clone, Debug)]
enum Step {
    Word(Box<Word>),
    Set(u32),
    Look(Look),
    /// The place goes into the slot.
    Save(u32),
    Jump(u32),
    /// The first one, or else the second one.
    Either(u32, u32),
    /// So many characters of the set, or fewer: as few as lead to a match, or as many.
    Gap {
        set: u32,
        most: u32,
        few: bool,
    },
    /// By the words and characters that branches begin with, where those go on: the first one that leads to a match.
    Choice(Box<Index>),
    Done,
}

/// Some characters: most ideographs or few, most others or few, and those with which it is the other way round.
#[derive(Clone, Debug)]
struct Set {
    /// Whether it holds most ideographs.
    ideographs: bool,
    /// Whether it holds most other characters.
    others: bool,
    /// The ASCII characters that it holds.
    ascii: u128,
    /// One bit for each byte that its characters begin with; all of them where it holds most others.
    leads: [u64; 4],
    /// Of those with which it is the other way round one bit for each value of the last bits: most need not be looked up.
    filter: [u64; FILTER],
    /// Those, in order.
    ranges: Vec<(u32, u32)>,
}

/// The ideographs in common use.
const IDEOGRAPHS: RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

impl Set {
    fn new(class: &ClassUnicode) -> Self {
        let ideograph = ClassUnicode::new([ClassUnicodeRange::new(*IDEOGRAPHS.start(), *IDEOGRAPHS.end())]);
        // Those of one kind, or else those of the kind that are not in the class, whichever are fewer.
        let part = |kind: &ClassUnicode| {
            let (mut within, mut without) = (class.clone(), kind.clone());
            within.intersect(kind);
            without.difference(class);
            let most = size(&within) > size(&without);
            (most, if most { without } else { within })
        };
        let (ideographs, mut otherwise) = part(&ideograph);
        let mut rest = ideograph;
        rest.negate();
        let (others, more) = part(&rest);
        otherwise.union(&more);
        let ranges: Vec<(u32, u32)> = otherwise.iter().map(|r| (u32::from(r.start()), u32::from(r.end()))).collect();
        let holds = |c: u32| class.iter().any(|r| (u32::from(r.start())..=u32::from(r.end())).contains(&c));
        let ascii = (0..128).filter(|c| holds(*c)).fold(0, |bits, c| bits | 1 << c);
        let mut filter = [0_u64; FILTER];
        for &(first, last) in &ranges {
            for c in (first..=last).take(64 * FILTER) {
                filter[c as usize / 64 % FILTER] |= 1 << (c % 64);
            }
        }
        let mut leads = [if others { u64::MAX } else { 0 }; 4];
        for range in class.iter().filter(|_| !others) {
            let lead = |c: char| usize::from(c.encode_utf8(&mut [0; 4]).as_bytes()[0]);
            (lead(range.start())..=lead(range.end())).for_each(|byte| leads[byte / 64] |= 1 << (byte % 64));
        }
        Self { ideographs, others, ascii, leads, filter, ranges }
    }

    /// Whether the character with this number is one of them.
    #[inline]
    fn has(&self, code: u32) -> bool {
        if code < 128 {
            return self.ascii >> code & 1 == 1;
        }
        let most = if (0x4e00..0xa000).contains(&code) { self.ideographs } else { self.others };
        let near = self.filter[code as usize / 64 % FILTER] >> (code % 64) & 1 == 1;
        most != (near && self.lists(code))
    }

    /// Whether some of its characters begin with `byte`.
    #[inline]
    fn may_lead(&self, byte: u8) -> bool {
        self.leads[usize::from(byte) / 64] >> (byte % 64) & 1 == 1
    }

    #[inline]
    fn lists(&self, c: u32) -> bool {
        let next = match &*self.ranges {
            [_] => 0,
            ranges => ranges.partition_point(|r| r.1 < c),
        };
        self.ranges.get(next).is_some_and(|r| (r.0..=r.1).contains(&c))
    }
}

/// How many characters are in `class`.
fn size(class: &ClassUnicode) -> u32 {
    class.iter().map(|r| u32::from(r.end()) - u32::from(r.start()) + 1).sum()
}

/// What is left to try, and what is to be undone before.
#[derive(Clone, Copy, Debug)]
enum Job {
    Try {
        step: u32,
        at: usize,
    },
    /// One more character of a gap that may take so many of them.
    More {
        step: u32,
        at: usize,
        left: u32,
    },
    Restore {
        slot: u32,
        place: usize,
    },
}

/// Room for a walk, kept for the next one.
#[derive(Debug)]
pub(super) struct Room {
    jobs: Vec<Job>,
    /// Where each group begins and ends; [`usize::MAX`] for one that takes no part. Left out when it has no room for
    /// them.
    slots: Vec<usize>,
    /// How many steps may still be made.
    patience: usize,
}

thread_local! {
    /// The room of a walk that is over.
    static SPARE: Cell<(Vec<Job>, Vec<usize>)> = const { Cell::new((Vec::new(), Vec::new())) };
}

impl Drop for Room {
    fn drop(&mut self) {
        SPARE.set((std::mem::take(&mut self.jobs), std::mem::take(&mut self.slots)));
    }
}

impl Room {
    /// With so many `slots`, for a text of `length` bytes.
    fn new(slots: usize, length: usize) -> Self {
        let (jobs, mut places) = SPARE.take();
        places.resize(slots, usize::MAX);
        Self { jobs, slots: places, patience: 4096 + 64 * length }
    }

    /// For the groups of `walk` in a text of `length` bytes.
    pub(super) fn for_groups(walk: &Walk, length: usize) -> Self {
        Self::new(walk.slots, length)
    }

    /// Where the groups stand, in their order, after a match.
    pub(super) fn groups(&self) -> impl Iterator<Item = Option<Span>> {
        self.slots.chunks_exact(2).map(|ends| (ends[1] != usize::MAX).then(|| Span::new(ends[0], ends[1])))
    }
}

impl Walk {
    /// The steps of `hir`; nothing for what they cannot say.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let slots = 2 * hir.properties().explicit_captures_len();
        let at_start = hir.properties().look_set_prefix().contains(Look::Start);
        let at_end = hir.properties().look_set_suffix().contains(Look::End);
        let reach = hir.properties().maximum_len().filter(|_| at_end);
        let may_start = !at_start && hir.properties().look_set_prefix_any().contains(Look::Start);
        let (class, nothing) = lasts(hir);
        let last = (at_end && !nothing).then(|| Set::new(&class));
        let (class, nothing) = firsts(hir, may_start);
        let first = (!nothing).then(|| Set::new(&class));
        let narrow = at_start || (!nothing && size(&class) <= NARROW);
        let (steps, looks, sets) = (Vec::new(), Vec::new(), Vec::new());
        let mut walk = Self { steps, looks, sets, first, may_start, slots, at_start, reach, last, narrow };
        walk.put(hir)?;
        walk.steps.push(Step::Done);
        walk.looks = (0..walk.next()).map(|step| walk.look_of(step)).collect();
        Some(walk)
    }

    /// The first step from `step` on that looks at the text, or where a way parts.
    fn look_of(&self, step: u32) -> u32 {
        match self.steps[step as usize] {
            Step::Save(_) => self.look_of(step + 1),
            Step::Jump(to) => self.look_of(to),
            _ => step,
        }
    }

    fn next(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX)
    }

    fn put(&mut self, hir: &Hir) -> Option<()> {
        if self.steps.len() > MOST_STEPS {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(word) => {
                let word = Word::new(std::str::from_utf8(&word.0).ok()?, 0, false);
                self.steps.push(Step::Word(Box::new(word)));
            }
            HirKind::Class(Class::Unicode(class)) => {
                let set = self.set(class)?;
                self.steps.push(Step::Set(set));
            }
            HirKind::Look(look @ (Look::Start | Look::End | Look::WordAscii)) => self.steps.push(Step::Look(*look)),
            HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => return None,
            HirKind::Capture(capture) => {
                let slot = 2 * (capture.index - 1);
                self.steps.push(Step::Save(slot));
                self.put(&capture.sub)?;
                self.steps.push(Step::Save(slot + 1));
            }
            HirKind::Concat(parts) => return parts.iter().try_for_each(|part| self.put(part)),
            HirKind::Repetition(repetition) => return self.repeat(repetition),
            HirKind::Alternation(branches) => return self.branch(branches),
        }
        Some(())
    }

    fn set(&mut self, class: &ClassUnicode) -> Option<u32> {
        self.sets.push(Set::new(class));
        u32::try_from(self.sets.len() - 1).ok()
    }

    fn repeat(&mut self, repetition: &Repetition) -> Option<()> {
        let sub = &repetition.sub;
        if let HirKind::Class(Class::Unicode(class)) = sub.kind() {
            let set = self.set(class)?;
            self.steps.extend((0..repetition.min).map(|_| Step::Set(set)));
            let most = repetition.max.map_or(u32::MAX, |max| max - repetition.min);
            if most > 0 {
                self.steps.push(Step::Gap { set, most, few: !repetition.greedy });
            }
            return Some(());
        }
        (0..repetition.min).try_for_each(|_| self.put(sub))?;
        let mut ways = Vec::new();
        match repetition.max {
            // Nothing, again and again, is no walk.
            None if sub.properties().minimum_len() == Some(0) => return None,
            None => {
                ways.push(self.way());
                self.put(sub)?;
                self.steps.push(Step::Jump(ways[0]));
            }
            Some(max) => {
                for _ in repetition.min..max {
                    ways.push(self.way());
                    self.put(sub)?;
                }
            }
        }
        let end = self.next();
        for way in ways {
            let (on, out) = if repetition.greedy { (way + 1, end) } else { (end, way + 1) };
            self.steps[way as usize] = Step::Either(on, out);
        }
        Some(())
    }

    /// Room for a step that is decided later.
    fn way(&mut self) -> u32 {
        self.steps.push(Step::Done);
        self.next() - 1
    }

    fn branch(&mut self, branches: &[Hir]) -> Option<()> {
        let firsts: Option<Vec<Vec<String>>> = branches.iter().map(few_firsts).collect();
        let mut way = self.way();
        let mut begins = Vec::new();
        let mut ends = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            begins.push(self.next());
            self.put(branch)?;
            if i + 1 < branches.len() {
                ends.push(self.way());
                if firsts.is_none() {
                    let next = self.next();
                    self.steps[way as usize] = Step::Either(begins[i], next);
                    if i + 2 < branches.len() {
                        way = self.way();
                    }
                }
            }
        }
        let end = self.next();
        ends.into_iter().for_each(|at| self.steps[at as usize] = Step::Jump(end));
        if let Some(firsts) = firsts {
            let ways = firsts.iter().zip(begins).flat_map(|(words, begin)| words.iter().map(move |w| (&**w, begin)));
            self.steps[way as usize] = Step::Choice(Box::new(Index::new(ways, false)));
        }
        Some(())
    }

    /// The characters that all matches begin with, where these are few.
    pub(super) fn first_chars(&self) -> Option<impl Iterator<Item = char>> {
        let first = self.first.as_ref().filter(|first| self.narrow && !self.may_start && !first.others)?;
        let all = first.ranges.iter().filter(|_| !first.ideographs).flat_map(|r| r.0..=r.1);
        Some(all.filter_map(char::from_u32))
    }

    /// The first place from `at` on where a match may begin; any place behind `last` when there is none up to there.
    pub(super) fn begin(&self, text: &str, at: usize, last: usize) -> usize {
        let Some(first) = self.first.as_ref().filter(|_| at > 0 || !self.may_start) else { return at };
        let bytes = text.as_bytes();
        let mut at = at;
        while at <= last
            && let Some(&byte) = bytes.get(at)
        {
            if first.may_lead(byte)
                && let Some((code, next)) = code_at(text, at)
            {
                if first.has(code) {
                    return at;
                }
                at = next;
            } else {
                at += width(byte);
            }
        }
        at
    }

    /// What `found` makes of the first match in `text`, of where it stands and, if `groups` are asked for, of where they
    /// do.
    pub(super) fn first_in<T>(
        &self,
        text: &str,
        groups: bool,
        found: impl FnOnce(Span, &Room) -> T,
    ) -> Result<Option<T>, Stuck> {
        if let Some(last) = &self.last
            && text.chars().next_back().is_none_or(|c| !last.has(u32::from(c)))
        {
            return Ok(None);
        }
        let mut at = match &self.first {
            Some(first) if self.at_start && code_at(text, 0).is_none_or(|(code, _)| !first.has(code)) => {
                return Ok(None);
            }
            Some(_) if !self.at_start => {
                let from = self.reach.map_or(0, |reach| text.len().saturating_sub(reach));
                self.begin(text, text.ceil_char_boundary(from), text.len())
            }
            _ => 0,
        };
        let mut room = Room::new(if groups { self.slots } else { 0 }, text.len());
        loop {
            if let Some(end) = self.from(text, at, &mut room)? {
                return Ok(Some(found(Span::new(at, end), &room)));
            }
            let Some((_, next)) = code_at(text, at).filter(|_| !self.at_start) else { return Ok(None) };
            at = self.begin(text, next, text.len());
        }
    }

    /// Whether something may follow from `step` at `at`, where `code` stands: as far as one character, or one word, tells.
    #[inline(always)]
    fn may_follow(&self, step: &Step, text: &str, at: usize, code: Option<u32>) -> bool {
        match step {
            Step::Word(word) => word.begins(&text.as_bytes()[at..]),
            Step::Set(set) => code.is_some_and(|code| self.sets[*set as usize].has(code)),
            Step::Choice(choices) => code.is_some_and(|code| choices.may_begin(code)),
            Step::Look(look) => holds(*look, text.as_bytes(), at),
            _ => true,
        }
    }

    /// The first step from `step` on that looks at the text.
    #[inline]
    fn look(&self, step: u32) -> &Step {
        &self.steps[self.looks[step as usize] as usize]
    }

    /// Whether it is plain that nothing follows from `step` at `at`.
    #[inline(always)]
    fn fails(&self, step: u32, text: &str, at: usize) -> bool {
        !self.may_follow(self.look(step), text, at, code_at(text, at).map(|(code, _)| code))
    }

    /// The place behind the character at `at`, when the set holds it.
    #[inline]
    fn next_of(&self, set: u32, text: &str, at: usize) -> Option<usize> {
        let (code, next) = code_at(text, at)?;
        self.sets[set as usize].has(code).then_some(next)
    }

    /// Where the match that begins at `at` ends, when there is one. `room` then says where its groups stand.
    pub(super) fn from(&self, text: &str, at: usize, room: &mut Room) -> Result<Option<usize>, Stuck> {
        let Room { jobs, slots, patience } = room;
        jobs.clear();
        slots.fill(usize::MAX);
        let (mut step, mut at) = (0, at);
        loop {
            *patience = patience.checked_sub(1).ok_or(Stuck)?;
            let on = match &self.steps[step as usize] {
                Step::Done => return Ok(Some(at)),
                Step::Word(word) => word.begins(&text.as_bytes()[at..]).then(|| (step + 1, at + word.length as usize)),
                Step::Set(set) => self.next_of(*set, text, at).map(|at| (step + 1, at)),
                Step::Look(look) => holds(*look, text.as_bytes(), at).then_some((step + 1, at)),
                Step::Save(slot) => {
                    if let Some(place) = slots.get_mut(*slot as usize) {
                        jobs.push(Job::Restore { slot: *slot, place: std::mem::replace(place, at) });
                    }
                    Some((step + 1, at))
                }
                Step::Jump(to) => Some((*to, at)),
                // What follows is tried at each character of a gap, and nearly always fails at once.
                Step::Gap { most, .. } => self.gap(text, (step, at, *most), jobs, patience)?,
                Step::Either(first, second) if self.fails(*first, text, at) => Some((*second, at)),
                Step::Either(first, second) => {
                    if !self.fails(*second, text, at) {
                        jobs.push(Job::Try { step: *second, at });
                    }
                    Some((*first, at))
                }
                Step::Choice(choices) => {
                    let mut first = None;
                    for way in choices.starting(&text[at..]).rev() {
                        // What begins with a word is behind it already.
                        let word = matches!(self.steps[way.place as usize], Step::Word(_));
                        let on = if word { (way.place + 1, at + way.length as usize) } else { (way.place, at) };
                        jobs.extend(first.replace(on).map(|(step, at)| Job::Try { step, at }));
                    }
                    first
                }
            };
            let on = match on {
                None => self.resume(text, jobs, slots, patience)?,
                on => on,
            };
            match on {
                Some(on) => (step, at) = on,
                None => return Ok(None),
            }
        }
    }

    /// The next of what is left to try, after what was done since is undone.
    fn resume(
        &self,
        text: &str,
        jobs: &mut Vec<Job>,
        slots: &mut [usize],
        patience: &mut usize,
    ) -> Result<Option<(u32, usize)>, Stuck> {
        while let Some(job) = jobs.pop() {
            let on = match job {
                Job::Try { step, at } => Some((step, at)),
                Job::More { step, at, left } => self.gap(text, (step, at, left), jobs, patience)?,
                Job::Restore { slot, place } => {
                    slots[slot as usize] = place;
                    None
                }
            };
            if on.is_some() {
                return Ok(on);
            }
        }
        Ok(None)
    }

    /// What follows a gap: the first place within it, of at most `left` characters from `at` on, from which something may
    /// follow `step`, the others being left to try; or, where as many characters as can be are wanted, nothing but what is
    /// left to try, the last place first.
    #[inline]
    fn gap(
        &self,
        text: &str,
        (step, mut at, mut left): (u32, usize, u32),
        jobs: &mut Vec<Job>,
        patience: &mut usize,
    ) -> Result<Option<(u32, usize)>, Stuck> {
        let Step::Gap { set, few, .. } = self.steps[step as usize] else { return Ok(None) };
        let (set, behind) = (&self.sets[set as usize], self.look(step + 1));
        loop {
            let here = code_at(text, at);
            let next = here.filter(|(code, _)| left > 0 && set.has(*code)).map(|(_, next)| next);
            if self.may_follow(behind, text, at, here.map(|(code, _)| code)) {
                if few {
                    jobs.extend(next.map(|at| Job::More { step, at, left: left - 1 }));
                    return Ok(Some((step + 1, at)));
                }
                jobs.push(Job::Try { step: step + 1, at });
            }
            let Some(next) = next else { return Ok(None) };
            *patience = patience.checked_sub(1).ok_or(Stuck)?;
            (at, left) = (next, left - 1);
        }
    }
}

/// The characters that what `hir` matches may begin with, and whether it may match nothing: anywhere, or elsewhere than at
/// the start of a text.
fn firsts(hir: &Hir, elsewhere: bool) -> (ClassUnicode, bool) {
    let none = || ClassUnicode::empty();
    let one = |c: char| ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    match hir.kind() {
        HirKind::Literal(word) => {
            let first = std::str::from_utf8(&word.0).ok().and_then(|word| word.chars().next());
            (first.map_or_else(none, one), first.is_none())
        }
        HirKind::Class(Class::Unicode(class)) => (class.clone(), false),
        HirKind::Class(Class::Bytes(_)) => (none(), true),
        HirKind::Look(Look::Start) if elsewhere => (none(), false),
        HirKind::Empty | HirKind::Look(_) => (none(), true),
        HirKind::Capture(capture) => firsts(&capture.sub, elsewhere),
        HirKind::Repetition(repetition) => {
            let (class, nothing) = firsts(&repetition.sub, elsewhere);
            (class, nothing || repetition.min == 0)
        }
        HirKind::Concat(parts) => {
            let mut all = none();
            for part in parts {
                let (class, nothing) = firsts(part, elsewhere);
                all.union(&class);
                if !nothing {
                    return (all, false);
                }
            }
            (all, true)
        }
        HirKind::Alternation(branches) => branches.iter().map(|branch| firsts(branch, elsewhere)).fold(
            (none(), false),
            |(mut all, any), (class, nothing)| {
                all.union(&class);
                (all, any || nothing)
            },
        ),
    }
}

/// The characters that what `hir` matches may end with, and whether it may match nothing.
fn lasts(hir: &Hir) -> (ClassUnicode, bool) {
    match hir.kind() {
        HirKind::Literal(word) => {
            let last = std::str::from_utf8(&word.0).ok().and_then(|word| word.chars().next_back());
            let last = last.map(|c| ClassUnicode::new([ClassUnicodeRange::new(c, c)]));
            let nothing = last.is_none();
            (last.unwrap_or_else(ClassUnicode::empty), nothing)
        }
        HirKind::Capture(capture) => lasts(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (class, nothing) = lasts(&repetition.sub);
            (class, nothing || repetition.min == 0)
        }
        HirKind::Concat(parts) => {
            let mut all = ClassUnicode::empty();
            for part in parts.iter().rev() {
                let (class, nothing) = lasts(part);
                all.union(&class);
                if !nothing {
                    return (all, false);
                }
            }
            (all, true)
        }
        HirKind::Alternation(branches) => {
            branches.iter().map(lasts).fold((ClassUnicode::empty(), false), |(mut all, any), (class, nothing)| {
                all.union(&class);
                (all, any || nothing)
            })
        }
        HirKind::Class(Class::Unicode(class)) => (class.clone(), false),
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => (ClassUnicode::empty(), true),
    }
}

/// The word that what `hir` matches begins with, or all characters that it may begin with; nothing when they are many, or
/// when it may match nothing.
fn few_firsts(hir: &Hir) -> Option<Vec<String>> {
    if let Some(word) = first_word(hir) {
        return Some(vec![word.to_owned()]);
    }
    let (class, nothing) = firsts(hir, false);
    let some = class.iter().flat_map(|range| range.start()..=range.end()).take(MOST_FIRSTS + 1);
    let some: Vec<String> = some.map(String::from).collect();
    (!nothing && some.len() <= MOST_FIRSTS).then_some(some)
}

/// The word that the steps of `hir` begin with.
fn first_word(hir: &Hir) -> Option<&str> {
    match hir.kind() {
        HirKind::Literal(word) => std::str::from_utf8(&word.0).ok(),
        HirKind::Concat(parts) => first_word(parts.first()?),
        HirKind::Repetition(repetition) if repetition.min > 0 => first_word(&repetition.sub),
        _ => None,
    }
}

/// How many bytes a character takes that begins with `byte`.
#[inline]
fn width(byte: u8) -> usize {
    match byte {
        0..0x80 => 1,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
        _ => 2,
    }
}

fn holds(look: Look, text: &[u8], at: usize) -> bool {
    let word =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    match look {
        Look::Start => at == 0,
        Look::End => at == text.len(),
        _ => word(at.checked_sub(1)) != word(Some(at)),
    }
}
