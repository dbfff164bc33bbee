//! Deleting what is pointed at scans the whole table.

use limbeck_core::operation::Operation;
use limbeck_core::schema::{ConstraintBody, KeyPart};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "foreign-key-without-index",
    severity: Severity::Note,
    about: "Deleting what is pointed at scans the whole table.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::AddConstraint { table, constraint } = subject.whole()? else { return None };
    let ConstraintBody::ForeignKey(key) = &constraint.body else { return None };
    // MySQL and MariaDB make the index themselves.
    if subject.server.is("mysql") {
        return None;
    }
    let first = key.columns.first()?;
    let leads = |parts: &[KeyPart]| parts.first().and_then(KeyPart::as_column) == Some(first);
    let there = subject.table(table)?;
    let indexed = there.indexes.values().any(|index| leads(&index.columns))
        || there.constraints.iter().any(|constraint| match &constraint.body {
            ConstraintBody::PrimaryKey(key) => leads(&key.columns),
            ConstraintBody::Unique(key) => leads(&key.columns),
            _ => false,
        })
        || subject.revision.upgrade.iter().any(|other| {
            matches!(other, Operation::CreateIndex { table: name, index, .. }
                if name == table && leads(&index.columns))
        });
    if indexed {
        return None;
    }
    Some((
        format!(
            "no index begins with {table}.{first}: each row that is deleted in {} makes the server read all of {table}",
            key.references.table
        ),
        format!("make an index on {table} ({first})"),
    ))
}
