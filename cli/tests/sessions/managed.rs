//! What is managed, and the database that comparisons are made in.

use super::support::Project;

const MODELS: &str = "
    #[derive(limbeck::Table)]
    #[limbeck(table = \"users\")]
    struct User { #[limbeck(primary_key)] id: i64, age: i32 }
";

/// A project of one table, migrated, with these lines under `[databases.default]`.
fn project(settings: &str) -> Project {
    let project =
        Project::with_config(&format!("[databases.default]\nurl = \"sqlite://app.db\"\n{settings}"));
    project.write("src/lib.rs", MODELS);
    project.ok(&["makemigrations"]);
    project.ok(&["migrate"]);
    project
}

#[test]
fn what_is_excluded_is_no_drift_and_is_not_shown() {
    let project = project("exclude = [\"spatial_*\"]\n");
    let database = project.database();
    database
        .execute_batch("CREATE TABLE spatial_ref (id INTEGER); CREATE INDEX spatial_idx ON spatial_ref (id)")
        .unwrap();
    project.ok(&["check"]);
    let seen = project.json(&["inspect"]);
    assert!(seen["schema"].to_string().contains("users"), "{seen}");
    assert!(!seen["schema"].to_string().contains("spatial"), "{seen}");
    database.execute_batch("CREATE TABLE other (id INTEGER)").unwrap();
    project.run(&["check"]).exits(3).says("other");
}

#[test]
fn models_that_are_not_included_are_passed_over() {
    let project = project("include = [\"user*\"]\n");
    project.write("src/more.rs", "");
    project.write("src/lib.rs", format!("{MODELS} #[derive(limbeck::Table)] struct Tmp {{ a: i32 }}"));
    project.ok(&["makemigrations", "--check"]);
    project.ok(&["check"]);
}

#[test]
fn a_pattern_that_is_none_is_refused_at_its_place() {
    let project = Project::with_config(
        "[databases.default]\nurl = \"sqlite://app.db\"\nexclude = [\"a[\"]\ntls = \"full\"\n",
    );
    project.run(&["check"]).exits(2).complains("limbeck.toml:3:").complains("`a[`").complains("verify-full");
}

#[test]
fn a_given_scratch_database_is_filled_and_emptied_again() {
    let project = project("scratch_url = \"sqlite://scratch.db\"\n");
    project.ok(&["check"]);
    let scratch = project.open("scratch.db");
    let left =
        || -> i64 { scratch.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap() };
    assert_eq!(left(), 0);

    // As a run leaves it that was killed.
    scratch.execute_batch("CREATE TABLE limbeck_scratch (made_by text); CREATE TABLE users (id)").unwrap();
    project.ok(&["check"]);
    assert_eq!(left(), 0);
}

#[test]
fn a_scratch_database_of_somebody_else_is_left_alone() {
    let project = project("scratch_url = \"sqlite://precious.db\"\n");
    project.write("precious.db", "");
    let precious = project.open("precious.db");
    precious.execute_batch("CREATE TABLE pearls (id); INSERT INTO pearls VALUES (1)").unwrap();
    project.run(&["check"]).exits(1).complains("not empty").complains("pearls");
    let pearls: i64 = precious.query_row("SELECT count(*) FROM pearls", [], |row| row.get(0)).unwrap();
    assert_eq!(pearls, 1);
}

#[test]
fn a_baseline_out_of_a_database_says_so() {
    let project = Project::new();
    project.write("old.db", "");
    let old = project.open("old.db");
    old.execute_batch(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name varchar(9) NOT NULL DEFAULT ( 'x' ))",
    )
    .unwrap();
    project.ok(&["makemigrations", "--to", "sqlite://old.db"]);
    let file = &project.list("migrations")[0];
    assert!(project.read(&format!("migrations/{file}")).contains("observed = \"sqlite\""));
    project.ok(&["makemigrations", "--to", "sqlite://old.db", "--check"]);
    project.ok(&["migrate"]);
    project.ok(&["check"]);
}
