//! The parser of SQLite's CREATE statements: whatever stands there, it is read or refused. A table that was read, rendered
//! and read again is rendered the same.

use limbeck_core::driver::Dialect;
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Schema, Table};
use limbeck_sqlite::{SqliteDialect, read_create};

fn rendered(table: Table) -> Option<String> {
    let operations = [Operation::CreateTable(Box::new(table))];
    let plan = SqliteDialect::newest().plan(&operations, &Schema::new()).ok()?;
    plan.into_iter().next().map(|statement| statement.sql)
}

/// Tries one text.
pub(crate) fn check(sql: &str) {
    let Some(sql) = read_create(sql).and_then(rendered) else { return };
    let table = read_create(&sql).unwrap_or_else(|| panic!("what was rendered cannot be read: {sql}"));
    let again = rendered(table).unwrap_or_else(|| panic!("what was rendered once is refused: {sql}"));
    assert_eq!(sql, again);
}
