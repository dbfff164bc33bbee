//! One state of the database for all queries, and the settings that what the server prints depends on.

use std::time::Duration;

use limbeck_core::driver::DriverError;
use tokio::time::timeout;

use super::catalog::Catalog;
use super::filter::Filter;
use crate::connection::PostgresConnection;
use crate::dialect::{DEFAULT_SCHEMA, identifier, text};

/// As `pg_dump` has them: no value depends on where the server stands. Of a large catalog the planner thinks so much that it
/// would compile the queries, which takes longer than running them.
const SETTINGS: &str = "SET LOCAL DateStyle = ISO; SET LOCAL IntervalStyle = postgres; \
    SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = hex; SET LOCAL quote_all_identifiers = off; \
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; \
    SET LOCAL row_security = off; SET LOCAL jit = off";

/// What the looking begins with. Every name is qualified, but for those of a tenant.
fn settings(home: &str) -> String {
    let path = if home == DEFAULT_SCHEMA { "''".to_owned() } else { identifier(home) };
    format!("SET LOCAL search_path = {path}; {SETTINGS}")
}

/// What a snapshot that others may look through is called, or NULL where it would not pay: above two megabytes of columns
/// (some hundreds of tables) the server is asked by two sessions at once.
const SHARED: &str = "SELECT CASE WHEN pg_catalog.pg_relation_size('pg_catalog.pg_attribute') > 2000000 \
    THEN pg_catalog.pg_export_snapshot() END";

/// Reads the catalog. Within a transaction that is open the settings go back to what they were, and what it has done is
/// seen.
pub(super) async fn read(
    connection: &mut PostgresConnection,
    filter: &Filter<'_>,
) -> Result<Catalog, DriverError> {
    let settings = settings(filter.home);
    if connection.in_transaction() {
        connection.batch(&format!("SAVEPOINT limbeck_look; {settings}")).await?;
        let read = Catalog::read(connection, None, filter).await;
        let undone =
            connection.batch("ROLLBACK TO SAVEPOINT limbeck_look; RELEASE SAVEPOINT limbeck_look").await;
        return read.and_then(|catalog| undone.map(|()| catalog));
    }
    let shared = begun(connection, &format!("{BEGIN}; {settings}"), filter.is_whole()).await?;
    let helper = Helper { snapshot: shared, settings };
    let read = Catalog::read(connection, Some(&helper), filter).await;
    let ended = connection.batch("ROLLBACK").await;
    read.and_then(|catalog| ended.map(|()| catalog))
}

/// Begins, with a snapshot for two sessions if all is to be read and that pays. Where the server refuses it, the first
/// session does all: not everybody may export one, and it takes a file.
async fn begun(
    connection: &PostgresConnection,
    begin: &str,
    is_whole: bool,
) -> Result<Option<String>, DriverError> {
    if is_whole {
        match connection.batch_with_answer(&format!("{begin}; {SHARED}")).await {
            Ok(name) => return Ok(name),
            Err(error) => tracing::debug!(%error, "no snapshot to read the catalog by two sessions with"),
        }
        connection.batch("ROLLBACK").await?;
    }
    connection.batch(begin).await?;
    Ok(None)
}

const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// How long a second session is waited for: a pooler may have no place for it before the first one ends.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a second session comes to see what the first one sees.
pub(super) struct Helper {
    /// The snapshot of the first one, if it is worth the while.
    snapshot: Option<String>,
    settings: String,
}

impl Helper {
    /// A second session, if there is much to read and one is to be had. Where the server has no place for it, the first
    /// one does all.
    pub(super) async fn session(&self, first: &PostgresConnection) -> Option<PostgresConnection> {
        let snapshot = text(self.snapshot.as_deref()?);
        let begin = format!("{BEGIN}; SET TRANSACTION SNAPSHOT {snapshot}; {}", self.settings);
        let opened = async {
            let second = first.another().await?;
            second.batch(&begin).await?;
            Ok::<_, DriverError>(second)
        };
        match timeout(PATIENCE, opened).await {
            Ok(Ok(second)) => Some(second),
            Ok(Err(error)) => {
                tracing::debug!(%error, "no second session to read the catalog with");
                None
            }
            Err(_) => {
                tracing::debug!("no second session to read the catalog with in time");
                None
            }
        }
    }
}
