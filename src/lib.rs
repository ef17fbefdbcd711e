//! 文脉 wenmai: a knowledge graph of Chinese official documents.
//!
//! Data flows one way: bytes → [`text`] → [`document`] → [`mention`]s → [`entity`]s → [`relation`]s and [`figure`]s →
//! [`graph`] → [`query`], [`diagram`] and [`chart`]. [`check`] compares what was read; [`pipeline`] is where the stages meet, [`batch`] where documents
//! become a generation of a store; what they know is data, loaded and
//! checked by [`knowledge`] against the [`ontology`].
//!
//! ```
//! use wenmai::knowledge::{Knowledge, Options};
//! use wenmai::pipeline::Pipeline;
//!
//! let pipeline = Pipeline::new(Knowledge::load(None, &Options::default())?);
//! let text = "广州市商务局牵头建设了广州市跨境贸易数据平台，总投资约2.5亿元。";
//! let read = pipeline.extract("example.txt", text.as_bytes()).expect("it is a text");
//! assert_eq!(read.figures[0].value, "250000000");
//! assert!(read.claims.iter().any(|claim| &*claim.predicate == "builds"));
//! # Ok::<(), wenmai::knowledge::KnowledgeError>(())
//! ```

pub mod batch;
pub mod chart;
pub mod check;
pub mod cli;
pub mod diag;
pub mod diagram;
pub mod document;
pub mod entity;
pub mod eval;
pub mod examples;
pub mod export;
pub mod figure;
pub mod graph;
pub mod identity;
pub mod knowledge;
pub mod mention;
pub mod ontology;
pub mod pipeline;
pub mod query;
pub mod relation;
pub mod search;
pub mod text;
pub mod trace;
