//! One thing, one entity: the mentions of a document gathered into what they name, and the IRIs of all that.

mod forms;
mod head;
mod iri;
mod merge;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};
use indexmap::IndexSet;
use oxigraph::model::NamedNode;
use serde::{Deserialize, Serialize};

use crate::diag::Span;
use crate::document::Document;
use crate::knowledge::{Calibration, Knowledge, Rank, Reading, Refers};
use crate::mention::{Mention, Setting, Target};
use crate::ontology::{Class, Classes, Schema};
pub(crate) use forms::Forms;
pub use head::Roles;
pub(crate) use iri::hex;
pub use iri::{document_iri, entity_iri, record_iri, sha256};

/// An entity of a document, by its place among all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntityId(u32);

/// One thing that a document names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// What kind of thing.
    pub class: Class,
    /// Its canonical name.
    pub name: String,
    /// All other forms by which the document calls it, in the order of the text.
    pub aliases: IndexSet<String>,
    /// By the forms that a rule joined to the name, that rule.
    #[serde(skip)]
    pub joined: BTreeMap<String, &'static str>,
    /// Where it is named or referred to, in the order of the text.
    pub spans: Vec<Span>,
    /// The rule that found it first.
    pub rule: Arc<str>,
    /// The highest confidence of its mentions.
    pub confidence: f64,
}

/// What an entity is called in the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its IRI.
    pub iri: NamedNode,
    /// Local name of its class.
    pub class: Arc<str>,
    /// Its main name.
    pub name: Arc<str>,
}

/// Entities by their class and by what the spellings of their names have in common.
#[derive(Clone, Debug, Default)]
struct Keys(HashMap<Class, HashMap<String, EntityId>>);

impl Keys {
    fn get(&self, class: Class, key: &str) -> Option<EntityId> {
        self.0.get(&class)?.get(key).copied()
    }

    fn insert(&mut self, class: Class, key: String, id: EntityId) {
        self.0.entry(class).or_default().insert(key, id);
    }

    fn iter(&self) -> impl Iterator<Item = (Class, &str)> {
        self.0.iter().flat_map(|(class, keys)| keys.keys().map(|key| (*class, key.as_str())))
    }

    fn ids_mut(&mut self) -> impl Iterator<Item = &mut EntityId> {
        self.0.values_mut().flat_map(HashMap::values_mut)
    }
}

/// The words of the last of `mentions` with the place right before it: 北海|保通食品. What the lists know by itself is
/// called so without a place.
fn behind_place(places: &Classes, mentions: &[Mention]) -> Option<Span> {
    let [.., place, named] = mentions else { return None };
    let is_name = matches!(place.target, Target::Name(_));
    let beside = is_name && places.contains(place.class) && place.span.end == named.span.start;
    (beside && !named.rule.starts_with("LEX-")).then(|| place.span.join(named.span))
}

/// The entities of one document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entities {
    all: Vec<Entity>,
    #[serde(skip)]
    keys: Keys,
    /// Endings that two spellings of one name may differ in.
    #[serde(skip)]
    equal_endings: Vec<(String, String)>,
    /// For each mention the entity it names or refers to.
    #[serde(skip)]
    of_mention: Vec<Option<EntityId>>,
    /// Entities that turned out to be another form of another one.
    #[serde(skip)]
    merged: HashMap<EntityId, EntityId>,
    /// How many entities the head made, before any mention was read.
    #[serde(skip)]
    of_head: usize,
    /// By class the entity that was named last, and where.
    #[serde(skip)]
    latest: HashMap<Class, (usize, EntityId)>,
    /// What they are called in the graph, in the order of [`Entities::iter`], when that has been decided.
    #[serde(skip)]
    named: HashMap<EntityId, Named>,
    /// What the head of the document is about.
    pub roles: Roles,
}

