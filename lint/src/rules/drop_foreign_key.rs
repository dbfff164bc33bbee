//! Rows may lose what they point at.

use limbeck_core::operation::{ConstraintRef, Operation};
use limbeck_core::schema::ConstraintKind;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "drop-foreign-key",
    severity: Severity::Note,
    about: "Rows may lose what they point at.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::DropConstraint { table, constraint: ConstraintRef::Named(name) } = subject.whole()? else {
        return None;
    };
    let dropped = subject.table(table)?.constraint(name)?;
    if dropped.kind() != ConstraintKind::ForeignKey {
        return None;
    }
    Some((
        format!("nothing keeps rows of {table} any longer from pointing at what is not there"),
        "make sure that the programs see to it".to_owned(),
    ))
}
