//! Rows that come and go.

use limbeck_core::driver::{Batches, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{Literal, RowValues};

use super::fault::Fault;
use super::literal::{literal, quote, quote_all, quote_name};

/// The most rows that one INSERT brings.
const ROWS: usize = 500;
/// The most rows that one DELETE names.
const KEYS: usize = 200;

/// The statements that put `rows` into a table. Neighbours that name the same columns go together.
pub(super) fn insert(table: &Name, rows: &[RowValues], operation: usize) -> Result<Vec<Statement>, Fault> {
    let into = format!("INSERT INTO {}", quote_name(table));
    let mut batches = Batches::new(ROWS);
    for row in rows {
        let columns: Vec<&Ident> = row.keys().collect();
        if columns.is_empty() {
            batches.alone(format!("{into} DEFAULT VALUES"));
            continue;
        }
        let values: Result<Vec<String>, Fault> =
            row.iter().map(|(column, item)| value(table, column, item)).collect();
        let head = format!("{into} ({}) VALUES", quote_all(columns));
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
    if key.is_empty() {
        return Err(Fault::DoesNotFit(format!(
            "rows are to be deleted from {table}, which has no primary key, and no `key` says which columns tell them apart"
        )));
    }
    let mut batches = Batches::new(KEYS);
    for row in rows {
        let parts: Result<Vec<String>, Fault> = key
            .iter()
            .map(|column| {
                let item = row.get(column).ok_or_else(|| {
                    Fault::DoesNotFit(format!(
                        "a row to be deleted from {table} gives no value for its key {column}"
                    ))
                })?;
                Ok(condition(&quote(column), &value(table, column, item)?))
            })
            .collect();
        let head = format!("DELETE FROM {} WHERE", quote_name(table));
        batches.add(head, " OR", &format!("\n    ({})", parts?.join(" AND ")));
    }
    Ok(batches.finish(operation))
}

/// That a column holds a value. Unlike IS NOT DISTINCT FROM, = can use an index.
fn condition(column: &str, value: &str) -> String {
    if value.eq_ignore_ascii_case("NULL") {
        format!("{column} IS NULL")
    } else {
        format!("{column} = {value}")
    }
}

fn value(table: &Name, column: &Ident, item: &Literal) -> Result<String, Fault> {
    if let Literal::String(text) = item
        && text.contains('\0')
    {
        return Err(Fault::unsupported(
            format!("a text for {table}.{column} holds a NUL character, which PostgreSQL does not keep"),
            "take the character out, or keep the value in a column of bytes",
        ));
    }
    literal(item).ok_or_else(|| Fault::NoText(format!("a value for {table}.{column}")))
}
