//! The program `limbeck` as it is, without DuckDB: for the test that it hands over.

use std::process::ExitCode;

fn main() -> ExitCode {
    match limbeck_cli::bundled() {
        Ok(drivers) => ExitCode::from(limbeck_cli::run(drivers, std::env::args_os()).code()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
