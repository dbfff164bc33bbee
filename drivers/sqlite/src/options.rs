//! What of a schema only SQLite knows, and under which keys of `options.sqlite` it stands.
//!
//! | of | key | value |
//! |---|---|---|
//! | a table | [`STRICT`] | `true`: its columns take their own types only |
//! | a table | [`WITHOUT_ROWID`] | `true`: it is kept in the order of its primary key |
//! | a column | [`ON_CONFLICT`] | what its NOT NULL does: `rollback`, `fail`, `ignore`, `replace` |
//! | a primary key, unique or check constraint | [`ON_CONFLICT`] | the same words |
//!
//! What is the default does not stand there: neither `false` nor `abort`.

/// The dialect whose section the keys stand in.
pub const DIALECT: &str = "sqlite";
/// `STRICT`
pub const STRICT: &str = "strict";
/// `WITHOUT ROWID`
pub const WITHOUT_ROWID: &str = "without_rowid";
/// `ON CONFLICT …`
pub const ON_CONFLICT: &str = "on_conflict";
/// What may stand behind ON CONFLICT.
pub const CONFLICT_ACTIONS: [&str; 5] = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];
