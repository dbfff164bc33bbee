//! Which files a reading begins with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnostic;

use super::globs;

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
    let mut finder = Finder::default();
    let mut errors = Vec::new();
    for path in paths {
        let result = globs::expand(base, path).and_then(|expanded| {
            for full in &expanded {
                finder.one(full)?;
            }
            if expanded.is_empty() { Err(not_found(path)) } else { Ok(()) }
        });
        if let Err(error) = result {
            errors.push(*error);
        }
    }
    if errors.is_empty() { Ok(finder.found) } else { Err(errors) }
}

fn not_found(path: &Path) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            "models-not-found",
            format!("no models at `{}`: there is no such file or directory", path.display()),
        )
        .with_help("name the directory or file with your structs in `[models] source` of limbeck.toml"),
    )
}

/// What was found so far.
#[derive(Default)]
struct Finder {
    found: Vec<Root>,
    /// The group of what is read of each package without one of its targets: all of it is one crate.
    parts: BTreeMap<PathBuf, usize>,
    groups: usize,
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

/// The directory of the nearest `Cargo.toml` above.
fn package(path: &Path) -> Option<&Path> {
    path.ancestors().find(|directory| directory.join("Cargo.toml").is_file())
}

/// Whether a manifest is that of a workspace without a package of its own.
fn is_virtual(package: &Path) -> Result<bool, Box<Diagnostic>> {
    let table = manifest(package)?;
    Ok(table.contains_key("workspace") && !table.contains_key("package"))
}

fn manifest(package: &Path) -> Result<toml::Table, Box<Diagnostic>> {
    let path = package.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
    text.parse().map_err(|error: toml::de::Error| unreadable(&path, &error.message()))
}

/// The packages of the workspace at `directory`, sorted.
fn members(directory: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let table = manifest(directory)?;
    let Some(workspace) = table.get("workspace").and_then(toml::Value::as_table) else {
        return Ok(Vec::new());
    };
    let list = |key: &str| -> Vec<PathBuf> {
        let items = workspace.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        items.filter_map(toml::Value::as_str).map(PathBuf::from).collect()
    };
    let mut found = BTreeSet::new();
    for member in list("members") {
        found.extend(globs::expand(directory, &member)?);
    }
    for left in list("exclude") {
        let left = directory.join(left);
        found.retain(|member| !member.starts_with(&left));
    }
    found.retain(|member| member.join("Cargo.toml").is_file());
    Ok(found.into_iter().collect())
}

impl Finder {
    fn group(&mut self) -> usize {
        self.groups += 1;
        self.groups
    }

    fn one(&mut self, path: &Path) -> Result<(), Box<Diagnostic>> {
        if path.is_dir() {
            self.directory(path)
        } else {
            self.file(path);
            Ok(())
        }
    }

    /// The group of what stands in a package beside its targets' roots, with the name of its library.
    fn part(&mut self, path: &Path) -> (usize, Option<String>) {
        let Some(package) = package(path) else { return (self.group(), None) };
        let next = self.groups + 1;
        let group = *self.parts.entry(package.to_owned()).or_insert(next);
        self.groups = self.groups.max(group);
        // A manifest that cannot be read gives no name; where it matters, it is reported.
        let name = manifest(package).ok().and_then(|table| library_name(&table));
        (group, name)
    }

    fn file(&mut self, path: &Path) {
        let module = module_path(path);
        // The root of a target is a crate of its own: a library and a program are two.
        let (group, krate) = if module.is_empty() { (self.group(), None) } else { self.part(path) };
        self.found.push(Root {
            file: path.to_owned(),
            krate,
            module,
            owns_directory: owns_directory(path),
            group,
        });
    }

    fn directory(&mut self, path: &Path) -> Result<(), Box<Diagnostic>> {
        if let Some(package) = package(path) {
            let before = self.found.len();
            let mut packages = vec![package.to_owned()];
            if is_virtual(package)? || path == package {
                packages.extend(members(package)?);
            }
            for package in packages {
                for (file, krate) in targets(&package)? {
                    if file.starts_with(path) {
                        let group = self.group();
                        self.found.push(Root {
                            file,
                            krate,
                            module: Vec::new(),
                            owns_directory: true,
                            group,
                        });
                    }
                }
            }
            if self.found.len() > before {
                return Ok(());
            }
        }
        for name in ["lib.rs", "main.rs", "mod.rs"] {
            let root = path.join(name);
            if root.is_file() {
                self.file(&root);
                return Ok(());
            }
        }
        let mut files = Vec::new();
        every_file(path, &mut files)?;
        files.sort();
        let prefix = module_path(&path.join("mod.rs"));
        let (group, krate) = if prefix.is_empty() { (self.group(), None) } else { self.part(path) };
        for file in files {
            let below = file.strip_prefix(path).unwrap_or(&file).with_extension("");
            let mut module = prefix.clone();
            module.extend(below.iter().map(|part| part.to_string_lossy().into_owned()));
            let owns_directory = owns_directory(&file);
            if owns_directory {
                module.pop();
            }
            self.found.push(Root { file, krate: krate.clone(), module, owns_directory, group });
        }
        Ok(())
    }
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

fn text_at(table: &toml::Table, key: &str) -> Option<String> {
    table.get(key).and_then(toml::Value::as_str).map(str::to_owned)
}

/// How other crates call a package's library.
fn library_name(manifest: &toml::Table) -> Option<String> {
    let section = |key: &str| manifest.get(key).and_then(toml::Value::as_table);
    let name = section("lib").and_then(|lib| text_at(lib, "name"));
    let name = name.or_else(|| section("package").and_then(|about| text_at(about, "name")));
    name.map(|name| name.replace('-', "_"))
}

/// The library and programs of a package, the library with its name.
fn targets(package: &Path) -> Result<Vec<(PathBuf, Option<String>)>, Box<Diagnostic>> {
    let table = manifest(package)?;
    let mut files: Vec<(PathBuf, Option<String>)> = Vec::new();
    if table.contains_key("package") {
        let lib = table.get("lib").and_then(toml::Value::as_table);
        let path = lib.and_then(|lib| text_at(lib, "path")).unwrap_or_else(|| "src/lib.rs".to_owned());
        files.push((package.join(path), library_name(&table)));
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
