//! What a name stands for in the modules read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use limbeck_model_syntax::ast::{EnumItem, Newtype, Record, RustType};
use limbeck_model_syntax::parse::Derive;
use limbeck_model_syntax::{Problem, UNKNOWN_TYPE_HELP};

use super::items::{Item, Marks};
use crate::resolve::{Found, Names, Scope};

/// All modules and types that were read.
#[derive(Debug, Default)]
pub(super) struct World {
    modules: Vec<Module>,
    /// The top modules of libraries, by their names.
    pub(super) crates: BTreeMap<String, usize>,
    pub(super) records: Vec<FoundRecord>,
    pub(super) enums: Vec<FoundEnum>,
    pub(super) newtypes: Vec<FoundNewtype>,
    pub(super) misfits: Vec<FoundMisfit>,
    aliases: Vec<(RustType, usize)>,
    /// The modules that have a name themselves, by the name: what is here under none is found by no glob.
    holders: BTreeMap<String, Vec<usize>>,
    /// Where the globs of each module lead, once that is settled.
    globs: Vec<Globs>,
    /// What names were found to be. Lookups begin when everything is read.
    memo: RefCell<BTreeMap<(usize, String), Option<Target>>>,
    /// What the lookup under way has been at: globs may lead in circles, and to one module by many ways.
    visited: RefCell<BTreeSet<(usize, String)>>,
}

/// A struct with named fields.
#[derive(Debug)]
pub(super) struct FoundRecord {
    pub(super) record: Record,
    pub(super) marks: Marks,
    pub(super) problems: Vec<Problem>,
    pub(super) module: usize,
}

/// An enum.
#[derive(Debug)]
pub(super) struct FoundEnum {
    pub(super) item: EnumItem,
    pub(super) marks: Marks,
    pub(super) problems: Vec<Problem>,
    pub(super) module: usize,
}

/// A struct round one value.
#[derive(Debug)]
pub(super) struct FoundNewtype {
    pub(super) newtype: Newtype,
    pub(super) marks: Marks,
    pub(super) problems: Vec<Problem>,
    pub(super) module: usize,
}

/// A derive that does not fit on its item.
#[derive(Debug)]
pub(super) struct FoundMisfit {
    pub(super) derive: Derive,
    pub(super) marks: Marks,
    pub(super) problem: Problem,
    pub(super) module: usize,
}

#[derive(Debug, Default)]
struct Module {
    parent: Option<usize>,
    names: BTreeMap<String, Definition>,
    uses: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

/// The modules that a module's globs lead to.
#[derive(Debug, Default)]
struct Globs {
    /// In the order of the globs.
    modules: Vec<usize>,
    set: BTreeSet<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Definition {
    Module(usize),
    Record(usize),
    Enum(usize),
    Newtype(usize),
    Alias(usize),
    Opaque,
}

#[derive(Debug, Clone)]
enum Target {
    Here(Definition),
    External(Vec<String>),
}

/// How many `use` may lead to one another.
const DEPTH: usize = 32;

impl World {
    /// A new module.
    pub(super) fn add_module(&mut self, parent: Option<usize>) -> usize {
        self.modules.push(Module { parent, ..Module::default() });
        self.modules.len() - 1
    }

    /// The module called `name` in `parent`, made if need be.
    pub(super) fn child(&mut self, parent: usize, name: &str) -> usize {
        if let Some(Definition::Module(known)) = self.modules[parent].names.get(name) {
            return *known;
        }
        let child = self.add_module(Some(parent));
        self.link(parent, name, child);
        child
    }

    /// Lets `name` in `parent` stand for a module.
    pub(super) fn link(&mut self, parent: usize, name: &str, child: usize) {
        self.modules[parent].names.insert(name.to_owned(), Definition::Module(child));
        self.hold(name, parent);
    }

