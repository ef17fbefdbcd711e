//! Names → keys: what two names of one thing have in common before any reason is asked for.

use foldhash::{HashMap, HashMapExt as _};

use super::summary::{Local, Summary};
use crate::knowledge::{DivisionId, Knowledge, Rank};
use crate::ontology::Class;

/// Where a name means one thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scope {
    /// Everywhere.
    World,
    /// In documents of this division.
    Place(String),
    /// In documents that do not tell where they were written: one thing for all of them.
    Unknown,
    /// In this document.
    Document(String),
}

/// What makes one thing of one name; empty parts are not stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Tag {
    /// A version of a document.
    pub version: String,
    /// The years of a plan.
    pub period: String,
    /// The number of a document or proposal, with the year of the latter.
    pub number: String,
    /// The document that a decision speaks of.
    pub document: String,
}

/// Names with one key are one thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    /// The highest class that is no mere group above that of the name.
    pub kind: u8,
    pub stem: String,
    pub scope: Scope,
    pub tag: Tag,
}

/// Reads names; compiled once for all documents.
pub(super) struct Keys<'a> {
    pub knowledge: &'a Knowledge,
    /// Names of the lists by kind and folded form, with their canonical form.
    known: HashMap<(u8, String), &'a str>,
    /// Kinds of organs with their full names.
    organs: HashMap<&'a str, &'a str>,
    everywhere: Vec<u8>,
    placed: Vec<u8>,
    firm: u8,
    bank: Option<Class>,
    policy: u8,
    body: u8,
    numbered: [u8; 2],
    divided: [u8; 2],
}

const NONE: u8 = u8::MAX;

impl<'a> Keys<'a> {
    pub fn new(knowledge: &'a Knowledge) -> Self {
        let kind = |name: &str| knowledge.schema.class(name).map_or(NONE, |c| kind(knowledge, c));
        let rules = &knowledge.identity;
        let mut known = HashMap::new();
        for entry in knowledge.names.iter().filter(|e| !e.weak) {
            for form in [&entry.surface, &entry.canonical] {
                known.insert((self::kind(knowledge, entry.class), fold(form)), entry.canonical.as_str());
            }
        }
        Self {
            known,
            organs: knowledge.organs.iter().map(|e| (e.surface.as_str(), e.canonical.as_str())).collect(),
            everywhere: rules.everywhere.iter().filter_map(|c| knowledge.schema.class(c)).map(class_index).collect(),
            placed: rules.placed.iter().map(|c| kind(c)).collect(),
            firm: kind("Enterprise"),
            bank: knowledge.schema.class("Bank"),
            policy: kind("PolicyDocument"),
            body: kind("GovernmentBody"),
            numbered: ["ReplyLetter", "Proposal"].map(kind),
            divided: ["Town", "County"].map(kind),
            knowledge,
        }
    }

    pub fn is_firm(&self, key: &Key) -> bool {
        key.kind == self.firm
    }

    pub fn is_policy(&self, key: &Key) -> bool {
        key.kind == self.policy
    }

