//! Reading files and following `mod`, a level of modules at a time, each level in parallel.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diag::Diagnostic;
use limbeck_model_syntax::{Place, Problem};

use super::Options;
use super::items::{Item, ModuleItem, Unit};
use super::roots::Root;
use super::scan::scan;
use super::scope::World;

/// Deeply nested types need a deep stack; it is only reserved, not filled.
const STACK: usize = 256 << 20;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) files: Vec<File>,
    pub(super) problems: Vec<Problem>,
    pub(super) world: World,
}

/// A file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) source: Arc<str>,
    /// The bytes of each span, by the number in its place.
    pub(super) ranges: Vec<Range<u32>>,
}

/// A file to be read.
struct Wanted {
    path: PathBuf,
    module: usize,
    /// Where its child modules are.
    children: PathBuf,
}

/// Reads the roots and all that they lead to.
pub(super) fn load(roots: &[Root], options: &Options) -> Result<Loaded, Vec<Diagnostic>> {
    let mut loader = Loader { loaded: Loaded::default(), visited: BTreeMap::new(), wanted: Vec::new() };
    let mut groups = BTreeMap::new();
    // Whole crates first, and what they lead to: a file that is named as well is then known as their module.
    let mut levels: BTreeMap<usize, Vec<&Root>> = BTreeMap::new();
    for root in roots {
        levels.entry(root.module.len()).or_default().push(root);
    }
    for roots in levels.values() {
        for root in roots {
            let top = *groups.entry(root.group).or_insert_with(|| loader.loaded.world.add_module(None));
            loader.root(root, top);
        }
        loader.follow(&options.features)?;
    }
    Ok(loader.loaded)
}

/// Reads one text as a file of its own.
pub(super) fn load_text(name: &str, text: &str, options: &Options) -> Loaded {
    let mut loader = Loader { loaded: Loaded::default(), visited: BTreeMap::new(), wanted: Vec::new() };
    let top = loader.loaded.world.add_module(None);
    let unit = scan(0, &Arc::from(text), &options.features);
    loader.loaded.problems.extend(unit.problems);
    let path = PathBuf::from(name);
    loader.loaded.files.push(File { path: path.clone(), source: unit.source, ranges: unit.ranges });
    loader.take(top, unit.items, &path, Path::new(""), 0);
    loader.loaded
}

/// Reads and parses the files, in as many threads as there are processors. The answers are in the order of the files.
fn read_all(
    wanted: &[Wanted],
    first: usize,
    features: &BTreeSet<String>,
) -> Result<Vec<Unit>, Vec<Diagnostic>> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(wanted.len()).max(1);
    let read = |at: usize| -> Result<Unit, Box<Diagnostic>> {
        let path = &wanted[at].path;
        let refuse = |why: String| {
            Box::new(Diagnostic::new(
                "models-unreadable",
                format!("`{}` cannot be read: {why}", path.display()),
            ))
        };
        let bytes = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| refuse(error.to_string()))?;
        let file = u32::try_from(first + at).map_err(|error| refuse(error.to_string()))?;
        Ok(scan(file, &Arc::from(text), features))
    };
    let read = &read;
    let mut units: Vec<(usize, Result<Unit, Box<Diagnostic>>)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..workers)
            .map(|worker| {
                std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
                    (worker..wanted.len()).step_by(workers).map(|at| (at, read(at))).collect::<Vec<_>>()
                })
            })
            .collect();
        let mut units = Vec::new();
        for thread in started {
            let thread = thread.map_err(|error| {
                vec![Diagnostic::new(
                    "models-unreadable",
                    format!("no thread to parse the models in: {error}"),
                )]
            })?;
            match thread.join() {
                Ok(done) => units.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok::<_, Vec<Diagnostic>>(units)
    })?;
    units.sort_by_key(|(at, _)| *at);
    let mut errors = Vec::new();
    let mut good = Vec::new();
    for (_, unit) in units {
        match unit {
            Ok(unit) => good.push(unit),
            Err(error) => errors.push(*error),
        }
    }
    if errors.is_empty() { Ok(good) } else { Err(errors) }
}

struct Loader {
    loaded: Loaded,
    /// The module of each file that is read or wanted.
    visited: BTreeMap<PathBuf, usize>,
    wanted: Vec<Wanted>,
}

