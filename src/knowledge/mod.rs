//! Lexicons and rules: data read from `ontology/`, checked against the ontology, compiled once.

mod builtin;
mod calibration;
mod divisions;
mod files;
mod findings;
mod identity;
mod lexicon;
mod numbers;
mod rules;
mod subjects;
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use indexmap::IndexSet;
use regex::Regex;
use serde::de::DeserializeOwned;

use crate::diag::{Diagnostic, Severity, list, nearest};
use crate::document::Cues;
use crate::ontology::{Classes, OntologyError, Schema};
pub use builtin::{BUILT_IN, BuiltIn};
pub use calibration::{Calibration, Observed, Reading};
pub use divisions::{Division, DivisionId, Divisions, Rank};
pub use files::Files;
pub use findings::{DamageRule, FindingKind, FindingRules, FindingSettings, Gravity};
pub use identity::{EqualTail, Identity, IdentityRules};
pub use lexicon::{Boundary, CommonWords, Entry};
pub use numbers::{ApartRule, FigureRules, Outlook, PeriodRule, Qualifier, QualifierRule, Written};
pub use rules::{
    Anaphor, Context, Field, Frame, Heading, Inner, List, NameRules, Need, Pattern, ReferenceRules, Refers,
    RelationRules, Rule, Shape, Where,
};
pub use subjects::{FigureAnaphor, SubjectRules};

/// Why the knowledge could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KnowledgeError {
    /// A file that must be there is not.
    #[error("{0}: this file is missing from the ontology folder")]
    NoFile(String),
    /// The file system refused.
    #[error("the ontology folder cannot be read")]
    Io(#[source] std::io::Error),
    /// The ontology itself is malformed.
    #[error(transparent)]
    Ontology(#[from] OntologyError),
    /// Some files are malformed; all findings of all files.
    #[error("{}", list(.0))]
    Invalid(Vec<Diagnostic>),
}

/// What may be switched off, to measure what the rules read by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Classes whose lists of names are not used.
    pub without_lexicon: BTreeSet<String>,
}

/// Everything that is known before a document is read.
pub struct Knowledge {
    /// The ontology.
    pub schema: Schema,
    /// Cues of the document's anatomy.
    pub cues: Cues,
    /// Administrative divisions.
    pub divisions: Divisions,
    /// Lists of names, without organs and divisions.
    pub names: Vec<Entry>,
    /// Kinds of local organs: surfaces and full names without a place.
    pub organs: Vec<Entry>,
    /// Words at which a name begins or ends.
    pub boundaries: BTreeMap<String, Boundary>,
    /// Common words of two characters: what a brand is not.
    pub words: CommonWords,
    /// Rules for names.
    pub name_rules: NameRules,
    /// Rules for references.
    pub references: ReferenceRules,
    /// Rules for relations.
    pub relation_rules: RelationRules,
    /// Rules for findings.
    pub finding_rules: FindingRules,
    /// Rules for figures.
    pub figure_rules: FigureRules,
    /// Rules for what is one thing.
    pub identity: IdentityRules,
    /// How often rules were right on annotated letters.
    pub calibration: Calibration,
    /// Hash over all files and options that this was read from, in hex.
    pub hash: String,
    /// What is odd but usable.
    pub warnings: Vec<Diagnostic>,
}

impl Knowledge {
    /// Loads the knowledge in the folder `dir`, or the one that the binary carries.
    ///
    /// # Errors
    ///
    /// When a file is missing or malformed; all problems of all files are reported at once.
    pub fn load(dir: Option<&Path>, options: &Options) -> Result<Self, KnowledgeError> {
        let files = match dir {
            Some(dir) => Files::from_dir(dir)?,
            None => Files::embedded(),
        };
        Self::from_files(&files, options)
    }

