//! The migration lock: an advisory lock of the session.

use limbeck_core::driver::LockKey;
use sha2::{Digest as _, Sha256};

/// Takes the lock `$1`, if it is free.
pub(crate) const TAKE: &str = "SELECT pg_catalog.pg_try_advisory_lock($1)";
/// Gives it back; says whether it was held.
pub(crate) const GIVE: &str = "SELECT pg_catalog.pg_advisory_unlock($1)";
/// Who holds the lock whose number has the upper half `$1` and the lower half `$2`.
pub(crate) const HOLDER: &str = "SELECT l.pid::bigint, a.application_name, a.usename::text, \
     coalesce(a.client_hostname, a.client_addr::text) \
     FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
     AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) \
     AND l.classid::bigint = $1 AND l.objid::bigint = $2 LIMIT 1";

/// The lock's number. The server keeps those of its databases apart.
pub(crate) fn number(key: &LockKey) -> i64 {
    let mut hash = Sha256::new();
    hash.update(b"limbeck migration lock\0");
    if let Some(schema) = &key.record.schema {
        hash.update(schema.as_str().as_bytes());
    }
    hash.update(b"\0");
    hash.update(key.record.name.as_str().as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    i64::from_be_bytes(first)
}

/// The halves in which `pg_locks` shows a number.
pub(crate) fn halves(number: i64) -> (i64, i64) {
    ((number >> 32) & 0xffff_ffff, number & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use limbeck_core::ident::Name;

    use super::*;

    #[test]
    fn records_have_locks_of_their_own() {
        let number = |schema: &str, table: &str| number(&LockKey { record: Name::qualified(schema, table) });
        assert_eq!(number("public", "limbeck_revisions"), number("public", "limbeck_revisions"));
        assert_ne!(number("public", "limbeck_revisions"), number("tenant", "limbeck_revisions"));
        assert_ne!(number("a", "bc"), number("ab", "c"));
    }

    #[test]
    fn halves_are_unsigned() {
        assert_eq!(halves(-1), (0xffff_ffff, 0xffff_ffff));
        assert_eq!(halves(1 << 32 | 7), (1, 7));
    }
}
