//! Schemas as a server sees them: what is declared is built in a scratch database and looked at, so that texts which a
//! user wrote are never compared with texts which a server printed.

use crate::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints, Neutral, diff};
use crate::driver::{
    Access, Connection, DatabaseSettings, Driver, Introspection, Scope, StatementKind, TransactionMode,
};
use crate::execution::{ExecutionError, Session, replay_into};
use crate::graph::Applied;
use crate::history::{History, Standing};
use crate::schema::{Naming, Schema};

/// What a database holds, apart from the record's tables.
pub async fn observe(
    driver: &dyn Driver,
    connection: &mut dyn Connection,
    settings: &DatabaseSettings,
) -> Result<Introspection, ExecutionError> {
    let dialect = driver.dialect(connection.server());
    let schema = dialect.default_schema();
    let scope = Scope {
        except: vec![settings.record.revisions(schema), settings.record.journal(schema)],
        ..Scope::default()
    };
    Ok(driver.introspector().introspect(connection, &scope).await?)
}

/// What a server would show of `declared`: it is built in a scratch database and looked at.
pub async fn materialise(driver: &dyn Driver, declared: &Schema) -> Result<Schema, ExecutionError> {
    let scratch = driver.scratch().await?;
    let result = build(driver, &mut *scratch.acquire().await?, declared).await;
    scratch.discard().await?;
    result
}

async fn build(
    driver: &dyn Driver,
    connection: &mut dyn Connection,
    declared: &Schema,
) -> Result<Schema, ExecutionError> {
    let options = DiffOptions {
        hints: &Hints::default(),
        naming: &Naming::default(),
        rules: &Neutral,
        guess: Guess::Never,
        fills: FillPolicy::Never,
        casts: CastPolicy::Never,
        declined: &[],
    };
    let operations = diff(&Schema::new(), declared, &options).operations;
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
    Ok(driver.introspector().introspect(connection, &Scope::default()).await?.schema)
}

/// What a server would show of what the revisions in `applied` leave behind: they are run, one after the other, in a
/// scratch database, but for what changes rows only. For revisions whose raw SQL changes the schema.
pub async fn rerun(
    driver: &std::sync::Arc<dyn Driver>,
    history: &History,
    standing: &Standing,
    applied: &Applied,
    settings: &DatabaseSettings,
) -> Result<Schema, ExecutionError> {
    let scratch = driver.scratch().await?;
    let connection = scratch.acquire().await?;
    let dialect = driver.dialect(connection.server());
    let mut session = Session { connection, dialect, driver: driver.clone(), settings: settings.clone() };
    let result = replay_into(&mut session, history, standing, applied).await;
    let schema = match result {
        Ok(()) => {
            let seen = driver.introspector().introspect(&mut *session.connection, &Scope::default()).await;
            seen.map(|seen| seen.schema).map_err(ExecutionError::from)
        }
        Err(error) => Err(error),
    };
    drop(session);
    scratch.discard().await?;
    schema
}

/// What the database at `settings` holds, as a source to compare with: one that is not there is an error.
pub async fn observe_source(
    driver: &std::sync::Arc<dyn Driver>,
    settings: &DatabaseSettings,
) -> Result<Introspection, ExecutionError> {
    let database = driver.connect(settings, Access::Source).await?;
    let mut connection = database.acquire().await?;
    observe(&**driver, &mut *connection, settings).await
}
