//! Wrong and lost characters, by what the same text writes elsewhere.

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use super::damage::{around, blocks, is_han};
use super::{Finding, Note};
use crate::diag::Span;
use crate::graph::Extraction;
use crate::knowledge::Knowledge;

/// The shortest, and the longest, name that is looked for with another character, in characters.
const NAME: std::ops::RangeInclusive<usize> = 6..=16;
/// So often the name must stand in the text as it is.
const FAMILIAR: usize = 3;
/// How many names that begin or end alike are looked for.
const MANY: usize = 40;
/// So often a character must stand behind the same one to say that it has lost it elsewhere.
const BOUND: usize = 12;

pub(super) fn find(knowledge: &Knowledge, extraction: &Extraction) -> Vec<Finding> {
    let text = extraction.document.text.clean();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = variants(extraction, text, &chars);
    found.extend(lost(knowledge, extraction, text, &chars));
    found
}

/// A name that stands often in the text, and once with another character inside: 灯饰照片产业 for 灯饰照明产业.
fn variants(extraction: &Extraction, text: &str, chars: &[(usize, char)]) -> Vec<Finding> {
    let mut pairs: HashMap<[char; 2], usize> = HashMap::new();
    for pair in chars.windows(2) {
        *pairs.entry([pair[0].1, pair[1].1]).or_default() += 1;
    }
    let forms = extraction.entities.iter().flat_map(|(_, e)| std::iter::once(&e.name).chain(&e.aliases));
    // A short name is looked for with what follows it: 灯饰照明产业.
    let further = extraction.entities.iter().flat_map(|(_, e)| &e.spans).filter_map(|span| {
        let rest = &text[span.end..];
        let more: usize = rest.chars().take(2).map(char::len_utf8).sum();
        text.get(span.start..span.end + more).map(str::to_owned)
    });
    let mut names: Vec<Vec<char>> = forms
        .cloned()
        .chain(further)
        .filter(|n| n.chars().all(is_han))
        .map(|n| n.chars().collect::<Vec<char>>())
        .filter(|n| NAME.contains(&n.len()))
        .collect();
    names.sort_unstable();
    names.dedup();
    // Names by their first three and by their last three characters: one of the two is whole in a variant.
    let mut by_front: HashMap<[char; 3], Vec<usize>> = HashMap::new();
    let mut by_back: HashMap<[char; 3], Vec<usize>> = HashMap::new();
    for (i, name) in names.iter().enumerate() {
        by_front.entry([name[0], name[1], name[2]]).or_default().push(i);
        let end = &name[name.len() - 3..];
        by_back.entry([end[0], end[1], end[2]]).or_default().push(i);
    }
    let mut places: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
    let mut usual: HashMap<usize, usize> = HashMap::new();
    let mut look = |name: usize, start: usize| {
        let Some(window) = chars.get(start..start + names[name].len()) else { return };
        let mut differ = window.iter().zip(&names[name]).enumerate().filter(|(_, ((_, x), y))| x != *y).map(|(k, _)| k);
        match (differ.next(), differ.next()) {
            (None, _) => *usual.entry(name).or_default() += 1,
            (Some(k), None) if k > 0 && k + 1 < window.len() && is_han(window[k].1) => {
                places.entry(name).or_default().push((start, k));
            }
            _ => {}
        }
    };
    for (at, window) in chars.windows(3).enumerate() {
        let key = [window[0].1, window[1].1, window[2].1];
        for name in by_front.get(&key).into_iter().flatten().take(MANY) {
            look(*name, at);
        }
        for name in by_back.get(&key).into_iter().flatten().take(MANY) {
            let length = names[*name].len();
            let Some(start) = (at + 3).checked_sub(length) else { continue };
            // What begins alike was looked at already.
            let front: Vec<char> = chars[start..start + 3].iter().map(|(_, c)| *c).collect();
            if front != names[*name][..3] {
                look(*name, start);
            }
        }
    }
    let rare = |a: usize| chars.get(a..a + 2).is_some_and(|p| pairs.get(&[p[0].1, p[1].1]) == Some(&1));
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (i, name) in names.iter().enumerate() {
        // What stands in the text more than once is no slip.
        let mut slips =
            places.get(&i).into_iter().flatten().filter(|(start, k)| rare(start + k - 1) && rare(start + k));
        let (Some(&(start, k)), None) = (slips.next(), slips.next()) else { continue };
        if usual.get(&i).copied().unwrap_or(0) < FAMILIAR || !seen.insert(start + k) {
            continue;
        }
        let end = chars.get(start + name.len()).map_or(text.len(), |(at, _)| *at);
        let at = (extraction, Span::new(chars[start].0, end));
        let detail: String = name.iter().collect();
        found.push(Note { kind: "name-misspelled", detail, at, other: None }.finding());
    }
    found
}

/// A character that stands always behind the same one, and once right behind a verb: 推动饰制造 for 推动灯饰制造.
fn lost(knowledge: &Knowledge, extraction: &Extraction, text: &str, chars: &[(usize, char)]) -> Vec<Finding> {
    let mut before: HashMap<char, HashMap<char, usize>> = HashMap::new();
    for pair in chars.windows(2).filter(|p| is_han(p[1].1)) {
        *before.entry(pair[1].1).or_default().entry(pair[0].1).or_default() += 1;
    }
    let verbs = &knowledge.finding_rules.settings.verbs;
    let mut found = Vec::new();
    for (_, block) in blocks(extraction) {
        for (_, verb) in verbs.places_within(block.of(text)) {
            let at = block.start + verb.end;
            let Some(c) = text[at..block.end].chars().next() else { continue };
            let own = text[..at].chars().next_back();
            let Some(counts) = before.get(&c) else { continue };
            let all: usize = counts.values().sum();
            let most = counts
                .iter()
                .max_by_key(|(p, n)| (**n, **p))
                .filter(|(p, n)| **n >= BOUND && **n + 1 >= all && own != Some(**p));
            if let Some((lost, _)) = most {
                let span = Span::new(block.start + verb.start, at + c.len_utf8());
                let detail = String::from_iter([*lost, c]);
                let at = (extraction, around(text, span, block));
                found.push(Note { kind: "lost-character", detail, at, other: None }.finding());
            }
        }
    }
    found
}
