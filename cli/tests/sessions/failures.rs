//! Runs that fail on the way: what was begun is rolled back, and the error says where it stands.

use std::fs;

use super::support::{Project, revision, table};

/// A revision that inserts and then fails in the fourth line of its second operation.
fn failing(id: &str, parents: &[&str]) -> String {
    revision(
        id,
        parents,
        "\n[[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO t (body) VALUES ('half')\"\n\n\
         [[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO missing_table VALUES (1)\"\n\n\
         [[upgrade]]\nop = \"create_table\"\ntable = \"later\"\ncolumns = [{ name = \"a\", type = \"text\" }]",
    )
}

#[test]
fn a_failing_statement_undoes_its_revision_and_says_where() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", failing("b", &["a"])),
        ("c.toml", table("c", &["b"], "u")),
    ]);
    project
        .run(&["migrate"])
        .exits(1)
        .complains("migrations/b.toml:9:")
        .complains("INSERT INTO missing_table VALUES (1)")
        .complains("no such table: missing_table")
        .complains("SQLITE_ERROR")
        .complains("rolled back");
    assert_eq!(project.tables(), ["t"]);
    assert_eq!(project.recorded(), ["a"]);
    assert_eq!(project.texts("SELECT count(*) FROM t"), ["0"]);

    let ran = project.run(&["-o", "json", "migrate"]).exits(1);
    let error = ran.error();
    assert_eq!(error["code"], "statement-failed");
    assert_eq!(error["revision"], "b");
    assert_eq!(error["statement"], "INSERT INTO missing_table VALUES (1)");
    assert_eq!(error["location"]["file"], "migrations/b.toml");
    assert_eq!(error["location"]["line"], 9);
    assert_eq!(ran.object(), serde_json::json!({ "database": "default", "steps": [] }));

    // Once it is mended, it goes on from there.
    project.write(
        "migrations/b.toml",
        failing("b", &["a"]).replace("missing_table VALUES (1)", "t (id) VALUES (2)"),
    );
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["later", "t", "u"]);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
}

#[test]
fn a_failing_sql_file_points_at_its_statement() {
    let text = "-- limbeck: revision a\n-- limbeck: parents\n-- limbeck: message x\n\n-- limbeck: upgrade\n\
                CREATE TABLE t (a);\n\n  INSERT INTO t\n  VALUES (1, 2);\n\n-- limbeck: downgrade\nDROP TABLE t;\n";
    let project = Project::with_revisions(&[("a.sql", text)]);
    project
        .run(&["migrate"])
        .exits(1)
        .complains("migrations/a.sql:8:3")
        .complains("1 columns but 2 values")
        .complains("rolled back");
    assert!(project.tables().is_empty());
    assert!(project.recorded().is_empty());
}

#[test]
fn a_syntax_error_in_a_sql_file_points_at_its_word() {
    let text = "-- limbeck: revision a\r\n-- limbeck: parents\r\n-- limbeck: message x\r\n\r\n-- limbeck: upgrade\r\n\
                CREATE TABLE t (a);\r\nINSERT INTO t VALUES (1);\r\nINSERT INTO t SELECT * FORM t;\r\n";
    let project = Project::with_revisions(&[("a.sql", text)]);
    project
        .run(&["migrate"])
        .exits(1)
        .complains("migrations/a.sql:8:24")
        .complains("near \"FORM\"")
        .complains("run the command again");
}

#[test]
fn the_same_statement_twice_points_at_the_one_that_failed() {
    let text = "-- limbeck: revision a\n-- limbeck: parents\n-- limbeck: message x\n\n-- limbeck: upgrade\n\
                CREATE TABLE t (a UNIQUE);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);\n";
    let project = Project::with_revisions(&[("a.sql", text)]);
    project.run(&["migrate"]).exits(1).complains("migrations/a.sql:8:1").complains("UNIQUE");
}

#[test]
fn rows_that_do_not_fit_a_new_constraint_are_named_and_stay() {
    let unique =
        revision("b", &["a"], "\n[[upgrade]]\nop = \"add_unique\"\ntable = \"t\"\ncolumns = [\"body\"]");
    let not_null = revision(
        "b",
        &["a"],
        "\n[[upgrade]]\nop = \"alter_column\"\ntable = \"t\"\ncolumn = \"body\"\nnullable = false",
    );
    let check = revision(
        "b",
        &["a"],
        "\n[[upgrade]]\nop = \"add_check\"\ntable = \"t\"\nname = \"c\"\nexpression = \"body <> 'x'\"",
    );
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["migrate"]);
    project.database().execute_batch("INSERT INTO t (body) VALUES ('x'), ('x'), (NULL)").unwrap();
    let before = project.texts("SELECT sql FROM sqlite_master ORDER BY name");
    for text in [unique, not_null, check] {
        project.write("migrations/b.toml", text);
        project.run(&["migrate"]).exits(1).complains("migrations/b.toml:").complains("help: ");
        assert_eq!(project.recorded(), ["a"]);
        assert_eq!(project.texts("SELECT count(*) FROM t"), ["3"]);
        assert_eq!(project.texts("SELECT sql FROM sqlite_master ORDER BY name"), before);
    }
}

