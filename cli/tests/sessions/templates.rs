//! Templates of texts, names and projects, and the hooks that run on written files.

use super::support::{Project, Ran};

const CONFIG: &str =
    "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\nfile_template = \"{revision}\"\n";

fn project(migrations: &str) -> Project {
    Project::with_config(&format!("{CONFIG}{migrations}"))
}

const EMPTY: [&str; 5] = ["makemigrations", "--empty", "--rev-id", "a", "the first"];

#[test]
fn a_template_makes_the_whole_text() {
    let project = project("template = \"revision.toml.j2\"\n");
    project.write(
        "revision.toml.j2",
        "# {{ revision }} of {{ database }} ({{ format }}): {{ message | upper }}\n{{ header }}{{ upgrade }}{{ downgrade }}",
    );
    project.write(
        "src/lib.rs",
        "#[derive(limbeck::Table)]\npub struct Note { #[limbeck(primary_key, identity)] pub id: i64 }\n",
    );
    project.ok(&["makemigrations", "--rev-id", "a", "the first"]);
    let text = project.read("migrations/a.toml");
    assert!(text.starts_with("# a of default (toml): THE FIRST\nrevision = \"a\"\n"), "{text}");
    assert!(text.contains("[[upgrade]]") && text.contains("[[downgrade]]"), "{text}");
    project.ok(&["migrate"]);
    project.ok(&["makemigrations", "--check"]);
    project.ok(&["makemigrations", "--empty", "--dry-run", "x"]).says(" of default (toml): X");
    // It is for TOML alone.
    project.ok(&["makemigrations", "--empty", "--format", "sql", "--rev-id", "b", "x"]);
    assert!(project.read("migrations/b.sql").starts_with("-- limbeck: revision b"));
    project.ok(&["merge", "a", "b", "--splice", "--rev-id", "m"]);
    assert!(project.read("migrations/m.toml").starts_with("# m of default"));
}

#[test]
fn a_template_for_sql_has_its_parts_too() {
    let project = project("template = [\"t.toml.j2\", \"t.sql.j2\"]\nformat = \"sql\"\n");
    project.write("t.toml.j2", "{{ nonsense }}");
    project.write("t.sql.j2", "{{ header }}\n-- for {{ parents | join }}{{ upgrade }}{{ downgrade }}");
    project.ok(&EMPTY);
    let text = project.read("migrations/a.sql");
    assert!(text.contains("-- for \n-- limbeck: upgrade"), "{text}");
    project.ok(&["migrate"]);
}

#[test]
fn a_template_that_makes_no_such_revision_is_refused() {
    for (template, says) in [
        ("{{ header", "cannot be filled in"),
        ("{{ nothing }}", "cannot be filled in, line 1"),
        ("hello", "makes what is no revision"),
        ("revision = \"z\"\nparents = []\nmessage = \"\"\n", "another id"),
    ] {
        let project = project("template = \"t.j2\"\n");
        project.write("t.j2", template);
        let ran = project.run(&EMPTY).exits(1).complains("template t.j2").complains(says);
        assert!(project.list("migrations").is_empty(), "{ran}");
    }
    project("template = \"t.j2\"\n").run(&EMPTY).exits(1).complains("t.j2 cannot be read");
}

