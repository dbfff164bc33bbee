use std::time::Duration;

use async_trait::async_trait;
use limbeck_core::driver::{Canceller, DriverError};
use mysql_async::prelude::Queryable;

use crate::error::from_mysql;
use crate::tls;
use crate::url::Target;

/// Stops what a session runs, over a connection of its own.
#[derive(Debug)]
pub(crate) struct Killer {
    target: Target,
    session: u32,
    limit: Duration,
}

impl Killer {
    pub(crate) fn new(target: Target, session: u32, limit: Duration) -> Self {
        Self { target, session, limit }
    }
}

/// The session is not there any more.
const NO_SUCH_THREAD: u16 = 1094;

#[async_trait]
impl Canceller for Killer {
    async fn cancel(&self) -> Result<(), DriverError> {
        let mut conn = tls::connect(&self.target, self.limit).await?;
        let killed = conn.query_drop(format!("KILL QUERY {}", self.session)).await;
        // The server closes it in any case.
        let _ = conn.disconnect().await;
        match killed {
            Err(mysql_async::Error::Server(error)) if error.code == NO_SUCH_THREAD => Ok(()),
            killed => killed.map_err(|error| from_mysql(&error)),
        }
    }
}
