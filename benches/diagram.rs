//! What a picture costs, beside what Graphviz takes to lay out the same DOT.
//!
//! `cargo bench --bench diagram` builds a graph of ten thousand composed letters in a passing folder, draws the network of the
//! two hundred most central entities with the program itself, and gives the ratio of its time to that of Graphviz; then the
//! time up to the DOT text of the surroundings of a hub with five thousand neighbours. `-- LETTERS` takes another number;
//! `-- write FOLDER LETTERS` only writes the letters.

mod letters;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wenmai::graph::write_nquads;

const SEED: u64 = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["write", folder, count] = arguments[..] {
        write(Path::new(folder), count.parse().expect("a number of letters"));
        return;
    }
    let count = arguments.first().map_or(10_000, |count| count.parse().expect("a number of letters"));
    let folder = tempfile::tempdir().expect("a passing folder");
    let (texts, store) = (folder.path().join("letters"), folder.path().join("store"));
    write(&texts, count);
    let start = Instant::now();
    wenmai(&["build".as_ref(), texts.as_ref(), "--store".as_ref(), store.as_ref()]);
    println!("build of {count} letters   {:8.2} s", start.elapsed().as_secs_f64());
    network(folder.path(), &store);
    hub(folder.path());
}

/// Writes the first letters of a sequence of `count`.
fn write(folder: &Path, count: usize) {
    fs::create_dir_all(folder).expect("the folder can be made");
    for number in 0..count {
        let (name, text) = letters::letter(number, count, SEED, 0);
        fs::write(folder.join(name), text).expect("a letter can be written");
    }
}

fn wenmai(arguments: &[&std::ffi::OsStr]) {
    let status = Command::new(env!("CARGO_BIN_EXE_wenmai")).args(arguments).stdout(Stdio::null()).status();
    assert!(status.expect("the program runs").success());
}

fn network(folder: &Path, store: &Path) {
    let (dot, svg) = (folder.join("n.dot"), folder.join("n.svg"));
    let draw = |target: &Path| {
        let start = Instant::now();
        let (top, count) = ("--top".as_ref(), "200".as_ref());
        let common = ["diagram".as_ref(), "network".as_ref(), top, count, "--store".as_ref(), store.as_ref()];
        let target = ["-o".as_ref(), target.as_ref(), "--force".as_ref()];
        wenmai(&[&common[..], &target[..]].concat());
        start.elapsed().as_secs_f64()
    };
    println!("network, to DOT          {:8.2} s", draw(&dot));
    let whole = draw(&svg);
    let start = Instant::now();
    let status = Command::new("dot").arg("-Tsvg").arg("-o").arg(folder.join("g.svg")).arg(&dot).status();
    assert!(status.expect("Graphviz is installed").success());
    let graphviz = start.elapsed().as_secs_f64();
    println!("network, to SVG          {whole:8.2} s");
    println!("Graphviz alone           {graphviz:8.2} s");
    println!("ratio                    {:8.2}", whole / graphviz);
}

/// A store with one entity that has five thousand neighbours, and the time until the DOT text is there.
fn hub(folder: &Path) {
    const NEIGHBOURS: usize = 5_000;
    let store = folder.join("hub");
    let (wm, id) = ("https://w3id.org/wenmai/ontology#", "https://w3id.org/wenmai/id/");
    let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    let label = "http://www.w3.org/2004/02/skos/core#prefLabel";
    let mut lines = Vec::new();
    for n in 0..=NEIGHBOURS {
        let graph = format!("<{id}document/{}.txt>", n / 10);
        let mut add = |s: &str, p: &str, o: &str| lines.push(format!("<{s}> <{p}> {o} {graph} ."));
        let (class, name) =
            if n == 0 { ("City", "甲市".to_owned()) } else { ("Enterprise", format!("乙{n}公司")) };
        let entity = format!("{id}{class}/{name}");
        add(&entity, &format!("{rdf}type"), &format!("<{wm}{class}>"));
        add(&entity, label, &format!("\"{name}\"@zh"));
        if n > 0 {
            let claim = format!("{id}claim/{n:05}");
            add(&claim, &format!("{rdf}type"), &format!("<{wm}Claim>"));
            add(&claim, &format!("{rdf}subject"), &format!("<{id}City/甲市>"));
            add(&claim, &format!("{rdf}predicate"), &format!("<{wm}supports>"));
            add(&claim, &format!("{rdf}object"), &format!("<{entity}>"));
            add(&claim, &format!("{wm}inDocument"), &graph);
            add(&claim, &format!("{wm}quote"), &format!("\"我市支持{name}。\""));
        }
    }
    lines.sort();
    lines.dedup();
    let mut text = String::new();
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    write_nquads(&store, text.as_bytes(), 1).expect("the store can be written");
    let start = Instant::now();
    let arguments = ["diagram", "ego", "--of", "甲市", "--force", "--store"].map(AsRef::as_ref);
    wenmai(&[&arguments[..], &[store.as_ref(), "-o".as_ref(), folder.join("hub.dot").as_ref()]].concat());
    println!("hub, to DOT              {:8.2} s", start.elapsed().as_secs_f64());
}
