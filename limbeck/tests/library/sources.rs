//! Where revisions come from.

use limbeck::{Embedded, Error, Migrator, Revisions};

use super::revisions::two;
use super::{database, drivers};

#[tokio::test]
async fn embedded_built_and_files_make_one_graph() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let migrations = folder.path().join("migrations");
    std::fs::create_dir(&migrations).expect("it is made");
    std::fs::write(
        migrations.join("three.toml"),
        "revision = \"three\"\nparents = [\"two\", \"books\"]\nmessage = \"Join them\"\n",
    )
    .expect("it is written");
    let embedded: Embedded = limbeck::embed!("tests/embedded");
    assert_eq!(embedded.files().collect::<Vec<_>>(), ["books.toml", "slugs.toml"]);
    let revisions = Revisions::directory(&migrations).and(two()).and(embedded);
    let done = Migrator::new(revisions).migrate(&database, "three").await.expect("it runs");
    assert_eq!(done.len(), 4);
}

#[tokio::test]
async fn embedded_files_that_are_not_those_of_the_folder_any_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = limbeck::Database::open(&drivers(), "sqlite::memory:").await.expect("it is made");
    let place: &'static str = folder.path().display().to_string().leak();
    static FILES: [(&str, &str); 1] = [("a.toml", "revision = \"a\"\nparents = []\nmessage = \"\"\n")];
    let migrator = Migrator::new(Embedded::new(place, "migrations", "src/main.rs", &FILES));
    std::fs::write(folder.path().join("a.toml"), FILES[0].1).expect("it is written");
    std::fs::write(folder.path().join(".hidden.toml"), "").expect("it is written");
    migrator.plan(&database, "heads").await.expect("the same files");
    std::fs::write(folder.path().join("b.toml"), "").expect("it is written");
    let error = migrator.plan(&database, "heads").await.expect_err("there is one more");
    assert!(matches!(&error, Error::StaleEmbedding { files, .. } if *files == ["b.toml"]), "{error:?}");
    // Where the folder is not at hand, the program is all there is.
    drop(folder);
    assert_eq!(migrator.plan(&database, "heads").await.expect("what is embedded").len(), 1);
}
