use indexmap::IndexMap;

use super::Decoder;
use super::column::ALTER_COLUMN_KEYS;
use super::constraint::{CREATE_INDEX_KEYS, DROP_CONSTRAINT_KEYS, add_keys};
use super::fields::Fields;
use super::rows::ROWS_KEYS;
use super::server::{
    ALTER_ENUM_KEYS, CREATE_ENUM_KEYS, CREATE_SCHEMA_KEYS, DROP_OBJECT_KEYS, OBJECT_KEYS, SEQUENCE_KEYS,
};
use super::table::CREATE_TABLE_KEYS;
use crate::diag::nearest;
use crate::ident::{Ident, Name};
use crate::operation::{Effect, Operation};
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};
use crate::schema::ConstraintKind;

/// Every operation with all the keys that it takes.
const OPERATIONS: &[(&str, &[&str])] = &[
    ("create_table", CREATE_TABLE_KEYS),
    ("drop_table", &["op", "table", "schema"]),
    ("rename_table", &["op", "table", "schema", "to", "to_schema"]),
    ("alter_table", &["op", "table", "schema", "comment", "options"]),
    ("attach_partition", &["op", "table", "schema", "partition_of"]),
    ("detach_partition", &["op", "table", "schema"]),
    ("add_column", &["op", "table", "schema", "column", "first", "after", "fill"]),
    ("drop_column", &["op", "table", "schema", "column"]),
    ("rename_column", &["op", "table", "schema", "column", "to"]),
    ("alter_column", ALTER_COLUMN_KEYS),
    ("add_primary_key", add_keys(ConstraintKind::PrimaryKey)),
    ("add_unique", add_keys(ConstraintKind::Unique)),
    ("add_foreign_key", add_keys(ConstraintKind::ForeignKey)),
    ("add_check", add_keys(ConstraintKind::Check)),
    ("add_exclusion", add_keys(ConstraintKind::Exclusion)),
    ("drop_constraint", DROP_CONSTRAINT_KEYS),
    ("rename_constraint", &["op", "table", "schema", "name", "to"]),
    ("validate_constraint", &["op", "table", "schema", "name"]),
    ("create_index", CREATE_INDEX_KEYS),
    ("drop_index", &["op", "table", "schema", "name", "concurrently"]),
    ("rename_index", &["op", "table", "schema", "name", "to"]),
    ("create_enum", CREATE_ENUM_KEYS),
    ("alter_enum", ALTER_ENUM_KEYS),
    ("drop_enum", &["op", "name", "schema"]),
    ("create_sequence", SEQUENCE_KEYS),
    ("alter_sequence", SEQUENCE_KEYS),
    ("drop_sequence", &["op", "name", "schema"]),
    ("create_schema", CREATE_SCHEMA_KEYS),
    ("alter_schema", CREATE_SCHEMA_KEYS),
    ("drop_schema", &["op", "name"]),
    ("create_object", OBJECT_KEYS),
    ("replace_object", OBJECT_KEYS),
    ("drop_object", DROP_OBJECT_KEYS),
    ("insert", ROWS_KEYS),
    ("delete", ROWS_KEYS),
    ("execute", &["op", "sql", "effect"]),
    ("run", &["op", "function", "arguments"]),
];

impl Decoder {
    /// One `[[upgrade]]` or `[[downgrade]]` block.
    pub(in crate::revision) fn operation(&mut self, node: &Node<'_>) -> Option<Operation> {
        let Value::Table(entries) = &node.value else {
            self.wrong_type(node, "operation", "a table", "{ op = \"…\", … }");
            return None;
        };
        let Some(op) = entries.iter().find(|entry| entry.key == "op") else {
            let kind = ReadErrorKind::MissingKey {
                key: "op",
                within: "an operation".to_owned(),
                write: "op = \"create_table\", or another operation".to_owned(),
            };
            self.problem(&node.span, kind);
            return None;
        };
        let Some(word) = op.node.as_str() else {
            self.wrong_type(&op.node, "op", "an operation's name", "op = \"create_table\"");
            return None;
        };
        let Some((op_name, keys)) = OPERATIONS.iter().find(|(name, _)| *name == word) else {
            let names = OPERATIONS.iter().map(|(name, _)| *name);
            let near = nearest(word, names.clone());
            let kind = ReadErrorKind::UnknownOperation {
                op: word.to_owned(),
                nearest: near.and_then(|near| names.clone().find(|name| *name == near)),
            };
            self.problem(&op.node.span, kind);
            return None;
        };
        let fields = self.fields(node, op_name, keys)?;
        self.operation_of(op_name, &fields)
    }

