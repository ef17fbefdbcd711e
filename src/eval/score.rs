//! Judging what was read of one letter by its gold file: entities by name and class, relations by exact triple, figures
//! by value, unit and overlapping words.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;

use super::gold::{self, Gold};
use super::said::{self, Said};
use super::tally::{Counts, Tally};
use crate::knowledge::Reading;

/// The relation that may be annotated and read in either direction.
const SYMMETRIC: &str = "cooperatesWith";

/// What a row of [`Score::rows`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// An entity.
    Entity,
    /// A relation.
    Relation,
    /// A figure.
    Figure,
}

impl Part {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Relation => "relation",
            Self::Figure => "figure",
        }
    }
}

/// What became of something found or looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Found, and in the gold file.
    Right,
    /// Found, and not in the gold file.
    False,
    /// An entity that is in the gold file, but was found under another IRI already.
    Split,
    /// In the gold file, and not found.
    Missed,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::False => "false",
            Self::Split => "split",
            Self::Missed => "missed",
        }
    }
}

/// One judgement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The letter's name.
    pub letter: String,
    /// What it is about.
    pub part: Part,
    /// What became of it.
    pub verdict: Verdict,
    /// Class, relation or unit.
    pub kind: String,
    /// The name; subject, relation and object; or the figure with its indicator.
    pub what: String,
    /// The words that it was read from.
    pub quote: String,
    /// The rule that read it; empty when it was missed.
    pub rule: String,
    /// What the rule said and what it supplied.
    #[serde(skip)]
    pub reading: Reading,
    /// The confidence as the graph has it, from 0 to 1; 0 when it was missed.
    pub confidence: f64,
}

/// How many of the figures found have a field right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Figures found.
    pub found: usize,
    /// With the right qualifier.
    pub qualifier: usize,
    /// With the right period.
    pub period: usize,
    /// With the right subject.
    pub subject: usize,
    /// With an indicator that shares at least half of its characters.
    pub indicator: usize,
}

/// What came out for a set of letters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// Letters judged.
    pub letters: usize,
    /// By class.
    pub entities: Tally,
    /// By relation.
    pub relations: Tally,
    /// By unit; `-` is none.
    pub figures: Tally,
    /// Fields of the figures found.
    pub fields: Fields,
    /// Of the relations found, those whose words stand at their place, and all.
    pub evidence: (usize, usize),
    /// Each judgement, letter by letter.
    pub rows: Vec<Row>,
}

impl Score {
    /// Judges what was `said` of a letter by `gold`.
    pub fn add(&mut self, gold: &Gold, said: &Said) {
        let mut letter = Letter { gold, said, score: self, mapped: HashMap::new() };
        letter.entities();
        letter.relations();
        letter.figures();
        self.letters += 1;
    }

    /// The share of the relations found whose words stand at their place, from 0 to 1; 0 when there is none.
    pub fn evidence_share(&self) -> f64 {
        super::tally::share(self.evidence.0, self.evidence.1)
    }
}

