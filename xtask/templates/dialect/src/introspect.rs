use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, Introspection, Introspector, Scope};

use super::to_do::to_do;

/// Reads newdialect databases.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewDialectIntrospector;

#[async_trait]
impl Introspector for NewDialectIntrospector {
    async fn introspect(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Result<Introspection, DriverError> {
        let _ = (connection, scope);
        Err(to_do(
            "Introspector::introspect: read the catalog, with one query for each kind of thing, into a Schema, and \
             list what limbeck cannot model as unmanaged (group introspection)",
        ))
    }
}