    fn operation_of(&mut self, op: &str, fields: &Fields<'_>) -> Option<Operation> {
        match op {
            "create_table" => self.table(fields).map(|table| Operation::CreateTable(Box::new(table))),
            "drop_table" => self.table_name(fields).map(|table| Operation::DropTable { table }),
            "rename_table" => self.rename_table(fields),
            "alter_table" => self.alter_table(fields),
            "attach_partition" => self.attach_partition(fields),
            "detach_partition" => self.table_name(fields).map(|table| Operation::DetachPartition { table }),
            "add_column" => self.add_column(fields),
            "drop_column" => {
                let (table, column) = self.table_and(fields, "column")?;
                Some(Operation::DropColumn { table, column })
            }
            "rename_column" => {
                let (pair, to) = (self.table_and(fields, "column"), self.required_ident(fields, "to"));
                let ((table, column), to) = (pair?, to?);
                Some(Operation::RenameColumn { table, column, to })
            }
            "alter_column" => {
                let pair = self.table_and(fields, "column");
                let change = Box::new(self.column_change(fields));
                let (table, column) = pair?;
                Some(Operation::AlterColumn { table, column, change })
            }
            "add_primary_key" => self.add_constraint(fields, ConstraintKind::PrimaryKey),
            "add_unique" => self.add_constraint(fields, ConstraintKind::Unique),
            "add_foreign_key" => self.add_constraint(fields, ConstraintKind::ForeignKey),
            "add_check" => self.add_constraint(fields, ConstraintKind::Check),
            "add_exclusion" => self.add_constraint(fields, ConstraintKind::Exclusion),
            "drop_constraint" => {
                let (table, constraint) = (self.table_name(fields), self.constraint_ref(fields));
                Some(Operation::DropConstraint { table: table?, constraint: constraint? })
            }
            "rename_constraint" => {
                let (pair, to) = (self.table_and(fields, "name"), self.required_ident(fields, "to"));
                let ((table, name), to) = (pair?, to?);
                Some(Operation::RenameConstraint { table, name, to })
            }
            "validate_constraint" => {
                let (table, name) = self.table_and(fields, "name")?;
                Some(Operation::ValidateConstraint { table, name })
            }
            "create_index" => {
                let table = self.table_name(fields);
                let index = self.index(fields, table.as_ref());
                let concurrently = self.flag(fields, "concurrently");
                Some(Operation::CreateIndex { table: table?, index: Box::new(index?), concurrently })
            }
            "drop_index" => {
                let (pair, concurrently) =
                    (self.table_and(fields, "name"), self.flag(fields, "concurrently"));
                let (table, name) = pair?;
                Some(Operation::DropIndex { table, name, concurrently })
            }
            "rename_index" => {
                let (pair, to) = (self.table_and(fields, "name"), self.required_ident(fields, "to"));
                let ((table, name), to) = (pair?, to?);
                Some(Operation::RenameIndex { table, name, to })
            }
            "create_enum" => self.create_enum(fields).map(Operation::CreateEnum),
            "alter_enum" => self.alter_enum(fields).map(Operation::AlterEnum),
            "drop_enum" => self.own_name(fields).map(|name| Operation::DropEnum { name }),
            "create_sequence" => self.sequence(fields).map(Operation::CreateSequence),
            "alter_sequence" => self.sequence(fields).map(Operation::AlterSequence),
            "drop_sequence" => self.own_name(fields).map(|name| Operation::DropSequence { name }),
            "create_schema" => self.namespace(fields).map(Operation::CreateNamespace),
            "alter_schema" => self.namespace(fields).map(Operation::AlterNamespace),
            "drop_schema" => {
                self.required_ident(fields, "name").map(|name| Operation::DropNamespace { name })
            }
            "create_object" => self.object(fields).map(Operation::CreateObject),
            "replace_object" => self.object(fields).map(Operation::ReplaceObject),
            "drop_object" => self.object_key(fields).map(|key| Operation::DropObject { key }),
            "insert" | "delete" => self.insert_or_delete(op, fields),
            "execute" => self.execute(fields),
            "run" => self.run(fields),
            // The caller has found the word in OPERATIONS; a test reads every one of them.
            _ => None,
        }
    }