/// One letter being judged.
struct Letter<'a> {
    gold: &'a Gold,
    said: &'a Said,
    score: &'a mut Score,
    /// For the IRI of an entity found, the names in the gold file that it stands for, sorted.
    mapped: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Letter<'a> {
    fn row(&mut self, part: Part, verdict: Verdict, kind: &str, what: String) -> &mut Row {
        self.score.rows.push(Row {
            letter: self.gold.letter.clone(),
            part,
            verdict,
            kind: kind.to_owned(),
            what,
            quote: String::new(),
            rule: String::new(),
            reading: Reading::default(),
            confidence: 0.0,
        });
        self.score.rows.last_mut().expect("it was pushed")
    }

    /// An entity is right when one of its names is one of those of a gold entity of its class, and no entity before it
    /// (by IRI) was taken for that one.
    fn entities(&mut self) {
        let gold = self.gold;
        let classes: IndexMap<&str, &str> = gold.entities.iter().map(|e| (e.name.as_str(), e.class.as_str())).collect();
        let mut called: HashMap<(String, &str), &str> = HashMap::new();
        for entity in &gold.entities {
            for form in std::iter::once(&entity.name).chain(&entity.aliases) {
                called.insert((folded(form), entity.class.as_str()), entity.name.as_str());
            }
        }
        for class in classes.values() {
            self.score.entities.of(class).gold += 1;
        }
        let mut taken: HashSet<&str> = HashSet::new();
        for (iri, entity) in &self.said.entities {
            let class = entity.class.as_str();
            let hits: BTreeSet<&str> =
                entity.labels.iter().filter_map(|l| called.get(&(folded(l), class))).copied().collect();
            let fresh = hits.iter().copied().find(|h| !taken.contains(h));
            // Gold files that give one name two classes count it under the last one.
            let class = fresh.and_then(|f| classes.get(f)).copied().unwrap_or(class);
            let counts = self.score.entities.of(class);
            counts.found += 1;
            counts.right += usize::from(fresh.is_some());
            let verdict = match (fresh, hits.is_empty()) {
                (Some(_), _) => Verdict::Right,
                (None, false) => Verdict::Split,
                (None, true) => Verdict::False,
            };
            taken.extend(fresh);
            if !hits.is_empty() {
                self.mapped.insert(iri, hits.into_iter().collect());
            }
            let row = self.row(Part::Entity, verdict, class, entity.name.clone());
            row.rule = entity.rule.to_string();
            row.reading = Reading::Name;
            row.confidence = entity.confidence;
        }
        for (name, class) in classes.iter().filter(|(name, _)| !taken.contains(*name)) {
            self.row(Part::Entity, Verdict::Missed, class, (*name).to_owned());
        }
    }

    fn relations(&mut self) {
        let gold = self.gold;
        type Triple<'a> = (&'a str, &'a str, &'a str);
        let triple = |r: &'a gold::Relation| (r.subject.as_str(), r.predicate.as_str(), r.object.as_str());
        let mut wanted: HashSet<Triple<'_>> = gold.relations.iter().map(triple).collect();
        let back: Vec<Triple<'_>> = wanted.iter().filter(|w| w.1 == SYMMETRIC).map(|(s, p, o)| (*o, *p, *s)).collect();
        wanted.extend(back);
        for relation in &gold.relations {
            self.score.relations.of(&relation.predicate).gold += 1;
        }
        let mut done: HashSet<Triple<'_>> = HashSet::new();
        for ((subject, predicate, object), relation) in &self.said.relations {
            let names = |iri: &str| self.mapped.get(iri).cloned().unwrap_or_default();
            let objects = names(object);
            let pairs = names(subject).into_iter().flat_map(|s| objects.iter().map(move |o| (s, *o)));
            let hit = pairs
                .filter_map(|(s, o)| wanted.get(&(s, predicate.as_str(), o)).copied())
                .find(|triple| !done.contains(triple));
            let symmetric = predicate == SYMMETRIC;
            let other_way = (object.clone(), predicate.clone(), subject.clone());
            if symmetric && object < subject && self.said.relations.contains_key(&other_way) {
                continue;
            }
            let counts = self.score.relations.of(predicate);
            counts.found += 1;
            counts.right += usize::from(hit.is_some());
            if let Some((s, p, o)) = hit {
                done.insert((s, p, o));
                if symmetric {
                    done.insert((o, p, s));
                }
            }
            self.score.evidence.1 += 1;
            self.score.evidence.0 += usize::from(stands(relation));
            let what = format!("{} -{predicate}-> {}", self.name(subject), self.name(object));
            let verdict = if hit.is_some() { Verdict::Right } else { Verdict::False };
            let row = self.row(Part::Relation, verdict, predicate, what);
            row.quote = relation.quote.clone();
            row.rule = relation.rule.to_string();
            row.reading = relation.reading;
            row.confidence = relation.confidence;
        }
        for relation in gold.relations.iter().filter(|r| !done.contains(&triple(r))) {
            let what = format!("{} -{}-> {}", relation.subject, relation.predicate, relation.object);
            self.row(Part::Relation, Verdict::Missed, &relation.predicate, what).quote = relation.quote.clone();
        }
    }

    /// The entity's name in the gold file, or else its own.
    fn name(&self, iri: &str) -> String {
        let mapped = self.mapped.get(iri).and_then(|names| names.first()).copied();
        let own = || self.said.entities.get(iri).map_or(iri, |e| e.name.as_str());
        mapped.unwrap_or_else(own).to_owned()
    }

    /// Each gold figure takes the figure found that has its value and unit, words that overlap, and the most characters
    /// in common with its indicator; of equal ones the first in the text.
    fn figures(&mut self) {
        let gold = self.gold;
        let mut pool: Vec<&said::Figure> = self.said.figures.iter().collect();
        for wanted in &gold.figures {
            let unit = kind_of(&wanted.unit);
            self.score.figures.of(unit).gold += 1;
            let mut best: Option<(usize, usize)> = None;
            for (n, figure) in pool.iter().enumerate().filter(|(_, f)| is_same(f, wanted)) {
                let common = common(&figure.indicator, &wanted.indicator);
                if best.is_none_or(|(_, most)| common > most) {
                    best = Some((n, common));
                }
            }
            let Some((n, common)) = best else {
                let what = format!("{} ({})", wanted.quote, wanted.indicator);
                self.row(Part::Figure, Verdict::Missed, unit, what);
                continue;
            };
            let figure = pool.remove(n);
            let counts = self.score.figures.of(unit);
            counts.right += 1;
            counts.found += 1;
            let about = self.mapped.get(figure.subject.as_str()).is_some_and(|m| m.contains(&wanted.subject.as_str()));
            let characters = folded(&figure.indicator).chars().count() + folded(&wanted.indicator).chars().count();
            let fields = &mut self.score.fields;
            fields.found += 1;
            fields.qualifier += usize::from(figure.qualifier == wanted.qualifier);
            fields.period += usize::from(figure.period == wanted.period);
            fields.subject += usize::from(about || figure.subject == wanted.subject);
            fields.indicator += usize::from(characters > 0 && 4 * common >= characters);
            self.figure(Verdict::Right, unit, figure);
        }
        for figure in pool {
            let unit = kind_of(&figure.unit);
            self.score.figures.of(unit).found += 1;
            self.figure(Verdict::False, unit, figure);
        }
    }

    fn figure(&mut self, verdict: Verdict, unit: &str, figure: &said::Figure) {
        let what = format!("{} ({})", figure.quote, figure.indicator);
        let row = self.row(Part::Figure, verdict, unit, what);
        row.quote = figure.quote.clone();
        row.rule = figure.rule.to_string();
        row.confidence = figure.confidence;
    }
}

