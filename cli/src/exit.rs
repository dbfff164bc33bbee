//! How the program ends.

use limbeck_core::diag::{Diagnose, Diagnostic};

/// How the program ends. The numbers are a contract, listed in `docs/cli.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// It was done.
    Done,
    /// It failed.
    Failed,
    /// The command line or limbeck.toml is wrong.
    Usage,
    /// A check found something.
    Found,
    /// The migration lock was not to be had in time.
    Locked,
    /// A step failed outside a transaction, and what became of it must be settled.
    Unsettled,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Found => 3,
            Self::Locked => 4,
            Self::Unsettled => 5,
            Self::Interrupted => 130,
        }
    }
}

/// Why a command did not end well.
#[derive(Debug, Clone)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// What is wrong: at least one, the most important first.
    pub diagnostics: Vec<Diagnostic>,
}

impl Failure {
    /// The command failed for this reason.
    pub fn new(diagnostic: Diagnostic) -> Self {
        Self { exit: Exit::Failed, diagnostics: vec![diagnostic] }
    }

    /// The command failed for these reasons.
    pub fn all(diagnostics: Vec<Diagnostic>) -> Self {
        Self { exit: Exit::Failed, diagnostics }
    }

    /// The command line or the configuration is wrong.
    pub fn usage(diagnostics: Vec<Diagnostic>) -> Self {
        Self { exit: Exit::Usage, diagnostics }
    }

    /// The same failure with another end.
    #[must_use]
    pub fn with_exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

impl<E: Diagnose> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error.diagnostic())
    }
}
