//! Reading a database: one query for each kind of thing, whatever the size of the database.
//!
//! | module | what |
//! |---|---|
//! | `catalog` | the queries, as rows |
//! | `create` | what only the text of a CREATE shows |
//! | `assemble` | rows to a schema |

mod assemble;
mod catalog;
mod create;
mod definitions;

use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, Introspection, Introspector, Scope};

pub(crate) use definitions::definitions;

/// Reads DuckDB databases.
#[derive(Debug, Clone, Copy, Default)]
pub struct DuckIntrospector;

#[async_trait]
impl Introspector for DuckIntrospector {
    async fn introspect(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Result<Introspection, DriverError> {
        let catalog = catalog::Catalog::read(connection, scope.tables.is_none()).await?;
        Ok(assemble::assemble(catalog, scope))
    }
}