    /// Reads and checks `files`.
    ///
    /// # Errors
    ///
    /// See [`Knowledge::load`].
    pub fn from_files(files: &Files, options: &Options) -> Result<Self, KnowledgeError> {
        let schema = Schema::parse(files.get("wenmai.ttl")?)?;
        // The lists and the rules are read side by side: every command waits for them.
        let (lists, rules) = rayon::join(|| Lists::read(files, &schema, options), || Rules::read(files));
        let (Lists { divisions, names, organs, boundaries, words, mut found }, rules) = (lists?, rules?);
        let Rules { cues, name_rules, references, relation_rules, figure_rules, finding_rules, identity, found: more } =
            rules;
        found.extend(more);
        check_findings(&finding_rules, &mut found);
        check_rules(&schema, &name_rules, &references, &relation_rules, &mut found);
        let calibration = calibrate(files, &name_rules, &relation_rules, &mut found);
        let (errors, warnings): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.severity == Severity::Error);
        let cues = match cues {
            Some(cues) if errors.is_empty() => cues,
            _ => return Err(KnowledgeError::Invalid(errors)),
        };
        let mut hash = files.hash().iter().map(|b| format!("{b:02x}")).collect::<String>();
        for class in &options.without_lexicon {
            hash.push('-');
            hash.push_str(class);
        }
        Ok(Self {
            schema,
            cues,
            divisions,
            names,
            organs,
            boundaries,
            words,
            name_rules,
            references,
            relation_rules,
            figure_rules,
            finding_rules,
            identity,
            calibration,
            hash,
            warnings,
        })
    }

    /// The classes called `names`, with all classes below them. Unknown names were refused when the rules were read.
    pub fn classes(&self, names: &[String]) -> Classes {
        names
            .iter()
            .filter_map(|n| self.schema.class(n))
            .fold(Classes::default(), |set, class| set.union(self.schema.below(class)))
    }

    /// All rules that explain themselves, by their ids.
    pub fn rules(&self) -> Vec<&dyn Rule> {
        let mut rules = written(&self.name_rules, &self.relation_rules);
        rules.sort_by(|a, b| a.id().cmp(b.id()));
        rules
    }

    /// All rules whose ids stand at facts, family by family, by their ids: the written ones, and those that are part of
    /// the program.
    pub fn book(&self) -> Vec<&dyn Rule> {
        let mut rules = written(&self.name_rules, &self.relation_rules);
        rules.extend(self.identity.rule.iter().map(|r| r as &dyn Rule));
        rules.extend(BUILT_IN.iter().map(|r| r as &dyn Rule));
        let families: IndexSet<&str> = rules.iter().map(|r| r.family()).collect();
        rules.sort_by_key(|r| (families.get_index_of(r.family()), r.id()));
        rules
    }
}

/// The lists of names.
struct Lists {
    divisions: Divisions,
    names: Vec<Entry>,
    organs: Vec<Entry>,
    boundaries: BTreeMap<String, Boundary>,
    words: CommonWords,
    found: Vec<Diagnostic>,
}

impl Lists {
    fn read(files: &Files, schema: &Schema, options: &Options) -> Result<Self, KnowledgeError> {
        let mut found = Vec::new();
        let divisions_path = "lexicon/divisions.tsv";
        let divisions = Divisions::parse(divisions_path, files.get(divisions_path)?, &mut found);
        let names = lexicon::names(files.below("lexicon"), schema, &options.without_lexicon, &mut found);
        let organs_path = "lexicon/organs.tsv";
        let organs = lexicon::list(organs_path, files.get(organs_path)?, schema, &mut found);
        let boundaries_path = "lexicon/boundaries.tsv";
        let boundaries = lexicon::boundaries(boundaries_path, files.get(boundaries_path)?, &mut found);
        let words_path = "lexicon/words.tsv";
        let words = lexicon::words(words_path, files.get(words_path)?, &mut found);
        Ok(Self { divisions, names, organs, boundaries, words, found })
    }
}

/// The rules, as they are written.
struct Rules {
    cues: Option<Cues>,
    name_rules: NameRules,
    references: ReferenceRules,
    relation_rules: RelationRules,
    figure_rules: FigureRules,
    finding_rules: FindingRules,
    identity: IdentityRules,
    found: Vec<Diagnostic>,
}

impl Rules {
    fn read(files: &Files) -> Result<Self, KnowledgeError> {
        let mut found = Vec::new();
        let cues_path = "rules/anatomy.toml";
        let cues = Cues::parse(files.get(cues_path)?)
            .map_err(|e| found.push(Diagnostic::error("K407", cues_path, one_line(&e.to_string()))))
            .ok();
        Ok(Self {
            cues,
            name_rules: toml_file(files, "rules/names.toml", &mut found)?,
            references: toml_file(files, "rules/references.toml", &mut found)?,
            relation_rules: toml_file(files, "rules/relations.toml", &mut found)?,
            figure_rules: toml_file(files, "rules/figures.toml", &mut found)?,
            finding_rules: toml_file(files, "rules/findings.toml", &mut found)?,
            identity: toml_file(files, "rules/identity.toml", &mut found)?,
            found,
        })
    }
}

/// All rules of the rule files, family by family.
fn written<'a>(names: &'a NameRules, relations: &'a RelationRules) -> Vec<&'a dyn Rule> {
    let mut rules: Vec<&dyn Rule> = Vec::new();
    rules.extend(names.shape.iter().map(|r| r as &dyn Rule));
    rules.extend(names.list.iter().map(|r| r as &dyn Rule));
    rules.extend(names.context.iter().map(|r| r as &dyn Rule));
    rules.extend(relations.frame.iter().map(|r| r as &dyn Rule));
    rules.extend(relations.heading.iter().map(|r| r as &dyn Rule));
    rules.extend(relations.pattern.iter().map(|r| r as &dyn Rule));
    rules.extend(relations.inner.iter().map(|r| r as &dyn Rule));
    rules
}

