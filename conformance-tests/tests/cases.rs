//! That the list, the files and the page agree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use limbeck_conformance::{DataCase, cases};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_file_is_listed() {
    let listed: BTreeSet<String> = cases()
        .iter()
        .filter(|case| case.text().is_some())
        .map(|case| format!("{}/{}.toml", case.group, case.name))
        .collect();
    let mut found = BTreeSet::new();
    for group in fs::read_dir(folder().join("cases")).unwrap() {
        let group = group.unwrap();
        for file in fs::read_dir(group.path()).unwrap() {
            let file = file.unwrap().file_name();
            found.insert(format!("{}/{}", group.file_name().to_string_lossy(), file.to_string_lossy()));
        }
    }
    assert_eq!(listed, found);
}

#[test]
fn every_file_can_be_read_and_says_where_it_stands() {
    for case in cases() {
        let Some(text) = case.text() else { continue };
        let data =
            DataCase::parse(text).unwrap_or_else(|error| panic!("{}::{}: {error}", case.group, case.name));
        assert_eq!((data.group.as_str(), data.name.as_str()), (case.group, case.name));
        assert!(!data.about.is_empty(), "{}::{}", case.group, case.name);
    }
}

#[test]
fn no_case_is_listed_twice() {
    let names: BTreeSet<(&str, &str)> = cases().iter().map(|case| (case.group, case.name)).collect();
    assert_eq!(names.len(), cases().len());
}

#[test]
fn mistakes_in_a_file_are_errors() {
    let good = cases().iter().find_map(limbeck_conformance::Case::text).unwrap();
    DataCase::parse(good).unwrap();
    for (what, text) in [
        ("an unknown key", format!("nmae = 'x'\n{good}")),
        ("an unknown operation", good.replace("op = \"", "op = \"un")),
        ("no operations", good.split("\n[[").next().unwrap().to_owned()),
        ("no TOML", format!("{good}\n[")),
    ] {
        assert!(DataCase::parse(&text).is_err(), "{what}:\n{text}");
    }
}

#[test]
fn the_page_lists_every_case() {
    let page = fs::read_to_string(folder().join("../docs/conformance.md")).unwrap();
    let mut group = "";
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("### ") {
            group = title;
        }
    }
    assert!(group.starts_with("Not applicable on"), "the matrix is not there");
    for case in cases() {
        let (_, section) = page.split_once(&format!("\n### {}\n", case.group)).unwrap_or_else(|| {
            panic!("group {} is missing: run `cargo run -p limbeck-conformance --example matrix`", case.group)
        });
        let section = section.split("\n### ").next().unwrap();
        let row = format!("| `{}` | {} |", case.name, case.about().unwrap().replace('|', "\\|"));
        assert!(
            section.contains(&row),
            "{row} is missing: run `cargo run -p limbeck-conformance --example matrix`"
        );
    }
    assert!(!page.contains("FAILED"), "the page says that a case fails");
}

#[test]
fn most_cases_are_about_any_database() {
    // Without a capability that some server lacks, without an exception, and not about one dialect's own texts.
    let any = cases().iter().filter(|case| match case.text() {
        Some(text) => {
            let data = DataCase::parse(text).unwrap();
            data.needs.is_empty() && data.except.is_empty() && !text.contains("sqlite")
        }
        None => case.group != "capabilities",
    });
    let count = any.count();
    assert!(count >= 250, "{count} of {}", cases().len());
    println!("{count} of {} cases need nothing that a server may lack", cases().len());
}
