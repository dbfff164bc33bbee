use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, Introspection, Introspector, Scope};

/// Reads SQLite databases.
#[derive(Debug)]
pub struct SqliteIntrospector;

#[async_trait]
impl Introspector for SqliteIntrospector {
    async fn introspect(&self, _: &mut dyn Connection, _: &Scope) -> Result<Introspection, DriverError> {
        Err(DriverError::new(
            limbeck_core::driver::DriverErrorKind::Unsupported,
            "SQLite databases cannot be read yet",
        ))
    }
}
