//! `cargo xtask new-dialect NAME`: a crate with a dialect to start from. It compiles, registers, and fails the suite with
//! a list of what is to be done.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cargo::root;

/// What the dialect is called.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The name, which is also the scheme of its URLs: lower-case letters and digits
    name: String,
    /// The folder that the crate is put into; it must not be there, or be empty [default: limbeck-NAME]
    #[arg(long, value_name = "DIR")]
    at: Option<PathBuf>,
}

/// The files. They stand in `templates/dialect`, where a test of the suite compiles them.
const FILES: [(&str, &str); 9] = [
    ("Cargo.toml", include_str!("../templates/dialect/Cargo.toml")),
    ("README.md", include_str!("../templates/dialect/README.md")),
    ("src/main.rs", include_str!("../templates/dialect/src/main.rs")),
    ("src/lib.rs", include_str!("../templates/dialect/src/lib.rs")),
    ("src/to_do.rs", include_str!("../templates/dialect/src/to_do.rs")),
    ("src/driver.rs", include_str!("../templates/dialect/src/driver.rs")),
    ("src/dialect.rs", include_str!("../templates/dialect/src/dialect.rs")),
    ("src/introspect.rs", include_str!("../templates/dialect/src/introspect.rs")),
    ("tests/what_is_to_do.rs", include_str!("../templates/dialect/tests/what_is_to_do.rs")),
];
const SUITE: (&str, &str) =
    ("tests/conformance.rs", include_str!("../templates/dialect/tests/conformance.rs"));

/// Words that a name cannot be: the bundled drivers have them.
const TAKEN: [&str; 5] = ["sqlite", "postgres", "postgresql", "mysql", "mariadb"];

/// Writes the crate.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let folder = options.at.clone().unwrap_or_else(|| PathBuf::from(format!("limbeck-{}", options.name)));
    write(&options.name, &folder, &root())?;
    println!("{}: a dialect that compiles and can do nothing", folder.display());
    println!("then: cd {} && cargo test --test what_is_to_do", folder.display());
    println!("and:  cargo test --test conformance, which fails until it is written");
    Ok(())
}

fn write(name: &str, folder: &Path, limbeck: &Path) -> Result<(), String> {
    if !name.starts_with(|c: char| c.is_ascii_lowercase())
        || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    {
        return Err(format!("`{name}` is no name: lower-case letters and digits"));
    }
    if TAKEN.contains(&name) {
        return Err(format!("`{name}` is the name of a dialect that limbeck brings"));
    }
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    if fs::read_dir(folder).is_ok_and(|mut found| found.next().is_some()) {
        return Err(format!("{} is there already and not empty", folder.display()));
    }
    for (file, text) in FILES.iter().chain([&SUITE]) {
        let path = folder.join(file);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        fs::write(&path, filled(text, name, limbeck)).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// A file of the template with its names.
fn filled(text: &str, name: &str, limbeck: &Path) -> String {
    let camel = format!("{}{}", name[..1].to_ascii_uppercase(), &name[1..]);
    // A path may hold what TOML takes for an escape.
    let limbeck = limbeck.display().to_string().replace('\\', "/");
    let mut filled = text.replace("NewDialect", &camel).replace("newdialect", name);
    for part in ["cli", "core", "conformance-tests"] {
        filled = filled.replace(&format!("LIMBECK/{part}"), &format!("path = \"{limbeck}/{part}\""));
    }
    // `FooDriver`, and `FooDialect` for the dialect itself.
    filled
        .replace(&format!("pub struct {camel} {{"), &format!("pub struct {camel}Dialect {{"))
        .replace(&format!("impl {camel} {{"), &format!("impl {camel}Dialect {{"))
        .replace(&format!("for {camel} {{"), &format!("for {camel}Dialect {{"))
        .replace(&format!("{camel}::new()"), &format!("{camel}Dialect::new()"))
        .replace(&format!("dialect::{camel};"), &format!("dialect::{camel}Dialect;"))
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;
    use crate::cargo::cargo;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("limbeck-new-dialect-{name}-{}", std::process::id()));
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            // What is left in the temporary folder is no failure of the test.
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// The library alone, which needs `limbeck-core` and no more: that the program is like that of the DuckDB example
    /// is seen by looking.
    #[test]
    fn what_is_written_compiles() {
        let folder = Folder::new("compiles");
        write("frob", &folder.0, &root()).unwrap();
        // The versions that are there already.
        fs::copy(root().join("Cargo.lock"), folder.0.join("Cargo.lock")).unwrap();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        let done = cargo()
            .args(["check", "--offline", "--quiet", "--lib", "--no-default-features"])
            .current_dir(&folder.0)
            .env("CARGO_TARGET_DIR", target)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && !said.contains("warning:"), "{said}");
    }

    #[test]
    fn every_name_is_filled_in() {
        let folder = Folder::new("names");
        write("frob", &folder.0, Path::new("/some/where")).unwrap();
        for (file, _) in FILES.iter().chain([&SUITE]) {
            let text = fs::read_to_string(folder.0.join(file)).unwrap();
            assert!(
                !text.to_lowercase().contains("newdialect") && !text.contains("LIMBECK/"),
                "{file}:\n{text}"
            );
        }
        let manifest = fs::read_to_string(folder.0.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("limbeck-core = { path = \"/some/where/core\" }"), "{manifest}");
        assert!(manifest.contains("name = \"limbeck-driver-frob\""), "{manifest}");
        let again = write("frob", &folder.0, &root()).unwrap_err();
        assert!(again.contains("not empty"), "{again}");
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for name in ["", "Frob", "frob-1", "../x", "1frob", "mysql"] {
            write(name, Path::new("/nowhere"), &root()).unwrap_err();
        }
    }
}
