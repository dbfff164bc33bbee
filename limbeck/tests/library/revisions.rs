//! Plans, the record, and what is compared.

use limbeck::core::operation::Operation;
use limbeck::core::revision::Revision;
use limbeck::core::schema::Sql;
use limbeck::{Error, Migrator, RevisionBuilder, Revisions};

use super::{TABLES, database, texts};

fn raw(sql: &str) -> Operation {
    Operation::Execute { sql: Sql::from(sql), effect: None }
}

/// `one` makes the table t, `two` the table u.
pub(crate) fn two() -> [Revision; 2] {
    let one = RevisionBuilder::new("one").expect("an id").message("Make t");
    let two = RevisionBuilder::new("two").expect("an id").message("Make u").parent("one").expect("an id");
    [
        one.upgrade(raw("CREATE TABLE t (a integer)")).downgrade(raw("DROP TABLE t")).build(),
        two.upgrade(raw("CREATE TABLE u (a integer)")).downgrade(raw("DROP TABLE u")).build(),
    ]
}

#[tokio::test]
async fn up_and_down_and_what_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let migrator = Migrator::new(two()).applied_by("the test");
    let planned = migrator.plan(&database, "heads").await.expect("there is a plan");
    let planned: Vec<&str> = planned.iter().map(|step| step.revision.id.as_str()).collect();
    assert_eq!(planned, ["one", "two"]);
    assert!(texts(&database, TABLES).await.is_empty(), "a plan does nothing");

    migrator.migrate(&database, "one").await.expect("it runs");
    let shown = migrator.showmigrations(&database).await.expect("it can be read");
    let shown: Vec<_> = shown.iter().map(|row| (row.revision.as_str(), row.applied, row.head)).collect();
    assert_eq!(shown, [("one", true, false), ("two", false, true)]);
    assert_eq!(texts(&database, "SELECT applied_by FROM limbeck_revisions").await, ["the test"]);

    let stamped = migrator.stamp(&database, &["two"]).await.expect("it is recorded");
    assert_eq!(stamped.added, ["two".parse().expect("an id")]);
    assert_eq!(texts(&database, TABLES).await, ["t"]);
    let error = migrator.downgrade(&database, "base").await.expect_err("there is no u");
    assert!(matches!(&error, Error::Stopped { done, .. } if done.is_empty()), "{error:?}");
    let error = migrator.migrate(&database, "three").await.expect_err("no such revision");
    assert!(error.to_string().contains("three"), "{error}");
}

#[tokio::test]
async fn a_revision_in_rust_can_be_undone_by_a_program_without_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    Migrator::new(two()).migrate(&database, "heads").await.expect("it runs");
    let [one, _] = two();
    let older = Migrator::new([one]);
    older.downgrade(&database, "one").await.expect("the record keeps its text");
    assert_eq!(texts(&database, TABLES).await, ["t"]);
}

#[tokio::test]
async fn losses_can_be_forbidden() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let embedded = Migrator::new(limbeck::embed!("tests/embedded"));
    embedded.migrate(&database, "books").await.expect("it runs");
    let error =
        embedded.clone().forbid_losses().downgrade(&database, "base").await.expect_err("rows would be lost");
    assert!(error.to_string().contains("would lose data"), "{error}");
    embedded.downgrade(&database, "base").await.expect("it is undone");
}

#[derive(limbeck::Table)]
#[limbeck(table = "authors")]
#[allow(dead_code, reason = "it is described, not used")]
struct Author {
    #[limbeck(primary_key, identity)]
    id: i64,
    name: String,
}

#[tokio::test]
async fn from_models_to_a_database_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let migrations = folder.path().join("migrations");
    let migrator = Migrator::new(Revisions::directory(&migrations)).tables(limbeck::tables![Author]);
    migrator.init().expect("the folder is made");
    let codes = async || -> Vec<&'static str> {
        migrator
            .check(&database)
            .await
            .expect("it can be looked at")
            .iter()
            .map(|problem| problem.code)
            .collect()
    };
    assert_eq!(codes().await, ["models-changed"]);
    let made =
        migrator.makemigrations(&database, None).await.expect("it is written").expect("there is a change");
    assert!(made.file.starts_with(&migrations) && made.file.exists());
    assert_eq!(made.revision.message, "initial");
    assert_eq!(migrator.makemigrations(&database, None).await.expect("it is compared"), None);
    migrator.migrate(&database, "heads").await.expect("it runs");
    assert!(codes().await.is_empty());
    database
        .acquire()
        .await
        .expect("there is one")
        .execute("ALTER TABLE authors ADD COLUMN extra text", &[])
        .await
        .expect("it is altered");
    assert_eq!(codes().await, ["drift"]);
}
