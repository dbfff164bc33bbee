//! Rows that come and go, and raw SQL.

use limbeck_core::driver::{Batches, RawPlace, RawSql, RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{Effect, Literal, RowValues};
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Token, tokens};

use super::fault::Fault;
use super::text::{literal, name, quote, quote_all};
use super::{LEXICAL, NAMES};

/// The most rows that one statement brings or names.
const ROWS: usize = 500;

/// The statements that put `rows` into a table. Neighbours that name the same columns go together.
pub(super) fn insert(table: &Name, rows: &[RowValues], operation: usize) -> Result<Vec<Statement>, Fault> {
    let into = format!("INSERT INTO {}", name(table));
    let mut batches = Batches::new(ROWS);
    for row in rows {
        if row.is_empty() {
            batches.alone(format!("{into} DEFAULT VALUES"));
            continue;
        }
        let values: Result<Vec<String>, Fault> =
            row.iter().map(|(column, item)| value(table, column, item)).collect();
        let head = format!("{into} ({}) VALUES", quote_all(row.keys()));
        batches.add(head, ",", &format!("\n    ({})", values?.join(", ")));
    }
    Ok(batches.finish(operation))
}

/// The statements that take `rows` out of a table, each found by the columns of `key`.
pub(super) fn delete(
    table: &Name,
    rows: &[RowValues],
    key: &[Ident],
    operation: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut batches = Batches::new(ROWS);
    let head = format!("DELETE FROM {} WHERE", name(table));
    for row in rows {
        batches.add(head.clone(), " OR", &format!("\n    ({})", of_row(table, row, key)?));
    }
    Ok(batches.finish(operation))
}

/// The condition that a row is one of `rows`, of which there are some.
pub(super) fn condition(table: &Name, rows: &[RowValues], key: &[Ident]) -> Result<String, Fault> {
    let rows: Result<Vec<String>, Fault> =
        rows.iter().map(|row| Ok(format!("({})", of_row(table, row, key)?))).collect();
    let rows = rows?;
    Ok(if rows.is_empty() { "FALSE".to_owned() } else { rows.join(" OR ") })
}

fn of_row(table: &Name, row: &RowValues, key: &[Ident]) -> Result<String, Fault> {
    if key.is_empty() {
        return Err(Fault::DoesNotFit(format!(
            "rows are to be deleted from {table}, which has no primary key, and no `key` says which columns tell them apart"
        )));
    }
    let parts: Result<Vec<String>, Fault> = key
        .iter()
        .map(|column| {
            let item = row.get(column).ok_or_else(|| {
                Fault::DoesNotFit(format!(
                    "a row to be deleted from {table} gives no value for its key {column}"
                ))
            })?;
            Ok(format!("{} IS NOT DISTINCT FROM {}", quote(column.as_str()), value(table, column, item)?))
        })
        .collect();
    Ok(parts?.join(" AND "))
}

fn value(table: &Name, column: &Ident, item: &Literal) -> Result<String, Fault> {
    literal(item).ok_or_else(|| Fault::NoText(format!("a value for {table}.{column}")))
}

const RAW: RawSql<'_> = RawSql {
    names: NAMES,
    lexical: &LEXICAL,
    way_out: " (with `transaction = \"none\"` the revision runs without one)",
    place,
};

/// The statements of raw SQL.
pub(super) fn execute(
    sql: &Sql,
    declared: Option<Effect>,
    operation: usize,
) -> Result<Vec<Statement>, RenderError> {
    RAW.statements(sql, declared, operation)
}

/// What cannot be undone stands outside a transaction.
fn place(sql: &str) -> Result<RawPlace, &'static str> {
    let first = tokens(&LEXICAL, sql).find(Token::is_code);
    let alone = first.is_some_and(|word| word.is_any(&["CHECKPOINT", "VACUUM", "ATTACH", "DETACH"]));
    Ok(if alone { RawPlace::OutsideTransaction } else { RawPlace::Anywhere })
}
