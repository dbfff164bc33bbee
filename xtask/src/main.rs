//! The chores of the workspace, run as `cargo xtask COMMAND` from anywhere inside it.

mod cargo;
mod demo;
mod duckdb;
mod new_case;
mod new_dialect;
mod servers;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of the Limbeck workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Runs every test of the workspace, and says on which database servers.
    Test(test::Options),
    /// Builds limbeck and runs it on a fresh copy of examples/bookshop.
    Demo,
    /// Writes a conformance case to start from, which fails until it is filled in.
    NewCase(new_case::Options),
    /// Writes a crate with a dialect to start from, which fails the conformance suite until it is filled in.
    NewDialect(new_dialect::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Test(options) => test::run(&options),
        Chore::Demo => demo::run(),
        Chore::NewCase(options) => new_case::run(&options),
        Chore::NewDialect(options) => new_dialect::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
