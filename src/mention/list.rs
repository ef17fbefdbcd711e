//! Lists whose members are typed by the noun that closes them, or by the members that are known.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scan::Scan;
use super::{Mention, Target};
use crate::diag::Span;
use crate::knowledge::{Boundary, Knowledge, Need};
use crate::ontology::{Class, Classes};
use crate::search::{Expression, Words};
use crate::text::is_word;
use crate::trace::Why;

struct List {
    rule: Arc<str>,
    class: Class,
    need: Need,
    member: Option<Expression>,
    led: Option<Expression>,
    then: Option<Expression>,
    complete: String,
    confidence: f64,
}

pub(super) struct Lists {
    lists: Vec<List>,
    /// The nouns that close lists, and for each the list that it closes.
    heads: Words,
    by_head: Vec<usize>,
    /// The word that ends an open list.
    close: String,
    /// Words by which what is said goes on behind the noun of a list (等行业|绿色转型).
    goes_on: Words,
    firm_tails: Words,
    brand_words: Words,
    /// By class, the nouns that follow its names.
    class_nouns: BTreeMap<Class, Words>,
    /// Classes whose names are common nouns: a longer name may hold them.
    common: Classes,
    /// Classes whose members type their unknown neighbours.
    spreading: Classes,
    rule_neighbour: Arc<str>,
}

/// How far the closing noun may stand behind 等, in bytes.
const WINDOW: usize = 150;
/// A bracketed insertion inside a member is shorter than this, in bytes.
const INSERTION: usize = 90;
/// What stands behind a closing noun and is longer than this, in bytes, makes another noun of it: 产业|技能工种.
const LONGER_NOUN: usize = 12;
/// The most characters of a brand before a firm's tail.
const BRAND: usize = 3;
/// The longest member, in characters.
const LONGEST: usize = 16;

/// Where lists may end in a text.
pub(super) struct Marks {
    closes: Vec<usize>,
    /// In the order of the text; each is as long as one mark.
    joiners: Vec<usize>,
}

/// The places in `area`.
fn within(places: &[usize], area: Span) -> &[usize] {
    &places[places.partition_point(|p| *p < area.start)..places.partition_point(|p| *p < area.end)]
}

/// The bracket that opens the insertion that ends at `end`; none when that is too long.
fn last_open(text: &str, limit: usize, end: usize) -> Option<usize> {
    let from = text.ceil_char_boundary(limit.max((end + 1).saturating_sub(INSERTION)));
    text[from..end].rfind('（').map(|i| from + i)
}

/// One list of names in a sentence.
struct Found {
    members: Vec<Span>,
    end: usize,
}

