//! Where a text stops being SPARQL, and what could have stood there.
//!
//! The parser reports the furthest character that it looked at, which for keywords is several characters past the
//! fault, and lists the pieces of its grammar. So it is asked again: the longest beginning of the text that something
//! could still follow is found by halving, and what could follow it by trying.

use spargebra::SparqlParser;

use super::error::Place;
use super::lex;
use crate::diag::nearest;

/// Blanks after a beginning: more than the parser ever looks ahead, so that only a beginning that is right so far
/// is read to the end.
const PADDING: usize = 64;
/// Longer texts are not tried with other continuations, which would take seconds.
const MAX_TRIED: usize = 16 * 1024;
/// Continuations that are named.
const SHOWN: usize = 8;

/// What is tried, with its name.
const CONTINUATIONS: &[(&str, &str)] = &[
    ("`}`", "}"),
    ("`)`", ")"),
    ("`]`", "]"),
    ("`{`", "{"),
    ("`(`", "("),
    ("a variable", "?x"),
    ("an IRI", "<x:x>"),
    ("a literal", "'x'"),
    ("a number", "1"),
    ("`.`", "."),
    ("`;`", ";"),
    ("`,`", ","),
    ("an operator", "="),
    ("`*`", "*"),
];
const KEYWORDS: &[&str] = &[
    "PREFIX",
    "BASE",
    "SELECT",
    "ASK",
    "CONSTRUCT",
    "DESCRIBE",
    "DISTINCT",
    "REDUCED",
    "AS",
    "FROM",
    "NAMED",
    "WHERE",
    "OPTIONAL",
    "UNION",
    "FILTER",
    "EXISTS",
    "NOT",
    "BIND",
    "VALUES",
    "UNDEF",
    "MINUS",
    "GRAPH",
    "GROUP",
    "BY",
    "HAVING",
    "ORDER",
    "ASC",
    "DESC",
    "LIMIT",
    "OFFSET",
    "IN",
    "COUNT",
    "SUM",
    "MIN",
    "MAX",
    "AVG",
    "SAMPLE",
    "GROUP_CONCAT",
    "SEPARATOR",
    "BOUND",
    "IF",
    "COALESCE",
    "STR",
    "LANG",
    "LANGMATCHES",
    "DATATYPE",
    "REGEX",
    "REPLACE",
    "CONTAINS",
    "STRSTARTS",
    "STRENDS",
    "STRBEFORE",
    "STRAFTER",
    "STRLEN",
    "SUBSTR",
    "CONCAT",
    "UCASE",
    "LCASE",
    "YEAR",
    "MONTH",
];

/// Says in one line what is wrong with `text`, which the parser `fresh` makes has refused with `error`.
pub(super) fn explain(text: &str, error: &str, fresh: impl Fn() -> SparqlParser) -> String {
    let parse = |text: &str| fresh().parse_query(text).map_err(|e| e.to_string());
    let tokens = tokens(text);
    let right = |part: &str| is_beginning(part, &parse);
    // The number of tokens that can all be right.
    let (mut good, mut bad) = (0, tokens.len() + 1);
    while bad - good > 1 {
        let middle = (good + bad) / 2;
        if right(&text[..tokens[middle - 1].1]) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    let before = &text[..good.checked_sub(1).map_or(0, |last| tokens[last].1)];
    let (at, found, error) = match tokens.get(good) {
        Some(&(start, end)) => (start, Some(&text[start..end]), parse(&text[..end]).err().unwrap_or_default()),
        None => (before.len(), None, error.to_owned()),
    };
    if let (None, Some(&(start, end))) = (found, tokens.last())
        && is_open_string(&text[start..end])
    {
        return format!("{}: the string that begins here never ends", lex::place(text, start));
    }
    let place = lex::place(text, at);
    if let Some(reason) = reason(&error) {
        return format!("{place}: {reason}");
    }
    let expected = if text.len() > MAX_TRIED { Vec::new() } else { continuations(before, &right) };
    message(place, found, &expected)
}

fn message(place: Place, found: Option<&str>, expected: &[&str]) -> String {
    let start = match found {
        Some(found) => {
            let short: String = found.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
            format!("{place}: unexpected `{short}{}`", if short.len() < found.len() { "…" } else { "" })
        }
        None => format!("{place}: the query ends too early"),
    };
    let keywords = expected.iter().copied().filter(|e| KEYWORDS.contains(e));
    let misspelt = found.filter(|f| f.len() > 2 && f.bytes().all(|b| b.is_ascii_alphabetic()));
    if let Some(near) = misspelt.and_then(|found| nearest(found, keywords).first().copied()) {
        return format!("{start}; did you mean {near}?");
    }
    match expected {
        [] => start,
        [one] => format!("{start}; expected {one}"),
        all if all.len() > SHOWN => format!("{start}; expected {} …", all[..SHOWN].join(", ")),
        [first @ .., last] => format!("{start}; expected {} or {last}", first.join(", ")),
    }
}

/// Start and end of each token, comments left out.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = lex::opaque(rest).or_else(|| lex::word(rest)).unwrap_or_else(|| {
            let double = ["||", "&&", "^^", "!=", "<=", ">="].iter().any(|sign| rest.starts_with(sign));
            if double { 2 } else { c.len_utf8() }
        });
        if !c.is_whitespace() && c != '#' {
            tokens.push((at, at + length));
        }
        at += length;
    }
    tokens
}

