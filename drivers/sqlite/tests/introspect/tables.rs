use super::*;

fn default(column: &Column) -> Option<&str> {
    column.default.as_ref().and_then(Sql::plain).map(String::as_str)
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
        ("\"a'b\"", "\"a'b\""),
        ("word", "\"word\""),
        ("[in brackets]", "[in brackets]"),
        ("((1))", "((1))"),
        ("(strftime('%s', /* now */ 'now') -- now\n)", "strftime('%s', /* now */ 'now')"),
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
    assert_eq!(not_null.options.text(SQLITE, "not_null_name"), Some("n"));
    let abort = column("a TEXT NOT NULL ON CONFLICT ABORT").await;
    assert_eq!(abort.options.text(SQLITE, "on_conflict"), Some("abort"));
    for (sql, text, stored) in [
        ("a INT GENERATED ALWAYS AS (other * (2)) STORED", "other * (2)", true),
        ("a INT AS ((other)) VIRTUAL", "((other))", false),
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
async fn a_key_that_descends_in_its_column_says_so() {
    for (sql, inline) in [
        ("CREATE TABLE t (id INTEGER PRIMARY KEY DESC)", true),
        ("CREATE TABLE t (id TEXT PRIMARY KEY DESC)", true),
        ("CREATE TABLE t (id INTEGER, PRIMARY KEY (id DESC))", false),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY ASC)", false),
    ] {
        let found = table(sql).await;
        let (constraint, key) = found.primary_key().unwrap();
        assert_eq!(constraint.options.flag(SQLITE, "inline"), inline, "{sql}");
        assert_eq!(key.columns[0].order == Order::Descending, sql.contains("DESC"), "{sql}");
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
    assert_eq!(unique.unwrap().columns().into_iter().map(Ident::as_str).collect::<Vec<_>>(), ["a", "From"]);
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
