//! How fast documents are read, as a ratio to segmenting and tagging the same text with jieba in the same run.
//!
//! `cargo bench --bench extract` reads the corpus once to warm up and then until twenty megabytes are done, on one thread.
//! Megabytes are 10^6 bytes of UTF-8. The ratio is what counts: it hardly depends on the machine.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use jieba_rs::Jieba;
use wenmai::knowledge::{Knowledge, Options};
use wenmai::pipeline::Pipeline;
use wenmai::text::discover;

/// How much is read, in bytes.
const VOLUME: usize = 20_000_000;

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let sources = discover(&[corpus]).expect("the corpus is there").sources;
    let texts: Vec<(String, String)> =
        sources.into_iter().map(|s| (s.name, std::fs::read_to_string(s.file).expect("the corpus is UTF-8"))).collect();
    let pipeline = Pipeline::new(Knowledge::load(None, &Options::default()).expect("the knowledge is sound"));
    let jieba = Jieba::new();
    let extract = speed(&texts, |name, text| {
        black_box(pipeline.extract(name, text.as_bytes()).expect("it is a text"));
    });
    let tag = speed(&texts, |_, text| {
        black_box(jieba.tag(text, true));
    });
    println!("extraction     {extract:8.2} MB/s");
    println!("jieba, tagging {tag:8.2} MB/s");
    println!("ratio          {:8.3}", extract / tag);
}

/// Megabytes a second of `work` over the texts, again and again.
fn speed(texts: &[(String, String)], mut work: impl FnMut(&str, &str)) -> f64 {
    for (name, text) in texts {
        work(name, text);
    }
    let start = Instant::now();
    let mut done = 0;
    while done < VOLUME {
        for (name, text) in texts {
            work(name, text);
            done += text.len();
        }
    }
    done as f64 / 1e6 / start.elapsed().as_secs_f64()
}
