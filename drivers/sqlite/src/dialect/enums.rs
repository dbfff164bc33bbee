//! Enums, which SQLite has none of: a text column with a CHECK of its words.
//!
//! The CHECK is not among the table's own constraints. It is called `{table}_{column}_check`, as the default naming
//! rules have it, and follows the column: a rename of the column or table leaves its name as it is in the database, and
//! the next rebuild gives it the new one.

use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::EnumRename;
use limbeck_core::schema::{Check, Constraint, Enum, Naming, Sql};

use super::literal::{quote, text, text_all};

/// The words of an enum as the CHECK lists them.
pub(super) fn words(of: &Enum) -> String {
    text_all(&of.values)
}

/// The CHECK that holds `column` to `words`.
pub(super) fn check(table: &Name, column: &Ident, words: &str) -> Constraint {
    // Nothing is in an empty list, and SQLite takes one.
    let expression = Sql::from(format!("{} IN ({words})", quote(column.as_str())));
    let mut check = Constraint::new(None, Check { expression });
    check.name = Some(Naming::default().constraint(table, &check, Some(column.as_str())));
    check
}

/// `value` with the old spellings of words replaced by the new ones.
pub(super) fn respell(value: &str, renames: &[EnumRename]) -> String {
    let cases: String = renames
        .iter()
        .map(|rename| format!(" WHEN {} THEN {}", text(&rename.from), text(&rename.to)))
        .collect();
    format!("CASE {value}{cases} ELSE {value} END")
}
