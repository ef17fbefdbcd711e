//! Generations: builds that are killed, the way back, what differs, and readers while a build switches.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use predicates::str::contains;
use wenmai::graph::{self, Store, write_nquads};

use super::support::{
    HANGS, build, copy_folder, corpus, files, folder_with, letter, nquads, refusal, snapshot, temporary, wenmai,
};

/// A store with one generation for each of some letters, the last one current.
fn store_of(folder: &Path, parks: &[&str]) -> std::path::PathBuf {
    let (text, store) = (folder.join("a.txt"), folder.join("store"));
    for park in parks {
        fs::write(&text, letter(park)).expect("written");
        build(std::slice::from_ref(&text), &store).assert().success();
    }
    store
}

fn names(store: &Path) -> Vec<(String, bool)> {
    graph::generations(store).expect("a store").into_iter().map(|g| (g.name, g.current)).collect()
}

#[test]
fn the_last_generations_stay_and_one_can_go_back() {
    let folder = temporary();
    let store = store_of(folder.path(), &["茶叶", "竹编", "陶瓷", "漆器"]);
    let kept = names(&store);
    assert_eq!(kept.iter().map(|(_, current)| *current).collect::<Vec<_>>(), [false, false, true]);
    // The same again is no new generation.
    let before = snapshot(&store);
    build(&[folder.path().join("a.txt")], &store).assert().success();
    assert!(before == snapshot(&store));
    let at = |store: &Path| wenmai().arg("rollback").arg("--store").arg(store).assert();
    at(&store).success().stdout(contains(&*kept[1].0));
    at(&store).success().stdout(contains(&*kept[0].0));
    assert!(names(&store)[0].1);
    let found = nquads(&store);
    assert!(found.contains("竹编") && !found.contains("漆器"));
    at(&store).code(2).stderr(contains("there is no generation before the current one"));
    let to = |name: &str| wenmai().args(["rollback", "--to", name, "--store"]).arg(&store).assert();
    to("g-000099-0").code(2).stderr(contains("there is no generation g-000099-0"));
    to(&kept[2].0).success();
    assert!(before == snapshot(&store), "back where it was");
}

#[test]
fn what_came_and_went_is_listed() {
    let folder = temporary();
    let store = store_of(folder.path(), &["茶叶", "竹编"]);
    let diff = |args: &[&str]| {
        let output = wenmai().arg("diff").args(args).arg("--store").arg(&store).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let (code, table) = diff(&["--format", "csv"]);
    assert_eq!(code, Some(1));
    let row = |change: &str, park: &str| format!("a.txt,{change},City/苏州市,builds,Park/苏州市{park}产业园");
    assert!(table.contains(&row("lost", "茶叶")) && table.contains(&row("gained", "竹编")), "{table}");
    // The patch turns the older graph into the newer one.
    let (code, patch) = diff(&["--format", "patch"]);
    assert_eq!(code, Some(1));
    let graph = |name: &str| -> BTreeSet<String> {
        wenmai().args(["rollback", "--to", name, "--store"]).arg(&store).assert().success();
        nquads(&store).lines().map(str::to_owned).collect()
    };
    let all = names(&store);
    let mut patched = graph(&all[0].0);
    for line in patch.lines() {
        match line.split_at_checked(2) {
            Some(("D ", quad)) => assert!(patched.remove(quad), "{quad}"),
            Some(("A ", quad)) => assert!(patched.insert(quad.to_owned()), "{quad}"),
            _ => assert!(["TX .", "TC ."].contains(&line), "{line}"),
        }
    }
    assert!(patched == graph(&all[1].0));
    let same = diff(&[&all[1].0, &all[1].0, "--format", "csv"]);
    assert_eq!((same.0, same.1.lines().count()), (Some(0), 1));
}

#[test]
fn a_dry_run_says_what_would_be_read_and_writes_nothing() {
    let folder = folder_with(&[("in/a.txt", letter("茶叶").as_bytes()), ("in/b.txt", letter("竹编").as_bytes())]);
    let (texts, store) = (folder.path().join("in"), folder.path().join("store"));
    let dry = || {
        let output = build(std::slice::from_ref(&texts), &store).arg("--dry-run").output().expect("it runs");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("text")
    };
    assert!(dry().starts_with("added    a.txt\nadded    b.txt\n0 documents as before"));
    assert!(!store.exists());
    build(std::slice::from_ref(&texts), &store).assert().success();
    let before = snapshot(&store);
    fs::write(texts.join("a.txt"), letter("陶瓷")).expect("written");
    fs::remove_file(texts.join("b.txt")).expect("removed");
    fs::write(texts.join("c.txt"), letter("漆器")).expect("written");
    assert_eq!(dry(), "changed  a.txt\nadded    c.txt\nremoved  b.txt\n0 documents as before; nothing was written\n");
    assert!(before == snapshot(&store));
}

/// A file of a generation that was cut or changed is found, never answered from.
#[test]
fn damage_is_found() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [Damage; 3] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        },
        Vec::clear,
    ];
    let files = ["packs/00000002.pack", "contents", "manifest.json"];
    for (file, damage) in files.into_iter().flat_map(|f| damages.iter().map(move |d| (f, d))) {
        let folder = temporary();
        let store = store_of(folder.path(), &["茶叶", "竹编"]);
        let verify = || wenmai().arg("verify").arg("--store").arg(&store).assert();
        verify().success();
        let all = names(&store);
        let path = if file.starts_with("packs") { store.join(file) } else { store.join(&all[1].0).join(file) };
        let mut bytes = fs::read(&path).expect("read");
        damage(&mut bytes);
        fs::write(&path, bytes).expect("written");
        let query = || wenmai().args(["query", "documents", "--store"]).arg(&store).assert();
        // A manifest can be changed in a place that does not matter for its graph, such as the version of the program.
        if file != "manifest.json" {
            verify().code(1).stdout(contains("damaged"));
            query().code(2).stderr(contains("damaged"));
        }
        // Reading everything again mends it.
        let mended = folder_with(&[]);
        let copy = mended.path().join("store");
        copy_folder(&store, &copy);
        build(&[folder.path().join("a.txt")], &copy).arg("--full").assert().success();
        wenmai().args(["query", "documents", "--store"]).arg(&copy).assert().success();
        // The one before it is whole.
        wenmai().arg("rollback").arg("--store").arg(&store).assert().success();
        query().success();
    }
}

