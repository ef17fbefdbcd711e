//! Names by their shape: a head noun and the words before it, read backwards to where the name begins.

use std::collections::HashMap;
use std::sync::Arc;

use super::scan::{HEADS, Scan};
use super::{Mention, Rank, Target, first_two};
use crate::diag::Span;
use crate::knowledge::{Boundary, Knowledge, Need};
use crate::ontology::{Class, Classes};
use crate::search::{Expression, Words};
use crate::text::is_word;
use crate::trace::Why;

struct Shape {
    rule: Arc<str>,
    class: Class,
    min: usize,
    max: usize,
    need: Need,
    conjunctions: bool,
    inside: Words,
    unless_before: Words,
    only_after: Words,
    not_after: Words,
    without: Words,
    starts: Words,
    after_place: bool,
    behind_outer: bool,
    behind_regions: bool,
    apart: Words,
    more_than_place: Words,
    small_words: bool,
    split_at_places: bool,
    opens: Option<Expression>,
    behind: Words,
    heads: Words,
    confidence: f64,
}

pub(super) struct Shapes {
    /// Nouns that close names, each once.
    pub(super) heads: Vec<String>,
    /// Nouns of three or more characters that close names of agents: whoever stands before a conjunction or a verb.
    agents: Words,
    /// For each head itself and the heads that it ends with, the longest first, and how many bytes they take.
    endings: Vec<Vec<(usize, usize)>>,
    /// For each head the shapes that it closes.
    by_head: Vec<Vec<usize>>,
    shapes: Vec<Shape>,
    afterthoughts: Words,
    /// Classes whose names are told apart by the level before them.
    levelled: Classes,
    /// Function words that also stand in brands.
    brand_words: Words,
    /// What may stand before the first proper name inside a name (第三届, 2024年).
    prefix: Expression,
    /// Words for a rank of government, which make a name proper where it begins with one.
    levels: Words,
}

/// How far before the head the words that open a name may stand, in bytes.
const OPENING: usize = 100;
/// What stands between a verb and a noun and is no shorter than this may be a name, in bytes.
const WHOLE: usize = 12;
/// How much of a bracketed or quoted insertion may stand inside a name, in bytes.
const INSERTION: usize = 60;

