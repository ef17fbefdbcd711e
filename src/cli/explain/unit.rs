//! A rule as a unit that can be read: what it is for, what it needs, how sure it is, its examples.

use std::io::{self, Write};

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use super::super::sheet::width;
use super::{FormatArg, families, first_paragraph, one_line};
use crate::knowledge::{Field, Knowledge, Reading, Rule};

/// How wide the column of the keys is.
const KEYS: usize = 12;

/// Writes one rule.
///
/// # Errors
///
/// Those of `out`.
pub(super) fn write(knowledge: &Knowledge, rule: &dyn Rule, format: FormatArg, mut out: impl Write) -> io::Result<()> {
    match format {
        FormatArg::Text => write_text(knowledge, rule, width().map(usize::from), &mut out),
        FormatArg::Md => write_md(knowledge, rule, &mut out),
    }
}

fn write_text(knowledge: &Knowledge, rule: &dyn Rule, width: Option<usize>, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "{}", rule.id())?;
    for line in wrapped(&one_line(rule.why()), width) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    let mut entry = |key: &str, text: &str| {
        let lines = wrapped(text, width.map(|w| w.saturating_sub(KEYS + 1)));
        lines
            .iter()
            .enumerate()
            .try_for_each(|(n, line)| writeln!(out, "{:KEYS$} {line}", if n == 0 { key } else { "" }))
    };
    entry("family", &format!("{}: {}", rule.family(), first_paragraph(rule.family_about())))?;
    if !rule.kind().is_empty() {
        entry("reads", &labelled(knowledge, &rule.kind()))?;
    }
    for (n, line) in confidence(knowledge, rule).iter().enumerate() {
        entry(if n == 0 { "confidence" } else { "" }, line)?;
    }
    for field in needs(rule) {
        entry(field.key, &shown(&field.value, str::to_owned))?;
        entry("", &format!("({})", one_line(field.about).trim_end_matches('.')))?;
    }
    for (n, example) in rule.matches().iter().enumerate() {
        let (text, found) = example.split_once(" => ").unwrap_or((example, ""));
        entry(if n == 0 { "matches" } else { "" }, text)?;
        entry("", &format!("→ {found}"))?;
    }
    for (n, example) in rule.rejects().iter().enumerate() {
        entry(if n == 0 { "rejects" } else { "" }, example)?;
    }
    Ok(())
}

/// Writes all rules as one document.
///
/// # Errors
///
/// Those of `out`.
pub(super) fn write_book(knowledge: &Knowledge, mut out: impl Write) -> io::Result<()> {
    let families = families(knowledge);
    writeln!(out, "# Rules\n")?;
    writeln!(
        out,
        "Every fact in a graph names the rule that read it. This page is written by `wenmai explain --all --format md`, from the \
         files under `ontology/rules`; change those, not this page.\n"
    )?;
    writeln!(out, "| family | rules | what it reads |\n|---|---|---|")?;
    for (family, rules) in &families {
        let about = first_paragraph(rules.first().map_or("", |r| r.family_about()));
        writeln!(
            out,
            "| [{family}](#{}) | {} | {} |",
            family.replace(' ', "-"),
            rules.len(),
            about.replace('|', "\\|")
        )?;
    }
    for (family, rules) in &families {
        writeln!(out, "\n## {family}")?;
        let about = rules.first().map_or("", |r| r.family_about());
        for paragraph in about.split("\n\n") {
            writeln!(out, "\n{}", one_line(paragraph))?;
        }
        let fields = rules.first().map(|r| r.fields()).unwrap_or_default();
        if !fields.is_empty() {
            writeln!(out, "\n| key | what it is for |\n|---|---|")?;
            for Field { key, about, .. } in fields {
                writeln!(out, "| `{key}` | {} |", one_line(about).replace('|', "\\|"))?;
            }
        }
        for rule in rules {
            writeln!(out)?;
            write_md(knowledge, *rule, &mut out)?;
        }
    }
    Ok(())
}

