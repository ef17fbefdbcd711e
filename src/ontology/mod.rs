//! The ontology: its terms and labels.

pub mod vocab;
