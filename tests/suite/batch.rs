//! Builds in batches: what did not change is not read again, and the result is that of a build from nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use wenmai::batch::{self, Report, Step, Watcher};
use wenmai::diag::Diagnostic;
use wenmai::graph::{self, Engine, Setup, Writer};
use wenmai::identity::{Authority, Decisions};
use wenmai::knowledge::{Knowledge, Options};
use wenmai::pipeline::Pipeline;
use wenmai::text::discover;

use super::support::{
    build, corpus, dev_letters, files, folder_with, letter, nquads, pipeline, read, temporary, text, wenmai,
};

struct Silent;

impl Watcher for Silent {
    fn begin(&self, _: Step, _: usize) {}
    fn document(&self) {}
    fn diagnostic(&self, _: &Diagnostic) {}
}

/// Builds the graph of the texts in `folder` into `store`.
fn built(pipeline: &Pipeline, folder: &Path, store: &Path, full: bool) -> Report {
    let sources = discover(&[folder.to_owned()], None).expect("listed").sources;
    let knowledge = pipeline.knowledge().hash.clone();
    let setup = Setup { engine: Engine::default(), knowledge, program: "a".to_owned(), keep: 2, full };
    let writer = Writer::begin(store, setup).expect("the store is free");
    let lists = (&Decisions::default(), &Authority::default());
    batch::build(pipeline, &sources, lists, writer, &Silent).unwrap_or_else(|e| panic!("{e}"))
}

/// The stages without the lists of some classes: other rules, for the tests.
fn other_rules() -> &'static Pipeline {
    static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
        let without = ["Enterprise", "Product"].map(str::to_owned);
        let options = Options { without_lexicon: BTreeSet::from(without) };
        Pipeline::new(Knowledge::load(None, &options).unwrap_or_else(|e| panic!("{e}")))
    });
    &PIPELINE
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// Documents come, change and go, and so do the rules: after each build the store is the one that a build from nothing makes.
#[test]
fn any_sequence_of_changes_ends_where_a_build_from_nothing_does() {
    let texts: Vec<String> =
        [files(&corpus(), ".txt"), files(&dev_letters(), ".txt")].concat().iter().map(|file| read(file)).collect();
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let (folder, stores) = (temporary(), temporary());
        let store = stores.path().join("store");
        fs::write(folder.path().join("00.txt"), &texts[0]).expect("written");
        let mut rules = pipeline();
        for step in 0..16 {
            for _ in 0..=dice.below(3) {
                let name = format!("{:02}.txt", dice.below(12));
                let file = folder.path().join(&name);
                let other = &texts[dice.below(texts.len())];
                match dice.below(8) {
                    0 if file.exists() && files(folder.path(), ".txt").len() > 1 => {
                        fs::remove_file(&file).expect("removed");
                    }
                    // The same text under two names, and two texts in one.
                    1 if file.exists() => {
                        fs::copy(&file, folder.path().join(format!("{:02}.txt", dice.below(12)))).expect("copied");
                    }
                    2 if file.exists() => {
                        fs::write(&file, read(&file) + "\n" + other).expect("written");
                    }
                    3 => rules = if dice.below(2) == 0 { pipeline() } else { other_rules() },
                    _ => fs::write(&file, other).expect("written"),
                }
            }
            let report = built(rules, folder.path(), &store, false);
            let fresh = stores.path().join(format!("fresh-{step}"));
            let expected = built(rules, folder.path(), &fresh, false);
            assert!(nquads(&store) == nquads(&fresh), "seed {seed}, step {step}: the graphs differ");
            let of = |r: &Report| (r.manifest.sha256.clone(), r.manifest.quads, r.manifest.documents);
            assert_eq!(of(&report), of(&expected), "seed {seed}, step {step}");
            let counts = |r: &Report| (r.entities.clone(), r.relations.clone(), r.figures);
            assert_eq!(counts(&report), counts(&expected), "seed {seed}, step {step}");
            fs::remove_dir_all(fresh).expect("removed");
        }
    }
}

#[test]
fn only_what_changed_is_read_and_written() {
    let names = ["茶叶", "竹编", "陶瓷", "漆器", "刺绣"];
    let folder = temporary();
    for (n, name) in names.iter().enumerate() {
        fs::write(folder.path().join(format!("{n}.txt")), letter(name)).expect("written");
    }
    let stores = temporary();
    let store = stores.path().join("store");
    let of = |report: &Report| (report.read, report.written);
    assert_eq!(of(&built(pipeline(), folder.path(), &store, false)), (5, 5));
    assert_eq!(of(&built(pipeline(), folder.path(), &store, false)), (0, 0));
    fs::write(folder.path().join("2.txt"), letter("折扇")).expect("written");
    assert_eq!(of(&built(pipeline(), folder.path(), &store, false)), (1, 1));
    // What was there before is found again, also under another name; the IRIs of records hold the name.
    fs::write(folder.path().join("2.txt"), letter("陶瓷")).expect("written");
    fs::rename(folder.path().join("0.txt"), folder.path().join("9.txt")).expect("renamed");
    assert_eq!(of(&built(pipeline(), folder.path(), &store, false)), (0, 1));
    assert_eq!(of(&built(pipeline(), folder.path(), &store, true)), (5, 5));
    assert_eq!(of(&built(other_rules(), folder.path(), &store, false)).0, 5);
}

