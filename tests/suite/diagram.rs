//! `wenmai diagram` on a store written by hand: two letters, a city, two enterprises, a bank and a policy document.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use graphviz_rust::dot_structures::{Attribute, Graph, Id, Stmt, Subgraph};
use predicates::prelude::*;
use tempfile::TempDir;
use wenmai::diagram::{self, DiagramError, Engine, Group, Kind, Lang, Request, Theme};
use wenmai::graph::{Store, write_nquads};

use super::support::{build, corpus};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const WM: &str = "https://w3id.org/wenmai/ontology#";
const ID: &str = "https://w3id.org/wenmai/id/";

/// Collects quads in the short notation of these tests.
#[derive(Default)]
struct Quads(Vec<String>);

impl Quads {
    fn add(&mut self, graph: &str, subject: &str, predicate: &str, object: &str) {
        self.0.push(format!("<{subject}> <{predicate}> {object} <{graph}> ."));
    }

    fn literal(&mut self, graph: &str, subject: &str, predicate: &str, value: &str, tag: &str) {
        let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        self.add(graph, subject, predicate, &format!("\"{value}\"{tag}"));
    }

    /// A class or relation of the ontology with its label and one more property.
    fn term(&mut self, name: &str, label: &str, annotations: &[(&str, &str)]) {
        let (graph, iri) = (WM.trim_end_matches('#'), format!("{WM}{name}"));
        self.literal(graph, &iri, &format!("{RDFS}label"), label, "@zh");
        for (property, value) in annotations {
            self.literal(graph, &iri, &format!("{WM}{property}"), value, "");
        }
    }

    fn document(&mut self, path: &str, number: &str) {
        let graph = document(path);
        self.add(&graph, &graph, &format!("{RDF}type"), &format!("<{WM}Document>"));
        self.literal(&graph, &graph, &format!("{WM}number"), number, "");
    }

    /// An entity, named `CLASS/LABEL`, in a document.
    fn entity(&mut self, path: &str, entity: &str, label: &str, aliases: &[&str]) {
        let (graph, iri) = (document(path), format!("{ID}{entity}"));
        let class = entity.split('/').next().unwrap();
        self.add(&graph, &iri, &format!("{RDF}type"), &format!("<{WM}{class}>"));
        self.literal(&graph, &iri, &format!("{SKOS}prefLabel"), label, "@zh");
        for alias in aliases {
            self.literal(&graph, &iri, &format!("{SKOS}altLabel"), alias, "@zh");
        }
        self.add(&graph, &graph, &format!("{WM}mentions"), &format!("<{iri}>"));
        if class == "ReplyLetter" {
            self.add(&graph, &graph, &format!("{WM}records"), &format!("<{iri}>"));
        }
    }

    fn claim(&mut self, path: &str, (subject, predicate, object): (&str, &str, &str), quote: &str) {
        let (graph, claim) = (document(path), format!("{ID}claim/{}", self.0.len()));
        self.add(&graph, &format!("{ID}{subject}"), &format!("{WM}{predicate}"), &format!("<{ID}{object}>"));
        self.add(&graph, &claim, &format!("{RDF}type"), &format!("<{WM}Claim>"));
        self.add(&graph, &claim, &format!("{RDF}subject"), &format!("<{ID}{subject}>"));
        self.add(&graph, &claim, &format!("{RDF}predicate"), &format!("<{WM}{predicate}>"));
        self.add(&graph, &claim, &format!("{RDF}object"), &format!("<{ID}{object}>"));
        self.add(&graph, &claim, &format!("{WM}inDocument"), &format!("<{graph}>"));
        self.literal(&graph, &claim, &format!("{WM}quote"), quote, "");
    }

    fn passage(&mut self, path: &str, section: &str, quote: &str, mentions: &[&str]) {
        let (graph, passage) = (document(path), format!("{ID}passage/{}", self.0.len()));
        self.add(&graph, &passage, &format!("{RDF}type"), &format!("<{WM}Passage>"));
        self.add(&graph, &passage, &format!("{WM}inDocument"), &format!("<{graph}>"));
        self.literal(&graph, &passage, &format!("{WM}section"), section, "");
        self.literal(&graph, &passage, &format!("{WM}quote"), quote, "");
        for entity in mentions {
            self.add(&graph, &passage, &format!("{WM}names"), &format!("<{ID}{entity}>"));
        }
    }

