use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool::managed::Pool;
use futures_util::future::try_join_all;
use limbeck_core::driver::{
    Access, Canceller, Connection, DatabaseSettings, Definition, DriverError, DriverErrorKind, LockKey, Row,
    ServerInfo, SessionId, TransactionMode, Value,
};
use limbeck_core::ident::Name;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{CancelToken, Client, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::definitions;
use crate::dialect::{home as home_of, identifier};
use crate::error::from_statement;
use crate::pool::{Opener, own_client, pool};
use crate::url::Target;
use crate::value::{self, Parameter};
use crate::{home, lock};

/// A session with a PostgreSQL server.
pub struct PostgresConnection {
    client: Client,
    server: ServerInfo,
    /// Where it comes from, and others like it.
    pool: Pool<Opener>,
    /// What a session begins with, and again after each reset.
    opening: String,
    in_transaction: bool,
    /// Whether something was done that no reset takes back.
    has_traces: bool,
}

/// How long the server may wait for a statement.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    /// For a lock that it needs.
    pub(crate) lock: Option<Duration>,
    /// In all.
    pub(crate) statement: Option<Duration>,
}

impl Limits {
    /// Those that the settings ask for.
    pub(crate) fn of(settings: &DatabaseSettings) -> Self {
        Self { lock: settings.lock_timeout, statement: settings.statement_timeout }
    }

    /// What sets them in a session.
    fn statements(self) -> String {
        // Zero means for ever; less than a millisecond must not become that.
        let text =
            |limit: Option<Duration>| limit.map_or(0, |limit| limit.as_millis().clamp(1, 2_147_483_647));
        format!("SET lock_timeout = {}; SET statement_timeout = {}", text(self.lock), text(self.statement))
    }
}

/// Whether a statement may do to its session what no reset takes back. A setting of one's own (`app.user`) stays there for
/// ever once it was set, empty instead of unknown; and DEALLOCATE ALL takes statements that the client has prepared.
fn leaves_traces(sql: &str) -> bool {
    let mut words = sql.split(|character: char| character.is_whitespace() || "(;'\"$".contains(character));
    while let Some(word) = words.next() {
        let name = word.rsplit('.').next().unwrap_or(word);
        if ["set_config", "deallocate", "discard"].iter().any(|trace| name.eq_ignore_ascii_case(trace)) {
            return true;
        }
        if word.eq_ignore_ascii_case("set") {
            let mut named = words.clone().filter(|word| !word.is_empty()).skip_while(|word| {
                word.eq_ignore_ascii_case("local") || word.eq_ignore_ascii_case("session")
            });
            if named.next().is_some_and(|name| name.split('=').next().unwrap_or(name).contains('.')) {
                return true;
            }
        }
    }
    false
}

/// What a session begins with.
fn opening(limits: Limits, pool: &Pool<Opener>) -> String {
    format!("{}; {}", limits.statements(), pool.manager().target.path())
}

/// What the column of [`PREPARED_BY_SQL`] is called.
const PREPARED: &str = "limbeck_prepared";

/// The statements that a session has prepared by PREPARE.
const PREPARED_BY_SQL: &str =
    "SELECT name AS limbeck_prepared FROM pg_catalog.pg_prepared_statements WHERE from_sql";

impl PostgresConnection {
    /// Takes a session out of the pool.
    pub(crate) async fn open(
        pool: Pool<Opener>,
        server: ServerInfo,
        limits: Limits,
    ) -> Result<Self, DriverError> {
        let opening = opening(limits, &pool);
        Self::with(pool, server, opening).await
    }

