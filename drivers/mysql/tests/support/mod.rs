//! Databases for the tests: on the servers that the environment names, each test's its own.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;

use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DatabaseUrl, Driver, Introspector, Scope,
};
use limbeck_core::schema::Schema;
use limbeck_core::sql;
use limbeck_mysql::{MysqlDriver, MysqlIntrospector};

/// A server that the tests may run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// `mysql`, `mariadb`
    pub(crate) name: &'static str,
    url: String,
}

impl Server {
    /// The servers that the environment names. One that is missing is said aloud, and is a failure if it is required.
    pub(crate) fn all() -> Vec<Self> {
        [("mysql", "LIMBECK_TEST_MYSQL_URL"), ("mariadb", "LIMBECK_TEST_MARIADB_URL")]
            .into_iter()
            .filter_map(|(name, variable)| match std::env::var(variable) {
                Ok(url) => Some(Self { name, url }),
                Err(_) => {
                    let required = std::env::var("LIMBECK_REQUIRE").unwrap_or_default();
                    let required =
                        required.split(',').any(|word| matches!(word.trim(), "all") || word.trim() == name);
                    assert!(!required, "LIMBECK_REQUIRE names {name}, and {variable} is not set");
                    eprintln!("left out: {name}, because {variable} is not set");
                    None
                }
            })
            .collect()
    }

    /// The URL of a database of this name.
    pub(crate) fn url(&self, database: &str) -> String {
        let (server, _) = self.url.rsplit_once('/').expect("the URL names a database");
        format!("{server}/{database}")
    }

    pub(crate) fn settings(&self, database: &str) -> DatabaseSettings {
        DatabaseSettings::new("default", DatabaseUrl::parse(&self.url(database)).expect("it is a URL"))
    }

    /// A connection to the server's own database.
    pub(crate) async fn admin(&self) -> Box<dyn Connection> {
        let url = DatabaseUrl::parse(&self.url).expect("it is a URL");
        open(&DatabaseSettings::new("default", url)).await
    }

    /// A new database.
    pub(crate) async fn make(&self, name: &str) -> Db {
        let name = format!("limbeck_test_{}_{name}", std::process::id());
        let mut admin = self.admin().await;
        admin.execute(&format!("DROP DATABASE IF EXISTS `{name}`"), &[]).await.unwrap();
        admin.execute(&format!("CREATE DATABASE `{name}`"), &[]).await.unwrap();
        let database = MysqlDriver.connect(&self.settings(&name), Access::Write).await.unwrap();
        let connection = database.acquire().await.unwrap();
        Db { server: self.clone(), name, database, connection }
    }
}

pub(crate) async fn open(settings: &DatabaseSettings) -> Box<dyn Connection> {
    let database =
        MysqlDriver.connect(settings, Access::Write).await.unwrap_or_else(|error| panic!("{error}"));
    database.acquire().await.unwrap()
}

/// A database of a test's own.
pub(crate) struct Db {
    pub(crate) server: Server,
    pub(crate) name: String,
    pub(crate) database: Box<dyn Database>,
    pub(crate) connection: Box<dyn Connection>,
}

impl Db {
    /// Takes it away.
    pub(crate) async fn drop(self) {
        let mut admin = self.server.admin().await;
        admin.execute(&format!("DROP DATABASE `{}`", self.name), &[]).await.unwrap();
    }