    fn write(mut self, dir: &Path) {
        self.0.sort();
        self.0.dedup();
        let text: String = self.0.iter().flat_map(|line| [line, "\n"]).collect();
        write_nquads(dir, text.as_bytes(), 1).unwrap();
    }
}

fn document(path: &str) -> String {
    format!("{ID}document/{path}")
}

const CITY: &str = "City/甲市";
const FIRM: &str = "Enterprise/乙公司";
const OTHER: &str = "Enterprise/己公司";
const BANK: &str = "Bank/丙银行";
const POLICY: &str = "PolicyDocument/丁办法";
const LETTER: &str = "ReplyLetter/戊函";

fn sample() -> Quads {
    let mut q = Quads::default();
    q.term("City", "城市", &[("colour", "#c0c0c0"), ("shape", "octagon")]);
    q.term("Enterprise", "企业", &[("colour", "#F0AB1F"), ("shape", "box")]);
    q.term("Bank", "银行", &[("colour", "#E69F00"), ("shape", "cylinder")]);
    q.term("PolicyDocument", "政策文件", &[("colour", "#E07B3C"), ("shape", "note")]);
    q.term("ReplyLetter", "答复函", &[("colour", "red"), ("shape", "epsf")]);
    q.term("supports", "支持", &[("family", "support")]);
    q.term("locatedIn", "位于", &[("family", "place")]);
    q.term("cites", "引用", &[("family", "document")]);
    q.term("cooperatesWith", "合作", &[("family", "structure")]);
    let ontology = WM.trim_end_matches('#');
    let sub_class_of = format!("{RDFS}subClassOf");
    q.add(ontology, &format!("{WM}Bank"), &sub_class_of, &format!("<{WM}Enterprise>"));
    let symmetric = "<http://www.w3.org/2002/07/owl#SymmetricProperty>";
    q.add(ontology, &format!("{WM}cooperatesWith"), &format!("{RDF}type"), symmetric);

    for (path, number) in [("1.txt", "甲函〔2024〕1号"), ("2.txt", "甲函〔2025〕2号")] {
        q.document(path, number);
        q.entity(path, CITY, "甲市", &[]);
        q.entity(path, FIRM, "乙公司", &["乙"]);
        q.entity(path, BANK, "丙银行", &[]);
    }
    q.entity("1.txt", POLICY, "丁办法", &[]);
    q.entity("1.txt", LETTER, "戊函", &[]);
    q.entity("2.txt", OTHER, "己公司", &["乙"]);
    q.entity("2.txt", "Town/庚镇", "庚镇", &[]);
    q.claim("1.txt", (CITY, "supports", FIRM), "我市支持乙公司。");
    q.claim("2.txt", (CITY, "supports", FIRM), "继续支持“乙”。");
    q.claim("1.txt", (FIRM, "locatedIn", CITY), "位于我市的乙公司");
    q.claim("1.txt", (FIRM, "cooperatesWith", BANK), "乙公司与丙银行合作。");
    q.claim("2.txt", (BANK, "cooperatesWith", FIRM), "丙银行与乙公司合作。");
    q.claim("1.txt", (LETTER, "cites", POLICY), "根据《丁办法》");
    q.claim("2.txt", (POLICY, "supports", OTHER), "《丁办法》支持己公司。");
    q.passage("1.txt", "一", "《丁办法》惠及乙公司。", &[POLICY, FIRM]);
    q.passage("1.txt", "二", "修订《丁办法》。", &[POLICY]);
    q.passage("1.txt", "二", "丙银行开办贷款。", &[BANK]);
    q
}

/// A folder with the sample store in `store`.
fn folder() -> TempDir {
    let dir = TempDir::new().unwrap();
    sample().write(&dir.path().join("store"));
    dir
}

fn draw(dir: &TempDir, request: &Request) -> String {
    let store = Store::open(&dir.path().join("store")).unwrap();
    diagram::draw(&store, request).unwrap().expect("there is something to draw").dot
}

fn wenmai(dir: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("wenmai"));
    command.current_dir(dir.path()).arg("diagram").args(arguments).args(["--store", "store"]);
    command
}

