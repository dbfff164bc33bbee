//! A whole schema as JSON: what `inspect` writes down, and what can be compared with later.

use serde_json::{Map, Value};

use super::{ReadError, operation_from_json, operation_to_json};
use crate::operation::{ApplyError, Operation};
use crate::schema::Schema;

/// The lists of a schema's JSON, each with the operation that makes what it lists. Their order is that of making.
const LISTS: [(&str, &str); 5] = [
    ("schemas", "create_schema"),
    ("enums", "create_enum"),
    ("sequences", "create_sequence"),
    ("tables", "create_table"),
    ("objects", "create_object"),
];

/// Why a JSON text is no schema.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It is no object, or a list in it is none.
    #[error("{0}")]
    Shape(String),
    /// Something in it cannot be read.
    #[error("{list}[{index}]: {}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Read {
        /// Which list.
        list: &'static str,
        /// Which item, from 0.
        index: usize,
        /// What is wrong.
        errors: Vec<ReadError>,
    },
    /// Two things in it contradict each other.
    #[error("{list}[{index}]: {error}")]
    Apply {
        /// Which list.
        list: &'static str,
        /// Which item, from 0.
        index: usize,
        /// What is wrong.
        error: ApplyError,
    },
}

/// A schema as JSON: a list for each kind of thing, with the keys that a revision file has for it.
pub fn schema_to_json(schema: &Schema) -> Value {
    let mut row = Map::new();
    for (list, _) in LISTS {
        let operations: Vec<Operation> = match list {
            "schemas" => schema.namespaces.values().cloned().map(Operation::CreateNamespace).collect(),
            "enums" => schema.enums.values().cloned().map(Operation::CreateEnum).collect(),
            "sequences" => schema.sequences.values().cloned().map(Operation::CreateSequence).collect(),
            "tables" => schema.tables.values().cloned().map(Box::new).map(Operation::CreateTable).collect(),
            _ => schema.objects.values().cloned().map(Operation::CreateObject).collect(),
        };
        let items = operations.iter().map(|operation| {
            let mut item = operation_to_json(operation);
            if let Value::Object(item) = &mut item {
                item.shift_remove("op");
            }
            item
        });
        row.insert(list.to_owned(), Value::Array(items.collect()));
    }
    Value::Object(row)
}

/// The schema that [`schema_to_json`] wrote.
///
/// # Errors
/// What is wrong, and in which item.
pub fn schema_from_json(json: &Value) -> Result<Schema, SnapshotError> {
    let shape = |what: String| Err(SnapshotError::Shape(what));
    let Value::Object(json) = json else { return shape("a schema is an object".to_owned()) };
    if let Some(unknown) = json.keys().find(|key| LISTS.iter().all(|(list, _)| list != key)) {
        return shape(format!("`{unknown}` is no list of a schema"));
    }
    let mut schema = Schema::new();
    for (list, op) in LISTS {
        let items = match json.get(list) {
            None => continue,
            Some(Value::Array(items)) => items,
            Some(_) => return shape(format!("`{list}` must be a list")),
        };
        for (index, item) in items.iter().enumerate() {
            let Value::Object(item) = item else {
                return shape(format!("{list}[{index}] must be an object"));
            };
            let mut item = item.clone();
            item.insert("op".to_owned(), op.into());
            let operation = operation_from_json(&Value::Object(item))
                .map_err(|errors| SnapshotError::Read { list, index, errors })?;
            operation.apply(&mut schema).map_err(|error| SnapshotError::Apply { list, index, error })?;
        }
    }
    Ok(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, Constraint, Index, KeyPart, PrimaryKey, Table, Type};

    #[test]
    fn a_schema_comes_back_from_its_json() {
        let mut table = Table::new("users");
        table.columns =
            vec![Column::new("id", Type::BigInt).with_identity(), Column::new("name", Type::Text).nullable()];
        let key = PrimaryKey { columns: vec![KeyPart::column("id")], ..PrimaryKey::default() };
        table.constraints = vec![Constraint::new(Some("users_pkey".into()), key)];
        table.indexes.insert("by_name".into(), Index::new("by_name", ["name"]));
        let mut schema = Schema::new();
        schema.insert_table(table);
        assert_eq!(schema_from_json(&schema_to_json(&schema)).unwrap(), schema);
    }

    #[test]
    fn what_is_no_schema_is_an_error_that_says_where() {
        let read =
            |text: &str| schema_from_json(&serde_json::from_str(text).unwrap()).unwrap_err().to_string();
        assert_eq!(read("[]"), "a schema is an object");
        assert_eq!(read(r#"{"tabels": []}"#), "`tabels` is no list of a schema");
        assert_eq!(read(r#"{"tables": {}}"#), "`tables` must be a list");
        assert!(read(r#"{"tables": [{"table": "t", "colums": []}]}"#).starts_with("tables[0]: "));
    }
}
