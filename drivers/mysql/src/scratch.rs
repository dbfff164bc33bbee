//! Schemas that limbeck makes beside a database, to build others in and look at them.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use limbeck_core::driver::{Connection, Database, DriverError, DriverErrorKind, ScratchDatabase, ServerInfo};

use crate::pool::ServerDatabase;
use crate::session::{Limits, Session, quoted};
use crate::url::Target;

/// How their names begin; the second of their making and something random follow.
const PREFIX: &str = "limbeck_scratch_";
/// After how long one is left over from a run that is dead.
const LIFETIME: Duration = Duration::from_secs(6 * 60 * 60);
/// How many connections it takes.
const POOL: usize = 2;

/// A schema of limbeck's own.
#[derive(Debug)]
pub(crate) struct Scratch {
    inside: ServerDatabase,
    /// Where it was made, and is taken away from.
    beside: Target,
    limits: Limits,
    name: String,
    dropped: bool,
}

impl Scratch {
    /// Makes one on the server of `beside`, with the character set and the collation of the database there.
    pub(crate) async fn make(beside: &Target, limits: Limits) -> Result<Self, DriverError> {
        let mut session = Session::open(beside, limits).await?;
        sweep(&mut session).await?;
        let rows = session.query("SELECT @@character_set_database, @@collation_database").await?;
        let text = |at: usize| rows.first().and_then(|row| row.text(at)).unwrap_or_default().to_owned();
        let name = new_name()?;
        let made = session
            .run(&format!("CREATE DATABASE {} CHARACTER SET {} COLLATE {}", quoted(&name), text(0), text(1)))
            .await;
        made.map_err(|error| match error.kind {
            DriverErrorKind::Permission => error.with_help(
                "limbeck compares schemas in a scratch database of its own: let the user create `limbeck_scratch_%`, or name an empty one as `scratch_url`",
            ),
            _ => error,
        })?;
        let target = beside.with_database(&name);
        let opened = ServerDatabase::at(target, limits, POOL).await;
        match opened {
            Ok(inside) => Ok(Self { inside, beside: beside.clone(), limits, name, dropped: false }),
            Err(error) => {
                session.run(&drop_sql(&name)).await?;
                Err(error)
            }
        }
    }
}

fn drop_sql(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {}", quoted(name))
}

fn new_name() -> Result<String, DriverError> {
    let mut random = [0u8; 8];
    getrandom::fill(&mut random)
        .map_err(|error| DriverError::new(DriverErrorKind::Other, format!("no random number: {error}")))?;
    let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{PREFIX}{}_{random}", Timestamp::now().as_second()))
}

/// Whether `name` is one of ours, and so old that whoever made it is dead.
fn is_left_over(name: &str, now: i64) -> bool {
    let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let Some((second, random)) = made else { return false };
    let ours = random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    ours && second
        .parse()
        .is_ok_and(|second: i64| now.saturating_sub(second) > LIFETIME.as_secs().cast_signed())
}

/// Takes away what dead runs have left. Trouble with that is not this run's.
async fn sweep(session: &mut Session) -> Result<(), DriverError> {
    let rows = session
        .query("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'limbeck\\_scratch\\_%'")
        .await?;
    let now = Timestamp::now().as_second();
    for name in rows.iter().filter_map(|row| row.text(0)).filter(|name| is_left_over(name, now)) {
        if let Err(error) = session.run(&drop_sql(name)).await {
            tracing::warn!(%error, name, "a scratch database of an earlier run could not be taken away");
        }
    }
    Ok(())
}

#[async_trait]
impl Database for Scratch {
    fn server(&self) -> &ServerInfo {
        self.inside.server()
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        self.inside.acquire().await
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(Self::make(&self.beside, self.limits).await?))
    }
}

#[async_trait]
impl ScratchDatabase for Scratch {
    async fn discard(mut self: Box<Self>) -> Result<(), DriverError> {
        let mut session = Session::open(&self.beside, self.limits).await?;
        session.run(&drop_sql(&self.name)).await?;
        self.dropped = true;
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.dropped {
            return;
        }
        let (beside, limits, sql) = (self.beside.clone(), self.limits, drop_sql(&self.name));
        // Without a runtime there is nobody left to do it: the next run finds it by its age.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let dropped = match Session::open(&beside, limits).await {
                    Ok(mut session) => session.run(&sql).await,
                    Err(error) => Err(error),
                };
                if let Err(error) = dropped {
                    tracing::warn!(%error, "a scratch database could not be taken away");
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_ones_of_ours_are_left_over() {
        let now = 1_800_000_000;
        assert!(is_left_over("limbeck_scratch_1700000000_0123456789abcdef", now));
        assert!(!is_left_over("limbeck_scratch_1799999999_0123456789abcdef", now));
        assert!(!is_left_over("limbeck_scratch_1700000000_precious", now));
        assert!(!is_left_over("limbeck_scratch_old_0123456789abcdef", now));
        assert!(!is_left_over("shop", now));
        assert!(!is_left_over(&new_name().unwrap(), Timestamp::now().as_second()));
    }
}
