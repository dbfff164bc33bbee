//! One configuration, several databases.

use serde_json::json;

use super::support::{Project, table};

/// Four databases with the same revisions, of which the third cannot be opened.
fn one_is_broken() -> Project {
    let mut config = String::new();
    for name in ["a", "b", "c", "d"] {
        config.push_str(&format!("[databases.{name}]\nurl = \"sqlite://{name}.db\"\n"));
    }
    let project = Project::with_config(&config);
    project.write("migrations/one.toml", table("one", &[], "t"));
    project.write("migrations/two.toml", table("two", &["one"], "u"));
    project
        .write("c.db", "no database, and long enough that a header would be looked for in it. ".repeat(10));
    project
}

#[test]
fn at_once_and_each_to_its_end() {
    let project = one_is_broken();
    let ran = project.run(&["migrate", "--all-databases", "--jobs", "3"]).exits(1);
    let ran = ran.says("[a] Applying one").says("[b] Applying two").says("[d] Applying two");
    ran.complains("database: c").complains("1 of 4 databases failed: c").complains("the other 3 are done");
    for name in ["a", "b", "d"] {
        let tables: i64 = project
            .open(&format!("{name}.db"))
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name IN ('t', 'u')", [], |row| row.get(0))
            .expect("it can be asked");
        assert_eq!(tables, 2, "{name}");
    }
    // The same again: what is done is not done again.
    std::fs::remove_file(project.path("c.db")).expect("it is there");
    let ran = project.ok(&["migrate", "--all-databases", "--jobs", "8"]);
    ran.says("[c] Applying two").says("[a] nothing to do").hides("[a] Applying");
    let ran = project.ok(&["downgrade", "base", "--all-databases", "--jobs", "4", "-y"]);
    ran.says("[a] Undoing two").says("[d] Undoing one");
}

#[test]
fn json_tells_each() {
    let project = one_is_broken();
    let ran = project.run(&["-o", "json", "migrate", "--all-databases", "--jobs", "4"]).exits(1);
    let mut names: Vec<String> =
        ran.objects().iter().map(|row| row["database"].as_str().expect("a name").to_owned()).collect();
    names.sort();
    assert_eq!(names, ["a", "b", "d"]);
    assert!(ran.error()["message"].as_str().is_some_and(|text| text.contains("c.db")), "{ran}");
    // A command that only reads shows the others, too.
    let ran = project.run(&["-o", "json", "current", "--all-databases", "--jobs", "2"]).exits(1);
    let heads: Vec<_> = ran.objects().into_iter().map(|row| row["heads"].clone()).collect();
    assert_eq!(heads, [json!(["two"]), json!(["two"]), json!(["two"])]);
}

#[test]
fn a_table_of_revisions_and_databases() {
    let config = "[databases.main]\nurl = \"sqlite://main.db\"\n[databases.audit]\nurl = \"sqlite://audit.db\"\n\
                  [databases.other]\nurl = \"sqlite://other.db\"\nmigrations = \"elsewhere\"\n";
    let project = Project::with_config(config);
    project.write("migrations/one.toml", table("one", &[], "t"));
    project.write(
        "migrations/two.toml",
        table("two", &["one"], "u").replace("message", "databases = [\"audit\"]\nmessage"),
    );
    project.write("migrations/three.toml", table("three", &["two"], "v"));
    project.write("elsewhere/z.toml", table("z", &[], "z"));
    project.ok(&["migrate", "-d", "main"]);
    project.ok(&["migrate", "two", "-d", "audit"]);
    let ran = project.ok(&["showmigrations", "--all-databases"]);
    insta::assert_snapshot!(ran.stdout);
    // What is for one database is recorded in the others and makes nothing there.
    assert!(project.open("main.db").query_row("SELECT * FROM u", [], |_| Ok(())).is_err());
    // The long form stays a list for each.
    project.ok(&["showmigrations", "--all-databases", "--long"]).says("main:").says("applied:");
}

#[test]
fn many_databases_that_stand_alike_share_a_column() {
    let mut config = String::new();
    for number in 1..=20 {
        config.push_str(&format!("[databases.t{number:02}]\nurl = \"sqlite://t{number:02}.db\"\n"));
    }
    let project = Project::with_config(&config);
    project.write("migrations/one.toml", table("one", &[], "t"));
    project.write("migrations/two.toml", table("two", &["one"], "u"));
    project.ok(&["migrate", "--all-databases", "--jobs", "4"]);
    project.ok(&["downgrade", "one", "-d", "t07", "-y"]);
    insta::assert_snapshot!(project.ok(&["showmigrations", "--all-databases", "--jobs", "4"]).stdout);
}

#[test]
fn a_model_says_which_database_it_is_for() {
    let config = "[databases.main]\nurl = \"sqlite://main.db\"\nmigrations = \"main\"\n\
                  [databases.audit]\nurl = \"sqlite://audit.db\"\nmigrations = \"audit\"\n";
    let project = Project::with_config(config);
    for folder in ["main", "audit"] {
        std::fs::create_dir(project.path(folder)).expect("it is not there yet");
    }
    project.write(
        "src/lib.rs",
        "#[derive(limbeck::Table)]\n#[limbeck(table = \"users\", database = \"main\")]\npub struct User { \
         #[limbeck(primary_key)] pub id: i64 }\n\
         #[derive(limbeck::Table)]\n#[limbeck(table = \"entries\", database = \"audit\")]\npub struct Entry { \
         #[limbeck(primary_key)] pub id: i64 }\n",
    );
    let ran = project.ok(&["-o", "json", "makemigrations", "--all-databases"]);
    let made: Vec<_> = ran
        .objects()
        .iter()
        .map(|row| (row["database"].clone(), row["operations"][0]["table"].clone()))
        .collect();
    assert_eq!(made, [(json!("main"), json!("users")), (json!("audit"), json!("entries"))]);
    project.ok(&["migrate", "--all-databases", "--jobs", "2"]);
    let ran = project.ok(&["check", "--all-databases", "--jobs", "2"]);
    ran.says("[main] everything agrees").says("[audit] everything agrees");
}