fn ego(of: &str) -> Kind {
    Kind::Ego { of: of.to_owned(), depth: 1 }
}

#[test]
fn each_kind_gives_the_expected_dot() {
    let dir = folder();
    for (name, kind) in [("network", Kind::Network), ("ego", ego("丙银行")), ("citations", Kind::Citations)] {
        insta::assert_snapshot!(name, draw(&dir, &Request::new(kind)));
    }
}

#[test]
fn the_same_store_gives_the_same_bytes() {
    let dir = folder();
    for kind in [Kind::Network, ego("甲市"), Kind::Citations] {
        for (lang, documents) in [(Lang::Zh, false), (Lang::En, true)] {
            let request = Request { lang, documents, ..Request::new(kind.clone()) };
            assert_eq!(draw(&dir, &request), draw(&dir, &request), "{request:?}");
        }
    }
}

/// Label of the legend → number, and what the nodes themselves say.
fn counts(dot: &str) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
    let Graph::DiGraph { stmts, .. } = graphviz_rust::parse(dot).unwrap() else { panic!("not directed") };
    let text = |attributes: &[Attribute], key: &str| -> Option<String> {
        let found = attributes.iter().find(|Attribute(name, _)| *name == Id::Plain(key.to_owned()))?;
        let Id::Escaped(text) = &found.1 else { panic!("not quoted: {found:?}") };
        Some(text.trim_matches('"').to_owned())
    };
    let (mut legend, mut nodes) = (BTreeMap::new(), BTreeMap::new());
    for stmt in stmts {
        let Stmt::Subgraph(Subgraph { id: Id::Plain(id), stmts }) = stmt else { continue };
        for stmt in stmts {
            let Stmt::Node(node) = stmt else { continue };
            let look = |key| text(&node.attributes, key);
            if id.starts_with("cluster_legend") {
                if look("shape").is_some_and(|shape| shape != "plaintext") {
                    let label = look("label").unwrap();
                    let (class, count) = label.rsplit_once(' ').unwrap();
                    legend.insert(class.to_owned(), count.parse().unwrap());
                }
            } else {
                let note = look("tooltip").unwrap();
                // The first line is NAME（CLASS）…, and a name may have brackets of its own.
                let first = note.split("\\n").next().unwrap();
                let class = first.rsplit_once('（').unwrap().1.split_once('）').unwrap().0;
                *nodes.entry(class.to_owned()).or_default() += 1;
            }
        }
    }
    (legend, nodes)
}

#[test]
fn the_legend_counts_what_is_shown() {
    let dir = folder();
    for kind in [Kind::Network, ego("乙公司"), Kind::Citations] {
        for top in [2, 3, 60] {
            for engine in [Engine::Dot, Engine::Neato] {
                let request = Request { top, engine: Some(engine), documents: true, ..Request::new(kind.clone()) };
                let (legend, nodes) = counts(&draw(&dir, &request));
                assert!(!nodes.is_empty());
                assert_eq!(legend, nodes, "{request:?}");
            }
        }
    }
}

#[test]
fn what_is_cut_is_said_in_the_picture_and_beside_it() {
    let dir = folder();
    let picture = wenmai(&dir, &["network", "--top", "3", "-o", "-"]).assert().success();
    picture
        .stdout(predicate::str::contains("前 3 个实体（共 6 个），另有 1 条关系未画出"))
        .stderr("top 3 of 6 entities, 1 relations left out\n");
    wenmai(&dir, &["network", "-o", "all.dot"]).assert().success().stderr("all.dot: all 6 entities, 4 relations\n");
}

#[test]
fn letters_are_shown_only_when_asked_for() {
    let dir = folder();
    for kind in [Kind::Network, Kind::Citations] {
        let without = Request::new(kind);
        let with = Request { documents: true, ..without.clone() };
        assert!(!draw(&dir, &without).contains("戊函（"));
        assert!(draw(&dir, &with).contains("戊函（"));
    }
}

