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

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, DriverErrorKind, Introspection, Introspector, Scope};
use limbeck_core::ident::Name;
use limbeck_core::schema::Schema;

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
        let mut found = assemble::assemble(gates, &catalog, scope);
        if let Some(asked) = &scope.tables {
            as_asked(&mut found.schema, asked, catalog.folds_names);
        }
        Ok(found)
    }
}

/// Leaves the tables that were asked for, under the names that were asked for: a server that keeps names in small letters
/// finds `Users` as `users`, and one that tells them apart may look them up as if it did not.
fn as_asked(schema: &mut Schema, asked: &[Name], folds_names: bool) {
    let folded = |name: &Name| name.name.as_str().to_lowercase();
    let wanted: BTreeMap<String, &Name> = asked.iter().map(|name| (folded(name), name)).collect();
    let exact: BTreeSet<&Name> = asked.iter().collect();
    for (name, mut table) in std::mem::take(&mut schema.tables) {
        if !exact.contains(&name) {
            let Some(wanted) = wanted.get(&folded(&name)).filter(|_| folds_names) else { continue };
            table.name = (*wanted).clone();
        }
        schema.insert_table(table);
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::schema::Table;

    use super::*;

    #[test]
    fn tables_are_called_as_they_were_asked_for() {
        let names = |folds: bool| -> Vec<String> {
            let mut schema = Schema::new();
            schema.insert_table(Table::new("users"));
            schema.insert_table(Table::new("Orders"));
            as_asked(&mut schema, &[Name::new("Users"), Name::new("Orders")], folds);
            schema.tables.keys().map(|name| name.name.to_string()).collect()
        };
        assert_eq!(names(true), ["Orders", "Users"]);
        assert_eq!(names(false), ["Orders"]);
    }
}
