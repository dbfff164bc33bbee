//! What the commands promise, one by one.

use serde_json::json;

use super::support::{Project, Ran, revision, table};

fn chain() -> Project {
    Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", table("b", &["a"], "u")),
        ("c.toml", table("c", &["b"], "v")),
    ])
}

#[test]
fn migrate_never_goes_back() {
    let project = chain();
    project.ok(&["migrate"]);
    project.ok(&["migrate", "a"]).says("nothing to do").says("limbeck downgrade a");
    project.ok(&["migrate", "base"]).says("nothing to do");
    project.ok(&["upgrade", "head"]).says("nothing to do").hides("limbeck downgrade");
    assert_eq!(project.recorded(), ["a", "b", "c"]);
}

#[test]
fn who_reads_makes_no_database() {
    let project = chain();
    let commands: [&[&str]; 13] = [
        &["showmigrations"],
        &["showmigrations", "--plan"],
        &["showmigrations", "--graph"],
        &["current"],
        &["heads"],
        &["branches"],
        &["history"],
        &["history", "--long"],
        &["show", "a"],
        &["migrate", "--plan"],
        &["migrate", "--sql"],
        &["sqlmigrate", "a"],
        &["downgrade", "base"],
    ];
    for command in commands {
        project.ok(command);
        assert_eq!(project.list("."), ["limbeck.toml", "migrations"], "{command:?}");
    }
    project.ok(&["downgrade", "base"]).says("nothing to do");
    project.run(&["current", "--check-heads"]).exits(3);
    assert!(!project.has("app.db"));
}

#[test]
fn relative_targets() {
    let project = chain();
    project.ok(&["migrate", "+1"]);
    assert_eq!(project.recorded(), ["a"]);
    project.run(&["migrate", "+3"]).exits(1).complains("+3").complains("help: ");
    project.ok(&["migrate", "base+2"]);
    assert_eq!(project.recorded(), ["a", "b"]);
    project.ok(&["migrate", "head"]);
    project.ok(&["downgrade", "-1"]);
    project.ok(&["downgrade", "head-2"]);
    assert_eq!(project.recorded(), ["a"]);
    project.run(&["downgrade", "-2"]).exits(1).complains("-2");
    project.run(&["downgrade", "b"]).exits(1).complains("b").complains("not applied");
    project.run(&["migrate", "a+9"]).exits(1).complains("a+9");
    assert_eq!(project.recorded(), ["a"]);
    project.ok(&["downgrade", "a-1"]);
    assert!(project.recorded().is_empty());
    project.run(&["downgrade", "-1"]).exits(1).complains("-1");
}

#[test]
fn prefixes_must_be_unambiguous() {
    let project = Project::with_revisions(&[
        ("1.toml", table("abc1", &[], "t")),
        ("2.toml", table("abd2", &["abc1"], "u")),
    ]);
    project.run(&["migrate", "ab"]).exits(1).complains("abc1").complains("abd2");
    project.ok(&["migrate", "abc"]);
    assert_eq!(project.recorded(), ["abc1"]);
    project.run(&["show", "xyz"]).exits(1).complains("xyz").complains("limbeck history");
    project.run(&["migrate", "abc2"]).exits(1).complains("did you mean");
}

#[test]
fn plan_dry_run_and_fake() {
    let project = chain();
    project.ok(&["migrate", "--plan"]).says("apply a").says("Create table t");
    assert!(!project.has("app.db"));
    project.ok(&["migrate", "--dry-run"]).says("3 revisions tried and rolled back");
    assert!(!project.has("app.db"));
    project.ok(&["migrate", "a", "--fake"]);
    assert_eq!(project.recorded(), ["a"]);
    assert!(project.tables().is_empty());
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["u", "v"]);
    project.ok(&["downgrade", "a", "--dry-run"]).says("2 revisions tried");
    project.ok(&["downgrade", "a", "--fake"]);
    assert_eq!(
        (project.recorded(), project.tables()),
        (vec!["a".to_owned()], vec!["u".to_owned(), "v".to_owned()])
    );
    // A dry run finds what would fail.
    project.run(&["migrate", "--dry-run"]).exits(1).complains("already exists");
    assert_eq!(project.recorded(), ["a"]);
}

