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
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    let mut reported: Option<Duration> = None;
    loop {
        if connection.try_lock(key).await? {
            return Ok(());
        }
        let waited = begun.elapsed();
        if waited >= wait {
            let holder = connection.lock_holder(key).await?;
            return Err(ExecutionError::Locked { waited, holder });
        }
        if reported.is_none_or(|last| waited - last >= REPORT_EVERY) {
            let holder = connection.lock_holder(key).await?;
            observer.event(&Event::LockWaiting { holder, waited });
            reported = Some(waited);
        }
        // Those who began to wait together must not knock together for ever.
        let jittered = pause.mul_f64(0.5 + jitter());
        tokio::select! {
            () = tokio::time::sleep(jittered.min(wait - waited)) => {}
            () = interrupt.requested() => {
                return Err(ExecutionError::Interrupted { state: "nothing was done".to_owned() });
            }
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
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
