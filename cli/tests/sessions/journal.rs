//! Revisions outside a transaction: what is done stays, what is not is gone on with, and `resolve` settles the rest.

use serde_json::json;

use super::support::{Project, revision, table};

/// A revision outside a transaction whose third statement stumbles over the rows of `t`.
fn stumbling(third: &str) -> String {
    revision(
        "b",
        &["a"],
        &format!(
            "transaction = \"none\"\n\n[[upgrade]]\nop = \"add_column\"\ntable = \"t\"\n\
             column = {{ name = \"n\", type = \"bigint\", nullable = true }}\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"UPDATE t SET n = coalesce(n, 0) + 1; {third}; UPDATE t SET n = n + 10\""
        ),
    )
}

const UNIQUE: &str = "CREATE UNIQUE INDEX t_body ON t (body)";

/// A database whose revision `b` is in flight: two statements are done, and the third was refused.
fn in_flight() -> Project {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["migrate"]);
    project.database().execute_batch("INSERT INTO t (body) VALUES ('x'), ('x')").unwrap();
    project.write("migrations/b.toml", stumbling(UNIQUE));
    project
        .run(&["migrate"])
        .exits(5)
        .complains(UNIQUE)
        .complains("migrations/b.toml")
        .complains("2 of 4 statements are done and stay")
        .complains("limbeck resolve");
    project
}

fn numbers(project: &Project) -> Vec<String> {
    project.texts("SELECT n FROM t ORDER BY id")
}

fn journal(project: &Project) -> Vec<String> {
    project.texts("SELECT revision FROM limbeck_journal")
}

#[test]
fn a_refused_statement_is_run_again_when_the_rows_are_mended() {
    let project = in_flight();
    assert_eq!(project.recorded(), ["a"]);
    assert_eq!(numbers(&project), ["1", "1"]);
    // As long as nothing is mended, it stands where it stood.
    project.run(&["migrate"]).exits(5);
    assert_eq!(numbers(&project), ["1", "1"]);
    project.database().execute_batch("UPDATE t SET body = 'y' WHERE id = 2").unwrap();
    let done = project.json(&["migrate"]);
    assert_eq!(done["steps"][0]["revision"], "b");
    assert_eq!(project.recorded(), ["a", "b"]);
    assert_eq!(numbers(&project), ["11", "11"]);
    assert!(journal(&project).is_empty());
}

#[test]
fn a_revision_in_flight_is_shown() {
    let project = in_flight();
    project.ok(&["showmigrations"]).says("[?] b").says("(in flight)").complains("revision b is in flight");
    let shown = project.json(&["showmigrations"]);
    assert_eq!(shown["revisions"][1]["in_flight"], true);
    assert_eq!(shown["revisions"][1]["applied"], false);
    assert_eq!(project.json(&["current"])["in_flight"], "b");
    let checked = project.run(&["-o", "json", "check"]).exits(3).object();
    assert_eq!(checked["problems"][0]["code"], "revision-in-flight");
    project
        .ok(&["resolve"])
        .says("revision b is in flight (upgrade): 2 of 4 statements are done")
        .says("[X] UPDATE t SET n = coalesce(n, 0) + 1")
        .says("[?] CREATE UNIQUE INDEX")
        .says("[ ] UPDATE t SET n = n + 10")
        .says("UNIQUE constraint failed")
        .says("the statement in flight has not happened, and will be run");
    let found = project.json(&["resolve"]);
    let found = &found["in_flight"];
    assert_eq!(found["revision"], "b");
    assert_eq!(found["direction"], "upgrade");
    assert_eq!(found["operations_done"], 0);
    assert_eq!(found["fate"], "not-done");
    assert_eq!(found["statements"][2], json!({ "sql": UNIQUE, "state": "in-flight" }));
}

#[test]
fn nothing_else_is_done_beside_it() {
    let project = in_flight();
    for arguments in [
        &["migrate", "--dry-run"] as &[&str],
        &["migrate", "--fake"],
        &["migrate", "--single-transaction"],
        &["downgrade", "base"],
        &["stamp", "b"],
        &["migrate", "a"],
    ] {
        let ran = project.run(arguments).exits(5).complains("revision b is in flight");
        assert!(ran.stderr.contains("limbeck resolve"), "{arguments:?}");
    }
    assert_eq!(numbers(&project), ["1", "1"]);
}

#[test]
fn a_refused_statement_is_corrected_in_its_file() {
    let project = in_flight();
    project.write("migrations/b.toml", stumbling("CREATE INDEX t_body ON t (body)"));
    project.ok(&["resolve"]).says("its file was changed since");
    project.ok(&["migrate"]);
    assert_eq!(numbers(&project), ["11", "11"]);
    assert_eq!(project.recorded(), ["a", "b"]);
    assert!(journal(&project).is_empty());
    project.ok(&["check"]).hides("in flight");
    let project = in_flight();
    project.write("migrations/b.toml", stumbling("SELECT 1"));
    project.ok(&["resolve", "--continue"]).says("it is done");
    assert_eq!(numbers(&project), ["11", "11"]);

    // Where the run was cut off, the edit has another reason, and somebody says that it is meant.
    let project = in_flight();
    project.database().execute_batch("UPDATE limbeck_journal SET state = 'running', error = NULL").unwrap();
    project.write("migrations/b.toml", stumbling("CREATE INDEX t_body ON t (body)"));
    project.run(&["migrate"]).exits(5).complains("its file was changed since").complains("--continue");
    assert_eq!(numbers(&project), ["1", "1"]);
    project.ok(&["resolve", "--continue"]).says("it is done");
    assert_eq!(numbers(&project), ["11", "11"]);

    // What is done already must stand in it.
    let project = in_flight();
    project.write("migrations/b.toml", stumbling(UNIQUE).replace("+ 1", "+ 2"));
    project.run(&["migrate"]).exits(5).complains("statements that are done are others now");
    assert_eq!(numbers(&project), ["1", "1"]);
    project.run(&["resolve", "--continue"]).exits(5).complains("statements that are done are others now");
    project.write("migrations/b.toml", stumbling(UNIQUE).replace("\"n\"", "\"m\""));
    project.run(&["resolve", "--continue"]).exits(5).complains("statements that are done are others now");
    // Without its file, the journal knows its text.
    std::fs::remove_file(project.path("migrations/b.toml")).unwrap();
    project.run(&["migrate"]).exits(5).complains("its file is gone");
    project.database().execute_batch("UPDATE t SET body = 'y' WHERE id = 2").unwrap();
    project.ok(&["resolve", "--continue"]);
    assert_eq!(numbers(&project), ["11", "11"]);
}

