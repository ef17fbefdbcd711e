//! Which policy documents stand beside which enterprises.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Passage};
use super::prune;
use super::style::Style;
use super::view::{Arrow, Builder, Subject, Tie, View, part};
use crate::ontology::vocab;

/// All that ties one policy document to one enterprise.
#[derive(Default)]
struct Pair<'a> {
    passages: Vec<&'a Passage>,
    /// Document and number of the section.
    sections: BTreeSet<(&'a str, &'a str)>,
    /// Passages that name one of the two in the first section they share.
    around: Vec<&'a str>,
}

/// Policy documents and enterprises, two of them tied where a document states a relation between them, or names both
/// in one sentence or one numbered section. With `letters` also the letters that cite the policies.
pub(super) fn view(facts: &Facts, style: &Style, top: usize, letters: bool) -> View {
    let of_class = |class: &str| -> BTreeSet<&str> {
        let classes = style.with_subclasses(class);
        let belongs = facts.entities.iter().filter(|(_, entity)| classes.contains(entity.class.as_str()));
        belongs.map(|(iri, _)| iri.as_str()).collect()
    };
    let policies = of_class(vocab::POLICY_DOCUMENT.as_str());
    let enterprises = of_class(vocab::ENTERPRISE.as_str());
    let pairs = together(facts, &policies, &enterprises);
    let stated = stated(facts, &policies, &enterprises);

    let mut builder = Builder::new(facts, style);
    let tied: BTreeSet<(&str, &str)> = pairs.keys().chain(stated.keys()).copied().collect();
    for end in tied.iter().flat_map(|(policy, enterprise)| [policy, enterprise]).collect::<BTreeSet<_>>() {
        builder.entity(end);
    }
    for key @ (policy, enterprise) in tied {
        let claims = stated.get(&key).map(Vec::as_slice).unwrap_or_default();
        let empty = Pair::default();
        let pair = pairs.get(&key).unwrap_or(&empty);
        let tie = match (claims, &pair.passages[..]) {
            ([_, ..], _) => Tie::Claim,
            ([], [_, ..]) => Tie::Passage,
            ([], []) => Tie::Section,
        };
        let Some(link) = builder.link(policy, enterprise, tie, Arrow::None) else { continue };
        let forward = claims.iter().any(|claim| claim.subject == policy);
        let back = claims.iter().any(|claim| claim.object == policy);
        link.arrow = match (forward, back) {
            (true, true) => Arrow::Both,
            (true, false) => Arrow::Forward,
            (false, true) => Arrow::Back,
            (false, false) => Arrow::None,
        };
        for claim in claims {
            link.add(&claim.predicate, &claim.document, facts.quote(&claim.document, &claim.quote));
        }
        link.places = if tie == Tie::Section { pair.sections.len() } else { pair.passages.len() };
        link.documents.extend(pair.passages.iter().map(|passage| passage.document.clone()));
        if tie == Tie::Section {
            link.documents.extend(pair.sections.iter().map(|(document, _)| (*document).to_owned()));
            let document = pair.sections.first().map_or("", |(document, _)| *document);
            link.quote = facts.quote(document, &pair.around.join(" … "));
        } else if let Some(first) = pair.passages.first() {
            link.quote = facts.quote(&first.document, &first.quote);
        }
    }
    if letters {
        add_letters(&mut builder, facts, &policies);
    }
    let mut all = builder.finish();
    prune::rank(&mut all, None);
    let shown = part(&all, &prune::select(&all, top));
    View::new(Subject::Citations, &all, shown, facts)
}

/// Claims between a policy and an enterprise, whichever way they point.
fn stated<'a>(
    facts: &'a Facts,
    policies: &BTreeSet<&str>,
    enterprises: &BTreeSet<&str>,
) -> BTreeMap<(&'a str, &'a str), Vec<&'a super::facts::Claim>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for claim in &facts.claims {
        let (subject, object) = (claim.subject.as_str(), claim.object.as_str());
        if policies.contains(subject) && enterprises.contains(object) {
            found.entry((subject, object)).or_default().push(claim);
        } else if policies.contains(object) && enterprises.contains(subject) {
            found.entry((object, subject)).or_default().push(claim);
        }
    }
    found
}

/// Policies and enterprises that one sentence or one numbered section names.
fn together<'a>(
    facts: &'a Facts,
    policies: &BTreeSet<&'a str>,
    enterprises: &BTreeSet<&'a str>,
) -> BTreeMap<(&'a str, &'a str), Pair<'a>> {
    let named = |passage: &'a Passage, among: &BTreeSet<&'a str>| -> Vec<&'a str> {
        passage.mentions.iter().map(String::as_str).filter(|iri| among.contains(iri)).collect()
    };
    let mut pairs: BTreeMap<(&str, &str), Pair<'_>> = BTreeMap::new();
    // Section → for policies and for enterprises, who is named and in which passage first.
    let mut sections: BTreeMap<(&str, &str), [BTreeMap<&str, &str>; 2]> = BTreeMap::new();
    for passage in &facts.passages {
        let (left, right) = (named(passage, policies), named(passage, enterprises));
        for policy in &left {
            for enterprise in &right {
                pairs.entry((policy, enterprise)).or_default().passages.push(passage);
            }
        }
        if !passage.section.is_empty() {
            let section = sections.entry((&passage.document, &passage.section)).or_default();
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
                let pair = pairs.entry((policy, enterprise)).or_default();
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
fn add_letters(builder: &mut Builder<'_>, facts: &Facts, policies: &BTreeSet<&str>) {
    let letters = facts.letters();
    for claim in &facts.claims {
        let (letter, policy) = (claim.subject.as_str(), claim.object.as_str());
        if letters.contains(letter) && policies.contains(policy) && builder.has(policy) {
            builder.entity(letter);
            if let Some(link) = builder.link(letter, policy, Tie::Claim, Arrow::Forward) {
                link.add(&claim.predicate, &claim.document, facts.quote(&claim.document, &claim.quote));
            }
        }
    }
}
