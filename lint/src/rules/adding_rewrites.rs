//! PostgreSQL: a column that is counted or computed makes the table be written anew.

use limbeck_core::operation::Operation;
use limbeck_core::schema::Type;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "adding-rewrites",
    severity: Severity::Warning,
    about: "PostgreSQL: a column that is counted or computed makes the table be written anew.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::AddColumn { table, column, .. } = subject.whole()? else { return None };
    let stored = column.generated.as_ref().is_some_and(|made| made.stored);
    let serial = matches!(subject.ty(&column.ty), Some(Type::Native(text)) if text.to_ascii_lowercase().contains("serial"));
    if !(stored || serial || column.identity.is_some()) || !subject.on_old_table() {
        return None;
    }
    Some((
        format!("{table} is written anew for column {}, and nobody can use it meanwhile", column.name),
        "add a plain column, fill it in batches, and make it what it is to be afterwards".to_owned(),
    ))
}
