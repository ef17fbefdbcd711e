//! What does not agree is found, what agrees is left alone, and findings are nodes of the graph.

use std::fs;

use tempfile::TempDir;
use wenmai::check::{Finding, findings};
use wenmai::graph::Extraction;

use super::support::{build, corpus, folder_with, pipeline, temporary, text, wenmai};

fn read(files: &[(&str, &str)]) -> Vec<Extraction> {
    files.iter().map(|(name, text)| pipeline().extract(name, text.as_bytes()).expect("it is a text")).collect()
}

fn found(files: &[(&str, &str)]) -> Vec<Finding> {
    findings(pipeline().knowledge(), &read(files))
}

fn kinds(files: &[(&str, &str)]) -> Vec<String> {
    found(files).iter().map(|f| f.kind.to_string()).collect()
}

fn letter(body: &str, year: u32) -> String {
    format!(
        "湛江市商务局\n湛商函〔{year}〕7号\n\n湛江市商务局关于市人大三次会议第20250112号建议答复的函\n\n张某代表：\n您提出的建议（第20250112号）收悉，现答复如下：\n\
         一、关于发展的建议\n{body}\n专此答复。\n\n湛江市商务局\n{year}年7月5日\n"
    )
}

/// What one letter says, and the kinds of what is found in it.
const CASES: &[(&str, &[&str])] = &[
    ("全市建成冷链仓库35个，其中国家级48个。", &["part-exceeds-whole"]),
    ("全市建成冷链仓库35个，其中国家级18个。", &[]),
    ("评出高级工75人、中级工18人、初级工14人共117人。", &["sum-differs"]),
    ("评出高级工75人、中级工18人、初级工14人共107人。", &[]),
    ("全市宽带用户覆盖率103%。", &["share-over-100"]),
    ("全市宽带用户覆盖率93%，产值增长103%。", &[]),
    ("全市推动推动企业上云。", &["doubled"]),
    ("平台上线近家企业。", &["damaged-text"]),
    ("平台上线近百家企业。", &[]),
    ("2023以来，我市认定一批示范区。", &["damaged-text"]),
    ("一方面支持企业技术改造，提升产品质量。", &["unpaired"]),
    ("一方面支持企业技术改造，另一方面提升产品质量。", &[]),
    ("搭建AIOT平台，升级AIoT底座。", &["spelling-differs"]),
    ("提升种植技术水平和仓储保鲜能力提升，支持企业发展。", &["doubled"]),
    ("平台服务企业200家。\n平台服务企业200家。", &[]),
    // A name that the text knows, with another character inside.
    (
        "湛江市水产技术研究院挂牌。湛江市水产技术研究院培育品种。湛江市水产技术研究院引进人才。湛江市水户技术研究院建成。",
        &["name-misspelled"],
    ),
    (
        "湛江市水产技术研究院挂牌。湛江市水产技术研究院培育品种。湛江市水产技术研究院引进人才。湛江市水产技术研究院建成。",
        &[],
    ),
    // Two slips alike are none.
    (
        "湛江市水产技术研究院挂牌。湛江市水产技术研究院培育品种。湛江市水产技术研究院引进人才。湛江市水户技术研究院和湛江市水户技术研究院建成。",
        &[],
    ),
    ("吸引泰国、越南等15个大型采购商参会。", &["odd-wording"]),
    ("吸引泰国、越南等15个国家的采购商参会。", &[]),
    ("吸引珠海、佛山等15家企业参会。", &[]),
];

#[test]
fn one_letter() {
    for (body, wanted) in CASES {
        assert_eq!(kinds(&[("a.txt", &letter(body, 2025))]), *wanted, "{body}");
    }
}

/// 饰 stands behind 灯 always; once the 灯 is lost behind a verb.
#[test]
fn a_character_lost_behind_a_verb() {
    let usual = "灯饰企业增加。".repeat(14);
    let found = found(&[("a.txt", &letter(&format!("{usual}推动饰制造转型。"), 2025))]);
    let lost: Vec<_> = found.iter().filter(|f| &*f.kind == "lost-character").collect();
    assert_eq!(lost.len(), 1, "{found:?}");
    assert_eq!((lost[0].detail.as_str(), lost[0].first.quote.as_str()), ("灯饰", "推动饰制造转型"));
    let fewer = "灯饰企业增加。".repeat(6);
    assert_eq!(kinds(&[("a.txt", &letter(&format!("{fewer}推动饰制造转型。"), 2025))]), [""; 0], "too few to tell");
    let other = "饰品企业增加。".repeat(3);
    let text = letter(&format!("{usual}{other}推动饰制造转型。"), 2025);
    assert_eq!(kinds(&[("a.txt", &text)]), [""; 0], "it stands alone elsewhere too");
}

/// Quotes end at marks: what stands behind them says nothing of the damage.
#[test]
fn quotes_end_at_marks() {
    let found = found(&[("a.txt", &letter("如今，平台上线近家企业，促成合作。", 2025))]);
    assert_eq!(found.first().map(|f| f.first.quote.as_str()), Some("平台上线近家企业"));
}

