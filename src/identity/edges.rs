//! Reasons for which two names may be one thing. Each is looked up by what a name could be short for; names are never
//! compared two by two.

use std::collections::{BTreeMap, BTreeSet};

use super::authority::Authority;
use super::key::{Key, Keys, Scope, fold};
use super::resolve::Atom;
use crate::knowledge::Knowledge;

/// A reason for which two atoms are one thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    /// One minus the confidence, in thousandths: the surest first.
    pub doubt: u32,
    pub a: usize,
    pub b: usize,
    pub rule: String,
}

/// At most so many tags of one title are compared with each other.
const TAGS: usize = 64;
/// At most so many things of one name are put beside each other for whoever reviews.
const NEIGHBOURS: usize = 16;

pub(super) struct Edges<'a> {
    knowledge: &'a Knowledge,
    keys: &'a Keys<'a>,
    atoms: &'a [Atom],
    /// Atoms by kind and stem.
    by_stem: BTreeMap<(u8, &'a str), Vec<usize>>,
    pub found: BTreeSet<Edge>,
    /// Pairs of which the first is a newer version of the second.
    pub revises: BTreeSet<(usize, usize)>,
}

impl<'a> Edges<'a> {
    pub fn of(keys: &'a Keys<'a>, atoms: &'a [Atom], authority: &Authority) -> Self {
        let mut by_stem: BTreeMap<(u8, &str), Vec<usize>> = BTreeMap::new();
        for (i, atom) in atoms.iter().enumerate() {
            by_stem.entry((atom.key.kind, &atom.key.stem)).or_default().push(i);
        }
        let knowledge = keys.knowledge;
        let mut edges = Self { knowledge, keys, atoms, by_stem, found: BTreeSet::new(), revises: BTreeSet::new() };
        edges.tags_and_scopes();
        edges.numbers();
        edges.forms();
        edges.firms();
        edges.authority(authority);
        edges.classes();
        edges
    }

    fn edge(&mut self, rule: &str, a: usize, b: usize) {
        if a != b {
            let confidence = self.knowledge.identity.named(rule).map_or(0.5, |r| r.confidence);
            let doubt = ((1.0 - confidence) * 1000.0).round() as u32;
            self.found.insert(Edge { doubt, a: a.min(b), b: a.max(b), rule: rule.to_owned() });
        }
    }

    /// Atoms of one stem: of one document apart, titles with and without tags, places with and without a scope.
    fn tags_and_scopes(&mut self) {
        let groups: Vec<Vec<usize>> = self
            .by_stem
            .iter()
            .filter(|((_, stem), g)| g.len() > 1 && !stem.is_empty())
            .map(|(_, g)| g.clone())
            .collect();
        for group in groups {
            let mut by_scope: BTreeMap<&Scope, Vec<usize>> = BTreeMap::new();
            for i in &group {
                by_scope.entry(&self.atoms[*i].key.scope).or_default().push(*i);
            }
            for same in by_scope.values().filter(|s| s.len() > 1) {
                self.tags(same);
            }
            // Each scope is represented by its first atom.
            let firsts: Vec<usize> = by_scope.values().map(|s| s[0]).collect();
            let placed: Vec<usize> = firsts.iter().copied().filter(|i| self.is_placed(*i)).collect();
            for i in firsts.iter().copied() {
                match &self.atoms[i].key.scope {
                    Scope::Unknown if placed.len() == 1 => self.edge("ID-name", i, placed[0]),
                    Scope::Unknown => self.several(i, &placed),
                    Scope::Place(code) if code.len() == 2 && !self.atoms[i].carries_place() => {
                        let inside = |j: &usize| matches!(&self.atoms[*j].key.scope, Scope::Place(c) if c.len() > 2 && c.starts_with(code));
                        let inside: Vec<usize> = placed.iter().copied().filter(inside).collect();
                        if let [only] = inside.as_slice() {
                            self.edge("ID-name", i, *only);
                        } else {
                            self.several(i, &inside);
                        }
                    }
                    _ => {}
                }
            }
            let open: Vec<usize> = placed.iter().copied().filter(|i| !self.atoms[*i].carries_place()).collect();
            for pair in open.windows(2).take(NEIGHBOURS) {
                self.edge("ID-elsewhere", pair[0], pair[1]);
            }
        }
    }

    fn is_placed(&self, i: usize) -> bool {
        matches!(&self.atoms[i].key.scope, Scope::Place(_))
    }

