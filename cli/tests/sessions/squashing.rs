//! `squashmigrations` and `optimizemigration`: one revision for several, and the same with fewer operations.

use serde_json::json;

use super::support::{Project, revision, table};

/// a: t(id, body), b: + note, c: note → remark and an index, d: - body.
fn chain() -> Project {
    let step =
        |id: &str, parent: &str, text: &str| revision(id, &[parent], &format!("\n[[upgrade]]\n{text}"));
    Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        (
            "b.toml",
            step(
                "b",
                "a",
                "op = \"add_column\"\ntable = \"t\"\ncolumn = { name = \"note\", type = \"text\", nullable = true }",
            ),
        ),
        (
            "c.toml",
            step(
                "c",
                "b",
                "op = \"rename_column\"\ntable = \"t\"\ncolumn = \"note\"\nto = \"remark\"\n\n[[upgrade]]\nop = \"create_index\"\ntable = \"t\"\nname = \"t_remark\"\ncolumns = [\"remark\"]",
            ),
        ),
        ("d.toml", step("d", "c", "op = \"drop_column\"\ntable = \"t\"\ncolumn = \"body\"")),
    ])
}

fn squash(project: &Project) -> String {
    let name = project
        .list("migrations")
        .into_iter()
        .find(|name| name.contains("squash"))
        .expect("the squash is there");
    format!("migrations/{name}")
}

#[test]
fn d023_several_revisions_become_one() {
    let project = chain();
    let made = project.json(&["squashmigrations", "a", "d", "--rev-id", "s"]);
    assert_eq!(made["replaces"], json!(["a", "b", "c", "d"]));
    assert_eq!(made["operations"].as_array().unwrap().len(), 1, "{made}");
    let text = project.read(&squash(&project));
    assert!(text.contains("remark") && !text.contains("body"), "{text}");
    assert!(text.contains("replaces = [\"a\", \"b\", \"c\", \"d\"]"), "{text}");
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ["s"], "none was applied: the squash runs");
    assert_eq!(project.texts("SELECT name FROM pragma_table_info('t')"), ["id", "remark"]);
    project.ok(&["downgrade", "base"]);
    assert!(project.tables().is_empty() && project.recorded().is_empty());
}

#[test]
fn d024_a_squash_is_used_as_far_as_what_it_replaces_is_applied() {
    let project = chain();
    project.ok(&["migrate"]);
    project.ok(&["squashmigrations", "a", "d", "--rev-id", "s"]);
    project.ok(&["migrate"]).says("nothing to do");
    assert!(project.recorded().contains(&"s".to_owned()), "all are applied: so is the squash");
    let project = chain();
    project.ok(&["migrate", "b"]);
    project.ok(&["squashmigrations", "a", "d", "--rev-id", "s"]);
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT name FROM pragma_table_info('t')"), ["id", "remark"]);
    assert!(project.recorded().starts_with(&["a", "b", "c", "d"].map(str::to_owned)), "the originals");
}

#[test]
fn d025_what_builds_on_the_last_one_builds_on_the_squash() {
    let project = chain();
    project.ok(&["squashmigrations", "b", "c", "--rev-id", "s", "-m", "the squash"]);
    let shown = project.json(&["show", "s"])["revisions"][0].clone();
    assert_eq!((&shown["parents"], &shown["message"]), (&json!(["a"]), &json!("the squash")));
    project.ok(&["history"]).says("s -> d").says("a -> s");
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ["a", "d", "s"]);
    project.ok(&["check", "--offline"]);
}

#[test]
fn d026_raw_sql_is_not_passed_and_rows_stay_where_they_are() {
    let project = chain();
    let raw = "\n[[upgrade]]\nop = \"execute\"\nsql = \"UPDATE t SET note = body\"";
    project.write("migrations/x.toml", revision("x", &["b"], raw));
    project.write(
        "migrations/c.toml",
        project.read("migrations/c.toml").replace("parents = [\"b\"]", "parents = [\"x\"]"),
    );
    let made = project.json(&["squashmigrations", "a", "d", "--rev-id", "s"]);
    let kinds: Vec<&str> =
        made["operations"].as_array().unwrap().iter().map(|row| row["op"].as_str().unwrap()).collect();
    assert_eq!(kinds[..2], ["create_table", "execute"], "{kinds:?}");
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT name FROM pragma_table_info('t')"), ["id", "remark"]);
}

#[test]
fn d027_a_squash_of_a_squash() {
    let project = chain();
    project.ok(&["squashmigrations", "a", "b", "--rev-id", "s"]);
    project.ok(&["squashmigrations", "s", "c", "--rev-id", "z"]);
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ["d", "z"]);
    let project = chain();
    project.ok(&["migrate", "b"]);
    project.ok(&["squashmigrations", "a", "b", "--rev-id", "s"]);
    project.ok(&["squashmigrations", "s", "c", "--rev-id", "z"]);
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT name FROM pragma_table_info('t')"), ["id", "remark"]);
}

