use std::fmt;

use crate::diag::{Diagnose, Diagnostic};

/// What kind of trouble a server or the way to it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriverErrorKind {
    /// The settings or the URL make no sense to the driver.
    Settings,
    /// The server cannot be reached, or the file not opened.
    Connect,
    /// The server does not take the user or the password.
    Authentication,
    /// The server forbids it.
    Permission,
    /// Somebody else holds what is needed; later it may go.
    Busy,
    /// Another program has the whole database, as a rule to migrate it: where only one can have it, that is the migration
    /// lock.
    Taken,
    /// It took longer than the settings allow.
    Timeout,
    /// Rows break a constraint.
    Constraint,
    /// The server does not understand the statement, or something that it names is not there.
    Statement,
    /// The connection was lost on the way.
    Lost,
    /// Somebody asked for it to be stopped.
    Cancelled,
    /// What holds the data is broken, or is no database.
    Corrupt,
    /// The disk is full, or another means is used up.
    Full,
    /// The driver does not do that.
    Unsupported,
    /// Anything else.
    Other,
}

/// What a driver met. Messages hold no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriverError {
    /// What kind of trouble.
    pub kind: DriverErrorKind,
    /// What the server said, or the driver.
    pub message: String,
    /// The server's code: an SQLSTATE, a number.
    pub code: Option<String>,
    /// The byte of the statement that the server points at, from 0.
    pub position: Option<usize>,
    /// What the server adds: detail, hint.
    pub notes: Vec<String>,
    /// What the driver knows to do about it.
    pub help: Option<String>,
}

impl DriverError {
    /// An error with nothing but a message.
    pub fn new(kind: DriverErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), code: None, position: None, notes: Vec::new(), help: None }
    }

    /// Adds the server's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a line.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl fmt::Display for DriverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.code {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DriverError {}

impl Diagnose for DriverError {
    fn diagnostic(&self) -> Diagnostic {
        let code = match self.kind {
            DriverErrorKind::Settings => "database-settings",
            DriverErrorKind::Connect => "cannot-connect",
            DriverErrorKind::Authentication => "authentication-failed",
            DriverErrorKind::Permission => "permission-denied",
            DriverErrorKind::Busy | DriverErrorKind::Taken => "database-busy",
            DriverErrorKind::Timeout => "database-timeout",
            DriverErrorKind::Constraint => "constraint-violated",
            DriverErrorKind::Statement => "statement-failed",
            DriverErrorKind::Lost => "connection-lost",
            DriverErrorKind::Cancelled => "cancelled",
            DriverErrorKind::Corrupt => "database-corrupt",
            DriverErrorKind::Full => "database-full",
            DriverErrorKind::Unsupported => "unsupported",
            DriverErrorKind::Other => "database-error",
        };
        let mut diagnostic = Diagnostic::new(code, self.to_string());
        diagnostic.help.clone_from(&self.help);
        diagnostic.notes.clone_from(&self.notes);
        diagnostic
    }
}