impl Lists {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.name_rules;
        let mut lists: Vec<List> = Vec::new();
        let mut heads: Vec<String> = Vec::new();
        let mut by_head: Vec<usize> = Vec::new();
        for rule in &rules.list {
            let Some(class) = knowledge.schema.class(&rule.class) else { continue };
            heads.extend(rule.heads.iter().cloned());
            by_head.resize(heads.len(), lists.len());
            lists.push(List {
                rule: rule.id.as_str().into(),
                class,
                need: rule.need,
                member: rule.member.clone(),
                led: rule.led.clone(),
                then: rule.then.clone(),
                complete: rule.complete.clone(),
                confidence: rule.confidence,
            });
        }
        Self {
            lists,
            heads: heads.into(),
            by_head,
            close: rules.list_close.clone(),
            goes_on: rules.list_goes_on.clone(),
            firm_tails: rules.firm_tails.clone(),
            brand_words: rules.brand_words.clone(),
            class_nouns: rules
                .class_nouns
                .iter()
                .filter_map(|(name, nouns)| Some((knowledge.schema.class(name)?, nouns.clone())))
                .collect(),
            common: knowledge.classes(&rules.common_classes),
            spreading: knowledge.classes(&rules.list_spreading),
            rule_neighbour: "LIST-neighbours".into(),
        }
    }

    /// Where lists may end in `text`.
    pub(super) fn marks(&self, text: &str) -> Marks {
        let places = |word: &str| -> Vec<usize> { memchr::memmem::find_iter(text.as_bytes(), word).collect() };
        // Quotations side by side are members of a list, too.
        let mut joiners = [places("、"), places("”“")].concat();
        joiners.sort_unstable();
        Marks { closes: places(&self.close), joiners }
    }

    pub(super) fn find(&self, scan: &Scan<'_>, known: &[Mention], marks: &Marks) -> Vec<Mention> {
        let mut found = Vec::new();
        for &area in &scan.areas {
            let (closes, joiners) = (within(&marks.closes, area), within(&marks.joiners, area));
            if closes.is_empty() && joiners.is_empty() {
                continue;
            }
            let known = super::within(known, area);
            for list in self.lists_in(scan, area, known, closes, joiners) {
                self.type_members(scan, area, &list, known, &mut found);
            }
        }
        found
    }

    /// All lists of a sentence: members joined by 、, with or without 等 at the end; also a single member before 等.
    fn lists_in(
        &self,
        scan: &Scan<'_>,
        area: Span,
        known: &[Mention],
        closes: &[usize],
        joiners: &[usize],
    ) -> Vec<Found> {
        let text = scan.text;
        let mut lists: Vec<Found> = Vec::new();
        // 等 inside of a word (高等) closes no list.
        let closes_list =
            |at: &usize| scan.boundary_before(at + self.close.len()).is_none_or(|(start, _)| start >= *at);
        let mut ends: Vec<usize> = closes.iter().copied().filter(closes_list).collect();
        // A list may also end where its last member does.
        let last_joiner = |i: usize| {
            let rest = &text[i..area.end];
            let stop = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| !is_word(*c) && !matches!(c, '“' | '”' | '（' | '）' | '·' | '•' | '-'));
            stop.filter(|(_, c)| *c != '、').map_or(area.end, |(n, _)| i + n)
        };
        for &at in joiners {
            // A title with marks of sentences inside may reach over the end of its own.
            let member = super::starting_at(known, at + '、'.len_utf8()).map(|m| m.span.end);
            ends.extend(member.filter(|end| *end <= area.end));
            let end = last_joiner(at);
            ends.push(end);
            ends.extend(counted_at(scan, at, end));
            // A quotation ends where it closes, whatever follows.
            let quoted = text[at..area.end].strip_prefix("”“").and_then(|rest| rest.find('”'));
            ends.extend(quoted.map(|n| at + "”“".len() + n + '”'.len_utf8()));
        }
        ends.sort_unstable();
        ends.dedup();
        // What stands in a list further right is no list of its own.
        let mut lowest = usize::MAX;
        for end in ends.into_iter().rev() {
            if lowest < end {
                continue;
            }
            let members = self.members_before(scan, area.start, end, known);
            if let Some(first) = members.last() {
                lowest = lowest.min(first.start);
                lists.push(Found { members, end });
            }
        }
        lists
    }

    /// The members of the list that ends at `end`, the last one first.
    fn members_before(&self, scan: &Scan<'_>, limit: usize, end: usize, known: &[Mention]) -> Vec<Span> {
        let mut end = end;
        let mut members = Vec::new();
        loop {
            let (start, before) = self.member(scan, limit, end, known);
            if start < end {
                members.push(Span::new(start, end));
            }
            match before {
                Some(joiner) if start < end => end = joiner,
                _ => return members,
            }
        }
    }

    /// The member that ends at `end`: where it starts, and where the one before it ends when there is one.
    fn member(&self, scan: &Scan<'_>, limit: usize, end: usize, known: &[Mention]) -> (usize, Option<usize>) {
        let mut at = end;
        // How many of the known names end up to here.
        let mut ended = known.partition_point(|m| m.span.end <= at);
        while at > limit {
            while ended > 0 && known[ended - 1].span.end > at {
                ended -= 1;
            }
            let here = ended.checked_sub(1).map(|last| &known[last]).filter(|m| m.span.end == at);
            let firm = here.filter(|m| m.span.start >= limit && !self.common.contains(m.class));
            if firm.is_some_and(|m| matches!(m.target, Target::Reference(..))) {
                return (at, None);
            }
            if let Some(m) = firm {
                at = m.span.start;
                // “甲贷”“乙贷”: quotations side by side are members.
                if is_quoted(scan, m.span) && scan.text[limit..at].ends_with('”') {
                    return (at, Some(at));
                }
                continue;
            }
            if let Some((start, _)) = scan.boundary_before(at).filter(|(s, k)| *s >= limit && !k.stands_inside()) {
                // 并行|科技: the few characters behind a joiner are a word, whatever its first one means elsewhere.
                let mut rest = scan.text[at..end].chars();
                let word = rest.next().is_some()
                    && self.firm_tails.has(rest.as_str())
                    && scan.common_words.has(super::first_two(&scan.text[start..end]));
                if !word && !self.firm_tails.has(&scan.text[at..end]) {
                    return (at, None);
                }
                // 欧为照明, 好来化工: a short function word, or all of the few characters behind a joiner, is part of the
                // brand before nothing but a firm's tail.
                match behind_joiner(&scan.text[limit..at]) {
                    Some(brand) => at -= brand,
                    None if self.brand_words.has(&scan.text[start..at]) => {}
                    None => return (at, None),
                }
            }
            let Some(c) = scan.text[limit..at].chars().next_back() else { break };
            match c {
                '、' | '和' | '与' | '及' => return (at, Some(at - c.len_utf8())),
                '）' => match last_open(scan.text, limit, at) {
                    Some(open) => at = open,
                    None => return (at, None),
                },
                // “甲贷”“乙贷”: quotations side by side are members.
                '“' if scan.text[limit..at - c.len_utf8()].ends_with('”') => {
                    at -= c.len_utf8();
                    return (at, Some(at));
                }
                _ if is_word(c) || matches!(c, '·' | '•' | '-' | '“' | '”' | '+') => at -= c.len_utf8(),
                _ => return (at, None),
            }
        }
        (at, None)
    }

    /// Types the unknown members of a list by what is known of the others, else by the noun that closes it.
    fn type_members(&self, scan: &Scan<'_>, area: Span, list: &Found, known: &[Mention], found: &mut Vec<Mention>) {
        let open = scan.text[list.end..area.end].starts_with(self.close.as_str());
        let counted = list.members.len() > 1 && is_counted(scan, list.end);
        let closing = match (open, counted) {
            (true, _) => self.closing(scan, list.end + self.close.len(), area.end),
            (false, true) => self.closing(scan, list.end, area.end),
            (false, false) if list.members.len() > 1 => {
                self.shared_noun(list.members[0].of(scan.text)).or_else(|| self.announced(scan, area, list))
            }
            (false, false) => None,
        };
        let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
        for member in &list.members {
            let counts = |m: &&Mention| {
                let named = !self.common.contains(m.class) || is_quoted(scan, *member);
                // 大连|融科储能: a place before a firm makes it no other kind of member.
                let behind_place =
                    || scan.is_agent(m.class) && scan.is_place_name(Span::new(member.start, m.span.start));
                let whole = m.span == *member || (m.span.end == member.end && behind_place());
                whole && named && matches!(m.target, Target::Name(_))
            };
            if let Some(m) = super::touching(known, *member).find(counts) {
                *classes.entry(m.class).or_default() += 1;
            }
        }
        let known_members: usize = classes.values().sum();
        let common = self.common_list(scan, list, known).filter(|_| known_members == 0 && closing.is_none());
        let by_neighbour = classes
            .into_iter()
            .filter(|(class, n)| self.spreading.contains(*class) && *n == known_members)
            .map(|(class, _)| class)
            .next()
            .filter(|_| list.members.len() > 1);
        // 家电、锁具、汽车等产品: branches that are named side by side are not what the noun says.
        if closing.is_some_and(|l| self.common.contains(l.class) && self.is_of_others(list, known, l.class)) {
            return;
        }
        let member = closing.and_then(|l| l.member.as_ref());
        let quoted = list.members.iter().all(|m| is_quoted(scan, *m));
        let (class, rule, confidence, need) = match (by_neighbour, closing) {
            (Some(class), Some(l)) if l.class == class => (class, &l.rule, l.confidence, l.need),
            // Without a closing noun two known members are needed, unless 等 says that it is a list of names.
            (Some(class), None) if open || known_members > 1 || quoted => {
                (class, &self.rule_neighbour, 0.7, Need::Specific)
            }
            // 标准厂房、人居环境整治等领域: the noun says that the members are something else than the one that is known.
            (Some(class), Some(l)) if scan.is_agent(class) || !self.class_nouns.contains_key(&l.class) => {
                (class, &self.rule_neighbour, 0.7, Need::Specific)
            }
            (None, Some(l)) => (l.class, &l.rule, l.confidence, l.need),
            (None, None) => match common {
                Some(class) => (class, &self.rule_neighbour, 0.6, Need::Specific),
                None => return,
            },
            _ => return,
        };
        let complete = closing.filter(|l| l.class == class).map_or("", |l| l.complete.as_str());
        let proper = |span: Span| {
            let names = |m: &Mention| !self.common.contains(m.class) && span.contains(m.span);
            scan.proper_in(span).next().is_some() || super::touching(known, span).any(names)
        };
        let members =
            if need == Need::Proper { rejoined(scan.text, &list.members, &proper) } else { list.members.clone() };
        for span in members {
            // 应用5G、北斗等技术: what may begin a name and is a verb here.
            let soft = scan.boundary_at(span.start).filter(|(end, k)| *k == Boundary::Soft && *end < span.end);
            let span = soft.map_or(span, |(end, _)| Span::new(end, span.end));
            let blocks = |m: &&Mention| !self.may_hold(span, class, m, scan);
            let shaped = by_neighbour.is_some() || member.is_none_or(|m| m.is_match(span.of(scan.text)));
            if let Some(other) = super::touching(known, span).find(blocks) {
                scan.known_before(span, rule, other);
            } else if let Some(fault) = fault(scan, span)
                .or((common.is_some() && scan.matchers.generic.covers(span.of(scan.text))).then_some(Why::Generic))
                .or((need != Need::Specific && !proper(span)).then_some(Why::NotProper))
                .or((!shaped).then_some(Why::Form))
            {
                scan.trace.reject(span, rule, || fault);
            } else {
                let mut mention = Mention::called(scan.text, span, class, rule, confidence);
                if let Target::Name(name) = &mut mention.target
                    && !name.ends_with(complete)
                {
                    name.push_str(complete);
                }
                found.push(mention);
            }
        }
    }

    /// The class of a list of common nouns whose last one is known and has the noun of its class (A、B与C产业).
    fn common_list(&self, scan: &Scan<'_>, list: &Found, known: &[Mention]) -> Option<Class> {
        let of = |span: &Span| {
            let same = |m: &&Mention| m.span == *span && self.common.contains(m.class);
            super::starting_at(known, span.start).filter(same).map(|m| m.class)
        };
        let class = list.members.first().and_then(of)?;
        let noun = self.class_nouns.get(&class)?;
        let last = list.members.first()?.of(scan.text);
        noun.end(last).then_some(class)
    }

    /// Whether two members of `list` are known common nouns of another class than `class`, and none is of it.
    fn is_of_others(&self, list: &Found, known: &[Mention], class: Class) -> bool {
        let of = |span: &Span| super::starting_at(known, span.start).filter(|m| m.span == *span).map(|m| m.class);
        let classes: Vec<Class> = list.members.iter().filter_map(of).filter(|c| self.common.contains(*c)).collect();
        classes.len() > 1 && !classes.contains(&class)
    }

    /// Whether a member of `class` at `span` may hold the known name `inner`: a common noun (新特丽照明), the place or the
    /// whole at its head (中国航发|黎阳), whoever owns it (长信科技|显示模组).
    fn may_hold(&self, span: Span, class: Class, inner: &Mention, scan: &Scan<'_>) -> bool {
        let larger = span.contains(inner.span) && span != inner.span;
        let start = span.start + if scan.text[span.start..].starts_with('“') { '“'.len_utf8() } else { 0 };
        let owner = scan.is_agent(inner.class) && (inner.class == class || !scan.is_agent(class));
        let head = scan.is_place(inner.class) || owner;
        // 苏州|晨辉|动力电池: a place may stand before the owner.
        let behind_place = || !scan.is_agent(class) && scan.is_place_name(Span::new(start, inner.span.start));
        larger && (self.common.contains(inner.class) || (head && (inner.span.start == start || behind_place())))
    }

    /// The list that the words before its first member or behind its last one announce.
    fn announced(&self, scan: &Scan<'_>, area: Span, list: &Found) -> Option<&List> {
        let first = list.members.last()?.start;
        let (before, after) = (&scan.text[area.start..first], &scan.text[list.end..area.end]);
        let says = |words: &Option<Expression>, text: &str| words.as_ref().is_some_and(|w| w.is_match(text));
        self.lists.iter().find(|l| says(&l.led, before) || says(&l.then, after))
    }

    /// The list whose members' full names end as `last` does, which says so for all of them: 甲镇家电、乙镇锁具|产业集群.
    fn shared_noun(&self, last: &str) -> Option<&List> {
        self.lists.iter().find(|l| !l.complete.is_empty() && last.ends_with(&l.complete))
    }

    /// The list whose noun closes the phrase behind 等: the last noun before a mark or a verb.
    fn closing(&self, scan: &Scan<'_>, from: usize, limit: usize) -> Option<&List> {
        let mut best: Option<&List> = None;
        // Where the noun ends that was found last: what follows it up to the end of the phrase makes another noun of it.
        let mut noun = from;
        let mut at = from;
        let counted = scan.boundary_at(from).is_some_and(|(_, k)| k == Boundary::Measure);
        while at < limit && at - from < WINDOW {
            let rest = &scan.text[at..limit];
            let c = rest.chars().next()?;
            if matches!(c, '，' | '。' | '；' | '：') {
                break;
            }
            let boundary = scan.boundary_at(at).map(|(_, k)| k);
            let verb = matches!(boundary, Some(Boundary::Verb | Boundary::Adverb | Boundary::Function));
            let ends = || verb || matches!(c, '、' | '的' | '和' | '与' | '及' | '（') || self.goes_on.start(rest);
            if best.is_some() && ends() {
                break;
            }
            // The longest noun, and of several lists with it the last one.
            let head = self.heads.places_starting(rest).max_by_key(|h| self.heads[*h].len());
            // 等一批……的企业: only what is counted may be described at length; 等汽车|及|零部件企业 is one noun.
            let joint = matches!(c, '和' | '与' | '及');
            if best.is_none() && head.is_none() && !counted && ((verb && !joint) || c == '的') {
                break;
            }
            if let Some(head) = head {
                best = Some(&self.lists[self.by_head[head]]);
                at += self.heads[head].len();
                noun = at;
            } else {
                at += c.len_utf8();
            }
        }
        best.filter(|_| at - noun < LONGER_NOUN)
    }
}

