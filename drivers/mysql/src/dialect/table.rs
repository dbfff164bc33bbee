//! CREATE TABLE, and the pieces that ALTER TABLE has in common with it.

use limbeck_core::ident::Name;
use limbeck_core::schema::{Column, ConstraintBody, Table, Type};

use super::constraint;
use super::default::{current, render};
use super::index;
use super::literal::{quote, text, unquoted_name};
use super::lower::{INNODB, set_of, sql_text, type_text};
use super::options::Said;
use super::types;
use crate::flavour::{Flavour, Gates};
use crate::options::{
    CHARACTER_SET, CHECK, COLLATION, COLUMN_FORMAT, COMPRESSED, ENGINE, ENGINE_ATTRIBUTE, ENGINE_OPTIONS,
    Form, INVISIBLE, NO_DEFAULT, NOT_SECONDARY, ON_UPDATE, PARTITION_BY, PERIODS, SECONDARY_ENGINE_ATTRIBUTE,
    SRID, STORAGE, SYSTEM_VERSIONING, TABLE, TableOption, VERSIONING,
};

/// Who a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// The server, to be run.
    Running,
    /// A comparison with what the server shows.
    Comparing,
}

/// A table's name in its quotes.
pub(crate) fn name(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema.as_str()), quote(name.name.as_str())),
        None => quote(name.name.as_str()),
    }
}

/// The lines between the parentheses of CREATE TABLE.
pub(crate) fn lines(gates: Gates, table: &Table, purpose: For) -> Vec<String> {
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            format!("{} {}", quote(column.name.as_str()), column_definition(gates, column, purpose))
        })
        .collect();
    let said = Said::new(gates, &table.options);
    lines.extend(said.texts(PERIODS).into_iter().map(|period| format!("PERIOD {period}")));
    let mut keys = Vec::new();
    let mut others = Vec::new();
    for item in &table.constraints {
        let line = constraint::definition(gates, item);
        match item.body {
            ConstraintBody::PrimaryKey(_) => lines.push(line),
            ConstraintBody::Unique(_) => keys.push(line),
            _ => others.push(line),
        }
    }
    lines.extend(keys);
    lines.extend(table.indexes.values().map(|item| index::definition(gates, item)));
    lines.extend(others);
    lines
}

/// The statement that makes a lowered table.
pub(crate) fn create(gates: Gates, table: &Table, counter: Option<i64>) -> String {
    let mut tail = options(gates, table, counter);
    let said = Said::new(gates, &table.options);
    if said.flag(SYSTEM_VERSIONING) {
        tail.push("WITH SYSTEM VERSIONING".to_owned());
    }
    let partitions = said.text(PARTITION_BY).map_or_else(String::new, |by| format!("\nPARTITION BY {by}"));
    format!(
        "CREATE TABLE {} (\n  {}\n) {}{partitions}",
        name(&table.name),
        lines(gates, table, For::Running).join(",\n  "),
        tail.join(" ")
    )
}

/// The options of a table, each as it is written.
pub(crate) fn options(gates: Gates, table: &Table, counter: Option<i64>) -> Vec<String> {
    let said = Said::new(gates, &table.options);
    let mut written = vec![format!("ENGINE={}", said.text(ENGINE).unwrap_or(INNODB))];
    if let Some(counter) = counter {
        written.push(format!("AUTO_INCREMENT={counter}"));
    }
    written.extend(character_set(said.text(CHARACTER_SET), said.text(COLLATION)));
    for option in &TABLE {
        written.extend(said.written(option.key).map(|value| option_text(option, &value)));
    }
    if let Some(comment) = &table.comment {
        written.push(format!("COMMENT={}", text(comment)));
    }
    written.extend(said.texts(ENGINE_OPTIONS).into_iter().map(str::to_owned));
    written
}

/// The character set and collation of a table, as far as they are given.
pub(crate) fn character_set(set: Option<&str>, collation: Option<&str>) -> Vec<String> {
    let set = set.or_else(|| collation.map(set_of));
    let mut written: Vec<String> = set.map(|set| format!("DEFAULT CHARSET={set}")).into_iter().collect();
    written.extend(collation.map(|collation| format!("COLLATE={collation}")));
    written
}

/// An option with its value.
pub(crate) fn option_text(option: &TableOption, value: &str) -> String {
    match option.form {
        Form::Word | Form::Number => format!("{}={value}", option.word),
        Form::Text => format!("{}={}", option.word, text(value)),
        Form::Name => format!("{} {}", option.word, quote(&unquoted_name(value))),
        Form::Names => format!("{}={value}", option.word),
    }
}

