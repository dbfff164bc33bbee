//! `makemigrations` with its flags: what is written, and what is refused.

use serde_json::json;

use super::support::{Project, revision, table};

/// A project whose models are these.
fn project(models: &str) -> Project {
    let project = Project::with_config(
        "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\nfile_template = \"{revision}\"\n",
    );
    project.write("src/lib.rs", models);
    project
}

/// Models of tables with a key and these fields.
fn models(tables: &[(&str, &str)]) -> String {
    tables
        .iter()
        .enumerate()
        .map(|(at, (table, fields))| {
            format!(
                "#[derive(limbeck::Table)]\n#[limbeck(table = \"{table}\")]\npub struct Model{at} {{\n    \
                 #[limbeck(primary_key, identity)]\n    pub id: i64,\n{fields}}}\n"
            )
        })
        .collect()
}

fn users(fields: &str) -> String {
    models(&[("users", fields)])
}

/// The operations of a revision's upgrade, by their names.
fn operations(project: &Project, file: &str) -> Vec<String> {
    project
        .read(file)
        .lines()
        .take_while(|line| *line != "[[downgrade]]")
        .filter_map(|line| line.strip_prefix("op = "))
        .map(|op| op.trim_matches('"').to_owned())
        .collect()
}

#[test]
fn d001_d002_check_writes_nothing_and_says_whether_something_is_missing() {
    let project = project(&users(""));
    project.run(&["makemigrations", "--check"]).exits(3).says("Create table users");
    assert!(project.list("migrations").is_empty());
    project.ok(&["makemigrations"]);
    project.ok(&["makemigrations"]).says("no changes");
    project.ok(&["makemigrations", "--check"]).says("no changes");
    assert_eq!(project.list("migrations").len(), 1);
}

#[test]
fn d008_a_dry_run_prints_the_file_and_writes_nothing() {
    let project = project(&users(""));
    let printed = project.ok(&["makemigrations", "--dry-run", "--rev-id", "a"]).stdout;
    assert!(printed.contains("op = \"create_table\"") && project.list("migrations").is_empty(), "{printed}");
    let printed = project.ok(&["makemigrations", "--dry-run", "--format", "sql"]).stdout;
    assert!(printed.contains("-- limbeck: upgrade\nCREATE TABLE"), "{printed}");
}

#[test]
fn d009_messages_are_made_of_the_operations() {
    let project = project(&users(""));
    let first = project.json(&["makemigrations", "--rev-id", "a"]);
    assert_eq!(project.json(&["show", "a"])["revisions"][0]["message"], "initial");
    assert_eq!(first["file"], "migrations/a.toml");
    project.write("src/lib.rs", users("pub nick: Option<String>,\n"));
    project.ok(&["makemigrations", "--rev-id", "b"]);
    assert_eq!(project.json(&["show", "b"])["revisions"][0]["message"], "users_nick");
    let many: String = ["first_name", "last_name", "street_address", "postal_code", "favourite_colour"]
        .map(|name| format!("pub {name}: Option<String>,\n"))
        .concat();
    project.write("src/lib.rs", users(&format!("pub nick: Option<String>,\n{many}")));
    project.ok(&["makemigrations", "--rev-id", "c"]);
    let message = project.json(&["show", "c"])["revisions"][0]["message"].clone();
    assert!(message.as_str().unwrap().ends_with("_and_more"), "{message}");
}

#[test]
fn d013_update_folds_into_the_last_revision() {
    let project = project(&users("pub name: String,\n"));
    project.run(&["makemigrations", "--update"]).exits(1).complains("no revision to change");
    project.ok(&["makemigrations", "--rev-id", "a"]);
    project.ok(&["makemigrations", "--update"]).says("no changes");
    // Another column, and another name for the first: no database has rows there yet, so nothing is asked.
    project.write("src/lib.rs", users("pub full_name: String,\npub age: i32,\n"));
    project.run(&["makemigrations", "--update", "--check"]).exits(3);
    let text = project.read("migrations/a.toml");
    project.ok(&["makemigrations", "--update", "--dry-run"]).says("full_name");
    assert_eq!(project.read("migrations/a.toml"), text, "nothing is written");
    let made = project.json(&["makemigrations", "--update"]);
    assert_eq!((&made["revision"], &made["file"]), (&json!("a"), &json!("migrations/a.toml")));
    assert_eq!(project.list("migrations"), ["a.toml"]);
    assert_eq!(operations(&project, "migrations/a.toml"), ["create_table"]);
    let text = project.read("migrations/a.toml");
    assert!(text.contains("full_name") && !text.contains("\"name\", type"), "{text}");
    assert_eq!(text.matches("[[downgrade]]").count(), 1, "the way back is one again:\n{text}");
    project.ok(&["makemigrations", "--check"]);
    project.ok(&["migrate"]);
    project.write("src/lib.rs", users("pub full_name: String,\n"));
    let ran = project.run(&["makemigrations", "--update"]).exits(1);
    ran.complains("it is applied to database default").complains("leave `--update` out");
    project.ok(&["makemigrations", "--rev-id", "b"]);
    // A message that was made of the operations is made anew.
    project.write("src/lib.rs", users("pub full_name: String,\npub mail: Option<String>,\n"));
    project.ok(&["makemigrations", "--update"]);
    assert_eq!(operations(&project, "migrations/b.toml"), ["drop_column", "add_column"]);
    let message = project.json(&["show", "b"])["revisions"][0]["message"].clone();
    assert_eq!(message, "remove_users_age_users_mail");
    project.ok(&["migrate"]);
    project.ok(&["downgrade", "base"]);
    project.ok(&["check", "--offline"]);
}

