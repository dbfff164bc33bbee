//! Databases for the suite: each case's own, made on the MySQL or MariaDB server that a variable names.

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Provisioned, Server, database_name};
use limbeck_core::driver::Driver;

/// The longest name of a database.
const LONGEST: usize = 64;

/// MySQL or MariaDB, as it runs at the URL that a variable holds.
pub(crate) struct MysqlHarness(Server);

impl MysqlHarness {
    /// The server that `variable` leads to.
    pub(crate) fn of(variable: &str) -> Self {
        Self(Server::of(variable))
    }
}

#[async_trait]
impl Harness for MysqlHarness {
    fn driver(&self) -> Arc<dyn Driver> {
        limbeck_mysql::driver()
    }

    fn left_out(&self) -> Option<String> {
        self.0.left_out()
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        let name = database_name(case, LONGEST);
        let drop = format!("DROP DATABASE IF EXISTS `{name}`");
        let create = format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4");
        self.0.provision(self.driver(), &name, drop, &create).await
    }

    fn predicts_texts(&self) -> bool {
        false
    }
}
