//! What limbeck costs, beside what one would use instead: `cargo bench -p limbeck-benches`, or with names of measures
//! behind `--`. Nothing here passes or fails: what comes out is a table of times and ratios.

mod check;
mod diff;
mod load;
mod measure;
mod migrate;
mod mysql;
mod observe;
mod postgres;
mod project;
mod rebuild;
mod server;
mod startup;

use std::process::ExitCode;

use measure::{Failed, Table};

/// Adds what it measures to the table.
type Measure = fn(&mut Table) -> Result<(), Failed>;

/// All measures, by name.
const MEASURES: [(&str, Measure); 9] = [
    ("startup", startup::measure),
    ("load", load::measure),
    ("diff", diff::measure),
    ("check", check::measure),
    ("migrate", migrate::measure),
    ("observe", observe::measure),
    ("rebuild", rebuild::measure),
    ("postgres", postgres::measure),
    ("mysql", mysql::measure),
];

fn main() -> ExitCode {
    // Cargo itself adds `--bench`.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = wanted.iter().find(|name| MEASURES.iter().all(|(known, _)| known != name)) {
        let names = MEASURES.map(|(name, _)| name).join(", ");
        eprintln!("error: there is no measure `{unknown}`; there are {names}");
        return ExitCode::from(2);
    }
    let mut table = Table::default();
    let mut code = ExitCode::SUCCESS;
    for (name, run) in MEASURES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            eprintln!("measuring {name} …");
            if let Err(error) = run(&mut table) {
                eprintln!("error: {name}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    print!("{table}");
    code
}
