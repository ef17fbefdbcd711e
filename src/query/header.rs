//! The comment lines at the head of a query file.
//!
//! ```text
//! # title@zh: 函件一览
//! # title@en: All documents
//! # about@zh: …                       (may be repeated; the lines are joined)
//! # about@en: …
//! # param since: date = 2020-01-01    (NAME: TYPE [required] [= DEFAULT]; no default leaves it unbound)
//! # param since@zh: …
//! # param since@en: …
//! ```
//!
//! `docs/queries.md` describes the format in full.

use indexmap::IndexMap;

use super::error::QueryError;
use super::parameter::{Bilingual, Parameter, Type, is_name};
use crate::diag::nearest;

/// With this begins a text that has a head.
const START: &str = "# title@";
const KEYS: &[&str] = &["title@zh", "title@en", "about@zh", "about@en", "param"];

/// Lines in a language, in the order of the file.
type Lines = Vec<(&'static str, String)>;

fn joined(lines: &Lines) -> Bilingual {
    let of = |lang: &str, between: &str| {
        let all: Vec<&str> = lines.iter().filter(|(l, _)| *l == lang).map(|(_, text)| text.as_str()).collect();
        all.join(between)
    };
    Bilingual { zh: of("zh", ""), en: of("en", " ") }
}

/// What the head of a query file says.
pub(super) struct Header {
    pub(super) title: Bilingual,
    pub(super) about: Bilingual,
    pub(super) parameters: Vec<Parameter>,
}

impl Header {
    /// Reads the head of `text`; `place` is the file, for messages. A text that does not begin with a title has an
    /// empty head.
    ///
    /// # Errors
    ///
    /// When the head is not as the format wants it.
    pub(super) fn read(place: &str, text: &str) -> Result<Self, QueryError> {
        let mut reader = Reader { place, line: 0, title: Vec::new(), about: Vec::new(), parameters: IndexMap::new() };
        if text.starts_with(START) {
            for line in text.lines() {
                reader.line += 1;
                match line.strip_prefix("# ") {
                    Some(line) => reader.read(line)?,
                    None => break,
                }
            }
            reader.check(text)?;
        }
        let parameters = reader.parameters.into_values();
        Ok(Self {
            title: joined(&reader.title),
            about: joined(&reader.about),
            parameters: parameters.map(|(p, about)| Parameter { about: joined(&about), ..p }).collect(),
        })
    }
}

/// The text after its head.
pub(super) fn body(text: &str) -> &str {
    let mut rest = text;
    if text.starts_with(START) {
        while rest.starts_with("# ") {
            rest = rest.split_once('\n').map_or("", |(_, tail)| tail);
        }
    }
    rest
}

struct Reader<'a> {
    place: &'a str,
    line: usize,
    title: Lines,
    about: Lines,
    parameters: IndexMap<String, (Parameter, Lines)>,
}

impl Reader<'_> {
    fn read(&mut self, line: &str) -> Result<(), QueryError> {
        let Some((key, value)) = line.split_once(':') else {
            return Err(self.wrong("a header line is `# KEY: VALUE`; put a line `#` before other comments"));
        };
        let value = value.trim();
        if let Some(parameter) = key.strip_prefix("param ") {
            return match parameter.split_once('@') {
                Some((name, lang)) => self.describe(name, lang, value),
                None => self.declare(parameter, value),
            };
        }
        let Some((field, lang)) = key.split_once('@') else { return Err(self.unknown_key(key)) };
        let lang = self.lang(lang)?;
        if value.is_empty() {
            return Err(self.wrong(format!("`{key}` is empty")));
        }
        match field {
            "title" if self.title.iter().any(|(l, _)| *l == lang) => {
                return Err(self.wrong(format!("`{key}` stands twice")));
            }
            "title" => self.title.push((lang, value.to_owned())),
            "about" => self.about.push((lang, value.to_owned())),
            _ => return Err(self.unknown_key(key)),
        }
        Ok(())
    }

    fn declare(&mut self, name: &str, value: &str) -> Result<(), QueryError> {
        if !is_name(name) {
            let message = format!("`{name}` cannot name a parameter: a small letter, then letters and digits");
            return Err(self.wrong(message));
        }
        let (kind, default) = match value.split_once('=') {
            Some((kind, default)) => (kind.trim(), default.trim()),
            None => (value, ""),
        };
        let (kind, required) = match kind.strip_suffix(" required") {
            Some(kind) => (kind.trim(), true),
            None => (kind, false),
        };
        let Some(kind) = Type::named(kind) else {
            let all: Vec<&str> = Type::ALL.into_iter().map(Type::name).collect();
            return Err(self.wrong(format!("`{kind}` is not a type; there are {}", all.join(", "))));
        };
        if required && !default.is_empty() {
            return Err(self.wrong(format!("parameter `{name}` is required and so cannot have a default")));
        }
        if !default.is_empty() {
            kind.read(name, default).map_err(|e| self.wrong(e))?;
        }
        let about = Bilingual::default();
        let parameter = Parameter { name: name.to_owned(), kind, required, default: default.to_owned(), about };
        match self.parameters.insert(name.to_owned(), (parameter, Vec::new())) {
            Some(_) => Err(self.wrong(format!("parameter `{name}` is declared twice"))),
            None => Ok(()),
        }
    }

    fn describe(&mut self, name: &str, lang: &str, value: &str) -> Result<(), QueryError> {
        let lang = self.lang(lang)?;
        match self.parameters.get_mut(name) {
            Some((_, about)) => {
                about.push((lang, value.to_owned()));
                Ok(())
            }
            None => Err(self.wrong(format!("declare `# param {name}: TYPE` before its descriptions"))),
        }
    }

    fn lang(&self, lang: &str) -> Result<&'static str, QueryError> {
        match lang {
            "zh" => Ok("zh"),
            "en" => Ok("en"),
            _ => Err(self.wrong(format!("`@{lang}` is not a language of the header; there are @zh and @en"))),
        }
    }

    /// What must be there once all lines are read.
    fn check(&mut self, text: &str) -> Result<(), QueryError> {
        self.line = 1;
        let whole = |lines: &Lines| ["zh", "en"].iter().all(|lang| lines.iter().any(|(l, _)| l == lang));
        if !whole(&self.title) || !whole(&self.about) {
            return Err(self.wrong("title and about are needed, both @zh and @en"));
        }
        for (name, (_, about)) in &self.parameters {
            if !whole(about) {
                return Err(self.wrong(format!("parameter `{name}` needs a description, both @zh and @en")));
            }
            if !uses_variable(text, name) {
                return Err(self.wrong(format!("the query has no variable ?{name}, so the parameter does nothing")));
            }
        }
        Ok(())
    }

    fn unknown_key(&self, key: &str) -> QueryError {
        let known = KEYS.join(", ");
        let hint = match nearest(key, KEYS.iter().copied()).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {known}"),
        };
        self.wrong(format!("the header has no key `{key}`; {hint}"))
    }

    fn wrong(&self, message: impl ToString) -> QueryError {
        QueryError::Header { place: format!("{}:{}", self.place, self.line), message: message.to_string() }
    }
}

