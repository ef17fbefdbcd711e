//! What is refused before a query is parsed, and before it is run.
//!
//! The parser of SPARQL descends once for every bracket, so that two kilobytes of brackets can end the whole process;
//! it reads what stands in `!(…)` twice, so that thirty of them inside each other take longer than anyone waits; and
//! its time grows with the square of long paths and long sums. The planner takes the cube of the number of triples.
//!
//! So three things stand before a query runs:
//!
//! - a scan that knows strings, IRIs and comments, and names the place where a limit is passed;
//! - totals that know nothing of syntax and so cannot be deceived: whatever a text pretends, its brackets cannot be
//!   nested deeper than there are opening brackets, and the stack of the parser bears that many;
//! - after parsing, a walk over the algebra, which refuses what would keep the planner busy, what is too deep to be
//!   dropped on an ordinary stack, and `SERVICE`, which would ask another server.

use spargebra::Query;
use spargebra::algebra::{GraphPattern, PropertyPathExpression};

use super::algebra::{Node, root, walk};
use super::error::{Place, QueryError};
use super::lex;

/// Bytes of a query.
pub const MAX_BYTES: usize = 256 * 1024;
/// Levels of `{`, `(` and `[`.
pub const MAX_DEPTH: usize = 100;
/// Levels of `!(` or `!EXISTS {` inside each other.
pub const MAX_NEGATIONS: usize = 10;
/// Steps of one property path.
pub const MAX_PATH: usize = 64;
/// Operators and keywords that open a clause, in the whole query.
pub const MAX_OPERATORS: usize = 1_000;
/// Signs `.`, `;` and `,` that end a triple or part a list, in the whole query.
pub const MAX_SEPARATORS: usize = 2_000;
/// Opening brackets wherever they stand, also in strings.
pub const MAX_BRACKETS: usize = 2_000;
/// Signs that can be operators wherever they stand, also in IRIs.
pub const MAX_SIGNS: usize = 10_000;
/// Triple patterns and paths, in the whole query.
pub const MAX_TRIPLES: usize = 200;
/// `OPTIONAL`, in the whole query.
pub const MAX_OPTIONALS: usize = 100;
/// Levels of the algebra.
pub const MAX_LEVELS: usize = 1_200;

/// Each of these descends in the parser or adds a level to the algebra.
const KEYWORDS: &[&str] =
    &["UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "VALUES", "EXISTS", "SELECT", "LATERAL", "SERVICE"];

/// Refuses a text that the parser might not survive or finish.
///
/// # Errors
///
/// When one of the limits of this module is passed; the error names the place where the scan can tell it.
pub fn check_text(text: &str) -> Result<(), QueryError> {
    within(text.len(), MAX_BYTES, "bytes")?;
    let mut counts = Counts::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let here = text.len() - rest.len();
        let length = lex::opaque(rest).unwrap_or_else(|| counts.token(rest, c));
        if let Some(limit) = counts.passed() {
            return Err(limit.at(lex::place(text, here)));
        }
        rest = &rest[length..];
    }
    within(text.matches(['{', '(', '[']).count(), MAX_BRACKETS, "opening brackets, those in strings included")?;
    within(
        text.matches(['+', '-', '*', '/', '|', '&', '=', '!', '^']).count(),
        MAX_SIGNS,
        "operator signs, those in IRIs included",
    )
}

/// Refuses a parsed query that would ask another server, or that would keep the planner busy for long.
///
/// # Errors
///
/// When `SERVICE` stands anywhere, with `SILENT` or without, and when a limit of this module is passed.
pub fn check_algebra(query: &mut Query) -> Result<(), QueryError> {
    let (mut triples, mut optionals, mut levels) = (0, 0, 0);
    walk(root(query), 1, &mut |node, level| {
        levels = levels.max(level);
        match node {
            Node::Pattern(GraphPattern::Service { .. }) => return Err(QueryError::Service),
            Node::Pattern(GraphPattern::Bgp { patterns }) => triples += patterns.len(),
            Node::Pattern(GraphPattern::Path { path, .. }) => {
                triples += 1;
                within(steps(path), MAX_PATH, "steps in one property path")?;
            }
            Node::Pattern(GraphPattern::LeftJoin { .. }) => optionals += 1,
            _ => {}
        }
        Ok(())
    })?;
    within(triples, MAX_TRIPLES, "triple patterns")?;
    within(optionals, MAX_OPTIONALS, "OPTIONAL parts")?;
    within(levels, MAX_LEVELS, "parts inside or after each other")
}

fn within(count: usize, limit: usize, what: &'static str) -> Result<(), QueryError> {
    if count > limit { Err(QueryError::TooLarge { what, limit }) } else { Ok(()) }
}

fn steps(path: &PropertyPathExpression) -> usize {
    use PropertyPathExpression as P;
    match path {
        P::NamedNode(_) => 1,
        P::NegatedPropertySet(names) => names.len(),
        P::Reverse(p) | P::ZeroOrMore(p) | P::OneOrMore(p) | P::ZeroOrOne(p) => steps(p),
        P::Sequence(a, b) | P::Alternative(a, b) => steps(a) + steps(b),
    }
}

