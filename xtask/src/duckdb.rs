//! DuckDB's library, which the example of a third party's dialect needs: given, or fetched once with npm.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::cargo::root;

/// The variable that leads to the library; the example reads it, too.
pub(crate) const VARIABLE: &str = "LIMBECK_DUCKDB_LIBRARY";

/// The package, which holds the library as DuckDB's makers build it.
const PACKAGE: &str = "@duckdb/node-bindings-linux-x64";
const VERSION: &str = "1.5.6-r.1";
/// Of the package's archive.
const SHA256: &str = "1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff";
/// The library within the archive.
const LIBRARY: &str = "package/libduckdb.so";

/// The library: the one that the variable leads to, else the one that was fetched, which is done if it is not there.
///
/// # Errors
///
/// Why it is not to be had.
pub(crate) fn library() -> Result<PathBuf, String> {
    if let Some(given) = env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        return Ok(PathBuf::from(given));
    }
    if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        return Err(format!(
            "it is fetched for Linux on x86-64 only: install it and set {VARIABLE} to its path"
        ));
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = target.join("duckdb").join(VERSION);
    let library = folder.join(LIBRARY);
    if !library.is_file() {
        fetch(&folder)?;
    }
    Ok(library)
}

/// Fetches the archive, checks it, and takes the library out.
fn fetch(folder: &Path) -> Result<(), String> {
    let failed = |what: &Path, error: std::io::Error| format!("{}: {error}", what.display());
    println!("fetching DuckDB {VERSION} with npm");
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    run(
        Command::new("npm").args(["pack", "--silent", &format!("{PACKAGE}@{VERSION}")]).current_dir(folder),
        "npm pack",
    )?;
    let archive = folder.join(format!("{}-{VERSION}.tgz", PACKAGE.trim_start_matches('@').replace('/', "-")));
    let bytes = fs::read(&archive).map_err(|error| failed(&archive, error))?;
    check(&bytes)?;
    run(Command::new("tar").arg("-xzf").arg(&archive).arg(LIBRARY).current_dir(folder), "tar")?;
    // What is left of it would take room and nothing else.
    fs::remove_file(&archive).map_err(|error| failed(&archive, error))
}

/// That the archive is the one that is meant.
fn check(archive: &[u8]) -> Result<(), String> {
    let found: String = Sha256::digest(archive).iter().map(|byte| format!("{byte:02x}")).collect();
    if found == SHA256 {
        return Ok(());
    }
    Err(format!("{PACKAGE}@{VERSION} is not what it was: its SHA-256 is {found}, not {SHA256}"))
}

fn run(command: &mut Command, name: &str) -> Result<(), String> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start {name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status})")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_archive_is_refused() {
        let error = check(b"something else").unwrap_err();
        assert!(error.contains("is not what it was"), "{error}");
    }
}
