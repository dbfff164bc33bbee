//! The suite on newdialect.

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Provisioned};
use limbeck_core::driver::Driver;

struct NewDialectHarness;

#[async_trait]
impl Harness for NewDialectHarness {
    fn driver(&self) -> Arc<dyn Driver> {
        limbeck_newdialect::driver()
    }

    /// An empty database for each case: a file in a temporary folder, or see `limbeck_conformance::Server`.
    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        Provisioned::at(&format!("newdialect://{case}"))
    }

    fn predicts_texts(&self) -> bool {
        false
    }
}

limbeck_conformance::suite!(NewDialectHarness);