impl Shapes {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.name_rules;
        let agents = knowledge.classes(&["Agent".to_owned()]);
        let mut heads: Vec<&str> = Vec::new();
        let mut index: HashMap<&str, usize> = HashMap::new();
        let mut by_head: Vec<Vec<usize>> = Vec::new();
        let mut shapes = Vec::new();
        for rule in &rules.shape {
            let Some(class) = knowledge.schema.class(&rule.class) else { continue };
            for head in &rule.heads {
                let at = *index.entry(head).or_insert_with(|| {
                    heads.push(head);
                    by_head.push(Vec::new());
                    heads.len() - 1
                });
                by_head[at].push(shapes.len());
            }
            shapes.push(Shape {
                rule: rule.id.as_str().into(),
                class,
                min: rule.min,
                max: rule.max,
                need: rule.need,
                conjunctions: rule.conjunctions,
                inside: rule.inside.clone(),
                unless_before: rule.unless_before.clone(),
                only_after: rule.only_after.clone(),
                not_after: rule.not_after.clone(),
                without: rule.without.clone(),
                starts: rule.starts.clone(),
                after_place: rule.after_place,
                behind_outer: rule.behind_outer,
                behind_regions: rule.behind_regions,
                apart: rule.apart.clone(),
                more_than_place: rule.more_than_place.clone(),
                small_words: rule.small_words,
                split_at_places: agents.contains(class),
                opens: rule.opens.clone(),
                behind: rule.behind.clone(),
                heads: rule.heads.clone().into(),
                confidence: rule.confidence,
            });
        }
        let of_agents = shapes.iter().filter(|s: &&Shape| agents.contains(s.class)).flat_map(|s| s.heads.iter());
        let agents: Vec<String> = of_agents.filter(|h| h.chars().nth(2).is_some()).cloned().collect();
        let ending = |head: &str| {
            let suffixes =
                head.char_indices().filter_map(|(at, _)| index.get(&head[at..]).map(|n| (*n, head.len() - at)));
            suffixes.collect()
        };
        Self {
            endings: heads.iter().map(|h| ending(h)).collect(),
            agents: agents.into(),
            heads: heads.into_iter().map(str::to_owned).collect(),
            by_head,
            shapes,
            afterthoughts: rules.afterthoughts.clone(),
            levelled: knowledge.classes(&rules.levelled),
            brand_words: rules.brand_words.clone(),
            prefix: knowledge.references.prefix_of_full.clone(),
            levels: knowledge.references.level.iter().map(|l| l.word.clone()).collect::<Vec<_>>().into(),
        }
    }

    pub(super) fn find(&self, scan: &Scan<'_>) -> Vec<Mention> {
        let mut found = Vec::new();
        for (area, heads) in scan.listed(HEADS) {
            for &(Span { end, .. }, longest) in heads {
                // 某山旅游度假区: where the longest noun closes no name, a shorter one may.
                for &(noun, length) in &self.endings[longest] {
                    let head = Span::new(end - length, end);
                    let before = found.len();
                    for &shape in &self.by_head[noun] {
                        found.extend(self.name(scan, area, head, &self.shapes[shape]));
                    }
                    if found.len() > before {
                        break;
                    }
                }
            }
        }
        found
    }

    /// The name that ends with `head`, when the words before it make one.
    fn name(&self, scan: &Scan<'_>, area: Span, head: Span, shape: &Shape) -> Option<Mention> {
        // 某某微电子（浙江）: a bracket that holds a place belongs to the name.
        let whole = scan.bracketed_place(head.end).filter(|end| *end <= area.end).unwrap_or(head.end);
        let after = &scan.text[whole..area.end];
        if let Some(word) = shape.unless_before.starting(after).next() {
            self.reject_noun(scan, area, head, shape, || Why::Followed(word.to_owned()));
            return None;
        }
        if let Some(word) = scan.longer_word(head) {
            self.reject_noun(scan, area, head, shape, || Why::Inside(word.of(scan.text).to_owned()));
            return None;
        }
        if shape.need == Need::Coined {
            return self.coined(scan, area, head, whole, shape);
        }
        let (start, ended) = self.walk(scan, area.start, head.start, shape);
        // A noun by itself is not worth a reason.
        if start == head.start && shape.opens.is_none() {
            return None;
        }
        if !ended && scan.proper_in(Span::new(start, head.start)).next().is_none() {
            return scan.trace.refuse(Span::new(start, head.end), &shape.rule, || Why::Long(shape.max));
        }
        let start = self.proper_start(scan, start, head.start);
        let start = self.behind_doer(scan, start, head.start, shape);
        let start = if shape.behind_outer { self.behind_outer(scan, start, head.start) } else { start };
        let start = if shape.behind_regions { scan.behind_region(start, head.start) } else { start };
        let start = if shape.after_place { scan.behind_places(start, head.start) } else { start };
        let opened = shape.opens.as_ref().and_then(|o| opening(scan.text, area.start, head.start, o));
        // 第七届某某大会和|某某马拉松: what opens the one before opens not this one.
        let opened = opened.filter(|at| !is_joined(&scan.text[*at..head.start], &shape.heads));
        // 四川省|第十五届运动会: the place right before what opens the name belongs to it.
        let opened = opened.map(|at| scan.full_place_before(area.start, at).map_or(at, |place| place.start));
        // 龙源|100万千瓦海上风电项目: and so does whoever builds it.
        let opened = opened.map(|at| scan.agent_before(area.start, at).map_or(at, |agent| agent.start));
        let start = opened.unwrap_or(start);
        let start = behind(shape, scan.text, start, head.start);
        let start = behind_twin(shape, scan, start, head.start);
        let start = lead(scan, start, head.start);
        let before = &scan.text[area.start..start];
        let span = Span::new(start, whole);
        let words = &scan.text[start..head.start];
        let refuse = |why: &dyn Fn() -> Why| scan.trace.refuse(span, &shape.rule, why);
        if words.chars().count() < shape.min {
            // A noun by itself is not worth a reason.
            return if words.is_empty() { None } else { refuse(&|| Why::Short(shape.min)) };
        }
        if !shape.only_after.is_empty() && !shape.only_after.end(before) {
            return refuse(&|| Why::NotBehind);
        }
        if let Some(word) = shape.not_after.ending(before).next() {
            return refuse(&|| Why::Described(word.to_owned()));
        }
        if let Some(word) = shape.without.held(words) {
            return refuse(&|| Why::Holds(word.to_owned()));
        }
        if !shape.starts.is_empty() && !shape.starts.start(words) {
            return refuse(&|| Why::Beginning);
        }
        let place = || {
            let places = scan.places_in(start, head.start);
            places.fold(start, |at, p| if p.start == at { p.end } else { at }) == head.start
        };
        if shape.more_than_place.has(head.of(scan.text)) && place() {
            return refuse(&|| Why::Generic);
        }
        let generic = || scan.matchers.generic.covers(words) && !scan.is_listed(Span::new(start, head.start));
        if shape.need == Need::Specific && opened.is_none() && generic() {
            return refuse(&|| Why::Generic);
        }
        let counted = scan.boundary_before(start).is_some_and(|(_, kind)| kind == Boundary::Measure);
        // 硬化项目18个: what is counted up to a mark is not named, unless it is a title.
        let summed = scan.boundary_at(whole).filter(|(end, _)| *end <= area.end).is_some_and(|(end, kind)| {
            kind == Boundary::Measure && scan.text[end..area.end].chars().next().is_none_or(|c| !is_word(c))
        });
        let counted = counted || (summed && !self.levelled.contains(shape.class));
        let proper = opened.is_some() || self.is_proper(scan, span, head.start);
        if (shape.need == Need::Proper || counted) && !proper {
            return refuse(&|| if counted { Why::Counted } else { Why::NotProper });
        }
        let confidence = if proper { shape.confidence } else { shape.confidence * 0.85 };
        let named = if shape.apart.has(head.of(scan.text)) { Span::new(start, head.start) } else { span };
        Some(Mention {
            span,
            class: shape.class,
            target: Target::Name(scan.by_organ(span).unwrap_or_else(|| named.of(scan.text).to_owned())),
            rule: shape.rule.clone(),
            confidence,
            rank: Rank::Ordinary,
        })
    }

    /// Says why no name ends with `head`, when words stand before it that could have been one.
    fn reject_noun(&self, scan: &Scan<'_>, area: Span, head: Span, shape: &Shape, why: impl FnOnce() -> Why) {
        if scan.trace.is_on() && shape.need != Need::Coined {
            let start = lead(scan, self.walk(scan, area.start, head.start, shape).0, head.start);
            if start < head.start {
                scan.trace.reject(Span::new(start, head.end), &shape.rule, why);
            }
        }
    }

    /// A brand: a few characters before `head` that make no common word, where a name may begin before them and end at
    /// `whole`.
    fn coined(&self, scan: &Scan<'_>, area: Span, head: Span, whole: usize, shape: &Shape) -> Option<Mention> {
        let after = &scan.text[whole..area.end];
        let marks = |c: char| !is_word(c) && !matches!(c, '（' | '“');
        let ends = after.is_empty()
            || after.starts_with(marks)
            || after.starts_with(['和', '与', '及'])
            || scan.boundary_at(whole).is_some()
            || scan.common_words.has(first_two(after));
        if !ends || after.starts_with('、') && shape.min > 2 {
            return None;
        }
        let mut at = head.start;
        for length in 1..=shape.max {
            let c = scan.text[area.start..at].chars().next_back().filter(|c| is_han(*c))?;
            if scan.boundary_before(at).is_some_and(|(_, kind)| !kind.stands_inside()) {
                return None;
            }
            at -= c.len_utf8();
            if length < shape.min {
                continue;
            }
            let stem = &scan.text[at..head.start];
            let before = &scan.text[area.start..at];
            let begins = before.chars().next_back().is_none_or(|c| !is_word(c) && !matches!(c, '”' | '）'))
                || scan.boundary_before(at).is_some_and(|(_, kind)| kind != Boundary::Inside)
                || scan.proper_ends_at(at)
                || before.ends_with(['和', '与', '及'])
                || scan.common_words.has(last_two(before));
            // 灯饰照明: two trades side by side are no brand.
            let known = scan.knows_part_of(Span::new(at, head.start)) || scan.is_place_name(Span::new(at, head.start));
            // 类脑智能: what the lists have as something else is none either.
            let other = scan.word_starting_at(at).is_some_and(|word| word.end >= head.end) && !scan.agent_starts_at(at);
            let fresh = !known && !other && !shape.heads.end(stem) && !is_joined(stem, &shape.heads);
            if begins && fresh && !shape.not_after.end(before) && scan.is_coined(stem) {
                let span = Span::new(at, whole);
                return Some(Mention::called(scan.text, span, shape.class, &shape.rule, shape.confidence));
            }
        }
        scan.trace.refuse(Span::new(at, head.end), &shape.rule, || Why::NotCoined)
    }

    /// Reads backwards from `head` to where the name can begin at the earliest; says whether something ended it there.
    fn walk(&self, scan: &Scan<'_>, limit: usize, head: usize, shape: &Shape) -> (usize, bool) {
        let mut at = head;
        let mut characters = 0;
        while at > limit && characters < shape.max {
            if let Some((word, kind)) = scan.boundary_before(at).filter(|(start, _)| *start >= limit)
                && !kind.stands_inside()
                && !(shape.small_words && self.in_brand(scan, word, at))
                // 某研究所|建设|某种质库: whoever acts is another name.
                && (!shape.inside.has(&scan.text[word..at])
                    || (kind == Boundary::Verb && self.agents.end(&scan.text[limit..word])))
            {
                break;
            }
            let Some(c) = scan.text[limit..at].chars().next_back() else { break };
            let insertion = match c {
                '”' => Some('“'),
                '）' => Some('（'),
                _ => None,
            };
            if let Some(open) = insertion {
                let near = scan.text.ceil_char_boundary(limit.max(at.saturating_sub(INSERTION)));
                let from = scan.text.get(near..at - c.len_utf8()).and_then(|t| t.rfind(open)).map(|i| near + i);
                let inside = |f: &usize| {
                    let words = &scan.text[*f + open.len_utf8()..at];
                    let behind = open == '（' && self.afterthoughts.start(words);
                    at - f <= INSERTION && !words.contains(['。', '，', '；', '、']) && !behind
                };
                match from.filter(inside) {
                    // A name does not begin with a bracket.
                    Some(from) if open == '“' || from > limit => at = from,
                    _ => break,
                }
                characters += scan.text[at..head].chars().take_while(|x| *x != c).count().min(4);
                // “甲”“乙”平台: the quotation before is another name.
                if open == '“' && scan.text[limit..at].ends_with('”') {
                    break;
                }
                continue;
            }
            let joins = matches!(c, '和' | '与' | '及');
            let part = is_word(c) || matches!(c, '·' | '•' | '-' | '+' | '/' | '.' | '—' | '－');
            let before = at - c.len_utf8();
            // 和林格尔 is a place, not 和 and something else.
            let word = || scan.word_starting_at(before).is_some_and(|word| word.end > at && word.end <= head);
            if joins && word() {
                at = before;
                characters += 1;
                continue;
            }
            // 某基地及配套设施建设项目: a conjunction that such names hold.
            let joined = || {
                shape.conjunctions
                    || shape.inside.has(&scan.text[before..at])
                    || (shape.small_words && self.in_brand(scan, before, at))
            };
            if (joins && !joined()) || !part {
                break;
            }
            // （某号）和省某局: what a bracket closes belongs to what stands before it.
            if joins && scan.text[limit..before].ends_with('）') {
                break;
            }
            // 功率半导体与某技术实验室: a field of industry is nobody, though firms are called like it.
            let agent = || self.agents.end(&scan.text[limit..before]) && !scan.common_ends_at(before);
            let named = || shape.heads.end(&scan.text[limit..before]) || agent();
            // 甲食品与|山东省农业科学院, 某学院与|清华大学某研究院: what begins with a place or a name of its own is
            // another name.
            let place = || scan.places_in(at, head).next().is_some_and(|p| p.start == at);
            let other = || shape.split_at_places && (scan.agent_starts_at(at) || place());
            if joins && (scan.proper_ends_at(before) || named() || other()) {
                break;
            }
            at = before;
            characters += 1;
        }
        (at, characters < shape.max)
    }

    /// Whether the small word at `word..at` is part of a brand behind a place: 吉林|正方农牧, 辽宁|东和新材料.
    fn in_brand(&self, scan: &Scan<'_>, word: usize, at: usize) -> bool {
        let second = || {
            let first = scan.text[..word].chars().next_back().filter(|c| is_han(*c));
            first.is_some_and(|c| scan.proper_ends_at(word - c.len_utf8())) && scan.boundary_before(word).is_none()
        };
        self.brand_words.has(&scan.text[word..at]) && (scan.proper_ends_at(word) || second())
    }

    /// When a soft verb stands right before a proper name, the name begins with the proper name (建设|中山科技园).
    fn proper_start(&self, scan: &Scan<'_>, start: usize, head: usize) -> usize {
        for proper in scan.proper_in(Span::new(start, head)) {
            if proper.start == start || self.prefix.is_match(&scan.text[start..proper.start]) {
                return start;
            }
            // 利用旧厂房建设|某某区健身中心项目: what such a name may hold ends it where a place begins by its full name.
            let verb = |kind| kind == Boundary::Verb && scan.full_place_at(proper.start).is_some();
            if scan.boundary_before(proper.start).is_some_and(|(_, kind)| kind == Boundary::Soft || verb(kind)) {
                return proper.start;
            }
        }
        start
    }

    /// Where the name begins behind a place that only says where it lies: 两江新区|鱼复工业园, 龙泉驿区|洛带镇枢纽港.
    fn behind_outer(&self, scan: &Scan<'_>, start: usize, head: usize) -> usize {
        let Some(outer) = scan.full_place_at(start).filter(|p| p.end < head) else { return start };
        let rest = &scan.text[outer.end..head];
        let place = scan.places_in(outer.end, head).any(|p| p.start == outer.end);
        let coined = rest.chars().take(2).filter(|c| is_han(*c)).count() == 2 && scan.is_coined(first_two(rest));
        let known = scan.word_starting_at(outer.end).is_some();
        if place || (coined && !known) { outer.end } else { start }
    }

    /// Where the name begins behind somebody and what they do: 柴沟镇建设|“齐鲁粮仓”项目, 市科技局联合|厦门大学.
    fn behind_doer(&self, scan: &Scan<'_>, start: usize, head: usize, shape: &Shape) -> usize {
        // 某股份对接|香港某大学: what else may stand inside a name is a verb between two names.
        let named = |at: usize| {
            scan.agent_starts_at(at) || scan.proper_in(Span::new(at, head)).next().is_some_and(|p| p.start == at)
        };
        let acts = |to: usize, kind| kind == Boundary::Verb || (kind == Boundary::Soft && named(to));
        let inside = |from: usize, to: usize| shape.inside.has(&scan.text[from..to]);
        // 某新区建设投资集团有限公司: several words in a row that a name may hold are part of it.
        let part = |from: usize, to: usize| inside(from, to) && shape.inside.start(&scan.text[to..head]);
        let verb =
            |end: usize| scan.boundary_at(end).filter(|(to, kind)| *to < head && acts(*to, *kind) && !part(end, *to));
        let places = scan.places_in(start, head).filter_map(|p| verb(p.end));
        let doers = scan.proper_in(Span::new(start, head));
        // 市文旅局推广|“山水行”项目: what somebody does to a quotation is no part of the name.
        let quoted = |to: usize| scan.text[to..head].starts_with('“');
        // 某集团建设|某地光伏供热项目: behind a firm such a verb is what it does, when a whole name follows.
        let firm = |p: Span, to: usize| head - to >= WHOLE && scan.agent_before(p.start, p.end).is_some();
        let doers =
            doers.filter_map(|p| verb(p.end).filter(|(to, _)| quoted(*to) || !inside(p.end, *to) || firm(p, *to)));
        places.chain(doers).map(|(end, _)| end).max().unwrap_or(start)
    }

    /// Whether the words before the head hold something that only a proper name has.
    fn is_proper(&self, scan: &Scan<'_>, span: Span, head: usize) -> bool {
        let words = &scan.text[span.start..head];
        let latin = words.chars().any(|c| c.is_ascii_alphanumeric() || matches!(c, '“' | '（' | '·' | '•'));
        let level = self.levels.start(words);
        latin || level || scan.proper_in(Span::new(span.start, head)).next().is_some()
    }
}

