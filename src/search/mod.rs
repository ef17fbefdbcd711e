//! Looking for words and expressions in a text. What they mean is not known here.

mod anchor;
mod expression;
mod vocabulary;
mod walk;
mod words;

pub use anchor::{Anchors, Sightings};
pub use expression::{Expression, Found, Group};
pub(crate) use vocabulary::{Hits, Vocabulary, Wordlists};
pub use words::Words;
