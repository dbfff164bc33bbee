use indexmap::IndexMap;

use crate::ident::{Ident, Name};
use crate::operation::{Literal, RowValues};
use crate::revision::tree::{Node, TableBuilder, Value};
use crate::schema::{OptionValue, Options, Sql, Type, TypeSpec};

/// A name with its namespace, under `key` and `schema_key`.
pub(super) fn name<'a>(
    table: &mut TableBuilder<'a>,
    key: &'static str,
    schema_key: &'static str,
    name: &'a Name,
) {
    table.text(key, name.name.as_str());
    if let Some(schema) = &name.schema {
        table.text(schema_key, schema.as_str());
    }
}

pub(super) fn idents<'a>(table: &mut TableBuilder<'a>, key: &'static str, names: &'a [Ident]) {
    table.texts(key, names);
}

pub(super) fn sql_text(text: &str) -> Node<'_> {
    Node::new(Value::Sql(text.into()))
}

pub(super) fn sql(sql: &Sql) -> Node<'_> {
    if let Some(text) = sql.plain() {
        return sql_text(text);
    }
    let mut table = TableBuilder::default();
    for (dialect, text) in sql.iter() {
        table.node(dialect.unwrap_or("default"), sql_text(text));
    }
    table.done()
}

pub(super) fn optional_sql<'a>(table: &mut TableBuilder<'a>, key: &'static str, text: Option<&'a Sql>) {
    if let Some(text) = text {
        table.node(key, sql(text));
    }
}

pub(super) fn type_spec(spec: &TypeSpec) -> Node<'_> {
    let mut table = TableBuilder::default();
    for (dialect, text) in &spec.native {
        table.node(dialect.as_str(), Node::string(text.as_str()));
    }
    if let Some(default) = &spec.default {
        let node = ty(default);
        // What no text says is a table, and that would read as a table of dialects.
        if table.is_empty() && matches!(node.value, Value::String(_)) {
            return node;
        }
        table.node("default", node);
    }
    table.done()
}

/// A type by its text, unless that would be read as another one.
fn ty(ty: &Type) -> Node<'_> {
    let text = ty.to_string();
    if !text.trim().is_empty() && Type::parse(&text) == *ty {
        return Node::string(text);
    }
    let mut table = TableBuilder::default();
    match ty {
        Type::Enum(enum_name) => name(&mut table, "enum", "schema", enum_name),
        Type::Array(item) => table.node("array", self::ty(item)),
        // Every other portable type is read as it is written.
        _ => table.text("native", text),
    }
    table.done()
}

pub(super) fn options(options: &Options) -> Node<'_> {
    let mut table = TableBuilder::default();
    for (key, value) in &options.0 {
        table.node(key.as_str(), option_value(value));
    }
    table.done()
}

/// `options`, unless there are none.
pub(super) fn some_options<'a>(table: &mut TableBuilder<'a>, set: &'a Options) {
    if !set.is_empty() {
        table.node("options", options(set));
    }
}

fn option_value(value: &OptionValue) -> Node<'_> {
    match value {
        OptionValue::Bool(value) => Node::new(Value::Bool(*value)),
        OptionValue::Integer(value) => Node::new(Value::Integer(*value)),
        OptionValue::Float(value) => Node::new(Value::Float(*value)),
        OptionValue::String(text) => Node::string(text.as_str()),
        OptionValue::Array(items) => Node::new(Value::Array(items.iter().map(option_value).collect())),
        OptionValue::Table(inner) => options(inner),
    }
}

pub(super) fn arguments(arguments: &IndexMap<String, OptionValue>) -> Node<'_> {
    let mut table = TableBuilder::default();
    for (key, value) in arguments {
        table.node(key.as_str(), option_value(value));
    }
    table.done()
}

pub(super) fn row(row: &RowValues) -> Node<'_> {
    let mut table = TableBuilder::default();
    for (column, value) in row {
        table.node(column.as_str(), literal(value));
    }
    table.done()
}

fn literal(value: &Literal) -> Node<'_> {
    match value {
        Literal::Bool(value) => Node::new(Value::Bool(*value)),
        Literal::Integer(value) => Node::new(Value::Integer(*value)),
        Literal::Float(value) => Node::new(Value::Float(*value)),
        Literal::String(text) => Node::string(text.as_str()),
        Literal::Sql(text) => {
            let mut table = TableBuilder::default();
            table.node("sql", sql(text));
            table.done()
        }
    }
}
