//! Projects to measure on.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::measure::{self, Failed};

/// Writes a project of `revisions` in a line, each of which creates a table, and a configuration for a SQLite file.
pub(crate) fn of_revisions(folder: &Path, revisions: usize) -> Result<(), Failed> {
    let migrations = folder.join("migrations");
    fs::create_dir(&migrations)?;
    fs::write(folder.join("limbeck.toml"), "[databases.default]\nurl = \"sqlite://app.db\"\n")?;
    for number in 0..revisions {
        let parents = match number.checked_sub(1) {
            Some(parent) => format!("\"{}\"", revision(parent)),
            None => String::new(),
        };
        let id = revision(number);
        let text = format!(
            r#"revision = "{id}"
parents = [{parents}]
message = "Step {number}"
created = 2026-01-01T00:00:00Z

[[upgrade]]
op = "create_table"
table = "t_{number}"
columns = [
    {{ name = "id", type = "bigint", identity = true }},
    {{ name = "name", type = "varchar(100)" }},
    {{ name = "created_at", type = "timestamptz", default = "CURRENT_TIMESTAMP" }},
]
primary_key = {{ columns = ["id"] }}
unique = [{{ columns = ["name"] }}]

[[downgrade]]
op = "drop_table"
table = "t_{number}"
"#
        );
        fs::write(migrations.join(format!("2026_01_01_{number:06}-{id}_step.toml")), text)?;
    }
    Ok(())
}

fn revision(number: usize) -> String {
    format!("r{number:06}x")
}

/// Writes a project whose Rust source declares `models` tables in files of 50, each table pointing at the one before
/// it in its file. It has no revisions yet.
pub(crate) fn of_models(folder: &Path, models: usize) -> Result<(), Failed> {
    const PER_FILE: usize = 50;
    let source = folder.join("src");
    fs::create_dir_all(&source)?;
    fs::create_dir(folder.join("migrations"))?;
    fs::write(
        folder.join("limbeck.toml"),
        "[databases.default]\nurl = \"sqlite://app.db\"\n\n[models]\nsource = \"src\"\n",
    )?;
    let mut root = String::new();
    for (file, first) in (0..models).step_by(PER_FILE).enumerate() {
        let mut text = String::new();
        for number in first..models.min(first + PER_FILE) {
            writeln!(
                text,
                "/// Things of kind {number}.\n\
                 #[derive(Debug, Clone, limbeck::Table)]\n\
                 #[limbeck(table = \"t_{number}\", index(name, created_at desc))]\n\
                 pub struct T{number} {{\n    \
                     #[limbeck(primary_key, identity)]\n    \
                     pub id: i64,\n    \
                     #[limbeck(length = 100, unique)]\n    \
                     pub name: String,\n    \
                     pub note: Option<String>,\n    \
                     #[limbeck(default = 0, check_sql = \"amount >= 0\")]\n    \
                     pub amount: i32,"
            )?;
            if number > first {
                writeln!(
                    text,
                    "    #[limbeck(references(T{}.id), index)]\n    pub before_id: i64,",
                    number - 1
                )?;
            }
            writeln!(
                text,
                "    #[limbeck(default_sql = \"CURRENT_TIMESTAMP\")]\n    \
                     pub created_at: chrono::DateTime<chrono::Utc>,\n}}\n"
            )?;
        }
        fs::write(source.join(format!("part_{file}.rs")), text)?;
        writeln!(root, "pub mod part_{file};")?;
    }
    fs::write(source.join("lib.rs"), root)?;
    Ok(())
}

/// How long `sqlite3` takes for a script on the database `name` in `folder`.
pub(crate) fn fed(sqlite: &Path, folder: &Path, name: &str, script: &str) -> Result<Duration, Failed> {
    let path = folder.join("script.sql");
    fs::write(&path, script)?;
    measure::fed(Command::new(sqlite).args(["-bail", name]).current_dir(folder), &path)
}
