//! Reads every `.rs` file below the directories given as models, each for itself, and says how long it took. A panic
//! ends it: there is no Rust source that the reader may fall over.
//!
//!     cargo run --release -p limbeck-models --example read_all -- ~/.cargo/registry/src
//!
//! With `--generate N DIR` it writes N structs of eight fields into DIR, twenty to a file, and reads them together:
//!
//!     cargo run --release -p limbeck-models --example read_all -- --generate 5000 /tmp/models

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use limbeck_core::schema::Naming;
use limbeck_models::{Options, read_sources, read_text};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, count, directory] = arguments.as_slice()
        && flag == "--generate"
    {
        return together(count.parse().expect("a number"), Path::new(directory));
    }
    let mut files = Vec::new();
    for directory in arguments {
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

/// Writes and reads structs, each with a reference to the one before it.
fn together(count: usize, directory: &Path) {
    std::fs::create_dir_all(directory).expect("a directory");
    for (file, numbers) in (0..count).collect::<Vec<_>>().chunks(20).enumerate() {
        let mut text = String::from("use super::*;\n");
        for number in numbers {
            let before = number.saturating_sub(1);
            text.push_str(&format!(
                "\n#[derive(limbeck::Table)]\n#[limbeck(index(a, b desc))]\npub struct Model{number} {{\n    #[limbeck(primary_key, identity)]\n    \
                 pub id: i64,\n    #[limbeck(references(Model{before}.id))]\n    pub before: Option<i64>,\n    pub a: i32,\n    pub b: i32,\n    \
                 #[limbeck(length = 100, unique)]\n    pub name: String,\n    #[limbeck(default_sql = \"CURRENT_TIMESTAMP\")]\n    \
                 pub at: chrono::NaiveDateTime,\n    #[limbeck(precision(10, 2))]\n    pub price: rust_decimal::Decimal,\n    pub more: Option<Vec<u8>>,\n}}\n"
            ));
        }
        std::fs::write(directory.join(format!("m{file}.rs")), text).expect("a file");
    }
    let modules: String =
        (0..count.div_ceil(20)).map(|file| format!("mod m{file};\npub use m{file}::*;\n")).collect();
    std::fs::write(directory.join("mod.rs"), modules).expect("a file");
    for _ in 0..5 {
        let start = Instant::now();
        let read = read_sources(&[".".into()], directory, &Naming::default(), &Options::default());
        let declared = read.unwrap_or_else(|errors| panic!("{:?}", errors.first()));
        println!("{} tables in {:?}", declared.schema.tables.len(), start.elapsed());
    }
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