#[test]
fn what_loses_data_is_announced_and_can_be_forbidden() {
    let project = chain();
    project.ok(&["migrate"]);
    project.write(
        "migrations/d.toml",
        revision("d", &["c"], "\n[[upgrade]]\nop = \"drop_table\"\ntable = \"t\""),
    );
    let open = "[databases.default]\nurl = \"sqlite://app.db\"\n";
    project.write("limbeck.toml", format!("{open}[migrations]\ndestructive = \"forbid\"\n"));
    let ran = project.run(&["migrate"]).exits(1);
    ran.complains("lose data").complains("table t").complains("--allow-destructive");
    let ran = project.run(&["-o", "json", "migrate"]).exits(1);
    assert_eq!(ran.error()["code"], "destructive");
    project.run(&["downgrade", "base"]).exits(1).complains("--allow-destructive");
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    project.ok(&["migrate", "--plan"]).says("loses data");
    project.ok(&["migrate", "--allow-destructive"]).complains("table t");
    assert_eq!(project.tables(), ["u", "v"]);
    project.write("limbeck.toml", format!("{open}[migrations]\ndestructive = \"allow\"\n"));
    let ran = project.ok(&["downgrade", "b"]);
    assert!(ran.stderr.is_empty(), "{ran}");
    project.write("limbeck.toml", open);
    project.ok(&["downgrade", "base"]).complains("would lose data");
}

#[test]
fn raw_sql_that_drops_or_empties_a_table_is_announced_and_can_be_forbidden() {
    let project = chain();
    project.ok(&["migrate"]);
    let raw = |sql: &str| format!("\n[[upgrade]]\nop = \"execute\"\nsql = \"{sql}\"\n");
    let open = "[databases.default]\nurl = \"sqlite://app.db\"\n";
    project.write("limbeck.toml", format!("{open}[migrations]\ndestructive = \"forbid\"\n"));
    for sql in ["DELETE FROM u", "UPDATE u SET id = 0; DROP TABLE u"] {
        project.write("migrations/d.toml", revision("d", &["c"], &raw(sql)));
        project.run(&["migrate"]).exits(1).complains("raw SQL").complains("--allow-destructive");
    }
    // What cannot be cut into statements may do anything.
    project.write("migrations/d.toml", revision("d", &["c"], &raw("DELETE FROM u; SELECT 'open")));
    project.run(&["migrate"]).exits(1).complains("cannot be told");
    // A name may hold what elsewhere begins a string.
    let odd = "CREATE TABLE [it's] (id integer); DROP TABLE [it's]; DROP TABLE u";
    project.write("migrations/d.toml", revision("d", &["c"], &raw(odd)));
    project.run(&["migrate"]).exits(1).complains("takes away: `DROP TABLE u`");
    project.ok(&["migrate", "--allow-destructive"]).complains("`DROP TABLE u`");
    assert_eq!(project.tables(), ["t", "v"]);
    // What only another database would do, or a trigger once it fires.
    let elsewhere = "\n[[upgrade]]\nop = \"execute\"\nsql = { mysql = \"TRUNCATE t\", sqlite = \"CREATE TRIGGER tr \
                     AFTER INSERT ON t BEGIN DELETE FROM v; END\" }\n";
    project.write("migrations/d2.toml", revision("d2", &["d"], elsewhere));
    let ran = project.ok(&["migrate"]);
    assert!(ran.stderr.is_empty(), "{ran}");
    // Which rows go is said by a condition.
    project.write("migrations/e.toml", revision("e", &["d2"], &raw("DELETE FROM t WHERE id < 0")));
    let ran = project.ok(&["migrate"]);
    assert!(ran.stderr.is_empty(), "{ran}");
}

#[test]
fn check_heads_says_whether_something_is_missing() {
    let project = chain();
    project.ok(&["migrate", "b"]);
    project.run(&["current", "--check-heads"]).exits(3);
    let ran = project.run(&["-o", "json", "current", "--check-heads"]).exits(3);
    assert_eq!(ran.object()["heads"], json!(["b"]));
    project.ok(&["migrate"]);
    project.ok(&["current", "--check-heads"]);
}

#[test]
fn stamp_records_and_runs_nothing() {
    let project = chain();
    project.ok(&["stamp", "head"]);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    assert!(project.tables().is_empty());
    project.ok(&["stamp", "a"]);
    assert_eq!(project.recorded(), ["a"]);
    project.ok(&["stamp", "base"]);
    assert!(project.recorded().is_empty());
    project.ok(&["stamp", "b"]);
    // A record that contradicts the files: its revision's parent is not applied, and a stranger is.
    project.database().execute_batch(
        "DELETE FROM limbeck_revisions WHERE revision = 'a'; UPDATE limbeck_revisions SET revision = 'stranger', file_text = '' WHERE revision = 'b'",
    ).unwrap();
    project.ok(&["stamp", "c", "--purge"]);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    project.run(&["stamp", "nowhere", "--purge"]).exits(1);
    assert_eq!(project.recorded(), ["a", "b", "c"], "a purge that fails takes nothing away");
}

