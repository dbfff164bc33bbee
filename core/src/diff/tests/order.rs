use super::*;
use crate::schema::{Namespace, PartitionOf};

fn referring(name: &str, to: &[&str]) -> Table {
    let mut made = table(name, &["id bigint"]).pk("id");
    for other in to {
        let own = format!("{other}_id");
        made.columns.push(column(&format!("{own} bigint null")));
        made = made.fk("", &own, &format!("{other}(id)"));
    }
    made
}

fn empty() -> Schema {
    Schema::new()
}

#[test]
fn a004_a005_parents_first_and_children_first() {
    let both = schema([referring("child", &["parent"]), referring("parent", &[])]);
    assert_eq!(plan(&empty(), &both), ["+table parent", "+table child"]);
    assert_eq!(plan(&both, &empty()), ["-table child", "-table parent"]);
}

#[test]
fn a006_d034_circles() {
    let circle = schema([referring("a", &["b"]), referring("b", &["a"])]);
    assert_eq!(plan(&empty(), &circle), ["+table a", "+table b", "+a_b_id_fkey"]);
    assert_eq!(plan(&circle, &empty()).len(), 3);
    let ring = schema([referring("a", &["b"]), referring("b", &["c"]), referring("c", &["a"])]);
    assert_eq!(plan(&empty(), &ring), ["+table a", "+table c", "+table b", "+a_b_id_fkey"]);
    assert_eq!(plan(&ring, &empty()).iter().filter(|step| step.ends_with("_fkey")).count(), 1);
    let own = schema([referring("tree", &["tree"])]);
    assert_eq!(plan(&empty(), &own), ["+table tree"]);
    assert_eq!(plan(&own, &empty()), ["-table tree"]);
}

#[test]
fn a007_to_a011_what_a_table_brings_along() {
    let from = empty();
    let full = schema([table("extra", &["foo text", "bar text"])
        .unique("u", "foo")
        .check("c", "foo <> ''")
        .index("ix_extra_foo", "foo")
        .index("newtable_idx", "bar")]);
    assert_eq!(plan(&from, &full), ["+table extra", "+index ix_extra_foo", "+index newtable_idx"]);
    assert_eq!(plan(&full, &from), ["-table extra"]);
}

#[test]
fn a_foreign_key_waits_for_what_it_stands_on() {
    let from = schema([table("t", &["id bigint", "code text"])]);
    let to = schema([
        table("t", &["id bigint", "code text"]).unique("u", "code"),
        table("a", &["code text"]).fk("", "code", "t(code)"),
    ]);
    assert_eq!(plan(&from, &to), ["+table a", "+u", "+a_code_fkey"]);
    // A unique index is enough; a table's own comes only after it.
    let unique = |index: &mut Index| index.unique = true;
    let own = schema([table("t", &["a text", "b text"]).index_with("i", "a", unique).fk("", "b", "t(a)")]);
    assert_eq!(plan(&empty(), &own), ["+table t", "+index i", "+t_b_fkey"]);
}

#[test]
fn d036_keys_to_a_table_that_goes() {
    let from = schema([referring("a", &["b"]), referring("b", &[])]);
    assert_eq!(plan(&from, &schema([referring("a", &[])])), ["-a_b_id_fkey", "-table b", "-a.b_id"]);
}

#[test]
fn partitions_come_after_the_whole_and_go_before_it() {
    let mut part = table("a_part", &["id bigint"]);
    part.partition_of = Some(PartitionOf { parent: "whole".into(), bound: "DEFAULT".into() });
    let mut whole = table("whole", &["id bigint"]);
    whole.partition_by = Some("RANGE (id)".into());
    let both = schema([part, whole.clone()]);
    assert_eq!(plan(&empty(), &both), ["+table whole", "+table a_part"]);
    assert_eq!(plan(&both, &empty()), ["-table a_part", "-table whole"]);
    let made = compare(
        &schema([whole]),
        &schema([table("whole", &["id bigint"])]),
        &Hints::default(),
        &Neutral,
        true,
    );
    assert_eq!(
        made.notes[0].to_string(),
        "how table whole is partitioned differs, and no operation changes it"
    );
}

#[test]
fn a_part_has_the_columns_that_the_whole_gets() {
    let whole =
        |columns: &[&str]| table("whole", columns).with(|t| t.partition_by = Some("RANGE (id)".into()));
    let mut part = table("a_part", &["id bigint", "more text"]).index("i", "more");
    part.partition_of = Some(PartitionOf { parent: "whole".into(), bound: "DEFAULT".into() });
    let from = schema([whole(&["id bigint"])]);
    assert_eq!(
        plan(&from, &schema([whole(&["id bigint", "more text"]), part])),
        ["+whole.more", "+table a_part"]
    );
}

#[test]
fn enums_come_before_columns_and_go_after_them() {
    let with = with_enum(schema([table("t", &["a enum(mood) null"])]), "mood", &["x"]);
    assert_eq!(plan(&empty(), &with), ["+enum mood", "+table t"]);
    assert_eq!(plan(&with, &empty()), ["-table t", "-enum mood"]);
    assert_eq!(plan(&with, &schema([table("t", &["b text null"])])), ["+t.b", "-t.a", "-enum mood"]);
}