#[test]
fn d013_update_keeps_what_was_written_by_hand() {
    let project = project(&users(""));
    project.ok(&["makemigrations", "--rev-id", "a", "the first"]);
    let text = project.read("migrations/a.toml");
    let by_hand = "\n[[upgrade]]\nop = \"execute\"\nsql = \"UPDATE users SET id = id\"\n\n[[downgrade]]";
    project
        .write("migrations/a.toml", format!("# A remark\n{}", text.replacen("\n[[downgrade]]", by_hand, 1)));
    project.write("src/lib.rs", users("pub nick: Option<String>,\n"));
    project.ok(&["makemigrations", "--update"]).complains("comments of migrations/a.toml are gone");
    assert_eq!(operations(&project, "migrations/a.toml"), ["create_table", "execute", "add_column"]);
    assert_eq!(project.json(&["show", "a"])["revisions"][0]["message"], "the first");
    project.ok(&["migrate"]);
    project.ok(&["makemigrations", "--check"]);
}

#[test]
fn d013_update_of_a_sql_revision_appends_statements() {
    let project = project(&users(""));
    project.ok(&["makemigrations", "--rev-id", "a", "--format", "sql"]);
    project.write("src/lib.rs", users("pub nick: Option<String>,\n"));
    project.ok(&["makemigrations", "--update"]);
    let text = project.read("migrations/a.sql");
    let (up, down) = text.split_once("-- limbeck: downgrade").unwrap();
    assert!(up.contains("CREATE TABLE") && up.contains("ALTER TABLE"), "{text}");
    assert!(down.find("ALTER TABLE").unwrap() < down.find("DROP TABLE").unwrap(), "{text}");
    project.ok(&["migrate"]);
    project.ok(&["makemigrations", "--check"]);
    project.ok(&["downgrade", "base"]);
}

#[test]
fn d013_update_refuses_what_others_build_on() {
    let project = project(&models(&[("t", ""), ("u", "")]));
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    project.run(&["makemigrations", "--update", "--head", "a"]).exits(1).complains("not a head");
    project.write("migrations/c.toml", table("c", &[], "v") + "");
    project.run(&["makemigrations", "--update"]).exits(1).complains("there are 2 heads");
    project
        .write("migrations/c.toml", table("c", &[], "v").replace("message", "depends_on = [\"b\"]\nmessage"));
    let ran = project.run(&["makemigrations", "--update", "--head", "b"]).exits(1);
    ran.complains("c depends on it");
    let squash = table("s", &[], "t").replace("message", "replaces = [\"x\"]\nmessage");
    let project = self::project(&models(&[("t", "")]));
    project.write("migrations/s.toml", squash);
    project.run(&["makemigrations", "--update"]).exits(1).complains("it is a squash of x");
}

#[test]
fn flags_that_exclude_each_other_are_refused() {
    let project = project(&users(""));
    let update: [&[&str]; 7] = [
        &["--empty"],
        &["--merge"],
        &["--from", "migrations"],
        &["--label", "x"],
        &["--depends-on", "x"],
        &["--rev-id", "x"],
        &["--format", "sql"],
    ];
    for flags in update {
        project.run(&[&["makemigrations", "--update"], flags].concat()).exits(2);
    }
    let merge: [&[&str]; 5] =
        [&["--empty"], &["--to", "src"], &["--rename", "table:a=b"], &["--no-fill"], &["--using", "a.b=c"]];
    for flags in merge {
        project.run(&[&["makemigrations", "--merge"], flags].concat()).exits(2);
    }
    for flags in [["--check", "--empty"], ["--check", "--dry-run"], ["--autogenerate", "--empty"]] {
        project.run(&[&["makemigrations"], &flags[..]].concat()).exits(2);
    }
    project.run(&["makemigrations", "a", "-m", "b"]).exits(2);
    for bad in ["table", "table:", "table:a", "column:a=b", "view:a=b", "table:=b"] {
        project.run(&["makemigrations", "--rename", bad]).exits(2).complains("--rename");
    }
    project.run(&["makemigrations", "--fill", "users=0"]).exits(2).complains("table.column=SQL");
    assert!(project.list("migrations").is_empty());
}

