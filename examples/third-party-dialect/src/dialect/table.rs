//! CREATE TABLE, CREATE INDEX, and comments. Everything is lowered.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Constraint, ConstraintBody, Index, KeyPart, KeyTarget, Table};

use super::lower::{sql_text, type_text};
use super::sequence;
use super::text::{in_parens, name, quote, quote_all, text};

/// The statement that makes a table, without its indexes and comments.
pub(super) fn create(table: &Table) -> String {
    let mut lines: Vec<String> = table.columns.iter().map(|column| definition(table, column)).collect();
    lines.extend(table.constraints.iter().map(constraint));
    format!("CREATE TABLE {} (\n    {}\n)", name(&table.name), lines.join(",\n    "))
}

/// A column, as CREATE TABLE has it.
fn definition(table: &Table, column: &Column) -> String {
    let mut sql = plain_definition(column);
    if column.identity.is_some() {
        let sequence = sequence::usual(&table.name, &column.name);
        sql.push_str(&format!(" DEFAULT {}", sequence::next(&sequence)));
    }
    if let Some(generated) = &column.generated {
        sql.push_str(&format!(" GENERATED ALWAYS AS {} VIRTUAL", in_parens(sql_text(&generated.expression))));
    }
    if !column.nullable {
        sql.push_str(" NOT NULL");
    }
    sql
}

/// As much of a column as ADD COLUMN takes.
pub(super) fn plain_definition(column: &Column) -> String {
    let mut sql = format!("{} {}", quote(column.name.as_str()), type_text(column));
    if let Some(collation) = &column.collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = &column.default {
        sql.push_str(&format!(" DEFAULT {}", in_parens(sql_text(default))));
    }
    sql
}

fn columns(parts: &[KeyPart]) -> String {
    quote_all(parts.iter().filter_map(KeyPart::as_column))
}

fn constraint(item: &Constraint) -> String {
    match &item.body {
        ConstraintBody::PrimaryKey(key) => format!("PRIMARY KEY ({})", columns(&key.columns)),
        ConstraintBody::Unique(key) => format!("UNIQUE ({})", columns(&key.columns)),
        ConstraintBody::Check(check) => format!("CHECK {}", in_parens(sql_text(&check.expression))),
        ConstraintBody::ForeignKey(key) => {
            let target = if key.references.columns.is_empty() {
                String::new()
            } else {
                format!(" ({})", quote_all(&key.references.columns))
            };
            format!(
                "FOREIGN KEY ({}) REFERENCES {}{target}",
                quote_all(&key.columns),
                name(&key.references.table)
            )
        }
        // Lowering leaves none.
        ConstraintBody::Exclusion(_) => String::new(),
    }
}

/// What an index is over.
fn parts(index: &Index) -> String {
    let parts: Vec<String> = index
        .columns
        .iter()
        .map(|part| match &part.target {
            KeyTarget::Column(column) => quote(column.as_str()),
            KeyTarget::Expression(sql) => in_parens(sql_text(sql)),
        })
        .collect();
    parts.join(", ")
}

/// The statement that makes an index.
pub(super) fn create_index(table: &Name, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    format!("CREATE {unique}INDEX {} ON {} ({})", quote(index.name.as_str()), name(table), parts(index))
}

/// That no two rows of a table are in the way of a unique index. The server looks at rows that the same transaction has
/// written at its end only, and says nothing of which they are.
pub(super) fn index_guard(table: &Name, index: &Index, at: usize) -> Option<Statement> {
    if !index.unique {
        return None;
    }
    let columns: Vec<String> = (0..index.columns.len()).map(|number| format!("k{number}")).collect();
    let there: Vec<String> = columns.iter().map(|column| format!("{column} IS NOT NULL")).collect();
    let shown: Vec<String> = columns.iter().map(|column| format!("CAST({column} AS VARCHAR)")).collect();
    Some(Statement::guard(
        at,
        format!(
            "SELECT concat_ws(', ', {}) FROM (SELECT {} FROM {}) AS t({}) WHERE {} GROUP BY {} HAVING count(*) > 1 LIMIT 10",
            shown.join(", "),
            parts(index),
            name(table),
            columns.join(", "),
            there.join(" AND "),
            columns.join(", ")
        ),
        Guard {
            message: format!(
                "a unique index {} is to be made on {table}, and values are there twice",
                index.name
            ),
            help: "change or delete all but one of the rows with each".to_owned(),
        },
    ))
}

/// The name of an index, which lives in its table's namespace.
pub(super) fn index_name(table: &Name, index: &Ident) -> String {
    name(&table.sibling(index.clone()))
}

/// The statement that sets a comment; `what` is `TABLE …`, `COLUMN …`.
pub(super) fn comment(what: &str, comment: Option<&str>) -> String {
    format!("COMMENT ON {what} IS {}", comment.map_or_else(|| "NULL".to_owned(), text))
}

/// What `comment` calls a column.
pub(super) fn column_name(table: &Name, column: &Ident) -> String {
    format!("COLUMN {}.{}", name(table), quote(column.as_str()))
}

/// The statements that set all comments of a table.
pub(super) fn comments(table: &Table) -> Vec<String> {
    let mut made = Vec::new();
    if table.comment.is_some() {
        made.push(comment(&format!("TABLE {}", name(&table.name)), table.comment.as_deref()));
    }
    for column in table.columns.iter().filter(|column| column.comment.is_some()) {
        made.push(comment(&column_name(&table.name, &column.name), column.comment.as_deref()));
    }
    for index in table.indexes.values().filter(|index| index.comment.is_some()) {
        made.push(index_comment(&table.name, index));
    }
    made
}

/// The statement that sets the comment of an index.
pub(super) fn index_comment(table: &Name, index: &Index) -> String {
    comment(&format!("INDEX {}", index_name(table, &index.name)), index.comment.as_deref())
}