/// `members` (the last one first), where one without anything proper is the end of the one that a conjunction joins it
/// to: 甲镇健康医药与医疗器械、乙镇家电.
fn rejoined(text: &str, members: &[Span], proper: &dyn Fn(Span) -> bool) -> Vec<Span> {
    let mut whole: Vec<Span> = Vec::with_capacity(members.len());
    for &member in members {
        match whole.last_mut() {
            Some(next)
                if !proper(*next)
                    && proper(member)
                    && text[member.end..next.start].trim_matches(['与', '和', '及']).is_empty() =>
            {
                *next = next.join(member);
            }
            _ => whole.push(member),
        }
    }
    whole
}

/// Whether a count begins at `at`: A、B|两大产业.
fn is_counted(scan: &Scan<'_>, at: usize) -> bool {
    scan.boundary_at(at).is_some_and(|(_, kind)| kind == Boundary::Measure)
}

/// Where the count begins that ends the list after the joiner at `joiner`, before `limit`.
fn counted_at(scan: &Scan<'_>, joiner: usize, limit: usize) -> Option<usize> {
    let places = scan.text[joiner..limit].char_indices().skip(1).take(LONGEST).map(|(n, _)| joiner + n);
    places.skip(1).find(|at| is_counted(scan, *at))
}

/// Whether `member` is one quotation.
fn is_quoted(scan: &Scan<'_>, member: Span) -> bool {
    let words = member.of(scan.text);
    words.starts_with('“') && words.ends_with('”')
}

/// How many bytes stand between the last joiner of `before` and its end, when they are no more than a brand's.
fn behind_joiner(before: &str) -> Option<usize> {
    let joiner = before.char_indices().rev().take(BRAND + 1).find(|(_, c)| *c == '、')?.0;
    Some(before.len() - joiner - '、'.len_utf8()).filter(|n| *n > 0)
}

/// What speaks against a name at `span`.
fn fault(scan: &Scan<'_>, span: Span) -> Option<Why> {
    let words = span.of(scan.text);
    let count = words.chars().count();
    let starts = words.chars().next().is_some_and(|c| is_word(c) || c == '“');
    let led = scan.boundary_at(span.start).is_some_and(|(end, k)| k == Boundary::Lead || end == span.end);
    if count < 2 {
        Some(Why::Short(2))
    } else if count > LONGEST {
        Some(Why::Long(LONGEST))
    } else if !starts || led || words.chars().all(char::is_numeric) {
        Some(Why::Beginning)
    } else {
        // 华工能源 is a name, 新能源 is none.
        scan.matchers.generic.nearly_covers(words).then_some(Why::Generic)
    }
}
