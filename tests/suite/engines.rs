//! What answers queries: the engine in memory and, where it is built in, the one on disk, against oxigraph's own store.

use std::collections::BTreeMap;
use std::path::Path;

use oxigraph::model::{GraphName, Quad};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use wenmai::graph::{Store, all_quads};
use wenmai::query::{Answer, Catalogue, Engine, Limits, PREFIXES, Prepared};

use super::support::{build, corpus, dev_letters, temporary};
#[cfg(feature = "rocksdb")]
use super::support::{text, wenmai};

/// Patterns with each part bound or free, in the union, in one graph and in each; and what else reads the dataset.
const QUESTIONS: [&str; 18] = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(*) AS ?n) { ?s a wm:Enterprise }",
    "SELECT ?s { ?s a wm:Enterprise }",
    "SELECT ?s { GRAPH ?g { ?s a wm:Enterprise } }",
    "SELECT ?s ?p ?o { ?s a wm:Bank . ?s ?p ?o }",
    "SELECT ?p ?o { ?d a wm:Document . GRAPH ?d { ?d ?p ?o } }",
    "SELECT ?s ?p { ?d a wm:Document . GRAPH ?d { ?s ?p ?d } }",
    "SELECT ?s ?o { ?d a wm:Document . GRAPH ?d { ?s wm:supports ?o } }",
    "SELECT ?s ?o { GRAPH <https://w3id.org/wenmai/ontology> { ?s rdfs:subClassOf ?o } }",
    "SELECT ?s { ?s rdfs:subClassOf* wm:Agent }",
    "SELECT ?a ?b { ?a wm:supports ?b . FILTER NOT EXISTS { ?b a wm:Enterprise } }",
    "SELECT ?x (SUM(?v) AS ?sum) { ?f wm:value ?v ; wm:unit ?x } GROUP BY ?x",
    "SELECT ?q { ?c wm:confidence ?q } ORDER BY ?q",
    "SELECT ?label { ?s skos:prefLabel ?label . BIND(STRLEN(STR(?label)) AS ?n) FILTER(?n > 8 && LANG(?label) = \"zh\") }",
    "SELECT ?s ?made { ?s a wm:Bank . BIND(CONCAT(STR(?s), \"x\") AS ?made) OPTIONAL { ?made ?p ?o } }",
    "SELECT ?s { VALUES ?s { wm:Bank wm:Nothing \"never\" } ?s ?p ?o }",
];

fn rows(answer: Answer) -> Vec<String> {
    let rows = match answer {
        Answer::Rows(rows) => rows.rows.into_iter().map(|row| format!("{row:?}")).collect(),
        Answer::Boolean(value) => vec![value.to_string()],
        Answer::Graph(triples) => triples.iter().map(ToString::to_string).collect::<Vec<_>>(),
    };
    // Oxigraph's own stores keep the kinds of whole numbers as one.
    let mut rows: Vec<String> = rows.iter().map(|row| row.replace("#nonNegativeInteger", "#integer")).collect();
    rows.sort_unstable();
    rows
}

/// The answers of the store at `dir`, by question.
fn answers(dir: &Path) -> BTreeMap<String, Vec<String>> {
    let engine = Engine::open(dir).expect("a sound store");
    let mut answers = BTreeMap::new();
    for question in QUESTIONS {
        let query = Prepared::parse(question).unwrap_or_else(|e| panic!("{question}: {e}"));
        let answer = engine.run(&query, &Limits::default()).unwrap_or_else(|e| panic!("{question}: {e}"));
        answers.insert(question.to_owned(), rows(answer));
    }
    let catalogue = Catalogue::embedded().expect("the queries are sound");
    for definition in catalogue.iter() {
        let Ok(query) = definition.prepare(&[]) else { continue };
        let answer = engine.run(&query, &Limits::default()).unwrap_or_else(|e| panic!("{e}"));
        answers.insert(definition.name.clone(), rows(answer));
    }
    answers
}

/// Oxigraph's own store with the same quads, and each triple once in its default graph.
fn reference(dir: &Path) -> oxigraph::store::Store {
    let store = oxigraph::store::Store::new().expect("a store in memory");
    for quad in all_quads(dir).expect("read") {
        store.insert(&quad).expect("inserted");
        store.insert(&Quad { graph_name: GraphName::DefaultGraph, ..quad }).expect("inserted");
    }
    store
}

/// The answer of oxigraph's own store.
fn referred(store: &oxigraph::store::Store, question: &str) -> Vec<String> {
    let prefixes: String = PREFIXES.iter().map(|(name, iri)| format!("PREFIX {name}: <{iri}>\n")).collect();
    let query =
        SparqlEvaluator::new().parse_query(&(prefixes + question)).unwrap_or_else(|e| panic!("{question}: {e}"));
    let QueryResults::Solutions(solutions) = query.on_store(store).execute().expect("evaluated") else {
        panic!("{question}: it selects")
    };
    let rows = solutions.map(|solution| format!("{:?}", solution.expect("a row").values()));
    let mut rows: Vec<String> = rows.collect();
    rows.sort_unstable();
    rows
}