    fn several(&mut self, short: usize, longs: &[usize]) {
        for long in longs.iter().take(NEIGHBOURS) {
            self.edge("ID-several", short, *long);
        }
    }

    /// Atoms of one stem and scope: titles whose versions, years and numbers do not speak against each other.
    fn tags(&mut self, group: &[usize]) {
        if group.len() > TAGS {
            return;
        }
        let atoms = self.atoms;
        let (first, policy) = (&atoms[group[0]].key, self.keys.is_policy(&atoms[group[0]].key));
        let rule = if policy { "ID-title" } else { "ID-name" };
        let compatible = |a: &Key, b: &Key| {
            let fits = |x: &str, y: &str| x.is_empty() || y.is_empty() || x == y;
            a.tag.version == b.tag.version && fits(&a.tag.period, &b.tag.period) && fits(&a.tag.number, &b.tag.number)
        };
        for i in group {
            let others = group.iter().copied().filter(|j| j != i && compatible(&atoms[*i].key, &atoms[*j].key));
            let others: Vec<usize> = others.collect();
            let one = others.iter().all(|x| others.iter().all(|y| compatible(&atoms[*x].key, &atoms[*y].key)));
            if one {
                others.iter().for_each(|j| self.edge(rule, *i, *j));
            } else {
                self.several(*i, &others);
            }
        }
        if !policy || matches!(first.scope, Scope::Document(_)) {
            return;
        }
        let titles = &self.knowledge.identity.titles;
        let year = |k: &Key| {
            let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).take(4).collect() };
            let of_number =
                titles.number.captures(&k.tag.number).map(|c| (c["year"].to_owned(), c["count"].parse().unwrap_or(0)));
            let (number, count): (String, u32) = of_number.unwrap_or_default();
            let version = digits(&k.tag.version);
            (if version.is_empty() { number } else { version }, !k.tag.version.is_empty(), count)
        };
        let draft = |k: &Key| titles.draft.is_match(&format!("（{}）", k.tag.version));
        let mut versions: Vec<usize> = group.iter().copied().filter(|i| !draft(&atoms[*i].key)).collect();
        versions.sort_by_key(|i| (year(&atoms[*i].key), *i));
        for pair in versions.windows(2) {
            let (older, newer) = (&atoms[pair[0]].key, &atoms[pair[1]].key);
            let fits = |x: &str, y: &str| x.is_empty() || y.is_empty() || x == y;
            let differs = older.tag.version != newer.tag.version || !fits(&older.tag.number, &newer.tag.number);
            if differs && fits(&older.tag.period, &newer.tag.period) && year(older) < year(newer) {
                self.revises.insert((pair[1], pair[0]));
            }
        }
    }

    /// One number of an official document.
    fn numbers(&mut self) {
        let mut by_number: BTreeMap<(u8, &str, Option<&Scope>), Vec<usize>> = BTreeMap::new();
        for (i, atom) in self.atoms.iter().enumerate() {
            if !atom.key.tag.number.is_empty() {
                let letter = self.knowledge.identity.titles.number.is_match(&atom.key.tag.number);
                let scope = (!letter).then_some(&atom.key.scope);
                by_number.entry((atom.key.kind, &atom.key.tag.number, scope)).or_default().push(i);
            }
        }
        let groups: Vec<Vec<usize>> = by_number.into_values().filter(|g| g.len() > 1).collect();
        for group in groups {
            group.windows(2).for_each(|pair| self.edge("ID-number", pair[0], pair[1]));
        }
    }

    /// Forms that a document gives to a thing and other documents use for its name.
    fn forms(&mut self) {
        let mut by_form: BTreeMap<(usize, &str), BTreeSet<usize>> = BTreeMap::new();
        let atoms = self.atoms;
        for (long, atom) in atoms.iter().enumerate() {
            for (form, place, defined) in &atom.forms {
                if self.knowledge.identity.common_short.is_match(form) || form.chars().count() < 2 {
                    continue;
                }
                let Some(shorts) = self.by_stem.get(&(atom.key.kind, form.as_str())) else { continue };
                for short in shorts.iter().copied().filter(|s| *s != long) {
                    let here = match &atoms[short].key.scope {
                        Scope::Place(code) => code == place,
                        Scope::World => true,
                        _ => false,
                    };
                    let rule = if *defined { "ID-defined" } else { "ID-alias" };
                    let agrees = !self.keys.is_policy(&atom.key)
                        && self.keys.is_branch(form) == self.keys.is_branch(&atom.key.stem);
                    if here && agrees && (*defined || form.chars().count() >= 3) {
                        by_form.entry((short, rule)).or_default().insert(long);
                    }
                }
            }
        }
        for ((short, rule), longs) in by_form {
            self.one_of(rule, short, &longs);
        }
    }

    /// `short` is one of `longs`, if these are forms of one another.
    fn one_of(&mut self, rule: &str, short: usize, longs: &BTreeSet<usize>) {
        let stems: BTreeMap<usize, Vec<String>> = longs
            .iter()
            .take(NEIGHBOURS)
            .map(|l| (*l, self.ladder(*l).into_iter().map(|(f, _)| f).collect()))
            .collect();
        let is_form = |a: &usize| {
            let stem = &self.atoms[*a].key.stem;
            stems.iter().any(|(b, forms)| b != a && forms.contains(stem))
        };
        let highest: Vec<usize> = stems.keys().copied().filter(|a| !is_form(a)).collect();
        if highest.len() == 1 && longs.len() <= NEIGHBOURS {
            longs.iter().for_each(|long| self.edge(rule, short, *long));
        } else {
            let longs: Vec<usize> = longs.iter().copied().collect();
            self.several(short, &longs);
        }
    }

    /// The shorter forms of a firm's name with the rule that makes them.
    fn ladder(&self, atom: usize) -> Vec<(String, &'static str)> {
        let (rules, key) = (&self.knowledge.identity, &self.atoms[atom].key);
        let mut forms = Vec::new();
        if !self.keys.is_firm(key) || self.keys.is_branch(&key.stem) {
            return forms;
        }
        let stem = key.stem.as_str();
        let place = self.keys.leading(stem, "").map(|(_, n)| n);
        let mut body = stem;
        if let Some(n) = self.keys.legal(stem) {
            body = &stem[..stem.len() - n];
            // A group keeps the word that says so in one of its forms.
            let form = &stem[stem.len() - n..];
            for group in rules.legal_forms.starting(form.trim_start_matches('（')).filter(|g| g.len() == 6) {
                forms.push((format!("{body}{group}"), "ID-legal"));
            }
            if body.contains('（') {
                return forms;
            }
            forms.push((body.to_owned(), "ID-legal"));
        }
        match place.filter(|n| body.len() >= n + 6) {
            Some(n) => {
                let rest = &body[n..];
                forms.push((rest.to_owned(), "ID-legal"));
                for (brand, _) in self.without_trades(rest) {
                    forms.push((brand, "ID-subsidiary"));
                }
            }
            None => forms.extend(self.without_trades(body).into_iter().map(|(brand, _)| (brand, "ID-brand"))),
        }
        forms
    }

    /// `name` without one and more nouns for what a firm does.
    fn without_trades(&self, name: &str) -> Vec<(String, usize)> {
        let tails = [&self.knowledge.name_rules.firm_tails, &self.knowledge.identity.trades];
        let mut found = Vec::new();
        let mut rest = vec![name.to_owned()];
        while let Some(name) = rest.pop() {
            for tail in tails.iter().flat_map(|t| t.ending(&name)) {
                let brand = name[..name.len() - tail.len()].to_owned();
                if brand.chars().count() >= 2 && found.len() < 12 && !found.iter().any(|(b, _)| *b == brand) {
                    found.push((brand.clone(), tail.len()));
                    rest.push(brand);
                }
            }
        }
        found
    }

    /// Short forms of firms.
    fn firms(&mut self) {
        // By atom and rule the longer names, and whether they are found by what the atom is called itself, not by its
        // canonical name in the lists.
        let mut candidates: BTreeMap<usize, BTreeMap<(&'static str, bool), BTreeSet<usize>>> = BTreeMap::new();
        for long in 0..self.atoms.len() {
            let key = &self.atoms[long].key;
            for (form, rule) in self.ladder(long) {
                let canonical = self.keys.known(key.kind, &form).map_or_else(|| form.clone(), fold);
                let Some(shorts) = self.by_stem.get(&(key.kind, canonical.as_str())) else { continue };
                for short in shorts.iter().copied() {
                    if short != long && self.near(short, long, &form, rule) {
                        let exact = self.atoms[short].is_called(&form);
                        candidates.entry(short).or_default().entry((rule, exact)).or_default().insert(long);
                    }
                }
            }
        }
        for (short, by_rule) in candidates {
            // What the name is short for by a surer rule leaves nothing to the others.
            let order = [("ID-legal", true), ("ID-legal", false), ("ID-brand", true), ("ID-brand", false)];
            if let Some((rule, longs)) = order.iter().find_map(|r| Some((r.0, by_rule.get(r)?))) {
                self.one_of(rule, short, longs);
            }
            let others = [true, false].into_iter().filter_map(|exact| by_rule.get(&("ID-subsidiary", exact)));
            for long in others.flatten().take(NEIGHBOURS) {
                self.edge("ID-subsidiary", short, *long);
            }
        }
    }

    /// Whether `short` in its documents can be short for `long`.
    fn near(&self, short: usize, long: usize, form: &str, rule: &str) -> bool {
        let (s, l) = (&self.atoms[short], &self.atoms[long]);
        let listed = |a: &Atom| self.keys.known(a.key.kind, &a.key.stem);
        // Two names of the lists with two canonical forms are two firms.
        if rule != "ID-legal" && listed(s).zip(listed(l)).is_some_and(|(a, b)| a != b) {
            return false;
        }
        let place = self.keys.leading(&l.key.stem, "").map(|(id, _)| self.knowledge.divisions.get(id).code.as_str());
        let whole = form.len() >= place.map_or(0, str::len) && l.key.stem.starts_with(form);
        match (&s.key.scope, place) {
            // The place is still in front of it.
            (_, Some(_)) if whole => true,
            (Scope::Place(here), Some(place)) => {
                let city = &place[..place.len().min(4)];
                here.starts_with(city) || city.starts_with(here.as_str())
            }
            (Scope::World, Some(_)) => rule == "ID-subsidiary" || l.places.iter().any(|p| s.places.contains(p)),
            (Scope::Place(here), None) => {
                l.places.contains(here) || (rule == "ID-legal" && form.chars().count() >= 4) || listed(s).is_some()
            }
            (Scope::World, None) => rule == "ID-legal" || self.is_neutral(&l.key.stem, form),
            _ => false,
        }
    }

    /// Whether a legal person's name says nothing of its trade behind `brand`: of a brand that is known everywhere, other firms
    /// have names with a trade.
    fn is_neutral(&self, long: &str, brand: &str) -> bool {
        let Some(legal) = self.keys.legal(long) else { return false };
        let between = long[..long.len() - legal].strip_prefix(brand);
        // A brand that goes with its trade is no other firm's.
        let whole =
            [&self.knowledge.name_rules.firm_tails, &self.knowledge.identity.trades].iter().any(|t| t.end(brand));
        whole && between.is_some()
            || between.is_some_and(|words| words.is_empty() || self.knowledge.identity.neutral_trades.has(words))
    }

    /// Names that a list has for one thing.
    fn authority(&mut self, authority: &Authority) {
        for entry in &authority.0 {
            let class = self.knowledge.schema.class(&entry.class);
            let kind = class.map(|c| super::key::kind(self.knowledge, c));
            let mut named = BTreeSet::new();
            for name in &entry.names {
                let stem = fold(name);
                for kind in kind.map_or(0..=u8::MAX, |k| k..=k) {
                    named.extend(self.by_stem.get(&(kind, stem.as_str())).into_iter().flatten().copied());
                }
            }
            let named: Vec<usize> = named.into_iter().collect();
            for pair in named.windows(2) {
                if self.atoms[pair[0]].key.kind == self.atoms[pair[1]].key.kind {
                    self.edge("ID-authority", pair[0], pair[1]);
                }
            }
        }
    }

    /// One name under two classes.
    fn classes(&mut self) {
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, atom) in self.atoms.iter().enumerate().filter(|(_, a)| !a.key.stem.is_empty()) {
            by_name.entry(&atom.key.stem).or_default().push(i);
        }
        let groups: Vec<Vec<usize>> = by_name.into_values().filter(|g| g.len() > 1).collect();
        for group in groups {
            for pair in group.windows(2).take(NEIGHBOURS) {
                if self.atoms[pair[0]].key.kind != self.atoms[pair[1]].key.kind {
                    self.edge("ID-class", pair[0], pair[1]);
                }
            }
        }
    }
}
