//! Enum types.

use std::collections::BTreeMap;

use limbeck_core::driver::Row;
use limbeck_core::schema::{Enum, Options};

use super::filter::{Filter, not_of_extension};
use super::row::{Oid, integer, owned, text};

/// All of them, whatever is looked at: columns may be of any.
pub(super) fn query(_: &Filter<'_>) -> String {
    format!(
        "SELECT t.oid::bigint, n.nspname::text, t.typname::text, e.enumlabel::text, d.description \
         FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
         LEFT JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid \
         LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_type'::regclass \
             AND d.objoid = t.oid AND d.objsubid = 0 \
         WHERE t.typtype = 'e' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND {} \
         ORDER BY t.oid, e.enumsortorder",
        not_of_extension("pg_type", "t.oid"),
    )
}

/// The enums by their numbers.
pub(super) fn read(rows: &[Row], filter: &Filter<'_>) -> BTreeMap<Oid, Enum> {
    let mut found: BTreeMap<Oid, Enum> = BTreeMap::new();
    for row in rows {
        let made = found.entry(integer(row, 0)).or_insert_with(|| Enum {
            name: filter.name(text(row, 1), text(row, 2)),
            values: Vec::new(),
            comment: owned(row, 4),
            options: Options::default(),
        });
        made.values.extend(owned(row, 3));
    }
    found
}
