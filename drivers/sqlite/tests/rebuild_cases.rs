//! Rebuild by rebuild: the cases that Alembic's and Django's own tests have shown, by their numbers, and where each is
//! tried. What no other test tries is tried here.

mod support;

use std::collections::BTreeSet;

use limbeck_core::driver::Dialect;
use limbeck_core::operation::{ColumnChange, ConstraintRef, Operation};
use limbeck_core::schema::{
    Column, Enum, Generated, Index, KeyPart, Position, PrimaryKey, ReferentialAction, Sql, Type,
};
use limbeck_core::schema::{Constraint, Options};
use support::*;

/// Which test tries which case.
const CASES: [(&str, &str); 75] = [
    ("B001", "types_change_with_a_cast_but_not_into_json_or_dates"),
    ("B002", "a_column_is_renamed_with_all_that_names_it"),
    ("B003", "a_column_is_renamed_with_all_that_names_it"),
    ("B004", "a_column_is_renamed_with_all_that_names_it"),
    ("B005", "a_boolean_takes_its_check_along"),
    ("B006", "a_boolean_takes_its_check_along"),
    ("B007", "a_boolean_becomes_a_number_and_comes_back"),
    ("B008", "enums_are_checks_and_their_words_follow"),
    ("B009", "a_column_is_renamed_with_all_that_names_it"),
    // The new definition of the table, passed by hand: what the operations lead to is always known here.
    ("B010", "a_column_is_renamed_with_all_that_names_it"),
    ("B011", "a_column_is_renamed_with_all_that_names_it"),
    ("B012", "columns_go_where_they_are_placed"),
    ("B013", "columns_go_where_they_are_placed"),
    ("B014", "columns_are_placed_and_moved_at_once"),
    ("B015", "columns_go_where_they_are_placed"),
    ("B016", "columns_go_where_they_are_placed"),
    ("B017", "columns_go_where_they_are_placed"),
    ("B018", "columns_go_where_they_are_placed"),
    ("B019", "columns_go_where_they_are_placed"),
    ("B020", "columns_go_where_they_are_placed"),
    ("B021", "columns_go_where_they_are_placed"),
    ("B022", "columns_go_where_they_are_placed"),
    ("B023", "columns_go_where_they_are_placed"),
    ("B024", "columns_go_where_they_are_placed"),
    // Placement without a rebuild is an error to Alembic; here it makes one.
    ("B025", "columns_are_placed_and_moved_at_once"),
    ("B026", "defaults_come_and_go"),
    ("B027", "defaults_come_and_go"),
    ("B028", "keys_follow_the_names_of_their_columns"),
    ("B029", "keys_follow_the_names_of_their_columns"),
    ("B030", "several_keys_to_one_table_stay"),
    ("B031", "columns_are_dropped_with_what_they_are_part_of"),
    ("B032", "columns_are_dropped_with_what_they_are_part_of"),
    ("B033", "columns_are_dropped_with_what_they_are_part_of"),
    ("B034", "columns_are_dropped_with_what_they_are_part_of"),
    ("B035", "rows_of_other_tables_stay"),
    ("B036", "a_key_comes_with_its_column_and_goes_by_its_name"),
    ("B037", "a_key_comes_with_its_column_and_goes_by_its_name"),
    ("B038", "constraints_come_and_go"),
    ("B039", "constraints_come_and_go"),
    ("B040", "checks_with_and_without_a_name_come_and_go"),
    ("B041", "checks_with_and_without_a_name_come_and_go"),
    ("B042", "indexes_come_and_go_beside_a_rebuild"),
    ("B043", "constraints_come_and_go"),
    // SQLite has no comments: they are passed over.
    ("B044", "a_comment_is_no_rebuild"),
    ("B045", "types_change_with_a_cast_but_not_into_json_or_dates"),
    ("B046", "a_boolean_becomes_a_number_and_comes_back"),
    ("B047", "a_boolean_becomes_a_number_and_comes_back"),
    ("B048", "indexes_come_and_go_beside_a_rebuild"),
    ("B049", "indexes_come_and_go_beside_a_rebuild"),
    ("B050", "indexes_stand_beside_a_rebuild"),
    ("B051", "indexes_stand_beside_a_rebuild"),
    ("B052", "types_change_with_a_cast_but_not_into_json_or_dates"),
    ("B053", "columns_are_dropped_with_what_they_are_part_of"),
    ("B054", "a_column_is_renamed_with_all_that_names_it"),
    ("B055", "a_column_is_renamed_with_all_that_names_it"),
    ("B056", "columns_are_dropped_with_what_they_are_part_of"),
    ("B057", "defaults_come_and_go"),
    ("B058", "defaults_come_and_go"),
    ("B059", "generated_columns_come_in_place_only_if_virtual"),
    ("B060", "columns_are_placed_and_moved_at_once"),
    ("B061", "a_column_that_comes_again_is_another"),
    ("B062", "constraints_come_and_go"),
    ("B063", "constraints_come_and_go"),
    ("B064", "constraints_come_and_go"),
    ("B065", "a_key_without_a_name_goes_by_what_it_is"),
    ("B066", "indexes_stand_beside_a_rebuild"),
    ("B067", "values_stay_what_they_are"),
    ("B068", "values_stay_what_they_are"),
    ("B069", "rows_of_other_tables_stay"),
    ("B070", "rows_of_other_tables_stay"),
    ("B071", "rows_of_other_tables_stay"),
    ("B072", "rows_of_other_tables_stay"),
    ("B073", "a_failure_leaves_all_as_it_was"),
    ("B074", "what_was_made_by_hand_is_not_lost"),
    // Scripts are made from the revisions, without a database; with raw SQL among them see `cli/tests/sessions/scripts.rs`.
    ("B075", "a_script_does_to_rows_what_a_run_does"),
];

