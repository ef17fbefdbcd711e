//! Claims: which entity does what with which, with the rule that read it and the words it was read from.

mod clause;
mod frame;
mod head;
mod heading;
mod inner;
mod joint;
mod pattern;

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use serde::{Deserialize, Serialize};

use clause::Group;

use crate::diag::Span;
use crate::document::Document;
use crate::entity::{Entities, Entity, EntityId};
use crate::knowledge::{Knowledge, Reading};
use crate::mention::{Mention, Setting, Target};
use crate::ontology::{Class, Classes};
use crate::search::{Hits, Words};
use crate::trace::{Trace, Why};

/// A stated relation between two entities of one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// Who or what.
    pub subject: EntityId,
    /// Local name of the relation.
    pub predicate: Arc<str>,
    /// With whom or what.
    pub object: EntityId,
    /// The words that state it.
    pub evidence: Span,
    /// Id of the rule that read it.
    pub rule: Arc<str>,
    /// What the rule says and what it supplies.
    pub reading: Reading,
    /// How often that rule is right, from 0 to 1.
    pub confidence: f64,
}

/// All relation rules, compiled once from the knowledge.
pub struct Reader {
    frames: frame::Frames,
    headings: heading::Headings,
    patterns: pattern::Patterns,
    inner: inner::Inners,
    joint: joint::Joint,
    kinds: Kinds,
}

/// The classes that several readers ask for.
#[derive(Clone, Copy)]
struct Kinds {
    places: Classes,
    /// Agents and places: who can act together, and what a place right before it is the place of.
    parties: Classes,
    /// What a place right before it is the place of, though it does not act.
    sites: Classes,
    products: Classes,
    firm: Option<Class>,
}

/// What all readers see of one document.
struct Page<'a> {
    knowledge: &'a Knowledge,
    document: &'a Document,
    mentions: &'a [Mention],
    kinds: Kinds,
    /// Where the words of the lists stand in the text, by the number of the list.
    hits: &'a [Hits],
    trace: &'a Trace,
}

/// The numbers of the lists of words: verbs of the frames, words of wishing and those that only name a wish, words that
/// deny, words that take back.
const VERBS: usize = 0;
const WISHED: usize = 1;
const NOTED: usize = 2;
const DENIED: usize = 3;
const REVOKED: usize = 4;

/// The most characters of a boundary word that is looked for behind a name.
const LONGEST_WORD: usize = 6;

