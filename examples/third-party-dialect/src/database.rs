use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DriverError, DriverErrorKind, ScratchDatabase, ServerInfo,
};
use tokio::time::Instant;

use crate::connection::DuckConnection;
use crate::driver::server;
use crate::engine::{Instance, Mode, Session};
use crate::url::Location;

/// How often a file that another program has is asked for.
const PAUSE: Duration = Duration::from_millis(50);

/// A database that is open. It is the pool, too: a connection of an open database costs next to nothing.
#[derive(Debug)]
pub(crate) struct DuckDatabase {
    instance: Arc<Instance>,
    server: ServerInfo,
    statement_timeout: Option<Duration>,
}

impl DuckDatabase {
    /// Opens what `settings` say. A file that another program has is waited for: for as long as the migration lock may
    /// be, if it is to be changed, since having the file is what keeps others from migrating; else for as long as
    /// connecting may take.
    pub(crate) async fn open(settings: &DatabaseSettings, access: Access) -> Result<Self, DriverError> {
        let server = server()?;
        let location = Location::of(settings)?;
        let instance = match location.file {
            None => Instance::memory()?,
            Some(file) if !file.exists() => match access {
                Access::Write if !location.read_only => waiting(file, Mode::Write, settings.wait).await?,
                // Looked at, what is not there is empty.
                Access::Read => Instance::memory()?,
                Access::Write | Access::Source => {
                    let message = format!("there is no file {}", file.display());
                    return Err(DriverError::new(DriverErrorKind::Connect, message)
                        .with_help("check the path: it is relative to the folder of limbeck.toml"));
                }
            },
            Some(file) => {
                let mode = if location.read_only { Mode::ReadOnly } else { Mode::Write };
                let patience = if access == Access::Write { settings.wait } else { settings.connect_timeout };
                waiting(file, mode, patience).await?
            }
        };
        Ok(Self { instance: Arc::new(instance), server, statement_timeout: settings.statement_timeout })
    }

    /// An empty one in memory.
    pub(crate) fn memory() -> Result<Self, DriverError> {
        Ok(Self { instance: Arc::new(Instance::memory()?), server: server()?, statement_timeout: None })
    }
}

/// Opens a file as soon as no other program has it.
async fn waiting(file: PathBuf, mode: Mode, patience: Duration) -> Result<Instance, DriverError> {
    let end = Instant::now() + patience;
    loop {
        let path = file.clone();
        let opened =
            tokio::task::spawn_blocking(move || Instance::file(&path, mode)).await.unwrap_or_else(|_| {
                Err(DriverError::new(DriverErrorKind::Other, "opening the database was broken off"))
            });
        match opened {
            Err(error) if is_busy(&error) && Instant::now() < end => {
                tokio::time::sleep(PAUSE).await;
            }
            opened => return opened,
        }
    }
}

fn is_busy(error: &DriverError) -> bool {
    matches!(error.kind, DriverErrorKind::Busy | DriverErrorKind::Taken)
}

#[async_trait]
impl Database for DuckDatabase {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        let session = Session::open(Arc::clone(&self.instance))?;
        Ok(Box::new(DuckConnection::new(session, self.server.clone(), self.statement_timeout)))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        Ok(Box::new(Self::memory()?))
    }
}

#[async_trait]
impl ScratchDatabase for DuckDatabase {
    /// Memory goes with its last holder.
    async fn discard(self: Box<Self>) -> Result<(), DriverError> {
        Ok(())
    }
}
