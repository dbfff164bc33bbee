use std::time::Duration;

use limbeck_core::diag::Diagnostic;
use limbeck_core::execution::{Event, Observer};
use limbeck_core::ident::{Direction, RevisionId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Something that happened during a run, as a value of one's own: an [`Event`] that can be sent elsewhere.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Progress {
    /// Somebody else holds the migration lock.
    Waiting {
        /// Who, as far as the server can tell.
        holder: Option<String>,
        /// How long it has been waited for.
        waited: Duration,
    },
    /// A revision is begun.
    Started {
        /// Which.
        revision: RevisionId,
        /// What it is about.
        message: String,
        /// Whether it is applied or undone.
        direction: Direction,
        /// Which of the run's steps, from 1.
        number: usize,
        /// How many steps the run has.
        total: usize,
    },
    /// A statement is sent.
    Statement {
        /// Its text.
        sql: String,
    },
    /// A statement waited for a lock for as long as it may, and will be tried again.
    Retrying {
        /// What the server said.
        reason: String,
    },
    /// A revision is done and recorded.
    Finished {
        /// Which.
        revision: RevisionId,
        /// Whether it was applied or undone.
        direction: Direction,
        /// How long it took.
        duration: Duration,
    },
    /// Something that somebody should know and that stops nothing.
    Warning(Diagnostic),
}

impl Progress {
    fn of(event: &Event<'_>) -> Option<Self> {
        Some(match event {
            Event::LockWaiting { holder, waited } => {
                Self::Waiting { holder: holder.clone(), waited: *waited }
            }
            Event::RevisionStarted { revision, message, direction, number, total } => Self::Started {
                revision: (*revision).clone(),
                message: (*message).to_owned(),
                direction: *direction,
                number: *number,
                total: *total,
            },
            Event::StatementStarted { sql } => Self::Statement { sql: (*sql).to_owned() },
            Event::Retrying { reason, .. } => Self::Retrying { reason: (*reason).to_owned() },
            Event::RevisionFinished { revision, direction, duration } => {
                Self::Finished { revision: (*revision).clone(), direction: *direction, duration: *duration }
            }
            Event::Warning(diagnostic) => Self::Warning(diagnostic.clone()),
            _ => return None,
        })
    }
}

/// Sends what happens to whoever listens.
#[derive(Debug)]
pub(crate) struct Sender(UnboundedSender<Progress>);

impl Observer for Sender {
    fn event(&self, event: &Event<'_>) {
        if let Some(progress) = Progress::of(event) {
            // Nobody has to listen to the end.
            let _ = self.0.send(progress);
        }
    }
}

/// A sender with its receiver.
pub(crate) fn channel() -> (Sender, UnboundedReceiver<Progress>) {
    let (sender, receiver) = unbounded_channel();
    (Sender(sender), receiver)
}
