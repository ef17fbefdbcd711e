//! The tests around the library, in one binary, so that the library is linked once.
//!
//! One module a theme:
//!
//! | module | what it holds to |
//! |---|---|
//! | `architecture` | the order of the modules, words kept out of the code, sizes, paths |
//! | `vocabulary` | every name of a class or relation that the program and the rules use is declared and labelled |
//! | `knowledge` | the embedded knowledge is sound; broken knowledge is refused with file, place and a hint |
//! | `examples` | each rule finds what its own examples say |
//! | `evidence` | each fact leads back to the words it was read from |
//! | `determinism` | the same documents give the same bytes |
//! | `batch` | what did not change is not read again, and the result is that of a build from nothing |
//! | `engines` | what answers queries answers like oxigraph's own store, in memory and on disk |
//! | `export` | copies in all formats say the same, in the same bytes |
//! | `faults` | full disks, folders that cannot be written, signals, closed pipes, newer stores |
//! | `generations` | builds that are killed, the way back, what differs, readers while a build switches |
//! | `robustness` | odd input, damaged stores, two builders at once |
//! | `numerals` | tables of numerals, figures and dates are read and written |
//! | `check` | what does not agree is found and listed, and charts are drawn |
//! | `query` | named queries, parameters, formats, limits, on a small invented store |
//! | `eval` | measuring counts like the scorer, and refuses what it cannot measure |
//! | `explain` | rules are explained as they are written, and the book of rules is up to date |
//! | `diagram` | what a picture shows and how it is written, on a store made by hand |
//! | `gallery` | the pictures of the gallery are those that its commands make |
//! | `identity` | one thing is one entity across documents, whatever their order; decisions are obeyed |
//! | `gold` | the annotated letters are sound |
//! | `words` | the digests of the corpus are in our own words |
//!
//! `support` holds what they share, `source` reads the project's own code.
//!
//! To add a case, go to the module of its theme: most have a table of cases, and a row is enough. A rule's cases stand
//! at the rule, in `matches` and `rejects`. A test that is about one function stands beside that function in `src/`. A
//! mended bug leaves a case here or there. Nothing may depend on the time, the machine or the order of the tests.

mod architecture;
mod batch;
mod check;
mod determinism;
mod diagram;
mod engines;
mod eval;
mod evidence;
mod examples;
mod explain;
mod export;
mod faults;
mod gallery;
mod generations;
mod gold;
mod identity;
mod knowledge;
mod numerals;
mod query;
mod robustness;
mod source;
mod support;
mod vocabulary;
mod words;
