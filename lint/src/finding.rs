use std::fmt;

use limbeck_core::diag::Location;

/// Something that a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's code, in kebab-case.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Which operation of the revision it is about, from 0.
    pub operation: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// The safe way.
    pub help: String,
    /// Where it stands.
    pub location: Location,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It can hurt: somebody should have thought about it.
    Warning,
    /// It will fail or damage, as soon as there are rows.
    Error,
}

impl Severity {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
