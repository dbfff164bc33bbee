//! Tables that a program lists: generated structs are read in both ways, and a program of one's own is a source.
#![allow(unreachable_pub, reason = "models are written as an application writes them")]

// The source reader takes `cfg(test)` for false, so that it does not see these and knows the types by their names.
#[cfg(test)]
mod stand_ins;

// It is compared with what the writer writes, which follows rustfmt's own settings and not this project's.
#[rustfmt::skip]
#[allow(dead_code, reason = "the structs are described, not used")]
#[allow(clippy::duplicated_attributes, reason = "two entries of one attribute may say the same of different things")]
mod generated;
#[cfg(test)]
#[path = "../models/random.rs"]
mod random;

use std::ffi::OsString;
use std::path::Path;

use limbeck_cli::{App, Exit};
use limbeck_core::driver::{Drivers, Version};
use limbeck_core::schema::Naming;
use limbeck_models::write::{Setting, write};
use limbeck_models::{Declared, Options, read_sources};
use limbeck_sqlite::dialect::SqliteDialect;

/// How many random schemas the file holds.
const SCHEMAS: u64 = 12;

/// The file `generated.rs`: a module for each schema, and a list of all tables.
fn generate() -> String {
    let dialect = SqliteDialect::new(Version::parse(rusqlite::version()).unwrap());
    let mut text = String::from(
        "//! Random schemas as models. Written by the test of `main.rs`; `UPDATE_GENERATED=1` writes it anew.\n",
    );
    let mut modules = Vec::new();
    let mut listed = Vec::new();
    for seed in 0..SCHEMAS {
        let mut schema = random::schema(seed);
        // Two modules may have tables of one name.
        schema.enums = std::mem::take(&mut schema.enums)
            .into_values()
            .map(|mut item| {
                item.name = item.name.sibling(format!("{}_of_{seed}", item.name.name));
                (item.name.clone(), item)
            })
            .collect();
        schema.tables = std::mem::take(&mut schema.tables)
            .into_values()
            .map(|mut table| {
                table.name = table.name.sibling(format!("{}_of_{seed}", table.name.name));
                for column in &mut table.columns {
                    if let Some(limbeck_core::schema::Type::Enum(name)) = &mut column.ty.default {
                        *name = name.sibling(format!("{}_of_{seed}", name.name));
                    }
                }
                for constraint in &mut table.constraints {
                    if let limbeck_core::schema::ConstraintBody::ForeignKey(key) = &mut constraint.body
                        && key.references.table.name != "elsewhere"
                    {
                        let there = &mut key.references.table;
                        *there = there.sibling(format!("{}_of_{seed}", there.name));
                    }
                }
                (table.name.clone(), table)
            })
            .collect();
        let made = write(&schema, Setting { naming: &Naming::default(), dialect: &dialect, unmanaged: &[] });
        assert_eq!(made.left_out, Vec::<String>::new(), "seed {seed}");
        let body = made.text.split_once("\n\n").expect("a header and structs").1.to_owned();
        for line in body.lines() {
            if let Some(name) = line.strip_prefix("pub struct ") {
                listed.push(format!("m{seed}::{}", name.trim_end_matches(" {")));
            }
        }
        modules.push(format!(
            "\npub mod m{seed} {{\n    #[cfg(test)]\n    #[allow(unused_imports)]\n    use crate::stand_ins::{{chrono, rust_decimal, serde_json, uuid}};\n\n{body}}}\n"
        ));
    }
    text.extend(modules);
    text.push_str(&format!(
        "\npub fn tables() -> limbeck::Tables {{\n    limbeck::tables![\n        {}\n    ]\n}}\n",
        listed.join(",\n        ")
    ));
    text
}

#[test]
fn the_generated_models_are_those_of_the_writer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exact/generated.rs");
    let text = generate();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == text,
        "run the test with UPDATE_GENERATED=1 and look at the change"
    );
}

fn from_source() -> Declared {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    read_sources(&["tests/exact/main.rs".into()], base, &Naming::default(), &Options::default())
        .unwrap_or_else(|errors| panic!("{errors:#?}"))
}

#[test]
fn both_readings_of_generated_structs_agree() {
    let (source, derives) = (from_source(), generated::tables().declare().unwrap());
    assert!(source.schema.tables.len() > 20);
    for (name, table) in &source.schema.tables {
        assert_eq!(Some(table), derives.schema.table(name), "{name}");
    }
    assert_eq!(source.schema, derives.schema);
}

#[test]
fn what_a_program_prints_comes_back() {
    let declared = generated::tables().declare().unwrap();
    let again = Declared::from_json(&declared.to_json()).unwrap();
    assert_eq!(again, declared);
    let text = limbeck_models::read_text(
        "a.rs",
        "#[derive(limbeck::Table)]\n#[limbeck(renamed_from = \"x.old\", schema = \"y\", database = \"other\")]\nstruct New {\n    \
         #[limbeck(renamed_from = \"b\", fill_sql = \"0\", mysql(fill_sql = \"1\"))]\n    a: i64,\n    e: E,\n}\n\
         #[derive(limbeck::Enum)]\nenum E { #[limbeck(renamed_from = \"q\")] A }\n\
         #[derive(limbeck::Table)]\n#[limbeck(managed = false)]\nstruct There { a: i64 }\n",
        &Naming::default(),
    )
    .unwrap();
    let again = Declared::from_json(&text.to_json()).unwrap();
    assert_eq!(again.schema, text.schema);
    assert_eq!(again.hints, text.hints);
    assert_eq!(again.databases, text.databases);
    assert_eq!(again.unmanaged, text.unmanaged);
}

/// Models of a program's own.
#[cfg(test)]
mod own {
    #[derive(limbeck::Table)]
    #[allow(dead_code, reason = "it is described, not used")]
    pub struct Account {
        #[limbeck(primary_key, identity)]
        pub id: i64,
        #[limbeck(unique, renamed_from = "mail")]
        pub email: String,
    }
}

#[test]
fn a_program_with_tables_of_its_own_is_a_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("migrations")).unwrap();
    std::fs::write(
        at("limbeck.toml"),
        "[databases.default]\nurl = \"sqlite://app.db\"\n[naming]\nunique = \"uq_{table}_{columns}\"\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let config = at("limbeck.toml");
        let whole = ["limbeck", "-q", "--no-input", "--config"].iter().map(OsString::from);
        let whole = whole.chain([config.into_os_string()]).chain(arguments.iter().map(OsString::from));
        let drivers = Drivers::new().with(limbeck_sqlite::driver()).unwrap();
        App::new(drivers).tables(limbeck::tables![own::Account]).run(whole)
    };
    assert_eq!(run(&["makemigrations"]), Exit::Done);
    assert_eq!(run(&["migrate"]), Exit::Done);
    assert_eq!(run(&["makemigrations", "--check"]), Exit::Done);
    assert_eq!(run(&["check"]), Exit::Done);
    let file = std::fs::read_dir(at("migrations")).unwrap().next().unwrap().unwrap().path();
    assert!(std::fs::read_to_string(file).unwrap().contains("uq_account_email"));
    // What the program would print, an `exec:` source reads; there is no Rust source here at all.
    let json = limbeck::tables![own::Account].declare().unwrap().to_json();
    std::fs::write(at("models.json"), json.to_string()).unwrap();
    assert_eq!(run(&["diff", "--from", "migrations", "--to", "models.json", "--exit-code"]), Exit::Found);
}
