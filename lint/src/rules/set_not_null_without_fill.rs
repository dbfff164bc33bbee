//! A column takes no NULL any longer, and rows may hold it.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "set-not-null-without-fill",
    severity: Severity::Warning,
    about: "A column takes no NULL any longer, and rows may hold it.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::AlterColumn { table, column, change } = subject.whole()? else { return None };
    if change.nullable != Some(false) || change.fill.is_some() || !subject.on_old_table() {
        return None;
    }
    Some((
        format!("rows that hold NULL in {table}.{column} make the revision fail"),
        "give them a value with `fill`, or in a revision before".to_owned(),
    ))
}
