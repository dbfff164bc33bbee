//! Running a case: a database of its own, the case, and the database taken away again.
//!
//! | file | what |
//! |---|---|
//! | `bench` | the database with everything that a case does to it |
//! | `compare` | two schemas that must be the same |
//! | `contents` | what the rows of tables hold |
//! | `data` | a case out of a file, four ways |
//! | `engine` | what migrates, as a command line would use it |

mod bench;
mod compare;
mod contents;
mod data;
mod engine;

use std::sync::Arc;

use crate::case::DataCase;
use crate::harness::Harness;
use crate::list::{Case, Kind};
use crate::outcome::{Outcome, Stop};

pub(crate) use bench::Bench;
pub(crate) use compare::same;
pub(crate) use contents::{Contents, Lost, contents, shown};
pub(crate) use engine::Engine;

/// Runs one case on a database of its own.
pub async fn run(harness: &Arc<dyn Harness>, case: &'static Case) -> Outcome {
    let mut provisioned = match harness.provision(&format!("{}_{}", case.group, case.name)).await {
        Ok(provisioned) => provisioned,
        Err(message) => return Outcome::Failed(format!("no database: {message}")),
    };
    let settings = provisioned.settings.clone();
    let cleanup = provisioned.cleanup.take();
    let work = {
        let harness = Arc::clone(harness);
        // A task of its own, so that the database is taken away even if the case panics.
        tokio::spawn(async move {
            let bench = Bench::open(harness, settings).await?;
            match case.kind {
                Kind::Data(text) => data::run(&DataCase::parse(text)?, &bench).await,
                Kind::Check(check) => check(&bench).await,
            }
        })
    };
    let mut outcome = match work.await {
        Ok(verdict) => Outcome::from(verdict),
        Err(panic) => Outcome::from(Err(Stop::Failed(format!("the case panicked: {panic}")))),
    };
    if let Some(cleanup) = cleanup
        && let Err(message) = cleanup.await
    {
        let so_far = match &outcome {
            Outcome::Failed(message) => format!("{message}\nand "),
            Outcome::Passed | Outcome::NotApplicable(_) => String::new(),
        };
        outcome = Outcome::Failed(format!("{so_far}the database was not taken away: {message}"));
    }
    outcome
}

/// Runs the case `name` of `group` as a test: prints why it is not applicable, panics if it fails. For the macro
/// [`suite!`](crate::suite).
///
/// # Panics
/// If the case fails, if there is no such case, or if no runtime can be started.
pub fn test(harness: impl Harness, group: &str, name: &str) {
    let harness: Arc<dyn Harness> = Arc::new(harness);
    if let Some(reason) = harness.left_out() {
        println!("left out: {group}::{name}: {reason}");
        return;
    }
    let Some(case) = crate::list::cases().iter().find(|case| case.group == group && case.name == name) else {
        panic!("there is no case {group}::{name}");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
    match runtime.block_on(run(&harness, case)) {
        Outcome::Passed => {}
        Outcome::NotApplicable(reason) => println!("not applicable: {group}::{name}: {reason}"),
        Outcome::Failed(message) => panic!("{group}::{name}: {message}"),
    }
}
