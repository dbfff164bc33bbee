//! What the introspector makes of real databases.

use limbeck_core::driver::{Connection, Driver, Introspection, Introspector, Scope, ScratchDatabase};
use limbeck_core::ident::Name;
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Deferrable, KeyPart, KeyTarget, Order, ReferentialAction, Sql, Table,
    Type, TypeSpec,
};
use limbeck_sqlite::{SqliteDriver, SqliteIntrospector};

const SQLITE: &[&str] = &["sqlite"];

async fn scratch() -> Box<dyn ScratchDatabase> {
    SqliteDriver::new(|_| unreachable!("reading needs no dialect")).scratch().await.unwrap()
}

async fn session(statements: &[&str]) -> Box<dyn Connection> {
    let mut connection = scratch().await.acquire().await.unwrap();
    for sql in statements {
        connection.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    connection
}

async fn observe(statements: &[&str]) -> Introspection {
    let mut connection = session(statements).await;
    SqliteIntrospector.introspect(&mut *connection, &Scope::default()).await.unwrap()
}

/// The one table that the statement makes, which must be understood.
async fn table(sql: &str) -> Table {
    let found = observe(&[sql]).await;
    assert_eq!(found.unmanaged, [], "{sql}");
    found.schema.tables.into_values().next().unwrap_or_else(|| panic!("no table of {sql}"))
}

async fn column(definition: &str) -> Column {
    table(&format!("CREATE TABLE t (other, {definition})")).await.columns.remove(1)
}

async fn constraint(definition: &str) -> Constraint {
    let mut table = table(&format!("CREATE TABLE t (a, b, {definition})")).await;
    assert_eq!(table.constraints.len(), 1, "{definition}");
    table.constraints.remove(0)
}

fn default(column: &Column) -> Option<&str> {
    column.default.as_ref().and_then(Sql::plain).map(String::as_str)
}

fn expression(constraint: &Constraint) -> &str {
    match &constraint.body {
        ConstraintBody::Check(check) => check.expression.plain().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn types_are_kept_word_for_word_and_portable_only_if_they_are_written_so() {
    for (sql, ty) in [
        ("INTEGER", Type::Integer.into()),
        ("varchar(20)", Type::Varchar(20).into()),
        ("Decimal(10,2)", Type::Decimal(Some((10, 2))).into()),
        ("TIMESTAMP", Type::Timestamp(None).into()),
        ("", TypeSpec::only("sqlite", "")),
        ("uuid", TypeSpec::only("sqlite", "uuid")),
        ("NVARCHAR(160)", TypeSpec::only("sqlite", "NVARCHAR(160)")),
        ("VARCHAR ( 20 )", TypeSpec::only("sqlite", "VARCHAR ( 20 )")),
        ("decimal(10, 2)", TypeSpec::only("sqlite", "decimal(10, 2)")),
        ("timestamp(3)", TypeSpec::only("sqlite", "timestamp(3)")),
        ("UNSIGNED  BIG INT", TypeSpec::only("sqlite", "UNSIGNED  BIG INT")),
        ("double precision", TypeSpec::only("sqlite", "double precision")),
        ("\"my type\"(-1, +2.5)", TypeSpec::only("sqlite", "\"my type\"(-1, +2.5)")),
        ("generated", TypeSpec::only("sqlite", "generated")),
    ] {
        assert_eq!(column(&format!("a {sql}")).await.ty, ty, "{sql}");
    }
}

#[tokio::test]
async fn defaults_are_texts_in_one_form() {
    for (sql, text) in [
        ("1", "1"),
        ("-1.5e-3", "-1.5e-3"),
        ("+ 7", "+ 7"),
        ("0xFF", "0xFF"),
        ("'it''s'", "'it''s'"),
        ("x'00ff'", "x'00ff'"),
        ("null", "NULL"),
        ("current_timestamp", "CURRENT_TIMESTAMP"),
        ("(CURRENT_DATE)", "CURRENT_DATE"),
        ("true", "true"),
        ("\"a'b\"", "'a''b'"),
        ("word", "'word'"),
        ("[in brackets]", "'in brackets'"),
        ("((1))", "1"),
        ("(strftime('%s', 'now') /* now */ )", "strftime('%s', 'now') /* now */"),
        ("((1) + (2))", "(1) + (2)"),
    ] {
        let column = column(&format!("a TEXT DEFAULT {sql} NOT NULL")).await;
        assert_eq!(default(&column), Some(text), "{sql}");
        assert!(!column.nullable);
    }
}

#[tokio::test]
async fn columns_keep_their_clauses() {
    let plain = column("a TEXT").await;
    assert!(plain.nullable && plain.options.is_empty() && plain.collation.is_none());
    assert!(column("a TEXT CONSTRAINT n NULL").await.nullable);
    let not_null = column("a TEXT CONSTRAINT n NOT NULL ON CONFLICT ReplacE COLLATE NoCase").await;
    assert!(!not_null.nullable);
    assert_eq!(not_null.options.text(SQLITE, "on_conflict"), Some("replace"));
    assert_eq!(not_null.collation.as_deref(), Some("NoCase"));
    assert!(column("a TEXT NOT NULL ON CONFLICT ABORT").await.options.is_empty());
    for (sql, text, stored) in [
        ("a INT GENERATED ALWAYS AS (other * (2)) STORED", "other * (2)", true),
        ("a INT AS ((other)) VIRTUAL", "other", false),
        ("a AS (other || ')')", "other || ')'", false),
    ] {
        let generated = column(sql).await.generated.unwrap();
        assert_eq!((generated.expression.plain().unwrap().as_str(), generated.stored), (text, stored));
    }
}

#[tokio::test]
async fn primary_keys() {
    let key = |table: &Table| table.primary_key().map(|(_, key)| key.columns.clone()).unwrap();
    let alias = table("CREATE TABLE t (id INTEGER PRIMARY KEY)").await;
    assert_eq!(key(&alias), [KeyPart::column("id")]);
    assert!(alias.columns[0].identity.is_none() && alias.columns[0].nullable);
    for sql in [
        "CREATE TABLE t (id integer not null primary key autoincrement)",
        "CREATE TABLE t (id INTEGER NOT NULL, CONSTRAINT k PRIMARY KEY (id AUTOINCREMENT))",
        "CREATE TABLE t (id INTEGER NOT NULL CONSTRAINT k PRIMARY KEY ASC ON CONFLICT ROLLBACK AUTOINCREMENT)",
    ] {
        let counted = table(sql).await;
        assert!(counted.columns[0].identity.is_some(), "{sql}");
        assert_eq!(key(&counted), [KeyPart::column("id")], "{sql}");
        let (constraint, _) = counted.primary_key().unwrap();
        assert_eq!(constraint.name.is_some(), sql.contains("CONSTRAINT"));
        let conflict = sql.contains("ROLLBACK").then_some("rollback");
        assert_eq!(constraint.options.text(SQLITE, "on_conflict"), conflict);
    }
    let several = table(
        "CREATE TABLE t (\"A\" TEXT, b INT, c ANY, PRIMARY KEY (a COLLATE nocase, B DESC) ON CONFLICT IGNORE) \
         STRICT, WITHOUT ROWID",
    )
    .await;
    let parts = key(&several);
    assert_eq!(parts[0].as_column().unwrap(), "A");
    assert_eq!(parts[0].collation.as_deref(), Some("nocase"));
    assert_eq!((parts[1].as_column().unwrap().as_str(), parts[1].order), ("b", Order::Descending));
    assert!(several.options.flag(SQLITE, "strict") && several.options.flag(SQLITE, "without_rowid"));
    assert_eq!(several.columns[1].ty, TypeSpec::only("sqlite", "INT"));
}

#[tokio::test]
async fn a_descending_key_that_is_no_rowid_is_left_alone() {
    let found =
        observe(&["CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a)", "CREATE INDEX i ON t (a)"]).await;
    assert!(found.schema.is_empty());
    assert_eq!((found.unmanaged[0].kind.as_str(), &found.unmanaged[0].name), ("table", &Name::new("t")));
    assert!(found.unmanaged[0].reason.contains("no other name for the rowid"));
    // Any other type makes an ordinary key of it.
    assert!(observe(&["CREATE TABLE t (id INT PRIMARY KEY DESC)"]).await.unmanaged.is_empty());
}

#[tokio::test]
async fn unique_constraints() {
    for (sql, name, conflict) in [
        ("c TEXT UNIQUE", None, None),
        ("c TEXT CONSTRAINT \"u n\" UNIQUE ON CONFLICT FAIL", Some("u n"), Some("fail")),
        ("c, CONSTRAINT u UNIQUE (\"c\") ON CONFLICT REPLACE", Some("u"), Some("replace")),
        ("c, UNIQUE ('C')", None, None),
    ] {
        let found = constraint(sql).await;
        assert_eq!(found.name.as_ref().map(|name| name.as_str()), name, "{sql}");
        assert_eq!(found.options.text(SQLITE, "on_conflict"), conflict, "{sql}");
        let ConstraintBody::Unique(key) = &found.body else { panic!("{sql}") };
        assert_eq!(key.columns, [KeyPart::column("c")], "{sql}");
    }
    let twice = table("CREATE TABLE t (a UNIQUE, b, UNIQUE (a), CONSTRAINT x UNIQUE (a, b DESC))").await;
    assert_eq!(twice.constraints.len(), 3);
    let both = table("CREATE TABLE t (a INTEGER PRIMARY KEY UNIQUE)").await;
    assert_eq!(both.constraints.len(), 2);
}

#[tokio::test]
async fn checks() {
    for (sql, text) in [
        ("c CHECK (c > 0)", "c > 0"),
        ("c CHECK ((c > 0))", "c > 0"),
        (
            "c, CHECK (a IN ('x', ')', \"y\" ) -- why\n AND b /* ) */ > 1)",
            "a IN ('x', ')', \"y\" ) -- why\n AND b /* ) */ > 1",
        ),
        ("c, CONSTRAINT [n] CHECK (a) ON CONFLICT IGNORE", "a"),
    ] {
        assert_eq!(expression(&constraint(sql).await), text);
    }
    let named = constraint("c CONSTRAINT ignored CONSTRAINT `ch``eck` CHECK (c)").await;
    assert_eq!(named.name.unwrap(), "ch`eck");
    // SQLite wants no commas between constraints, and takes a name with nothing behind it.
    let many = table(
        "CREATE TABLE t (a CONSTRAINT x, b, CHECK (a) CHECK (b) CONSTRAINT y, UNIQUE (a) CONSTRAINT z)",
    );
    assert_eq!(many.await.constraints.len(), 3);
}

#[tokio::test]
async fn foreign_keys() {
    let key = |constraint: &Constraint| match &constraint.body {
        ConstraintBody::ForeignKey(key) => key.clone(),
        other => panic!("{other:?}"),
    };
    for (sql, deferrable) in [
        ("", None),
        ("DEFERRABLE", Some(Deferrable::InitiallyImmediate)),
        ("DEFERRABLE INITIALLY IMMEDIATE", Some(Deferrable::InitiallyImmediate)),
        ("DEFERRABLE INITIALLY DEFERRED", Some(Deferrable::InitiallyDeferred)),
        ("NOT DEFERRABLE INITIALLY DEFERRED", None),
        ("NOT DEFERRABLE", None),
    ] {
        let inline = constraint(&format!("c REFERENCES other {sql} NOT NULL")).await;
        assert_eq!(inline.deferrable, deferrable, "{sql}");
        assert!(key(&inline).references.columns.is_empty());
        let sql = format!("c, CONSTRAINT f FOREIGN KEY (a, \"B\") REFERENCES 'o t' (x, y) {sql}");
        let whole = constraint(&sql).await;
        assert_eq!((whole.deferrable, whole.name.as_ref().unwrap().as_str()), (deferrable, "f"), "{sql}");
        assert_eq!(key(&whole).columns, ["a", "b"]);
        assert_eq!(key(&whole).references.table, Name::new("o t"));
    }
    let acting = key(&constraint(
        "c INT REFERENCES other(x) ON DELETE SET NULL ON UPDATE NO ACTION MATCH full ON INSERT CASCADE",
    )
    .await);
    assert_eq!(acting.on_delete, ReferentialAction::SetNull);
    assert_eq!(acting.on_update, ReferentialAction::NoAction);
    assert_eq!(acting.match_type.as_deref(), Some("full"));
    for action in ReferentialAction::ALL {
        let sql = format!("c REFERENCES t ON UPDATE {} MATCH SIMPLE", action.sql());
        let found = key(&constraint(&sql).await);
        assert_eq!((found.on_update, found.match_type), (action, None));
    }
}

#[tokio::test]
async fn names_are_spelt_as_they_are_where_they_belong() {
    let found = observe(&[
        "CREATE TABLE \"Parent\" (\"Id\" INTEGER PRIMARY KEY, \"Select\" TEXT UNIQUE)",
        "CREATE TABLE child (\"From\" REFERENCES pArent (iD), a, UNIQUE (A, [FROM]))",
        "CREATE INDEX \"Index\" ON child (A, \"from\" DESC)",
    ])
    .await;
    assert_eq!(found.unmanaged, []);
    let child = found.schema.table(&"child".into()).unwrap();
    let (_, key) = child.foreign_keys().next().unwrap();
    assert_eq!(key.references.table, Name::new("Parent"));
    assert_eq!(key.references.columns, ["Id"]);
    let unique = child
        .constraints
        .iter()
        .find(|constraint| constraint.name.is_none() && constraint.columns().len() == 2);
    assert_eq!(unique.unwrap().columns().iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["a", "From"]);
    assert_eq!(child.indexes["Index"].columns[1].as_column().unwrap(), "From");
}

#[tokio::test]
async fn odd_texts_are_understood() {
    let found = observe(&[
        "create /* a */ table -- b\n if not exists main.[odd ta\"ble](\n`a``b` text--x\n,/**/'c' [my type],\"d\"\"e\"\
         \n\t, \"primary\" INT, key TEXT, \"check\", no replace if)",
        "CREATE TABLE copied AS SELECT 1 AS one, 'x' AS \"t wo\"",
        "ALTER TABLE copied ADD COLUMN three /* 3 */ TEXT DEFAULT -- two\n 'c'",
        "ALTER TABLE copied RENAME TO \"Renamed one\"",
    ])
    .await;
    assert_eq!(found.unmanaged, []);
    let odd = found.schema.table(&"odd ta\"ble".into()).unwrap();
    let names: Vec<&str> = odd.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["a`b", "c", "d\"e", "primary", "key", "check", "no"]);
    assert_eq!(odd.columns[6].ty, TypeSpec::only("sqlite", "replace if"));
    let renamed = found.schema.table(&"Renamed one".into()).unwrap();
    assert_eq!(default(&renamed.columns[2]), Some("'c'"));
}

#[tokio::test]
async fn indexes() {
    let found = observe(&[
        "CREATE TABLE t (a TEXT COLLATE NOCASE, b INT, \"c d\")",
        "CREATE UNIQUE INDEX IF NOT EXISTS main.u ON t (a COLLATE rtrim DESC, b ASC, \"c d\") WHERE (b > 0 AND a <> ';');",
        "CREATE INDEX e ON t (lower(a) COLLATE nocase, (b + 1) DESC, ((b)), a || 'x' COLLATE nocase)",
    ])
    .await;
    assert_eq!(found.unmanaged, []);
    let table = &found.schema.tables[&Name::new("t")];
    let unique = &table.indexes["u"];
    assert!(unique.unique && !table.indexes["e"].unique);
    assert_eq!(unique.predicate.as_ref().unwrap().plain().unwrap(), "b > 0 AND a <> ';'");
    assert_eq!(unique.columns[0].collation.as_deref(), Some("rtrim"));
    assert_eq!(unique.columns[0].order, Order::Descending);
    assert_eq!(unique.columns[1..], [KeyPart::column("b"), KeyPart::column("c d")]);
    let parts = &table.indexes["e"].columns;
    let text = |part: &KeyPart| match &part.target {
        KeyTarget::Expression(sql) => sql.plain().unwrap().clone(),
        KeyTarget::Column(name) => format!("column {name}"),
    };
    let texts: Vec<String> = parts.iter().map(text).collect();
    assert_eq!(texts, ["lower(a)", "b + 1", "column b", "a || 'x' COLLATE nocase"]);
    assert_eq!(parts[0].collation.as_deref(), Some("nocase"));
    assert_eq!(parts[1].order, Order::Descending);
}

#[tokio::test]
async fn views_triggers_and_virtual_tables_are_objects() {
    let view = "CREATE VIEW v (x, y) AS SELECT a, count(*) FROM T -- the table\n GROUP BY a";
    let of_view = "CREATE VIEW w AS WITH c AS (SELECT * FROM v) SELECT * FROM c, docs";
    let trigger = "CREATE TRIGGER touch AFTER UPDATE OF a ON t WHEN new.a > 0 BEGIN INSERT INTO u VALUES (1); DELETE FROM u; END";
    let instead = "CREATE TRIGGER write INSTEAD OF INSERT ON v BEGIN SELECT 1; END";
    let virtual_table = "CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter')";
    let found = observe(&[
        "CREATE TABLE t (a)",
        "CREATE TABLE u (a)",
        view,
        trigger,
        instead,
        virtual_table,
        of_view,
        "CREATE TEMP TABLE passing (a)",
        "CREATE TEMP VIEW passing_view AS SELECT 1",
    ])
    .await;
    assert_eq!(found.unmanaged, []);
    assert_eq!(found.schema.tables.keys().collect::<Vec<_>>(), [&Name::new("t"), &Name::new("u")]);
    let objects: Vec<(String, &str, String)> = found
        .schema
        .objects
        .values()
        .map(|object| {
            let needs: Vec<String> =
                object.depends_on.iter().map(|on| format!("{} {}", on.kind, on.name)).collect();
            (object.key.to_string(), object.definition.plain().unwrap().as_str(), needs.join(", "))
        })
        .collect();
    let expected = [
        ("trigger touch", trigger, "table t, table u"),
        ("trigger write", instead, "view v"),
        ("view v", view, "table t"),
        ("view w", of_view, "view v, virtual_table docs"),
        ("virtual table docs", virtual_table, ""),
    ];
    for (found, (key, definition, needs)) in objects.iter().zip(expected) {
        assert_eq!((found.0.as_str(), found.1), (key, definition));
        let mut there: Vec<&str> = found.2.split(", ").collect();
        let mut wanted: Vec<&str> = needs.split(", ").collect();
        there.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(there, wanted, "{key}");
    }
    assert_eq!(objects.len(), expected.len());
}

#[tokio::test]
async fn what_is_sqlites_own_or_behind_a_virtual_table_is_not_seen() {
    let found = observe(&[
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a UNIQUE)",
        "INSERT INTO t (a) VALUES (1)",
        "ANALYZE",
        "CREATE VIRTUAL TABLE places USING rtree(id, minx, maxx)",
        "CREATE VIRTUAL TABLE words USING fts4(a)",
        // Made by nobody's module, for all its name.
        "CREATE TABLE words_other (a)",
    ])
    .await;
    assert_eq!(found.unmanaged, []);
    assert_eq!(found.schema.tables.keys().collect::<Vec<_>>(), [&Name::new("t"), &Name::new("words_other")]);
    assert_eq!(found.schema.tables[&Name::new("t")].indexes.len(), 0);
    assert_eq!(found.schema.objects.len(), 2);
}

#[tokio::test]
async fn a_module_that_is_not_there_hinders_nothing() {
    let mut connection = session(&[
        "CREATE TABLE t (a)",
        "CREATE VIRTUAL TABLE docs USING fts5(a)",
        "CREATE VIEW v AS SELECT * FROM nowhere",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'fts5', 'gone') WHERE name = 'docs'",
        "INSERT INTO sqlite_schema VALUES ('table', 'more', 'more', 0, 'CREATE VIRTUAL TABLE more USING gone(a)')",
        "PRAGMA writable_schema = RESET",
    ])
    .await;
    let found = SqliteIntrospector.introspect(&mut *connection, &Scope::default()).await.unwrap();
    assert!(found.schema.table(&"t".into()).is_some());
    assert!(
        found.schema.objects.keys().any(|key| key.kind == "virtual_table" && key.name == Name::new("more"))
    );
    assert!(found.schema.objects.keys().any(|key| key.kind == "view"));
}

