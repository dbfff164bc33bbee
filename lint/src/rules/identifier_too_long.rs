//! A name is longer than the server takes.

use limbeck_core::ident::Ident;
use limbeck_core::operation::Operation;

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "identifier-too-long",
    severity: Severity::Error,
    about: "A name is longer than the server takes.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    let names: Vec<&Ident> = match subject.whole()? {
        Operation::CreateTable(table) => std::iter::once(&table.name.name)
            .chain(table.columns.iter().map(|column| &column.name))
            .chain(table.constraints.iter().filter_map(|constraint| constraint.name.as_ref()))
            .chain(table.indexes.keys())
            .collect(),
        Operation::RenameTable { to, .. } => vec![&to.name],
        Operation::AddColumn { column, .. } => vec![&column.name],
        Operation::AddConstraint { constraint, .. } => constraint.name.iter().collect(),
        Operation::CreateIndex { index, .. } => vec![&index.name],
        Operation::RenameColumn { to, .. }
        | Operation::RenameConstraint { to, .. }
        | Operation::RenameIndex { to, .. } => vec![to],
        _ => return None,
    };
    let limit = subject.server.identifier_bytes;
    let long = names.into_iter().find(|name| name.as_str().len() > limit)?;
    Some((
        format!("the name {long} has {} bytes, and the server takes {limit}", long.as_str().len()),
        "choose a shorter one: servers cut such names or refuse them".to_owned(),
    ))
}
