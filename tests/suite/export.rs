//! Copies of the graph: all formats say the same, in the same bytes, and nothing is overwritten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{Quad, Triple};
use predicates::str::contains;

use super::support::{build, corpus, files, nquads, temporary, text, wenmai};

fn exported(store: &Path, format: &str) -> String {
    let output = wenmai().args(["export", "--format", format, "--store"]).arg(store).output().expect("it runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

fn parsed(format: RdfFormat, text: &str) -> Vec<Quad> {
    // Blank nodes get other names in each document; the ontology has some.
    let quads = RdfParser::from_format(format).for_slice(text).map(|quad| quad.unwrap_or_else(|e| panic!("{e}")));
    quads.filter(|quad| quad.subject.is_named_node() && !quad.object.is_blank_node()).collect()
}

#[test]
fn every_format_says_the_same() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&[corpus()], &store).output().expect("it runs");
    let lines = exported(&store, "nq");
    let mut sorted: Vec<&str> = lines.lines().collect();
    sorted.sort_unstable();
    assert!(sorted.iter().map(|line| format!("{line}\n")).collect::<String>() == nquads(&store));
    let all = |format, text: &str| parsed(format, text).iter().map(ToString::to_string).collect::<BTreeSet<String>>();
    let quads = all(RdfFormat::NQuads, &lines);
    for (name, format) in [("trig", RdfFormat::TriG), ("jsonld", RdfFormat::from_extension("jsonld").expect("known"))] {
        assert!(all(format, &exported(&store, name)) == quads, "{name}");
    }
    let triples = |format, text: &str| -> Vec<String> {
        let mut all: Vec<String> =
            parsed(format, text).into_iter().map(|quad| Triple::from(quad).to_string()).collect();
        all.sort_unstable();
        all
    };
    let mut expected = triples(RdfFormat::NQuads, &lines);
    expected.dedup();
    for (name, format) in [("nt", RdfFormat::NTriples), ("ttl", RdfFormat::Turtle), ("rdfxml", RdfFormat::RdfXml)] {
        let found = triples(format, &exported(&store, name));
        assert_eq!(found.len(), expected.len(), "{name}: each triple once");
        assert!(found == expected, "{name}");
    }
}

/// However the graph came about and wherever: threads, order of the files, language and time zone do not show.
#[test]
fn the_same_graph_is_the_same_bytes() {
    let texts = files(&corpus(), ".txt");
    let bytes = |change: &dyn Fn(&mut assert_cmd::Command), reversed: bool| {
        let folder = temporary();
        let store = folder.path().join("store");
        let mut texts = texts.clone();
        if reversed {
            texts.reverse();
        }
        let mut command = build(&texts, &store);
        change(&mut command);
        command.output().expect("it runs");
        ["nq", "trig", "jsonld", "nt", "ttl", "rdfxml"].map(|format| exported(&store, format))
    };
    let expected = bytes(&|_| {}, false);
    let same = |found: [String; 6], what: &str| assert!(found == expected, "{what}");
    for threads in ["1", "2", "8"] {
        same(
            bytes(
                &|command| {
                    command.args(["--threads", threads]);
                },
                true,
            ),
            threads,
        );
    }
    same(
        bytes(
            &|command| {
                command.env("TZ", "Asia/Shanghai").env("LC_ALL", "zh_CN.GB18030");
            },
            false,
        ),
        "locale",
    );
    same(
        bytes(
            &|command| {
                command.env("TZ", "America/Lima").env("LC_ALL", "C");
            },
            true,
        ),
        "locale C",
    );
}

#[test]
fn a_file_is_written_whole_and_never_overwritten() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&files(&corpus(), ".txt")[..1], &store).output().expect("it runs");
    let target = folder.path().join("graph.ttl");
    let export = || {
        let mut command = wenmai();
        command.arg("export").arg("--store").arg(&store).arg("-o").arg(&target);
        command
    };
    export().assert().success().stdout("").stderr(contains("statements"));
    assert!(fs::read_to_string(&target).expect("read").starts_with("@prefix"), "its name asks for Turtle");
    fs::write(&target, "mine").expect("written");
    export().assert().code(2).stderr(contains("--force"));
    assert_eq!(fs::read_to_string(&target).expect("read"), "mine");
    export().arg("--force").assert().success();
    // A copy that cannot be made leaves what is there.
    fs::remove_dir_all(store.join("packs")).expect("removed");
    fs::write(&target, "mine").expect("written");
    export().arg("--force").assert().code(2).stderr(contains("damaged"));
    assert_eq!(fs::read_to_string(&target).expect("read"), "mine");
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 2);
    wenmai().args(["export", "--store"]).arg(folder.path().join("none")).assert().code(2).stderr(contains("no store"));
}
