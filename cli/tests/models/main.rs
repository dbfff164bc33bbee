//! From a database to models and back: what `inspect --format rust` writes says what the database holds.

mod random;
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

/// What the models of a schema say, with what they leave to rules and to Rust's types taken back.
fn as_before(schema: &Schema, models: &Schema) -> Schema {
    let mut models = models.clone();
    for (name, table) in &mut models.tables {
        let before = &schema.tables[name];
        let mut old: Vec<_> = before.constraints.iter().collect();
        for constraint in &mut table.constraints {
            let without_name = |c: &limbeck_core::schema::Constraint| limbeck_core::schema::Constraint {
                name: None,
                ..c.clone()
            };
            let mut same = without_name(constraint);
            // A reference to a struct names its primary key.
            if let limbeck_core::schema::ConstraintBody::ForeignKey(key) = &mut same.body {
                let bare = old.iter().any(|old| {
                    matches!(&old.body, limbeck_core::schema::ConstraintBody::ForeignKey(o) if o.references.columns.is_empty()
                        && o.columns == key.columns && o.references.table == key.references.table)
                });
                if bare {
                    key.references.columns.clear();
                }
            }
            let named = |old: &&limbeck_core::schema::Constraint| {
                (old.name.is_none() || old.name == constraint.name) && without_name(old) == same
            };
            if let Some(at) = old.iter().position(|old| named(old)) {
                *constraint = old.remove(at).clone();
            }
        }
    }
    models
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_schema_comes_back_whole(seed in 0_u64..1_000_000) {
        let schema = random::schema(seed);
        let made = written(&schema);
        proptest::prop_assert!(made.left_out.is_empty(), "seed {}: {:#?}\n{}", seed, made.left_out, made.text);
        let models = read_text("models.rs", &made.text, &Naming::default()).unwrap().schema;
        let again = as_before(&schema, &models);
        for (name, table) in &schema.tables {
            proptest::prop_assert_eq!(Some(table), again.table(name), "seed {}\n{}", seed, made.text);
        }
        proptest::prop_assert_eq!(&schema, &again, "seed {}\n{}", seed, made.text);
    }
}

#[test]
fn models_of_any_schema_are_laid_out_as_rustfmt_does() {
    let texts: Vec<String> = (0..60).map(|seed| written(&random::schema(seed)).text).collect();
    rustfmt_leaves(&texts);
}
