//! Schemas declared in Rust.
//!
//! There are two readers, and a writer for databases that are there before their models. [`source`] parses Rust files and compiles nothing. [`describe`] is for a program that lists
//! its own models, described by the derives. Both give the same model, which one conversion makes into a schema.

mod assemble;
mod convert;
mod declared;
pub mod describe;
mod document;
mod resolve;
#[cfg(feature = "source")]
pub mod source;
#[cfg(feature = "source")]
pub mod write;

pub use declared::Declared;
pub use document::{DocumentError, NAMING_VARIABLE, naming_from_json, naming_to_json};
#[cfg(feature = "source")]
pub use source::{Options, read_sources, read_text};
