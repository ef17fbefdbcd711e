//! What a build costs, beside what oxigraph takes to load the quads that come out of it.
//!
//! `cargo bench --bench build` composes a thousand letters of about 10 KB and builds their graph with the program itself;
//! `-- COUNT...` takes other numbers, one after the other, and `--engine rocksdb` (with `--features rocksdb`) the engine on
//! disk. For each number it gives, all from this run:
//!
//! - the full build against loading the same quads from N-Quads with oxigraph's bulk loader, same engine, same machine;
//! - the build after one letter has changed, against the full one;
//! - reading with two threads against one, for the first number;
//! - opening the store against loading the quads;
//! - which policies cite which enterprises, as `wenmai query` answers it;
//! - peak memory of the build, and what the graph takes on disk;
//! - how the time grows from number to number.
//!
//! `--no-load` leaves out loading, which takes long for many letters.

mod letters;

use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use oxigraph::io::RdfFormat;
use oxigraph::store::Store;
use wenmai::export::{Format, export};

const SEED: u64 = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let engine = match arguments.iter().position(|a| a == "--engine") {
        Some(at) => arguments[at + 1].clone(),
        None => "memory".to_owned(),
    };
    let loads = !arguments.iter().any(|a| a == "--no-load");
    let counts: Vec<usize> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![1_000] } else { counts };
    let mut last: Option<(usize, f64)> = None;
    for (place, count) in counts.into_iter().enumerate() {
        let time = measure(count, &engine, loads, place == 0);
        if let Some((before, earlier)) = last {
            println!("growth {before} → {count}            {:10.2} ×", time / earlier);
        }
        last = Some((count, time));
    }
}

/// Measures builds of `count` letters; gives the seconds of the full one. How threads share the work is the same for any
/// number, and is looked at once.
fn measure(count: usize, engine: &str, loads: bool, first: bool) -> f64 {
    let folder = tempfile::tempdir().expect("a passing folder");
    let (texts, store) = (folder.path().join("letters"), folder.path().join("store"));
    fs::create_dir(&texts).expect("a folder");
    let mut bytes = 0;
    for number in 0..count {
        let (name, text) = letters::letter(number, count, SEED, letters::USUAL);
        bytes += text.len();
        fs::write(texts.join(name), text).expect("written");
    }
    println!("\n{count} letters, {:.1} MB, engine {engine}", bytes as f64 / 1e6);
    let full = build(&texts, &store, &["--engine", engine]);
    println!("full build                     {:10.2} s", full.seconds);
    println!("  reading, joining, writing, finishing {}", full.steps());
    println!("  quads                        {:10}", full.quads);
    println!("  peak memory                  {:10.0} MB", full.megabytes);
    println!("  on disk                      {:10.0} MB", size(&store) as f64 / 1e6);

    let file = texts.join("00000.txt");
    let text = fs::read_to_string(&file).expect("read");
    fs::write(&file, format!("{text}\n附件：无。\n")).expect("written");
    let one = build(&texts, &store, &["--engine", engine]);
    println!("one letter changed             {:10.2} s", one.seconds);
    println!("  reading, joining, writing, finishing {}", one.steps());
    println!("  against the full build       1/{:8.1}", full.seconds / one.seconds);

    if first {
        let [alone, both] = ["1", "2"].map(|threads| {
            let other = folder.path().join(format!("threads-{threads}"));
            let run = build(&texts, &other, &["--threads", threads]);
            fs::remove_dir_all(other).expect("removed");
            run.steps[0]
        });
        println!("reading with 2 threads to 1    {:10.2} ({both:.2} s to {alone:.2} s)", both / alone);
    }

    let opening = ask(&store, &["-e", "ASK { ?s a wm:Enterprise }"]);
    println!("opening, with a small question {opening:10.2} s");
    let citing = ask(&store, &["policies-citing-enterprises", "--format", "csv"]);
    println!("policies-citing-enterprises    {citing:10.2} s");

    if loads {
        let nquads = folder.path().join("graph.nq");
        export(&store, Format::Nq, BufWriter::new(fs::File::create(&nquads).expect("made"))).expect("exported");
        let load = load(&nquads, &folder.path().join("oxigraph"), engine);
        println!("oxigraph's bulk loader         {load:10.2} s");
        println!("full build to loading          {:10.2}", full.seconds / load);
        println!("opening to loading             {:10.3}", opening / load);
    }
    full.seconds
}

