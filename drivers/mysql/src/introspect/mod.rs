//! Reads a MySQL or MariaDB database into a schema.
//!
//! What `information_schema` tells is lossy, so that SHOW CREATE is the truth: it is asked in batches, `parse` takes its
//! texts apart, and `verify` holds what limbeck would write for a table against what the server has written. What is not
//! understood, or does not agree, is left alone.
//!
//! | module | does |
//! |---|---|
//! | `catalog` | asks the server: what there is, and the text of each |
//! | `parse` | takes CREATE TABLE apart |
//! | `verify` | holds the one against the other |
//! | `objects` | views, triggers, routines, events |
//! | `assemble` | makes the schema of all this |

mod assemble;
mod bytes;
mod catalog;
mod objects;
mod parse;
mod sequence;
mod verify;

use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, DriverErrorKind, Introspection, Introspector, Scope};

use crate::connection::MysqlConnection;
use crate::flavour::Gates;

/// Reads MySQL and MariaDB databases: the one that the connection is in.
#[derive(Debug)]
pub struct MysqlIntrospector;

#[async_trait]
impl Introspector for MysqlIntrospector {
    async fn introspect(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Result<Introspection, DriverError> {
        let gates = Gates::of(connection.server());
        let keeps_definers = connection
            .as_any()
            .downcast_ref::<MysqlConnection>()
            .is_some_and(MysqlConnection::keeps_definers);
        let mut catalog = catalog::read(connection, gates, scope).await?;
        catalog.keeps_definers = keeps_definers;
        if let Some(other) =
            scope.schemas.iter().find(|schema| !schema.eq_ignore_ascii_case(&catalog.database))
        {
            return Err(DriverError::new(
                DriverErrorKind::Settings,
                format!("`schemas` names {other}, and the database's url {}", catalog.database),
            )
            .with_help("leave `schemas` out: a database of the server is reached by a url of its own"));
        }
        Ok(assemble::assemble(gates, &catalog, scope))
    }
}
