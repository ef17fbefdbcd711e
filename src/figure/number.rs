//! Numbers with their units and qualifiers: Arabic and Chinese numerals, ranges, series, ranks, shares.

use crate::diag::Span;
use crate::knowledge::{FigureRules, Qualifier};
use crate::search::{Anchors, Expression, Found, Group, Hits, Sightings};

/// A number found in a text.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// With its qualifier and unit.
    pub(super) span: Span,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) qualifier: Qualifier,
    pub(super) rule: &'static str,
}

/// Values are kept in hundred-millionths, so that decimals stay exact.
pub(super) const ONE: i128 = 100_000_000;

/// Reads numerals.
#[derive(Clone, Debug)]
pub struct Numerals {
    rules: FigureRules,
}

impl Numerals {
    /// Numerals as the rules describe them.
    pub fn new(rules: &FigureRules) -> Self {
        Self { rules: rules.clone() }
    }

    /// The value of a numeral without multiplier, in hundred-millionths so that decimals stay exact; `None` for
    /// anything that is no numeral or does not fit.
    pub fn value(&self, numeral: &str) -> Option<i128> {
        if numeral.starts_with(|c: char| c.is_ascii_digit()) {
            let plain: String = numeral.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
            let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
            if part.len() > 8 || whole.len() > 18 {
                return None;
            }
            let whole: i128 = whole.parse().ok()?;
            let part: i128 = if part.is_empty() { 0 } else { format!("{part:0<8}").parse().ok()? };
            return Some(whole * ONE + part);
        }
        let (whole, part) = numeral.split_once(self.rules.point).unwrap_or((numeral, ""));
        let mut value = self.chinese(whole)?.checked_mul(ONE)?;
        let mut weight = ONE / 10;
        for c in part.chars() {
            // A multiplier behind the decimals (五点五亿) belongs to the whole number.
            match self.rules.digits.get(&c) {
                Some(d) => value += i128::from(*d) * weight,
                None => value = value.checked_mul(*self.rules.multipliers.get(&c)? as i128)?,
            }
            weight /= 10;
        }
        Some(value)
    }

    /// The value of a Chinese whole number: 二〇二四, 二百零四, 三百二十七亿六千万.
    fn chinese(&self, numeral: &str) -> Option<i128> {
        let digits_only = numeral.chars().all(|c| self.rules.digits.contains_key(&c));
        let (mut total, mut section, mut digit): (i128, i128, Option<i128>) = (0, 0, None);
        let mut last = 0;
        for c in numeral.chars() {
            if let Some(d) = self.rules.digits.get(&c) {
                // 二〇二四 is read digit by digit, 二百零四 by its places.
                let before = if digits_only { digit.unwrap_or(0).checked_mul(10)? } else { 0 };
                digit = Some(before.checked_add(i128::from(*d))?);
            } else if let Some(place) = self.rules.places.get(&c) {
                section += digit.take().unwrap_or(1) * i128::from(*place);
            } else {
                let multiplier = *self.rules.multipliers.get(&c)? as i128;
                section += digit.take().unwrap_or(0);
                // 六千万 behind 三百二十七亿 adds to it; 万 behind 亿's section alone (一万亿) multiplies all before it.
                total = if last > multiplier {
                    total + section.checked_mul(multiplier)?
                } else {
                    (total + section).checked_mul(multiplier)?
                };
                last = multiplier;
                section = 0;
            }
            if section > 1_000_000_000_000 || total > 1_000_000_000_000_000_000 {
                return None;
            }
        }
        Some(total + section + digit.unwrap_or(0))
    }