impl Page<'_> {
    /// Whether a list begins with a firm.
    fn is_firm(&self, group: &Group) -> bool {
        self.mentions.get(group.members.start).is_some_and(|m| Some(m.class) == self.kinds.firm)
    }

    /// The lists of names inside `span`.
    fn groups(&self, span: Span) -> Vec<Group> {
        clause::groups(
            self.document.text.clean(),
            self.mentions,
            clause::inside(self.mentions, span),
            &self.knowledge.relation_rules.joiners,
            &self.knowledge.references.defines,
            self.kinds.places,
        )
    }

    /// Why what `stated` says does not hold: it is denied there, taken back in what comes `after`, or only wished for in
    /// what comes `before`.
    fn unreal(&self, before: &str, stated: &str, after: &str) -> Option<Why> {
        let rules = &self.knowledge.relation_rules;
        let denied = self.first_meant(&rules.denied, stated).map(|at| Why::Denied(at.of(stated).to_owned()));
        let revoked = || rules.revoked.held(after).map(|w| Why::Revoked(w.to_owned()));
        let wished = || self.first_wish(before).map(|at| Why::Wished(at.of(before).to_owned()));
        denied.or_else(revoked).or_else(wished)
    }

    /// Why what `clause` says does not hold, where it only says what was proposed.
    fn proposed(&self, clause: &str) -> Option<Why> {
        let found = self.knowledge.relation_rules.proposed.found(clause)?;
        Some(Why::Wished(found.name("word")?.as_str().to_owned()))
    }

    /// Where `text` for the first time wishes for what follows.
    fn first_wish(&self, text: &str) -> Option<Span> {
        self.first_meant(&self.knowledge.relation_rules.wished, text)
    }

    /// Where one of the words that wish or deny first stands in `text` and means it: not in 工作建议 or 未来.
    fn first_meant(&self, words: &Words, text: &str) -> Option<Span> {
        if !words.within(text) {
            return None;
        }
        let noted = &self.knowledge.relation_rules.noted;
        let only_noted = |at: &Span| noted.places_within(text).any(|(_, n)| n.contains(*at));
        words.places_within(text).map(|(_, at)| at).find(|at| !only_noted(at))
    }

    /// Where words of `list`, which wish or deny, stand in the document at `span` and mean it.
    fn meant(&self, list: usize, span: Span) -> impl Iterator<Item = Span> {
        let only_noted = move |at: &Span| self.hits[NOTED].within(span).any(|(n, _)| n.contains(*at));
        self.hits[list].within(span).map(|(at, _)| at).filter(move |at| !only_noted(at))
    }

    /// Where the document at `span` for the first time wishes for what follows.
    fn first_wish_at(&self, span: Span) -> Option<Span> {
        self.meant(WISHED, span).min_by_key(|at| (at.end, at.start))
    }

    /// Whether what stands between `before` and `after` is taken back behind it, or only wished for before it.
    fn is_wish(&self, before: Span, after: Span) -> bool {
        self.hits[REVOKED].any(after) || self.first_wish_at(before).is_some()
    }

    /// Whether the document denies a thing, or takes it back, wherever it names it.
    fn is_unreal(&self, entity: &Entity) -> bool {
        let text = self.document.text.clean();
        let denied = |span: &Span| {
            let sentence = self.document.sentence_of(*span);
            let Some((before, after)) = text.get(sentence.start..span.start).zip(text.get(span.end..sentence.end))
            else {
                return false;
            };
            let ends = |c: char| matches!(c, '，' | '；');
            let clause = Span::new(span.start - before.rsplit(ends).next().unwrap_or("").len(), span.start);
            if joint::outside_names(self, self.meant(DENIED, clause), clause) {
                return true;
            }
            // 您建议设立的某基金，经研究，……条件尚不成熟: what was only wished for is turned down clauses later.
            let revoked = self.hits[REVOKED].within(Span::new(span.end, sentence.end)).map(|(at, _)| at.end).min();
            revoked.is_some_and(|end| {
                let clause = after.split(ends).next().unwrap_or("").len();
                end <= span.end + clause || self.first_wish_at(Span::new(sentence.start, span.start)).is_some()
            })
        };
        !entity.spans.is_empty() && entity.spans.iter().all(denied)
    }

    /// Whether the mention at `index` is a bare place at which a name begins that was not read: 江苏 in 江苏某某俱乐部.
    fn opens_unread(&self, index: usize, entities: &Entities) -> bool {
        let text = self.document.text.clean();
        let Some(this) = self.mentions.get(index) else { return false };
        let next = self.mentions.get(index + 1).is_some_and(|m| m.span.start == this.span.end);
        let full = entities.of_mention(index).is_none_or(|id| entities.get(id).name == this.span.of(text));
        if next || full || !self.kinds.places.contains(this.class) || matches!(this.target, Target::Reference(..)) {
            return false;
        }
        let rest = &text[this.span.end..];
        let mut ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(LONGEST_WORD);
        let han = rest.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_ascii());
        han && !self.knowledge.relation_rules.behind_place.start(rest)
            && !ends.any(|end| self.knowledge.boundaries.contains_key(&rest[..end]))
    }

    /// Whether the mention at `index` is a place that only says where the next one lies (浙江省 in 浙江省台州市, 荷兰 in
    /// 荷兰某大学).
    fn is_outer_place(&self, index: usize) -> bool {
        let next = self.mentions.get(index + 1);
        let (Some(this), Some(next)) = (self.mentions.get(index), next) else { return false };
        this.span.end == next.span.start
            && !next.is_beside(this)
            && self.kinds.places.contains(this.class)
            && (self.kinds.parties.contains(next.class) || self.kinds.sites.contains(next.class))
    }
}

impl Reader {
    /// Compiles the rules.
    pub fn new(knowledge: &Knowledge) -> Self {
        Self {
            frames: frame::Frames::new(knowledge),
            headings: heading::Headings::new(knowledge),
            patterns: pattern::Patterns::new(knowledge),
            inner: inner::Inners::new(knowledge),
            joint: joint::Joint::new(),
            kinds: Kinds {
                places: knowledge.classes(&["Place".to_owned()]),
                parties: knowledge.classes(&["Place".to_owned(), "Agent".to_owned()]),
                sites: knowledge.classes(&["Park", "Platform", "Project", "IndustrialCluster"].map(str::to_owned)),
                products: knowledge.classes(&["Product".to_owned()]),
                firm: knowledge.schema.class("Enterprise"),
            },
        }
    }

