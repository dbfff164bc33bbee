//! `--sql`: scripts that are run by hand leave the same database and the same record as a run.

use super::support::{Project, revision, table};

const TRIGGERS: &str = "-- limbeck: revision c\n-- limbeck: parents b\n-- limbeck: message Triggers; and \"quotes\"\n\n\
    -- limbeck: upgrade\n\
    CREATE TABLE log (what text DEFAULT ';', n integer);\n\
    CREATE TRIGGER watch AFTER INSERT ON t BEGIN\n  INSERT INTO log (what) VALUES (CASE WHEN new.id > 1 THEN 'a;b' ELSE 'END;' END);\n  \
    UPDATE log SET n = 1;\nEND;\n\
    INSERT INTO t (body) VALUES ('it''s; --not a comment');\n\n\
    -- limbeck: downgrade\nDROP TRIGGER watch;\nDROP TABLE log;\nDELETE FROM t;\n";

fn project() -> Project {
    Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("c.sql", TRIGGERS.to_owned()),
        (
            "b.toml",
            revision(
                "b",
                &["a"],
                "\n[[upgrade]]\nop = \"create_table\"\ntable = \"u\"\ncolumns = [{ name = \"id\", type = \"bigint\" }, { name = \"x\", type = \"text\", nullable = true }]\nprimary_key = { columns = [\"id\"] }\n\n\
                 [[upgrade]]\nop = \"create_index\"\ntable = \"u\"\ncolumns = [\"x\"]",
            ),
        ),
    ])
}

/// Everything in the database, but times and who did it.
fn contents(project: &Project) -> Vec<String> {
    let mut all = project.texts(
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY type, name",
    );
    for table in project.tables() {
        let columns = project.texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
        for column in columns {
            all.extend(project.texts(&format!("SELECT \"{column}\" FROM \"{table}\" ORDER BY rowid")));
        }
    }
    all.extend(project.texts(
        "SELECT revision || ' ' || message || ' ' || checksum || ' ' || limbeck_version || ' ' || file_name || ' ' || file_text \
         FROM limbeck_revisions ORDER BY revision",
    ));
    all
}

#[test]
fn triggers_in_sql_revisions_run_whole() {
    let project = project();
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT what FROM log"), ["END;"]);
    assert_eq!(project.texts("SELECT body FROM t"), ["it's; --not a comment"]);
    project.ok(&["downgrade", "a"]);
    assert_eq!(project.tables(), ["t"]);
    assert_eq!(project.texts("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"), ["0"]);
}

#[test]
fn the_sql_of_a_rebuild_keeps_the_rows_that_point_at_the_table() {
    let child = "\n[[upgrade]]\nop = \"create_table\"\ntable = \"u\"\n\
        columns = [{ name = \"id\", type = \"bigint\" }, { name = \"t_id\", type = \"bigint\" }]\nprimary_key = { columns = [\"id\"] }\n\
        foreign_keys = [{ columns = [\"t_id\"], references = { table = \"t\", columns = [\"id\"] }, on_delete = \"cascade\" }]";
    let change =
        "\n[[upgrade]]\nop = \"add_check\"\ntable = \"t\"\nname = \"positive\"\nexpression = \"id > 0\"";
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", revision("b", &["a"], child)),
        ("c.toml", revision("c", &["b"], change)),
    ]);
    project.ok(&["migrate", "b"]);
    project.database().execute_batch("INSERT INTO t (id) VALUES (1); INSERT INTO u VALUES (7, 1)").unwrap();
    let sql = project.ok(&["sqlmigrate", "c"]).stdout;
    project.database().execute_batch(&format!("PRAGMA foreign_keys = ON; {sql}")).unwrap();
    assert_eq!(project.texts("SELECT id FROM u"), ["7"]);
    assert_eq!(project.texts("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%positive%'"), ["1"]);
}

#[test]
fn a_script_by_hand_leaves_what_a_run_leaves() {
    let run = project();
    run.ok(&["migrate"]);
    let by_hand = project();
    let script = by_hand.ok(&["migrate", "--sql"]).stdout;
    assert!(!by_hand.has("app.db"), "a script connects to nothing");
    by_hand.write("app.db", "");
    by_hand.database().execute_batch(&script).unwrap();
    assert_eq!(contents(&by_hand), contents(&run));
    by_hand.ok(&["migrate"]).says("nothing to do");
    by_hand.ok(&["current"]).says("c");

    let back = by_hand.ok(&["downgrade", "--sql", "c:base"]).stdout;
    by_hand.database().execute_batch(&back).unwrap();
    assert!(by_hand.tables().is_empty());
    assert!(by_hand.recorded().is_empty());
    by_hand.ok(&["migrate"]);
    assert_eq!(contents(&by_hand), contents(&run));
}

#[test]
fn a_range_goes_on_where_another_ended() {
    let project = project();
    project.write("app.db", "");
    for range in ["base:a", "a:b", "b:heads"] {
        let script = project.ok(&["migrate", "--sql", range]).stdout;
        project
            .database()
            .execute_batch(&script)
            .unwrap_or_else(|error| panic!("{range}: {error}\n{script}"));
    }
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    project.ok(&["migrate"]).says("nothing to do");
    let back = project.ok(&["downgrade", "--sql", "c:a"]).stdout;
    project.database().execute_batch(&back).unwrap();
    assert_eq!(project.recorded(), ["a"]);
    assert_eq!(project.tables(), ["t"]);
    project.ok(&["migrate"]);
}

#[test]
fn a_script_for_nothing_is_an_empty_script() {
    let project = project();
    let script = project.ok(&["migrate", "--sql", "c:c"]).stdout;
    project.write("app.db", "");
    project.database().execute_batch(&script).unwrap();
    assert!(project.tables().is_empty());
    project.run(&["migrate", "--sql", "nowhere"]).exits(1).complains("nowhere");
    project.run(&["downgrade", "--sql", "base"]).exits(2).complains(":").complains("help: ");
}

#[test]
fn a_script_that_fails_leaves_nothing_of_its_revision() {
    let project = project();
    let script = project.ok(&["migrate", "--sql"]).stdout;
    project.write("app.db", "");
    let database = project.database();
    database.execute_batch("CREATE TABLE log (in_the_way integer)").unwrap();
    assert!(database.execute_batch(&script).is_err());
    drop(database);
    assert_eq!(project.recorded(), ["a", "b"]);
    assert_eq!(project.tables(), ["log", "t", "u"]);
}

#[test]
fn statements_of_one_revision() {
    let project = project();
    project.ok(&["sqlmigrate", "a"]).says("CREATE TABLE \"t\"");
    project.ok(&["sqlmigrate", "c"]).says("UPDATE log SET n = 1;\nEND;");
    project.ok(&["sqlmigrate", "c", "--backwards"]).says("DROP TRIGGER watch;");
    project.ok(&["sqlmigrate", "b"]).says("\"u\"");
    assert!(!project.has("app.db"));
    project.run(&["sqlmigrate", "base"]).exits(1);
    project.run(&["sqlmigrate", "heads", "--dialect", "sqlit"]).exits(2).complains("sqlite");
}
