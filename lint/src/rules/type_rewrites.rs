//! PostgreSQL: a new type makes the table be written anew.

use limbeck_core::operation::Operation;
use limbeck_core::schema::Type;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "type-rewrites",
    severity: Severity::Warning,
    about: "PostgreSQL: a new type makes the table be written anew.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let Operation::AlterColumn { table, column, change } = subject.whole()? else { return None };
    let new = subject.ty(change.ty.as_ref()?)?;
    let old = subject.ty(&subject.column(table, column)?.ty)?;
    if !subject.on_old_table() || (change.using.is_none() && in_place(&old, &new)) {
        return None;
    }
    Some((
        format!(
            "{table} is written anew for the new type of {column}, with its indexes, and nobody can use it meanwhile"
        ),
        "add a column of the new type, fill it in batches, and take it instead of the old one".to_owned(),
    ))
}

/// Whether PostgreSQL takes the values as they are.
fn in_place(old: &Type, new: &Type) -> bool {
    match (old, new) {
        (Type::Varchar(old), Type::Varchar(new)) => new >= old,
        (Type::Varchar(_) | Type::Text, Type::Text) => true,
        (Type::Decimal(Some((old, old_scale))), Type::Decimal(Some((new, new_scale)))) => {
            new >= old && new_scale == old_scale
        }
        (Type::Decimal(_), Type::Decimal(None)) => true,
        (Type::Time(old), Type::Time(new))
        | (Type::Timestamp(old), Type::Timestamp(new))
        | (Type::TimestampTz(old), Type::TimestampTz(new)) => new.unwrap_or(6) >= old.unwrap_or(6),
        (old, new) => old == new,
    }
}
