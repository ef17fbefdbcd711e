//! `wenmai eval` counts like the scorer that the letters are measured with, sees what the named queries show, and
//! refuses what it cannot measure in one line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use serde_json::Value;
use tempfile::TempDir;
use wenmai::eval::Said;

use super::knowledge::copy;
use super::support::{
    assert_none, build, dev_letters, files, folder_with, name, pipeline, read, refusal, root, temporary, text, wenmai,
};

/// The annotations of the developed letters.
fn dev_gold() -> PathBuf {
    root().join("tests/gold/dev/gold")
}

/// `wenmai eval --gold GOLD`, to which arguments can be added.
fn eval(gold: &Path) -> assert_cmd::Command {
    let mut command = wenmai();
    command.arg("eval").arg("--gold").arg(gold);
    command
}

/// What the command prints as JSON.
fn measured(command: &mut assert_cmd::Command) -> Value {
    let output = command.args(["--format", "json"]).output().expect("the binary runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stderr)))
}

/// Right, found and annotated by part and kind.
type Counted = BTreeMap<(String, String), (u64, u64, u64)>;

fn counted(measured: &Value) -> Counted {
    let mut counted = Counted::new();
    let number = |v: &Value, key: &str| v[key].as_u64().expect("a count");
    for part in ["entities", "relations", "figures"] {
        let object = &measured[part];
        let kinds = object["kinds"].as_object().expect("kinds").iter();
        for (kind, counts) in kinds.map(|(k, v)| (k.as_str(), v)).chain([("ALL", object)]) {
            let counts = (number(counts, "right"), number(counts, "found"), number(counts, "gold"));
            counted.insert((part.to_owned(), kind.to_owned()), counts);
        }
    }
    counted
}

/// The tables that the scorer prints.
fn counted_by_scorer(printed: &str) -> Counted {
    let mut counted = Counted::new();
    let mut part = String::new();
    for line in printed.lines().filter(|l| !l.starts_with('[')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [title, "tp", "sys", "gold", ..] => part = title.to_lowercase(),
            [kind, right, found, gold, _, _, _] => {
                let [right, found, gold] = [right, found, gold].map(|n| n.parse().expect("a count"));
                counted.insert((part.clone(), (*kind).to_owned()), (right, found, gold));
            }
            _ => {}
        }
    }
    counted
}

/// Where the scorer stands on the machines that have it; it is no part of this repository.
fn scorer() -> Option<PathBuf> {
    let file = std::env::var_os("WENMAI_SCORER").map_or_else(|| root().join("../shared/score/score.py"), PathBuf::from);
    let python = Process::new("python3").arg("--version").output().is_ok_and(|o| o.status.success());
    (file.is_file() && python).then_some(file)
}

