use super::*;
use crate::schema::{Deferrable, Nulls, Order};

fn t() -> Table {
    table("t", &["id integer", "x integer", "y integer", "z integer"])
}

#[test]
fn a052_primary_keys() {
    assert_eq!(plan_of(t().pk("id"), t().pk("id, x")), ["-t_pkey", "+t_pkey"]);
    assert_eq!(plan_of(t(), t().pk("id")), ["+t_pkey"]);
    assert_eq!(plan_of(t().pk("id"), t()), ["-t_pkey"]);
}

#[test]
fn a062_to_a064_a070_uniques_and_indexes() {
    assert_eq!(plan_of(t().index("ix", "x"), t().unique("uq", "x")), ["-index ix", "+uq"]);
    assert_eq!(plan_of(t(), t().unique("uq", "x")), ["+uq"]);
    assert_eq!(
        plan_of(t().index("ix", "x"), t().index_with("ix", "x", |index| index.unique = true)),
        ["-index ix", "+index ix"]
    );
    let unique_index = || t().index_with("u", "x", |index| index.unique = true);
    assert_eq!(plan_of(t().unique("u", "x"), unique_index()), ["-u", "+index u"]);
    assert_eq!(plan_of(unique_index(), t().unique("u", "x")), ["-index u", "+u"]);
}

#[test]
fn a065_to_a069_names_that_nobody_chose() {
    assert_eq!(plan_of(t().unique("db_generated_name", "x"), t().unique("", "x")), NOTHING);
    assert_eq!(plan_of(t().unique("", "x"), t().unique("chosen", "x")), NOTHING);
    assert_eq!(plan_of(t().unique("db_generated_name", "x"), t().unique("t_x_key", "x")), NOTHING);
    assert_eq!(plan_of(t().index("some", "x"), t().index("t_x_idx", "x")), NOTHING);
    assert_eq!(plan_of(t().check("some", "x > 0"), t().check("t_x_check", "x>0")), NOTHING);
    assert_eq!(
        plan_of(t().unique("nochange", "x"), t().unique("nochange", "x,y")),
        ["-nochange", "+nochange"]
    );
    assert_eq!(plan_of(t().unique("", "x"), t().unique("", "x,y")), ["-?", "+?"]);
    assert_eq!(plan_of(t().unique("a", "x,y").unique("b", "x,z"), t().unique("b", "x,z")), ["-a"]);
    assert_eq!(plan_of(t().unique("u", "x,y"), t().unique("u", "y,x")), NOTHING);
    assert_eq!(plan_of(t().unique("", "x"), t().unique("a", "x").unique("", "x")), ["+a"]);
}

#[test]
fn a017_a018_a071_chosen_names_are_renamed() {
    assert_eq!(plan_of(t().index("i", "x"), t().index("j", "x")), ["index i > j"]);
    assert_eq!(plan_of(t().unique("Casing", "x"), t().unique("casing", "x")), ["Casing > casing"]);
    let from = schema([t().pk("id").fk("f1", "x", "t(id)")]);
    assert_eq!(plan(&from, &schema([t().pk("id").fk("f2", "x", "t(id)")])), ["f1 > f2"]);
}

#[test]
fn names_that_a_server_does_not_tell_apart_stay() {
    struct Folding;
    impl Comparison for Folding {
        fn same_name(&self, from: &str, to: &str) -> bool {
            from.eq_ignore_ascii_case(to)
        }
        fn primary_key_names(&self) -> bool {
            false
        }
        fn made_up(&self, _: &str, name: &str) -> bool {
            name.contains("_ibfk_")
        }
    }
    let from = schema([
        table("Users", &["ID integer", "name text"]).pk("ID").index("Users_Name", "name"),
        table("a", &["u integer"]).fk("a_ibfk_1", "u", "Users(ID)"),
    ]);
    let to = schema([
        table("users", &["id integer", "Name text"]).pk("id").unique("", "Name").index("users_name", "Name"),
        table("a", &["u integer"]).fk("a_ibfk_7", "u", "users(id)"),
    ]);
    let made = compare(&from, &to, &Hints::default(), &Folding, true);
    assert_eq!((short(&made), flags(&made)), (vec!["+?".to_owned()], vec![]));
}

