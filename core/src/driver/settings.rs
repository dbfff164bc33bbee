use std::path::PathBuf;
use std::time::Duration;

use super::DatabaseUrl;
use crate::ident::{Ident, Name};

/// How one database is reached and used.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The name that it has in the configuration.
    pub name: String,
    /// Where it is.
    pub url: DatabaseUrl,
    /// The folder that relative paths are relative to.
    pub directory: PathBuf,
    /// How long one statement may wait for a lock before it is tried again.
    pub lock_timeout: Option<Duration>,
    /// How long to wait for the migration lock.
    pub wait: Duration,
    /// How long one statement may run; without end, if `None`.
    pub statement_timeout: Option<Duration>,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How many connections the pool holds at most.
    pub pool_size: usize,
    /// Where the record is kept.
    pub record: RecordTables,
}

impl DatabaseSettings {
    /// Settings with every default.
    pub fn new(name: impl Into<String>, url: DatabaseUrl) -> Self {
        Self {
            name: name.into(),
            url,
            directory: PathBuf::from("."),
            lock_timeout: Some(Duration::from_secs(10)),
            wait: Duration::from_secs(300),
            statement_timeout: None,
            connect_timeout: Duration::from_secs(10),
            pool_size: 4,
            record: RecordTables::default(),
        }
    }
}

/// The tables that limbeck keeps for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordTables {
    /// What is applied.
    pub revisions: Ident,
    /// What is in flight.
    pub journal: Ident,
    /// Where both live; the dialect's default, if `None`.
    pub schema: Option<Ident>,
}

impl Default for RecordTables {
    fn default() -> Self {
        Self {
            revisions: Ident::new("limbeck_revisions"),
            journal: Ident::new("limbeck_journal"),
            schema: None,
        }
    }
}

impl RecordTables {
    /// The name of the table of what is applied; `default_schema` is the dialect's.
    pub fn revisions(&self, default_schema: Option<&Ident>) -> Name {
        Name { schema: self.schema.as_ref().or(default_schema).cloned(), name: self.revisions.clone() }
    }

    /// The name of the table of what is in flight; `default_schema` is the dialect's.
    pub fn journal(&self, default_schema: Option<&Ident>) -> Name {
        Name { schema: self.schema.as_ref().or(default_schema).cloned(), name: self.journal.clone() }
    }

    /// Whether `table` is one of the two, wherever it lives.
    pub fn contains(&self, table: &Name) -> bool {
        table.name == self.revisions || table.name == self.journal
    }
}
