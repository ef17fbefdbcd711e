//! A regular expression that stands in a knowledge file: compiled when the file is read, so that a broken one is
//! reported with its line.

use std::ops::{Deref, Index};

use regex::{Captures, Regex};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::walk::{Room, Walk};
use crate::diag::Span;

/// A text of so many bytes has few places where a match may begin.
const SHORT: usize = 64;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Expression {
    regex: Regex,
    walk: Option<Walk>,
    /// The groups that have names, with their number; the whole is number 0.
    names: Vec<(Box<str>, usize)>,
}

impl Expression {
    /// Compiles `pattern`. One that does not compile was refused when its file was checked, and here matches nothing.
    pub fn new(pattern: &str) -> Self {
        Self::compile(pattern).unwrap_or_default()
    }

    /// Han characters as rules mean them: those in common use, in one range; and digits: 0 to 9. The whole classes of
    /// Unicode have twenty and more ranges, and a repetition of one makes an automaton of thousands of states.
    pub(crate) fn compile(pattern: &str) -> Result<Self, regex::Error> {
        let regex = Regex::new(&pattern.replace(r"\p{Han}", r"[\x{4e00}-\x{9fff}]").replace(r"\d", "[0-9]"))?;
        let walk = regex_syntax::parse(regex.as_str()).ok().and_then(|hir| Walk::new(&hir));
        let names = regex.capture_names().enumerate().filter_map(|(i, name)| Some((name?.into(), i))).collect();
        Ok(Self { regex, walk, names })
    }

    /// Its steps, where they find a match in `text` sooner than [`regex`] does.
    fn walk_in(&self, text: &str) -> Option<&Walk> {
        self.walk.as_ref().filter(|walk| walk.narrow || text.len() <= SHORT)
    }

    /// The characters that its matches begin with; nothing where they may begin nearly anywhere.
    pub(crate) fn first_chars(&self) -> Option<Vec<char>> {
        self.walk.as_ref()?.first_chars().map(Iterator::collect)
    }

    /// Whether it matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        if let Some(walk) = self.walk_in(text)
            && let Ok(found) = walk.first_in(text, false, |_, _| ())
        {
            return found.is_some();
        }
        self.regex.is_match(text)
    }

    /// The words of the first match in `text`.
    pub fn find<'t>(&self, text: &'t str) -> Option<Group<'t>> {
        let group = |span| Group { text, span };
        if let Some(walk) = self.walk_in(text)
            && let Ok(found) = walk.first_in(text, false, |span, _| group(span))
        {
            return found;
        }
        self.regex.find(text).map(|m| group(Span::new(m.start(), m.end())))
    }

    /// The first match in `text`.
    pub fn found<'t>(&self, text: &'t str) -> Option<Found<'_, 't>> {
        if let Some(walk) = self.walk_in(text)
            && let Ok(found) = walk.first_in(text, true, |span, room| Found::walked(self, text, span, room))
        {
            return found;
        }
        self.regex.captures(text).map(|c| Found::captured(self, text, &c))
    }

    /// All matches in `text`, from left to right.
    pub fn found_in<'t>(&self, text: &'t str) -> impl Iterator<Item = Found<'_, 't>> {
        self.found_from(text, [Span::new(0, text.len())])
    }

    /// The matches in `text`, where it is known that all of them begin in one of `starts`, which are in order and apart.
    pub fn found_from<'t>(
        &self,
        text: &'t str,
        starts: impl IntoIterator<Item = Span>,
    ) -> impl Iterator<Item = Found<'_, 't>> {
        self.found_on(text, starts, |found| found.whole.end)
    }

    /// The same, but that the next match may begin where the group `name` of the one before ends: the mark between the
    /// members of a list stands behind one of them and before the other.
    pub fn named_from<'t>(
        &self,
        text: &'t str,
        starts: impl IntoIterator<Item = Span>,
    ) -> impl Iterator<Item = Found<'_, 't>> {
        self.found_on(text, starts, |found| found.name("name").map_or(found.whole.end, Group::end))
    }

    /// The matches in `text` that begin in one of `starts`, where the next one is looked for from `onward`.
    fn found_on<'e, 't>(
        &'e self,
        text: &'t str,
        starts: impl IntoIterator<Item = Span>,
        onward: fn(&Found<'e, 't>) -> usize,
    ) -> impl Iterator<Item = Found<'e, 't>> {
        let mut starts = starts.into_iter().peekable();
        let (mut at, mut last_end) = (0, None);
        let mut walking = self.walk.as_ref().map(|walk| (walk, Room::for_groups(walk, text.len())));
        std::iter::from_fn(move || {
            while let Some(&range) = starts.peek() {
                at = at.max(range.start);
                if at > range.end.min(text.len()) {
                    starts.next();
                    continue;
                }
                at = text.ceil_char_boundary(at);
                if let Some((walk, _)) = &walking {
                    at = walk.begin(text, at, range.end);
                    if at > range.end {
                        continue;
                    }
                }
                let found = match &mut walking {
                    Some((walk, room)) => match walk.from(text, at, room) {
                        Ok(Some(end)) => Some(Found::walked(self, text, Span::new(at, end), room)),
                        Ok(None) => {
                            at += 1;
                            continue;
                        }
                        Err(_) => {
                            walking = None;
                            continue;
                        }
                    },
                    None => self.regex.captures_at(text, at).map(|c| Found::captured(self, text, &c)),
                };
                let Some(found) = found else {
                    at = text.len() + 1;
                    continue;
                };
                let whole = found.whole;
                if whole.start > range.end {
                    // Another range holds it.
                    at = whole.start;
                    continue;
                }
                // Always onward, also where what is named is empty.
                at = onward(&found).max(whole.start + 1);
                // Nothing does not count right behind something.
                if last_end.replace(whole.end) != Some(whole.end) || !whole.is_empty() {
                    return Some(found);
                }
            }
            None
        })
    }
}

