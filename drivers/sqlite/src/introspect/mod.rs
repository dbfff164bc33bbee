//! Reads a SQLite database into a schema.
//!
//! What SQLite's pragmas tell is too little: no CHECK, no name of a constraint, no COLLATE, no conflict clause, no
//! DEFERRABLE, no expression. All of that stands in the CREATE statements that it keeps, which `parse` takes apart;
//! `verify` then holds what came out against the pragmas. What is not understood, or does not agree, is left alone.
//!
//! | module | does |
//! |---|---|
//! | `catalog` | asks SQLite, in seven queries |
//! | `parse` | takes the CREATE statements apart |
//! | `names` | gives each name one spelling |
//! | `verify` | holds the one against the other |
//! | `objects` | views, triggers, virtual tables |
//! | `assemble` | makes the schema of all this |

mod assemble;
mod catalog;
mod names;
mod objects;
mod parse;
mod verify;

use async_trait::async_trait;
use limbeck_core::driver::{Connection, DriverError, DriverErrorKind, Introspection, Introspector, Scope};
use limbeck_core::schema::Table;
pub(crate) use parse::{is_one_operand, tables_read, trigger};

/// Reads SQLite databases: the one that is `main`, without what is temporary or attached.
#[derive(Debug)]
pub struct SqliteIntrospector;

#[async_trait]
impl Introspector for SqliteIntrospector {
    async fn introspect(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Result<Introspection, DriverError> {
        if let Some(other) = scope.schemas.iter().find(|schema| !schema.eq_ignore_ascii_case("main")) {
            return Err(DriverError::new(
                DriverErrorKind::Settings,
                format!("a SQLite database has no schema `{other}`"),
            )
            .with_help("leave `schemas` out of the database's settings"));
        }
        let tables: Option<Vec<String>> = scope
            .tables
            .as_ref()
            .map(|tables| tables.iter().map(|table| table.name.as_str().to_owned()).collect());
        if let Some(tables) = &tables {
            catalog::refuse_hidden(connection, tables).await?;
        }
        let catalog = catalog::read(connection, tables.as_deref()).await?;
        Ok(assemble::assemble(&catalog, scope))
    }
}

/// Reads a CREATE statement of any kind; the table, if it is one that is understood whole. Not checked against SQLite.
pub(crate) fn read_create(sql: &str) -> Option<Table> {
    // The other readers must not fall over it either.
    let _ = (parse::index(sql), parse::trigger(sql), parse::virtual_module(sql), parse::tables_read(sql));
    parse::table(sql).ok().filter(|parsed| parsed.beyond.is_none()).map(|parsed| parsed.table)
}
