//! Parameters of a query: their types, and how a word from the command line becomes a term.

use std::fmt;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode};
use spargebra::term::GroundTerm;

use super::error::QueryError;
use crate::ontology::vocab::WM;

/// A text in both languages of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A language of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

impl Bilingual {
    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// What kind of term a parameter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    String,
    /// A whole number.
    Integer,
    /// A number such as `0.8`.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// A day, `2025-09-15`.
    Date,
    /// An absolute IRI.
    Iri,
    /// A class of the ontology by its local name, `Enterprise`, or by its IRI.
    Class,
    /// A property of the ontology by its local name, `builds`, or by its IRI.
    Property,
}

impl Type {
    /// All types, in the order of the documentation.
    pub const ALL: [Self; 8] =
        [Self::String, Self::Integer, Self::Decimal, Self::Boolean, Self::Date, Self::Iri, Self::Class, Self::Property];

    /// The name in the head of a query file.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Iri => "iri",
            Self::Class => "class",
            Self::Property => "property",
        }
    }

    /// The type of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }

    /// Whether a value names a term of the ontology.
    pub(super) fn is_ontology_term(self) -> bool {
        matches!(self, Self::Class | Self::Property)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::String => "a text",
            Self::Integer => "a whole number",
            Self::Decimal => "a number such as 0.8",
            Self::Boolean => "true or false",
            Self::Date => "a day such as 2025-09-15",
            Self::Iri => "an absolute IRI such as https://example.org/x",
            Self::Class => "a class such as Enterprise",
            Self::Property => "a property such as builds",
        }
    }

    /// Reads `value`, which stays one term whatever is in it.
    ///
    /// # Errors
    ///
    /// When the value is not of this type; `name` is the parameter, for the message.
    pub(super) fn read(self, name: &str, value: &str) -> Result<GroundTerm, QueryError> {
        let term = match self {
            Self::String => Some(Literal::new_simple_literal(value).into()),
            Self::Integer => value.parse::<i64>().ok().map(|n| Literal::from(n).into()),
            Self::Decimal => is_decimal(value).then(|| Literal::new_typed_literal(value, xsd::DECIMAL).into()),
            Self::Boolean => value.parse::<bool>().ok().map(|b| Literal::from(b).into()),
            Self::Date => is_date(value).then(|| Literal::new_typed_literal(value, xsd::DATE).into()),
            Self::Iri => NamedNode::new(value).ok().map(Into::into),
            Self::Class | Self::Property => ontology_term(value).map(Into::into),
        };
        term.ok_or_else(|| QueryError::BadParameter {
            name: name.to_owned(),
            value: value.to_owned(),
            expected: self.expected(),
        })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One parameter of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name, which is also that of the variable.
    pub name: String,
    /// The type.
    pub kind: Type,
    /// Whether it must be given.
    pub required: bool,
    /// The value when none is given; empty leaves the variable unbound.
    pub default: String,
    /// What it means.
    pub about: Bilingual,
}

/// Whether `name` can be the name of a parameter.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase()) && chars.all(|c| c.is_ascii_alphanumeric())
}

fn is_decimal(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part)
}

fn is_date(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let &[year, month, day] = parts.as_slice() else { return false };
    let number = |s: &str, width: usize| {
        (s.len() == width && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn ontology_term(value: &str) -> Option<NamedNode> {
    if value.contains("//") {
        return NamedNode::new(value).ok();
    }
    let local = value.strip_prefix("wm:").unwrap_or(value);
    let known = !local.is_empty() && local.chars().all(|c| c.is_ascii_alphanumeric());
    known.then(|| NamedNode::new(format!("{WM}{local}")).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_reads_its_values_and_refuses_others() {
        let cases = [
            (Type::String, "x\" } DROP ALL #", Some(r#""x\" } DROP ALL #""#)),
            (Type::Integer, "12", Some("\"12\"^^<http://www.w3.org/2001/XMLSchema#integer>")),
            (Type::Integer, "1.5", None),
            (Type::Decimal, "0.8", Some("\"0.8\"^^<http://www.w3.org/2001/XMLSchema#decimal>")),
            (Type::Decimal, "1e9", None),
            (Type::Decimal, ".", None),
            (Type::Boolean, "true", Some("\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>")),
            (Type::Boolean, "yes", None),
            (Type::Date, "2024-02-29", Some("\"2024-02-29\"^^<http://www.w3.org/2001/XMLSchema#date>")),
            (Type::Date, "2023-02-29", None),
            (Type::Date, "2023年2月1日", None),
            (Type::Date, "2023-2-1", None),
            (Type::Iri, "https://example.org/文", Some("<https://example.org/文>")),
            (Type::Iri, "https://example.org/> . ?s ?p ?o", None),
            (Type::Iri, "relative", None),
            (Type::Class, "Bank", Some("<https://w3id.org/wenmai/ontology#Bank>")),
            (Type::Class, "wm:Bank", Some("<https://w3id.org/wenmai/ontology#Bank>")),
            (Type::Class, "https://example.org/Bank", Some("<https://example.org/Bank>")),
            (Type::Class, "Bank> a", None),
            (Type::Property, "builds", Some("<https://w3id.org/wenmai/ontology#builds>")),
            (Type::Property, "", None),
        ];
        for (kind, value, expected) in cases {
            let read = kind.read("p", value).ok().map(|t| t.to_string());
            assert_eq!(read.as_deref(), expected, "{kind} {value}");
        }
    }

    #[test]
    fn the_message_names_parameter_value_and_type() {
        let error = Type::Date.read("since", "soon").unwrap_err();
        assert_eq!(error.to_string(), "parameter `since`: `soon` is not a day such as 2025-09-15");
    }
}
