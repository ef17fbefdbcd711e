//! Every rule carries its own examples: texts in which it must find something, and texts in which it must find nothing.

use std::collections::BTreeSet;

use wenmai::document;
use wenmai::graph::Extraction;
use wenmai::knowledge::Rule;
use wenmai::mention::Finder;
use wenmai::text::Text;
use wenmai::trace::Trace;

use super::support::{assert_none, bare, pipeline};
use super::vocabulary::relations;

/// `example` as the second paragraph of a body, so that no part of it is taken for a head.
fn text(example: &str) -> String {
    format!("有关事项如下。\n{example}\n")
}

fn extract(example: &str) -> Extraction {
    pipeline().extract("example.txt", text(example).as_bytes()).expect("an example is text")
}

/// All forms by which the document calls each of its entities, with the entity's class.
fn called(found: &Extraction) -> Vec<(&str, BTreeSet<String>)> {
    let schema = &pipeline().knowledge().schema;
    let forms = |(_, e): (_, &wenmai::entity::Entity)| {
        (schema.name(e.class), std::iter::once(&e.name).chain(&e.aliases).map(|n| bare(n)).collect())
    };
    found.entities.iter().map(forms).collect()
}

/// All claims as subject, predicate and object, in every form of their ends.
fn stated(found: &Extraction) -> BTreeSet<(String, String, String)> {
    let forms = |id| {
        let entity = found.entities.get(id);
        std::iter::once(&entity.name).chain(&entity.aliases).map(|n| bare(n)).collect::<Vec<_>>()
    };
    let mut stated = BTreeSet::new();
    for claim in &found.claims {
        let symmetric = &*claim.predicate == "cooperatesWith";
        for subject in forms(claim.subject) {
            for object in forms(claim.object) {
                if symmetric {
                    stated.insert((object.clone(), claim.predicate.to_string(), subject.clone()));
                }
                stated.insert((subject.clone(), claim.predicate.to_string(), object));
            }
        }
    }
    stated
}

/// Why `expected` was not found in `example`; nothing when it was.
fn miss(example: &str, expected: &str) -> Option<String> {
    let found = extract(example);
    let words: Vec<&str> = expected.split(' ').collect();
    let predicates = relations();
    if let Some(at) = words.iter().position(|w| predicates.contains(*w)) {
        let (subject, object) = (bare(&words[..at].concat()), bare(&words[at + 1..].concat()));
        let stated = stated(&found);
        let all: Vec<String> = stated.iter().map(|(s, p, o)| format!("{s} {p} {o}")).collect();
        return (!stated.contains(&(subject, words[at].to_owned(), object))).then(|| all.join("; "));
    }
    let (class, name) = expected.split_once(' ').unwrap_or((expected, ""));
    let called = called(&found);
    let all: Vec<String> = called.iter().map(|(c, n)| format!("{c} {}", Vec::from_iter(n.clone()).join("/"))).collect();
    let hit = called.iter().any(|(c, forms)| *c == class && forms.contains(&bare(name)));
    (!hit).then(|| all.join("; "))
}

/// What carries the id of `rule` although the text is one that it rejects.
fn wrong(rule: &dyn Rule, example: &str) -> Vec<String> {
    let knowledge = pipeline().knowledge();
    let document = document::read(Text::new(&text(example)), &knowledge.cues);
    let (mentions, _) = Finder::new(knowledge).find(knowledge, &document, &Trace::off());
    let mentioned =
        mentions.iter().filter(|m| &*m.rule == rule.id()).map(|m| m.span.of(document.text.clean()).to_owned());
    let found = extract(example);
    let name = |id| found.entities.get(id).name.as_str();
    let claimed = found.claims.iter().filter(|c| &*c.rule == rule.id());
    let claimed = claimed.map(|c| format!("{} {} {}", name(c.subject), c.predicate, name(c.object)));
    let counted = found.figures.iter().filter(|f| &*f.rule == rule.id()).map(|f| f.indicator.clone());
    mentioned.chain(claimed).chain(counted).collect()
}

#[test]
fn every_rule_finds_what_its_examples_say() {
    let mut problems = Vec::new();
    for rule in pipeline().knowledge().rules() {
        for entry in rule.matches() {
            match entry.split_once(" => ") {
                Some((example, expected)) => {
                    problems.extend(
                        miss(example, expected).map(|found| format!("{}: {entry} (found: {found})", rule.id())),
                    );
                }
                None => problems.push(format!("{}: {entry}: an example needs ` => ` and what is found", rule.id())),
            }
        }
    }
    assert_none("examples are not read as they say", &problems);
}

#[test]
fn every_rule_finds_nothing_in_what_it_rejects() {
    let mut problems = Vec::new();
    for rule in pipeline().knowledge().rules() {
        for example in rule.rejects() {
            let found = wrong(rule, example);
            if !found.is_empty() {
                problems.push(format!("{}: {example} (found: {})", rule.id(), found.join("; ")));
            }
        }
    }
    assert_none("texts that a rule rejects are read by it", &problems);
}
