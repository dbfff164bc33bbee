//! What is applied to a database, as the database itself keeps it: a row per revision in a table of ours.
//!
//! Heads are derived from the rows and the graph. Reading needs no table: without one, nothing is applied.

mod entry;
mod store;
mod tables;

pub use entry::{Applied, Recorded};
pub use store::Record;
