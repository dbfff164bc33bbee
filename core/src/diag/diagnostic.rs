use std::fmt;

use super::Location;

/// Something that went wrong, or a warning: complete enough to be shown on a terminal or written as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable word for scripts, in kebab-case, listed in `docs/errors.md`.
    pub code: &'static str,
    /// What is wrong: a lower-case sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where.
    pub location: Option<Location>,
    /// More places, each with a word on why it matters: the other of two duplicates, the members of a cycle.
    pub related: Vec<(Location, String)>,
    /// The revision that it is about.
    pub revision: Option<String>,
    /// The statement that the server refused.
    pub statement: Option<String>,
    /// Further lines: what the server said, what state things are in.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic with nothing but its code and message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            location: None,
            related: Vec::new(),
            revision: None,
            statement: None,
            notes: Vec::new(),
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds where it is.
    #[must_use]
    pub fn with_location(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Adds one more place.
    #[must_use]
    pub fn with_related(mut self, location: Location, why: impl Into<String>) -> Self {
        self.related.push((location, why.into()));
        self
    }

    /// Adds the revision that it is about.
    #[must_use]
    pub fn with_revision(mut self, revision: impl fmt::Display) -> Self {
        self.revision = Some(revision.to_string());
        self
    }

    /// Adds the statement that failed.
    #[must_use]
    pub fn with_statement(mut self, statement: impl Into<String>) -> Self {
        self.statement = Some(statement.into());
        self
    }

    /// Adds a line.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Errors that can be shown to a user.
pub trait Diagnose {
    /// The error as a diagnostic.
    fn diagnostic(&self) -> Diagnostic;
}

impl Diagnose for Diagnostic {
    fn diagnostic(&self) -> Diagnostic {
        self.clone()
    }
}
