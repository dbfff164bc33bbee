//! Databases for the suite: each case's own, made on the MySQL or MariaDB server that a variable names.

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Provisioned};
use limbeck_core::driver::{Access, DatabaseSettings, DatabaseUrl, Driver};

/// The servers that the suite knows, each with the variable that leads to it and what `LIMBECK_REQUIRE` calls it.
pub(crate) const SERVERS: [(&str, &str); 2] =
    [("LIMBECK_TEST_MYSQL_URL", "mysql"), ("LIMBECK_TEST_MARIADB_URL", "mariadb")];

/// The longest name of a database.
const LONGEST: usize = 64;

/// MySQL or MariaDB, as it runs at the URL that a variable holds.
pub(crate) struct MysqlHarness {
    url: Result<String, String>,
}

impl MysqlHarness {
    /// The server that `variable` leads to.
    pub(crate) fn of(variable: &str) -> Self {
        let url = std::env::var(variable).ok().filter(|url| !url.is_empty());
        Self { url: url.ok_or_else(|| format!("{variable} is not set")) }
    }

    /// What `LIMBECK_REQUIRE` calls the server that `variable` leads to, if it says that it must be there.
    pub(crate) fn required(variable: &str) -> Option<&'static str> {
        let (_, name) = SERVERS.iter().find(|(known, _)| *known == variable)?;
        let required = std::env::var("LIMBECK_REQUIRE").unwrap_or_default();
        required.split(',').any(|word| word.trim() == "all" || word.trim() == *name).then_some(name)
    }

    fn settings(&self, database: &str) -> Result<DatabaseSettings, String> {
        let url = self.url.clone()?;
        let (server, query) = url.split_once('?').unwrap_or((&url, ""));
        let (server, _) = server.rsplit_once('/').ok_or("the server's URL names no database")?;
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let url = DatabaseUrl::parse(&format!("{server}/{database}{query}"))
            .ok_or("the server's URL has no scheme")?;
        Ok(DatabaseSettings::new("default", url))
    }
}

/// Runs one statement in the database that the server's URL names.
async fn administer(settings: &DatabaseSettings, sql: &str) -> Result<(), String> {
    let work = async {
        let database = limbeck_mysql::driver().connect(settings, Access::Write).await?;
        database.acquire().await?.execute(sql, &[]).await
    };
    work.await.map(|_| ()).map_err(|error| error.to_string())
}

#[async_trait]
impl Harness for MysqlHarness {
    fn driver(&self) -> Arc<dyn Driver> {
        limbeck_mysql::driver()
    }

    fn left_out(&self) -> Option<String> {
        self.url.clone().err()
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        let given = DatabaseUrl::parse(&self.url.clone()?).ok_or("the server's URL has no scheme")?;
        let server = DatabaseSettings::new("server", given);
        // The process's number keeps runs apart.
        let mut name = format!("limbeck_case_{}_{case}", std::process::id());
        name.truncate(LONGEST);
        administer(&server, &format!("DROP DATABASE IF EXISTS `{name}`")).await?;
        administer(&server, &format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4")).await?;
        let provisioned = Provisioned::new(self.settings(&name)?);
        Ok(provisioned.dropped_by(async move {
            administer(&server, &format!("DROP DATABASE IF EXISTS `{name}`")).await
        }))
    }

    fn predicts_texts(&self) -> bool {
        false
    }
}
