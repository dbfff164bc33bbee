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
    for (at, operations) in revisions.iter().enumerate() {
        write(&project, at, operations);
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

const REPLACE_V: &str = "op = \"replace_object\"\nkind = \"view\"\nname = \"v\"\ndefinition = \"CREATE VIEW v AS SELECT id, a, b FROM t\"";

const VI: &str = "CREATE TRIGGER vi INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (NEW.a); END";

fn triggers(project: &Project) -> Vec<String> {
    project.texts("SELECT name FROM sqlite_master WHERE type = 'trigger'")
}

#[test]
fn a_view_is_replaced_with_the_triggers_that_it_has() {
    let view = object("view", "v", "CREATE VIEW v AS SELECT id, a FROM t");
    let trigger = object("trigger", "vi", VI);
    // Raw SQL is looked after: what it made stays, what it dropped stays away.
    let project = project(&[&[T, &view, &trigger], &[&raw(&VI.replace("vi ", "wi "))], &[REPLACE_V]]);
    project.ok(&["migrate"]);
    assert_eq!(triggers(&project), ["vi", "wi"]);
    let project = self::project(&[&[T, &view, &trigger], &[&raw("DROP TRIGGER vi")], &[REPLACE_V]]);
    project.ok(&["migrate"]);
    assert!(triggers(&project).is_empty());

    // What nobody has written down stops it.
    let project = self::project(&[&[T, &view, &trigger], &[REPLACE_V]]);
    project.ok(&["migrate", "a"]);
    project.database().execute_batch(&VI.replace("vi ", "wi ")).unwrap();
    project.run(&["migrate"]).exits(1).complains("triggers that no revision knows").complains("wi");
    assert_eq!(triggers(&project), ["vi", "wi"]);
    project.database().execute_batch("DROP TRIGGER vi; DROP TRIGGER wi").unwrap();
    project.run(&["migrate"]).exits(1).complains("are not there any more").complains("vi");
    assert!(triggers(&project).is_empty());
}

#[test]
fn a_table_is_made_anew_with_the_triggers_that_it_has() {
    let trigger = object("trigger", "tr", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END");
    let retype = "op = \"alter_column\"\ntable = \"t\"\ncolumn = \"b\"\ntype = \"integer\"";
    let project = project(&[&[T, &trigger], &[&raw("DROP TRIGGER tr")], &[retype]]);
    project.ok(&["migrate"]);
    assert!(triggers(&project).is_empty());
    let project = self::project(&[&[T, &trigger], &[retype]]);
    project.ok(&["migrate", "a"]);
    project.database().execute_batch("DROP TRIGGER tr").unwrap();
    project.run(&["migrate"]).exits(1).complains("are not there any more").complains("tr");
    assert!(triggers(&project).is_empty());
}

const DROP_B: &str = "op = \"drop_column\"\ntable = \"t\"\ncolumn = \"b\"";

/// Has `t` made anew.
const RETYPE_A: &str = "op = \"alter_column\"\ntable = \"t\"\ncolumn = \"a\"\ntype = \"integer\"";

#[test]
fn what_names_a_column_that_goes_stops_the_revision() {
    let view = object("view", "v", "CREATE VIEW v AS SELECT id, b FROM t");
    let broken = object("view", "w", "CREATE VIEW w AS SELECT gone FROM t");
    let trigger =
        object("trigger", "tr", "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = NEW.b; END");
    let project = project(&[&[T, &view, &broken, &trigger], &[RETYPE_A, DROP_B]]);
    project.ok(&["migrate", "a"]);
    let ran = project.run(&["migrate"]).exits(1);
    ran.complains("trigger tr, view v would not work any more")
        .complains("no such column")
        .complains("help: ");
    assert_eq!(project.recorded(), ["a"]);
    // What the revision itself sees to is no hindrance, wherever in it that stands.
    let [drop_v, drop_tr] = [("view", "v"), ("trigger", "tr")]
        .map(|(kind, name)| format!("op = \"drop_object\"\nkind = \"{kind}\"\nname = \"{name}\""));
    write(&project, 1, &[&drop_tr, RETYPE_A, DROP_B, &drop_v]);
    project.ok(&["migrate"]);
    assert_eq!(project.recorded(), ["a", "b"]);
}

#[test]
fn what_names_a_table_or_view_that_goes_stops_the_revision() {
    let u = T.replace("\"t\"", "\"u\"");
    let trigger = object(
        "trigger",
        "tu",
        "CREATE TRIGGER tu AFTER INSERT ON u BEGIN INSERT INTO t (a) VALUES (NEW.a); END",
    );
    let project = project(&[&[T, &u, &trigger], &["op = \"drop_table\"\ntable = \"t\""]]);
    project.run(&["migrate"]).exits(1).complains("trigger tu would not work any more");
    assert_eq!(project.tables(), ["t", "u"]);

    let drop_v = "op = \"drop_object\"\nkind = \"view\"\nname = \"v\"";
    let v = object("view", "v", "CREATE VIEW v AS SELECT a FROM t");
    let w = object("view", "w", "CREATE VIEW w AS SELECT a FROM v");
    // Its own words are called as the view is.
    let x = object("view", "x", "CREATE VIEW x AS WITH v AS (SELECT 1 AS a) SELECT a FROM v");
    let project = self::project(&[&[T, &v, &w, &x], &[drop_v]]);
    project.run(&["migrate"]).exits(1).complains("view v is dropped").complains("view w").complains("help: ");
    assert_eq!(project.texts("SELECT count(*) FROM w"), ["0"]);
    write(&project, 1, &[drop_v, &drop_v.replace("\"v\"", "\"w\"")]);
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT name FROM sqlite_master WHERE type = 'view'"), ["x"]);
}

#[test]
fn raw_sql_that_foreign_keys_act_on_does_not_go_with_a_rebuild() {
    let u = "op = \"create_table\"\ntable = \"u\"\ncolumns = [{ name = \"id\", type = \"integer\" }, \
             { name = \"tid\", type = \"integer\" }]\nprimary_key = { columns = [\"id\"] }\n\
             foreign_keys = [{ columns = [\"tid\"], references = { table = \"t\", columns = [\"id\"] }, \
             on_delete = \"cascade\", on_update = \"cascade\" }]";
    let z = T.replace("\"t\"", "\"z\"");
    let swap = raw("UPDATE t SET id = -id; UPDATE t SET id = 4 + id");
    let project = project(&[&[T, u, &z], &[&swap, RETYPE_A]]);
    project.ok(&["migrate", "a"]);
    project
        .database()
        .execute_batch(
            "INSERT INTO t (id, a) VALUES (1, '1'), (2, '2'), (3, '3'); INSERT INTO u VALUES (10, 1), (30, 3)",
        )
        .unwrap();
    let refused = |arguments: &[&str]| {
        let ran = project.run(arguments).exits(1);
        ran.complains("foreign keys would act on this change to rows of t").complains("revision of its own");
        assert_eq!(project.recorded(), ["a"]);
    };
    refused(&["migrate"]);
    for sql in ["DELETE FROM t WHERE id = 2", "REPLACE INTO t (id) VALUES (1)"] {
        write(&project, 1, &[&raw(sql), RETYPE_A]);
        refused(&["migrate"]);
    }
    // What is no key may change beside it.
    write(&project, 1, &[&raw("UPDATE t SET a = id WHERE id = 1; DELETE FROM u WHERE id = 9"), RETYPE_A]);
    project.ok(&["migrate"]);
    // By itself it goes, and takes the children along.
    write(&project, 2, &[&swap]);
    write(&project, 3, &["op = \"drop_table\"\ntable = \"z\""]);
    project.run(&["migrate", "--single-transaction"]).exits(1).complains("foreign keys would act");
    project.ok(&["migrate", "--dry-run"]);
    project.ok(&["migrate"]);
    assert_eq!(project.texts("SELECT tid || a FROM u JOIN t ON t.id = tid ORDER BY u.id"), ["31", "13"]);
    // Who switches them off means it.
    let off = raw("PRAGMA foreign_keys = OFF; DELETE FROM t; DELETE FROM u");
    project.write(
        "migrations/e.toml",
        steps("e", &["d"], &[&off]).replace("message", "transaction = \"none\"\nmessage"),
    );
    project.ok(&["migrate"]);
}

#[test]
fn what_a_full_text_table_reads_keeps_its_name() {
    let search = object(
        "virtual_table",
        "found",
        "CREATE VIRTUAL TABLE found USING fts5(a, content='t', content_rowid='id')",
    );
    let rename = |column: &str| {
        format!("op = \"rename_column\"\ntable = \"t\"\ncolumn = \"{column}\"\nto = \"{column}2\"")
    };
    let project = project(&[&[T, &search], &[&rename("b")]]);
    project.ok(&["migrate"]);
    let refused = |operation: &str, said: &str| {
        write(&project, 2, &[operation]);
        project.run(&["migrate"]).exits(1).complains(said).complains("found").complains("help: ");
        assert_eq!(project.recorded(), ["a", "b"]);
    };
    refused(&rename("a"), "reads the column t.a");
    refused(&rename("id"), "reads the column t.id");
    refused("op = \"rename_table\"\ntable = \"t\"\nto = \"u\"", "reads the table t");
    refused("op = \"drop_column\"\ntable = \"t\"\ncolumn = \"a\"", "column t.a is dropped");
    refused("op = \"drop_table\"\ntable = \"t\"", "table t is dropped");
    let drop = "op = \"drop_object\"\nkind = \"virtual_table\"\nname = \"found\"";
    write(&project, 2, &["op = \"drop_column\"\ntable = \"t\"\ncolumn = \"a\"", drop]);
    project.ok(&["migrate"]);
}

#[test]
fn what_says_a_word_that_is_renamed_is_made_again() {
    let word = "op = \"create_enum\"\nname = \"m\"\nvalues = [\"a\", \"b\"]";
    let table = "op = \"create_table\"\ntable = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\" }, \
                 { name = \"e\", type = \"enum(m)\", default = \"'a'\" }]\nprimary_key = { columns = [\"id\"] }";
    let index = |word: &str| {
        format!(
            "op = \"create_index\"\ntable = \"t\"\nname = \"i\"\ncolumns = [\"id\"]\nwhere = \"e = '{word}'\""
        )
    };
    let rename = "op = \"alter_enum\"\nname = \"m\"\nrename = [{ from = \"a\", to = \"c\" }]";
    let project = project(&[&[word, table, &index("a")], &[rename]]);
    project.ok(&["migrate", "a"]);
    project.run(&["migrate"]).exits(1).complains("the index i of table t says a word of the enum m");
    write(&project, 1, &["op = \"drop_index\"\ntable = \"t\"\nname = \"i\"", rename, &index("c")]);
    project.ok(&["migrate"]);
    project.database().execute_batch("INSERT INTO t (id) VALUES (1)").unwrap();
    assert_eq!(project.texts("SELECT e FROM t INDEXED BY i WHERE e = 'c'"), ["c"]);
    project.ok(&["check"]);
    project.ok(&["downgrade", "a"]);
    assert_eq!(project.texts("SELECT e FROM t WHERE e = 'a'"), ["a"]);
}