#[test]
fn a072_to_a074_index_columns() {
    assert_eq!(plan_of(t().index("i", "x,y"), t().index("i", "y,x")), ["-index i", "+index i"]);
    assert_eq!(plan_of(t(), t().index("x", "x")), ["+index x"]);
    assert_eq!(plan_of(t().index("x", "x"), t()), ["-index x"]);
    assert_eq!(plan_of(t().index("x", "x"), t().index("x", "x")), NOTHING);
}

#[test]
fn a077_to_a083_what_else_an_index_says() {
    let changed = ["-index i", "+index i"];
    let plain = || t().index("i", "x");
    let with = |change: fn(&mut Index)| t().index_with("i", "x", change);
    let expression = |text: &'static str| {
        t().index_with("i", "y", move |index| index.columns.push(KeyPart::expression(text)))
    };
    assert_eq!(plan_of(plain(), with(|index| index.columns[0].order = Order::Descending)), changed);
    assert_eq!(plan_of(expression("lower(x)"), expression("upper(x)")), changed);
    assert_eq!(plan_of(expression("z + 3"), expression("z*3")), changed);
    assert_eq!(plan_of(expression("lower(x)"), expression("LOWER( x )")), NOTHING);
    assert_eq!(plan_of(expression("lower(x)"), t().index("i", "y")), changed);
    assert_eq!(
        plan_of(
            with(|index| index.predicate = Some("y > 0".into())),
            with(|index| index.predicate = Some("y > 1".into()))
        ),
        changed
    );
    assert_eq!(plan_of(plain(), with(|index| index.nulls_not_distinct = true)), changed);
    assert_eq!(plan_of(plain(), with(|index| index.include = vec!["y".into()])), changed);
    assert_eq!(plan_of(plain(), with(|index| index.method = Some("BTREE".into()))), NOTHING);
    // What a server does with NULLs by itself needs no saying.
    struct NullsLikeLargest;
    impl Comparison for NullsLikeLargest {
        fn nulls(&self, order: Order) -> Option<Nulls> {
            Some(if order == Order::Ascending { Nulls::Last } else { Nulls::First })
        }
    }
    let last = schema([with(|index| index.columns[0].nulls = Some(Nulls::Last))]);
    let first = schema([with(|index| index.columns[0].nulls = Some(Nulls::First))]);
    assert_eq!(
        short(&compare(&schema([plain()]), &last, &Hints::default(), &NullsLikeLargest, false)),
        NOTHING
    );
    assert_eq!(short(&compare(&last, &first, &Hints::default(), &NullsLikeLargest, false)), changed);
}

fn child(change: impl Fn(&mut ForeignKey)) -> Schema {
    schema([t().pk("id"), table("c", &["t_id integer"]).fk_with("f", "t_id", "t(id)", change)])
}

#[test]
fn a085_to_a091_foreign_keys() {
    let without = schema([t().pk("id"), table("c", &["t_id integer"])]);
    assert_eq!(plan(&child(|_| {}), &without), ["-f"]);
    assert_eq!(plan(&without, &child(|_| {})), ["+f"]);
    assert_eq!(plan(&child(|_| {}), &child(|_| {})), NOTHING);
    // The primary key, said or not said.
    assert_eq!(plan(&child(|key| key.references.columns.clear()), &child(|_| {})), NOTHING);
    let changed = ["-f", "+f"];
    assert_eq!(plan(&child(|_| {}), &child(|key| key.on_delete = ReferentialAction::Cascade)), changed);
    assert_eq!(plan(&child(|key| key.on_update = ReferentialAction::Restrict), &child(|_| {})), changed);
    assert_eq!(plan(&child(|_| {}), &child(|key| key.references.columns = vec!["x".into()])), changed);
    assert_eq!(plan(&child(|_| {}), &child(|key| key.match_type = Some("SIMPLE".into()))), NOTHING);
}

