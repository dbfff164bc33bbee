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
    /// One that served another database of the same entry as `database`.
    pub(crate) fn take(&self, database: &str) -> Option<Session> {
        let (entry, _) = database.split_once('/')?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(entry)?.pop()
    }

    /// Keeps one, if its database is one of many.
    pub(crate) fn keep(&self, session: Session) {
        if let Some((entry, _)) = session.settings.name.split_once('/') {
            let entry = entry.to_owned();
            self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(entry).or_default().push(session);
        }
    }
}
