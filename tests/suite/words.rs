//! The digests of the corpus are written in our own words: they share names and figures with the letters, no sentences.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::support::{assert_none, corpus, files, name, read, root, without_blanks};

/// A run of this many characters is somebody's sentence, not a name.
const RUN: usize = 40;

/// Where the letters stand on the machines that have them; they are never committed.
fn letters() -> Option<PathBuf> {
    let folder = std::env::var_os("WENMAI_LETTERS").map_or_else(|| root().join("../shared/letters"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// What a digest says, without its head: number and title are the letter's own. The head ends with the addressee.
fn body(digest: &str) -> &str {
    let head: usize = digest.split_inclusive('\n').take_while(|l| !l.trim_end().ends_with('：')).map(str::len).sum();
    assert!(head < digest.len(), "a digest has an addressee");
    &digest[head..]
}

/// The text without blanks; titles in 《》, which cannot be put otherwise, end a run.
fn runs(text: &str) -> Vec<Vec<char>> {
    let mut runs = vec![Vec::new()];
    let mut depth = 0;
    for c in without_blanks(text).chars() {
        match c {
            '《' => depth += 1,
            '》' => depth = (depth - 1_i32).max(0),
            _ if depth == 0 => runs.last_mut().expect("there is a first run").push(c),
            _ => {}
        }
        if c == '《' {
            runs.push(Vec::new());
        }
    }
    runs
}

#[test]
fn digests_share_no_sentence_with_the_letters() {
    let Some(folder) = letters() else { return };
    let mut known: BTreeMap<Vec<char>, String> = BTreeMap::new();
    for letter in files(&folder, ".txt") {
        let text: Vec<char> = without_blanks(&read(&letter)).chars().collect();
        known.extend(text.windows(RUN).map(|w| (w.to_vec(), name(&letter))));
    }
    let mut problems = Vec::new();
    for digest in files(&corpus(), ".txt") {
        for run in runs(body(&read(&digest))) {
            let shared = run.windows(RUN).find_map(|w| known.get(w).map(|letter| (w, letter)));
            problems.extend(shared.map(|(words, letter)| {
                format!("{} and {letter}: {}", name(&digest), words.iter().collect::<String>())
            }));
        }
    }
    assert_none("runs of the digests stand in the letters too", &problems);
}

#[test]
fn titles_end_a_run() {
    let found: Vec<String> =
        runs("印发 《某办法》\n和《甲《乙》》。").into_iter().map(|r| r.into_iter().collect()).collect();
    assert_eq!(found, ["印发", "和", "", "。"]);
}
