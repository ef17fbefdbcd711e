//! What the system does to a build: full disks, folders that cannot be written, signals, closed pipes, newer stores.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use predicates::str::contains;

use super::support::{
    build, corpus, dev_letters, files, folder_with, nquads, refusal, snapshot, temporary, text, wenmai,
};

const BINARY: &str = env!("CARGO_BIN_EXE_wenmai");

/// A small file system of its own, where the test may make one.
struct Mounted(PathBuf);

impl Mounted {
    fn new(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a folder to mount at");
        mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], at).then(|| Self(at.to_owned()))
    }

    fn read_only(&self) -> bool {
        mount(&["-o", "remount,ro"], &self.0)
    }
}

fn mount(arguments: &[&str], at: &Path) -> bool {
    let output = Command::new("mount").args(arguments).arg(at).stderr(Stdio::null()).status();
    output.is_ok_and(|status| status.success())
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn said(store: &Path) -> String {
    let output =
        wenmai().args(["query", "documents", "--format", "csv", "--store"]).arg(store).output().expect("it runs");
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// No file may become larger than a few blocks: writing fails as on a full disk, for whoever may not mount one too.
#[cfg(unix)]
#[test]
fn a_write_that_fails_leaves_the_old_graph() {
    let folder = temporary();
    let store = folder.path().join("store");
    let texts = files(&corpus(), ".txt");
    build(&texts[..1], &store).assert().success();
    let before = snapshot(&store);
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 40; exec \"$0\" build \"$1\" --store \"$2\""])
        .args([Path::new(BINARY), &dev_letters(), &store])
        .output()
        .expect("there is a shell");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).lines().last().is_some_and(|line| line.contains("File too large")));
    assert!(before == snapshot(&store), "nothing is left of the failed build");
    build(&texts[..2], &store).assert().success();
}

/// A disk that is full in the middle of a build, and has room again later.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_graph() {
    let folder = temporary();
    let Some(disk) = Mounted::new(&folder.path().join("disk"), "1m") else {
        // Who may not mount has the test above.
        return;
    };
    let store = disk.0.join("store");
    let texts = files(&corpus(), ".txt");
    build(&texts[..1], &store).assert().success();
    let (before, answer) = (snapshot(&store), said(&store));
    let ballast = disk.0.join("ballast");
    let free = |share: u64| {
        let used: u64 = before.values().map(|bytes| bytes.len() as u64).sum();
        fs::write(&ballast, vec![0; ((1 << 20) - used - share) as usize]).expect("written");
    };
    // From no room at all to nearly enough.
    for share in [0, 20_000, 60_000, 120_000, 200_000] {
        free(65_536 + share);
        let output = build(&[dev_letters()], &store).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "with {share} bytes: {}", text(&output.stderr));
        assert!(text(&output.stderr).lines().last().is_some_and(|line| line.contains("No space left")));
        assert!(before == snapshot(&store), "with {share} bytes");
        assert_eq!(said(&store), answer);
    }
    fs::remove_file(&ballast).expect("removed");
    build(&texts[..2], &store).assert().success();
    wenmai().arg("verify").arg("--store").arg(&store).assert().success();
}

/// Reading needs no right to write; building says what cannot be written.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = temporary();
    let disk = Mounted::new(&folder.path().join("disk"), "16m");
    let store = folder.path().join("disk/store");
    fs::create_dir_all(folder.path().join("disk")).expect("a folder");
    let texts = files(&corpus(), ".txt");
    build(&texts[..1], &store).assert().success();
    match &disk {
        Some(disk) => assert!(disk.read_only(), "what was mounted can be mounted again"),
        None => {
            for path in [&store, &store.join("packs")] {
                fs::set_permissions(path, fs::Permissions::from_mode(0o555)).expect("set");
            }
            fs::set_permissions(store.join("LOCK"), fs::Permissions::from_mode(0o444)).expect("set");
        }
    }
    let answer = said(&store);
    wenmai().arg("verify").arg("--store").arg(&store).assert().success();
    wenmai().arg("export").arg("--store").arg(&store).assert().success();
    wenmai().arg("generations").arg("--store").arg(&store).assert().success();
    let line = refusal(&mut build(&texts[..2], &store));
    assert!(line.contains("store"), "{line}");
    assert_eq!(said(&store), answer);
    if disk.is_none() {
        for path in [&store, &store.join("packs")] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("set");
        }
    }
}

