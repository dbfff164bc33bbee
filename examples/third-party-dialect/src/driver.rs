use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Database, DatabaseSettings, Dialect, Driver, DriverError, DriverErrorKind, Introspector,
    ScratchDatabase, ServerInfo, Tls,
};

use crate::database::DuckDatabase;
use crate::dialect::DuckDialect;
use crate::engine;
use crate::introspect::DuckIntrospector;

/// The driver for DuckDB.
#[derive(Debug, Clone, Copy, Default)]
pub struct DuckDriver;

#[async_trait]
impl Driver for DuckDriver {
    fn name(&self) -> &'static str {
        "duckdb"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["duckdb"]
    }

    fn dialects(&self) -> &'static [&'static str] {
        &["duckdb"]
    }

    fn dialect(&self, _: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(DuckDialect::new())
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        (name == "duckdb").then(|| Arc::new(DuckDialect::new()) as Arc<dyn Dialect>)
    }

    fn introspector(&self) -> &dyn Introspector {
        &DuckIntrospector
    }

    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        if settings.tls != Tls::default() {
            return Err(DriverError::new(
                DriverErrorKind::Settings,
                "a DuckDB database is a file: there is no connection to secure",
            )
            .with_help("take `tls` and the certificates out of the database's settings"));
        }
        Ok(Box::new(DuckDatabase::open(settings, access).await?))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(DuckDatabase::memory()?))
    }
}

/// The library: there is no server behind it.
pub(crate) fn server() -> Result<ServerInfo, DriverError> {
    Ok(ServerInfo {
        dialect: "duckdb",
        product: "DuckDB".to_owned(),
        version: engine::version()?,
        schema: None,
    })
}