#[test]
fn what_is_done_can_be_undone_or_declared_to_be_settled() {
    let project = in_flight();
    project.ok(&["resolve", "--rollback"]).says("it is put back to where it was begun");
    assert_eq!(project.recorded(), ["a"]);
    assert!(journal(&project).is_empty());
    assert_eq!(project.texts("SELECT name FROM pragma_table_info('t')"), ["id", "body"]);
    // And then it can be begun anew.
    project.database().execute_batch("UPDATE t SET body = 'y' WHERE id = 2").unwrap();
    project.ok(&["migrate"]);
    assert_eq!(numbers(&project), ["11", "11"]);

    let project = in_flight();
    project.ok(&["resolve", "--mark-applied"]).says("it is recorded as applied");
    assert_eq!(project.recorded(), ["a", "b"]);
    assert_eq!(numbers(&project), ["1", "1"]);
    project.ok(&["migrate"]).says("nothing to do");

    let project = in_flight();
    project.ok(&["resolve", "--mark-unapplied"]).says("it is recorded as not applied");
    assert_eq!(project.recorded(), ["a"]);
    project.ok(&["showmigrations"]).hides("in flight");
}

#[test]
fn without_a_revision_in_flight_there_is_nothing_to_settle() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["resolve"]).says("no revision is in flight");
    assert!(!project.has("app.db"));
    project.ok(&["migrate"]);
    assert_eq!(project.json(&["resolve"])["in_flight"], serde_json::Value::Null);
    for flag in ["--continue", "--rollback", "--mark-applied", "--mark-unapplied"] {
        project.run(&["resolve", flag]).exits(1).complains("no revision is in flight");
    }
    project.run(&["resolve", "--continue", "--rollback"]).exits(2);
    project.run(&["resolve", "--statement", "done"]).exits(2);
    // A run in transactions needs no journal.
    assert!(project.texts("SELECT name FROM sqlite_master WHERE name = 'limbeck_journal'").is_empty());
}

#[test]
fn a_revision_of_which_nothing_is_done_is_not_in_flight() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["migrate"]);
    let raw = "transaction = \"none\"\n\n[[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO nowhere VALUES (1); SELECT 1\"";
    project.write("migrations/b.toml", revision("b", &["a"], raw));
    project.run(&["migrate"]).exits(1).complains("nothing of it is done");
    project.ok(&["resolve"]).says("no revision is in flight");
}

#[test]
fn what_a_server_takes_only_outside_a_transaction_is_run_there() {
    let vacuum = |transaction: &str| {
        let rest = format!(
            "{transaction}\n[[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO t (body) VALUES ('a'); VACUUM; \
             PRAGMA journal_mode = WAL; INSERT INTO t (body) VALUES ('b')\""
        );
        revision("b", &["a"], &rest)
    };
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", vacuum(""))]);
    project.run(&["migrate"]).exits(1).complains("VACUUM").complains("transaction = \"none\"");
    assert_eq!(project.recorded(), ["a"]);
    project.write("migrations/b.toml", vacuum("transaction = \"none\"\n"));
    project.run(&["migrate", "--single-transaction"]).exits(1).complains("outside a transaction");
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT body FROM t ORDER BY id"), ["a", "b"]);
    assert_eq!(project.texts("PRAGMA journal_mode"), ["wal"]);
    // A script of it has no transaction either.
    let script = project.ok(&["migrate", "--sql", "a:b"]).stdout;
    assert!(script.contains("VACUUM;") && !script.contains("BEGIN"), "{script}");
}

#[test]
fn a_configuration_without_transactions_holds_for_each_revision_that_says_nothing() {
    let config = "[databases.default]\nurl = \"sqlite://app.db\"\n\n[migrations]\ntransaction = \"none\"\n";
    let project = Project::with_config(config);
    let two = |id: &str, header: &str| {
        let rest = format!(
            "{header}\n[[upgrade]]\nop = \"execute\"\nsql = \"CREATE TABLE {id} (x); INSERT INTO missing VALUES (1)\""
        );
        revision(id, &[], &rest)
    };
    project.write("migrations/a.toml", two("a", ""));
    project.run(&["migrate"]).exits(5);
    assert_eq!(project.tables(), ["a"]);
    project.ok(&["resolve", "--mark-unapplied"]);
    project.write("migrations/a.toml", two("c", "transaction = \"revision\"\n"));
    project.run(&["migrate"]).exits(1).complains("rolled back");
    assert_eq!(project.tables(), ["a"]);
}
