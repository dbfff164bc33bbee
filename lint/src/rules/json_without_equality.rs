//! PostgreSQL: json cannot be compared.

use limbeck_core::operation::Operation;
use limbeck_core::schema::{Column, Type};

use super::Rule;
use crate::{Severity, Subject};

pub(super) const RULE: Rule = Rule {
    code: "json-without-equality",
    severity: Severity::Note,
    about: "PostgreSQL: json cannot be compared.",
    check,
};

fn check(subject: &Subject<'_>) -> Option<(String, String)> {
    if !subject.server.is("postgres") {
        return None;
    }
    let columns: Vec<&Column> = match subject.whole()? {
        Operation::AddColumn { column, .. } => vec![column],
        Operation::CreateTable(table) => table.columns.iter().collect(),
        _ => return None,
    };
    let column = columns.into_iter().find(|column| subject.ty(&column.ty) == Some(Type::Json))?;
    Some((
        format!(
            "values of json column {} cannot be compared: SELECT DISTINCT and GROUP BY fail",
            column.name
        ),
        "make it jsonb".to_owned(),
    ))
}