impl Entities {
    /// Gathers `mentions` (in the order of the text) and the head of `document` into entities.
    pub fn resolve(knowledge: &Knowledge, document: &Document, mentions: &[Mention], setting: &Setting) -> Self {
        let mut entities = Self { equal_endings: knowledge.references.equal_endings.clone(), ..Self::default() };
        entities.read_head(knowledge, document, mentions);
        entities.of_mention = vec![None; mentions.len()];
        entities.of_head = entities.all.len();
        let levelled = knowledge.classes(&knowledge.name_rules.levelled);
        let prefixed = knowledge.classes(&knowledge.references.named_with_place);
        let ranked = knowledge.classes(&knowledge.references.named_by_rank);
        let places = knowledge.classes(&["Place".to_owned()]);
        let mut pair = None;
        // Most names stand more than once in the same words.
        let mut again: HashMap<(Class, &str, &str), EntityId> = HashMap::new();
        for (i, mention) in mentions.iter().enumerate() {
            entities.of_mention[i] = match &mention.target {
                Target::Name(name) => {
                    let key = (mention.class, name.as_str(), mention.span.of(document.text.clean()));
                    Some(match again.get(&key) {
                        Some(&id) => {
                            entities.mentioned(id, mention);
                            id
                        }
                        None => {
                            let levelled = levelled.contains(mention.class);
                            let full = if levelled {
                                setting.with_place(knowledge, name)
                            } else if ranked.contains(mention.class) && !mention.rule.starts_with("LEX-") {
                                setting.of_place(knowledge, name)
                            } else {
                                None
                            };
                            let id = entities.named(full.as_ref().unwrap_or(name), mention, document);
                            again.insert(key, id);
                            id
                        }
                    })
                }
                Target::Reference(refers @ (Refers::Former | Refers::Latter), classes) => {
                    entities.of_pair(knowledge, document, mentions, i, (*refers, classes), &mut pair)
                }
                Target::Reference(refers, classes) => {
                    let like = entities.named_like(knowledge, document, &mentions[..=i], *refers, classes);
                    like.or_else(|| entities.referred(knowledge, setting, *refers, classes, mention))
                }
            };
            if let Some(id) = entities.of_mention[i] {
                let class = entities.get(id).class;
                if prefixed.contains(class)
                    && let Some(full) = behind_place(&places, &mentions[..=i])
                {
                    entities.add_alias(id, full.of(document.text.clean()));
                }
                entities.latest.insert(class, (mention.span.start, id));
            }
        }
        merge::merge(&mut entities, knowledge, document, mentions);
        entities
    }

    /// All entities.
    pub fn iter(&self) -> impl Iterator<Item = (EntityId, &Entity)> {
        // An entity without a name was merged into another one.
        (0..).map(EntityId).zip(&self.all).filter(|(_, e)| !e.name.is_empty())
    }

    /// What `id` is called in the graph: what identity across documents made of it, or else its own name.
    pub fn in_graph(&self, schema: &Schema, id: EntityId) -> Named {
        self.named.get(&id).cloned().unwrap_or_else(|| {
            let entity = self.get(id);
            let class = schema.name(entity.class);
            Named { iri: entity_iri(class, &entity.name), class: class.into(), name: entity.name.as_str().into() }
        })
    }

    /// Decides what the entities are called in the graph, in the order of [`Entities::iter`].
    pub fn name_all(&mut self, names: impl Iterator<Item = Named>) {
        let ids: Vec<EntityId> = self.iter().map(|(id, _)| id).collect();
        self.named = ids.into_iter().zip(names).collect();
    }

    /// The entity `id`.
    pub fn get(&self, id: EntityId) -> &Entity {
        &self.all[id.0 as usize]
    }

    /// The entity that the mention at `index` names or refers to.
    pub fn of_mention(&self, index: usize) -> Option<EntityId> {
        self.of_mention.get(index).copied().flatten()
    }

    /// The entity of `class` called `name` or one of its aliases.
    pub fn find(&self, class: Class, name: &str) -> Option<EntityId> {
        self.keys.get(class, &self.key(name))
    }

