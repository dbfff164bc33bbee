//! A schema as lines in which servers do not differ, but where the table of types or their abilities say so.

use std::collections::BTreeSet;

use limbeck_core::driver::Dialect;
use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Column, ConstraintBody, Index, KeyPart, KeyTarget, Order, ReferentialAction, Schema, Sql, Table, Type,
};

use crate::types;

/// What is said of a schema.
pub(crate) type Lines = BTreeSet<String>;

/// The lines of what revisions say, as `dialect` must hold it.
pub(crate) fn declared(schema: &Schema, dialect: &dyn Dialect) -> Lines {
    let ty = |column: &Column| match column.ty.resolve(dialect.names()) {
        Some(ty) => types::expected(&ty, schema, dialect, column.identity.is_some()),
        None => "none".to_owned(),
    };
    let mut lines = lines(schema, schema, dialect, &ty);
    if dialect.name() == "sqlite" {
        lines.extend(checks_of_words(schema));
    }
    lines
}

/// SQLite has no enums: a text with a check stands for one.
fn checks_of_words(schema: &Schema) -> Vec<String> {
    let mut lines = Vec::new();
    for table in schema.tables.values() {
        for column in &table.columns {
            if let Some(Type::Enum(name)) = column.ty.resolve(&["sqlite"])
                && let Some(found) = schema.enums.get(&name)
            {
                lines.push(format!("check of {}: {} in {}", table.name, column.name, found.values.join(" ")));
            }
        }
    }
    lines
}

/// The lines of what a server shows. `declared` tells what the server adds by itself.
pub(crate) fn observed(schema: &Schema, declared: &Schema, dialect: &dyn Dialect) -> Lines {
    let ty = |column: &Column| match column.ty.resolve(dialect.names()) {
        Some(Type::Enum(name)) if dialect.capabilities().enum_types => format!("enum {name}"),
        Some(ty) => types::plain(&dialect.render_type(&ty).unwrap_or_else(|error| error), dialect),
        None => "none".to_owned(),
    };
    lines(schema, declared, dialect, &ty)
}

fn lines(schema: &Schema, declared: &Schema, dialect: &dyn Dialect, ty: &dyn Fn(&Column) -> String) -> Lines {
    let mut lines = Lines::new();
    for table in schema.tables.values() {
        of_table(table, declared, dialect, ty, &mut lines);
    }
    for name in schema.namespaces.keys() {
        lines.insert(format!("schema {name}"));
    }
    for name in schema.sequences.keys() {
        lines.insert(format!("sequence {name}"));
    }
    if dialect.capabilities().enum_types {
        for found in schema.enums.values() {
            lines.insert(format!("enum {} {:?}", found.name, found.values));
        }
    }
    for object in schema.objects.values() {
        // An empty text says that there is nothing to do there.
        if object.definition.resolve(dialect.names()).is_some_and(|text| !text.trim().is_empty()) {
            // Where a trigger's name counts in the whole database, a server says nothing of its table.
            let key = if dialect.name() == "postgres" {
                object.key.to_string()
            } else {
                format!("{} {}", object.key.kind, object.key.name)
            };
            lines.insert(key);
        }
    }
    lines
}

fn of_table(
    table: &Table,
    declared: &Schema,
    dialect: &dyn Dialect,
    ty: &dyn Fn(&Column) -> String,
    lines: &mut Lines,
) {
    let name = &table.name;
    let comment = |comment: &Option<String>| match comment {
        Some(text) if dialect.capabilities().comments => format!(" comment {text:?}"),
        _ => String::new(),
    };
    lines.insert(format!("table {name}{}", comment(&table.comment)));
    if dialect.capabilities().column_position {
        let order: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        lines.insert(format!("order of {name}: {}", order.join(", ")));
    }
    let key: Vec<&Ident> = table.primary_key().map(|(key, _)| key.columns()).unwrap_or_default();
    for column in &table.columns {
        let mut line = format!("column {name}.{} {}", column.name, ty(column));
        // A key takes no NULL, whatever is said.
        if column.nullable && !key.contains(&&column.name) {
            line.push_str(" null");
        }
        if column.identity.is_some() {
            line.push_str(" identity");
        }
        if let Some(text) = column.default.as_ref().and_then(|sql| sql.resolve(dialect.names())) {
            line.push_str(&format!(" default {}", types::value(text)));
        }
        if let Some(made) = &column.generated {
            line.push_str(&format!(
                " computed {}{}",
                words(&made.expression, dialect),
                if made.stored { " stored" } else { "" }
            ));
        }
        line.push_str(&comment(&column.comment));
        lines.insert(line);
    }
    for item in &table.constraints {
        let called = item.name.as_ref().map(Ident::as_str).unwrap_or_default();
        let line = match &item.body {
            ConstraintBody::PrimaryKey(key) => format!("primary key of {name} ({})", parts(&key.columns)),
            ConstraintBody::Unique(key) => format!("unique {called} of {name} ({})", parts(&key.columns)),
            ConstraintBody::ForeignKey(key) => {
                let columns =
                    |columns: &[Ident]| columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ");
                format!(
                    "foreign key {called} of {name} ({}) to {} ({}) delete {} update {}",
                    columns(&key.columns),
                    key.references.table,
                    columns(&key.references.columns),
                    action(key.on_delete),
                    action(key.on_update)
                )
            }
            ConstraintBody::Check(check) if called.is_empty() => {
                format!("check of {name}: {}", words(&check.expression, dialect))
            }
            ConstraintBody::Check(check) => {
                format!("check {called} of {name}: {}", words(&check.expression, dialect))
            }
            ConstraintBody::Exclusion(_) => format!("exclusion {called} of {name}"),
        };
        lines.insert(line);
    }
    for index in table.indexes.values() {
        if !is_behind_a_key(table, index, declared) {
            let kind = if index.unique { "unique" } else { "index" };
            lines.insert(format!("{kind} {} of {name} ({})", index.name, parts(&index.columns)));
        }
    }
}

/// Whether the server needs the index for a foreign key, and no revision says it.
fn is_behind_a_key(table: &Table, index: &Index, declared: &Schema) -> bool {
    let said = declared.tables.get(&table.name).is_some_and(|table| table.indexes.contains_key(&index.name));
    let columns: Vec<&Ident> = index.columns.iter().filter_map(KeyPart::as_column).collect();
    let has = |item: &limbeck_core::schema::Constraint| {
        matches!(item.body, ConstraintBody::ForeignKey(_)) && item.columns() == columns
    };
    !said && table.constraints.iter().any(has)
}

fn parts(parts: &[KeyPart]) -> String {
    let part = |part: &KeyPart| {
        let target = match &part.target {
            KeyTarget::Column(name) => name.to_string(),
            KeyTarget::Expression(sql) => format!("{sql:?}"),
        };
        if part.order == Order::Descending { format!("{target} desc") } else { target }
    };
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// What the dialects do not tell apart as long as nothing is deferred.
fn action(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::Restrict => ReferentialAction::NoAction.word(),
        other => other.word(),
    }
}

/// The words and numbers of an expression: how it is spaced, quoted and bracketed is the server's own.
fn words(sql: &Sql, dialect: &dyn Dialect) -> String {
    let text = sql.resolve(dialect.names()).map(String::as_str).unwrap_or_default();
    types::words(text)
}