#[test]
fn a092_when_a_constraint_is_looked_at() {
    let when = |deferrable| {
        let mut schema = child(|_| {});
        schema.tables.get_mut(&"c".into()).expect("it is there").constraints[0].deferrable = deferrable;
        schema
    };
    let (now, late) = (Some(Deferrable::InitiallyImmediate), Some(Deferrable::InitiallyDeferred));
    for (from, to) in [(None, now), (now, None), (now, late), (late, now)] {
        assert_eq!(plan(&when(from), &when(to)), ["-f", "+f"]);
        assert_eq!(plan(&when(from), &when(from)), NOTHING);
    }
    let unchecked = |not_valid| t().check("c", "x > 0").with(|t| t.constraints[0].not_valid = not_valid);
    assert_eq!(plan_of(unchecked(true), unchecked(false)), ["validate c"]);
    assert_eq!(plan_of(unchecked(false), unchecked(true)), ["-c", "+c"]);
}

#[test]
fn a094_checks() {
    assert_eq!(plan_of(t(), t().check("c", "x > 0")), ["+c"]);
    assert_eq!(plan_of(t().check("c", "x > 0").check("d", "y > 0"), t().check("d", "y > 0")), ["-c"]);
    assert_eq!(plan_of(t().check("c", "x > 0"), t().check("c", "x > 1")), ["-c", "+c"]);
    assert_eq!(plan_of(t().check("c", "x > 0"), t().check("c", "( X>0 )")), NOTHING);
    assert_eq!(plan_of(t().check("c", "x > 0"), t().check("", "x > 0")), NOTHING);
}

#[test]
fn a_key_that_changes_takes_the_foreign_keys_to_it_along() {
    let parent = |columns| t().unique("u", columns);
    let child = || table("c", &["a integer"]).fk("f", "a", "t(x)");
    let from = schema([parent("x"), child()]);
    let to = schema([
        t().unique("u", "x").with(|t| t.constraints[0].deferrable = Some(Deferrable::InitiallyDeferred)),
        child(),
    ]);
    assert_eq!(plan(&from, &to), ["-f", "-u", "+u", "+f"]);
    // One that stands on something else stays.
    let from = schema([parent("x").pk("id"), table("c", &["a integer"]).fk("f", "a", "t")]);
    let to = schema([parent("x,y").pk("id"), table("c", &["a integer"]).fk("f", "a", "t")]);
    assert_eq!(plan(&from, &to), ["-u", "+u"]);
}

#[test]
fn d037_what_goes_with_its_column_needs_no_operation() {
    let from = t().index("i", "x,y").unique("u", "x").check("c", "x > y").fk("f", "x", "t(y)");
    let less = table("t", &["id integer", "y integer", "z integer"]);
    assert_eq!(plan_of(from.clone(), less.clone()), ["-t.x"]);
    // Something else may come in its place; another table's needs the name earlier.
    assert_eq!(plan_of(from.clone(), less.clone().index("i", "y")), ["-t.x", "+index i"]);
    assert_eq!(plan_of(t().pk("x"), less.clone().pk("id")), ["-t.x", "+t_pkey"]);
    let both = schema([less.clone(), table("other", &["a integer"]).index("i", "a")]);
    assert_eq!(plan(&schema([from]), &both), ["-index i", "+table other", "+index i", "-t.x"]);
    let more = table("t", &["id integer", "w integer null", "y integer", "z integer"]).check("c", "w > 0");
    assert_eq!(plan_of(less, more), ["+t.w", "+c"]);
}

#[test]
fn a_key_to_a_column_that_goes_goes_first() {
    let from = schema([t().unique("u", "x"), table("c", &["a integer"]).fk("f", "a", "t(x)")]);
    let to = schema([table("t", &["id integer", "y integer", "z integer"]), table("c", &["a integer"])]);
    assert_eq!(plan(&from, &to), ["-f", "-t.x"]);
}

#[test]
fn keys_let_go_of_columns_whose_type_changes_where_a_server_wants_it() {
    struct Holding;
    impl Comparison for Holding {
        fn keys_hold_types(&self) -> bool {
            true
        }
    }
    let with = |ty: &str| {
        let id = format!("id {ty}");
        schema([table("p", &[&id]).pk("id"), table("c", &[&format!("p_{id}")]).fk("f", "p_id", "p(id)")])
    };
    let made = compare(&with("integer"), &with("bigint"), &Hints::default(), &Holding, true);
    assert_eq!(short(&made), ["-f", "~c.p_id type", "~p.id type", "+f"]);
    assert_eq!(plan(&with("integer"), &with("bigint")), ["~c.p_id type", "~p.id type"]);
}