/// What is known of how often rules are right. A folder without the table has hand-set confidences only.
fn calibrate(files: &Files, names: &NameRules, relations: &RelationRules, found: &mut Vec<Diagnostic>) -> Calibration {
    let path = "calibration.tsv";
    let Ok(text) = files.get(path) else { return Calibration::default() };
    let mut known: Vec<&str> = written(names, relations).into_iter().map(Rule::id).collect();
    known.extend(BUILT_IN.iter().map(|r| r.id));
    Calibration::parse(path, text, &known, found)
}

/// Reads a rule file; a problem is reported with line and column and an empty set of rules takes its place.
fn toml_file<T: DeserializeOwned + Default>(
    files: &Files,
    path: &str,
    found: &mut Vec<Diagnostic>,
) -> Result<T, KnowledgeError> {
    let text = files.get(path)?;
    match toml::from_str(text) {
        Ok(value) => Ok(value),
        Err(e) => {
            let (line, column) = e.span().map_or((1, 1), |s| line_column(text, s.start));
            found.push(Diagnostic::error("K408", format!("{path}:{line}:{column}"), one_line(e.message())));
            Ok(T::default())
        }
    }
}

/// Rules for damage are of a kind that there is, and read their own examples.
fn check_findings(rules: &FindingRules, found: &mut Vec<Diagnostic>) {
    for rule in &rules.damage {
        let place = format!("rules/findings.toml: {}", rule.id);
        if !rules.kinds.contains_key(&rule.kind) {
            found.push(Diagnostic::error("K416", &place, format!("there is no kind {}", rule.kind)));
        }
        for text in rule.matches.iter().filter(|text| !rule.pattern.is_match(text)) {
            found.push(Diagnostic::error("K417", &place, format!("does not find its example: {text}")));
        }
        for text in rule.rejects.iter().filter(|text| rule.pattern.is_match(text)) {
            found.push(Diagnostic::error("K417", &place, format!("finds what it should leave alone: {text}")));
        }
    }
}

fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (line, column)
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks what the TOML reader cannot: names of classes and relations, expressions, ids.
fn check_rules(
    schema: &Schema,
    names: &NameRules,
    references: &ReferenceRules,
    relations: &RelationRules,
    found: &mut Vec<Diagnostic>,
) {
    let mut check = Check { schema, found, ids: HashMap::new() };
    let file = "rules/names.toml";
    for shape in &names.shape {
        check.rule(file, shape);
        check.class(file, &shape.id, &shape.class);
    }
    for list in &names.list {
        check.rule(file, list);
        check.class(file, &list.id, &list.class);
    }
    for context in &names.context {
        check.rule(file, context);
        check.class(file, &context.id, &context.class);
        let pattern = expand(&context.pattern, &names.words);
        check.expression(file, &context.id, &pattern, &["name"]);
    }
    let file = "rules/references.toml";
    for anaphor in &references.anaphor {
        anaphor.classes.iter().for_each(|c| check.class(file, "anaphor", c));
    }
    for title in references.title_not_policy.iter().filter(|t| !t.class.is_empty()) {
        check.class(file, "title_not_policy", &title.class);
    }
    references.division_class.iter().for_each(|d| check.class(file, "division_class", &d.class));
    references.short_by_prefix.iter().for_each(|c| check.class(file, "short_by_prefix", c));
    references.named_with_place.iter().for_each(|c| check.class(file, "named_with_place", c));
    references.named_by_rank.iter().for_each(|c| check.class(file, "named_by_rank", c));
    let file = "rules/relations.toml";
    let named = [
        ("by_hosts", &relations.by_hosts),
        ("states", &relations.states),
        ("helps", &relations.helps),
        ("brings_in", &relations.brings_in),
        ("said_once", &relations.said_once),
        ("joint_in", &relations.joint_in),
    ];
    for (key, predicates) in named {
        predicates.iter().for_each(|p| check.predicate(file, key, p));
    }
    for frame in &relations.frame {
        check.rule(file, frame);
        check.predicate(file, &frame.id, &frame.predicate);
        frame.subject.iter().chain(&frame.object).chain(&frame.carried).for_each(|c| check.class(file, &frame.id, c));
        frame.also.iter().for_each(|p| check.predicate(file, &frame.id, p));
        frame.also_for.iter().chain(&frame.also_from).for_each(|c| check.class(file, &frame.id, c));
        check.fits(file, frame);
    }
    for heading in &relations.heading {
        check.rule(file, heading);
        check.predicate(file, &heading.id, &heading.predicate);
        heading
            .subject
            .iter()
            .chain(&heading.except)
            .chain(&heading.object)
            .for_each(|c| check.class(file, &heading.id, c));
    }
    for pattern in &relations.pattern {
        check.rule(file, pattern);
        check.predicate(file, &pattern.id, &pattern.predicate);
        check.slots(file, &pattern.id, &expand(&pattern.pattern, &relations.words));
    }
    for inner in &relations.inner {
        check.rule(file, inner);
        check.predicate(file, &inner.id, &inner.predicate);
        inner.of.iter().chain(&inner.to).for_each(|c| check.class(file, &inner.id, c));
        if inner.part == Where::Pattern {
            check.expression(file, &inner.id, &inner.pattern, &["part"]);
        }
    }
}

