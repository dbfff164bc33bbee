use std::time::Duration;

use async_trait::async_trait;
use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult, Timeouts};
use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DriverError, DriverErrorKind, ScratchDatabase, ServerInfo,
};

use crate::connection::{Seat, SqliteConnection};
use crate::driver::server;
use crate::scratch::MemoryDatabase;
use crate::session::Target;
use crate::url::Mode;
use crate::worker::{Limits, Worker};

/// A database file.
#[derive(Debug)]
pub(crate) struct FileDatabase {
    pool: Pool<Opener>,
    server: ServerInfo,
    statement_timeout: Option<Duration>,
}

impl FileDatabase {
    /// Opens the file `path` and reads it once.
    pub(crate) async fn open(
        path: std::path::PathBuf,
        mode: Mode,
        access: Access,
        settings: &DatabaseSettings,
    ) -> Result<Self, DriverError> {
        let opener = Opener { target: Target::File { path, mode, access }, limits: Limits::of(settings) };
        let pool = Pool::builder(opener)
            .max_size(settings.pool_size.max(1))
            .runtime(Runtime::Tokio1)
            // Opening has an end of its own; waiting for a place in the pool gets as long again.
            .timeouts(Timeouts { wait: Some(settings.connect_timeout), create: None, recycle: None })
            .build()
            .map_err(|error| DriverError::new(DriverErrorKind::Other, error.to_string()))?;
        let database = Self { pool, server: server(), statement_timeout: settings.statement_timeout };
        // It goes back into the pool, for whoever acquires first.
        drop(database.session().await?);
        Ok(database)
    }

    async fn session(&self) -> Result<Object<Opener>, DriverError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => DriverError::new(
                DriverErrorKind::Timeout,
                "no connection was free in time: all of the pool's are in use",
            )
            .with_help("raise `pool_size`"),
            other => DriverError::new(DriverErrorKind::Other, other.to_string()),
        })
    }
}

#[async_trait]
impl Database for FileDatabase {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        let worker = Object::take(self.session().await?);
        Ok(Box::new(SqliteConnection::new(Seat::Own(worker), self.server.clone(), self.statement_timeout)))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(MemoryDatabase::open(Limits::default()).await?))
    }
}

/// Opens sessions for the pool.
#[derive(Debug)]
struct Opener {
    target: Target,
    limits: Limits,
}

impl Manager for Opener {
    type Type = Worker;
    type Error = DriverError;

    async fn create(&self) -> Result<Worker, DriverError> {
        Worker::open(self.target.clone(), self.limits).await
    }

    /// Only the session of the first look comes back into the pool, and nothing was done with it.
    async fn recycle(&self, _: &mut Worker, _: &Metrics) -> RecycleResult<DriverError> {
        Ok(())
    }
}
