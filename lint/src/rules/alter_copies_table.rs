//! MySQL: the whole table is copied, and nobody can write meanwhile.

use limbeck_core::operation::Operation;
use limbeck_core::schema::{ConstraintKind, Type};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "alter-copies-table",
    severity: Severity::Warning,
    about: "MySQL: the whole table is copied, and nobody can write meanwhile.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("mysql") {
        return None;
    }
    if !subject.on_old_table() {
        return None;
    }
    let what = match subject.whole()? {
        Operation::AlterColumn { table, column, change } => {
            let new = subject.ty(change.ty.as_ref()?)?;
            let old = subject.ty(&subject.column(table, column)?.ty)?;
            if in_place(&old, &new) {
                return None;
            }
            format!("the new type of {table}.{column}")
        }
        Operation::AddConstraint { table, constraint } => match constraint.kind() {
            ConstraintKind::ForeignKey | ConstraintKind::Check => {
                format!("a {} on {table}", constraint.kind())
            }
            _ => return None,
        },
        Operation::AddColumn { table, column, .. }
            if column.identity.is_some() || column.generated.as_ref().is_some_and(|made| made.stored) =>
        {
            format!("column {table}.{}", column.name)
        }
        _ => return None,
    };
    Some((
        format!("the whole table is copied for {what}, and nobody can write meanwhile"),
        "for a large table, use a tool such as gh-ost or pt-online-schema-change, or add a column and copy in batches".to_owned(),
    ))
}

/// Whether MySQL changes the definition alone.
fn in_place(old: &Type, new: &Type) -> bool {
    match (old, new) {
        // The length takes one byte up to 255 bytes; a character may take four.
        (Type::Varchar(old), Type::Varchar(new)) => new >= old && (*new * 4 <= 255 || *old * 4 > 255),
        (old, new) => old == new,
    }
}
