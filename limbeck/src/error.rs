use std::path::PathBuf;

use limbeck_core::diag::{Diagnose, Diagnostic, list, plural};
use limbeck_core::driver::{DriverError, RegistryError};
use limbeck_core::execution::{Done, ExecutionError, ReplayError};
use limbeck_core::graph::{InvalidSpecifier, ResolveError};
use limbeck_core::history::HistoryError;
use limbeck_core::ident::InvalidRevisionName;
use limbeck_core::plan::PlanError;
use limbeck_core::revision::{ReadError, WriteError};

/// Why something was not done.
///
/// It is also a [`Diagnostic`] with a stable code, listed in `docs/errors.md`, by way of [`Diagnose`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A run stopped. What was done before stays done.
    #[error("{error}")]
    Stopped {
        /// What was done, in order.
        done: Vec<Done>,
        /// Why it stopped.
        error: ExecutionError,
    },
    /// The database cannot be looked at, or says no.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// The database cannot be reached.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// There is no driver for the database.
    #[error(transparent)]
    Drivers(#[from] RegistryError),
    /// Revisions cannot be read.
    #[error("{}", messages(.0.iter()))]
    Revisions(Vec<ReadError>),
    /// Files were added to or taken out of the folder of embedded revisions since the program was built.
    #[error("the folder {} holds other revisions than the program: {}", folder.display(), list(files))]
    StaleEmbedding {
        /// The folder.
        folder: PathBuf,
        /// The files that one of the two does not have.
        files: Vec<String>,
        /// The source file that embeds it.
        embedded_in: &'static str,
    },
    /// A revision cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The revisions make no graph.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A revision does not fit what those before it leave behind.
    #[error(transparent)]
    Replay(#[from] Box<ReplayError>),
    /// The target makes no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The target means nothing, or several things.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The target cannot be read.
    #[error(transparent)]
    Specifier(#[from] InvalidSpecifier),
    /// A name cannot be used.
    #[error(transparent)]
    Name(#[from] InvalidRevisionName),
    /// What limbeck.toml or the models say is wrong.
    #[error("{}", .0.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; "))]
    Declared(Vec<Diagnostic>),
    /// A new revision would be a guess.
    #[error("{} open: {}", plural(.0.len(), "question"), .0.join("; "))]
    Questions(Vec<String>),
    /// It cannot be asked for.
    #[error("{message}")]
    Unsupported {
        /// What.
        message: String,
        /// What to do.
        help: String,
    },
}

fn messages<'a>(errors: impl Iterator<Item = &'a ReadError>) -> String {
    errors.map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Error {
    pub(crate) fn unsupported(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Unsupported { message: message.into(), help: help.into() }
    }
}

impl Diagnose for Error {
    fn diagnostic(&self) -> Diagnostic {
        let first = |diagnostic: Option<Diagnostic>| {
            diagnostic.unwrap_or_else(|| Diagnostic::new("invalid-configuration", self.to_string()))
        };
        match self {
            Self::Stopped { error, .. } | Self::Execution(error) => error.diagnostic(),
            Self::Driver(error) => error.diagnostic(),
            Self::Drivers(error) => error.diagnostic(),
            Self::Revisions(errors) => first(errors.first().map(Diagnose::diagnostic)),
            Self::StaleEmbedding { embedded_in, .. } => Diagnostic::new("stale-embedding", self.to_string())
                .with_help(format!("build the program again, after `touch {embedded_in}`")),
            Self::Write(error) => error.diagnostic(),
            Self::History(HistoryError::Graph(errors)) => errors.diagnostic(),
            Self::History(HistoryError::Replace(error)) => error.diagnostic(),
            Self::History(_) => Diagnostic::new("inconsistent-history", self.to_string()),
            Self::Replay(error) => error.diagnostic(),
            Self::Plan(error) => error.diagnostic(),
            Self::Resolve(error) => error.diagnostic(),
            Self::Specifier(error) => error.diagnostic(),
            Self::Name(_) => Diagnostic::new("invalid-name", self.to_string()),
            Self::Declared(problems) => first(problems.first().cloned()),
            Self::Questions(_) => Diagnostic::new("question", self.to_string()).with_help(
                "answer with `renamed_from`, `fill_sql` or `using_sql` in the models, or write the revision with \
                 `limbeck makemigrations`, which asks",
            ),
            Self::Unsupported { help, .. } => {
                Diagnostic::new("unsupported-operation", self.to_string()).with_help(help.clone())
            }
        }
    }
}
