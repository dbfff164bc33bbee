//! The way through a project that the documentation shows.

use super::support::Project;

#[test]
fn from_nothing_to_two_revisions_and_back() {
    let project = Project::bare();
    let mut said = String::new();
    let mut step = |arguments: &[&str]| {
        let ran = project.run(arguments);
        said.push_str(&format!("$ limbeck {}\n{}{}", arguments.join(" "), ran.stdout, ran.stderr));
        if ran.code != Some(0) {
            said.push_str(&format!("[exit {}]\n", ran.code.unwrap_or(-1)));
        }
    };
    step(&["init"]);
    project.write(
        "limbeck.toml",
        "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\nfile_template = \"{revision}_{slug}\"\n",
    );
    let first = "#[derive(limbeck::Table)]\npub struct User {\n    #[limbeck(primary_key, identity)]\n    pub id: i64,\n    \
                 #[limbeck(length = 100)]\n    pub email: String,\n}\n";
    project.write("src/lib.rs", first);
    step(&["makemigrations", "--rev-id", "r1"]);
    step(&["migrate", "--plan"]);
    step(&["migrate"]);
    project.write("src/lib.rs", first.replace("length = 100", "length = 255, unique"));
    step(&["makemigrations", "--check"]);
    step(&["makemigrations", "longer addresses", "--rev-id", "r2"]);
    step(&["sqlmigrate", "r1"]);
    step(&["showmigrations"]);
    step(&["migrate"]);
    step(&["showmigrations"]);
    step(&["history"]);
    step(&["current"]);
    step(&["downgrade", "-1"]);
    step(&["migrate", "nowhere"]);
    step(&["downgrade", "base"]);
    insta::assert_snapshot!(said);
}
