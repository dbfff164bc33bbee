//! `docs/cases.md` names tests that exist, and leaves no case out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of all functions in Rust files below a folder.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                functions(&path, found);
            }
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap();
            for part in text.split("fn ").skip(1) {
                let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
                found.insert(part[..end].to_owned());
            }
        }
    }
}

/// The cases that a cell names: `D001`, `A001–A003`, `A038, A043`.
fn cases(cell: &str) -> Vec<String> {
    let one = |text: &str| (text[..1].to_owned(), text[1..].parse::<u32>().unwrap());
    cell.split(", ")
        .flat_map(|part| {
            let (first, last) = part.split_once('–').unwrap_or((part, part));
            let ((kind, from), (_, to)) = (one(first), one(last));
            (from..=to).map(move |number| format!("{kind}{number:03}"))
        })
        .collect()
}

#[test]
fn every_case_is_listed_once_and_every_test_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join("docs/cases.md")).unwrap();
    let mut known = BTreeSet::new();
    functions(&root, &mut known);
    let mut seen = Vec::new();
    for row in text.lines().filter(|line| line.starts_with("| D0") || line.starts_with("| A")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        seen.extend(cases(cells[0]));
        assert!(cells[3].contains('`'), "{}: no test holds it", cells[0]);
        for test in cells[3].split('`').skip(1).step_by(2) {
            assert!(known.contains(test), "{}: there is no test {test}", cells[0]);
        }
    }
    seen.sort();
    let expected = (1..=100).map(|number| format!("A{number:03}"));
    let expected: Vec<String> = expected.chain((1..=38).map(|number| format!("D{number:03}"))).collect();
    assert_eq!(seen, expected);
}
