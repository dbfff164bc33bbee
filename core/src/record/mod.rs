//! What is applied to a database, as the database itself keeps it: a row per revision in a table of ours, and in a second
//! one the revision that is in flight outside a transaction.
//!
//! Heads are derived from the rows and the graph. Reading needs no table: without one, nothing is applied.
//!
//! | module | holds |
//! |---|---|
//! | `entry`, `store` | what is applied |
//! | `in_flight`, `journal` | what is in flight |
//! | `tables` | both tables |

mod entry;
mod in_flight;
mod journal;
mod store;
mod tables;

pub use entry::{Applied, Recorded};
pub use in_flight::{Aim, Condition, InFlight};
pub use journal::Journal;
pub use store::Record;
