use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Database, DatabaseSettings, Dialect, Driver, DriverError, DriverErrorKind, Introspector,
    ScratchDatabase, ServerInfo,
};

use crate::dialect::MysqlDialect;
use crate::flavour::{Flavour, Gates};
use crate::introspect::MysqlIntrospector;
use crate::pool::ServerDatabase;
use crate::url::Asserted;

/// The driver for MySQL and MariaDB.
#[derive(Debug, Clone, Copy, Default)]
pub struct MysqlDriver;

#[async_trait]
impl Driver for MysqlDriver {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["mysql", "mariadb"]
    }

    fn dialects(&self) -> &'static [&'static str] {
        &["mysql", "mariadb"]
    }

    fn dialect(&self, server: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(MysqlDialect::new(Gates::of(server)))
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        let flavour =
            [Flavour::Mysql, Flavour::Mariadb].into_iter().find(|flavour| flavour.name() == name)?;
        Some(Arc::new(MysqlDialect::new(Gates::newest(flavour))))
    }

    fn dialect_for(&self, settings: &DatabaseSettings) -> Result<Option<Arc<dyn Dialect>>, DriverError> {
        let scheme = settings.url.scheme();
        let flavour = [Flavour::Mysql, Flavour::Mariadb].into_iter().find(|flavour| flavour.name() == scheme);
        let Some(flavour) = flavour else { return Ok(None) };
        let alter = Asserted::of(settings)?;
        Ok(Some(Arc::new(MysqlDialect::new(Gates::newest(flavour)).with_asserted(alter))))
    }

    fn introspector(&self) -> &dyn Introspector {
        &MysqlIntrospector
    }

    async fn connect(
        &self,
        settings: &DatabaseSettings,
        _: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        settings.refuse_schema("MySQL")?;
        Ok(Box::new(ServerDatabase::open(settings).await?))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Err(DriverError::new(
            DriverErrorKind::Unsupported,
            "a scratch database needs a server, and nothing says which one",
        )
        .with_help("name a database, or set `scratch_url`"))
    }
}
