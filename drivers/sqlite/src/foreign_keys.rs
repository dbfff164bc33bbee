use std::collections::BTreeMap;

use limbeck_core::diag::plural;
use limbeck_core::driver::{DriverError, DriverErrorKind};

use crate::session::Session;

/// How many rows an error lists.
const LISTED: usize = 10;

/// The tables that have foreign keys. Virtual tables, which have no root page, have none.
const TABLES: &str = "SELECT DISTINCT m.name FROM main.sqlite_master AS m, \
                      pragma_foreign_key_list(m.name, 'main') AS k WHERE m.type = 'table' AND m.rootpage > 0";

/// The rows that point nowhere, counted by table and by the table that they point at.
///
/// Two states are compared by these counts, because nothing else of a row survives a rebuild of its table: rows get new
/// rowids, keys new numbers. So rows that pointed nowhere before a transaction do not hinder it, and a table in which
/// there are more of them after it does.
#[derive(Debug, Default)]
pub(crate) struct Violations(BTreeMap<(String, String), Broken>);

#[derive(Debug, Default)]
struct Broken {
    count: usize,
    /// The first of them; `None` in a table without rowids.
    rowids: Vec<Option<i64>>,
    /// Why SQLite cannot say which rows they are: a foreign key that fits no key of the other table.
    mismatch: Option<String>,
}

impl Violations {
    /// Looks at every foreign key of the database.
    pub(crate) fn find(session: &Session) -> Result<Self, DriverError> {
        let mut found = Self::default();
        let checked = session.each_row("PRAGMA main.foreign_key_check", &[], |row| {
            found.add(row.get(0)?, row.get(2)?, row.get(1)?);
            Ok(())
        });
        match checked {
            Ok(()) => return Ok(found),
            Err(error) if error.kind == DriverErrorKind::Statement => found = Self::default(),
            Err(error) => return Err(error),
        }
        // Table by table: one key that fits no other table hides what is wrong with the rest.
        for row in session.query(TABLES, &[])? {
            let Some(table) = row.text(0) else { continue };
            let check = format!("PRAGMA main.foreign_key_check(\"{}\")", table.replace('"', "\"\""));
            let checked = session.each_row(&check, &[], |row| {
                found.add(row.get(0)?, row.get(2)?, row.get(1)?);
                Ok(())
            });
            match checked {
                Ok(()) => {}
                Err(error) if error.kind == DriverErrorKind::Statement => {
                    let broken = found.0.entry((table.to_owned(), String::new())).or_default();
                    broken.count = 1;
                    broken.mismatch = Some(error.message);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    fn add(&mut self, table: String, parent: String, rowid: Option<i64>) {
        let broken = self.0.entry((table, parent)).or_default();
        broken.count += 1;
        if broken.rowids.len() < LISTED {
            broken.rowids.push(rowid);
        }
    }

    /// Fails with the rows of those tables of which more point nowhere than in `before`.
    pub(crate) fn refuse_more_than(&self, before: &Self) -> Result<(), DriverError> {
        let mut more = 0;
        let mut notes = Vec::new();
        for (tables, broken) in &self.0 {
            let known = before.0.get(tables).map_or(0, |broken| broken.count);
            if broken.count <= known {
                continue;
            }
            more += broken.count - known;
            let (table, parent) = tables;
            match &broken.mismatch {
                Some(message) => notes.push(format!("table {table}: {message}")),
                None => notes.extend(broken.rowids.iter().map(|rowid| match rowid {
                    Some(rowid) => format!("table {table}, rowid {rowid}: no such row in {parent}"),
                    None => format!("table {table}: no such row in {parent}"),
                })),
            }
        }
        if notes.is_empty() {
            return Ok(());
        }
        notes.truncate(LISTED);
        let mut error = DriverError::new(
            DriverErrorKind::Constraint,
            format!("{} would break foreign keys: the transaction is not committed", plural(more, "row")),
        )
        .with_code("SQLITE_CONSTRAINT_FOREIGNKEY")
        .with_help(
            "mend or delete these rows before the step; `PRAGMA foreign_key_check` lists those that are \
             there already",
        );
        error.notes = notes;
        Err(error)
    }
}
