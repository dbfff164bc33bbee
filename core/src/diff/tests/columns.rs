use super::*;
use crate::schema::{Generated, Identity, OptionValue, Sequence, SequenceOptions};

fn types(from: &str, to: &str) -> bool {
    let one = |ty: &str| table("t", &[&format!("a {ty}")]);
    !plan_of(one(from), one(to)).is_empty()
}

#[test]
fn a001_to_a003_a_whole_schema() {
    let from = schema([
        table("user", &["id bigint", "name varchar(50) null", "a1 text null", "pw varchar(50) null"])
            .pk("id")
            .index("pw_idx", "pw"),
        table("address", &["id bigint", "email_address varchar(100)"]).pk("id"),
        table("order", &["order_id bigint", "amount decimal(8,2) default 0"])
            .pk("order_id")
            .check("ck_order_amount", "amount >= 0"),
        table("extra", &["x char(1) null", "uid bigint null"]).fk("", "uid", "user(id)"),
    ]);
    let to = schema([
        table("user", &["id bigint", "name varchar(50)", "a1 text null default 'x'"]).pk("id"),
        table("address", &["id bigint", "email_address varchar(100)", "street varchar(50) null"])
            .pk("id")
            .unique("uq_email", "email_address"),
        table("order", &["order_id bigint", "amount decimal(10,2) null default 0", "user_id bigint null"])
            .pk("order_id")
            .check("ck_order_amount", "amount >= 0")
            .fk("", "user_id", "user(id)"),
        table("item", &["id bigint", "description varchar(100) null", "order_id bigint null"])
            .pk("id")
            .check("ck_item", "id > 0")
            .fk("", "order_id", "order(order_id)"),
    ]);
    assert_eq!(
        plan(&from, &to),
        [
            "-table extra",
            "+table item",
            "+address.street",
            "~order.amount type null",
            "+order.user_id",
            "~user.name null",
            "~user.a1 default",
            "-user.pw",
            "+uq_email",
            "+order_user_id_fkey",
        ]
    );
    assert_eq!(plan(&to, &to), NOTHING);
}

#[test]
fn a012_much_in_one_table() {
    let from = table("t", &["a integer", "b integer", "c integer"]).index("i", "a").unique("u", "c");
    let to = table("t", &["a bigint", "d integer default 1", "e integer default 1"])
        .index("ix_t_d", "d")
        .unique("uq_t_e", "e");
    assert_eq!(
        plan_of(from, to),
        ["-index i", "~t.a type", "+t.d", "+t.e", "-t.b", "-t.c", "+uq_t_e", "+index ix_t_d"]
    );
}

#[test]
fn a032_to_a036_types() {
    for (from, to, changed) in [
        ("varchar(30)", "varchar(30)", false),
        ("varchar(30)", "varchar(40)", true),
        ("varchar(30)", "integer", true),
        ("text", "varchar(255)", true),
        ("char(3)", "varchar(1)", true),
        ("decimal(10,5)", "decimal(10,6)", true),
        ("decimal(8)", "decimal(8,0)", false),
        ("decimal(8,0)", "decimal(8,2)", true),
        ("integer", "integer", false),
        ("bigint", "smallint", true),
        ("timestamp", "timestamptz", true),
        ("timestamp", "timestamp(6)", false),
        ("json", "json", false),
        ("longtext", "LONGTEXT", false),
        ("enum(a)", "enum(b)", true),
    ] {
        assert_eq!(types(from, to), changed, "{from} → {to}");
    }
}

#[test]
fn a038_a043_a_dialect_knows_more_of_types() {
    struct Server;
    impl Comparison for Server {
        fn same_type(&self, _: &crate::schema::TypeSpec, _: &crate::schema::TypeSpec) -> bool {
            true
        }
    }
    let (from, to) = (schema([table("t", &["a int(10)"])]), schema([table("t", &["a integer"])]));
    assert_eq!(short(&compare(&from, &to, &Hints::default(), &Server, true)), NOTHING);
}

#[test]
fn a039_a041_enum_words() {
    let with = |words: &[&str]| with_enum(schema([]), "mood", words);
    let from = with(&["a", "b", "c"]);
    assert_eq!(plan(&from, &with(&["a", "b", "c"])), NOTHING);
    assert_eq!(plan(&from, &with(&["a", "b", "c", "d"])), ["~enum mood +d"]);
    assert_eq!(plan(&from, &with(&["x", "a", "y", "z", "b", "c"])), ["~enum mood +x +y +z"]);
    assert_eq!(plan(&from, &with(&["a", "c"])), ["~enum mood -b"]);
    let reordered = compare(&from, &with(&["c", "a", "b"]), &Hints::default(), &Neutral, true);
    assert_eq!(short(&reordered), ["~enum mood -c +c"]);
    assert!(reordered.notes[0].to_string().contains("changes its order"));
    let replaced = compare(&from, &with(&["a", "x", "c"]), &Hints::default(), &Neutral, true);
    assert!(replaced.notes[0].to_string().contains("renamed_from"));
}