#[test]
fn a_syntax_error_in_raw_sql_points_at_its_file() {
    let text = revision("a", &[], "\n[[upgrade]]\nop = \"execute\"\nsql = \"CREATE TABEL t (a)\"");
    let project = Project::with_revisions(&[("a.toml", text)]);
    project.run(&["migrate"]).exits(1).complains("migrations/a.toml:5:").complains("TABEL");
    assert!(project.recorded().is_empty());
}

#[test]
fn a_failing_downgrade_stays_applied() {
    let text = table("a", &[], "t")
        + "\n[[downgrade]]\nop = \"drop_table\"\ntable = \"t\"\n\n[[downgrade]]\nop = \"execute\"\nsql = \"DELETE FROM missing\"\n";
    let project = Project::with_revisions(&[("a.toml", text)]);
    project.ok(&["migrate"]);
    project.run(&["downgrade", "base"]).exits(1).complains("DELETE FROM missing").complains("rolled back");
    assert_eq!(project.tables(), ["t"]);
    assert_eq!(project.recorded(), ["a"]);
}

#[test]
fn a_commit_that_leaves_dangling_references_is_refused() {
    let deferred = "-- limbeck: revision a\n-- limbeck: parents\n-- limbeck: message x\n\n-- limbeck: upgrade\n\
        CREATE TABLE p (id integer PRIMARY KEY);\n\
        CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED);\n\
        INSERT INTO c VALUES (1, 7);\n";
    let project = Project::with_revisions(&[("a.sql", deferred)]);
    project
        .run(&["migrate"])
        .exits(1)
        .complains("FOREIGN KEY")
        .complains("migrations/a.sql")
        .complains("rolled back");
    assert!(project.tables().is_empty());
    assert!(project.recorded().is_empty());
    // The same in one transaction for the whole run.
    project
        .run(&["migrate", "--single-transaction"])
        .exits(1)
        .complains("FOREIGN KEY")
        .complains("as it was");
    assert!(project.recorded().is_empty());
}

#[test]
fn a_statement_that_ends_the_transaction_is_refused() {
    for statement in ["COMMIT", "ROLLBACK", "END TRANSACTION", "BEGIN"] {
        let text = format!(
            "-- limbeck: revision a\n-- limbeck: parents\n-- limbeck: message x\n\n-- limbeck: upgrade\n\
             CREATE TABLE t (a);\n{statement};\nCREATE TABLE u (a);\n"
        );
        let project = Project::with_revisions(&[("a.sql", text)]);
        project.run(&["migrate"]).exits(1).complains("migrations/a.sql:7:").complains(statement);
        if project.has("app.db") {
            assert!(project.tables().is_empty(), "{statement}");
            assert!(project.recorded().is_empty(), "{statement}");
        }
    }
}

#[test]
fn one_transaction_for_all_is_all_or_nothing() {
    let project =
        Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", failing("b", &["a"]))]);
    let ran = project.run(&["-o", "json", "migrate", "--single-transaction"]).exits(1);
    assert_eq!(ran.object()["steps"], serde_json::json!([]));
    assert!(project.tables().is_empty());
    assert!(project.recorded().is_empty());
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    project.ok(&["migrate", "--single-transaction"]);
    assert_eq!(project.recorded(), ["a", "b"]);
    project.ok(&["downgrade", "base", "--single-transaction"]);
    assert!(project.tables().is_empty());
}

#[test]
fn what_cannot_be_undone_is_named_and_stays() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", revision("b", &["a"], "downgrade = \"irreversible\"")),
        ("c.toml", table("c", &["b"], "u")),
    ]);
    project.ok(&["migrate"]);
    // Known before anything is undone: c stays.
    project
        .run(&["downgrade", "base"])
        .exits(1)
        .complains("revision b")
        .complains("migrations/b.toml")
        .complains("[[downgrade]]");
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    project.ok(&["downgrade", "b"]);
    let ran = project.run(&["-o", "json", "downgrade", "base"]).exits(1);
    assert_eq!(ran.error()["code"], "irreversible");
    assert_eq!(project.tables(), ["t"]);
}