#[tokio::test]
async fn a_scope_bounds_what_is_read() {
    let mut connection = session(&[
        "CREATE TABLE a (x REFERENCES B)",
        "CREATE TABLE b (x)",
        "CREATE INDEX ia ON a (x)",
        "CREATE TRIGGER ta AFTER INSERT ON a BEGIN SELECT 1; END",
        "CREATE TRIGGER tb AFTER INSERT ON b BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT * FROM a",
        "CREATE TABLE limbeck_revisions (x)",
        "CREATE INDEX ir ON limbeck_revisions (x)",
    ])
    .await;
    let scope = Scope { tables: Some(vec!["A".into(), "gone".into()]), ..Scope::default() };
    let found = SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap();
    assert_eq!(found.schema.tables.keys().collect::<Vec<_>>(), [&Name::new("a")]);
    let table = &found.schema.tables[&Name::new("a")];
    assert!(table.indexes.contains_key("ia"));
    assert_eq!(table.foreign_keys().next().unwrap().1.references.table, Name::new("b"));
    let objects: Vec<&str> = found.schema.objects.keys().map(|key| key.name.name.as_str()).collect();
    assert_eq!(objects, ["ta"]);
    let scope = Scope { tables: Some(Vec::new()), ..Scope::default() };
    assert!(SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap().schema.is_empty());
    let scope =
        Scope { except: vec!["LIMBECK_revisions".into()], schemas: vec!["Main".to_owned()], tables: None };
    let found = SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap();
    assert_eq!((found.schema.tables.len(), found.unmanaged.len()), (2, 0));
    let scope = Scope { schemas: vec!["public".to_owned()], ..Scope::default() };
    let error = SqliteIntrospector.introspect(&mut *connection, &scope).await.unwrap_err();
    assert!(error.message.contains("public"), "{error}");
}

