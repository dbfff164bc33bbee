//! Where the scratch databases come from that schemas are built in to be looked at.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;

use super::creation::removal;
use super::observe::scope;
use crate::diag::list;
use crate::driver::{
    Access, Connection, Database, DatabaseSettings, Driver, DriverError, DriverErrorKind, LockKey,
    ScratchDatabase, ServerInfo, StatementKind, TransactionMode,
};
use crate::execution::{ExecutionError, Interrupt, Silent, take_lock};
use crate::ident::Name;
use crate::operation::Operation;
use crate::schema::{Column, Schema, Table, Type};

/// The table that says that what else a scratch database holds is limbeck's.
const MARKER: &str = "limbeck_scratch";

/// An empty database to build schemas in, for work on the one at `settings`: the one that `scratch_url` names, else one
/// that needs no server, else one that is made beside the target.
pub async fn scratch(
    driver: &Arc<dyn Driver>,
    settings: &DatabaseSettings,
) -> Result<Box<dyn ScratchDatabase>, ExecutionError> {
    if let Some(url) = &settings.scratch_url {
        let given = DatabaseSettings { url: url.clone(), scratch_url: None, ..settings.clone() };
        return Ok(Box::new(GivenScratch::open(driver.clone(), given).await?));
    }
    match driver.scratch().await {
        Ok(scratch) => Ok(scratch),
        Err(error) if error.kind == DriverErrorKind::Unsupported => {
            let database = driver.connect(settings, Access::Read).await?;
            Ok(database.scratch().await.map_err(|error| match error.kind {
                DriverErrorKind::Permission if error.help.is_none() => error.with_help(
                    "let the role create databases, or name an empty one that limbeck may fill and empty again: \
                     `scratch_url`",
                ),
                _ => error,
            })?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the marker is.
pub(super) fn marker(driver: &dyn Driver, server: &ServerInfo) -> Name {
    Name { schema: driver.dialect(server).default_schema().cloned(), name: MARKER.into() }
}

/// A database that the user made, empty, for limbeck to fill and empty again. One run at a time has it: it holds the
/// lock of a record of its own there.
struct GivenScratch {
    driver: Arc<dyn Driver>,
    settings: DatabaseSettings,
    database: Box<dyn Database>,
    /// Holds the lock. Never waited for: it is in a mutex because a connection cannot be shared and a database must be.
    holder: Mutex<Box<dyn Connection>>,
}

impl std::fmt::Debug for GivenScratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GivenScratch").field("database", &self.database).finish_non_exhaustive()
    }
}

impl GivenScratch {
    async fn open(driver: Arc<dyn Driver>, settings: DatabaseSettings) -> Result<Self, ExecutionError> {
        let database = driver.connect(&settings, Access::Write).await?;
        let mut holder = database.acquire().await?;
        let marker = marker(&*driver, database.server());
        let key = LockKey { record: marker.clone() };
        take_lock(&mut *holder, &key, settings.wait, &Silent, &Interrupt::new()).await?;
        let mut given = Self { driver, settings, database, holder: Mutex::new(holder) };
        if given.holder.get_mut().has_table(&marker).await? {
            // Left behind by a run that was killed.
            given.empty().await?;
        } else {
            given.refuse_if_filled().await?;
        }
        let mut table = Table::new(marker);
        table.columns.push(Column::new("made_by", Type::Text).nullable());
        given.run(&[Operation::CreateTable(Box::new(table))], &Schema::new()).await?;
        Ok(given)
    }

    /// Nothing is ever dropped in a database that holds something of somebody else's.
    async fn refuse_if_filled(&mut self) -> Result<(), ExecutionError> {
        let scope = scope(&*self.driver, self.database.server(), &self.settings);
        let seen = self.driver.introspector().introspect(&mut **self.holder.get_mut(), &scope).await?;
        let tables = seen.schema.tables.keys().map(ToString::to_string);
        let objects = seen.schema.objects.keys().map(ToString::to_string);
        let unmanaged = seen.unmanaged.iter().map(|left| left.name.to_string());
        let mut things: Vec<String> = tables.chain(objects).chain(unmanaged).collect();
        if things.is_empty() && seen.schema.enums.is_empty() && seen.schema.sequences.is_empty() {
            return Ok(());
        }
        let more = things.len().saturating_sub(3);
        things.truncate(3);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Err(DriverError::new(
            DriverErrorKind::Settings,
            format!("the database that `scratch_url` names is not empty: it holds {}{more}", list(&things)),
        )
        .with_help("name one that holds nothing: limbeck fills it and empties it again")
        .into())
    }

    /// Drops all that is there.
    async fn empty(&mut self) -> Result<(), ExecutionError> {
        let scope = crate::driver::Scope {
            except: Vec::new(),
            ..scope(&*self.driver, self.database.server(), &self.settings)
        };
        let seen = self.driver.introspector().introspect(&mut **self.holder.get_mut(), &scope).await?;
        let operations = removal(&seen.schema);
        self.run(&operations, &seen.schema).await
    }

    async fn run(&mut self, operations: &[Operation], before: &Schema) -> Result<(), ExecutionError> {
        let dialect = self.driver.dialect(self.database.server());
        let statements = dialect.plan(operations, before).map_err(|error| ExecutionError::Scratch {
            what: operations.get(error.operation()).map(|operation| operation.describe(None).to_string()),
            reason: error.to_string(),
        })?;
        let suspend_foreign_keys = statements.iter().any(|statement| statement.suspends_foreign_keys);
        let holder = self.holder.get_mut();
        holder.begin(TransactionMode { suspend_foreign_keys }).await?;
        for statement in statements {
            if !matches!(statement.kind, StatementKind::Guard(_)) {
                holder.execute(&statement.sql, &[]).await?;
            }
        }
        Ok(holder.commit().await?)
    }
}

#[async_trait]
impl Database for GivenScratch {
    fn server(&self) -> &ServerInfo {
        self.database.server()
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        self.database.acquire().await
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Err(DriverError::new(DriverErrorKind::Unsupported, "a scratch database has no other beside it"))
    }
}

#[async_trait]
impl ScratchDatabase for GivenScratch {
    async fn discard(mut self: Box<Self>) -> Result<(), DriverError> {
        let emptied = self.empty().await;
        let key = LockKey { record: marker(&*self.driver, self.database.server()) };
        let unlocked = self.holder.get_mut().unlock(&key).await;
        match emptied {
            Ok(()) => unlocked,
            Err(ExecutionError::Driver(error)) => Err(error),
            Err(other) => Err(DriverError::new(
                DriverErrorKind::Other,
                format!("the database that `scratch_url` names cannot be emptied: {other}"),
            )
            .with_help("empty it by hand")),
        }
    }
}
