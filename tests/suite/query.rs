//! Named queries, parameters, formats, the guard and the command line, on a small invented store.

use std::path::Path;

use assert_cmd::Command;
use oxigraph::io::{RdfFormat, RdfParser};
use predicates::str::{contains, is_empty, starts_with};
use tempfile::TempDir;
use wenmai::graph;
use wenmai::query::{Answer, Catalogue, Definition, Engine, Format, Limits, Page, Prepared, QueryError, write};

const LETTERS: &str = include_str!("../fixtures/letters.trig");

/// The fixture as sorted lines of N-Quads.
fn lines() -> Vec<String> {
    let quads = RdfParser::from_format(RdfFormat::TriG).for_slice(LETTERS.as_bytes());
    let mut lines: Vec<String> = quads.map(|q| format!("{} .\n", q.unwrap())).collect();
    lines.sort();
    lines
}

fn write_store(dir: &Path, lines: &[String]) {
    graph::write_nquads(dir, lines.concat().as_bytes(), 1).unwrap();
}

/// A store in a folder of its own, which lasts as long as the first part of the pair.
fn store() -> (TempDir, Engine) {
    let dir = TempDir::new().unwrap();
    write_store(&dir.path().join("store"), &lines());
    let engine = Engine::open(&dir.path().join("store")).unwrap();
    (dir, engine)
}

fn ask(engine: &Engine, name: &str, given: &[(&str, &str)]) -> Result<Answer, QueryError> {
    let given: Vec<_> = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let catalogue = Catalogue::embedded().unwrap();
    engine.run(&catalogue.find(name)?.prepare(&given)?, &Limits::default())
}

fn sparql(engine: &Engine, text: &str) -> Result<Answer, QueryError> {
    engine.run(&Prepared::parse(text)?, &Limits::default())
}

