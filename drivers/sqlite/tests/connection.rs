//! What a session promises, tried on real files.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use limbeck_core::driver::{
    Access, Connection, Database, DatabaseSettings, DatabaseUrl, Driver, DriverError, DriverErrorKind,
    LockKey, TransactionMode, Value,
};
use limbeck_core::ident::Name;
use limbeck_sqlite::SqliteDriver;

/// Counts until somebody stops it.
const ENDLESS: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

const SUSPENDED: TransactionMode = TransactionMode { suspend_foreign_keys: true };

fn driver() -> SqliteDriver {
    SqliteDriver
}

fn settings(folder: &Path, url: &str) -> DatabaseSettings {
    let mut settings = DatabaseSettings::new("default", DatabaseUrl::parse(url).unwrap());
    settings.directory = folder.to_owned();
    settings.lock_timeout = Some(Duration::ZERO);
    settings
}

async fn open(folder: &Path, url: &str, access: Access) -> Result<Box<dyn Database>, DriverError> {
    driver().connect(&settings(folder, url), access).await
}

async fn session(folder: &Path) -> Box<dyn Connection> {
    open(folder, "sqlite://app.db", Access::Write).await.unwrap().acquire().await.unwrap()
}

async fn run(connection: &mut dyn Connection, statements: &[&str]) {
    for sql in statements {
        connection.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn integer(connection: &mut dyn Connection, sql: &str) -> i64 {
    connection.query(sql, &[]).await.unwrap()[0].integer(0).unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn key(record: &str) -> LockKey {
    LockKey { record: Name::new(record) }
}

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
async fn the_migration_lock_is_one_sessions_and_ends_with_it() {
    let folder = folder();
    let (mut first, mut second) = (session(folder.path()).await, session(folder.path()).await);
    let record = key("limbeck_revisions");
    assert!(first.try_lock(&record).await.unwrap());
    assert!(!second.try_lock(&record).await.unwrap());
    assert!(second.try_lock(&key("tenant_revisions")).await.unwrap());
    assert!(second.unlock(&record).await.is_err());
    let holder = second.lock_holder(&record).await.unwrap().unwrap();
    assert!(holder.starts_with(&format!("pid {}", std::process::id())), "{holder}");
    first.unlock(&record).await.unwrap();
    assert!(first.unlock(&record).await.is_err());
    assert!(second.try_lock(&record).await.unwrap());
    drop(second);
    assert_eq!(first.lock_holder(&record).await.unwrap(), None);
    assert!(first.try_lock(&record).await.unwrap());
    drop(first);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!cfg!(unix) || left.iter().all(|name| name == "app.db"), "{left:?}");
}

/// Set in the environment of the second process, which is this very test program.
const HOLD: &str = "LIMBECK_SQLITE_TEST_HOLD";

/// No test: the other process of `the_lock_of_a_killed_process_is_free`.
#[tokio::test]
async fn hold_the_lock_for_another_process() {
    let Some(folder) = std::env::var_os(HOLD) else { return };
    let mut connection = session(Path::new(&folder)).await;
    assert!(connection.try_lock(&key("limbeck_revisions")).await.unwrap());
    println!("held");
    // Until it is killed, or its standard input ends.
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

#[tokio::test]
async fn the_lock_of_a_killed_process_is_free() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = folder();
    let mut connection = session(folder.path()).await;
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "hold_the_lock_for_another_process", "--nocapture"])
        .env(HOLD, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("held")));
    let record = key("limbeck_revisions");
    assert!(!connection.try_lock(&record).await.unwrap());
    let holder = connection.lock_holder(&record).await.unwrap().unwrap();
    assert!(holder.starts_with(&format!("pid {}", other.id())), "{holder}");
    other.kill().unwrap();
    other.wait().unwrap();
    assert_eq!(connection.lock_holder(&record).await.unwrap(), None);
    assert!(connection.try_lock(&record).await.unwrap());
}

#[tokio::test]
async fn a_running_statement_can_be_cancelled() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    let canceller = connection.canceller();
    // The two run on one thread: the statement is on its way before it is cancelled.
    let (answer, cancelled) = tokio::join!(connection.query(ENDLESS, &[]), canceller.cancel());
    cancelled.unwrap();
    assert_eq!(answer.unwrap_err().kind, DriverErrorKind::Cancelled);
    canceller.cancel().await.unwrap();
    assert_eq!(integer(&mut *connection, "SELECT 1").await, 1);
}

