//! Rows that come and go.

use limbeck_core::driver::{Batches, Statement};
use limbeck_core::ident::Ident;
use limbeck_core::operation::{Literal, RowValues};

use super::fault::Fault;
use super::literal::{literal, quote, quote_all};

/// The most rows that one INSERT brings.
const ROWS: usize = 500;
/// The most rows that one DELETE names: the library takes an expression 1000 deep.
const KEYS: usize = 200;

/// The statements that put `rows` into a table. Neighbours that name the same columns go together.
pub(super) fn insert(table: &Ident, rows: &[RowValues], operation: usize) -> Result<Vec<Statement>, Fault> {
    let into = format!("INSERT INTO {}", quote(table.as_str()));
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
    table: &Ident,
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
                // IS, unlike =, finds NULL.
                Ok(format!("{} IS {}", quote(column.as_str()), value(table, column, item)?))
            })
            .collect();
        let head = format!("DELETE FROM {} WHERE", quote(table.as_str()));
        batches.add(head, " OR", &format!("\n    ({})", parts?.join(" AND ")));
    }
    Ok(batches.finish(operation))
}

fn value(table: &Ident, column: &Ident, item: &Literal) -> Result<String, Fault> {
    if let Literal::String(text) = item
        && text.contains('\0')
    {
        return Err(Fault::unsupported(
            format!(
                "a text for {table}.{column} holds a NUL character, at which most of SQLite's functions stop reading"
            ),
            "write it as an expression: `{ sql = \"'a' || char(0) || 'b'\" }`, or as a blob: `{ sql = \"x'610062'\" }`",
        ));
    }
    literal(item).ok_or_else(|| Fault::NoText(format!("a value for {table}.{column}")))
}
