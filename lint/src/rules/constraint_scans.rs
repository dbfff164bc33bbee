//! PostgreSQL: a new constraint looks at all rows while nobody can write.

use limbeck_core::operation::Operation;
use limbeck_core::schema::ConstraintKind;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "constraint-scans",
    severity: Severity::Warning,
    about: "PostgreSQL: a new constraint looks at all rows while nobody can write.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::AddConstraint { table, constraint } = subject.whole()? else { return None };
    let kind = constraint.kind();
    let scans = matches!(kind, ConstraintKind::ForeignKey | ConstraintKind::Check);
    if !scans || constraint.not_valid || !subject.on_old_table() {
        return None;
    }
    Some((
        format!("all rows of {table} are looked at for its {kind} while nobody can write"),
        "add it with `not_valid = true`, and validate it in a later revision (`validate_constraint`), which lets everybody work".to_owned(),
    ))
}