struct Check<'a> {
    schema: &'a Schema,
    found: &'a mut Vec<Diagnostic>,
    ids: HashMap<String, String>,
}

impl Check<'_> {
    fn rule(&mut self, file: &str, rule: &dyn Rule) {
        let place = format!("{file}: rule {}", rule.id());
        if let Some(first) = self.ids.insert(rule.id().to_owned(), place.clone()) {
            self.found.push(Diagnostic::error("K409", place.clone(), format!("the id is taken already ({first})")));
        }
        if rule.why().trim().is_empty() {
            self.found.push(Diagnostic::error("K410", place.clone(), "it does not say why it exists"));
        }
        if rule.matches().is_empty() {
            self.found.push(Diagnostic::error("K411", place, "it has no example that matches"));
        }
    }

    fn class(&mut self, file: &str, id: &str, name: &str) {
        if self.schema.class(name).is_none() {
            self.unknown(file, id, "class", name, nearest(name, self.schema.class_names()).join(", "));
        }
    }

    fn predicate(&mut self, file: &str, id: &str, name: &str) {
        if self.schema.property(name).is_none() {
            self.unknown(file, id, "relation", name, nearest(name, self.schema.property_names()).join(", "));
        }
    }

    /// Whether the classes that a frame names leave anything of what its relation allows.
    fn fits(&mut self, file: &str, frame: &Frame) {
        let Some(property) = self.schema.property(&frame.predicate) else { return };
        let (acts, acted_on) =
            if frame.reversed { (property.range, property.domain) } else { (property.domain, property.range) };
        for (key, names, allowed) in [("subject", &frame.subject, acts), ("object", &frame.object, acted_on)] {
            for name in names {
                let Some(class) = self.schema.class(name) else { continue };
                if self.schema.below(class).intersection(allowed).is_empty() {
                    let message = format!("{key} `{name}` is no class that `{}` allows there", frame.predicate);
                    self.found.push(Diagnostic::error("K414", format!("{file}: rule {}", frame.id), message));
                }
            }
        }
    }

    /// The slots of a pattern: known classes, one subject, one object, and an expression around them that compiles.
    fn slots(&mut self, file: &str, id: &str, pattern: &str) {
        let slot = Regex::new(r"\{(?P<end>[so_]):(?P<classes>[^{}+]*)\+?\}").expect("a valid expression");
        for captures in slot.captures_iter(pattern) {
            captures["classes"].split('|').for_each(|class| self.class(file, id, class));
        }
        let gap = Regex::new(r"[~*]\d+").expect("a valid expression");
        let around = slot.replace_all(pattern, |c: &regex::Captures<'_>| match &c["end"] {
            "_" => "x".to_owned(),
            end => format!("(?P<{end}>x)"),
        });
        let around = gap.replace_all(&around, ".?");
        self.expression(file, id, &around, &["s", "o"]);
    }

    fn unknown(&mut self, file: &str, id: &str, what: &str, name: &str, near: String) {
        let hint = if near.is_empty() { String::new() } else { format!("did you mean {near}?") };
        let place = format!("{file}: rule {id}");
        self.found.push(Diagnostic::error("K404", place, format!("unknown {what} `{name}`")).hint(hint));
    }

    fn expression(&mut self, file: &str, id: &str, pattern: &str, groups: &[&str]) {
        let place = format!("{file}: rule {id}");
        match Regex::new(pattern) {
            Ok(regex) => {
                for group in groups.iter().filter(|g| !regex.capture_names().flatten().any(|n| n == **g)) {
                    let message = format!("the expression has no group `{group}`");
                    self.found.push(Diagnostic::error("K412", place.clone(), message));
                }
            }
            Err(e) => self.found.push(Diagnostic::error("K413", place, one_line(&e.to_string()))),
        }
    }
}

/// Puts the named pieces of `words` into `pattern` where `{name}` stands.
pub fn expand(pattern: &str, words: &BTreeMap<String, String>) -> String {
    words.iter().fold(pattern.to_owned(), |p, (name, value)| p.replace(&format!("{{{name}}}"), &format!("(?:{value})")))
}
