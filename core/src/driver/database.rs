use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Connection, DatabaseSettings, Dialect, DriverError, Introspector, ServerInfo};

/// What a database kind is to limbeck. Drivers stand in an explicit list, [`Drivers`](super::Drivers).
#[async_trait]
pub trait Driver: Debug + Send + Sync {
    /// Its name: `postgres`.
    fn name(&self) -> &'static str;

    /// The URL schemes that are its: `["postgres", "postgresql"]`.
    fn schemes(&self) -> &'static [&'static str];

    /// The names of its dialects: `["mysql", "mariadb"]`.
    fn dialects(&self) -> &'static [&'static str];

    /// The dialect that `server` speaks.
    fn dialect(&self, server: &ServerInfo) -> Arc<dyn Dialect>;

    /// A dialect by its own name or a URL scheme's, for work without a connection: that of the newest server that the
    /// driver knows. `None` if the name is not among [`Driver::dialects`] and [`Driver::schemes`].
    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>>;

    /// The dialect for work without a connection on the database at `settings`: [`Driver::offline_dialect`] by the URL's
    /// scheme, with what else of the settings counts for it.
    ///
    /// # Errors
    /// `Settings`: what counts for it cannot be understood.
    fn dialect_for(&self, settings: &DatabaseSettings) -> Result<Option<Arc<dyn Dialect>>, DriverError> {
        Ok(self.offline_dialect(settings.url.scheme()))
    }

    /// Reads databases of this kind.
    fn introspector(&self) -> &dyn Introspector;

    /// Whether its introspector reads owners and grants, where [`Scope::rights`](super::Scope::rights) asks for them.
    fn reads_rights(&self) -> bool {
        false
    }

    /// Opens a pool on a database and speaks with the server once.
    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError>;

    /// Has a connection whose work has ended well, with no transaction open and no lock held, go on with another database
    /// that the same session can reach: nothing that the work has set may be met there. `None`, where it cannot, and then
    /// the connection is closed; whoever asks connects anew, and hears of whatever is wrong.
    ///
    /// # Errors
    /// What [`Driver::connect`] would say of the database.
    async fn hand_on(
        &self,
        connection: Box<dyn Connection>,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Option<Box<dyn Connection>>, DriverError> {
        let (_, _, _) = (connection, settings, access);
        Ok(None)
    }

    /// Makes a scratch database without a target beside it, where the kind needs no server for that.
    ///
    /// # Errors
    /// `Unsupported`, where it needs one.
    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError>;
}

/// What a database is opened for. It matters where opening could make one: a file that is not there, or the namespace that
/// the settings name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To look: one that is not there is empty, and is not made.
    Read,
    /// To change: one that is not there is made.
    Write,
    /// To compare with: one that is not there is an error.
    Source,
}

/// A pool of connections to one database.
#[async_trait]
pub trait Database: Debug + Send + Sync {
    /// What the server says of itself.
    fn server(&self) -> &ServerInfo;

    /// A connection of one's own. It is taken out of the pool for good and closed when it is dropped: a session that
    /// held a lock or ran migrations does not come back into the pool.
    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError>;

    /// An empty database of the same kind, to build schemas in and look at them.
    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError>;
}

/// A database that limbeck made and takes away again.
#[async_trait]
pub trait ScratchDatabase: Database {
    /// Takes it away. One that is dropped without this is taken away as well as the kind allows.
    async fn discard(self: Box<Self>) -> Result<(), DriverError>;
}
