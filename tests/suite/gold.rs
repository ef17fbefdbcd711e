//! The annotated letters are sound: what they name is in the ontology and in the letter.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use super::support::{assert_none, bare, pipeline, read, root};

/// One annotated letter; fields that the checks do not need are left out.
#[derive(Deserialize)]
struct Gold {
    letter: String,
    entities: Vec<Entity>,
    relations: Vec<Relation>,
    figures: Vec<Figure>,
}

#[derive(Deserialize)]
struct Entity {
    name: String,
    #[serde(rename = "type")]
    class: String,
    aliases: Vec<String>,
}

#[derive(Deserialize)]
struct Relation {
    s: String,
    p: String,
    o: String,
    quote: String,
}

#[derive(Deserialize)]
struct Figure {
    quote: String,
    value: f64,
    qualifier: String,
    indicator: String,
    subject: String,
}

/// All annotated letters with their texts.
fn all() -> Vec<(PathBuf, Gold, String)> {
    let sets = fs::read_dir(root().join("tests/gold")).expect("there is gold");
    let mut sets: Vec<PathBuf> = sets.map(|e| e.expect("the folder can be listed").path()).collect();
    sets.sort();
    let mut found = Vec::new();
    for set in sets {
        let Ok(letters) = fs::read_dir(set.join("letters")).map(Iterator::count) else { continue };
        let before = found.len();
        for path in
            fs::read_dir(set.join("gold")).expect("letters have gold").map(|e| e.expect("it can be listed").path())
        {
            let gold: Gold = serde_json::from_str(&read(&path)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let letter = set.join("letters").join(format!("{}.txt", gold.letter));
            found.push((path, gold, read(&letter)));
        }
        assert_eq!(found.len() - before, letters, "{}: each letter has one file of gold", set.display());
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 16, "only {} letters are annotated", found.len());
    found
}

/// Runs `check` on each annotated letter; it gets the letter's text without blanks and marks.
fn for_each(check: impl Fn(&Gold, &str) -> Vec<String>) {
    let mut problems = Vec::new();
    for (path, gold, text) in all() {
        let found = check(&gold, &bare(&text));
        problems.extend(found.into_iter().map(|p| format!("{}: {p}", path.file_name().unwrap_or_default().display())));
    }
    assert_none("rows of the gold files are unsound", &problems);
}

#[test]
fn entities_are_of_concrete_classes_and_stand_in_the_letter() {
    let schema = &pipeline().knowledge().schema;
    for_each(|gold, text| {
        let mut problems = Vec::new();
        let mut seen = BTreeMap::new();
        for entity in &gold.entities {
            if schema.class(&entity.class).is_none_or(|c| schema.is_abstract(c)) {
                problems.push(format!("{}: no class {}", entity.name, entity.class));
            }
            let mut forms = std::iter::once(&entity.name).chain(&entity.aliases);
            if !forms.any(|form| text.contains(&bare(form))) {
                problems.push(format!("{} {} does not stand in the letter", entity.class, entity.name));
            }
            if let Some(first) = seen.insert(&entity.name, &entity.class) {
                problems.push(format!("{} is both {first} and {}", entity.name, entity.class));
            }
        }
        problems
    });
}

#[test]
fn relations_join_entities_that_fit() {
    let schema = &pipeline().knowledge().schema;
    for_each(|gold, text| {
        let mut problems = Vec::new();
        let classes: BTreeMap<&str, &str> = gold.entities.iter().map(|e| (e.name.as_str(), e.class.as_str())).collect();
        for Relation { s, p, o, quote } in &gold.relations {
            let class = |end: &str| classes.get(end).and_then(|c| schema.class(c));
            match (schema.property(p), class(s), class(o)) {
                (None, _, _) => problems.push(format!("no relation {p}")),
                (_, None, _) => problems.push(format!("{s} {p} {o}: {s} is no entity of the letter")),
                (_, _, None) => problems.push(format!("{s} {p} {o}: {o} is no entity of the letter")),
                (Some(property), Some(from), Some(to)) => {
                    if !property.domain.contains(from) || !property.range.contains(to) {
                        problems.push(format!(
                            "{s} {p} {o}: {} {p} {} does not fit",
                            classes[s.as_str()],
                            classes[o.as_str()]
                        ));
                    }
                }
            }
            if !text.contains(&bare(quote)) {
                problems.push(format!("{s} {p} {o}: the letter does not say “{quote}”"));
            }
        }
        problems
    });
}

#[test]
fn figures_are_quoted() {
    for_each(|gold, text| {
        let mut problems = Vec::new();
        let entities: Vec<&str> = gold.entities.iter().map(|e| e.name.as_str()).collect();
        for figure in &gold.figures {
            let Figure { quote, value, qualifier, indicator, subject } = figure;
            if !text.contains(&bare(quote)) {
                problems.push(format!("the letter does not say “{quote}”"));
            }
            if !["exact", "over", "about", "nearly", "upto"].contains(&qualifier.as_str()) {
                problems.push(format!("{quote}: no qualifier {qualifier}"));
            }
            if !value.is_finite()
                || indicator.is_empty()
                || !(subject.is_empty() || entities.contains(&subject.as_str()))
            {
                problems.push(format!("{quote}: no value, no indicator or a subject that is no entity ({subject})"));
            }
        }
        problems
    });
}
