use std::time::Duration;

use crate::diag::Diagnostic;
use crate::ident::RevisionId;
use crate::plan::Direction;

/// Something that happens during a run.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Somebody else holds the migration lock.
    LockWaiting {
        /// Who, as far as the server can tell.
        holder: Option<String>,
        /// How long it has been waited for.
        waited: Duration,
    },
    /// A revision is begun.
    RevisionStarted {
        /// Which.
        revision: &'a RevisionId,
        /// What it is about.
        message: &'a str,
        /// Whether it is applied or undone.
        direction: Direction,
        /// Which of the run's steps, from 1.
        number: usize,
        /// How many steps the run has.
        total: usize,
    },
    /// A statement is sent.
    StatementStarted {
        /// Its text.
        sql: &'a str,
    },
    /// A statement is through.
    StatementFinished {
        /// How long it took.
        duration: Duration,
    },
    /// A statement has waited for a lock for as long as it may, and will be tried again.
    Retrying {
        /// What the server said.
        reason: &'a str,
        /// Which try it was, from 1.
        attempt: u32,
        /// How many there are at most.
        of: u32,
    },
    /// A revision is done and recorded.
    RevisionFinished {
        /// Which.
        revision: &'a RevisionId,
        /// Whether it was applied or undone.
        direction: Direction,
        /// How long it took.
        duration: Duration,
    },
    /// Something that the user should know and that stops nothing.
    Warning(Diagnostic),
}

/// Somebody who is told what happens. Called on the task that runs the migrations: it must not block.
pub trait Observer: Send + Sync {
    /// Something has happened.
    fn event(&self, event: &Event<'_>);
}

/// Nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _event: &Event<'_>) {}
}
