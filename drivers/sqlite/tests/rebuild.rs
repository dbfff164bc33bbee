//! Changes to tables, carried out on the real library, with rows in them.

mod support;

use limbeck_core::driver::Version;
use limbeck_core::operation::{ColumnChange, Operation};
use limbeck_core::schema::{
    Column, Constraint, Index, KeyPart, Position, PrimaryKey, ReferentialAction, Sql, TypeSpec,
};
use support::*;

fn columns(db: &Db, table: &str) -> String {
    db.rows(&format!("SELECT name FROM pragma_table_xinfo('{table}')")).join(",")
}

fn placed(name: &str, position: Option<Position>) -> Operation {
    Operation::AddColumn {
        table: "tname".into(),
        column: Box::new(Column::new(name, "integer").nullable()),
        position,
        fill: None,
    }
}

fn after(name: &str) -> Option<Position> {
    Some(Position::After(name.into()))
}

#[test]
fn types_change_with_a_cast_but_not_into_json_or_dates() {
    both(|dialect| {
        let mut db = filled(dialect.clone());
        let plan = db.must(&[retype("tname", "x", "varchar(50)")]);
        assert!(!plan.concat().contains("CAST"), "B001");
        let plan = db.must(&[retype("tname", "x", "integer")]);
        assert!(plan.concat().contains("CAST(\"tname\".\"x\" AS INTEGER)"), "B045");
        assert_eq!(db.rows("SELECT x FROM tname"), ["0", "22", "8", "9", "0"], "B052");
        db.check();

        let mut db = Db::with(
            dialect,
            [table("d", [Column::new("id", "integer"), Column::new("at", "text"), Column::new("j", "text")])],
        );
        db.sql("INSERT INTO d VALUES (1, '2026-11-22', '{\"a\":1}')");
        let json = TypeSpec::only("sqlite", "JSON");
        let to_json = ColumnChange { ty: Some(json), ..ColumnChange::default() };
        let plan = db.must(&[retype("d", "at", "date"), alter("d", "j", to_json)]);
        assert!(!plan.concat().contains("CAST"), "B045");
        assert_eq!(rebuilds(&plan), 1);
        let plan = db.must(&[retype("d", "at", "text"), retype("d", "j", "text")]);
        assert_eq!(plan.concat().matches("AS TEXT)").count(), 2);
        assert_eq!(db.rows("SELECT * FROM d"), ["1|2026-11-22|{\"a\":1}"]);
        db.check();
    });
}

#[test]
fn a_column_is_renamed_with_all_that_names_it() {
    both(|dialect| {
        let mut table = tname();
        table.constraints.push(unique("uq", &["y"]));
        table.constraints.push(check("ck", "y < 100 AND tname.x <> ''"));
        let ix = Index::new("ix1", ["y"]);
        table.indexes.insert(ix.name.clone(), ix);
        let mut db = Db::with(dialect, [table]);
        db.sql("INSERT INTO tname VALUES (1, 'a', 2)");
        // B002 to B004, B009 to B011, B054, B055
        let plan = db.must(&[
            rename("tname", "x", "q"),
            retype("tname", "q", "text"),
            rename("tname", "y", "y2"),
            rename("tname", "id", "ident"),
        ]);
        assert_eq!(rebuilds(&plan), 1);
        assert_eq!(columns(&db, "tname"), "ident,q,y2");
        assert_eq!(db.rows("SELECT ident, q, y2 FROM tname"), ["1|a|2"]);
        assert!(db.connection.execute_batch("INSERT INTO tname VALUES (2, 'b', 100)").is_err());
        db.check();
        // A name that is given up and taken again, and two that are exchanged.
        db.must(&[retype("tname", "q", "varchar(3)"), drop("tname", "q"), rename("tname", "y2", "q")]);
        db.must(&[
            retype("tname", "q", "bigint"),
            rename("tname", "q", "tmp"),
            rename("tname", "ident", "q"),
            rename("tname", "tmp", "ident"),
        ]);
        assert_eq!(db.rows("SELECT q, ident FROM tname"), ["1|2"]);
        db.must(&[rename("tname", "ident", "IDENT")]);
        assert_eq!(columns(&db, "tname"), "q,IDENT");
        db.check();
    });
}

