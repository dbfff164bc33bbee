//! From a database to models and back: what `inspect --format rust` writes says what the database holds.

mod support;

use std::path::Path;

use limbeck_core::schema::{Naming, Schema};
use limbeck_models::read_text;
use support::{apart, in_dialect, observe, plan, replayed, rustfmt_leaves, written};

/// The schemas of the driver's fidelity cases, before and after.
fn cases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drivers/sqlite/tests/fidelity/cases");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, after) = text.split_once("\n-- after\n").unwrap();
        found.push((format!("{name} before"), before.to_owned()));
        found.push((format!("{name} after"), after.to_owned()));
    }
    found.sort();
    assert!(found.len() > 200);
    found
}

/// What may be left out: things that are neither tables nor enums.
fn is_object(line: &str) -> bool {
    ["view ", "trigger ", "virtual table "].iter().any(|kind| line.starts_with(kind))
}

#[tokio::test]
async fn every_fidelity_case_comes_back() {
    let mut texts = Vec::new();
    let mut wrong = Vec::new();
    for (name, sql) in cases() {
        let schema = observe(&sql).await;
        let made = written(&schema);
        let lost: Vec<&String> = made.left_out.iter().filter(|line| !is_object(line)).collect();
        if !lost.is_empty() {
            wrong.push(format!("{name}: {lost:#?}\n{}", made.text));
            continue;
        }
        let models = read_text("models.rs", &made.text, &Naming::default()).unwrap().schema;
        // The revisions may hold the very schema, or what is left of it in a file.
        for baseline in [schema.clone(), replayed(&schema)] {
            let differences = plan(&baseline, &models);
            if !differences.is_empty() {
                wrong.push(format!("{name}: {differences:#?}\n{}", made.text));
            }
        }
        texts.push(made.text);
        if let Ok(again) = in_dialect(&models).await {
            let differences = apart(&schema, &again);
            if !differences.is_empty() {
                wrong.push(format!("{name}, built again: {differences:#?}"));
            }
        } else {
            wrong.push(format!("{name}: the models cannot be built"));
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n\n"));
    rustfmt_leaves(&texts);
}

#[tokio::test]
async fn an_empty_database_is_an_empty_module() {
    let made = written(&Schema::new());
    assert_eq!(made.text, "//! Written by `limbeck inspect --format rust`.\n");
    assert!(made.left_out.is_empty());
}

#[tokio::test]
async fn a_database_of_everything() {
    let schema = observe(include_str!("everything.sql")).await;
    let made = written(&schema);
    insta::assert_snapshot!(made.text);
    rustfmt_leaves(&[made.text]);
}
