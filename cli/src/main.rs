//! The program `limbeck`.

use std::io::Write;
use std::process::ExitCode;

/// Parsing models and revisions allocates a great deal, in several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match limbeck_cli::bundled() {
        Ok(drivers) => ExitCode::from(limbeck_cli::run(drivers, std::env::args_os()).code()),
        Err(error) => {
            // With nobody to read it, the exit code says it.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(limbeck_cli::Exit::Failed.code())
        }
    }
}