/// Interrupted or told to end, a build ends by itself and leaves nothing behind.
#[cfg(unix)]
#[test]
fn signals_end_a_build_cleanly() {
    let folder = temporary();
    let texts = folder.path().join("in");
    fs::create_dir(&texts).expect("a folder");
    let letters = files(&dev_letters(), ".txt");
    for n in 0..600 {
        let text = fs::read_to_string(&letters[n % letters.len()]).expect("read");
        fs::write(texts.join(format!("{n:03}.txt")), format!("{text}\n第{n}号\n")).expect("written");
    }
    for (signal, first) in [("INT", true), ("TERM", true), ("INT", false), ("TERM", false)] {
        let store = folder.path().join(format!("store-{signal}-{first}"));
        if !first {
            build(&letters[..1], &store).assert().success();
        }
        let before = store.exists().then(|| snapshot(&store));
        let mut child = Command::new(BINARY)
            .args(["build", "--json-log", "--store"])
            .args([&store, &texts])
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        // The build has begun when it says so.
        let mut stderr = child.stderr.take().expect("it is piped");
        let mut begun = [0; 16];
        stderr.read_exact(&mut begun).expect("it says that it begins");
        let kill = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(kill.expect("there is kill").success());
        let mut rest = String::new();
        stderr.read_to_string(&mut rest).expect("text");
        assert_eq!(child.wait().expect("it ends").code(), Some(2), "{rest}");
        let last = rest.lines().last().unwrap_or_default();
        assert_eq!(last, "wenmai: stopped; nothing was written, the graph is as it was before");
        match before {
            Some(before) => assert!(before == snapshot(&store), "{signal}"),
            None => assert!(!store.exists(), "{signal}: a store that holds nothing"),
        }
    }
}

/// Whoever reads the output may stop: that is no failure.
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&[corpus()], &store).output().expect("it runs");
    let sparql = "SELECT * { ?s ?p ?o }";
    for arguments in [
        &["export", "--store"][..],
        &["export", "--format", "ttl", "--store"],
        &["export", "--format", "jsonld", "--store"],
        &["query", "-e", sparql, "--format", "csv", "--store"],
        &["query", "-e", sparql, "--format", "json", "--store"],
    ] {
        let mut child = Command::new(BINARY)
            .args(arguments)
            .arg(&store)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut some = [0; 10];
        child.stdout.as_mut().expect("it is piped").read_exact(&mut some).expect("it answers");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{arguments:?}");
    }
}

/// A store that a newer version wrote is left alone.
#[test]
fn a_newer_store_is_refused() {
    let folder = folder_with(&[("a.txt", "苏州市建设茶叶产业园。".as_bytes())]);
    let store = folder.path().join("store");
    build(&[folder.path().join("a.txt")], &store).assert().success();
    let generation = fs::read_to_string(store.join("CURRENT")).expect("read");
    let manifest = store.join(generation.trim()).join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("read");
    fs::write(&manifest, text.replace("\"format\": 2", "\"format\": 3")).expect("written");
    let before = snapshot(&store);
    let line = refusal(&mut build(&files(&corpus(), ".txt")[..1], &store));
    assert!(line.contains("the store has format 3, this version reads format 2"), "{line}");
    wenmai().args(["query", "documents", "--store"]).arg(&store).assert().code(2).stderr(contains("format 3"));
    wenmai().args(["export", "--store"]).arg(&store).assert().code(2).stderr(contains("format 3"));
    assert!(before == snapshot(&store));
}

/// An older layout is read by nobody, and a build makes the store anew in its place.
#[test]
fn an_older_store_is_built_anew() {
    let folder = folder_with(&[
        ("a.txt", "苏州市建设茶叶产业园。".as_bytes()),
        ("store/CURRENT", b"g-000007-0123456789abcdef\n"),
        ("store/LOCK", b""),
        ("store/g-000007-0123456789abcdef/graph.nq", b""),
        ("store/g-000007-0123456789abcdef/manifest.json", b"{\"format\": 1}"),
    ]);
    let store = folder.path().join("store");
    wenmai().args(["query", "documents", "--store"]).arg(&store).assert().code(2).stderr(contains("format 1"));
    build(&[folder.path().join("a.txt")], &store).arg("--keep").arg("1").assert().success();
    assert!(nquads(&store).contains("茶叶产业园"));
    assert!(!store.join("g-000007-0123456789abcdef").exists());
}