/// Changes the text that SQLite keeps, so that it is another than what the table was made by.
async fn with_text(table: &str, name: &str, text: &str) -> Introspection {
    let text = text.replace('\'', "''");
    let mut connection = session(&[
        table,
        "PRAGMA writable_schema = ON",
        &format!("UPDATE sqlite_schema SET sql = '{text}' WHERE name = '{name}'"),
    ])
    .await;
    SqliteIntrospector.introspect(&mut *connection, &Scope::default()).await.unwrap()
}

#[tokio::test]
async fn what_does_not_agree_with_sqlite_is_left_alone() {
    for (made, text, reason) in [
        ("CREATE TABLE t (a, b)", "CREATE TABLE t (a)", "the number of its columns (1 and 2)"),
        ("CREATE TABLE t (a, b)", "CREATE TABLE t (a, c)", "its column b"),
        ("CREATE TABLE t (a NOT NULL)", "CREATE TABLE t (a)", "its column a"),
        ("CREATE TABLE t (a, b AS (a))", "CREATE TABLE t (a, b)", "its column b"),
        ("CREATE TABLE t (a TEXT PRIMARY KEY)", "CREATE TABLE t (a TEXT)", "its primary key"),
        ("CREATE TABLE t (a INT) STRICT", "CREATE TABLE t (a INT)", "WITHOUT ROWID or STRICT"),
        ("CREATE TABLE t (a UNIQUE)", "CREATE TABLE t (a)", "its index sqlite_autoindex_t_1"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a UNIQUE)", "its unique constraint over a"),
        ("CREATE TABLE t (a REFERENCES u)", "CREATE TABLE t (a REFERENCES v)", "its foreign keys"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a) WITH SUGAR", "found `WITH`"),
        ("CREATE TABLE t (a)", "CREATE TABLE t (a", "found the end"),
        ("CREATE TABLE t (a)", "", "expected CREATE"),
    ] {
        let found = with_text(made, "t", text).await;
        assert!(found.schema.is_empty(), "{text}");
        assert!(found.unmanaged[0].reason.contains(reason), "{text}: {}", found.unmanaged[0].reason);
    }
}

