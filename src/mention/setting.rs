//! Where a document was written from: what 我市, 市 and 省 mean in it.

use foldhash::{HashMap, HashMapExt as _};

use super::Mention;
use super::scan::Matchers;
use crate::document::Document;
use crate::knowledge::{Division, DivisionId, Knowledge, Rank, Refers};
use crate::ontology::Class;

/// The place of the issuing body, and what follows from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The place of the issuing body; `None` when the document does not tell.
    pub place: Option<DivisionId>,
    /// Full name of the issuing body.
    pub sender: Option<String>,
}

impl Setting {
    /// Reads the setting off the head of `document` or its first line; without these, off the place it speaks of most.
    pub(super) fn of(knowledge: &Knowledge, document: &Document, matchers: &Matchers) -> Self {
        let sender = document.head.sender.as_ref().map(|s| s.text.clone());
        let title = document.head.title.as_ref().map(|t| &t.text);
        let from_head = sender.iter().chain(title).find_map(|t| matchers.leading_division(knowledge, t));
        let place = from_head.or_else(|| matchers.divisions_in(title?).first().copied());
        let first = || document.blocks.first().map(|b| b.span.of(document.text.clean()));
        let place = place.or_else(|| matchers.leading_division(knowledge, first()?));
        let place = place.or_else(|| {
            let mut counts: HashMap<DivisionId, usize> = HashMap::new();
            for id in matchers.divisions_in(document.text.clean()) {
                *counts.entry(id).or_default() += 1;
            }
            let lower = |id: &DivisionId| knowledge.divisions.get(*id).rank != Rank::Province;
            let best = |only_lower: bool| {
                let fits = counts.iter().filter(|(id, _)| !only_lower || lower(id));
                fits.max_by_key(|(id, n)| (**n, std::cmp::Reverse(**id))).map(|(id, _)| *id)
            };
            best(true).or_else(|| best(false))
        });
        Self { place, sender }
    }

