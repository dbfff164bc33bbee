//! `limbeck` with DuckDB.

use std::process::ExitCode;

fn main() -> ExitCode {
    let drivers = limbeck_cli::bundled().and_then(|drivers| drivers.with(limbeck_duckdb::driver()));
    match drivers {
        Ok(drivers) => ExitCode::from(limbeck_cli::run(drivers, std::env::args_os()).code()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
