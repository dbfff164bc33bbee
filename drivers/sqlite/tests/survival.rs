//! What only SQLite knows of a table, names that look like something else, and values that are computed: all of it
//! stays through changes, on the real library.

mod support;

use limbeck_core::driver::{Dialect, Version};
use limbeck_core::operation::{AlterEnum, ColumnChange, EnumAddition, EnumRename, Operation};
use limbeck_core::schema::{
    Column, Enum, Generated, Index, KeyPart, OptionValue, Options, ReferentialAction, Sql, Type,
};
use limbeck_sqlite::dialect::SqliteDialect;
use support::*;

fn with_option(key: &str, value: OptionValue) -> Options {
    let mut options = Options::default();
    options.set("sqlite", key, value);
    options
}

#[test]
fn counters_go_on() {
    both(|dialect| {
        let mut db = Db::with(
            dialect,
            [table("t", [Column::new("id", "bigint").with_identity(), Column::new("x", "text").nullable()])],
        );
        db.sql("INSERT INTO t (x) VALUES ('a'), ('b'), ('c'); DELETE FROM t WHERE id > 1");
        db.must(&[retype("t", "x", "integer")]);
        assert_eq!(db.rows("SELECT name, seq FROM sqlite_sequence"), ["t|3"]);
        db.sql("DELETE FROM t");
        db.must(&[retype("t", "x", "text")]);
        db.sql("INSERT INTO t (x) VALUES ('d')");
        assert_eq!(db.rows("SELECT id FROM t"), ["4"]);
        db.check();
        let to = Operation::RenameTable { table: "t".into(), to: "T".into() };
        db.must(&[to, retype("T", "x", "integer")]);
        assert_eq!(db.rows("SELECT name, seq FROM sqlite_sequence"), ["T|4"]);
        let mut empty = Db::with(
            linked(),
            [table("e", [Column::new("id", "integer").with_identity(), Column::new("x", "text")])],
        );
        empty.must(&[retype("e", "x", "integer")]);
        empty.sql("INSERT INTO e (x) VALUES (1)");
        assert_eq!(empty.rows("SELECT id FROM e"), ["1"]);
        empty.check();
    });
}

#[test]
fn all_that_sqlite_knows_survives() {
    for dialect in [SqliteDialect::new(Version::new(3, 37, 0)), linked()] {
        let mut rich = table(
            "rich",
            [
                Column::new("id", "text"),
                Column::new("name", "text"),
                Column::new("n", "integer"),
                Column::new("twice", "integer").nullable(),
                Column::new("kept", "integer").nullable(),
                Column::new("flag", "boolean").with_default("TRUE"),
                Column::new("other", "blob").nullable(),
            ],
        );
        rich.options = with_option("strict", OptionValue::Bool(true));
        rich.options.set("sqlite", "without_rowid", OptionValue::Bool(true));
        rich.columns[1].collation = Some("NOCASE".to_owned());
        rich.columns[2].options = with_option("on_conflict", OptionValue::String("REPLACE".to_owned()));
        rich.columns[2].default = Some(Sql::from("-7"));
        rich.columns[3].generated = Some(Generated { expression: Sql::from("n * 2"), stored: false });
        rich.columns[4].generated = Some(Generated { expression: Sql::from("rich.n + 1"), stored: true });
        let mut conflict = unique("uq", &["name"]);
        conflict.options = with_option("on_conflict", OptionValue::String("ignore".to_owned()));
        rich.constraints.push(conflict);
        let mut partial = Index::new("partial", ["n"]);
        partial.predicate = Some(Sql::from("n > 0 AND rich.name <> 'x'"));
        let mut expression = Index::new("expression", ["n"]);
        expression.columns.push(KeyPart::expression("lower(name)"));
        expression.columns[0].order = limbeck_core::schema::Order::Descending;
        expression.columns[1].collation = Some("rtrim".to_owned());
        for index in [partial, expression] {
            rich.indexes.insert(index.name.clone(), index);
        }
        let mut db = Db::with(dialect, [rich]);
        db.sql("INSERT INTO rich (id, name, n) VALUES ('a', 'A', 1), ('b', 'a', 2), ('c', 'C', NULL)");
        db.must(&[drop("rich", "other"), retype("rich", "flag", "text")]);
        assert_eq!(db.rows("SELECT * FROM rich"), ["a|A|1|2|2|1", "c|C|-7|-14|-6|1"]);
        db.check();
        let strict = db.connection.execute_batch("INSERT INTO rich (id, name, n) VALUES ('d', 'D', 'x')");
        assert!(strict.is_err());
        let options =
            Operation::AlterTable { table: "rich".into(), comment: None, options: Some(Options::default()) };
        db.must(&[options]);
        assert_eq!(db.rows("SELECT count(*) FROM pragma_table_list('rich') WHERE strict OR wr"), ["0"]);
        db.check();
    }
}

