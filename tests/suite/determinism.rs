//! The same documents and the same knowledge give the same bytes, whatever the machine does meanwhile.

use std::path::{Path, PathBuf};

use wenmai::check;
use wenmai::graph::{self, Draft, Graph};

use super::support::{build, corpus, current, dev_letters, files, name, nquads, pipeline, root, temporary, text};

/// Graph and manifest that `wenmai build` writes for `paths`.
fn built(paths: &[PathBuf], change: impl Fn(&mut assert_cmd::Command)) -> (String, String) {
    let folder = temporary();
    let store = folder.path().join("store");
    let mut command = build(paths, &store);
    change(&mut command);
    command.assert().success();
    files_of(&store)
}

fn files_of(store: &Path) -> (String, String) {
    // Where the parts lie in the packs tells how the store came about, not what is in it.
    let manifest = text(&current(store, "manifest.json"));
    (nquads(store), manifest.lines().filter(|line| !line.contains("\"contents\"")).collect())
}

fn same(expected: &(String, String), found: &(String, String), what: &str) {
    let first = expected.0.lines().zip(found.0.lines()).find(|(a, b)| a != b);
    assert!(expected.0 == found.0, "{what}: the graphs differ, first in {first:?}");
    assert_eq!(expected.1, found.1, "{what}: the manifests differ");
}

#[test]
fn the_number_of_threads_does_not_show() {
    let paths = [dev_letters()];
    let one = built(&paths, |c| {
        c.args(["--threads", "1"]);
    });
    for threads in ["2", "8"] {
        let more = built(&paths, |c| {
            c.args(["--threads", threads]);
        });
        same(&one, &more, threads);
    }
}

#[test]
fn the_order_of_the_files_does_not_show() {
    let folder = built(&[corpus()], |_| {});
    let mut texts = files(&corpus(), ".txt");
    same(&folder, &built(&texts, |_| {}), "files instead of their folder");
    texts.reverse();
    same(&folder, &built(&texts, |_| {}), "files in the other order");
    texts.rotate_left(2);
    texts.push(texts[0].clone());
    same(&folder, &built(&texts, |_| {}), "a file named twice");
}

#[test]
fn a_rebuild_changes_nothing() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&[corpus()], &store).assert().success();
    let first = files_of(&store);
    build(&[dev_letters()], &store).assert().success();
    assert_ne!(files_of(&store).0, first.0);
    build(&[corpus()], &store).args(["--keep", "1"]).assert().success();
    same(&first, &files_of(&store), "built again");
    let generations = std::fs::read_dir(&store).expect("the store can be listed").count();
    assert_eq!(generations, 4, "CURRENT, LOCK, the packs and one generation");
}

#[test]
fn the_machine_does_not_show() {
    let paths = [corpus()];
    let here = built(&paths, |_| {});
    let elsewhere = built(&paths, |c| {
        c.env("TZ", "Pacific/Auckland").env("LANG", "tr_TR.UTF-8").env("LC_ALL", "C").env("COLUMNS", "20");
    });
    same(&here, &elsewhere, "another time zone and language");
    let relative = built(&[PathBuf::from("corpus")], |c| {
        c.current_dir(root());
    });
    same(&here, &relative, "a relative path");
}

/// What a document says does not depend on its neighbours, except for what things are called: once names and IRIs are
/// those of the document alone, its graph is the same. IRIs of claims follow those of their ends and are left out.
#[test]
fn a_document_is_read_the_same_alone() {
    let file = &files(&corpus(), ".txt")[3];
    let read =
        |f: &PathBuf| pipeline().extract(&name(f), &std::fs::read(f).expect("a digest")).expect("a digest is text");
    let said = |e: &graph::Extraction| {
        let quads: Vec<_> = graph::draft(&pipeline().knowledge().schema, e).quads().collect();
        quads.iter().map(ToString::to_string).collect::<std::collections::BTreeSet<_>>()
    };
    let alone = read(file);
    let texts = files(&corpus(), ".txt");
    let mut all: Vec<_> = texts.iter().map(read).collect();
    assert_eq!(said(&all[3]), said(&alone), "before identity");
    assert_eq!(all[3].summary, alone.summary, "what identity goes by");
    let (decisions, authority) = Default::default();
    pipeline().unify(&mut all, &decisions, &authority);
    let mut one = vec![alone];
    pipeline().unify(&mut one, &decisions, &authority);
    assert_eq!(all[3].claims.len(), one[0].claims.len());
    assert_eq!(all[3].figures.len(), one[0].figures.len());
}

/// A graph of a document whose entities no other one names otherwise can be replaced alone.
#[test]
fn unrelated_neighbours_do_not_show() {
    let letter = "有关事项如下。\n广州市商务局牵头建设了广州市跨境贸易数据平台，总投资约2.5亿元。\n";
    let folder = super::support::folder_with(&[("all/a.txt", letter.as_bytes()), ("one/a.txt", letter.as_bytes())]);
    let file = &folder.path().join("one/a.txt");
    let all = built(&[folder.path().join("all"), dev_letters()], |_| {}).0;
    let alone = built(std::slice::from_ref(file), |_| {}).0;
    let graph = wenmai::entity::document_iri(&name(file)).to_string();
    let of = |nquads: &str| -> Vec<String> {
        nquads.lines().filter(|l| l.trim_end_matches(" .").ends_with(&graph)).map(str::to_owned).collect()
    };
    assert!(of(&all).len() > 20);
    assert_eq!(of(&all), of(&alone));
}

#[test]
fn lines_are_sorted_and_each_stands_once() {
    let nquads = built(&[corpus()], |_| {}).0;
    let lines: Vec<&str> = nquads.lines().collect();
    assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(nquads.ends_with('\n'));
}

/// The library gives the bytes that the binary writes.
#[test]
fn the_library_serialises_like_the_binary() {
    let mut extractions: Vec<_> = files(&corpus(), ".txt")
        .iter()
        .map(|f| pipeline().extract(&name(f), &std::fs::read(f).expect("a digest")).expect("a digest is text"))
        .collect();
    let (decisions, authority) = Default::default();
    let identity = pipeline().unify(&mut extractions, &decisions, &authority);
    let knowledge = pipeline().knowledge();
    let findings = check::quads(knowledge, &check::findings(knowledge, &extractions));
    let mut draft = Draft::default();
    draft.extend(&findings);
    draft.extend(&graph::identity_quads(&identity));
    draft.extend(&knowledge.schema.quads().collect::<Vec<_>>());
    let mut parts: Vec<Graph> = extractions.iter().map(|e| graph::draft(&knowledge.schema, e).into()).collect();
    parts.push(draft.into());
    let folder = temporary();
    graph::write_parts(folder.path(), &parts, 1).expect("written");
    assert!(nquads(folder.path()) == built(&[corpus()], |_| {}).0);
}
