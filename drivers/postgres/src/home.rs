//! The schema of what names none, where the settings name another than `public`.

use limbeck_core::driver::{Access, DriverError, DriverErrorKind};
use limbeck_core::ident::Ident;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::dialect::identifier;
use crate::error::from_statement;

/// Sees to it that the schema is there for what is to be done: whoever wants to change makes it, whoever only looks finds
/// an empty one.
pub(crate) async fn see_to(client: &Client, home: &Ident, access: Access) -> Result<(), DriverError> {
    if access == Access::Read || is_there(client, home).await? {
        return Ok(());
    }
    if access == Access::Source {
        return Err(DriverError::new(DriverErrorKind::Connect, format!("schema `{home}` does not exist"))
            .with_help("check `schema` in the database's settings"));
    }
    let sql = format!("CREATE SCHEMA {}", identifier(home.as_str()));
    match client.batch_execute(&sql).await {
        Ok(()) => Ok(()),
        // Another run was faster: then the server says that there is one, or that its name is taken.
        Err(_) if is_there(client, home).await? => Ok(()),
        Err(error) => {
            let error = from_statement(&error, &sql);
            Err(match error.kind {
                DriverErrorKind::Permission => error.with_help(format!(
                    "make schema `{home}` for the role, or let it make schemas (GRANT CREATE ON DATABASE)"
                )),
                _ => error,
            })
        }
    }
}

async fn is_there(client: &Client, home: &Ident) -> Result<bool, DriverError> {
    let sql = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1";
    let rows = client.query_typed(sql, &[(&home.as_str(), Type::TEXT)]).await;
    Ok(!rows.map_err(|error| from_statement(&error, sql))?.is_empty())
}
