//! PostgreSQL: a default that differs from row to row makes the table be written anew.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "volatile-default",
    severity: Severity::Warning,
    about: "PostgreSQL: a default that differs from row to row makes the table be written anew.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::AddColumn { table, column, .. } = subject.whole()? else { return None };
    let default = column.default.as_ref()?.resolve(subject.server.names)?.to_ascii_lowercase();
    const VOLATILE: [&str; 6] =
        ["random(", "gen_random_uuid(", "uuid_generate_v4(", "clock_timestamp(", "nextval(", "uuidv7("];
    if !VOLATILE.iter().any(|function| default.contains(function)) || !subject.on_old_table() {
        return None;
    }
    Some((
        format!(
            "each row of {table} gets a value of its own in {}: the table is written anew, and nobody can use it meanwhile",
            column.name
        ),
        "add the column without a default, set the default, then fill the rows in batches".to_owned(),
    ))
}
