//! A table goes with its rows, and programs that run still use it.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "drop-table",
    severity: Severity::Warning,
    about: "A table goes with its rows, and programs that run still use it.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::DropTable { table } = subject.whole()? else { return None };
    if subject.made.contains(table) {
        return None;
    }
    Some((
        format!("table {table} is dropped with all its rows, and programs that still run use it"),
        "stop using it first; drop it in a later revision, when a backup is at hand".to_owned(),
    ))
}