    /// A whole number in words: 204 is 二百零四. `None` for numbers that have no such form here.
    pub fn in_words(&self, number: u64) -> Option<String> {
        let written = &self.rules.written;
        let digits: Vec<char> = written.digits.chars().collect();
        let (places, steps): (Vec<char>, Vec<char>) =
            (written.places.chars().collect(), written.steps.chars().collect());
        if digits.len() != 10 || places.len() != 3 || number >= 1_000_000_000_000 {
            return None;
        }
        if number == 0 {
            return Some(digits[0].to_string());
        }
        let group = |mut n: u64, gap: bool| {
            let mut words = String::new();
            let mut zero = gap;
            for (power, place) in [(1000, Some(places[2])), (100, Some(places[1])), (10, Some(places[0])), (1, None)] {
                let digit = usize::try_from(n / power).unwrap_or(0);
                n %= power;
                if digit == 0 {
                    zero |= !words.is_empty();
                    continue;
                }
                if std::mem::take(&mut zero) {
                    words.push(digits[0]);
                }
                words.push(digits[digit]);
                words.extend(place);
            }
            words
        };
        let mut words = String::new();
        for step in (0..=steps.len()).rev() {
            let unit = 10_000_u64.pow(u32::try_from(step).ok()?);
            let part = number / unit % 10_000;
            if part > 0 {
                words.push_str(&group(part, !words.is_empty() && part < 1000));
                words.extend(step.checked_sub(1).and_then(|i| steps.get(i)));
            }
        }
        // 十五, not 一十五, where the number begins so.
        let ten = String::from_iter([digits[1], places[0]]);
        Some(words.strip_prefix(&ten).map_or(words.clone(), |rest| format!("{}{rest}", places[0])))
    }

    /// `value` (in hundred-millionths) times the multipliers in `words`, in plain decimal digits.
    pub fn scaled(&self, value: i128, words: &str) -> Option<String> {
        let mut value = value;
        for c in words.chars() {
            if let Some(m) = self.rules.multipliers.get(&c) {
                value = value.checked_mul(*m as i128)?;
            }
        }
        let (whole, part) = (value / ONE, value % ONE);
        let mut text = whole.to_string();
        if part != 0 {
            text.push('.');
            text.push_str(format!("{part:08}").trim_end_matches('0'));
        }
        Some(text)
    }
}

/// What an expression of the rules reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Digits that are no figure.
    NoFigure,
    Series,
    Range,
    Percent,
    Rank,
    Tenths,
    Counted,
    Ratio,
}

pub(super) struct Numbers {
    numerals: Numerals,
    /// In the order in which they claim the text: what one has read is not read again by the next. Behind them stand those
    /// by which nothing is a figure; they claim it before all others, but are only asked where there may be a figure.
    readers: Vec<(Kind, Expression)>,
    pub(super) anchors: Anchors,
    /// The sign for ten, which stands for a number by itself.
    ten: char,
    rules: FigureRules,
}

