//! Commands that look at revisions: `lint`, `test`, `edit`, `graph`.

use serde_json::json;

use super::support::{Project, revision, table};

fn step(id: &str, parents: &[&str], text: &str) -> String {
    revision(id, parents, &format!("\n[[upgrade]]\n{text}"))
}

#[test]
fn lint_looks_at_what_is_missing_in_the_database() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["lint"]).says("1 revision looked at, nothing found");
    project.ok(&["migrate"]);
    project.ok(&["lint"]).says("0 revisions looked at");
    project.write(
        "migrations/b.toml",
        step("b", &["a"], "op = \"drop_column\"\ntable = \"t\"\ncolumn = \"body\""),
    );
    let ran = project.run(&["lint"]).exits(3);
    ran.says("[drop-column]").says("migrations/b.toml:5").says("1 to mend, 0 notes");
    let found = project.run(&["-o", "json", "lint"]).exits(3).object();
    let finding = &found["findings"][0];
    for (key, value) in [
        ("code", json!("drop-column")),
        ("severity", json!("warning")),
        ("revision", json!("b")),
        ("operation", json!(0)),
        ("location", json!({ "file": "migrations/b.toml", "line": 5, "column": 1 })),
    ] {
        assert_eq!(finding[key], value, "{found}");
    }
    assert!(finding["message"].is_string() && finding["help"].is_string());
    project.ok(&["lint", "a"]).says("nothing found");
    project.write(
        "migrations/b.toml",
        format!("# lint: allow drop-column unused\n{}", project.read("migrations/b.toml")),
    );
    project.ok(&["lint"]).says("nothing found");
    project.run(&["lint", "nowhere"]).exits(1);
    project.run(&["lint", "--dialect", "oracle"]).exits(2);
}

#[test]
fn lint_notes_do_not_fail() {
    let alter = "op = \"alter_column\"\ntable = \"t\"\ncolumn = \"body\"\ntype = \"varchar(10)\"";
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        (
            "b.toml",
            step(
                "b",
                &["a"],
                &alter.replace("varchar(10)", "text").replace("type = \"text\"", "default = \"'x'\""),
            ),
        ),
    ]);
    project.ok(&["lint", "b"]).says("[table-rebuild]").says("0 to mend, 1 note");
    project.write("migrations/b.toml", step("b", &["a"], alter));
    project.run(&["lint", "b"]).exits(3).says("[narrowing-type]");
}

#[test]
fn a_revision_is_tried_up_down_and_up_again() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", step("b", &["a"], "op = \"drop_column\"\ntable = \"t\"\ncolumn = \"body\"")),
    ]);
    project.ok(&["test"]).says("ok     a  up, down and up again").says("2 revisions tested, 0 failed");
    assert!(!project.has("app.db"), "it has a database of its own");
    let rows = project.json(&["test", "b"]);
    assert_eq!(
        rows["revisions"],
        json!([{ "revision": "b", "ok": true, "reversible": true, "problems": [] }])
    );
    // A way back that forgets something, one that fails, and a revision that fails.
    let forgets = "\n[[downgrade]]\nop = \"execute\"\nsql = \"SELECT 1\"\n";
    project.write(
        "migrations/b.toml",
        step("b", &["a"], "op = \"create_index\"\ntable = \"t\"\nname = \"i\"\ncolumns = [\"body\"]")
            + forgets,
    );
    let ran = project.run(&["test"]).exits(3);
    let ran = ran.says("failed b").complains("does not lead to where it began");
    ran.complains("migrations/b.toml:1").complains("i");
    project.write(
        "migrations/b.toml",
        step("b", &["a"], "op = \"execute\"\nsql = \"CREATE TABLE u (id)\"")
            + "\n[[downgrade]]\nop = \"execute\"\nsql = \"DROP TABLE v\"\n",
    );
    project.run(&["test"]).exits(3).complains("no such table: v");
    project.write("migrations/b.toml", step("b", &["a"], "op = \"execute\"\nsql = \"CREATE TABLE t (id)\""));
    let failed = project.run(&["-o", "json", "test"]).exits(3).object();
    assert_eq!(failed["revisions"][1]["problems"][0]["code"], "statement-failed", "{failed}");
    // Without a way back there is none to try.
    project.write("migrations/b.toml", step("b", &["a"], "op = \"execute\"\nsql = \"CREATE TABLE u (id)\""));
    project.ok(&["test"]).says("2 revisions tested, 0 failed");
    project.write("migrations/b.toml", revision("b", &["a"], "downgrade = \"irreversible\""));
    project.ok(&["test", "b"]).says("up; it cannot be undone");
}

#[cfg(unix)]
#[test]
fn edit_opens_the_file_in_the_users_editor() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    let edit = |script: &str, code: i32| {
        project.write("editor", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(project.path("editor"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = project.command(&["edit", "head"]);
        command.env("EDITOR", "./editor --wait").env_remove("VISUAL");
        super::support::Ran::of(&mut command).exits(code)
    };
    edit("test \"$1\" = --wait && grep -q about \"$2\"", 0).hides("says something else");
    edit("echo '# a remark' >> \"$2\"", 0).hides("says something else");
    edit("sed -i s/body/text/ \"$2\"", 0).says("says something else").says("stamp a --accept-edits");
    edit("exit 3", 1).complains("failed");
    edit("echo '[' >> \"$2\"", 1).complains("migrations/a.toml");
}

#[test]
fn the_graph_is_drawn() {
    let project = Project::with_revisions(&[
        ("a.toml", revision("a", &[], "")),
        ("b.toml", revision("b", &["a"], "labels = [\"side\"]")),
        ("c.toml", revision("c", &["a"], "depends_on = [\"b\"]").replace("about c", "say \\\"<hi>\\\"")),
        ("d.toml", revision("d", &["b", "c"], "")),
    ]);
    let dot = project.ok(&["graph"]).stdout;
    for line in [
        "\"a\" -> \"b\"",
        "\"b\" -> \"c\" [style = \"dashed\"]",
        "\"c\" -> \"d\"",
        "(side)",
        "say \\\"<hi>\\\"",
    ] {
        assert!(dot.contains(line), "{line}:\n{dot}");
    }
    let mermaid = project.ok(&["graph", "--format", "mermaid"]).stdout;
    for line in ["flowchart BT", "r0 --> r1", "r1 -.-> r2", "&lt;hi&gt;"] {
        assert!(mermaid.contains(line), "{line}:\n{mermaid}");
    }
    let svg = project.ok(&["graph", "--format", "svg"]).stdout;
    assert!(svg.starts_with("<svg") && svg.matches("<circle").count() == 4, "{svg}");
    let html = project.ok(&["graph", "--format", "html"]).stdout;
    assert!(html.contains("<title>Revisions of default</title>") && html.contains("<svg"), "{html}");
    assert_eq!(project.json(&["graph"])["graph"], dot);
}
