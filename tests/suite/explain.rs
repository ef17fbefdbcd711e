//! `wenmai explain`: a rule as a readable unit, the list, the book, what is read in a sentence and what is not.

use std::path::Path;

use super::knowledge::copy;
use super::support::{assert_none, dev_letters, files, pipeline, read, refusal, root, text, wenmai};
use wenmai::trace::Trace;

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
        (Some(1), "no names\nno relations\nno figures\nnothing rejected\n")
    );
    let line = refusal(wenmai().args(["explain", "--text", "-"]).write_stdin(b"\xff\xfe".as_slice()));
    assert!(line.contains("error[T102] --text: not UTF-8 text"), "{line}");
    let line = refusal(wenmai().args(["explain", "--ontology"]).arg(Path::new("nowhere")));
    assert!(line.contains("the ontology folder cannot be read"), "{line}");
}

#[test]
fn what_was_rejected_is_shown_behind_what_was_read() {
    let denied = "广州市商务局未建设广州市跨境贸易数据平台。";
    let shown = explain(&["--text", denied]);
    let (read, rejected) = shown.split_once("│ rejected").expect("there is a table of what was rejected");
    assert!(read.contains("no relations\nno figures\n"), "{shown}");
    let row = |line: &&str| {
        let cells: Vec<&str> = line.split(['│', '┆']).map(str::trim).collect();
        cells[1..] == ["建设广州市跨境贸易数据平台", "REL-builds", "denied: 未", ""]
    };
    assert_eq!(rejected.lines().filter(row).count(), 1, "{shown}");
    let output = wenmai().args(["explain", "--text", "搭建科技成果转化平台。"]).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1), "what is only rejected is nothing read");
    assert!(explain(&["--text", denied, "--format", "md"]).contains("\n\n| rejected | rule | reason |\n"));
}

