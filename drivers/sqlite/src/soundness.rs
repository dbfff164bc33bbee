//! Views and triggers that do not work, since they name what is not there.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{DriverError, DriverErrorKind};
use limbeck_core::sql::{Token, tokens};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use crate::dialect::LEXICAL;
use crate::error::from_sqlite;

/// What SQLite says of a statement where something belongs to the program that it is run by, and is not known here.
const OF_THE_PROGRAM: [&str; 3] = ["no such function", "no such collation sequence", "no such module"];

/// Which views and triggers work.
///
/// SQLite looks into them when they are used, and when a table is altered in place; a table that is dropped, or made
/// anew without a column, leaves them as they are. Two states are compared, so that what did not work before is nobody's
/// fault, and what comes with a transaction is what its author wrote.
#[derive(Debug, Default)]
pub(crate) struct Soundness {
    /// Those that are there: `view v`, `trigger t`.
    there: BTreeSet<String>,
    /// What is wrong with those that do not work, with names in double quotes taken for texts, as SQLite does if there is
    /// no such column, and without: a column that goes makes a text of its name, without a word.
    broken: [BTreeMap<String, String>; 2],
}

impl Soundness {
    /// Looks at every view and trigger of the database.
    pub(crate) fn find(connection: &Connection) -> Result<Self, DriverError> {
        let probes = Probes::find(connection).map_err(|error| from_sqlite(&error))?;
        let mut found = Self { there: probes.names(), ..Self::default() };
        if found.there.is_empty() {
            return Ok(found);
        }
        let failed = |error: rusqlite::Error| from_sqlite(&error);
        let lenient = connection.db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML).map_err(failed)?;
        for (broken, texts) in found.broken.iter_mut().zip([true, false]) {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, texts).map_err(failed)?;
            let tried = probes.run(connection);
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, lenient).map_err(failed)?;
            *broken = tried?;
        }
        Ok(found)
    }

    /// Fails with those that worked in `before`, are still there, and do not work any more.
    pub(crate) fn refuse_less_than(&self, before: &Self) -> Result<(), DriverError> {
        let mut lost: BTreeMap<&String, &String> = BTreeMap::new();
        for (now, then) in self.broken.iter().zip(&before.broken) {
            for (name, message) in now {
                if before.there.contains(name) && !then.contains_key(name) {
                    lost.entry(name).or_insert(message);
                }
            }
        }
        if lost.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = lost.keys().map(|name| name.as_str()).collect();
        let mut error = DriverError::new(
            DriverErrorKind::Statement,
            format!("{} would not work any more: the transaction is not committed", names.join(", ")),
        )
        .with_help("drop or replace in the same revision what names what goes (drop_object, replace_object)");
        error.notes = lost.iter().map(|(name, message)| format!("{name}: {message}")).collect();
        Err(error)
    }
}

/// Statements that are compiled to see whether it can be done.
struct Probes {
    /// A view, and a query of it.
    views: Vec<(String, String)>,
    /// The triggers of an event of a table or view, and the two.
    triggers: BTreeMap<(String, Event), Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Insert,
    Update,
    Delete,
}

impl Probes {
    fn find(connection: &Connection) -> rusqlite::Result<Self> {
        let mut probes = Self { views: Vec::new(), triggers: BTreeMap::new() };
        let mut statement = connection.prepare(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_master \
             WHERE type IN ('view', 'trigger') AND sql IS NOT NULL ORDER BY name",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
            if kind == "view" {
                let query = format!("SELECT * FROM main.{}", quote(&name));
                probes.views.push((format!("view {name}"), query));
            } else if let Some(event) = event(&row.get::<_, String>(3)?) {
                probes.triggers.entry((row.get(2)?, event)).or_default().push(format!("trigger {name}"));
            }
        }
        Ok(probes)
    }

    fn names(&self) -> BTreeSet<String> {
        let views = self.views.iter().map(|(name, _)| name);
        views.chain(self.triggers.values().flatten()).cloned().collect()
    }

    /// What does not work, and why.
    fn run(&self, connection: &Connection) -> Result<BTreeMap<String, String>, DriverError> {
        let mut broken = BTreeMap::new();
        for (name, query) in &self.views {
            if let Some(message) = wrong(connection, query)? {
                broken.insert(name.clone(), message);
            }
        }
        for ((table, event), triggers) in &self.triggers {
            let name = format!("main.{}", quote(table));
            let statement = match event {
                Event::Insert => format!("INSERT INTO {name} DEFAULT VALUES"),
                Event::Delete => format!("DELETE FROM {name}"),
                Event::Update => match settable(connection, table) {
                    Ok(columns) if !columns.is_empty() => {
                        format!("UPDATE {name} SET {}", columns.join(", "))
                    }
                    // A view that cannot be asked for its columns does not work itself.
                    _ => continue,
                },
            };
            if let Some(message) = wrong(connection, &statement)? {
                broken.extend(triggers.iter().map(|name| (name.clone(), message.clone())));
            }
        }
        Ok(broken)
    }
}