/// What figures without a unit are counted under.
fn kind_of(unit: &str) -> &str {
    if unit.is_empty() { "-" } else { unit }
}

/// Whether the two are of one value and unit, and the words of the one hold those of the other.
fn is_same(figure: &said::Figure, wanted: &gold::Figure) -> bool {
    let near = |value: f64| (value - wanted.value).abs() <= 1e-9 * wanted.value.abs().max(1.0);
    let (x, y) = (folded(&figure.quote), folded(&wanted.quote));
    figure.value.parse().is_ok_and(near)
        && folded(&figure.unit) == folded(&wanted.unit)
        && (y.contains(&x) || x.contains(&y))
}

/// How many different characters stand in both.
fn common(a: &str, b: &str) -> usize {
    let set = |s: &str| folded(s).chars().collect::<BTreeSet<char>>();
    set(a).intersection(&set(b)).count()
}

/// Whether the words of a relation stand at its place in the letter.
fn stands(relation: &said::Relation) -> bool {
    let quote = folded(&relation.quote);
    !quote.is_empty() && folded(&relation.there).contains(&quote)
}

/// `text` without what does not tell two names apart: width, blanks, quotation and title marks, case.
pub(super) fn folded(text: &str) -> String {
    let separator = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    let mark = |c: char| "“”\"'‘’「」『』《》".contains(c);
    let kept: String = text.nfkc().filter(|c| !separator(*c) && !mark(*c)).collect();
    kept.to_lowercase()
}

