//! Changes to a table by making it anew: the twelve steps of SQLite's documentation.
//!
//! Dropping the old table would delete its rows, and with them the rows that point at them: the whole transaction runs
//! with foreign keys off. `legacy_alter_table` keeps the last rename from looking at views and triggers, of which some
//! name a table that is not there at that moment; the names in them stay right, as the table has its old name again.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, ConstraintBody};

use super::group::Group;
use super::literal::{quote, text, text_all};
use super::lookup::{self, Trigger};
use super::lower::Lowered;
use super::{copy, index, table};

/// How the names of tables begin that a rebuild makes and renames.
pub(super) const PREFIX: &str = "_limbeck_new_";

/// The statements that make the table `before` anew as `after`.
pub(super) fn statements(
    before: &Lowered,
    after: &Lowered,
    group: &Group,
    triggers: &[Trigger],
) -> Vec<Statement> {
    let name = before.table.name.name.as_str();
    let temporary = format!("{PREFIX}{name}");
    let mut statements = guards(before, name, &temporary, group.last);
    statements.extend(lookup::guards(&format!("table {name}"), name, triggers, group.last));
    statements.extend(rule_guards(before, name, group.last));
    let mut schema = |sql: String| statements.push(Statement::schema(group.last, sql));
    schema(table::create(after, &temporary));
    let mut rows = vec![copy::copy(before, after, group, &temporary)];
    let counts = |lowered: &Lowered| lowered.table.columns.iter().any(|column| column.identity.is_some());
    if counts(before) && counts(after) {
        rows.push(format!("DELETE FROM sqlite_sequence WHERE name = {}", text(&temporary)));
        rows.push(format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {}, seq FROM sqlite_sequence WHERE name = {} COLLATE NOCASE",
            text(&temporary),
            text(name)
        ));
    }
    statements.extend(rows.into_iter().map(|sql| Statement::data(group.last, sql)));
    let mut schema = |sql: String| statements.push(Statement::schema(group.last, sql));
    schema("PRAGMA legacy_alter_table = ON".to_owned());
    schema(format!("DROP TABLE {}", quote(name)));
    schema(format!("ALTER TABLE {} RENAME TO {}", quote(&temporary), quote(name)));
    schema("PRAGMA legacy_alter_table = OFF".to_owned());
    for item in after.table.indexes.values() {
        schema(index::create(&after.table.name.name, item));
    }
    for trigger in triggers {
        schema(trigger.sql.clone());
    }
    statements.into_iter().map(Statement::suspending_foreign_keys).collect()
}

/// What would be lost without a word, because the plan does not know it.
fn guards(before: &Lowered, name: &str, temporary: &str, operation: usize) -> Vec<Statement> {
    let guard = |sql: String, message: String, help: &str| {
        Statement::guard(operation, sql, Guard { message, help: help.to_owned() })
    };
    let except = |known: Vec<&str>| {
        if known.is_empty() {
            String::new()
        } else {
            format!(" AND name COLLATE NOCASE NOT IN ({})", text_all(known))
        }
    };
    let table = &before.table;
    let columns = table.columns.iter().map(|column| column.name.as_str()).collect();
    vec![
        guard(
            format!("SELECT name FROM sqlite_master WHERE name = {} COLLATE NOCASE", text(temporary)),
            format!("table {name} is to be made anew, and the name needed for that is taken"),
            "look at what is there: if an earlier run that was cut off left it behind, drop it",
        ),
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({}) WHERE hidden <> 1{}",
                text(name),
                except(columns)
            ),
            format!("table {name} is to be made anew, and has columns that no revision knows"),
            "write a revision that adds them (`makemigrations` finds them), or drop them",
        ),
        guard(
            format!(
                "SELECT name FROM sqlite_master WHERE tbl_name = {} COLLATE NOCASE AND type = 'index' \
                 AND sql IS NOT NULL{}",
                text(name),
                except(table.indexes.keys().map(Ident::as_str).collect())
            ),
            format!("table {name} is to be made anew, and has indexes that no revision knows"),
            "write a revision that creates them (`makemigrations` finds them), or drop them",
        ),
    ]
}

/// Rules for rows that would be gone without a word, because the plan does not know them. Of a CHECK SQLite tells
/// nothing.
fn rule_guards(before: &Lowered, name: &str, operation: usize) -> Vec<Statement> {
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
    vec![
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