    fn table_and(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<(Name, Ident)> {
        let (table, name) = (self.table_name(fields), self.required_ident(fields, key));
        Some((table?, name?))
    }

    fn rename_table(&mut self, fields: &Fields<'_>) -> Option<Operation> {
        let table = self.table_name(fields);
        let to = self.required_ident(fields, "to");
        let to_schema = fields.get("to_schema").map(|node| match node.as_str() {
            // The connection's default one.
            Some("") => None,
            _ => self.ident(node, "to_schema"),
        });
        let (table, to) = (table?, to?);
        let schema = to_schema.unwrap_or_else(|| table.schema.clone());
        Some(Operation::RenameTable { table, to: Name { schema, name: to } })
    }

    fn alter_table(&mut self, fields: &Fields<'_>) -> Option<Operation> {
        let table = self.table_name(fields);
        let comment = self.change_of_text(fields, "comment");
        let options = fields.get("options").and_then(|node| self.options(node, "options"));
        if !fields.has("comment") && !fields.has("options") {
            self.problem(
                fields.span,
                ReadErrorKind::Conflict {
                    message: "alter_table says nothing of what changes".to_owned(),
                    help: "add comment or options, or remove the operation".to_owned(),
                },
            );
        }
        Some(Operation::AlterTable { table: table?, comment, options })
    }

    fn attach_partition(&mut self, fields: &Fields<'_>) -> Option<Operation> {
        let table = self.table_name(fields);
        let write = "partition_of = { parent = \"…\", bound = \"FOR VALUES FROM (…) TO (…)\" }";
        let of = self.required(fields, "partition_of", write).and_then(|node| self.partition_of(node));
        Some(Operation::AttachPartition { table: table?, of: Box::new(of?) })
    }

    fn add_column(&mut self, fields: &Fields<'_>) -> Option<Operation> {
        let table = self.table_name(fields);
        let column = self
            .required(fields, "column", "column = { name = \"…\", type = \"…\" }")
            .and_then(|node| self.column(node));
        let position = self.position(fields);
        let fill = self.optional_sql(fields, "fill");
        Some(Operation::AddColumn { table: table?, column: Box::new(column?), position, fill })
    }

    fn add_constraint(&mut self, fields: &Fields<'_>, kind: ConstraintKind) -> Option<Operation> {
        let table = self.table_name(fields);
        let constraint = self.constraint(fields, kind, table.as_ref());
        Some(Operation::AddConstraint { table: table?, constraint: Box::new(constraint?) })
    }

    fn insert_or_delete(&mut self, op: &str, fields: &Fields<'_>) -> Option<Operation> {
        let table = self.table_name(fields);
        let rows = self.rows(fields);
        let key = self.idents(fields, "key");
        let (table, rows) = (table?, rows?);
        Some(match op {
            "insert" => Operation::Insert { table, rows, key },
            _ => Operation::Delete { table, rows, key },
        })
    }

    fn execute(&mut self, fields: &Fields<'_>) -> Option<Operation> {
        let sql = self.required_sql(fields, "sql");
        let effect = fields
            .get("effect")
            .and_then(|node| self.word(node, "effect", &["data", "schema"]))
            .map(|word| match word {
                "data" => Effect::Data,
                _ => Effect::Schema,
            });
        Some(Operation::Execute { sql: sql?, effect })
    }

    fn run(&mut self, fields: &Fields<'_>) -> Option<Operation> {
        let function = self
            .required(fields, "function", "function = \"…\"")
            .and_then(|node| self.filled_text(node, "function"));
        let mut arguments = IndexMap::new();
        match fields.get("arguments") {
            None => {}
            Some(Node { value: Value::Table(entries), .. }) => {
                for entry in entries {
                    if let Some(value) = self.option_value(&entry.node, &entry.key) {
                        arguments.insert(entry.key.clone().into_owned(), value);
                    }
                }
            }
            Some(node) => self.wrong_type(node, "arguments", "a table", "arguments = { … }"),
        }
        Some(Operation::Run { function: function?, arguments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_in_the_list_is_read() {
        for (op, keys) in OPERATIONS {
            assert_eq!(keys.first(), Some(&"op"), "{op}");
            let text = format!("op = {op:?}");
            let node = Node {
                value: Value::Table(vec![crate::revision::tree::Entry {
                    key: "op".into(),
                    key_span: 0..2,
                    node: Node::string(*op),
                }]),
                span: 0..text.len(),
            };
            let mut decoder = Decoder::default();
            assert!(decoder.operation(&node).is_none());
            assert!(!decoder.problems.is_empty(), "{op} says what it misses");
        }
    }
}
