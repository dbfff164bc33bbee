use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use limbeck_core::driver::DriverError;
use rusqlite::Connection;

use crate::error::from_sqlite;
use crate::worker::Control;

/// How a session waits for what another process has locked. SQLite's own waiting cannot be stopped; this looks every
/// few milliseconds whether somebody wants it stopped.
///
/// It is kept with the thread, because every session has one of its own and the oldest rusqlite that we take lets the
/// handler have no data.
#[derive(Debug)]
pub(crate) struct Patience {
    /// How long one statement waits; without end, if `None`.
    pub(crate) limit: Option<Duration>,
    /// Who may stop it.
    pub(crate) control: Arc<Control>,
    /// Which job runs.
    pub(crate) job: u64,
    /// When the present wait began.
    since: Instant,
}

impl Patience {
    pub(crate) fn new(limit: Option<Duration>, control: Arc<Control>, job: u64) -> Self {
        Self { limit, control, job, since: Instant::now() }
    }
}

thread_local! {
    static PATIENCE: RefCell<Option<Patience>> = const { RefCell::new(None) };
}

/// Sets how the jobs of this thread wait from now on.
pub(crate) fn set_patience(patience: Patience) {
    PATIENCE.with_borrow_mut(|present| *present = Some(patience));
}

/// Makes `connection` wait as its thread's [`Patience`] says.
pub(crate) fn install(connection: &mut Connection) -> Result<(), DriverError> {
    connection.busy_handler(Some(wait as fn(i32) -> bool)).map_err(|error| from_sqlite(&error))
}

/// Waits a little; `false` if it is not worth waiting any longer. `tries` counts from 0 for each lock waited for.
fn wait(tries: i32) -> bool {
    PATIENCE.with_borrow_mut(|patience| {
        let Some(patience) = patience else { return false };
        if tries == 0 {
            patience.since = Instant::now();
        }
        if patience.control.is_stopped(patience.job) {
            return false;
        }
        // 1, 2, 4, … 16 milliseconds, as SQLite's own handler grows.
        let mut pause = Duration::from_millis(1 << tries.clamp(0, 4));
        if let Some(limit) = patience.limit {
            let left = limit.saturating_sub(patience.since.elapsed());
            if left.is_zero() {
                return false;
            }
            pause = pause.min(left);
        }
        std::thread::sleep(pause);
        true
    })
}
