//! `-o json`: the shapes that scripts rely on.

use serde_json::{Value, json};

use super::support::{Project, revision, table};

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Those keys must be there; more may be.
#[track_caller]
fn has(value: &Value, wanted: &[&str]) {
    let there = keys(value);
    for key in wanted {
        assert!(there.contains(key), "no {key} in {value}");
    }
}

fn branched() -> Project {
    Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", revision("b", &["a"], "labels = [\"left\"]")),
        ("c.toml", revision("c", &["a"], "depends_on = [\"b\"]")),
    ])
}

#[test]
fn runs_and_plans() {
    let project = branched();
    let plan = project.json(&["migrate", "--plan"]);
    assert_eq!(plan["database"], "default");
    assert_eq!(plan["steps"][0]["revision"], "a");
    assert_eq!(plan["steps"][0]["direction"], "upgrade");
    assert_eq!(plan["steps"][0]["message"], "about a");
    assert_eq!(plan["steps"][0]["operations"][0]["op"], "create_table");
    assert!(!project.has("app.db"), "a plan makes no database");
    let done = project.json(&["migrate"]);
    let ids: Vec<&Value> = done["steps"].as_array().unwrap().iter().map(|step| &step["revision"]).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert!(done["steps"][0]["duration_ms"].is_u64(), "{done}");
    assert_eq!(project.json(&["migrate"]), json!({ "database": "default", "steps": [] }));
    let plan = project.json(&["downgrade", "base", "--plan"]);
    assert_eq!(plan["steps"][0]["direction"], "downgrade");
    assert_eq!(plan["steps"].as_array().unwrap().len(), 3);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    let undone = project.json(&["downgrade", "base"]);
    assert_eq!(undone["steps"][2]["revision"], "a");
    assert_eq!(project.json(&["downgrade", "base"]), json!({ "database": "default", "steps": [] }));
}

#[test]
fn listings() {
    let project = branched();
    project.ok(&["migrate", "b"]);
    let rows = project.json(&["showmigrations"]);
    assert_eq!(keys(&rows), ["database", "revisions"]);
    for row in rows["revisions"].as_array().unwrap() {
        has(
            row,
            &[
                "revision",
                "message",
                "parents",
                "depends_on",
                "labels",
                "applied",
                "applied_at",
                "head",
                "file",
            ],
        );
    }
    let row = |at: usize, key: &str| rows["revisions"][at][key].clone();
    assert_eq!(
        (row(0, "revision"), row(0, "applied"), row(0, "head")),
        (json!("a"), json!(true), json!(false))
    );
    assert!(row(0, "applied_at").as_str().is_some_and(|time| time.ends_with('Z')), "{rows}");
    assert_eq!((row(1, "labels"), row(1, "parents")), (json!(["left"]), json!(["a"])));
    assert_eq!(
        (row(2, "depends_on"), row(2, "applied"), row(2, "applied_at")),
        (json!(["b"]), json!(false), Value::Null)
    );
    assert_eq!(row(2, "file"), "migrations/c.toml");
    assert_eq!(row(2, "head"), true);

    let history = project.json(&["history"]);
    let ids: Vec<&Value> =
        history["revisions"].as_array().unwrap().iter().map(|row| &row["revision"]).collect();
    assert_eq!(ids, ["c", "b", "a"], "the newest first");
    has(
        &history["revisions"][0],
        &["revision", "message", "parents", "depends_on", "labels", "head", "file"],
    );
    let shown = project.json(&["show", "left"]);
    assert_eq!(shown["revisions"][0]["revision"], "b");
    assert_eq!(project.json(&["heads"]), json!({ "database": "default", "heads": ["b", "c"] }));
    assert_eq!(project.json(&["current"]), json!({ "database": "default", "heads": ["b"] }));
    assert_eq!(
        project.json(&["branches"]),
        json!({ "database": "default", "branches": [{ "revision": "a", "children": ["b", "c"] }] })
    );
}

