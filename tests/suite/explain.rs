//! `wenmai explain`: a rule as a readable unit, the list, the book, and what is read in a sentence.

use std::path::Path;

use super::knowledge::copy;
use super::support::{pipeline, read, refusal, root, text, wenmai};

/// What `wenmai explain` prints with these arguments; it must succeed.
fn explain(args: &[&str]) -> String {
    let output = wenmai().arg("explain").args(args).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn a_rule_is_explained_with_all_it_needs() {
    let unit = explain(&["REL-builds"]);
    let rule = pipeline().knowledge().book().into_iter().find(|r| r.id() == "REL-builds").expect("the rule exists");
    let lines: Vec<&str> = unit.lines().collect();
    assert_eq!(lines[..2], ["REL-builds", rule.why()]);
    for piece in [
        "family       frame: A verb and what stands around it",
        "reads        builds 建设\n",
        ", set by hand\n",
        "verbs        建设, 搭建, ",
        "\n             (The verbs)\n",
        "             → ",
    ] {
        assert!(unit.contains(piece), "{piece:?} is not in {unit}");
    }
    let examples = rule.matches().iter().flat_map(|m| m.split(" => ")).chain(rule.rejects().iter().map(String::as_str));
    examples.for_each(|example| assert!(unit.contains(example), "{example}"));
    assert!(!unit.contains("reversed") && !unit.contains("predicate"), "what is left open is not shown: {unit}");
    assert_eq!(explain(&["REL-builds+carried"]), unit, "a reading of a rule leads to the rule");
}

#[test]
fn rules_of_the_program_are_explained_too() {
    let unit = explain(&["HEAD-cites"]);
    assert!(
        unit.starts_with("HEAD-cites\nA reply letter cites every policy document") && unit.contains("cites "),
        "{unit}"
    );
}

#[test]
fn all_rules_are_listed_one_line_each() {
    let list = explain(&[]);
    for rule in pipeline().knowledge().book() {
        let line = list.lines().find(|l| l.split_whitespace().next() == Some(rule.id())).expect("each rule has a line");
        let why = rule.why().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains(&rule.kind()) && line.ends_with(&why), "in a pipe nothing is cut: {line}");
    }
    let families: Vec<&str> = list.lines().filter(|l| l.contains("): ")).filter_map(|l| l.split(" (").next()).collect();
    for family in ["shape", "list", "context", "frame", "heading", "pattern", "inner", "built in"] {
        assert!(families.contains(&family), "{family} is not in {families:?}");
    }
}

#[test]
fn an_unknown_rule_is_one_line_with_the_nearest_ones() {
    let line = refusal(wenmai().args(["explain", "REL-bilds"]));
    assert!(line.starts_with("wenmai: REL-bilds: there is no such rule; nearest: REL-builds"), "{line}");
    let line = refusal(wenmai().args(["explain", "甲"]));
    assert_eq!(line, "wenmai: 甲: there is no such rule; `wenmai explain` lists all");
    wenmai().args(["explain", "REL-builds", "--all"]).assert().code(2);
}

/// The page is what the rules say now.
#[test]
fn the_book_of_rules_is_up_to_date() {
    let stale = read(&root().join("docs/rules.md")) != explain(&["--all", "--format", "md"]);
    assert!(!stale, "docs/rules.md is stale; run: cargo run -- explain --all --format md > docs/rules.md");
}

#[test]
fn observations_are_shown_beside_what_was_set_by_hand() {
    let folder = copy();
    let table = "rule\tfound\tright\nREL-builds\t16\t15\nREL-builds+carried\t6\t3\nHEAD-cites\t8\t7\n";
    std::fs::write(folder.path().join("calibration.tsv"), table).expect("files can be written");
    let of = |rule: &str| {
        let output = wenmai().args(["explain", rule, "--ontology"]).arg(folder.path()).output();
        text(&output.expect("the binary runs").stdout)
    };
    let rule = pipeline().knowledge().book().into_iter().find(|r| r.id() == "REL-builds").expect("the rule exists");
    let prior = rule.confidence().expect("it is set by hand");
    let stated = (15.0 + 4.0 * prior) / 20.0;
    let carried = (3.0 + 4.0 * 0.9 * prior) / 10.0;
    let unit = of("REL-builds");
    for line in [
        format!("confidence   {prior:.2}, set by hand\n"),
        format!("             {stated:.2}, right 15 of 16 times\n"),
        format!("             who acts is carried over: {carried:.2}, right 3 of 6 times\n"),
    ] {
        assert!(unit.contains(&line), "{line:?} is not in {unit}");
    }
    assert!(of("HEAD-cites").contains("confidence   right 7 of 8 times\n"), "{}", of("HEAD-cites"));
}

const SENTENCE: &str = "市商务局牵头建设了广州市跨境贸易数据平台，总投资约2.5亿元。广州市商务局回应。";

#[test]
fn a_sentence_is_shown_with_what_was_read_and_by_which_rules() {
    let shown = explain(&["--text", SENTENCE]);
    let line = |pieces: &[&str]| {
        let cells = |l: &str| l.split(['│', '┆']).map(|c| c.trim().to_owned()).collect::<Vec<_>>();
        let has = |l: &str| pieces.iter().all(|p| cells(l).iter().any(|c| c == p));
        assert!(shown.lines().any(has), "no line with {pieces:?} in\n{shown}");
    };
    line(&["市商务局", "GovernmentBody", "广州市商务局", "LEX-organs"]);
    line(&["广州市跨境贸易数据平台", "Platform", "NAME-platform"]);
    line(&["广州市商务局", "builds", "广州市跨境贸易数据平台", "REL-builds"]);
    line(&["约2.5亿元", "250000000", "元", "about", "FIG-number"]);
    let piped = wenmai().args(["explain", "--text", "-"]).write_stdin(SENTENCE).output().expect("the binary runs");
    assert_eq!(text(&piped.stdout), shown);
    let markdown = explain(&["--text", SENTENCE, "--format", "md"]);
    assert!(markdown.starts_with("| words | class | name | rule | confidence |\n"), "{markdown}");
}

#[test]
fn a_text_without_anything_is_exit_code_1_and_bytes_that_are_no_text_are_refused() {
    let output = wenmai().args(["explain", "--text", "，。"]).output().expect("the binary runs");
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str()),
        (Some(1), "no names\nno relations\nno figures\n")
    );
    let line = refusal(wenmai().args(["explain", "--text", "-"]).write_stdin(b"\xff\xfe".as_slice()));
    assert!(line.contains("error[T102] --text: not UTF-8 text"), "{line}");
    let line = refusal(wenmai().args(["explain", "--ontology"]).arg(Path::new("nowhere")));
    assert!(line.contains("the ontology folder cannot be read"), "{line}");
}
