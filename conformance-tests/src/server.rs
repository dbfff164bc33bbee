use std::sync::Arc;

use limbeck_core::driver::{Access, DatabaseSettings, DatabaseUrl, Driver, DriverError};

use crate::Provisioned;

/// A server that a variable of the environment leads to: `scheme://…/database?…`. Each case gets a database beside that
/// one.
#[derive(Debug, Clone)]
pub struct Server {
    url: Result<String, String>,
}

impl Server {
    /// The server whose URL `variable` holds.
    pub fn of(variable: &str) -> Self {
        let url = std::env::var(variable).ok().filter(|url| !url.is_empty());
        Self { url: url.ok_or_else(|| format!("{variable} is not set")) }
    }

    /// Why there is none; `None` if there is one. See [`Harness::left_out`](crate::Harness::left_out).
    pub fn left_out(&self) -> Option<String> {
        self.url.clone().err()
    }

    /// A database called `name`: what `drop` takes away, if it is there, and `create` makes. Both are run in the
    /// database that the URL names, and `drop` again after the case.
    ///
    /// # Errors
    /// Why it could not be made.
    pub async fn provision(
        &self,
        driver: Arc<dyn Driver>,
        name: &str,
        drop: String,
        create: &str,
    ) -> Result<Provisioned, String> {
        let server = DatabaseSettings::new("server", parsed(&self.url.clone()?)?);
        administer(&driver, &server, &drop).await?;
        administer(&driver, &server, create).await?;
        let provisioned = Provisioned::new(self.database(name)?);
        Ok(provisioned.dropped_by(async move { administer(&driver, &server, &drop).await }))
    }

    fn database(&self, name: &str) -> Result<DatabaseSettings, String> {
        let url = self.url.clone()?;
        let (server, query) = url.split_once('?').unwrap_or((&url, ""));
        let (server, _) = server.rsplit_once('/').ok_or("the server's URL names no database")?;
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        Ok(DatabaseSettings::new("default", parsed(&format!("{server}/{name}{query}"))?))
    }
}

/// A name for the database of a case, of at most `longest` letters. The process's number keeps runs apart.
pub fn database_name(case: &str, longest: usize) -> String {
    let mut name = format!("limbeck_case_{}_{case}", std::process::id());
    name.truncate(longest);
    name
}

/// Fails if `LIMBECK_REQUIRE` asks for the server called `name`, and `variable`, which leads to it, is not set.
///
/// # Panics
/// Then.
pub fn assert_there_if_required(variable: &str, name: &str) {
    let required = std::env::var("LIMBECK_REQUIRE").unwrap_or_default();
    if required.split(',').any(|word| word.trim() == "all" || word.trim() == name) {
        let missing = Server::of(variable).left_out();
        assert!(missing.is_none(), "LIMBECK_REQUIRE asks for {name}, and {variable} is not set");
    }
}

fn parsed(url: &str) -> Result<DatabaseUrl, String> {
    DatabaseUrl::parse(url).ok_or_else(|| "the server's URL has no scheme".to_owned())
}

/// Runs one statement in the database that the settings lead to.
async fn administer(driver: &Arc<dyn Driver>, settings: &DatabaseSettings, sql: &str) -> Result<(), String> {
    let work = async {
        let database = driver.connect(settings, Access::Write).await?;
        database.acquire().await?.execute(sql, &[]).await?;
        Ok::<_, DriverError>(())
    };
    work.await.map_err(|error| error.to_string())
}
