//! What the themes share: the project's folders and texts, builds into temporary folders, and the quads of a store.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use assert_cmd::Command;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, NamedNodeRef, Quad, Term};
use tempfile::TempDir;
use walkdir::WalkDir;
use wenmai::entity::document_iri;
use wenmai::knowledge::{Knowledge, Options};
use wenmai::ontology::vocab;
use wenmai::pipeline::Pipeline;

/// After this long a program hangs; a busy machine does not take it.
pub const HANGS: Duration = Duration::from_secs(600);

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The five digests.
pub fn corpus() -> PathBuf {
    root().join("corpus")
}

/// The letters that the rules were developed on, besides the five of the corpus.
pub fn dev_letters() -> PathBuf {
    root().join("tests/gold/dev/letters")
}

/// The files in `folder` (not below it) whose names end with `ending`, in the order of their names.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|e| e.expect("the folder can be listed").path());
    let mut found: Vec<PathBuf> = paths.filter(|p| p.to_string_lossy().ends_with(ending)).collect();
    found.sort();
    assert!(!found.is_empty(), "{}: no {ending} file", folder.display());
    found
}

/// The text of the file at `path`.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The last part of `path`.
pub fn name(path: &Path) -> String {
    path.file_name().expect("a path of a file").to_string_lossy().into_owned()
}

/// The stages with the knowledge that the binary carries.
pub fn pipeline() -> &'static Pipeline {
    static PIPELINE: LazyLock<Pipeline> = LazyLock::new(|| {
        let knowledge = Knowledge::load(None, &Options::default()).unwrap_or_else(|e| panic!("{e}"));
        Pipeline::new(knowledge)
    });
    &PIPELINE
}

/// The binary, without arguments.
pub fn wenmai() -> Command {
    Command::new(env!("CARGO_BIN_EXE_wenmai"))
}

/// `wenmai build PATHS --store STORE`, to which arguments can be added.
pub fn build<P: AsRef<Path>>(paths: &[P], store: &Path) -> Command {
    let mut command = wenmai();
    command.arg("build").args(paths.iter().map(AsRef::as_ref)).arg("--store").arg(store);
    command
}

/// Runs `command`, which must refuse: exit code 2, one line on standard error and nothing on standard output. Returns
/// the line.
pub fn refusal(command: &mut Command) -> String {
    let output = command.output().expect("the binary runs");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stdout, "");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    stderr.trim_end().to_owned()
}

/// Bytes that the binary wrote, as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

/// A temporary folder that goes when the test ends.
pub fn temporary() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

/// A letter about a park of its own.
pub fn letter(park: &str) -> String {
    format!(
        "苏州市商务局关于扶持茶产业的通知\n\n各有关单位：\n一、苏州市建设苏州市{park}产业园。\n\n苏州市商务局\n2024年11月3日\n"
    )
}

/// A temporary folder with these files in it.
pub fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = temporary();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("folders can be made");
        fs::write(path, bytes).expect("files can be written");
    }
    folder
}

/// Every file below `folder` with its bytes: two folders are the same when these are.
pub fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = WalkDir::new(folder).into_iter().map(|e| e.expect("the folder can be listed"));
    let files = entries.filter(|e| e.file_type().is_file());
    files.map(|e| (e.path().to_owned(), fs::read(e.path()).expect("the file can be read"))).collect()
}

/// Copies everything below `from` to `to`.
pub fn copy_folder(from: &Path, to: &Path) {
    for (path, bytes) in snapshot(from) {
        let target = to.join(path.strip_prefix(from).expect("it lies below"));
        fs::create_dir_all(target.parent().expect("a file stands in a folder")).expect("folders can be made");
        fs::write(target, bytes).expect("files can be written");
    }
}

