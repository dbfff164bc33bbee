//! The library as an application uses it, on SQLite.

mod data;
mod databases;
mod revisions;
mod sources;

use limbeck::Database;
use limbeck::core::driver::{Drivers, Value};

/// The drivers of these tests.
pub(crate) fn drivers() -> Drivers {
    Drivers::new().with(limbeck::sqlite::driver()).expect("there is but one")
}

/// A database in a file that goes with the folder.
pub(crate) async fn database(folder: &tempfile::TempDir) -> Database {
    let url = format!("sqlite://{}/app.db", folder.path().display());
    Database::open(&drivers(), &url).await.expect("it is made")
}

/// The texts of the first column.
pub(crate) async fn texts(database: &Database, sql: &str) -> Vec<String> {
    let mut connection = database.acquire().await.expect("there is one");
    let rows = connection.query(sql, &[]).await.expect("it can be asked");
    rows.into_iter()
        .map(|row| match row.0.first() {
            Some(Value::Text(text)) => text.clone(),
            other => format!("{other:?}"),
        })
        .collect()
}

pub(crate) const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'limbeck%' AND name NOT LIKE 'sqlite%' ORDER BY name";
