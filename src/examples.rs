//! The examples that rules carry: texts in which a rule must find something, and texts in which it must find nothing.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::diag::Diagnostic;
use crate::entity::{Entity, EntityId};
use crate::graph::Extraction;
use crate::mention::Mention;
use crate::pipeline::Pipeline;
use crate::trace::Trace;

/// Reads the examples of all rules; returns those that are not read as their rule says.
pub fn check(pipeline: &Pipeline) -> Vec<Diagnostic> {
    let rules: Vec<(&str, &[String], &[String])> =
        pipeline.knowledge().rules().into_iter().map(|r| (r.id(), r.matches(), r.rejects())).collect();
    let found = rules.par_iter().map(|(id, matches, rejects)| {
        let missed = matches.iter().filter_map(|entry| {
            let why = match entry.split_once(" => ") {
                Some((example, expected)) => missing(pipeline, example, expected)?,
                None => "an example needs ` => ` and what is found".to_owned(),
            };
            Some(format!("example `{entry}`: {why}"))
        });
        let wrong = rejects.iter().filter_map(|example| {
            let wrong = wrongly_read(pipeline, id, example);
            (!wrong.is_empty()).then(|| format!("example `{example}`: the rule reads {} there", wrong.join("; ")))
        });
        let problem = |message| Diagnostic::error("K415", format!("rule {id}"), message);
        missed.chain(wrong).map(problem).collect::<Vec<_>>()
    });
    found.flatten_iter().collect()
}

/// What is read in `example`, set as the second paragraph of a body, so that no part of it is taken for a head.
fn read(pipeline: &Pipeline, example: &str) -> Option<(Extraction, Vec<Mention>)> {
    let text = format!("x。\n{example}\n");
    pipeline.extract_with_mentions("example.txt", text.as_bytes(), &Trace::off()).ok()
}

/// Why `expected` (`Class name` or `Subject relation Object`) was not found in `example`; nothing when it was.
fn missing(pipeline: &Pipeline, example: &str, expected: &str) -> Option<String> {
    let schema = &pipeline.knowledge().schema;
    let Some((found, _)) = read(pipeline, example) else { return Some("it is no text".to_owned()) };
    let words: Vec<&str> = expected.split(' ').collect();
    let (hit, all) = match words.iter().position(|w| schema.property(w).is_some()) {
        Some(at) => {
            let ends = (bare(&words[..at].concat()), bare(&words[at + 1..].concat()));
            let stated = stated(&found, words[at]);
            let all = stated.iter().map(|(s, o)| format!("{s} {} {o}", words[at])).collect::<Vec<_>>();
            (stated.contains(&ends), all)
        }
        None => {
            let (class, name) = expected.split_once(' ').unwrap_or((expected, ""));
            let entities = found.entities.iter().map(|(_, e)| (schema.name(e.class), forms(e)));
            let entities: Vec<(&str, Vec<String>)> = entities.collect();
            let hit = entities.iter().any(|(c, forms)| *c == class && forms.contains(&bare(name)));
            (hit, entities.iter().map(|(c, forms)| format!("{c} {}", forms.join("/"))).collect())
        }
    };
    (!hit).then(|| format!("not found; found: {}", all.join("; ")))
}

/// What the rule `id` reads in `example`, where it must read nothing.
fn wrongly_read(pipeline: &Pipeline, id: &str, example: &str) -> Vec<String> {
    let Some((found, mentions)) = read(pipeline, example) else { return Vec::new() };
    let text = found.document.text.clean();
    let name = |id| found.entities.get(id).name.as_str();
    let named = mentions.iter().filter(|m| &*m.rule == id).map(|m| m.span.of(text).to_owned());
    let claimed = found.claims.iter().filter(|c| &*c.rule == id);
    let claimed = claimed.map(|c| format!("{} {} {}", name(c.subject), c.predicate, name(c.object)));
    let counted = found.figures.iter().filter(|f| &*f.rule == id).map(|f| f.indicator.clone());
    named.chain(claimed).chain(counted).collect()
}

/// The ends of all claims of `predicate`, in every form by which the document calls them; either way round for
/// cooperation, which has no direction.
fn stated(found: &Extraction, predicate: &str) -> BTreeSet<(String, String)> {
    let forms = |id: EntityId| forms(found.entities.get(id));
    let mut stated = BTreeSet::new();
    for claim in found.claims.iter().filter(|c| &*c.predicate == predicate) {
        for subject in forms(claim.subject) {
            for object in forms(claim.object) {
                if predicate == "cooperatesWith" {
                    stated.insert((object.clone(), subject.clone()));
                }
                stated.insert((subject.clone(), object));
            }
        }
    }
    stated
}

/// All forms by which a document calls `entity`.
fn forms(entity: &Entity) -> Vec<String> {
    std::iter::once(&entity.name).chain(&entity.aliases).map(|n| bare(n)).collect()
}

/// `name` without quotation marks, which tell no names apart.
fn bare(name: &str) -> String {
    let mark = |c: char| "“”‘’「」『』\"'《》".contains(c);
    name.chars().filter(|c| !c.is_whitespace() && !mark(*c)).collect()
}
