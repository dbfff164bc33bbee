use std::collections::BTreeMap;
#[cfg(feature = "config")]
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use limbeck_core::driver::{
    Access, Connection, Database as Pool, DatabaseSettings, DatabaseUrl, Driver, Drivers, ServerInfo,
};
use limbeck_core::execution::Session;

use crate::Error;

/// One database: how it is reached, and a pool of connections to it.
#[derive(Debug, Clone)]
pub struct Database {
    driver: Arc<dyn Driver>,
    settings: DatabaseSettings,
    pool: Arc<dyn Pool>,
}

impl Database {
    /// Opens a database by its URL, with every default. It is called `default`.
    ///
    /// # Errors
    /// If no driver has the URL's scheme, or the database cannot be reached.
    pub async fn open(drivers: &Drivers, url: &str) -> Result<Self, Error> {
        let Some(url) = DatabaseUrl::parse(url) else {
            // Not shown: it may hold a password.
            return Err(Error::unsupported("this is no database URL", "write it as `sqlite://app.db`"));
        };
        Self::open_with(drivers, DatabaseSettings::new("default", url)).await
    }

    /// Opens a database.
    ///
    /// # Errors
    /// If no driver has the URL's scheme, or the database cannot be reached.
    pub async fn open_with(drivers: &Drivers, settings: DatabaseSettings) -> Result<Self, Error> {
        let driver = drivers.by_scheme(settings.url.scheme())?.clone();
        settings.suit(&*driver)?;
        let pool = driver.connect(&settings, Access::Write).await?;
        Ok(Self { driver, settings, pool: pool.into() })
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// How it is reached.
    pub fn settings(&self) -> &DatabaseSettings {
        &self.settings
    }

    /// Its driver.
    pub fn driver(&self) -> &Arc<dyn Driver> {
        &self.driver
    }

    /// What the server says of itself.
    pub fn server(&self) -> &ServerInfo {
        self.pool.server()
    }

    /// A connection of one's own. It is closed when it is dropped.
    ///
    /// # Errors
    /// If the server gives none.
    pub async fn acquire(&self) -> Result<Box<dyn Connection>, Error> {
        Ok(self.pool.acquire().await?)
    }

    /// A connection with all that a run needs to know of it.
    ///
    /// # Errors
    /// If the server gives none.
    pub async fn session(&self) -> Result<Session, Error> {
        let connection = self.acquire().await?;
        let dialect = self.driver.dialect(connection.server());
        Ok(Session::over(connection, dialect, Arc::clone(&self.driver), self.settings.clone()))
    }

    /// Asks the server for an answer, and says how long it took.
    ///
    /// # Errors
    /// If there is none.
    pub async fn health(&self) -> Result<Duration, Error> {
        let begun = Instant::now();
        self.acquire().await?.query("SELECT 1", &[]).await?;
        Ok(begun.elapsed())
    }
}

/// What is worked on: a database, or a session that somebody holds.
#[derive(Debug)]
pub enum On<'a> {
    /// A connection is taken for the work.
    Database(&'a Database),
    /// This one is used, and is still there afterwards.
    Session(&'a mut Held),
}

impl<'a> From<&'a Database> for On<'a> {
    fn from(database: &'a Database) -> Self {
        Self::Database(database)
    }
}

impl<'a> From<&'a mut Held> for On<'a> {
    fn from(held: &'a mut Held) -> Self {
        Self::Session(held)
    }
}

/// A connection that the application holds and lends to a [`Migrator`](crate::Migrator).
pub struct Held {
    pub(crate) session: Session,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("database", &self.session.settings.name).finish_non_exhaustive()
    }
}

impl Held {
    /// A connection with the driver that it is of. No transaction may be open on it.
    pub fn new(connection: Box<dyn Connection>, driver: Arc<dyn Driver>, settings: DatabaseSettings) -> Self {
        let dialect = driver.dialect(connection.server());
        Self { session: Session::over(connection, dialect, driver, settings) }
    }

    /// The connection, for the application's own work between two runs.
    pub fn connection(&mut self) -> &mut dyn Connection {
        &mut *self.session.connection
    }

    /// Gives the connection back.
    pub fn into_connection(self) -> Box<dyn Connection> {
        self.session.connection
    }
}

/// The named databases of an application, opened once.
///
/// It is an ordinary value, kept wherever the application keeps its state; there is nothing global.
#[derive(Debug, Clone)]
pub struct Databases {
    default: Option<String>,
    databases: BTreeMap<String, Database>,
}

impl Databases {
    /// Databases that were opened one by one. The first is the default.
    pub fn of(databases: impl IntoIterator<Item = Database>) -> Self {
        let mut default = None;
        let databases = databases
            .into_iter()
            .map(|database| {
                default.get_or_insert_with(|| database.name().to_owned());
                (database.name().to_owned(), database)
            })
            .collect();
        Self { default, databases }
    }

    /// Opens every database of a `limbeck.toml`, with the environment over it (`LIMBECK__DATABASES__NAME__URL`).
    ///
    /// # Errors
    /// If the file is wrong, a driver is missing, or one of the databases cannot be reached.
    #[cfg(feature = "config")]
    pub async fn from_file(drivers: &Drivers, file: impl AsRef<Path>) -> Result<Self, Error> {
        use limbeck_config::{Overrides, find, load};

        let here = std::env::current_dir().map_err(|error| {
            Error::unsupported(format!("the working directory cannot be used: {error}"), "give it back")
        })?;
        let found = find(&here, Some(file.as_ref()));
        let settings = load(&found, &here, &Overrides::default()).map_err(Error::Declared)?;
        if let Some(pending) = settings.pending.first() {
            return Err(Error::unsupported(
                format!("the databases of `{}` are told by a query, which is not asked here", pending.name),
                "open them one by one, or name them in a list or a file",
            ));
        }
        let mut databases = Vec::new();
        for config in settings.databases.values() {
            databases.push(Database::open_with(drivers, config.settings.clone()).await?);
        }
        let default = settings.chosen(&[], false).ok().and_then(|names| names.first().map(|&n| n.to_owned()));
        let mut opened = Self::of(databases);
        opened.default = default;
        Ok(opened)
    }

    /// The database of this name.
    pub fn get(&self, name: &str) -> Option<&Database> {
        self.databases.get(name)
    }

    /// The database that is meant where none is named; `None` if that is not clear.
    pub fn default_database(&self) -> Option<&Database> {
        self.default.as_deref().and_then(|name| self.get(name))
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Database> {
        self.databases.values()
    }

    /// Asks each server for an answer: how long it took, or why there is none.
    pub async fn health(&self) -> BTreeMap<&str, Result<Duration, Error>> {
        let mut answers = BTreeMap::new();
        for database in self.iter() {
            answers.insert(database.name(), database.health().await);
        }
        answers
    }
}
