//! The database servers that the tests run on.

use crate::duckdb;

/// A kind of server that a driver of this workspace speaks to.
#[derive(Debug)]
pub(crate) struct Server {
    /// What `LIMBECK_REQUIRE` calls it.
    pub(crate) name: &'static str,
    /// The variable that leads the tests to it; `None` if it is compiled into them.
    pub(crate) variable: Option<&'static str>,
    /// What brings it where the variable is not set.
    pub(crate) help: &'static str,
}

impl Server {
    /// Whether the tests find it.
    pub(crate) fn is_there(&self) -> bool {
        self.variable.is_none_or(|name| std::env::var(name).is_ok_and(|url| !url.is_empty()))
    }

    /// Where the tests get it from.
    pub(crate) fn source(&self) -> &'static str {
        self.variable.unwrap_or("compiled into the tests")
    }
}

/// Every kind of server whose driver exists, and DuckDB, whose library the example of a third party's dialect needs. SQLite is compiled into its driver's tests, so that it is never missing.
pub(crate) const SERVERS: &[Server] = &[
    Server { name: "sqlite", variable: None, help: "" },
    Server {
        name: "postgres",
        variable: Some("LIMBECK_TEST_POSTGRES_URL"),
        help: "docker compose up --wait postgres15, then see the head of docker-compose.yml",
    },
    Server {
        name: "postgres18",
        variable: Some("LIMBECK_TEST_POSTGRES18_URL"),
        help: "docker compose up --wait postgres18, then see the head of docker-compose.yml",
    },
    Server {
        name: "mysql",
        variable: Some("LIMBECK_TEST_MYSQL_URL"),
        help: "docker compose up --wait mysql9, then see the head of docker-compose.yml",
    },
    Server {
        name: "mariadb",
        variable: Some("LIMBECK_TEST_MARIADB_URL"),
        help: "docker compose up --wait mariadb1011, then see the head of docker-compose.yml",
    },
    Server {
        name: "duckdb",
        variable: Some(duckdb::VARIABLE),
        help: "install DuckDB's library, or npm, with which it is fetched",
    },
];

/// The servers that a `LIMBECK_REQUIRE` asks for: `all`, or names with commas between them. An empty text asks for none.
///
/// # Errors
///
/// A message that lists the known names, if one is unknown.
pub(crate) fn required(list: &str) -> Result<Vec<&'static Server>, String> {
    let mut required = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if name == "all" {
            return Ok(SERVERS.iter().collect());
        }
        let Some(server) = SERVERS.iter().find(|server| server.name == name) else {
            let known: Vec<_> = SERVERS.iter().map(|server| server.name).collect();
            return Err(format!(
                "unknown server `{name}` in LIMBECK_REQUIRE or --require: known are all, {}",
                known.join(", ")
            ));
        };
        required.push(server);
    }
    Ok(required)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Result<Vec<&'static str>, String> {
        Ok(required(list)?.into_iter().map(|server| server.name).collect())
    }

    #[test]
    fn names_and_all_are_understood() {
        assert_eq!(names(""), Ok(vec![]));
        assert_eq!(names(" sqlite ,"), Ok(vec!["sqlite"]));
        assert_eq!(names("all"), Ok(SERVERS.iter().map(|server| server.name).collect()));
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_known() {
        let error = names("sqlite,oracle").unwrap_err();
        assert!(error.contains("`oracle`"), "{error}");
        assert!(error.contains("known are all, sqlite"), "{error}");
    }
}
