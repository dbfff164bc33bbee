//! Which files a reading begins with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnostic;

/// A file to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    pub(super) file: PathBuf,
    /// The name by which other targets call this crate, of a library.
    pub(super) krate: Option<String>,
    /// Where the file's module stands in its crate.
    pub(super) module: Vec<String>,
    /// Whether the file's directory is where its child modules are looked for.
    pub(super) owns_directory: bool,
    /// Roots of one group are modules of one crate.
    pub(super) group: usize,
}

/// Finds them.
pub(super) fn find(paths: &[PathBuf], base: &Path) -> Result<Vec<Root>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        let full = base.join(path);
        let result = if full.is_dir() {
            directory(&full, &mut found)
        } else if full.is_file() {
            file(&full, &mut found);
            Ok(())
        } else {
            Err(Box::new(
                Diagnostic::new(
                    "models-not-found",
                    format!("no models at `{}`: there is no such file or directory", path.display()),
                )
                .with_help(
                    "name the directory or file with your structs in `[models] source` of limbeck.toml",
                ),
            ))
        };
        if let Err(error) = result {
            errors.push(*error);
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Box<Diagnostic> {
    Box::new(Diagnostic::new("models-unreadable", format!("`{}` cannot be read: {error}", path.display())))
}

/// The module path of a file below a package's `src`.
fn module_path(file: &Path) -> Vec<String> {
    let Some(package) = package(file) else { return Vec::new() };
    let Ok(below) = file.strip_prefix(package.join("src")) else { return Vec::new() };
    let mut segments: Vec<String> =
        below.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if segments.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        segments.pop();
    }
    segments
}

fn owns_directory(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "mod" || stem == "lib" || stem == "main")
}

fn file(path: &Path, found: &mut Vec<Root>) {
    let group = found.len();
    found.push(Root {
        file: path.to_owned(),
        krate: None,
        module: module_path(path),
        owns_directory: owns_directory(path),
        group,
    });
}

/// The directory of the nearest `Cargo.toml` above.
fn package(path: &Path) -> Option<&Path> {
    path.ancestors().find(|directory| directory.join("Cargo.toml").is_file())
}

fn directory(path: &Path, found: &mut Vec<Root>) -> Result<(), Box<Diagnostic>> {
    if let Some(package) = package(path) {
        let before = found.len();
        for (file, krate) in targets(package)? {
            if file.starts_with(path) {
                let group = found.len();
                found.push(Root { file, krate, module: Vec::new(), owns_directory: true, group });
            }
        }
        if found.len() > before {
            return Ok(());
        }
    }
    for name in ["lib.rs", "main.rs", "mod.rs"] {
        let root = path.join(name);
        if root.is_file() {
            file(&root, found);
            return Ok(());
        }
    }
    let mut files = Vec::new();
    every_file(path, &mut files)?;
    files.sort();
    let prefix = module_path(&path.join("mod.rs"));
    let group = found.len();
    for file in files {
        let below = file.strip_prefix(path).unwrap_or(&file).with_extension("");
        let mut module = prefix.clone();
        module.extend(below.iter().map(|part| part.to_string_lossy().into_owned()));
        let owns_directory = owns_directory(&file);
        if owns_directory {
            module.pop();
        }
        found.push(Root { file, krate: None, module, owns_directory, group });
    }
    Ok(())
}

fn every_file(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<Diagnostic>> {
    let entries = std::fs::read_dir(directory).map_err(|error| unreadable(directory, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(directory, &error))?;
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link may lead back to where it stands.
        let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
        if kind.is_dir() && !hidden && entry.file_name() != "target" {
            every_file(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// The library and programs of a package, the library with its name.
fn targets(package: &Path) -> Result<Vec<(PathBuf, Option<String>)>, Box<Diagnostic>> {
    let manifest = package.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).map_err(|error| unreadable(&manifest, &error))?;
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| unreadable(&manifest, &error.message()))?;
    let text_at =
        |table: &toml::Table, key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let section = |key: &str| table.get(key).and_then(toml::Value::as_table);
    let mut files: Vec<(PathBuf, Option<String>)> = Vec::new();
    if let Some(about) = section("package") {
        let lib = section("lib");
        let name = lib.and_then(|lib| text_at(lib, "name")).or_else(|| text_at(about, "name"));
        let path = lib.and_then(|lib| text_at(lib, "path")).unwrap_or_else(|| "src/lib.rs".to_owned());
        files.push((package.join(path), name.map(|name| name.replace('-', "_"))));
        files.push((package.join("src/main.rs"), None));
        for bin in table.get("bin").and_then(toml::Value::as_array).into_iter().flatten() {
            if let Some(path) = bin.as_table().and_then(|bin| text_at(bin, "path")) {
                files.push((package.join(path), None));
            }
        }
        let bins = package.join("src/bin");
        if bins.is_dir() {
            let mut programs = Vec::new();
            let entries = std::fs::read_dir(&bins).map_err(|error| unreadable(&bins, &error))?;
            for entry in entries {
                let path = entry.map_err(|error| unreadable(&bins, &error))?.path();
                if path.is_dir() {
                    programs.push(path.join("main.rs"));
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    programs.push(path);
                }
            }
            programs.sort();
            files.extend(programs.into_iter().map(|path| (path, None)));
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|(file, _)| file.is_file() && seen.insert(file.clone()));
    Ok(files)
}