#[test]
fn counts_like_the_scorer() {
    let Some(scorer) = scorer() else { return };
    let folder = temporary();
    let json = folder.path().join("totals.json");
    let output = Process::new("python3")
        .arg(scorer)
        .args(["--verbose", "--binary", env!("CARGO_BIN_EXE_wenmai")])
        .args([Path::new("--letters"), &dev_letters(), Path::new("--gold"), &dev_gold(), Path::new("--json"), &json])
        .output()
        .expect("python3 runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let ours = measured(eval(&dev_gold()).arg("--rows"));
    let printed = text(&output.stdout);
    assert_eq!(counted(&ours), counted_by_scorer(&printed));
    let theirs: Value = serde_json::from_str(&read(&json)).expect("the scorer writes JSON");
    for (key, value) in theirs.as_object().expect("an object") {
        let path = match key.as_str() {
            "evidence" => "/evidence".to_owned(),
            "entities" | "relations" | "figures" => format!("/{key}/f1"),
            field => format!("/figures/fields/{}", field.trim_start_matches("figure_")),
        };
        let (ours, theirs) = (ours.pointer(&path).and_then(Value::as_f64), value.as_f64());
        let near = ours.zip(theirs).is_some_and(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near, "{key}: {ours:?} here, {theirs:?} there");
    }
    let rows = ours["rows"].as_array().expect("rows");
    let theirs = printed.lines().filter(|l| l.starts_with('[')).count();
    assert_eq!(rows.len(), theirs, "both show what was missed and what is false");
}

/// A cell of an answer in JSON.
fn cell(row: &Value, column: &str) -> String {
    row[column]["value"].as_str().unwrap_or_default().to_owned()
}

/// The rows that a named query gives for a store.
fn query(name: &str, store: &Path) -> Vec<Value> {
    let output = wenmai().args(["query", name, "--format", "json", "--store"]).arg(store).output().expect("it runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("the answer is JSON");
    answer["results"]["bindings"].as_array().expect("rows").clone()
}

/// Entities with class and label; relations with words and offsets; figures with all their fields, in order.
type Rows = (BTreeSet<[String; 3]>, BTreeSet<[String; 6]>, Vec<[String; 9]>);

#[test]
fn sees_what_the_named_queries_show() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&[dev_letters()], &store).assert().success();
    let mut shown: BTreeMap<String, Rows> = BTreeMap::new();
    for row in query("entities", &store) {
        let rows = shown.entry(cell(&row, "document")).or_default();
        rows.0.insert(["entity", "type", "label"].map(|c| cell(&row, c)));
    }
    for row in query("relations", &store) {
        let rows = shown.entry(cell(&row, "document")).or_default();
        rows.1.insert(["subject", "predicate", "object", "quote", "start", "end"].map(|c| cell(&row, c)));
    }
    for row in query("figures", &store) {
        let rows = shown.entry(cell(&row, "document")).or_default();
        let columns = ["quote", "value", "unit", "qualifier", "indicator", "subject", "period", "start", "end"];
        rows.2.push(columns.map(|c| cell(&row, c)));
    }
    let letters = files(&dev_letters(), ".txt");
    let found = letters.iter().map(|f| pipeline().extract(&name(f), read(f).as_bytes()).expect("it is a text"));
    let mut found: Vec<_> = found.collect();
    pipeline().unify(&mut found, &Default::default(), &Default::default());
    for (letter, found) in letters.iter().zip(&found) {
        let path = name(letter);
        let said = Said::of(&pipeline().knowledge().schema, found);
        let labels = |(iri, e): (&String, &wenmai::eval::SaidEntity)| {
            e.labels.iter().map(|l| [iri.clone(), e.class.clone(), l.clone()]).collect::<Vec<_>>()
        };
        let relations = said.relations.iter().map(|((s, p, o), r)| {
            [s.clone(), p.clone(), o.clone(), r.quote.clone(), r.start.to_string(), r.end.to_string()]
        });
        let figures = said.figures.iter().map(|f| {
            let [start, end] = [f.start, f.end].map(|n| n.to_string());
            let words = [&f.quote, &f.value, &f.unit, f.qualifier, &f.indicator, &f.subject, &f.period, &start, &end];
            words.map(str::to_owned)
        });
        let rows: Rows = (said.entities.iter().flat_map(labels).collect(), relations.collect(), figures.collect());
        assert_eq!(shown.remove(&path).unwrap_or_default(), rows, "{path}");
    }
    assert!(shown.is_empty(), "{:?}", shown.keys());
}

const LETTER: &str = "有关事项如下。\n广州市商务局牵头建设了广州市跨境贸易数据平台，总投资约2.5亿元。\n";

const GOLD: &str = r#"{"letter": "a",
 "head": {"number": "1"},
 "entities": [
  {"name": "广州市商务局", "type": "GovernmentBody", "aliases": ["市商务局"]},
  {"name": "广州市跨境贸易数据平台", "type": "Platform", "aliases": []},
  {"name": "佛山市", "type": "City", "aliases": []}],
 "relations": [
  {"s": "广州市商务局", "p": "builds", "o": "广州市跨境贸易数据平台", "quote": "牵头建设了广州市跨境贸易数据平台"},
  {"s": "佛山市", "p": "builds", "o": "广州市跨境贸易数据平台", "quote": ""}],
 "figures": [
  {"quote": "约2.5亿元", "value": 250000000, "unit": "元", "qualifier": "about", "indicator": "总投资", "subject": "", "period": ""}]}
