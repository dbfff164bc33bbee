use super::*;

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

#[tokio::test]
async fn opening_waits_for_a_locked_file_as_long_as_connecting_may_take() {
    let folder = folder();
    let mut holder = session(folder.path()).await;
    run(&mut *holder, &["PRAGMA locking_mode = EXCLUSIVE", "CREATE TABLE t (a)"]).await;
    let mut settings = settings(folder.path(), "sqlite://app.db");
    settings.connect_timeout = Duration::from_millis(20);
    let error = driver().connect(&settings, Access::Read).await.unwrap_err();
    assert_eq!(error.kind, DriverErrorKind::Busy);
    assert!(error.message.ends_with("app.db: database is locked"), "{error}");
    // Whoever gives up before does not wait for the rest.
    settings.connect_timeout = Duration::from_secs(1_000_000);
    let driver = driver();
    let given_up = tokio::time::timeout(Duration::from_millis(20), driver.connect(&settings, Access::Read));
    assert!(given_up.await.is_err());
}

#[tokio::test]
async fn a_file_that_a_migration_keeps_to_itself_is_opened_to_wait_for_the_migration_lock() {
    let folder = folder();
    let record = key("limbeck_revisions");
    let mut first = session(folder.path()).await;
    assert!(first.try_lock(&record).await.unwrap());
    run(&mut *first, &["BEGIN EXCLUSIVE"]).await;
    let mut second = session(folder.path()).await;
    assert!(!second.try_lock(&record).await.unwrap());
    run(&mut *first, &["CREATE TABLE made (a)", "COMMIT"]).await;
    first.unlock(&record).await.unwrap();
    assert!(second.try_lock(&record).await.unwrap());
    // What the session is set back to is known by now.
    run(&mut *second, &["PRAGMA foreign_keys = OFF"]).await;
    second.reset().await.unwrap();
    assert_eq!(second.query("PRAGMA foreign_keys", &[]).await.unwrap()[0].integer(0), Some(1));
    assert!(second.has_table(&"made".into()).await.unwrap());
}
