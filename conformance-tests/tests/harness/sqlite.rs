//! Databases for the suite: files in temporary folders.

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Provisioned};
use limbeck_core::driver::Driver;

/// SQLite, as it is compiled into the tests.
pub(crate) struct SqliteHarness;

#[async_trait]
impl Harness for SqliteHarness {
    fn driver(&self) -> Arc<dyn Driver> {
        limbeck_sqlite::driver()
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let url = format!("sqlite://{}", folder.path().join(case).with_extension("db").display());
        Ok(Provisioned::at(&url)?.keeping(folder))
    }
}
