use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Connection, Database, DriverError, DriverErrorKind, Row, ScratchDatabase, ServerInfo, Value,
};

use crate::connection::{Limits, PostgresConnection};
use crate::dialect::{identifier, text};
use crate::pool::ServerDatabase;
use crate::url::Target;

/// How the names of scratch databases begin; behind it stand the second in which it was made, and a random number.
const PREFIX: &str = "limbeck_scratch_";
/// After how long one that nobody is connected to has been left over by a run that was killed.
const LEFT_OVER: Duration = Duration::from_secs(3600);
/// How many connections it may have at once.
const CONNECTIONS: usize = 4;

/// What a database is like, as far as it must be known to make one like it.
const LOCALE: &str = "SELECT pg_catalog.pg_encoding_to_char(d.encoding)::text, d.datcollate::text, d.datctype::text, \
    pg_catalog.to_jsonb(d) ->> 'datlocprovider', \
    coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale'), \
    pg_catalog.to_jsonb(d) ->> 'daticurules' \
    FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/// The extensions of a database in other schemas than one, those that others need first. Where that one is looked at as if
/// it were the database, they are there before it, and types and functions of theirs may be in it.
const EXTENSIONS: &str = "SELECT x.extname::text, n.nspname::text FROM pg_catalog.pg_extension x \
    JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace \
    WHERE x.oid >= 16384 AND n.nspname <> $1 ORDER BY x.oid";

/// Scratch databases that nobody is connected to.
const IDLE: &str = "SELECT d.datname::text FROM pg_catalog.pg_database d \
    WHERE pg_catalog.starts_with(d.datname::text, 'limbeck_scratch_') \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)";

/// A database that was made beside the target, from the template that nobody has put anything into.
#[derive(Debug)]
pub(crate) struct BesideTarget {
    /// `None` once it is being taken away.
    inner: Option<ServerDatabase>,
    server: ServerInfo,
    name: String,
    target: Target,
}

impl BesideTarget {
    /// Makes an empty one with the encoding and the locale of `beside`, and takes away what killed runs have left over.
    pub(crate) async fn make(beside: &ServerDatabase) -> Result<Self, DriverError> {
        let mut connection = beside.connection().await?;
        sweep(&mut connection).await?;
        let name = fresh_name()?;
        let rows = connection.query(LOCALE, &[]).await?;
        let options = rows.first().map(|row| like(row, beside.server())).unwrap_or_default();
        let sql = format!("CREATE DATABASE {} TEMPLATE template0{options}", identifier(&name));
        connection.execute(&sql, &[]).await.map_err(|error| match error.kind {
            DriverErrorKind::Permission => DriverError {
                message: "the role may not create a scratch database".to_owned(),
                help: Some(
                    "give it the right (ALTER ROLE … CREATEDB), or set `scratch_url` to an empty database that limbeck may use"
                        .to_owned(),
                ),
                ..error
            },
            _ => error,
        })?;
        let extensions = match &beside.server().schema {
            Some(schema) => connection.query(EXTENSIONS, &[Value::Text(schema.as_str().to_owned())]).await?,
            None => Vec::new(),
        };
        drop(connection);
        let target = beside.target().beside(&name);
        let mut made =
            Self { inner: None, server: beside.server().clone(), name, target: beside.target().clone() };
        made.inner = Some(ServerDatabase::at(target, Limits::default(), CONNECTIONS, Access::Write).await?);
        made.extend(&extensions).await?;
        Ok(made)
    }

    /// Makes the extensions of rows of [`EXTENSIONS`]. Who may not is told so by what needs them.
    async fn extend(&self, extensions: &[Row]) -> Result<(), DriverError> {
        if extensions.is_empty() {
            return Ok(());
        }
        let mut connection = self.inner()?.connection().await?;
        for row in extensions {
            let (Some(name), Some(schema)) = (row.text(0), row.text(1)) else { continue };
            let (name, schema) = (identifier(name), identifier(schema));
            for sql in [
                format!("CREATE SCHEMA IF NOT EXISTS {schema}"),
                format!("CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema} CASCADE"),
            ] {
                if let Err(error) = connection.execute(&sql, &[]).await {
                    tracing::warn!(%error, "an extension cannot be made in the scratch database");
                }
            }
        }
        Ok(())
    }

