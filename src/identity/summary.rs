//! What a document says of its entities, as far as identity needs it.

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::entity::{Entities, Entity, bare};
use crate::knowledge::Knowledge;
use crate::ontology::Classes;

/// What one document says of its entities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The document's name in the graph.
    pub path: String,
    /// Code of the division that it was written from; empty when it does not tell.
    pub place: String,
    /// Its year, four digits; empty when it does not tell.
    pub year: String,
    /// Its entities, in the order of [`Entities::iter`].
    pub locals: Vec<Local>,
}

/// An entity of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Local {
    /// Local name of its class.
    pub class: String,
    /// Its name in the document.
    pub name: String,
    /// Other forms.
    pub forms: Vec<Form>,
    /// The number that the document gives it: of an official document or a proposal.
    pub number: Option<String>,
    /// How often it is named.
    pub mentions: u32,
    /// The first sentence that names it.
    pub passage: Option<At>,
}

/// Another form of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The form.
    pub words: String,
    /// The rule that joined it to the name; empty for a mere spelling.
    pub rule: String,
    /// The first sentence that has it.
    pub passage: Option<At>,
}

/// A sentence, by the characters of the decoded file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// Its first character.
    pub start: u32,
    /// One past its last character.
    pub end: u32,
}

impl Summary {
    /// Sums up `entities` of `document`, called `path` and written from the division with the code `place`.
    pub fn of(knowledge: &Knowledge, path: &str, document: &Document, entities: &Entities, place: &str) -> Self {
        let year = document.head.date.as_ref().map(|d| d.text.chars().take(4).collect()).unwrap_or_default();
        let numbered = knowledge.classes(&["OfficialDocument".to_owned()]);
        let locals = entities.iter().map(|(_, e)| local(knowledge, document, e, numbered)).collect();
        Self { path: path.to_owned(), place: place.to_owned(), year, locals }
    }
}

fn local(knowledge: &Knowledge, document: &Document, entity: &Entity, numbered: Classes) -> Local {
    let clean = document.text.clean();
    let at = |span| {
        let at = document.text.original(document.sentence_of(span));
        At { start: at.start, end: at.end }
    };
    let said = |words: &str| {
        let spoken = |span: &&crate::diag::Span| bare(span.of(clean)) == words;
        entity.spans.iter().find(spoken).map(|span| at(*span))
    };
    let titles = &knowledge.identity.titles;
    let mut number = None;
    if numbered.contains(entity.class) {
        let stated = entity.aliases.iter().find(|a| is_number(knowledge, a)).cloned();
        let behind = || {
            entity.spans.iter().find_map(|span| {
                let rest = &clean[span.end..clean.ceil_char_boundary(span.end + 120)];
                Some(titles.number_behind.captures(rest)?["number"].to_owned())
            })
        };
        number = stated.or_else(behind);
    }
    let forms = entity.aliases.iter().filter(|a| Some(*a) != number.as_ref());
    let forms = forms.map(|words| Form {
        words: words.clone(),
        rule: entity.joined.get(words).map(|r| (*r).to_owned()).unwrap_or_default(),
        passage: said(words),
    });
    Local {
        class: knowledge.schema.name(entity.class).to_owned(),
        name: entity.name.clone(),
        forms: forms.collect(),
        number,
        mentions: u32::try_from(entity.spans.len()).unwrap_or(u32::MAX),
        passage: said(&entity.name).or_else(|| entity.spans.first().map(|s| at(*s))),
    }
}

/// Whether `form` is the number of an official document or of a proposal.
fn is_number(knowledge: &Knowledge, form: &str) -> bool {
    let whole = knowledge.references.proposal_number.find(form).is_some_and(|m| m.as_str().len() == form.len());
    whole || knowledge.identity.titles.number.is_match(form)
}
