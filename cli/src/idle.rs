//! Sessions whose work has ended well, and which the next database of the same entry may go on with.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use limbeck_core::execution::Session;

/// Idle sessions, by the entry that their databases come from (`tenants` for `tenants/acme`).
#[derive(Clone, Default)]
pub(crate) struct Idle(Arc<Mutex<BTreeMap<String, Vec<Session>>>>);

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").finish_non_exhaustive()
    }
}

impl Idle {
    /// One that served another database of the same entry as `database`. If there is none, one of another entry is closed,
    /// so that no more are open than databases are worked on at once.
    pub(crate) fn take(&self, database: &str) -> Option<Session> {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = database.split_once('/').map(|(entry, _)| entry);
        let own = entry.and_then(|entry| idle.get_mut(entry)?.pop());
        if own.is_none() {
            drop(idle.values_mut().find_map(Vec::pop));
        }
        own
    }

    /// Closes all. To be called while there is a runtime, in which sessions take their leave of the server.
    pub(crate) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Keeps one, if its database is one of many.
    pub(crate) fn keep(&self, session: Session) {
        if let Some((entry, _)) = session.settings.name.split_once('/') {
            let entry = entry.to_owned();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(entry).or_default().push(session);
        }
    }
}

/// How often the tasks that say good-bye get their turn.
const LEAVE_TURNS: usize = 8;

/// Lets the sessions that have been dropped take leave of their servers, which count one that is just gone as aborted. What
/// is to be sent fits into the socket: nothing is waited for.
pub(crate) async fn take_leave() {
    for _ in 0..LEAVE_TURNS {
        tokio::task::yield_now().await;
    }
}
