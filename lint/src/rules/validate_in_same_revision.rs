//! PostgreSQL: a constraint is validated under the lock of its own addition.

use limbeck_core::operation::Operation;
use limbeck_core::revision::TransactionMode;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "validate-in-same-revision",
    severity: Severity::Warning,
    about: "PostgreSQL: a constraint is validated under the lock of its own addition.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::ValidateConstraint { table, name } = subject.whole()? else { return None };
    let added = subject.revision.upgrade[..subject.index].iter().any(|other| {
        matches!(other, Operation::AddConstraint { table: there, constraint }
            if there == table && constraint.name.as_ref() == Some(name))
    });
    if !added || subject.revision.transaction == Some(TransactionMode::None) {
        return None;
    }
    Some((
        format!(
            "{name} is validated in the transaction that adds it, whose lock keeps writers of {table} out"
        ),
        "validate it in a revision of its own".to_owned(),
    ))
}
