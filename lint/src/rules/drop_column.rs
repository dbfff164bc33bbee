//! A column goes with its values, and programs that run still name it.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "drop-column",
    severity: Severity::Warning,
    about: "A column goes with its values, and programs that run still name it.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::DropColumn { table, column } = subject.whole()? else { return None };
    if !subject.on_old_table() {
        return None;
    }
    Some((
        format!("column {table}.{column} is dropped with its values, and programs that still run name it"),
        "stop reading and writing it first; drop it in a later revision".to_owned(),
    ))
}
