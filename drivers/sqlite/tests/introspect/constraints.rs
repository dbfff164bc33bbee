use super::*;

async fn constraint(definition: &str) -> Constraint {
    let mut table = table(&format!("CREATE TABLE t (a, b, {definition})")).await;
    assert_eq!(table.constraints.len(), 1, "{definition}");
    table.constraints.remove(0)
}

fn expression(constraint: &Constraint) -> &str {
    match &constraint.body {
        ConstraintBody::Check(check) => check.expression.plain().unwrap(),
        other => panic!("{other:?}"),
    }
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
        assert_eq!(found.name.as_ref().map(Ident::as_str), name, "{sql}");
        assert_eq!(found.options.text(SQLITE, "on_conflict"), conflict, "{sql}");
        let ConstraintBody::Unique(key) = &found.body else { panic!("{sql}") };
        assert_eq!(key.columns, [KeyPart::column("c")], "{sql}");
    }
    let twice = table("CREATE TABLE t (a UNIQUE, b, UNIQUE (a), CONSTRAINT x UNIQUE (a, b DESC))").await;
    assert_eq!(twice.constraints.len(), 2);
    let both = table("CREATE TABLE t (a INTEGER PRIMARY KEY UNIQUE)").await;
    assert_eq!(both.constraints.len(), 2);
}

#[tokio::test]
async fn checks() {
    for (sql, text) in [
        ("c CHECK (c > 0)", "c > 0"),
        ("c CHECK ((c > 0))", "((c > 0))"),
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
