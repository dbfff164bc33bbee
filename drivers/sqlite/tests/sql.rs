//! The SQL of every operation, as it is written, and what is refused.

mod support;

use limbeck_core::driver::{Dialect, RenderError, Statement, StatementKind, Version};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{AlterEnum, ColumnChange, EnumRename, Literal, Operation, RowValues};
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Deferrable, Enum, Exclusion, Generated, Identity, Index, KeyPart,
    Namespace, Nulls, OptionValue, Options, Order, PartitionOf, ReferentialAction, Schema, Sequence,
    SequenceOptions, Sql, Table, Type, TypeSpec,
};
use limbeck_sqlite::dialect::SqliteDialect;
use support::*;

/// What a plan does, one statement after the other, with what is special about it.
fn show(plan: &[Statement]) -> String {
    let one = |statement: &Statement| {
        let kind = match &statement.kind {
            StatementKind::Schema => "schema",
            StatementKind::Data => "data",
            StatementKind::Guard(_) => "guard",
            StatementKind::Run(_) => "run",
        };
        let foreign = if statement.suspends_foreign_keys { ", no foreign keys" } else { "" };
        let outside = if statement.outside_transaction { ", no transaction" } else { "" };
        format!("-- {} {kind}{foreign}{outside}\n{};\n", statement.operation, statement.sql)
    };
    plan.iter().map(one).collect()
}

fn plan(dialect: &SqliteDialect, before: &Schema, operations: &[Operation]) -> String {
    show(&dialect.plan(operations, before).unwrap_or_else(|error| panic!("{error}")))
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    schema.enums.insert("mood".into(), mood());
    for table in tables {
        schema.insert_table(table);
    }
    schema
}

fn mood() -> Enum {
    let values = vec!["good".to_owned(), "so-so".to_owned()];
    Enum { name: "mood".into(), values, comment: None, options: Options::default() }
}

fn option(key: &str, value: OptionValue) -> Options {
    let mut options = Options::default();
    options.set("sqlite", key, value);
    options
}

fn users() -> Table {
    let mut users = table(
        "users",
        [
            Column::new("id", "bigint").with_identity(),
            Column::new("email", "varchar(255)"),
            Column::new("name", "text").nullable().with_default("'none'"),
            Column::new("mood", Type::Enum("mood".into())),
            Column::new("made", "timestamptz(3)").with_default("CURRENT_TIMESTAMP"),
            Column::new("key", "text").nullable(),
        ],
    );
    users.columns[1].collation = Some("NOCASE".to_owned());
    users.columns[1].options = option("on_conflict", OptionValue::String("fail".to_owned()));
    users.columns[5].generated = Some(Generated { expression: Sql::from("lower(email)"), stored: true });
    users.comment = Some("People".to_owned());
    let mut unique = unique("users_email_key", &["email"]);
    unique.options = option("on_conflict", OptionValue::String("replace".to_owned()));
    users.constraints.push(unique);
    users.constraints.push(check("users_name_check", "name <> ''"));
    let mut index = Index::new("users_name_idx", ["name"]);
    index.columns.push(KeyPart::expression("lower(name)"));
    index.columns[0].order = Order::Descending;
    index.predicate = Some(Sql::from("name IS NOT NULL"));
    users.indexes.insert(index.name.clone(), index);
    users
}

fn posts() -> Table {
    let mut posts =
        table("posts", [Column::new("id", "integer"), Column::new("user_id", "bigint").nullable()]);
    posts.options = option("strict", OptionValue::Bool(true));
    let mut foreign = key("posts_user_id_fkey", &["user_id"], "users", &["id"], ReferentialAction::Cascade);
    foreign.deferrable = Some(Deferrable::InitiallyDeferred);
    if let ConstraintBody::ForeignKey(body) = &mut foreign.body {
        body.on_update = ReferentialAction::SetDefault;
        body.match_type = Some("full".to_owned());
    }
    foreign.name = None;
    posts.constraints.push(foreign);
    posts
}

