//! Rows that come and go.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{Literal, RowValues};

use super::fault::Fault;
use super::literal::{literal, quote, quote_all};
use super::table::name;
use crate::flavour::Gates;

/// The most rows that one statement brings or names.
const ROWS: usize = 500;
/// The length, in bytes, at which a statement takes no more rows.
const BYTES: usize = 100_000;

/// The statements that put `rows` into a table. Neighbours that name the same columns go together.
pub(crate) fn insert(
    gates: Gates,
    table: &Name,
    rows: &[RowValues],
    operation: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut batches = Batches::default();
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
    let mut batches = Batches::default();
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

/// Statements that grow row by row.
#[derive(Default)]
struct Batches {
    done: Vec<String>,
    head: String,
    open: String,
    count: usize,
}

impl Batches {
    fn add(&mut self, head: String, separator: &str, item: &str) {
        let full = self.count >= ROWS || self.open.len() + item.len() > BYTES;
        if self.count == 0 || full || self.head != head {
            self.close();
            self.open.clone_from(&head);
            self.head = head;
        } else {
            self.open.push_str(separator);
        }
        self.open.push_str(item);
        self.count += 1;
    }

    fn close(&mut self) {
        if self.count > 0 {
            self.done.push(std::mem::take(&mut self.open));
            self.count = 0;
        }
    }

    fn finish(mut self, operation: usize) -> Vec<Statement> {
        self.close();
        self.done.into_iter().map(|sql| Statement::data(operation, sql)).collect()
    }
}
