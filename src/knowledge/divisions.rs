//! The administrative divisions of China, from province to town, and the names by which a text calls them.

use foldhash::{HashMap, HashMapExt as _};
use serde::{Deserialize, Serialize};

use super::table;
use crate::diag::Diagnostic;

/// Rank of a division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Provinces, autonomous regions, municipalities, special administrative regions.
    Province,
    /// Prefecture-level cities, prefectures, leagues.
    City,
    /// Counties, districts, county-level cities.
    County,
    /// Towns, townships, subdistricts.
    Town,
}

impl Rank {
    /// The rank called `name` in the rule files.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "province" => Some(Self::Province),
            "city" => Some(Self::City),
            "county" => Some(Self::County),
            "town" => Some(Self::Town),
            _ => None,
        }
    }

    /// The class of the ontology for divisions of this rank.
    pub fn class_name(self) -> &'static str {
        match self {
            Self::Province => "Province",
            Self::City => "City",
            Self::County => "County",
            Self::Town => "Town",
        }
    }
}

/// A division, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DivisionId(u32);

/// One division.
#[derive(Clone, Debug)]
pub struct Division {
    /// GB/T 2260 code: 2, 4, 6 or 9 digits.
    pub code: String,
    /// Full name.
    pub name: String,
    /// The bare form used in running text; empty when it would be taken for an ordinary word.
    pub short: String,
    /// Rank, by the length of the code.
    pub rank: Rank,
}

impl Division {
    /// Whether `words` are its name without the character that states its kind, which only the whole name of
    /// something else (a branch, a fair) makes safe to read as a place.
    pub fn is_bare(&self, words: &str) -> bool {
        self.name.strip_prefix(words).is_some_and(|kind| kind.chars().count() == 1)
    }
}

/// The table of divisions.
#[derive(Clone, Debug, Default)]
pub struct Divisions {
    all: Vec<Division>,
    /// For each division the one that it belongs to.
    parents: Vec<Option<DivisionId>>,
    /// By the first two characters of a name or bare form.
    by_head: HashMap<[char; 2], Vec<DivisionId>>,
}

impl Divisions {
    pub(super) fn parse(path: &str, text: &str, found: &mut Vec<Diagnostic>) -> Self {
        let mut divisions = Self::default();
        let mut by_code: HashMap<String, DivisionId> = HashMap::new();
        for row in table::rows(path, text, &["code", "name", "short"], found) {
            let rank = match row.cell(0).len() {
                2 => Rank::Province,
                4 => Rank::City,
                6 => Rank::County,
                9 => Rank::Town,
                _ => {
                    let message = format!("code `{}` must have 2, 4, 6 or 9 digits", row.cell(0));
                    found.push(Diagnostic::error("K403", format!("{path}:{}:1", row.line), message));
                    continue;
                }
            };
            let id = DivisionId(u32::try_from(divisions.all.len()).expect("fewer than 2^32 divisions"));
            let [code, name, short] = [0, 1, 2].map(|n| row.cell(n).to_owned());
            by_code.insert(code.clone(), id);
            let mut heads = vec![head(&name)];
            if !short.is_empty() && head(&short) != heads[0] {
                heads.push(head(&short));
            }
            for head in heads {
                divisions.by_head.entry(head).or_default().push(id);
            }
            divisions.all.push(Division { code, name, short, rank });
        }
        if !divisions.all.is_sorted_by(|a, b| a.code < b.code) {
            let hint = "sort the rows by code, each code once";
            found.push(Diagnostic::error("K403", path, "the codes are not in order").hint(hint));
        }
        let parent =
            |d: &Division| [6, 4, 2].into_iter().filter(|n| *n < d.code.len()).find_map(|n| by_code.get(&d.code[..n]));
        divisions.parents = divisions.all.iter().map(|d| parent(d).copied()).collect();
        divisions
    }

    /// The division `id`.
    pub fn get(&self, id: DivisionId) -> &Division {
        &self.all[id.0 as usize]
    }

    /// The division with this code.
    pub fn with_code(&self, code: &str) -> Option<&Division> {
        self.all.binary_search_by(|d| d.code.as_str().cmp(code)).ok().map(|at| &self.all[at])
    }

    /// All divisions with their ids, in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (DivisionId, &Division)> {
        (0..).map(DivisionId).zip(&self.all)
    }

    /// The divisions whose name or bare form begins with the first two characters of `words`.
    pub fn beginning_like<'a>(&'a self, words: &str) -> impl Iterator<Item = (DivisionId, &'a Division)> + use<'a> {
        self.by_head.get(&head(words)).into_iter().flatten().map(|id| (*id, self.get(*id)))
    }

    /// The division that `id` belongs to; `None` for a province.
    pub fn parent(&self, id: DivisionId) -> Option<DivisionId> {
        self.parents[id.0 as usize]
    }

    /// `id` itself or the division above it that has `rank`.
    pub fn at_rank(&self, id: DivisionId, rank: Rank) -> Option<DivisionId> {
        std::iter::successors(Some(id), |d| self.parent(*d)).find(|d| self.get(*d).rank == rank)
    }

    /// All divisions below `id`, at any depth.
    pub fn below(&self, id: DivisionId) -> impl Iterator<Item = (DivisionId, &Division)> {
        let code = &self.get(id).code;
        // The table is sorted by code, so what lies below stands in one run behind it.
        let from = id.0 as usize + 1;
        let run = self.all[from..].iter().take_while(move |d| d.code.starts_with(code.as_str()));
        (id.0 + 1..).map(DivisionId).zip(run)
    }
}

/// The first two characters, blanks where there are fewer.
fn head(words: &str) -> [char; 2] {
    let mut chars = words.chars();
    [chars.next().unwrap_or(' '), chars.next().unwrap_or(' ')]
}
