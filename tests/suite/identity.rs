//! One thing, one entity, across documents: pairs of names, and what holds for any set of documents.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use wenmai::eval::Pairs;
use wenmai::identity::{Authority, Decisions, Identity, Summary, check, document, resolve};

use super::support::{
    assert_none, build, corpus, dev_letters, files, folder_with, name, nquads, pipeline, refusal, root, temporary,
    text, wenmai,
};

fn documents(names: &[&str]) -> Vec<Summary> {
    let knowledge = pipeline().knowledge();
    names.iter().map(|n| document(knowledge, n).unwrap_or_else(|e| panic!("{e}"))).collect()
}

fn resolved(documents: &[Summary], decisions: &str) -> Identity {
    let decisions = Decisions::parse(decisions).unwrap_or_else(|e| panic!("{e:?}"));
    resolve(pipeline().knowledge(), documents, &decisions, &Authority::default())
}

/// By document and name the IRI of what it names.
fn iris(documents: &[Summary], identity: &Identity) -> BTreeMap<(String, String, String), String> {
    let mut found = BTreeMap::new();
    for (summary, nodes) in documents.iter().zip(&identity.of) {
        for (local, node) in summary.locals.iter().zip(nodes) {
            let key = (summary.path.clone(), local.class.clone(), local.name.clone());
            found.insert(key, identity.nodes[*node].named.iri.as_str().to_owned());
        }
    }
    found
}

/// What the developed letters say of their entities.
fn summaries() -> Vec<Summary> {
    let read = |f: &std::path::PathBuf| {
        let bytes = std::fs::read(f).expect("a letter can be read");
        pipeline().extract(&name(f), &bytes).expect("a letter is text").summary
    };
    files(&dev_letters(), ".txt").iter().map(read).collect()
}

#[test]
fn pairs_of_names_are_decided_right() {
    let (mut all, mut problems) = (Pairs::default(), Vec::new());
    for file in files(&root().join("tests/gold/identity"), ".tsv") {
        let found = Pairs::read(pipeline().knowledge(), &file).unwrap_or_else(|e| panic!("{e}"));
        println!("{}: {} pairs, F1 {:.1}", name(&file), found.pairs, 100.0 * found.scores()[2]);
        problems.extend(found.wrong.iter().filter(|w| w.verdict != "same").map(|w| format!("{w:?}")));
        all.pairs += found.pairs;
        all.same += found.same;
        all.joined += found.joined;
        all.wrongly_joined += found.wrongly_joined;
    }
    assert!(all.pairs >= 150, "{} pairs", all.pairs);
    assert_none("pairs of two things are one, or versions are not linked", &problems);
    assert!(all.scores()[2] >= 0.97, "F1 {:.4}", all.scores()[2]);
}

#[test]
fn the_rules_decide_their_examples() {
    let problems: Vec<String> = check(pipeline().knowledge()).iter().map(ToString::to_string).collect();
    assert_none("examples are not decided as their rules say", &problems);
}

#[test]
fn every_merge_is_a_fact_with_its_evidence() {
    let folder = temporary();
    let store = folder.path().join("store");
    build(&[dev_letters()], &store).assert().success();
    let nquads = nquads(&store);
    let count = |property: &str| nquads.lines().filter(|l| l.contains(&format!("ontology#{property}> "))).count();
    assert!(count("mergedBecause") > 100);
    assert!(count("leftEvidence") > 100);
    let subjects: BTreeSet<&str> = nquads.lines().filter_map(|l| l.split(' ').next()).collect();
    let records = nquads.lines().filter(|l| l.contains("/id/merge/") || l.contains("/id/doubt/"));
    let evidence = records.filter(|l| l.contains("Evidence> "));
    let lost = evidence.filter(|l| l.split(' ').nth(2).is_none_or(|passage| !subjects.contains(passage)));
    assert_none("evidence leads nowhere", &lost.map(str::to_owned).collect::<Vec<_>>());
}

#[test]
fn the_order_of_documents_does_not_show() {
    let all = summaries();
    let expected = iris(&all, &resolved(&all, ""));
    let first = resolved(&all, "");
    let mut other = all.clone();
    other.reverse();
    assert_eq!(iris(&other, &resolved(&other, "")), expected);
    other.rotate_left(17);
    let again = resolved(&other, "");
    assert_eq!(iris(&other, &again), expected);
    assert_eq!((&first.merges, &first.doubts), (&again.merges, &again.doubts));
}