fn shown(answer: &Answer, format: Format) -> String {
    let mut out = Vec::new();
    write(answer, format, Page::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn csv(engine: &Engine, name: &str, given: &[(&str, &str)]) -> String {
    shown(&ask(engine, name, given).unwrap(), Format::Csv).replace("\r\n", "\n")
}

/// Rows of the answer, without the header.
fn count(engine: &Engine, name: &str, given: &[(&str, &str)]) -> usize {
    match ask(engine, name, given).unwrap() {
        Answer::Rows(rows) => rows.rows.len(),
        other => panic!("not rows: {other:?}"),
    }
}

/// Parameters and their values.
type Given = &'static [(&'static str, &'static str)];

/// Every named query with parameters with which it can run.
const CALLS: [(&str, Given); 15] = [
    ("bureau-network", &[]),
    ("documents", &[]),
    ("documents-mentioning", &[("name", "远山")]),
    ("enterprise-profile", &[("enterprise", "白鹭")]),
    ("entities", &[]),
    ("figures", &[]),
    ("findings", &[]),
    ("funding", &[]),
    ("honours", &[]),
    ("indicator-series", &[("indicator", "产值")]),
    ("platforms-and-their-builders", &[]),
    ("policies-citing-enterprises", &[]),
    ("policy-issuers", &[]),
    ("relations", &[]),
    ("town-industries", &[]),
];

#[test]
fn every_named_query_answers() {
    let (_dir, engine) = store();
    let names: Vec<String> = Catalogue::embedded().unwrap().iter().map(|d| d.name.clone()).collect();
    assert_eq!(names, CALLS.map(|(name, _)| name));
    for (name, given) in CALLS {
        insta::assert_snapshot!(name, csv(&engine, name, given));
    }
}

#[test]
fn answers_do_not_depend_on_the_order_of_the_store() {
    let (_dir, engine) = store();
    let other = TempDir::new().unwrap();
    let mut turned = lines();
    turned.reverse();
    write_store(other.path(), &turned);
    let other = Engine::open(other.path()).unwrap();
    for (name, given) in CALLS {
        assert_eq!(csv(&engine, name, given), csv(&other, name, given), "{name}");
    }
}

#[test]
fn what_two_documents_say_counts_once() {
    let (_dir, engine) = store();
    let answer = sparql(&engine, "SELECT (COUNT(?e) AS ?n) { ?e a wm:Enterprise }").unwrap();
    assert_eq!(shown(&answer, Format::Csv), "n\r\n2\r\n");
    let answer = sparql(&engine, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?e a wm:Enterprise } }").unwrap();
    assert_eq!(shown(&answer, Format::Csv), "n\r\n4\r\n");
}

#[test]
fn parameters_narrow_the_answer() {
    let (_dir, engine) = store();
    let cases: [(&str, Given, usize); 33] = [
        ("documents", &[("since", "2025-01-01")], 1),
        ("documents", &[("until", "2024-05-06")], 1),
        ("documents", &[("since", "2026-01-01")], 0),
        ("entities", &[("document", "b.txt")], 6),
        ("entities", &[("class", "Enterprise"), ("document", "2024/a.txt")], 4),
        ("entities", &[("class", "Bank")], 1),
        ("entities", &[("name", "市科技局")], 1),
        ("relations", &[("relation", "issuedBy")], 3),
        ("relations", &[("relation", "issuedBy"), ("document", "b.txt")], 2),
        ("relations", &[("name", "白鹭")], 2),
        ("figures", &[("unit", "元")], 1),
        ("figures", &[("about", "产值")], 1),
        ("figures", &[("name", "白鹭")], 1),
        ("findings", &[("severity", "note")], 1),
        ("findings", &[("kind", "figures-differ")], 1),
        ("findings", &[("file", "b.txt")], 2),
        ("findings", &[("file", "2024/a.txt")], 1),
        ("findings", &[("lang", "fr")], 0),
        ("funding", &[("least", "300000000")], 0),
        ("funding", &[("document", "b.txt")], 0),
        ("indicator-series", &[("indicator", "产值"), ("subject", "白鹭")], 1),
        ("indicator-series", &[("indicator", "产值"), ("unit", "家")], 0),
        ("indicator-series", &[("indicator", "增")], 1),
        ("policies-citing-enterprises", &[("enterprise", "远山")], 2),
        ("policies-citing-enterprises", &[("policy", "双百")], 1),
        ("policies-citing-enterprises", &[("by", "section")], 1),
        ("policies-citing-enterprises", &[("enterprise", "海棠农商")], 1),
        ("bureau-network", &[("kind", "issuedTogether")], 1),
        ("bureau-network", &[("name", "办公室")], 2),
        ("town-industries", &[("industry", "渔具")], 1),
        ("platforms-and-their-builders", &[("builder", "海棠")], 1),
        ("policy-issuers", &[("policy", "双百")], 2),
        ("honours", &[("name", "白鹭")], 0),
    ];
    for (name, given, expected) in cases {
        assert_eq!(count(&engine, name, given), expected, "{name} {given:?}");
    }
}

#[test]
fn a_parameter_that_is_also_a_column_is_shown() {
    let (_dir, engine) = store();
    let rows = csv(&engine, "figures", &[("document", "2024/a.txt"), ("unit", "元")]);
    assert!(rows.lines().nth(1).unwrap().starts_with("2024/a.txt,超2.5亿元,250000000,元,over,"), "{rows}");
}

#[test]
fn labels_follow_the_language() {
    let (_dir, engine) = store();
    let zh = csv(&engine, "enterprise-profile", &[("enterprise", "白鹭")]);
    assert!(zh.contains(",locatedIn,位于,东港镇,Town,"), "{zh}");
    let en = csv(&engine, "enterprise-profile", &[("enterprise", "白鹭"), ("lang", "en")]);
    assert!(en.contains(",locatedIn,located in,东港镇,Town,"), "{en}");
}

#[test]
fn a_value_stays_one_term_whatever_is_in_it() {
    let (_dir, engine) = store();
    let attempts = [
        "\") ) } ?s ?p ?o } #",
        "' || true || '",
        "\"\"\" } DROP ALL ; SELECT * { ?s ?p ?o",
        "\\",
        "\\u0022) || (1=1",
        "?entity",
        "远山\" || \"1\"=\"1",
    ];
    for text in attempts {
        assert_eq!(count(&engine, "documents-mentioning", &[("name", text)]), 0, "{text}");
        assert_eq!(count(&engine, "relations", &[("document", text)]), 0, "{text}");
    }
    let error = ask(&engine, "relations", &[("relation", "builds> ?x . ?s <a")]).unwrap_err();
    assert_eq!(error.to_string(), "parameter `relation`: `builds> ?x . ?s <a` is not a property such as builds");
}

#[test]
fn faulty_parameters_are_named() {
    let (_dir, engine) = store();
    let cases: [(&str, Given, &str); 6] = [
        (
            "enterprise-profile",
            &[],
            "query `enterprise-profile` needs the parameter `enterprise`: add `--param enterprise=...` \
             (name of the enterprise or a part of it, full or short)",
        ),
        (
            "documents-mentioning",
            &[("nam", "x"), ("name", "y")],
            "query `documents-mentioning` has no parameter `nam`; did you mean `name`?",
        ),
        ("documents", &[("zzzzzz", "x")], "query `documents` has no parameter `zzzzzz`; it takes since, until"),
        ("documents", &[("since", "2024")], "parameter `since`: `2024` is not a day such as 2025-09-15"),
        ("documents", &[("since", "2024-01-01"), ("since", "2024-01-02")], "parameter `since` is given twice"),
        (
            "entities",
            &[("class", "Enterprize")],
            "parameter `class`: the ontology has no `Enterprize`; did you mean `Enterprise`?",
        ),
    ];
    for (name, given, expected) in cases {
        assert_eq!(ask(&engine, name, given).unwrap_err().to_string(), expected);
    }
}

#[test]
fn the_store_alone_is_asked_and_never_changed() {
    let (_dir, engine) = store();
    for text in [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?s { ?s ?p ?o } }",
        "ASK { ?s ?p ?o FILTER NOT EXISTS { { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } } } }",
        "SELECT (EXISTS { SERVICE SILENT <http://127.0.0.1/> {} } AS ?x) {}",
    ] {
        assert!(matches!(sparql(&engine, text), Err(QueryError::Service)), "{text}");
    }
    for text in
        ["DROP ALL", "# x\nPREFIX a: <http://a/>\ninsert data { a:b a:c a:d }", "LOAD SILENT <file:///etc/hostname>"]
    {
        assert!(matches!(sparql(&engine, text), Err(QueryError::Update)), "{text}");
    }
    let answer = sparql(&engine, "ASK FROM <file:///etc/hostname> { ?s ?p ?o }").unwrap();
    assert_eq!(answer, Answer::Boolean(false));
}

