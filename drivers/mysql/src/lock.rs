//! The migration lock: a named lock of the server, which dies with the session that holds it.

use limbeck_core::driver::{DriverError, DriverErrorKind, LockKey};
use sha2::{Digest, Sha256};

use crate::session::Session;

/// The longest name that a lock may have, in characters.
const LONGEST: usize = 64;

/// The lock's name. Named locks are the whole server's, so that the database stands in it; case does not count in them,
/// which makes two tenants wait for each other whose databases differ in that alone.
pub(crate) fn name(database: &str, key: &LockKey) -> String {
    let place = match &key.record.schema {
        Some(schema) => format!("{schema}.{}", key.record.name),
        None => format!("{database}.{}", key.record.name),
    };
    let name = format!("limbeck:{place}");
    if name.chars().count() <= LONGEST {
        return name;
    }
    let hash: String =
        Sha256::digest(place.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let kept: String = name.chars().take(LONGEST - hash.len() - 1).collect();
    format!("{kept}:{hash}")
}

fn literal(name: &str) -> String {
    format!("'{}'", name.replace('\\', "\\\\").replace('\'', "''"))
}

/// Takes the lock, if nobody holds it. It never waits in the server.
pub(crate) async fn take(session: &mut Session, name: &str) -> Result<bool, DriverError> {
    match answer(session, &format!("SELECT GET_LOCK({}, 0)", literal(name))).await? {
        Some(1) => Ok(true),
        Some(_) => Ok(false),
        None => Err(DriverError::new(DriverErrorKind::Other, format!("the server gave no lock `{name}`"))),
    }
}

/// Gives the lock back.
pub(crate) async fn release(session: &mut Session, name: &str, key: &LockKey) -> Result<(), DriverError> {
    match answer(session, &format!("SELECT RELEASE_LOCK({})", literal(name))).await? {
        Some(1) => Ok(()),
        _ => Err(DriverError::new(
            DriverErrorKind::Other,
            format!("this session does not hold the migration lock of {}", key.record),
        )
        .with_help("somebody else may have run meanwhile: look at `limbeck showmigrations`")),
    }
}

/// The session that holds the lock, as far as this user may see others.
pub(crate) async fn holder(session: &mut Session, name: &str) -> Result<Option<String>, DriverError> {
    let Some(id) = answer(session, &format!("SELECT IS_USED_LOCK({})", literal(name))).await? else {
        return Ok(None);
    };
    let rows = session
        .query(&format!("SELECT USER, HOST, TIME FROM information_schema.PROCESSLIST WHERE ID = {id}"))
        .await?;
    Ok(Some(match rows.first() {
        Some(row) => format!(
            "session {id} of {} from {}",
            row.text(0).unwrap_or("somebody"),
            row.text(1).unwrap_or("somewhere")
        ),
        None => format!("session {id}"),
    }))
}

async fn answer(session: &mut Session, sql: &str) -> Result<Option<i64>, DriverError> {
    Ok(session.query(sql).await?.first().and_then(|row| row.integer(0)))
}

#[cfg(test)]
mod tests {
    use limbeck_core::ident::Name;

    use super::*;

    #[test]
    fn names_are_short_and_tell_databases_apart() {
        let key = LockKey { record: Name::new("limbeck_revisions") };
        assert_eq!(name("app", &key), "limbeck:app.limbeck_revisions");
        let (one, two) = (name(&"ü".repeat(60), &key), name(&"ü".repeat(61), &key));
        assert_eq!(one.chars().count(), 64);
        assert_ne!(one, two);
    }
}
