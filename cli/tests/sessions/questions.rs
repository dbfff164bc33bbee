//! What `makemigrations` and `migrate` ask at a terminal, what the answers do, and how flags answer without one.

#![cfg(unix)]

use super::support::{Project, revision, table};

/// A project whose first revision is what `before` declares, and whose models now say `after`.
fn changed(before: &str, after: &str) -> Project {
    let project = Project::with_config(
        "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\nfile_template = \"{revision}\"\n",
    );
    project.write("src/lib.rs", before);
    project.ok(&["makemigrations", "--rev-id", "first"]);
    project.write("src/lib.rs", after);
    project
}

/// A model of one table with these fields beside its key.
fn model(table: &str, fields: &str) -> String {
    format!(
        "#[derive(limbeck::Table)]\n#[limbeck(table = \"{table}\")]\npub struct Model {{\n    #[limbeck(primary_key, identity)]\n    pub id: i64,\n{fields}}}\n"
    )
}

fn user(fields: &str) -> String {
    model("users", fields)
}

fn operations(project: &Project) -> Vec<String> {
    project
        .read("migrations/second.toml")
        .lines()
        .take_while(|line| *line != "[[downgrade]]")
        .filter_map(|line| line.strip_prefix("op = "))
        .map(|op| op.trim_matches('"').to_owned())
        .collect()
}

const MAKE: [&str; 3] = ["makemigrations", "--rev-id", "second"];

#[test]
fn d006_yes_to_a_renamed_column_is_a_rename_and_nothing_else() {
    let project = changed(&user("pub name: String,\n"), &user("pub full_name: String,\n"));
    project.run(&MAKE).exits(1).complains("--rename column:users.name=full_name").complains("--no-rename");
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("Was column users.name renamed to users.full_name?").types("y");
    let said = terminal.ends(0);
    assert!(said.contains("Rename column users.name"), "{said}");
    assert_eq!(operations(&project), ["rename_column"]);
}

#[test]
fn d005_no_to_a_renamed_column_asks_for_values_and_for_the_loss() {
    let project = changed(&user("pub name: String,\n"), &user("pub full_name: String,\n"));
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("Was column users.name renamed").types("n");
    terminal.sees("users.full_name, which takes no NULL").sees("Your choice").types("1");
    terminal.sees("users.full_name =").types("'nobody'");
    terminal.sees("all values of column users.name").sees("Write the revision?").types("y");
    terminal.ends(0);
    assert_eq!(operations(&project), ["add_column", "drop_column"]);
    assert!(project.read("migrations/second.toml").contains("fill = \"'nobody'\""));
}

#[test]
fn a_no_to_the_loss_writes_nothing() {
    let project = changed(&user("pub name: String,\n"), &user(""));
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("all values of column users.name").sees("Write the revision?").types("");
    let said = terminal.ends(1);
    assert!(said.contains("nothing was written"), "{said}");
    assert_eq!(project.list("migrations"), ["first.toml"]);
    // Without a terminal it is announced and written; so with `-y`.
    project.ok(&MAKE).complains("all values of column users.name");
    let project = changed(&user("pub name: String,\n"), &user(""));
    project.at_terminal(&["-y", "makemigrations", "--rev-id", "second"]).ends(0);
    assert_eq!(operations(&project), ["drop_column"]);
}

#[test]
fn d007_a_renamed_table_is_asked_about_first() {
    let project = changed(&user("pub mail: String,\n"), &model("people", "pub email: String,\n"));
    // A table and a column at once: the second question comes after the first answer.
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("Was table users renamed to people?").types("y");
    terminal.sees("Was column people.mail renamed to people.email?").types("y");
    terminal.ends(0);
    assert_eq!(operations(&project), ["rename_table", "rename_column"]);
    let project = changed(&user("pub mail: String,\n"), &model("people", "pub email: String,\n"));
    project
        .ok(&[&MAKE[..], &["--rename", "table:users=people", "--rename", "column:people.mail=email"]]
            .concat());
    assert_eq!(operations(&project), ["rename_table", "rename_column"]);
}