#[test]
fn conflict_clauses_lose_no_rows() {
    for action in ["replace", "ignore"] {
        let mut db = filled(linked());
        db.sql("INSERT INTO tname VALUES (6, 'again', 5)");
        let mut clause = unique("uq", &["y"]);
        clause.options = with_option("on_conflict", OptionValue::String(action.to_owned()));
        let error = db.run(&[constrain("tname", clause)]).unwrap_err();
        assert!(error.contains("UNIQUE constraint failed"), "{error}");
        assert_eq!(db.rows("SELECT count(*) FROM tname"), ["6"]);
        db.check();
    }
}

#[test]
fn generated_columns_come_in_place_only_if_virtual() {
    let mut db = filled(linked());
    let mut column = Column::new("g", "integer").nullable();
    column.generated = Some(Generated { expression: Sql::from("1 + 1"), stored: false });
    assert_eq!(rebuilds(&db.must(&[add("tname", column.clone())])), 0, "B059");
    column.name = "h".into();
    column.generated = Some(Generated { expression: Sql::from("1 + 1"), stored: true });
    assert_eq!(rebuilds(&db.must(&[add("tname", column)])), 1, "B059");
    assert_eq!(db.rows("SELECT DISTINCT g, h FROM tname"), ["2|2"]);
    let plain = ColumnChange { generated: Some(None), ..ColumnChange::default() };
    db.must(&[alter("tname", "h", plain)]);
    assert_eq!(db.rows("SELECT DISTINCT h FROM tname"), ["2"]);
    db.check();
}

#[test]
fn enums_are_checks_and_their_words_follow() {
    both(|dialect| {
        let mut db = Db::new(dialect);
        let status = Enum {
            name: "status".into(),
            values: ["a", "it's", "c"].map(str::to_owned).to_vec(),
            comment: None,
            options: Options::default(),
        };
        let ty = Type::Enum("status".into());
        let columns = [
            Column::new("id", "integer"),
            Column::new("thing", ty.clone()),
            Column::new("y", "integer").nullable(),
        ];
        db.must(&[Operation::CreateEnum(status), create(table("t", columns))]);
        db.sql("INSERT INTO t VALUES (1, 'a', 1), (2, 'it''s', 2)");
        assert!(db.connection.execute_batch("INSERT INTO t VALUES (3, 'z', 3)").is_err());
        db.must(&[rename("t", "thing", "thang"), add("t", Column::new("extra", ty).nullable())]);
        assert_eq!(db.rows("SELECT thang, extra FROM t"), ["a|∅", "it's|∅"]);
        // The CHECK keeps its name until the next rebuild.
        db.must(&[retype("t", "y", "varchar(3)")]);
        db.check();
        let plan = db.must(&[
            retype("t", "y", "text"),
            Operation::AlterEnum(AlterEnum {
                name: "status".into(),
                rename: vec![EnumRename { from: "a".to_owned(), to: "A".to_owned() }],
                remove: vec!["c".to_owned()],
                add: vec![EnumAddition { value: "d".to_owned(), place: None }],
                comment: None,
            }),
        ]);
        assert_eq!(rebuilds(&plan), 1);
        assert_eq!(db.rows("SELECT thang FROM t"), ["A", "it's"]);
        db.check();
        let error = db.run(&[Operation::AlterEnum(AlterEnum {
            name: "status".into(),
            rename: Vec::new(),
            remove: vec!["A".to_owned()],
            add: Vec::new(),
            comment: None,
        })]);
        assert!(error.unwrap_err().contains("CHECK"));
        db.check();
    });
}

