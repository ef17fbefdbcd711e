//! The ontology and whoever uses its names: the program, the rules, the lists.

use std::collections::{BTreeMap, BTreeSet};

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedOrBlankNode, Term};
use regex::Regex;
use wenmai::knowledge::{Knowledge, Refers};
use wenmai::ontology::vocab;

use super::source::sources;
use super::support::{assert_none, local, pipeline, read, root};

/// What `ontology/wenmai.ttl` says of a term of its own.
#[derive(Default)]
struct Declared {
    types: BTreeSet<String>,
    /// Languages of its labels.
    labels: BTreeSet<String>,
    /// Languages of its comments.
    comments: BTreeSet<String>,
    /// The family of relations it belongs to, when it is one between entities.
    family: Option<String>,
}

/// The terms of the ontology's own namespace, by their local names.
fn declared() -> BTreeMap<String, Declared> {
    let turtle = read(&root().join("ontology/wenmai.ttl"));
    let mut terms: BTreeMap<String, Declared> = BTreeMap::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(turtle.as_bytes()) {
        let quad = quad.expect("the ontology is Turtle");
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else { continue };
        let Some(name) = local(subject.as_str()) else { continue };
        let term = terms.entry(name.to_owned()).or_default();
        let predicate = quad.predicate.as_str();
        match (&quad.object, predicate.rsplit(['#', '/']).next()) {
            (Term::NamedNode(node), Some("type")) => {
                term.types.extend(node.as_str().rsplit('#').next().map(str::to_owned));
            }
            (Term::Literal(l), Some("label")) => term.labels.extend(l.language().map(str::to_owned)),
            (Term::Literal(l), Some("comment")) => term.comments.extend(l.language().map(str::to_owned)),
            (Term::Literal(l), Some("family")) => term.family = Some(l.value().to_owned()),
            _ => {}
        }
    }
    terms
}

/// Local names of the relations between entities.
pub fn relations() -> BTreeSet<String> {
    declared().into_iter().filter(|(_, d)| d.family.is_some()).map(|(name, _)| name).collect()
}

#[test]
fn every_term_has_labels_in_both_languages() {
    let mut problems = Vec::new();
    for (name, term) in declared() {
        for (what, languages) in [("label", &term.labels), ("comment", &term.comments)] {
            let missing = ["zh", "en"].into_iter().filter(|l| !languages.contains(*l));
            problems.extend(missing.map(|l| format!("wm:{name}: no {what} in {l}")));
        }
        if term.types.is_empty() {
            problems.push(format!("wm:{name}: no type"));
        }
    }
    assert_none("terms lack something", &problems);
}

#[test]
fn the_program_writes_only_declared_terms() {
    let terms = declared();
    let missing = vocab::TERMS.iter().filter(|t| !terms.contains_key(**t)).map(|t| format!("wm:{t}"));
    assert_none("terms of the program are not in ontology/wenmai.ttl", &missing.collect::<Vec<_>>());
}

/// Classes and relations that the code of the readers names itself.
#[test]
fn the_readers_name_only_declared_terms() {
    let terms = declared();
    let name = Regex::new(r"^(?:[A-Z][a-z]+(?:[A-Z][a-z]+)*|[a-z]+(?:[A-Z][a-z]+)+)$").expect("a valid pattern");
    let readers = ["mention", "entity", "relation", "figure", "graph", "knowledge"];
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| readers.contains(&s.module.as_str())) {
        for literal in source.strings.iter().filter(|l| name.is_match(&l.text) && !terms.contains_key(&l.text)) {
            problems.push(format!("{}:{}: {}", source.path, source.line(literal.at), literal.text));
        }
    }
    assert_none("names in the code are not in ontology/wenmai.ttl", &problems);
}

