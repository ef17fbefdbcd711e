//! Claims and figures → quads, and the store that keeps them. `docs/model.md` describes the quads.

pub mod store;

pub use store::{Manifest, Store, StoreError};
