//! A table has no primary key.

use limbeck_core::operation::Operation;
use limbeck_core::schema::ConstraintKind;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule =
    Rule { code: "no-primary-key", severity: Severity::Warning, about: "A table has no primary key.", check };

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::CreateTable(table) = subject.whole()? else { return None };
    let added_later = subject.revision.upgrade[subject.index..].iter().any(|later| {
        matches!(later, Operation::AddConstraint { table: name, constraint }
            if *name == table.name && constraint.kind() == ConstraintKind::PrimaryKey)
    });
    if table.primary_key().is_some() || added_later || table.partition_of.is_some() {
        return None;
    }
    Some((
        format!(
            "table {} has no primary key: its rows cannot be told apart, nor replicated one by one",
            table.name
        ),
        "give it one".to_owned(),
    ))
}
