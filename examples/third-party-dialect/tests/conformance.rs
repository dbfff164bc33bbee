//! The suite on DuckDB: every case on a file of its own. Left out where the library is not to be had.

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Provisioned};
use limbeck_core::driver::Driver;

struct DuckHarness;

#[async_trait]
impl Harness for DuckHarness {
    fn driver(&self) -> Arc<dyn Driver> {
        limbeck_duckdb::driver()
    }

    fn left_out(&self) -> Option<String> {
        limbeck_duckdb::library_is_there().err()
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let url = format!("duckdb://{}", folder.path().join(case).with_extension("duckdb").display());
        Ok(Provisioned::at(&url)?.keeping(folder))
    }

    fn predicts_texts(&self) -> bool {
        false
    }
}

#[test]
fn it_is_there_if_it_must_be() {
    limbeck_conformance::assert_there_if_required(limbeck_duckdb::LIBRARY_VARIABLE, "duckdb");
    // One that is named and cannot be loaded is not left out in silence.
    if std::env::var_os(limbeck_duckdb::LIBRARY_VARIABLE).is_some_and(|path| !path.is_empty()) {
        limbeck_duckdb::library_is_there().unwrap();
    }
}

limbeck_conformance::suite!(DuckHarness);
