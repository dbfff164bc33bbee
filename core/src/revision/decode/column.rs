use super::Decoder;
use super::fields::Fields;
use crate::operation::ColumnChange;
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};
use crate::schema::{Column, Generated, Identity, Position, SequenceOptions};

const COLUMN_KEYS: &[&str] =
    &["name", "type", "nullable", "default", "identity", "generated", "collation", "comment", "options"];

pub(super) const ALTER_COLUMN_KEYS: &[&str] = &[
    "op",
    "table",
    "schema",
    "column",
    "type",
    "using",
    "nullable",
    "fill",
    "default",
    "drop_default",
    "identity",
    "generated",
    "collation",
    "comment",
    "options",
    "first",
    "after",
];

/// How a counter runs, in the table of an identity or of a sequence.
const IDENTITY_KEYS: &[&str] = &["always", "start", "increment", "min", "max", "cache", "cycle"];

const GENERATED_KEYS: &[&str] = &["sql", "expression", "stored"];

impl Decoder {
    /// An item of `columns`.
    pub(super) fn column(&mut self, node: &Node<'_>) -> Option<Column> {
        if !matches!(node.value, Value::Table(_)) {
            let name = node.as_str().unwrap_or("id");
            let write = format!("{{ name = {name:?}, type = \"…\" }}");
            self.wrong_type(node, "column", "a table", write);
            return None;
        }
        let fields = self.fields(node, "a column", COLUMN_KEYS)?;
        let name = self.required_ident(&fields, "name");
        let ty = self.required(&fields, "type", "type = \"bigint\", or another type");
        let ty = ty.and_then(|node| self.type_spec(node, "type"));
        let nullable = self.flag(&fields, "nullable");
        let default = self.optional_sql(&fields, "default");
        let identity = fields.get("identity").and_then(|node| self.identity(node)).flatten();
        let generated = fields.get("generated").and_then(|node| self.generated(node)).flatten();
        let collation = self.optional_text(&fields, "collation");
        let comment = self.optional_text(&fields, "comment");
        let options = self.optional_options(&fields);
        Some(Column {
            name: name?,
            ty: ty?,
            nullable,
            default,
            identity,
            generated,
            collation,
            comment,
            options,
        })
    }

    /// `Some(None)` for `false`.
    fn identity(&mut self, node: &Node<'_>) -> Option<Option<Identity>> {
        const WORDS: &[&str] = &["always", "by_default"];
        match &node.value {
            Value::Bool(false) => Some(None),
            Value::Bool(true) => Some(Some(Identity::default())),
            Value::String(_) => {
                let always = self.word(node, "identity", WORDS)? == "always";
                Some(Some(Identity { always, sequence: SequenceOptions::default() }))
            }
            Value::Table(_) => {
                let fields = self.fields(node, "an identity", IDENTITY_KEYS)?;
                let always = self.flag(&fields, "always");
                Some(Some(Identity { always, sequence: self.sequence_options(&fields) }))
            }
            _ => {
                self.wrong_type(node, "identity", "true, \"always\" or a table", "identity = true");
                None
            }
        }
    }

    pub(super) fn sequence_options(&mut self, fields: &Fields<'_>) -> SequenceOptions {
        SequenceOptions {
            start: self.optional_integer(fields, "start"),
            increment: self.optional_integer(fields, "increment"),
            min: self.optional_integer(fields, "min"),
            max: self.optional_integer(fields, "max"),
            cache: self.optional_integer(fields, "cache"),
            cycle: self.flag(fields, "cycle"),
        }
    }

    /// `Some(None)` for `false`.
    fn generated(&mut self, node: &Node<'_>) -> Option<Option<Generated>> {
        if node.value == Value::Bool(false) {
            return Some(None);
        }
        if !matches!(node.value, Value::Table(_)) {
            let write = match node.as_str() {
                Some(sql) => format!("generated = {{ sql = {sql:?}, stored = true }}"),
                None => "generated = { sql = \"…\", stored = true }".to_owned(),
            };
            self.wrong_type(node, "generated", "a table", write);
            return None;
        }
        let fields = self.fields(node, "`generated`", GENERATED_KEYS)?;
        self.exclusive(&fields, &["sql", "expression"]);
        let expression = match fields.get("expression") {
            Some(node) => self.sql(node, "expression"),
            None => self.required_sql(&fields, "sql"),
        };
        let stored = self.flag(&fields, "stored");
        Some(Some(Generated { expression: expression?, stored }))
    }

    /// Where a column goes.
    pub(super) fn position(&mut self, fields: &Fields<'_>) -> Option<Position> {
        let after = self.optional_ident(fields, "after");
        let first = self.flag(fields, "first");
        match after {
            Some(_) if first => {
                self.exclusive(fields, &["first", "after"]);
                None
            }
            Some(after) => Some(Position::After(after)),
            None => first.then_some(Position::First),
        }
    }

    /// What `alter_column` changes.
    pub(super) fn column_change(&mut self, fields: &Fields<'_>) -> ColumnChange {
        let drop_default = self.flag(fields, "drop_default");
        let default = self.optional_sql(fields, "default");
        if drop_default && default.is_some() {
            self.exclusive(fields, &["default", "drop_default"]);
        }
        let change = ColumnChange {
            ty: fields.get("type").and_then(|node| self.type_spec(node, "type")),
            using: self.optional_sql(fields, "using"),
            nullable: fields.get("nullable").and_then(|node| self.boolean(node, "nullable")),
            fill: self.optional_sql(fields, "fill"),
            default: if drop_default { Some(None) } else { default.map(Some) },
            identity: fields.get("identity").and_then(|node| self.identity(node)),
            generated: fields.get("generated").and_then(|node| self.generated(node)),
            collation: self.change_of_text(fields, "collation"),
            comment: self.change_of_text(fields, "comment"),
            options: fields.get("options").and_then(|node| self.options(node, "options")),
            position: self.position(fields),
        };
        let what_changes = &ALTER_COLUMN_KEYS[4..];
        if !what_changes.iter().any(|key| fields.has(key)) {
            self.problem(
                fields.span,
                ReadErrorKind::Conflict {
                    message: "alter_column says nothing of what changes".to_owned(),
                    help: "add type, nullable, default or another of its keys, or remove the operation"
                        .to_owned(),
                },
            );
        }
        change
    }
}
