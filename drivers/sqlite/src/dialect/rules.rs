//! Guards of a rebuild: what rows must obey by hand, and no revision knows, would be gone with the old table.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, ConstraintBody};

use super::literal::{text, text_all};
use super::lower::Lowered;

/// Rules for rows that would be gone without a word, because the plan does not know them. Of a CHECK, a collation and a
/// table's options only its text tells, which a query cannot read.
pub(super) fn guards(before: &Lowered, name: &str, operation: usize) -> Vec<Statement> {
    let table = &before.table;
    let guard = |sql: String, what: &str| {
        let message = format!("table {name} is to be made anew, and has {what} that no revision knows");
        let help =
            "write a revision that adds them (`makemigrations` finds them), or take them away".to_owned();
        Statement::guard(operation, sql, Guard { message, help })
    };
    let columns = |known: &dyn Fn(&Column) -> bool| {
        text_all(table.columns.iter().filter(|column| known(column)).map(|column| column.name.as_str()))
    };
    let mut keys = Vec::new();
    let mut uniques = Vec::new();
    for constraint in &table.constraints {
        match &constraint.body {
            ConstraintBody::ForeignKey(key) => keys.extend(
                key.columns.iter().map(|column| format!("{column} to {}", key.references.table.name)),
            ),
            ConstraintBody::Unique(_) => {
                let names: Vec<&str> = constraint.columns().into_iter().map(Ident::as_str).collect();
                uniques.push(names.join(", "));
            }
            _ => {}
        }
    }
    let of_table = text(name);
    let key = table.primary_key().map(|(constraint, _)| constraint.columns()).unwrap_or_default();
    vec![
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({of_table}) WHERE pk > 0 AND name COLLATE NOCASE NOT IN ({})",
                text_all(key.iter().map(|column| column.as_str()))
            ),
            "a primary key",
        ),
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({of_table}) WHERE \"notnull\" AND pk = 0 \
                 AND name COLLATE NOCASE NOT IN ({})",
                columns(&|column| !column.nullable)
            ),
            "NOT NULL columns",
        ),
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({of_table}) WHERE dflt_value IS NOT NULL AND hidden = 0 \
                 AND name COLLATE NOCASE NOT IN ({})",
                columns(&|column| column.default.is_some())
            ),
            "defaults",
        ),
        guard(
            format!(
                "SELECT names FROM (SELECT (SELECT group_concat(name, ', ') FROM pragma_index_info(i.name)) AS names \
                 FROM pragma_index_list({of_table}) AS i WHERE i.origin = 'u') \
                 WHERE names COLLATE NOCASE NOT IN ({})",
                text_all(uniques.iter().map(String::as_str))
            ),
            "unique constraints",
        ),
        guard(
            format!(
                "SELECT names FROM (SELECT \"from\" || ' to ' || \"table\" AS names \
                 FROM pragma_foreign_key_list({of_table})) WHERE names COLLATE NOCASE NOT IN ({})",
                text_all(keys.iter().map(String::as_str))
            ),
            "foreign keys",
        ),
    ]
}