fn uses_variable(text: &str, name: &str) -> bool {
    text.match_indices(['?', '$']).any(|(at, _)| {
        let tail = &text[at + 1..];
        tail.strip_prefix(name).is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Definition;
    use super::*;

    const HEAD: &str = "# title@zh: 甲\n# title@en: A\n# about@zh: 乙\n# about@en: B\n";

    fn fault(text: &str) -> String {
        Definition::parse("q", "q.rq", text).unwrap_err().to_string()
    }

    #[test]
    fn a_header_is_read() {
        let text = format!(
            "{HEAD}# about@en: and more\n# about@zh: 丙\n# param n: integer = 5\n# param n@zh: 数\n# param n@en: number\n\
             # param who: string required\n# param who@zh: 谁\n# param who@en: who\n#\n# a comment: kept\nASK {{ ?n ?p ?who }}"
        );
        let definition = Definition::parse("q", "q.rq", &text).unwrap();
        assert_eq!(definition.about, Bilingual { zh: "乙丙".to_owned(), en: "B and more".to_owned() });
        let shown: Vec<_> =
            definition.parameters.iter().map(|p| (p.name.as_str(), p.kind, p.required, p.default.as_str())).collect();
        assert_eq!(shown, [("n", Type::Integer, false, "5"), ("who", Type::String, true, "")]);
        assert_eq!(definition.body(), "#\n# a comment: kept\nASK { ?n ?p ?who }");
        let plain = Definition::parse("q", "q.rq", "# any comment\nASK {}").unwrap();
        assert!(plain.parameters.is_empty() && plain.title.zh.is_empty());
    }

    #[test]
    fn faults_in_a_header_are_named_with_their_line() {
        let cases = [
            ("# title@zh: 甲\nASK {}".to_owned(), "q.rq:1: title and about are needed, both @zh and @en"),
            (
                format!("{HEAD}# titel@en: x\nASK {{}}"),
                "q.rq:5: the header has no key `titel@en`; did you mean `title@en`?",
            ),
            (format!("{HEAD}# title@en: x\nASK {{}}"), "q.rq:5: `title@en` stands twice"),
            (
                format!("{HEAD}# about@fr: x\nASK {{}}"),
                "q.rq:5: `@fr` is not a language of the header; there are @zh and @en",
            ),
            (format!("{HEAD}# about@en:\nASK {{}}"), "q.rq:5: `about@en` is empty"),
            (
                format!("{HEAD}# free words\nASK {{}}"),
                "q.rq:5: a header line is `# KEY: VALUE`; put a line `#` before other comments",
            ),
            (
                format!("{HEAD}# param n: number\nASK {{}}"),
                "q.rq:5: `number` is not a type; there are string, integer, decimal, boolean, date, iri, class, property",
            ),
            (
                format!("{HEAD}# param N: string\nASK {{}}"),
                "q.rq:5: `N` cannot name a parameter: a small letter, then letters and digits",
            ),
            (
                format!("{HEAD}# param n: integer = many\nASK {{}}"),
                "q.rq:5: parameter `n`: `many` is not a whole number",
            ),
            (
                format!("{HEAD}# param n: integer required = 1\nASK {{}}"),
                "q.rq:5: parameter `n` is required and so cannot have a default",
            ),
            (
                format!("{HEAD}# param n@en: number\nASK {{}}"),
                "q.rq:5: declare `# param n: TYPE` before its descriptions",
            ),
            (
                format!("{HEAD}# param n: string\n# param n: string\nASK {{}}"),
                "q.rq:6: parameter `n` is declared twice",
            ),
            (
                format!("{HEAD}# param n: string\n# param n@en: number\nASK {{ ?n ?p ?o }}"),
                "q.rq:1: parameter `n` needs a description, both @zh and @en",
            ),
            (
                format!("{HEAD}# param n: string\n# param n@en: x\n# param n@zh: x\nASK {{ ?name ?p ?o }}"),
                "q.rq:1: the query has no variable ?n, so the parameter does nothing",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(fault(&text), message);
        }
    }
}