    /// The entity of the issuing place, made when the document does not name it.
    pub fn place(&mut self, knowledge: &Knowledge, setting: &Setting) -> Option<EntityId> {
        let division = knowledge.divisions.get(setting.place?);
        let class = knowledge.schema.class(division.rank.class_name())?;
        let id = self.ensure(class, &division.name, "LEX-divisions", 0.9);
        // A place that the text names nowhere is known from whoever sends it.
        if self.get(id).spans.is_empty()
            && let Some(sender) = self.roles.sender.filter(|s| *s != id)
        {
            let span = self.get(sender).spans.first().copied();
            self.all[id.0 as usize].spans.extend(span);
        }
        Some(id)
    }

    /// The entity of `class` called `name`, made when there is none.
    pub(crate) fn ensure(&mut self, class: Class, name: &str, rule: &str, confidence: f64) -> EntityId {
        let key = self.key(name);
        if let Some(id) = self.keys.get(class, &key) {
            return id;
        }
        let key = key.into_owned();
        let id = EntityId(u32::try_from(self.all.len()).expect("fewer than 2^32 entities"));
        self.all.push(Entity {
            class,
            name: bare(name).into_owned(),
            aliases: IndexSet::new(),
            joined: BTreeMap::new(),
            spans: Vec::new(),
            rule: rule.into(),
            confidence,
        });
        self.keys.insert(class, key, id);
        id
    }

    /// Puts what was observed of the rules in the place of their hand-set confidence. Nothing is chosen by it any more.
    pub(crate) fn calibrate(&mut self, calibration: &Calibration) {
        for entity in &mut self.all {
            entity.confidence = calibration.confidence(&entity.rule, Reading::Name, entity.confidence);
        }
    }

