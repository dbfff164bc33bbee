//! Schema and rows change in one transaction, which holds locks for long.

use limbeck_core::ident::Name;
use limbeck_core::operation::{Effect, Operation};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "schema-and-data",
    severity: Severity::Warning,
    about: "Schema and rows change in one transaction, which holds locks for long.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let operation = subject.whole()?;
    let data = operation.effect() == Effect::Data && !matches!(operation, Operation::Insert { .. });
    let others = &subject.revision.upgrade;
    let first = others.iter().position(|other| other.effect() == Effect::Data) == Some(subject.index);
    let mixed = others.iter().any(|other| other.effect() == Effect::Schema && changes_old(subject, other));
    if !data || !first || !mixed || subject.server.is("sqlite") {
        return None;
    }
    Some((
        "the revision changes tables and rows: their locks are held until all rows are done, and a failure leaves one half where DDL is not rolled back".to_owned(),
        "put the rows into a revision of their own, with `transaction = \"none\"` and in batches if they are many".to_owned(),
    ))
}

/// Whether an operation is about a table that the revision has not made itself.
fn changes_old(subject: &Subject<'_>, operation: &Operation) -> bool {
    let made = |name: &Name| {
        subject
            .revision
            .upgrade
            .iter()
            .any(|other| matches!(other, Operation::CreateTable(table) if table.name == *name))
    };
    operation.tables().first().is_some_and(|name| !made(name))
}
