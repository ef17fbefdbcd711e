//! Asking the graph: named queries with parameters, SPARQL of one's own, and the forms that an answer can take.
//!
//! ```text
//! name + parameters ─ catalogue ─┐
//!                                ├─ guard ─ parse ─ bind ─ Prepared ─ Engine::run ─ Answer ─ format ─ bytes
//! SPARQL text ───────────────────┘
//! ```
//!
//! - [`catalogue`] reads `queries/*.rq` and turns `k=v` into terms of a declared type ([`parameter`]);
//! - [`guard`] refuses what the parser or the evaluator would not survive, and `SERVICE`;
//! - [`run`] holds the engine, its limits and its answers;
//! - [`format`](mod@format) writes an answer for programs and for people.
//!
//! Values of parameters are put into the parsed query as terms. No text is ever pasted into a query.

mod algebra;
pub mod catalogue;
mod error;
pub mod format;
pub mod guard;
mod header;
mod lex;
pub mod parameter;
pub mod run;
mod syntax;
mod table;

pub use catalogue::{Catalogue, Definition};
pub use error::{Place, QueryError};
pub use format::{Format, Page, write};
pub use parameter::{Bilingual, Lang, Parameter, Type};
pub use run::{Answer, Engine, Limits, PREFIXES, Prepared, Rows};