#[tokio::test]
async fn a_wait_for_a_lock_can_be_cancelled() {
    let folder = folder();
    let mut holder = session(folder.path()).await;
    holder.begin(TransactionMode::default()).await.unwrap();
    let mut patient = settings(folder.path(), "sqlite://app.db");
    patient.lock_timeout = None;
    let database = driver().connect(&patient, Access::Write).await.unwrap();
    let mut waiting = database.acquire().await.unwrap();
    let canceller = waiting.canceller();
    let (begun, cancelled) = tokio::join!(waiting.begin(TransactionMode::default()), canceller.cancel());
    cancelled.unwrap();
    assert_eq!(begun.unwrap_err().kind, DriverErrorKind::Cancelled);
    holder.rollback().await.unwrap();
    waiting.begin(TransactionMode::default()).await.unwrap();
}

#[tokio::test]
async fn a_statement_ends_at_its_timeout() {
    let folder = folder();
    let mut settings = settings(folder.path(), "sqlite://app.db");
    settings.statement_timeout = Some(Duration::from_millis(20));
    let database = driver().connect(&settings, Access::Write).await.unwrap();
    let mut connection = database.acquire().await.unwrap();
    let error = connection.query(ENDLESS, &[]).await.unwrap_err();
    assert_eq!(error.kind, DriverErrorKind::Timeout);
    assert!(error.message.contains("20ms"), "{error}");
    assert_eq!(integer(&mut *connection, "SELECT 1").await, 1);
}

#[tokio::test]
async fn a_future_that_is_dropped_leaves_the_session_in_one_piece() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    connection.begin(TransactionMode::default()).await.unwrap();
    run(&mut *connection, &["CREATE TABLE t (a)"]).await;
    let dropped = tokio::time::timeout(Duration::from_millis(20), connection.query(ENDLESS, &[])).await;
    assert!(dropped.is_err());
    run(&mut *connection, &["INSERT INTO t VALUES (1)"]).await;
    connection.commit().await.unwrap();
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM t").await, 1);
}

#[tokio::test]
async fn a_session_that_is_dropped_in_the_middle_rolls_back_and_gives_its_lock_back() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    assert!(connection.try_lock(&key("limbeck_revisions")).await.unwrap());
    connection.begin(TransactionMode::default()).await.unwrap();
    run(&mut *connection, &["CREATE TABLE t (a)"]).await;
    let task = async move { connection.query(ENDLESS, &[]).await };
    assert!(tokio::time::timeout(Duration::from_millis(20), task).await.is_err());
    let mut next = session(folder.path()).await;
    assert!(next.try_lock(&key("limbeck_revisions")).await.unwrap());
    assert!(!next.has_table(&"t".into()).await.unwrap());
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
async fn what_is_no_database_is_said_at_once() {
    let folder = folder();
    std::fs::write(
        folder.path().join("app.db"),
        "Dear diary, this is no database at all, I fear.\n".repeat(40),
    )
    .unwrap();
    let error = open(folder.path(), "sqlite://app.db", Access::Read).await.unwrap_err();
    assert_eq!(error.kind, DriverErrorKind::Corrupt);
    assert!(error.message.ends_with("app.db: file is not a database"), "{error}");
    let error = open(folder.path(), "sqlite://.", Access::Write).await.unwrap_err();
    assert!(error.message.contains("is a folder"), "{error}");
    let error = open(folder.path(), "sqlite://app.db/x.db", Access::Write).await.unwrap_err();
    assert_eq!(error.kind, DriverErrorKind::Connect);
}

#[tokio::test]
async fn a_file_that_is_not_there_is_made_only_to_be_written() {
    let folder = folder();
    let file = folder.path().join("app.db");
    let read = open(folder.path(), "sqlite://app.db", Access::Read).await.unwrap();
    let mut connection = read.acquire().await.unwrap();
    assert!(!connection.has_table(&"t".into()).await.unwrap());
    assert_eq!(integer(&mut *connection, "SELECT count(*) FROM sqlite_schema").await, 0);
    let error = open(folder.path(), "sqlite://app.db", Access::Source).await.unwrap_err();
    assert!(error.message.contains("there is no file"), "{error}");
    let error = open(folder.path(), "sqlite://app.db?mode=rw", Access::Write).await.unwrap_err();
    assert!(error.message.contains("there is no file"), "{error}");
    let error = open(folder.path(), "sqlite://deep/down/app.db", Access::Write).await.unwrap_err();
    assert!(error.message.contains("there is no folder"), "{error}");
    assert!(!file.exists());
    drop(open(folder.path(), "sqlite://app.db", Access::Write).await.unwrap());
    assert!(file.exists());
}

