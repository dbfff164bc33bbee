//! `cargo xtask demo`: limbeck at work on a small bookshop, from a clean checkout and without a server.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo::{cargo, root, run as run_command};

/// What limbeck is asked, in this order.
const COMMANDS: &[&[&str]] = &[
    &["makemigrations", "--check"],
    &["showmigrations"],
    &["migrate"],
    &["showmigrations", "--graph"],
    &["current"],
    &["history"],
    &["check"],
];

/// Builds limbeck, copies the example to a fresh folder and runs the commands there.
///
/// # Errors
///
/// A message, if the example is missing or cannot be copied, if limbeck does not build, or at the first command that fails.
pub(crate) fn run() -> Result<(), String> {
    let example = root().join("examples").join("bookshop");
    if !example.is_dir() {
        return Err(format!("the example is missing: {} is not a folder", example.display()));
    }
    run_command(
        cargo().args(["build", "--quiet", "-p", "limbeck-cli", "--bin", "limbeck"]),
        "cargo build -p limbeck-cli",
    )?;
    let (limbeck, demo) = places()?;
    copy_afresh(&example, &demo)
        .map_err(|error| format!("cannot copy {} to {}: {error}", example.display(), demo.display()))?;
    println!("a copy of examples/bookshop, in {}", demo.display());
    for arguments in COMMANDS {
        let text = format!("limbeck {}", arguments.join(" "));
        println!("\n$ {text}");
        run_command(isolate(Command::new(&limbeck).args(*arguments).current_dir(&demo)), &text)?;
    }
    println!("\nxtask demo: {} commands ok; look around in {}", COMMANDS.len(), demo.display());
    Ok(())
}

/// The built limbeck, and the folder that the demo runs in. This program was built by the same cargo with the same
/// settings, so that limbeck lies beside it, whatever target directory the user has chosen.
fn places() -> Result<(PathBuf, PathBuf), String> {
    let this = env::current_exe().map_err(|error| format!("cannot tell where this program is: {error}"))?;
    let profile = this.parent();
    let (Some(profile), Some(target)) = (profile, profile.and_then(Path::parent)) else {
        return Err(format!("{} is in no target directory: run this as `cargo xtask demo`", this.display()));
    };
    Ok((profile.join(format!("limbeck{}", env::consts::EXE_SUFFIX)), target.join("demo")))
}

/// The command with no input, and without what the user's environment says about databases: the demo must never
/// migrate one of theirs.
fn isolate(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("LIMBECK_") || text == "DATABASE_URL" {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null())
}

/// Makes `to` a copy of `from`, whatever was there before.
fn copy_afresh(from: &Path, to: &Path) -> io::Result<()> {
    match fs::remove_dir_all(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    copy_folder(from, to)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if is_left_behind(&name.to_string_lossy()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// Whether a file or folder of that name is no part of the example, but was left by running it in place: a copy of
/// its database would be no fresh start.
fn is_left_behind(name: &str) -> bool {
    let database = [".db", ".sqlite", ".sqlite3"].iter().any(|suffix| {
        name.ends_with(suffix)
            || ["-wal", "-shm", "-journal"].iter().any(|beside| name.ends_with(&format!("{suffix}{beside}")))
    });
    database || name == "target" || name.ends_with(".limbeck-lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_running_the_example_left_is_told_from_its_files() {
        for name in
            ["target", "bookshop.db", "bookshop.db-wal", "shop.sqlite3-shm", "bookshop.db.limbeck-lock"]
        {
            assert!(is_left_behind(name), "{name}");
        }
        for name in ["src", "limbeck.toml", "0001_initial.toml", "schema.sql", "db", "target.rs"] {
            assert!(!is_left_behind(name), "{name}");
        }
    }
}