#[test]
fn the_header_is_as_the_flags_say() {
    let project = project(&models(&[("t", ""), ("u", ""), ("v", "")]));
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    let shown = |id: &str| project.json(&["show", id])["revisions"][0].clone();
    // A branch that begins in the middle sees only what is below it.
    let flags = ["--head", "a", "--splice", "--label", "side", "--label", "way", "--depends-on", "b"];
    let args = [&["makemigrations", "--rev-id", "c", "--no-rename"], &flags[..]].concat();
    project.ok(&args).hides("Create table t");
    let c = shown("c");
    assert_eq!((&c["parents"], &c["depends_on"]), (&json!(["a"]), &json!(["b"])));
    assert_eq!(c["labels"], json!(["side", "way"]));
    project.run(&["makemigrations", "--empty"]).exits(1).complains("limbeck merge");
    // Both heads as parents: what either has is there.
    project.write("src/lib.rs", models(&[("t", ""), ("u", ""), ("v", "pub x: Option<i32>,\n")]));
    project.run(&["makemigrations", "--head", "side", "--head", "b", "--rev-id", "d"]).exits(1);
    project.ok(&["makemigrations", "--empty", "--head", "base", "--rev-id", "e", "another base"]);
    assert_eq!(shown("e")["parents"], json!([]));
    project
        .run(&["makemigrations", "--empty", "--rev-id", "a", "--head", "c"])
        .exits(1)
        .complains("there is a revision a");
}

#[test]
fn the_other_name_takes_the_same_flags() {
    let project = project(&users(""));
    project.ok(&["revision", "-m", "by hand", "--rev-id", "a"]);
    assert!(operations(&project, "migrations/a.toml").is_empty());
    project.ok(&["revision", "--autogenerate", "-m", "compared", "--rev-id", "b"]);
    assert_eq!(operations(&project, "migrations/b.toml"), ["create_table"]);
    project.write("src/lib.rs", users("pub nick: Option<String>,\n"));
    project.ok(&["revision", "--update"]);
    assert!(project.read("migrations/b.toml").contains("nick"));
    project.run(&["revision", "--check"]).exits(0);
}

#[test]
fn d012_merge_shows_the_branches_and_joins_them() {
    let project = project("");
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.ok(&["makemigrations", "--merge"]).says("no conflicts");
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    project.write("migrations/c.toml", table("c", &["a"], "v"));
    project.run(&["makemigrations", "--empty"]).exits(1).complains("b").complains("c");
    project.run(&["makemigrations", "--merge", "--check"]).exits(3);
    project.ok(&["makemigrations", "--merge", "--dry-run"]).says("parents = [\"b\", \"c\"]");
    let args = ["makemigrations", "--merge", "--rev-id", "m", "--label", "joined"];
    let ran = project.ok(&args).says("Branch b").says("Create table u").says("Branch c");
    ran.hides("Create table t");
    let shown = project.json(&["show", "joined"])["revisions"][0].clone();
    assert_eq!((&shown["parents"], &shown["message"]), (&json!(["b", "c"]), &json!("merge b and c")));
    assert!(operations(&project, "migrations/m.toml").is_empty());
    project.ok(&["makemigrations", "--merge"]).says("no conflicts");
}

#[test]
fn d012_branches_that_do_not_go_together_are_not_merged_unasked() {
    let alter = |id: &str, change: &str| {
        let change =
            format!("\n[[upgrade]]\nop = \"alter_column\"\ntable = \"t\"\ncolumn = \"body\"\n{change}");
        revision(id, &["a"], &change)
    };
    let project = project("");
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.write("migrations/b.toml", alter("b", "type = \"varchar(10)\""));
    project.write("migrations/c.toml", alter("c", "type = \"varchar(20)\""));
    let ran = project.run(&["makemigrations", "--merge"]).exits(1);
    ran.complains("another schema in another order").complains("`-y`");
    project.write(
        "migrations/c.toml",
        revision("c", &["a"], "\n[[upgrade]]\nop = \"drop_table\"\ntable = \"t\""),
    );
    project.run(&["makemigrations", "--merge"]).exits(1).complains("do not go together");
    project.ok(&["-y", "makemigrations", "--merge", "--rev-id", "m"]);
    assert!(project.has("migrations/m.toml"));
}

#[cfg(unix)]
#[test]
fn d012_merge_asks_at_a_terminal() {
    let project = project("");
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.write("migrations/b.toml", table("b", &[], "u"));
    let mut terminal = project.at_terminal(&["makemigrations", "--merge"]);
    terminal.sees("Branch a").sees("Create table u").sees("Merge these branches?").types("n");
    terminal.ends(1);
    let mut terminal = project.at_terminal(&["makemigrations", "--merge"]);
    terminal.sees("Merge these branches?").presses_ctrl_c();
    terminal.ends(130);
    assert_eq!(project.list("migrations"), ["a.toml", "b.toml"]);
    let mut terminal = project.at_terminal(&["makemigrations", "--merge", "--rev-id", "m"]);
    terminal.sees("Merge these branches?").types("y");
    terminal.ends(0);
    assert!(project.has("migrations/m.toml"));
}
