use super::*;

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
