use async_trait::async_trait;
use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult, Timeouts};
use limbeck_core::driver::{
    Connection, Database, DatabaseSettings, DriverError, DriverErrorKind, ScratchDatabase, ServerInfo,
};

use crate::connection::MysqlConnection;
use crate::scratch::Scratch;
use crate::session::{Limits, Session};
use crate::url::Target;

/// A database on a server.
#[derive(Debug)]
pub(crate) struct ServerDatabase {
    pool: Pool<Opener>,
    server: ServerInfo,
    target: Target,
    limits: Limits,
}

impl ServerDatabase {
    /// Connects once.
    pub(crate) async fn open(settings: &DatabaseSettings) -> Result<Self, DriverError> {
        Self::at(Target::of(settings)?, Limits::of(settings), settings.pool_size).await
    }

    /// Connects once to `target`.
    pub(crate) async fn at(target: Target, limits: Limits, pool_size: usize) -> Result<Self, DriverError> {
        let opener = Opener { target: target.clone(), limits };
        let pool = Pool::builder(opener)
            .max_size(pool_size.max(1))
            .runtime(Runtime::Tokio1)
            // Connecting has an end of its own; waiting for a place in the pool gets as long again.
            .timeouts(Timeouts { wait: Some(limits.connect), create: None, recycle: None })
            .build()
            .map_err(|error| DriverError::new(DriverErrorKind::Other, error.to_string()))?;
        let first = get(&pool).await?;
        let server = first.server.clone();
        if !first.gates().supported {
            let oldest = first.gates().flavour.oldest();
            return Err(DriverError::new(
                DriverErrorKind::Unsupported,
                format!("{server} is too old: its DDL is not atomic, or its CHECKs are not looked at"),
            )
            .with_help(format!("use {} {oldest} or newer", server.product)));
        }
        // It goes back into the pool, for whoever acquires first.
        drop(first);
        Ok(Self { pool, server, target, limits })
    }
}

async fn get(pool: &Pool<Opener>) -> Result<Object<Opener>, DriverError> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => error,
        PoolError::Timeout(_) => DriverError::new(
            DriverErrorKind::Timeout,
            "no connection was free in time: all of the pool's are in use",
        )
        .with_help("raise `pool_size`"),
        other => DriverError::new(DriverErrorKind::Other, other.to_string()),
    })
}

#[async_trait]
impl Database for ServerDatabase {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        let session = Object::take(get(&self.pool).await?);
        Ok(Box::new(MysqlConnection::new(session, self.target.clone(), self.limits)))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(Scratch::make(&self.target, self.limits).await?))
    }
}

/// Opens sessions for the pool.
#[derive(Debug)]
struct Opener {
    target: Target,
    limits: Limits,
}

impl Manager for Opener {
    type Type = Session;
    type Error = DriverError;

    async fn create(&self) -> Result<Session, DriverError> {
        Session::open(&self.target, self.limits).await
    }

    /// Only the session of the first look comes back into the pool, and nothing was done with it.
    async fn recycle(&self, _: &mut Session, _: &Metrics) -> RecycleResult<DriverError> {
        Ok(())
    }
}
