//! The engine of Limbeck: everything that is not a driver, a model reader or a command line.
//!
//! Data moves one way: sources → schema → diff → operations → revision file → graph → plan → statements → record.
//! Each module is one arrow or one noun of that sentence and uses only those that stand before it here:
//!
//! | layer | modules |
//! |---|---|
//! | 0 | [`ident`], [`diag`], [`sql`] |
//! | 1 | [`schema`] |
//! | 2 | [`operation`] |
//! | 3 | [`diff`], [`revision`] |
//! | 4 | [`graph`] |
//! | 5 | [`plan`], [`history`] |
//! | 6 | [`driver`] |
//! | 7 | [`record`] |
//! | 8 | [`execution`], [`autogenerate`] |
//!
//! `tests/layers.rs` fails on an import that points the wrong way. No module here knows a database by name.

pub mod autogenerate;
pub mod diag;
pub mod diff;
pub mod driver;
pub mod execution;
pub mod graph;
pub mod history;
pub mod ident;
pub mod operation;
pub mod plan;
pub mod record;
pub mod revision;
pub mod schema;
pub mod sql;