/// A match of an expression.
#[derive(Clone, Debug)]
pub struct Found<'e, 't> {
    expression: &'e Expression,
    text: &'t str,
    whole: Span,
    groups: Vec<Option<Span>>,
}

impl<'e, 't> Found<'e, 't> {
    fn walked(expression: &'e Expression, text: &'t str, whole: Span, room: &Room) -> Self {
        Self { expression, text, whole, groups: room.groups().collect() }
    }

    fn captured(expression: &'e Expression, text: &'t str, captures: &Captures<'_>) -> Self {
        let span = |m: regex::Match<'_>| Span::new(m.start(), m.end());
        let groups = captures.iter().skip(1).map(|m| m.map(span)).collect();
        Self { expression, text, whole: span(captures.get_match()), groups }
    }

    /// The words that match.
    pub fn get_match(&self) -> Group<'t> {
        Group { text: self.text, span: self.whole }
    }

    /// All groups, in their order.
    pub fn groups(&self) -> impl Iterator<Item = Option<Group<'t>>> {
        self.groups.iter().map(|span| span.map(|span| Group { text: self.text, span }))
    }

    /// The group with this number, the first one being 1, when it takes part.
    pub fn group(&self, number: usize) -> Option<Group<'t>> {
        self.groups[number - 1].map(|span| Group { text: self.text, span })
    }

    /// The group `name`, when it takes part.
    pub fn name(&self, name: &str) -> Option<Group<'t>> {
        let (_, number) = self.expression.names.iter().find(|(n, _)| **n == *name)?;
        self.group(*number)
    }
}

/// The words of a match, or of a part of it that has a name.
#[derive(Clone, Copy, Debug)]
pub struct Group<'t> {
    text: &'t str,
    span: Span,
}

impl<'t> Group<'t> {
    /// Where they stand in the text.
    pub fn span(self) -> Span {
        self.span
    }

    /// Where they begin.
    pub fn start(self) -> usize {
        self.span.start
    }

    /// Where they end.
    pub fn end(self) -> usize {
        self.span.end
    }

    /// The words.
    pub fn as_str(self) -> &'t str {
        self.span.of(self.text)
    }
}

/// The words of a group; none when it does not take part.
impl Index<&str> for Found<'_, '_> {
    type Output = str;

    fn index(&self, name: &str) -> &str {
        self.name(name).map_or("", Group::as_str)
    }
}

/// The words of the group with this number, the first one being 1; none when it does not take part.
impl Index<usize> for Found<'_, '_> {
    type Output = str;

    fn index(&self, number: usize) -> &str {
        self.group(number).map_or("", Group::as_str)
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = String::deserialize(deserializer)?;
        Self::compile(&pattern).map_err(D::Error::custom)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.regex.as_str())
    }
}

/// Matches nothing.
impl Default for Expression {
    fn default() -> Self {
        Self { regex: Regex::new(r"[^\s\S]").expect("a valid expression"), walk: None, names: Vec::new() }
    }
}

impl Deref for Expression {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.regex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_words_are_passed_by() {
        let expression = Expression::new("(?P<name>[a-z]*)BUILDS");
        let text = "BUILDSaBUILDS";
        let whole = [Span::new(0, text.len())];
        let names: Vec<_> = expression.named_from(text, whole).filter_map(|f| f.name("name")).collect();
        assert_eq!(names.iter().map(|n| n.as_str()).collect::<Vec<_>>(), ["", "a", ""]);
    }

    #[test]
    fn the_mark_behind_a_name_may_stand_before_the_next_one() {
        let expression = Expression::new(r"(?:^|,)(?P<name>[a-z]+)(?:,|$)");
        let text = "ab,cd,ef";
        let whole = [Span::new(0, text.len())];
        let names: Vec<_> = expression.named_from(text, whole).filter_map(|f| f.name("name")).collect();
        assert_eq!(names.iter().map(|n| n.as_str()).collect::<Vec<_>>(), ["ab", "cd", "ef"]);
        assert_eq!(expression.found_from(text, whole).count(), 2);
    }
}