/// Seconds that a query takes, with opening the store and writing the answer.
fn ask(store: &Path, query: &[&str]) -> f64 {
    let start = Instant::now();
    let answer = Command::new(env!("CARGO_BIN_EXE_wenmai"))
        .args(["query", "--store"])
        .arg(store)
        .args(query)
        .stdout(Stdio::null())
        .status();
    assert!(answer.expect("it runs").success());
    start.elapsed().as_secs_f64()
}

/// What a build took.
struct Run {
    seconds: f64,
    /// By step.
    steps: [f64; 4],
    quads: u64,
    megabytes: f64,
}

impl Run {
    fn steps(&self) -> String {
        self.steps.map(|seconds| format!("{seconds:.2}")).join(" + ") + " s"
    }
}

fn build(texts: &Path, store: &Path, more: &[&str]) -> Run {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_wenmai"))
        .args(["build", "--json-log", "--store"])
        .args([store, texts])
        .args(more)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let (done, ended) = mpsc::channel::<()>();
    let status = format!("/proc/{}/status", child.id());
    // The peak only rises, so the last look before the end is close to it.
    let memory = thread::spawn(move || {
        let mut peak = 0.0_f64;
        while ended.recv_timeout(Duration::from_millis(20)) == Err(mpsc::RecvTimeoutError::Timeout) {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
            peak = peak.max(kilobytes.unwrap_or_default() / 1e3);
        }
        peak
    });
    let (mut marks, mut quads) = (Vec::new(), 0);
    for line in BufReader::new(child.stderr.take().expect("it is piped")).lines() {
        let event: serde_json::Value = serde_json::from_str(&line.expect("text")).expect("JSON");
        match event["event"].as_str() {
            Some("step") => marks.push(start.elapsed().as_secs_f64()),
            Some("done") => quads = event["quads"].as_u64().expect("a number"),
            _ => {}
        }
    }
    assert!(child.wait().expect("it ends").success());
    drop(done);
    let seconds = start.elapsed().as_secs_f64();
    marks.push(seconds);
    let steps = std::array::from_fn(|n| marks[n + 1] - marks[n]);
    Run { seconds, steps, quads, megabytes: memory.join().expect("it looks on") }
}

/// Loads N-Quads with oxigraph's own bulk loader; for the engine on disk the triples of the default graph too, which the
/// database of a generation holds as well.
fn load(nquads: &Path, folder: &Path, engine: &str) -> f64 {
    let start = Instant::now();
    let open = || BufReader::with_capacity(1 << 20, fs::File::open(nquads).expect("opened"));
    match engine {
        "memory" => {
            let store = Store::new().expect("a store in memory");
            let mut loader = store.bulk_loader();
            loader.load_from_reader(RdfFormat::NQuads, open()).expect("loaded");
            loader.commit().expect("loaded");
            // Taking it apart again is no part of loading.
            let seconds = start.elapsed().as_secs_f64();
            drop(store);
            seconds
        }
        _ => on_disk(open(), folder, start),
    }
}

#[cfg(feature = "rocksdb")]
fn on_disk(nquads: BufReader<fs::File>, folder: &Path, start: Instant) -> f64 {
    use oxigraph::io::RdfParser;
    use oxigraph::model::{GraphName, Quad};
    let store = Store::open(folder).expect("a store on disk");
    let mut loader = store.bulk_loader();
    let quads = RdfParser::from_format(RdfFormat::NQuads).for_reader(nquads).map(|quad| quad.expect("a quad"));
    loader
        .load_quads(quads.flat_map(|quad| [Quad { graph_name: GraphName::DefaultGraph, ..quad.clone() }, quad]))
        .expect("loaded");
    loader.commit().expect("loaded");
    store.flush().expect("flushed");
    start.elapsed().as_secs_f64()
}

#[cfg(not(feature = "rocksdb"))]
fn on_disk(_: BufReader<fs::File>, _: &Path, _: Instant) -> f64 {
    panic!("the engine on disk needs --features rocksdb")
}

fn size(folder: &Path) -> u64 {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("listed"));
    files.filter(|entry| entry.file_type().is_file()).map(|entry| entry.metadata().expect("known").len()).sum()
}
