use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, Dialect, Driver, DriverError, DriverErrorKind,
    Introspector, ScratchDatabase, ServerInfo,
};

use crate::connection::PostgresConnection;
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
        Arc::new(PostgresDialect::new(server.version).within(server.schema.clone()))
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        self.schemes().contains(&name).then(|| Arc::new(PostgresDialect::newest()) as Arc<dyn Dialect>)
    }

    fn dialect_for(&self, settings: &DatabaseSettings) -> Result<Option<Arc<dyn Dialect>>, DriverError> {
        if !self.schemes().contains(&settings.url.scheme()) {
            return Ok(None);
        }
        Ok(Some(Arc::new(PostgresDialect::newest().within(settings.schema.clone()))))
    }

    fn introspector(&self) -> &dyn Introspector {
        &PostgresIntrospector
    }

    fn reads_rights(&self) -> bool {
        true
    }

    /// A database that is not there is an error, whatever it is opened for: only its owner can say what it must be like. A
    /// schema of one is made for whoever wants to change it.
    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        Ok(Box::new(ServerDatabase::open(settings, access).await?))
    }

    /// Tenants are schemas of one database: a new session for each would read the server's own catalog anew each time,
    /// which takes longer than most of what is done there.
    async fn hand_on(
        &self,
        mut connection: Box<dyn Connection>,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Option<Box<dyn Connection>>, DriverError> {
        let goes_on = match connection.as_any().downcast_mut::<PostgresConnection>() {
            Some(own) => own.go_on(settings, access).await?,
            None => false,
        };
        Ok(goes_on.then_some(connection))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Err(DriverError::new(
            DriverErrorKind::Unsupported,
            "a scratch database of PostgreSQL needs a server, and no database is named",
        )
        .with_help("name one (`--database`), or set `scratch_url`"))
    }
}
