use std::time::Duration;

use super::event::{Event, Observer};
use super::interrupt::Interrupt;
use super::lock;
use crate::driver::{DriverError, DriverErrorKind};

/// How often something is tried that others are in the way of.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Trying again what failed because somebody held a lock for longer than `lock_timeout`.
///
/// A statement that waits for a lock makes all those wait that come after it. So it waits a short time only, lets them
/// through, and comes again.
pub(super) struct Retry {
    wanted: bool,
    attempt: u32,
}

impl Retry {
    /// Without a `lock_timeout` a statement has waited without end, and there is no reason to try again.
    pub(super) fn new(lock_timeout: Option<Duration>) -> Self {
        Self { wanted: lock_timeout.is_some(), attempt: 1 }
    }

    /// Whether to try again after this error; if so, the pause before that has passed.
    pub(super) async fn again(
        &mut self,
        error: &DriverError,
        observer: &dyn Observer,
        interrupt: &Interrupt,
    ) -> bool {
        if !self.wanted || error.kind != DriverErrorKind::Busy || self.attempt >= ATTEMPTS {
            return false;
        }
        observer.event(&Event::Retrying { reason: &error.message, attempt: self.attempt, of: ATTEMPTS });
        let pause = FIRST_PAUSE * 2u32.pow(self.attempt - 1);
        self.attempt += 1;
        lock::sleep(pause, Duration::MAX, interrupt).await.is_ok()
    }
}