#[test]
fn a045_to_a047_nullability() {
    assert_eq!(plan_of(table("t", &["a text null"]), table("t", &["a text"])), ["~t.a null"]);
    let declared = table("t", &["a integer", "b integer"]).pk("a, b");
    let observed = table("t", &["a integer null", "b integer"]).pk("a, b");
    assert_eq!(plan_of(observed.clone(), declared.clone()), NOTHING);
    assert_eq!(plan_of(declared, observed), NOTHING);
    // A key that comes takes care of its columns, and one that goes leaves them as they were.
    let without = table("t", &["a integer null", "b integer"]);
    assert_eq!(
        plan_of(without.clone(), table("t", &["a integer", "b integer"]).pk("a")),
        ["~t.a null", "+t_pkey"]
    );
    assert_eq!(plan_of(table("t", &["a integer", "b integer"]).pk("a"), without), ["-t_pkey", "~t.a null"]);
}

#[test]
fn a048_new_columns_that_take_no_null_need_a_value() {
    let from = schema([table("users", &["id bigint", "name text null"])]);
    let to = schema([table("users", &["id bigint", "name text", "age integer"])]);
    let asked = compare(&from, &to, &Hints::default(), &Neutral, true);
    assert_eq!(flags(&asked), ["--fill users.name=SQL", "--fill users.age=SQL"]);
    assert_eq!(short(&asked), ["~users.name null", "+users.age"]);
    let mut hints = Hints::default();
    hints.fills.insert(("users".into(), "age".into()), "0".into());
    hints.fills.insert(("users".into(), "name".into()), "''".into());
    let told = compare(&from, &to, &hints, &Neutral, true);
    assert_eq!(
        (flags(&told), short(&told)),
        (vec![], vec!["~users.name null fill".into(), "+users.age filled".into()])
    );
    // Nobody asks where rows get a value anyway.
    let to = schema([table("users", &["id bigint", "name text null", "n integer default 0", "s bigserial"])
        .with(|t| {
            t.columns.push(column("i bigint").with_identity());
        })]);
    assert_eq!(flags(&compare(&from, &to, &Hints::default(), &Neutral, true)), NOTHING);
}

#[test]
fn a049_order_counts_where_the_server_can_set_it() {
    struct Ordered;
    impl Comparison for Ordered {
        fn column_order(&self) -> bool {
            true
        }
    }
    let from = schema([table("t", &["a text", "b text", "c text", "d text"])]);
    let to = schema([table("t", &["d text", "a text", "x text null", "b text", "c text", "y text null"])]);
    assert_eq!(plan(&from, &to), ["+t.x", "+t.y"]);
    let made = compare(&from, &to, &Hints::default(), &Ordered, false);
    assert_eq!(short(&made), ["~t.d place", "+t.x", "+t.y"]);
    let mut after = from;
    crate::operation::replay(&made.operations, &mut after).expect("the operations fit");
    assert_eq!(after, to);
    // One that is computed moves after all others have, and does not take those along that stand behind it.
    let computed = |text: &str| {
        let mut made = column(text);
        made.generated = Some(Generated { expression: "lower(a)".into(), stored: true });
        made
    };
    let mut from =
        schema([table("t", &["c text", "a text"]).with(|t| t.columns.insert(0, computed("g text")))]);
    let to = schema([table("t", &["a text", "c text"]).with(|t| t.columns.insert(1, computed("g text")))]);
    let made = compare(&from, &to, &Hints::default(), &Ordered, false);
    crate::operation::replay(&made.operations, &mut from).expect("the operations fit");
    assert_eq!(from, to);
}

#[test]
fn a053_to_a058_defaults() {
    let default = |default: &str| table("t", &[&format!("a text default {default}")]);
    assert_eq!(plan_of(table("t", &["a text"]), default("5")), ["~t.a default"]);
    assert_eq!(plan_of(default("5"), table("t", &["a text"])), ["~t.a default"]);
    assert_eq!(plan_of(default("'//slash'"), default("'s//l//ash'")), ["~t.a default"]);
    assert_eq!(plan_of(default("'x'"), default("'X'")), ["~t.a default"]);
    assert_eq!(plan_of(default("substring('name',1,3)"), default("substring( 'name', 1, 3 )")), NOTHING);
    assert_eq!(plan_of(default("(now())"), default("now()")), NOTHING);
    assert_eq!(plan_of(default("CURRENT_TIMESTAMP"), default("current_timestamp")), NOTHING);
}

