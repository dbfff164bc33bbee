use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, Introspection, Introspector, Scope};
/// Reads PostgreSQL databases.
#[derive(Debug)]
pub struct PostgresIntrospector;
#[async_trait]
impl Introspector for PostgresIntrospector {
    async fn introspect(&self, _: &mut dyn Connection, _: &Scope) -> Result<Introspection, DriverError> {
        Ok(Introspection::default())
    }
}
