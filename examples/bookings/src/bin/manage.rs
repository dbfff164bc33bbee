//! The whole command line of limbeck, with this program's tables and its data migration.

use std::process::ExitCode;

fn main() -> ExitCode {
    match bookings::drivers() {
        Ok(drivers) => ExitCode::from(
            limbeck_cli::App::new(drivers)
                .tables(bookings::tables())
                .function("fill_slugs", bookings::fill_slugs)
                .run(std::env::args_os())
                .code(),
        ),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