/// Each kind of reason by a sentence: `TEXT => WORDS | RULE | REASON`.
const REASONS: &[&str] = &[
    "开发好项目。 => 好项目 | NAME-project | too short: fewer than 3 characters of its own",
    "打造文学旅游线路。 => 学旅游线路 | NAME-road | too long: no beginning within 4 characters",
    "建设科技成果转化平台。 => 科技成果转化平台 | NAME-platform | generic words only",
    "由园区管理局同意。 => 园区管理局 | NAME-body | nothing proper in it",
    "建设三个跨行业平台。 => 跨行业平台 | NAME-platform | counted, and nothing proper in it",
    "支持工业和照明。 => 工业和照明 | NAME-brand | no coined word before its noun",
    "优化产业布局。 => 产业布局 | NAME-body | its noun is part of 布局",
    "公布大项目清单。 => 大项目 | NAME-project | no name before 清单",
    "银行多放科技信贷。 => 银行多放科技信贷 | NAME-loan | not behind the words that the rule wants",
    "建成国内最大的红木产业园。 => 红木产业园 | NAME-park | only described: 最大的 stands before it",
    "入选数字化牵引单位。 => 数字化牵引单位 | NAME-levelled-honour | does not begin as such names do",
    "支持比亚迪全资子公司。 => 比亚迪全资子公司 | NAME-company-short | holds 子",
    "支持控制模组、智能芯片、物联器件的研发。 => 支持控制模组 | CTX-firms-act | a phrase: a verb or function word stands in it",
    "与甲乙片等4个镇街联动。 => 甲乙片 | LIST-towns | not of the form of such names",
    "覆盖小榄镇、古镇镇、产业园等镇街。 => 产业园 | LIST-towns | generic words only",
    "他爱穿中山装。 => 中山 | LEX-divisions | part of another word",
    "推荐其签订合作协议。 => 作协 | LEX-organs | an organ without its place",
    "发展教育。 => 教育 | LEX-names | a weak name, and nothing beside it supports it",
    "见《中山日报》报道。 => 《中山日报》 | NAME-title | a title that the rules leave out",
    "发放“数字贷”平台。 => “数字贷” | CTX-finance-quoted | overlaps “数字贷”平台, known by NAME-platform",
    "广州市商务局回应。 => 广州市 | LEX-divisions | lost to 广州市商务局 by LEX-organs",
    "广州市商务局未建设“粤贸通”平台。 => 建设“粤贸通”平台 | REL-builds | denied: 未",
    "“粤贸通”平台未由广州市商务局建设。 => “粤贸通”平台未由广州市商务局 | REL-built-by | denied: 未",
    "广州市商务局建设的“粤贸通”平台未获批。 => 建设的“粤贸通”平台 | REL-builds | taken back: 未获批",
    "建议广州市商务局建设“粤贸通”平台。 => 建设“粤贸通”平台 | REL-builds | only wished for: 建议",
    "研发《广州市发展规划》。 => 研发《广州市发展规划》 | REL-develops | no object: the rule takes no PolicyDocument",
    "支持把“粤贸通”平台做好。 => 支持把“粤贸通”平台 | REL-supports | no object: 把 stands before it",
    "支持企业研发“粤贸通”平台。 => 支持企业研发“粤贸通”平台 | REL-supports | no object: 研发 takes over",
    "小榄镇推动华为公司入选国家级绿色工厂。 => 推动华为公司 | REL-promotes | what the rule wants behind the object is not there",
    "落户中山市。 => 落户中山市 | REL-settles | no subject: the rule wants it in the clause",
    "建设了“粤贸通”平台。 => 建设了“粤贸通”平台 | REL-builds | no subject: nobody acts in the clause or before it",
    "“粤贸通”平台推动了“粤数通”平台建设。 => 推动了“粤数通”平台 | REL-build-noun | no subject: “粤贸通”平台 acts, and is none that the rule takes",
    "要求积极主动与华为公司合作。 => 与华为公司 | REL-cooperates-with | no subject: other words stand before the verb",
    "被列入国家级绿色工厂的广州甲乙科技有限公司。 => 被列入国家级绿色工厂 | REL-selected | no subject: the clause only describes what follows",
    "推动企业建设“粤贸通”平台。 => 建设“粤贸通”平台 | REL-builds | no subject: somebody without a name acts",
    "一是办好第3届广州茶叶博览会。第3届广州茶叶博览会由比亚迪承办。广州市发展。 => 一是办好第3届广州茶叶博览会。 | REL-hosts | no subject: the document says elsewhere who does it",
    "河钢唐钢隶属于河钢集团。 => 河钢唐钢隶属于河钢集团。 | REL-subordinate | subject and object are both 河钢",
    "浙江理工大学与东华大学设立袜艺时尚学院。 => 浙江理工大学与东华大学设立袜艺时尚学院。 | REL-builds | the ontology has no locatedIn from University to University",
    "广州市商务局建设的“粤贸通”平台运行。 => 广州市商务局建设的“粤贸通”平台运行。 | REL-built-attributive | 广州市商务局 builds “粤贸通”平台 is read by REL-builds, which is surer or earlier",
];

#[test]
fn each_kind_of_rejection_gives_its_reason() {
    let mut problems = Vec::new();
    for entry in REASONS {
        let (example, expected) = entry.split_once(" => ").expect("an example and what is rejected");
        let trace = Trace::on();
        let read = pipeline().extract_with_mentions("example.txt", example.as_bytes(), &trace);
        let (found, _) = read.expect("it is a text");
        let clean = found.document.text.clean();
        let rejected = trace.into_rejected();
        let lines: Vec<String> =
            rejected.iter().map(|r| format!("{} | {} | {}", r.span.of(clean), r.rule, r.why)).collect();
        if lines.iter().filter(|l| *l == expected).count() != 1 {
            problems.push(format!("{entry}\n    rejected: {lines:#?}"));
        }
    }
    assert_none("rejections without their reason", &problems);
}

/// Asking why changes nothing.
#[test]
fn the_same_is_read_with_and_without_the_reasons() {
    for letter in files(&dev_letters(), ".txt") {
        let bytes = std::fs::read(&letter).expect("the file can be read");
        let read = |trace: &Trace| pipeline().extract_with_mentions("letter.txt", &bytes, trace).expect("it is a text");
        let (on, off) = (Trace::on(), Trace::off());
        let ((with, mentions), (without, others)) = (read(&on), read(&off));
        assert_eq!((mentions, with.claims), (others, without.claims), "{}", letter.display());
        assert!(!on.into_rejected().is_empty() && off.into_rejected().is_empty(), "{}", letter.display());
    }
}