#[test]
fn tables() {
    let every = [
        "boolean",
        "smallint",
        "integer",
        "bigint",
        "real",
        "double",
        "decimal(10,2)",
        "char(3)",
        "varchar(9)",
        "text",
        "binary(4)",
        "varbinary(4)",
        "blob",
        "date",
        "time(3)",
        "timestamp(3)",
        "timestamptz",
        "uuid",
        "json",
        "jsonb",
    ];
    let columns = every.iter().enumerate().map(|(at, ty)| Column::new(format!("c{at}"), *ty));
    let mut types = table("types", columns);
    types.columns.push(Column::new("own", TypeSpec::only("sqlite", "DOUBLE PRECISION")));
    types.columns.push(Column::new("none", TypeSpec::only("sqlite", "")).nullable());
    let mut strict = types.clone();
    strict.name = "strict".into();
    strict.columns.truncate(every.len());
    strict.options = option("strict", OptionValue::Bool(true));
    strict.options.set("sqlite", "without_rowid", OptionValue::Bool(true));
    let operations = [
        create(users()),
        create(posts()),
        create(types),
        create(strict),
        Operation::RenameTable { table: "posts".into(), to: "Posts".into() },
        Operation::AlterTable { table: "users".into(), comment: Some(None), options: None },
        Operation::DropTable { table: "Posts".into() },
    ];
    insta::assert_snapshot!(plan(&SqliteDialect::newest(), &schema([]), &operations));
}

fn changes() -> Vec<Operation> {
    let mut generated = Column::new("g", "integer").nullable();
    generated.generated = Some(Generated { expression: Sql::from("1 + 1"), stored: false });
    vec![
        rename("users", "name", "nick"),
        add("users", generated),
        add("users", Column::new("team", "integer").nullable()),
        constrain("users", key("team_fk", &["team"], "teams", &[], ReferentialAction::SetNull)),
        add("users", Column::new("second", Type::Enum("mood".into())).nullable()),
        alter("users", "nick", ColumnChange { nullable: Some(false), ..ColumnChange::default() }),
        constrain("users", check("c", "team > 0")),
        release("users", "users_name_check"),
        create_index("users", Index::new("i", ["team"])),
        Operation::RenameIndex { table: "users".into(), name: "i".into(), to: "j".into() },
        drop_index("users", "users_name_idx"),
        drop("users", "key"),
        Operation::RenameConstraint { table: "users".into(), name: "c".into(), to: "d".into() },
        Operation::ValidateConstraint { table: "users".into(), name: "d".into() },
    ]
}

#[test]
fn changes_in_place() {
    let mut users = users();
    // With a default, rows that have NULL would be given it, which takes a rebuild.
    for column in users.columns.iter_mut().filter(|column| column.name == "name") {
        column.default = None;
    }
    insta::assert_snapshot!(plan(&SqliteDialect::newest(), &schema([users]), &changes()));
}

#[test]
fn changes_by_rebuild() {
    let mut before = schema([users()]);
    let trigger = object("trigger", "tr", "CREATE TRIGGER tr AFTER INSERT ON users BEGIN SELECT 1; END;");
    before.objects.insert(trigger.key.clone(), trigger);
    let mut operations = changes();
    operations.push(Operation::AlterEnum(AlterEnum {
        name: "mood".into(),
        rename: vec![EnumRename { from: "good".to_owned(), to: "great".to_owned() }],
        remove: Vec::new(),
        add: Vec::new(),
        comment: None,
    }));
    insta::assert_snapshot!(plan(&SqliteDialect::new(Version::new(3, 40, 0)), &before, &operations));
}

fn row<'a>(values: impl IntoIterator<Item = (&'a str, Literal)>) -> RowValues {
    values.into_iter().map(|(name, value)| (Ident::from(name), value)).collect()
}

#[test]
fn rows_objects_and_raw_sql() {
    let text = |text: &str| Literal::String(text.to_owned());
    let rows = vec![
        row([("email", text("it's")), ("name", Literal::Sql(Sql::from("NULL")))]),
        row([("email", text("b")), ("name", Literal::Float(0.1))]),
        row([("id", Literal::Integer(i64::MIN)), ("email", Literal::Bool(true))]),
        row([]),
    ];
    let keyed = vec![
        row([("id", Literal::Integer(1)), ("email", text("x"))]),
        row([("id", Literal::Integer(2)), ("email", text("y"))]),
    ];
    let view = |sql: &str| object("view", "v w", sql);
    let operations = [
        Operation::Insert { table: "users".into(), rows, key: Vec::new() },
        Operation::Delete { table: "users".into(), rows: keyed.clone(), key: Vec::new() },
        Operation::Delete { table: "users".into(), rows: keyed, key: vec!["email".into(), "id".into()] },
        Operation::CreateObject(view("CREATE VIEW \"v w\" AS SELECT 1 AS a; -- the end")),
        Operation::ReplaceObject(view("CREATE VIEW \"v w\" AS SELECT 2 AS a")),
        Operation::DropObject { key: view("").key },
        Operation::CreateObject(object("virtual_table", "f", "CREATE VIRTUAL TABLE f USING fts5(a)")),
        Operation::DropObject { key: object("virtual_table", "f", "").key },
        Operation::CreateObject(object("function", "nothing", "")),
        Operation::Execute {
            sql: Sql::from(
                "UPDATE users SET name = 'a;b'; CREATE TABLE x (a); PRAGMA journal_mode = wal; VACUUM;",
            ),
            effect: None,
        },
        Operation::Execute { sql: Sql::from(""), effect: None },
        Operation::Run { function: "f".to_owned(), arguments: indexmap::IndexMap::new() },
    ];
    insta::assert_snapshot!(plan(&SqliteDialect::newest(), &schema([users()]), &operations));
}

