//! A new column takes no NULL, and old rows get nothing.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "not-null-without-fill",
    severity: Severity::Error,
    about: "A new column takes no NULL, and old rows get nothing.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::AddColumn { table, column, fill, .. } = subject.whole()? else { return None };
    let gets_nothing = !column.nullable
        && fill.is_none()
        && column.default.is_none()
        && column.identity.is_none()
        && column.generated.is_none();
    if !gets_nothing || !subject.on_old_table() {
        return None;
    }
    Some((
        format!("column {table}.{} takes no NULL, and the rows that are there get nothing", column.name),
        "give it a `fill` or a default; or add it with `nullable = true`, fill it, and alter it later"
            .to_owned(),
    ))
}
