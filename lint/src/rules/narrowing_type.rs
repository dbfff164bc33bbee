//! Values may not fit the new type.

use limbeck_core::operation::{LossKind, Operation};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "narrowing-type",
    severity: Severity::Warning,
    about: "Values may not fit the new type.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::AlterColumn { table, column, .. } = subject.whole()? else { return None };
    let loss = subject.operation.loss(subject.before)?;
    if loss.kind != LossKind::Narrowing || !subject.on_old_table() {
        return None;
    }
    Some((
        format!("values of {table}.{column} may not fit its new type: the revision then fails, or they are cut"),
        "look at the values first; or add a column of the new type, copy what fits, and drop the old one later".to_owned(),
    ))
}
