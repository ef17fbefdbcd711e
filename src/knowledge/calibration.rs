//! How often rules were right on annotated letters, and what that does to their confidence.

use foldhash::{HashMap, HashMapExt as _};
use serde::{Deserialize, Serialize};

use super::table;
use crate::diag::{Diagnostic, nearest};

/// What a hand-set confidence is worth, in observations. With few observations the hand-set value must hold: a rule that
/// was right once out of once is not certain, and one that was wrong once is not hopeless. Four is a beta prior as weak
/// as somebody's impression from a handful of letters; a rule that was seen forty times goes by what was seen.
const PRIOR_WORTH: f64 = 4.0;

/// The header of the table.
const HEADER: [&str; 3] = ["rule", "found", "right"];

/// What a rule says and what it supplies. The same rule is not equally sure in all its readings, so each is counted
/// alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reading {
    /// The words say all of it.
    #[default]
    Stated,
    /// Who acts is carried over from the clauses before.
    Carried,
    /// Nobody acts in the words: it is the place of the issuing body.
    Place,
    /// A second relation that follows: with those who act together, or of what is acted on with its place.
    Also,
    /// An entity instead of a relation: the rule found it first.
    Name,
}

impl Reading {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Stated, Self::Carried, Self::Place, Self::Also, Self::Name];

    /// What stands behind the rule's id in the table.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Stated => "",
            Self::Carried => "+carried",
            Self::Place => "+place",
            Self::Also => "+also",
            Self::Name => "+name",
        }
    }

    /// How sure a rule is in this reading, from 0 to 1, compared with words that say all of it: set by hand.
    pub fn certainty(self) -> f64 {
        match self {
            Self::Stated | Self::Name => 1.0,
            Self::Carried | Self::Also => 0.9,
            Self::Place => 0.8,
        }
    }

    /// What such a reading of `rule` is counted under.
    pub fn key(self, rule: &str) -> String {
        format!("{rule}{}", self.suffix())
    }

    /// Rule and reading of a key.
    fn of_key(key: &str) -> Option<(&str, Self)> {
        let (rule, suffix) = key.split_at(key.find('+').unwrap_or(key.len()));
        Self::ALL.into_iter().find(|r| r.suffix() == suffix).map(|reading| (rule, reading))
    }
}

/// How often a rule was followed, and how often it was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// How often it found something.
    pub found: u32,
    /// How often that was right.
    pub right: u32,
}

/// What was observed of rules, by their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calibration(HashMap<String, [Option<Observed>; Reading::ALL.len()]>);

impl Calibration {
    /// Reads the table `text` (at `path`). Rows that are malformed are errors in `found`; those of rules that are not
    /// in `known` are warnings, and do nothing.
    pub(super) fn parse(path: &str, text: &str, known: &[&str], found: &mut Vec<Diagnostic>) -> Self {
        let mut rules: HashMap<String, [Option<Observed>; Reading::ALL.len()]> = HashMap::new();
        for row in table::rows(path, text, &HEADER, found) {
            let place = format!("{path}:{}:1", row.line);
            let key = row.cell(0);
            let counts = (row.cell(1).parse::<u32>(), row.cell(2).parse::<u32>());
            let (Ok(seen), Ok(right)) = counts else {
                let message = "`found` and `right` must be whole numbers";
                found.push(Diagnostic::error("K415", place, message));
                continue;
            };
            if right > seen {
                let message = format!("`{key}` cannot be right more often ({right}) than it was found ({seen})");
                found.push(Diagnostic::error("K415", place, message));
                continue;
            }
            let Some((rule, reading)) = Reading::of_key(key).filter(|(rule, _)| known.contains(rule)) else {
                let near = nearest(key, known.iter().copied()).join(", ");
                let hint = if near.is_empty() { String::new() } else { format!("did you mean {near}?") };
                found.push(Diagnostic::warning("K416", place, format!("there is no rule `{key}`")).hint(hint));
                continue;
            };
            let readings = rules.entry(rule.to_owned()).or_default();
            if readings[reading as usize].replace(Observed { found: seen, right }).is_some() {
                found.push(Diagnostic::error("K415", place, format!("`{key}` stands in the table already")));
            }
        }
        Self(rules)
    }