#[test]
fn many_rows_are_cut_into_statements() {
    let rows: Vec<RowValues> = (0..1001).map(|n| row([("id", Literal::Integer(n))])).collect();
    let mut db = Db::with(linked(), [table("t", [Column::new("id", "integer")])]);
    let plan = db.must(&[Operation::Insert { table: "t".into(), rows: rows.clone(), key: Vec::new() }]);
    assert_eq!(plan.len(), 3);
    assert_eq!(db.rows("SELECT count(*), sum(id) FROM t"), ["1001|500500"]);
    let long = vec![row([("id", Literal::Sql(Sql::from(format!("2000 /*{}*/", "x".repeat(150_000)))))]); 1];
    db.must(&[Operation::Insert { table: "t".into(), rows: long, key: Vec::new() }]);
    db.must(&[Operation::Delete { table: "t".into(), rows, key: Vec::new() }]);
    assert_eq!(db.rows("SELECT id FROM t"), ["2000"]);
}

fn refused(operation: &Operation) -> (String, String) {
    let before = schema([users()]);
    let error = SqliteDialect::newest().plan(std::slice::from_ref(operation), &before);
    match error.expect_err(&format!("{operation:?}")) {
        RenderError::Unsupported { what, help, operation: 0, dialect: "sqlite" } => (what, help),
        error => panic!("{error:?}"),
    }
}

#[test]
fn what_sqlite_cannot_do_is_refused_with_help() {
    let with = |change: &dyn Fn(&mut Table)| {
        let mut made = table("t", [Column::new("id", "integer"), Column::new("a", "text")]);
        change(&mut made);
        create(made)
    };
    let constraint = |constraint: Constraint| constrain("users", constraint);
    let mut flat = Options::default();
    flat.0.insert("engine".to_owned(), OptionValue::String("InnoDB".to_owned()));
    let exclusion = Exclusion { method: None, columns: Vec::new(), include: Vec::new(), predicate: None };
    let mut not_enforced = check("c", "1");
    not_enforced.not_enforced = true;
    let mut deferrable = check("c", "1");
    deferrable.deferrable = Some(Deferrable::InitiallyDeferred);
    let index = |change: &dyn Fn(&mut Index)| {
        let mut index = Index::new("i", ["name"]);
        change(&mut index);
        create_index("users", index)
    };
    let sequence = Sequence {
        name: "s".into(),
        ty: None,
        settings: SequenceOptions::default(),
        owned_by: None,
        comment: None,
        options: Options::default(),
    };
    let cases: Vec<(Operation, &str)> = vec![
        (with(&|t| t.columns[1].ty = "interval".into()), "choose"),
        (with(&|t| t.columns[1].ty = "array(text)".into()), "json"),
        (with(&|t| t.columns[1].identity = Some(Identity::default())), "the key"),
        (
            with(&|t| {
                t.columns[0].identity = Some(Identity {
                    sequence: SequenceOptions { start: Some(5), ..SequenceOptions::default() },
                    always: false,
                });
            }),
            "sqlite_sequence",
        ),
        (with(&|t| t.name = Name::qualified("auth", "t")), "leave the schema out"),
        (with(&|t| t.partition_by = Some("RANGE (a)".to_owned())), "leave"),
        (
            with(&|t| t.partition_of = Some(PartitionOf { parent: "p".into(), bound: "DEFAULT".to_owned() })),
            "leave",
        ),
        (with(&|t| t.options = option("strikt", OptionValue::Bool(true))), "`strict`"),
        (with(&|t| t.options = option("strict", OptionValue::Integer(1))), "true or false"),
        (with(&|t| t.options = flat.clone()), "section"),
        (
            with(&|t| {
                t.columns[1].options = option("on_conflict", OptionValue::String("replase".to_owned()));
            }),
            "replace",
        ),
        (constraint(Constraint::new(Some("x".into()), exclusion)), "trigger"),
        (constraint(not_enforced), "leave"),
        (constraint(deferrable), "leave"),
        (index(&|i| i.method = Some("gin".to_owned())), "fts5"),
        (index(&|i| i.include = vec!["id".into()]), "leave"),
        (index(&|i| i.nulls_not_distinct = true), "ifnull"),
        (index(&|i| i.columns[0].nulls = Some(Nulls::Last)), "nulls"),
        (index(&|i| i.columns[0].opclass = Some("text_ops".to_owned())), "leave"),
        (Operation::CreateSequence(sequence.clone()), "identity"),
        (Operation::DropSequence { name: "s".into() }, "identity"),
        (
            Operation::CreateNamespace(Namespace {
                name: "n".into(),
                comment: None,
                options: Options::default(),
            }),
            "schema",
        ),
        (Operation::CreateObject(object("function", "f", "CREATE FUNCTION f() …")), "nothing to do"),
        (
            Operation::CreateObject(object("view", "v", "CREATE VIEW v AS SELECT 1; SELECT 2")),
            "one statement",
        ),
        (
            Operation::Insert {
                table: "users".into(),
                rows: vec![row([("name", Literal::String("a\0b".to_owned()))])],
                key: Vec::new(),
            },
            "char(0)",
        ),
    ];
    for (operation, hint) in cases {
        let (what, help) = refused(&operation);
        assert!(!what.is_empty() && help.contains(hint), "{operation:?}\n{what}\n{help}");
    }
    let old = SqliteDialect::new(Version::new(3, 20, 0));
    assert!(old.plan(&[create(users())], &schema([])).is_err());
    assert_eq!(old.plan(&[], &schema([])), Ok(Vec::new()));
    let missing = Operation::Execute { sql: Sql::only("mysql", "SELECT 1".to_owned()), effect: None };
    let error = SqliteDialect::newest().plan(&[missing], &schema([])).unwrap_err();
    assert!(matches!(error, RenderError::NoText { operation: 0, .. }), "{error:?}");
    let error = SqliteDialect::newest().plan(&[drop("none", "x")], &schema([])).unwrap_err();
    assert!(matches!(error, RenderError::DoesNotFit { operation: 0, .. }), "{error:?}");
}

