//! Other programs of this kind: `limbeck-driver-SCHEME` is this command line with a driver for that scheme. A command that
//! works on such a database is handed over to it whole.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use limbeck_core::diag::{Diagnostic, list};

use crate::exit::Failure;

/// Says, to the program that a command is handed to, that it is: whatever it lacks, it must not look for further.
const HANDED_OVER: &str = "LIMBECK_HANDED_OVER";

/// What the program for `scheme` is called.
pub(crate) fn name(scheme: &str) -> String {
    format!("limbeck-driver-{scheme}")
}

/// The scheme for whose sake the command was handed to this very process, if it was.
pub(crate) fn handed_over() -> Option<String> {
    let said = std::env::var(HANDED_OVER).ok()?;
    let (process, scheme) = said.split_once(':')?;
    // It is in the environment of what this process starts, too: a hook that runs `limbeck` is not meant.
    let meant = if cfg!(unix) { process == std::process::id().to_string() } else { true };
    meant.then(|| scheme.to_owned())
}

/// Hands the command over, if there is a program on PATH that has the driver which this one lacks, and does not come
/// back then. `lacking` holds the schemes that this program has no driver for, each with what needs it.
///
/// # Errors
/// If more than one such program would be needed, or the one cannot be started.
pub(crate) fn hand_over(
    lacking: &BTreeMap<&str, Vec<&str>>,
    arguments: &[OsString],
    started_in: &Path,
) -> Result<(), Failure> {
    if handed_over().is_some() {
        return Ok(());
    }
    let found: Vec<(&str, PathBuf)> =
        lacking.keys().filter_map(|scheme| Some((*scheme, find(scheme)?))).collect();
    match found.as_slice() {
        [] => Ok(()),
        [(scheme, program)] if lacking.len() == 1 => become_program(scheme, program, arguments, started_in),
        _ => Err(Failure::usage(vec![several(lacking)])),
    }
}

fn several(lacking: &BTreeMap<&str, Vec<&str>>) -> Diagnostic {
    let programs: Vec<String> = lacking.keys().map(|scheme| name(scheme)).collect();
    let mut problem = Diagnostic::new(
        "several-driver-programs",
        format!("no one program has all the drivers that are needed: {}", list(&programs)),
    );
    for (scheme, needed_by) in lacking {
        problem = problem.with_note(format!("`{scheme}:` for {}", list(needed_by)));
    }
    problem.with_help(
        "run the command once for each kind, with `-d NAME`; or build a program with all the drivers \
         (docs/third-party-dialects.md)",
    )
}

/// The program for `scheme` that PATH leads to.
fn find(scheme: &str) -> Option<PathBuf> {
    // What a URL's scheme can hold is no path, but a dialect's name was typed by somebody.
    if scheme.is_empty() || scheme.contains(['/', '\\']) {
        return None;
    }
    let file = format!("{}{}", name(scheme), std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A folder that is relative would be another one by the time that the program is started.
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(&file)).find(|file| may_be_run(file))
}

#[cfg(unix)]
fn may_be_run(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    std::fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn may_be_run(file: &Path) -> bool {
    file.is_file()
}

/// Puts the program in this one's place.
fn become_program(
    scheme: &str,
    program: &Path,
    arguments: &[OsString],
    started_in: &Path,
) -> Result<(), Failure> {
    let mut command = Command::new(program);
    command
        .args(arguments.iter().skip(1))
        .current_dir(started_in)
        .env(HANDED_OVER, format!("{}:{scheme}", std::process::id()));
    let error = start(&mut command);
    Err(Failure::new(
        Diagnostic::new("driver-program-failed", format!("cannot run {}: {error}", program.display()))
            .with_help("check that the file is a program for this machine"),
    ))
}

/// Comes back only with an error.
#[cfg(unix)]
fn start(command: &mut Command) -> std::io::Error {
    use std::os::unix::process::CommandExt;

    command.exec()
}

/// Comes back only with an error.
#[cfg(not(unix))]
fn start(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}