#[test]
fn columns_go_where_they_are_placed() {
    both(|dialect| {
        let first = Some(Position::First);
        for (operations, expected) in [
            (vec![placed("g", None)], "id,x,y,g"),
            (vec![placed("g", after("x"))], "id,x,g,y"),
            (vec![placed("g", after("id"))], "id,g,x,y"),
            (vec![placed("g", first.clone())], "g,id,x,y"),
            (vec![placed("g", after("y"))], "id,x,y,g"),
            (vec![placed("g", after("id")), placed("q", None)], "id,g,x,y,q"),
            (vec![placed("q", None), placed("g", after("id"))], "id,g,x,y,q"),
            (vec![placed("g", after("id")), placed("q", after("g"))], "id,g,q,x,y"),
            (vec![placed("g", after("id")), placed("q", after("id"))], "id,q,g,x,y"),
            (
                vec![alter(
                    "tname",
                    "x",
                    ColumnChange { position: first.clone(), ..ColumnChange::default() },
                )],
                "x,id,y",
            ),
        ] {
            let mut db = filled(dialect.clone());
            let plan = db.must(&operations);
            assert!(rebuilds(&plan) <= 1);
            assert_eq!(columns(&db, "tname"), expected, "B012 to B024");
            assert_eq!(db.rows("SELECT sum(y), count(x) FROM tname"), ["35|5"]);
            db.check();
        }
    });
}

#[test]
fn defaults_come_and_go() {
    both(|dialect| {
        let mut db = filled(dialect);
        let default = |value: Option<&str>| ColumnChange {
            default: Some(value.map(Sql::from)),
            ..ColumnChange::default()
        };
        db.must(&[alter("tname", "y", default(Some("10")))]);
        db.sql("INSERT INTO tname (id) VALUES (6)");
        db.check();
        db.must(&[alter("tname", "y", default(None))]);
        db.sql("INSERT INTO tname (id) VALUES (7)");
        assert_eq!(db.rows("SELECT y FROM tname WHERE id > 5"), ["10", "∅"], "B026, B027");
        db.check();
        let plan = db.must(&[add("tname", Column::new("data2", "text").with_default("'hi'"))]);
        assert_eq!(rebuilds(&plan), 0, "B057");
        let now = "datetime('now', 'localtime')";
        let plan = db.must(&[add("tname", Column::new("at", "text").with_default(now))]);
        assert_eq!(rebuilds(&plan), 1, "B058");
        assert_eq!(db.rows("SELECT count(at), count(data2), count(*) FROM tname"), ["7|7|7"]);
        db.must(&[add("tname", Column::new("at2", "timestamptz").with_default("CURRENT_TIMESTAMP"))]);
        db.check();
    });
}

#[test]
fn columns_are_dropped_with_what_they_are_part_of() {
    both(|dialect| {
        let mut db = filled(dialect.clone());
        db.must(&[drop("tname", "x")]);
        assert_eq!(db.rows("SELECT * FROM tname WHERE id = 2"), ["2|6"], "B031, B053");
        db.must(&[drop("tname", "id")]);
        assert!(db.rows("SELECT 1 FROM pragma_table_info('tname') WHERE pk > 0").is_empty(), "B032, B056");
        assert_eq!(db.rows("SELECT rowid FROM tname"), ["1", "2", "3", "4", "5"]);
        db.check();

        let mut child = table(
            "c",
            [
                Column::new("id", "integer"),
                Column::new("t", "integer").nullable(),
                Column::new("z", "text").nullable(),
            ],
        );
        child.constraints.push(key("c_fk", &["t"], "tname", &["id"], ReferentialAction::NoAction));
        let mut db = Db::with(dialect, [tname(), child]);
        db.must(&[drop("c", "z")]);
        assert_eq!(db.rows("SELECT count(*) FROM pragma_foreign_key_list('c')"), ["1"], "B034");
        db.check();
        db.must(&[drop("c", "t")]);
        assert_eq!(db.rows("SELECT count(*) FROM pragma_foreign_key_list('c')"), ["0"], "B033");
        db.check();
    });
}

