use std::path::PathBuf;
use std::time::Duration;

use super::{DatabaseUrl, Driver, DriverError, DriverErrorKind};
use crate::ident::{Ident, Name};
use crate::schema::{Managed, Rights};

/// How one database is reached and used.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The name that it has in the configuration.
    pub name: String,
    /// Where it is.
    pub url: DatabaseUrl,
    /// The namespace that holds what names none; the dialect's own default, if `None`. A driver whose databases have no
    /// namespaces refuses one: [`refuse_schema`](Self::refuse_schema).
    pub schema: Option<Ident>,
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
    /// An empty database that may be filled and emptied again, for comparisons; one that is made for the purpose, if
    /// `None`.
    pub scratch_url: Option<DatabaseUrl>,
    /// What of the database is managed.
    pub managed: Managed,
    /// How the connection is secured.
    pub tls: Tls,
}

/// How a connection is secured. What is not said here is for the URL to say, and then for the driver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Whether it is, and what is checked.
    pub mode: Option<TlsMode>,
    /// The certificates (PEM) of those who may vouch for the server; the usual ones, if not given.
    pub root_cert: Option<PathBuf>,
    /// The certificate (PEM) that is shown to the server.
    pub client_cert: Option<PathBuf>,
    /// The key (PEM) of that certificate.
    pub client_key: Option<PathBuf>,
}

/// What is demanded of a connection, in the words of libpq.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// None.
    Disable,
    /// If the server has it.
    Prefer,
    /// It must be encrypted.
    Require,
    /// … and the server's certificate be vouched for.
    VerifyCa,
    /// … and be made out to the host's name.
    VerifyFull,
}

impl TlsMode {
    /// All of them, from the weakest.
    pub const ALL: [Self; 5] = [Self::Disable, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull];

    /// As settings and URLs write it: `verify-full`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    /// The mode that `word` names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

impl DatabaseSettings {
    /// Settings with every default.
    pub fn new(name: impl Into<String>, url: DatabaseUrl) -> Self {
        Self {
            name: name.into(),
            url,
            schema: None,
            directory: PathBuf::from("."),
            lock_timeout: Some(Duration::from_secs(10)),
            wait: Duration::from_secs(300),
            statement_timeout: None,
            connect_timeout: Duration::from_secs(10),
            pool_size: 4,
            record: RecordTables::default(),
            scratch_url: None,
            managed: Managed::default(),
            tls: Tls::default(),
        }
    }

    /// That the driver can do all that they ask for.
    ///
    /// # Errors
    /// `Settings`, if it is to read owners or grants and has none.
    pub fn suit(&self, driver: &dyn Driver) -> Result<(), DriverError> {
        let Rights { owners, grants } = self.managed.rights;
        let asked = match (owners, grants) {
            _ if driver.reads_rights() => return Ok(()),
            (false, false) => return Ok(()),
            (true, false) => "owners",
            (false, true) => "grants",
            (true, true) => "owners and grants",
        };
        Err(DriverError::new(
            DriverErrorKind::Settings,
            format!(
                "database `{}` is to have its {asked} managed, and the driver {} reads none",
                self.name,
                driver.name()
            ),
        )
        .with_help("take `owners` and `grants` out of its settings"))
    }

    /// For a driver whose databases have no namespaces.
    ///
    /// # Errors
    /// `Settings`, if one is named.
    pub fn refuse_schema(&self, product: &str) -> Result<(), DriverError> {
        match &self.schema {
            None => Ok(()),
            Some(schema) => Err(DriverError::new(
                DriverErrorKind::Settings,
                format!("database `{}` is to be used in schema `{schema}`, and {product} has no schemas within a database", self.name),
            )
            .with_help("leave `schema` out; where each tenant has a database, let `url` or `database` hold its name")),
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