#[test]
fn a_record_that_contradicts_the_graph_is_refused() {
    let project = chain();
    project.ok(&["migrate"]);
    project.database().execute("DELETE FROM limbeck_revisions WHERE revision = 'a'", []).unwrap();
    for command in [&["migrate"][..], &["downgrade", "base"]] {
        project.run(command).exits(1).complains("limbeck stamp REVISION --purge");
    }
    project.ok(&["showmigrations"]);
    project.ok(&["stamp", "head", "--purge"]);
    project.ok(&["migrate"]).says("nothing to do");
}

#[test]
fn two_heads_are_merged() {
    let project = chain();
    project.write("migrations/d.toml", table("d", &["b"], "w"));
    project
        .run(&["makemigrations", "--empty", "x"])
        .exits(1)
        .complains("c")
        .complains("d")
        .complains("limbeck merge");
    project.run(&["migrate", "head"]).exits(1).complains("c@head").complains("`heads`");
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ["a", "b", "c", "d"]);
    project.run(&["downgrade", "-1"]).exits(1).complains("ambiguous").complains("c").complains("d");
    project.ok(&["branches"]).says("b");
    project.ok(&["merge", "-m", "together", "--rev-id", "m"]);
    project.ok(&["migrate", "head"]);
    project.ok(&["current", "--check-heads"]);
    project.ok(&["downgrade", "-1"]);
    assert_eq!(project.recorded(), ["a", "b", "c", "d"], "the merge alone");
    project.run(&["merge", "-m", "again"]).exits(1);
}

#[test]
fn a_parent_that_is_no_head_needs_splice() {
    let project = chain();
    project.run(&["makemigrations", "--empty", "--head", "a", "x"]).exits(1).complains("--splice");
    project.ok(&["makemigrations", "--empty", "--head", "a", "--splice", "--rev-id", "d", "x"]);
    assert_eq!(project.json(&["heads"])["heads"], json!(["c", "d"]));
    project.ok(&[
        "makemigrations",
        "--empty",
        "--head",
        "d",
        "--rev-id",
        "e",
        "--label",
        "side",
        "--depends-on",
        "c",
        "x",
    ]);
    let shown = project.json(&["show", "side"]);
    assert_eq!(shown["revisions"][0]["depends_on"], json!(["c"]));
    project
        .run(&["makemigrations", "--empty", "--head", "e", "--label", "side", "x"])
        .exits(1)
        .complains("side");
    project
        .run(&["makemigrations", "--empty", "--head", "e", "--label", "base", "x"])
        .exits(1)
        .complains("base");
    project
        .run(&["makemigrations", "--empty", "--head", "e", "--depends-on", "nowhere", "x"])
        .exits(1)
        .complains("nowhere");
}

#[test]
fn labels_and_dependencies() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a1", &[], "t").replace("message", "labels = [\"shop\"]\nmessage")),
        ("b.toml", table("b1", &[], "u").replace("message", "labels = [\"billing\"]\nmessage")),
        ("c.toml", table("a2", &["a1"], "v").replace("message", "depends_on = [\"billing\"]\nmessage")),
    ]);
    project.ok(&["migrate", "shop@head"]);
    assert_eq!(project.recorded(), ["a1", "a2", "b1"], "the dependency came along");
    project.run(&["downgrade", "shop@-9"]).exits(1);
    project.ok(&["downgrade", "shop@-1"]);
    assert_eq!(project.recorded(), ["a1", "b1"]);
    project.ok(&["migrate"]);
    // What a2 needs is undone: a2 goes first.
    project.ok(&["downgrade", "billing@base"]);
    assert_eq!(project.recorded(), ["a1"]);
    project.ok(&["history", "shop@base:shop@head"]).says("a2");
}

