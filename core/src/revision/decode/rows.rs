use indexmap::IndexMap;

use super::Decoder;
use super::fields::{Fields, quoted_example};
use crate::operation::{Literal, RowValues};
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};

pub(super) const ROWS_KEYS: &[&str] = &["op", "table", "schema", "rows", "key"];

impl Decoder {
    /// The rows of `insert` and `delete`.
    pub(super) fn rows(&mut self, fields: &Fields<'_>) -> Option<Vec<RowValues>> {
        let node = self.required(fields, "rows", "rows = [{ id = 1, name = \"…\" }]")?;
        self.filled_list(node, "rows", "{ id = 1, name = \"…\" }", Self::row)
    }

    fn row(&mut self, node: &Node<'_>) -> Option<RowValues> {
        let Value::Table(entries) = &node.value else {
            self.wrong_type(node, "rows", "a table of values by column", "{ id = 1, name = \"…\" }");
            return None;
        };
        if entries.is_empty() {
            let help = "write { id = 1, name = \"…\" }".to_owned();
            self.problem(&node.span, ReadErrorKind::Empty { key: "rows".to_owned(), help });
        }
        let mut row = IndexMap::with_capacity(entries.len());
        for entry in entries {
            if entry.key.is_empty() || entry.key.contains('\0') {
                let kind = if entry.key.is_empty() {
                    ReadErrorKind::Empty { key: "rows".to_owned(), help: "name the column".to_owned() }
                } else {
                    ReadErrorKind::Nul { key: "rows".to_owned() }
                };
                self.problem(&entry.key_span, kind);
            } else if let Some(value) = self.literal(&entry.node, &entry.key) {
                row.insert(entry.key.as_ref().into(), value);
            }
        }
        Some(row)
    }

    fn literal(&mut self, node: &Node<'_>, column: &str) -> Option<Literal> {
        match &node.value {
            Value::Bool(value) => Some(Literal::Bool(*value)),
            Value::Integer(value) => Some(Literal::Integer(*value)),
            Value::Float(value) => Some(Literal::Float(*value)),
            Value::String(text) | Value::Sql(text) => Some(Literal::String(text.clone().into_owned())),
            Value::Table(_) => {
                let fields = self.fields(node, "a value", &["sql"])?;
                self.required_sql(&fields, "sql").map(Literal::Sql)
            }
            Value::Null => {
                self.wrong_type(node, column, "a value", format!("{column} = {{ sql = \"NULL\" }}"));
                None
            }
            Value::Datetime(_) | Value::Unfit(_) => {
                let write = quoted_example(column, node);
                self.wrong_type(node, column, "true, false, a number of 64 bits or a string", write);
                None
            }
            Value::Array(_) => {
                let write = format!("{column} = {{ sql = \"ARRAY[…]\" }}, or JSON in a string");
                self.wrong_type(node, column, "a single value", write);
                None
            }
        }
    }
}
