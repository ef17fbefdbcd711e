//! Places by their one-character names in a row: 联合广深佛等城市, 港澳高校.

use std::sync::Arc;

use foldhash::HashMap;

use super::scan::{INITIALS, Scan};
use super::{Mention, Rank, Target};
use crate::diag::Span;
use crate::knowledge::Knowledge;
use crate::ontology::Class;
use crate::search::Expression;

/// Id of the rule that reads them.
pub(super) const RULE: &str = "LEX-initials";

/// The one-character names, and the expression that finds rows of them.
pub(super) struct Initials {
    rows: Expression,
    places: HashMap<char, (Class, Arc<str>)>,
    rule: Arc<str>,
}

impl Initials {
    pub(super) fn new(knowledge: &Knowledge) -> Self {
        let rules = &knowledge.references;
        let class = |full: &str| {
            let division = knowledge.divisions.beginning_like(full).find(|(_, d)| d.name == full || d.short == full)?.1;
            knowledge.schema.class(division.rank.class_name())
        };
        let places: HashMap<char, (Class, Arc<str>)> =
            rules.initials.iter().filter_map(|(c, full)| Some((*c, (class(full)?, full.as_str().into())))).collect();
        let mut characters: Vec<String> = places.keys().map(|c| regex::escape(&c.to_string())).collect();
        characters.sort();
        let before = rules.initials_before.iter().map(|w| regex::escape(w)).collect::<Vec<_>>().join("|");
        // Without any names, a row of none: matches nothing.
        let row =
            if characters.is_empty() { r"[^\s\S]".to_owned() } else { format!("[{}]{{2,6}}", characters.concat()) };
        let rows = Expression::new(&format!("(?P<row>{row})(?:{before})"));
        Self { rows, places, rule: RULE.into() }
    }

    /// The one-character names.
    pub(super) fn characters(&self) -> Vec<String> {
        self.places.keys().map(char::to_string).collect()
    }

    /// The places that rows of one-character names stand for.
    pub(super) fn find(&self, scan: &Scan<'_>) -> Vec<Mention> {
        let mut mentions = Vec::new();
        for (area, seen) in scan.listed(INITIALS) {
            let starts = seen.iter().map(|(Span { start, .. }, _)| Span::new(start - area.start, start - area.start));
            for found in self.rows.found_from(area.of(scan.text), starts) {
                let Some(row) = found.name("row") else { continue };
                let at = area.start + row.start();
                mentions.extend(row.as_str().char_indices().filter_map(|(i, c)| {
                    let (class, full) = self.places.get(&c)?;
                    Some(Mention {
                        span: Span::new(at + i, at + i + c.len_utf8()),
                        class: *class,
                        target: Target::Name(full.to_string()),
                        rule: self.rule.clone(),
                        confidence: 0.8,
                        rank: Rank::Ordinary,
                    })
                }));
            }
        }
        mentions
    }
}
