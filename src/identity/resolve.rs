//! From what each document says to one node for each thing.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt as _};
use indexmap::IndexMap;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::authority::{Authority, Entry};
use super::decisions::{Decisions, Verdict};
use super::edges::{Edge, Edges};
use super::key::{Key, Keys, Scope, Tag, fold};
use super::summary::{At, Local, Summary};
use crate::diag::Diagnostic;
use crate::entity::{Named, entity_iri};
use crate::knowledge::{Knowledge, Rank};

/// A sentence of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The document's name in the graph.
    pub path: String,
    /// Where in it; `None` when it only refers to the thing.
    pub at: Option<At>,
}

/// An identifier that a thing has elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identifier {
    /// The code of an administrative division.
    Division(String),
    /// An identifier of a list.
    Listed(String),
    /// An IRI of a list.
    Match(String),
}

/// One thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its IRI, class and name, as the graph has them.
    pub named: Named,
    /// The names by which decisions speak of its parts.
    pub parts: Vec<String>,
    /// What it is called elsewhere.
    pub identifiers: BTreeSet<Identifier>,
}

/// Two names that were joined, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merge {
    /// Place of the node in [`Identity::nodes`].
    pub node: usize,
    /// One name, as decisions speak of it.
    pub left: String,
    /// The other name.
    pub right: String,
    /// The rule.
    pub rule: String,
    /// How sure it is, in thousandths.
    pub score: u32,
    /// Where either name stands.
    pub evidence: [Evidence; 2],
}

/// What a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The more, the sooner: how much changes, and how uncertain it is.
    pub value: u32,
    /// Whether the two are one thing now.
    pub joined: bool,
    /// One name, as decisions speak of it.
    pub left: String,
    /// The other name.
    pub right: String,
    /// The rule that speaks for their being one.
    pub rule: String,
    /// How sure it is, in thousandths.
    pub score: u32,
    /// What kept them apart; empty when only the rule is not sure.
    pub guard: &'static str,
    /// Where either name stands.
    pub evidence: [Evidence; 2],
    /// Places of the nodes in [`Identity::nodes`].
    pub nodes: [usize; 2],
}

/// What is one thing, and why.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The things.
    pub nodes: Vec<Node>,
    /// For each summary (as given) and each of its entities the place of its thing in `nodes`.
    pub of: Vec<Vec<usize>>,
    /// Merges, in order.
    pub merges: Vec<Merge>,
    /// What should be looked at, the most valuable first.
    pub doubts: Vec<Doubt>,
    /// Pairs of nodes of which the first is a newer version of the second.
    pub revises: BTreeSet<(usize, usize)>,
    /// Decisions that match nothing any more, or cannot be followed.
    pub diagnostics: Vec<Diagnostic>,
}

impl Identity {
    /// What the entities of the `n`-th document are called, in their order.
    pub fn names(&self, n: usize) -> Vec<&Named> {
        self.of[n].iter().map(|node| &self.nodes[*node].named).collect()
    }
}

/// Names with one key.
#[derive(Debug)]
pub(super) struct Atom {
    pub key: Key,
    /// By name and class the first sentence.
    names: BTreeMap<(String, String), Evidence>,
    /// Places of the documents.
    pub places: BTreeSet<String>,
    /// Other forms: the words, the place, and whether the text defines them.
    pub forms: BTreeSet<(String, String, bool)>,
    /// In-document merges: form, rule, where the form stands, where the name stands.
    joined: BTreeMap<(String, String), [Evidence; 2]>,
    documents: usize,
    second: Option<Evidence>,
    mentions: u32,
}