"#;

/// A folder with the letter in `letters` and this gold file in `gold`.
fn annotated(gold: &str) -> TempDir {
    folder_with(&[("letters/a.txt", LETTER.as_bytes()), ("gold/a.json", gold.as_bytes())])
}

#[test]
fn a_small_letter_is_counted_by_hand() {
    let folder = annotated(GOLD);
    let found = measured(&mut eval(&folder.path().join("gold")));
    let total = |part: &str, key: &str| found[part][key].as_u64().expect("a count");
    assert_eq!((total("entities", "right"), total("entities", "gold")), (2, 3), "{found:#}");
    assert_eq!((total("relations", "right"), total("relations", "gold")), (1, 2), "{found:#}");
    assert_eq!((total("figures", "right"), total("figures", "found"), total("figures", "gold")), (1, 1, 1));
    assert_eq!(found["figures"]["fields"]["qualifier"], 1.0);
    assert_eq!(found["evidence"], 1.0);
    assert_eq!(found["letters"], 1);
    let agents = &found["entities"]["groups"]["names of agents"];
    assert_eq!((&agents["right"], &agents["gold"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(found["entities"]["groups"]["places"]["recall"], 0.0);
}

#[test]
fn letters_are_found_beside_the_gold_files_with_them_or_where_they_are_said_to_be() {
    let beside = annotated(GOLD);
    let together = folder_with(&[("a.txt", LETTER.as_bytes()), ("a.json", GOLD.as_bytes())]);
    let apart = folder_with(&[("x/y/a.md", LETTER.as_bytes()), ("x/b.txt", b"b"), ("gold/a.json", GOLD.as_bytes())]);
    let expected = measured(&mut eval(&beside.path().join("gold")));
    assert_eq!(measured(&mut eval(together.path())), expected);
    assert_eq!(measured(eval(&apart.path().join("gold")).arg(apart.path().join("x"))), expected);
    assert_eq!(measured(eval(&apart.path().join("gold")).arg(apart.path().join("x/y/a.md"))), expected);
    assert_eq!(measured(wenmai().args(["eval", "--gold", "."]).current_dir(beside.path().join("gold"))), expected);
}

#[test]
fn what_was_missed_is_shown_with_what_is_false() {
    let folder = annotated(GOLD);
    let output = eval(&folder.path().join("gold")).arg("--rows").output().expect("the binary runs");
    let table = text(&output.stdout);
    assert!(table.contains("missed") && table.contains("佛山市 -builds-> 广州市跨境贸易数据平台"), "{table}");
    assert!(table.contains("F1         entities "), "{table}");
    let output =
        eval(&folder.path().join("gold")).args(["--verbose", "--format", "csv"]).output().expect("the binary runs");
    let csv = text(&output.stdout);
    assert!(csv.starts_with("letter,part,verdict,kind,what,rule,quote\r\n"), "{csv}");
    assert!(csv.contains("a,entity,missed,City,佛山市,,\r\n"), "{csv}");
    let output = eval(&folder.path().join("gold")).args(["--format", "csv"]).output().expect("the binary runs");
    let csv = text(&output.stdout);
    assert!(csv.contains("entity,GovernmentBody,1,1,1,1.0000,1.0000,1.0000\r\n"), "{csv}");
}

#[test]
fn a_score_under_its_minimum_is_exit_code_1() {
    let folder = annotated(GOLD);
    let gold = folder.path().join("gold");
    eval(&gold).args(["--min-figures", "1", "--min-relations", "0.3"]).assert().code(0);
    let output = eval(&gold).args(["--min-entities", "0.99", "--min-relations", "1"]).assert().code(1);
    let said = text(&output.get_output().stderr);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("entities: F1 is 0."), "{said}");
    assert!(lines[1].ends_with(", under the minimum of 1"), "{said}");
    let output = eval(&gold).args(["--min-entities", "80"]).assert().code(2);
    assert!(text(&output.get_output().stderr).contains("a share from 0 to 1, such as 0.8"));
}

#[test]
fn what_cannot_be_measured_is_refused_in_one_line() {
    let changed = |from: &str, to: &str| GOLD.replace(from, to);
    let cases = [
        (changed("\"head\"", "head"), "error[E503] GOLD/a.json:2:2: key must be a string"),
        (changed("\"value\": 250000000", "\"value\": \"2\""), "a.json:11:"),
        (changed("\"type\": \"City\"", "\"kind\": \"City\""), "a.json:6:"),
        (
            changed("\"Platform\"", "\"Platfrom\""),
            "error[E504] GOLD/a.json:5: unknown type `Platfrom` (did you mean Platform",
        ),
        (
            changed("\"builds\", \"o\"", "\"bilds\", \"o\"").replacen("\"bilds\"", "\"builds\"", 1),
            "error[E504] GOLD/a.json:9: unknown relation `bilds` (did you mean builds",
        ),
        (
            changed("\"letter\": \"a\"", "\"letter\": \"b\""),
            "E507] GOLD/a.json: there is no letter \"b.txt\" (name the",
        ),
    ];
    let mut problems = Vec::new();
    for (gold, expected) in cases {
        let folder = annotated(&gold);
        let dir = folder.path().join("gold");
        let line = refusal(&mut eval(&dir)).replace(&dir.display().to_string(), "GOLD");
        if !line.contains(expected) {
            problems.push(format!("expected {expected}\n     got {line}"));
        }
    }
    assert_none("messages say something else", &problems);
}

#[test]
fn folders_without_what_is_needed_are_refused_in_one_line() {
    let folder = annotated(GOLD);
    let line = refusal(&mut eval(folder.path()));
    assert!(
        line.contains(": no gold file (*.json) in this folder; did you mean ") && line.ends_with("gold?"),
        "{line}"
    );
    let line = refusal(&mut eval(&folder.path().join("letters")));
    assert!(line.ends_with("letters: no gold file (*.json) in this folder"), "{line}");
    let line = refusal(&mut eval(&folder.path().join("nowhere")));
    assert!(line.contains("nowhere: the folder of gold files cannot be read: "), "{line}");
    let twice = folder_with(&[("x/a.txt", b"a"), ("x/b/a.txt", b"a"), ("x/a.json", GOLD.as_bytes())]);
    let line = refusal(&mut eval(&twice.path().join("x")));
    assert!(line.contains("E508") && line.ends_with("are called like letter \"a\""), "{line}");
    let twice = folder_with(&[("a.txt", b"a"), ("a.json", GOLD.as_bytes()), ("b.json", GOLD.as_bytes())]);
    let line = refusal(&mut eval(twice.path()));
    assert!(line.contains("E502") && line.contains("letter \"a\" is annotated in "), "{line}");
    let damaged = folder_with(&[("a.txt", b"a\0b"), ("a.json", GOLD.as_bytes())]);
    let line = refusal(&mut eval(damaged.path()));
    assert!(line.contains("error[T102] a.txt: not a text file"), "{line}");
}

/// Whether the counts of the bins are those of what was found, in a table, as JSON and as CSV.
#[test]
fn confidence_is_compared_with_what_came_out() {
    let scores = measured(&mut eval(&dev_gold()));
    let found = measured(eval(&dev_gold()).arg("--reliability"));
    for part in ["relations", "entities"] {
        let bins = found[part]["bins"].as_array().expect("bins");
        assert_eq!(bins.len(), 7);
        assert_eq!(bins.iter().filter_map(|b| b["count"].as_u64()).sum::<u64>(), scores[part]["found"]);
        let right: f64 = bins.iter().map(|b| b["count"].as_f64().unwrap() * b["right"].as_f64().unwrap()).sum();
        assert!((right - scores[part]["right"].as_f64().unwrap()).abs() < 1e-6, "{part}: {right}");
        let certain: u64 = bins[5..].iter().filter_map(|b| b["count"].as_u64()).sum();
        assert_eq!(found[part]["certain"]["count"], certain);
    }
    let output = eval(&dev_gold()).arg("--reliability").output().expect("the binary runs");
    let table = text(&output.stdout);
    let certain = &found["relations"]["certain"];
    let line = format!("of {} relations said to be ≥ 0.9, ", certain["count"]);
    assert!(table.contains(&line) && table.contains("[0.95, 1.00]") && !table.contains("precision"), "{table}");
    let output = eval(&dev_gold()).args(["--reliability", "--format", "csv"]).output().expect("the binary runs");
    assert_eq!(text(&output.stdout).lines().count(), 15);
    eval(&dev_gold()).args(["--reliability", "--rows"]).assert().code(2);
}

#[test]
fn files_are_written_once() {
    let folder = annotated(GOLD);
    let (gold, svg, tsv) = (folder.path().join("gold"), folder.path().join("r.svg"), folder.path().join("c.tsv"));
    let write = || {
        let mut command = eval(&gold);
        command.arg("--plot").arg(&svg).arg("--calibrate").arg(&tsv);
        command
    };
    write().assert().code(0);
    assert!(read(&svg).starts_with("<svg ") && read(&svg).contains("Confidence and what is right, 1 letter\n"));
    let (picture, table) = (read(&svg), read(&tsv));
    assert_eq!(
        refusal(&mut write()),
        format!("wenmai: {}: the file exists; give --force to replace it", svg.display())
    );
    std::fs::remove_file(&svg).expect("it was written");
    assert!(refusal(&mut write()).contains("c.tsv: the file exists"));
    assert!(!svg.exists(), "nothing is written when one of the files may not be");
    write().arg("--force").assert().code(0);
    assert_eq!((read(&svg), read(&tsv)), (picture, table));
}

/// What is counted is a table that the program reads, and counting again with it gives the same table.
#[test]
fn counted_rules_are_knowledge() {
    let (folder, place) = (copy(), temporary());
    let table = folder.path().join("calibration.tsv");
    eval(&dev_gold()).arg("--calibrate").arg(&table).arg("--force").assert().code(0);
    let first = read(&table);
    let rows: Vec<Vec<&str>> = first.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
    assert_eq!(rows[0], ["rule", "found", "right"]);
    let sum = |entities: bool, column: usize| -> u64 {
        let of_part = rows[1..].iter().filter(|r| r[0].ends_with("+name") == entities);
        of_part.map(|r| r[column].parse::<u64>().expect("a count")).sum()
    };
    let scores = measured(&mut eval(&dev_gold()));
    for (part, entities) in [("entities", true), ("relations", false)] {
        assert_eq!(scores[part]["found"], sum(entities, 1), "{part}");
        assert_eq!(scores[part]["right"], sum(entities, 2), "{part}");
    }
    for reading in ["+carried\t", "+place\t", "+also\t"] {
        assert!(first.contains(reading), "no rule with {reading}");
    }
    let again = place.path().join("again.tsv");
    let output = eval(&dev_gold()).arg("--calibrate").arg(&again).arg("--ontology").arg(folder.path()).output();
    let said = text(&output.expect("the binary runs").stderr);
    assert!(!said.contains("warning"), "{said}");
    assert_eq!(read(&again), first);
}

/// Sloppy annotations can be scored; whoever wrote them is told.
#[test]
fn a_relation_of_an_entity_that_is_not_annotated_is_a_warning() {
    let folder = annotated(&GOLD.replace("{\"s\": \"佛山市\"", "{\"s\": \"东莞市\""));
    let output = eval(&folder.path().join("gold")).output().expect("the binary runs");
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("warning[E506]") && said.contains("a.json:9: `东莞市` is no entity of this file"), "{said}");
}