/// Assignments of every column to itself, but for those that are computed.
fn settable(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        connection.prepare("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0")?;
    let names = statement.query_map([table], |row| row.get::<_, String>(0))?;
    names.map(|name| name.map(|name| format!("{0} = {0}", quote(&name)))).collect()
}

/// What is wrong with a statement, if anything: it is compiled, not run.
fn wrong(connection: &Connection, sql: &str) -> Result<Option<String>, DriverError> {
    let Err(error) = connection.prepare(sql) else { return Ok(None) };
    let Some(message) = complaint(&error, sql) else { return Err(from_sqlite(&error)) };
    let of_program = OF_THE_PROGRAM.iter().any(|start| message.contains(start));
    Ok((!of_program).then_some(message))
}

/// What SQLite says of a statement that it cannot compile; `None` if something else is wrong.
fn complaint(error: &rusqlite::Error, sql: &str) -> Option<String> {
    if let rusqlite::Error::SqliteFailure(failure, message) = error {
        return message.clone().filter(|_| failure.code == ErrorCode::Unknown);
    }
    // The variant that says where in the statement it is, and shows it. Not every version of the library has it, nor every
    // choice of its features, and those are for the whole build to choose: so it is not named here.
    let failure = std::error::Error::source(error)?.downcast_ref::<rusqlite::ffi::Error>()?;
    let text = error.to_string();
    let message =
        text.split_once(&format!(" in {sql} at offset ")).map_or(text.as_str(), |(message, _)| message);
    (failure.code == ErrorCode::Unknown).then(|| message.to_owned())
}

/// What a trigger watches for.
fn event(sql: &str) -> Option<Event> {
    let mut code = tokens(&LEXICAL, sql).filter(Token::is_code).skip_while(|token| !token.is_word("TRIGGER"));
    code.find_map(|token| {
        let events = [("INSERT", Event::Insert), ("UPDATE", Event::Update), ("DELETE", Event::Delete)];
        events.into_iter().find(|(word, _)| token.is_word(word)).map(|(_, event)| event)
    })
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(before: &str, change: &str) -> Result<(), DriverError> {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(before).unwrap();
        let then = Soundness::find(&connection).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON").unwrap();
        connection.execute_batch(change).unwrap();
        Soundness::find(&connection).unwrap().refuse_less_than(&then)
    }

    /// `t` without its column `b`.
    const WITHOUT_B: &str = "CREATE TABLE n (a); DROP TABLE t; ALTER TABLE n RENAME TO t;";

    #[test]
    fn what_stops_working_is_named() {
        for (object, name) in [
            ("CREATE VIEW v AS SELECT b FROM t", "view v"),
            ("CREATE VIEW v AS SELECT \"b\" FROM t", "view v"),
            ("CREATE VIEW \"v \"\"x\" AS SELECT t.b FROM t", "view v \"x"),
            ("CREATE TRIGGER x AFTER INSERT ON u BEGIN INSERT INTO t (b) VALUES (1); END", "trigger x"),
            ("CREATE TRIGGER x DELETE ON u BEGIN SELECT b FROM t; END", "trigger x"),
            ("CREATE TRIGGER x UPDATE OF c ON u BEGIN UPDATE t SET a = b; END", "trigger x"),
        ] {
            let error =
                after(&format!("CREATE TABLE t (a, b); CREATE TABLE u (c, d AS (c)); {object}"), WITHOUT_B)
                    .unwrap_err();
            assert!(error.message.starts_with(&format!("{name} would not")), "{error}");
        }
    }

    #[test]
    fn what_did_not_work_before_or_comes_or_goes_is_passed_over() {
        let of_program = "CREATE VIEW v AS SELECT ours(a) FROM t";
        let texts = "CREATE VIEW v AS SELECT a, \"text\" FROM t";
        let before = "CREATE TABLE t (a, b); CREATE TABLE u (c);";
        for (object, change) in [
            ("CREATE VIEW v AS SELECT z FROM t", WITHOUT_B.to_owned()),
            (of_program, WITHOUT_B.to_owned()),
            (texts, WITHOUT_B.to_owned()),
            ("CREATE VIEW v AS SELECT b FROM t", format!("{WITHOUT_B} DROP VIEW v")),
            ("CREATE VIEW v AS SELECT b FROM t", format!("DROP VIEW v; {WITHOUT_B} {of_program}")),
            ("", format!("{WITHOUT_B} CREATE VIEW v AS SELECT z FROM t")),
            ("CREATE VIEW v AS SELECT a FROM t", "DROP VIEW v; ALTER TABLE t RENAME TO x".to_owned()),
        ] {
            after(&format!("{before} {object}"), &change).unwrap();
        }
    }
}
