//! What was considered and not read, with the reason: the other half of an explanation. The stages take a [`Trace`];
//! while it is off, it keeps nothing and no reason is put into words.

use std::cell::RefCell;
use std::fmt;

use crate::diag::Span;

/// Takes down what is rejected, when it is on.
#[derive(Debug)]
pub struct Trace(Option<RefCell<Vec<Rejected>>>);

/// Words that a rule considered and did not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// Where, in the normalised text.
    pub span: Span,
    /// Id of the rule.
    pub rule: String,
    /// What spoke against it.
    pub why: Why,
}

/// Why something was not read; written as one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Fewer characters than a name has, its head noun not counted.
    Short(usize),
    /// No beginning within so many characters.
    Long(usize),
    /// Nothing but words that name nothing.
    Generic,
    /// Nothing in it that only a proper name has.
    NotProper,
    /// Counted things that nothing proper tells apart.
    Counted,
    /// No coined word: it holds a common one, or no name can begin there.
    NotCoined,
    /// Its noun lies in this longer word.
    Inside(String),
    /// What stands right behind it makes it something else.
    Followed(String),
    /// It does not stand behind the words that the rule wants.
    NotBehind,
    /// These words before it only describe something: 国内最大的交易市场.
    Described(String),
    /// It does not begin as such names do.
    Beginning,
    /// It holds a word that such names do not hold.
    Holds(String),
    /// A verb or function word makes a phrase of it.
    Phrase,
    /// A member of a list that does not look like the members of such lists.
    Form,
    /// A bare place name inside another word.
    PartOfWord,
    /// An organ that is only named with its place.
    NoPlace,
    /// A weak name of the lists, without words beside it that support it.
    Unsupported,
    /// A title that the rules leave out.
    Untitled,
    /// It overlaps a name that was known before.
    Known {
        /// The known name.
        words: String,
        /// The rule that found it.
        rule: String,
    },
    /// It overlaps a name that is more fixed, longer or surer.
    Lost {
        /// The other name.
        words: String,
        /// The rule that found it.
        rule: String,
    },
    /// The clause denies it with this word.
    Denied(String),
    /// The sentence takes it back with this word.
    Revoked(String),
    /// The sentence only wishes for it, with this word.
    Wished(String),
    /// The name near the verb is of a class that the rule does not take as its object.
    ObjectClass(String),
    /// This preposition stands before what could be the object.
    Governed(String),
    /// This other verb stands before what could be the object.
    OtherVerb(String),
    /// What the rule wants behind the object is not there.
    NoSequel,
    /// The rule needs somebody in the clause who acts.
    Unstated,
    /// Nobody acts in the clause, before it, or by having issued the document.
    NoSubject,
    /// Somebody acts in the clause, who cannot be the subject.
    SpokenFor(String),
    /// The document says elsewhere who does it.
    SaidElsewhere,
    /// Somebody without a name acts in the clause.
    Unnamed,
    /// Words stand before the verb that do not only lead to it.
    NotAlone,
    /// The clause only describes what follows it.
    Attribute,
    /// Subject and object are the same.
    Itself(String),
    /// The ontology does not allow the relation between things of these classes.
    Classes {
        /// The relation.
        predicate: String,
        /// Class of the subject.
        subject: String,
        /// Class of the object.
        object: String,
    },
    /// The same relation was read by a surer rule, or earlier.
    Surer {
        /// The relation with its ends.
        triple: String,
        /// The rule that reads it.
        rule: String,
    },
}

impl Trace {
    /// Keeps nothing.
    pub fn off() -> Self {
        Self(None)
    }

    /// Keeps everything.
    pub fn on() -> Self {
        Self(Some(RefCell::default()))
    }

    /// Whether it keeps anything: what is only looked up to explain can be left out when it does not.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// `rule` does not read `span`.
    pub fn reject(&self, span: Span, rule: &str, why: impl FnOnce() -> Why) {
        if let Some(kept) = &self.0 {
            kept.borrow_mut().push(Rejected { span, rule: rule.to_owned(), why: why() });
        }
    }

    /// The same, as the answer of a rule that finds nothing.
    pub(crate) fn refuse<T>(&self, span: Span, rule: &str, why: impl FnOnce() -> Why) -> Option<T> {
        self.reject(span, rule, why);
        None
    }