fn write_md(knowledge: &Knowledge, rule: &dyn Rule, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "### {}\n\n{}\n", rule.id(), escaped(&one_line(rule.why())))?;
    if !rule.kind().is_empty() {
        writeln!(out, "- reads: {}", labelled(knowledge, &rule.kind()))?;
    }
    let sure = confidence(knowledge, rule);
    if !sure.is_empty() {
        writeln!(out, "- confidence: {}", sure.join("; "))?;
    }
    for field in needs(rule) {
        writeln!(out, "- `{}`: {}", field.key, shown(&field.value, code))?;
    }
    for example in rule.matches() {
        let (text, found) = example.split_once(" => ").unwrap_or((example, ""));
        writeln!(out, "- matches: {} → {}", escaped(text), escaped(found))?;
    }
    for example in rule.rejects() {
        writeln!(out, "- rejects: {}", escaped(example))?;
    }
    Ok(())
}

/// A class or relation with its Chinese label.
fn labelled(knowledge: &Knowledge, kind: &str) -> String {
    let label = knowledge.schema.label(kind, "zh");
    if label == kind { kind.to_owned() } else { format!("{kind} {label}") }
}

/// How sure the rule is: as it was set by hand, and what was observed of each of its readings.
fn confidence(knowledge: &Knowledge, rule: &dyn Rule) -> Vec<String> {
    let prior = rule.confidence();
    let mut lines: Vec<String> = prior.map(|p| format!("{p:.2}, set by hand")).into_iter().collect();
    for reading in Reading::ALL {
        let Some(seen) = knowledge.calibration.observed(rule.id(), reading) else { continue };
        let often = format!("right {} of {} times", seen.right, seen.found);
        let what = match reading {
            Reading::Stated => String::new(),
            Reading::Carried => "who acts is carried over: ".to_owned(),
            Reading::Place => "who acts is the issuing place: ".to_owned(),
            Reading::Also => "what follows from it: ".to_owned(),
            Reading::Name => "names: ".to_owned(),
        };
        lines.push(match prior {
            Some(prior) => {
                let now = knowledge.calibration.confidence(rule.id(), reading, prior * reading.certainty());
                format!("{what}{now:.2}, {often}")
            }
            None => format!("{what}{often}"),
        });
    }
    lines
}

/// What the rule needs, without what it leaves open and what is said elsewhere.
fn needs(rule: &dyn Rule) -> Vec<Field> {
    let open = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    let said = |key: &str| matches!(key, "class" | "predicate");
    rule.fields().into_iter().filter(|f| !open(&f.value) && !said(f.key)).collect()
}

/// A value as a person writes it; `word` shows one of its words.
fn shown(value: &Value, word: fn(&str) -> String) -> String {
    match value {
        Value::String(text) => word(text),
        Value::Array(items) => items.iter().map(|i| shown(i, word)).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "yes".to_owned(),
        other => other.to_string(),
    }
}

/// `text` as code in Markdown, where it holds anything that Markdown or HTML might take for its own.
fn code(text: &str) -> String {
    if text.chars().all(|c| c.is_alphanumeric()) {
        return text.to_owned();
    }
    let fence = if text.contains('`') { "``" } else { "`" };
    let blank = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// `text` as words in Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `text` in lines no wider than `width`, broken at blanks; a word that is wider has a line of its own.
fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return vec![text.to_owned()] };
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a first line");
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks() {
        assert_eq!(wrapped("a bb ccc dddd", Some(5)), ["a bb", "ccc", "dddd"]);
        assert_eq!(wrapped("建设, 搭建, 建成", Some(11)), ["建设, 搭建,", "建成"]);
        assert_eq!(wrapped("abcdefgh i", Some(3)), ["abcdefgh", "i"]);
        assert_eq!(wrapped("a bb ccc", None), ["a bb ccc"]);
    }

    #[test]
    fn markdown_takes_nothing_for_its_own() {
        assert_eq!(escaped("a|b *c* <d> _e_"), "a\\|b \\*c\\* \\<d\\> \\_e\\_");
        assert_eq!(code("建设"), "建设");
        assert_eq!(code("(?:a|b)*"), "`(?:a|b)*`");
        assert_eq!(code("`a"), "`` `a ``");
    }
}