/// Killed at any moment, a build leaves the old graph or the new one, and the next one cleans up.
#[test]
fn a_killed_build_leaves_a_whole_graph() {
    let folder = temporary();
    let store = folder.path().join("store");
    let texts = files(&corpus(), ".txt");
    build(&texts[..1], &store).assert().success();
    let old = nquads(&store);
    build(&texts[..2], &store).assert().success();
    let new = nquads(&store);
    let start = std::time::Instant::now();
    build(&texts[..1], &store).assert().success();
    let whole = start.elapsed();
    let binary = assert_cmd::cargo::cargo_bin("wenmai");
    let mut ends = [0; 2];
    for round in 0..100_u32 {
        let some = &texts[..1 + (round as usize + 1) % 2];
        let mut child = Command::new(&binary)
            .arg("build")
            .args(some)
            .arg("--store")
            .arg(&store)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // Moments spread over a build, by a sequence that does not repeat; the last ones come after its end.
        thread::sleep(whole.mul_f64(f64::from(round * 37 % 100) / 60.0));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        Store::open(&store).unwrap_or_else(|e| panic!("round {round}: {e}"));
        let found = nquads(&store);
        assert!(found == old || found == new, "round {round}: neither the old graph nor the new one");
        ends[usize::from(found == new)] += 1;
    }
    assert!(ends[0] > 0 && ends[1] > 0, "some builds came to their end: {ends:?}");
    build(&texts[..2], &store).arg("--keep").arg("1").assert().success();
    assert!(nquads(&store) == new);
    let left: BTreeSet<String> = fs::read_dir(&store)
        .expect("listed")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left.len(), 4, "CURRENT, LOCK, the packs and one generation: {left:?}");
    assert!(
        fs::read_dir(store.join("packs"))
            .expect("listed")
            .all(|e| { e.expect("an entry").path().extension().is_some_and(|extension| extension == "pack") })
    );
}

/// A thousand readers while the graph is switched again and again: each sees one whole graph.
#[test]
fn readers_see_one_graph_or_the_other() {
    let folder = temporary();
    let store = folder.path().join("store");
    let graphs: Vec<String> = ["a", "b"]
        .map(|name| (100..130).map(|n| format!("<{name}:{n}> <p:p> <o:o> <g:{name}> .\n")).collect())
        .into_iter()
        .collect();
    let write = |n: usize| {
        write_nquads(&store, graphs[n].as_bytes(), 2).expect("written");
    };
    write(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0;
            while !done.load(Ordering::Relaxed) {
                n += 1;
                write(n % 2);
            }
        });
        let mut seen = BTreeSet::new();
        // On a busy machine a thousand reads may be over before the writer gets its turn.
        for read in 0..100_000 {
            if read >= 1_000 && seen.len() == 2 {
                break;
            }
            let opened = Store::open(&store).expect("a whole graph");
            let quads = opened.matching(None, None, None, None).expect("read");
            let graphs: BTreeSet<String> = quads.iter().map(|quad| quad.graph_name.to_string()).collect();
            assert_eq!((graphs.len(), quads.len(), opened.len()), (1, 30, 30));
            seen.extend(graphs);
        }
        done.store(true, Ordering::Relaxed);
        assert_eq!(seen.len(), 2, "both graphs were seen");
    });
}

/// The one that waits in vain is told who is at work.
#[test]
fn a_second_builder_is_told_who_holds_the_store() {
    let folder = temporary();
    let store = store_of(folder.path(), &["茶叶"]);
    let lock = fs::File::options().write(true).open(store.join("LOCK")).expect("a store has a lock");
    lock.lock().expect("the lock is free");
    fs::write(store.join("LOCK"), "process 4242").expect("written");
    let line = refusal(&mut build(&[folder.path().join("a.txt")], &store));
    assert!(line.contains("another build is writing this store (process 4242); wait for it to end"), "{line}");
    wenmai().arg("rollback").arg("--store").arg(&store).assert().code(2);
    drop(lock);
    build(&[folder.path().join("a.txt")], &store).timeout(HANGS).assert().success();
}

/// Few files may be open at once on some systems.
#[cfg(unix)]
#[test]
fn few_open_files_are_enough() {
    let folder = temporary();
    let binary = assert_cmd::cargo::cargo_bin("wenmai");
    let status = Command::new("sh")
        .args(["-c", "ulimit -n 64; \"$0\" build \"$1\" --store \"$2\" --quiet 2>/dev/null"])
        .arg(&binary)
        .arg(corpus())
        .arg(folder.path().join("store"))
        .status()
        .expect("there is a shell");
    // The digests hold damage on purpose, which is reported by 1.
    assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    Store::open(&folder.path().join("store")).expect("a whole graph");
}
