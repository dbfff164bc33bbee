//! Schemas declared in Rust.
//!
//! There are two readers. [`source`] parses Rust files and compiles nothing. [`describe`] is for a program that lists
//! its own models, described by the derives. Both give the same model, which one conversion makes into a schema.

mod assemble;
mod convert;
mod declared;
pub mod describe;
mod resolve;
#[cfg(feature = "source")]
pub mod source;

pub use declared::Declared;
#[cfg(feature = "source")]
pub use source::{Options, read_sources};