/// Makes one node of what is one thing.
pub fn resolve(knowledge: &Knowledge, summaries: &[Summary], decisions: &Decisions, authority: &Authority) -> Identity {
    let keys = Keys::new(knowledge);
    let mut resolver = Resolver { knowledge, keys: &keys, identity: Identity::default(), decided: BTreeSet::new() };
    let classes = decisions.last().filter(|d| d.verdict == Verdict::Class).collect::<Vec<_>>();
    let own: BTreeSet<(&str, &str)> =
        decisions.last().flat_map(|d| [&d.left, &d.right]).filter_map(|name| name.rsplit_once('@')).collect();
    let mut order: Vec<usize> = (0..summaries.len()).collect();
    order.sort_by(|a, b| (&summaries[*a].path, *a).cmp(&(&summaries[*b].path, *b)));
    let mut members: IndexMap<Key, Vec<Member>, RandomState> = IndexMap::default();
    // By what is told, the place of the key.
    let mut alike: HashMap<(usize, u128), usize> = HashMap::new();
    let told =
        summaries.par_iter().map(|summary| summary.locals.iter().map(|local| told(local, &summary.year)).collect());
    let told: Vec<Vec<u128>> = told.collect();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut reclassed: BTreeMap<(usize, usize), Local> = BTreeMap::new();
    let mut used: BTreeSet<usize> = BTreeSet::new();
    let decides = !classes.is_empty() || !own.is_empty();
    for s in order.iter().copied() {
        let next = places.len();
        let place = *places.entry(&summaries[s].place).or_insert(next);
        for (l, local) in summaries[s].locals.iter().enumerate() {
            let same = (place, told[s][l]);
            if !decides && let Some(key) = alike.get(&same) {
                members[*key].push(Member { summary: s, local: l, again: true });
                continue;
            }
            let reference = format!("{}/{}", local.class, local.name);
            let mut local = local.clone();
            for decision in &classes {
                if decision.left == reference || decision.left == local.name {
                    used.insert(decision.line);
                    if knowledge.schema.class(&decision.right).is_some_and(|c| !knowledge.schema.is_abstract(c)) {
                        local.class.clone_from(&decision.right);
                        reclassed.insert((s, l), local.clone());
                    }
                }
            }
            let Some(mut key) = keys.of(&summaries[s], &local, &local.name) else { continue };
            if key.stem.is_empty() && key.tag == Tag::default() {
                key.stem.clone_from(&local.name);
            }
            let path = summaries[s].path.as_str();
            if !own.is_empty()
                && (own.contains(&(reference.as_str(), path)) || own.contains(&(local.name.as_str(), path)))
            {
                path.clone_into(&mut key.tag.document);
            }
            let own = matches!(key.scope, Scope::Document(_));
            let all = members.entry(key);
            if !own {
                alike.insert(same, all.index());
            }
            all.or_default().push(Member { summary: s, local: l, again: false });
        }
    }
    drop((alike, told));
    members.sort_unstable_keys();
    const NOWHERE: u32 = u32::MAX;
    let mut atoms = Vec::with_capacity(members.len());
    let mut atom_of: Vec<Vec<u32>> = summaries.iter().map(|summary| vec![NOWHERE; summary.locals.len()]).collect();
    for (key, members) in members {
        let mut atom = Atom::new(key);
        for Member { summary: s, local: l, again } in members {
            atom_of[s][l] = atoms.len() as u32;
            let local = reclassed.get(&(s, l)).unwrap_or(&summaries[s].locals[l]);
            atom.count(&summaries[s], local);
            if !again {
                atom.learn(&summaries[s], local, &keys);
            }
        }
        atoms.push(atom);
    }
    let refs: Vec<String> = atoms.iter().map(|a| resolver.reference(a)).collect();
    for decision in &classes {
        if !used.contains(&decision.line) {
            resolver.unused(decision.line, &decision.left);
        } else if knowledge.schema.class(&decision.right).is_none_or(|c| knowledge.schema.is_abstract(c)) {
            let message = format!("line {}: `{}` is no class of things", decision.line, decision.right);
            resolver.identity.diagnostics.push(Diagnostic::warning("I502", "decisions", message));
        }
    }
    let edges = Edges::of(&keys, &atoms, authority);
    let (mut clusters, blocked) = resolver.unite(&atoms, &refs, &edges, decisions);
    resolver.finish(&atoms, &refs, &edges, &mut clusters, blocked, decisions, authority);
    let mut identity = resolver.identity;
    let roots: Vec<usize> = (0..atoms.len()).map(|a| clusters.node_of(a)).collect();
    identity.of = atom_of
        .into_iter()
        .map(|atoms| atoms.into_iter().filter(|a| *a != NOWHERE).map(|a| roots[a as usize]).collect())
        .collect();
    identity
}

