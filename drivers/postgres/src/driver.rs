use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Database, DatabaseSettings, Dialect, Driver, DriverError, DriverErrorKind, Introspector,
    ScratchDatabase, ServerInfo,
};

use crate::dialect::{NAME, PostgresDialect};
use crate::introspect::PostgresIntrospector;
use crate::pool::ServerDatabase;

/// The driver for PostgreSQL.
#[derive(Debug, Clone, Copy, Default)]
pub struct PostgresDriver;

#[async_trait]
impl Driver for PostgresDriver {
    fn name(&self) -> &'static str {
        NAME
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn dialects(&self) -> &'static [&'static str] {
        &[NAME]
    }

    fn dialect(&self, server: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(PostgresDialect::new(server.version))
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        self.schemes().contains(&name).then(|| Arc::new(PostgresDialect::newest()) as Arc<dyn Dialect>)
    }

    fn introspector(&self) -> &dyn Introspector {
        &PostgresIntrospector
    }

    /// A database that is not there is an error, whatever it is opened for: only its owner can say what it must be like.
    async fn connect(
        &self,
        settings: &DatabaseSettings,
        _: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        Ok(Box::new(ServerDatabase::open(settings).await?))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Err(DriverError::new(
            DriverErrorKind::Unsupported,
            "a scratch database of PostgreSQL needs a server, and no database is named",
        )
        .with_help("name one (`--database`), or set `scratch_url`"))
    }
}
