//! The static reader: Rust source is parsed, nothing is compiled.

mod cfg;
mod cut;
#[cfg(test)]
mod cut_tests;
mod globs;
mod items;
mod lines;
mod load;
mod macros;
mod marks;
mod plain;
mod report;
mod roots;
mod scan;
mod scope;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnostic;
use limbeck_core::schema::Naming;

use crate::Declared;
use crate::assemble::{Source, assemble};
use crate::convert::{convert, table_name};

/// How source is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The features for which `cfg(feature = "…")` holds. Others are off.
    pub features: BTreeSet<String>,
}

/// Reads the models in `paths`, each a file ending in `.rs` or a directory, relative to `base` if not absolute, or a
/// pattern for such (`crates/*/src/models`). Places in errors are relative to `base`, too.
///
/// A directory under a `Cargo.toml` means the targets of that package below it, or of the packages of that workspace;
/// else its `lib.rs`, `main.rs` or `mod.rs`; else every `.rs` file in it. Files named by `mod` are read with them, each
/// once.
///
/// # Errors
/// Everything that is wrong, each with its place: files that cannot be read or parsed, attributes, types and names.
pub fn read_sources(
    paths: &[PathBuf],
    base: &Path,
    naming: &Naming,
    options: &Options,
) -> Result<Declared, Vec<Diagnostic>> {
    let roots = roots::find(paths, base)?;
    declare(load::load(&roots, options)?, base, naming)
}

/// Reads the models in `text`, as if it were the file `name`, without any other.
///
/// # Errors
/// As [`read_sources`].
pub fn read_text(name: &str, text: &str, naming: &Naming) -> Result<Declared, Vec<Diagnostic>> {
    declare(load::load_text(name, text, &Options::default()), Path::new(""), naming)
}

fn declare(loaded: load::Loaded, base: &Path, naming: &Naming) -> Result<Declared, Vec<Diagnostic>> {
    let files = report::Files::new(loaded.files, base);
    let mut problems = loaded.problems;
    let mut world = loaded.world;
    world.settle();
    let tables = marks::tables(&world, &mut problems);
    let sources: Vec<Source<'_>> =
        world.records.iter().map(|found| Source { record: &found.record, scope: found.module }).collect();
    let enums = world.enums.iter().map(|found| found.item.clone()).collect();
    let model = assemble(&world, &sources, &tables, enums, &mut problems);
    let converted = convert(&model, naming, &mut problems);
    if !problems.is_empty() {
        return Err(files.diagnostics(problems));
    }
    let models = model
        .tables
        .iter()
        .filter_map(|table| Some((table_name(table.record), files.location(table.record.name.place)?)))
        .collect::<BTreeMap<_, _>>();
    Ok(Declared {
        schema: converted.schema,
        hints: converted.hints,
        files: files.paths(),
        models,
        databases: converted.databases,
        unmanaged: converted.unmanaged,
    })
}
