//! From a database to models and back: what `inspect --format rust` writes says what the database holds.

mod random;
mod support;

use std::path::Path;

use limbeck_core::schema::{Constraint, ConstraintBody, KeyPart, Naming, Schema};
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

/// The schema with the columns that foreign keys leave out: a reference to a struct names its primary key.
fn spelt_out(schema: &Schema) -> Schema {
    let mut whole = schema.clone();
    for table in whole.tables.values_mut() {
        for constraint in &mut table.constraints {
            if let ConstraintBody::ForeignKey(key) = &mut constraint.body
                && key.references.columns.is_empty()
                && let Some((_, there)) =
                    schema.table(&key.references.table).and_then(|table| table.primary_key())
            {
                let columns = there.columns.iter().filter_map(KeyPart::as_column);
                key.references.columns = columns.cloned().collect();
            }
        }
    }
    whole
}

/// What models say, with the names that rules made taken off where the schema has none.
fn as_before(schema: &Schema, models: &Schema) -> Schema {
    let nameless = |constraint: &Constraint| Constraint { name: None, ..constraint.clone() };
    let mut models = models.clone();
    for (name, table) in &mut models.tables {
        let mut old: Vec<&Constraint> = schema.tables[name].constraints.iter().collect();
        let mut found = vec![false; table.constraints.len()];
        // Those with a name first: what has none can be any of them.
        for named in [true, false] {
            let mut matched = Vec::new();
            for (at, constraint) in table.constraints.iter_mut().enumerate().filter(|(at, _)| !found[*at]) {
                let same = |old: &&Constraint| {
                    old.name.is_some() == named
                        && (old.name == constraint.name || !named)
                        && nameless(old) == nameless(constraint)
                };
                if let Some(place) = old.iter().position(same) {
                    *constraint = old.remove(place).clone();
                    matched.push(at);
                }
            }
            matched.into_iter().for_each(|at| found[at] = true);
        }
    }
    models
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_schema_comes_back_whole(seed in 0_u64..1_000_000) {
        let schema = spelt_out(&random::schema(seed));
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
