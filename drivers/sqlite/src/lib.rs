//! The SQLite driver.

pub mod dialect;
