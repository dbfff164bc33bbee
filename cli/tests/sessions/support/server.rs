use limbeck_core::driver::{Access, Connection, DatabaseSettings, DatabaseUrl, Driver, Row};
use tokio::runtime::Runtime;

/// A database on a server that a variable of the environment leads to: of a test's own, and taken away with it.
pub(crate) struct ServerDatabase {
    server: String,
    name: String,
    quoted: String,
    runtime: Runtime,
}

impl ServerDatabase {
    /// One on PostgreSQL; `None`, with a word to whoever reads the output, if there is no server.
    pub(crate) fn postgres(test: &str) -> Option<Self> {
        Self::on("postgres", test)
    }

    /// One on MySQL.
    pub(crate) fn mysql(test: &str) -> Option<Self> {
        Self::on("mysql", test)
    }

    /// One on each PostgreSQL that is there.
    pub(crate) fn each_postgres(test: &str) -> impl Iterator<Item = Self> {
        ["postgres", "postgres18"].into_iter().filter_map(move |server| Self::on(server, test))
    }

    /// One on MySQL and one on MariaDB, as far as they are there.
    pub(crate) fn each_mysql(test: &str) -> impl Iterator<Item = Self> {
        ["mysql", "mariadb"].into_iter().filter_map(move |server| Self::on(server, test))
    }

    fn on(server: &str, test: &str) -> Option<Self> {
        let variable = format!("LIMBECK_TEST_{}_URL", server.to_ascii_uppercase());
        let required = std::env::var("LIMBECK_REQUIRE").unwrap_or_default();
        let required = required.split(',').any(|word| ["all", server].contains(&word.trim()));
        let Some(server) = std::env::var(&variable).ok().filter(|url| !url.is_empty()) else {
            assert!(!required, "LIMBECK_REQUIRE asks for {server}, and {variable} is not set");
            eprintln!("left out: {variable} is not set");
            return None;
        };
        let quote = if server.starts_with("postgres") { '"' } else { '`' };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let name = format!("limbeck_session_{}_{test}", std::process::id());
        let quoted = format!("{quote}{name}{quote}");
        let made = Self { server, name, quoted, runtime };
        made.administer(&format!("CREATE DATABASE {}", made.quoted));
        Some(made)
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        self.url_of(&self.name)
    }

    /// The URL of a database beside it.
    pub(crate) fn url_of(&self, name: &str) -> String {
        let (place, _) = self.server.rsplit_once('/').unwrap();
        format!("{place}/{name}")
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn connect(&self, url: &str) -> Box<dyn Connection> {
        let settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
        let driver =
            if url.starts_with("postgres") { limbeck_postgres::driver() } else { limbeck_mysql::driver() };
        let connected = self
            .runtime
            .block_on(async { Driver::connect(&*driver, &settings, Access::Write).await?.acquire().await });
        connected.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs a statement in the server's own database.
    pub(crate) fn administer(&self, sql: &str) {
        let mut connection = self.connect(&self.server);
        self.runtime.block_on(connection.execute(sql, &[])).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A session with it.
    pub(crate) fn session(&self) -> Session<'_> {
        Session { runtime: &self.runtime, connection: self.connect(&self.url()) }
    }
}

impl Drop for ServerDatabase {
    fn drop(&mut self) {
        if self.server.starts_with("postgres") {
            self.administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.quoted));
        } else {
            self.administer(&format!("DROP DATABASE IF EXISTS {}", self.quoted));
        }
    }
}

/// A session with a database on a server.
pub(crate) struct Session<'a> {
    runtime: &'a Runtime,
    connection: Box<dyn Connection>,
}

impl Session<'_> {
    #[track_caller]
    pub(crate) fn execute(&mut self, sql: &str) {
        let ran = self.runtime.block_on(self.connection.execute(sql, &[]));
        ran.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The first column of what a query gives.
    #[track_caller]
    pub(crate) fn texts(&mut self, sql: &str) -> Vec<String> {
        let rows: Vec<Row> = self
            .runtime
            .block_on(self.connection.query(sql, &[]))
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
        rows.iter().map(|row| row.text(0).unwrap_or("NULL").to_owned()).collect()
    }
}
