//! Local organs: a kind of organ (工信局) with the place it belongs to, stated, by rank (市), or left out in a list.

use super::scan::{ORGANS, Scan};
use super::{Mention, Rank, Setting, Target};
use crate::diag::Span;
use crate::knowledge::{DivisionId, Knowledge, Rank as DivisionRank};
use crate::text::is_word;
use crate::trace::Why;

/// Finds organs and expands their names by the place they belong to.
pub(super) fn find(knowledge: &Knowledge, scan: &Scan<'_>, setting: &Setting) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let bare = &knowledge.references.only_with_place;
    for (area, organs) in scan.listed(ORGANS) {
        for &(span, organ) in organs {
            let organ = &knowledge.organs[organ];
            let owner = owner(knowledge, scan, setting, span, area.start);
            let (start, place, confidence) = match owner {
                Some((start, place)) => (start, Some(place), 0.95),
                // Without its place an organ counts where a name may begin, and belongs to the issuing place.
                None if bare.has(&organ.surface) || !begins(scan, span.start, area.start) => {
                    scan.trace.reject(span, "LEX-organs", || Why::NoPlace);
                    continue;
                }
                None => (span.start, setting.place.map(|id| knowledge.divisions.get(id).name.clone()), 0.8),
            };
            let mut put = |span, place: String, confidence| {
                found.push(Mention {
                    span,
                    class: organ.class,
                    target: Target::Name(place + &organ.canonical),
                    rule: "LEX-organs".into(),
                    confidence,
                    rank: Rank::Ordinary,
                });
            };
            put(Span::new(start, span.end), place.unwrap_or_default(), confidence);
            // 甲县、乙县农业农村局: the organ of each of the counties.
            let mut at = start;
            while let Some((span, place)) = county_before(knowledge, scan, setting, at, area.start) {
                put(span, place, 0.96);
                at = span.start;
            }
        }
    }
    found
}

/// The place right before an organ at `organ`: where its words start, and its full name.
fn owner(
    knowledge: &Knowledge,
    scan: &Scan<'_>,
    setting: &Setting,
    organ: Span,
    limit: usize,
) -> Option<(usize, String)> {
    let before = &scan.text[limit..organ.start];
    // What stands before a place where a sentence without an end was cut is not looked at.
    if let Some((span, name)) = scan.place_named_before(knowledge, setting, limit, organ.start) {
        return Some((span.start, name));
    }
    for level in &knowledge.references.level {
        let Some(head) = before.strip_suffix(level.word.as_str()) else { continue };
        // 各县、区人民政府: all of them, not one.
        if knowledge.references.every.end(head) {
            return None;
        }
        let start = limit + head.len();
        // 区 in 工业区管委会 is the end of a longer name.
        let low = matches!(level.rank.as_str(), "county" | "town");
        if low && !begins(scan, start, limit) {
            continue;
        }
        // 中山市 + 局: the town or city before the word of rank is a place whose name the lists do not have.
        let rank = DivisionRank::named(&level.rank).unwrap_or(DivisionRank::Town);
        // 市 in a letter of 义乌市 is that county-level city itself, in one of a district the city above.
        let own = setting.of_kind(knowledge, &level.word);
        // The letter of a city does not say which county it means.
        let id = own.or_else(|| setting.at_rank(knowledge, rank));
        return id.map(|id: DivisionId| (start, knowledge.divisions.get(id).name.clone()));
    }
    None
}

/// The county that a list names right before `at`, where the next county of the list stands.
fn county_before(
    knowledge: &Knowledge,
    scan: &Scan<'_>,
    setting: &Setting,
    at: usize,
    limit: usize,
) -> Option<(Span, String)> {
    let is_county = |span: Span| {
        let like = knowledge.divisions.beginning_like(span.of(scan.text));
        like.into_iter().any(|(_, d)| d.rank == DivisionRank::County && d.name == span.of(scan.text))
    };
    let joiner = scan.text[limit..at].chars().next_back().filter(|c| matches!(c, '、' | '和'))?;
    let (span, name) = scan.place_named_before(knowledge, setting, limit, at - joiner.len_utf8())?;
    let next = scan.word_starting_at(at)?;
    (is_county(span) && is_county(next)).then_some((span, name))
}

/// Whether a name may begin at `at`: after a mark, a boundary word, or at the start of the sentence.
pub(super) fn begins(scan: &Scan<'_>, at: usize, limit: usize) -> bool {
    let before = scan.text[limit..at].chars().next_back();
    let mark = |c: char| !is_word(c) || matches!(c, '和' | '与' | '及' | '由' | '的');
    before.is_none_or(mark) || scan.boundary_before(at).is_some()
}
