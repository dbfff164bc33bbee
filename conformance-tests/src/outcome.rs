use std::fmt;

use limbeck_core::driver::DriverError;
use limbeck_core::execution::ExecutionError;

/// What came of one case on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It says nothing of this server, and why.
    NotApplicable(String),
    /// It does not hold, and how.
    Failed(String),
}

impl Outcome {
    /// As the matrix writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::NotApplicable(_) => "not applicable",
            Self::Failed(_) => "FAILED",
        }
    }
}

/// Why a case ends before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    NotApplicable(String),
    Failed(String),
}

/// How a case goes.
pub(crate) type Verdict<T = ()> = Result<T, Stop>;

impl Stop {
    /// The same, with where it happened.
    pub(crate) fn during(self, what: &str) -> Self {
        match self {
            Self::Failed(message) => Self::Failed(format!("{what}: {message}")),
            not_applicable @ Self::NotApplicable(_) => not_applicable,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotApplicable(text) | Self::Failed(text) => f.write_str(text),
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Ok(()) => Self::Passed,
            Err(Stop::NotApplicable(reason)) => Self::NotApplicable(reason),
            Err(Stop::Failed(message)) => Self::Failed(message),
        }
    }
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl From<DriverError> for Stop {
    fn from(error: DriverError) -> Self {
        let notes: String = error.notes.iter().map(|note| format!("\n  {note}")).collect();
        Self::Failed(format!("{:?}: {error}{notes}", error.kind))
    }
}

impl From<ExecutionError> for Stop {
    fn from(error: ExecutionError) -> Self {
        use limbeck_core::diag::Diagnose;

        let diagnostic = error.diagnostic();
        let statement = diagnostic.statement.map(|sql| format!("\n  {sql}")).unwrap_or_default();
        let notes: String = diagnostic.notes.iter().map(|note| format!("\n  {note}")).collect();
        Self::Failed(format!("{}: {}{statement}{notes}", diagnostic.code, diagnostic.message))
    }
}

/// A failure with this message.
pub(crate) fn fail<T>(message: impl Into<String>) -> Verdict<T> {
    Err(Stop::Failed(message.into()))
}

/// A case that says nothing of this server.
pub(crate) fn not_applicable<T>(reason: impl Into<String>) -> Verdict<T> {
    Err(Stop::NotApplicable(reason.into()))
}

/// That two values are the same.
pub(crate) fn expect_eq<T: PartialEq + fmt::Debug>(what: &str, found: &T, wanted: &T) -> Verdict {
    if found == wanted {
        return Ok(());
    }
    fail(format!("{what}: found {found:?}, wanted {wanted:?}"))
}

/// That something holds.
pub(crate) fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { fail(otherwise()) }
}