/// The file `file` of the current generation of `store`.
pub fn current(store: &Path, file: &str) -> Vec<u8> {
    let generation = read(&store.join("CURRENT"));
    let path = store.join(generation.trim()).join(file);
    fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The quads of the current generation of `store`, as sorted N-Quads.
pub fn nquads(store: &Path) -> String {
    let quads = wenmai::graph::all_quads(store).unwrap_or_else(|e| panic!("{e}"));
    let mut lines: Vec<String> = quads.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort();
    lines.concat()
}

/// What a store says, ready to be asked by graph and subject.
pub struct Facts(BTreeMap<String, BTreeMap<String, Vec<(NamedNode, Term)>>>);

impl Facts {
    /// The current graph of `store`.
    pub fn of_store(store: &Path) -> Self {
        Self::of_nquads(nquads(store).as_bytes())
    }

    /// The graph that `wenmai build` makes of `path`.
    pub fn of_build(path: &Path) -> Self {
        let folder = temporary();
        let store = folder.path().join("store");
        build(&[path], &store).assert().success();
        Self::of_store(&store)
    }

    fn of_nquads(bytes: &[u8]) -> Self {
        let mut facts: BTreeMap<String, BTreeMap<String, Vec<(NamedNode, Term)>>> = BTreeMap::new();
        for quad in RdfParser::from_format(RdfFormat::NQuads).for_slice(bytes) {
            let Quad { subject, predicate, object, graph_name } = quad.expect("the store holds N-Quads");
            let GraphName::NamedNode(graph) = graph_name else { panic!("a quad outside of all named graphs") };
            let subjects = facts.entry(graph.into_string()).or_default();
            let subject = subject.to_string().trim_matches(['<', '>']).to_owned();
            subjects.entry(subject).or_default().push((predicate, object));
        }
        Self(facts)
    }

    /// What the document named `path` said.
    pub fn document(&self, path: &str) -> Page<'_> {
        let iri = document_iri(path).into_string();
        let subjects = self.0.get(&iri).unwrap_or_else(|| panic!("no graph for {path}"));
        Page { iri, subjects }
    }
}

/// What one document said.
pub struct Page<'a> {
    /// The document's name, and its graph's.
    pub iri: String,
    subjects: &'a BTreeMap<String, Vec<(NamedNode, Term)>>,
}

impl<'a> Page<'a> {
    /// All subjects with what is said of them.
    pub fn subjects(&self) -> impl Iterator<Item = (&'a str, &'a [(NamedNode, Term)])> {
        self.subjects.iter().map(|(subject, said)| (subject.as_str(), said.as_slice()))
    }

    /// The subjects of which `class` is a type.
    pub fn of_class(&self, class: NamedNodeRef<'_>) -> Vec<&'a str> {
        let is = |subject: &&str| self.values(subject, rdf("type")).contains(&class.as_str().to_owned());
        self.subjects.keys().map(String::as_str).filter(is).collect()
    }

    /// The values of `property` of `subject`: IRIs bare, literals without language and type.
    pub fn values(&self, subject: &str, property: NamedNodeRef<'_>) -> Vec<String> {
        let said = self.subjects.get(subject).map(Vec::as_slice).unwrap_or_default();
        said.iter().filter(|(p, _)| p.as_ref() == property).map(|(_, value)| plain(value)).collect()
    }

    /// The one value of `property` of `subject`.
    pub fn value(&self, subject: &str, property: NamedNodeRef<'_>) -> String {
        let mut values = self.values(subject, property);
        assert_eq!(values.len(), 1, "{subject} {property}: {values:?}");
        values.remove(0)
    }

    /// The one value of `property` of `subject`, as a number.
    pub fn number(&self, subject: &str, property: NamedNodeRef<'_>) -> usize {
        let value = self.value(subject, property);
        value.parse().unwrap_or_else(|_| panic!("{subject} {property}: {value} is no count"))
    }
}

/// A term as text: an IRI bare, a literal without language and type.
pub fn plain(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        Term::BlankNode(node) => node.to_string(),
    }
}

/// A term of the RDF vocabulary.
pub fn rdf(name: &str) -> NamedNodeRef<'static> {
    use oxigraph::model::vocab::rdf;
    match name {
        "type" => rdf::TYPE,
        "subject" => rdf::SUBJECT,
        "predicate" => rdf::PREDICATE,
        "object" => rdf::OBJECT,
        _ => panic!("rdf:{name} is not used"),
    }
}

/// The local name of a term of the ontology.
pub fn local(iri: &str) -> Option<&str> {
    iri.strip_prefix(vocab::WM)
}

/// `text` without blanks and line breaks.
pub fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// `text` without blanks and without the marks that do not tell two names apart.
pub fn bare(text: &str) -> String {
    let mark = |c: char| "“”‘’「」『』\"'《》".contains(c);
    text.chars().filter(|c| !c.is_whitespace() && !mark(*c)).collect()
}

/// Fails with all `problems`, one a line.
#[track_caller]
pub fn assert_none(what: &str, problems: &[String]) {
    assert!(problems.is_empty(), "{} {what}:\n  {}", problems.len(), problems.join("\n  "));
}
