//! PostgreSQL: an index is built while nobody can write.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "index-locks-writers",
    severity: Severity::Warning,
    about: "PostgreSQL: an index is built while nobody can write.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::CreateIndex { table, index, concurrently: false } = subject.whole()? else { return None };
    if !subject.on_old_table() {
        return None;
    }
    Some((
        format!("nobody can write to {table} while index {} is built", index.name),
        "write `concurrently = true`, and `transaction = \"none\"` into the header".to_owned(),
    ))
}
