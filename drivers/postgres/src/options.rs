//! What of a schema only PostgreSQL knows, and under which keys of `options.postgres` it stands.
//!
//! | of | key | value |
//! |---|---|---|
//! | a table | [`UNLOGGED`] | `true`: it is empty after a crash |
//! | a table or an index, a key or unique constraint | [`PARAMETERS`] | what stands behind WITH, a table of texts; `toast.` before those of the TOAST table |
//! | the same | [`TABLESPACE`] | where it is kept |
//! | a table | [`ACCESS_METHOD`] | how it is kept, if not as a heap |
//! | a table | [`REPLICA_IDENTITY`] | `full`, `nothing`, or `index NAME` |
//! | a table | [`ROW_SECURITY`], [`FORCE_ROW_SECURITY`] | `true`: policies decide which rows are seen; by the owner, too |
//! | a table | [`INHERITS`] | the tables whose columns it has, a list of names as SQL writes them |
//! | a table | [`OF_TYPE`] | the composite type that it is of, as SQL writes it |
//! | a column, an index, a key, unique or exclusion constraint | [`INHERITED`] | `true`: it comes from the table that this one inherits from or is a part of, and goes with it |
//! | a table or an index, a key or unique constraint | [`CLUSTER`] | of an index: `true`: CLUSTER sorts the table by it |
//! | a column | [`STORAGE`] | `plain`, `external`, `extended`, `main`, if not as its type has it |
//! | a column | [`COMPRESSION`] | `pglz`, `lz4` |
//! | a column | [`STATISTICS`] | how many values ANALYZE notes |
//! | a column | [`PARAMETERS`] | `n_distinct`, `n_distinct_inherited` |
//! | a column | [`SEQUENCE`] | the name of the sequence behind its identity, if not `TABLE_COLUMN_seq` |
//! | a column | [`NOT_NULL_NAME`] | the name of its NOT NULL, if not `TABLE_COLUMN_not_null` (PostgreSQL 18) |
//! | a column | [`NOT_NULL_NO_INHERIT`] | `true`: tables that inherit it may hold NULL (PostgreSQL 18) |
//! | a column | [`NOT_NULL_NOT_VALID`] | `true`: the rows that were there were not looked at (PostgreSQL 18) |
//! | a primary key or unique constraint | [`WITHOUT_OVERLAPS`] | `true`: of its last column, ranges may not overlap (PostgreSQL 18) |
//! | a foreign key | [`PERIOD`] | `true`: its last column is a range that must be covered (PostgreSQL 18) |
//! | a check | [`NO_INHERIT`] | `true`: tables that inherit it are not bound by it |
//! | an index | [`ONLY`] | `true`: it is not made on the partitions |
//! | an index | [`STATISTICS`] | how many values ANALYZE notes for each of its parts, a list; -1 where it does not say |
//! | a sequence | [`UNLOGGED`] | `true` |

use limbeck_core::schema::{OptionValue, Options};

/// The dialect whose section the keys stand in.
pub const DIALECT: &str = "postgres";
/// `UNLOGGED`
pub const UNLOGGED: &str = "unlogged";
/// `WITH (…)`
pub const PARAMETERS: &str = "parameters";
/// `TABLESPACE …`
pub const TABLESPACE: &str = "tablespace";
/// `USING …` of a table
pub const ACCESS_METHOD: &str = "access_method";
/// `REPLICA IDENTITY …`
pub const REPLICA_IDENTITY: &str = "replica_identity";
/// `ENABLE ROW LEVEL SECURITY`
pub const ROW_SECURITY: &str = "row_security";
/// `FORCE ROW LEVEL SECURITY`
pub const FORCE_ROW_SECURITY: &str = "force_row_security";
/// `INHERITS (…)`
pub const INHERITS: &str = "inherits";
/// `OF …`
pub const OF_TYPE: &str = "of_type";
/// It is said of the whole or the parent.
pub const INHERITED: &str = "inherited";
/// `CLUSTER ON …`
pub const CLUSTER: &str = "cluster";
/// `SET STORAGE …`
pub const STORAGE: &str = "storage";
/// `SET COMPRESSION …`
pub const COMPRESSION: &str = "compression";
/// `SET STATISTICS …`
pub const STATISTICS: &str = "statistics";
/// `SEQUENCE NAME …`
pub const SEQUENCE: &str = "sequence";
/// `CONSTRAINT … NOT NULL`
pub const NOT_NULL_NAME: &str = "not_null_name";
/// `NOT NULL NO INHERIT`
pub const NOT_NULL_NO_INHERIT: &str = "not_null_no_inherit";
/// `NOT NULL … NOT VALID`
pub const NOT_NULL_NOT_VALID: &str = "not_null_not_valid";
/// `WITHOUT OVERLAPS`
pub const WITHOUT_OVERLAPS: &str = "without_overlaps";
/// `PERIOD …`
pub const PERIOD: &str = "period";
/// `NO INHERIT`
pub const NO_INHERIT: &str = "no_inherit";
/// `ON ONLY …`
pub const ONLY: &str = "only";

/// Takes `key` out.
pub(crate) fn unset(options: &mut Options, key: &str) {
    if let Some(OptionValue::Table(section)) = options.0.get_mut(DIALECT) {
        section.0.shift_remove(key);
        if section.is_empty() {
            options.0.shift_remove(DIALECT);
        }
    }
}

/// Sets a flag that holds.
pub(crate) fn set_flag(options: &mut Options, key: &str) {
    options.set(DIALECT, key, OptionValue::Bool(true));
}

/// Sets a list of texts.
pub(crate) fn set_texts(options: &mut Options, key: &str, texts: Vec<String>) {
    let texts = texts.into_iter().map(OptionValue::String).collect();
    options.set(DIALECT, key, OptionValue::Array(texts));
}

/// Sets a text.
pub(crate) fn set_text(options: &mut Options, key: &str, text: impl Into<String>) {
    options.set(DIALECT, key, OptionValue::String(text.into()));
}
