//! The attributes of Limbeck's models: what they say, as data, and the grammar that reads them.
//!
//! Two readers share this crate: the derives, and the reader of source files in `limbeck-models`. Both get the same data
//! and the same words for what is wrong. The data hold no `syn` types, so that a derive can write them into a program
//! ([`Build`](build::Build)) which then hands them to the same conversion as the source reader does.

pub mod ast;
#[cfg(feature = "parse")]
pub mod build;
pub mod names;
#[cfg(feature = "parse")]
pub mod parse;
mod place;
mod problem;

pub use place::{At, Place};
pub use problem::{Problem, UNKNOWN_TYPE_HELP};
