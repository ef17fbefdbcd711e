//! The words that stand in a chart, read from `ontology/chart.toml`.

use serde::Deserialize;

use super::Words;

const WORDS: &str = include_str!("../../ontology/chart.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    title: Both,
    sources: Both,
    planned: Both,
    open: Both,
    more: Both,
}

impl Words {
    /// The words of a chart of the indicator `name`, in the language with the tag `lang`: `zh` or `en`.
    pub fn of(name: &str, lang: &str) -> Self {
        let table: Table = toml::from_str(WORDS).expect("the words of charts are sound, a test reads them");
        let pick = |both: Both| if lang == "en" { both.en } else { both.zh };
        Self {
            title: pick(table.title).replace("{name}", name),
            sources: pick(table.sources),
            planned: pick(table.planned),
            open: pick(table.open),
            more: pick(table.more),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_all_words() {
        for lang in ["zh", "en"] {
            let words = Words::of("NAME", lang);
            assert!(words.title.contains("NAME") && words.more.contains("{n}"), "{words:?}");
        }
        assert_ne!(Words::of("", "zh").open, Words::of("", "en").open);
    }
}
