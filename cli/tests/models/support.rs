//! What the tests of this binary share.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use limbeck_core::autogenerate::{comparison, creation, materialise, propose, run_script};
use limbeck_core::diff::{DiffOptions, Hints};
use limbeck_core::driver::{DatabaseSettings, DatabaseUrl, Driver, Version};
use limbeck_core::execution::ExecutionError;
use limbeck_core::revision::{schema_from_json, schema_to_json};
use limbeck_core::schema::{Naming, Schema};
use limbeck_models::write::{Setting, Written, write};
use limbeck_sqlite::SqliteDriver;
use limbeck_sqlite::dialect::SqliteDialect;

fn driver() -> Arc<dyn Driver> {
    Arc::new(SqliteDriver)
}

fn dialect() -> SqliteDialect {
    SqliteDialect::new(Version::parse(rusqlite::version()).unwrap())
}

fn settings() -> DatabaseSettings {
    DatabaseSettings::new("test", DatabaseUrl::parse("sqlite::memory:").unwrap())
}

/// What a script makes of an empty database.
pub(crate) async fn observe(sql: &str) -> Schema {
    let seen = run_script(&driver(), &settings(), &format!("PRAGMA foreign_keys = OFF;\n{sql}")).await;
    seen.unwrap_or_else(|error| panic!("{error}\n{sql}")).schema
}

/// What a server shows of models.
pub(crate) async fn in_dialect(models: &Schema) -> Result<Schema, ExecutionError> {
    materialise(&driver(), &settings(), models).await
}

/// The schema as models.
pub(crate) fn written(schema: &Schema) -> Written {
    write(schema, Setting { naming: &Naming::default(), dialect: &dialect(), unmanaged: &[] })
}

/// A schema as it comes back out of the operations that make it.
pub(crate) fn replayed(schema: &Schema) -> Schema {
    let mut made = Schema::new();
    for operation in creation(schema) {
        operation.apply(&mut made).unwrap();
    }
    schema_from_json(&schema_to_json(&made)).unwrap()
}

fn difference(from: &Schema, to: &Schema) -> Vec<String> {
    let dialect = dialect();
    let rules = comparison(&dialect, false).tables_only(true);
    let hints = Hints::default();
    let naming = Naming::default();
    let options = DiffOptions::unasked(&hints, &naming, &rules);
    let found = propose(from, to, &options);
    let lines = found.operations.iter().map(|operation| format!("{operation:?}"));
    lines.chain(found.notes.iter().map(ToString::to_string)).collect()
}

/// What a revision would hold, between revisions and models.
pub(crate) fn plan(baseline: &Schema, models: &Schema) -> Vec<String> {
    difference(baseline, models)
}

/// What parts two databases.
pub(crate) fn apart(one: &Schema, other: &Schema) -> Vec<String> {
    difference(one, other)
}

/// Checks that rustfmt, as it is without settings, would change nothing.
pub(crate) fn rustfmt_leaves(texts: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let path = folder.path().join(format!("m{at}.rs"));
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        files.push(path);
    }
    let done = Command::new("rustfmt")
        .args(["--edition", "2024", "--check", "--config-path", "/dev/null"])
        .args(files)
        .stdin(Stdio::null())
        .output()
        .expect("rustfmt is part of the toolchain");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "rustfmt would lay out otherwise:\n{said}");
}