/// An entity of a document, as a member of an atom.
struct Member {
    summary: usize,
    local: usize,
    /// Whether an earlier member is told of in the same words: then nothing new comes of this one.
    again: bool,
}

/// What the key of an entity and its forms depend on, besides the place of its document: SHA-256 of that, cut. Most entities
/// of an archive are told of in the same words in many documents, and are looked at once. The year matters for numbers.
fn told(local: &Local, year: &str) -> u128 {
    let mut hash = Sha256::new();
    let mut put = |part: &str| {
        hash.update((part.len() as u32).to_le_bytes());
        hash.update(part);
    };
    put(&local.class);
    put(&local.name);
    let [number, year] = local.number.as_deref().map_or(["", ""], |number| [number, year]);
    put(number);
    put(year);
    for form in &local.forms {
        put(&form.words);
        put(&form.rule);
    }
    let bytes = hash.finalize();
    u128::from_le_bytes(bytes[..16].try_into().expect("it is longer"))
}

impl Atom {
    fn new(key: Key) -> Self {
        Self {
            key,
            names: BTreeMap::new(),
            places: BTreeSet::new(),
            forms: BTreeSet::new(),
            joined: BTreeMap::new(),
            documents: 0,
            second: None,
            mentions: 0,
        }
    }

    /// One more document tells of it.
    fn count(&mut self, summary: &Summary, local: &Local) {
        self.documents += 1;
        if self.documents == 2 {
            self.second = Some(Evidence { path: summary.path.clone(), at: local.passage });
        }
        self.mentions = self.mentions.saturating_add(local.mentions.max(1));
    }

    /// Takes in how a document tells of it.
    fn learn(&mut self, summary: &Summary, local: &Local, keys: &Keys<'_>) {
        let evidence = Evidence { path: summary.path.clone(), at: local.passage };
        let place = summary.place.get(..summary.place.len().min(4)).unwrap_or_default().to_owned();
        self.names.entry((local.name.clone(), local.class.clone())).or_insert_with(|| evidence.clone());
        for form in &local.forms {
            let stem = keys.of(summary, &Local { number: None, ..local.clone() }, &form.words).map(|k| k.stem);
            let defined = form.rule == "ENT-defined";
            if let Some(stem) = stem.filter(|s| *s != self.key.stem) {
                self.forms.insert((stem, place.clone(), defined));
            }
            if !form.rule.is_empty() {
                let there = Evidence { path: summary.path.clone(), at: form.passage.or(local.passage) };
                self.joined.entry((form.words.clone(), form.rule.clone())).or_insert([there, evidence.clone()]);
            }
        }
        if !place.is_empty() {
            self.places.insert(place);
        }
    }

    /// Whether its names say themselves of which place it is.
    pub fn carries_place(&self) -> bool {
        self.names.keys().all(|(name, _)| fold(name) != self.key.stem)
    }

    /// Whether `form` is one of its names.
    pub fn is_called(&self, form: &str) -> bool {
        self.names.keys().any(|(name, _)| fold(name) == form)
    }

    fn first(&self) -> Evidence {
        let first = self.names.values();
        first
            .min_by_key(|e| (e.at.is_none(), (*e).clone()))
            .cloned()
            .unwrap_or(Evidence { path: String::new(), at: None })
    }
}