    fn inner(&self) -> Result<&ServerDatabase, DriverError> {
        self.inner.as_ref().ok_or_else(|| {
            DriverError::new(DriverErrorKind::Other, "the scratch database is not there any more")
        })
    }
}

/// The options of CREATE DATABASE that make it like the one of which `row` tells.
fn like(row: &Row, server: &ServerInfo) -> String {
    let mut options = String::new();
    let mut add = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            options.push_str(&format!(" {key} {}", text(value)));
        }
    };
    add("ENCODING", row.text(0));
    add("LC_COLLATE", row.text(1));
    add("LC_CTYPE", row.text(2));
    let provider = match row.text(3) {
        Some("i") => Some("icu"),
        Some("b") => Some("builtin"),
        Some("c") => Some("libc"),
        // Older servers know one provider only.
        _ => None,
    };
    add("LOCALE_PROVIDER", provider);
    match provider {
        Some("icu") => {
            add("ICU_LOCALE", row.text(4));
            if server.version.major >= 16 {
                add("ICU_RULES", row.text(5));
            }
        }
        Some("builtin") => add("BUILTIN_LOCALE", row.text(4)),
        _ => {}
    }
    options
}

/// Takes away what killed runs have left over.
async fn sweep(connection: &mut PostgresConnection) -> Result<(), DriverError> {
    for row in connection.query(IDLE, &[]).await? {
        let Some(name) = row.text(0).filter(|name| is_left_over(name, now())) else { continue };
        // Another run may be faster, and it may be another role's.
        if let Err(error) =
            connection.execute(&format!("DROP DATABASE IF EXISTS {}", identifier(name)), &[]).await
        {
            tracing::debug!(%error, name, "a scratch database that was left over cannot be dropped");
        }
    }
    Ok(())
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Whether `name` is that of a scratch database that was made long enough ago.
fn is_left_over(name: &str, now: Duration) -> bool {
    let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()?.parse().ok());
    made.is_some_and(|made| now.saturating_sub(Duration::from_secs(made)) > LEFT_OVER)
}

fn fresh_name() -> Result<String, DriverError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)
        .map_err(|error| DriverError::new(DriverErrorKind::Other, error.to_string()))?;
    Ok(format!("{PREFIX}{}_{:016x}", now().as_secs(), u64::from_be_bytes(random)))
}

async fn drop_database(target: Target, name: &str) -> Result<(), DriverError> {
    let beside = ServerDatabase::at(target, Limits::default(), 1, Access::Read).await?;
    let mut connection = beside.connection().await?;
    let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(name));
    connection.execute(&sql, &[] as &[Value]).await.map(|_| ())
}

#[async_trait]
impl Database for BesideTarget {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        self.inner()?.acquire().await
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        self.inner()?.scratch().await
    }
}

#[async_trait]
impl ScratchDatabase for BesideTarget {
    async fn discard(mut self: Box<Self>) -> Result<(), DriverError> {
        drop_database(self.target.clone(), &self.name).await?;
        self.inner = None;
        self.name.clear();
        Ok(())
    }
}

impl Drop for BesideTarget {
    /// Takes it away where nobody has: on a thread of its own, because whatever drops it cannot wait, and the program
    /// may be about to end.
    fn drop(&mut self) {
        if self.name.is_empty() {
            return;
        }
        let (target, name) = (self.target.clone(), std::mem::take(&mut self.name));
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let dropped = runtime
                .map_err(|error| DriverError::new(DriverErrorKind::Other, error.to_string()))
                .and_then(|runtime| runtime.block_on(drop_database(target, &name)));
            if let Err(error) = dropped {
                tracing::warn!(%error, name, "a scratch database could not be dropped; a later run will");
            }
        };
        if std::thread::spawn(work).join().is_err() {
            tracing::warn!("a scratch database could not be dropped; a later run will");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_overs_are_known_by_name_and_age() {
        let now = Duration::from_secs(1_000_000);
        assert!(is_left_over("limbeck_scratch_990000_00ff", now));
        assert!(!is_left_over("limbeck_scratch_999000_00ff", now));
        assert!(!is_left_over("limbeck_scratch_2000000_00ff", now));
        assert!(!is_left_over("limbeck_scratch_mine", now));
        assert!(!is_left_over("limbeck_scratch", now));
        let name = fresh_name().unwrap();
        assert!(!is_left_over(&name, super::now()));
        assert!(is_left_over(&name, super::now() + LEFT_OVER * 2));
    }
}