#[test]
fn a_relation_that_holds_both_ways_is_one_line_without_arrows() {
    let dir = folder();
    let dot = draw(&dir, &Request { engine: Some(Engine::Dot), ..Request::new(ego("丙银行")) });
    let lines: Vec<&str> = dot.lines().filter(|line| line.contains("label=\"合作")).collect();
    assert_eq!(lines.len(), 1, "{dot}");
    assert!(lines[0].contains("dir=\"none\"") && lines[0].contains("合作×2"), "{}", lines[0]);
}

#[test]
fn a_name_that_nobody_has_is_answered_with_names_like_it() {
    let dir = folder();
    wenmai(&dir, &["ego", "--of", "丙银", "-o", "x.dot"]).assert().code(2).stderr(predicate::str::contains("丙银行"));
    assert!(!dir.path().join("x.dot").exists());
    let store = Store::open(&dir.path().join("store")).unwrap();
    let error = diagram::draw(&store, &Request::new(ego("乙"))).unwrap_err();
    assert!(matches!(&error, DiagramError::Ambiguous { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "\"乙\" is the name of several entities; give one of these instead: Enterprise/乙公司 (企业), Enterprise/己公司 (企业)"
    );
    assert!(diagram::draw(&store, &Request::new(ego("Enterprise/己公司"))).unwrap().is_some());
    wenmai(&dir, &["ego", "-o", "x.dot"]).assert().code(2).stderr(predicate::str::contains("--of"));
}

#[test]
fn nothing_to_draw_writes_no_file() {
    let dir = folder();
    wenmai(&dir, &["ego", "--of", "庚镇", "-o", "x.dot"])
        .assert()
        .code(1)
        .stdout("")
        .stderr("store: nothing is linked to \"庚镇\"; no file was written\n");
    assert!(!dir.path().join("x.dot").exists());
}

#[test]
fn files_are_replaced_only_by_force() {
    let dir = folder();
    let path = dir.path().join("x.dot");
    fs::write(&path, "mine").unwrap();
    wenmai(&dir, &["network", "-o", "x.dot"]).assert().code(2).stderr(predicate::str::contains("--force"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    wenmai(&dir, &["network", "-o", "x.dot", "--force"]).assert().success();
    assert!(fs::read_to_string(&path).unwrap().starts_with("digraph wenmai {"));
    wenmai(&dir, &["network", "-o", "x.jpeg"]).assert().code(2).stderr(predicate::str::contains("--format"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing is left beside the file and the store");
}

#[test]
fn without_graphviz_there_is_a_plainer_svg_and_the_message_says_so() {
    let dir = folder();
    for ending in ["png", "pdf"] {
        wenmai(&dir, &["network", "-o", &format!("x.{ending}")]).env("PATH", "").assert().code(2).stderr(
            predicate::str::contains("apt-get install graphviz fonts-noto-cjk")
                .and(predicate::str::contains("-o picture.svg")),
        );
        assert!(!dir.path().join(format!("x.{ending}")).exists());
    }
    for kind in [&["network"][..], &["citations"], &["ego", "--of", "乙公司"], &["timeline", "--of", "甲市"]] {
        wenmai(&dir, &[kind, &["-o", "x.svg", "--force"]].concat())
            .env("PATH", "")
            .assert()
            .success()
            .stderr(predicate::str::contains("Graphviz is not installed").and(predicate::str::contains("plainer")));
        let svg = fs::read_to_string(dir.path().join("x.svg")).unwrap();
        for text in ["乙公司", "图例", "<title id=\"title\">", "甲函〔2024〕1号", "href=\"https://w3id.org/wenmai/id/"]
        {
            assert!(svg.contains(text), "{kind:?}: {text} is not in the picture: {svg}");
        }
    }
    wenmai(&dir, &["network", "-o", "x.dot"]).env("PATH", "").assert().success();
}

/// Whether Graphviz is here. Where the tests run unattended it has to be.
fn graphviz() -> bool {
    let found = std::process::Command::new("dot").arg("-V").output().is_ok_and(|output| output.status.success());
    assert!(found || std::env::var_os("CI").is_none(), "Graphviz is missing: apt-get install graphviz fonts-noto-cjk");
    found
}

#[test]
fn graphviz_draws_all_formats() {
    if !graphviz() {
        return;
    }
    let dir = folder();
    for (kind, more) in [("network", None), ("ego", Some("--of=乙公司")), ("citations", None)] {
        for (ending, head) in [("svg", "<?xml"), ("png", "\u{89}PNG"), ("pdf", "%PDF")] {
            let file = format!("{kind}.{ending}");
            wenmai(&dir, &[kind, "-o", &file]).args(more).assert().success();
            let bytes = fs::read(dir.path().join(&file)).unwrap();
            let head: Vec<u8> = head.chars().map(|c| u32::from(c) as u8).collect();
            assert!(bytes.starts_with(&head), "{file}");
        }
    }
    let svg = fs::read_to_string(dir.path().join("network.svg")).unwrap();
    for text in ["乙公司", "丙银行", "图例", "支持×2", "我市支持乙公司。"] {
        assert!(svg.contains(text), "{text} is not in the picture");
    }
}

#[test]
fn hostile_names_are_only_text_in_the_picture() {
    let dir = TempDir::new().unwrap();
    let mut q = sample();
    let names = [
        "<script>alert(1)</script>",
        "a\" URL=\"javascript:alert(1)\" b=\"",
        "\\N \\G \\l",
        "back\\",
        "&lt;b&gt;",
        "}\n]; x [label=<b>]",
        "🏭\u{202e}abc\u{0}",
    ];
    for (number, name) in names.iter().enumerate() {
        let entity = format!("Enterprise/x{number}");
        q.entity("1.txt", &entity, &name.replace('\0', ""), &[name.trim_end_matches('\0')]);
        q.claim("1.txt", (&entity, "locatedIn", CITY), name.trim_end_matches('\0'));
    }
    q.write(&dir.path().join("store"));
    let dot = draw(&dir, &Request::new(Kind::Network));
    assert!(graphviz_rust::parse(&dot).is_ok(), "{dot}");
    if !graphviz() {
        return;
    }
    for engine in ["dot", "neato"] {
        let file = format!("{engine}.svg");
        wenmai(&dir, &["network", "--engine", engine, "-o", &file]).assert().success();
        let svg = fs::read_to_string(dir.path().join(&file)).unwrap();
        assert!(!svg.contains("<script"), "{svg}");
        for link in svg.split("href=\"").skip(1) {
            assert!(link.starts_with("https://w3id.org/wenmai/id/"), "{link}");
        }
        for text in ["&lt;script&gt;alert(1)", "\\N \\G \\l", "back\\", "&amp;lt;b&amp;gt;", "🏭abc", "＼N ＼G ＼l"]
        {
            assert!(svg.contains(text), "{text} is not shown as it is: {svg}");
        }
    }
}

/// A store of the corpus.
fn corpus_store() -> TempDir {
    let dir = TempDir::new().unwrap();
    build(&[corpus()], &dir.path().join("store")).assert().success();
    dir
}

/// Every kind that draws a store, on the corpus.
fn kinds() -> Vec<Kind> {
    let name = |name: &str| name.to_owned();
    vec![
        Kind::Network,
        Kind::Ego { of: name("欧普照明"), depth: 2 },
        Kind::Citations,
        Kind::Bureaus,
        Kind::Towns { of: None },
        Kind::Towns { of: Some(name("古镇镇")) },
        Kind::Policy { of: name("先进照明产业学院规划建设方案") },
        Kind::Chain { of: None },
        Kind::Chain { of: Some(name("灯饰照明")) },
        Kind::Timeline { of: name("灯饰照明") },
        Kind::Path { from: name("木林森"), to: name("欧普照明") },
    ]
}

#[test]
fn all_kinds_draw_the_corpus_alike_with_and_without_loading_it() {
    let dir = corpus_store();
    let path = dir.path().join("store");
    let store = Store::open(&path).unwrap();
    for kind in kinds() {
        for (top, lang, documents) in [(60, Lang::Zh, false), (12, Lang::En, true)] {
            let request = Request { top, lang, documents, ..Request::new(kind.clone()) };
            let loaded = diagram::draw(&store, &request).unwrap().expect("there is something to draw");
            let scanned = diagram::draw_from(&path, &request).unwrap().expect("there is something to draw");
            assert!(loaded.dot == scanned.dot, "{request:?}");
            assert!(loaded.entities <= top, "{request:?}");
        }
    }
}

#[test]
fn legends_are_true_in_every_look_and_everything_parses() {
    let dir = corpus_store();
    let path = dir.path().join("store");
    let looks = [
        (Theme::Light, None, None),
        (Theme::Dark, Some(Group::Community), None),
        (Theme::Print, Some(Group::None), Some(Engine::Dot)),
        (Theme::Light, Some(Group::Class), Some(Engine::Sfdp)),
    ];
    for kind in kinds() {
        for (theme, group, engine) in looks {
            let request = Request { theme, group, engine, ..Request::new(kind.clone()) };
            let picture = diagram::draw_from(&path, &request).unwrap().expect("there is something to draw");
            let (legend, nodes) = counts(&picture.dot);
            assert_eq!(legend, nodes, "{request:?}");
            for (format, text) in
                [("graphml", picture.graphml()), ("gexf", picture.gexf()), ("svg", picture.plain_svg())]
            {
                assert_well_formed(&text, &format!("{format} of {request:?}"));
            }
            let lines = picture.mermaid().lines().filter(|line| line.starts_with("  click n")).count();
            assert!(lines > 0 && lines <= picture.entities, "{request:?}");
        }
    }
}

#[test]
fn the_ontology_is_drawn_without_a_store() {
    let dir = TempDir::new().unwrap();
    wenmai(&dir, &["ontology", "-o", "x.dot"]).assert().success().stderr("x.dot: 27 classes, 19 relations\n");
    let dot = fs::read_to_string(dir.path().join("x.dot")).unwrap();
    assert!(graphviz_rust::parse(&dot).is_ok());
    for text in ["label=\"链主\"", "label=\"银行\"", "下位类 11"] {
        assert!(dot.contains(text), "{text} is not in the picture");
    }
}

/// Fails where tags are not closed in order, an attribute is not quoted, or text holds what begins a tag.
fn assert_well_formed(xml: &str, what: &str) {
    let mut open = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let end = start + rest[start..].find('>').unwrap_or_else(|| panic!("{what}: a tag has no end"));
        let tag = &rest[start + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "{what}: <{tag}>");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{what}: </{name}>");
        } else if !tag.ends_with(['/', '?']) && !tag.starts_with("!--") {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{what}: {open:?} are left open");
}

#[test]
fn hostile_names_are_only_text_in_the_other_formats() {
    let dir = TempDir::new().unwrap();
    let mut q = sample();
    let name = "</text><script>alert(1)</script>]]>\" onload=\"x\n`#quot;|%% {{\\";
    q.entity("1.txt", "Enterprise/x", name, &[]);
    q.claim("1.txt", ("Enterprise/x", "locatedIn", CITY), name);
    q.write(&dir.path().join("store"));
    for ending in ["svg", "graphml", "gexf", "mmd"] {
        let file = format!("x.{ending}");
        wenmai(&dir, &["network", "-o", &file]).env("PATH", "").assert().success();
        let text = fs::read_to_string(dir.path().join(&file)).unwrap();
        assert!(!text.contains("<script") && !text.contains("\" onload=\"x"), "{text}");
        if ending != "mmd" {
            assert_well_formed(&text, ending);
        }
    }
}

#[test]
fn links_lead_where_they_are_told_and_never_to_a_script() {
    let dir = folder();
    wenmai(&dir, &["network", "-o", "-", "--link-base", "/id/"])
        .assert()
        .success()
        .stdout(predicate::str::contains("URL=\"/id/City/%E7%94%B2%E5%B8%82\""));
    for bad in ["javascript:alert(1)//", "data:x", "id/"] {
        wenmai(&dir, &["network", "-o", "-", "--link-base", bad]).assert().code(2).stdout("");
    }
}

#[test]
fn a_query_of_ones_own_is_drawn() {
    let dir = folder();
    let construct = "CONSTRUCT { ?a wm:supports ?b . ?b rdfs:label \"改名\" ; wm:size 7 . ?a <urn:x:y> <javascript:alert(1)> } \
                     WHERE { ?a wm:supports ?b }";
    for (file, text) in
        [("q.rq", construct), ("select.rq", "SELECT ?a { ?a ?b ?c }"), ("none.rq", "CONSTRUCT WHERE { ?a a wm:Town }")]
    {
        fs::write(dir.path().join(file), text).unwrap();
    }
    let drawn = wenmai(&dir, &["--query", "q.rq", "-o", "-"]).assert().success();
    let dot = String::from_utf8(drawn.get_output().stdout.clone()).unwrap();
    assert!(graphviz_rust::parse(&dot).is_ok(), "{dot}");
    for text in
        ["label=\"查询结果", "label=\"支持×2\"", "我市支持乙公司。", "label=\"7\"", "label=\"size\"", "alert(1)"]
    {
        assert!(dot.contains(text), "{text} is not in the picture: {dot}");
    }
    assert!(!dot.contains("URL=\"javascript"), "{dot}");
    wenmai(&dir, &["--query", "select.rq", "-o", "x.dot"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("CONSTRUCT"));
    wenmai(&dir, &["--query", "none.rq", "-o", "x.dot"])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("no triples"));
    wenmai(&dir, &["--query", "no-such.rq", "-o", "x.dot"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("no-such.rq"));
    wenmai(&dir, &["-o", "x.dot"]).assert().code(2);
    assert!(!dir.path().join("x.dot").exists());
}

#[test]
fn names_that_are_needed_are_asked_for_and_names_of_another_class_refused() {
    let dir = folder();
    for (arguments, code, message) in [
        (&["policy"][..], 2, "--of"),
        (&["timeline"], 2, "--of"),
        (&["path", "--from", "甲市"], 2, "--to"),
        (&["policy", "--of", "丁办"], 2, "did you mean 丁办法"),
        (&["policy", "--of", "甲市"], 2, "is a 政策文件"),
        (&["towns", "--of", "庚"], 2, "庚"),
        (&["path", "--from", "甲市", "--to", "丙银"], 2, "did you mean 丙银行"),
        (&["path", "--from", "甲市", "--to", "庚镇"], 1, "no way leads from \"甲市\" to \"庚镇\""),
        (&["timeline", "--of", "庚镇"], 1, "no document states anything"),
        (&["bureaus"], 1, "no relations between bodies"),
    ] {
        let arguments = [arguments, &["-o", "x.dot"]].concat();
        let stderr = predicate::str::contains(message);
        wenmai(&dir, &arguments).assert().code(code).stdout("").stderr(stderr);
        assert!(!dir.path().join("x.dot").exists(), "{arguments:?}");
    }
    wenmai(&dir, &["network", "-o", "no/such/folder/x.dot"]).assert().code(2).stderr(predicate::str::contains("x.dot"));
}

#[test]
fn the_way_between_two_entities_passes_what_ties_them() {
    let dir = folder();
    let path = Kind::Path { from: "丙银行".to_owned(), to: "甲市".to_owned() };
    let dot = draw(&dir, &Request::new(path));
    for text in ["从“丙银行”到“甲市”：2 步", "全部 3 个实体、3 条关系", "乙公司（企业）"]
    {
        assert!(dot.contains(text), "{text} is not in the picture: {dot}");
    }
    assert!(!dot.contains("己公司（"), "{dot}");
}

#[test]
fn titles_in_an_svg_say_what_things_are() {
    if !graphviz() {
        return;
    }
    let dir = folder();
    wenmai(&dir, &["network", "-o", "x.svg"]).assert().success();
    let svg = fs::read_to_string(dir.path().join("x.svg")).unwrap();
    assert_well_formed(svg.split_once("<svg").map(|(_, rest)| format!("<svg{rest}")).unwrap().as_str(), "svg");
    for text in
        ["role=\"img\"", "<title id=\"title\">实体关系网络</title>", "<title>甲市（城市），见于 2 份文件</title>"]
    {
        assert!(svg.contains(text), "{text} is not in the picture: {svg}");
    }
    assert!(svg.contains("<title>甲市 → 乙公司: 支持×2&#10;支持：“我市支持乙公司。”"), "{svg}");
    assert!(!svg.contains("<title>n1</title>"));
}

#[test]
fn what_was_not_written_so_is_damage() {
    let dir = folder();
    let pack = dir.path().join("store/packs/00000001.pack");
    let mut bytes = fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&pack, bytes).unwrap();
    wenmai(&dir, &["network", "-o", "x.dot"]).assert().code(2).stderr(predicate::str::contains("damaged"));
    assert!(!dir.path().join("x.dot").exists());
}
