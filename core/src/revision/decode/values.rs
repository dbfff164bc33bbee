//! The small things that stand everywhere: names, SQL, types, options.

use std::collections::BTreeMap;

use super::Decoder;
use super::fields::{Fields, quoted_example};
use crate::ident::{Ident, Name};
use crate::revision::ReadErrorKind;
use crate::revision::tree::{Node, Value};
use crate::schema::{OptionValue, Options, Sql, Type, TypeSpec};

impl Decoder {
    /// A name of something in a database.
    pub(super) fn ident(&mut self, node: &Node<'_>, key: &str) -> Option<Ident> {
        let Some(text) = node.as_str() else {
            let write = quoted_example(key, node);
            self.wrong_type(node, key, "a name, which is a string", write);
            return None;
        };
        if text.is_empty() {
            let help = format!("write {key} = \"…\"");
            self.problem(&node.span, ReadErrorKind::Empty { key: key.to_owned(), help });
            return None;
        }
        if text.contains('\0') {
            self.problem(&node.span, ReadErrorKind::Nul { key: key.to_owned() });
            return None;
        }
        Some(Ident::new(text))
    }

    pub(super) fn required_ident(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<Ident> {
        let node = self.required_text(fields, key)?;
        self.ident(node, key)
    }

    /// A list of names, of which there may be none.
    pub(super) fn idents(&mut self, fields: &Fields<'_>, key: &'static str) -> Vec<Ident> {
        self.optional_list(fields, key, "\"…\"", |this, item| this.ident(item, key))
    }

    /// The name under `key` in the namespace under `schema_key`.
    pub(super) fn name_by(
        &mut self,
        fields: &Fields<'_>,
        key: &'static str,
        schema_key: &'static str,
    ) -> Option<Name> {
        let name = self.required_ident(fields, key);
        let schema = self.optional_ident(fields, schema_key);
        Some(Name { schema, name: name? })
    }

    /// The table that an operation is about.
    pub(super) fn table_name(&mut self, fields: &Fields<'_>) -> Option<Name> {
        self.name_by(fields, "table", "schema")
    }

    /// The name of anything else.
    pub(super) fn own_name(&mut self, fields: &Fields<'_>) -> Option<Name> {
        self.name_by(fields, "name", "schema")
    }

    pub(super) fn optional_ident(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<Ident> {
        fields.get(key).and_then(|node| self.ident(node, key))
    }

    /// SQL: the same for all, or by dialect.
    pub(super) fn sql(&mut self, node: &Node<'_>, key: &str) -> Option<Sql> {
        match &node.value {
            Value::String(text) | Value::Sql(text) => Some(Sql::from(text.as_ref())),
            Value::Table(entries) => {
                let mut sql = Sql { default: None, dialects: BTreeMap::new() };
                for entry in entries {
                    let Some(text) = self.text(&entry.node, &entry.key) else { continue };
                    if entry.key == "default" {
                        sql.default = Some(text);
                    } else if self.is_dialect(&entry.key, &entry.key_span, key) {
                        sql.dialects.insert(entry.key.clone().into_owned(), text);
                    }
                }
                self.some_dialect(node, key)?;
                Some(sql)
            }
            _ => {
                let write = quoted_example(key, node);
                self.wrong_type(node, key, "SQL in a string, or a table of them by dialect", write);
                None
            }
        }
    }

    pub(super) fn optional_sql(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<Sql> {
        fields.get(key).and_then(|node| self.sql(node, key))
    }

    pub(super) fn required_sql(&mut self, fields: &Fields<'_>, key: &'static str) -> Option<Sql> {
        let node = self.required_text(fields, key)?;
        self.sql(node, key)
    }

    fn is_dialect(&mut self, name: &str, span: &std::ops::Range<usize>, key: &str) -> bool {
        let mut bytes = name.bytes();
        let good = bytes.next().is_some_and(|first| first.is_ascii_lowercase())
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !good {
            let kind = ReadErrorKind::DialectName { key: key.to_owned(), name: name.to_owned() };
            self.problem(span, kind);
        }
        good
    }

    fn some_dialect(&mut self, node: &Node<'_>, key: &str) -> Option<()> {
        if matches!(&node.value, Value::Table(entries) if entries.is_empty()) {
            let help = format!("write {key} = \"…\", or {key} = {{ postgres = \"…\", default = \"…\" }}");
            self.problem(&node.span, ReadErrorKind::Empty { key: key.to_owned(), help });
            return None;
        }
        Some(())
    }

    /// A type: the same for all, or by dialect.
    pub(super) fn type_spec(&mut self, node: &Node<'_>, key: &str) -> Option<TypeSpec> {
        match &node.value {
            Value::String(_) => self.parsed_type(node, key).map(TypeSpec::from),
            Value::Table(entries) => {
                let mut spec = TypeSpec { default: None, native: BTreeMap::new() };
                for entry in entries {
                    if entry.key == "default" {
                        spec.default = self.ty(&entry.node, "default");
                    } else if self.is_dialect(&entry.key, &entry.key_span, key)
                        // A column of SQLite need not have a type: then the text is empty.
                        && let Some(text) = self.text(&entry.node, &entry.key)
                    {
                        spec.native.insert(entry.key.clone().into_owned(), text);
                    }
                }
                self.some_dialect(node, key)?;
                Some(spec)
            }
            _ => {
                let write = format!("{key} = \"varchar(100)\", \"bigint\" or another type in quotes");
                self.wrong_type(node, key, "a type in a string, or a table of them by dialect", write);
                None
            }
        }
    }

    fn parsed_type(&mut self, node: &Node<'_>, key: &str) -> Option<Type> {
        self.filled_str(node, key).map(Type::parse)
    }

    /// A type by its text, or, for the few that no text says, in parts.
    fn ty(&mut self, node: &Node<'_>, key: &str) -> Option<Type> {
        if !matches!(node.value, Value::Table(_)) {
            return self.parsed_type(node, key);
        }
        let fields = self.fields(node, "a type", &["native", "enum", "schema", "array"])?;
        self.exclusive(&fields, &["native", "enum", "array"]);
        if let Some(node) = fields.get("array") {
            return self.ty(node, "array").map(|item| Type::Array(Box::new(item)));
        }
        if fields.has("enum") {
            return self.name_by(&fields, "enum", "schema").map(Type::Enum);
        }
        let node = self.required(&fields, "native", "native = \"…\"")?;
        self.text(node, "native").map(Type::Native)
    }

    /// What only some dialect knows.
    pub(super) fn options(&mut self, node: &Node<'_>, key: &str) -> Option<Options> {
        let Value::Table(entries) = &node.value else {
            let write = format!("{key} = {{ mysql = {{ engine = \"InnoDB\" }} }}");
            self.wrong_type(node, key, "a table", write);
            return None;
        };
        let mut options = Options::default();
        for entry in entries {
            if let Some(value) = self.option_value(&entry.node, &entry.key) {
                options.0.insert(entry.key.clone().into_owned(), value);
            }
        }
        Some(options)
    }

    pub(super) fn optional_options(&mut self, fields: &Fields<'_>) -> Options {
        fields.get("options").and_then(|node| self.options(node, "options")).unwrap_or_default()
    }

    pub(super) fn option_value(&mut self, node: &Node<'_>, key: &str) -> Option<OptionValue> {
        match &node.value {
            Value::Bool(value) => Some(OptionValue::Bool(*value)),
            Value::Integer(value) => Some(OptionValue::Integer(*value)),
            Value::Float(value) => Some(OptionValue::Float(*value)),
            Value::String(text) | Value::Sql(text) => Some(OptionValue::String(text.clone().into_owned())),
            Value::Array(items) => Some(OptionValue::Array(
                items.iter().filter_map(|item| self.option_value(item, key)).collect(),
            )),
            Value::Table(_) => self.options(node, key).map(OptionValue::Table),
            Value::Null | Value::Datetime(_) | Value::Unfit(_) => {
                let write = quoted_example(key, node);
                self.wrong_type(node, key, "true, false, a number, a string, a list or a table", write);
                None
            }
        }
    }
}
