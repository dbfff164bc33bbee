//! Databases, connections that the application holds, and several programs at once.

use std::time::Duration;

use limbeck::core::driver::DatabaseSettings;
use limbeck::{Databases, Held, Migrator, Progress, Revisions};

use super::revisions::two;
use super::{TABLES, database, drivers, texts};

#[tokio::test]
async fn named_databases_out_of_a_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "default = \"main\"\n[databases.main]\nurl = \"sqlite://main.db\"\n[databases.audit]\nurl = \
                  \"sqlite://audit.db\"\nlock_timeout = \"3s\"\n";
    std::fs::write(folder.path().join("limbeck.toml"), config).expect("it is written");
    let databases =
        Databases::from_file(&drivers(), folder.path().join("limbeck.toml")).await.expect("they are opened");
    assert_eq!(databases.iter().map(limbeck::Database::name).collect::<Vec<_>>(), ["audit", "main"]);
    assert_eq!(databases.default_database().map(limbeck::Database::name), Some("main"));
    let audit = databases.get("audit").expect("it is configured");
    assert_eq!(audit.settings().lock_timeout, Some(Duration::from_secs(3)));
    let health = databases.health().await;
    assert!(health.values().all(Result::is_ok) && health.len() == 2, "{health:?}");
    let migrator = Migrator::new(two());
    for database in databases.iter() {
        migrator.migrate(database, "heads").await.expect("it runs");
    }
    assert!(folder.path().join("audit.db").exists() && folder.path().join("main.db").exists());

    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "[databases.main]\nulr = \"sqlite://main.db\"\n").expect("it is written");
    let error = Databases::from_file(&drivers(), wrong).await.expect_err("a word is misspelt");
    assert!(error.to_string().contains("databases.main.ulr"), "{error}");
}

#[tokio::test]
async fn a_connection_that_the_application_holds() {
    let database = limbeck::Database::open(&drivers(), "sqlite::memory:").await.expect("it is made");
    let connection = database.acquire().await.expect("there is one");
    let settings = DatabaseSettings::new("held", database.settings().url.clone());
    let mut held = Held::new(connection, database.driver().clone(), settings);
    let migrator = Migrator::new(two());
    migrator.migrate(&mut held, "one").await.expect("it runs");
    held.connection().execute("INSERT INTO t VALUES (1)", &[]).await.expect("the table is there");
    migrator.migrate(&mut held, "heads").await.expect("it runs");
    let mut connection = held.into_connection();
    assert_eq!(connection.query("SELECT * FROM t", &[]).await.expect("it can be asked").len(), 1);
}

#[tokio::test]
async fn two_at_once_do_it_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    // In tasks of their own: what a migrator gives can be sent to other threads.
    let task = |database: limbeck::Database| {
        tokio::spawn(
            async move { Migrator::new(two()).migrate(&database, "heads").await.map(|done| done.len()) },
        )
    };
    let (left, right) = (task(database.clone()), task(database.clone()));
    let mut done = [left.await, right.await].map(|answer| answer.expect("no panic").expect("it runs"));
    done.sort_unstable();
    assert_eq!(done, [0, 2]);
    assert_eq!(texts(&database, TABLES).await, ["t", "u"]);
}

#[tokio::test]
async fn what_happens_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let (migrator, mut events) = Migrator::new(two()).events();
    migrator.migrate(&database, "heads").await.expect("it runs");
    drop(migrator);
    let mut told = Vec::new();
    while let Some(event) = events.recv().await {
        match event {
            Progress::Started { revision, number, total, .. } => {
                told.push(format!("{revision} {number}/{total}"));
            }
            Progress::Finished { revision, .. } => told.push(format!("{revision} done")),
            _ => {}
        }
    }
    assert_eq!(told, ["one 1/2", "one done", "two 2/2", "two done"]);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let migrator = Migrator::new(Revisions::directory(folder.path().join("none")));
    let error = migrator.migrate(&database, "heads").await.expect_err("there is none");
    assert!(error.to_string().contains("none"), "{error}");
}

#[tokio::test]
async fn a_driver_that_is_not_there_may_be_a_feature_that_is_not_switched_on() {
    let error = limbeck::Database::open(&super::drivers(), "postgres://ann:s3cret@db/app")
        .await
        .expect_err("no driver");
    let diagnostic = limbeck::core::diag::Diagnose::diagnostic(&error);
    assert_eq!(diagnostic.code, "unknown-driver");
    assert_eq!(diagnostic.message, "no driver for `postgres:` URLs");
    assert!(diagnostic.help.is_some_and(|help| help.contains("a cargo feature that is not switched on")));
    assert!(!format!("{error:?}").contains("s3cret"));
}
