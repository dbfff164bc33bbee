//! The program `limbeck`.

use std::io::Write;
use std::process::ExitCode;

use limbeck_core::driver::{Drivers, RegistryError};

/// Parsing models and revisions allocates a great deal, in several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn drivers() -> Result<Drivers, RegistryError> {
    let drivers = Drivers::new();
    #[cfg(feature = "mysql")]
    let drivers = drivers.with(limbeck_mysql::driver())?;
    #[cfg(feature = "postgres")]
    let drivers = drivers.with(limbeck_postgres::driver())?;
    #[cfg(feature = "sqlite")]
    let drivers = drivers.with(limbeck_sqlite::driver())?;
    Ok(drivers)
}

fn main() -> ExitCode {
    match drivers() {
        Ok(drivers) => ExitCode::from(limbeck_cli::run(drivers, std::env::args_os()).code()),
        Err(error) => {
            // With nobody to read it, the exit code says it.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(limbeck_cli::Exit::Failed.code())
        }
    }
}