#[test]
fn labels_and_dependencies_go_with_the_squash() {
    let project = chain();
    project.write("migrations/x.toml", table("x", &[], "u"));
    let b = project.read("migrations/b.toml");
    project.write(
        "migrations/b.toml",
        b.replace("message", "labels = [\"notes\"]\ndepends_on = [\"x\"]\nmessage"),
    );
    project.ok(&["squashmigrations", "b", "d", "--rev-id", "s"]);
    let shown = project.json(&["show", "notes"])["revisions"][0].clone();
    assert_eq!((&shown["revision"], &shown["depends_on"]), (&json!("s"), &json!(["x"])));
    for gone in ["b", "c", "d"] {
        std::fs::remove_file(project.path(&format!("migrations/{gone}.toml"))).unwrap();
    }
    project.ok(&["migrate", "notes"]);
    assert_eq!(project.recorded(), ["a", "s", "x"], "what it needs came along");
}

#[test]
fn what_cannot_be_one_is_refused_and_nothing_is_written() {
    let project = chain();
    let before = project.list("migrations");
    project.run(&["squashmigrations", "d", "a"]).exits(1).complains("a does not build on d");
    project.write("migrations/e.toml", revision("e", &["d"], "databases = [\"other\"]"));
    let ran = project.run(&["squashmigrations", "a", "e"]).exits(1);
    ran.complains("are for different databases");
    project.write("migrations/e.toml", revision("e", &["d"], "transaction = \"none\""));
    project.run(&["squashmigrations", "a", "e"]).exits(1).complains("transactions");
    std::fs::remove_file(project.path("migrations/e.toml")).unwrap();
    project.ok(&["squashmigrations", "a", "d", "--dry-run"]).says("replaces = [\"a\", \"b\", \"c\", \"d\"]");
    assert_eq!(project.list("migrations"), before);
    let made = project.json(&["squashmigrations", "a", "d", "--no-optimize"]);
    assert_eq!(made["operations"].as_array().unwrap().len(), 5);
}

#[test]
fn a_way_back_that_was_written_by_hand_stays() {
    let project = chain();
    let b = project.read("migrations/b.toml");
    let by_hand = "\n[[downgrade]]\nop = \"execute\"\nsql = \"SELECT 'by hand'\"\n\n[[downgrade]]\nop = \"drop_column\"\ntable = \"t\"\ncolumn = \"note\"\n";
    project.write("migrations/b.toml", format!("{b}{by_hand}"));
    project.ok(&["squashmigrations", "a", "c", "--rev-id", "s"]);
    let text = project.read(&squash(&project));
    assert!(text.contains("by hand"), "{text}");
    project.ok(&["migrate"]);
    project.ok(&["downgrade", "base"]);
    assert!(project.tables().is_empty());
    let project = chain();
    project.write("migrations/b.toml", b.replace("message", "downgrade = \"irreversible\"\nmessage"));
    project.ok(&["squashmigrations", "a", "c"]).says("it cannot be undone");
    // One whose way back leads somewhere else is not taken over.
    let project = chain();
    let wrong = "\n[[downgrade]]\nop = \"add_column\"\ntable = \"t\"\ncolumn = { name = \"x\", type = \"text\", nullable = true }\n";
    project.write("migrations/b.toml", format!("{b}{wrong}"));
    project.run(&["squashmigrations", "b", "c"]).exits(1).complains("does not lead to where they began");
    assert_eq!(project.list("migrations").len(), 4);
}

#[test]
fn a_revision_is_made_shorter_as_long_as_it_is_not_applied() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["optimizemigration", "a"]).says("cannot be made shorter");
    let add = |name: &str| {
        format!(
            "\n[[upgrade]]\nop = \"add_column\"\ntable = \"t\"\ncolumn = {{ name = \"{name}\", type = \"text\", nullable = true }}\n"
        )
    };
    let long = table("a", &[], "t") + &add("x") + &add("y");
    project.write("migrations/a.toml", &long);
    project.run(&["optimizemigration", "a", "--check"]).exits(3).says("3 operations became 1");
    project.ok(&["optimizemigration", "a", "--dry-run"]).says("create_table").hides("add_column");
    assert_eq!(project.read("migrations/a.toml"), long);
    project.ok(&["optimizemigration", "a"]).says("3 operations became 1");
    let text = project.read("migrations/a.toml");
    assert!(!text.contains("add_column") && text.contains("\"y\""), "{text}");
    project.write("migrations/a.toml", &long);
    project.ok(&["migrate"]);
    project.run(&["optimizemigration", "a"]).exits(1).complains("squashmigrations a a");
    project.ok(&["squashmigrations", "a", "a", "--rev-id", "s"]);
    project.ok(&["migrate"]).says("nothing to do");
}