/// Atoms by the names with which decisions speak of them.
struct Spoken<'a> {
    atoms: &'a [Atom],
    by_reference: BTreeMap<&'a str, Vec<usize>>,
    by_name: BTreeMap<&'a str, BTreeSet<usize>>,
}

impl<'a> Spoken<'a> {
    fn new(atoms: &'a [Atom], refs: &'a [String]) -> Self {
        let mut spoken = Self { atoms, by_reference: BTreeMap::new(), by_name: BTreeMap::new() };
        for (i, (atom, reference)) in atoms.iter().zip(refs).enumerate() {
            spoken.by_reference.entry(reference).or_default().push(i);
            for (name, _) in atom.names.keys() {
                spoken.by_name.entry(name).or_default().insert(i);
            }
        }
        spoken
    }

    /// The atoms that `name` speaks of.
    fn of(&self, name: &str) -> Vec<usize> {
        let (bare, document) = name.rsplit_once('@').map_or((name, None), |(n, d)| (n, Some(d)));
        let there = |i: &usize| document.is_none_or(|d| self.atoms[*i].key.tag.document == d);
        let exact = self.by_reference.get(bare).into_iter().flatten().copied().filter(there);
        let exact: Vec<usize> = exact.collect();
        if !exact.is_empty() {
            return exact;
        }
        let called =
            |name: &str| self.by_name.get(name).into_iter().flatten().copied().filter(there).collect::<Vec<_>>();
        let found = called(bare);
        match bare.split_once('/') {
            Some((class, words)) if found.is_empty() => {
                let is = |i: &usize| self.atoms[*i].names.keys().any(|(n, c)| n == words && c == class);
                called(words).into_iter().filter(is).collect()
            }
            _ => found,
        }
    }
}

/// Atoms in sets, with what guards need of each set.
struct Clusters {
    parent: Vec<usize>,
    members: Vec<Vec<usize>>,
    names: Vec<BTreeSet<String>>,
    legal: Vec<BTreeSet<String>>,
    numbers: Vec<BTreeSet<String>>,
    node: Vec<usize>,
}

impl Clusters {
    fn find(&mut self, mut a: usize) -> usize {
        while self.parent[a] != a {
            self.parent[a] = self.parent[self.parent[a]];
            a = self.parent[a];
        }
        a
    }

    /// The node of the set that `a` is in.
    fn node_of(&mut self, a: usize) -> usize {
        let root = self.find(a);
        self.node[root]
    }

    fn join(&mut self, a: usize, b: usize) {
        let (into, from) = if self.members[a].len() >= self.members[b].len() { (a, b) } else { (b, a) };
        self.parent[from] = into;
        let members = std::mem::take(&mut self.members[from]);
        self.members[into].extend(members);
        for sets in [&mut self.names, &mut self.legal, &mut self.numbers] {
            let set = std::mem::take(&mut sets[from]);
            sets[into].extend(set);
        }
    }
}

type Blocked = Vec<(Edge, &'static str)>;

/// What kept two names apart.
const TOO_MANY: &str = "too many names";
const LEGAL: &str = "two legal names";
const NUMBERS: &str = "two numbers";
const DECIDED: &str = "decided";
const DISJOINT: &str = "disjoint classes";

struct Resolver<'a> {
    knowledge: &'a Knowledge,
    keys: &'a Keys<'a>,
    identity: Identity,
    /// Pairs on which a person decided.
    decided: BTreeSet<(usize, usize)>,
}