    /// Puts an item that is no module into one.
    pub(super) fn add(&mut self, module: usize, item: Item) {
        let (name, definition) = match item {
            Item::Record { record, marks, problems } => {
                let name = record.name.value.clone();
                self.records.push(FoundRecord { record: *record, marks, problems, module });
                (name, Definition::Record(self.records.len() - 1))
            }
            Item::Enum { item, marks, problems } => {
                let name = item.rust_name.value.clone();
                self.enums.push(FoundEnum { item, marks, problems, module });
                (name, Definition::Enum(self.enums.len() - 1))
            }
            Item::Newtype { newtype, marks, problems } => {
                let name = newtype.name.value.clone();
                self.newtypes.push(FoundNewtype { newtype, marks, problems, module });
                (name, Definition::Newtype(self.newtypes.len() - 1))
            }
            Item::Misfit { derive, marks, problem } => {
                self.misfits.push(FoundMisfit { derive, marks, problem, module });
                return;
            }
            Item::Alias { name, generic: true, .. } | Item::Opaque { name } => (name, Definition::Opaque),
            Item::Alias { name, ty, .. } => {
                self.aliases.push((ty, module));
                (name, Definition::Alias(self.aliases.len() - 1))
            }
            Item::Use { name: Some(name), path } => {
                self.hold(&name, module);
                self.modules[module].uses.entry(name).or_insert(path);
                return;
            }
            Item::Use { name: None, path } => {
                self.modules[module].globs.push(path);
                return;
            }
            Item::Module(_) | Item::Include { .. } => return,
        };
        self.hold(&name, module);
        self.modules[module].names.entry(name).or_insert(definition);
    }

    fn hold(&mut self, name: &str, module: usize) {
        match self.holders.get_mut(name) {
            Some(holders) if holders.last() == Some(&module) => {}
            Some(holders) => holders.push(module),
            None => {
                self.holders.insert(name.to_owned(), vec![module]);
            }
        }
    }

    /// Finds out where all globs lead, when everything is read and before anything is looked up: a module of two hundred
    /// files has as many globs, and each name would be sought behind each of them.
    pub(super) fn settle(&mut self) {
        let lead = |module: usize| {
            let targets = self.modules[module].globs.iter().map(|path| self.target(module, path, DEPTH));
            let modules: Vec<usize> = targets
                .filter_map(|target| match target {
                    Target::Here(Definition::Module(to)) if to != module => Some(to),
                    _ => None,
                })
                .collect();
            Globs { set: modules.iter().copied().collect(), modules }
        };
        self.globs = (0..self.modules.len()).map(lead).collect();
    }

    /// Whether a path in `derive(…)` in `module` means `limbeck::{name}`.
    pub(super) fn derives(&self, module: usize, marks: &Marks, name: &str) -> bool {
        let is_ours = |path: &[String]| match path {
            [.., krate, last] => krate == "limbeck" && last == name,
            _ => false,
        };
        marks.derives.iter().any(|path| match path.as_slice() {
            [only] => match self.modules[module].uses.get(only) {
                Some(path) => is_ours(path),
                None => {
                    only == name
                        && (marks.has_limbeck
                            || marks.inside
                            || self.modules[module]
                                .globs
                                .iter()
                                .any(|glob| glob.iter().any(|s| s == "limbeck")))
                }
            },
            path => is_ours(path),
        })
    }

    fn top(&self, mut module: usize) -> usize {
        while let Some(parent) = self.modules[module].parent {
            module = parent;
        }
        module
    }

    fn target(&self, module: usize, path: &[String], depth: usize) -> Target {
        let external = || Target::External(path.to_vec());
        let (Some(depth), Some((first, rest))) = (depth.checked_sub(1), path.split_first()) else {
            return external();
        };
        let start = match first.as_str() {
            "crate" => Some(self.top(module)),
            "self" => Some(module),
            "super" => self.modules[module].parent,
            "" => rest.first().and_then(|krate| self.crates.get(krate).copied()),
            _ => None,
        };
        if let Some(start) = start {
            let rest = if first.is_empty() { rest.get(1..).unwrap_or_default() } else { rest };
            // `super::super::a`
            if rest.first().is_some_and(|next| next == "super") {
                return self.target(start, rest, depth);
            }
            return self.descend(Definition::Module(start), rest, depth).unwrap_or_else(external);
        }
        match self.find_in(module, first, depth) {
            Some(Target::Here(definition)) => self.descend(definition, rest, depth).unwrap_or_else(external),
            Some(Target::External(mut before)) => {
                before.extend_from_slice(rest);
                Target::External(before)
            }
            None => match self.crates.get(first) {
                Some(top) => self.descend(Definition::Module(*top), rest, depth).unwrap_or_else(external),
                None => external(),
            },
        }
    }

