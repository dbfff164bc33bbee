use std::time::{Duration, Instant};

use super::error::ExecutionError;
use super::event::{Event, Observer};
use super::interrupt::Interrupt;
use crate::driver::{Connection, LockKey};

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often somebody who waits is told.
const REPORT_EVERY: Duration = Duration::from_secs(5);

/// Takes the migration lock, trying again until `wait` is over.
///
/// It polls. To wait in the server would hold a snapshot there, for which CREATE INDEX CONCURRENTLY waits in turn.
pub(crate) async fn take(
    connection: &mut dyn Connection,
    key: &LockKey,
    wait: Duration,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<(), ExecutionError> {
    let mut waiting = Waiting::new(wait);
    while !connection.try_lock(key).await? {
        if waiting.is_over() {
            let holder = connection.lock_holder(key).await?;
            return Err(ExecutionError::Locked { waited: waiting.waited(), holder });
        }
        if waiting.is_report_due() {
            let holder = connection.lock_holder(key).await?;
            observer.event(&Event::LockWaiting { holder, waited: waiting.waited() });
        }
        waiting.pause(interrupt).await?;
    }
    Ok(())
}

/// A wait that looks again and again, ever less often.
pub(super) struct Waiting {
    begun: Instant,
    limit: Duration,
    pause: Duration,
    reported: Option<Duration>,
}

impl Waiting {
    pub(super) fn new(limit: Duration) -> Self {
        Self { begun: Instant::now(), limit, pause: FIRST_PAUSE, reported: None }
    }

    pub(super) fn waited(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) fn is_over(&self) -> bool {
        self.waited() >= self.limit
    }

    /// Whether it is time to tell who waits; if so, it is taken to be done.
    pub(super) fn is_report_due(&mut self) -> bool {
        let waited = self.waited();
        let due = self.reported.is_none_or(|last| waited - last >= REPORT_EVERY);
        if due {
            self.reported = Some(waited);
        }
        due
    }

    /// Lets some time pass.
    pub(super) async fn pause(&mut self, interrupt: &Interrupt) -> Result<(), ExecutionError> {
        let left = self.limit.saturating_sub(self.waited());
        sleep(self.pause, left, interrupt).await?;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

/// Lets about `pause` pass, and `most` at most: those who began to wait together must not knock together for ever.
pub(super) async fn sleep(
    pause: Duration,
    most: Duration,
    interrupt: &Interrupt,
) -> Result<(), ExecutionError> {
    tokio::select! {
        () = tokio::time::sleep(pause.mul_f64(0.5 + jitter()).min(most)) => Ok(()),
        () = interrupt.requested() => {
            Err(ExecutionError::Interrupted { state: "nothing was done".to_owned() })
        }
    }
}

/// From 0 to 1; 0.5 where the system has no randomness, which costs nothing but fairness.
fn jitter() -> f64 {
    let mut byte = [0u8; 1];
    match getrandom::fill(&mut byte) {
        Ok(()) => f64::from(byte[0]) / 255.0,
        Err(_) => 0.5,
    }
}