impl Numbers {
    pub(super) fn new(rules: &FigureRules) -> Self {
        let any = |words: &mut dyn Iterator<Item = &String>| {
            let mut words: Vec<String> = words.map(|w| regex::escape(w)).collect();
            words.sort_by_key(|w| std::cmp::Reverse(w.len()));
            words.join("|")
        };
        let before = any(&mut rules.qualifiers.iter().flat_map(|q| &q.before));
        let inside = any(&mut rules.qualifiers.iter().flat_map(|q| &q.inside));
        let after = any(&mut rules.qualifiers.iter().flat_map(|q| &q.after));
        let units = any(&mut rules.units.iter());
        let chinese: String = rules.digits.keys().chain(rules.places.keys()).collect();
        let multipliers: String = rules.multipliers.keys().collect();
        // 三百二十七亿六千万, 五点五亿: multipliers inside of a Chinese numeral belong to it.
        let point = rules.point;
        let number = format!(
            r"(?-u:\b)\d{{1,3}}(?: \d{{3}})+(?:\.\d+)?|\d[\d,]*(?:\.\d+)?|[{chinese}]+(?:[{multipliers}]+[{chinese}]+)+[{multipliers}]*|[{chinese}]+{point}[{chinese}]+|[{chinese}]+"
        );
        let counted = format!(
            "(?P<before>(?:{before})*)(?P<n>{number})(?P<in1>{inside})?(?P<mul>[{multipliers}]*)(?P<in2>{inside})?(?P<unit>{units})(?P<after>{after})?"
        );
        let range = format!(
            r"(?P<n>\d[\d,]*(?:\.\d+)?)(?P<mul>[{multipliers}]*)(?P<unit1>{units})?{}(?P<n2>\d[\d,]*(?:\.\d+)?)(?P<mul2>[{multipliers}]*)(?P<unit>{units})",
            rules.range
        );
        let series = format!(
            r"(?P<list>\d[\d,]*(?:\.\d+)?(?:、\d[\d,]*(?:\.\d+)?)+(?:{}\d[\d,]*(?:\.\d+)?)?)(?P<mul>[{multipliers}]*)(?P<unit>{units})",
            rules.and
        );
        let ratio_words = any(&mut rules.ratios.iter());
        let rises = any(&mut rules.rises.iter());
        let ratios = format!(
            r"(?:{ratio_words})[^，。；\d]{{0,6}}?(?P<a>(?P<before>(?:{before})*)(?P<n>\d+(?:\.\d+)?))(?:{rises})?(?P<n2>\d+(?:\.\d+)?)?(?P<after>{after})?"
        );
        let each = |kind: Kind, all: &[Expression]| all.iter().map(|e| (kind, e.clone())).collect::<Vec<_>>();
        let mut readers = vec![(Kind::Series, Expression::new(&series))];
        readers.push((Kind::Range, Expression::new(&range)));
        readers.push((Kind::Percent, rules.percent.clone()));
        readers.extend(each(Kind::Rank, &rules.ranks));
        readers.push((Kind::Tenths, rules.tenths.clone()));
        readers.push((Kind::Counted, Expression::new(&counted)));
        readers.push((Kind::Ratio, Expression::new(&ratios)));
        readers.extend(each(Kind::NoFigure, &rules.not_figures));
        let anchors = Anchors::new(readers.iter().map(|(_, e)| e.as_str()));
        let ten = rules.places.iter().min_by_key(|(_, v)| **v).map_or('\0', |(c, _)| *c);
        Self { numerals: Numerals::new(rules), readers, anchors, ten, rules: rules.clone() }
    }

    /// The numbers in `sentence` outside of `names`, in the order of the text.
    pub(super) fn find(
        &self,
        text: &str,
        sentence: Span,
        hits: &Hits,
        sightings: &mut Sightings,
        names: impl FnOnce() -> Vec<Span>,
    ) -> Vec<Number> {
        let line = sentence.of(text);
        let mut no_figures: Vec<Span> = Vec::new();
        let mut candidates: Vec<Candidate> = Vec::new();
        self.anchors.worth_trying_where(hits.within(sentence), sentence, sightings, |reader, starts| {
            let (kind, reader) = &self.readers[reader];
            if *kind == Kind::NoFigure {
                if candidates.iter().all(|c| c.numbers.is_empty()) {
                    return;
                }
                let found = reader.found_from(line, starts.iter().copied()).map(|c| c.get_match());
                let whole = found.filter(|m| !self.cuts_numeral(line, m.start()));
                no_figures.extend(whole.map(|m| at(sentence, m)));
                return;
            }
            for c in reader.found_from(line, starts.iter().copied()) {
                let span = at(sentence, c.get_match());
                let rest = &line[span.end - sentence.start..];
                // GX252-16MW, B20双座: digits of a model count nothing. GDP5000亿元 does.
                let scaled = c.name("mul").is_some_and(|m| !m.as_str().is_empty());
                let before = &line[..span.start - sentence.start];
                let model = !scaled && before.ends_with(|c: char| c.is_ascii_alphabetic());
                let numbers = match kind {
                    _ if model => Vec::new(),
                    Kind::Ratio => {
                        self.ratio_numbers(&c, sentence, &mut candidates);
                        continue;
                    }
                    Kind::Series => self.series_numbers(&c, span, sentence),
                    Kind::Range => self.range_numbers(&c, span),
                    // 一百二十分之一 is not one in twenty.
                    Kind::Percent if self.cuts_numeral(line, before.len()) => Vec::new(),
                    Kind::Percent => self.share(&c, span, "FIG-percent").into_iter().collect(),
                    Kind::Tenths => self.share(&c, span, "FIG-tenths").into_iter().collect(),
                    Kind::Rank => self.rank(&c, span, rest).into_iter().collect(),
                    Kind::Counted => self.counted_number(&c, span, rest).into_iter().collect(),
                    Kind::NoFigure => Vec::new(),
                };
                // A number that does not count here may still be read as something else.
                let closed = matches!(kind, Kind::Series | Kind::Range | Kind::Percent | Kind::Tenths);
                if closed || !numbers.is_empty() {
                    candidates.push(Candidate { needs: span, takes: span, numbers });
                }
            }
        });
        // What is no figure matters only where there may be one.
        if candidates.iter().all(|c| c.numbers.is_empty()) {
            return Vec::new();
        }
        let mut taken = Taken::new(sentence);
        names().into_iter().for_each(|span| taken.take(span));
        no_figures.into_iter().for_each(|span| taken.take(span));
        let mut found: Vec<Number> = Vec::new();
        for candidate in candidates {
            if taken.is_free(candidate.needs) {
                found.extend(candidate.numbers);
                taken.take(candidate.takes);
            }
        }
        found.sort_by_key(|n| n.span);
        for number in found.iter_mut().filter(|n| n.qualifier == Qualifier::Exact && n.rule != "FIG-rank") {
            self.qualify(line, sentence, number);
        }
        found
    }

