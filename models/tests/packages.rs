//! Whole packages and directories: which files are read, how names are followed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Naming, Table};
use limbeck_models::{Declared, Options, read_sources};

fn read(fixture: &str, paths: &[&str], features: &[&str]) -> Declared {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture);
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let options =
        Options { features: features.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>() };
    read_sources(&paths, &base, &Naming::default(), &options).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn tables(declared: &Declared) -> Vec<&str> {
    declared.schema.tables.keys().map(|name| name.name.as_str()).collect()
}

fn table<'d>(declared: &'d Declared, name: &str) -> &'d Table {
    declared.schema.table(&Name::new(name)).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn the_targets_of_a_package_are_read_and_names_followed() {
    let declared = read("shop", &["src"], &[]);
    assert_eq!(tables(&declared), ["orders", "tool_run", "users"]);
    let users = table(&declared, "users");
    let columns: Vec<&str> = users.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns, ["id", "mail", "displayName"]);
    assert_eq!(users.columns[0].ty.to_string(), "uuid");
    let orders = table(&declared, "orders");
    assert_eq!(orders.column(&Ident::new("total")).expect("total").ty.to_string(), "decimal(12,2)");
    let (_, key) = orders.foreign_keys().next().expect("a foreign key");
    assert_eq!(
        (key.references.table.clone(), key.references.columns.clone()),
        (Name::new("users"), vec![Ident::new("id")])
    );
    let (_, key) = table(&declared, "tool_run").foreign_keys().next().expect("a foreign key");
    assert_eq!(key.references.table, Name::new("orders"));
    assert_eq!(declared.models[&Name::new("users")].to_string(), "src/models/mod.rs:10:16");
    assert_eq!(declared.files.len(), 5);
}

#[test]
fn features_are_off_unless_chosen() {
    assert_eq!(tables(&read("shop", &["src"], &["reports"])), ["orders", "reports", "tool_run", "users"]);
}

#[test]
fn a_file_named_twice_is_read_once() {
    let declared = read("shop", &["src", "src/lib.rs", "src/models/order.rs"], &[]);
    assert_eq!(tables(&declared), ["orders", "tool_run", "users"]);
}

#[test]
fn a_directory_without_a_root_is_read_whole() {
    assert_eq!(tables(&read("loose", &["."], &[])), ["a", "b"]);
}

#[test]
fn a_pattern_names_several_packages_and_their_names_meet() {
    let declared = read("workspace", &["crates/*/src/models"], &[]);
    assert_eq!(tables(&declared), ["invoices", "users"]);
    let (_, key) = table(&declared, "invoices").foreign_keys().next().expect("a foreign key");
    assert_eq!(key.references.table, Name::new("users"));
    assert_eq!(key.references.columns, [Ident::new("id")]);
}

#[test]
fn a_workspace_is_read_whole() {
    let declared = read("workspace", &["."], &[]);
    assert_eq!(tables(&declared), ["drafts", "invoices", "users"]);
    assert_eq!(tables(&read("workspace", &["crates"], &[])), ["drafts", "invoices", "users"]);
}

#[test]
fn an_included_file_is_read_in_its_place() {
    let declared = read("workspace", &["."], &[]);
    assert_eq!(table(&declared, "drafts").columns[1].ty.to_string(), "varchar(20)");
}

#[test]
fn globs_in_circles_and_of_unknown_crates_end() {
    let mut text = String::from("use one::prelude::*;\nuse two::prelude::*;\nuse three::*;\nuse four::*;\n");
    for at in 0..40 {
        text.push_str(&format!(
            "pub use m{at}::*;\npub mod m{at} {{\n    use super::*;\n    use five::*;\n    #[derive(limbeck::Table)]\n    pub struct T{at} {{\n        \
             #[limbeck(primary_key)]\n        pub id: Key,\n        #[limbeck(references(T{}.id))]\n        pub other: i64,\n    }}\n}}\n",
            (at + 7) % 40
        ));
    }
    text.push_str("pub type Key = i64;\n");
    let declared = limbeck_models::read_text("a.rs", &text, &Naming::default())
        .unwrap_or_else(|errors| panic!("{:#?}", errors.first()));
    assert_eq!(declared.schema.tables.len(), 40);
}
