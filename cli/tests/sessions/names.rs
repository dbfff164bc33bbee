//! Names that need quoting, everywhere a name can stand.

use super::support::{Project, revision};

const NAMES: [&str; 12] = [
    "select",
    "Order",
    "with space",
    "it's",
    "double \"quoted\"",
    "`back`",
    "[brackets]",
    "ünï—日本",
    "😀",
    "semi;colon--",
    "dot.ted",
    "100%{x}$1?",
];

fn quoted(name: &str) -> String {
    format!("{name:?}")
}

/// The whole life of a table called `name` with everything in it called like it.
fn life(name: &str) {
    let n = quoted(name);
    let other = quoted(&format!("{name} 2"));
    let third = quoted(&format!("{name} 3"));
    let create = revision(
        "a",
        &[],
        &format!(
            r#"
[[upgrade]]
op = "create_table"
table = {n}
columns = [
    {{ name = "id", type = "bigint" }},
    {{ name = {n}, type = "text", nullable = true }},
    {{ name = {other}, type = "bigint", nullable = true }},
]
primary_key = {{ name = {third}, columns = ["id"] }}
unique = [{{ name = {other}, columns = [{n}, {other}] }}]
checks = [{{ name = {n}, expression = "id > 0" }}]
foreign_keys = [{{ name = {name_fk}, columns = [{other}], references = {{ table = {n}, columns = ["id"] }} }}]

[[upgrade]]
op = "create_index"
table = {n}
name = {third}
columns = [{n}]

[[upgrade]]
op = "insert"
table = {n}
rows = [{{ id = 1, {n} = {n} }}]
key = ["id"]
"#,
            name_fk = quoted(&format!("{name} fk")),
        ),
    );
    let rename = revision(
        "b",
        &["a"],
        &format!(
            r#"
[[upgrade]]
op = "rename_column"
table = {n}
column = {n}
to = {third}

[[upgrade]]
op = "rename_table"
table = {n}
to = {other}

[[upgrade]]
op = "rename_index"
table = {other}
name = {third}
to = {n}

[[upgrade]]
op = "rename_constraint"
table = {other}
name = {n}
to = {third_check}
"#,
            third_check = quoted(&format!("{name} check")),
        ),
    );
    let rebuild = revision(
        "c",
        &["b"],
        &format!(
            r#"
[[upgrade]]
op = "alter_column"
table = {other}
column = {third}
nullable = false
fill = "''"

[[upgrade]]
op = "add_column"
table = {other}
column = {{ name = {n}, type = "varchar(10)", nullable = true, default = "'x'" }}

[[upgrade]]
op = "drop_constraint"
table = {other}
name = {third_check}
"#,
            third_check = quoted(&format!("{name} check")),
        ),
    );
    let project = Project::with_revisions(&[("a.toml", create), ("b.toml", rename), ("c.toml", rebuild)]);
    project.ok(&["migrate", "a"]);
    assert_eq!(project.tables(), [name]);
    project.ok(&["migrate"]);
    let later = format!("{name} 2");
    assert_eq!(project.tables(), [later.as_str()], "{name}");
    let ident = later.replace('"', "\"\"");
    assert_eq!(
        project.texts(&format!("SELECT \"{}\" FROM \"{ident}\"", format!("{name} 3").replace('"', "\"\""))),
        [name]
    );
    project.ok(&["-o", "json", "showmigrations"]);
    project.ok(&["show", "c"]);
    project.ok(&["downgrade", "a"]);
    assert_eq!(project.tables(), [name]);
    assert_eq!(
        project.texts(&format!("SELECT \"{0}\" FROM \"{0}\"", name.replace('"', "\"\""))),
        [name],
        "the row went through it all"
    );
    project.ok(&["downgrade", "base"]);
    assert!(project.tables().is_empty());
    // What a script does is the same.
    project.write("app.db", "");
    let script = project.ok(&["migrate", "--sql"]).stdout;
    project.database().execute_batch(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));
    assert_eq!(project.tables(), [later.as_str()]);
    project.ok(&["migrate"]).says("nothing to do");
    project.ok(&["downgrade", "base"]);
}

#[test]
fn names_of_every_kind_live() {
    for name in NAMES {
        life(name);
    }
}

#[test]
fn a_name_that_sqlite_keeps_for_itself_is_an_error_with_its_place() {
    let text = revision(
        "a",
        &[],
        "\n[[upgrade]]\nop = \"create_table\"\ntable = \"sqlite_mine\"\ncolumns = [{ name = \"a\", type = \"text\" }]",
    );
    let project = Project::with_revisions(&[("a.toml", text)]);
    project.run(&["migrate"]).exits(1).complains("migrations/a.toml:5:").complains("sqlite_mine");
    assert!(!project.has("app.db") || project.recorded().is_empty());
}

#[test]
fn names_that_nothing_can_bear_are_refused() {
    for name in ["", "nul\\u0000byte"] {
        let text = revision(
            "a",
            &[],
            &format!(
                "\n[[upgrade]]\nop = \"create_table\"\ntable = \"{name}\"\ncolumns = [{{ name = \"a\", type = \"text\" }}]"
            ),
        );
        let project = Project::with_revisions(&[("a.toml", text)]);
        project.run(&["migrate"]).exits(1).complains("migrations/a.toml:").complains("help: ");
        assert!(!project.has("app.db") || project.recorded().is_empty());
    }
}

#[test]
fn files_of_the_database_may_be_called_anything() {
    for (url, file) in [
        ("sqlite://with%20space%20%26%20%25.db", "with space & %.db"),
        ("sqlite://ünï.db", "ünï.db"),
        ("sqlite://quote'%22.db", "quote'\".db"),
        ("sqlite://what%3F%23.db", "what?#.db"),
    ] {
        let project = Project::with_config("");
        project.write("migrations/a.toml", super::support::table("a", &[], "t"));
        project.ok(&["migrate", "--url", url]);
        assert!(project.has(file), "{url}: {:?}", project.list("."));
        project.ok(&["current", "--url", url]).says("a");
    }
}
