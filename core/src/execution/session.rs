use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::error::ExecutionError;
use super::event::{Event, Observer};
use super::function::Functions;
use crate::diag::Diagnose;
use crate::driver::{Access, Connection, DatabaseSettings, Dialect, Driver, LockKey};
use crate::graph;
use crate::history::{History, Standing};
use crate::ident::RevisionId;
use crate::record::{Applied, InFlight, Journal, Record};
use crate::revision::{Format, Revision, parse};

/// A connection to one database, with everything that is known of it.
pub struct Session {
    /// The connection.
    pub connection: Box<dyn Connection>,
    /// The dialect that the server speaks.
    pub dialect: Arc<dyn Dialect>,
    /// The driver.
    pub driver: Arc<dyn Driver>,
    /// How it was reached.
    pub settings: DatabaseSettings,
    /// The functions that `run` operations can call.
    pub functions: Functions,
    /// How many databases the connection has served before.
    served: u32,
}

/// How many databases one connection serves: what a server keeps for a session of what it has seen grows with each.
const SERVES: u32 = 50;

/// What is applied, next to the revisions.
#[derive(Debug, Clone)]
pub struct Status {
    /// The record.
    pub applied: Applied,
    /// The graph to it.
    pub standing: Standing,
    /// Applied revisions whose file is gone. They are in the history, out of the text that was recorded, where that
    /// could be read.
    pub gone: BTreeSet<RevisionId>,
    /// The revision that was begun outside a transaction and is not at its end.
    pub in_flight: Option<InFlight>,
}

impl Session {
    /// Connects.
    pub async fn open(
        driver: Arc<dyn Driver>,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Self, ExecutionError> {
        settings.suit(&*driver)?;
        let database = driver.connect(settings, access).await?;
        let connection = database.acquire().await?;
        let dialect = driver.dialect(connection.server());
        Ok(Self::over(connection, dialect, driver, settings.clone()))
    }

    /// A session over a connection that is there already.
    pub fn over(
        connection: Box<dyn Connection>,
        dialect: Arc<dyn Dialect>,
        driver: Arc<dyn Driver>,
        settings: DatabaseSettings,
    ) -> Self {
        Self { connection, dialect, driver, settings, functions: Functions::new(), served: 0 }
    }

    /// The same connection with another database, where the driver can hand it on: for a session whose work has ended
    /// well. `None`, where one must connect anew.
    pub async fn onwards(
        self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Option<Self>, ExecutionError> {
        let served = self.served + 1;
        if served >= SERVES {
            return Ok(None);
        }
        settings.suit(&*self.driver)?;
        let Some(connection) = self.driver.hand_on(self.connection, settings, access).await? else {
            return Ok(None);
        };
        let dialect = self.driver.dialect(connection.server());
        let session = Self::over(connection, dialect, self.driver, settings.clone());
        Ok(Some(Self { functions: self.functions, served, ..session }))
    }

    /// The record.
    pub fn record(&self) -> Record<'_> {
        Record::new(&*self.dialect, &self.settings.record)
    }

    /// Commits what went well; else, or if that fails, rolls back.
    pub(super) async fn end<T>(
        &mut self,
        result: Result<T, ExecutionError>,
        observer: &dyn Observer,
    ) -> Result<T, ExecutionError> {
        let result = match result {
            Ok(value) => self.connection.commit().await.map(|()| value).map_err(ExecutionError::from),
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.abandon(observer).await;
        }
        result
    }

    /// Rolls back after an error, which is what matters: what goes wrong now is a warning.
    pub(super) async fn abandon(&mut self, observer: &dyn Observer) {
        let undone = match self.connection.rollback().await {
            // What the statements have set in the session is not to meet the next run.
            Ok(()) => self.connection.reset().await,
            Err(error) => Err(error),
        };
        if let Err(error) = undone {
            observer.event(&Event::Warning(error.diagnostic()));
        }
    }

    /// What the migration lock is about.
    pub fn lock_key(&self) -> LockKey {
        LockKey { record: self.record().table().clone() }
    }

    /// Reads the record and sets it beside the revisions; those whose file is gone are added to `history` out of what
    /// was recorded.
    pub async fn status(&mut self, history: &mut History) -> Result<Status, ExecutionError> {
        let record = Record::new(&*self.dialect, &self.settings.record);
        let applied = record.read(&mut *self.connection).await?;
        // A replaced revision that was squashed away is not gone: the squash stands for it.
        let replaced: BTreeSet<&RevisionId> =
            history.iter().flat_map(|revision| &revision.replaces).collect();
        let gone: Vec<RevisionId> = applied
            .keys()
            .filter(|id| history.get(id).is_none() && !replaced.contains(id))
            .cloned()
            .collect();
        for (_, name, text) in record.texts(&mut *self.connection, &gone).await? {
            if let Some(revision) = recorded_revision(&name, &text) {
                history.add_recorded(revision);
            }
        }
        let ids: graph::Applied = applied.keys().cloned().collect();
        let standing = history.standing(&ids)?;
        let journal = Journal::new(&*self.dialect, &self.settings.record);
        let in_flight = journal.read(&mut *self.connection).await?;
        Ok(Status { applied, standing, gone: gone.into_iter().collect(), in_flight })
    }
}

/// A revision out of the text that was recorded with it; `None` if nothing was, or nothing that can be read.
pub(super) fn recorded_revision(name: &str, text: &str) -> Option<Revision> {
    if text.is_empty() {
        return None;
    }
    let format = Format::of(Path::new(name)).unwrap_or_default();
    parse(format!("{name} (as recorded)"), text, format).ok()
}
