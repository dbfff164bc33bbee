use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use limbeck_core::driver::{
    Canceller, Connection, Definition, DriverError, DriverErrorKind, LockKey, Row, ServerInfo, SessionId,
    TransactionMode, Value,
};
use limbeck_core::ident::Name;
use tokio::sync::OwnedMutexGuard;

use crate::definitions;
use crate::session::Session;
use crate::worker::{Control, Worker};

/// A session with a SQLite database.
///
/// Foreign keys are on, unless a transaction suspends them. A transaction begins with `BEGIN IMMEDIATE`, so that it can
/// write without having to wait later, when waiting would be in vain.
#[derive(Debug)]
pub struct SqliteConnection {
    seat: Seat,
    server: ServerInfo,
    statement_timeout: Option<Duration>,
}

/// Whose the session is.
#[derive(Debug)]
pub(crate) enum Seat {
    /// This connection's, and it ends with it.
    Own(Worker),
    /// That of a database in memory, which lives in this one session and lends it to one after the other.
    Lent(OwnedMutexGuard<Worker>),
}

impl SqliteConnection {
    pub(crate) fn new(seat: Seat, server: ServerInfo, statement_timeout: Option<Duration>) -> Self {
        Self { seat, server, statement_timeout }
    }

    fn worker(&mut self) -> &mut Worker {
        match &mut self.seat {
            Seat::Own(worker) => worker,
            Seat::Lent(worker) => worker,
        }
    }
}

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        if let Seat::Lent(worker) = &mut self.seat {
            // Runs before whatever the next holder asks for.
            worker.post(|session| {
                if let Err(error) = session.clean()
                    // Who takes the database away does not wait for this.
                    && error.kind != DriverErrorKind::Cancelled
                {
                    tracing::warn!(%error, "a database in memory could not be tidied up");
                }
            });
        }
    }
}

#[async_trait]
impl Connection for SqliteConnection {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        let limit = self.statement_timeout;
        let (sql, parameters) = (sql.to_owned(), parameters.to_vec());
        self.worker().call_within(limit, move |session| session.execute(&sql, &parameters)).await
    }

    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        let limit = self.statement_timeout;
        let (sql, parameters) = (sql.to_owned(), parameters.to_vec());
        self.worker().call_within(limit, move |session| session.query(&sql, &parameters)).await
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        self.worker().call(move |session| session.begin(mode)).await
    }

    /// As [`Connection::commit`] says. Rows that pointed nowhere before the transaction do not count, as far as their
    /// number in each table has not grown.
    async fn commit(&mut self) -> Result<(), DriverError> {
        self.worker().call(Session::commit).await
    }

    async fn rollback(&mut self) -> Result<(), DriverError> {
        self.worker().call(Session::rollback).await
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        let key = key.clone();
        self.worker().call(move |session| session.try_lock(&key)).await
    }

    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        let key = key.clone();
        self.worker().call(move |session| session.unlock(&key)).await
    }

    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
        let key = key.clone();
        self.worker().call(move |session| session.lock_holder(&key)).await
    }

    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
        let table = table.clone();
        self.worker().call(move |session| session.has_table(&table)).await
    }

    async fn reset(&mut self) -> Result<(), DriverError> {
        self.worker().call(Session::reset).await
    }

    /// The process: its statements end with it, as does its lock, so that of a session which once held that nothing can
    /// be at work.
    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        Ok(Some(SessionId { id: format!("pid {}", std::process::id()), started: String::new() }))
    }

    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        let names = names.to_vec();
        self.worker().call(move |session| definitions::of(session, &names)).await.map(Some)
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        let control = match &self.seat {
            Seat::Own(worker) => worker.control(),
            Seat::Lent(worker) => worker.control(),
        };
        Arc::new(Interrupter(Arc::clone(control)))
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// Interrupts what a session runs.
#[derive(Debug)]
struct Interrupter(Arc<Control>);

#[async_trait]
impl Canceller for Interrupter {
    async fn cancel(&self) -> Result<(), DriverError> {
        self.0.cancel().await;
        Ok(())
    }
}