#[test]
fn a060_generated_columns() {
    let made = |expression: Option<&str>| {
        table("t", &["a text"]).with(|t| {
            let mut column = column("b text");
            column.generated =
                expression.map(|expression| Generated { expression: expression.into(), stored: true });
            t.columns.push(column);
        })
    };
    assert_eq!(plan_of(table("t", &["a text"]), made(Some("lower(a)"))), ["+t.b"]);
    assert_eq!(plan_of(made(Some("lower(a)")), table("t", &["a text"])), ["-t.b"]);
    assert_eq!(plan_of(made(Some("lower(a)")), made(Some("upper(a)"))), ["~t.b generated"]);
    assert_eq!(plan_of(made(Some("lower(a)")), made(None)), ["~t.b generated"]);
    assert_eq!(plan_of(made(Some("lower(a)")), made(Some("lower(\n a )"))), NOTHING);
    // What is computed from a column goes before it, and comes after it.
    assert_eq!(plan_of(made(Some("lower(a)")), table("t", &["c text null"])), ["+t.c", "-t.b", "-t.a"]);
    assert_eq!(plan_of(table("t", &["c text"]), made(Some("lower(a)"))), ["+t.a", "+t.b", "-t.c"]);
}

#[test]
fn a061_identity() {
    let counted = |start: Option<i64>| {
        table("t", &["a bigint"]).with(|t| {
            let sequence = SequenceOptions { start, ..SequenceOptions::default() };
            t.columns[0].identity = Some(Identity { always: false, sequence });
        })
    };
    assert_eq!(plan_of(table("t", &["a bigint"]), counted(None)), ["~t.a identity"]);
    assert_eq!(plan_of(counted(None), table("t", &["a bigint"])), ["~t.a identity"]);
    assert_eq!(plan_of(counted(None), counted(Some(2))), ["~t.a identity"]);
    assert_eq!(plan_of(counted(Some(2)), counted(Some(2))), NOTHING);
}

#[test]
fn a051_a095_a096_comments_and_options() {
    let said = |comment: Option<&str>| {
        table("t", &["a text"]).with(|t| {
            t.comment = comment.map(str::to_owned);
            t.columns[0].comment = comment.map(str::to_owned);
        })
    };
    assert_eq!(plan_of(said(Some("it's \"x\"")), said(Some("it's \"x\""))), NOTHING);
    for (from, to) in [(None, Some("x")), (Some("x"), None), (Some("x"), Some("y"))] {
        assert_eq!(plan_of(said(from), said(to)), ["~table t", "~t.a comment"]);
    }
    let engine =
        |t: &mut Table| t.options.set("some_dialect", "engine", OptionValue::String("MyISAM".into()));
    assert_eq!(plan_of(table("t", &["a text"]), table("t", &["a text"]).with(engine)), ["~table t"]);
}

#[test]
fn types_that_no_cast_covers_are_asked_about() {
    let (from, to) = (schema([table("t", &["a text"])]), schema([table("t", &["a integer"])]));
    let asked = compare(&from, &to, &Hints::default(), &Neutral, true);
    assert_eq!(flags(&asked), ["--using t.a=SQL"]);
    let mut hints = Hints::default();
    hints.using.insert(("t".into(), "a".into()), "a::integer".into());
    assert_eq!(flags(&compare(&from, &to, &hints, &Neutral, true)), NOTHING);
}

#[test]
fn sequences_come_before_and_go_after_what_counts_with_them() {
    let sequence = |owner: bool| Sequence {
        name: "counter".into(),
        ty: None,
        settings: SequenceOptions::default(),
        owned_by: owner.then(|| ("t".into(), "n".into())),
        comment: None,
        options: Options::default(),
    };
    let with = |mut schema: Schema, owner| {
        schema.sequences.insert("counter".into(), sequence(owner));
        schema
    };
    let bare = || schema([table("t", &["a text"])]);
    let counting = || schema([table("t", &["a text", "n bigint default nextval('counter')"])]);
    assert_eq!(plan(&bare(), &with(counting(), true)), ["+sequence counter", "+t.n", "~sequence counter"]);
    assert_eq!(plan(&with(counting(), true), &bare()), ["-t.n"]);
    assert_eq!(plan(&with(counting(), false), &bare()), ["-t.n", "-sequence counter"]);
    assert_eq!(plan(&with(counting(), true), &with(bare(), false)), ["~sequence counter", "-t.n"]);
}
