//! Models that are refused: each error stands where it belongs, with its reason and what to write instead, and both
//! readers say it in the same words. A case is a file in `refused`, with what the compiler says of it beside it.
//!
//! `TRYBUILD=overwrite cargo test -p limbeck-derive --test refused` writes the texts anew, for review.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::schema::Naming;
use limbeck_models::{Options, read_sources};

/// An error: line, column, and the text with its help.
type Refusal = (u32, u32, String);

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refused");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    files.sort();
    files
}

/// What the static reader says of a file.
fn by_source(file: &Path) -> Vec<Refusal> {
    let base = file.parent().unwrap();
    let read = read_sources(&[file.to_owned()], base, &Naming::default(), &Options::default());
    let errors = read.err().unwrap_or_default();
    let mut found = Vec::new();
    for error in errors {
        let place =
            error.location.unwrap_or_else(|| panic!("{}: {} is nowhere", file.display(), error.message));
        let help = error.help.unwrap_or_else(|| panic!("{}: {} has no help", file.display(), error.message));
        found.push((place.line, place.column, format!("{}\nhelp: {help}", error.message)));
        found.extend(error.related.into_iter().map(|(place, why)| (place.line, place.column, why)));
    }
    found.sort();
    found
}

/// What the compiler said, out of the file beside the case.
fn by_derive(file: &Path) -> Vec<Refusal> {
    let text = fs::read_to_string(file.with_extension("stderr")).unwrap();
    let mut found = Vec::new();
    for block in text.split("\n\n").filter_map(|block| block.trim_start().strip_prefix("error: ")) {
        let (message, rest) = block.split_once("\n --> ").unwrap_or_else(|| panic!("{block} is nowhere"));
        let mut place = rest.lines().next().unwrap().rsplitn(3, ':');
        let column = place.next().unwrap().parse().unwrap();
        let line = place.next().unwrap().parse().unwrap();
        let message: Vec<&str> = message.lines().map(str::trim_start).collect();
        found.push((line, column, message.join("\n")));
    }
    found.sort();
    found
}

#[test]
fn the_derives_refuse_them() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}

#[test]
fn the_source_reader_says_the_same() {
    let cases = cases();
    assert!(cases.len() > 15, "{cases:?}");
    let differ: Vec<String> = cases
        .iter()
        .map(|file| (file, by_source(file), by_derive(file)))
        .filter(|(_, source, derive)| source != derive)
        .map(|(file, source, derive)| {
            format!("{}\n  source: {source:?}\n  derive: {derive:?}", file.display())
        })
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
