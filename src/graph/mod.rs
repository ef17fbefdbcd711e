//! Claims and figures → quads, and the store that keeps them. `docs/model.md` describes the quads.

mod dataset;
#[cfg(feature = "rocksdb")]
mod disk;
mod generations;
mod pack;
mod quads;
mod scan;
mod segment;
mod store;
mod term;
mod unions;
mod write;

pub use generations::{Change, Generation, current, difference, documents, generations, last_two, rollback, verify};
pub use pack::Blob;
pub use quads::{Extraction, draft, figure_iri, qualifier, rounded};
pub use scan::{quads as all_quads, scan, scan_subjects, stream};
pub use segment::{Draft, bytes_of};
pub use store::{Contents, DocumentPart, Engine, GraphPart, Manifest, Store, StoreError, check_target};
pub use term::{Line, iri, value};
pub use unions::quads as identity_quads;
pub use write::{Graph, Setup, Writer, write_nquads, write_parts};
