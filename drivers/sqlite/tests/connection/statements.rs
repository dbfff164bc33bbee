use super::*;

#[tokio::test]
async fn values_come_back_as_they_went() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    let values = [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Float(0.5),
        Value::Text("ä'\"".to_owned()),
        Value::Bytes(vec![0, 255]),
    ];
    let rows = connection.query("SELECT ?, ?, ?, ?, ?", &values).await.unwrap();
    assert_eq!(rows[0].0, values);
    let rows = connection.query("SELECT ?", &[Value::Bool(true)]).await.unwrap();
    assert_eq!(rows[0].0, [Value::Integer(1)]);
}

#[tokio::test]
async fn changed_rows_are_counted_and_other_statements_change_none() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    assert_eq!(connection.execute("CREATE TABLE t (a)", &[]).await.unwrap(), 0);
    assert_eq!(connection.execute("INSERT INTO t VALUES (1), (2)", &[]).await.unwrap(), 2);
    assert_eq!(connection.execute("CREATE INDEX i ON t (a)", &[]).await.unwrap(), 0);
    assert_eq!(connection.execute("SELECT * FROM t", &[]).await.unwrap(), 0);
    assert_eq!(connection.execute("DELETE FROM t WHERE a = ?", &[1.into()]).await.unwrap(), 1);
    assert_eq!(connection.execute("-- nothing", &[]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_second_statement_is_refused_and_nothing_of_the_first_is_done() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    for sql in ["CREATE TABLE t (a); CREATE TABLE u (a)", "CREATE TABLE t (a); INSERT INTO t VALUES (1)"] {
        let error = connection.execute(sql, &[]).await.unwrap_err();
        assert_eq!(error.kind, DriverErrorKind::Statement);
        assert!(!connection.has_table(&"t".into()).await.unwrap());
    }
    run(&mut *connection, &["CREATE TABLE t (a); -- and no more"]).await;
    let error = connection.execute("INSERT INTO t VALUES (?)", &[]).await.unwrap_err();
    assert!(error.message.contains("takes 1 parameters and was given 0"), "{error}");
}

#[tokio::test]
async fn tables_are_found_whatever_their_case() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    run(&mut *connection, &["CREATE TABLE \"Naïve\"\" Table\" (a)", "CREATE VIEW v AS SELECT 1"]).await;
    assert!(connection.has_table(&"naïve\" TABLE".into()).await.unwrap());
    assert!(connection.has_table(&Name::qualified("MAIN", "naïve\" TABLE")).await.unwrap());
    assert!(!connection.has_table(&Name::qualified("other", "naïve\" TABLE")).await.unwrap());
    assert!(!connection.has_table(&"v".into()).await.unwrap());
    assert_eq!(connection.server().dialect, "sqlite");
    assert!(connection.server().version.major >= 3);
}

#[tokio::test]
async fn reset_sets_back_what_a_revision_set() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    let key = key("limbeck_revisions");
    assert!(connection.try_lock(&key).await.unwrap());
    run(
        &mut *connection,
        &[
            "PRAGMA foreign_keys = OFF",
            "PRAGMA recursive_triggers = ON",
            "PRAGMA legacy_alter_table = ON",
            "PRAGMA query_only = ON",
            "ATTACH DATABASE ':memory:' AS \"other one\"",
        ],
    )
    .await;
    connection.reset().await.unwrap();
    for (pragma, value) in
        [("foreign_keys", 1), ("recursive_triggers", 0), ("legacy_alter_table", 0), ("query_only", 0)]
    {
        assert_eq!(integer(&mut *connection, &format!("PRAGMA {pragma}")).await, value, "{pragma}");
    }
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM pragma_database_list").await, 1);
    // The lock is still held.
    assert!(!session(folder.path()).await.try_lock(&key).await.unwrap());
    connection.begin(TransactionMode::default()).await.unwrap();
    assert!(connection.reset().await.is_err());
}

#[tokio::test]
async fn an_error_points_at_what_is_wrong() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    let error = connection.query("SELECT 1, gone", &[]).await.unwrap_err();
    assert_eq!((error.kind, error.position), (DriverErrorKind::Statement, Some("SELECT 1, ".len())));
    assert_eq!(error.to_string(), "no such column: gone (SQLITE_ERROR)");
    run(&mut *connection, &["CREATE TABLE t (a CHECK (a > 0))"]).await;
    let error = connection.execute("INSERT INTO t VALUES (0)", &[]).await.unwrap_err();
    assert_eq!((error.kind, error.position), (DriverErrorKind::Constraint, None));
    assert_eq!(error.code.as_deref(), Some("SQLITE_CONSTRAINT_CHECK"));
}