#[test]
fn namespaces_come_first_and_go_last() {
    let mut with = schema([Table::new(crate::ident::Name::qualified("auth", "users"))]);
    let namespace = Namespace { name: "auth".into(), comment: None, options: Options::default() };
    with.namespaces.insert("auth".into(), namespace);
    assert_eq!(plan(&empty(), &with), ["+schema auth", "+table auth.users"]);
    assert_eq!(plan(&with, &empty()), ["-table auth.users", "-schema auth"]);
}

#[test]
fn a050_views_stand_around_what_they_need() {
    let users = |ty: &str| table("users", &["id bigint", &format!("age {ty}"), "name text"]);
    let views = |schema| {
        let schema = with_object(schema, view("adults", "CREATE VIEW adults AS SELECT id, age FROM users"));
        let schema = with_object(schema, view("a_few", "CREATE VIEW a_few AS SELECT id FROM adults"));
        with_object(schema, view("named", "CREATE VIEW named AS SELECT name FROM users"))
    };
    let from = views(schema([users("integer")]));
    assert_eq!(plan(&from, &from), NOTHING);
    assert_eq!(
        plan(&from, &views(schema([users("bigint")]))),
        ["-view a_few", "-view adults", "~users.age type", "+view adults", "+view a_few"]
    );
    assert_eq!(plan(&from, &empty()), ["-view named", "-view a_few", "-view adults", "-table users"]);
    assert_eq!(plan(&empty(), &from), ["+table users", "+view adults", "+view a_few", "+view named"]);
    let changed = with_object(from.clone(), view("named", "CREATE VIEW named AS SELECT id, name FROM users"));
    assert_eq!(plan(&from, &changed), ["~view named"]);
}

#[test]
fn functions_and_types_come_before_the_columns_that_use_them() {
    let with = |schema| {
        let schema = with_object(
            schema,
            object("function", "next_code", "CREATE FUNCTION next_code() RETURNS text …"),
        );
        with_object(schema, object("domain", "mail", "CREATE DOMAIN mail AS text"))
    };
    let used = with(schema([table("t", &["a mail", "b text default next_code()"])]));
    assert_eq!(plan(&empty(), &used), ["+domain mail", "+function next_code", "+table t"]);
    assert_eq!(plan(&used, &empty()), ["-table t", "-function next_code", "-domain mail"]);
}

#[test]
fn triggers_go_with_their_table() {
    let trigger = |needed: &str| {
        let mut made =
            object("trigger", "touch", &format!("CREATE TRIGGER touch AFTER UPDATE ON {needed} …"));
        made.key.table = Some(needed.into());
        made
    };
    let from = with_object(schema([table("t", &["a text"])]), trigger("t"));
    assert_eq!(plan(&from, &empty()), ["-table t"]);
    assert_eq!(plan(&empty(), &from), ["+table t", "+trigger touch"]);
    assert_eq!(plan(&from, &schema([table("t", &["a text"])])), ["-trigger touch"]);
}

/// Tables as words say them: a whole with a key, parts of it, tables of their own, and tables that refer to some.
fn parted(parts: &[(&str, &str)], alone: &[&str], referring: &[(&str, &str)]) -> Schema {
    let with_key = |name: &str| table(name, &["id bigint"]).pk("id");
    let whole = with_key("whole").with(|t| t.partition_by = Some("RANGE (id)".into()));
    let part = |(name, bound): &(&str, &str)| {
        let of = PartitionOf { parent: "whole".into(), bound: (*bound).to_owned() };
        table(name, &["id bigint"]).with(|t| t.partition_of = Some(of.clone()))
    };
    let refers = |(name, to): &(&str, &str)| table(name, &["to bigint"]).fk("", "to", &format!("{to}(id)"));
    schema(
        std::iter::once(whole)
            .chain(parts.iter().map(part))
            .chain(alone.iter().map(|name| with_key(name)))
            .chain(referring.iter().map(refers)),
    )
}

#[test]
fn keys_make_way_for_parts_that_come_and_go() {
    let moves = |operations: Vec<String>| -> Vec<String> {
        let word = |text: String| match text.split([' ', '{']).next() {
            Some(word @ ("AttachPartition" | "DetachPartition")) => word.to_owned(),
            _ => text,
        };
        operations.into_iter().map(word).collect()
    };
    let plan = |from: &Schema, to: &Schema| moves(plan(from, to));
    let there = [("r", "part"), ("s", "whole")];
    let (in_it, out) = (parted(&[("part", "1")], &[], &there), parted(&[], &["part"], &there));
    assert_eq!(plan(&in_it, &out), ["-r_to_fkey", "DetachPartition", "+part_pkey", "+r_to_fkey"]);
    // The part's own key makes way for that of the whole.
    assert_eq!(plan(&out, &in_it), ["-r_to_fkey", "-part_pkey", "AttachPartition", "+r_to_fkey"]);
    // Its rows are away from the whole for a moment.
    let moved = parted(&[("part", "2")], &[], &there);
    let both = ["-r_to_fkey", "-s_to_fkey", "DetachPartition", "AttachPartition", "+r_to_fkey", "+s_to_fkey"];
    assert_eq!(plan(&in_it, &moved), both);
    // Who refers to it goes, or refers to it no more.
    let gone = parted(&[], &["part"], &[]);
    assert_eq!(
        plan(&in_it, &gone),
        ["-r_to_fkey", "-s_to_fkey", "DetachPartition", "-table r", "-table s", "+part_pkey"]
    );
    // Nothing moves, nothing makes way.
    let more = parted(&[("part", "1"), ("another", "2")], &[], &there);
    assert_eq!(plan(&in_it, &more), ["+table another"]);
}
