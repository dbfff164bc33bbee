//! The models of a first project, as they grow.

#[allow(unreachable_pub, dead_code, reason = "shared between tests")]
mod common;

use limbeck_core::diff::ColumnRename;
use limbeck_core::ident::{Ident, Name};
use limbeck_models::Declared;

const FIRST: &str = r#"use limbeck::Table;

/// Guests of the house.
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "guests")]
pub struct Guest {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(length = 100)]
    pub name: Option<String>,
    #[limbeck(length = 255)]
    pub email: Option<String>,
}
"#;

const SECOND: &str = r#"
#[derive(limbeck::Enum)]
pub enum State { #[limbeck(value = "asked")] Asked, #[limbeck(value = "sure")] Sure, #[limbeck(value = "called_off")] CalledOff }

#[derive(limbeck::Table)]
#[limbeck(table = "stays", index(guest_id, begins_at desc), check(name = "stays_price_positive", sql = "price > 0"))]
pub struct Stay {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(references(Guest.id, on_delete = cascade))]
    pub guest_id: i64,
    #[limbeck(precision(10, 2))]
    pub price: rust_decimal::Decimal,
    #[limbeck(length = 40, unique)]
    pub number: String,
    #[limbeck(default_sql = "CURRENT_TIMESTAMP")]
    pub begins_at: chrono::NaiveDateTime,
    pub state: State,
}
"#;

fn read(text: &str) -> Declared {
    common::read(text).unwrap_or_else(|errors| panic!("{}", common::shown(&errors)))
}

fn columns(declared: &Declared, table: &str) -> Vec<String> {
    let table = declared.schema.table(&Name::new(table)).expect("the table");
    table
        .columns
        .iter()
        .map(|column| {
            let null = if column.nullable { " null" } else { "" };
            let identity = if column.identity.is_some() { " identity" } else { "" };
            let default = column.default.as_ref().and_then(|sql| sql.plain());
            let default = default.map(|sql| format!(" default {sql}")).unwrap_or_default();
            format!("{} {}{null}{identity}{default}", column.name, column.ty)
        })
        .collect()
}

#[test]
fn the_first_table() {
    let declared = read(FIRST);
    let expected = ["id bigint identity", "name varchar(100) null", "email varchar(255) null"];
    assert_eq!(columns(&declared, "guests"), expected);
    let table = declared.schema.table(&Name::new("guests")).expect("the table");
    assert_eq!(table.comment, None);
    assert!(table.is_sole_primary_key(&Ident::new("id")));
}

#[test]
fn a_second_table_with_everything() {
    let declared = read(&format!("{FIRST}{SECOND}"));
    let expected = [
        "id bigint identity",
        "guest_id bigint",
        "price decimal(10,2)",
        "number varchar(40)",
        "begins_at timestamp default CURRENT_TIMESTAMP",
        "state enum(state)",
    ];
    assert_eq!(columns(&declared, "stays"), expected);
    let table = declared.schema.table(&Name::new("stays")).expect("the table");
    let mut names: Vec<&str> =
        table.constraints.iter().filter_map(|c| c.name.as_ref()).map(Ident::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["stays_guest_id_fkey", "stays_number_key", "stays_pkey", "stays_price_positive"]);
    assert!(table.indexes.contains_key("stays_guest_id_begins_at_idx"));
    assert_eq!(declared.schema.enums[&Name::new("state")].values, ["asked", "sure", "called_off"]);
}

#[test]
fn a_renamed_column_is_a_hint() {
    let text = FIRST.replace(
        "#[limbeck(length = 100)]\n    pub name",
        "#[limbeck(length = 100, renamed_from = \"name\")]\n    pub full_name",
    );
    let declared = read(&text);
    let rename =
        ColumnRename { table: Name::new("guests"), from: Ident::new("name"), to: Ident::new("full_name") };
    assert_eq!(declared.hints.columns, [rename]);
}

#[test]
fn a_dropped_column_is_gone() {
    let declared = read(&FIRST.replace("    #[limbeck(length = 255)]\n    pub email: Option<String>,\n", ""));
    assert_eq!(columns(&declared, "guests"), ["id bigint identity", "name varchar(100) null"]);
}
