//! The chapter of the book shows code as it stands in this crate.

use std::fs;
use std::path::Path;

/// The texts of all sources below a folder.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn what_it_shows_is_there() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&here.join("src"), &mut found);
    sources(&here.join("tests"), &mut found);
    let chapter = fs::read_to_string(here.join("../../docs/third-party-dialects.md")).unwrap();
    let blocks: Vec<&str> =
        chapter.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 8, "only {} pieces of code are shown", blocks.len());
    for block in blocks {
        assert!(
            found.iter().any(|source| source.contains(block)),
            "the chapter shows what is not there:\n{block}"
        );
    }
}
