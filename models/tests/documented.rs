//! What `docs/models.md` shows is read: every example of its tables, and every key has one.

use std::collections::BTreeSet;

use limbeck_core::schema::Naming;
use limbeck_models::read_text;

const DOCS: &str = include_str!("../../docs/models.md");

/// The rows of the table behind a heading, as their cells.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let start = DOCS.find(heading).unwrap_or_else(|| panic!("{heading} is not in the docs"));
    let section = &DOCS[start + heading.len()..];
    let section = &section[..section.find("\n## ").unwrap_or(section.len())];
    let lines = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| key"));
    lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// What stands between the backticks of a cell.
fn code(cell: &str) -> &str {
    cell.trim_matches('`')
}

/// The keys that the grammar knows of a struct or a field, by what it says of a wrong one.
fn known(text: &str) -> BTreeSet<String> {
    let errors = read_text("a.rs", text, &Naming::default()).expect_err("there is no such key");
    let help = errors[0].help.as_deref().expect("the keys are listed");
    let list = help.split(" are ").nth(1).expect("a list");
    list.split(", ").map(str::to_owned).collect()
}

fn documented(heading: &str) -> BTreeSet<String> {
    let keys =
        rows(heading).into_iter().map(|row| code(row[0]).split('(').next().unwrap_or_default().to_owned());
    keys.filter(|key| !key.is_empty()).collect()
}

#[test]
fn every_key_has_an_example() {
    let of_struct = known("#[derive(limbeck::Table)] #[limbeck(zzzzzzzzzzzzzzzz)] struct A { a: i32 }");
    let of_field = known("#[derive(limbeck::Table)] struct A { #[limbeck(zzzzzzzzzzzzzzzz)] a: i32 }");
    assert_eq!(documented("## On the struct"), of_struct);
    assert_eq!(documented("## On a field"), of_field);
}

#[test]
fn every_example_of_a_struct_is_read() {
    let rows = rows("## On the struct");
    assert!(rows.len() > 20);
    for row in rows {
        let example = code(row[1]);
        let text = format!(
            "#[derive(limbeck::Table)]\n#[limbeck({example})]\nstruct Example {{\n    id: i64,\n    a: i32,\n    b: i32,\n    c: i32,\n    \
             email: String,\n    title: String,\n    created_at: chrono::NaiveDateTime,\n}}\n\
             #[derive(limbeck::Table)]\n#[limbeck(unique(x, y))]\nstruct Org {{ #[limbeck(primary_key)] id: i64, x: i32, y: i32 }}\n"
        );
        read_text("a.rs", &text, &Naming::default())
            .unwrap_or_else(|errors| panic!("{example}: {errors:#?}"));
    }
}

#[test]
fn every_example_of_a_field_is_read() {
    let rows = rows("## On a field");
    assert!(rows.len() > 25);
    for row in rows {
        let (example, ty) = (code(row[1]), code(row[2]));
        let text = format!(
            "#[derive(limbeck::Table)]\nstruct Example {{\n    #[limbeck({example})]\n    field: {ty},\n    other: i64,\n}}\n\
             #[derive(limbeck::Table)]\nstruct Org {{ #[limbeck(primary_key)] id: i64 }}\n\
             #[derive(limbeck::Table)]\n#[limbeck(embedded)]\nstruct Address {{ street: String }}\nstruct Mystery;\n"
        );
        read_text("a.rs", &text, &Naming::default())
            .unwrap_or_else(|errors| panic!("{example}: {errors:#?}"));
    }
}

#[test]
fn the_examples_in_full_are_read() {
    let blocks: Vec<&str> =
        DOCS.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let text = format!(
            "{block}\n#[derive(limbeck::Table)]\nstruct Org {{ #[limbeck(primary_key)] id: i64 }}\nstruct Order;\n"
        );
        read_text("a.rs", &text, &Naming::default()).unwrap_or_else(|errors| panic!("{errors:#?}\n{block}"));
    }
}
