//! Revision files and graphs that are wrong: each is an error with its place, and nothing is done.

use super::support::{Project, revision, table};

/// Commands that read the revisions; with bad ones each fails alike.
const READERS: [&[&str]; 8] = [
    &["migrate"],
    &["migrate", "--plan"],
    &["migrate", "--sql"],
    &["downgrade", "base"],
    &["showmigrations"],
    &["history"],
    &["heads"],
    &["current"],
];

/// Every command that reads revisions fails with `code` at `place` (`file:line`), and no database is made.
#[track_caller]
fn refused(revisions: &[(&str, &[u8])], code: &str, place: &str, says: &[&str]) {
    let project = Project::with_revisions(revisions);
    for command in READERS {
        let ran = project.run(&[command, &["-o", "json"]].concat()).exits(1);
        let error = ran.error();
        assert_eq!(error["code"], code, "{ran}");
        let at = match &error["location"] {
            serde_json::Value::Object(at) => format!("{}:{}", at["file"].as_str().unwrap(), at["line"]),
            _ => String::new(),
        };
        assert_eq!(at, place, "{ran}");
    }
    let mut ran = project.run(&["migrate"]).exits(1);
    for text in says {
        ran = ran.complains(text);
    }
    assert!(ran.stderr.contains("help: "), "nothing says what to do:\n{ran}");
    assert!(!project.has("app.db"), "a database was made");
}

#[test]
fn broken_toml_points_at_its_line() {
    refused(
        &[("a.toml", b"revision = \"a\"\nparents = [\nmessage = \"x\"\n")],
        "toml-syntax",
        "migrations/a.toml:3",
        &["migrations/a.toml:3:"],
    );
}

#[test]
fn an_unknown_key_names_the_nearest() {
    refused(
        &[("a.toml", b"revision = \"a\"\nparent = []\nmessage = \"x\"\n")],
        "unknown-key",
        "migrations/a.toml:2",
        &["migrations/a.toml:2:1", "`parents`"],
    );
}

#[test]
fn an_unknown_operation_names_the_nearest() {
    let text = revision("a", &[], "[[upgrade]]\nop = \"create_tabel\"\ntable = \"t\"");
    refused(
        &[("a.toml", text.as_bytes())],
        "unknown-operation",
        "migrations/a.toml:5",
        &["create_tabel", "create_table"],
    );
}

#[test]
fn a_key_of_the_wrong_type_is_named() {
    refused(
        &[("a.toml", b"revision = \"a\"\nparents = \"b\"\nmessage = \"x\"\n")],
        "wrong-type",
        "migrations/a.toml:2",
        &["parents"],
    );
}

#[test]
fn an_empty_file_is_no_revision() {
    refused(&[("a.toml", b"")], "missing-key", "migrations/a.toml:1", &["migrations/a.toml", "`revision`"]);
    refused(&[("a.sql", b"")], "missing-key", "migrations/a.sql:1", &["migrations/a.sql", "`revision`"]);
}

#[test]
fn binary_garbage_is_no_revision() {
    let garbage: Vec<u8> = (0..=255u8).rev().cycle().take(4096).collect();
    refused(&[("a.toml", &garbage)], "not-utf8", "migrations/a.toml:1", &["migrations/a.toml", "UTF-8"]);
    refused(&[("a.sql", &garbage)], "not-utf8", "migrations/a.sql:1", &["migrations/a.sql", "UTF-8"]);
}

#[test]
fn nul_bytes_are_refused_with_their_place() {
    let text = b"revision = \"a\"\nparents = []\nmessage = \"x\0y\"\n";
    refused(&[("a.toml", text)], "toml-syntax", "migrations/a.toml:3", &["migrations/a.toml:3:"]);
}

#[test]
fn two_files_with_one_id_are_both_named() {
    let text = table("same", &[], "t");
    refused(
        &[("one.toml", text.as_bytes()), ("two.toml", text.as_bytes())],
        "duplicate-revision",
        "migrations/one.toml:1",
        &["migrations/one.toml", "migrations/two.toml"],
    );
}

#[test]
fn two_revisions_with_one_label_are_both_named() {
    let one = revision("a", &[], "labels = [\"billing\"]");
    let two = revision("b", &[], "labels = [\"billing\"]");
    refused(
        &[("a.toml", one.as_bytes()), ("b.toml", two.as_bytes())],
        "duplicate-label",
        "migrations/b.toml:4",
        &["billing", "migrations/a.toml", "migrations/b.toml"],
    );
}

#[test]
fn a_missing_parent_is_named_where_it_is_asked_for() {
    let (a, b) = (table("first", &[], "t"), revision("second", &["frist"], ""));
    refused(
        &[("a.toml", a.as_bytes()), ("b.toml", b.as_bytes())],
        "missing-parent",
        "migrations/b.toml:2",
        &["frist", "did you mean `first`?"],
    );
}

#[test]
fn a_missing_parent_is_not_said_to_be_the_revision_itself() {
    let project = Project::with_revisions(&[("b.toml", revision("r2", &["r1"], ""))]);
    project.run(&["migrate"]).exits(1).complains("the parent r1 of revision r2").hides("did you mean `r2`");
}

#[test]
fn a_missing_dependency_is_named_where_it_is_asked_for() {
    let text = revision("a", &[], "depends_on = [\"nothing\"]");
    refused(&[("a.toml", text.as_bytes())], "missing-dependency", "migrations/a.toml:4", &["nothing"]);
}