#[test]
fn new_revisions() {
    let project = branched();
    let made = project.json(&["makemigrations", "--empty", "--head", "b", "--rev-id", "d", "more"]);
    has(&made, &["database", "revision", "file", "operations"]);
    assert_eq!((&made["revision"], &made["operations"]), (&json!("d"), &json!([])));
    assert!(project.has(made["file"].as_str().unwrap()), "{made}");
    let made = project.json(&["merge", "-m", "together", "--rev-id", "m"]);
    assert_eq!(made["revision"], "m");
    assert!(project.has(made["file"].as_str().unwrap()), "{made}");
    assert_eq!(project.json(&["heads"])["heads"], json!(["m"]));
    let dry = project.json(&["makemigrations", "--empty", "--dry-run", "x"]);
    assert_eq!(dry["file"], Value::Null, "{dry}");
}

#[test]
fn stamps_scripts_and_beginnings() {
    let project = branched();
    assert_eq!(
        project.json(&["stamp", "b"]),
        json!({ "database": "default", "added": ["a", "b"], "removed": [] })
    );
    assert_eq!(
        project.json(&["stamp", "a"]),
        json!({ "database": "default", "added": [], "removed": ["b"] })
    );
    let sql = project.json(&["sqlmigrate", "a"]);
    assert_eq!((&sql["revision"], &sql["dialect"]), (&json!("a"), &json!("sqlite")));
    assert!(sql["statements"][0].as_str().is_some_and(|sql| sql.starts_with("CREATE TABLE")), "{sql}");
    let back = project.json(&["sqlmigrate", "a", "--backwards"]);
    let back: Vec<&str> = back["statements"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(back.first(), Some(&"PRAGMA foreign_keys = OFF"), "{back:?}");
    assert!(back.contains(&"DROP TABLE \"t\""), "{back:?}");
    assert_eq!(back.last(), Some(&"PRAGMA foreign_keys = ON"), "{back:?}");
    let bare = Project::bare();
    assert_eq!(bare.json(&["init"]), json!({ "files": ["limbeck.toml", "migrations"] }));
}

#[test]
fn errors_are_one_object_and_the_steps_before_them_are_told() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", revision("b", &["a"], "\n[[upgrade]]\nop = \"execute\"\nsql = \"DELETE FROM missing\"")),
    ]);
    let ran = project.run(&["-o", "json", "migrate"]).exits(1);
    let done = ran.object();
    assert_eq!(done["steps"].as_array().unwrap().len(), 1);
    assert_eq!(done["steps"][0]["revision"], "a");
    let error = ran.error();
    assert_eq!((&error["code"], &error["revision"]), (&json!("statement-failed"), &json!("b")));
    has(&error["location"], &["file", "line", "column"]);

    for (arguments, code, exit) in [
        (&["migrate", "nowhere"][..], "unknown-revision", 1),
        (&["show", "nowhere"], "unknown-revision", 1),
        (&["downgrade", "nowhere"], "unknown-revision", 1),
        (&["migrate", "a@@b"], "invalid-specifier", 1),
        (&["migrate", "-d", "nowhere"], "unknown-database", 2),
        (&["stamp", "nowhere"], "unknown-revision", 1),
        (&["sqlmigrate", "a", "--dialect", "orakel"], "unknown-dialect", 2),
    ] {
        let ran = project.run(&[&["-o", "json"], arguments].concat()).exits(exit);
        assert_eq!(ran.error()["code"], code, "{ran}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
    }
}

#[test]
fn log_lines_do_not_disturb() {
    let project = branched();
    let ran = project.ok(&["-o", "json", "-vv", "--log-format", "json", "migrate"]);
    assert_eq!(ran.object()["steps"].as_array().unwrap().len(), 3);
    let mut statements = 0;
    for line in ran.stderr.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        statements +=
            usize::from(line["fields"]["sql"].as_str().is_some_and(|sql| sql.contains("CREATE TABLE \"t\"")));
    }
    assert_eq!(statements, 1, "{ran}");
}
