//! Columns in CREATE TABLE and ADD COLUMN.

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Generated, Identity, SequenceOptions, Type};

use super::fault::{Fault, check_name, expression_of, text_of};
use super::gates::Gates;
use super::literal::{identifier, name_or_sql, quote, quote_name};
use super::options::{self, COLUMN, read};
use super::{NAMES, default, sequence, types};
use crate::options as key;

/// For people: `column users.age`.
pub(super) fn place(table: &Name, column: &Ident) -> String {
    format!("column {table}.{column}")
}

/// The type of a column on PostgreSQL.
pub(super) fn resolved_type(table: &Name, column: &Column) -> Result<Type, Fault> {
    column
        .ty
        .resolve(NAMES)
        .ok_or_else(|| Fault::NoText(format!("the type of {}", place(table, &column.name))))
}

/// A column as CREATE TABLE and ADD COLUMN take it. `not_null` is left out where rows get their values later.
pub(super) fn define(gates: Gates, table: &Name, column: &Column, not_null: bool) -> Result<String, Fault> {
    let place = place(table, &column.name);
    check_name(&column.name, "column")?;
    let options = read(&column.options, COLUMN, &place)?;
    let mut sql = format!("{} {}", quote(&column.name), types::render(&resolved_type(table, column)?));
    if let Some(word) = options.text(NAMES, key::COMPRESSION) {
        if !gates.compression {
            return Err(Fault::too_old(format!("{place} says how it is compressed"), 14));
        }
        sql.push_str(&format!(" COMPRESSION {word}"));
    }
    if let Some(collation) = &column.collation {
        sql.push_str(&format!(" COLLATE {}", name_or_sql(collation)));
    }
    if let Some(given) = &column.default {
        let text = text_of(given, || format!("the default of {place}"))?;
        sql.push_str(&format!(" DEFAULT {}", default::render(text)));
    }
    if let Some(made) = &column.generated {
        sql.push_str(&generated(gates, made, &place)?);
    }
    if let Some(identity) = &column.identity {
        sql.push_str(&format!(" {}", self::identity(table, column, identity, &options)?));
    }
    if !column.nullable && not_null {
        sql.push_str(&self::not_null(gates, &options, &place)?);
    }
    Ok(sql)
}

/// ` GENERATED ALWAYS AS (…)`
fn generated(gates: Gates, made: &Generated, place: &str) -> Result<String, Fault> {
    if !made.stored && !gates.virtual_columns {
        return Err(Fault::unsupported(
            format!(
                "{place} is computed when it is read, which PostgreSQL {} cannot do",
                gates.version.major
            ),
            "use `stored = true`, or PostgreSQL 18 or newer",
        ));
    }
    let expression = expression_of(&made.expression, || format!("the expression of {place}"))?;
    Ok(format!(" GENERATED ALWAYS AS ({expression}) {}", if made.stored { "STORED" } else { "VIRTUAL" }))
}

/// `GENERATED … AS IDENTITY (…)`
pub(super) fn identity(
    table: &Name,
    column: &Column,
    identity: &Identity,
    options: &limbeck_core::schema::Options,
) -> Result<String, Fault> {
    let mut settings = Vec::new();
    if let Some(name) = options.text(NAMES, key::SEQUENCE) {
        check_name(&name.into(), "sequence")?;
        settings.push(format!("SEQUENCE NAME {}", quote_name(&table.sibling(name))));
    }
    if identity.sequence != SequenceOptions::default() {
        settings.extend(sequence::settings(&identity.sequence));
    }
    let when = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let settings = if settings.is_empty() { String::new() } else { format!(" ({})", settings.join(" ")) };
    if column.default.is_some() {
        return Err(Fault::unsupported(
            format!("{} is an identity and has a default", place(table, &column.name)),
            "take one of them out",
        ));
    }
    Ok(format!("GENERATED {when} AS IDENTITY{settings}"))
}

/// ` NOT NULL`, with its name where it has one.
fn not_null(gates: Gates, options: &limbeck_core::schema::Options, place: &str) -> Result<String, Fault> {
    let name = options.text(NAMES, key::NOT_NULL_NAME);
    let no_inherit = options.flag(NAMES, key::NOT_NULL_NO_INHERIT);
    if !gates.named_not_null {
        if no_inherit {
            return Err(Fault::too_old(format!("{place} says that its NOT NULL is not inherited"), 18));
        }
        // A name for it makes no other schema on a server that knows none.
        return Ok(" NOT NULL".to_owned());
    }
    let mut sql = String::new();
    if let Some(name) = name {
        check_name(&name.into(), "constraint")?;
        sql.push_str(&format!(" CONSTRAINT {}", identifier(name)));
    }
    sql.push_str(" NOT NULL");
    if no_inherit {
        sql.push_str(" NO INHERIT");
    }
    Ok(sql)
}

/// The actions of ALTER TABLE that set what CREATE TABLE has no words for: where long values are kept, what ANALYZE
/// notes.
pub(super) fn settings(table: &Name, column: &Column) -> Result<Vec<String>, Fault> {
    let options = read(&column.options, COLUMN, &place(table, &column.name))?;
    let head = format!("ALTER COLUMN {}", quote(&column.name));
    let mut actions = Vec::new();
    if let Some(word) = options.text(NAMES, key::STORAGE) {
        actions.push(format!("{head} SET STORAGE {}", word.to_ascii_uppercase()));
    }
    if let Some(number) = options::integer(&options, key::STATISTICS) {
        actions.push(format!("{head} SET STATISTICS {number}"));
    }
    let parameters: Vec<String> =
        options::parameters(&options).into_iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !parameters.is_empty() {
        actions.push(format!("{head} SET ({})", parameters.join(", ")));
    }
    Ok(actions)
}
