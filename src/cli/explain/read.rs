//! What is read in a sentence, by which rules, and what is not, for which reasons.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::bail;

use super::super::Outcome;
use super::super::sheet::{Cell, Sheet, width};
use super::FormatArg;
use crate::entity::EntityId;
use crate::graph::{Extraction, qualifier};
use crate::knowledge::Reading;
use crate::mention::Mention;
use crate::pipeline::Pipeline;
use crate::query::Format;
use crate::trace::{Rejected, Trace};

/// Writes the names, relations and figures that are read in `bytes`, then what was considered and rejected.
///
/// # Errors
///
/// When `bytes` are no text, and those of `out`.
pub(super) fn read(
    pipeline: &Pipeline,
    bytes: &[u8],
    format: FormatArg,
    mut out: impl Write,
) -> anyhow::Result<Outcome> {
    let trace = Trace::on();
    let (found, mentions) = match pipeline.extract_with_mentions("--text", bytes, &trace) {
        Ok(found) => found,
        Err(diagnostic) => bail!("{diagnostic}"),
    };
    let sheets = [
        ("no names", names(pipeline, &found, &mentions)),
        ("no relations", relations(&found)),
        ("no figures", figures(&found)),
        ("nothing rejected", rejected(&found, trace.into_rejected())),
    ];
    let format = if format == FormatArg::Md { Format::Md } else { Format::Table };
    for (n, (nothing, sheet)) in sheets.iter().enumerate() {
        if n > 0 && format == Format::Md {
            writeln!(out)?;
        }
        if sheet.is_empty() {
            writeln!(out, "{nothing}")?;
        } else {
            sheet.write(format, width(), &mut out)?;
        }
    }
    out.flush()?;
    // What was only rejected is nothing read.
    let nothing = sheets[..3].iter().all(|(_, sheet)| sheet.is_empty());
    Ok(if nothing { Outcome::Found } else { Outcome::Done })
}

fn two_decimals(confidence: f64) -> Cell {
    Cell::Number(confidence, 2)
}

/// Where something is named, in the order of the text; then what is named by no words of its own.
fn names(pipeline: &Pipeline, found: &Extraction, mentions: &[Mention]) -> Sheet {
    let knowledge = pipeline.knowledge();
    let (schema, text) = (&knowledge.schema, found.document.text.clean());
    let mut sheet = Sheet::new(&["words", "class", "name", "rule", "confidence"]);
    let mut shown: BTreeSet<EntityId> = BTreeSet::new();
    for (i, mention) in mentions.iter().enumerate() {
        let entity = found.entities.of_mention(i);
        shown.extend(entity);
        let name = entity.map_or(Cell::Empty, |id| found.entities.get(id).name.as_str().into());
        let class = entity.map_or(mention.class, |id| found.entities.get(id).class);
        let confidence = knowledge.calibration.confidence(&mention.rule, Reading::Name, mention.confidence);
        sheet.row([
            mention.span.of(text).into(),
            schema.name(class).into(),
            name,
            (*mention.rule).into(),
            two_decimals(confidence),
        ]);
    }
    for (_, entity) in found.entities.iter().filter(|(id, _)| !shown.contains(id)) {
        sheet.row([
            entity.spans.first().map_or(Cell::Empty, |span| span.of(text).into()),
            schema.name(entity.class).into(),
            entity.name.as_str().into(),
            (*entity.rule).into(),
            two_decimals(entity.confidence),
        ]);
    }
    sheet
}

fn relations(found: &Extraction) -> Sheet {
    let mut sheet = Sheet::new(&["subject", "relation", "object", "rule", "confidence", "words"]);
    let name = |id: EntityId| Cell::from(found.entities.get(id).name.as_str());
    for claim in &found.claims {
        sheet.row([
            name(claim.subject),
            (*claim.predicate).into(),
            name(claim.object),
            claim.reading.key(&claim.rule).into(),
            two_decimals(claim.confidence),
            found.document.text.quote(claim.evidence).into(),
        ]);
    }
    sheet
}

fn figures(found: &Extraction) -> Sheet {
    let mut sheet =
        Sheet::new(&["words", "value", "unit", "qualifier", "indicator", "subject", "period", "rule", "confidence"]);
    for figure in &found.figures {
        let subject = figure.subject.map_or("", |id| found.entities.get(id).name.as_str());
        sheet.row([
            found.document.text.quote(figure.span).into(),
            figure.value.as_str().into(),
            figure.unit.as_str().into(),
            qualifier(figure.qualifier).into(),
            figure.indicator.as_str().into(),
            subject.into(),
            figure.period.as_str().into(),
            (*figure.rule).into(),
            two_decimals(figure.confidence),
        ]);
    }
    sheet
}

/// What was not read, in the order of the text: the words are the first column, whose name tells the table from the others.
fn rejected(found: &Extraction, rejected: Vec<Rejected>) -> Sheet {
    let text = found.document.text.clean();
    let mut sheet = Sheet::new(&["rejected", "rule", "reason"]);
    for Rejected { span, rule, why } in rejected {
        sheet.row([span.of(text).into(), rule.into(), why.to_string().into()]);
    }
    sheet
}
