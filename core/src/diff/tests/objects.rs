//! Objects among tables: what needs what, and what has to make way.

use super::*;
use crate::ident::Name;
use crate::schema::{Generated, ObjectRef};

/// A server like PostgreSQL.
struct Strict;

impl Comparison for Strict {
    fn computed_hold_types(&self) -> bool {
        true
    }

    fn replaces(&self, from: &Object, to: &Object) -> bool {
        // A function keeps its result.
        let result = |object: &Object| {
            let text = object.definition.plain().cloned().unwrap_or_default();
            text.split("RETURNS ").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned)
        };
        from.key.kind != "view" && result(from) == result(to)
    }
}

fn strictly(from: &Schema, to: &Schema) -> Vec<String> {
    short(&compare(from, to, &Hints::default(), &Strict, false))
}

fn needing(mut object: Object, needs: &[(&str, &str)]) -> Object {
    object.depends_on = needs
        .iter()
        .map(|(kind, name)| ObjectRef { kind: (*kind).to_owned(), name: Name::new(*name) })
        .collect();
    object
}

fn function(name: &str, text: &str, needs: &[(&str, &str)]) -> Object {
    needing(object("function", name, text), needs)
}

fn of_table(kind: &str, name: &str, table: &str, text: &str) -> Object {
    let mut made = object(kind, name, text);
    made.key.table = Some(table.into());
    made
}

fn with(schema: Schema, objects: impl IntoIterator<Item = Object>) -> Schema {
    objects.into_iter().fold(schema, with_object)
}

#[test]
fn a_table_and_a_function_that_need_each_other() {
    let text = "CREATE FUNCTION big(t) RETURNS boolean BEGIN ATOMIC …";
    let both = with(
        schema([table("t", &["a integer", "b text default code()"]).check("c", "big(t.*)")]),
        [
            function("big(t)", text, &[("table", "t")]),
            function(
                "code()",
                "CREATE FUNCTION code() RETURNS text BEGIN ATOMIC …",
                &[("function", "big(t)")],
            ),
        ],
    );
    assert_eq!(
        strictly(&Schema::new(), &both),
        ["+table t", "+function big(t)", "+function code()", "~t.b default", "+c"]
    );
    assert_eq!(
        strictly(&both, &Schema::new()),
        ["-c", "~t.b default", "-function code()", "-function big(t)", "-table t"]
    );
}

#[test]
fn a_table_waits_for_what_its_default_needs() {
    // t's default calls f, which looks at the view v on the table u.
    let to = with(
        schema([table("t", &["a integer default f()"]), table("u", &["x integer"])]),
        [
            function("f()", "CREATE FUNCTION f() RETURNS integer RETURN (SELECT x FROM v)", &[("view", "v")]),
            needing(view("v", "CREATE VIEW v AS SELECT x FROM u"), &[("table", "u")]),
        ],
    );
    let made = ["+table u", "+view v", "+function f()", "+table t"];
    assert_eq!(strictly(&Schema::new(), &to), made);
    assert_eq!(strictly(&to, &Schema::new()), ["-table t", "-function f()", "-view v", "-table u"]);
}

#[test]
fn words_of_a_routine_give_way_to_what_is_known() {
    let to = with(
        schema([table("t", &["x integer"])]),
        [
            function("f()", "CREATE FUNCTION f() AS $$ select x from v $$", &[]),
            needing(view("v", "CREATE VIEW v AS SELECT f() FROM t"), &[("table", "t"), ("function", "f()")]),
        ],
    );
    assert_eq!(strictly(&Schema::new(), &to), ["+table t", "+function f()", "+view v"]);
}

