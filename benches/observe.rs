//! Reading a SQLite database into a schema, beside the program `sqlite3` that prints what it keeps.

use std::path::Path;
use std::process::Command;

use crate::measure::{Failed, Table, limbeck, limbeck_in, medians_in_turn, ratio, run, spent, tool};
use crate::project::fed;

const ROUNDS: usize = 7;

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let Some(sqlite) = tool("sqlite3", &["--version"]) else { return Ok(()) };
    let limbeck = limbeck()?;
    for (tables, goal) in [(1_000, "report"), (10_000, "linear")] {
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        fed(&sqlite, here, "app.db", &script(tables))?;
        let mut ours =
            || run(&mut limbeck_in(&limbeck, here, ["inspect", "sqlite://app.db", "--format", "json"]));
        let mut schema =
            || run(&mut limbeck_in(&limbeck, here, ["inspect", "sqlite://app.db", "--format", "sql"]));
        let mut theirs = || printed(&sqlite, here);
        let [time, sql, other] = medians_in_turn(ROUNDS, &mut [&mut ours, &mut schema, &mut theirs])?;
        for (format, time) in [("json", time), ("sql", sql)] {
            table.row(
                format!("`inspect --format {format}`, {tables} tables with an index each"),
                spent(time, tables),
                Some(("`sqlite3 .schema`", other, ratio(time, other))),
                goal,
            );
        }
    }
    Ok(())
}

fn printed(sqlite: &Path, here: &Path) -> Result<std::time::Duration, Failed> {
    run(Command::new(sqlite).args(["app.db", ".schema"]).current_dir(here))
}

/// Tables as they are in real schemas: keys, defaults, CHECKs, an index with an expression.
fn script(tables: usize) -> String {
    let mut script = "PRAGMA synchronous = OFF;\nBEGIN;\n".to_owned();
    for n in 0..tables {
        let before = n.saturating_sub(1);
        script.push_str(&format!(
            "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL DEFAULT 'x' CHECK (name <> ''), \
             before INTEGER REFERENCES t{before}(id) ON DELETE CASCADE, n NUMERIC(10, 2), UNIQUE (name, n));\n\
             CREATE INDEX ix{n} ON t{n} (before, lower(name));\n"
        ));
    }
    script + "COMMIT;\n"
}