/// What stands behind a column's name.
pub(crate) fn column_definition(gates: Gates, column: &Column, purpose: For) -> String {
    let said = Said::new(gates, &column.options);
    let ty = type_text(gates, column);
    let json_text = !gates.json_type && column.ty.plain() == Some(&Type::Json);
    let mut pieces: Vec<String> = Vec::new();
    if json_text && purpose == For::Comparing {
        pieces.push("longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".to_owned());
    } else {
        pieces.push(ty.clone());
    }
    if let Some(set) = said.text(CHARACTER_SET).or_else(|| column.collation.as_deref().map(set_of)) {
        pieces.push(format!("CHARACTER SET {set}"));
    }
    pieces.extend(column.collation.as_ref().map(|collation| format!("COLLATE {collation}")));
    if let Some(compressed) = said.text(COMPRESSED) {
        pieces.push(compressed.to_owned());
    }
    let versioning = said.text(VERSIONING);
    let row = versioning.filter(|versioning| versioning.starts_with("row "));
    if let Some(row) = row {
        pieces.push(format!("GENERATED ALWAYS AS {}", row.to_ascii_uppercase()));
    }
    if let Some(generated) = &column.generated {
        pieces.push(format!(
            "GENERATED ALWAYS AS {} {}",
            super::default::in_parens(sql_text(&generated.expression)),
            if generated.stored { "STORED" } else { "VIRTUAL" }
        ));
    }
    let computed = column.generated.is_some() || row.is_some();
    // MariaDB takes no NULL nor NOT NULL behind an expression.
    let bare = computed && gates.flavour == Flavour::Mariadb;
    if !column.nullable && !bare {
        pieces.push("NOT NULL".to_owned());
    } else if types::word(&ty) == "timestamp" && !computed {
        // Old servers would take a TIMESTAMP without a word for NOT NULL.
        pieces.push("NULL".to_owned());
    }
    if said.flag(INVISIBLE) {
        pieces.push("INVISIBLE".to_owned());
    }
    if let Some(srid) = said.number(SRID) {
        pieces.push(match gates.flavour {
            Flavour::Mysql => format!("SRID {srid}"),
            Flavour::Mariadb => format!("REF_SYSTEM_ID={srid}"),
        });
    }
    pieces.extend(said.text(STORAGE).map(|word| format!("STORAGE {word}")));
    pieces.extend(said.text(COLUMN_FORMAT).map(|word| format!("COLUMN_FORMAT {word}")));
    if !computed {
        pieces.extend(default_clause(gates, column, &ty, said));
    }
    if let Some(update) = said.text(ON_UPDATE) {
        let update = if update == "CURRENT_TIMESTAMP" { current(gates, &ty) } else { update.to_owned() };
        pieces.push(format!("ON UPDATE {update}"));
    }
    if column.identity.is_some() {
        pieces.push("AUTO_INCREMENT".to_owned());
    }
    if versioning == Some("without") {
        pieces.push("WITHOUT SYSTEM VERSIONING".to_owned());
    }
    pieces.extend(column.comment.as_ref().map(|comment| format!("COMMENT {}", text(comment))));
    if said.flag(NOT_SECONDARY) {
        pieces.push("NOT SECONDARY".to_owned());
    }
    for (key, word) in
        [(ENGINE_ATTRIBUTE, "ENGINE_ATTRIBUTE"), (SECONDARY_ENGINE_ATTRIBUTE, "SECONDARY_ENGINE_ATTRIBUTE")]
    {
        pieces.extend(said.text(key).map(|attribute| format!("{word} {}", text(attribute))));
    }
    pieces.extend(said.texts(ENGINE_OPTIONS).into_iter().map(str::to_owned));
    if json_text && purpose == For::Comparing {
        pieces.push(format!("CHECK (json_valid({}))", quote(column.name.as_str())));
    }
    pieces.extend(said.text(CHECK).map(|check| format!("CHECK {}", super::default::in_parens(check))));
    pieces.join(" ")
}

fn default_clause(gates: Gates, column: &Column, ty: &str, said: Said<'_>) -> Option<String> {
    match &column.default {
        Some(default) => Some(format!("DEFAULT {}", render(gates, sql_text(default), ty))),
        None if !column.nullable || column.identity.is_some() || said.flag(NO_DEFAULT) => None,
        // MySQL shows none for what could have none for long; saying so is no error.
        None if gates.parenthesised_defaults && types::hides_null(ty) => None,
        None => Some("DEFAULT NULL".to_owned()),
    }
}