#[test]
fn stamping_several() {
    let project = one_is_broken();
    let ran = project.run(&["stamp", "one", "--all-databases", "--jobs", "2"]).exits(1);
    ran.says("[a] one is recorded as applied").says("[d] one is recorded").complains("database: c");
}

/// A project with a main database and a template of SQLite files.
fn tenants(each: &str) -> Project {
    let config = format!(
        "default = \"main\"\n[databases.main]\nurl = \"sqlite://main.db\"\nmigrations = \"main\"\n\
         [databases.tenants]\nurl = \"sqlite://tenant-{{each}}.db\"\neach = {each}\n"
    );
    let project = Project::with_config(&config);
    project.write("migrations/one.toml", table("one", &[], "t"));
    project.write(
        "migrations/two.toml",
        table("two", &["one"], "u").replace("message", "databases = [\"tenants\"]\nmessage"),
    );
    project.write("main/a.toml", table("a", &[], "customers").replace("name = \"body\"", "name = \"name\""));
    project
}

#[test]
fn tenants_out_of_a_list_a_file_and_a_query() {
    for each in [
        "{ list = [\"acme\", \"the globe\"] }",
        "{ file = \"names.txt\" }",
        "{ query = \"SELECT name FROM customers ORDER BY name\", database = \"main\" }",
    ] {
        let project = tenants(each);
        project.write("names.txt", "# those who pay\nacme\n\nthe globe\n");
        project.ok(&["migrate"]);
        project
            .open("main.db")
            .execute_batch("INSERT INTO customers (name) VALUES ('acme'), ('the globe')")
            .expect("they are written");
        let ran = project.ok(&["migrate", "-d", "tenants", "--jobs", "2"]);
        ran.says("[tenants/acme] Applying two").says("[tenants/the globe] Applying one");
        assert!(project.has("tenant-acme.db") && project.has("tenant-the globe.db"), "{each}");
        project.ok(&["downgrade", "one", "-d", "tenants/acme", "-y"]);
        // A run goes on where each of them stands.
        let ran = project.ok(&["migrate", "--all-databases", "--jobs", "4"]);
        ran.says("Applying two").says("[tenants/the globe] nothing to do").says("[main] nothing to do");
        let ran = project.ok(&["showmigrations", "-d", "tenants"]);
        ran.says("tenants/acme").says("tenants/the globe");
        project.run(&["migrate", "-d", "tenants/nobody"]).exits(2).complains("tenants/nobody");
    }
}

#[test]
fn templates_that_are_wrong() {
    for (each, words) in [
        ("{ list = [\"a\"], file = \"x\" }", "in one way"),
        ("{ lst = [\"a\"] }", "did you mean `list`"),
        ("{ list = [\"a\", \"a\"] }", "twice"),
        ("{ list = [\"a/b\"] }", "cannot have"),
        ("{ list = [\"\"] }", "is empty"),
        ("{ file = \"nowhere.txt\" }", "nowhere.txt"),
        ("{ query = \"SELECT 1\", database = \"tenants\" }", "no database of its own"),
        ("{ query = \"SELECT 1\", database = \"nobody\" }", "no database of its own"),
    ] {
        let ran = tenants(each).run(&["migrate", "-d", "tenants"]).exits(2);
        ran.complains(words).complains("limbeck.toml:");
    }
    let ran = tenants("{ query = \"SELECT name FROM nothing\", database = \"main\" }");
    ran.ok(&["migrate"]);
    ran.run(&["migrate", "-d", "tenants"]).exits(1).complains("SELECT name FROM nothing");
    let config = "[databases.tenants]\nurl = \"sqlite://one.db\"\neach = { list = [\"a\"] }\n";
    Project::with_config(config).run(&["current"]).exits(2).complains("`{each}` stands nowhere");
}

#[test]
fn a_server_that_is_down_stops_and_hides_no_other() {
    let project = Project::with_config(
        "[databases.a]\nurl = \"sqlite://a.db\"\n[databases.down]\nurl = \"postgres://app:s3cret@127.0.0.1:1/app\"\n\
         connect_timeout = \"5s\"\n[databases.gone]\nurl = \"mysql://app:s3cret@127.0.0.1:1/app\"\nconnect_timeout = \"5s\"\n\
         [databases.z]\nurl = \"sqlite://z.db\"\n",
    );
    project.write("migrations/one.toml", table("one", &[], "t"));
    for jobs in ["1", "4"] {
        let ran = project.run(&["migrate", "--all-databases", "--jobs", jobs]).exits(1);
        let ran = ran.complains("database: down").complains("database: gone").hides("s3cret");
        ran.complains("2 of 4 databases failed: down, gone").complains("the other 2 are done");
        for name in ["a.db", "z.db"] {
            project
                .open(name)
                .query_row("SELECT count(*) FROM t", [], |_| Ok(()))
                .expect("the table is there");
        }
    }
    let ran =
        project.run(&["-o", "json", "current", "--all-databases", "--jobs", "2"]).exits(1).hides("s3cret");
    let shown: Vec<_> = ran.objects().into_iter().map(|row| row["database"].clone()).collect();
    assert_eq!(shown, [json!("a"), json!("z")]);
    // The one that is down can be left out.
    project.ok(&["check", "-d", "a", "-d", "z"]);
}
