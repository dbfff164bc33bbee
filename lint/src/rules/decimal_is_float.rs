//! SQLite: decimals are kept as floating-point numbers.

use limbeck_core::operation::Operation;
use limbeck_core::schema::{Column, Type};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "decimal-is-float",
    severity: Severity::Note,
    about: "SQLite: decimals are kept as floating-point numbers.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("sqlite") {
        return None;
    }
    let columns: Vec<&Column> = match subject.whole()? {
        Operation::AddColumn { column, .. } => vec![column],
        Operation::CreateTable(table) => table.columns.iter().collect(),
        _ => return None,
    };
    let column =
        columns.into_iter().find(|column| matches!(subject.ty(&column.ty), Some(Type::Decimal(_))))?;
    Some((
        format!("SQLite keeps the decimals of column {} as floating-point numbers", column.name),
        "for money and the like, make it text, or count in the smallest unit".to_owned(),
    ))
}