/// What an unrelated document says changes no IRI; a name of another city is unrelated.
#[test]
fn an_unrelated_document_changes_no_iri() {
    let all = summaries();
    let before = iris(&all, &resolved(&all, ""));
    let mut more = all.clone();
    more.extend(documents(&[
        "Enterprise 甲乙丙丁光电 @拉萨市",
        "Platform 数字贷平台 @拉萨市",
        "Person 张伟 @拉萨市",
        "PolicyDocument 实施细则 @拉萨市",
    ]));
    let after = iris(&more, &resolved(&more, ""));
    assert!(before.iter().all(|(k, v)| after.get(k) == Some(v)));
}

/// A summary comes back from its serialised form, and gives the same result.
#[test]
fn summaries_can_be_kept() {
    let all = summaries();
    let kept = serde_json::to_string(&all).expect("summaries are plain data");
    let back: Vec<Summary> = serde_json::from_str(&kept).expect("what was written can be read");
    assert_eq!(back, all);
}

#[test]
fn decisions_join_part_name_and_class() {
    let all = documents(&[
        "Enterprise 甲星 @深圳市",
        "Enterprise 甲星 @常州市",
        "Enterprise 欧普 @中山市",
        "Enterprise 欧普照明 @中山市",
    ]);
    let is_one = |found: &Identity, a: usize, b: usize| found.of[a] == found.of[b];
    let plain = resolved(&all, "");
    assert!(!is_one(&plain, 0, 1) && is_one(&plain, 2, 3));
    let decided = resolved(
        &all,
        "same\tEnterprise/甲星（深圳市）\tEnterprise/甲星（常州市）\nname\tEnterprise/甲星（常州市）\t甲星集团\nclass\t欧普照明\tPlatform\n",
    );
    assert_eq!(decided.diagnostics, []);
    assert!(is_one(&decided, 0, 1) && !is_one(&decided, 2, 3));
    assert_eq!(&*decided.nodes[decided.of[0][0]].named.name, "甲星集团");
    assert_eq!(&*decided.nodes[decided.of[3][0]].named.class, "Platform");
}

#[test]
fn decisions_that_match_nothing_are_told() {
    let all = documents(&["Enterprise 甲星 @深圳市", "Town 古镇镇 @中山市"]);
    let found = resolved(&all, "same\t甲星\t乙星\nclass\t丙星\tPlatform\nsame\t甲星\t古镇镇\n");
    let codes: Vec<&str> = found.diagnostics.iter().map(|d| &*d.code).collect();
    assert_eq!(codes, ["I501", "I501", "I505"]);
    assert_ne!(found.of[0], found.of[1]);
}

#[test]
fn the_build_obeys_the_file_beside_the_store() {
    let letter = "有关事项如下。\n广州市商务局牵头建设了广州市跨境贸易数据平台，总投资约2.5亿元。\n";
    let folder = folder_with(&[("letters/a.txt", letter.as_bytes())]);
    let store = folder.path().join("store");
    let letters = folder.path().join("letters");
    wenmai()
        .args(["identity", "decide", "name", "广州市商务局", "广州商务局", "--store"])
        .arg(&store)
        .assert()
        .success();
    build(&[&letters], &store).assert().success();
    assert!(nquads(&store).contains("prefLabel> \"广州商务局\"@zh"));
    let shown = wenmai().args(["identity", "show", "广州市商务局", "--store"]).arg(&store).output().expect("it runs");
    assert!(text(&shown.stdout).starts_with("广州商务局"));
    let broken = folder_with(&[("d.tsv", b"maybe\ta\tb\n")]);
    let line = refusal(build(&[&letters], &store).arg("--decisions").arg(broken.path().join("d.tsv")));
    assert!(line.contains("d.tsv:1: `maybe` is no decision"), "{line}");
}

#[test]
fn a_list_of_others_links_and_joins() {
    let letter = "有关事项如下。\n广州市商务局牵头建设了广州市跨境贸易数据平台，总投资约2.5亿元。\n";
    let table = "name\tclass\tidentifier\tiri\n广州市商务局\tGovernmentBody\t11440100\thttps://example.org/gz\n";
    let turtle = "@prefix wm: <https://w3id.org/wenmai/ontology#> . @prefix dcterms: <http://purl.org/dc/terms/> .\n\
                  @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n<https://example.org/gz> a wm:GovernmentBody ;\n\
                  rdfs:label \"广州市商务局\"@zh ; dcterms:identifier \"11440100\" .\n";
    let files = [("letters/a.txt", letter), ("list.tsv", table), ("list.ttl", turtle)];
    let folder = folder_with(&files.map(|(name, words)| (name, words.as_bytes())));
    let store = folder.path().join("store");
    let letters = folder.path().join("letters");
    for list in ["list.tsv", "list.ttl"] {
        build(&[&letters], &store).arg("--authority").arg(folder.path().join(list)).assert().success();
        let nquads = nquads(&store);
        assert!(nquads.contains("exactMatch> <https://example.org/gz>"), "{list}");
        assert!(nquads.contains("identifier> \"11440100\""), "{list}");
    }
    let line = refusal(build(&[&letters], &store).arg("--authority").arg(folder.path().join("none.ttl")));
    assert!(line.contains("none.ttl: the list cannot be read"), "{line}");
    build(&[corpus()], &store).assert().success();
    assert!(nquads(&store).contains("divisionCode> \"442000\""));
}

