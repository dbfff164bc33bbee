use super::*;

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
    assert_eq!(unique.predicate.as_ref().unwrap().plain().unwrap(), "(b > 0 AND a <> ';')");
    assert_eq!(unique.columns[0].collation.as_deref(), Some("rtrim"));
    assert_eq!(unique.columns[0].order, Order::Descending);
    assert_eq!(unique.columns[1..], [KeyPart::column("b"), KeyPart::column("c d")]);
    let parts = &table.indexes["e"].columns;
    let text = |part: &KeyPart| match &part.target {
        KeyTarget::Expression(sql) => sql.plain().unwrap().clone(),
        KeyTarget::Column(name) => format!("column {name}"),
    };
    let texts: Vec<String> = parts.iter().map(text).collect();
    assert_eq!(texts, ["lower(a)", "(b + 1)", "column b", "a || 'x' COLLATE nocase"]);
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