#[test]
fn an_answer_over_the_limits_is_an_error_not_a_part() {
    let (_dir, engine) = store();
    let query = Prepared::parse("SELECT * { ?s ?p ?o }").unwrap();
    for limits in [Limits { rows: 3, ..Limits::default() }, Limits { bytes: 100, ..Limits::default() }] {
        assert!(matches!(engine.run(&query, &limits), Err(QueryError::AnswerTooLarge { .. })));
    }
}

#[test]
fn formats() {
    let (_dir, engine) = store();
    let rows = sparql(
        &engine,
        "SELECT ?entity ?value ?quote ?nothing {
           { ?f wm:about ?entity ; wm:value ?value ; wm:quote ?quote }
           UNION { VALUES (?entity ?quote) { (id:b \"a|b, \\\"c\\\"\\n=d\"@zh) (<https://w3id.org/wenmai/id/Bank/%E6%96%87> \"=1+1\") } }
         } ORDER BY ?entity",
    )
    .unwrap();
    let yes = sparql(&engine, "ASK { ?s a wm:Bank }").unwrap();
    let graph = sparql(&engine, "CONSTRUCT { ?s rdfs:label ?l } { ?s a wm:Bank ; skos:prefLabel ?l }").unwrap();
    let mut all = String::new();
    for format in [Format::Table, Format::Md, Format::Csv, Format::Tsv, Format::Json, Format::Xml] {
        for answer in [&rows, &yes, &graph] {
            all += &format!("--- {format:?}\n{}", shown(answer, format).replace("\r\n", "\n"));
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn describe_answers_with_each_triple_once() {
    let (_dir, engine) = store();
    let answer = sparql(&engine, "DESCRIBE <https://w3id.org/wenmai/id/Enterprise/远山电子>").unwrap();
    let Answer::Graph(triples) = answer else { panic!("not a graph") };
    // Type, two labels and one relation; the type and a label stand in both documents.
    assert_eq!(triples.len(), 4);
}

#[test]
fn a_query_file_may_have_parameters_of_its_own() {
    let (_dir, engine) = store();
    let text = "# title@zh: 测试\n# title@en: Test\n# about@zh: 测试\n# about@en: Test\n\
                # param least: decimal = 0.6\n# param least@zh: 最低\n# param least@en: least\n\n\
                SELECT (COUNT(*) AS ?n) { { SELECT ?c { ?c wm:confidence ?v FILTER(?v >= ?least) } } }";
    let query = Definition::parse("mine", "mine.rq", text).unwrap();
    let run = |given: &[(String, String)]| {
        shown(&engine.run(&query.prepare(given).unwrap(), &Limits::default()).unwrap(), Format::Tsv)
    };
    assert_eq!(run(&[]), "?n\n12\n");
    assert_eq!(run(&[("least".to_owned(), "0.85".to_owned())]), "?n\n10\n");
}

fn wenmai(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wenmai"));
    command.current_dir(dir).arg("query");
    command
}

#[test]
fn the_command_answers_with_results_only_on_stdout() {
    let (dir, _) = store();
    let ask = |args: &[&str]| wenmai(dir.path()).args(["--store", "store"]).args(args).assert();
    ask(&["documents", "--format", "csv"]).success().stderr(is_empty()).stdout(contains(
        "2024/a.txt,海工信函〔2024〕7号,关于第12号建议答复的函,海棠市工业和信息化局,林一舟代表,2024-05-06,A\r\n",
    ));
    ask(&["documents", "--param", "since=2030-01-01", "--format", "csv"])
        .code(0)
        .stderr("no rows\n")
        .stdout("document,number,title,sender,addressee,date,class\r\n");
    ask(&["-e", "SELECT ?s { ?s a wm:Bank }"])
        .code(0)
        .stdout("┌──────────────┐\n│ s            │\n╞══════════════╡\n│ 海棠农商银行 │\n└──────────────┘\n");
    ask(&["enterprise-profile", "--param", "enterprise=远山", "--lang", "en", "--format", "md"])
        .code(0)
        .stdout(contains("| selectedFor | selected for |"));
}

#[test]
fn the_command_says_in_one_line_why_it_could_not() {
    let (dir, _) = store();
    // Where nothing else is wrong, the default store is missing.
    fs_err::write(dir.path().join("bad.rq"), "SELECT *\nWHERE { ?s ?p }").unwrap();
    let ask = |args: &[&str], message: &str| {
        let result = wenmai(dir.path()).args(args).assert().code(2).stdout(is_empty());
        let stderr = String::from_utf8(result.get_output().stderr.clone()).unwrap();
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(stderr.starts_with(&format!("wenmai: {message}")), "{stderr}");
    };
    ask(&["entitees"], "there is no query `entitees`; did you mean `entities`?");
    ask(&["-e", "SELECT * { ?s ?p }"], "1:18: unexpected `}`; expected ");
    ask(&["bad.rq"], "bad.rq:2:15: unexpected `}`; expected ");
    ask(&["missing.rq"], "missing.rq: the query cannot be read: ");
    ask(&["-e", "DROP ALL"], "this is an update; ");
    ask(&["-e", "SELECT * { SERVICE SILENT <http://x/> {} }"], "SERVICE is not supported");
    ask(
        &["-e", &format!("SELECT * {}{}", "{".repeat(1000), "}".repeat(1000))],
        "1:110: braces and parentheses are nested more than 100 deep",
    );
    ask(
        &["-e", &format!("SELECT * {{ ?s {} ?o }}", ["a"; 400].join("/"))],
        "1:142: the property path has more than 64 steps",
    );
    ask(&["documents"], "wenmai-store: there is no store here");
    assert!(!dir.path().join("wenmai-store").exists());
}

#[test]
fn the_command_lists_and_describes() {
    let (dir, _) = store();
    let list = wenmai(dir.path()).arg("--list").assert().success();
    insta::assert_snapshot!("list", String::from_utf8(list.get_output().stdout.clone()).unwrap());
    wenmai(dir.path())
        .args(["documents", "--describe", "--lang", "en"])
        .assert()
        .success()
        .stdout(starts_with(
            "documents\n    All documents\n    --param since=date  only documents of this day or later",
        ))
        .stdout(contains("\nSELECT ?document ?number ?title"));
}

#[test]
fn a_folder_may_add_queries() {
    let (dir, _) = store();
    let folder = dir.path().join("mine");
    fs_err::create_dir(&folder).unwrap();
    let ask = |args: &[&str]| wenmai(dir.path()).args(["--store", "store", "--queries", "mine"]).args(args).assert();
    fs_err::write(folder.join("banks.rq"), "SELECT * { ?s a wm:Bank }").unwrap();
    ask(&["banks"]).code(2).stderr(contains("banks.rq:1: the first line must be"));
    let header = "# title@zh: 银行\n# title@en: Banks\n# about@zh: 银行\n# about@en: Banks\n";
    fs_err::write(folder.join("banks.rq"), format!("{header}SELECT * {{ ?s a wm:Bank }}")).unwrap();
    ask(&["banks", "--format", "csv"]).success().stdout(contains("海棠农商银行"));
    ask(&["documents"]).success();
}