#[test]
fn a_place_in_front_keeps_things_apart() {
    let all = documents(&[
        "Programme 广东省某某数字化转型城市试点 @中山市",
        "Programme 中山市某某数字化转型城市试点 @中山市",
        "Park 包头国际会展中心 @包头市",
        "Park 南通国际会展中心 @南通市",
    ]);
    let found = resolved(&all, "");
    assert_eq!(found.nodes.len(), 4);
    assert_eq!(found.doubts, []);
}

#[test]
fn a_merge_of_too_many_names_is_asked_for() {
    let names: Vec<String> =
        (0..30).map(|n| format!("PolicyDocument 关于事{n}的意见 @中山市 #中府〔2022〕1号")).collect();
    let all = documents(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let found = resolved(&all, "");
    let largest = found.nodes.iter().map(|n| n.parts.len()).max();
    assert!(largest <= Some(pipeline().knowledge().identity.most_names), "{largest:?}");
    assert!(found.doubts.iter().any(|d| d.guard == "too many names"));
}

/// Names that lead to each other in many ways.
const NAMES: [&str; 14] = [
    "Enterprise 欧普 @中山市",
    "Enterprise 欧普照明 @中山市",
    "Enterprise 欧普照明股份有限公司 @中山市",
    "Enterprise 欧普照明有限公司 @中山市",
    "Enterprise 恒泰 @佛山市",
    "Enterprise 恒泰陶瓷 @佛山市",
    "Enterprise 恒泰 @赣州市",
    "Bank 工商银行 @中山市",
    "Bank 中国工商银行 @太原市",
    "PolicyDocument 中山市扶持办法 @中山市 #中府〔2022〕1号",
    "PolicyDocument 中山市扶持办法 @中山市 #中府〔2019〕1号",
    "PolicyDocument 中山市扶持办法 @中山市",
    "Platform 甲云数据平台 @中山市",
    "Platform 中山市甲云数据平台 @中山市",
];

proptest! {
    // Each case reads the word lists anew, which takes its time without optimisation.
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Two things that a decision joins and a later one parts are as they were, and the other way round.
    #[test]
    fn a_decision_can_be_taken_back(a in 0..NAMES.len(), b in 0..NAMES.len(), order in any::<u64>()) {
        let mut all = documents(&NAMES);
        all.rotate_left((order % NAMES.len() as u64) as usize);
        let plain = resolved(&all, "");
        let reference = |n: usize| {
            let at = all.iter().position(|d| d.path == NAMES[n]).expect("it is there");
            let node = &plain.nodes[plain.of[at][0]];
            (plain.of[at][0], node.parts.clone(), all[at].locals[0].clone())
        };
        let ((x, left, _), (y, right, _)) = (reference(a), reference(b));
        let (left, right) = (&left[0], &right[right.len() - 1]);
        prop_assume!(left != right);
        let lines = if x == y {
            format!("different\t{left}\t{right}\nsame\t{right}\t{left}\n")
        } else {
            format!("same\t{left}\t{right}\ndifferent\t{right}\t{left}\n")
        };
        let back = resolved(&all, &lines);
        prop_assert_eq!(iris(&all, &back), iris(&all, &plain));
    }

    /// No file of decisions makes it fail.
    #[test]
    fn any_decisions_are_survived(text in "(same|different|name|class)\t[A-Za-z/欧普@（）]{1,9}\t[A-Za-z/欧普@（）]{1,9}\n") {
        let found = resolved(&documents(&NAMES[..4]), &text);
        prop_assert_eq!(found.of.len(), 4);
    }
}

#[test]
fn a_large_set_is_resolved_in_little_time() {
    let all: Vec<Summary> =
        (0..20_000).map(|n| documents(&[&format!("Enterprise 甲{n}科技有限公司 @中山市")]).remove(0)).collect();
    let start = std::time::Instant::now();
    assert_eq!(resolved(&all, "").nodes.len(), 20_000);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