#[tokio::test]
async fn a_file_that_must_not_be_written_can_be_read() {
    let folder = folder();
    run(&mut *session(folder.path()).await, &["CREATE TABLE t (a)"]).await;
    let database = open(folder.path(), "sqlite://app.db?mode=ro", Access::Read).await.unwrap();
    let mut connection = database.acquire().await.unwrap();
    assert!(connection.has_table(&"t".into()).await.unwrap());
    let error = connection.execute("INSERT INTO t VALUES (1)", &[]).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (DriverErrorKind::Permission, Some("SQLITE_READONLY")));
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_cannot_be_written_to_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    let mut connection = session(folder.path()).await;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    // To some users, root above all, permissions mean nothing.
    let means_nothing = std::fs::write(folder.path().join("probe"), "").is_ok();
    let locked = connection.try_lock(&key("limbeck_revisions")).await;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    match locked {
        Ok(locked) => assert!(locked && means_nothing),
        Err(error) => {
            assert_eq!(error.kind, DriverErrorKind::Permission);
            assert!(error.message.contains("app.db.limbeck-lock"), "{error}");
        }
    }
}

#[tokio::test]
async fn wal_databases_are_read_and_written_and_tidied_up() {
    let folder = folder();
    let mut connection = session(folder.path()).await;
    run(&mut *connection, &["PRAGMA journal_mode = WAL", "CREATE TABLE t (a)"]).await;
    // While the writer lives, and after it has gone.
    for _ in 0..2 {
        for url in ["sqlite://app.db", "sqlite://app.db?mode=ro"] {
            let database = open(folder.path(), url, Access::Read).await.unwrap();
            assert!(database.acquire().await.unwrap().has_table(&"t".into()).await.unwrap(), "{url}");
        }
        connection = session(folder.path()).await;
    }
    drop(connection);
    assert!(!folder.path().join("app.db-wal").exists());
}

#[tokio::test]
async fn a_scratch_database_keeps_what_is_in_it_from_one_session_to_the_next() {
    let scratch = driver().scratch().await.unwrap();
    let mut connection = scratch.acquire().await.unwrap();
    run(&mut *connection, &["CREATE TABLE kept (a)", "PRAGMA foreign_keys = OFF"]).await;
    assert!(connection.try_lock(&key("limbeck_revisions")).await.unwrap());
    connection.begin(TransactionMode::default()).await.unwrap();
    run(&mut *connection, &["CREATE TABLE lost (a)"]).await;
    drop(connection);
    let mut connection = scratch.acquire().await.unwrap();
    assert!(connection.has_table(&"kept".into()).await.unwrap());
    assert!(!connection.has_table(&"lost".into()).await.unwrap());
    assert_eq!(integer(&mut *connection, "PRAGMA foreign_keys").await, 1);
    assert!(connection.try_lock(&key("limbeck_revisions")).await.unwrap());
    let other = scratch.scratch().await.unwrap();
    assert!(!other.acquire().await.unwrap().has_table(&"kept".into()).await.unwrap());
    other.discard().await.unwrap();
}

#[tokio::test]
async fn a_database_in_memory_has_one_session_at_a_time() {
    let folder = folder();
    let mut settings = settings(folder.path(), "sqlite::memory:");
    settings.connect_timeout = Duration::from_millis(20);
    let database: Arc<dyn Database> = driver().connect(&settings, Access::Write).await.unwrap().into();
    let held = database.acquire().await.unwrap();
    let Err(error) = database.acquire().await else { panic!("there are two sessions") };
    assert_eq!(error.kind, DriverErrorKind::Timeout);
    drop(held);
    drop(database.acquire().await.unwrap());
}

#[tokio::test]
async fn a_pool_gives_out_as_many_sessions_as_are_asked_for() {
    let folder = folder();
    let mut settings = settings(folder.path(), "sqlite://app.db");
    settings.pool_size = 1;
    let database = driver().connect(&settings, Access::Write).await.unwrap();
    let mut first = database.acquire().await.unwrap();
    let mut second = database.acquire().await.unwrap();
    run(&mut *first, &["CREATE TABLE t (a)"]).await;
    assert!(second.has_table(&"t".into()).await.unwrap());
}