#[test]
fn every_case_is_tried_by_a_test_that_is_there() {
    let numbers: BTreeSet<&str> = CASES.iter().map(|(number, _)| *number).collect();
    let wanted: BTreeSet<String> = (1..=75).map(|number| format!("B{number:03}")).collect();
    assert_eq!(numbers, wanted.iter().map(String::as_str).collect());
    let sources = [
        include_str!("rebuild_cases.rs"),
        include_str!("rebuild.rs"),
        include_str!("survival.rs"),
        include_str!("engine.rs"),
    ]
    .concat();
    for (number, test) in CASES {
        assert!(sources.contains(&format!("fn {test}()")), "{number}: there is no test {test}");
    }
}

fn boolean(name: &str) -> Column {
    Column::new(name, "boolean").nullable()
}

fn ty(ty: &str) -> ColumnChange {
    ColumnChange { ty: Some(ty.into()), ..ColumnChange::default() }
}

fn place(place: Position) -> ColumnChange {
    ColumnChange { position: Some(place), ..ColumnChange::default() }
}

/// How many CHECKs a table has.
fn checks(db: &Db, table: &str) -> usize {
    let sql = db.rows(&format!("SELECT upper(sql) FROM sqlite_master WHERE name = '{table}'"));
    sql.concat().matches("CHECK").count()
}

#[test]
fn a_boolean_takes_its_check_along() {
    both(|dialect| {
        for with_check in [true, false] {
            let mut flags = table("flags", [Column::new("id", "integer"), boolean("flag"), boolean("n")]);
            if with_check {
                flags.constraints.push(check("flag_ck", "flag IN (0, 1)"));
            }
            let mut db = Db::with(dialect.clone(), [flags]);
            db.sql("INSERT INTO flags VALUES (1, 1, 0), (2, 0, 1)");
            db.must(&[rename("flags", "flag", "bflag"), retype("flags", "n", "integer")]);
            assert_eq!(checks(&db, "flags"), usize::from(with_check));
            assert_eq!(db.rows("SELECT bflag FROM flags"), ["1", "0"]);
            let five = db.connection.execute_batch("INSERT INTO flags VALUES (3, 5, 0)");
            assert_eq!(five.is_err(), with_check);
            db.check();
        }
    });
}

#[test]
fn a_boolean_becomes_a_number_and_comes_back() {
    both(|dialect| {
        let mut flags = table("flags", [Column::new("id", "integer"), boolean("y")]);
        flags.constraints.push(check("ck1", "y IN (0, 1)"));
        let mut db = Db::with(dialect, [flags]);
        db.sql("INSERT INTO flags VALUES (1, 1), (2, 0), (3, NULL)");
        db.must(&[release("flags", "ck1"), alter("flags", "y", ty("integer"))]);
        assert_eq!(checks(&db, "flags"), 0);
        assert_eq!(db.rows("SELECT y, typeof(y) FROM flags"), ["1|integer", "0|integer", "∅|null"]);
        db.check();
        db.must(&[alter("flags", "y", ty("boolean")), constrain("flags", check("ck1", "y IN (0, 1)"))]);
        assert_eq!(checks(&db, "flags"), 1);
        assert_eq!(db.rows("SELECT y FROM flags"), ["1", "0", "∅"]);
        db.check();
    });
}