#[test]
fn raw_ddl_without_a_way_back_is_irreversible() {
    let text = revision("a", &[], "\n[[upgrade]]\nop = \"execute\"\nsql = \"CREATE TABLE t (a)\"");
    let sql = "-- limbeck: revision b\n-- limbeck: parents a\n-- limbeck: message x\n\n-- limbeck: upgrade\nDELETE FROM t;\n";
    let project = Project::with_revisions(&[("a.toml", text), ("b.sql", sql.to_owned())]);
    project.ok(&["migrate"]);
    project.run(&["downgrade", "a"]).exits(1).complains("revision b cannot be undone");
    project.write("migrations/b.sql", format!("{sql}\n-- limbeck: downgrade irreversible\n"));
    project.run(&["downgrade", "a"]).exits(1).complains("revision b cannot be undone");
    project.run(&["downgrade", "base"]).exits(1);
    assert_eq!(project.recorded(), ["a", "b"]);
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    let words =
        "This is a letter to my grandmother, and it is long enough to have a header of SQLite's size. "
            .repeat(20);
    project.write("app.db", &words);
    for command in
        [&["migrate"][..], &["current"], &["showmigrations"], &["downgrade", "base"], &["stamp", "a"]]
    {
        project.run(command).exits(1).complains("app.db").complains("no SQLite database");
    }
    assert_eq!(project.read("app.db"), words);
    assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"]);
    // A folder is no database either.
    fs::remove_file(project.path("app.db")).unwrap();
    fs::create_dir(project.path("app.db")).unwrap();
    project.run(&["migrate"]).exits(1).complains("app.db").complains("help: ");
}

#[test]
fn an_empty_file_is_an_empty_database() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.write("app.db", "");
    project.ok(&["current"]).says("nothing is applied");
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["t"]);
}

#[test]
fn a_database_in_a_folder_that_is_not_there_is_named() {
    let project = Project::with_config("[databases.default]\nurl = \"sqlite://no/such/folder/app.db\"\n");
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.run(&["migrate"]).exits(1).complains("no/such/folder").complains("help: ");
    assert!(!project.has("no"));
    project.ok(&["current"]).says("nothing is applied");
}

#[test]
fn a_database_that_somebody_else_locks_is_an_error_after_the_timeout() {
    let config = "[databases.default]\nurl = \"sqlite://app.db\"\nlock_timeout = \"50ms\"\nconnect_timeout = \"50ms\"\n";
    let project = Project::with_config(config);
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.ok(&["migrate"]);
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    let other = project.database();
    other.execute_batch("BEGIN EXCLUSIVE; CREATE TABLE theirs (a);").unwrap();
    for command in [&["migrate"][..], &["downgrade", "base"], &["stamp", "b"], &["current"]] {
        project
            .run(command)
            .exits(1)
            .complains("locked")
            .complains("another program")
            .complains("lock_timeout");
    }
    other.execute_batch("COMMIT").unwrap();
    // A writer that only holds its place lets the readers in.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    project.ok(&["current"]).says("a");
    project.run(&["migrate", "--lock-timeout", "20ms"]).exits(1).complains("another program");
    other.execute_batch("ROLLBACK").unwrap();
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["t", "theirs", "u"]);
    assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"]);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;

    use super::support::ordinary_user;

    let mode = |project: &Project, name: &str, mode: u32| {
        fs::set_permissions(project.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    let mut project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["migrate"]);
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    let before = fs::read(project.path("app.db")).unwrap();
    let user = ordinary_user(&mut project);
    user.owns(&project, &["limbeck.toml", "migrations", "migrations/a.toml", "migrations/b.toml", "app.db"]);

    // A file that may only be read.
    mode(&project, "app.db", 0o444);
    mode(&project, ".", 0o555);
    user.run(project.command(&["current"])).exits(0).says("a");
    user.run(project.command(&["migrate"])).exits(1).complains("app.db").complains("help: ");
    // A folder that may only be read, where neither the lock nor the journal can be made.
    mode(&project, "app.db", 0o644);
    user.run(project.command(&["migrate"])).exits(1).complains("app.db").complains("write");
    // A file that may not even be read.
    mode(&project, "app.db", 0o000);
    user.run(project.command(&["current"])).exits(1).complains("app.db").complains("help: ");
    mode(&project, "app.db", 0o644);
    assert_eq!(fs::read(project.path("app.db")).unwrap(), before);

    // A new revision in a folder that may only be read.
    mode(&project, "migrations", 0o555);
    user.run(project.command(&["makemigrations", "--empty", "x"]))
        .exits(1)
        .complains("migrations")
        .complains("help: ");
    assert_eq!(project.list("migrations"), ["a.toml", "b.toml"]);
    // Revisions that may not be read.
    mode(&project, "migrations/b.toml", 0o000);
    user.run(project.command(&["history"])).exits(1).complains("migrations/b.toml").complains("permission");
    mode(&project, "migrations/b.toml", 0o644);
    mode(&project, "limbeck.toml", 0o000);
    user.run(project.command(&["history"])).exits(2).complains("limbeck.toml").complains("ermission");
    mode(&project, "limbeck.toml", 0o644);
    // A folder in which nothing can be begun.
    fs::create_dir(project.path("closed")).unwrap();
    mode(&project, "closed", 0o555);
    user.run(project.command(&["-C", "closed", "init"]))
        .exits(1)
        .complains("limbeck.toml")
        .complains("help: ");
    for name in [".", "migrations", "closed"] {
        mode(&project, name, 0o755);
    }
    assert!(project.list("closed").is_empty());
}
