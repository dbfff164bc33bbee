//! Five changes to a table of a million rows on SQLite, beside the twelve steps of sqlite.org written by hand.

use std::fs;
use std::time::Duration;

use crate::measure::{Failed, Table, limbeck, limbeck_in, medians_in_turn, output, ratio, run, shown, tool};
use crate::project::fed;

const ROWS: usize = 1_000_000;
const ROUNDS: usize = 5;

/// The table, and the rows in it.
const BEFORE: &str = r#"
[[upgrade]]
op = "create_table"
table = "orders"
columns = [
    { name = "id", type = "bigint" },
    { name = "state", type = "varchar(10)" },
    { name = "total", type = "integer" },
    { name = "note", type = "text", nullable = true },
    { name = "old", type = "integer", nullable = true },
]
primary_key = { columns = ["id"] }

[[upgrade]]
op = "create_index"
table = "orders"
name = "orders_state"
columns = ["state"]
"#;

const CHANGES: &str = r#"
[[upgrade]]
op = "alter_column"
table = "orders"
column = "total"
type = "numeric(12, 2)"

[[upgrade]]
op = "alter_column"
table = "orders"
column = "note"
type = "varchar(200)"

[[upgrade]]
op = "add_column"
table = "orders"
column = { name = "currency", type = "varchar(3)", default = "'EUR'" }

[[upgrade]]
op = "drop_column"
table = "orders"
column = "old"

[[upgrade]]
op = "add_check"
table = "orders"
name = "orders_total"
expression = "total >= 0"
"#;

/// What somebody writes who follows sqlite.org, to the same end.
const BY_HAND: &str = "\
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE new_orders (
    id BIGINT NOT NULL, state VARCHAR(10) NOT NULL, total NUMERIC(12, 2) NOT NULL, note VARCHAR(200),
    currency VARCHAR(3) NOT NULL DEFAULT 'EUR',
    CONSTRAINT orders_pkey PRIMARY KEY (id), CONSTRAINT orders_total CHECK (total >= 0));
INSERT INTO new_orders (id, state, total, note) SELECT id, state, CAST(total AS NUMERIC), note FROM orders;
DROP TABLE orders;
ALTER TABLE new_orders RENAME TO orders;
CREATE INDEX orders_state ON orders (state);
PRAGMA foreign_key_check;
COMMIT;
PRAGMA foreign_keys = ON;
";

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    let Some(sqlite) = tool("sqlite3", &["--version"]) else { return Ok(()) };
    let limbeck = limbeck()?;
    let folder = tempfile::tempdir()?;
    let here = folder.path();
    fs::create_dir(here.join("migrations"))?;
    fs::write(here.join("limbeck.toml"), "[databases.default]\nurl = \"sqlite://app.db\"\n")?;
    let revision = |id: &str, parents: &str, operations: &str| {
        let text = format!("revision = \"{id}\"\nparents = [{parents}]\nmessage = \"{id}\"\n{operations}");
        fs::write(here.join("migrations").join(format!("{id}.toml")), text)
    };
    revision("before", "", BEFORE)?;
    output(&mut limbeck_in(&limbeck, here, ["migrate"]))?;
    fed(
        &sqlite,
        here,
        "app.db",
        &format!(
            "INSERT INTO orders WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS}) \
         SELECT n, 'state' || n % 9, n % 1000, 'what was said of order ' || n, n FROM c;"
        ),
    )?;
    revision("changes", "\"before\"", CHANGES)?;
    fs::rename(here.join("app.db"), here.join("begin.db"))?;
    let afresh = || fs::copy(here.join("begin.db"), here.join("app.db"));
    let mut ours = || -> Result<Duration, Failed> {
        afresh()?;
        run(&mut limbeck_in(&limbeck, here, ["migrate", "-y"]))
    };
    let mut theirs = || -> Result<Duration, Failed> {
        afresh()?;
        fed(&sqlite, here, "app.db", BY_HAND)
    };
    // The same library on both sides: what limbeck would run, as a script.
    let script = output(&mut limbeck_in(&limbeck, here, ["migrate", "--sql", "before:changes"]))?;
    let mut scripted = || -> Result<Duration, Failed> {
        afresh()?;
        fed(&sqlite, here, "app.db", &script)
    };
    let [time, hand, script] = medians_in_turn(ROUNDS, &mut [&mut ours, &mut theirs, &mut scripted])?;
    let what = format!("rebuild of {ROWS} rows, five changes");
    table.row(
        what.clone(),
        shown(time),
        Some(("`sqlite3`, twelve steps by hand", hand, ratio(time, hand))),
        "≤ 1.1 ×",
    );
    table.row(
        what + ": the script of `--sql`, run by `sqlite3`",
        shown(script),
        Some(("`sqlite3`, twelve steps by hand", hand, ratio(script, hand))),
        "≤ 1.1 ×",
    );
    Ok(())
}
