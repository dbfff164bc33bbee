//! One state of the database for all queries, and the settings that what the server prints depends on.

use limbeck_core::driver::DriverError;

use super::catalog::Catalog;
use super::filter::Filter;
use crate::connection::PostgresConnection;
use crate::dialect::{DEFAULT_SCHEMA, identifier};

/// As `pg_dump` has them: no value depends on where the server stands.
const SETTINGS: &str = "SET LOCAL DateStyle = ISO; SET LOCAL IntervalStyle = postgres; \
    SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = hex; SET LOCAL quote_all_identifiers = off; \
    SET LOCAL statement_timeout = 0; SET LOCAL row_security = off";

/// What the looking begins with. Every name is qualified, but for those of a tenant.
fn settings(home: &str) -> String {
    let path = if home == DEFAULT_SCHEMA { "''".to_owned() } else { identifier(home) };
    format!("SET LOCAL search_path = {path}; {SETTINGS}")
}

/// Reads the catalog. Within a transaction that is open the settings go back to what they were, and what it has done is
/// seen.
pub(super) async fn read(
    connection: &mut PostgresConnection,
    filter: &Filter<'_>,
) -> Result<Catalog, DriverError> {
    let settings = settings(filter.home);
    if connection.in_transaction() {
        connection.batch(&format!("SAVEPOINT limbeck_look; {settings}")).await?;
        let read = Catalog::read(connection, filter).await;
        let undone =
            connection.batch("ROLLBACK TO SAVEPOINT limbeck_look; RELEASE SAVEPOINT limbeck_look").await;
        return read.and_then(|catalog| undone.map(|()| catalog));
    }
    connection
        .batch(&format!("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; {settings}"))
        .await?;
    let read = Catalog::read(connection, filter).await;
    let ended = connection.batch("ROLLBACK").await;
    read.and_then(|catalog| ended.map(|()| catalog))
}
