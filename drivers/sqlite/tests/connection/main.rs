//! What a session promises, tried on real files.

mod locks;
mod opening;
mod statements;
mod stopping;
mod transactions;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DatabaseUrl, Driver, DriverError, DriverErrorKind,
    LockKey, TransactionMode, Value,
};
use limbeck_core::ident::Name;
use limbeck_sqlite::SqliteDriver;

/// Counts until somebody stops it.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

const SUSPENDED: TransactionMode = TransactionMode { suspend_foreign_keys: true };

fn driver() -> SqliteDriver {
    SqliteDriver
}

fn settings(folder: &Path, url: &str) -> DatabaseSettings {
    let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
    settings.directory = folder.to_owned();
    settings.lock_timeout = Some(Duration::ZERO);
    settings
}

async fn open(folder: &Path, url: &str, access: Access) -> Result<Box<dyn Database>, DriverError> {
    driver().connect(&settings(folder, url), access).await
}

async fn session(folder: &Path) -> Box<dyn Connection> {
    open(folder, "sqlite://app.db", Access::Write).await.unwrap().acquire().await.unwrap()
}

async fn run(connection: &mut dyn Connection, statements: &[&str]) {
    for sql in statements {
        connection.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn integer(connection: &mut dyn Connection, sql: &str) -> i64 {
    connection.query(sql, &[]).await.unwrap()[0].integer(0).unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn key(record: &str) -> LockKey {
    LockKey { record: Name::new(record) }
}