impl Resolver<'_> {
    fn unused(&mut self, line: usize, name: &str) {
        let message = format!("line {line}: `{name}` matches nothing that is read now");
        let hint =
            "correct the name, or take the line out; `wenmai identity show NAME` gives names as decisions use them";
        self.identity.diagnostics.push(Diagnostic::warning("I501", "decisions", message).hint(hint));
    }

    /// The best name of an atom with its class.
    fn best<'n>(&self, names: impl Iterator<Item = &'n (String, String)>) -> (String, String) {
        let printed = &self.knowledge.identity.titles.printed;
        let key = |name: &(String, String)| {
            (printed.is_match(&fold(&name.0)), std::cmp::Reverse(fold(&name.0).chars().count()), name.clone())
        };
        names.min_by_key(|n| key(n)).cloned().unwrap_or_default()
    }

    /// How decisions speak of an atom, and what its IRI is made of: `CLASS/NAME` or `CLASS/NAME（WHERE）`.
    fn reference(&self, atom: &Atom) -> String {
        let (name, class) = self.best(atom.names.keys());
        let class = self.narrowest(atom.names.keys().map(|(_, c)| c.as_str())).unwrap_or(class);
        let mut within = Vec::new();
        match &atom.key.scope {
            Scope::Place(code) if code.len() > 4 => {
                let rank = if code.len() == 6 { Rank::County } else { Rank::Town };
                let twins =
                    self.knowledge.divisions.beginning_like(&name).filter(|(_, d)| d.name == name && d.rank == rank);
                if twins.count() > 1 {
                    within.push(self.keys.place_name(&code[..4]));
                }
            }
            Scope::Place(code) if fold(&name) == atom.key.stem || !atom.key.tag.number.is_empty() => {
                within.push(self.keys.place_name(code));
            }
            Scope::Document(path) => within.push(path.clone()),
            _ => {}
        }
        if !atom.key.tag.number.is_empty() {
            within.push(atom.key.tag.number.replace('/', "-"));
        }
        if !atom.key.tag.document.is_empty() {
            within.push(atom.key.tag.document.clone());
        }
        if within.is_empty() {
            format!("{class}/{name}")
        } else {
            format!("{class}/{name}（{}）", within.join("，"))
        }
    }

    fn narrowest<'n>(&self, classes: impl Iterator<Item = &'n str>) -> Option<String> {
        let schema = &self.knowledge.schema;
        let size = |c: &&str| schema.class(c).map_or(usize::MAX, |class| schema.below(class).iter().count());
        classes.min_by_key(|c| (size(c), *c)).map(str::to_owned)
    }

    /// Joins atoms by decisions and then by reasons, the surest first.
    fn unite(
        &mut self,
        atoms: &[Atom],
        refs: &[String],
        edges: &Edges<'_>,
        decisions: &Decisions,
    ) -> (Clusters, Blocked) {
        let of = |i: usize| {
            let legal =
                self.keys.is_firm(&atoms[i].key) && self.keys.legal(&atoms[i].key.stem).is_some_and(|n| n >= 12);
            if legal { BTreeSet::from([atoms[i].key.stem.clone()]) } else { BTreeSet::new() }
        };
        let number = |a: &Atom| Some(a.key.tag.number.clone()).filter(|n| !n.is_empty()).into_iter().collect();
        let mut clusters = Clusters {
            parent: (0..atoms.len()).collect(),
            members: (0..atoms.len()).map(|i| vec![i]).collect(),
            names: atoms.iter().map(|a| a.names.keys().map(|(n, _)| n.clone()).collect()).collect(),
            legal: (0..atoms.len()).map(of).collect(),
            numbers: atoms.iter().map(number).collect(),
            node: vec![0; atoms.len()],
        };
        let spoken = Spoken::new(atoms, refs);
        let mut foes: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let mut friends = BTreeSet::new();
        for decision in decisions.last().filter(|d| matches!(d.verdict, Verdict::Same | Verdict::Different)) {
            let [left, right] = [&decision.left, &decision.right].map(|n| spoken.of(n));
            let missing =
                [(&left, &decision.left), (&right, &decision.right)].into_iter().find(|(found, _)| found.len() != 1);
            if let Some((found, name)) = missing {
                if found.is_empty() {
                    self.unused(decision.line, name);
                } else {
                    let all: Vec<&str> = found.iter().take(5).map(|i| refs[*i].as_str()).collect();
                    let message =
                        format!("line {}: `{name}` is said of several things: {}", decision.line, all.join(", "));
                    self.identity.diagnostics.push(Diagnostic::warning("I503", "decisions", message));
                }
                continue;
            }
            let (a, b) = (left[0], right[0]);
            self.decided.insert((a.min(b), a.max(b)));
            if decision.verdict == Verdict::Different {
                if a == b {
                    let message = format!(
                        "line {}: both names are one name; say which documents are meant: `NAME@DOCUMENT`",
                        decision.line
                    );
                    self.identity.diagnostics.push(Diagnostic::warning("I504", "decisions", message));
                }
                foes.entry(a).or_default().insert(b);
                foes.entry(b).or_default().insert(a);
            } else {
                friends.insert((a, b, decision.line));
            }
        }
        let mut blocked = Vec::new();
        for (a, b, line) in friends {
            if self.disjoint(&atoms[a], &atoms[b]) {
                let message = format!(
                    "line {line}: `{}` and `{}` are of disjoint classes; decide the class of one",
                    refs[a], refs[b]
                );
                self.identity.diagnostics.push(Diagnostic::warning("I505", "decisions", message));
                continue;
            }
            let (x, y) = (clusters.find(a), clusters.find(b));
            if x != y {
                clusters.join(x, y);
            }
            self.identity.merges.push(merge("ID-decision", 1000, [a, b], atoms, refs));
        }
        let joins_from = (self.knowledge.identity.joins_from * 1000.0).round() as u32;
        for edge in &edges.found {
            let score = 1000 - edge.doubt;
            let asks = self.knowledge.identity.named(&edge.rule).is_none_or(|r| r.only_asks);
            let (a, b) = (clusters.find(edge.a), clusters.find(edge.b));
            if a == b {
                continue;
            }
            if asks || score < joins_from {
                blocked.push((edge.clone(), ""));
                continue;
            }
            let sure = edge.rule == "ID-authority";
            let apart = |x: &BTreeSet<String>, y: &BTreeSet<String>| x.iter().any(|x| y.iter().any(|y| x != y));
            let at_war = |clusters: &mut Clusters| {
                let (few, many) = if clusters.members[a].len() < clusters.members[b].len() { (a, b) } else { (b, a) };
                let all: Vec<usize> =
                    clusters.members[few].iter().filter_map(|m| foes.get(m)).flatten().copied().collect();
                all.into_iter().any(|foe| clusters.find(foe) == many)
            };
            let guard = if at_war(&mut clusters) {
                DECIDED
            } else if self.disjoint(&atoms[edge.a], &atoms[edge.b]) {
                DISJOINT
            } else if !sure && apart(&clusters.legal[a], &clusters.legal[b]) {
                LEGAL
            } else if apart(&clusters.numbers[a], &clusters.numbers[b]) {
                NUMBERS
            } else if clusters.names[a].union(&clusters.names[b]).count() > self.knowledge.identity.most_names {
                TOO_MANY
            } else {
                ""
            };
            if guard.is_empty() {
                clusters.join(a, b);
                self.identity.merges.push(merge(&edge.rule, score, [edge.a, edge.b], atoms, refs));
            } else {
                blocked.push((edge.clone(), guard));
            }
        }
        (clusters, blocked)
    }

    fn disjoint(&self, a: &Atom, b: &Atom) -> bool {
        let schema = &self.knowledge.schema;
        let classes = |atom: &Atom| atom.names.keys().filter_map(|(_, c)| schema.class(c)).collect::<BTreeSet<_>>();
        let (a, b) = (classes(a), classes(b));
        a.iter().any(|a| b.iter().any(|b| schema.are_disjoint(*a, *b)))
    }

    /// Makes the nodes, and says of all merges and doubts which they are about.
    #[expect(clippy::too_many_arguments, reason = "the parts of one state, used once")]
    fn finish(
        &mut self,
        atoms: &[Atom],
        refs: &[String],
        edges: &Edges<'_>,
        clusters: &mut Clusters,
        blocked: Blocked,
        decisions: &Decisions,
        authority: &Authority,
    ) {
        let mut called: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in &authority.0 {
            entry.names.iter().for_each(|n| called.entry(fold(n)).or_default().push(entry));
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for a in 0..atoms.len() {
            if clusters.find(a) != a {
                continue;
            }
            let mut members = clusters.members[a].clone();
            members.sort_unstable();
            clusters.node[a] = self.identity.nodes.len();
            let node = self.node(&members, atoms, refs, &called, &mut taken);
            self.identity.nodes.push(node);
        }
        let spoken = Spoken::new(atoms, refs);
        for decision in decisions.last().filter(|d| d.verdict == Verdict::Name) {
            match spoken.of(&decision.left).as_slice() {
                [] => self.unused(decision.line, &decision.left),
                found => {
                    for atom in found {
                        let node = clusters.node_of(*atom);
                        self.identity.nodes[node].named.name = decision.right.as_str().into();
                    }
                }
            }
        }
        let place: BTreeMap<&str, usize> = refs.iter().enumerate().map(|(i, r)| (r.as_str(), i)).collect();
        for merge in &mut self.identity.merges {
            merge.node = place.get(merge.left.as_str()).map_or(0, |a| clusters.node_of(*a));
        }
        for (i, atom) in atoms.iter().enumerate() {
            let node = clusters.node_of(i);
            self.inner_merges(node, atom, &refs[i]);
        }
        let mut doubts = Vec::new();
        for (edge, guard) in blocked {
            let nodes = [edge.a, edge.b].map(|a| clusters.node_of(a));
            if nodes[0] != nodes[1] && guard != DECIDED && !self.decided.contains(&(edge.a, edge.b)) {
                doubts.push(doubt(&edge, guard, nodes, false, atoms, refs));
            }
        }
        let reasons = edges.found.iter().filter(|e| e.doubt >= 100);
        for edge in reasons {
            let nodes = [edge.a, edge.b].map(|a| clusters.node_of(a));
            if nodes[0] == nodes[1] && !self.decided.contains(&(edge.a, edge.b)) {
                doubts.push(doubt(edge, "", nodes, true, atoms, refs));
            }
        }
        doubts.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.cmp(b)));
        doubts.dedup();
        self.identity.doubts = doubts;
        for (newer, older) in &edges.revises {
            let [newer, older] = [*newer, *older].map(|a| clusters.node_of(a));
            if newer != older {
                self.identity.revises.insert((newer, older));
            }
        }
        self.identity.merges.sort();
        self.identity.merges.dedup();
    }

    fn node(
        &self,
        members: &[usize],
        atoms: &[Atom],
        refs: &[String],
        called: &BTreeMap<String, Vec<&Entry>>,
        taken: &mut BTreeSet<String>,
    ) -> Node {
        let names = || members.iter().flat_map(|m| atoms[*m].names.keys());
        let (name, class) = self.best(names());
        let class = self.narrowest(names().map(|(_, c)| c.as_str())).unwrap_or(class);
        let holds = |m: &&usize| atoms[**m].names.keys().any(|(n, _)| *n == name);
        let speaks =
            members.iter().filter(holds).map(|m| refs[*m].as_str()).max_by_key(|r| (r.len(), std::cmp::Reverse(*r)));
        let reference = speaks.unwrap_or_default();
        let suffix = reference.split_once('/').map_or(reference, |(_, n)| n).to_owned();
        let mut unique = suffix.clone();
        let mut n = 1;
        while !taken.insert(format!("{class}/{unique}")) {
            n += 1;
            unique = format!("{suffix}~{n}");
        }
        let mut identifiers = BTreeSet::new();
        for m in members {
            for (name, class) in atoms[*m].names.keys() {
                identifiers.extend(self.keys.code(&atoms[*m].key, class, name).map(Identifier::Division));
                let fits = |e: &&&Entry| e.class.is_empty() || e.class == *class;
                let listed: Vec<&&Entry> = called.get(&fold(name)).into_iter().flatten().filter(fits).collect();
                if let [entry] = listed.as_slice() {
                    identifiers.extend(Some(entry.iri.clone()).filter(|i| !i.is_empty()).map(Identifier::Match));
                    identifiers
                        .extend(Some(entry.identifier.clone()).filter(|i| !i.is_empty()).map(Identifier::Listed));
                }
            }
        }
        let iri = entity_iri(&class, &unique);
        Node {
            named: Named { iri, class: class.into(), name: name.into() },
            parts: members.iter().map(|m| refs[*m].clone()).collect(),
            identifiers,
        }
    }

    /// The merges inside of an atom: spellings, and what single documents say.
    fn inner_merges(&mut self, node: usize, atom: &Atom, reference: &str) {
        let (best, class) = self.best(atom.names.keys());
        let schema = &self.knowledge.schema;
        let is = |name: &str| schema.class(&class) == schema.class(name);
        let tails = &self.knowledge.identity.equal_tails;
        let renamed = |name: &str| {
            tails.iter().any(|t| {
                t.rule == "ID-renamed"
                    && t.from.iter().any(|f| name.ends_with(f.as_str()) && !name.ends_with(t.to.as_str()))
            })
        };
        let rule = |name: &str| {
            if is("Bank") {
                "ID-bank"
            } else if self.keys.is_policy(&atom.key) {
                "ID-title"
            } else if is("GovernmentBody") && (renamed(name) || renamed(&best)) {
                "ID-renamed"
            } else if is("GovernmentBody") {
                "ID-tail"
            } else {
                "ID-name"
            }
        };
        let score =
            |rule: &str| self.knowledge.identity.named(rule).map_or(900, |r| (r.confidence * 1000.0).round() as u32);
        let first = atom.names.get(&(best.clone(), class.clone())).cloned().unwrap_or_else(|| atom.first());
        let mut found = Vec::new();
        for ((name, _), evidence) in atom.names.iter().filter(|((n, _), _)| *n != best) {
            let rule = rule(name).to_owned();
            let score = score(&rule);
            let evidence = [evidence.clone(), first.clone()];
            found.push(Merge { node, left: name.clone(), right: reference.to_owned(), rule, score, evidence });
        }
        if let Some(second) = atom.second.clone().filter(|_| found.is_empty()) {
            let [left, right] = [best.clone(), reference.to_owned()];
            let rule = "ID-name".to_owned();
            found.push(Merge { node, left, right, score: score("ID-name"), rule, evidence: [second, first.clone()] });
        }
        for ((form, rule), evidence) in &atom.joined {
            let evidence = evidence.clone();
            let (left, right) = (form.clone(), reference.to_owned());
            found.push(Merge { node, left, right, rule: rule.clone(), score: 900, evidence });
        }
        self.identity.merges.extend(found);
    }
}

fn merge(rule: &str, score: u32, [a, b]: [usize; 2], atoms: &[Atom], refs: &[String]) -> Merge {
    let evidence = [atoms[a].first(), atoms[b].first()];
    Merge { node: 0, left: refs[a].clone(), right: refs[b].clone(), rule: rule.to_owned(), score, evidence }
}

fn doubt(edge: &Edge, guard: &'static str, nodes: [usize; 2], joined: bool, atoms: &[Atom], refs: &[String]) -> Doubt {
    let score = 1000 - edge.doubt;
    let (a, b) = (&atoms[edge.a], &atoms[edge.b]);
    // How much of the graph would move, and how open the question is.
    let open = 1000 - (2 * score.min(1000)).abs_diff(1000);
    Doubt {
        value: a.mentions.min(b.mentions).saturating_mul(open.max(100)),
        joined,
        left: refs[edge.a].clone(),
        right: refs[edge.b].clone(),
        rule: edge.rule.clone(),
        score,
        guard,
        evidence: [a.first(), b.first()],
        nodes,
    }
}