#[cfg(unix)]
fn with_hook(script: &str, command: &str) -> Project {
    use std::os::unix::fs::PermissionsExt;
    let project = project(&format!("[[migrations.hooks]]\ncommand = {command}\n"));
    project.write("hook", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(project.path("hook"), std::fs::Permissions::from_mode(0o755)).unwrap();
    project
}

#[cfg(unix)]
fn hooked(script: &str, command: &str, code: i32) -> (Project, Ran) {
    let project = with_hook(script, command);
    let ran = project.run(&[&["-o", "json"], &EMPTY[..]].concat()).exits(code);
    (project, ran)
}

#[cfg(unix)]
#[test]
fn hooks_run_on_the_written_file_without_a_shell() {
    let (project, ran) =
        hooked("echo \"$# $1\"; echo '# seen' >> \"$2\"", "[\"./hook\", \"a; b $HOME\", \"{file}\"]", 0);
    assert_eq!(ran.object()["file"], "migrations/a.toml", "standard output is for the answer");
    let ran = ran.complains("2 a; b $HOME").hides("has changed what");
    assert!(project.read("migrations/a.toml").ends_with("# seen\n"), "{ran}");
    // Where the command does not say, the file comes last.
    let (project, _) = hooked("echo '# seen' >> \"$1\"", "[\"./hook\"]", 0);
    assert!(project.read("migrations/a.toml").ends_with("# seen\n"));
    project.ok(&["migrate"]);
    let (_, ran) =
        hooked("sed -i 's/parents = .*/parents = []\\ndepends_on = [\"x\"]/' \"$1\"", "[\"./hook\"]", 0);
    ran.complains("has changed what the revision does");
    let (_, ran) = hooked("exit 4", "[\"./hook\"]", 1);
    assert_eq!(ran.error()["code"], "hook-failed");
    let (_, ran) = hooked("echo '[' >> \"$1\"", "[\"./hook\"]", 1);
    ran.complains("left what is no revision");
    let (_, ran) = hooked("", "[\"./no-such-hook\"]", 1);
    ran.complains("cannot be started");
    let (_, ran) = hooked("", "[]", 2);
    ran.complains("has no `command`");
    self::project("[[migrations.hooks]]\ncomand = [\"x\"]\n")
        .run(&EMPTY)
        .exits(2)
        .complains("did you mean `command`");
    self::project("hooks = \"x\"\n").run(&EMPTY).exits(2).complains("[[migrations.hooks]]");
}

#[test]
fn init_copies_a_set_of_files_and_fills_in_the_configuration() {
    let project = Project::bare();
    project.write("set/limbeck.toml.j2", "[databases.default]\nurl = {{ url }}\n[migrations]\ndir = {{ migrations }}\nformat = {{ format }}\ntemplate = \"revision.toml.j2\"\n");
    project.write("set/revision.toml.j2", "# ours\n{{ text }}");
    project.write("set/docs/README.md", "How we migrate.\n");
    let made = project.json(&["init", "--template", "set", "--url", "sqlite://shop.db"]);
    assert_eq!(made["files"][0], "limbeck.toml");
    assert!(project.read("limbeck.toml").contains("url = \"sqlite://shop.db\""));
    assert_eq!(project.read("docs/README.md"), "How we migrate.\n");
    project.ok(&["makemigrations", "--empty", "x"]);
    let name = project.list("migrations").remove(0);
    assert!(project.read(&format!("migrations/{name}")).starts_with("# ours\n"));
    project.run(&["init", "--template", "set"]).exits(1).complains("limbeck.toml is there already");
}

#[test]
fn init_touches_nothing_if_a_file_of_the_set_is_there() {
    let project = Project::bare();
    project.write("set/a.txt", "new");
    project.write("a.txt", "old");
    project.run(&["init", "--template", "set"]).exits(1).complains("a.txt is there already");
    assert_eq!(project.list("."), ["a.txt", "set"]);
    project.run(&["init", "--template", "nowhere"]).exits(1).complains("nothing was touched");
    let project = Project::bare();
    project.write("set/limbeck.toml", CONFIG);
    project.run(&["init", "--template", "set", "--url", "sqlite://x.db"]).exits(2);
    project.ok(&["init", "--template", "set"]);
    assert_eq!(project.read("limbeck.toml"), CONFIG);
    let project = Project::bare();
    project.write("set/limbeck.toml.j2", "{{ nothing }}");
    project.run(&["init", "--template", "set"]).exits(1).complains("cannot be filled in");
    assert_eq!(project.list("."), ["set"]);
}
