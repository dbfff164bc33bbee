use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Database, DatabaseSettings, Dialect, Driver, DriverError, Introspector, ScratchDatabase,
    ServerInfo,
};

use super::dialect::NewDialect;
use super::introspect::NewDialectIntrospector;
use super::to_do::to_do;

/// The driver for newdialect.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewDialectDriver;

#[async_trait]
impl Driver for NewDialectDriver {
    fn name(&self) -> &'static str {
        "newdialect"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["newdialect"]
    }

    fn dialects(&self) -> &'static [&'static str] {
        &["newdialect"]
    }

    fn dialect(&self, _: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(NewDialect::new())
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        (name == "newdialect").then(|| Arc::new(NewDialect::new()) as Arc<dyn Dialect>)
    }

    fn introspector(&self) -> &dyn Introspector {
        &NewDialectIntrospector
    }

    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        let _ = (settings, access);
        Err(to_do(
            "Driver::connect: read settings.url, connect, ask for the version, and give back a type of yours that is \
             a Database; its acquire() gives Connections (groups sessions, transactions, locks of the suite)",
        ))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Err(to_do(
            "Driver::scratch: an empty database without a target beside it, if the kind needs no server for that; \
             else an error of the kind Unsupported that says so (group scratch)",
        ))
    }
}