    /// What two spellings of one name have in common.
    fn key<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let mut key = key(name);
        for (long, short) in &self.equal_endings {
            if let Some(stem) = key.strip_suffix(long.as_str()) {
                key = format!("{stem}{short}").into();
            }
        }
        key
    }

    /// Records another form of the name of `id`.
    pub(crate) fn add_alias(&mut self, id: EntityId, alias: &str) {
        let entity = &mut self.all[id.0 as usize];
        if entity.name != alias {
            entity.aliases.insert(alias.to_owned());
        }
    }

    /// Records that the words that name `whole` also name `part`.
    pub(crate) fn add_span(&mut self, part: EntityId, whole: EntityId) {
        let span = self.get(whole).spans.first().copied();
        let part = &mut self.all[part.0 as usize];
        if part.spans.is_empty() {
            part.spans.extend(span);
        }
    }

    fn named(&mut self, name: &str, mention: &Mention, document: &Document) -> EntityId {
        let id = self.ensure(mention.class, name, &mention.rule, mention.confidence);
        let entity = &mut self.all[id.0 as usize];
        let surface = bare(mention.span.of(document.text.clean()));
        if surface != entity.name {
            entity.aliases.insert(surface.into_owned());
        }
        self.mentioned(id, mention);
        id
    }

    fn mentioned(&mut self, id: EntityId, mention: &Mention) {
        let entity = &mut self.all[id.0 as usize];
        entity.spans.push(mention.span);
        entity.confidence = entity.confidence.max(mention.confidence);
    }

    /// Forgets the places that the document only refers to (全省) and says nothing of: those that are not in `used`.
    pub(crate) fn forget_bare_references(&mut self, places: Classes, mentions: &[Mention], used: &HashSet<EntityId>) {
        let name = |m: &Mention| matches!(m.target, Target::Name(_)) && &*m.rule != "LEX-references";
        let named = |(id, m): (&Option<EntityId>, &Mention)| id.filter(|_| name(m));
        let named: HashSet<EntityId> = self.of_mention.iter().zip(mentions).filter_map(named).collect();
        for (id, entity) in (0..).map(EntityId).zip(&mut self.all) {
            let referred = &*entity.rule == "LEX-references" && places.contains(entity.class);
            if referred && !named.contains(&id) && !used.contains(&id) {
                entity.name.clear();
            }
        }
    }

    /// What 该局 at the last of `mentions` points to: of what was named in the sentences before the last whose name ends
    /// like that, though something else of its class may have been named since; 该县 also the place at the head of a name
    /// (某县电缆产业集群……该县).
    fn named_like(
        &mut self,
        knowledge: &Knowledge,
        document: &Document,
        mentions: &[Mention],
        refers: Refers,
        classes: &[Class],
    ) -> Option<EntityId> {
        let (mention, before) = mentions.split_last()?;
        let text = document.text.clean();
        let kind = mention.span.of(text).strip_prefix(THAT).filter(|_| refers == Refers::Last)?;
        let near = before.iter().enumerate().rev().take(PAIR_BACK);
        let mut near = near.take_while(|(_, m)| text[m.span.end..mention.span.start].matches('。').nth(1).is_none());
        let id = near.find_map(|(index, named)| {
            let words = named.span.of(text).trim_end_matches('”');
            if classes.contains(&named.class) {
                return words.ends_with(kind).then(|| self.of_mention(index)).flatten();
            }
            let head = knowledge.divisions.beginning_like(words).map(|(_, division)| division);
            let at_head = |name: &str| words.strip_prefix(name).is_some_and(|rest| !rest.is_empty());
            let mut head = head.filter(|d| at_head(&d.name) && d.name.ends_with(kind));
            let (class, name) = head.find_map(|d| {
                let class = knowledge.schema.class(d.rank.class_name())?;
                classes.contains(&class).then_some((class, &d.name))
            })?;
            Some(self.ensure(class, name, &mention.rule, mention.confidence))
        })?;
        self.all[id.0 as usize].spans.push(mention.span);
        Some(id)
    }

    /// What a reference points to.
    fn referred(
        &mut self,
        knowledge: &Knowledge,
        setting: &Setting,
        refers: Refers,
        classes: &[Class],
        mention: &Mention,
    ) -> Option<EntityId> {
        let id = match refers {
            Refers::Place => self.place(knowledge, setting)?,
            Refers::Province => {
                let division = knowledge.divisions.get(setting.at_rank(knowledge, Rank::Province)?);
                self.ensure(mention.class, &division.name, &mention.rule, mention.confidence)
            }
            Refers::State => self.ensure(mention.class, &knowledge.references.state, &mention.rule, mention.confidence),
            Refers::Sender => self.roles.sender?,
            Refers::Last => {
                let of_class = |(_, e): &(EntityId, &Entity)| classes.contains(&e.class);
                let before = |e: &Entity| e.spans.iter().rev().find(|s| s.end <= mention.span.start).map(|s| s.start);
                let head = (0..).map(EntityId).zip(&self.all[..self.of_head]).filter(of_class);
                let head = head.filter_map(|(id, e)| before(e).map(|at| (at, id)));
                let last = classes.iter().filter_map(|class| self.latest.get(class).copied()).chain(head).max()?;
                last.1
            }
            // See `of_pair`.
            Refers::Former | Refers::Latter => return None,
        };
        self.all[id.0 as usize].spans.push(mention.span);
        Some(id)
    }

    /// What 前者 or 后者 at mention `index` points to: the first or second of two things of one class that were named in
    /// a row, or without such a row of the two that were named last. Who was the one decides who is the other.
    fn of_pair(
        &mut self,
        knowledge: &Knowledge,
        document: &Document,
        mentions: &[Mention],
        index: usize,
        (refers, classes): (Refers, &[Class]),
        last: &mut Option<(Span, EntityId, EntityId)>,
    ) -> Option<EntityId> {
        let mention = &mentions[index];
        let sentence = document.sentence_of(mention.span);
        let text = document.text.clean();
        let ended = |from: usize, to: usize| text.get(from..to).is_some_and(|t| t.matches('。').nth(1).is_some());
        let known = last.filter(|(at, ..)| !ended(at.end, mention.span.start));
        let (former, latter) = known.map(|(_, former, latter)| (former, latter)).or_else(|| {
            let near = (0..index).rev().take(PAIR_BACK).take_while(|i| !ended(mentions[*i].span.end, sentence.start));
            let named: Vec<(usize, EntityId)> = near
                .filter(|i| matches!(mentions[*i].target, Target::Name(_)))
                .filter_map(|i| Some((i, self.of_mention[i]?)))
                .filter(|(_, id)| classes.contains(&self.get(*id).class))
                .collect();
            let class = |id: EntityId| self.get(id).class;
            let alike = |a: EntityId, b: EntityId| a != b && class(a) == class(b);
            let in_a_row = |w: &[(usize, EntityId)]| {
                let between = &text[mentions[w[1].0].span.end..mentions[w[0].0].span.start];
                let short = between.chars().nth(PAIR_ROW).is_none() && !between.contains(['，', '。', '；']);
                short && alike(w[0].1, w[1].1)
            };
            // 甲、乙分别与丙、丁合作: the one and the other are those who act.
            let acts = |w: &[(usize, EntityId)]| {
                let before = &text[..mentions[w[1].0].span.start];
                !knowledge.relation_rules.prepositions.end(before.trim_end_matches('“'))
            };
            let latest = named.first().map(|(_, id)| *id);
            let rows = || (0..named.len().saturating_sub(1)).filter(|i| in_a_row(&named[*i..=*i + 1]));
            let row = rows().find(|i| acts(&named[*i..=*i + 1]));
            // Of a longer row the first one is the former.
            let row = row.map(|i| {
                let length = (i..named.len() - 1).take_while(|j| in_a_row(&named[*j..=*j + 1])).count();
                (named[i + length].1, named[i].1)
            });
            let two = || {
                let latter = latest?;
                let former = named.iter().find(|(_, id)| alike(*id, latter)).map(|(_, id)| *id);
                former.or_else(|| (refers == Refers::Latter).then_some(latter)).map(|former| (former, latter))
            };
            row.or_else(two)
        })?;
        *last = Some((mention.span, former, latter));
        let id = if refers == Refers::Former { former } else { latter };
        self.all[id.0 as usize].spans.push(mention.span);
        Some(id)
    }
}

