//! Another index begins with the same columns.

use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "redundant-index",
    severity: Severity::Note,
    about: "Another index begins with the same columns.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let Operation::CreateIndex { table, index, .. } = subject.whole()? else { return None };
    if index.unique || index.predicate.is_some() || index.method.is_some() {
        return None;
    }
    let there = subject.table(table)?;
    let other = there.indexes.values().find(|other| {
        other.predicate.is_none()
            && other.method.is_none()
            && other.columns.len() >= index.columns.len()
            && other.columns[..index.columns.len()] == index.columns[..]
    })?;
    Some((
        format!(
            "index {} begins with the same columns: {} is read for nothing that it is not",
            other.name, index.name
        ),
        "leave one of the two out".to_owned(),
    ))
}
