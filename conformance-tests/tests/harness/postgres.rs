//! Databases for the suite: each case's own, made on the server that a variable names.

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Provisioned, Server, database_name};
use limbeck_core::driver::Driver;

/// The server cuts longer names.
const LONGEST: usize = 63;

/// PostgreSQL, as it runs at the URL that a variable holds.
pub(crate) struct PostgresHarness(Server);

impl PostgresHarness {
    /// The server that `variable` leads to.
    pub(crate) fn of(variable: &str) -> Self {
        Self(Server::of(variable))
    }
}

#[async_trait]
impl Harness for PostgresHarness {
    fn driver(&self) -> Arc<dyn Driver> {
        limbeck_postgres::driver()
    }

    fn left_out(&self) -> Option<String> {
        self.0.left_out()
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        let name = database_name(case, LONGEST);
        let drop = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        let create = format!("CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'");
        self.0.provision(self.driver(), &name, drop, &create).await
    }

    fn predicts_texts(&self) -> bool {
        false
    }
}