    /// The table, with `comment` in lines before it.
    pub fn table<'a>(comment: &str, rows: impl IntoIterator<Item = (&'a str, Observed)>) -> String {
        let mut text: String = comment.lines().map(|l| format!("# {l}").trim_end().to_owned() + "\n").collect();
        text.push_str(&format!("{}\n", HEADER.join("\t")));
        for (key, Observed { found, right }) in rows {
            text.push_str(&format!("{key}\t{found}\t{right}\n"));
        }
        text
    }

    /// What was observed of `rule` in this reading.
    pub fn observed(&self, rule: &str, reading: Reading) -> Option<Observed> {
        self.0.get(rule)?[reading as usize]
    }

    /// How often `rule` is right, from 0 to 1, when somebody set it to `prior` by hand: the share that was observed,
    /// drawn towards `prior` as if that were four more observations. Without observations it is `prior`.
    pub fn confidence(&self, rule: &str, reading: Reading, prior: f64) -> f64 {
        self.observed(rule, reading)
            .map_or(prior, |seen| (f64::from(seen.right) + PRIOR_WORTH * prior) / (f64::from(seen.found) + PRIOR_WORTH))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 2] = ["REL-builds", "NAME-bank"];

    fn parse(rows: &str) -> (Calibration, Vec<String>) {
        let mut found = Vec::new();
        let text = format!("# counted by hand\nrule\tfound\tright\n{rows}");
        let table = Calibration::parse("calibration.tsv", &text, &KNOWN, &mut found);
        (table, found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_was_observed_moves_the_confidence() {
        let (table, found) = parse("REL-builds\t16\t15\nREL-builds+place\t6\t1\n");
        assert!(found.is_empty(), "{found:?}");
        let of = |reading| table.confidence("REL-builds", reading, 0.8);
        assert!((of(Reading::Stated) - (15.0 + 3.2) / 20.0).abs() < 1e-12);
        assert!((of(Reading::Place) - (1.0 + 3.2) / 10.0).abs() < 1e-12);
        assert_eq!(of(Reading::Carried), 0.8);
        assert_eq!(table.confidence("NAME-bank", Reading::Name, 0.95), 0.95);
    }

    #[test]
    fn a_confidence_stays_one() {
        let (table, _) = parse("REL-builds\t1000\t1000\nNAME-bank+name\t1000\t0\n");
        assert_eq!(table.confidence("REL-builds", Reading::Stated, 1.0), 1.0);
        let low = table.confidence("NAME-bank", Reading::Name, 0.9);
        assert!(low > 0.0 && low < 0.01, "{low}");
    }

    #[test]
    fn problems_are_reported_with_their_line() {
        let (_, found) = parse("REL-builds\tmany\t2\nREL-builds\t2\t3\nREL-bilds\t2\t1\nREL-builds+then\t2\t1\n");
        assert_eq!(
            found,
            [
                "error[K415] calibration.tsv:3:1: `found` and `right` must be whole numbers",
                "error[K415] calibration.tsv:4:1: `REL-builds` cannot be right more often (3) than it was found (2)",
                "warning[K416] calibration.tsv:5:1: there is no rule `REL-bilds` (did you mean REL-builds?)",
                "warning[K416] calibration.tsv:6:1: there is no rule `REL-builds+then` (did you mean REL-builds?)",
            ]
        );
        let (_, found) = parse("REL-builds\t2\t1\nREL-builds\t2\t1\n");
        assert_eq!(found, ["error[K415] calibration.tsv:4:1: `REL-builds` stands in the table already"]);
        let (_, found) = parse("REL-builds\t2\n");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let seen = Observed { found: 7, right: 3 };
        let text = Calibration::table("Counted\n\nby hand.", [("REL-builds+carried", seen)]);
        assert_eq!(text, "# Counted\n#\n# by hand.\nrule\tfound\tright\nREL-builds+carried\t7\t3\n");
        let mut found = Vec::new();
        let table = Calibration::parse("calibration.tsv", &text, &KNOWN, &mut found);
        assert_eq!((table.observed("REL-builds", Reading::Carried), found.len()), (Some(seen), 0));
    }
}
