//! The suite on SQLite: every case on a file of its own.

#[path = "harness/sqlite.rs"]
mod sqlite;

use sqlite::SqliteHarness;

limbeck_conformance::suite!(SqliteHarness);