#[test]
fn the_number_in_the_title_and_in_the_text() {
    let text = letter("我市支持企业发展。", 2025).replacen("（第20250112号）", "（第2025012号）", 1);
    let found = found(&[("a.txt", &text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&*found[0].kind, found[0].detail.as_str()), ("number-differs", "20250112 / 2025012"));
    assert_eq!(found[0].second.as_ref().map(|s| s.quote.as_str()), Some("第2025012号"));
}

#[test]
fn several_letters() {
    let a = letter("2024年，全市规模以上工业企业营业收入250亿元。", 2024);
    let b = letter("2024年，全市规模以上工业企业营业收入260亿元。", 2025);
    let c = letter("2025年，全市规模以上工业企业营业收入260亿元。", 2025);
    assert_eq!(kinds(&[("a.txt", &a), ("b.txt", &b)]), ["figures-differ"]);
    assert_eq!(kinds(&[("a.txt", &a), ("c.txt", &c)]), [""; 0], "another year is another figure");
    let about = letter("2024年，全市规模以上工业企业营业收入约255亿元。", 2025);
    assert_eq!(kinds(&[("a.txt", &a), ("b.txt", &about)]), [""; 0], "about that much may be this much");
    let a = letter("截至2023年底，累计发放冷链改造补贴8600万元。", 2024);
    let b = letter("截至2024年底，累计发放冷链改造补贴7600万元。", 2025);
    assert_eq!(kinds(&[("a.txt", &a), ("b.txt", &b)]), ["total-decreases"]);
    assert_eq!(kinds(&[("a.txt", &b.replace("7600", "8600")), ("b.txt", &a.replace("8600", "9600"))]).len(), 1);
}

#[test]
fn the_order_of_documents_does_not_matter() {
    let a = letter("2024年，全市规模以上工业企业营业收入250亿元。", 2024);
    let b = letter("2024年，全市规模以上工业企业营业收入260亿元。", 2025);
    let forth = found(&[("a.txt", &a), ("b.txt", &b)]);
    assert_eq!(forth, found(&[("b.txt", &b), ("a.txt", &a)]));
    assert_eq!(forth[0].concerns.len(), 2);
}

#[test]
fn quotes_stand_where_they_say() {
    let folder = corpus();
    for entry in fs::read_dir(folder).expect("the corpus can be listed") {
        let path = entry.expect("a file").path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // Damage of every kind between the paragraphs.
        let text = text.replace("。\n", "。提升提升，平台上线近家企业，2023以来，促进项目与和技术。\n");
        let chars: Vec<char> = text.chars().collect();
        for finding in found(&[("a.txt", &text)]) {
            for place in std::iter::once(&finding.first).chain(&finding.second) {
                let said: String = chars[place.at.start as usize..place.at.end as usize].iter().collect();
                let bare = |s: &str| s.split_whitespace().collect::<String>();
                assert_eq!(bare(&said), bare(&place.quote), "{}", finding.kind);
            }
        }
    }
}

fn store(files: &[(&str, &str)]) -> TempDir {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let letters = folder_with(&files);
    let store = temporary();
    build(&[letters.path()], &store.path().join("store")).assert().success();
    store
}

#[test]
fn the_command_lists_what_was_found() {
    let damaged = letter("全市宽带用户覆盖率103%。平台上线近家企业。", 2025);
    let folder = store(&[("a.txt", &damaged)]);
    let store = folder.path().join("store");
    let check = |args: &[&str]| {
        let output = wenmai().arg("check").arg("--store").arg(&store).args(args).output().expect("the binary runs");
        (output.status.code(), text(&output.stdout))
    };
    let (code, csv) = check(&["--format", "csv", "--lang", "en"]);
    assert_eq!(code, Some(1), "{csv}");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(
        csv.lines().nth(1).is_some_and(|l| l.starts_with("error,share-over-100,a share is over 100 percent,a.txt,")),
        "{csv}"
    );
    assert_eq!(check(&["--severity", "error", "--format", "md"]).1.lines().count(), 3);
    assert_eq!(check(&["--kind", "damaged-text", "--format", "tsv"]).1.lines().count(), 2);
    assert_eq!(check(&["--document", "b.txt"]).0, Some(0));
    let json: serde_json::Value = serde_json::from_str(&check(&["--format", "json"]).1).expect("it is JSON");
    assert_eq!(json["results"]["bindings"].as_array().map(Vec::len), Some(2));
    let clean = super::check::store(&[("a.txt", &letter("我市支持企业发展。", 2025))]);
    wenmai().arg("check").arg("--store").arg(clean.path().join("store")).assert().code(0).stderr("nothing found\n");
}

#[test]
fn the_chart_command_writes_a_picture() {
    let a = letter("2023年，全市渔业产值250亿元。2024年，全市渔业产值超过260亿元。", 2025);
    let folder = store(&[("a.txt", &a)]);
    let chart = |args: &[&str]| {
        let mut command = wenmai();
        command.args(["chart", "indicator"]).args(args).arg("--store").arg(folder.path().join("store"));
        command
    };
    let svg = folder.path().join("a.svg");
    let path = svg.to_str().expect("a path in UTF-8");
    chart(&["渔业产值", "-o", path]).assert().code(0);
    let drawn = fs::read_to_string(&svg).expect("it was written");
    assert!(drawn.contains("超过260亿元") && drawn.contains("a.txt"), "{drawn}");
    chart(&["渔业产值", "-o", path]).assert().code(2);
    chart(&["渔业产值", "-o", path, "--force", "--lang", "en"]).assert().code(0);
    chart(&["林业产值", "-o", path, "--force"]).assert().code(1);
}
