//! `cargo xtask test`: the whole test suite, on every server that is to be had.

use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::Args;

use crate::cargo::{cargo, run as run_command};
use crate::servers::{SERVERS, required};

/// The variable that names the servers without which the run fails; the tests read it too.
const REQUIRE: &str = "LIMBECK_REQUIRE";

/// Applications with another crate that links SQLite: a build can hold only one, so that versions must be found which suit
/// both. They are workspaces of their own, and share this one's artifacts.
const BESIDE: [(&str, &str); 2] = [
    ("build beside sqlx", "examples/beside-sqlx/Cargo.toml"),
    ("build beside diesel", "examples/beside-diesel/Cargo.toml"),
];

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Servers without which the run fails: `all`, or names with commas between them (instead of `LIMBECK_REQUIRE`).
    #[arg(long, value_name = "LIST")]
    require: Option<String>,
    /// Passed on to the test runner (`cargo nextest run` or `cargo test`); the examples in the documentation are then left out.
    #[arg(last = true)]
    runner_args: Vec<String>,
}

/// Runs the tests and ends with a line that sums up.
///
/// # Errors
///
/// A message, if a server's name is unknown or a test fails.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let require = match &options.require {
        Some(list) => list.clone(),
        None => match env::var(REQUIRE) {
            Ok(list) => list,
            Err(env::VarError::NotPresent) => String::new(),
            Err(env::VarError::NotUnicode(_)) => return Err(format!("{REQUIRE} is not valid UTF-8")),
        },
    };
    let required = required(&require)?;
    for server in SERVERS {
        let must = required.iter().any(|one| one.name == server.name);
        let why = if must { ", required" } else { "" };
        if server.is_there() {
            println!("server {}: used ({}{why})", server.name, server.source());
        } else if must {
            return Err(format!(
                "server {} is required and {} is not set: {}",
                server.name,
                server.source(),
                server.help
            ));
        } else {
            println!(
                "server {}: LEFT OUT, because {} is not set: {}",
                server.name,
                server.source(),
                server.help
            );
        }
    }

    let mut tests = if has_nextest()? {
        let mut command = cargo();
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        command
    } else {
        println!("cargo-nextest is not installed: using cargo test");
        let mut command = cargo();
        // Every target but the benches, which measure and do not test.
        command.args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests", "--examples"]);
        command
    };
    tests.args(&options.runner_args);
    let mut phases = Vec::new();
    // First, so that what is read last is the count of the whole suite.
    if options.runner_args.is_empty() {
        let mut examples = cargo();
        examples.args(["test", "--doc", "--workspace"]);
        phases.push(Phase::run("documentation examples", &mut examples, &require));
        for (name, manifest) in BESIDE {
            let mut check = cargo();
            check.args(["check", "--locked", "--manifest-path", manifest, "--target-dir", "target"]);
            phases.push(Phase::run(name, &mut check, &require));
        }
    } else {
        println!(
            "documentation examples and builds beside others: left out, because arguments choose the tests"
        );
    }
    phases.push(Phase::run("tests", &mut tests, &require));

    let names: Vec<_> = SERVERS.iter().filter(|server| server.is_there()).map(|server| server.name).collect();
    let parts: Vec<_> = phases.iter().map(Phase::summary).collect();
    println!("xtask test: {}; servers: {}", parts.join(", "), names.join(", "));
    let failures: Vec<_> = phases.into_iter().filter_map(|phase| phase.outcome.err()).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
}

/// One command of the run and how it went.
struct Phase {
    name: &'static str,
    seconds: f64,
    outcome: Result<(), String>,
}

impl Phase {
    fn run(name: &'static str, command: &mut Command, require: &str) -> Self {
        command.env(REQUIRE, require);
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let text = format!("cargo {}", words.join(" "));
        println!("$ {text}");
        let start = Instant::now();
        let outcome = run_command(command, &text);
        Self { name, seconds: start.elapsed().as_secs_f64(), outcome }
    }

    fn summary(&self) -> String {
        let verdict = if self.outcome.is_ok() { "ok" } else { "FAILED" };
        format!("{} {verdict} ({:.1} s)", self.name, self.seconds)
    }
}

/// Whether cargo-nextest is installed.
fn has_nextest() -> Result<bool, String> {
    cargo()
        .args(["nextest", "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(|status| status.success())
        .map_err(|error| format!("cannot start cargo: {error}"))
}