    /// The canonical form of a name of the lists.
    pub fn known(&self, kind: u8, stem: &str) -> Option<&'a str> {
        self.known.get(&(kind, stem.to_owned())).copied()
    }

    /// The key of `name` of `class` in a document; `own` is the document's name when a decision speaks of it alone.
    pub fn of(&self, summary: &Summary, local: &Local, name: &str) -> Option<Key> {
        let class = self.knowledge.schema.class(&local.class)?;
        let kind = kind(self.knowledge, class);
        let rules = &self.knowledge.identity;
        let stem = fold(name);
        let here = self.scope(&summary.place);
        let mut tag = Tag::default();
        if kind == self.policy {
            return Some(self.title(kind, stem, here, summary, local));
        }
        if self.numbered.contains(&kind) {
            if let Some(number) = &local.number {
                tag.number.clone_from(number);
                let letter = rules.titles.number.is_match(number);
                // A letter is told apart by its number alone, a proposal by place and year too.
                let scope = if letter { Scope::World } else { here };
                if !letter {
                    tag.number = format!("{}/{}", digits(number), summary.year);
                }
                let stem = if letter { fold(number) } else { String::new() };
                return Some(Key { kind, stem, scope, tag });
            }
            return Some(Key { kind, stem, scope: here, tag });
        }
        if self.divided.contains(&kind) {
            let rank = if kind == self.divided[0] { Rank::Town } else { Rank::County };
            let scope = self.division(&summary.place, name, rank).map_or(here, Scope::Place);
            return Some(Key { kind, stem, scope, tag });
        }
        if kind == self.body {
            let stem = self.organ(stem);
            let own = self.leading(&stem, &summary.place).is_some() || rules.nationwide.is_match(&stem);
            let known = self.known(kind, &fold(name)).is_some();
            return Some(Key { kind, stem, scope: if own || known { Scope::World } else { here }, tag });
        }
        if Some(class) == self.bank {
            return Some(Key { kind, stem: self.bank_name(stem, &summary.place), scope: Scope::World, tag });
        }
        if self.everywhere.contains(&class_index(class)) {
            return Some(Key { kind, stem, scope: Scope::World, tag });
        }
        if let Some(canonical) = self.known(kind, &stem) {
            return Some(Key { kind, stem: fold(canonical), scope: Scope::World, tag });
        }
        if rules.nationwide.is_match(&stem) {
            return Some(Key { kind, stem, scope: Scope::World, tag });
        }
        if self.placed.contains(&kind) {
            let (stem, scope) = self.without_place(stem, summary);
            if let Some(scope) = scope {
                return Some(Key { kind, stem, scope, tag });
            }
            let least = rules.distinctive.get(local.class.as_str());
            let scope = if least.is_some_and(|n| stem.chars().count() >= *n) { Scope::World } else { here };
            return Some(Key { kind, stem, scope, tag });
        }
        let own = kind == self.firm && (self.legal(&stem).is_some() || self.leading(&stem, &summary.place).is_some());
        Some(Key { kind, stem, scope: if own { Scope::World } else { here }, tag })
    }

    /// A title without what is often left out of it.
    fn title(&self, kind: u8, mut stem: String, here: Scope, summary: &Summary, local: &Local) -> Key {
        let titles = &self.knowledge.identity.titles;
        let mut tag = Tag { number: local.number.clone().unwrap_or_default(), ..Tag::default() };
        if let Some(inner) = titles.printed.captures(&stem).map(|c| c["title"].to_owned()) {
            stem = inner;
        }
        loop {
            if let Some(c) = titles.draft.captures(&stem).or_else(|| titles.version.captures(&stem)) {
                tag.version = c[0].trim_matches(['（', '）', '(', ')']).to_owned();
                stem.truncate(stem.len() - c[0].len());
            } else if let Some(c) = titles.period.captures(&stem) {
                tag.period = c["period"].to_owned();
                stem.truncate(stem.len() - c[0].len());
            } else if let Some(m) = titles.trial.find(&stem) {
                stem.truncate(m.start());
            } else {
                break;
            }
        }
        if titles.bare.is_match(&stem) {
            return Key { kind, stem, scope: Scope::Document(summary.path.clone()), tag };
        }
        if let Some(short) = self.country_cut(&stem).filter(|s| titles.laws.is_match(s) || titles.laws.is_match(&stem))
        {
            return Key { kind, stem: short.to_owned(), scope: Scope::World, tag };
        }
        if titles.laws.is_match(&stem) {
            return Key { kind, stem, scope: Scope::World, tag };
        }
        if let Some(c) = titles.issuer.captures(&stem) {
            let scope = self.leading(&c["issuer"], &summary.place).map(|(id, _)| self.scope_of(id));
            let national = self.knowledge.identity.nationwide.is_match(&c["issuer"]);
            let scope = scope.unwrap_or(if national { Scope::World } else { here });
            let rest = c["rest"].to_owned();
            return Key { kind, stem: rest, scope, tag };
        }
        if self.knowledge.identity.nationwide.is_match(&stem) {
            return Key { kind, stem, scope: Scope::World, tag };
        }
        let (stem, scope) = self.without_place(stem, summary);
        Key { kind, stem, scope: scope.unwrap_or(here), tag }
    }

    fn country_cut<'s>(&self, stem: &'s str) -> Option<&'s str> {
        self.knowledge.identity.country.starting(stem).map(|c| &stem[c.len()..]).min_by_key(|s| s.len())
    }

    /// `stem` without the places in front of it, and the scope that the last of them gives; towns and counties stay.
    fn without_place(&self, stem: String, summary: &Summary) -> (String, Option<Scope>) {
        let mut at = 0;
        let mut scope = None;
        while let Some((id, n)) = self.leading(&stem[at..], &summary.place) {
            let rest = stem[at + n..].chars().count();
            let high = matches!(self.knowledge.divisions.get(id).rank, Rank::Province | Rank::City);
            scope = Some(self.scope_of(id));
            if !high || rest < self.knowledge.identity.least_rest {
                break;
            }
            at += n;
        }
        (stem[at..].to_owned(), scope)
    }

    /// The division at the head of `name`, by its full name or, down to cities, its bare one.
    pub fn leading(&self, name: &str, place: &str) -> Option<(DivisionId, usize)> {
        let hits = self.knowledge.divisions.beginning_like(name).filter_map(|(id, d)| {
            let high = matches!(d.rank, Rank::Province | Rank::City);
            let near = shared(&d.code, place);
            let full = (d.rank != Rank::Town || near >= 4) && name.starts_with(d.name.as_str());
            let bare = high && !d.short.is_empty() && name.starts_with(d.short.as_str());
            let n = if full {
                d.name.len()
            } else if bare {
                d.short.len()
            } else {
                return None;
            };
            (n < name.len()).then_some((n, near, std::cmp::Reverse(id)))
        });
        hits.max().map(|(n, _, id)| (id.0, n))
    }

    fn division(&self, place: &str, name: &str, rank: Rank) -> Option<String> {
        let all = self.knowledge.divisions.beginning_like(name);
        let fits = all.filter(|(_, d)| d.rank == rank && (d.name == name || d.short == name));
        let mut fits: Vec<(usize, &str)> = fits.map(|(_, d)| (shared(&d.code, place), d.code.as_str())).collect();
        fits.sort_by_key(|(near, code)| (std::cmp::Reverse(*near), *code));
        match fits.as_slice() {
            [(_, only)] => Some((*only).to_owned()),
            [(near, first), (next, _), ..] if near > next && *near >= 2 => Some((*first).to_owned()),
            _ => None,
        }
    }

    /// The code of a place that stands in the table, by class and name.
    pub fn code(&self, key: &Key, class: &str, name: &str) -> Option<String> {
        // Down to counties a code has six digits.
        let full = |code: String| format!("{code:0<6}");
        let code = match (&key.scope, class) {
            (Scope::Place(code), "Town" | "County") if code.len() >= 6 => Some(code.clone()),
            (_, "City") => self.division("", name, Rank::City),
            (_, "Province") => self.division("", name, Rank::Province),
            _ => None,
        };
        code.map(full)
    }

    /// The city that the division with `code` is or lies in, or else its province.
    fn scope(&self, code: &str) -> Scope {
        if code.len() < 2 || !code.is_ascii() {
            return Scope::Unknown;
        }
        Scope::Place(code[..code.len().min(4)].to_owned())
    }

    fn scope_of(&self, id: DivisionId) -> Scope {
        self.scope(&self.knowledge.divisions.get(id).code)
    }

    /// The name of the division of a scope.
    pub fn place_name(&self, code: &str) -> String {
        let divisions = &self.knowledge.divisions;
        let prefix = |n: usize| code.get(..n).unwrap_or(code);
        let found = divisions.with_code(code).or_else(|| divisions.with_code(prefix(2)));
        found.map_or_else(|| code.to_owned(), |d| d.name.clone())
    }

    /// The full form of the kind of organ at the end of a body's name.
    fn organ(&self, stem: String) -> String {
        let mut stem = stem;
        for (at, _) in stem.char_indices().skip(1) {
            if let Some(full) = self.organs.get(&stem[at..]) {
                stem = format!("{}{full}", &stem[..at]);
                break;
            }
        }
        let tails = &self.knowledge.identity.equal_tails;
        let hit = tails.iter().flat_map(|t| t.from.iter().map(move |f| (f, &t.to)));
        let hit = hit.filter(|(from, to)| stem.ends_with(from.as_str()) && !stem.ends_with(to.as_str()));
        if let Some((from, to)) = hit.max_by_key(|(from, _)| from.len()) {
            let head = &stem[..stem.len() - from.len()];
            if !head.is_empty() {
                stem = format!("{head}{to}");
            }
        }
        stem
    }

    /// A bank by its name in the lists, without country and legal form; a branch by its bank, its place and its kind.
    fn bank_name(&self, stem: String, place: &str) -> String {
        let rules = &self.knowledge.identity;
        let longest = stem.char_indices().map(|(i, c)| i + c.len_utf8());
        let head = longest.filter(|n| self.known(self.firm, &stem[..*n]).is_some()).max();
        let Some(n) = head else { return stem };
        let known = fold(self.known(self.firm, &stem[..n]).unwrap_or_default());
        let cut = self.country_cut(&known).filter(|c| self.known(self.firm, c).is_some());
        let bank = cut.map_or(known.clone(), str::to_owned);
        let mut rest = &stem[n..];
        if let Some(form) = rules.legal_forms.starting(rest).max_by_key(|f| f.len()) {
            rest = &rest[form.len()..];
        }
        if let Some((id, n)) = self.leading(rest, place) {
            let division = self.knowledge.divisions.get(id);
            let kind = &rest[n..];
            if rules.branches.has(kind) && !division.short.is_empty() {
                return format!("{bank}{}{kind}", division.short);
            }
        }
        format!("{bank}{rest}")
    }

    /// The legal form at the end of a firm's name, in bytes; a branch has none.
    pub fn legal(&self, stem: &str) -> Option<usize> {
        self.knowledge.identity.legal_forms.ending(stem).map(str::len).filter(|n| *n >= 9 && *n < stem.len()).max()
    }

    /// Whether `stem` is a branch of something.
    pub fn is_branch(&self, stem: &str) -> bool {
        self.knowledge.identity.branches.end(stem)
    }
}

/// The place of a class in the ontology.
pub(super) fn class_index(class: Class) -> u8 {
    u8::try_from(class.index()).unwrap_or(NONE)
}

/// The highest class above `class` that things are instances of.
pub(super) fn kind(knowledge: &Knowledge, class: Class) -> u8 {
    let schema = &knowledge.schema;
    let above = schema.class_names().filter_map(|n| schema.class(n));
    let above = above.filter(|c| !schema.is_abstract(*c) && schema.below(*c).contains(class));
    class_index(above.max_by_key(|c| schema.below(*c).iter().count()).unwrap_or(class))
}

/// A name without marks, blanks, width and case.
pub(super) fn fold(name: &str) -> String {
    let mark = |c: char| {
        c.is_whitespace()
            || matches!(c, '“' | '”' | '‘' | '’' | '《' | '》' | '〈' | '〉' | '"' | '·' | '•' | '「' | '」')
    };
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !mark(*c)) {
        match c {
            '(' => folded.push('（'),
            ')' => folded.push('）'),
            '\u{4e00}'..='\u{9fff}' => folded.push(c),
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// How many characters two codes have in common at their heads.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}
