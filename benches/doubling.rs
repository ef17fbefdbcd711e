//! How the time of reading grows with odd texts: each kind is made in code, in four sizes of which each is twice the one
//! before. What grows in step with the text takes about twice as long each time.
//!
//! `cargo bench --bench doubling` measures from one megabyte to eight; `-- KIND` one kind only, `-- KIND SIZE` one size.

use std::hint::black_box;
use std::time::Instant;

use wenmai::knowledge::{Knowledge, Options};
use wenmai::pipeline::Pipeline;

/// The smallest size, in bytes.
const FIRST: usize = 1_000_000;
/// How often the size is doubled.
const DOUBLINGS: u32 = 3;

type Kind = (&'static str, fn(usize) -> String);

/// The kinds of odd texts.
const KINDS: &[Kind] = &[
    ("one character", |n| "中".repeat(n / 3)),
    ("one digit", |n| "1".repeat(n)),
    ("one numeral", |n| "一".repeat(n / 3)),
    ("closing marks", |n| "”".repeat(n / 3)),
    ("open titles", |n| "印发《".repeat(n / 9)),
    ("open brackets", |n| "平台（".repeat(n / 9)),
    ("closed titles", |n| "《办法》".repeat(n / 12)),
    ("joiners", |n| "、".repeat(n / 3)),
    ("list words", |n| "等".repeat(n / 3)),
    ("prose without marks", |n| "中山市支持企业建设公共服务平台促进产业发展".repeat(n / 60)),
    ("prose on one line", |n| "我市支持比亚迪建设产业园，总投资2.5亿元。".repeat(n / 57)),
    ("one long list", |n| "中山市、".repeat(n / 12)),
    ("list of new names", |n| numbered(n, |i| format!("甲{i}科技、"))),
    ("many new names", |n| numbered(n, |i| format!("建设了中山市第{i}号公共服务平台。"))),
    ("defined short names", |n| numbered(n, |i| format!("中山市甲{i}平台（以下简称“乙{i}平台”）。"))),
    ("names in one sentence", |n| "中山市支持比亚迪与华为".repeat(n / 33)),
    ("joint action", |n| "中山市、广州市共同建设中山公共服务平台。".repeat(n / 60)),
    ("references", |n| numbered(n, |i| format!("引进甲{i}科技有限公司，该公司落户。"))),
    ("figures", |n| "1.2亿元".repeat(n / 9)),
    ("figures in clauses", |n| "产值超2500万元，".repeat(n / 22)),
    ("short lines", |n| "中山市\n".repeat(n / 10)),
    ("lines in mid-sentence", |n| format!("{}，\n", "中".repeat(40)).repeat(n / 124)),
    ("contact lines", |n| "联系人：李某，12345678\n".repeat(n / 30)),
    ("sections", |n| numbered(n, |i| format!("（{}）建设平台。\n", i % 10))),
    ("blanks", |n| "中 ".repeat(n / 4)),
    ("no width and two directions", |n| "中\u{200b}山\u{202e}市\u{2066}建\u{feff}设".repeat(n / 27)),
];

/// Pieces with numbers in them, up to `size` bytes.
fn numbered(size: usize, piece: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(size + 100);
    let mut i = 0;
    while text.len() < size {
        text.push_str(&piece(i));
        i += 1;
    }
    text
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let size: Option<usize> = arguments.get(1).and_then(|n| n.parse().ok());
    let pipeline = Pipeline::new(Knowledge::load(None, &Options::default()).expect("the knowledge is sound"));
    black_box(pipeline.extract("warm", "中山市建设平台。".as_bytes()).expect("it is a text"));
    println!("{:28} {:>8} {:>8} {:>6}", "text", "MB", "s", "ratio");
    for (name, make) in KINDS.iter().filter(|(name, _)| arguments.first().is_none_or(|a| name.contains(a.as_str()))) {
        let sizes: Vec<usize> = size.map_or_else(|| (0..=DOUBLINGS).map(|n| FIRST << n).collect(), |n| vec![n]);
        let mut last: Option<f64> = None;
        for size in sizes {
            let text = make(size);
            let start = Instant::now();
            black_box(pipeline.extract(name, text.as_bytes()).expect("it is a text"));
            let took = start.elapsed().as_secs_f64();
            let ratio = last.map_or(String::new(), |last| format!("{:.1}", took / last));
            println!("{name:28} {:8.1} {took:8.2} {ratio:>6}", text.len() as f64 / 1e6);
            last = Some(took);
        }
    }
}