    /// Whether a numeral goes on at `at`: 一所 in 二十|一所 is not the word that a rule means.
    fn cuts_numeral(&self, line: &str, at: usize) -> bool {
        let sign = |c: char| {
            let FigureRules { digits, places, multipliers, .. } = &self.rules;
            digits.contains_key(&c) || places.contains_key(&c) || multipliers.contains_key(&c)
        };
        line[at..].starts_with(sign) && line[..at].ends_with(|c: char| sign(c) || c.is_ascii_digit())
    }

    /// What the words around a number make of it, where those inside of it say nothing.
    fn qualify(&self, line: &str, sentence: Span, number: &mut Number) {
        let before = &line[..number.span.start - sentence.start];
        let after = &line[number.span.end - sentence.start..];
        let share = matches!(number.rule, "FIG-percent" | "FIG-tenths");
        for rule in self.rules.qualifiers.iter().filter(|_| share) {
            let lead = rule.before.ending(before).next();
            let tail = rule.after.starting(after).next().filter(|_| !self.rules.not_qualifiers.start(after));
            if lead.is_some() || tail.is_some() {
                let (lead, tail) = (lead.map_or(0, str::len), tail.map_or(0, str::len));
                number.span = Span::new(number.span.start - lead, number.span.end + tail);
                number.qualifier = rule.kind;
                return;
            }
        }
        if let Some(rule) = self.rules.apart.iter().find(|rule| rule.pattern.is_match(before)) {
            number.qualifier = rule.kind;
        }
    }

    /// A share in tenths, hundredths or other parts, as percent.
    fn share(&self, c: &Found<'_, '_>, span: Span, rule: &'static str) -> Option<Number> {
        let mut value = self.numerals.value(&c["n"])?;
        if let Some(of) = c.name("of") {
            value = value.checked_mul(100 * ONE)?.checked_div(self.numerals.value(of.as_str())?)?;
        }
        if rule == "FIG-tenths" {
            let half = if c.name("half").is_some() { ONE / 2 } else { 0 };
            let ones = c.name("ones").and_then(|o| self.numerals.value(o.as_str())).unwrap_or(0);
            value = (value + half) * 10 + ones;
        }
        Some(number(span, self.numerals.scaled(value, "")?, "%", Qualifier::Exact, rule))
    }