    /// The full name of the issuing place.
    pub fn place_name<'a>(&self, knowledge: &'a Knowledge) -> Option<&'a str> {
        self.place.map(|id| knowledge.divisions.get(id).name.as_str())
    }

    /// The division of `rank` that the issuing place is or lies in.
    pub fn at_rank(&self, knowledge: &Knowledge, rank: Rank) -> Option<DivisionId> {
        self.place.and_then(|id| knowledge.divisions.at_rank(id, rank))
    }

    /// The issuing place, or the one above it, whose kind of division the words say: in a letter of a district of a city
    /// 我区 is that district, 我市 the city.
    pub(super) fn of_kind(&self, knowledge: &Knowledge, words: &str) -> Option<DivisionId> {
        let divisions = &knowledge.divisions;
        let of = |level: &str| {
            let above = std::iter::successors(self.place, |d| divisions.parent(*d));
            above.into_iter().find(|d| divisions.get(*d).name.ends_with(level))
        };
        let levels = |rest: &str| {
            let starts = knowledge.references.level.iter().filter(|l| rest.starts_with(l.word.as_str()));
            starts.max_by_key(|l| l.word.len()).and_then(|l| of(&l.word))
        };
        words.char_indices().find_map(|(at, _)| levels(&words[at..]))
    }

    /// `name` with the place for which the word for a level at its head stands: 省级某某试点 → 广东省某某试点.
    pub fn with_place(&self, knowledge: &Knowledge, name: &str) -> Option<String> {
        let levels = knowledge.references.level_prefix.iter();
        let (level, rest) = levels.filter_map(|l| Some((l, name.strip_prefix(l.word.as_str())?))).next()?;
        let id = self.at_rank(knowledge, Rank::named(&level.rank)?)?;
        Some(format!("{}{rest}", knowledge.divisions.get(id).name))
    }

    /// `name` with the place for which the word for a rank at its head stands: 市钢铁工业协会 → 唐山市钢铁工业协会.
    pub fn of_place(&self, knowledge: &Knowledge, name: &str) -> Option<String> {
        let levels = knowledge.references.level.iter();
        let starts = levels.filter_map(|l| Some((l, name.strip_prefix(l.word.as_str())?)));
        let (level, rest) = starts.max_by_key(|(l, _)| l.word.len())?;
        // 市场, 区域 are words of their own.
        if knowledge.words.has(super::first_two(name)) {
            return None;
        }
        let id = self.of_kind(knowledge, &level.word).or_else(|| self.at_rank(knowledge, Rank::named(&level.rank)?))?;
        Some(format!("{}{rest}", knowledge.divisions.get(id).name))
    }

    /// The class of what a reference points to, as far as the setting tells.
    pub(super) fn class_of(&self, knowledge: &Knowledge, refers: Refers, classes: &[Class]) -> Option<Class> {
        let division = |id: Option<DivisionId>| knowledge.schema.class(knowledge.divisions.get(id?).rank.class_name());
        match refers {
            Refers::Place => division(self.place),
            Refers::Province => division(self.at_rank(knowledge, Rank::Province)),
            Refers::State => knowledge.schema.class("Region"),
            Refers::Sender => self.sender.as_ref().and_then(|_| knowledge.schema.class("GovernmentBody")),
            Refers::Last | Refers::Former | Refers::Latter => classes.first().copied(),
        }
    }

    /// Takes zones (高新区, 新区) for towns where the issuing city has no counties, or where the document names zones and
    /// towns in one breath (各区镇): there they are on the level of towns.
    pub(super) fn rank_zones(&self, knowledge: &Knowledge, text: &str, mentions: &mut [Mention]) {
        let Some(city) = self.at_rank(knowledge, Rank::City) else { return };
        let Some(town) = knowledge.schema.class(Rank::Town.class_name()) else { return };
        let counties = knowledge.divisions.below(city).any(|(_, d)| d.rank == Rank::County);
        if counties && !knowledge.references.zones_beside_towns.is_match(text) {
            return;
        }
        let zones = knowledge.classes(&knowledge.references.zone_classes);
        for mention in mentions.iter_mut().filter(|m| zones.contains(m.class)) {
            if knowledge.references.town_level_zone.is_match(mention.span.of(text)) {
                mention.class = town;
            }
        }
    }

    /// Which of several divisions of one name is meant: the one nearest to the issuing place. A county by its bare
    /// form counts only inside the issuing city, and a bare form only where `stands_alone` says so.
    pub(super) fn choose(
        &self,
        knowledge: &Knowledge,
        candidates: &[(DivisionId, bool)],
        stands_alone: impl Fn(bool) -> bool,
    ) -> Option<(DivisionId, bool)> {
        let divisions = &knowledge.divisions;
        let [city, province] = [Rank::City, Rank::Province].map(|r| self.at_rank(knowledge, r));
        let near = |id: DivisionId| {
            let same = |rank, of: Option<DivisionId>| of.is_some() && divisions.at_rank(id, rank) == of;
            u8::from(same(Rank::City, city)) + u8::from(same(Rank::Province, province))
        };
        let fits = candidates.iter().filter(|(id, short)| {
            let division = divisions.get(*id);
            // 城区 is a district of one city, and a common word everywhere else.
            // So are those that begin with a verb: 会同|县林业局.
            let bare = division.name.char_indices().next_back().map_or("", |(end, _)| &division.name[..end]);
            let verb = knowledge.boundaries.get(bare).is_some_and(|k| !k.stands_inside());
            let common = *short || verb || knowledge.words.has(&division.name);
            let bare_county = common && division.rank == Rank::County;
            stands_alone(*short) && (!bare_county || near(*id) == 2 || (city.is_none() && near(*id) == 1))
        });
        let rank = |id: DivisionId| std::cmp::Reverse(divisions.get(id).rank);
        fits.max_by_key(|(id, short)| (near(*id), rank(*id), !short, std::cmp::Reverse(*id))).copied()
    }

    /// The division whose name `name` begins with, the longest reading, and how many bytes its name takes: any division
    /// by its full name, towns and counties by their bare form only inside the issuing place. A name that is a division's as
    /// a whole (某某经济开发区) begins with none.
    pub fn division_at_head(&self, knowledge: &Knowledge, name: &str) -> Option<(DivisionId, usize)> {
        // No division begins like most names.
        let mut like = knowledge.divisions.beginning_like(name).peekable();
        like.peek()?;
        let code = |id: Option<DivisionId>| id.map(|id| knowledge.divisions.get(id).code.as_str());
        let scope = code(self.town_scope(knowledge));
        let province = code(self.at_rank(knowledge, Rank::Province));
        let inside = |d: &Division, of: Option<&str>| of.is_some_and(|code| d.code.starts_with(code));
        let reading = |d: &Division| {
            let near = inside(d, scope);
            let bare = match d.rank {
                Rank::Province | Rank::City => true,
                Rank::County => near || inside(d, province),
                Rank::Town => near,
            };
            let full = (d.rank != Rank::Town || near) && name != d.name;
            if full && name.starts_with(d.name.as_str()) {
                Some(d.name.len())
            } else {
                (bare && !d.short.is_empty() && name.starts_with(d.short.as_str())).then_some(d.short.len())
            }
        };
        let hits = like.filter_map(|(id, d)| reading(d).map(|n| (id, n, inside(d, scope))));
        hits.max_by_key(|(id, n, near)| (*n, *near, std::cmp::Reverse(*id))).map(|(id, n, _)| (id, n))
    }

    /// The division whose towns the document may call by their names alone: the issuing city or county.
    pub(super) fn town_scope(&self, knowledge: &Knowledge) -> Option<DivisionId> {
        self.at_rank(knowledge, Rank::County).or_else(|| self.at_rank(knowledge, Rank::City))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Options;

    #[test]
    fn a_district_is_meant_by_its_own_words_and_the_city_above_by_those_of_the_city() {
        let knowledge = Knowledge::load(None, &Options::default()).expect("the knowledge is sound");
        let matchers = Matchers::new(&knowledge, Default::default(), &[]);
        let place = matchers.leading_division(&knowledge, "湖北省武汉市江夏区农业农村局");
        let setting = Setting { place, sender: None };
        let kind = |words| setting.of_kind(&knowledge, words).map(|id| knowledge.divisions.get(id).name.as_str());
        assert_eq!(setting.place_name(&knowledge), Some("江夏区"));
        assert_eq!([kind("我区"), kind("全市"), kind("省")], [Some("江夏区"), Some("武汉市"), Some("湖北省")]);
        assert_eq!(kind("全县"), None);
        assert_eq!(setting.of_place(&knowledge, "市钢铁工业协会").as_deref(), Some("武汉市钢铁工业协会"));
        assert_eq!(setting.of_place(&knowledge, "市场协会"), None);
    }
}
