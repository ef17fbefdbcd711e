//! `wenmai explain`: the rules, one or all of them, what they read in a sentence and what they reject.

mod read;
mod unit;

use std::io::{self, Read as _, Write};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use indexmap::IndexMap;
use unicode_width::UnicodeWidthStr as _;

use super::Outcome;
use super::reading::KnowledgeArgs;
use super::sheet::width;
use crate::diag::nearest;
use crate::knowledge::{Knowledge, Rule};
use crate::pipeline::Pipeline;

/// Arguments of `wenmai explain`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  wenmai explain
  wenmai explain REL-builds
  wenmai explain --text 'SENTENCE'
  wenmai explain --text - < letter.txt
\nEvery claim and figure in a graph names its rule. Exit code 0: explained; 1: nothing was read in the text; 2: there is no \
                such rule.")]
pub struct ExplainArgs {
    /// The id of a rule; without one, all rules are listed
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    /// Show all rules as a book
    #[arg(long, conflicts_with = "rule")]
    all: bool,
    /// Show what is read in these words, by which rules, and what is rejected and why; `-` takes them from standard input
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["rule", "all"])]
    text: Option<String>,
    /// The form of the answer
    #[arg(long, value_enum, default_value = "text")]
    format: FormatArg,
    #[command(flatten)]
    knowledge: KnowledgeArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// For a terminal
    Text,
    /// Markdown
    Md,
}

/// Runs the command.
///
/// # Errors
///
/// When the knowledge is malformed, there is no such rule, or the words are no text.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let knowledge = args.knowledge.load()?;
    for warning in &knowledge.warnings {
        eprintln!("{warning}");
    }
    if let Some(text) = &args.text {
        let bytes = words(text)?;
        let pipeline = Pipeline::new(knowledge);
        return read::read(&pipeline, &bytes, args.format, io::BufWriter::new(io::stdout().lock()));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match (&args.rule, args.all, args.format) {
        (Some(id), _, format) => unit::write(&knowledge, find(&knowledge, id)?, format, &mut out)?,
        (None, false, FormatArg::Text) => list(&knowledge, width(), &mut out)?,
        (None, true, FormatArg::Text) => {
            for (n, rule) in knowledge.book().into_iter().enumerate() {
                if n > 0 {
                    writeln!(out, "\n")?;
                }
                unit::write(&knowledge, rule, FormatArg::Text, &mut out)?;
            }
        }
        (None, _, FormatArg::Md) => unit::write_book(&knowledge, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The words given, or those on standard input.
fn words(text: &str) -> anyhow::Result<Vec<u8>> {
    if text != "-" {
        return Ok(text.as_bytes().to_owned());
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
    Ok(bytes)
}

fn find<'a>(knowledge: &'a Knowledge, id: &str) -> anyhow::Result<&'a dyn Rule> {
    let book = knowledge.book();
    // What stands behind a plus is a reading of the rule.
    let rule = id.split('+').next().unwrap_or(id);
    if let Some(rule) = book.iter().find(|r| r.id() == rule) {
        return Ok(*rule);
    }
    let near = nearest(id, book.iter().map(|r| r.id()));
    if near.is_empty() {
        bail!("{id}: there is no such rule; `wenmai explain` lists all");
    }
    bail!("{id}: there is no such rule; nearest: {}", near.join(", "));
}

/// The rules of the book, family by family.
fn families(knowledge: &Knowledge) -> IndexMap<&'static str, Vec<&dyn Rule>> {
    let mut families: IndexMap<&str, Vec<&dyn Rule>> = IndexMap::new();
    for rule in knowledge.book() {
        families.entry(rule.family()).or_default().push(rule);
    }
    families
}

/// One line a rule; on a terminal no line is longer than `width`.
fn list(knowledge: &Knowledge, width: Option<u16>, mut out: impl Write) -> io::Result<()> {
    let families = families(knowledge);
    let wide = |column: fn(&dyn Rule) -> usize| families.values().flatten().map(|r| column(*r)).max().unwrap_or(0);
    let (ids, kinds) = (wide(|r| r.id().width()), wide(|r| r.kind().width()));
    for (n, (family, rules)) in families.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        let about = first_paragraph(rules.first().map_or("", |r| r.family_about()));
        writeln!(out, "{}", shortened(&format!("{family} ({}): {about}", rules.len()), width))?;
        for rule in rules {
            let line = format!("  {:ids$}  {:kinds$}  {}", rule.id(), rule.kind(), one_line(rule.why()));
            writeln!(out, "{}", shortened(&line, width))?;
        }
    }
    Ok(())
}

fn first_paragraph(text: &str) -> String {
    one_line(text.split("\n\n").next().unwrap_or_default())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `line` cut at the edge of the terminal.
fn shortened(line: &str, width: Option<u16>) -> String {
    let Some(width) = width.map(usize::from).filter(|w| line.width() > *w) else { return line.to_owned() };
    let mut cut = String::new();
    for c in line.chars() {
        if cut.width() + c.to_string().width() + 1 > width {
            break;
        }
        cut.push(c);
    }
    cut.truncate(cut.trim_end().len());
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_the_edge_of_the_terminal() {
        assert_eq!(shortened("one two", None), "one two");
        assert_eq!(shortened("one two", Some(7)), "one two");
        assert_eq!(shortened("one two", Some(5)), "one…");
        assert_eq!(shortened("古镇镇", Some(4)), "古…");
    }
}
