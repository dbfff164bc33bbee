//! Migrations of other tools become revisions, and what those tools have recorded becomes limbeck's record.

use super::support::Project;

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);\n";
const MAIL: &str = "ALTER TABLE users ADD COLUMN mail text;\n";
const NO_MAIL: &str = "ALTER TABLE users DROP COLUMN mail;\n";

/// A project with the files of another tool in the folder `old`.
fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new();
    for (name, text) in files {
        project.write(&format!("old/{name}"), text);
    }
    project
}

/// Lets SQLite run what the other tool would have.
fn record(project: &Project, sql: &str) {
    rusqlite::Connection::open(project.path("app.db")).unwrap().execute_batch(sql).unwrap();
}

fn columns(project: &Project) -> Vec<String> {
    project.texts("SELECT name FROM pragma_table_info('users')")
}

/// Whatever the tool: the two migrations make the table, the second can be undone, and the history is whole.
fn goes_up_and_down(project: &Project, tool: &str, ids: [&str; 2]) {
    project.ok(&["import", "--from", tool, "old"]).says("took over 2 migrations");
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ids);
    assert_eq!(columns(project), ["id", "name", "mail"]);
    project.ok(&["downgrade", ids[0]]);
    assert_eq!(columns(project), ["id", "name"]);
    project.ok(&["migrate"]);
}

#[test]
fn each_tool_has_its_names() {
    let reversible = [
        ("20240131120000_users.up.sql", USERS),
        ("20240131120000_users.down.sql", "DROP TABLE users;\n"),
        ("20240201120000_mail.up.sql", MAIL),
        ("20240201120000_mail.down.sql", NO_MAIL),
    ];
    let ids = ["20240131120000", "20240201120000"];
    for tool in ["sqlx", "golang-migrate"] {
        let project = project(&reversible);
        goes_up_and_down(&project, tool, ids);
        assert_eq!(project.list("migrations"), ["20240131120000_users.sql", "20240201120000_mail.sql"]);
        insta::assert_snapshot!("imported_revision", project.read("migrations/20240201120000_mail.sql"));
    }
    let diesel = [
        ("2024-01-31-120000_users/up.sql", USERS),
        ("2024-01-31-120000_users/down.sql", "DROP TABLE users;\n"),
        ("2024-02-01-120000_mail/up.sql", MAIL),
        ("2024-02-01-120000_mail/down.sql", NO_MAIL),
    ];
    goes_up_and_down(&project(&diesel), "diesel", ids);
    let goose = [
        ("00001_users.sql", format!("-- +goose Up\n{USERS}\n-- +goose Down\nDROP TABLE users;\n")),
        (
            "00002_mail.sql",
            format!(
                "-- +goose Up\n-- +goose StatementBegin\n{MAIL}-- +goose StatementEnd\n\n-- +goose Down\n{NO_MAIL}"
            ),
        ),
    ];
    goes_up_and_down(
        &project(&goose.each_ref().map(|(name, text)| (*name, text.as_str()))),
        "goose",
        ["00001", "00002"],
    );
    let dbmate = [
        ("20240131120000_users.sql", format!("-- migrate:up\n{USERS}\n-- migrate:down\nDROP TABLE users;\n")),
        (
            "20240201120000_mail.sql",
            format!("-- migrate:up transaction:false\n{MAIL}-- migrate:down\n{NO_MAIL}"),
        ),
    ];
    let dbmate = project(&dbmate.each_ref().map(|(name, text)| (*name, text.as_str())));
    goes_up_and_down(&dbmate, "dbmate", ids);
    assert!(dbmate.read("migrations/20240201120000_mail.sql").contains("transaction none"));
    let flyway = [("V1__users.sql", USERS), ("deep/V1_1__mail.sql", MAIL), ("U1_1__mail.sql", NO_MAIL)];
    goes_up_and_down(&project(&flyway), "flyway", ["1", "1.1"]);
}

