//! One set of structs, read in both ways: from this very file, and by the derives. Both must say the same.
#![allow(unreachable_pub, reason = "models are written as an application writes them")]

// The source reader takes `cfg(test)` for false, so that it does not see these and knows the types by their names.
#[cfg(test)]
mod stand_ins;

mod orgs;
#[allow(dead_code, reason = "the structs are described, not used")]
mod shop;

use std::path::Path;

use limbeck::core::ident::{Ident, Name};
use limbeck::core::schema::{ConstraintKind, Naming, Type};
use limbeck_models::{Options, read_sources};

fn from_source() -> limbeck::Declared {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"));
    read_sources(&["tests/agree/main.rs".into()], base, &Naming::default(), &Options::default())
        .unwrap_or_else(|errors| panic!("{}", shown(&errors)))
}

fn from_derives() -> limbeck::Declared {
    limbeck::tables![shop::User, shop::Order, shop::Everything<'_>, shop::Membership, orgs::Org, orgs::Audit]
        .declare()
        .unwrap_or_else(|errors| panic!("{}", shown(&errors)))
}

fn shown(errors: &[limbeck::core::diag::Diagnostic]) -> String {
    errors.iter().map(|error| format!("{error}\n  help: {:?}\n", error.help)).collect()
}

#[test]
fn both_readers_say_the_same() {
    let (source, derives) = (from_source(), from_derives());
    let names = |declared: &limbeck::Declared| declared.schema.tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&source), names(&derives));
    for (name, table) in &source.schema.tables {
        assert_eq!(Some(table), derives.schema.table(name), "{name}");
    }
    assert_eq!(source.schema, derives.schema);
    assert_eq!(source.unmanaged, derives.unmanaged);
    assert_eq!(source.databases, derives.databases);
    let sorted = |declared: &limbeck::Declared| {
        let mut hints = declared.hints.clone();
        hints.tables.sort_by(|a, b| a.to.cmp(&b.to));
        hints.columns.sort_by(|a, b| (&a.table, &a.to).cmp(&(&b.table, &b.to)));
        hints
    };
    assert_eq!(sorted(&source), sorted(&derives));
}

#[test]
fn the_schema_is_what_the_structs_say() {
    let declared = from_source();
    let users = declared.schema.table(&Name::new("users")).expect("users");
    let ty =
        |column: &str| users.column(&Ident::new(column)).unwrap_or_else(|| panic!("{column}")).ty.to_string();
    assert_eq!(ty("id"), "bigint");
    assert_eq!(ty("email"), "citext (postgres), varchar(320)");
    assert_eq!(ty("public_id"), "uuid");
    assert_eq!(ty("created_at"), "timestamptz");
    assert_eq!(ty("status"), "enum(status)");
    assert_eq!(ty("home_street"), "text");
    assert_eq!(ty("mood"), "text");
    assert_eq!(ty("level"), "smallint");
    let kinds: Vec<_> = users.constraints.iter().map(|c| (c.kind(), c.name.clone())).collect();
    assert!(kinds.contains(&(ConstraintKind::PrimaryKey, Some("users_pkey".into()))));
    assert!(kinds.contains(&(ConstraintKind::Unique, Some("users_email_key".into()))));
    assert!(kinds.contains(&(ConstraintKind::ForeignKey, Some("users_org_id_fkey".into()))));
    assert!(kinds.contains(&(ConstraintKind::Check, Some("users_age_check".into()))));
    assert!(kinds.contains(&(ConstraintKind::Check, Some("users_mood_check".into()))));
    assert!(kinds.contains(&(ConstraintKind::Check, Some("mail_at".into()))));
    assert!(users.indexes.contains_key("users_org_id_created_at_idx"));
    assert_eq!(users.comment.as_deref(), Some("People who can sign in."));
    let status = &declared.schema.enums[&Name::new("status")];
    assert_eq!(status.values, ["active", "on_hold"]);
    assert_eq!(declared.hints.enum_values.len(), 1);
    let everything = declared.schema.table(&Name::new("everything")).expect("everything");
    let list = everything.column(&Ident::new("tags")).expect("tags");
    assert_eq!(list.ty.plain(), Some(&Type::Array(Box::new(Type::Text))));
    assert!(declared.unmanaged.contains_key(&Name::qualified("log", "audit")));
    assert_eq!(declared.databases[&Name::qualified("log", "audit")], "audit");
}
