//! The words that stand in a picture, read from `ontology/interface.toml`.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Deserialize;

use super::DiagramError;

const INTERFACE: &str = include_str!("../../ontology/interface.toml");

/// The language of titles, legends, class and predicate names; names of entities stay as the documents have them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language tag that labels carry.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }
}

/// One expression in both languages; `{…}` are blanks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    zh: String,
    en: String,
}

/// Declares the file's table and, for each key, a field that holds the expression.
macro_rules! words {
    ($($name:ident),* $(,)?) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            $($name: Word,)*
            family: BTreeMap<String, Word>,
        }

        /// All expressions in one language.
        #[derive(Debug)]
        pub(super) struct Words {
            $(pub(super) $name: String,)*
            family: BTreeMap<String, String>,
        }

        impl Words {
            fn choose(table: Table, lang: Lang) -> Self {
                let pick = |word: Word| match lang {
                    Lang::Zh => word.zh,
                    Lang::En => word.en,
                };
                Self {
                    $($name: pick(table.$name),)*
                    family: table.family.into_iter().map(|(name, word)| (name, pick(word))).collect(),
                }
            }

            #[cfg(test)]
            fn all(self) -> Vec<(String, String)> {
                let mut all = vec![$((stringify!($name).to_owned(), self.$name)),*];
                all.extend(self.family);
                all
            }
        }
    };
}

words! {
    network, ego, citations, bureaus, towns, town, policy, chains, chain, timeline, path, ontology, construct,
    whole, cut, thin, whole_ties, cut_ties, thin_ties, terms, left_to_right, dates, date, sources, more_sources,
    legend, entry, no_family, claim, passage, section, counts,
    year, no_year, figure, community, issued_together, relation, value, thing, below,
    joiner, many, stated, sentences, sections, node_note, node_plain, node_aliases, quote, labelled,
}

impl Words {
    /// Reads the embedded file.
    pub(super) fn load(lang: Lang) -> Result<Self, DiagramError> {
        #[derive(Deserialize)]
        struct File {
            diagram: Table,
        }
        let file: File = toml::from_str(INTERFACE)?;
        Ok(Self::choose(file.diagram, lang))
    }

    /// The name of a family of relations; one that the file does not know is named as the ontology spells it.
    pub(super) fn family<'a>(&'a self, name: Option<&'a str>) -> &'a str {
        match name {
            Some(name) => self.family.get(name).map_or(name, String::as_str),
            None => &self.no_family,
        }
    }
}

/// `template` with its blanks filled in. What is filled in is not looked at again, so a `{` in it stays one.
pub(super) fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let after = &rest[start + 1..];
        let found = after.find('}').and_then(|end| {
            let value = values.iter().find(|(name, _)| *name == &after[..end])?;
            Some((end, value.1.to_string()))
        });
        match found {
            Some((end, value)) => {
                out.push_str(&value);
                rest = &after[end + 1..];
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanks(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_have_the_same_blanks() {
        let zh = Words::load(Lang::Zh).unwrap().all();
        let en = Words::load(Lang::En).unwrap().all();
        assert_eq!(zh.len(), en.len());
        for ((name, zh), (_, en)) in std::iter::zip(zh, en) {
            assert!(!zh.is_empty() && !en.is_empty(), "{name} is empty");
            assert_eq!(blanks(&zh), blanks(&en), "{name}");
        }
    }

    #[test]
    fn filling_looks_at_the_template_only_once() {
        let values: &[(&str, &dyn Display)] = &[("a", &"{b}"), ("b", &7)];
        assert_eq!(fill("{a} and {b}", values), "{b} and 7");
        assert_eq!(fill("{c} {", values), "{c} {");
    }
}