#[test]
fn a_function_that_cannot_be_replaced_takes_all_along_that_stands_on_it() {
    let with_result = |result: &str| {
        let text = format!("CREATE FUNCTION f(integer) RETURNS {result} LANGUAGE sql");
        let t = table("t", &["a integer", "b integer default f(1)", "c integer"])
            .check("positive", "f(a) > 0")
            .index_with("i", "a", |index| index.predicate = Some("f(a) > 1".into()))
            .with(|t| {
                let expression = "f(a)".into();
                t.columns[2].generated = Some(Generated { expression, stored: true });
            });
        with(
            schema([t]),
            [
                function("f(integer)", &text, &[]),
                needing(view("v", "CREATE VIEW v AS SELECT f(a) FROM t"), &[("function", "f(integer)")]),
                of_table("policy", "p", "t", "CREATE POLICY p ON t USING (f(a) = 1)"),
            ],
        )
    };
    assert_eq!(
        strictly(&with_result("integer"), &with_result("bigint")),
        [
            "-view v",
            "-policy p",
            "~t.b default",
            "-index i",
            "-positive",
            "-t.c",
            "-function f(integer)",
            "+function f(integer)",
            "~t.b default",
            "+t.c",
            "+positive",
            "+index i",
            "+policy p",
            "+view v"
        ]
    );
    // The same result: in place.
    let mut other = with_result("integer");
    let key = ObjectKey { kind: "function".into(), name: "f(integer)".into(), table: None };
    let function = other.objects.get_mut(&key).expect("it is there");
    function.definition = "CREATE FUNCTION f(integer) RETURNS integer STRICT LANGUAGE sql".into();
    assert_eq!(strictly(&with_result("integer"), &other), ["~function f(integer)"]);
}

#[test]
fn views_on_a_view_that_changes_are_made_again() {
    let views = |text: &str| {
        with(
            schema([table("t", &["a integer", "b integer"])]),
            [
                needing(view("v", text), &[("table", "t")]),
                needing(view("a_w", "CREATE VIEW a_w AS SELECT a FROM v"), &[("view", "v")]),
                of_table("trigger", "into", "a_w", "CREATE TRIGGER into INSTEAD OF INSERT ON a_w"),
                needing(view("other", "CREATE VIEW other AS SELECT b FROM t"), &[("table", "t")]),
            ],
        )
    };
    let (from, to) =
        (views("CREATE VIEW v AS SELECT a FROM t"), views("CREATE VIEW v AS SELECT b AS a FROM t"));
    assert_eq!(
        strictly(&from, &to),
        ["-trigger into", "-view a_w", "-view v", "+view v", "+view a_w", "+trigger into"]
    );
}

#[test]
fn a_computed_column_makes_way_for_what_it_is_computed_from() {
    let with_type = |ty: &str| {
        let t = table("t", &[&format!("a {ty}"), "twice integer", "z text"]).index("i", "twice").with(|t| {
            let expression = "a * 2".into();
            t.columns[1].generated = Some(Generated { expression, stored: true });
        });
        with(schema([t]), [needing(view("v", "CREATE VIEW v AS SELECT twice FROM t"), &[("table", "t")])])
    };
    assert_eq!(
        strictly(&with_type("integer"), &with_type("bigint")),
        ["-view v", "-t.twice", "~t.a type", "+t.twice", "+index i", "+view v"]
    );
    assert_eq!(plan(&with_type("integer"), &with_type("bigint")), ["~t.a type"]);
}

#[test]
fn an_enum_that_becomes_another_type_is_let_go_of() {
    let words = |values: &[&str]| {
        let base = with_enum(schema([table("t", &["m enum(mood)", "a text"])]), "mood", values);
        with(
            base,
            [
                needing(view("v", "CREATE VIEW v AS SELECT m FROM t"), &[("table", "t")]),
                needing(view("w", "CREATE VIEW w AS SELECT a FROM t"), &[("table", "t")]),
                function("f(mood)", "CREATE FUNCTION f(mood) AS $$ $$", &[("enum", "mood")]),
            ],
        )
    };
    let (more, less) = (words(&["x", "y"]), words(&["x"]));
    assert_eq!(
        strictly(&more, &less),
        ["-view v", "-function f(mood)", "~enum mood -y", "+function f(mood)", "+view v"]
    );
    assert_eq!(strictly(&less, &more), ["~enum mood +y"]);
}

#[test]
fn namesakes_in_other_namespaces_are_told_apart() {
    let qualified = |schema: &str, text: &str, needs: &[(&str, &str, &str)]| {
        let mut made = view("v", text);
        made.key.name = Name::qualified(schema, "v");
        made.depends_on = needs
            .iter()
            .map(|(kind, schema, name)| ObjectRef {
                kind: (*kind).to_owned(),
                name: Name::qualified(*schema, *name),
            })
            .collect();
        made
    };
    let to = with(
        Schema::new(),
        [
            qualified("a", "CREATE VIEW a.v AS SELECT b.v.x FROM b.v", &[("view", "b", "v")]),
            qualified("b", "CREATE VIEW b.v AS SELECT 1 AS x", &[]),
        ],
    );
    assert_eq!(strictly(&Schema::new(), &to), ["+view b.v", "+view a.v"]);
}