#[test]
fn cycles_are_drawn() {
    let (a, b) = (revision("a", &["b"], ""), revision("b", &["a"], ""));
    refused(
        &[("a.toml", a.as_bytes()), ("b.toml", b.as_bytes())],
        "cycle",
        "migrations/a.toml:2",
        &["a", "b", "migrations/a.toml", "migrations/b.toml"],
    );
    let own = revision("a", &["a"], "");
    refused(
        &[("a.toml", own.as_bytes())],
        "self-loop",
        "migrations/a.toml:2",
        &["names itself as its parent"],
    );
}

#[test]
fn a_cycle_through_a_dependency_is_drawn() {
    let (a, b) = (revision("a", &[], "depends_on = [\"b\"]"), revision("b", &["a"], ""));
    refused(
        &[("a.toml", a.as_bytes()), ("b.toml", b.as_bytes())],
        "dependency-cycle",
        "migrations/a.toml:1",
        &["migrations/a.toml", "migrations/b.toml"],
    );
}

#[test]
fn ids_are_no_paths_and_no_reserved_words() {
    for id in ["../../etc/passwd", "..", "a/b", "a b", "", "head", "base", "ü", "a\\\\b"] {
        let project = Project::with_revisions(&[("a.toml", revision(id, &[], ""))]);
        let ran = project.run(&["migrate"]).exits(1).complains("migrations/a.toml:1:12").complains("help: ");
        assert!(!project.has("app.db"), "{ran}");
    }
    let project = Project::new();
    for id in ["../x", "..", "head", "a b", ""] {
        project.run(&["makemigrations", "--empty", "--rev-id", id, "x"]).exits(1).complains("error: ");
        assert!(project.list("migrations").is_empty(), "{id}");
    }
}

#[test]
fn a_parent_that_is_a_path_is_refused() {
    let text = revision("a", &["../b"], "");
    refused(&[("a.toml", text.as_bytes())], "bad-revision-name", "migrations/a.toml:2", &["../b"]);
}

#[test]
fn a_slug_stays_in_its_folder() {
    let project = Project::new();
    project.ok(&["makemigrations", "--empty", "--rev-id", "a", "../../../evil / name \n C:\\x"]);
    let names = project.list("migrations");
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(!names[0].contains('/') && !names[0].contains(".."), "{names:?}");
    assert_eq!(project.list("."), ["limbeck.toml", "migrations"]);
    project.ok(&["migrate"]);
}

#[test]
fn a_folder_called_like_a_revision_is_named() {
    let project = Project::new();
    std::fs::create_dir(project.path("migrations/x.toml")).unwrap();
    project.run(&["migrate"]).exits(1).complains("migrations/x.toml").complains("help: ");
    assert!(!project.has("app.db"));
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_and_a_pipe_are_named() {
    let project = Project::new();
    std::os::unix::fs::symlink("nowhere", project.path("migrations/x.toml")).unwrap();
    project.run(&["migrate"]).exits(1).complains("migrations/x.toml").complains("a link to nothing");
    std::fs::remove_file(project.path("migrations/x.toml")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(project.path("migrations/x.toml")).status().unwrap();
    assert!(made.success());
    project.run(&["migrate"]).exits(1).complains("migrations/x.toml");
}

#[test]
fn byte_order_marks_and_carriage_returns_are_taken() {
    let toml = format!("\u{feff}{}", table("a", &[], "t").replace('\n', "\r\n"));
    let sql = "\u{feff}-- limbeck: revision b\r\n-- limbeck: parents a\r\n-- limbeck: message x\r\n\r\n\
               -- limbeck: upgrade\r\nCREATE TABLE u (a);\r\n\r\n-- limbeck: downgrade\r\nDROP TABLE u;\r\n";
    let project = Project::with_revisions(&[("a.toml", toml), ("b.sql", sql.to_owned())]);
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["t", "u"]);
    // The same text with other line ends is no edit.
    project.write("migrations/b.sql", sql.replace("\r\n", "\n").trim_start_matches('\u{feff}'));
    project.ok(&["migrate"]).says("nothing to do");
    project.ok(&["downgrade", "base"]);
    assert!(project.tables().is_empty());
}

#[test]
fn a_message_of_five_megabytes_is_taken() {
    let long = "x".repeat(5 << 20);
    let text = table("a", &[], "t").replace("about a", &long);
    let project = Project::with_revisions(&[("a.toml", text)]);
    project.ok(&["migrate", "-q"]);
    let length = project.texts("SELECT length(message) FROM limbeck_revisions");
    assert_eq!(length, [(5 << 20).to_string()]);
    let rows = project.json(&["showmigrations"]);
    assert_eq!(rows["revisions"][0]["message"].as_str().map(str::len), Some(5 << 20));
    project.ok(&["downgrade", "base", "-q"]);
}

#[test]
fn a_migrations_folder_that_is_not_there_is_named() {
    let project = Project::bare();
    project.write("limbeck.toml", "[databases.default]\nurl = \"sqlite://app.db\"\n");
    project.run(&["migrate"]).exits(1).complains("migrations").complains("limbeck init");
    project.write("migrations", "a file");
    project.run(&["migrate"]).exits(1).complains("migrations").complains("help: ");
    assert!(!project.has("app.db"));
}

#[test]
fn hidden_files_and_others_are_passed_over() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        (".#a.toml", "garbage".to_owned()),
        ("README.md", "garbage".to_owned()),
        ("a.toml.orig", "garbage".to_owned()),
        ("a.toml~", "garbage".to_owned()),
    ]);
    project.write("migrations/old/b.toml", "garbage");
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ["a"]);
}
