use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::Duration;

use limbeck_core::execution::{Event, Observer};
use limbeck_core::plan::Direction;

use crate::view::Output;

/// Shows what happens during a run, a line a revision.
#[derive(Debug)]
pub(super) struct Progress {
    output: Output,
    /// The name of the database, where there are several.
    database: Option<String>,
    /// What stands on a line that is not yet ended.
    open: Mutex<bool>,
}

impl Progress {
    pub(super) fn new(output: Output, database: Option<&str>) -> Self {
        Self { output, database: database.map(str::to_owned), open: Mutex::new(false) }
    }

    fn is_open(&self, open: bool) -> bool {
        // A poisoned lock holds a flag that is as good as ever.
        let mut guard = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::replace(&mut *guard, open)
    }

    fn prefix(&self) -> String {
        self.database.as_ref().map(|name| format!("[{name}] ")).unwrap_or_default()
    }

    /// Whether the line of a revision can be begun before it is done.
    fn live(&self) -> bool {
        !self.output.json && !self.output.quiet && io::stdout().is_terminal()
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::LockWaiting { holder, waited } => {
                let by = holder.as_ref().map(|holder| format!(" (held by {holder})")).unwrap_or_default();
                let since = if waited.as_secs() > 0 {
                    format!(", for {} s now", waited.as_secs())
                } else {
                    String::new()
                };
                self.output
                    .note(&format!("{}waiting for another migration to end{by}{since}", self.prefix()));
            }
            Event::RevisionStarted { revision, message, direction, number, total } => {
                tracing::info!(%revision, %direction, number, total, "revision started");
                let verb = match direction {
                    Direction::Upgrade => "Applying",
                    Direction::Downgrade => "Undoing",
                };
                let title = message.lines().next().unwrap_or_default();
                let line = format!("{}{verb} {revision} {title}", self.prefix());
                if self.live() {
                    // What cannot be shown any more needs no showing.
                    let _ = write!(io::stdout().lock(), "{} … ", line.trim_end())
                        .and_then(|()| io::stdout().flush());
                    self.is_open(true);
                } else {
                    self.output.say(line.trim_end());
                }
            }
            Event::StatementStarted { sql } => tracing::debug!(sql, "statement"),
            Event::StatementFinished { duration } => tracing::debug!(?duration, "statement finished"),
            Event::RevisionFinished { revision, direction, duration } => {
                tracing::info!(%revision, %direction, ?duration, "revision finished");
                if self.is_open(false) {
                    self.output.say(&format!("ok ({})", short(*duration)));
                }
            }
            Event::Retrying { reason, attempt, of } => {
                if self.is_open(false) {
                    self.output.say("");
                }
                self.output.note(&format!(
                    "{}somebody is in the way ({reason}); trying again, {attempt} of {of} tries so far",
                    self.prefix()
                ));
            }
            Event::Warning(diagnostic) => self.output.warn(diagnostic),
            _ => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // A revision that failed leaves its line open; what is said next begins a new one.
        if self.is_open(false) {
            self.output.say("");
        }
    }
}

/// `3 ms`, `1.2 s`.
pub(super) fn short(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