#[derive(Default)]
struct Counts {
    /// For each open bracket, whether a `!` stands before it.
    open: Vec<bool>,
    negations: usize,
    /// Whether the next bracket is negated.
    negated: bool,
    steps: usize,
    operators: usize,
    separators: usize,
}

enum Limit {
    Depth,
    Negations,
    Path,
    Operators,
    Separators,
}

impl Limit {
    fn at(self, place: Place) -> QueryError {
        match self {
            Self::Depth => QueryError::TooDeep { place, what: "braces and parentheses", limit: MAX_DEPTH },
            Self::Negations => QueryError::TooDeep { place, what: "negations", limit: MAX_NEGATIONS },
            Self::Path => QueryError::LongPath { place, limit: MAX_PATH },
            Self::Operators => QueryError::TooMany { place, what: "operators and clauses", limit: MAX_OPERATORS },
            Self::Separators => QueryError::TooMany { place, what: "triples and list items", limit: MAX_SEPARATORS },
        }
    }
}

impl Counts {
    /// Counts the token at the start of `rest` and returns its length.
    fn token(&mut self, rest: &str, c: char) -> usize {
        if let Some(length) = lex::word(rest) {
            if KEYWORDS.iter().any(|k| k.eq_ignore_ascii_case(&rest[..length])) {
                self.operators += 1;
                self.steps = 0;
            }
            return length;
        }
        match c {
            '{' | '(' | '[' => {
                self.open.push(self.negated);
                self.negations += usize::from(self.negated);
                self.negated = false;
                // A parenthesis may stand inside a path, a brace cannot.
                self.steps = if c == '{' { 0 } else { self.steps };
            }
            '}' | ')' | ']' => {
                self.negations -= usize::from(self.open.pop().unwrap_or(false));
                self.negated = false;
            }
            '.' | ';' | ',' => {
                self.separators += 1;
                self.steps = 0;
            }
            '|' if rest.starts_with("||") => return self.logical(),
            '&' if rest.starts_with("&&") => return self.logical(),
            '^' if rest.starts_with("^^") => return 2,
            '/' | '|' | '^' => {
                self.steps += 1;
                self.operators += 1;
            }
            '!' => {
                self.operators += 1;
                self.negated = true;
            }
            '+' | '-' | '*' | '=' | '<' | '>' => {
                self.operators += 1;
                self.negated = false;
            }
            _ => {}
        }
        c.len_utf8()
    }

    fn logical(&mut self) -> usize {
        self.operators += 1;
        self.steps = 0;
        self.negated = false;
        2
    }

    fn passed(&self) -> Option<Limit> {
        // A path of n steps has n - 1 signs between them.
        let checks = [
            (self.open.len() > MAX_DEPTH, Limit::Depth),
            (self.negations > MAX_NEGATIONS, Limit::Negations),
            (self.steps >= MAX_PATH, Limit::Path),
            (self.operators > MAX_OPERATORS, Limit::Operators),
            (self.separators > MAX_SEPARATORS, Limit::Separators),
        ];
        checks.into_iter().find_map(|(passed, limit)| passed.then_some(limit))
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::Prepared;
    use super::*;

    /// The limit that stops `text`, or nothing.
    fn refusal(text: &str) -> String {
        Prepared::parse(text).err().map(|e| e.to_string()).unwrap_or_default()
    }

    fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    }

    #[test]
    fn nesting_is_limited_and_the_place_is_named() {
        let braces = |n| format!("SELECT *\n{}", nested("{", " ?s ?p ?o ", "}", n));
        assert_eq!(refusal(&braces(100)), "");
        assert_eq!(refusal(&braces(101)), "2:101: braces and parentheses are nested more than 100 deep");
        assert!(refusal(&braces(1_000)).contains("nested more than 100 deep"));
        let many = [
            format!("SELECT * {{ FILTER{} }}", nested("(", "1", ")", 1_000)),
            format!("SELECT * {{ ?s ?p {} }}", nested("[ ?p ", "1", "]", 1_000)),
            format!("SELECT * {{ ?s ?p {} }}", nested("( ", "1", ")", 1_000)),
            format!("SELECT * {{ ?s {} ?o }}", nested("(", "a", ")*", 1_000)),
            format!("SELECT * {{ {} }}", nested("FILTER NOT EXISTS {", "", "}", 1_000)),
        ];
        for text in many {
            assert!(refusal(&text).contains("nested more than 100 deep"), "{text}");
        }
    }

    #[test]
    fn nested_negations_are_limited() {
        let negations = |n| format!("SELECT * {{ FILTER({}) }}", nested("!(", "1", ")", n));
        assert_eq!(refusal(&negations(10)), "");
        assert!(refusal(&negations(11)).ends_with("negations are nested more than 10 deep"));
        let exists = format!("SELECT * {{ {} }}", nested("FILTER(!EXISTS {", "", "})", 49));
        assert!(refusal(&exists).ends_with("negations are nested more than 10 deep"));
        assert_eq!(refusal(&format!("SELECT * {{ FILTER({}) }}", ["!(?x = 1)"; 50].join(" && "))), "");
    }