/// Found and right by rule and reading: what is known of how often a rule is right.
pub fn by_rule(rows: &[Row]) -> BTreeMap<String, Counts> {
    let mut rules: BTreeMap<String, Counts> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.part != Part::Figure && r.verdict != Verdict::Missed) {
        let counts = rules.entry(row.reading.key(&row.rule)).or_default();
        counts.found += 1;
        counts.right += usize::from(row.verdict == Verdict::Right);
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An annotated entity: class, name and aliases, with blanks between them.
    fn named(words: &str) -> gold::Entity {
        let mut words = words.split(' ').map(str::to_owned);
        let (class, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        gold::Entity { name, class, aliases: words.collect() }
    }

    /// An annotated relation: subject, predicate and object, with blanks between them.
    fn stated(words: &str) -> gold::Relation {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let [subject, predicate, object] = words.try_into().expect("three words");
        gold::Relation { subject, predicate, object, quote: String::new() }
    }

    /// Entities found, as `IRI Class label label…`, and relations between their IRIs.
    fn said(entities: &[&str], relations: &[&str]) -> Said {
        let mut said = Said::default();
        for words in entities {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            let entity = said::Entity {
                class: words[1].clone(),
                name: words[2].clone(),
                labels: words[2..].iter().cloned().collect(),
                rule: "NAME-x".into(),
                confidence: 0.9,
            };
            said.entities.insert(words[0].clone(), entity);
        }
        for words in relations {
            let gold::Relation { subject, predicate, object, .. } = stated(words);
            let relation = said::Relation {
                quote: "甲与乙".to_owned(),
                start: 0,
                end: 4,
                there: "甲 与乙".to_owned(),
                rule: "REL-x".into(),
                reading: Reading::Carried,
                confidence: 0.8,
            };
            said.relations.insert((subject, predicate, object), relation);
        }
        said
    }

    fn score(entities: &[&str], relations: &[&str], said: &Said) -> Score {
        let entities = entities.iter().map(|w| named(w)).collect();
        let relations = relations.iter().map(|w| stated(w)).collect();
        let mut score = Score::default();
        score.add(&Gold { letter: "x".to_owned(), entities, relations, figures: Vec::new() }, said);
        score
    }

    /// Verdict and subject matter of each row.
    fn rows(score: &Score) -> Vec<String> {
        score.rows.iter().map(|r| format!("{} {} {}", r.verdict.name(), r.kind, r.what)).collect()
    }

    fn counts(right: usize, found: usize, gold: usize) -> Counts {
        Counts { right, found, gold }
    }

    #[test]
    fn a_name_is_found_by_any_of_its_forms_but_not_in_another_class() {
        let said = said(&["1 Enterprise “木林森” 木林森电子", "2 Park 小榄智造园"], &[]);
        let score = score(&["Enterprise 木林森股份 木林森", "Enterprise 小榄智造园"], &[], &said);
        assert_eq!(
            rows(&score),
            ["right Enterprise “木林森”", "false Park 小榄智造园", "missed Enterprise 小榄智造园"]
        );
        assert_eq!(score.entities.total(), counts(1, 2, 2));
    }

    #[test]
    fn width_blanks_marks_and_case_do_not_tell_names_apart() {
        assert_eq!(folded("《ＬＥＤ 产业\u{3000}“十条”》\n"), "led产业十条");
        assert_ne!(folded("木林森"), folded("木林"));
    }

    #[test]
    fn one_thing_found_twice_is_right_once() {
        let said = said(&["1 Enterprise 木林森", "2 Enterprise 木林森电子"], &["1 builds 3", "2 builds 3"]);
        let gold = ["Enterprise 木林森 木林森电子"];
        let score = score(&gold, &[], &said);
        assert_eq!(rows(&score)[..2], ["right Enterprise 木林森", "split Enterprise 木林森电子"]);
        assert_eq!(score.entities.total(), counts(1, 2, 1));
        assert!(score.rows[2].what.starts_with("木林森 -builds-> "), "{}", score.rows[2].what);
        assert_eq!(score.rows[3].what, score.rows[2].what, "both are shown by the annotated name");
    }

    #[test]
    fn a_name_of_two_things_goes_to_the_one_that_is_not_taken() {
        let said = said(&["1 Town 甲", "2 Town 甲 乙"], &[]);
        let score = score(&["Town 丙 甲", "Town 甲"], &[], &said);
        // The form belongs to the thing that names it last.
        assert_eq!(rows(&score), ["right Town 甲", "split Town 甲", "missed Town 丙"]);
    }

    #[test]
    fn both_halves_of_a_split_entity_carry_its_relations_once() {
        let entities = ["Enterprise 甲 甲公司", "Platform 丙"];
        let said = said(
            &["1 Enterprise 甲", "2 Enterprise 甲公司", "3 Platform 丙"],
            &["1 builds 3", "2 builds 3", "3 builds 1"],
        );
        let score = score(&entities, &["甲 builds 丙"], &said);
        assert_eq!(score.relations.total(), counts(1, 3, 1));
        assert_eq!(score.evidence, (3, 3));
    }

    #[test]
    fn cooperation_counts_in_either_direction_and_once() {
        let (entities, found) = (["Bank 甲", "Bank 乙"], ["1 Bank 甲", "2 Bank 乙"]);
        for relations in
            [vec!["1 cooperatesWith 2"], vec!["2 cooperatesWith 1"], vec!["1 cooperatesWith 2", "2 cooperatesWith 1"]]
        {
            let score = score(&entities, &["甲 cooperatesWith 乙"], &said(&found, &relations));
            assert_eq!(score.relations.total(), counts(1, 1, 1), "{relations:?}");
            assert!(score.rows.iter().all(|r| r.verdict == Verdict::Right), "{:?}", rows(&score));
        }
    }

    #[test]
    fn a_missed_relation_is_shown_as_annotated() {
        let score =
            score(&["Bank 甲", "Bank 乙"], &["甲 partOf 乙"], &said(&["1 Bank 甲", "2 Bank 乙"], &["2 partOf 1"]));
        assert_eq!(rows(&score)[2..], ["false partOf 乙 -partOf-> 甲", "missed partOf 甲 -partOf-> 乙"]);
    }

    fn counted(quote: &str, value: &str, indicator: &str) -> said::Figure {
        said::Figure {
            quote: quote.to_owned(),
            value: value.to_owned(),
            unit: "家".to_owned(),
            qualifier: "exact",
            indicator: indicator.to_owned(),
            subject: String::new(),
            period: "2024".to_owned(),
            start: 0,
            end: 1,
            rule: "FIG-number".into(),
            confidence: 0.9,
        }
    }

    fn wanted(quote: &str, value: f64, indicator: &str) -> gold::Figure {
        let [qualifier, subject, period] = ["over", "", "2024"].map(str::to_owned);
        let (quote, unit, indicator) = (quote.to_owned(), "家".to_owned(), indicator.to_owned());
        gold::Figure { quote, value, unit, qualifier, indicator, subject, period }
    }

    fn figures(found: Vec<said::Figure>, wanted: Vec<gold::Figure>) -> Score {
        let mut score = Score::default();
        let gold = Gold { letter: "x".to_owned(), figures: wanted, ..Gold::default() };
        score.add(&gold, &Said { figures: found, ..Said::default() });
        score
    }

    #[test]
    fn of_equal_figures_the_nearest_indicator_wins_then_the_first() {
        let found = vec![counted("12家", "12", "银行"), counted("12家", "12", "企业数"), counted("12家", "12", "企业")];
        let score = figures(found, vec![wanted("超12家", 12.0, "企业"), wanted("12家", 12.0, "学校")]);
        // The first takes the second, the second then takes the first: nothing is nearer.
        assert_eq!(rows(&score), ["right 家 12家 (企业数)", "right 家 12家 (银行)", "false 家 12家 (企业)"]);
        assert_eq!(score.figures.total(), counts(2, 3, 2));
        let expected = Fields { found: 2, qualifier: 0, period: 2, subject: 2, indicator: 1 };
        assert_eq!(score.fields, expected);
    }

    #[test]
    fn a_figure_needs_value_unit_and_words() {
        let found = vec![counted("12家", "12", "企业"), counted("0.5家", "0.50", "企业"), counted("3家", "no", "企业")];
        let score =
            figures(found, vec![wanted("13家", 13.0, "企业"), wanted("半家", 0.5, "企业"), wanted("3家", 3.0, "企业")]);
        assert_eq!(score.figures.total(), counts(0, 3, 3));
    }

    #[test]
    fn rules_are_counted_by_what_they_supply() {
        let said = said(&["1 Bank 甲", "2 Bank 乙", "3 Bank 丁"], &["1 partOf 2", "2 partOf 1"]);
        let counted = by_rule(&score(&["Bank 甲", "Bank 乙"], &["甲 partOf 乙"], &said).rows);
        let found: Vec<(&str, usize, usize)> = counted.iter().map(|(k, c)| (k.as_str(), c.found, c.right)).collect();
        assert_eq!(found, [("NAME-x+name", 3, 2), ("REL-x+carried", 2, 1)]);
    }
}