fn is_open_string(token: &str) -> bool {
    token.starts_with(['"', '\'']) && (token.len() < 2 || !token.ends_with(&token[..1]))
}

/// Whether something could follow `part` so that all is a query: the parser then reads to its end.
fn is_beginning(part: &str, parse: &impl Fn(&str) -> Result<spargebra::Query, String>) -> bool {
    let padded = format!("{part}{}", " ".repeat(PADDING));
    match parse(&padded) {
        Ok(_) => true,
        Err(error) => {
            let end = lex::place(&padded, padded.len()).to_string();
            error.strip_prefix("error at ").is_some_and(|rest| rest.starts_with(&format!("{end}:")))
                && reason(&error).is_none()
        }
    }
}

fn continuations<'a>(before: &str, right: &impl Fn(&str) -> bool) -> Vec<&'a str> {
    let signs = CONTINUATIONS.iter().map(|(name, text)| (*name, *text));
    let words = KEYWORDS.iter().map(|word| (*word, *word));
    signs.chain(words).filter(|(_, text)| right(&format!("{before} {text}"))).map(|(name, _)| name).collect()
}

/// The parser mixes sentences such as `Prefix not found` among the pieces of grammar: these say more than a place.
fn reason(error: &str) -> Option<&str> {
    let (_, expected) = error.split_once(": expected ").unwrap_or(("", error));
    let list = expected.strip_prefix("one of ").unwrap_or(expected);
    list.split(", ").find(|item| {
        let words: Vec<&str> = item.split(' ').collect();
        words.len() > 2 && words[..3].iter().all(|w| w.starts_with(|c: char| c.is_alphabetic()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::run::Prepared;

    #[test]
    fn the_fault_is_found_and_what_could_stand_there() {
        let cases = [
            ("SELECT * { ?s ?p }", "1:18: unexpected `}`; expected `(`, a variable, an IRI, a literal or a number"),
            ("SELECT *\nWHERE { ?s a wm:Bank\n  FILTR(?s = 1) }", "3:3: unexpected `FILTR`; did you mean FILTER?"),
            ("SELCT * { ?s ?p ?o }", "1:1: unexpected `SELCT`; did you mean SELECT?"),
            ("SELECT * { ?s foo:bar ?o }", "1:15: Prefix not found"),
            (
                "SELECT * { ?s ?p ?o",
                "1:20: the query ends too early; expected `}`, `{`, `.`, `;`, `,`, OPTIONAL, FILTER, BIND …",
            ),
            ("", "1:1: the query ends too early; expected PREFIX, BASE, SELECT, ASK, CONSTRUCT or DESCRIBE"),
            ("SELECT ?x { ?s ?p ?o } LIMIT ten", "1:30: unexpected `ten`; expected a number"),
            ("SELECT (COUNT(?s) AS ?n) ?o { ?s ?p ?o }", "1:40: The SELECT contains a variable that is unbound"),
            ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", "1:38: BIND is overriding an existing variable"),
            ("SELECT * { ?s ?p \"never }", "1:18: the string that begins here never ends"),
            (
                "SELECT * { ?s ?p ?o } } ",
                "1:23: unexpected `}`; expected VALUES, GROUP, HAVING, ORDER, LIMIT or OFFSET",
            ),
            ("# 说明\nSELECT * { ?s 古镇 ?o }", "2:15: unexpected `古镇`; expected `(`, a variable or an IRI"),
            ("SELECT * { ?s ?p <a b> }", "1:22: IRI parsing failed"),
        ];
        for (text, message) in cases {
            assert_eq!(Prepared::parse(text).unwrap_err().to_string(), message, "{text}");
        }
    }
}