#[test]
fn a_squash_stands_for_what_it_replaces() {
    let squash = table("s", &[], "t").replace("message", "replaces = [\"a\", \"b\"]\nmessage")
        + &table("b", &["a"], "u").split_once("\n\n").map(|(_, rest)| format!("\n{rest}")).unwrap();
    let old =
        Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", table("b", &["a"], "u"))]);
    old.ok(&["migrate"]);
    old.write("migrations/s.toml", &squash);
    old.write("migrations/c.toml", table("c", &["s"], "v"));
    old.ok(&["migrate"]);
    assert_eq!(old.tables(), ["t", "u", "v"]);
    assert!(old.recorded().contains(&"s".to_owned()), "{:?}", old.recorded());
    // Where nothing is applied, the squash runs alone.
    let new = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", table("b", &["a"], "u")),
        ("s.toml", squash.clone()),
        ("c.toml", table("c", &["s"], "v")),
    ]);
    new.ok(&["migrate"]);
    assert_eq!((new.recorded(), new.tables()), (vec!["c".to_owned(), "s".to_owned()], old.tables()));
    // The old files may go then, everywhere.
    for project in [&old, &new] {
        std::fs::remove_file(project.path("migrations/a.toml")).unwrap();
        std::fs::remove_file(project.path("migrations/b.toml")).unwrap();
        project.ok(&["migrate"]).says("nothing to do");
        project.ok(&["downgrade", "base"]);
        assert!(project.tables().is_empty() && project.recorded().is_empty());
    }
}

#[test]
fn several_databases() {
    let config = "default = \"one\"\n[databases.one]\nurl = \"sqlite://app.db\"\n[databases.two]\nurl = \"sqlite://two.db\"\n\
                  [databases.three]\nurl = \"sqlite://three.db\"\nmigrations = \"other\"\n";
    let project = Project::with_config(config);
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.write(
        "migrations/b.toml",
        table("b", &["a"], "u").replace("message", "databases = [\"two\"]\nmessage"),
    );
    project.write("other/z.toml", table("z", &[], "z"));
    project.ok(&["migrate"]);
    assert!(project.has("app.db") && !project.has("two.db"));
    let ran = project.ok(&["-o", "json", "migrate", "-d", "two", "-d", "three"]);
    let names: Vec<_> = ran.objects().iter().map(|row| row["database"].clone()).collect();
    assert_eq!(names, ["two", "three"]);
    let ran = project.ok(&["-o", "json", "current", "--all-databases"]);
    let heads: Vec<_> =
        ran.objects().iter().map(|row| (row["database"].clone(), row["heads"].clone())).collect();
    assert_eq!(
        heads,
        [(json!("one"), json!(["b"])), (json!("two"), json!(["b"])), (json!("three"), json!(["z"]))]
    );
    assert_eq!(project.tables(), ["t"], "b is for two only");
    project.ok(&["showmigrations", "--all-databases"]).says("one").says("three");
    // One that fails does not hide the others.
    project.write(
        "two.db",
        "no database, and long enough that SQLite would look for its header in it. ".repeat(10),
    );
    let ran = project.run(&["-o", "json", "migrate", "--all-databases"]).exits(1);
    assert_eq!(ran.objects().len(), 2, "{ran}");
    ran.complains("two.db");
    project.run(&["migrate", "--all-databases", "-d", "one"]).exits(2);
    project.run(&["migrate", "--all-databases", "--url", "sqlite://x.db"]).exits(2);
}

#[test]
fn several_targets_at_once() {
    let project = chain();
    project.write("migrations/d.toml", table("d", &["a"], "w"));
    project.write("migrations/e.toml", table("e", &["d"], "x"));
    project.ok(&["migrate", "b", "d"]);
    assert_eq!(project.recorded(), ["a", "b", "d"]);
    project.ok(&["stamp", "b", "e"]);
    assert_eq!(project.recorded(), ["a", "b", "d", "e"]);
    project.run(&["migrate", "c", "nowhere"]).exits(1);
    assert_eq!(project.recorded(), ["a", "b", "d", "e"]);
}

#[test]
fn a_database_with_a_write_ahead_log_and_rows_of_its_own() {
    let project = chain();
    project.write("app.db", "");
    let other = project.database();
    other
        .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
        .unwrap();
    // Somebody reads all the while.
    other.execute_batch("BEGIN; SELECT * FROM theirs").unwrap();
    project.ok(&["migrate"]);
    project.ok(&["showmigrations"]).says("[X] c");
    other.execute_batch("COMMIT").unwrap();
    project.ok(&["downgrade", "base"]);
    assert_eq!(project.tables(), ["theirs"]);
    assert_eq!(project.texts("SELECT a FROM theirs"), ["1"]);
}

