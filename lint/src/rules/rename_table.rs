//! Programs that run know a table by its old name.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "rename-table",
    severity: Severity::Warning,
    about: "Programs that run know a table by its old name.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::RenameTable { table, to } = subject.whole()? else { return None };
    if !subject.on_old_table() {
        return None;
    }
    Some((
        format!("programs that still run know table {to} as {table}"),
        format!(
            "make a view {table} in the same revision, and drop it when nobody uses the old name; or stop the programs while it is applied"
        ),
    ))
}
