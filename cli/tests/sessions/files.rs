//! Revisions whose files change or go after they were applied, and files that limbeck writes.

use std::fs;

use super::support::{Project, revision, table};

fn applied() -> Project {
    let project =
        Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", table("b", &["a"], "u"))]);
    project.ok(&["migrate"]);
    project
}

#[test]
fn an_edit_after_the_fact_is_refused_until_it_is_accepted() {
    let project = applied();
    project.write("migrations/a.toml", table("a", &[], "t").replace("bigint", "integer"));
    project.write("migrations/c.toml", table("c", &["b"], "v"));
    for command in
        [&["migrate"][..], &["downgrade", "base"], &["migrate", "--fake"], &["migrate", "--dry-run"]]
    {
        project
            .run(command)
            .exits(1)
            .complains("edited after being applied: a")
            .complains("migrations/a.toml")
            .complains("limbeck stamp a --accept-edits");
    }
    assert_eq!(project.recorded(), ["a", "b"]);
    project.ok(&["stamp", "a", "--accept-edits"]);
    assert_eq!(project.recorded(), ["a", "b"]);
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["t", "u", "v"]);
}

#[test]
fn accepting_an_edit_as_the_error_says_takes_nothing_back() {
    let project = applied();
    project.write("migrations/a.toml", table("a", &[], "t").replace("bigint", "integer"));
    // What the error tells the user to run.
    project.ok(&["stamp", "a", "--accept-edits"]);
    assert_eq!(project.recorded(), ["a", "b"]);
    project.ok(&["migrate"]).says("nothing to do");
}

#[test]
fn comments_space_and_other_words_for_the_same_are_no_edit() {
    let project = applied();
    let text = table("a", &[], "t");
    let changed = format!(
        "# why: because\n\n{}\n\n# the end\n",
        text.replace(" = ", "   =   ").replace("about a", "now about a")
    );
    project.write("migrations/a.toml", changed);
    fs::rename(project.path("migrations/b.toml"), project.path("migrations/renamed.toml")).unwrap();
    project.ok(&["migrate"]).says("nothing to do");
    project.ok(&["downgrade", "base"]);
}

#[test]
fn a_comment_in_raw_sql_is_no_edit() {
    let text = "-- limbeck: revision a\n-- limbeck: parents\n-- limbeck: message x\n\n-- limbeck: upgrade\nCREATE TABLE t (a);\n\n-- limbeck: downgrade\nDROP TABLE t;\n";
    let project = Project::with_revisions(&[("a.sql", text)]);
    project.ok(&["migrate"]);
    project.write("migrations/a.sql", text.replace("CREATE TABLE t", "/* a table */\n  CREATE   TABLE\n  t"));
    project.ok(&["migrate"]).says("nothing to do");
    project.write("migrations/a.sql", text.replace("(a)", "(b)"));
    project.run(&["migrate"]).exits(1).complains("edited");
}

#[test]
fn a_revision_whose_file_is_gone_is_shown_and_can_be_undone() {
    let project = applied();
    fs::remove_file(project.path("migrations/b.toml")).unwrap();
    project.ok(&["showmigrations"]).says("b");
    let rows = project.json(&["showmigrations"]);
    let gone = &rows["revisions"][1];
    assert_eq!((gone["revision"].as_str(), gone["applied"].as_bool()), (Some("b"), Some(true)), "{rows}");
    project.ok(&["current"]).says("b");
    project.ok(&["migrate"]).complains("revision b is applied, but its file is gone").says("nothing to do");
    project.ok(&["downgrade", "a"]);
    assert_eq!(project.tables(), ["t"]);
    assert_eq!(project.recorded(), ["a"]);
    project.ok(&["showmigrations"]).hides("b  ");
}

#[test]
fn new_work_beside_a_gone_revision_goes_on() {
    let project = applied();
    fs::remove_file(project.path("migrations/b.toml")).unwrap();
    project.write("migrations/c.toml", table("c", &["a"], "v"));
    project.ok(&["migrate"]).complains("its file is gone");
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    project.ok(&["downgrade", "base"]);
    assert!(project.tables().is_empty());
}

#[test]
fn init_touches_nothing_that_is_there() {
    let project = Project::bare();
    project.ok(&["init"]);
    project.write("limbeck.toml", "# mine\n");
    for command in
        [&["init"][..], &["init", "--format", "sql"], &["-o", "json", "init", "--url", "sqlite://x.db"]]
    {
        project.run(command).exits(1).complains("limbeck.toml is there already");
        assert_eq!(project.read("limbeck.toml"), "# mine\n");
    }
    let project = Project::bare();
    project.write("migrations/a.toml", "mine");
    project.run(&["init"]).exits(1).complains("migrations");
    assert_eq!(project.list("."), ["migrations"]);
    let project = Project::bare();
    project.write("migrations", "a file");
    project.run(&["init"]).exits(1).complains("migrations");
    assert_eq!(project.list("."), ["migrations"]);
    let project = Project::bare();
    project.run(&["init", "--url", "nonsense"]).exits(2).complains("sqlite://");
    assert!(project.list(".").is_empty());
}

#[test]
fn a_new_revision_never_overwrites() {
    let project = applied();
    let before = project.list("migrations");
    project
        .run(&["makemigrations", "--empty", "--rev-id", "a", "x"])
        .exits(1)
        .complains("revision a already");
    assert_eq!(project.list("migrations"), before);
    let config = "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\nfile_template = \"{slug}\"\n";
    project.write("limbeck.toml", config);
    project.ok(&["makemigrations", "--empty", "same words"]);
    project.run(&["makemigrations", "--empty", "same words"]).exits(1).complains("same_words.toml");
    assert_eq!(project.list("migrations").len(), 3);
}

#[test]
fn what_is_written_is_what_is_read() {
    let project = Project::new();
    let message = "It's \"quoted\" \\ and ünïcode 日本 😀\nsecond line";
    project.ok(&["makemigrations", "--empty", "--rev-id", "a", message]);
    project.ok(&["makemigrations", "--empty", "--rev-id", "b", "--format", "sql", "It's -- a 'comment'"]);
    let rows = project.json(&["history"]);
    assert_eq!(rows["revisions"][1]["message"], message);
    assert_eq!(rows["revisions"][0]["message"], "It's -- a 'comment'");
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT message FROM limbeck_revisions WHERE revision = 'a'"), [message]);
}

#[test]
fn a_dry_run_prints_the_revision_and_writes_none() {
    let project = Project::new();
    project.ok(&["makemigrations", "--empty", "--dry-run", "--rev-id", "a", "x"]).says("revision = \"a\"");
    assert!(project.list("migrations").is_empty());
    project.write("migrations/a.toml", revision("a", &[], ""));
    project.ok(&["merge", "--help"]);
}
