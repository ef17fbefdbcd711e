//! The frames as they are compiled from `[[frame]]` in `ontology/rules/relations.toml`.

use std::sync::Arc;

use crate::knowledge::{self, Knowledge};
use crate::ontology::Classes;
use crate::search::Expression;

/// One rule. What its keys mean is said at [`knowledge::Frame`].
pub(super) struct Frame {
    pub(super) id: Arc<str>,
    pub(super) predicate: Arc<str>,
    pub(super) subject: Classes,
    /// Who acts when the clause does not say, of those who acted before.
    pub(super) carried: Classes,
    /// The same from earlier sentences.
    pub(super) onward: Classes,
    pub(super) object: Classes,
    pub(super) given: bool,
    pub(super) reversed: bool,
    pub(super) stated: bool,
    pub(super) defaults: bool,
    pub(super) near: bool,
    /// Whoever is made to act by somebody else acts by it in the clauses behind.
    pub(super) guests: bool,
    /// Whether the frame speaks of aid.
    pub(super) helps: bool,
    /// Whether the frame speaks of bringing somebody in.
    pub(super) brings_in: bool,
    /// Whether the frame says what somebody is, not what he does.
    pub(super) states: bool,
    pub(super) alone: bool,
    pub(super) before: bool,
    pub(super) gap: usize,
    pub(super) named: Option<Expression>,
    pub(super) then: Option<Expression>,
    pub(super) also: Option<Also>,
    pub(super) confidence: f64,
}

/// A second relation, from what is acted on to the one who acts.
pub(super) struct Also {
    pub(super) predicate: Arc<str>,
    /// What is acted on is of these classes,
    pub(super) of: Classes,
    /// and the one who acts of these.
    pub(super) from: Classes,
}

impl Frame {
    /// Compiles `rule`; nothing when the ontology does not know its relation.
    pub(super) fn new(knowledge: &Knowledge, rule: &knowledge::Frame) -> Option<Self> {
        let property = knowledge.schema.property(&rule.predicate)?;
        let (acts, acted_on) =
            if rule.reversed { (property.range, property.domain) } else { (property.domain, property.range) };
        let narrowed = |names: &[String], all: Classes| {
            if names.is_empty() { all } else { knowledge.classes(names).intersection(all) }
        };
        let subject = narrowed(&rule.subject, acts);
        Some(Self {
            id: rule.id.as_str().into(),
            predicate: rule.predicate.as_str().into(),
            subject,
            carried: narrowed(&rule.carried, subject),
            onward: narrowed(&rule.onward, narrowed(&rule.carried, subject)),
            object: narrowed(&rule.object, acted_on),
            given: rule.given,
            reversed: rule.reversed,
            stated: rule.stated,
            defaults: rule.defaults,
            near: rule.near,
            guests: rule.guests || !knowledge.relation_rules.by_hosts.contains(&rule.predicate),
            helps: knowledge.relation_rules.helps.contains(&rule.predicate),
            brings_in: knowledge.relation_rules.brings_in.contains(&rule.predicate),
            states: knowledge.relation_rules.states.contains(&rule.predicate),
            alone: rule.alone,
            before: rule.before,
            gap: rule.gap,
            named: rule.named.clone(),
            then: rule.then.clone(),
            also: rule.also.as_ref().map(|predicate| Also {
                predicate: predicate.as_str().into(),
                of: knowledge.classes(&rule.also_for),
                from: narrowed(&rule.also_from, acts),
            }),
            confidence: rule.confidence,
        })
    }
}