    /// Goes on with the database at `settings`, if that is this one under another schema; says whether it does.
    pub(crate) async fn go_on(
        &mut self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<bool, DriverError> {
        let target = Target::of(settings)?;
        let is_spent = self.in_transaction || self.has_traces;
        if is_spent || !self.pool.manager().target.is_reached_as(&target) {
            return Ok(false);
        }
        let home = target.schema.clone();
        let tls = self.pool.manager().tls.clone();
        self.pool = pool(target, tls, settings.pool_size)?;
        self.opening = opening(Limits::of(settings), &self.pool);
        self.server.schema.clone_from(&home);
        let forgotten = async {
            self.batch("SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD SEQUENCES").await?;
            self.reset().await
        };
        if let Err(error) = forgotten.await {
            tracing::debug!(%error, "a session cannot go on with another schema");
            return Ok(false);
        }
        if let Some(home) = &home {
            home::see_to(&self.client, home, access).await?;
        }
        Ok(true)
    }

    async fn with(pool: Pool<Opener>, server: ServerInfo, opening: String) -> Result<Self, DriverError> {
        let client = own_client(&pool).await?;
        let connection = Self { client, server, pool, opening, in_transaction: false, has_traces: false };
        connection.batch(&connection.opening).await?;
        Ok(connection)
    }

    /// One more session like this one.
    pub(crate) async fn another(&self) -> Result<Self, DriverError> {
        Self::with(self.pool.clone(), self.server.clone(), self.opening.clone()).await
    }

    /// Whether a transaction was begun and has not ended.
    pub(crate) fn in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Runs statements of ours that give no rows, in one round trip.
    pub(crate) async fn batch(&self, sql: &str) -> Result<(), DriverError> {
        self.client.batch_execute(sql).await.map_err(|error| from_statement(&error, sql))
    }

    /// Runs statements of ours in one round trip; gives back the text that the last row of all begins with.
    pub(crate) async fn batch_with_answer(&self, sql: &str) -> Result<Option<String>, DriverError> {
        let messages = self.client.simple_query(sql).await.map_err(|error| from_statement(&error, sql))?;
        let rows = messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
            _ => None,
        });
        Ok(rows.flatten())
    }

    /// Runs queries of ours at once: they are sent together, and the server answers one after the other. Their columns
    /// must be of types that are read in the server's own form.
    pub(crate) async fn queries(&self, queries: &[&str]) -> Result<Vec<Vec<Row>>, DriverError> {
        try_join_all(queries.iter().map(|sql| self.typed(sql, &[]))).await
    }

    /// One round trip, for statements whose answer has types that are read.
    pub(crate) async fn typed(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        let bound: Vec<Parameter<'_>> = parameters.iter().map(Parameter).collect();
        let rows = self
            .client
            .query_typed(sql, &typed(&bound))
            .await
            .map_err(|error| from_statement(&error, sql))?;
        rows.iter().map(value::row).collect()
    }
}

/// Parameters whose type the server finds out.
fn typed<'a>(parameters: &'a [Parameter<'a>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    parameters.iter().map(|parameter| (parameter as &(dyn ToSql + Sync), Type::UNKNOWN)).collect()
}

impl std::fmt::Debug for PostgresConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresConnection").field("server", &self.server).finish_non_exhaustive()
    }
}

