use super::*;

#[tokio::test]
async fn transactions_take_ddl_back_and_do_not_nest() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    connection.rollback().await.unwrap();
    connection.begin(TransactionMode::default()).await.unwrap();
    assert!(connection.begin(TransactionMode::default()).await.is_err());
    run(&mut *connection, &["CREATE TABLE t (a)"]).await;
    connection.rollback().await.unwrap();
    assert!(!connection.has_table(&"t".into()).await.unwrap());
    connection.begin(TransactionMode::default()).await.unwrap();
    run(&mut *connection, &["CREATE TABLE t (a)"]).await;
    connection.commit().await.unwrap();
    assert!(session(folder.path()).await.has_table(&"t".into()).await.unwrap());
}

#[tokio::test]
async fn a_transaction_that_a_statement_ended_is_not_committed() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    connection.begin(SUSPENDED).await.unwrap();
    run(&mut *connection, &["ROLLBACK"]).await;
    let error = connection.commit().await.unwrap_err();
    assert!(error.message.contains("no transaction to commit"), "{error}");
    assert_eq!(integer(&mut *connection, "PRAGMA foreign_keys").await, 1);
}

async fn family(connection: &mut dyn Connection) {
    run(
        connection,
        &[
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent ON DELETE CASCADE)",
            "INSERT INTO parent VALUES (1), (2)",
            "INSERT INTO child VALUES (10, 1), (11, 2)",
        ],
    )
    .await;
}

#[tokio::test]
async fn suspended_foreign_keys_leave_the_children_of_a_rebuilt_table_alone() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    family(&mut *connection).await;
    connection.begin(SUSPENDED).await.unwrap();
    run(
        &mut *connection,
        &[
            "CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT)",
            "INSERT INTO new SELECT id, '' FROM parent",
            "DROP TABLE parent",
            "ALTER TABLE new RENAME TO parent",
        ],
    )
    .await;
    connection.commit().await.unwrap();
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM child").await, 2);
    assert_eq!(integer(&mut *connection, "PRAGMA foreign_keys").await, 1);
    run(&mut *connection, &["DELETE FROM parent WHERE id = 1"]).await;
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM child").await, 1);
}

#[tokio::test]
async fn rows_that_a_suspended_transaction_orphans_stop_its_commit() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    family(&mut *connection).await;
    connection.begin(SUSPENDED).await.unwrap();
    run(&mut *connection, &["DELETE FROM parent WHERE id = 2"]).await;
    let error = connection.commit().await.unwrap_err();
    assert_eq!(error.kind, DriverErrorKind::Constraint);
    assert_eq!(error.notes, ["table child, rowid 11: no such row in parent"]);
    // The transaction is still open, and the keys are still off.
    assert!(connection.begin(TransactionMode::default()).await.is_err());
    connection.rollback().await.unwrap();
    assert_eq!(integer(&mut *connection, "PRAGMA foreign_keys").await, 1);
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM parent").await, 2);
}

#[tokio::test]
async fn rows_that_pointed_nowhere_before_do_not_stop_a_commit() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    family(&mut *connection).await;
    run(
        &mut *connection,
        &[
            "PRAGMA foreign_keys = OFF",
            "INSERT INTO child VALUES (12, 77)",
            // Fits no key of the other table: SQLite cannot even look at it.
            "CREATE TABLE odd (a REFERENCES parent(id2))",
            "INSERT INTO odd VALUES (1)",
            "PRAGMA foreign_keys = ON",
        ],
    )
    .await;
    connection.begin(SUSPENDED).await.unwrap();
    run(&mut *connection, &["CREATE TABLE t (a)"]).await;
    connection.commit().await.unwrap();
    connection.begin(SUSPENDED).await.unwrap();
    run(&mut *connection, &["INSERT INTO child VALUES (13, 78)"]).await;
    let error = connection.commit().await.unwrap_err();
    assert!(error.message.starts_with("1 row would"), "{error}");
    assert_eq!(error.notes.len(), 2);
    connection.rollback().await.unwrap();
}

#[tokio::test]
async fn at_most_ten_rows_are_listed() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    family(&mut *connection).await;
    connection.begin(SUSPENDED).await.unwrap();
    run(
        &mut *connection,
        &["WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 130) \
           INSERT INTO child SELECT i, i FROM n"],
    )
    .await;
    let error = connection.commit().await.unwrap_err();
    assert!(error.message.starts_with("31 rows"), "{error}");
    assert_eq!(error.notes.len(), 10);
}

#[tokio::test]
async fn somebody_elses_write_is_busy() {
    let folder = folder();
    let (mut first, mut second) = (session(folder.path()).await, session(folder.path()).await);
    first.begin(TransactionMode::default()).await.unwrap();
    let error = second.begin(SUSPENDED).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (DriverErrorKind::Busy, Some("SQLITE_BUSY")));
    assert!(error.help.unwrap().contains("lock_timeout"));
    assert_eq!(integer(&mut *second, "PRAGMA foreign_keys").await, 1);
    first.rollback().await.unwrap();
    second.begin(SUSPENDED).await.unwrap();
}

#[tokio::test]
async fn what_is_temporary_is_gone_after_a_reset() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    run(
        &mut *connection,
        &[
            "CREATE TABLE t (a)",
            "PRAGMA temp_store = 2",
            "CREATE TEMP TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TEMP TABLE t (p REFERENCES parent)",
            "CREATE INDEX temp.i ON t (p)",
            "CREATE TEMP VIEW v AS SELECT 1",
            "CREATE TEMP TRIGGER tr AFTER INSERT ON main.t BEGIN SELECT 1; END",
            "INSERT INTO parent VALUES (1)",
            "INSERT INTO temp.t VALUES (1)",
        ],
    )
    .await;
    connection.reset().await.unwrap();
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM sqlite_temp_master").await, 0);
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM t").await, 0);
    assert_eq!(integer(&mut *connection, "PRAGMA foreign_keys").await, 1);
    run(&mut *connection, &["CREATE TEMP TABLE t (a)"]).await;
}