    /// Forgets what is not worth a reason any longer.
    pub(crate) fn forget(&self, idle: impl Fn(&Rejected) -> bool) {
        if let Some(kept) = &self.0 {
            kept.borrow_mut().retain(|r| !idle(r));
        }
    }

    /// All that was rejected, in the order of the text; each reason once.
    pub fn into_rejected(self) -> Vec<Rejected> {
        let mut kept = self.0.map(RefCell::into_inner).unwrap_or_default();
        kept.sort();
        kept.dedup();
        kept
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short(least) => write!(f, "too short: fewer than {least} characters of its own"),
            Self::Long(most) => write!(f, "too long: no beginning within {most} characters"),
            Self::Generic => f.write_str("generic words only"),
            Self::NotProper => f.write_str("nothing proper in it"),
            Self::Counted => f.write_str("counted, and nothing proper in it"),
            Self::NotCoined => f.write_str("no coined word before its noun"),
            Self::Inside(word) => write!(f, "its noun is part of {word}"),
            Self::Followed(word) => write!(f, "no name before {word}"),
            Self::NotBehind => f.write_str("not behind the words that the rule wants"),
            Self::Described(words) => write!(f, "only described: {words} stands before it"),
            Self::Beginning => f.write_str("does not begin as such names do"),
            Self::Holds(word) => write!(f, "holds {word}"),
            Self::Phrase => f.write_str("a phrase: a verb or function word stands in it"),
            Self::Form => f.write_str("not of the form of such names"),
            Self::PartOfWord => f.write_str("part of another word"),
            Self::NoPlace => f.write_str("an organ without its place"),
            Self::Unsupported => f.write_str("a weak name, and nothing beside it supports it"),
            Self::Untitled => f.write_str("a title that the rules leave out"),
            Self::Known { words, rule } => write!(f, "overlaps {words}, known by {rule}"),
            Self::Lost { words, rule } => write!(f, "lost to {words} by {rule}"),
            Self::Denied(word) => write!(f, "denied: {word}"),
            Self::Revoked(word) => write!(f, "taken back: {word}"),
            Self::Wished(word) => write!(f, "only wished for: {word}"),
            Self::ObjectClass(class) => write!(f, "no object: the rule takes no {class}"),
            Self::Governed(word) => write!(f, "no object: {word} stands before it"),
            Self::OtherVerb(verb) => write!(f, "no object: {verb} takes over"),
            Self::NoSequel => f.write_str("what the rule wants behind the object is not there"),
            Self::Unstated => f.write_str("no subject: the rule wants it in the clause"),
            Self::NoSubject => f.write_str("no subject: nobody acts in the clause or before it"),
            Self::SpokenFor(name) => write!(f, "no subject: {name} acts, and is none that the rule takes"),
            Self::SaidElsewhere => f.write_str("no subject: the document says elsewhere who does it"),
            Self::Unnamed => f.write_str("no subject: somebody without a name acts"),
            Self::NotAlone => f.write_str("no subject: other words stand before the verb"),
            Self::Attribute => f.write_str("no subject: the clause only describes what follows"),
            Self::Itself(name) => write!(f, "subject and object are both {name}"),
            Self::Classes { predicate, subject, object } => {
                write!(f, "the ontology has no {predicate} from {subject} to {object}")
            }
            Self::Surer { triple, rule } => write!(f, "{triple} is read by {rule}, which is surer or earlier"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_or_worded_while_it_is_off() {
        let trace = Trace::off();
        trace.reject(Span::new(0, 1), "NAME-x", || unreachable!("no reason is needed"));
        assert!(!trace.is_on() && trace.into_rejected().is_empty());
    }

    #[test]
    fn each_reason_is_kept_once_until_it_is_forgotten() {
        let trace = Trace::on();
        let spans = [Span::new(3, 6), Span::new(0, 3)];
        for (span, rule) in [(spans[0], "NAME-x"), (spans[0], "NAME-x"), (spans[1], "NAME-x"), (spans[1], "NAME-y")] {
            trace.reject(span, rule, || Why::Generic);
        }
        trace.forget(|r| r.span == spans[1] && r.rule == "NAME-x");
        let kept: Vec<(Span, String)> = trace.into_rejected().into_iter().map(|r| (r.span, r.rule)).collect();
        assert_eq!(kept, [(spans[1], "NAME-y".to_owned()), (spans[0], "NAME-x".to_owned())]);
    }
}