#[test]
fn the_library_takes_in_place_what_the_gates_say_and_no_more() {
    let version = Version::parse(rusqlite::version()).unwrap();
    let takes = |sql: &str| {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = ON; CREATE TABLE p (id PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL, CONSTRAINT c CHECK (a <> 'x')); CREATE INDEX i ON t (b); INSERT INTO t VALUES (1, 'a', 'b')")
            .unwrap();
        connection.execute_batch(&format!("ALTER TABLE t {sql}")).is_ok()
    };
    let since = |minor: u32| version >= Version::new(3, minor, 0);
    for (sql, expected) in [
        ("RENAME TO u", true),
        ("RENAME COLUMN a TO z", true),
        ("ADD COLUMN z INT", true),
        ("ADD COLUMN z INT NOT NULL DEFAULT 3", true),
        ("ADD COLUMN z INT REFERENCES p (id)", true),
        ("ADD COLUMN z INT CHECK (z IS NULL)", true),
        ("ADD COLUMN z INT GENERATED ALWAYS AS (1) VIRTUAL", since(31)),
        ("ADD COLUMN z INT GENERATED ALWAYS AS (1) STORED", false),
        ("ADD COLUMN z INT NOT NULL", false),
        ("ADD COLUMN z INT UNIQUE", false),
        ("ADD COLUMN z DEFAULT CURRENT_TIMESTAMP", false),
        ("ADD COLUMN z DEFAULT (abs(1))", false),
        ("ADD COLUMN z INT DEFAULT 1 REFERENCES p (id)", false),
        ("ADD COLUMN z INT DEFAULT 1 CHECK (z > 1)", !since(37)),
        ("DROP COLUMN id", false),
        ("DROP COLUMN a", false),
        ("DROP COLUMN b", false),
        ("ALTER COLUMN a SET NOT NULL", since(53)),
        ("ALTER COLUMN b DROP NOT NULL", since(53)),
        ("ADD CONSTRAINT d CHECK (a <> 'y')", since(53)),
        ("ADD CONSTRAINT c CHECK (a <> 'y')", false),
        ("ADD CHECK (a = 'y')", false),
        ("DROP CONSTRAINT c", since(53)),
        ("ADD CONSTRAINT u UNIQUE (a)", false),
        ("ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)", false),
        ("ALTER COLUMN a SET DEFAULT 'x'", false),
    ] {
        assert_eq!(takes(sql), expected, "{sql} on {version}");
    }
}