    #[test]
    fn long_paths_are_refused_and_long_conditions_are_not() {
        let path = |n, sign| format!("SELECT * {{ ?s {} ?o }}", vec!["wm:a.b"; n].join(sign));
        assert_eq!(refusal(&path(64, "/")), "");
        for text in [path(65, "/"), path(400, "/"), path(65, "|"), path(400, " / # x\n ^ ")] {
            assert!(refusal(&text).ends_with("the property path has more than 64 steps"), "{text}");
        }
        assert_eq!(refusal(&format!("SELECT * {{ FILTER({}) }}", vec!["?x = 1"; 200].join(" || "))), "");
        assert_eq!(refusal(&format!("SELECT * {{ {} }}", "?s wm:a/wm:b ?o . ".repeat(90))), "");
    }

    #[test]
    fn what_stands_in_strings_iris_and_comments_does_not_count() {
        for text in [
            format!("ASK {{ ?s ?p \"{}\" }}", "{".repeat(1_500)),
            format!("ASK {{ ?s ?p '''{}''' }}", "'(\n".repeat(1_500)),
            format!("ASK {{ # {}\n }}", "{".repeat(1_500)),
            format!("ASK {{ ?s <http://x/{}> ?o }}", "(a/b)".repeat(100)),
        ] {
            assert_eq!(refusal(&text), "", "{text}");
        }
    }

    /// `<wm:a#>` looks like an IRI here, but the parser reads `?s < wm:a` and a comment, and the string never opens.
    #[test]
    fn brackets_hidden_from_the_scan_do_not_end_the_process() {
        let hidden = |text: String| format!("SELECT * {{ ?s a ?t FILTER(?s <wm:a#>'''\n{text} }}");
        for levels in [500, 1_900, 5_000, 100_000] {
            for text in [
                hidden(format!(") {}", nested("{", "", "}", levels))),
                hidden(format!("&& {})", nested("(", "1", ")", levels))),
                hidden(format!(") {}", nested("FILTER EXISTS {", "", "}", levels))),
                hidden(format!(") ?s ?p {}", nested("[ ?p ", "1", "]", levels))),
                hidden(format!(") ?s {} ?o", nested("(^", "a", ")", levels))),
            ] {
                let _ = refusal(&text);
            }
        }
        for terms in [1_100, 5_000, 20_000, 60_000] {
            for sign in ["+1", "||1", "/a", "|a", ",1"] {
                let _ = refusal(&hidden(format!(") BIND(1{} AS ?x)", sign.repeat(terms))));
                let _ = refusal(&hidden(format!(") ?s a{} ?x", sign.repeat(terms))));
            }
        }
    }

    #[test]
    fn size_operators_lists_and_patterns_are_limited() {
        let cases = [
            (format!("ASK {{}} #{}", "x".repeat(MAX_BYTES)), "the query has more than 262144 bytes"),
            (format!("ASK {{ FILTER(1{}) }}", "+1".repeat(1_001)), "more than 1000 operators and clauses"),
            (format!("ASK {{ {} {{}} }}", "{} UNION ".repeat(1_001)), "more than 1000 operators and clauses"),
            (format!("ASK {{ FILTER(1 IN (1{})) }}", ",1".repeat(2_001)), "more than 2000 triples and list items"),
            (format!("ASK {{ {} }}", "?s ?p ?o . ".repeat(201)), "the query has more than 200 triple patterns"),
            (format!("ASK {{ ?s ?p ({}) }}", "1 ".repeat(500)), "the query has more than 200 triple patterns"),
            (
                format!("ASK {{ {} }}", "OPTIONAL { ?s ?p ?o } ".repeat(101)),
                "the query has more than 100 OPTIONAL parts",
            ),
        ];
        for (text, message) in cases {
            let refusal = refusal(&text);
            assert!(refusal.ends_with(message), "{refusal}");
        }
    }

    #[test]
    fn service_is_found_wherever_it_stands() {
        for text in [
            "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
            "SELECT * { { SELECT * { OPTIONAL { SERVICE SILENT ?s { } } } } }",
            "SELECT (EXISTS { SERVICE <http://x/> {} } AS ?y) {}",
            "ASK { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <http://x/> {} })",
            "SELECT (COUNT(EXISTS { SERVICE <http://x/> {} }) AS ?n) {}",
            "CONSTRUCT { ?s ?p ?o } { GRAPH ?g { ?s ?p ?o MINUS { SERVICE <http://x/> {} } } }",
            "DESCRIBE ?s { ?s ?p ?o LATERAL { SERVICE <http://x/> {} } }",
        ] {
            assert!(refusal(text).starts_with("SERVICE is not supported"), "{text}: {}", refusal(text));
        }
        assert_eq!(refusal("ASK { ?service ?p \"SERVICE\" }"), "");
    }
}
