//! The pictures of `docs/gallery.md` are those that its commands make.
//!
//! `WENMAI_GALLERY=write cargo test --test suite gallery` writes them anew, which needs Graphviz.

use std::fs;
use std::path::{Path, PathBuf};

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