#[tokio::test]
async fn a_thousand_tables_take_as_many_queries_as_one() {
    use std::any::Any;
    use std::sync::Arc;

    use async_trait::async_trait;
    use limbeck_core::driver::{Canceller, DriverError, LockKey, Row, ServerInfo, TransactionMode, Value};

    /// Counts the queries.
    struct Counting {
        inner: Box<dyn Connection>,
        queries: usize,
    }

    #[async_trait]
    impl Connection for Counting {
        fn server(&self) -> &ServerInfo {
            self.inner.server()
        }
        async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
            self.queries += 1;
            self.inner.execute(sql, parameters).await
        }
        async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
            self.queries += 1;
            self.inner.query(sql, parameters).await
        }
        async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
            self.inner.begin(mode).await
        }
        async fn commit(&mut self) -> Result<(), DriverError> {
            self.inner.commit().await
        }
        async fn rollback(&mut self) -> Result<(), DriverError> {
            self.inner.rollback().await
        }
        async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
            self.inner.try_lock(key).await
        }
        async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
            self.inner.unlock(key).await
        }
        async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
            self.inner.lock_holder(key).await
        }
        async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
            self.inner.has_table(table).await
        }
        async fn reset(&mut self) -> Result<(), DriverError> {
            self.inner.reset().await
        }
        fn canceller(&self) -> Arc<dyn Canceller> {
            self.inner.canceller()
        }
        fn as_any(&mut self) -> &mut dyn Any {
            self.inner.as_any()
        }
    }

    let mut counts = Vec::new();
    for tables in [1, 1000] {
        let mut connection = session(&["BEGIN"]).await;
        for number in 0..tables {
            let sql = format!(
                "CREATE TABLE t{number} (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT REFERENCES t0 (id), CHECK (b > 0))"
            );
            connection.execute(&sql, &[]).await.unwrap();
            connection.execute(&format!("CREATE INDEX i{number} ON t{number} (b, a)"), &[]).await.unwrap();
        }
        connection.execute("COMMIT", &[]).await.unwrap();
        let mut connection = Counting { inner: connection, queries: 0 };
        let found = SqliteIntrospector.introspect(&mut connection, &Scope::default()).await.unwrap();
        assert_eq!((found.schema.tables.len(), found.unmanaged.len()), (tables, 0));
        counts.push(connection.queries);
    }
    assert_eq!(counts[0], counts[1]);
    assert!(counts[0] <= 7, "{counts:?}");
}