    /// A place in an order, unless what stands behind it makes it a count or a share.
    fn rank(&self, c: &Found<'_, '_>, span: Span, rest: &str) -> Option<Number> {
        let counts = self.rules.units.start(rest);
        if counts || rest.starts_with(['%', '.']) {
            return None;
        }
        let value = self.numerals.value(&c["n"]).and_then(|v| self.numerals.scaled(v, ""))?;
        let qualifier = if c.name("upto").is_some() { Qualifier::UpTo } else { Qualifier::Exact };
        Some(number(span, value, &self.rules.rank_unit, qualifier, "FIG-rank"))
    }

    /// Pure numbers behind the word for a ratio: what it is, and to what it rises.
    fn ratio_numbers(&self, c: &Found<'_, '_>, sentence: Span, candidates: &mut Vec<Candidate>) {
        for (n, before, after) in [("n", c.name("before"), None), ("n2", None, c.name("after"))] {
            let Some(m) = c.name(n) else { continue };
            let needs = at(sentence, m);
            let mut takes = needs;
            let value = self.numerals.value(m.as_str()).and_then(|v| self.numerals.scaled(v, ""));
            let qualifier = self.qualifier(before.map_or("", |b| b.as_str()), "", after.map_or("", |a| a.as_str()));
            for part in [before, after].into_iter().flatten().filter(|p| !p.span().is_empty()) {
                takes = takes.join(at(sentence, part));
            }
            let numbers = value.map(|value| number(takes, value, "", qualifier, "FIG-ratio")).into_iter().collect();
            candidates.push(Candidate { needs, takes, numbers });
        }
    }

    fn counted_number(&self, c: &Found<'_, '_>, span: Span, rest: &str) -> Option<Number> {
        let numeral = &c["n"];
        let unit = &c["unit"];
        // 万千升: a multiplier that makes a unit with what follows belongs to the unit.
        let mut multipliers = &c["mul"];
        let mut joined = String::new();
        if let Some(last) = multipliers.chars().next_back() {
            joined = format!("{last}{unit}");
            if self.rules.units.has(&joined) {
                multipliers = &multipliers[..multipliers.len() - last.len_utf8()];
            } else {
                joined.clear();
            }
        }
        let unit = if joined.is_empty() { unit } else { joined.as_str() };
        let arabic = numeral.starts_with(|x: char| x.is_ascii_digit());
        // 一个, 一家: a single one in Chinese numerals only introduces a noun.
        let trivial = !arabic && multipliers.is_empty() && self.numerals.value(numeral).is_some_and(|v| v <= ONE);
        // 千亩连片, 百家争鸣: a place without a digit is a figure of speech.
        let vague = !arabic
            && c["before"].is_empty()
            && !numeral.chars().any(|c| self.rules.digits.contains_key(&c))
            && !numeral.starts_with(self.ten);
        let single = numeral.chars().count() == 1 && multipliers.is_empty();
        let word = !arabic && single && self.rules.weak_units.has(unit);
        let formal = single && numeral.chars().all(|c| self.rules.formal.contains(c));
        if trivial || vague || word || formal || self.rules.not_before.start(rest) {
            return None;
        }
        let inside = [c.name("in1"), c.name("in2")].into_iter().flatten().map(|m| m.as_str()).collect::<String>();
        let after = c.name("after").map_or("", |m| m.as_str());
        // 92家上下游企业: what looks like a qualifier begins another word.
        let word = self
            .rules
            .not_qualifiers
            .iter()
            .any(|w| w.strip_prefix(after).is_some_and(|end| !after.is_empty() && rest.starts_with(end)));
        let (span, after) = if word { (Span::new(span.start, span.end - after.len()), "") } else { (span, after) };
        let qualifier = self.qualifier(&c["before"], &inside, after);
        let value = self.numerals.value(numeral).and_then(|v| self.numerals.scaled(v, multipliers))?;
        let unit = self.rules.unit_forms.get(unit).map_or(unit, String::as_str);
        let qualifier = if self.rules.about_units.has(&c["unit"]) && qualifier == Qualifier::Exact {
            Qualifier::About
        } else {
            qualifier
        };
        Some(number(span, value, unit, qualifier, "FIG-number"))
    }

