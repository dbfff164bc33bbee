//! PostgreSQL: dropping an index keeps everybody out of its table.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "drop-index-locks",
    severity: Severity::Warning,
    about: "PostgreSQL: dropping an index keeps everybody out of its table.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::DropIndex { table, name, concurrently: false } = subject.whole()? else { return None };
    if !subject.on_old_table() {
        return None;
    }
    Some((
        format!("dropping index {name} waits for all readers of {table}, and all others wait behind it"),
        "write `concurrently = true`, and `transaction = \"none\"` into the header".to_owned(),
    ))
}