#[test]
fn the_rules_state_only_relations_between_entities() {
    let relations = relations();
    let rules = &pipeline().knowledge().relation_rules;
    let stated = (rules.frame.iter().map(|r| (&r.id, &r.predicate)))
        .chain(rules.frame.iter().filter_map(|r| r.also.as_ref().map(|also| (&r.id, also))))
        .chain(rules.heading.iter().map(|r| (&r.id, &r.predicate)))
        .chain(rules.pattern.iter().map(|r| (&r.id, &r.predicate)))
        .chain(rules.inner.iter().map(|r| (&r.id, &r.predicate)));
    let unknown = stated.filter(|(_, p)| !relations.contains(*p)).map(|(id, p)| format!("{id}: {p}"));
    assert_none("relations of the rules are not in the ontology", &unknown.collect::<Vec<_>>());
}

/// Every class that a rule or a setting of the rules names.
#[test]
fn the_rules_name_only_declared_classes() {
    let knowledge = pipeline().knowledge();
    let unknown = classes_named(knowledge).into_iter().filter(|(_, class)| knowledge.schema.class(class).is_none());
    let unknown: Vec<String> = unknown.map(|(place, class)| format!("{place}: {class}")).collect();
    assert_none("classes named by the rules are not in the ontology", &unknown);
}

/// Place and name of each class that the rule files mention.
fn classes_named(knowledge: &Knowledge) -> Vec<(String, String)> {
    let mut named: Vec<(String, String)> = Vec::new();
    let mut add = |place: &str, classes: &[String]| named.extend(classes.iter().map(|c| (place.to_owned(), c.clone())));
    let names = &knowledge.name_rules;
    add("names: list_spreading", &names.list_spreading);
    add("names: common_classes", &names.common_classes);
    add("names: levelled", &names.levelled);
    add("names: class_nouns", &names.class_nouns.keys().cloned().collect::<Vec<_>>());
    names.shape.iter().for_each(|r| add(&r.id, std::slice::from_ref(&r.class)));
    names.list.iter().for_each(|r| add(&r.id, std::slice::from_ref(&r.class)));
    names.context.iter().for_each(|r| add(&r.id, std::slice::from_ref(&r.class)));
    let references = &knowledge.references;
    add("references: short_by_prefix", &references.short_by_prefix);
    for title in references.title_not_policy.iter().filter(|t| !t.class.is_empty()) {
        add("references: title_not_policy", std::slice::from_ref(&title.class));
    }
    for anaphor in references.anaphor.iter().filter(|a| a.refers == Refers::Last) {
        assert!(!anaphor.classes.is_empty(), "{:?} refers to what was named last, of no class", anaphor.words);
        add("references: anaphor", &anaphor.classes);
    }
    let relations = &knowledge.relation_rules;
    add("relations: actors", &relations.actors);
    for frame in &relations.frame {
        for classes in [&frame.subject, &frame.object, &frame.also_for] {
            add(&frame.id, classes);
        }
    }
    for heading in &relations.heading {
        add(&heading.id, &heading.subject);
        add(&heading.id, &heading.object);
    }
    for inner in &relations.inner {
        add(&inner.id, &inner.of);
        add(&inner.id, &inner.to);
    }
    let slot = Regex::new(r"\{[so]:([A-Za-z|]+)\+?\}").expect("a valid pattern");
    for pattern in &relations.pattern {
        for classes in slot.captures_iter(&pattern.pattern) {
            add(&pattern.id, &classes[1].split('|').map(str::to_owned).collect::<Vec<_>>());
        }
    }
    let figures = &knowledge.figure_rules;
    add("figures: topics", &figures.subjects.topics);
    add("figures: actors", &figures.subjects.actors);
    add("figures: branches", &figures.subjects.branches);
    add("figures: districts", &figures.subjects.districts);
    add("figures: behind", &figures.subjects.behind);
    add("figures: later", &figures.subjects.later);
    add("figures: rulings", &figures.subjects.rulings);
    add("figures: granting", &figures.subjects.granting);
    add("figures: listed", &figures.subjects.listed);
    for anaphor in &figures.subjects.anaphors {
        add("figures: anaphors", &anaphor.classes);
    }
    add("figures: number_inside", &figures.number_inside);
    named
}
