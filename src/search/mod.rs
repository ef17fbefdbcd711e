//! Looking for words and expressions in a text. What they mean is not known here.

mod anchor;
mod expression;
mod marks;
mod vocabulary;
mod walk;
mod words;

pub use anchor::{Anchors, Sightings};
pub use expression::{Expression, Found, Group};
pub(crate) use marks::marks;
pub(crate) use vocabulary::{Hits, Vocabulary, Wordlists};
pub use words::Words;
