//! Enums, which SQLite has none of: a text column with a CHECK of its words.
//!
//! The CHECK is not among the table's own constraints. It has no name, so that nothing of it tells how its column or
//! table was called before a rename: SQLite keeps the expression right by itself.

use limbeck_core::ident::Ident;
use limbeck_core::operation::EnumRename;
use limbeck_core::schema::{Check, Constraint, Enum, Sql};

use super::literal::{quote, text, text_all};

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
