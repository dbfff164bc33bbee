//! Who holds the migration lock of which database.
//!
//! A file that is open to be written is locked for all other programs, so that only the sessions of this one have to be
//! told apart.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use limbeck_core::ident::Name;

/// The database, and the record whose lock it is.
type Key = (String, Name);

static HELD: Mutex<BTreeMap<Key, u64>> = Mutex::new(BTreeMap::new());

fn held() -> MutexGuard<'static, BTreeMap<Key, u64>> {
    // Each change is one call, and never half done.
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lock for a session; `false` if another one holds it.
pub(super) fn take(database: &str, record: &Name, session: u64) -> bool {
    *held().entry((database.to_owned(), record.clone())).or_insert(session) == session
}

/// Gives it back; `false` if the session does not hold it.
pub(super) fn give_back(database: &str, record: &Name, session: u64) -> bool {
    let key = (database.to_owned(), record.clone());
    let mut held = held();
    if held.get(&key) == Some(&session) { held.remove(&key).is_some() } else { false }
}

/// Which session holds it.
pub(super) fn holder(database: &str, record: &Name) -> Option<u64> {
    held().get(&(database.to_owned(), record.clone())).copied()
}

/// Gives back all that a session holds.
pub(super) fn end(session: u64) {
    held().retain(|_, holder| *holder != session);
}