    /// How many lists of words it looks for.
    pub(crate) const LISTS: usize = 5;

    /// The words that are looked for, by the number of their list.
    pub(crate) fn words<'a>(&'a self, knowledge: &'a Knowledge) -> [Vec<&'a str>; Self::LISTS] {
        let rules = &knowledge.relation_rules;
        let mut lists = <[Vec<&str>; Self::LISTS]>::default();
        lists[VERBS] = self.frames.verbs.iter().map(String::as_str).collect();
        for (list, words) in
            [(WISHED, &rules.wished), (NOTED, &rules.noted), (DENIED, &rules.denied), (REVOKED, &rules.revoked)]
        {
            lists[list] = words.iter().map(String::as_str).collect();
        }
        lists
    }

    /// Reads the relations that `document` states between `entities`. One claim for each triple: the surest one, and
    /// of equally sure ones the first in the text. The order is that of the text. `hits` says where the words of the lists
    /// stand. What was considered and not read goes into `trace`.
    #[expect(clippy::too_many_arguments, reason = "all that is known of a document")]
    pub(crate) fn read(
        &self,
        knowledge: &Knowledge,
        document: &Document,
        mentions: &[Mention],
        hits: &[Hits],
        entities: &mut Entities,
        setting: &Setting,
        trace: &Trace,
    ) -> Vec<Claim> {
        let standing = stand_for(mentions, entities);
        let mentions = standing.as_deref().unwrap_or(mentions);
        let page = Page { knowledge, document, mentions, kinds: self.kinds, hits, trace };
        let mut claims = head::read(&page, entities);
        claims.extend(self.frames.read(&page, entities, setting));
        claims.extend(self.headings.read(&page, entities));
        claims.extend(self.patterns.read(&page, entities));
        claims.extend(self.inner.read(&page, entities, setting));
        claims.retain(|c| fits(&page, entities, c));
        unsupplied(&mut claims, &page, entities);
        implied(&mut claims, &page, entities);
        claims.extend(self.joint.read(&page, entities, &claims));
        best(claims, entities, trace)
    }
}

/// The mentions with words that stand for a name (前者) in the class of what they stand for; nothing when they are so already.
fn stand_for(mentions: &[Mention], entities: &Entities) -> Option<Vec<Mention>> {
    let other = |(i, m): (usize, &Mention)| {
        let class = entities.get(entities.of_mention(i)?).class;
        (matches!(m.target, Target::Reference(..)) && class != m.class).then_some((i, class))
    };
    let others: Vec<(usize, Class)> = mentions.iter().enumerate().filter_map(other).collect();
    (!others.is_empty()).then(|| {
        let mut all = mentions.to_vec();
        others.into_iter().for_each(|(i, class)| all[i].class = class);
        all
    })
}

/// Whether the ends of a claim are two, and of classes that the ontology allows.
fn fits(page: &Page<'_>, entities: &Entities, claim: &Claim) -> bool {
    let (subject, object) = (entities.get(claim.subject), entities.get(claim.object));
    if claim.subject == claim.object {
        page.trace.reject(claim.evidence, &claim.rule, || Why::Itself(subject.name.clone()));
        return false;
    }
    let schema = &page.knowledge.schema;
    let allowed = schema
        .property(&claim.predicate)
        .is_some_and(|p| p.domain.contains(subject.class) && p.range.contains(object.class));
    if !allowed {
        page.trace.reject(claim.evidence, &claim.rule, || Why::Classes {
            predicate: claim.predicate.to_string(),
            subject: schema.name(subject.class).to_owned(),
            object: schema.name(object.class).to_owned(),
        });
    }
    allowed
}

