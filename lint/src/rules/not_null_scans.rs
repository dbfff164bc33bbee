//! PostgreSQL: SET NOT NULL looks at all rows while everybody is kept out.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "not-null-scans",
    severity: Severity::Warning,
    about: "PostgreSQL: SET NOT NULL looks at all rows while everybody is kept out.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::AlterColumn { table, column, change } = subject.whole()? else { return None };
    if change.nullable != Some(false) || !subject.on_old_table() {
        return None;
    }
    Some((
        format!("all rows of {table} are looked at while nobody can read or write"),
        format!(
            "add a check `{column} IS NOT NULL` with `not_valid = true`, validate it in a revision of its own, then take the column's NULLs away and drop the check"
        ),
    ))
}