#[test]
fn numbers_count_and_not_letters() {
    let project = project(&[("V10__mail.sql", MAIL), ("V9__users.sql", USERS)]);
    project.ok(&["import", "--from", "refinery", "old"]);
    project.ok(&["migrate"]).says("9").says("10");
    // Refinery has no way back.
    project.run(&["downgrade", "9"]).exits(1).complains("there is no way back");
}

#[test]
fn a_transaction_around_all_of_it_is_taken_off() {
    let project = project(&[
        ("1_users.up.sql", "-- Users.\nBEGIN;\nCREATE TABLE users (id integer PRIMARY KEY);\nCOMMIT;\n"),
        ("2_mail.up.sql", "BEGIN TRANSACTION ;\r\nALTER TABLE users ADD COLUMN mail text;\r\nEND;"),
    ]);
    project.ok(&["import", "--from", "golang-migrate", "old"]);
    let text = project.read("migrations/1_users.sql");
    assert!(text.contains("-- Users.") && !text.contains("BEGIN") && !text.contains("COMMIT"), "{text}");
    project.ok(&["migrate"]);
    assert_eq!(columns(&project), ["id", "mail"]);
}

#[test]
fn a_transaction_within_is_refused_where_it_stands() {
    let project = project(&[("1_users.up.sql", "CREATE TABLE users (id integer);\nCOMMIT;\n")]);
    let ran = project.run(&["import", "--from", "golang-migrate", "old"]).exits(1);
    insta::assert_snapshot!("import_of_a_commit", ran.stderr);
    assert!(project.list("migrations").is_empty());
}

#[test]
fn records_are_taken_over() {
    let users = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);";
    let reversible = [("1_users.up.sql", USERS), ("2_mail.up.sql", MAIL), ("3_no.up.sql", NO_MAIL)];
    for (tool, rows) in [
        (
            "sqlx",
            "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN NOT NULL);
             INSERT INTO _sqlx_migrations VALUES (1, TRUE), (2, TRUE);",
        ),
        (
            "golang-migrate",
            "CREATE TABLE schema_migrations (version uint64, dirty bool);
             INSERT INTO schema_migrations VALUES (2, FALSE);",
        ),
    ] {
        let project = project(&reversible);
        record(&project, &format!("{users} {MAIL} {rows}"));
        let answer = project.json(&["import", "--from", tool, "old", "--stamp"]);
        assert_eq!(answer["added"], serde_json::json!(["1", "2"]), "{tool}");
        assert_eq!(answer["revisions"].as_array().unwrap().len(), 3);
        assert_eq!(project.recorded(), ["1", "2"]);
        project.ok(&["migrate"]);
        assert_eq!(columns(&project), ["id", "name"], "{tool}");
    }
}

#[test]
fn goose_and_flyway_have_undone_some() {
    let goose = project(&[
        ("1_users.sql", "-- +goose Up\nCREATE TABLE users (id integer);\n"),
        ("2_mail.sql", "-- +goose Up\nALTER TABLE users ADD COLUMN mail text;\n"),
    ]);
    record(
        &goose,
        "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id integer, is_applied integer);
         INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1), (2, 0);",
    );
    goose.ok(&["import", "--from", "goose", "old", "--stamp"]).says("1 of them applied");
    assert_eq!(goose.recorded(), ["1"]);

    let flyway = project(&[
        ("V1__users.sql", USERS),
        ("V2__mail.sql", MAIL),
        ("R__people.sql", "CREATE VIEW people AS SELECT name FROM users;\n"),
    ]);
    record(
        &flyway,
        "CREATE TABLE flyway_schema_history (installed_rank integer, version text, script text, type text, success bool);
         INSERT INTO flyway_schema_history VALUES (1, '1', '<< Flyway Baseline >>', 'BASELINE', 1),
             (2, '2', 'V2__mail.sql', 'SQL', 1), (3, NULL, 'R__people.sql', 'SQL', 1);",
    );
    flyway
        .ok(&["import", "--from", "flyway", "old", "--stamp"])
        .complains("run again whenever they change: R__people");
    assert_eq!(flyway.recorded(), ["1", "2", "people"]);
}