    fn descend(&self, mut from: Definition, path: &[String], depth: usize) -> Option<Target> {
        for (at, segment) in path.iter().enumerate() {
            let Definition::Module(module) = from else { return None };
            match self.find_in(module, segment, depth)? {
                Target::Here(next) => from = next,
                Target::External(mut before) => {
                    before.extend_from_slice(&path[at + 1..]);
                    return Some(Target::External(before));
                }
            }
        }
        Some(Target::Here(from))
    }

    /// What `name` is in a module. Each module is looked at once for a name, however many globs lead to it.
    fn find_in(&self, module: usize, name: &str, depth: usize) -> Option<Target> {
        let key = (module, name.to_owned());
        if let Some(known) = self.memo.borrow().get(&key) {
            return known.clone();
        }
        let outermost = self.visited.borrow().is_empty();
        if !self.visited.borrow_mut().insert(key.clone()) {
            return None;
        }
        let found = self.search(module, name, depth);
        if outermost {
            self.visited.borrow_mut().clear();
        }
        // That nothing is found within another lookup may be because that one was here already.
        if outermost || found.is_some() {
            self.memo.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn search(&self, module: usize, name: &str, depth: usize) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let place = &self.modules[module];
        if let Some(definition) = place.names.get(name) {
            return Some(Target::Here(*definition));
        }
        if let Some(path) = place.uses.get(name) {
            // `use time;` and the like name a crate, not themselves.
            if path.as_slice() == [name] {
                return Some(match self.crates.get(name) {
                    Some(top) => Target::Here(Definition::Module(*top)),
                    None => Target::External(path.clone()),
                });
            }
            return Some(self.target(module, path, depth));
        }
        let holders = self.holders.get(name)?;
        let behind = |from: usize| {
            self.find_in(from, name, depth).filter(|target| {
                matches!(target, Target::Here(_)) || self.modules[from].uses.contains_key(name)
            })
        };
        match self.globs.get(module) {
            Some(globs) => match holders.as_slice() {
                [only] if globs.set.contains(only) => behind(*only),
                _ => globs.modules.iter().find_map(|from| behind(*from)),
            },
            // Where globs lead is being settled.
            None => place.globs.iter().find_map(|path| match self.target(module, path, depth) {
                Target::Here(Definition::Module(from)) if from != module => behind(from),
                _ => None,
            }),
        }
    }
}

impl Names for World {
    fn find(&self, scope: Scope, path: &[String]) -> Found<'_> {
        match self.target(scope, path, DEPTH) {
            Target::External(path) => Found::External(path),
            Target::Here(Definition::Module(_)) => Found::External(path.to_vec()),
            Target::Here(Definition::Record(number)) => Found::Record(number),
            Target::Here(Definition::Newtype(number)) => {
                let found = &self.newtypes[number];
                Found::Newtype(&found.newtype, found.module)
            }
            Target::Here(Definition::Alias(number)) => {
                let (ty, module) = &self.aliases[number];
                Found::Alias(ty, *module)
            }
            Target::Here(Definition::Enum(number)) => {
                let found = &self.enums[number];
                if self.is_column_enum(found) {
                    return Found::Enum(number);
                }
                let name = &found.item.rust_name.value;
                Found::Unfit(
                    format!("unknown type {}: the enum does not say how it is kept", path.join("::")),
                    format!(
                        "derive `limbeck::Enum` for `{name}`, or say at the field what it is in the database: `#[limbeck(type = \"…\")]`, `#[limbeck(json)]` or `#[limbeck(skip)]`"
                    ),
                )
            }
            Target::Here(Definition::Opaque) => {
                Found::Unfit(format!("unknown type {}", path.join("::")), UNKNOWN_TYPE_HELP.to_owned())
            }
        }
    }
}

impl World {
    /// Whether an enum is meant for columns.
    pub(super) fn is_column_enum(&self, found: &FoundEnum) -> bool {
        found.marks.marked || found.marks.has_limbeck || self.derives(found.module, &found.marks, "Enum")
    }
}
