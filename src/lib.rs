#![doc = include_str!("../README.md")]
//!
//! # The library
//!
//! Data flows one way: bytes → text → document → mentions → entities → claims and figures → graph → query, diagram.
//! `docs/architecture.md` says for each stage what goes in, what comes out and how it can fail.

pub mod cli;
pub mod diag;
pub mod diagram;
pub mod document;
pub mod entity;
pub mod figure;
pub mod graph;
pub mod knowledge;
pub mod mention;
pub mod ontology;
pub mod pipeline;
pub mod query;
pub mod relation;
pub mod text;