/// Where the words begin that open such names (第三届), when nothing but words stands between them and the head.
fn opening(text: &str, limit: usize, head: usize, opens: &Expression) -> Option<usize> {
    let from = text.ceil_char_boundary(limit.max(head.saturating_sub(OPENING)));
    let words = &text[from..head];
    let behind = |mark: Option<usize>| mark.map_or(0, |at| at + words[at..].chars().next().map_or(0, char::len_utf8));
    let clause = behind(words.rfind(['，', '。', '；', '：', '、', '》']));
    // What stands in brackets is another name.
    let clause = behind(words.rfind('（').filter(|at| !words[*at..].contains('）'))).max(clause);
    // A quotation that began before the clause ends there; one inside of it is part of the name.
    let closed = words[clause..].find('”').filter(|at| !words[clause..clause + at].contains('“'));
    let clause = closed.map_or(clause, |at| clause + at + '”'.len_utf8());
    opens.found_in(&words[clause..]).last().map(|m| from + clause + m.get_match().start())
}

/// Whether a conjunction stands right behind one of the `heads` in `words`.
fn is_joined(words: &str, heads: &Words) -> bool {
    words.match_indices(['和', '与', '及']).any(|(at, _)| heads.end(&words[..at]))
}

/// Where the name begins behind the last of the nouns that stand before such names. A noun that closes a word which the
/// name may hold (企业 in 中小企业) is none.
fn behind(shape: &Shape, text: &str, start: usize, head: usize) -> usize {
    if !shape.behind.within(&text[start..head]) {
        return start;
    }
    let inside = |noun: &str, end: usize| shape.inside.ending(&text[start..end]).any(|word| word.len() > noun.len());
    let ends = shape.behind.iter().filter_map(|n| {
        let end = text[start..head].rfind(n.as_str()).map(|at| start + at + n.len())?;
        (!inside(n, end)).then_some(end)
    });
    // What is left must still be a name.
    ends.filter(|end| text[*end..head].chars().count() >= 2).max().unwrap_or(start)
}