#[test]
fn columns_are_placed_and_moved_at_once() {
    both(|dialect| {
        let mut db = filled(dialect.clone());
        let placed = |name: &str, at: Position| Operation::AddColumn {
            table: "tname".into(),
            column: Box::new(Column::new(name, "integer").nullable()),
            position: Some(at),
            fill: None,
        };
        let plan = db.must(&[
            placed("g", Position::After("id".into())),
            alter("tname", "x", place(Position::After("id".into()))),
        ]);
        assert_eq!(rebuilds(&plan), 1);
        assert_eq!(db.rows("SELECT name FROM pragma_table_xinfo('tname')"), ["id", "x", "g", "y"]);
        assert_eq!(db.rows("SELECT * FROM tname WHERE id = 1"), ["1|d1|∅|5"]);
        db.check();

        for (at, expected) in [
            (Position::After("id".into()), ["id", "data2", "x", "y"]),
            (Position::After("x".into()), ["id", "x", "data2", "y"]),
        ] {
            let mut db = filled(dialect.clone());
            db.must(&[retype("tname", "y", "text"), placed("data2", at)]);
            assert_eq!(db.rows("SELECT name FROM pragma_table_xinfo('tname')"), expected);
            db.check();
        }
    });
}

/// `user`, and `bar` that points at it in several ways.
fn user_and_bar() -> [limbeck_core::schema::Table; 2] {
    let mut user = table("user", [Column::new("id", "integer"), Column::new("id_version", "integer")]);
    user.constraints.push(unique("user_uq", &["id", "id_version"]));
    let mut bar = table(
        "bar",
        [
            Column::new("id", "integer"),
            Column::new("user_id", "integer").nullable(),
            Column::new("user_id_version", "integer").nullable(),
            Column::new("other_id", "integer").nullable(),
            Column::new("data", "varchar(10)").nullable(),
        ],
    );
    let act = ReferentialAction::NoAction;
    bar.constraints.push(key("bar_user", &["user_id"], "user", &["id"], act));
    bar.constraints.push(key("bar_other", &["other_id"], "user", &["id"], act));
    bar.constraints.push(key(
        "bar_both",
        &["user_id", "user_id_version"],
        "user",
        &["id", "id_version"],
        act,
    ));
    [user, bar]
}

#[test]
fn several_keys_to_one_table_stay() {
    both(|dialect| {
        let mut db = Db::with(dialect, user_and_bar());
        db.sql("INSERT INTO user VALUES (1, 7); INSERT INTO bar VALUES (1, 1, 7, 1, 'a')");
        db.must(&[retype("bar", "data", "text"), retype("user", "id_version", "bigint")]);
        assert_eq!(db.rows("SELECT count(DISTINCT id) FROM pragma_foreign_key_list('bar')"), ["3"]);
        assert_eq!(db.rows("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list('bar')"), ["user"]);
        db.check();
    });
}

#[test]
fn keys_follow_the_names_of_their_columns() {
    both(|dialect| {
        let mut db = Db::with(dialect, user_and_bar());
        db.sql("INSERT INTO user VALUES (1, 7); INSERT INTO bar VALUES (1, 1, 7, 1, 'a')");
        let plan = db.must(&[
            rename("user", "id", "foobar"),
            rename("bar", "user_id", "u"),
            retype("bar", "data", "text"),
            retype("user", "id_version", "bigint"),
        ]);
        assert_eq!(rebuilds(&plan), 2);
        assert_eq!(db.rows("SELECT name FROM pragma_table_info('user') WHERE pk > 0"), ["foobar"]);
        let keys = db.rows("SELECT \"from\", \"to\" FROM pragma_foreign_key_list('bar') ORDER BY 1, 2");
        assert_eq!(keys, ["other_id|foobar", "u|foobar", "u|foobar", "user_id_version|id_version"]);
        db.check();
    });
}