impl Loader {
    fn root(&mut self, root: &Root, top: usize) {
        if let Some(krate) = &root.krate {
            self.loaded.world.crates.entry(krate.clone()).or_insert(top);
        }
        let module = root.module.iter().fold(top, |parent, name| self.loaded.world.child(parent, name));
        let directory = root.file.parent().unwrap_or(Path::new("")).to_owned();
        let children = match root.file.file_stem() {
            Some(stem) if !root.owns_directory => directory.join(stem),
            _ => directory,
        };
        self.want(root.file.clone(), module, children);
    }

    /// Reads what is wanted, and what that leads to.
    fn follow(&mut self, features: &BTreeSet<String>) -> Result<(), Vec<Diagnostic>> {
        while !self.wanted.is_empty() {
            let wanted = std::mem::take(&mut self.wanted);
            let units = read_all(&wanted, self.loaded.files.len(), features)?;
            for (wanted, unit) in wanted.into_iter().zip(units) {
                self.loaded.problems.extend(unit.problems);
                let path = wanted.path.clone();
                self.loaded.files.push(File { path, source: unit.source, ranges: unit.ranges });
                self.take(wanted.module, unit.items, &wanted.path, &wanted.children, 0);
            }
        }
        Ok(())
    }

    /// Asks for a file, unless it is read already; gives its module.
    fn want(&mut self, path: PathBuf, module: usize, children: PathBuf) -> usize {
        // Two ways to one file are one file; a path that cannot be made canonical stands for itself.
        let key = path.canonicalize().unwrap_or_else(|_| path.clone());
        if let Some(known) = self.visited.get(&key) {
            return *known;
        }
        self.visited.insert(key, module);
        self.wanted.push(Wanted { path, module, children });
        module
    }

    fn take(&mut self, module: usize, items: Vec<Item>, file: &Path, children: &Path, inline: usize) {
        for item in items {
            match item {
                Item::Module(child) => self.module(module, child, file, children, inline),
                Item::Include { path, place } => {
                    let path = file.parent().unwrap_or(Path::new("")).join(path);
                    if path.is_file() {
                        self.want(path, module, children.to_owned());
                    } else {
                        let message = format!("there is no file `{}` to include", path.display());
                        self.loaded.problems.push(
                            Problem::new("missing-module", place, message)
                                .with_help("a path in `include!` is relative to the file that it stands in"),
                        );
                    }
                }
                other => self.loaded.world.add(module, other),
            }
        }
    }

    fn module(&mut self, parent: usize, item: ModuleItem, file: &Path, children: &Path, inline: usize) {
        if let Some(content) = item.content {
            let module = self.loaded.world.child(parent, &item.name);
            let below = children.join(item.path.as_deref().unwrap_or(&item.name));
            self.take(module, content, file, &below, inline + 1);
            return;
        }
        let candidates: Vec<(PathBuf, PathBuf)> = match &item.path {
            Some(path) => {
                let from = if inline == 0 { file.parent().unwrap_or(Path::new("")) } else { children };
                let path = from.join(path);
                let below = path.parent().unwrap_or(Path::new("")).to_owned();
                vec![(path, below)]
            }
            None => {
                let below = children.join(&item.name);
                vec![
                    (children.join(format!("{}.rs", item.name)), below.clone()),
                    (below.join("mod.rs"), below),
                ]
            }
        };
        match candidates.iter().find(|(path, _)| path.is_file()) {
            Some((path, below)) => {
                let module = self.loaded.world.child(parent, &item.name);
                let known = self.want(path.clone(), module, below.clone());
                if known != module {
                    self.loaded.world.link(parent, &item.name, known);
                }
            }
            // Under a condition that was left open, the file may be one for another platform, or a generated one.
            None if item.conditional => {}
            None => self.missing(&item.name, item.place, &candidates),
        }
    }

    fn missing(&mut self, name: &str, place: Place, candidates: &[(PathBuf, PathBuf)]) {
        let names: Vec<String> = candidates
            .iter()
            .filter_map(|(path, _)| path.file_name().map(|name| (path, name)))
            .map(|(path, file)| match path.parent().and_then(Path::file_name) {
                Some(directory) => format!("`{}/{}`", directory.to_string_lossy(), file.to_string_lossy()),
                None => format!("`{}`", file.to_string_lossy()),
            })
            .collect();
        self.loaded.problems.push(
            Problem::new("missing-module", place, format!("there is no file for module `{name}`"))
                .with_help(format!("make {}, or take the `mod` out", names.join(" or "))),
        );
    }
}
