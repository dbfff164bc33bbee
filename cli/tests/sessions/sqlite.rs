//! What SQLite would do without a word, and limbeck does not let it.

use super::support::{Project, revision};

/// A revision with these operations, each the text behind `[[upgrade]]`.
fn steps(id: &str, parents: &[&str], operations: &[&str]) -> String {
    let operations: String =
        operations.iter().map(|operation| format!("\n[[upgrade]]\n{operation}\n")).collect();
    revision(id, parents, &operations)
}

/// Revisions that follow one another, called `a`, `b`, `c` and so on.
fn project(revisions: &[&[&str]]) -> Project {
    let project = Project::new();
    for at in 0..revisions.len() {
        write(&project, at, revisions[at]);
    }
    project
}

fn write(project: &Project, at: usize, operations: &[&str]) {
    let ids = ["a", "b", "c", "d", "e"];
    let parents = if at == 0 { Vec::new() } else { vec![ids[at - 1]] };
    project.write(&format!("migrations/{}.toml", ids[at]), steps(ids[at], &parents, operations));
}

fn raw(sql: &str) -> String {
    format!("op = \"execute\"\nsql = '''{sql}'''")
}

fn object(kind: &str, name: &str, sql: &str) -> String {
    format!("op = \"create_object\"\nkind = \"{kind}\"\nname = \"{name}\"\ndefinition = '''{sql}'''")
}

/// `t`: a key, and `a` and `b`, which may be NULL.
const T: &str = "op = \"create_table\"\ntable = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\" }, \
                 { name = \"a\", type = \"text\", nullable = true }, { name = \"b\", type = \"text\", nullable = true }]\n\
                 primary_key = { columns = [\"id\"] }";

const ADD_N: &str =
    "op = \"add_column\"\ntable = \"t\"\ncolumn = { name = \"n\", type = \"text\", nullable = true }";

#[test]
fn a_temporary_table_does_not_outlive_its_revision() {
    let insert = "op = \"insert\"\ntable = \"t\"\nrows = [{ id = 1, n = \"x\" }]";
    let temporary = raw("CREATE TEMP TABLE t AS SELECT * FROM main.t");
    let project = project(&[&[T], &[&temporary], &[ADD_N], &[insert]]);
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT n FROM t"), ["x"]);
    project.ok(&["check"]);
}

#[test]
fn a_temporary_table_takes_no_change_for_another() {
    let temporary = raw("CREATE TEMP TABLE T AS SELECT * FROM main.t");
    let project = project(&[&[T], &[&temporary, ADD_N]]);
    let refused = |arguments: &[&str]| {
        project.run(arguments).exits(1).complains("temporary table T hides").complains("help: ");
        assert_eq!(project.texts("SELECT count(*) FROM pragma_table_info('t')"), ["3"]);
    };
    project.ok(&["migrate", "a"]);
    refused(&["migrate"]);
    // One transaction for all of them leaves no place to drop it in between.
    write(&project, 1, &[&temporary]);
    write(&project, 2, &[ADD_N]);
    refused(&["migrate", "--single-transaction"]);
    let dropped = raw("CREATE TEMP TABLE t AS SELECT * FROM main.t; DROP TABLE temp.t");
    write(&project, 1, &[&dropped]);
    project.ok(&["migrate", "--single-transaction"]);
    assert_eq!(project.texts("SELECT count(*) FROM pragma_table_info('t')"), ["4"]);
}
