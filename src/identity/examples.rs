//! The examples that the rules of identity carry.

use super::{Authority, Decisions, document, resolve};
use crate::diag::Diagnostic;
use crate::knowledge::Knowledge;

/// Reads the examples of all rules of identity; returns those that are not decided as their rule says.
pub fn check(knowledge: &Knowledge) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for rule in &knowledge.identity.rule {
        let all = rule.matches.iter().map(|e| (e, true)).chain(rule.rejects.iter().map(|e| (e, false)));
        for (example, same) in all {
            let why = match is_same(knowledge, example) {
                Ok(found) if found == same => continue,
                Ok(_) if same => "the names are not joined".to_owned(),
                Ok(_) => "the names are joined".to_owned(),
                Err(why) => why,
            };
            problems.push(Diagnostic::error(
                "K415",
                format!("rule {}", rule.id),
                format!("example `{example}`: {why}"),
            ));
        }
    }
    problems
}

/// Whether the names on both sides of the bar are one thing.
fn is_same(knowledge: &Knowledge, example: &str) -> Result<bool, String> {
    let (a, b) = example.split_once(" | ").ok_or("an example needs two names with ` | ` between them")?;
    let documents = [document(knowledge, a)?, document(knowledge, b)?];
    let identity = resolve(knowledge, &documents, &Decisions::default(), &Authority::default());
    Ok(identity.of[0] == identity.of[1])
}
