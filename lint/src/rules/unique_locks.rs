//! PostgreSQL: a unique or primary key builds its index while everybody is kept out.

use limbeck_core::operation::Operation;
use limbeck_core::schema::ConstraintKind;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "unique-locks",
    severity: Severity::Warning,
    about: "PostgreSQL: a unique or primary key builds its index while everybody is kept out.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::AddConstraint { table, constraint } = subject.whole()? else { return None };
    let kind = constraint.kind();
    if !matches!(kind, ConstraintKind::Unique | ConstraintKind::PrimaryKey | ConstraintKind::Exclusion)
        || !subject.on_old_table()
    {
        return None;
    }
    let help = if kind == ConstraintKind::Exclusion {
        "apply it when nobody works, with a short `lock_timeout`"
    } else {
        "build a unique index with `concurrently = true` first, then add the constraint with raw SQL: ADD CONSTRAINT … USING INDEX"
    };
    Some((
        format!("nobody can read or write {table} while the index of its {kind} is built"),
        help.to_owned(),
    ))
}
