//! Runs the whole suite on every server that is to be had and writes what came of it to `docs/conformance.md`.

#[path = "../tests/harness/mysql.rs"]
mod mysql;
#[path = "../tests/harness/postgres.rs"]
mod postgres;
#[path = "../tests/harness/sqlite.rs"]
mod sqlite;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use limbeck_conformance::{Harness, Matrix, Outcome, cases, matrix};

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match write().await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failed) => {
            eprintln!("{failed} failed");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn write() -> Result<usize, String> {
    let mut harnesses: Vec<Arc<dyn Harness>> = vec![Arc::new(sqlite::SqliteHarness)];
    for variable in ["LIMBECK_TEST_MYSQL_URL", "LIMBECK_TEST_MARIADB_URL"] {
        harnesses.push(Arc::new(mysql::MysqlHarness::of(variable)));
    }
    for variable in ["LIMBECK_TEST_POSTGRES_URL", "LIMBECK_TEST_POSTGRES18_URL"] {
        harnesses.push(Arc::new(postgres::PostgresHarness::of(variable)));
    }
    let mut servers = Vec::new();
    for harness in harnesses {
        match harness.left_out() {
            Some(reason) => println!("left out: {reason}"),
            None => servers.push(matrix(harness).await?),
        }
    }
    let mut failed = 0;
    for server in &servers {
        for (case, outcome) in cases().iter().zip(&server.outcomes) {
            match outcome {
                Outcome::Passed => {}
                Outcome::NotApplicable(reason) => {
                    println!("{}: {}::{}: not applicable: {reason}", server.server, case.group, case.name);
                }
                Outcome::Failed(message) => {
                    failed += 1;
                    println!("{}: {}::{}: FAILED: {message}", server.server, case.group, case.name);
                }
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conformance.md");
    let page = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let page = Matrix { servers }.into_page(&page)?;
    std::fs::write(&path, page).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(failed)
}
