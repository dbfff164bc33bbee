//! Reads every `.rs` file below the directories given as models, each for itself, and says how long it took. A panic
//! ends it: there is no Rust source that the reader may fall over.
//!
//!     cargo run --release -p limbeck-models --example read_all -- ~/.cargo/registry/src

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use limbeck_core::schema::Naming;
use limbeck_models::read_text;

fn main() {
    let mut files = Vec::new();
    for directory in std::env::args().skip(1) {
        collect(Path::new(&directory), &mut files);
    }
    let start = Instant::now();
    let (mut bytes, mut tables, mut codes) = (0, 0, BTreeMap::new());
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        bytes += text.len();
        let name = file.display().to_string();
        // Deep nesting is an error and no overflow: as the reader itself does it, in a thread with a deep stack.
        let read = std::thread::Builder::new()
            .stack_size(256 << 20)
            .spawn(move || read_text(&name, &text, &Naming::default()));
        match read.expect("a thread").join() {
            Ok(Ok(declared)) => tables += declared.schema.tables.len(),
            Ok(Err(errors)) => {
                for error in errors {
                    *codes.entry(error.code).or_insert(0_usize) += 1;
                    if std::env::var_os("SHOW").is_some() && error.code != "missing-module" {
                        println!("{error}");
                    }
                }
            }
            Err(_) => {
                println!("{}: a panic", file.display());
                std::process::exit(1);
            }
        }
    }
    println!(
        "{} files, {bytes} bytes, {tables} tables in {:?}; errors: {codes:?}",
        files.len(),
        start.elapsed()
    );
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
