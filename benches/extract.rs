//! How fast documents are read, as a ratio to segmenting and tagging the same text with jieba in the same run.
//!
//! `cargo bench --bench extract` reads the corpus once to warm up and then until twenty megabytes are done, on one thread,
//! turn and turn about with jieba, so that whatever else the machine does slows both alike. Megabytes are 10^6 bytes of
//! UTF-8. The ratio is what counts: it hardly depends on the machine. Behind `--` another folder can be named.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jieba_rs::Jieba;
use wenmai::knowledge::{Knowledge, Options};
use wenmai::pipeline::Pipeline;
use wenmai::text::discover;

/// How much is read, in bytes.
const VOLUME: usize = 20_000_000;

fn main() {
    let named = std::env::args().skip(1).find(|a| !a.starts_with("--")).map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"));
    let sources = discover(&[folder], None).expect("the texts are there").sources;
    let texts: Vec<(String, String)> =
        sources.into_iter().map(|s| (s.name, std::fs::read_to_string(s.file).expect("the texts are UTF-8"))).collect();
    let pipeline = Pipeline::new(Knowledge::load(None, &Options::default()).expect("the knowledge is sound"));
    let jieba = Jieba::new();
    let mut extract = |(name, text): &(String, String)| {
        black_box(pipeline.extract(name, text.as_bytes()).expect("it is a text"));
    };
    let mut tag = |(_, text): &(String, String)| {
        black_box(jieba.tag(text, true));
    };
    texts.iter().for_each(|t| {
        extract(t);
        tag(t);
    });
    let (mut extracting, mut tagging) = (Duration::ZERO, Duration::ZERO);
    let mut done = 0;
    while done < VOLUME {
        extracting += time(&texts, &mut extract);
        tagging += time(&texts, &mut tag);
        done += texts.iter().map(|(_, text)| text.len()).sum::<usize>();
    }
    let speed = |took: Duration| done as f64 / 1e6 / took.as_secs_f64();
    println!("extraction     {:8.2} MB/s", speed(extracting));
    println!("jieba, tagging {:8.2} MB/s", speed(tagging));
    println!("ratio          {:8.3}", tagging.as_secs_f64() / extracting.as_secs_f64());
}

/// How long `work` takes for all of the texts.
fn time(texts: &[(String, String)], work: impl FnMut(&(String, String))) -> Duration {
    let start = Instant::now();
    texts.iter().for_each(work);
    start.elapsed()
}
