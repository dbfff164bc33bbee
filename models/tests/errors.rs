//! What a user sees of broken models.

#[allow(unreachable_pub, dead_code, reason = "shared between tests")]
mod common;

use std::path::Path;

use limbeck_core::schema::Naming;
use limbeck_models::{Options, read_sources};

#[test]
fn every_error_of_a_broken_file_has_its_place_and_a_fix() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken");
    let errors = read_sources(&["models.rs".into()], &base, &Naming::default(), &Options::default())
        .expect_err("the models are broken");
    assert!(errors.iter().all(|error| error.location.is_some() && error.help.is_some()));
    insta::assert_snapshot!(common::shown(&errors));
}

#[test]
fn an_unknown_type_names_file_line_and_column() {
    let errors = common::read("use limbeck::Table;\n#[derive(Table)]\nstruct A {\n    #[limbeck(primary_key)]\n    pub id: Mystery,\n}\n")
        .expect_err("Mystery is no type");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].to_string(), "src/models.rs:5:13: unknown type Mystery");
}

#[test]
fn a_file_that_does_not_parse_is_an_error_with_its_place() {
    let errors = common::read("struct A {\n    id: i32,\n").expect_err("a brace is missing");
    assert_eq!(errors[0].code, "parse-error");
    let errors = common::read("#[derive(limbeck::Table)]\nstruct A {\n    id i32,\n}\n")
        .expect_err("a colon is missing");
    assert_eq!(errors[0].location.as_ref().map(|place| place.line), Some(3));
}

#[test]
fn a_source_that_is_not_there_is_an_error() {
    let errors = read_sources(
        &["no/such/place".into()],
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &Naming::default(),
        &Options::default(),
    )
    .expect_err("there is none");
    assert_eq!(errors[0].code, "models-not-found");
}

#[test]
fn models_that_a_macro_makes_are_reported() {
    let errors = common::read(
        "macro_rules! model {\n    ($name:ident) => {\n        #[derive(limbeck::Table)]\n        struct $name { id: i64 }\n    };\n}\n\
         model!(A);\nother::model! { #[limbeck(table = \"b\")] struct B { id: i64 } }\nlimbeck::tables![A];\n",
    )
    .expect_err("nobody sees what they make");
    insta::assert_snapshot!(common::shown(&errors));
}
