//! Reads a PostgreSQL database into a schema.
//!
//! A constant number of queries, sent together, in one snapshot and with an empty search path, so that the server
//! qualifies every name that it prints; where the settings name the schema of what names none, with that one on the path,
//! so that texts are the same in each tenant's. Each noun has a file: what it asks, and what it makes of the answer. What
//! belongs to an extension is not ours.
//!
//! | module | reads |
//! |---|---|
//! | `snapshot` | nothing: it sees to it that all queries see the same |
//! | `filter` | nothing: what the queries leave out |
//! | `catalog` | all of it: the queries and their answers |
//! | `names` | what the catalog's numbers are called |
//! | `namespaces`, `enums`, `sequences` | schemas, enum types, sequences |
//! | `tables`, `columns`, `constraints`, `indexes` | tables and their parts |
//! | `objects` | what is known by its text |
//! | `rights` | whose all of that is, and who may use it, if that is asked for |
//! | `row` | values out of rows |

mod catalog;
mod columns;
mod constraints;
mod enums;
mod filter;
mod indexes;
mod names;
mod namespaces;
mod objects;
mod rights;
mod row;
mod sequences;
mod snapshot;
mod tables;

use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, DriverErrorKind, Introspection, Introspector, Scope};

use crate::connection::PostgresConnection;
use catalog::Catalog;
use filter::Filter;

/// Reads PostgreSQL databases.
#[derive(Debug)]
pub struct PostgresIntrospector;

#[async_trait]
impl Introspector for PostgresIntrospector {
    async fn introspect(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Result<Introspection, DriverError> {
        let Some(connection) = connection.as_any().downcast_mut::<PostgresConnection>() else {
            return Err(DriverError::new(
                DriverErrorKind::Unsupported,
                "PostgreSQL's introspector reads through a connection of its own driver",
            ));
        };
        let server = connection.server().clone();
        let filter = Filter::new(scope, &server);
        let catalog = snapshot::read(connection, &filter).await?;
        Ok(assemble(&catalog, &filter))
    }
}

/// Makes the schema of what was read.
fn assemble(catalog: &Catalog, filter: &Filter<'_>) -> Introspection {
    let mut seen = Introspection::default();
    let enums = enums::read(&catalog.enums, filter);
    let owners = sequences::read(catalog, filter, &mut seen);
    tables::read(catalog, filter, &enums, &owners, &mut seen);
    // A look at some tables is not one at what stands beside them.
    if filter.is_whole() {
        namespaces::read(&catalog.namespaces, &mut seen);
        seen.schema.enums.extend(enums.into_values().map(|found| (found.name.clone(), found)));
    }
    objects::read(catalog, filter, &mut seen);
    seen
}