#[test]
fn a_column_that_comes_again_is_another() {
    both(|dialect| {
        for key in [false, true] {
            let mut db = filled(dialect.clone());
            let mut operations =
                vec![drop("tname", "id"), add("tname", Column::new("id", "integer").nullable())];
            if key {
                let body = PrimaryKey { columns: vec![KeyPart::column("id")], include: Vec::new() };
                operations.push(constrain("tname", Constraint::new(Some("newpk".into()), body)));
            }
            let plan = db.must(&operations);
            assert_eq!(rebuilds(&plan), 1);
            assert_eq!(
                db.rows("SELECT max(pk) FROM pragma_table_info('tname')"),
                [if key { "1" } else { "0" }],
                "B061"
            );
            assert_eq!(db.rows("SELECT count(*), sum(y) FROM tname"), ["5|35"]);
            db.check();
        }
    });
}

#[test]
fn constraints_come_and_go() {
    both(|dialect| {
        let mut db = filled(dialect.clone());
        db.must(&[constrain("tname", unique("uq1", &["y"])), constrain("tname", check("newck", "y > 0"))]);
        db.check();
        assert!(db.connection.execute_batch("INSERT INTO tname VALUES (6, 'x', 5)").is_err(), "B038");
        assert!(db.connection.execute_batch("INSERT INTO tname VALUES (6, 'x', -5)").is_err(), "B063");
        db.must(&[release("tname", "uq1"), release("tname", "newck")]);
        db.sql("INSERT INTO tname VALUES (6, 'x', 5), (7, 'x', -5)");
        db.check();
        let error = db.run(&[constrain("tname", check("newck", "y > 0"))]).unwrap_err();
        assert!(error.contains("constraint failed"), "{error}");
        db.check();
        db.must(&[release("tname", "tname_pkey")]);
        assert_eq!(db.rows("SELECT max(pk) FROM pragma_table_info('tname')"), ["0"], "B043");
        db.check();

        let mut nopk = tname();
        nopk.constraints.clear();
        let mut db = Db::with(dialect, [nopk]);
        db.sql("INSERT INTO tname VALUES (1, 'a', 2)");
        let body =
            PrimaryKey { columns: vec![KeyPart::column("id"), KeyPart::column("x")], include: Vec::new() };
        db.must(&[
            constrain("tname", Constraint::new(Some("newpk".into()), body)),
            add("tname", Column::new("z", "integer").nullable()),
            constrain("tname", unique("newuk", &["x", "z"])),
        ]);
        assert_eq!(db.rows("SELECT * FROM tname"), ["1|a|2|∅"], "B062, B064");
        db.check();
    });
}

#[test]
fn a_new_column_may_point_somewhere() {
    let mut db = Db::with(linked(), [tname(), table("other", [Column::new("id", "integer")])]);
    let plan = db.must(&[
        add("tname", Column::new("o", "integer").nullable()),
        constrain("tname", key("fk1", &["o"], "other", &["id"], ReferentialAction::SetNull)),
        add("tname", Column::new("n", "integer").with_default("3")),
        constrain("tname", check("n_ck", "n > 2")),
    ]);
    assert_eq!(rebuilds(&plan), 0, "{plan:#?}");
    db.check();
}

#[test]
fn indexes_stand_beside_a_rebuild() {
    both(|dialect| {
        let mut db = filled(dialect);
        let mut ix = Index::new("ix_data", ["x"]);
        ix.unique = true;
        let plan = db.must(&[create_index("tname", ix)]);
        assert_eq!(plan, ["CREATE UNIQUE INDEX \"ix_data\" ON \"tname\" (\"x\")"], "B050");
        let plan = db.must(&[retype("tname", "y", "text"), create_index("tname", Index::new("two", ["y"]))]);
        assert_eq!(
            plan.last().map(String::as_str),
            Some("CREATE INDEX \"two\" ON \"tname\" (\"y\")"),
            "B051, B066"
        );
        db.check();
        let plan = db.must(&[drop_index("tname", "ix_data"), retype("tname", "y", "integer")]);
        assert!(!plan.concat().contains("DROP INDEX"), "B051");
        db.check();
        assert_eq!(db.must(&[drop_index("tname", "two")]), ["DROP INDEX \"two\""]);
        db.check();
    });
}