/// The word before a noun that stands for what was named before: 该局.
const THAT: char = '该';
/// The most names that 前者 looks back over.
const PAIR_BACK: usize = 12;
/// The most characters between two names in a row.
const PAIR_ROW: usize = 12;

/// A name without the quotation marks or title marks around the whole of it, and without blanks at its ends.
pub(crate) fn bare(name: &str) -> Cow<'_, str> {
    let mut name = name.trim();
    // Most names begin with none of these.
    let marked = name.starts_with(['“', '《', '‘']);
    for (open, close) in [('“', '”'), ('《', '》'), ('‘', '’')].into_iter().filter(|_| marked) {
        if let Some(inner) = name.strip_prefix(open).and_then(|n| n.strip_suffix(close))
            && (!inner.contains([open, close]) || open == '《')
        {
            name = inner;
        }
    }
    if name.contains('\n') { name.replace('\n', "").into() } else { name.into() }
}

/// Whether two spellings of one name may differ in `c`.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '“' | '”' | '‘' | '’' | '《' | '》' | '"' | '·' | '•')
}

/// What two spellings of one name have in common: no marks, no blanks, no case.
fn key(name: &str) -> Cow<'_, str> {
    // Most names consist of these, which are neither marks nor have cases.
    if name.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')) {
        return name.into();
    }
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\u{4e00}'..='\u{9fff}' => key.push(c),
            _ if c.is_ascii_alphanumeric() => key.push(c.to_ascii_lowercase()),
            _ if is_mark(c) => {}
            _ => key.extend(c.to_lowercase()),
        }
    }
    key.into()
}
