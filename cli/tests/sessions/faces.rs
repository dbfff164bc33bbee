//! `migrate` in its other ways: what is lost with its counts, databases that others made, the bar.

use super::support::{Project, revision, table};

fn drops(id: &str, parent: &str, text: &str) -> String {
    revision(id, &[parent], &format!("\n[[upgrade]]\n{text}"))
}

#[test]
fn losses_are_announced_with_counts() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.ok(&["migrate"]);
    project.database().execute_batch("INSERT INTO t (body) VALUES ('x'), ('y'), (NULL)").unwrap();
    // Both are counted under the names that they have before the run.
    let rename = "op = \"rename_column\"\ntable = \"t\"\ncolumn = \"body\"\nto = \"text\"\n\n[[upgrade]]\n\
                  op = \"rename_table\"\ntable = \"t\"\nto = \"u\"\n\n[[upgrade]]\n\
                  op = \"drop_column\"\ntable = \"u\"\ncolumn = \"text\"";
    project.write("migrations/b.toml", drops("b", "a", rename));
    project.write("migrations/c.toml", drops("c", "b", "op = \"drop_table\"\ntable = \"u\""));
    let ran = project.ok(&["migrate"]).complains("all values of column u.text: 2 there now");
    ran.complains("all rows of table u: 3 there now");
    assert!(project.tables().is_empty());
}

#[test]
fn d017_fake_initial_takes_over_what_is_exactly_there() {
    let made = |sql: &str| {
        let project =
            Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", table("b", &["a"], "u"))]);
        rusqlite::Connection::open(project.path("app.db")).unwrap().execute_batch(sql).unwrap();
        project
    };
    let script = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]).ok(&["sqlmigrate", "a"]).stdout;
    let project = made(&script);
    project.run(&["migrate"]).exits(1).complains("already exists");
    project.ok(&["migrate", "--fake-initial"]);
    assert_eq!(
        (project.recorded(), project.tables()),
        (vec!["a".into(), "b".into()], vec!["t".into(), "u".into()])
    );
    // A table of the same name is not enough.
    let project = made("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, body INTEGER)");
    let ran = project.run(&["migrate", "--fake-initial"]).exits(1);
    ran.complains("something else than what revision a makes").complains("t.body");
    assert!(project.recorded().is_empty());
    // With nothing of it there, it runs.
    let project = made("CREATE TABLE other (id INTEGER)");
    project.ok(&["migrate", "--fake-initial"]);
    assert_eq!(project.tables(), ["other", "t", "u"]);
    project.run(&["migrate", "--fake-initial", "--fake"]).exits(2);
    project.run(&["migrate", "--fake-initial", "--plan"]).exits(2);
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_a_bar_and_a_line_for_each_revision() {
    let project = Project::with_revisions(&[
        ("a.toml", table("a", &[], "t")),
        ("b.toml", table("b", &["a"], "u")),
        ("c.toml", revision("c", &["b"], "\n[[upgrade]]\nop = \"execute\"\nsql = \"CREATE TABLE t (id)\"")),
    ]);
    let mut terminal = project.at_terminal(&["migrate"]);
    terminal.sees("Applying a about a").sees("ok (");
    terminal.sees("Applying b about b").sees("ok (").sees("Applying c about c").sees("failed");
    let said = terminal.ends(1);
    assert!(said.contains("already exists"), "{said}");
    assert_eq!(project.recorded(), ["a", "b"]);
}
