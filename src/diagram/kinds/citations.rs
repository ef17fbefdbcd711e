//! Which policy documents stand beside which enterprises.

use std::collections::{BTreeMap, BTreeSet};

use super::of_class;
use crate::diagram::facts::{Claim, Facts, Id, Passage};
use crate::diagram::view::{Arrow, Builder, Context, Layout, Tie, View};
use crate::ontology::vocab;

/// All that ties one policy document to one enterprise.
#[derive(Default)]
struct Pair<'a> {
    claims: Vec<&'a Claim>,
    passages: Vec<&'a Passage>,
    /// Document and number of the section.
    sections: BTreeSet<(Id, &'a str)>,
    /// Passages that name one of the two in the first section they share.
    around: Vec<&'a str>,
}

impl Pair<'_> {
    fn tie(&self) -> Tie {
        match (&self.claims[..], &self.passages[..]) {
            ([_, ..], _) => Tie::Claim,
            ([], [_, ..]) => Tie::Passage,
            ([], []) => Tie::Section,
        }
    }
}

/// Policy documents and enterprises, two of them tied where a document states a relation between them, or names both
/// in one sentence or one numbered section. With `documents` also the letters that cite the policies.
pub(super) fn view(context: &Context<'_>) -> View {
    let Context { facts, style, words, request } = *context;
    let policies = of_class(facts, style, vocab::POLICY_DOCUMENT.as_str());
    let enterprises = of_class(facts, style, vocab::ENTERPRISE.as_str());
    let mut pairs = together(facts, &policies, &enterprises);
    for claim in &facts.claims {
        let (subject, object) = (claim.subject, claim.object);
        if policies.contains(&subject) && enterprises.contains(&object) {
            pairs.entry((subject, object)).or_default().claims.push(claim);
        } else if policies.contains(&object) && enterprises.contains(&subject) {
            pairs.entry((object, subject)).or_default().claims.push(claim);
        }
    }
    let mut builder = Builder::new(context);
    for end in pairs.keys().flat_map(|(policy, enterprise)| [*policy, *enterprise]).collect::<BTreeSet<_>>() {
        builder.entity(end);
    }
    for ((policy, enterprise), pair) in &pairs {
        draw(&mut builder, facts, (*policy, *enterprise), pair);
    }
    if request.documents {
        add_letters(&mut builder, facts, &policies);
    }
    let view = View::of(words.citations.clone(), Layout::Columns, builder.finish(), context);
    View { ties: true, ..view }
}

fn draw(builder: &mut Builder<'_>, facts: &Facts, (policy, enterprise): (Id, Id), pair: &Pair<'_>) {
    let tie = pair.tie();
    let (from, to) = (builder.entity(policy), builder.entity(enterprise));
    let link = builder.link(from, to, tie, Arrow::None);
    let forward = pair.claims.iter().any(|claim| claim.subject == policy);
    let back = pair.claims.iter().any(|claim| claim.object == policy);
    link.arrow = match (forward, back) {
        (true, true) => Arrow::Both,
        (true, false) => Arrow::Forward,
        (false, true) => Arrow::Back,
        (false, false) => Arrow::None,
    };
    for claim in &pair.claims {
        let quote = facts.quote(claim.document, &claim.quote);
        link.add(facts.predicate(claim.predicate), Some(claim.document), quote);
    }
    link.places = if tie == Tie::Section { pair.sections.len() } else { pair.passages.len() };
    link.documents.extend(pair.passages.iter().map(|passage| passage.document));
    if let Some(first) = pair.passages.first() {
        link.quote = facts.quote(first.document, &first.quote);
    } else if let Some((document, _)) = pair.sections.first()
        && tie == Tie::Section
    {
        link.documents.extend(pair.sections.iter().map(|(document, _)| *document));
        link.quote = facts.quote(*document, &pair.around.join(" … "));
    }
}

/// Policies and enterprises that one sentence or one numbered section names.
fn together<'a>(facts: &'a Facts, policies: &BTreeSet<Id>, enterprises: &BTreeSet<Id>) -> BTreeMap<(Id, Id), Pair<'a>> {
    let named = |passage: &'a Passage, among: &BTreeSet<Id>| -> Vec<Id> {
        passage.mentions.iter().copied().filter(|id| among.contains(id)).collect()
    };
    let mut pairs: BTreeMap<(Id, Id), Pair<'_>> = BTreeMap::new();
    // Section → for policies and for enterprises, who is named and in which passage first.
    let mut sections: BTreeMap<(Id, &str), [BTreeMap<Id, &str>; 2]> = BTreeMap::new();
    for passage in &facts.passages {
        let (left, right) = (named(passage, policies), named(passage, enterprises));
        for policy in &left {
            for enterprise in &right {
                pairs.entry((*policy, *enterprise)).or_default().passages.push(passage);
            }
        }
        if !passage.section.is_empty() {
            let section = sections.entry((passage.document, &passage.section)).or_default();
            for (side, names) in section.iter_mut().zip([left, right]) {
                for name in names {
                    side.entry(name).or_insert(&passage.quote);
                }
            }
        }
    }
    for (section, [left, right]) in &sections {
        for (policy, one) in left {
            for (enterprise, other) in right {
                let pair = pairs.entry((*policy, *enterprise)).or_default();
                pair.sections.insert(*section);
                if pair.around.is_empty() {
                    pair.around = vec![one, other];
                    pair.around.dedup();
                }
            }
        }
    }
    pairs
}

/// Adds the letters that state something about a policy in the picture.
fn add_letters(builder: &mut Builder<'_>, facts: &Facts, policies: &BTreeSet<Id>) {
    let letters = facts.letters();
    for claim in &facts.claims {
        if letters.contains(&claim.subject)
            && policies.contains(&claim.object)
            && let Some(policy) = builder.find(claim.object)
        {
            let letter = builder.entity(claim.subject);
            builder.claim_between(letter, policy, facts.predicate(claim.predicate), claim);
        }
    }
}