    /// Runs a script.
    pub(crate) async fn load(&mut self, script: &str) -> Result<(), String> {
        let dialect = MysqlDriver.dialect(self.connection.server());
        for statement in sql::statements(dialect.lexical(), script).map_err(|error| error.to_string())? {
            self.run(&statement.sql).await?;
        }
        Ok(())
    }

    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), String> {
        self.connection.execute(sql, &[]).await.map(|_| ()).map_err(|error| format!("{error}\n{sql}"))
    }

    /// The first column of an answer, as text.
    pub(crate) async fn texts(&mut self, sql: &str, column: usize) -> Vec<String> {
        let rows = self.connection.query(sql, &[]).await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
        rows.iter()
            .map(|row| {
                let number = || row.integer(column).map(|number| number.to_string());
                row.text(column).map(str::to_owned).or_else(number).unwrap_or_default()
            })
            .collect()
    }

    /// What the introspector sees, all of which it must understand.
    pub(crate) async fn observe(&mut self) -> Schema {
        self.try_observe().await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// What the introspector sees; an error, if it does not understand all of it.
    pub(crate) async fn try_observe(&mut self) -> Result<Schema, String> {
        let found = MysqlIntrospector.introspect(&mut *self.connection, &Scope::default()).await;
        let found = found.map_err(|error| error.to_string())?;
        if found.unmanaged.is_empty() { Ok(found.schema) } else { Err(format!("{:#?}", found.unmanaged)) }
    }

    /// What the server itself says of everything, in lines.
    pub(crate) async fn shown(&mut self) -> BTreeMap<String, Vec<String>> {
        let mut shown = BTreeMap::new();
        let kinds = self
            .connection
            .query("SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()", &[])
            .await
            .unwrap();
        let mut questions = Vec::new();
        for row in &kinds {
            let name = row.text(0).unwrap();
            let (word, column) = match row.text(1).unwrap() {
                "VIEW" => ("VIEW", 1),
                "SEQUENCE" => ("SEQUENCE", 1),
                _ => ("TABLE", 1),
            };
            questions.push((word, name.to_owned(), column));
        }
        for (word, list, column) in [
            (
                "TRIGGER",
                "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
                2,
            ),
            ("EVENT", "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()", 3),
            (
                "PROCEDURE",
                "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PROCEDURE'",
                2,
            ),
            (
                "FUNCTION",
                "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'FUNCTION'",
                2,
            ),
            (
                "PACKAGE",
                "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PACKAGE'",
                2,
            ),
            (
                "PACKAGE BODY",
                "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = 'PACKAGE BODY'",
                2,
            ),
        ] {
            questions.extend(self.texts(list, 0).await.into_iter().map(|name| (word, name, column)));
        }
        for (word, name, column) in questions {
            let text = self.texts(&format!("SHOW CREATE {word} `{}`", name.replace('`', "``")), column).await;
            let text = text.concat().replace(&format!("`{}`.", self.name), "");
            shown.insert(format!("{word} {name}"), lines(&text, word == "TABLE"));
        }
        let order = "SELECT CONCAT(EVENT_OBJECT_TABLE, ' ', ACTION_TIMING, ' ', EVENT_MANIPULATION, ' ', ACTION_ORDER, ' ', TRIGGER_NAME, ' ', SQL_MODE) \
                     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1";
        shown.insert("order of triggers".to_owned(), self.texts(order, 0).await);
        for (what, columns, of, schema) in [
            ("triggers", "TRIGGER_NAME", "TRIGGERS", "TRIGGER_SCHEMA"),
            ("routines", "ROUTINE_NAME, ' ', SQL_MODE", "ROUTINES", "ROUTINE_SCHEMA"),
            ("views", "TABLE_NAME", "VIEWS", "TABLE_SCHEMA"),
            ("events", "EVENT_NAME, ' ', SQL_MODE, ' ', TIME_ZONE", "EVENTS", "EVENT_SCHEMA"),
        ] {
            let sql = format!(
                "SELECT CONCAT({columns}, ' ', CHARACTER_SET_CLIENT, ' ', COLLATION_CONNECTION) \
                 FROM information_schema.{of} WHERE {schema} = DATABASE() ORDER BY 1"
            );
            shown.insert(format!("sessions of {what}"), self.texts(&sql, 0).await);
        }
        shown
    }
}

/// The lines of a text; of a table's, those of its keys in an order of their own, and without its counter.
fn lines(text: &str, table: bool) -> Vec<String> {
    let mut found: Vec<String> = text.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
    if !table {
        return found;
    }
    for line in &mut found {
        if let Some(start) = line.find(" AUTO_INCREMENT=")
            && line.starts_with(") ENGINE=")
        {
            let end = start + " AUTO_INCREMENT=".len();
            let digits = line[end..].bytes().take_while(u8::is_ascii_digit).count();
            line.replace_range(start..end + digits, "");
        }
    }
    let keys = found.iter().position(|line| !line.starts_with("  `") && !line.starts_with("CREATE"));
    let end = found.iter().position(|line| line.starts_with(')'));
    if let (Some(keys), Some(end)) = (keys, end)
        && keys < end
    {
        found[keys..end].sort();
    }
    found
}
