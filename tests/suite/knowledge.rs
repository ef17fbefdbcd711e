//! The knowledge that the binary carries is sound; knowledge that is not is refused, with file, place and a hint.
//!
//! A case is a change to one file of `ontology/` and what the message must hold.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use walkdir::WalkDir;
use wenmai::knowledge::{Knowledge, KnowledgeError, Options, Reading};
use wenmai::pipeline::Pipeline;

use super::support::{assert_none, build, corpus, dev_letters, files, name, pipeline, read, refusal, root, temporary};

/// What is done to a file of a copy of `ontology/`.
enum Change {
    /// The file is written anew, or added.
    Write(&'static str),
    /// These lines come first.
    Before(&'static str),
    /// These lines come last.
    After(&'static str),
    /// The file is taken away.
    Remove,
}

/// A broken file and the message about it.
struct Case {
    file: &'static str,
    change: Change,
    /// Pieces of the message, in their order.
    says: &'static [&'static str],
}

const BROKEN: &[Case] = &[
    Case {
        file: "lexicon/extra.tsv",
        change: Change::Write("surface\tclass\tcanonical\tnote\n海州电子\tEnterprize\t\t\n"),
        says: &["error[K404] lexicon/extra.tsv:2:6: unknown class `Enterprize` (did you mean Enterprise"],
    },
    Case {
        file: "lexicon/extra.tsv",
        change: Change::Write("surface\tkind\tcanonical\tnote\n海州电子\tEnterprise\t\t\n"),
        says: &["error[K401] lexicon/extra.tsv:1:1: the header must be `surface<TAB>class<TAB>canonical<TAB>note`"],
    },
    Case {
        file: "lexicon/extra.tsv",
        change: Change::Write("# a comment\nsurface\tclass\tcanonical\tnote\n海州电子\tEnterprise\t\t\tmore\n"),
        says: &["error[K402] lexicon/extra.tsv:3:1: ", "this one has 5"],
    },
    Case {
        file: "lexicon/extra.tsv",
        change: Change::Write(""),
        says: &["error[K401] lexicon/extra.tsv:1:1: the header must be"],
    },
    Case {
        file: "lexicon/divisions.tsv",
        change: Change::Write("code\tname\tshort\n44\t广东省\t广东\n442\t中山市\t中山\n"),
        says: &["error[K403] lexicon/divisions.tsv:3:1: code `442`"],
    },
    Case {
        file: "lexicon/boundaries.tsv",
        change: Change::Write("word\tkind\tnote\n建设\tverbs\t\n"),
        says: &["error[K406] lexicon/boundaries.tsv:2:4: unknown kind `verbs` (", "verb"],
    },
    Case {
        file: "rules/names.toml",
        change: Change::Before("colour = \"red\"\n"),
        says: &["error[K408] rules/names.toml:1:1: unknown field `colour`"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::Before("[[frame\n"),
        says: &["error[K408] rules/relations.toml:1:"],
    },
    Case {
        file: "rules/figures.toml",
        change: Change::Write("range = \"-\"\n"),
        says: &["error[K408] rules/figures.toml:1:1: missing field"],
    },
    Case {
        file: "rules/anatomy.toml",
        change: Change::Before("colour = \"red\"\n"),
        says: &["error[K407] rules/anatomy.toml", "unknown field `colour`"],
    },
    Case {
        file: "rules/anatomy.toml",
        change: Change::After("[[level]]\npattern = '^（'\npath = '{}'\n[[level]]\npattern = '^([0-9]'\npath = '{}'\n"),
        says: &["error[K407] rules/anatomy.toml", "key level.pattern", "unclosed group"],
    },
    Case {
        file: "rules/names.toml",
        change: Change::After(
            "[[context]]\nid = \"CTX-test\"\nclass = \"Enterprise\"\nwhy = \"A test.\"\npattern = '(?P<name>[一-'\nmatches = [\"a => Enterprise a\"]\n",
        ),
        says: &["error[K413] rules/names.toml", "rule CTX-test: ", "unclosed character class"],
    },
    Case {
        file: "rules/names.toml",
        change: Change::After(
            "[[context]]\nid = \"CTX-test\"\nclass = \"Enterprise\"\nwhy = \"A test.\"\npattern = '(?P<nom>集团)'\nmatches = [\"a => Enterprise a\"]\n",
        ),
        says: &["error[K412] rules/names.toml", "rule CTX-test: the expression has no group `name`"],
    },
    Case {
        file: "rules/names.toml",
        change: Change::After(
            "[[shape]]\nid = \"NAME-test\"\nclass = \"Univercity\"\nwhy = \"A test.\"\nheads = [\"大学\"]\nmatches = [\"a => University a\"]\n",
        ),
        says: &[
            "error[K404] rules/names.toml",
            "rule NAME-test: unknown class `Univercity` (did you mean ",
            "University",
        ],
    },
    Case {
        file: "rules/names.toml",
        change: Change::After(
            "[[list]]\nid = \"LIST-test\"\nclass = \"Enterprise\"\nwhy = \"A test.\"\nheads = [\"企业\"]\n",
        ),
        says: &["error[K411] rules/names.toml", "rule LIST-test: it has no example that matches"],
    },
    Case {
        file: "rules/names.toml",
        change: Change::After(
            "[[list]]\nid = \"LIST-test\"\nclass = \"Enterprise\"\nwhy = \" \"\nheads = [\"企业\"]\nmatches = [\"a => Enterprise a\"]\n",
        ),
        says: &["error[K410] rules/names.toml", "rule LIST-test: it does not say why it exists"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[frame]]\nid = \"REL-test\"\npredicate = \"buildz\"\nwhy = \"A test.\"\nverbs = [\"建设\"]\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["error[K404] rules/relations.toml", "rule REL-test: unknown relation `buildz` (did you mean builds"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[frame]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\nverbs = [\"建设\"]\nobject = [\"Parks\"]\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["error[K404] rules/relations.toml", "rule REL-test: unknown class `Parks` (did you mean Park"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[inner]]\nid = \"NAME-company\"\npredicate = \"partOf\"\nwhy = \"A test.\"\nof = [\"Bank\"]\nto = [\"Bank\"]\npart = \"starts\"\nmatches = [\"a => a partOf b\"]\n",
        ),
        says: &["error[K409] rules/relations.toml", "rule NAME-company: the id is taken already (rules/names.toml"],
    },
    Case {
        file: "wenmai.ttl",
        change: Change::Before("@prefix wm: <https://w3id.org/wenmai/ontology#> .\nwm:Firm a wm:Class ;;; rdfs: .\n"),
        says: &["wenmai.ttl: ", "line 2"],
    },
    Case {
        file: "wenmai.ttl",
        change: Change::Write("@prefix wm: <https://w3id.org/wenmai/ontology#> .\n"),
        says: &["wenmai.ttl: it declares no class"],
    },
    Case {
        file: "rules/figures.toml",
        change: Change::Remove,
        says: &["rules/figures.toml: this file is missing from the ontology folder"],
    },
    Case {
        file: "lexicon/organs.tsv",
        change: Change::Remove,
        says: &["lexicon/organs.tsv: this file is missing from the ontology folder"],
    },
    Case {
        file: "calibration.tsv",
        change: Change::After("REL-builds\t10\tmost\n"),
        says: &["error[K415] calibration.tsv:", ":1: `found` and `right` must be whole numbers"],
    },
    Case {
        file: "calibration.tsv",
        change: Change::Write("# found, right\nrule\tfound\tright\nREL-builds\t10\t11\n"),
        says: &["error[K415] calibration.tsv:3:1: `REL-builds` cannot be right more often (11) than it was found (10)"],
    },
    Case { file: "wenmai.ttl", change: Change::Remove, says: &["wenmai.ttl: this file is missing"] },
];

/// Cases that loading lets pass so far: the rule in question then silently finds nothing, or too much.
const UNCHECKED: &[Case] = &[
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[pattern]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\npattern = '{s:Agent}(?:建设{o:Park}'\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["rules/relations.toml", "REL-test", "unclosed group"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[pattern]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\npattern = '{s:Agent}建设{o:Parks}'\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["rules/relations.toml", "REL-test", "unknown class `Parks`", "Park"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[pattern]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\npattern = '建设{o:Park}'\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["rules/relations.toml", "REL-test", "`s`"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[frame]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\nverbs = [\"建设\"]\nalso = \"locatedAt\"\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["rules/relations.toml", "REL-test", "unknown relation `locatedAt`", "locatedIn"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[frame]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\nverbs = [\"建设\"]\nalso = \"locatedIn\"\nalso_for = [\"Parks\"]\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["rules/relations.toml", "REL-test", "unknown class `Parks`", "Park"],
    },
    Case {
        file: "rules/relations.toml",
        change: Change::After(
            "[[frame]]\nid = \"REL-test\"\npredicate = \"builds\"\nwhy = \"A test.\"\nverbs = [\"建设\"]\nobject = [\"Person\"]\nmatches = [\"a => a builds b\"]\n",
        ),
        says: &["rules/relations.toml", "REL-test", "Person", "builds"],
    },
    Case {
        file: "rules/names.toml",
        change: Change::After(
            "[[list]]\nid = \"LIST-test\"\nclass = \"Enterprise\"\nwhy = \"A test.\"\nheads = [\"企业\"]\nmember = '('\nmatches = [\"a => Enterprise a\"]\n",
        ),
        says: &["error[K408] rules/names.toml:", "unclosed group"],
    },
    Case {
        file: "rules/references.toml",
        change: Change::After("[[title_not_policy]]\npattern = '('\nclass = \"\"\n"),
        says: &["rules/references.toml", "unclosed group"],
    },
    Case {
        file: "rules/references.toml",
        change: Change::After("[[title_not_policy]]\npattern = 'x'\nclass = \"Honor\"\n"),
        says: &["rules/references.toml", "unknown class `Honor`", "Honour"],
    },
    Case {
        file: "rules/references.toml",
        change: Change::After("[[anaphor]]\nwords = [\"该厂房\"]\nrefers = \"last\"\nclasses = [\"Parks\"]\n"),
        says: &["rules/references.toml", "unknown class `Parks`", "Park"],
    },
    Case {
        file: "rules/figures.toml",
        change: Change::After("[[period]]\npattern = '('\nform = '{y}'\n"),
        says: &["rules/figures.toml", "unclosed group"],
    },
    Case {
        file: "rules/figures.toml",
        change: Change::After("[[qualifiers]]\nkind = \"abuot\"\nbefore = [\"约莫\"]\n"),
        says: &["rules/figures.toml", "abuot", "about"],
    },
];

/// A copy of `ontology/` in a temporary folder.
pub fn copy() -> TempDir {
    let (from, to) = (root().join("ontology"), temporary());
    for entry in WalkDir::new(&from).into_iter().map(|e| e.expect("ontology/ can be read")) {
        let target = to.path().join(entry.path().strip_prefix(&from).expect("a path below ontology/"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("folders can be made");
        } else {
            fs::copy(entry.path(), &target).expect("files can be copied");
        }
    }
    to
}

fn change(folder: &Path, case: &Case) {
    let path = folder.join(case.file);
    let text = match case.change {
        Change::Write(text) => text.to_owned(),
        Change::Before(text) => format!("{text}{}", read(&path)),
        Change::After(text) => format!("{}\n{text}", read(&path)),
        Change::Remove => return fs::remove_file(&path).expect("the file was there"),
    };
    fs::write(&path, text).expect("files can be written");
}

/// The message with all its causes, as the binary prints it.
fn refused(folder: &Path) -> Option<String> {
    Knowledge::load(Some(folder), &Options::default()).err().map(|e| format!("{:#}", anyhow::Error::from(e)))
}

/// Whether the pieces stand in `message`, in this order.
fn says(message: &str, pieces: &[&str]) -> bool {
    let mut rest = Some(message);
    for piece in pieces {
        rest = rest.and_then(|r| r.split_once(piece)).map(|(_, after)| after);
    }
    rest.is_some()
}

#[test]
fn the_embedded_knowledge_is_sound() {
    let embedded = Knowledge::load(None, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let warnings: Vec<String> = embedded.warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.is_empty(), "{}", warnings.join("\n"));
    assert!(embedded.rules().len() > 50);
    let folder = Knowledge::load(Some(&root().join("ontology")), &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(folder.hash, embedded.hash, "the folder and the binary hold the same knowledge");
}

#[test]
fn broken_knowledge_is_refused_where_it_is_broken() {
    refuses(BROKEN);
}

#[test]
fn broken_expressions_and_names_of_all_kinds_are_refused() {
    refuses(UNCHECKED);
}

#[track_caller]
fn refuses(cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        let folder = copy();
        change(folder.path(), case);
        let message = refused(folder.path()).unwrap_or_else(|| "(it was loaded)".to_owned());
        if !says(&message, case.says) {
            wrong.push(format!("expected {:?}\n     got {message}", case.says.join(" … ")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Who mends a rule file wants to know everything that is wrong with it.
#[test]
fn all_problems_are_reported_at_once() {
    let folder = copy();
    let cases = ["lexicon/extra.tsv", "rules/anatomy.toml", "rules/relations.toml"];
    for file in cases {
        let case = BROKEN.iter().find(|c| c.file == file).expect("a case for each of them");
        change(folder.path(), case);
    }
    match Knowledge::load(Some(folder.path()), &Options::default()) {
        Err(KnowledgeError::Invalid(found)) => {
            let places: Vec<&str> = found.iter().map(|d| d.place.as_str()).collect();
            let missing: Vec<&&str> = cases.iter().filter(|c| !places.iter().any(|p| p.starts_with(**c))).collect();
            assert!(missing.is_empty(), "nothing about {missing:?} in {places:?}");
        }
        other => panic!("it should be refused for what its files hold: {:?}", other.err()),
    }
}

/// What is odd but usable does not stop a build.
#[test]
fn a_name_listed_twice_is_a_warning() {
    let folder = copy();
    let list = "surface\tclass\tcanonical\tnote\n海州电子\tEnterprise\t\t\n海州电子\tEnterprise\t\t\n";
    fs::write(folder.path().join("lexicon/extra.tsv"), list).expect("files can be written");
    let loaded = Knowledge::load(Some(folder.path()), &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["warning[K405] lexicon/extra.tsv:3:1: `海州电子` stands already in line 2"]);
}

/// A rule that was taken out may still stand in the table of what was observed.
#[test]
fn an_observation_of_an_unknown_rule_is_a_warning() {
    let folder = copy();
    let table = "rule\tfound\tright\nREL-bilds\t3\t2\nHEAD-cites\t3\t2\nREL-builds+carried\t3\t2\n";
    fs::write(folder.path().join("calibration.tsv"), table).expect("files can be written");
    let loaded = Knowledge::load(Some(folder.path()), &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let expected = "warning[K416] calibration.tsv:2:1: there is no rule `REL-bilds` (did you mean REL-builds";
    assert!(warnings[0].starts_with(expected), "{}", warnings[0]);
}

/// Relations with the rule, the reading, the confidence and that of the less sure of their names, from the digests of the corpus.
fn claims(folder: &Path) -> Vec<(String, Reading, f64, f64)> {
    let pipeline = Pipeline::new(Knowledge::load(Some(folder), &Options::default()).unwrap_or_else(|e| panic!("{e}")));
    let mut claims = Vec::new();
    for digest in files(&corpus(), ".txt") {
        let found = pipeline.extract(&name(&digest), read(&digest).as_bytes()).expect("it is a text");
        let sure = |id| found.entities.get(id).confidence;
        claims.extend(
            found
                .claims
                .iter()
                .map(|c| (c.rule.to_string(), c.reading, c.confidence, sure(c.subject).min(sure(c.object)))),
        );
    }
    claims
}

/// What was observed changes how sure a claim is, and nothing else: not which claims there are. No claim is surer than
/// its names.
#[test]
fn observations_change_confidence_alone() {
    let folder = copy();
    let path = folder.path().join("calibration.tsv");
    fs::remove_file(&path).expect("the file was there");
    let before = claims(folder.path());
    let (often, place) = ("REL-supports", "REL-supports+place");
    fs::write(&path, format!("rule\tfound\tright\n{often}\t996\t0\n{place}\t4\t4\n")).expect("files can be written");
    let after = claims(folder.path());
    assert_eq!(before.len(), after.len());
    let mut moved = (0, 0);
    for ((rule, reading, prior, names), (same_rule, same_reading, now, _)) in before.iter().zip(&after) {
        assert_eq!((rule, reading), (same_rule, same_reading));
        assert!(prior <= names && now <= names, "{rule} {reading:?}: {prior} and {now}, its names only {names}");
        // Where the names decide, the rule's own confidence cannot be seen.
        if rule == often && prior == names {
            continue;
        }
        let expected = match (rule.as_str(), reading) {
            ("REL-supports", Reading::Stated) => {
                moved.0 += 1;
                4.0 * prior / 1000.0
            }
            ("REL-supports", Reading::Place) => {
                moved.1 += 1;
                (4.0 + 4.0 * prior) / 8.0
            }
            _ => *prior,
        };
        let expected = expected.min(*names);
        assert!((now - expected).abs() < 1e-9, "{rule} {reading:?}: {prior} became {now}, not {expected}");
    }
    assert!(moved.0 > 0 && moved.1 > 0, "the corpus has both readings of the rule: {moved:?}");
}

/// Whoever asks why a fact is there can be told: each rule that stands at one is in the book.
#[test]
fn every_rule_at_a_fact_is_in_the_book() {
    let knowledge = pipeline().knowledge();
    let book: BTreeSet<&str> = knowledge.book().into_iter().map(|r| r.id()).collect();
    assert_eq!(book.len(), knowledge.book().len(), "no two rules have one id");
    let mut unknown = BTreeSet::new();
    for text in files(&corpus(), ".txt").into_iter().chain(files(&dev_letters(), ".txt")) {
        let found = pipeline().extract(&name(&text), read(&text).as_bytes()).expect("it is a text");
        let rules = found.claims.iter().map(|c| c.rule.clone()).chain(found.figures.iter().map(|f| f.rule.clone()));
        let rules = rules.chain(found.entities.iter().map(|(_, e)| e.rule.clone()));
        unknown.extend(rules.filter(|r| !book.contains(&**r)).map(|r| r.to_string()));
    }
    assert_none("rules stand at facts and not in src/knowledge/builtin.rs or a rule file", &Vec::from_iter(unknown));
}

#[test]
fn a_list_of_names_can_be_switched_off() {
    let without = |class: &str| Options { without_lexicon: [class.to_owned()].into() };
    let all = Knowledge::load(None, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    let some = Knowledge::load(None, &without("Enterprise")).unwrap_or_else(|e| panic!("{e}"));
    let enterprise = all.schema.class("Enterprise");
    assert!(all.names.iter().any(|e| Some(e.class) == enterprise));
    assert!(!some.names.iter().any(|e| Some(e.class) == enterprise));
    assert_ne!(all.hash, some.hash, "a graph says which knowledge it was built with");
}

#[test]
fn the_binary_names_what_is_broken_on_one_line() {
    let folder = copy();
    change(folder.path(), &BROKEN[0]);
    let place = temporary();
    let store = place.path().join("store");
    let line = refusal(build(&[corpus()], &store).arg("--ontology").arg(folder.path()));
    assert!(line.starts_with("wenmai: "), "{line}");
    assert!(says(&line, BROKEN[0].says), "{line}");
    assert!(!store.exists(), "nothing is written");
}

#[test]
fn the_binary_names_a_folder_that_is_not_there() {
    let place = temporary();
    let store = place.path().join("store");
    let line = refusal(build(&[corpus()], &store).arg("--ontology").arg(place.path().join("nowhere")));
    assert!(says(&line, &["the ontology folder cannot be read", "nowhere"]), "{line}");
    let line = refusal(build(&[corpus()], &store).args(["--no-lexicon", "Enterprize"]));
    assert!(says(&line, &["--no-lexicon Enterprize", "there is no such class", "Enterprise"]), "{line}");
    assert!(!store.exists(), "nothing is written");
}
