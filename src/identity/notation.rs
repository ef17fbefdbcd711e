//! Names as examples and pairs write them: `CLASS NAME [@PLACE] [=SHORT] [~FORM] [#NUMBER] [^YEAR] [/N]`.

use super::summary::{At, Form, Local, Summary};
use crate::knowledge::Knowledge;

/// The document that says nothing but the name that `text` writes. Its name in the graph is `text`.
///
/// # Errors
///
/// What is wrong with `text`, in one line.
pub fn document(knowledge: &Knowledge, text: &str) -> Result<Summary, String> {
    let mut words = text.split(' ').filter(|w| !w.is_empty());
    let (Some(class), Some(name)) = (words.next(), words.next()) else {
        return Err(format!("`{text}`: a class and a name are needed"));
    };
    if knowledge.schema.class(class).is_none() {
        return Err(format!("`{text}`: unknown class `{class}`"));
    }
    let passage = Some(At { start: 0, end: 1 });
    let mut local = Local { class: class.to_owned(), name: name.to_owned(), mentions: 1, passage, ..Local::default() };
    let mut summary = Summary { path: text.to_owned(), ..Summary::default() };
    for word in words {
        let mut chars = word.chars();
        let mark = chars.next();
        let rest = chars.as_str().to_owned();
        let form = |rule: &str| Form { words: rest.clone(), rule: rule.to_owned(), passage };
        match mark {
            Some('@') => {
                let place = knowledge.divisions.beginning_like(&rest).find(|(_, d)| d.name == rest);
                summary.place = place.map(|(_, d)| d.code.clone()).ok_or(format!("`{text}`: no place `{rest}`"))?;
            }
            Some('=') => local.forms.push(form("ENT-defined")),
            Some('~') => local.forms.push(form("")),
            Some('#') => local.number = Some(rest),
            Some('^') => summary.year = rest,
            Some('/') => {}
            _ => return Err(format!("`{text}`: `{word}` begins with none of @ = ~ # ^ /")),
        }
    }
    summary.locals.push(local);
    Ok(summary)
}