#[test]
fn what_a_message_says_stays_words_in_a_script() {
    let text = table("a", &[], "t").replace("about a", "x\\nDROP TABLE t; -- '\\r\\nDROP TABLE t;");
    let project = Project::with_revisions(&[("a.toml", text)]);
    let script = project.ok(&["migrate", "--sql"]).stdout;
    project.write("app.db", "");
    project.database().execute_batch(&script).unwrap();
    assert_eq!(project.tables(), ["t"]);
    assert_eq!(project.recorded(), ["a"]);
}

#[test]
fn record_tables_may_be_called_otherwise() {
    let config = "[databases.default]\nurl = \"sqlite://app.db\"\nversion_table = \"my revisions\"\n";
    let project = Project::with_config(config);
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["my revisions", "t"], "no other table is made");
    project.ok(&["migrate"]).says("nothing to do");
    project.ok(&["downgrade", "base"]);
}

#[test]
fn words_for_shells_and_manuals() {
    let project = Project::bare();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        project.ok(&["completions", shell]).says("showmigrations");
    }
    project.run(&["completions", "tcsh"]).exits(2);
    project.ok(&["man"]).says(".TH limbeck").says("migrate");
}

#[test]
fn logging() {
    let project = chain();
    let ran = project.ok(&["migrate", "a", "-vv"]);
    ran.complains("CREATE TABLE \\\"t\\\"");
    let ran = project.ok(&["migrate", "b"]);
    assert!(ran.stderr.is_empty(), "{ran}");
    let ran = project.ok(&["migrate", "c", "-q"]);
    assert!(ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran}");
    let ran = project.ok(&["downgrade", "base", "-q"]);
    assert!(ran.stdout.is_empty(), "{ran}");
    project.write(
        "limbeck.toml",
        "[databases.default]\nurl = \"sqlite://app.db\"\n[logging]\nlevel = \"debug\"\nformat = \"json\"\n",
    );
    let ran = project.ok(&["migrate"]);
    let lines: Vec<serde_json::Value> =
        ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["fields"]["sql"].is_string()), "{ran}");
}

#[test]
fn nothing_is_coloured_where_there_is_no_terminal() {
    let project = chain();
    Ran::of(project.command(&["migrate", "-vv"]).env_remove("NO_COLOR")).exits(0);
    Ran::of(project.command(&["downgrade", "nowhere"]).env_remove("NO_COLOR")).exits(1);
    let ran = project.command(&["--color", "always", "downgrade", "nowhere"]).output().unwrap();
    assert!(ran.stderr.contains(&0x1b), "colours were asked for");
}

#[test]
fn alembic_and_django_names_do_the_same() {
    let project = chain();
    project.ok(&["upgrade", "head"]);
    project.ok(&["revision", "-m", "by hand", "--rev-id", "d"]);
    assert_eq!(project.json(&["show", "d"])["revisions"][0]["message"], "by hand");
    assert_eq!(project.json(&["show", "d"])["revisions"][0]["parents"], json!(["c"]));
    // With --autogenerate it compares, and there are no models.
    project.run(&["revision", "--autogenerate", "-m", "x"]).exits(1).complains("models");
    project.ok(&["history", "-r", "a:b"]).says("about b").hides("about c");
}

#[test]
fn a_file_outside_of_utf8_names_can_be_the_working_folder() {
    let project = chain();
    let folder = project.path("ünï code 'quoted'");
    std::fs::create_dir(&folder).unwrap();
    for name in ["limbeck.toml", "migrations"] {
        std::fs::rename(project.path(name), folder.join(name)).unwrap();
    }
    Ran::of(project.command(&["migrate"]).current_dir(&folder)).exits(0);
    assert!(folder.join("app.db").exists());
}

#[test]
fn a_revision_for_a_database_that_is_not_configured_is_run_nowhere_and_refused() {
    let project = Project::new();
    let text = revision("a", &[], "\n[[upgrade]]\nop = \"execute\"\nsql = \"SELECT 1\"");
    project.write(
        "migrations/a.toml",
        text.replacen("revision = \"a\"\n", "revision = \"a\"\ndatabases = [\"main\"]\n", 1),
    );
    let url = ["--url", "sqlite://z.db", "--migrations", "migrations"];
    let ran = project.run(&[&url[..], &["migrate"]].concat()).exits(1);
    ran.complains("main").complains("migrations/a.toml");
    assert!(!project.has("z.db"));
    project.ok(&[&url[..], &["-d", "main", "migrate"]].concat()).says("Applying a");
}
