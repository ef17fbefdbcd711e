//! One thing, one entity, across documents: from what each document says of its entities to one node for each thing, with
//! the reason of every merge.
//!
//! [`resolve()`] is a pure function of the summaries of the documents, the knowledge, the decisions and the authority
//! lists. It depends on the set of documents only, not on their order, and takes time near linear in the number of
//! entities; a summary is small, can be serialised and does not depend on other documents. `docs/identity.md` says how it decides.

mod authority;
mod decisions;
mod edges;
mod examples;
mod key;
mod notation;
mod resolve;
mod summary;

pub use authority::{Authority, AuthorityError, Entry as AuthorityEntry};
pub use decisions::{Decision, Decisions, DecisionsError, Verdict};
pub use examples::check;
pub use notation::document;
pub use resolve::{Doubt, Evidence, Identifier, Identity, Merge, Node, resolve};
pub use summary::{At, Form, Local, Summary};
