use std::io::{self, IsTerminal};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use limbeck_core::execution::{Event, Observer};
use limbeck_core::plan::Direction;

use crate::view::Output;

/// How often the bar is drawn anew while a statement runs.
const TICK: Duration = Duration::from_millis(100);
/// The bar: how long it takes so far, which revision of how many, and what is running.
const BAR: &str = "{elapsed_precise} [{bar:24}] {pos}/{len} {wide_msg}";

/// The bars of databases that are worked on at once, one below the other; of one at a time, none that others must know.
#[derive(Debug)]
pub(super) struct Bars(Option<MultiProgress>);

impl Bars {
    pub(super) fn new(several_at_once: bool) -> Self {
        Self(several_at_once.then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr())))
    }

    /// Does something that wants the terminal for itself: what it says stands above the bars.
    pub(super) fn aside<T>(&self, speak: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bars) => bars.suspend(speak),
            None => speak(),
        }
    }

    fn bar(&self) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        match &self.0 {
            Some(bars) => bars.add(bar),
            None => bar,
        }
    }
}

/// Shows what happens during a run: a line a revision and, on a terminal, a bar below them.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    output: Output,
    bars: &'a Bars,
    /// The name of the database, where there are several.
    database: Option<String>,
    /// What is under way.
    current: Mutex<Current>,
}

#[derive(Debug, Default)]
struct Current {
    /// The bar, from the first revision on; `None` where nobody would see it.
    bar: Option<ProgressBar>,
    /// The line of the revision that is under way, where it is shown only when it is done.
    line: Option<String>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(output: Output, database: Option<&str>, bars: &'a Bars) -> Self {
        Self { output, bars, database: database.map(str::to_owned), current: Mutex::default() }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        // What a panic has left there is as good as ever: a line and a bar.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn prefix(&self) -> String {
        self.database.as_ref().map(|name| format!("[{name}] ")).unwrap_or_default()
    }

    /// A bar is drawn on standard error, if that is a terminal. It goes without a trace.
    fn live(&self) -> bool {
        !self.output.json && !self.output.quiet && io::stderr().is_terminal() && io::stdout().is_terminal()
    }

    /// Says something above the bars.
    fn aside(&self, bar: Option<&ProgressBar>, speak: impl FnOnce()) {
        match bar {
            Some(bar) => bar.suspend(speak),
            None => self.bars.aside(speak),
        }
    }

    fn started(&self, line: &str, number: usize, total: usize) {
        let mut current = self.current();
        if !self.live() {
            self.output.say(line);
            return;
        }
        current.line = Some(line.to_owned());
        let bar = current.bar.get_or_insert_with(|| {
            let bar = self.bars.bar();
            // A template of our own: that it can be read is a test below.
            bar.set_style(ProgressStyle::with_template(BAR).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(TICK);
            bar
        });
        bar.set_length(u64::try_from(total).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(number.saturating_sub(1)).unwrap_or(u64::MAX));
        bar.set_message(line.to_owned());
    }

    fn finished(&self, duration: Duration) {
        let mut current = self.current();
        let Some(line) = current.line.take() else { return };
        if let Some(bar) = &current.bar {
            bar.inc(1);
            bar.set_message("");
        }
        let line = format!("{line} … ok ({})", short(duration));
        self.aside(current.bar.as_ref(), || self.output.say(&line));
    }
}

impl Observer for Progress<'_> {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::LockWaiting { holder, waited } => {
                let by = holder.as_ref().map(|holder| format!(" (held by {holder})")).unwrap_or_default();
                let since = if waited.as_secs() > 0 {
                    format!(", for {} s now", waited.as_secs())
                } else {
                    String::new()
                };
                let line = format!("{}waiting for another migration to end{by}{since}", self.prefix());
                self.bars.aside(|| self.output.note(&line));
            }
            Event::RevisionStarted { revision, message, direction, number, total } => {
                tracing::info!(%revision, %direction, number, total, "revision started");
                let verb = match direction {
                    Direction::Upgrade => "Applying",
                    Direction::Downgrade => "Undoing",
                };
                let title = message.lines().next().unwrap_or_default();
                let line = format!("{}{verb} {revision} {title}", self.prefix());
                self.started(line.trim_end(), *number, *total);
            }
            Event::StatementStarted { sql } => {
                tracing::debug!(sql, "statement");
                if let Some(bar) = &self.current().bar {
                    bar.set_message(sql.split_whitespace().collect::<Vec<_>>().join(" "));
                }
            }
            Event::StatementFinished { duration } => tracing::debug!(?duration, "statement finished"),
            Event::RevisionFinished { revision, direction, duration } => {
                tracing::info!(%revision, %direction, ?duration, "revision finished");
                self.finished(*duration);
            }
            Event::Retrying { reason, attempt, of } => {
                let line = format!(
                    "{}somebody is in the way ({reason}); trying again, {attempt} of {of} tries so far",
                    self.prefix()
                );
                self.aside(self.current().bar.as_ref(), || self.output.note(&line));
            }
            Event::Warning(diagnostic) => {
                self.aside(self.current().bar.as_ref(), || self.output.warn(diagnostic));
            }
            _ => {}
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        let mut current = self.current();
        if let Some(bar) = current.bar.take() {
            bar.finish_and_clear();
        }
        // A revision that failed has not said its line yet.
        if let Some(line) = current.line.take() {
            self.bars.aside(|| self.output.say(&format!("{line} … failed")));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_can_be_drawn() {
        assert!(ProgressStyle::with_template(BAR).is_ok());
    }
}