/// Where the name begins behind another of its kind and place, with nothing between them: 某市教育局|某市财政局.
fn behind_twin(shape: &Shape, scan: &Scan<'_>, start: usize, head: usize) -> usize {
    // 中共某省委办公厅|某省人民政府办公厅: words for what kind of organ it is may open the first one.
    let place = scan.places_in(start, head).next().filter(|_| shape.split_at_places);
    let Some(place) = place else { return start };
    let again = scan.text[place.end..head].rfind(place.of(scan.text)).map(|at| place.end + at);
    again.filter(|at| shape.heads.end(&scan.text[place.end..*at])).unwrap_or(start)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// The last two characters of `words`, or fewer.
fn last_two(words: &str) -> &str {
    &words[words.char_indices().rev().nth(1).map_or(0, |(i, _)| i)..]
}

/// Leaves out what a name cannot begin with: marks, conjunctions, soft verbs, describing words.
fn lead(scan: &Scan<'_>, mut start: usize, head: usize) -> usize {
    loop {
        let Some(c) = scan.text[start..head].chars().next() else { return start };
        let mark = !is_word(c) && c != '“';
        // （某品牌的生产企业）智能仓储项目: what a bracket says of somebody before the name is no part of it.
        if c == '（' {
            return scan.text[start..head].find('）').map_or(start, |at| start + at + '）'.len_utf8());
        }
        // 和林格尔 is a place, not 和 and something else.
        if scan.word_starting_at(start).is_some_and(|word| word.len() > c.len_utf8() * 2) {
            return start;
        }
        // 运行|“某某”平台: a verb before a quotation is no part of the name.
        let two = first_two(&scan.text[start..head]);
        if scan.common_words.has_verb(two) && scan.text[start + two.len()..head].starts_with('“') {
            return start + two.len();
        }
        start = match scan.boundary_at(start) {
            // A verb that may stand inside of these names cannot begin one (建设|华为中心).
            Some((end, Boundary::Soft | Boundary::Lead | Boundary::Verb)) if end < head => end,
            _ if mark || matches!(c, '和' | '与' | '及') => start + c.len_utf8(),
            _ => return start,
        };
    }
}
