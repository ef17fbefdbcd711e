//! Every fact leads back to the words it was read from, and nothing about contact persons gets in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oxigraph::model::{NamedNodeRef, Term};
use wenmai::graph;
use wenmai::ontology::vocab;

use super::support::{
    Facts, Page, assert_none, corpus, dev_letters, files, local, name, pipeline, plain, rdf, read, without_blanks,
};
use super::vocabulary::relations;

/// Runs `check` for every text of the corpus and of the developed letters, with what the binary made of it.
fn for_each_text(check: impl Fn(&str, &Page<'_>) -> Vec<String>) {
    let mut problems = Vec::new();
    for folder in [corpus(), dev_letters()] {
        let facts = Facts::of_build(&folder);
        for file in files(&folder, ".txt") {
            let path = name(&file);
            let found = check(&read(&file), &facts.document(&path));
            problems.extend(found.into_iter().map(|p| format!("{path}: {p}")));
        }
    }
    assert_none("facts are not what the text says", &problems);
}

/// The classes of records that quote the text.
const RECORDS: [NamedNodeRef<'_>; 3] = [vocab::CLAIM, vocab::FIGURE, vocab::PASSAGE];

#[test]
fn quotes_stand_where_they_say() {
    for_each_text(|text, page| {
        let text: Vec<char> = text.chars().collect();
        let mut problems = Vec::new();
        for class in RECORDS {
            let records = page.of_class(class);
            assert!(!records.is_empty(), "{} has no {class}", page.iri);
            for record in records {
                let (start, end) = (page.number(record, vocab::START), page.number(record, vocab::END));
                let quote = page.value(record, vocab::QUOTE);
                let stands: Option<String> = text.get(start..end).map(|c| c.iter().collect());
                let same = stands.as_ref().is_some_and(|s| without_blanks(s) == without_blanks(&quote));
                if quote.is_empty() || start >= end || !same {
                    problems.push(format!("{record} quotes “{quote}”, at {start}..{end} stands {stands:?}"));
                }
                if page.value(record, vocab::IN_DOCUMENT) != page.iri {
                    problems.push(format!("{record} is of another document than its graph"));
                }
            }
        }
        problems
    });
}

#[test]
fn what_was_read_names_its_rule() {
    for_each_text(|_, page| {
        let mut problems = Vec::new();
        for record in [vocab::CLAIM, vocab::FIGURE].into_iter().flat_map(|c| page.of_class(c)) {
            let confidence: f64 = page.value(record, vocab::CONFIDENCE).parse().unwrap_or(f64::NAN);
            if page.value(record, vocab::RULE).is_empty() || !(confidence > 0.0 && confidence <= 1.0) {
                problems.push(format!("{record}: no rule, or a confidence of {confidence}"));
            }
        }
        problems
    });
}

/// A triple between entities, by IRIs.
type Triple = (String, String, String);

/// A relation is a plain triple and a claim: each of the one has exactly one of the other.
#[test]
fn every_relation_has_one_claim_and_every_claim_its_relation() {
    let relations = relations();
    for_each_text(|_, page| {
        let mut plain_triples: BTreeSet<Triple> = BTreeSet::new();
        for (subject, said) in page.subjects() {
            for (predicate, object) in said {
                if local(predicate.as_str()).is_some_and(|p| relations.contains(p)) {
                    plain_triples.insert((subject.to_owned(), predicate.as_str().to_owned(), plain(object)));
                }
            }
        }
        let mut claimed: BTreeMap<Triple, usize> = BTreeMap::new();
        for claim in page.of_class(vocab::CLAIM) {
            let [s, p, o] = ["subject", "predicate", "object"].map(|part| page.value(claim, rdf(part)));
            *claimed.entry((s, p, o)).or_default() += 1;
        }
        let mut problems = Vec::new();
        for (triple, count) in &claimed {
            if *count != 1 || !plain_triples.contains(triple) {
                problems
                    .push(format!("{triple:?} has {count} claims, stated plainly: {}", plain_triples.contains(triple)));
            }
            let back = (triple.2.clone(), triple.1.clone(), triple.0.clone());
            if triple.1.ends_with("cooperatesWith") && claimed.contains_key(&back) {
                problems.push(format!("{triple:?} is claimed in both directions"));
            }
        }
        problems
            .extend(plain_triples.iter().filter(|t| !claimed.contains_key(*t)).map(|t| format!("{t:?} has no claim")));
        problems
    });
}

#[test]
fn entities_are_named_typed_and_mentioned() {
    let schema = &pipeline().knowledge().schema;
    for_each_text(|_, page| {
        let mut problems = Vec::new();
        let mentioned: BTreeSet<String> = page.values(&page.iri, vocab::MENTIONS).into_iter().collect();
        assert!(!mentioned.is_empty(), "{} mentions nothing", page.iri);
        for entity in &mentioned {
            let (types, labels) = (page.values(entity, rdf("type")), page.values(entity, vocab::PREF_LABEL));
            let class = types.first().and_then(|t| local(t)).and_then(|t| schema.class(t));
            if types.len() != 1 || class.is_none_or(|c| schema.is_abstract(c)) {
                problems.push(format!("{entity} is of {types:?}, not of one concrete class"));
            }
            if labels.len() != 1 || labels[0].trim().is_empty() {
                problems.push(format!("{entity} has the labels {labels:?}, not one"));
            }
            if page.values(entity, vocab::ALT_LABEL).iter().any(|l| l.trim().is_empty() || labels.contains(l)) {
                problems.push(format!("{entity} has an empty other label, or its label twice"));
            }
        }
        let passages = page.of_class(vocab::PASSAGE);
        let named: BTreeSet<String> = passages.iter().flat_map(|p| page.values(p, vocab::NAMES)).collect();
        problems.extend(mentioned.difference(&named).map(|e| format!("{e} is mentioned, but no passage names it")));
        // Whatever a record or a relation names is an entity of the document.
        let iri_of_entity = |term: &Term| matches!(term, Term::NamedNode(n) if is_entity(n.as_str()));
        for (subject, said) in page.subjects() {
            let ends = said.iter().filter(|(_, o)| iri_of_entity(o)).map(|(_, o)| plain(o));
            let subject = is_entity(subject).then(|| subject.to_owned());
            let unknown = ends.chain(subject).filter(|e| !mentioned.contains(e));
            problems.extend(unknown.map(|e| format!("{e} is no entity that the document mentions")));
        }
        problems
    });
}

/// Entities live in folders of classes, records and documents in folders with small letters.
fn is_entity(iri: &str) -> bool {
    iri.strip_prefix(vocab::ID).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The ends of a relation are of classes that the ontology allows.
#[test]
fn relations_fit_the_ontology() {
    let schema = &pipeline().knowledge().schema;
    for_each_text(|_, page| {
        let class = |iri: &str| local(&page.value(iri, rdf("type"))).and_then(|c| schema.class(c));
        let mut problems = Vec::new();
        for claim in page.of_class(vocab::CLAIM) {
            let [s, p, o] = ["subject", "predicate", "object"].map(|part| page.value(claim, rdf(part)));
            let property = local(&p).and_then(|p| schema.property(p));
            let fits = property
                .zip(class(&s))
                .zip(class(&o))
                .is_some_and(|((property, s), o)| property.domain.contains(s) && property.range.contains(o));
            if !fits || s == o {
                problems.push(format!("{s} {p} {o}"));
            }
        }
        problems
    });
}

/// A letter with `contact` as its lines about contact persons.
fn letter(contact: &str) -> String {
    format!(
        "海州市商务局关于市人大三次会议第12号建议答复的函\n\n李明代表：\n您提出的《关于扶持茶产业的建议》收悉，现答复如下：\n\
         一、关于品牌的建议\n海州市商务局支持海州市茶产业园建设，投入500万元。\n专此答复。\n\n海州市商务局\n2024年11月3日\n\n\
         {contact}\n\n抄送：市政府办公室。\n"
    )
}

/// Names and numbers of contact persons are left out of the graph, in whatever form the lines are written.
#[test]
fn contact_persons_never_get_in() {
    leaks(&[
        "（联系人及电话：张某，12345678）",
        "(联系人及电话:张某,12345678)",
        "（联 系 人：张某，联系电话：12345678）",
        "联系人：张某，电话12345678。",
        "（联系人及电话：张某，\n1234\n5678）",
        "（联系人及\n电话：张某，12345678）",
        "经办人：张某 12345678",
        "联系人：张某\n联系电话：12345678",
        "联系人：张某\n电话：12345678",
        "专此答复。（联系人：张某，电话12345678）",
    ]);
}

#[test]
fn contact_persons_at_the_end_of_a_long_paragraph_do_not_get_in() {
    let long = "海州市商务局将继续支持海州市茶产业园建设。".repeat(8);
    leaks(&[&format!("{long}（联系人及电话：张某，12345678）")]);
}

/// Fails when a quad of a letter holds what one of its contact lines, of these `forms`, says.
#[track_caller]
fn leaks(forms: &[&str]) {
    let schema = &pipeline().knowledge().schema;
    let mut problems = Vec::new();
    for form in forms {
        let found = pipeline().extract("letter.txt", letter(form).as_bytes()).expect("a letter is text");
        let said: Vec<String> = graph::draft(schema, &found).quads().map(|quad| quad.to_string()).collect();
        assert!(said.iter().any(|q| q.contains("商务局")), "the rest of the letter is read");
        let leaks = said.iter().filter(|q| ["张某", "12345678", "1234"].iter().any(|w| without_digest(q).contains(w)));
        problems.extend(leaks.map(|q| format!("{form:?}: {q}")));
    }
    assert_none("quads hold what a contact line says", &problems);
}

/// A quad without the hexadecimal digits of hashes, in which any number may occur by chance.
fn without_digest(quad: &str) -> String {
    let digest = |part: &str| part.len() >= 20 && part.chars().all(|c| c.is_ascii_hexdigit());
    quad.split(['/', '"', '<', '>', ' ']).filter(|part| !digest(part)).collect::<Vec<_>>().join(" ")
}

/// The graph as the library makes it and the one that the binary writes are the same.
#[test]
fn the_binary_writes_what_the_library_reads() {
    let file = Path::new("2023-53.txt");
    let facts = Facts::of_build(&corpus());
    let page = facts.document(&name(file));
    let bytes = std::fs::read(corpus().join(file)).expect("the digest is there");
    let found = pipeline().extract(&name(file), &bytes).expect("the digest is text");
    assert_eq!(page.of_class(vocab::CLAIM).len(), found.claims.len());
    assert_eq!(page.of_class(vocab::FIGURE).len(), found.figures.len());
    assert_eq!(page.values(&page.iri, vocab::MENTIONS).len(), found.entities.iter().count());
}
