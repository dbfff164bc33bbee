use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use limbeck_core::driver::{
    Canceller, Connection, Definition, DriverError, DriverErrorKind, LockKey, Row, ServerInfo, SessionId,
    TransactionMode, Value,
};
use limbeck_core::ident::Name;

use crate::engine::{Interrupt, Session};
use crate::introspect;

/// How often a statement is told to stop until it has.
const NAG: Duration = Duration::from_millis(2);

/// A session with a DuckDB database. Its statements run on threads where they may block.
#[derive(Debug)]
pub struct DuckConnection {
    session: Arc<Mutex<Session>>,
    interrupt: Interrupt,
    server: ServerInfo,
    statement_timeout: Option<Duration>,
}

impl DuckConnection {
    pub(crate) fn new(session: Session, server: ServerInfo, statement_timeout: Option<Duration>) -> Self {
        let interrupt = session.interrupt();
        Self { session: Arc::new(Mutex::new(session)), interrupt, server, statement_timeout }
    }

    /// Does something that may block, for `limit` at most.
    async fn within<T: Send + 'static>(
        &mut self,
        limit: Option<Duration>,
        work: impl FnOnce(&mut Session) -> Result<T, DriverError> + Send + 'static,
    ) -> Result<T, DriverError> {
        let session = Arc::clone(&self.session);
        let mut task = tokio::task::spawn_blocking(move || {
            // What a panic interrupted, the next statement finds out.
            work(&mut session.lock().unwrap_or_else(PoisonError::into_inner))
        });
        let mut abandoned = Abandoned(Some(&self.interrupt));
        let done = match limit {
            None => (&mut task).await,
            Some(limit) => match tokio::time::timeout(limit, &mut task).await {
                Ok(done) => done,
                Err(_) => loop {
                    self.interrupt.interrupt();
                    if let Ok(done) = tokio::time::timeout(NAG, &mut task).await {
                        break match done {
                            Ok(Err(error)) if error.kind == DriverErrorKind::Cancelled => {
                                Ok(Err(timed_out(limit)))
                            }
                            done => done,
                        };
                    }
                },
            },
        };
        abandoned.0 = None;
        done.unwrap_or_else(|_| {
            Err(DriverError::new(DriverErrorKind::Lost, "the session of DuckDB has ended"))
        })
    }

    async fn call<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Session) -> Result<T, DriverError> + Send + 'static,
    ) -> Result<T, DriverError> {
        self.within(None, work).await
    }
}

/// Stops a statement whose future is dropped.
struct Abandoned<'a>(Option<&'a Interrupt>);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if let Some(interrupt) = self.0 {
            interrupt.interrupt();
        }
    }
}

impl Drop for DuckConnection {
    fn drop(&mut self) {
        // What still runs was abandoned. The session must have ended when this is back: the next one may not see its lock.
        while let Err(std::sync::TryLockError::WouldBlock) = self.session.try_lock() {
            self.interrupt.interrupt();
            std::thread::sleep(NAG);
        }
    }
}

fn timed_out(limit: Duration) -> DriverError {
    DriverError::new(DriverErrorKind::Timeout, format!("the statement ran for longer than {limit:?}"))
        .with_help("raise `statement_timeout`, or do less in one statement")
}

#[async_trait]
impl Connection for DuckConnection {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        let (sql, parameters) = (sql.to_owned(), parameters.to_vec());
        self.within(self.statement_timeout, move |session| session.execute(&sql, &parameters)).await
    }

    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        let (sql, parameters) = (sql.to_owned(), parameters.to_vec());
        self.within(self.statement_timeout, move |session| session.query(&sql, &parameters)).await
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        if mode.suspend_foreign_keys {
            return Err(DriverError::new(
                DriverErrorKind::Unsupported,
                "DuckDB cannot keep foreign keys from acting, and none of its statements needs that",
            ));
        }
        self.call(Session::begin).await
    }

    async fn commit(&mut self) -> Result<(), DriverError> {
        self.call(Session::commit).await
    }

    async fn rollback(&mut self) -> Result<(), DriverError> {
        self.call(Session::rollback).await
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        let key = key.clone();
        self.call(move |session| Ok(session.try_lock(&key.record))).await
    }

    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        let key = key.clone();
        self.call(move |session| {
            if session.unlock(&key.record) {
                return Ok(());
            }
            Err(DriverError::new(DriverErrorKind::Other, "the session does not hold the migration lock"))
        })
        .await
    }

    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
        let key = key.clone();
        self.call(move |session| Ok(session.lock_holder(&key.record))).await
    }

    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
        let schema = table.schema.as_ref().map_or("main", |schema| schema.as_str()).to_owned();
        let parameters = [schema.into(), table.name.as_str().into()];
        let sql = "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() \
                   AND lower(schema_name) = lower($1) AND lower(table_name) = lower($2)";
        let rows = self.query(sql, &parameters).await?;
        Ok(rows.first().and_then(|row| row.integer(0)).is_some_and(|count| count > 0))
    }

    async fn reset(&mut self) -> Result<(), DriverError> {
        // What `SET` and `USE` may have changed of how names and times are read. Not every build has time zones.
        let sql =
            "SELECT name FROM duckdb_settings() WHERE lower(name) IN ('schema', 'search_path', 'timezone')";
        for row in self.query(sql, &[]).await? {
            let setting = row.text(0).unwrap_or_default().to_owned();
            self.execute(&format!("RESET {setting}"), &[]).await?;
        }
        Ok(())
    }

    /// The process: its statements end with it, as does its lock.
    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        Ok(Some(SessionId { id: format!("pid {}", std::process::id()), started: String::new() }))
    }

    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        introspect::definitions(self, names).await.map(Some)
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        Arc::new(Stop(self.interrupt.clone()))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

#[derive(Debug)]
struct Stop(Interrupt);

#[async_trait]
impl Canceller for Stop {
    async fn cancel(&self) -> Result<(), DriverError> {
        self.0.interrupt();
        Ok(())
    }
}
