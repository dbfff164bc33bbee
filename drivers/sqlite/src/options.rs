//! What of a schema only SQLite knows, and under which keys of `options.sqlite` it stands.
//!
//! | of | key | value |
//! |---|---|---|
//! | a table | [`STRICT`] | `true`: its columns take their own types only |
//! | a table | [`WITHOUT_ROWID`] | `true`: it is kept in the order of its primary key |
//! | a column | [`ON_CONFLICT`] | what its NOT NULL does: `rollback`, `abort`, `fail`, `ignore`, `replace` |
//! | a column | [`NOT_NULL_NAME`] | the name of its NOT NULL |
//! | a primary key, unique or check constraint | [`ON_CONFLICT`] | the same words |
//! | a primary key | [`INLINE`] | `true`: it is said in its column; of one that descends that means another key |
//! | a foreign key | [`DEFERRABLE`] | in which words it says when it is checked, if not in the usual ones |
//!
//! What holds without a word does not stand there, unless somebody has said it: `abort`, `not deferrable`.

/// The dialect whose section the keys stand in.
pub const DIALECT: &str = "sqlite";
/// `STRICT`
pub const STRICT: &str = "strict";
/// `WITHOUT ROWID`
pub const WITHOUT_ROWID: &str = "without_rowid";
/// `ON CONFLICT …`
pub const ON_CONFLICT: &str = "on_conflict";
/// `CONSTRAINT … NOT NULL`
pub const NOT_NULL_NAME: &str = "not_null_name";
/// `… PRIMARY KEY DESC`
pub const INLINE: &str = "inline";
/// `NOT DEFERRABLE …`
pub const DEFERRABLE: &str = "deferrable";
/// What [`DEFERRABLE`] may say.
pub const DEFERRABLE_WORDS: [&str; 4] = [
    "deferrable",
    "not deferrable",
    "not deferrable initially immediate",
    "not deferrable initially deferred",
];
/// What may stand behind ON CONFLICT.
pub const CONFLICT_ACTIONS: [&str; 5] = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];
