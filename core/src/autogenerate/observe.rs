//! Schemas as a server sees them: what is declared is built in a scratch database and looked at, so that texts which a
//! user wrote are never compared with texts which a server printed.

use std::sync::Arc;

use super::creation::creation;
use super::scratch::{marker, scratch};
use crate::driver::{
    Access, Connection, DatabaseSettings, Driver, Introspection, Scope, ServerInfo, StatementKind,
    TransactionMode,
};
use crate::execution::{ExecutionError, Session, replay_into};
use crate::graph::Applied;
use crate::history::{History, Standing};
use crate::schema::Schema;
use crate::sql;

/// What is looked at in a database that is reached with `settings`: not limbeck's own tables.
pub(super) fn scope(driver: &dyn Driver, server: &ServerInfo, settings: &DatabaseSettings) -> Scope {
    let dialect = driver.dialect(server);
    let schema = dialect.default_schema();
    Scope {
        schemas: settings.managed.schemas.clone(),
        except: vec![
            settings.record.revisions(schema),
            settings.record.journal(schema),
            marker(driver, server),
        ],
        tables: None,
        rights: settings.managed.rights,
    }
}

/// What of a database is managed, apart from limbeck's own tables.
pub async fn observe(
    driver: &dyn Driver,
    connection: &mut dyn Connection,
    settings: &DatabaseSettings,
) -> Result<Introspection, ExecutionError> {
    let scope = scope(driver, connection.server(), settings);
    let mut seen = driver.introspector().introspect(connection, &scope).await?;
    settings.managed.retain(&mut seen.schema);
    seen.unmanaged.retain(|left| settings.managed.contains(&left.name));
    Ok(seen)
}

/// What a server would show of `declared`: it is built in a scratch database and looked at.
pub async fn materialise(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
    declared: &Schema,
) -> Result<Schema, ExecutionError> {
    let scratch = scratch(driver, settings).await?;
    let mut connection = scratch.acquire().await?;
    let result = build(&**driver, &mut *connection, settings, declared).await;
    drop(connection);
    scratch.discard().await?;
    result
}

async fn build(
    driver: &dyn Driver,
    connection: &mut dyn Connection,
    settings: &DatabaseSettings,
    declared: &Schema,
) -> Result<Schema, ExecutionError> {
    let operations = creation(declared);
    let dialect = driver.dialect(connection.server());
    let statements = dialect.plan(&operations, &Schema::new()).map_err(|error| ExecutionError::Scratch {
        what: operations.get(error.operation()).map(|operation| operation.describe(None).to_string()),
        reason: error.to_string(),
    })?;
    let suspend_foreign_keys = statements.iter().any(|statement| statement.suspends_foreign_keys);
    connection.begin(TransactionMode { suspend_foreign_keys }).await?;
    for statement in &statements {
        if matches!(statement.kind, StatementKind::Guard(_)) {
            continue;
        }
        if let Err(error) = connection.execute(&statement.sql, &[]).await {
            return Err(ExecutionError::Scratch {
                what: operations
                    .get(statement.operation)
                    .map(|operation| operation.describe(None).to_string()),
                reason: error.to_string(),
            });
        }
    }
    connection.commit().await?;
    Ok(observe(driver, connection, settings).await?.schema)
}

/// What a server would show after a script: it is run in a scratch database, which is then looked at.
pub async fn run_script(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
    script: &str,
) -> Result<Introspection, ExecutionError> {
    let scratch = scratch(driver, settings).await?;
    let mut connection = scratch.acquire().await?;
    let result = run_statements(&**driver, &mut *connection, settings, script).await;
    drop(connection);
    scratch.discard().await?;
    result
}

async fn run_statements(
    driver: &dyn Driver,
    connection: &mut dyn Connection,
    settings: &DatabaseSettings,
    script: &str,
) -> Result<Introspection, ExecutionError> {
    let dialect = driver.dialect(connection.server());
    let failed = |sql: &str, reason: String| ExecutionError::Scratch {
        what: Some(sql.lines().next().unwrap_or_default().to_owned()),
        reason,
    };
    let statements = sql::statements(dialect.lexical(), script)
        .map_err(|error| ExecutionError::Scratch { what: None, reason: error.to_string() })?;
    for statement in statements {
        if let Err(error) = connection.execute(&statement.sql, &[]).await {
            return Err(failed(&statement.sql, error.to_string()));
        }
    }
    // What the script has set for the session is not to change what is seen.
    connection.reset().await?;
    observe(driver, connection, settings).await
}

/// What a server would show of what the revisions in `applied` leave behind: they are run, one after the other, in a
/// scratch database, but for what changes rows only. For revisions whose raw SQL changes the schema.
pub async fn rerun(
    driver: &Arc<dyn Driver>,
    history: &History,
    standing: &Standing,
    applied: &Applied,
    settings: &DatabaseSettings,
) -> Result<Schema, ExecutionError> {
    let scratch = scratch(driver, settings).await?;
    let connection = scratch.acquire().await?;
    let dialect = driver.dialect(connection.server());
    let mut session = Session::over(connection, dialect, driver.clone(), settings.clone());
    let result = replay_into(&mut session, history, standing, applied).await;
    let schema = match result {
        Ok(()) => observe(&**driver, &mut *session.connection, settings).await.map(|seen| seen.schema),
        Err(error) => Err(error),
    };
    drop(session);
    scratch.discard().await?;
    schema
}

/// What the database at `settings` holds, as a source to compare with: one that is not there is an error.
pub async fn observe_source(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
) -> Result<Introspection, ExecutionError> {
    settings.suit(&**driver)?;
    let database = driver.connect(settings, Access::Source).await?;
    let mut connection = database.acquire().await?;
    observe(&**driver, &mut *connection, settings).await
}