/// Adds what another relation between the same two says as well: a leader of an industry belongs to it.
fn implied(claims: &mut Vec<Claim>, page: &Page<'_>, entities: &Entities) {
    let mut more = Vec::new();
    for rule in &page.knowledge.relation_rules.implied {
        let Some(property) = page.knowledge.schema.property(&rule.predicate) else { continue };
        let predicate: Arc<str> = rule.predicate.as_str().into();
        let of = |names: &[String]| (!names.is_empty()).then(|| page.knowledge.classes(names));
        let (from, to) = (of(&rule.from), of(&rule.to));
        let is = |id, classes: Option<Classes>| classes.is_none_or(|c| c.contains(entities.get(id).class));
        let given = claims.iter().filter(|c| *c.predicate == *rule.given && is(c.subject, from));
        let ends = given.flat_map(|c| {
            let through = rule.through.as_deref();
            let next = claims.iter().filter(move |n| Some(&*n.predicate) == through && n.subject == c.object);
            let itself = through.is_none().then_some(c.object);
            next.map(|n| n.object).chain(itself).map(move |object| (c, object))
        });
        let fits = |(_, o): &(&Claim, EntityId)| property.range.contains(entities.get(*o).class) && is(*o, to);
        more.extend(ends.filter(fits).map(|(c, object)| Claim {
            predicate: predicate.clone(),
            object,
            reading: Reading::Also,
            confidence: c.confidence * Reading::Also.certainty(),
            ..c.clone()
        }));
    }
    claims.extend(more);
}

/// Drops whoever was only supplied as the one who acts (the issuing place, or who acted before) where the document says
/// elsewhere who does the same to the same thing (办好某博览会，……该展会由某局承办).
fn unsupplied(claims: &mut Vec<Claim>, page: &Page<'_>, entities: &Entities) {
    let once = &page.knowledge.relation_rules.said_once;
    let supplied = |c: &Claim| matches!(c.reading, Reading::Place | Reading::Carried);
    if !claims.iter().any(supplied) {
        return;
    }
    // A place acts from either end, as the relation runs: what it acts on is the other one.
    let acted_on = |c: &Claim| {
        let acts = c.reading == Reading::Carried || page.kinds.places.contains(entities.get(c.subject).class);
        (acts, if acts { c.object } else { c.subject })
    };
    let mut stated: HashSet<(&str, bool, EntityId)> = HashSet::new();
    for claim in claims.iter().filter(|c| c.reading == Reading::Stated) {
        stated.extend([(&*claim.predicate, true, claim.object), (&*claim.predicate, false, claim.subject)]);
    }
    let known = |c: &Claim| {
        let (acts, thing) = acted_on(c);
        supplied(c) && once.iter().any(|p| **p == *c.predicate) && stated.contains(&(&*c.predicate, acts, thing))
    };
    let known: Vec<bool> = claims.iter().map(known).collect();
    let mut known = known.into_iter();
    claims.retain(|c| {
        let known = known.next().unwrap_or(false);
        if known {
            page.trace.reject(c.evidence, &c.rule, || Why::SaidElsewhere);
        }
        !known
    });
}

/// One claim for each triple; a symmetric relation counts in either direction.
fn best(claims: Vec<Claim>, entities: &Entities, trace: &Trace) -> Vec<Claim> {
    let surer = |lost: &Claim, by: &Claim| {
        // A fact that is said again in the same way is not rejected.
        if (&lost.rule, lost.reading) != (&by.rule, by.reading) {
            let name = |id| entities.get(id).name.as_str();
            let triple = || format!("{} {} {}", name(lost.subject), lost.predicate, name(lost.object));
            trace.reject(lost.evidence, &lost.rule, || Why::Surer { triple: triple(), rule: by.rule.to_string() });
        }
    };
    let mut kept: Vec<Claim> = Vec::new();
    let mut index: HashMap<(EntityId, Arc<str>, EntityId), usize> = HashMap::new();
    for claim in claims {
        let mut ends = (claim.subject, claim.object);
        if &*claim.predicate == "cooperatesWith" && ends.0 > ends.1 {
            ends = (ends.1, ends.0);
        }
        let key = (ends.0, claim.predicate.clone(), ends.1);
        match index.get(&key) {
            Some(&at) => {
                let old = &mut kept[at];
                if (claim.confidence, std::cmp::Reverse(claim.evidence))
                    > (old.confidence, std::cmp::Reverse(old.evidence))
                {
                    surer(old, &claim);
                    *old = claim;
                } else {
                    surer(&claim, old);
                }
            }
            None => {
                index.insert(key, kept.len());
                kept.push(claim);
            }
        }
    }
    kept.sort_by(|a, b| {
        (a.evidence, &a.predicate, a.subject, a.object).cmp(&(b.evidence, &b.predicate, b.subject, b.object))
    });
    kept
}