#[test]
fn several_changes_are_one_rebuild_even_with_others_between() {
    let mut db = filled(old());
    db.must(&[create(table("o", [Column::new("id", "integer"), Column::new("a", "text")]))]);
    let plan = db.must(&[
        retype("tname", "x", "text"),
        retype("o", "a", "integer"),
        constrain("tname", unique("u", &["y"])),
        Operation::RenameTable { table: "tname".into(), to: "n".into() },
        drop("n", "x"),
        retype("o", "a", "text"),
        add("n", Column::new("z", "integer").nullable()),
    ]);
    assert_eq!(rebuilds(&plan), 1, "that of o leads back to what it was: {plan:#?}");
    assert_eq!(db.rows("SELECT * FROM n WHERE id = 1"), ["1|5|∅"]);
    db.check();
    let insert = Operation::Execute { sql: Sql::from("INSERT INTO n (id) VALUES (100)"), effect: None };
    let plan = db.must(&[retype("n", "y", "text"), insert, retype("n", "z", "text")]);
    assert_eq!(rebuilds(&plan), 2);
    db.check();
}

#[test]
fn new_rows_values_and_using_are_computed() {
    let mut db = filled(linked());
    let plan = db.must(&[
        alter(
            "tname",
            "y",
            ColumnChange {
                ty: Some("text".into()),
                using: Some(Sql::from("y || ':' || x -- both")),
                ..ColumnChange::default()
            },
        ),
        Operation::AddColumn {
            table: "tname".into(),
            column: Box::new(Column::new("must", "integer")),
            position: None,
            fill: Some(Sql::from("id * 10")),
        },
    ]);
    assert_eq!(rebuilds(&plan), 1);
    assert_eq!(db.rows("SELECT y, must FROM tname WHERE id = 2"), ["6:22|20"]);
    db.check();
    let error = db.run(&[add("tname", Column::new("must2", "integer"))]).unwrap_err();
    assert!(error.contains("NOT NULL"), "{error}");
}

#[test]
fn hostile_names_are_names() {
    both(|dialect| {
        for name in [
            "a\"b",
            "a b",
            "select",
            "ünï",
            "a.b",
            "[x]",
            "a'b",
            "x`y",
            "rowid",
            "--",
            "a;b",
            "_limbeck_new_x",
            "%s",
        ] {
            let mut hostile =
                table(name, [Column::new(name, "integer"), Column::new("z", "text").nullable()]);
            let quoted = dialect.quote(&name.into());
            hostile.constraints[0].name = Some(name.into());
            hostile.constraints.push(check(&format!("{name} check"), &format!("{quoted} > 0")));
            let index = Index::new(format!("{name} ix"), [name]);
            hostile.indexes.insert(index.name.clone(), index);
            let mut child = table("child", [Column::new("id", "integer"), Column::new("t", "integer")]);
            child.constraints.push(key("fk", &["t"], name, &[name], ReferentialAction::Cascade));
            let mut db = Db::with(dialect.clone(), [hostile, child]);
            db.sql(&format!("INSERT INTO {quoted} VALUES (1, 'a'); INSERT INTO child VALUES (1, 1)"));
            db.must(&[retype(name, "z", "integer"), add(name, Column::new("added", "text").nullable())]);
            db.must(&[drop(name, "z")]);
            assert_eq!(db.rows(&format!("SELECT * FROM {quoted}")), ["1|∅"]);
            assert_eq!(db.rows("SELECT * FROM child"), ["1|1"]);
            db.check();
            db.must(&[
                rename(name, name, "plain"),
                Operation::RenameTable { table: name.into(), to: "plain".into() },
            ]);
            db.check();
        }
    });
}

#[test]
fn nothing_is_planned_that_would_stop_at_a_nul() {
    for operation in [
        create(table("a\0b", [Column::new("a", "integer")])),
        create(table("t", [Column::new("a\0", "integer")])),
    ] {
        let error = linked().plan(&[operation], &limbeck_core::schema::Schema::new()).unwrap_err();
        assert!(error.to_string().contains("NUL"), "{error}");
    }
}
