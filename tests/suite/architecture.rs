//! The house keeps its shape: module order, words kept out of the code, sizes, and paths.

use std::collections::BTreeSet;
use std::fs;

use regex::Regex;
use walkdir::WalkDir;

use super::source::{Source, sources};
use super::support::{assert_none, read, root};

/// The modules in the order in which data flows: each may use those before it.
const ORDER: [&str; 24] = [
    "diag",
    "trace",
    "text",
    "search",
    "document",
    "ontology",
    "knowledge",
    "mention",
    "entity",
    "relation",
    "figure",
    "identity",
    "graph",
    "check",
    "pipeline",
    "batch",
    "examples",
    "eval",
    "query",
    "chart",
    "diagram",
    "export",
    "serve",
    "cli",
];

/// Pairs that the order would allow and the design does not.
const APART: [(&str, &str); 5] = [
    // Claims and figures are read side by side from the same mentions.
    ("figure", "relation"),
    // The ontology stands on its own.
    ("ontology", "text"),
    ("ontology", "document"),
    // A picture reads the store, not the answers of queries.
    ("diagram", "query"),
    // A page asks queries; it does not build.
    ("serve", "pipeline"),
];

/// The file that names what must not be found elsewhere.
const THIS_FILE: &str = "tests/suite/architecture.rs";

#[test]
fn modules_use_only_what_stands_before_them() {
    let place = |module: &str| ORDER.iter().position(|m| *m == module);
    let mut problems = Vec::new();
    for source in sources() {
        let Source { path, module, .. } = &source;
        if matches!(module.as_str(), "lib" | "main") {
            continue;
        }
        let Some(own) = place(module) else {
            problems.push(format!("{path}: the module {module} has no place in the order"));
            continue;
        };
        for (at, used) in imports(&source.code) {
            let line = source.line(at);
            let apart = APART.contains(&(module.as_str(), used.as_str()));
            match place(&used) {
                Some(other) if other <= own && !apart => {}
                Some(_) => problems.push(format!("{path}:{line}: {module} must not use {used}")),
                None => problems.push(format!("{path}:{line}: {used} is no module of the design")),
            }
        }
        let escape = "super::".repeat(source.depth);
        if let Some(at) = source.code.find(&escape) {
            problems.push(format!(
                "{path}:{}: {escape} leaves {module}; name the other module by crate::",
                source.line(at)
            ));
        }
    }
    assert_none("uses against the order of the modules", &problems);
}

/// The modules named by `crate::name` and `crate::{name, name::…}`, each with its place in `code`.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let rest = &code[at + path.len()..];
        if rest.starts_with('{') {
            let mut depth = 0;
            let mut begins = false;
            for (n, c) in rest.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 1 && matches!(c, '{' | ',') {
                    begins = true;
                } else if begins && !c.is_whitespace() {
                    begins = false;
                    found.extend(word(&rest[n..]).map(|w| (at, w)));
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            found.extend(word(rest).map(|w| (at, w)));
        }
    }
    found
}

fn word(code: &str) -> Option<String> {
    let word: String = code.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!word.is_empty()).then_some(word)
}

#[test]
fn reads_grouped_imports() {
    let names = |code: &str| imports(code).into_iter().map(|(_, n)| n).collect::<Vec<_>>();
    assert_eq!(names("use crate::text::{Text, CharSpan};"), ["text"]);
    assert_eq!(names("use crate::{\n    diag::{self, Span}, graph,\n};"), ["diag", "graph"]);
}

/// The wording of documents is knowledge: it stands in `ontology/`, where those who know the field can edit it.
#[test]
fn wording_is_data() {
    let han = Regex::new(r"\p{Han}").expect("a valid pattern");
    let mut problems = Vec::new();
    for source in sources() {
        for literal in source.strings.iter().filter(|s| han.is_match(&s.text)) {
            problems.push(format!("{}:{}: \"{}\"", source.path, source.line(literal.at), literal.text));
        }
    }
    assert_none("strings with Chinese words in src/; move them to ontology/", &problems);
}

#[test]
fn files_stay_legible() {
    let limit = |path: &str| if path == "src/main.rs" { 79 } else { 900 };
    let long = sources().into_iter().filter(|s| s.lines > limit(&s.path));
    let long: Vec<String> = long.map(|s| format!("{}: {} lines", s.path, s.lines)).collect();
    assert_none("files are too long", &long);
}

#[test]
fn only_the_command_line_prints() {
    let prints = Regex::new(r"\b(?:e?print(?:ln)?|dbg)!|\b(?:stdout|stderr)\(\)").expect("a valid pattern");
    let mut problems = Vec::new();
    for source in sources().iter().filter(|s| s.module != "cli") {
        for found in prints.find_iter(&source.code) {
            problems.push(format!("{}:{}: {}", source.path, source.line(found.start()), found.as_str()));
        }
    }
    assert_none("places outside of src/cli that print", &problems);
}

/// A path in backticks in the architecture document is a promise.
#[test]
fn the_architecture_document_names_what_exists() {
    let text = read(&root().join("docs/architecture.md"));
    let code = Regex::new(r"`([^`\n]+)`").expect("a valid pattern");
    let is_path = |s: &str| {
        let first = s.split('/').next().unwrap_or_default();
        let stands_for_something = first.chars().all(|c| c.is_ascii_uppercase());
        s.contains('/')
            && !s.contains(['<', '>', '*', '{', ' ', ':', '='])
            && !s.starts_with(['/', '-'])
            && !stands_for_something
    };
    let named: BTreeSet<&str> = code.captures_iter(&text).filter_map(|c| c.get(1)).map(|m| m.as_str()).collect();
    let paths: Vec<&str> = named.into_iter().filter(|s| is_path(s)).collect();
    assert!(paths.len() >= 10, "the document names the files it speaks of: {paths:?}");
    let missing: Vec<String> = paths.iter().filter(|p| !root().join(p).exists()).map(|p| (*p).to_owned()).collect();
    assert_none("paths in docs/architecture.md lead nowhere", &missing);
}

/// What is committed must work and read the same on any machine: no folders of somebody's home, no registry asked.
#[test]
fn no_file_names_a_machine() {
    let patterns = [
        r#"(?:^|[\s"'`(=:@])/(?:home|root|work|Users|tmp)/"#,
        r"[A-Z]:\\Users\\",
        r"crates\.io/api",
        r"registry\.npmjs",
        r"pypi\.org/simple",
    ];
    let patterns: Vec<Regex> =
        patterns.iter().map(|p| Regex::new(&format!("(?m){p}")).expect("a valid pattern")).collect();
    let ignored: Vec<String> =
        read(&root().join(".gitignore")).lines().map(|l| l.trim_matches('/').to_owned()).collect();
    let kept = |name: &str| name != ".git" && name != "target" && !ignored.iter().any(|i| i == name);
    let entries = WalkDir::new(root()).into_iter().filter_entry(|e| kept(&e.file_name().to_string_lossy()));
    let mut problems = Vec::new();
    for entry in entries.map(|e| e.expect("the tree can be read")).filter(|e| e.file_type().is_file()) {
        let path = entry.path().strip_prefix(root()).expect("a file of the tree").to_string_lossy().replace('\\', "/");
        let Ok(text) = String::from_utf8(fs::read(entry.path()).expect("the file can be read")) else { continue };
        if path == THIS_FILE {
            continue;
        }
        for found in patterns.iter().filter_map(|p| p.find(&text)) {
            let line = text[..found.start()].matches('\n').count() + 1;
            problems.push(format!("{path}:{line}: {}", found.as_str().trim()));
        }
    }
    assert_none("places name a machine or a registry", &problems);
}
