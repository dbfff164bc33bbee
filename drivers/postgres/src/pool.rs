use async_trait::async_trait;
use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, Timeouts};
use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DriverError, DriverErrorKind, ScratchDatabase,
    ServerInfo, Version,
};
use tokio_postgres::Client;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::connection::{Limits, PostgresConnection};
use crate::dialect::OLDEST;
use crate::error::{from_connect, from_statement};
use crate::home;
use crate::scratch::BesideTarget;
use crate::tls;
use crate::url::Target;

/// A database on a server.
#[derive(Debug)]
pub(crate) struct ServerDatabase {
    pool: Pool<Opener>,
    server: ServerInfo,
    limits: Limits,
}

impl ServerDatabase {
    /// Connects once, and finds out what the server is.
    pub(crate) async fn open(settings: &DatabaseSettings, access: Access) -> Result<Self, DriverError> {
        Self::at(Target::of(settings)?, Limits::of(settings), settings.pool_size, access).await
    }

    /// As [`ServerDatabase::open`], with what the settings mean.
    pub(crate) async fn at(
        target: Target,
        limits: Limits,
        size: usize,
        access: Access,
    ) -> Result<Self, DriverError> {
        let tls = tls::connector(target.tls, &target.certificates)?;
        let pool = pool(target, tls, size)?;
        let client = client(&pool).await?;
        let home = pool.manager().target.schema.as_ref();
        if let Some(home) = home {
            home::see_to(&client, home, access).await?;
        }
        let server = ServerInfo { schema: home.cloned(), ..server(&client).await? };
        // It goes back into the pool, for whoever acquires first.
        drop(client);
        Ok(Self { pool, server, limits })
    }

    pub(crate) fn target(&self) -> &Target {
        &self.pool.manager().target
    }

    /// A connection of one's own.
    pub(crate) async fn connection(&self) -> Result<PostgresConnection, DriverError> {
        PostgresConnection::open(self.pool.clone(), self.server.clone(), self.limits).await
    }
}

/// A pool in which nothing is yet.
pub(crate) fn pool(target: Target, tls: MakeRustlsConnect, size: usize) -> Result<Pool<Opener>, DriverError> {
    let timeouts = Timeouts { wait: Some(target.connect_timeout), create: None, recycle: None };
    Pool::builder(Opener { target, tls })
        .max_size(size.max(1))
        .runtime(Runtime::Tokio1)
        // Connecting has an end of its own; waiting for a place in the pool gets as long again.
        .timeouts(timeouts)
        .build()
        .map_err(|error| DriverError::new(DriverErrorKind::Other, error.to_string()))
}

/// A session of one's own, which does not come back into the pool.
pub(crate) async fn own_client(pool: &Pool<Opener>) -> Result<Client, DriverError> {
    Ok(Object::take(client(pool).await?))
}

async fn client(pool: &Pool<Opener>) -> Result<Object<Opener>, DriverError> {
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

async fn server(client: &Client) -> Result<ServerInfo, DriverError> {
    let sql = "SELECT pg_catalog.current_setting('server_version_num')::bigint";
    let rows = client.query_typed(sql, &[]).await.map_err(|error| from_statement(&error, sql))?;
    let number: i64 = match rows.first() {
        Some(row) => row.try_get(0).map_err(|error| from_statement(&error, sql))?,
        None => 0,
    };
    let number = u32::try_from(number).unwrap_or_default();
    let version = Version::new(number / 10_000, number % 10_000, 0);
    if version < OLDEST {
        return Err(DriverError::new(
            DriverErrorKind::Unsupported,
            format!("the server is PostgreSQL {}.{}, which is too old", number / 10_000, number / 100 % 100),
        )
        .with_help(format!("use PostgreSQL {} or newer", OLDEST.major)));
    }
    Ok(ServerInfo::new(crate::dialect::NAME, "PostgreSQL", version))
}

#[async_trait]
impl Database for ServerDatabase {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        Ok(Box::new(self.connection().await?))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(BesideTarget::make(self).await?))
    }
}

/// Opens sessions for the pool.
pub(crate) struct Opener {
    pub(crate) target: Target,
    pub(crate) tls: MakeRustlsConnect,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("target", &self.target).finish_non_exhaustive()
    }
}

impl Manager for Opener {
    type Type = Client;
    type Error = DriverError;

    async fn create(&self) -> Result<Client, DriverError> {
        let limit = self.target.connect_timeout;
        let connecting = self.target.config.connect(self.tls.clone());
        let connected = tokio::time::timeout(limit, connecting).await.map_err(|_| {
            DriverError::new(
                DriverErrorKind::Connect,
                format!("the server has not answered within {} seconds", limit.as_secs_f64()),
            )
            .with_help("check the host and the port in the database's settings, or raise `connect_timeout`")
        })?;
        let (client, connection) = connected.map_err(|error| from_connect(&error))?;
        // It ends with the client. What goes wrong on the way, the client's own calls say.
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended");
            }
        });
        Ok(client)
    }

    /// Only the session of the first look comes back into the pool, and nothing was done with it.
    async fn recycle(&self, client: &mut Client, _: &Metrics) -> RecycleResult<DriverError> {
        if client.is_closed() { Err(RecycleError::message("the server has closed it")) } else { Ok(()) }
    }
}