#[test]
fn rows_of_other_tables_stay() {
    both(|dialect| {
        let mut parent = tname();
        parent.columns.push(Column::new("boss", "integer").nullable());
        parent.constraints.push(key("self", &["boss"], "tname", &["id"], ReferentialAction::Cascade));
        let mut child = table("bar", [Column::new("id", "integer"), Column::new("t", "integer")]);
        child.constraints.push(key("bar_fk", &["t"], "tname", &["id"], ReferentialAction::Cascade));
        let mut db = Db::with(dialect, [parent, child]);
        db.sql("INSERT INTO tname VALUES (1, 'a', 2, NULL), (2, 'b', 3, 1)");
        db.sql("INSERT INTO bar VALUES (7, 1), (8, 2)");
        // B030, B035, B069 to B072
        let plan = db.must(&[
            retype("tname", "y", "text"),
            rename("tname", "id", "key"),
            retype("bar", "t", "bigint"),
        ]);
        assert_eq!(rebuilds(&plan), 2);
        assert_eq!(db.rows("SELECT * FROM bar"), ["7|1", "8|2"]);
        assert_eq!(db.rows("SELECT \"table\", \"to\" FROM pragma_foreign_key_list('bar')"), ["tname|key"]);
        assert_eq!(db.rows("SELECT \"table\", \"to\" FROM pragma_foreign_key_list('tname')"), ["tname|key"]);
        db.check();
        db.sql("DELETE FROM tname WHERE key = 1");
        assert!(db.rows("SELECT * FROM bar").is_empty(), "the keys still act");
        // A parent that is still pointed at cannot go.
        db.sql("INSERT INTO tname VALUES (1, 'a', '2', NULL); INSERT INTO bar VALUES (7, 1)");
        let error = db.run(&[Operation::DropTable { table: "tname".into() }]).unwrap_err();
        assert!(
            error.contains("dangling") || error.contains("no such table") || error.contains("used"),
            "{error}"
        );
        db.check();
        db.must(&[release("bar", "bar_fk"), Operation::DropTable { table: "tname".into() }]);
        assert_eq!(db.rows("SELECT * FROM bar"), ["7|1"]);
        db.check();
    });
}

#[test]
fn views_and_triggers_stay() {
    both(|dialect| {
        let mut db = Db::with(dialect, [tname(), table("log", [Column::new("a", "text").nullable()])]);
        db.must(&[
            Operation::CreateObject(object("view", "v", "CREATE VIEW v AS SELECT id, x FROM tname;")),
            Operation::CreateObject(object(
                "trigger",
                "tr",
                "CREATE TRIGGER tr AFTER INSERT ON tname BEGIN INSERT INTO log VALUES (new.x); END",
            )),
            Operation::CreateObject(object(
                "trigger",
                "other",
                "CREATE TRIGGER other AFTER DELETE ON log BEGIN DELETE FROM tname WHERE x = old.a; END",
            )),
        ]);
        db.sql("INSERT INTO tname VALUES (1, 'a', 2)");
        let plan = db.must(&[rename("tname", "x", "z"), retype("tname", "y", "text")]);
        assert_eq!(rebuilds(&plan), 1);
        db.sql("INSERT INTO tname VALUES (2, 'b', 2)");
        assert_eq!(db.rows("SELECT a FROM log"), ["a", "b"]);
        assert_eq!(db.rows("SELECT * FROM v"), ["1|a", "2|b"]);
        db.sql("DELETE FROM log WHERE a = 'a'");
        assert_eq!(db.rows("SELECT z FROM tname"), ["b"]);
        assert_eq!(
            db.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"),
            ["other", "tr"]
        );
        let to = Operation::RenameTable { table: "tname".into(), to: "renamed".into() };
        let plan = db.must(&[retype("tname", "y", "integer"), to, retype("renamed", "z", "varchar(7)")]);
        assert_eq!(rebuilds(&plan), 1);
        db.sql("INSERT INTO renamed VALUES (3, 'c', 2)");
        assert_eq!(db.rows("SELECT a FROM log"), ["b", "c"]);
        db.check();
    });
}

