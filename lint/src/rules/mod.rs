//! One rule, one file.

mod adding_rewrites;
mod alter_copies_table;
mod concurrently_in_transaction;
mod constraint_scans;
mod decimal_is_float;
mod drop_cascade;
mod drop_column;
mod drop_foreign_key;
mod drop_index_locks;
mod drop_table;
mod foreign_key_without_index;
mod identifier_too_long;
mod index_locks_writers;
mod irreversible;
mod json_without_equality;
mod narrowing_type;
mod no_primary_key;
mod not_null_scans;
mod not_null_without_fill;
mod raw_drop;
mod redundant_index;
mod rename_column;
mod rename_table;
mod schema_and_data;
mod set_not_null_without_fill;
mod several_statements;
mod table_rebuild;
mod transaction_control;
mod truncate;
mod type_rewrites;
mod unique_locks;
mod validate_in_same_revision;
mod volatile_default;

use crate::{Severity, Subject};

/// A rule.
pub struct Rule {
    /// Its code, in kebab-case.
    pub code: &'static str,
    /// How bad it is what it finds.
    pub severity: Severity,
    /// What it is about, in a sentence.
    pub about: &'static str,
    /// Looks at an operation or a statement, and gives back what is wrong and the safe way.
    pub check: fn(&Subject<'_>) -> Option<(String, String)>,
}

/// All rules, by their codes.
pub const RULES: &[Rule] = &[
    adding_rewrites::RULE,
    alter_copies_table::RULE,
    concurrently_in_transaction::RULE,
    constraint_scans::RULE,
    decimal_is_float::RULE,
    drop_cascade::RULE,
    drop_column::RULE,
    drop_foreign_key::RULE,
    drop_index_locks::RULE,
    drop_table::RULE,
    foreign_key_without_index::RULE,
    identifier_too_long::RULE,
    index_locks_writers::RULE,
    irreversible::RULE,
    json_without_equality::RULE,
    narrowing_type::RULE,
    no_primary_key::RULE,
    not_null_scans::RULE,
    not_null_without_fill::RULE,
    raw_drop::RULE,
    redundant_index::RULE,
    rename_column::RULE,
    rename_table::RULE,
    schema_and_data::RULE,
    set_not_null_without_fill::RULE,
    several_statements::RULE,
    table_rebuild::RULE,
    transaction_control::RULE,
    truncate::RULE,
    type_rewrites::RULE,
    unique_locks::RULE,
    validate_in_same_revision::RULE,
    volatile_default::RULE,
];