#[async_trait]
impl Connection for PostgresConnection {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        self.has_traces |= leaves_traces(sql);
        let bound: Vec<Parameter<'_>> = parameters.iter().map(Parameter).collect();
        self.client.execute_typed(sql, &typed(&bound)).await.map_err(|error| from_statement(&error, sql))
    }

    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        self.has_traces |= leaves_traces(sql);
        if !parameters.is_empty() {
            return self.typed(sql, parameters).await;
        }
        // What the columns are must be known before it runs: it can run only once.
        let failed = |error: &tokio_postgres::Error| from_statement(error, sql);
        let statement = self.client.prepare(sql).await.map_err(|error| failed(&error))?;
        let types: Vec<Type> = statement.columns().iter().map(|column| column.type_().clone()).collect();
        if types.iter().all(value::is_read) {
            let rows = self.client.query(&statement, &[]).await.map_err(|error| failed(&error))?;
            return rows.iter().map(value::row).collect();
        }
        let answer = self.client.simple_query(sql).await.map_err(|error| failed(&error))?;
        Ok(answer
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(value::text_row(row, &types)),
                _ => None,
            })
            .collect())
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        if mode.suspend_foreign_keys {
            return Err(DriverError::new(
                DriverErrorKind::Unsupported,
                "PostgreSQL does not keep foreign keys from acting for a transaction",
            ));
        }
        self.batch("BEGIN").await?;
        self.in_transaction = true;
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), DriverError> {
        // To the COMMIT of a transaction in which something has failed, the server answers ROLLBACK and no error.
        self.batch("SELECT 1; COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), DriverError> {
        self.in_transaction = false;
        self.batch("ROLLBACK").await
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        let rows = self.typed(lock::TAKE, &[lock::number(key).into()]).await?;
        Ok(answered_yes(&rows))
    }

    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        let rows = self.typed(lock::GIVE, &[lock::number(key).into()]).await?;
        if answered_yes(&rows) {
            return Ok(());
        }
        Err(DriverError::new(DriverErrorKind::Other, "the migration lock was not held by this session any more")
            .with_help("something ended the session's locks (pg_advisory_unlock_all, DISCARD ALL, a connection pooler in transaction mode): another run may have worked beside this one"))
    }

    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
        let (upper, lower) = lock::halves(lock::number(key));
        let rows = self.typed(lock::HOLDER, &[upper.into(), lower.into()]).await?;
        Ok(rows.first().map(|row| {
            let mut text = format!("pid {}", row.integer(0).unwrap_or_default());
            if let Some(program) = row.text(1).filter(|program| !program.is_empty()) {
                text.push_str(&format!(" ({program})"));
            }
            if let Some(user) = row.text(2) {
                text.push_str(&format!(", user {user}"));
            }
            if let Some(host) = row.text(3) {
                text.push_str(&format!(", from {host}"));
            }
            text
        }))
    }

    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
        let by_schema = "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                         WHERE c.relkind IN ('r', 'p', 'f') AND c.relname = $1 AND n.nspname = $2";
        let schema = table.schema.as_ref().map_or(home_of(&self.server), |schema| schema.as_str());
        let rows = self.typed(by_schema, &[table.name.as_str().into(), schema.into()]).await?;
        Ok(!rows.is_empty())
    }

    /// DISCARD ALL would drop the lock. Of prepared statements, those that SQL has made go: the client has some of its own,
    /// which tell it of types, and would miss them.
    async fn reset(&mut self) -> Result<(), DriverError> {
        let sql = format!(
            "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; {}; {PREPARED_BY_SQL}",
            self.opening
        );
        let answer = self.client.simple_query(&sql).await.map_err(|error| from_statement(&error, &sql))?;
        let left: Vec<String> = answer
            .iter()
            .filter_map(|message| match message {
                SimpleQueryMessage::Row(row) if row.columns()[0].name() == PREPARED => row.get(0),
                _ => None,
            })
            .map(|name| format!("DEALLOCATE {}", identifier(name)))
            .collect();
        if left.is_empty() { Ok(()) } else { self.batch(&left.join("; ")).await }
    }

    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        let sql = "SELECT pid::text, extract(epoch FROM backend_start)::text \
                   FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()";
        let rows = self.typed(sql, &[]).await?;
        Ok(rows.first().and_then(|row| {
            let (id, started) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
            Some(SessionId { id, started })
        }))
    }

    async fn session_lives(&mut self, session: &SessionId) -> Result<bool, DriverError> {
        let sql = "SELECT 1 FROM pg_catalog.pg_stat_activity \
                   WHERE pid::text = $1::text AND extract(epoch FROM backend_start)::text = $2::text";
        let rows = self.typed(sql, &[session.id.as_str().into(), session.started.as_str().into()]).await?;
        Ok(!rows.is_empty())
    }

    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        definitions::of(self, names).await.map(Some)
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        Arc::new(Stopper { token: self.client.cancel_token(), tls: self.pool.manager().tls.clone() })
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

fn answered_yes(rows: &[Row]) -> bool {
    rows.first().and_then(|row| row.integer(0)) == Some(1)
}

/// Asks the server, over a connection of its own, to stop what a session runs.
struct Stopper {
    token: CancelToken,
    tls: MakeRustlsConnect,
}

impl std::fmt::Debug for Stopper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stopper").finish_non_exhaustive()
    }
}

#[async_trait]
impl Canceller for Stopper {
    async fn cancel(&self) -> Result<(), DriverError> {
        self.token.cancel_query(self.tls.clone()).await.map_err(|error| crate::error::from_connect(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::leaves_traces;

    #[test]
    fn what_no_reset_takes_back_is_seen() {
        for (sql, leaves) in [
            ("SET app.user = '1'", true),
            ("set local  app.user TO 1", true),
            ("DO $$ BEGIN SET SESSION app.user='x.y'; END $$", true),
            ("SELECT pg_catalog.set_config('app.user', '1', true)", true),
            ("select set_config ('a', '1', true)", true),
            ("DEALLOCATE ALL", true),
            ("/* away */ discard all;", true),
            ("SET work_mem = '1.5MB'", false),
            ("SET LOCAL search_path = a", false),
            ("UPDATE t SET a = b.c FROM b", false),
            ("ALTER TABLE a.t SET SCHEMA b", false),
            ("CREATE TABLE set (a int)", false),
        ] {
            assert_eq!(leaves_traces(sql), leaves, "{sql}");
        }
    }
}