#[test]
fn a_rename_with_a_change_of_the_type_is_one_question_and_two_operations() {
    let after = user("#[limbeck(length = 200)]\npub full_name: String,\n");
    let project = changed(&user("#[limbeck(length = 100)]\npub name: String,\n"), &after);
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("Was column users.name renamed to users.full_name?").types("y");
    terminal.ends(0);
    assert_eq!(operations(&project), ["rename_column", "alter_column"]);
}

#[test]
fn d004_a_new_column_without_null_asks_what_old_rows_get() {
    let project = changed(&user(""), &user("pub age: i32,\n"));
    project.run(&MAKE).exits(1).complains("--fill users.age=SQL").complains("--no-fill");
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("users.age, which takes no NULL").sees("1) a value").sees("2) nothing").sees("3) quit");
    // What is no choice, and what is no expression, is asked for again.
    terminal.sees("Your choice").types("7");
    terminal.sees("a number from 1 to 3").sees("Your choice").types("\u{8}1");
    terminal.sees("users.age = [0]").types("'a");
    terminal.sees("users.age =").types("\u{8}\u{8}18");
    terminal.ends(0);
    assert!(project.read("migrations/second.toml").contains("fill = \"18\""));
}

#[test]
fn enter_takes_the_value_that_is_offered() {
    let project = changed(&user(""), &user("pub age: i32,\n"));
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("Your choice").types("1");
    terminal.sees("users.age = [0]").types("");
    terminal.ends(0);
    assert!(project.read("migrations/second.toml").contains("fill = \"0\""));
}

#[test]
fn who_sees_to_old_rows_himself_gets_the_plain_column() {
    let project = changed(&user("pub age: Option<i32>,\n"), &user("pub age: i32,\n"));
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("users.age, which takes no NULL").sees("Your choice").types("2");
    terminal.ends(0);
    let text = project.read("migrations/second.toml");
    assert!(!text.contains("fill") && text.contains("nullable = false"), "{text}");
}

#[test]
fn d004_quitting_writes_nothing() {
    let project = changed(&user(""), &user("pub age: i32,\n"));
    let mut terminal = project.at_terminal(&MAKE);
    terminal.sees("Your choice").types("3");
    let said = terminal.ends(1);
    assert!(said.contains("nothing was written"), "{said}");
    assert_eq!(project.list("migrations"), ["first.toml"]);
}

#[test]
fn ctrl_c_at_any_question_writes_nothing() {
    let cases = [
        (user("pub name: String,\n"), user("pub full_name: String,\n"), vec!["renamed to"]),
        (user(""), user("pub age: i32,\n"), vec!["Your choice"]),
        (user(""), user("pub age: i32,\n"), vec!["Your choice", "users.age ="]),
        (user("pub name: String,\n"), user(""), vec!["Write the revision?"]),
    ];
    for (before, after, questions) in cases {
        let project = changed(&before, &after);
        let mut terminal = project.at_terminal(&MAKE);
        let (last, answered) = questions.split_last().unwrap();
        for question in answered {
            terminal.sees(question).types("1");
        }
        terminal.sees(last).presses_ctrl_c();
        terminal.ends(130);
        assert_eq!(project.list("migrations"), ["first.toml"], "{questions:?}");
    }
}

#[test]
fn migrate_asks_before_data_is_lost() {
    let lossy = || {
        let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
        project.ok(&["migrate"]);
        let drop = revision("b", &["a"], "\n[[upgrade]]\nop = \"drop_table\"\ntable = \"t\"");
        project.write("migrations/b.toml", drop);
        project
    };
    let project = lossy();
    let mut terminal = project.at_terminal(&["migrate"]);
    terminal.sees("all rows of table t").sees("Go on?").types("n");
    assert!(terminal.ends(1).contains("nothing was done"));
    assert_eq!(project.tables(), ["t"]);
    let mut terminal = project.at_terminal(&["migrate"]);
    terminal.sees("Go on?").presses_ctrl_c();
    terminal.ends(130);
    assert_eq!(project.recorded(), ["a"]);
    let mut terminal = project.at_terminal(&["migrate"]);
    terminal.sees("Go on?").types("y");
    terminal.ends(0);
    assert_eq!(project.recorded(), ["a", "b"]);
    assert!(project.tables().is_empty());
    let project = lossy();
    project.at_terminal(&["migrate", "--no-input"]).ends(0);
    assert_eq!(project.recorded(), ["a", "b"]);
}
