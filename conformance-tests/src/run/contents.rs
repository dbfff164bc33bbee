use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Connection, Dialect, Row, Value};
use limbeck_core::ident::Name;
use limbeck_core::operation::Operation;
use limbeck_core::schema::Schema;

use crate::outcome::Verdict;

/// The rows of tables, each as one text, in an order of their own.
pub(crate) type Contents = BTreeMap<Name, Vec<String>>;

/// What an operation takes away for good: tables, and columns of tables.
#[derive(Debug, Default)]
pub(crate) struct Lost {
    tables: BTreeSet<Name>,
    columns: BTreeSet<(Name, String)>,
}

impl Lost {
    /// What `operations` drop, and what `named` names as `table` or `table.column`.
    pub(super) fn by(operations: &[Operation], named: &[String]) -> Self {
        let mut lost = Self::default();
        for operation in operations {
            match operation {
                Operation::DropTable { table } => {
                    lost.tables.insert(table.clone());
                }
                Operation::DropColumn { table, column } => {
                    lost.columns.insert((table.clone(), column.to_string()));
                }
                _ => {}
            }
        }
        for name in named {
            match name.split_once('.') {
                None => lost.tables.insert(Name::new(name.as_str())),
                Some((table, column)) => lost.columns.insert((Name::new(table), column.to_owned())),
            };
        }
        lost
    }
}

/// What the tables of `schema` hold, but for what is lost.
pub(crate) async fn contents(
    connection: &mut dyn Connection,
    dialect: &dyn Dialect,
    schema: &Schema,
    lost: &Lost,
) -> Verdict<Contents> {
    let mut found = Contents::new();
    for table in schema.tables.values().filter(|table| !lost.tables.contains(&table.name)) {
        let kept = table
            .columns
            .iter()
            .filter(|column| !lost.columns.contains(&(table.name.clone(), column.name.to_string())))
            .map(|column| dialect.quote(&column.name));
        // A constant, so that rows are counted even where no column is left.
        let columns: Vec<String> = std::iter::once("1".to_owned()).chain(kept).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), dialect.quote_name(&table.name));
        let mut rows: Vec<String> =
            connection.query(&sql, &[]).await?.iter().map(|row| texts(row).join(" | ")).collect();
        rows.sort();
        found.insert(table.name.clone(), rows);
    }
    Ok(found)
}

/// The values of a row as texts.
pub(super) fn texts(row: &Row) -> Vec<String> {
    row.0.iter().map(shown).collect()
}

/// A value as text, the same whichever of its types a server gives it: truth is 1 or 0, bytes that are a text are one.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(truth) => i64::from(*truth).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        },
    }
}
