//! The pictures of `docs/gallery.md` are those that its commands make.
//!
//! `WENMAI_GALLERY=write cargo test --test suite gallery` writes them anew, which needs Graphviz.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::support::{assert_none, build, corpus, read, root, temporary, wenmai};

/// One command of the gallery.
struct Entry {
    arguments: Vec<String>,
    /// Name of the picture without its ending.
    name: String,
    /// Whether it is drawn without Graphviz.
    plain: bool,
}

/// The commands in the order of the page.
fn entries() -> Vec<Entry> {
    let page = read(&root().join("docs/gallery.md"));
    let commands = page.lines().filter_map(|line| {
        let plain = line.strip_prefix("PATH= ");
        let command = plain.unwrap_or(line).strip_prefix("wenmai diagram ")?;
        let (arguments, file) = command.split_once(" -o ")?;
        let arguments = arguments.split(' ').map(str::to_owned).collect();
        let name = file.strip_suffix(".svg").expect("the gallery shows SVG").to_owned();
        Some(Entry { arguments, name, plain: plain.is_some() })
    });
    commands.collect()
}

/// Whether the pictures are to be written rather than compared.
fn writing() -> bool {
    std::env::var_os("WENMAI_GALLERY").is_some()
}

/// What the command of an entry writes, in the format that `ending` names.
fn drawn(entry: &Entry, store: &Path, ending: &str) -> Vec<u8> {
    let folder = temporary();
    let file = folder.path().join("picture").with_extension(ending);
    let mut command = wenmai();
    command.current_dir(root()).arg("diagram").args(&entry.arguments).arg("-o").arg(&file).arg("--store").arg(store);
    if entry.plain {
        command.env("PATH", "");
    }
    command.assert().success();
    fs::read(file).expect("the picture was written")
}

#[test]
fn the_pictures_are_what_the_commands_make() {
    let folder = root().join("docs/gallery");
    let store = temporary();
    let store = store.path().join("store");
    build(&[corpus()], &store).assert().success();
    let write = writing();
    let mut stale = Vec::new();
    for entry in entries() {
        let ending = if entry.plain { "svg" } else { "dot" };
        let made = drawn(&entry, &store, ending);
        let path = folder.join(&entry.name).with_extension(ending);
        if write {
            fs::write(&path, &made).expect("the text can be written");
            if !entry.plain {
                let picture = drawn(&entry, &store, "svg");
                fs::write(path.with_extension("svg"), picture).expect("the picture can be written");
            }
        } else if fs::read(&path).ok() != Some(made) {
            stale.push(path.strip_prefix(root()).expect("a file of the tree").display().to_string());
        }
    }
    assert_none("pictures are not what their commands make; see the end of docs/gallery.md", &stale);
}

#[test]
fn every_kind_has_its_picture_and_all_are_small() {
    let entries = entries();
    for kind in ["network", "ego", "citations", "bureaus", "towns", "policy", "chain", "timeline", "ontology", "path"] {
        assert!(entries.iter().any(|entry| entry.arguments[0] == kind), "{kind} has no picture");
    }
    assert!(entries.iter().any(|entry| entry.arguments[0] == "--query"));
    let page = read(&root().join("docs/gallery.md"));
    let mut size = 0;
    // A picture may not be there yet while all are written.
    for entry in entries.iter().filter(|_| !writing()) {
        assert!(page.contains(&format!("](gallery/{}.svg)", entry.name)), "{} is not shown", entry.name);
        let picture: PathBuf = root().join("docs/gallery").join(&entry.name).with_extension("svg");
        let picture = fs::metadata(&picture).unwrap_or_else(|e| panic!("{}: {e}", picture.display()));
        size += picture.len();
    }
    assert!(size < 2_000_000, "the pictures of the gallery take {size} bytes");
}

/// A line of text in a picture: left, top, right and bottom edge, and what it says.
type Words = ([f64; 4], String);

/// The texts of an SVG. A Chinese character is as wide as its size, a Latin one about half.
fn words(svg: &str) -> Vec<Words> {
    let text = Regex::new("<text([^>]*)>([^<]*)</text>").expect("a valid pattern");
    let number = |attributes: &str, name: &str| -> f64 {
        let pattern = Regex::new(&format!(" {name}=\"([-0-9.]+)\"")).expect("a valid pattern");
        let found = pattern.captures(attributes).and_then(|found| found[1].parse().ok());
        found.unwrap_or_else(|| panic!("<text{attributes}> has no {name}"))
    };
    let placed = text.captures_iter(svg).filter(|found| !found[2].trim_matches([' ', '\u{a0}']).is_empty());
    placed
        .map(|found| {
            let (attributes, text) = (&found[1], found[2].replace("&amp;", "&").replace("&#45;", "-"));
            let (x, y, size) = (number(attributes, "x"), number(attributes, "y"), number(attributes, "font-size"));
            let width: f64 = text.chars().map(|c| if u32::from(c) < 0x300 { 0.5 } else { 0.94 }).sum::<f64>() * size;
            let left = if attributes.contains("anchor=\"start\"") { x } else { x - width / 2.0 };
            ([left, y - 0.8 * size, left + width, y + 0.08 * size], text)
        })
        .collect()
}

#[test]
fn no_text_lies_on_another() {
    let mut problems = Vec::new();
    for entry in entries().into_iter().filter(|_| !writing()) {
        let words = words(&read(&root().join("docs/gallery").join(&entry.name).with_extension("svg")));
        assert!(words.len() > 10, "{} has only {} texts", entry.name, words.len());
        for (n, (a, text)) in words.iter().enumerate() {
            for (b, other) in &words[..n] {
                if a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3] {
                    problems.push(format!("{}: {text} on {other}", entry.name));
                }
            }
        }
    }
    assert_none("texts of pictures lie on others", &problems);
}

#[test]
fn text_on_text_would_be_seen() {
    let on = |y: f64| {
        let text = |y: f64, words: &str| {
            format!("<text text-anchor=\"middle\" x=\"50\" y=\"{y}\" font-size=\"10.00\">{words}</text>")
        };
        let words = words(&format!("{}{}", text(20.0, "中山市"), text(y, "佛山市")));
        words[0].0[3] > words[1].0[1]
    };
    assert!(on(24.0));
    assert!(!on(30.0));
}