#[test]
fn the_engine_in_memory_answers_like_oxigraph() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&[corpus(), dev_letters()], &store).output().expect("it runs");
    let reference = reference(&store);
    let answers = answers(&store);
    for question in QUESTIONS {
        let (found, expected) = (&answers[question], referred(&reference, question));
        let first = found.iter().zip(&expected).find(|(a, b)| a != b);
        assert!(*found == expected, "{question}: {} and {} rows, first {first:?}", found.len(), expected.len());
    }
    let some = QUESTIONS.iter().filter(|question| !answers[**question].is_empty()).count();
    assert!(some + 2 >= QUESTIONS.len(), "the questions are about what is there");
    // What is looked up without SPARQL.
    let opened = Store::open(&store).expect("whole");
    let bank = oxigraph::model::NamedNode::new_unchecked("https://w3id.org/wenmai/ontology#Bank");
    let sorted = |quads: Vec<Quad>| {
        let mut lines: Vec<String> = quads.iter().map(ToString::to_string).collect();
        lines.sort_unstable();
        lines
    };
    let found = sorted(opened.matching(None, None, Some(bank.as_ref().into()), None).expect("read"));
    let all =
        reference.quads_for_pattern(None, None, Some(bank.as_ref().into()), None).map(|quad| quad.expect("a quad"));
    let expected = sorted(all.filter(|quad| !quad.graph_name.is_default_graph()).collect());
    assert!(!found.is_empty() && found == expected);
}

/// Without the feature the engine on disk is refused, and what it wrote is read all the same.
#[cfg(not(feature = "rocksdb"))]
#[test]
fn the_engine_on_disk_is_refused_where_it_is_not() {
    let folder = temporary();
    let store = folder.path().join("store");
    let line = super::support::refusal(build(&[corpus()], &store).args(["--engine", "rocksdb"]));
    assert!(line.contains("the engine on disk is not part of this program"), "{line}");
    assert!(!store.exists());
}

#[cfg(feature = "rocksdb")]
mod on_disk {
    use std::fs;

    use predicates::str::contains;

    use super::super::support::{copy_folder, files, nquads, read};
    use super::*;

    fn built(paths: &[std::path::PathBuf], store: &Path) {
        build(paths, store).args(["--engine", "rocksdb"]).output().expect("it runs");
    }

    #[test]
    fn both_engines_answer_alike() {
        let folder = temporary();
        let (disk, memory) = (folder.path().join("disk"), folder.path().join("memory"));
        built(&[corpus(), dev_letters()], &disk);
        build(&[corpus(), dev_letters()], &memory).output().expect("it runs");
        assert!(answers(&disk) == answers(&memory));
        assert!(nquads(&disk) == nquads(&memory));
        let entities = |store: &Path| {
            let mut command = wenmai();
            let output = command.args(["query", "entities", "--format", "csv", "--store"]).arg(store).output();
            text(&output.expect("it runs").stdout)
        };
        assert_eq!(entities(&disk), entities(&memory));
        wenmai().arg("verify").arg("--store").arg(&disk).assert().success();
    }

    /// Built in steps, from database to database and from engine to engine, it is what it is when built at once.
    #[test]
    fn steps_end_where_a_build_from_nothing_does() {
        let folder = temporary();
        let (store, texts) = (folder.path().join("store"), folder.path().join("in"));
        fs::create_dir(&texts).expect("a folder");
        let letters = files(&dev_letters(), ".txt");
        for letter in &letters[..20] {
            fs::copy(letter, texts.join(letter.file_name().expect("a name"))).expect("copied");
        }
        let all = std::slice::from_ref(&texts);
        built(all, &store);
        for (n, letter) in letters[20..26].iter().enumerate() {
            let names = files(&texts, ".txt");
            fs::write(&names[n], read(letter)).expect("written");
            fs::remove_file(&names[n + 8]).expect("removed");
            match n {
                1 => drop(build(all, &store).args(["--engine", "memory"]).output()),
                // Without a word the store keeps its engine.
                3 => drop(build(all, &store).output()),
                _ => built(all, &store),
            }
            wenmai().arg("verify").arg("--store").arg(&store).assert().success();
            let manifest = wenmai::graph::current(&store).expect("a store");
            assert_eq!(manifest.engine == wenmai::graph::Engine::Memory, n == 1, "step {n}");
            let fresh = folder.path().join("fresh");
            built(all, &fresh);
            assert!(answers(&store) == answers(&fresh), "step {n}");
            fs::remove_dir_all(fresh).expect("removed");
        }
        wenmai().arg("rollback").arg("--store").arg(&store).assert().success();
        wenmai().args(["query", "documents", "--store"]).arg(&store).assert().success();
    }

    /// A database that was cut, changed, or taken away is found; the one before it is whole.
    #[test]
    fn a_damaged_database_is_not_read() {
        let folder = temporary();
        let store = folder.path().join("store");
        built(&[corpus()], &store);
        let generation = read(&store.join("CURRENT"));
        let index = store.join(generation.trim()).join("index");
        let tables = files(&index, ".sst");
        for damage in 0..4 {
            let copy = folder.path().join(format!("copy-{damage}"));
            copy_folder(&store, &copy);
            let index = copy.join(generation.trim()).join("index");
            let table = index.join(tables[0].file_name().expect("a name"));
            let mut bytes = fs::read(&table).expect("read");
            match damage {
                0 => bytes.truncate(bytes.len() / 2),
                1 => bytes.clear(),
                2 => {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                }
                _ => fs::remove_file(index.join("CURRENT")).expect("removed"),
            }
            fs::write(&table, bytes).expect("written");
            wenmai().arg("verify").arg("--store").arg(&copy).assert().code(1).stdout(contains("damaged"));
            if damage != 2 {
                wenmai()
                    .args(["query", "documents", "--store"])
                    .arg(&copy)
                    .assert()
                    .code(2)
                    .stderr(contains("damaged"));
            }
            build(&[corpus()], &copy).args(["--engine", "rocksdb", "--full", "--keep", "1"]).output().expect("it runs");
            wenmai().arg("verify").arg("--store").arg(&copy).assert().success();
        }
    }
}
