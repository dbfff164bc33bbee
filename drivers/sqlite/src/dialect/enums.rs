//! Enums, which SQLite has none of: a text column with a CHECK of its words.
//!
//! The CHECK is not among the table's own constraints. It has no name, so that nothing of it tells how its column or
//! table was called before a rename: SQLite keeps the expression right by itself.

use limbeck_core::ident::Ident;
use limbeck_core::operation::{AlterEnum, EnumRename};
use limbeck_core::schema::{Check, Constraint, ConstraintBody, Enum, KeyTarget, Schema, Sql, Table, Type};
use limbeck_core::sql::tokens;

use super::fault::Fault;
use super::literal::{quote, text, text_all};
use super::lower::{is_name, sql_text};
use super::{LEXICAL, NAMES};

/// The words of an enum as the CHECK lists them.
pub(super) fn words(of: &Enum) -> String {
    text_all(&of.values)
}

/// The CHECK that holds `column` to `words`.
pub(super) fn check(column: &Ident, words: &str) -> Constraint {
    // Nothing is in an empty list, and SQLite takes one.
    let expression = Sql::from(format!("{} IN ({words})", quote(column.as_str())));
    Constraint::new(None, Check { expression })
}

/// `value` with the old spellings of words replaced by the new ones.
pub(super) fn respell(value: &str, renames: &[EnumRename]) -> String {
    let cases: String = renames
        .iter()
        .map(|rename| format!(" WHEN {} THEN {}", text(&rename.from), text(&rename.to)))
        .collect();
    format!("CASE {value}{cases} ELSE {value} END")
}

/// What of a table says a column of the enum and one of the words that get another spelling: rows would not be found by it
/// any more, or not be let in.
pub(super) fn left_behind(schema: &Schema, change: &AlterEnum) -> Option<Fault> {
    schema.tables.values().filter(|_| !change.rename.is_empty()).find_map(|table| {
        let of_enum = |ty: Option<Type>| ty == Some(Type::Enum(change.name.clone()));
        let columns: Vec<&str> = table
            .columns
            .iter()
            .filter(|column| of_enum(column.ty.resolve(NAMES)))
            .map(|column| column.name.as_str())
            .collect();
        let old = |word: &str| change.rename.iter().any(|rename| text(&rename.from) == word);
        let says = |sql: &Sql| {
            let code = || tokens(&LEXICAL, sql_text(sql));
            code().any(|token| columns.iter().any(|column| is_name(&token, column)))
                && code().any(|token| old(token.text))
        };
        let place = parts(table).into_iter().find(|(_, sql)| says(sql)).map(|(place, _)| place)?;
        Some(Fault::unsupported(
            format!(
                "{place} of table {} says a word of the enum {} that is renamed",
                table.name, change.name
            ),
            "drop it before alter_enum, and make it again with the new word behind",
        ))
    })
}

/// The expressions of a table's indexes, checks and computed columns, each with its place.
fn parts(table: &Table) -> Vec<(String, &Sql)> {
    let mut parts = Vec::new();
    for index in table.indexes.values() {
        let keys = index.columns.iter().filter_map(|part| match &part.target {
            KeyTarget::Expression(sql) => Some(sql),
            KeyTarget::Column(_) => None,
        });
        let place = || format!("the index {}", index.name);
        parts.extend(keys.chain(&index.predicate).map(|sql| (place(), sql)));
    }
    for constraint in &table.constraints {
        if let ConstraintBody::Check(check) = &constraint.body {
            let place =
                constraint.name.as_ref().map_or("a check".to_owned(), |name| format!("the check {name}"));
            parts.push((place, &check.expression));
        }
    }
    for column in &table.columns {
        if let Some(generated) = &column.generated {
            parts.push((format!("the computed column {}", column.name), &generated.expression));
        }
    }
    parts
}
