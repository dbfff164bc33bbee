//! Names: of things in a database ([`Ident`], [`Name`]) and of revisions ([`RevisionId`], [`Label`]).
//!
//! A name is kept exactly as it was given. Whether two spellings mean the same thing is the dialect's business, as is
//! how a name is quoted.

mod direction;
mod folding;
mod name;
mod revision;

pub use direction::Direction;
pub use folding::CaseFolding;
pub use name::{Ident, Name};
pub use revision::{InvalidRevisionName, Label, RESERVED_WORDS, RevisionId};
