//! Taking leave of a server.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use mysql_async::Conn;

/// A connection that says good-bye when it is dropped. `mysql_async` by itself only closes the socket, which the server
/// writes into its log and counts as an aborted client.
#[derive(Debug)]
pub(crate) struct Leaving(Option<Conn>);

impl Leaving {
    pub(crate) fn new(conn: Conn) -> Self {
        Self(Some(conn))
    }
}

/// How long taking leave may take; then the socket is closed, and with it goes what the session holds.
const PATIENCE: Duration = Duration::from_secs(1);
const THERE: &str = "only `drop` takes the connection away";

impl Deref for Leaving {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0.as_ref().expect(THERE)
    }
}

impl DerefMut for Leaving {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0.as_mut().expect(THERE)
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        // Without a runtime there is nobody to say it.
        if let (Some(conn), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            // What is still to be read of an answer is read before; a server that goes on answering is not waited for.
            runtime.spawn(async move {
                match tokio::time::timeout(PATIENCE, conn.disconnect()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::debug!(%error, "a session could not take leave of its server"),
                    Err(_) => tracing::debug!("a session did not wait to take leave of its server"),
                }
            });
        }
    }
}
