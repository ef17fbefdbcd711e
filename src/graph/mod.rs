//! Claims and figures → quads, and the store that keeps them. `docs/model.md` describes the quads.

mod generations;
mod quads;
mod scan;
mod store;
mod unions;

use std::collections::BTreeSet;

use oxigraph::model::Quad;

use crate::identity::Identity;
use crate::ontology::Schema;
pub use generations::{Change, Generation, current, difference, generations, last_two, rollback, verify};
pub use quads::{Extraction, figure_iri, quads, qualifier, rounded};
pub use scan::{Line, scan, scan_subjects};
pub use store::{Manifest, Store, StoreError, check_target};

/// The graph of `extractions`, of what is one thing in them, of `more` that was found by comparing them, and of the
/// ontology, as sorted N-Quads: the same content gives the same bytes.
pub fn nquads(schema: &Schema, extractions: &[Extraction], identity: &Identity, more: &[Quad]) -> Vec<u8> {
    use rayon::prelude::*;
    let documents = extractions.par_iter().flat_map_iter(|e| quads(schema, e)).map(|q| line(&q));
    let mut lines: BTreeSet<String> = documents.collect();
    lines.extend(more.iter().map(line));
    lines.extend(unions::quads(identity).iter().map(line));
    lines.extend(schema.quads().map(|q| line(&q)));
    lines.into_iter().collect::<String>().into_bytes()
}

fn line(quad: &Quad) -> String {
    format!("{quad} .\n")
}
