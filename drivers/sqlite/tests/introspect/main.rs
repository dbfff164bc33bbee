//! What the introspector makes of real databases.

mod constraints;
mod objects;
mod reading;
mod tables;

use limbeck_core::driver::{Connection, Driver, Introspection, Introspector, Scope, ScratchDatabase};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Deferrable, KeyPart, KeyTarget, Order, ReferentialAction, Sql, Table,
    Type, TypeSpec,
};
use limbeck_sqlite::{SqliteDriver, SqliteIntrospector};

const SQLITE: &[&str] = &["sqlite"];

async fn scratch() -> Box<dyn ScratchDatabase> {
    SqliteDriver.scratch().await.unwrap()
}

async fn session(statements: &[&str]) -> Box<dyn Connection> {
    let mut connection = scratch().await.acquire().await.unwrap();
    for sql in statements {
        connection.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    connection
}

async fn observe(statements: &[&str]) -> Introspection {
    let mut connection = session(statements).await;
    SqliteIntrospector.introspect(&mut *connection, &Scope::default()).await.unwrap()
}

/// The one table that the statement makes, which must be understood.
async fn table(sql: &str) -> Table {
    let found = observe(&[sql]).await;
    assert_eq!(found.unmanaged, [], "{sql}");
    found.schema.tables.into_values().next().unwrap_or_else(|| panic!("no table of {sql}"))
}

async fn column(definition: &str) -> Column {
    table(&format!("CREATE TABLE t (other, {definition})")).await.columns.remove(1)
}