/// A new letter that gives a firm its full name changes what it is called in old ones.
#[test]
fn a_name_that_changes_elsewhere_is_written_anew() {
    let first = "中山市商务局关于扶持照明产业的通知\n\n一、支持欧普做大做强。\n\n中山市商务局\n2024年1月3日\n";
    let folder = folder_with(&[("a.txt", first.as_bytes()), ("b.txt", letter("茶叶").as_bytes())]);
    let stores = temporary();
    let store = stores.path().join("store");
    built(pipeline(), folder.path(), &store, false);
    let second =
        "中山市科学技术局关于创新的通知\n\n一、支持欧普照明股份有限公司发展。\n\n中山市科学技术局\n2024年2月3日\n";
    fs::write(folder.path().join("c.txt"), second).expect("written");
    let report = built(pipeline(), folder.path(), &store, false);
    assert_eq!((report.read, report.written), (1, 2), "the new letter and the one whose firm has its full name now");
}

/// A document that cannot be read is told and left out, whatever the store has.
#[test]
fn one_bad_document_among_good_ones() {
    let folder = folder_with(&[("a.txt", letter("茶叶").as_bytes()), ("b.txt", letter("竹编").as_bytes())]);
    let stores = temporary();
    let store = stores.path().join("store");
    build(&[folder.path()], &store).assert().success();
    fs::write(folder.path().join("b.txt"), b"\xff\xfe").expect("written");
    build(&[folder.path()], &store).assert().code(1).stderr(predicates::str::contains("T102"));
    let documents: Vec<String> = graph::documents(&store).expect("a store").into_iter().map(|(path, _)| path).collect();
    assert_eq!(documents, ["a.txt"]);
}

#[test]
fn programs_are_told_in_json_what_happens() {
    let folder = folder_with(&[("a.txt", letter("茶叶").as_bytes()), ("b.txt", b"\xff\xfe"), ("c.pdf", b"%PDF")]);
    let store = folder.path().join("store");
    let output = build(&[folder.path()], &store).arg("--json-log").output().expect("it runs");
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(1), ""));
    let events: Vec<serde_json::Value> =
        text(&output.stderr).lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for event in &events {
        *counts.entry(event["event"].as_str().expect("an event has a name").to_owned()).or_default() += 1;
    }
    let expected = [("diagnostic", 2), ("done", 1), ("step", 4)].map(|(name, n)| (name.to_owned(), n));
    assert_eq!(counts, BTreeMap::from(expected));
    let last = events.last().expect("there are some");
    assert_eq!(
        (last["documents"].as_u64(), last["read"].as_u64(), last["diagnostics"].as_u64()),
        (Some(1), Some(1), Some(2))
    );
}

/// The store may lie among the texts: it is not read as one.
#[test]
fn a_store_among_the_texts_is_no_text() {
    let folder = folder_with(&[("a.txt", letter("茶叶").as_bytes())]);
    let store = folder.path().join("store");
    for _ in 0..2 {
        let output = build(&[folder.path()], &store).output().expect("it runs");
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    }
}

/// Waits until `holds`, at most half a minute.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(30), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[test]
fn a_watched_folder_is_built_again() {
    let folder = folder_with(&[("in/a.txt", letter("茶叶").as_bytes())]);
    let (texts, store) = (folder.path().join("in"), folder.path().join("store"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_wenmai"))
        .args(["build", "--watch", "--quiet", "--store"])
        .args([&store, &texts])
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let paths = || graph::documents(&store).unwrap_or_default().into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    wait_until("the first build", || paths() == ["a.txt"]);
    fs::write(texts.join("b.txt"), letter("竹编")).expect("written");
    wait_until("a new document", || paths() == ["a.txt", "b.txt"]);
    // What is wrong for a while does not end it.
    fs::remove_file(texts.join("a.txt")).expect("removed");
    fs::remove_file(texts.join("b.txt")).expect("removed");
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let line = lines.next().expect("it says what is wrong").expect("text");
    assert!(line.contains("no .txt, .text or .md file to read"), "{line}");
    fs::write(texts.join("c.txt"), letter("陶瓷")).expect("written");
    wait_until("a document after none", || paths() == ["c.txt"]);
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is kill");
    assert!(kill.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    wenmai().arg("verify").arg("--store").arg(&store).assert().success();
}