    /// A range is two figures: at least the first, at most the second.
    fn range_numbers(&self, c: &Found<'_, '_>, span: Span) -> Vec<Number> {
        let unit = &c["unit"];
        let unit = self.rules.unit_forms.get(unit).map_or(unit, String::as_str);
        let second = &c["mul2"];
        let first = if c["mul"].is_empty() && c.name("unit1").is_none() { second } else { &c["mul"] };
        let ends = [(&c["n"], first, Qualifier::Over), (&c["n2"], second, Qualifier::UpTo)];
        let ends = ends.into_iter().filter_map(|(n, mul, qualifier)| {
            let value = self.numerals.value(n).and_then(|v| self.numerals.scaled(v, mul))?;
            Some(number(span, value, unit, qualifier, "FIG-range"))
        });
        ends.collect()
    }

    fn series_numbers(&self, c: &Found<'_, '_>, span: Span, sentence: Span) -> Vec<Number> {
        let Some(list) = c.name("list") else { return Vec::new() };
        let unit = &c["unit"];
        let unit = self.rules.unit_forms.get(unit).map_or(unit, String::as_str);
        let mut at = list.start();
        let mut numbers = Vec::new();
        for piece in list.as_str().split_inclusive(['、', self.rules.and]) {
            let bare = piece.trim_end_matches(['、', self.rules.and]);
            let start = sentence.start + at;
            at += piece.len();
            if let Some(value) = self.numerals.value(bare).and_then(|v| self.numerals.scaled(v, &c["mul"])) {
                let span = Span::new(start, span.end);
                numbers.push(number(span, value, unit, Qualifier::Exact, "FIG-series"));
            }
        }
        numbers
    }

    /// What the words before, inside and behind a number make of it; words that contradict each other make it about.
    fn qualifier(&self, before: &str, inside: &str, after: &str) -> Qualifier {
        let mut kinds: Vec<Qualifier> = Vec::new();
        for rule in &self.rules.qualifiers {
            let ends = !before.is_empty() && rule.before.end(before);
            let any_inside = !inside.is_empty() && rule.inside.within(inside);
            if ends || any_inside || rule.after.has(after) {
                kinds.push(rule.kind);
            }
        }
        kinds.dedup();
        match kinds.as_slice() {
            [] => Qualifier::Exact,
            [one] => *one,
            kinds if kinds.contains(&Qualifier::Nearly) && kinds.contains(&Qualifier::Over) => Qualifier::About,
            [first, ..] => *first,
        }
    }
}

fn number(span: Span, value: String, unit: &str, qualifier: Qualifier, rule: &'static str) -> Number {
    Number { span, value, unit: unit.to_owned(), qualifier, rule }
}

/// Where `m` stands in the text.
fn at(sentence: Span, m: Group<'_>) -> Span {
    m.span().shifted(sentence.start)
}

/// What an expression read, before it is known which words are still free.
struct Candidate {
    /// The words that must be free.
    needs: Span,
    /// The words that it takes.
    takes: Span,
    numbers: Vec<Number>,
}

/// The words of a sentence that are taken, one bit for each byte.
struct Taken {
    sentence: Span,
    bits: Vec<u64>,
}

impl Taken {
    fn new(sentence: Span) -> Self {
        Self { sentence, bits: vec![0; sentence.len().div_ceil(64)] }
    }

    fn places(&self, span: Span) -> std::ops::Range<usize> {
        let within = |at: usize| at.clamp(self.sentence.start, self.sentence.end) - self.sentence.start;
        within(span.start)..within(span.end)
    }

    fn take(&mut self, span: Span) {
        for at in self.places(span) {
            self.bits[at / 64] |= 1 << (at % 64);
        }
    }

    fn is_free(&self, span: Span) -> bool {
        !self.places(span).any(|at| self.bits[at / 64] >> (at % 64) & 1 == 1)
    }
}
