use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use limbeck_core::driver::{Connection, Database, DriverError, DriverErrorKind, ScratchDatabase, ServerInfo};
use tokio::sync::Mutex;

use crate::connection::{Seat, SqliteConnection};
use crate::driver::server;
use crate::session::Target;
use crate::worker::{Limits, Worker};

/// A database in memory: a scratch one, or what `sqlite::memory:` names.
///
/// It lives in one session, which is given to one holder after the other, each finding it reset. (SQLite's shared cache
/// would let several look at once, but with table locks that a file does not have.)
#[derive(Debug)]
pub(crate) struct MemoryDatabase {
    worker: Arc<Mutex<Worker>>,
    server: ServerInfo,
    limits: Limits,
}

impl MemoryDatabase {
    /// Makes an empty one.
    pub(crate) async fn open(limits: Limits) -> Result<Self, DriverError> {
        let worker = Worker::open(Target::Memory, limits).await?;
        Ok(Self { worker: Arc::new(Mutex::new(worker)), server: server(), limits })
    }
}

#[async_trait]
impl Database for MemoryDatabase {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    /// Waits until the holder before has dropped it, for as long as connecting may take.
    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        let limit: Duration = self.limits.connect;
        let lent =
            tokio::time::timeout(limit, Arc::clone(&self.worker).lock_owned()).await.map_err(|_| {
                DriverError::new(
                    DriverErrorKind::Timeout,
                    "a database in memory has one connection, and that is in use",
                )
                .with_help("give the first connection back before another is acquired, or use a file")
            })?;
        Ok(Box::new(SqliteConnection::new(Seat::Lent(lent), self.server.clone(), self.limits.statement)))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(Self::open(Limits::default()).await?))
    }
}

#[async_trait]
impl ScratchDatabase for MemoryDatabase {
    /// Dropping is all there is to it: memory goes with its last holder.
    async fn discard(self: Box<Self>) -> Result<(), DriverError> {
        Ok(())
    }
}
