use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Definition, DriverError, Row, ServerInfo, SessionId, Value};
use crate::ident::Name;

/// One session with a server. It is never shared, and never a pool.
///
/// Transactions are begun and ended in so many words, because the engine must place some things outside them.
#[async_trait]
pub trait Connection: Send {
    /// What the server says of itself.
    fn server(&self) -> &ServerInfo;

    /// Runs one statement and says how many rows it changed (0 where the server does not say).
    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError>;

    /// Runs one statement and gives back its rows.
    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError>;

    /// Begins a transaction that may write.
    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError>;

    /// Ends the transaction. If `mode.suspend_foreign_keys` was asked for, rows that break a foreign key make this fail
    /// with [`DriverErrorKind::Constraint`](super::DriverErrorKind::Constraint), and the transaction is still open.
    async fn commit(&mut self) -> Result<(), DriverError>;

    /// Undoes the transaction. Without one it does nothing.
    async fn rollback(&mut self) -> Result<(), DriverError>;

    /// Takes the migration lock for this session, or says `false` at once if somebody else holds it. It must never wait
    /// in the server: a waiting session holds a snapshot, which some DDL waits for in turn.
    ///
    /// The lock dies with the session, whatever way that ends.
    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError>;

    /// Gives the lock back. An error if this session did not hold it.
    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError>;

    /// Who holds the lock, as well as the server can tell: `pid 4711 on web-3`.
    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError>;

    /// Whether there is a table of this name. Never makes one.
    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError>;

    /// Sets back what a revision may have set for the session (search path, role, modes), without losing the lock.
    async fn reset(&mut self) -> Result<(), DriverError>;

    /// What tells this session from others, for the journal; `None` where the server has no word for it.
    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        Ok(None)
    }

    /// Whether a session is still there and may still be at work. Asked only by who holds the migration lock, so `false`
    /// where a session's work cannot outlive its lock.
    async fn session_lives(&mut self, session: &SessionId) -> Result<bool, DriverError> {
        let _ = session;
        Ok(false)
    }

    /// What the server says of whatever has one of `names`: tables with all their parts and triggers, views, indexes,
    /// routines. A name that nothing has is passed over, and one without a namespace means the session's default one.
    /// It is asked before each statement that is judged by it, so it must cost little, whatever the size of the database.
    ///
    /// `None`: the driver cannot tell, and a statement that was cut off outside a transaction is for the user to judge.
    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        let _ = names;
        Ok(None)
    }

    /// The tables whose rows a rollback does not bring back.
    async fn untransactional_tables(&mut self) -> Result<Vec<Name>, DriverError> {
        Ok(Vec::new())
    }

    /// Something that can stop the running statement from another task.
    fn canceller(&self) -> Arc<dyn Canceller>;

    /// The driver's own type, for those who know the driver.
    fn as_any(&mut self) -> &mut dyn Any;
}

/// How a transaction is begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransactionMode {
    /// Foreign keys neither refuse nor act during it; they are checked before the commit. The driver switches them off
    /// before it begins the transaction and back on after its end, however that comes.
    pub suspend_foreign_keys: bool,
}

/// Stops a session's running statement.
#[async_trait]
pub trait Canceller: Debug + Send + Sync {
    /// Asks the server to stop. The statement then fails with
    /// [`DriverErrorKind::Cancelled`](super::DriverErrorKind::Cancelled), if it was still running.
    async fn cancel(&self) -> Result<(), DriverError>;
}

/// What a migration lock is about: one record in one database. Two tenants do not wait for each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockKey {
    /// The table that holds the record.
    pub record: Name,
}
