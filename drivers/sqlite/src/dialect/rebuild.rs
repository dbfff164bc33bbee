//! Changes to a table by making it anew: the twelve steps of SQLite's documentation.
//!
//! Dropping the old table would delete its rows, and with them the rows that point at them: the whole transaction runs
//! with foreign keys off. `legacy_alter_table` keeps the last rename from looking at views and triggers, of which some
//! name a table that is not there at that moment; the names in them stay right, as the table has its old name again.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::Ident;

use super::group::Group;
use super::literal::{quote, text, text_all};
use super::lookup::{self, Trigger};
use super::lower::Lowered;
use super::{copy, index, rules, table};

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
    statements.extend(rules::guards(before, name, group.last));
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