#[test]
fn what_is_half_done_or_unknown_is_not_recorded() {
    let make = "CREATE TABLE _sqlx_migrations (version BIGINT, success BOOLEAN);";
    for (rows, says) in [
        ("", "has no table `_sqlx_migrations`"),
        ("INSERT INTO _sqlx_migrations VALUES (1, 0);", "failed on its way"),
        ("INSERT INTO _sqlx_migrations VALUES (1, 1), (7, 1);", "has recorded what has no file: 7"),
        ("INSERT INTO _sqlx_migrations VALUES (2, 1);", "not applied, though a later one is: 1"),
    ] {
        let project = project(&[("1_users.sql", USERS), ("2_mail.sql", MAIL)]);
        if !rows.is_empty() {
            record(&project, &format!("{make} {rows}"));
        }
        project.run(&["import", "--from", "sqlx", "old", "--stamp"]).exits(1).complains(says);
        assert!(project.list("migrations").is_empty(), "{says}");
    }
}

#[test]
fn what_cannot_be_taken_over_is_said() {
    for (tool, name, text, says) in [
        ("goose", "1_a.go", "package a", "is a program, and only"),
        ("refinery", "V1__a.rs", "", "is a program, and only"),
        ("goose", "1_a.sql", "SELECT 1;\n-- +goose Up\n", "1_a.sql:1:1"),
        ("goose", "1_a.sql", "SELECT 1;\n", "a statement that belongs to no way"),
        (
            "goose",
            "1_a.sql",
            "-- +goose ENVSUB ON\n-- +goose Up\nSELECT 1;\n",
            "variables of the environment",
        ),
        ("dbmate", "1_a.sql", "-- nothing\n", "it has no way forward"),
        ("dbmate", "1_a.sql", "-- migrate:down\nSELECT 1;\n-- migrate:up\n", "1_a.sql:3:1"),
        ("flyway", "V1__a.sql", "CREATE TABLE ${name} (a integer);\n", "only Flyway can fill in"),
        ("sqlx", "notes.sql", "SELECT 1;\n", "there are no migrations of sqlx"),
        ("sqlx", "1_a.sql", "SELECT 'open;\n", "1_a.sql:1:8"),
        ("diesel", "1_a/down.sql", "SELECT 1;\n", "up.sql"),
        ("alembic", "env.py", "", "limbeck makemigrations --to database:default"),
        ("django", "0001_initial.py", "", "are Python, which limbeck does not run"),
    ] {
        let project = project(&[(name, text)]);
        project.run(&["import", "--from", tool, "old"]).exits(1).complains(says);
        assert!(project.list("migrations").is_empty(), "{says}");
    }
    project(&[("1_a.sql", USERS), ("01_b.sql", USERS)])
        .run(&["import", "--from", "sqlx", "old"])
        .exits(1)
        .complains("is there twice: old/01_b.sql and old/1_a.sql");
    // What is left out is named.
    project(&[("1_a.sql", USERS), ("notes.sql", "SELECT 1;")])
        .ok(&["import", "--from", "sqlx", "old"])
        .complains("notes.sql is left out");
}

#[test]
fn a_history_that_is_there_stays() {
    let project = project(&[("1_a.sql", USERS)]);
    project.ok(&["import", "--from", "sqlx", "old"]);
    project.run(&["import", "--from", "sqlx", "old"]).exits(1).complains("there are revisions already");
    project.write("other/1_a.sql", USERS);
    project
        .run(&["import", "--from", "sqlx", "other", "--migrations", "other"])
        .exits(1)
        .complains("the folder that the revisions are to be written to");
}

/// What the message about Alembic and Django says to do.
#[test]
fn a_schema_is_taken_over_where_a_history_cannot_be() {
    let project = project(&[]);
    record(&project, USERS);
    project.ok(&["makemigrations", "--to", "database:default", "as alembic left it"]);
    project.ok(&["stamp", "heads"]);
    project.ok(&["check"]);
}
