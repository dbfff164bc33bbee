//! `limbeck` with newdialect.

use std::process::ExitCode;

fn main() -> ExitCode {
    match limbeck_cli::bundled().and_then(|drivers| drivers.with(limbeck_newdialect::driver())) {
        Ok(drivers) => ExitCode::from(limbeck_cli::run(drivers, std::env::args_os()).code()),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