#[test]
fn a_key_comes_with_its_column_and_goes_by_its_name() {
    both(|dialect| {
        let mut db = Db::with(dialect, [tname(), table("parent", [Column::new("id", "integer")])]);
        db.sql("INSERT INTO tname VALUES (1, 'a', 2)");
        db.must(&[
            add("tname", Column::new("p", "integer").nullable()),
            constrain("tname", key("fk1", &["p"], "parent", &["id"], ReferentialAction::Cascade)),
            retype("tname", "y", "text"),
        ]);
        assert_eq!(db.rows("SELECT count(*) FROM pragma_foreign_key_list('tname')"), ["1"]);
        assert!(db.connection.execute_batch("UPDATE tname SET p = 9").is_err());
        db.check();
        db.must(&[release("tname", "fk1")]);
        assert_eq!(db.rows("SELECT count(*) FROM pragma_foreign_key_list('tname')"), ["0"]);
        assert_eq!(db.rows("SELECT * FROM tname"), ["1|a|2|∅"]);
        db.check();
    });
}

/// A constraint without a name.
fn nameless(mut constraint: Constraint) -> Constraint {
    constraint.name = None;
    constraint
}

#[test]
fn checks_with_and_without_a_name_come_and_go() {
    both(|dialect| {
        let mut db = filled(dialect);
        let unnamed = nameless(check("", "y > 4"));
        db.must(&[constrain("tname", check("ck1", "y < 100")), constrain("tname", unnamed.clone())]);
        assert_eq!(checks(&db, "tname"), 2);
        assert!(db.connection.execute_batch("INSERT INTO tname VALUES (9, 'x', 4)").is_err());
        db.check();
        db.must(&[Operation::DropConstraint {
            table: "tname".into(),
            constraint: ConstraintRef::Unnamed(Box::new(unnamed.body)),
        }]);
        assert_eq!(checks(&db, "tname"), 1);
        db.sql("INSERT INTO tname VALUES (9, 'x', 4)");
        db.check();
    });
}

#[test]
fn a_key_without_a_name_goes_by_what_it_is() {
    both(|dialect| {
        let foreign = nameless(key("", &["foo_id"], "foo", &["id"], ReferentialAction::NoAction));
        let mut bar =
            table("bar", [Column::new("id", "integer"), Column::new("foo_id", "integer").nullable()]);
        bar.constraints.push(foreign.clone());
        let mut db = Db::with(dialect, [table("foo", [Column::new("id", "integer")]), bar]);
        db.sql("INSERT INTO foo VALUES (1); INSERT INTO bar VALUES (1, 1)");
        db.must(&[Operation::DropConstraint {
            table: "bar".into(),
            constraint: ConstraintRef::Unnamed(Box::new(foreign.body)),
        }]);
        assert_eq!(db.rows("SELECT count(*) FROM pragma_foreign_key_list('bar')"), ["0"]);
        assert_eq!(db.rows("SELECT * FROM bar"), ["1|1"]);
        db.check();
    });
}

#[test]
fn indexes_come_and_go_beside_a_rebuild() {
    both(|dialect| {
        let mut db = filled(dialect);
        let mut ix_data = Index::new("ix_data", ["x"]);
        ix_data.unique = true;
        let plan = db.must(&[create_index("tname", ix_data), constrain("tname", unique("u", &["y"]))]);
        assert_eq!(rebuilds(&plan), 1);
        let made = plan.iter().position(|sql| sql.starts_with("CREATE UNIQUE INDEX")).unwrap();
        let renamed = plan.iter().position(|sql| sql.contains("RENAME TO")).unwrap();
        assert!(renamed < made, "{plan:#?}");
        db.check();
        let plan = db.must(&[drop_index("tname", "ix_data"), release("tname", "u")]);
        assert_eq!(rebuilds(&plan), 1);
        assert!(db.rows("SELECT name FROM sqlite_master WHERE type = 'index'").is_empty());
        db.check();
    });
}

#[test]
fn a_comment_is_no_rebuild() {
    both(|dialect| {
        let mut db = filled(dialect);
        let comment =
            ColumnChange { comment: Some(Some("what it is".to_owned())), ..ColumnChange::default() };
        assert_eq!(db.must(&[alter("tname", "x", comment)]), Vec::<String>::new());
        db.check();
    });
}

#[test]
fn values_stay_what_they_are() {
    both(|dialect| {
        let mut odd = table(
            "odd",
            [
                Column::new("id", "integer"),
                boolean("flag"),
                Column::new("at", "timestamp").with_default("CURRENT_TIMESTAMP"),
                Column::new("note", "text").nullable(),
            ],
        );
        odd.indexes.insert("odd_at".into(), Index::new("odd_at", ["at"]));
        let mut db = Db::with(dialect, [odd]);
        db.sql(
            "INSERT INTO odd VALUES (1, 1, '2016-01-01 10:00:00', 'a'), (2, 0, '2016-01-02T10:00:00.123456', x'00'), \
             (3, 5, 1451642400, NULL)",
        );
        let before = db.rows("SELECT id, flag, at, typeof(at) FROM odd");
        db.must(&[rename("odd", "flag", "bflag"), retype("odd", "note", "varchar(90)")]);
        assert_eq!(db.rows("SELECT id, bflag, at, typeof(at) FROM odd"), before);
        assert_eq!(db.rows("SELECT typeof(note) FROM odd"), ["text", "blob", "null"]);
        db.check();
    });
}

