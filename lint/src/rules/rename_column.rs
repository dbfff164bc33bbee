//! Programs that run know a column by its old name.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "rename-column",
    severity: Severity::Warning,
    about: "Programs that run know a column by its old name.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::RenameColumn { table, column, to } = subject.whole()? else { return None };
    if !subject.on_old_table() {
        return None;
    }
    Some((
        format!("programs that still run know column {table}.{to} as {column}"),
        format!(
            "add {to}, write both, copy the values, read {to}, then drop {column}; or stop the programs while it is applied"
        ),
    ))
}
