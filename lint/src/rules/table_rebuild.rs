//! SQLite: the whole table is copied.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "table-rebuild",
    severity: Severity::Note,
    about: "SQLite: the whole table is copied.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let operation = subject.whole()?;
    if !subject.on_old_table() || !subject.server.rebuilds(operation, subject.before) {
        return None;
    }
    let table = operation.tables().first().copied()?;
    // All changes to a table in one revision are one rebuild: it is said once.
    let same = |other: &Operation| other.tables().first() == Some(&table);
    let first = !subject.revision.upgrade[..subject.index]
        .iter()
        .any(|other| same(other) && subject.server.rebuilds(other, subject.before));
    first.then(|| {
        (
            format!("all rows of {table} are copied into a new table, and nobody can write meanwhile"),
            "for a large table, apply it when nobody works".to_owned(),
        )
    })
}