/// The cases that neither tool has: each kind of table keeps what makes it one, with a trigger, a view and children.
#[test]
fn each_kind_of_table_keeps_what_makes_it_one() {
    both(|dialect| {
        let strict = dialect.capabilities().stored_columns && dialect != old();
        let kinds: &[(&str, bool)] =
            if strict { &[("strict", true), ("without_rowid", true)] } else { &[("without_rowid", true)] };
        for (kind, on) in kinds {
            let mut parent = table(
                "parent",
                [
                    Column::new("id", "integer"),
                    Column::new("name", "text"),
                    Column::new("n", "integer").nullable(),
                    Column::new("twice", "integer").nullable(),
                ],
            );
            parent.options.set("sqlite", kind, limbeck_core::schema::OptionValue::Bool(*on));
            parent.columns[1].collation = Some("NOCASE".to_owned());
            parent.columns[3].generated = Some(Generated { expression: Sql::from("n * 2"), stored: true });
            let mut partial = Index::new("partial", ["n"]);
            partial.predicate = Some(Sql::from("n > 0"));
            let mut expression = Index::new("expression", ["n"]);
            expression.columns = vec![KeyPart::expression("lower(name)")];
            for index in [partial, expression] {
                parent.indexes.insert(index.name.clone(), index);
            }
            let mut child = table("child", [Column::new("id", "integer"), Column::new("p", "integer")]);
            child.constraints.push(key("child_p", &["p"], "parent", &["id"], ReferentialAction::Cascade));
            let mut db = Db::with(
                dialect.clone(),
                [parent, child, table("log", [Column::new("n", "integer").nullable()])],
            );
            db.must(&[
                Operation::CreateObject(object(
                    "view",
                    "v",
                    "CREATE VIEW v AS SELECT name, twice FROM parent",
                )),
                Operation::CreateObject(object(
                    "trigger",
                    "tr",
                    "CREATE TRIGGER tr AFTER INSERT ON parent BEGIN INSERT INTO log VALUES (new.n); END",
                )),
            ]);
            db.sql("INSERT INTO parent (id, name, n) VALUES (1, 'a', 4); INSERT INTO child VALUES (1, 1)");
            let plan = db.must(&[
                constrain("parent", unique("u", &["n"])),
                retype("parent", "n", "bigint"),
                add("parent", Column::new("more", "text").nullable()),
            ]);
            assert_eq!(rebuilds(&plan), 1);
            assert_eq!(db.rows("SELECT * FROM child"), ["1|1"]);
            assert_eq!(db.rows("SELECT * FROM v WHERE name = 'A'"), ["a|8"]);
            db.sql("INSERT INTO parent (id, name, n) VALUES (2, 'b', 5)");
            assert_eq!(db.rows("SELECT max(n) FROM log"), ["5"]);
            db.check();
        }
    });
}

/// An enum and a key together: the words follow the column, whatever else the rebuild does.
#[test]
fn a_rebuild_for_a_key_keeps_an_enum() {
    both(|dialect| {
        let thing = Enum {
            name: "thing".into(),
            values: ["a", "b", "c"].map(str::to_owned).to_vec(),
            comment: None,
            options: Options::default(),
        };
        let mut db = Db::new(dialect);
        let columns = [Column::new("id", "integer"), Column::new("thing", Type::Enum("thing".into()))];
        db.must(&[Operation::CreateEnum(thing), create(table("t", columns))]);
        db.sql("INSERT INTO t VALUES (1, 'a')");
        let both = PrimaryKey {
            columns: vec![KeyPart::column("id"), KeyPart::column("thang")],
            include: Vec::new(),
        };
        db.must(&[
            rename("t", "thing", "thang"),
            release("t", "t_pkey"),
            constrain("t", Constraint::new(Some("t_pkey".into()), both)),
        ]);
        assert!(db.connection.execute_batch("INSERT INTO t VALUES (2, 'z')").is_err());
        assert_eq!(checks(&db, "t"), 1);
        db.check();
    });
}
