//! CREATE TABLE.

use limbeck_core::schema::{Column, ConstraintKind};

use super::default::{self, in_parens};
use super::index::collate;
use super::literal::quote;
use super::lower::{Lowered, is_inline, sql_text, type_text};
use super::options::{NOT_NULL_NAME, on_conflict};
use super::{NAMES, constraint, enums};

/// The statement that makes the table under the name `name`.
pub(super) fn create(lowered: &Lowered, name: &str) -> String {
    let table = &lowered.table;
    let identity = table.columns.iter().any(|column| column.identity.is_some());
    let mut lines = Vec::new();
    for column in &table.columns {
        let mut line = definition(column);
        let key = table.primary_key();
        if let Some((key, _)) = key.filter(|(key, _)| is_inline(key) && key.columns().contains(&&column.name))
        {
            line.push_str(&format!(
                " {}PRIMARY KEY DESC{}",
                constraint::named(key),
                on_conflict(&key.options)
            ));
        } else if column.identity.is_some()
            && let Some((key, _)) = key
        {
            line.push_str(&format!(
                " {}PRIMARY KEY{} AUTOINCREMENT",
                constraint::named(key),
                on_conflict(&key.options)
            ));
        }
        lines.push(line);
    }
    for item in &table.constraints {
        // AUTOINCREMENT can only be said of the column.
        if !((identity || is_inline(item)) && item.kind() == ConstraintKind::PrimaryKey) {
            lines.push(constraint::render(item));
        }
    }
    for (column, words) in &lowered.implied {
        lines.push(constraint::render(&enums::check(column, words)));
    }
    let mut after = Vec::new();
    if lowered.is_strict() {
        after.push("STRICT");
    }
    if lowered.is_without_rowid() {
        after.push("WITHOUT ROWID");
    }
    let after = if after.is_empty() { String::new() } else { format!(" {}", after.join(", ")) };
    format!("CREATE TABLE {} (\n    {}\n){after}", quote(name), lines.join(",\n    "))
}

/// A lowered column, without the constraints of the table that it is part of.
pub(super) fn definition(column: &Column) -> String {
    let mut sql = quote(column.name.as_str());
    let ty = type_text(column);
    if !ty.is_empty() {
        sql.push_str(&format!(" {ty}"));
    }
    if let Some(collation) = &column.collation {
        sql.push_str(&format!(" COLLATE {}", collate(collation)));
    }
    if !column.nullable {
        if let Some(name) = column.options.text(NAMES, NOT_NULL_NAME) {
            sql.push_str(&format!(" CONSTRAINT {}", quote(name)));
        }
        sql.push_str(&format!(" NOT NULL{}", on_conflict(&column.options)));
    }
    if let Some(value) = &column.default {
        sql.push_str(&format!(" DEFAULT {}", default::render(sql_text(value))));
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "STORED" } else { "VIRTUAL" };
        sql.push_str(&format!(" GENERATED ALWAYS AS {} {kind}", in_parens(sql_text(&generated.expression))));
    }
    sql
}