#[test]
fn what_says_rowid_goes_on_saying_so() {
    let mut db = Db::with(linked(), [tname(), table("log", [Column::new("a", "integer")])]);
    db.must(&[
        Operation::CreateObject(object("view", "v", "CREATE VIEW v AS SELECT rowid AS r, x FROM tname")),
        Operation::CreateObject(object(
            "trigger",
            "tr",
            "CREATE TRIGGER tr AFTER INSERT ON tname BEGIN INSERT INTO log VALUES (new.rowid); END",
        )),
        Operation::CreateObject(object(
            "trigger",
            "instead",
            "CREATE TRIGGER instead INSTEAD OF DELETE ON v BEGIN DELETE FROM tname WHERE oid = old.r; END",
        )),
    ]);
    db.must(&[rename("tname", "id", "key")]);
    db.sql("INSERT INTO tname VALUES (7, 'a', 1)");
    assert_eq!(db.rows("SELECT * FROM log"), ["7"]);
    db.sql("DELETE FROM v WHERE r = 7");
    assert_eq!(db.rows("SELECT count(*) FROM tname"), ["0"]);
    db.check();
}

#[test]
fn what_was_made_by_hand_is_not_lost() {
    let mut db = filled(old());
    for (by_hand, undo) in [
        ("CREATE INDEX mine ON tname (x)", "DROP INDEX mine"),
        ("CREATE TRIGGER mine AFTER INSERT ON tname BEGIN SELECT 1; END", "DROP TRIGGER mine"),
        ("CREATE TABLE \"_limbeck_new_tname\" (a)", "DROP TABLE \"_limbeck_new_tname\""),
        ("ALTER TABLE tname ADD COLUMN mine", "ALTER TABLE tname DROP COLUMN mine"),
    ] {
        db.sql(by_hand);
        let error = db.run(&[retype("tname", "y", "text")]).unwrap_err();
        assert!(error.contains("made anew") && error.contains("tname"), "{error}");
        db.sql(undo);
    }
    db.must(&[retype("tname", "y", "text")]);
    db.check();
}

#[test]
fn a_failure_leaves_all_as_it_was() {
    let mut db = filled(old());
    let not_null = ColumnChange { nullable: Some(false), ..ColumnChange::default() };
    db.sql("INSERT INTO tname VALUES (6, NULL, NULL)");
    let seen = db.seen();
    let error = db.run(&[alter("tname", "x", not_null.clone())]).unwrap_err();
    assert!(error.contains("NOT NULL"), "B073: {error}");
    assert_eq!(db.seen(), seen);
    let fill = ColumnChange { fill: Some(Sql::from("'none' || id")), ..not_null };
    db.must(&[alter("tname", "x", fill)]);
    assert_eq!(db.rows("SELECT x FROM tname WHERE id IN (1, 6)"), ["d1", "none6"]);
    db.check();
}

#[test]
fn not_null_and_checks_change_in_place_where_the_library_can() {
    let mut db = filled(linked());
    let newest = Version::parse(rusqlite::version()).unwrap() >= Version::new(3, 53, 0);
    let null = |nullable| ColumnChange { nullable: Some(nullable), ..ColumnChange::default() };
    for operations in [
        vec![alter("tname", "x", null(false))],
        vec![alter("tname", "x", null(true)), constrain("tname", check("c1", "y > 0"))],
        vec![release("tname", "c1"), constrain("tname", check("C1", "y > 1"))],
        vec![release("tname", "C1"), drop("tname", "y")],
    ] {
        let plan = db.must(&operations);
        assert_eq!(rebuilds(&plan) == 0, newest, "{plan:#?}");
        db.check();
    }
}
