use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Database, DatabaseSettings, Dialect, Driver, DriverError, DriverErrorKind, Introspector,
    ScratchDatabase, ServerInfo, Tls, Version,
};

use crate::dialect::SqliteDialect;
use crate::introspect::SqliteIntrospector;
use crate::pool::FileDatabase;
use crate::scratch::MemoryDatabase;
use crate::url::Location;
use crate::worker::Limits;

/// The driver for SQLite.
#[derive(Debug, Clone, Copy, Default)]
pub struct SqliteDriver;

#[async_trait]
impl Driver for SqliteDriver {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn dialects(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn dialect(&self, server: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(SqliteDialect::new(server.version))
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        (name == "sqlite").then(|| Arc::new(SqliteDialect::newest()) as Arc<dyn Dialect>)
    }

    fn introspector(&self) -> &dyn Introspector {
        &SqliteIntrospector
    }

    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        if settings.tls != Tls::default() {
            return Err(DriverError::new(
                DriverErrorKind::Settings,
                "a SQLite database is a file: there is no connection to secure",
            )
            .with_help(
                "take `tls`, `root_cert`, `client_cert` and `client_key` out of the database's settings",
            ));
        }
        settings.refuse_schema("SQLite")?;
        let location = Location::of(settings)?;
        Ok(match location.file {
            Some(path) => Box::new(FileDatabase::open(path, location.mode, access, settings).await?),
            None => Box::new(MemoryDatabase::open(Limits::of(settings)).await?),
        })
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(MemoryDatabase::open(Limits::default()).await?))
    }
}

/// The SQLite library that is linked: there is no server behind it.
pub(crate) fn server() -> ServerInfo {
    let version = rusqlite::version();
    // The library says nothing but numbers and points.
    ServerInfo::new("sqlite", "SQLite", Version::parse(version).unwrap_or(Version::new(0, 0, 0)))
}
