//! Rows that come and go.

use limbeck_core::driver::{Batches, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{Literal, RowValues};

use super::fault::Fault;
use super::literal::{literal, quote, quote_all};
use super::table::name;
use crate::flavour::Gates;

/// The most rows that one statement brings or names.
const ROWS: usize = 500;

/// The statements that put `rows` into a table. Neighbours that name the same columns go together.
pub(crate) fn insert(
    gates: Gates,
    table: &Name,
    rows: &[RowValues],
    operation: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut batches = Batches::new(ROWS);
    for row in rows {
        let columns: Vec<&Ident> = row.keys().collect();
        let values: Result<Vec<String>, Fault> =
            row.iter().map(|(column, item)| value(gates, table, column, item)).collect();
        let head = format!("INSERT INTO {} ({}) VALUES", name(table), quote_all(columns));
        batches.add(head, ",", &format!("\n    ({})", values?.join(", ")));
    }
    Ok(batches.finish(operation))
}

/// The statements that take `rows` out of a table, each found by the columns of `key`.
pub(crate) fn delete(
    gates: Gates,
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
    let mut batches = Batches::new(ROWS);
    for row in rows {
        let parts: Result<Vec<String>, Fault> = key
            .iter()
            .map(|column| {
                let item = row.get(column).ok_or_else(|| {
                    Fault::DoesNotFit(format!(
                        "a row to be deleted from {table} gives no value for its key {column}"
                    ))
                })?;
                // <=>, unlike =, finds NULL.
                Ok(format!("{} <=> {}", quote(column.as_str()), value(gates, table, column, item)?))
            })
            .collect();
        let head = format!("DELETE FROM {} WHERE", name(table));
        batches.add(head, " OR", &format!("\n    ({})", parts?.join(" AND ")));
    }
    Ok(batches.finish(operation))
}

fn value(gates: Gates, table: &Name, column: &Ident, item: &Literal) -> Result<String, Fault> {
    literal(gates.names(), item).ok_or_else(|| Fault::NoText(format!("a value for {table}.{column}")))
}
