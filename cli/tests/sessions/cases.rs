//! Cases of other tools' behaviour that only whole sessions show, by their numbers in docs/cases.md.

use super::support::{Project, revision, table};

fn project(config: &str, models: &str) -> Project {
    let project = Project::with_config(&format!(
        "[databases.default]\nurl = \"sqlite://app.db\"\n{config}\n[migrations]\nfile_template = \"{{revision}}\"\n"
    ));
    project.write("src/lib.rs", models);
    project
}

/// What turns one set of models into another, as lines.
fn changes(before: &str, after: &str, flags: &[&str]) -> Vec<String> {
    let project = project("", before);
    project.ok(&["makemigrations", "--rev-id", "a"]);
    project.ok(&["migrate"]);
    project.write("src/lib.rs", after);
    let made = project.json(&[&["makemigrations", "--rev-id", "b"], flags].concat());
    project.ok(&["migrate"]);
    project.ok(&["check"]);
    project.ok(&["test"]);
    let rows = made["operations"].as_array().unwrap();
    rows.iter().map(|row| row["description"].as_str().unwrap().to_owned()).collect()
}

fn models(fields: &str) -> String {
    format!(
        "#[derive(limbeck::Table)]\n#[limbeck(table = \"t\")]\nstruct T {{ #[limbeck(primary_key)] id: i64, {fields} }}\n"
    )
}

#[test]
fn a013_the_tables_of_the_record_are_no_difference() {
    for config in ["", "version_table = \"applied\"\njournal_table = \"flight\"\n"] {
        let project = project(config, &models(""));
        project.ok(&["makemigrations"]);
        project.ok(&["migrate"]);
        project.ok(&["check"]).says("everything agrees");
        let inspected = project.ok(&["inspect"]);
        inspected.hides("limbeck_revisions").hides("applied");
    }
}

#[test]
fn a028_to_a030_a_key_to_a_table_that_is_filtered_out_breaks_nothing() {
    let project = project("exclude = [\"parent\"]\n", "");
    project.write("migrations/a.toml", revision("a", &[], ""));
    project.ok(&["migrate"]);
    project
        .database()
        .execute_batch(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
             CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER CONSTRAINT fk REFERENCES parent (id))",
        )
        .unwrap();
    // What the database has goes into a revision, key and all; then the key goes, and nothing of the parent.
    project.ok(&["makemigrations", "--to", "database:default", "--rev-id", "b"]).hides("table parent");
    project.ok(&["stamp", "b"]);
    let models = "#[derive(limbeck::Table)] struct Child { #[limbeck(primary_key, type = \"integer\")] id: i64, p: Option<i32> }";
    project.write("src/lib.rs", models);
    let made = project.json(&["makemigrations", "--rev-id", "c"]);
    let lines: Vec<&str> = made["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["description"].as_str().unwrap())
        .collect();
    assert!(lines.iter().any(|line| line.contains("Drop foreign key fk on child")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("table parent")), "{lines:?}");
}

#[test]
fn a031_one_table_in_two_models_is_an_error() {
    let project = project("", &(models("") + &models("x: i32").replace("struct T", "struct U")));
    let ran = project.run(&["makemigrations"]).exits(1);
    ran.complains("src/lib.rs").complains("`t`");
    assert!(project.list("migrations").is_empty());
}

#[test]
fn a040_a041_words_of_an_enum_are_seen_whatever_their_length() {
    let words = |storage: &str, words: &str| {
        format!(
            "{}#[derive(limbeck::Enum)]\n#[limbeck(storage = \"{storage}\")]\nenum Word {{ {words} }}\n",
            models("word: Word")
        )
        .replace("storage = \"native\"", "storage = native")
        .replace("storage = \"text\"", "storage = text")
    };
    for storage in ["native", "text"] {
        let made = changes(&words(storage, "Aa, Bb"), &words(storage, "Aa, Bb, Cc"), &[]);
        assert!(!made.is_empty(), "{storage}");
    }
}

#[test]
fn a076_names_beyond_a_servers_limit_stay_what_they_are() {
    let long = "a_column_with_a_name_that_is_so_long_that_with_its_table_it_is_too_long";
    let one = models(&format!("#[limbeck(unique, index)] {long}: i32"));
    assert_eq!(changes(&one, &one.replace("struct T", "struct Other"), &[]), Vec::<String>::new());
}

#[test]
fn a093_a_key_with_capitals_goes_by_its_own_name() {
    let key = |fk: &str| {
        models("")
            + &format!(
                "#[derive(limbeck::Table)]\nstruct Child {{ #[limbeck(primary_key)] id: i64, {fk} t_id: Option<i64> }}\n"
            )
    };
    let made = changes(&key("#[limbeck(references(T.id, name = \"FK_Child_T\"))]"), &key(""), &[]);
    assert_eq!(made, ["- Drop foreign key FK_Child_T on child"]);
}

#[test]
fn a099_columns_are_added_in_the_order_of_their_declaration() {
    let fields = "#[limbeck(default = 0)] z: i32, #[limbeck(default = 1)] a: i32, #[limbeck(default_sql = \"'x'\")] m: String";
    let made = changes(&models(""), &models(fields), &[]);
    assert_eq!(
        made,
        ["z", "a", "m"].map(|name| made
            .iter()
            .find(|line| line.contains(&format!("t.{name}")))
            .unwrap()
            .clone())
    );
    assert_eq!(made.len(), 3);
}

#[test]
fn a100_what_has_no_name_gets_one_and_can_be_dropped_by_it() {
    let child = |fk: &str| {
        models("")
            + &format!(
                "#[derive(limbeck::Table)]\nstruct Child {{ #[limbeck(primary_key)] id: i64, {fk} t_id: Option<i64> }}\n"
            )
    };
    let made = changes(&child(""), &child("#[limbeck(references(T.id))]"), &[]);
    assert_eq!(made, ["+ Add foreign key child_t_id_fkey on child (t_id → t.id)"]);
    let made = changes(&child("#[limbeck(references(T.id))]"), &child(""), &[]);
    assert_eq!(made, ["- Drop foreign key child_t_id_fkey on child"]);
}

#[test]
fn d015_whether_something_is_missing_is_an_exit_code() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    project.run(&["current", "--check-heads"]).exits(3);
    project.ok(&["migrate"]);
    project.ok(&["current", "--check-heads"]);
}

#[test]
fn d018_a_revision_without_its_file_can_be_forgotten() {
    let project =
        Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", table("b", &["a"], "u"))]);
    project.ok(&["migrate"]);
    std::fs::remove_file(project.path("migrations/b.toml")).unwrap();
    project.ok(&["showmigrations"]).says("b");
    project.ok(&["stamp", "a", "--purge"]);
    assert_eq!(project.recorded(), ["a"]);
}

#[test]
fn d035_branches_that_need_each_others_beginnings_are_applied_in_turn() {
    let project = Project::with_revisions(&[
        ("a1.toml", table("a1", &[], "a").replace("message", "labels = [\"one\"]\nmessage")),
        ("b1.toml", table("b1", &[], "b").replace("message", "depends_on = [\"a1\"]\nmessage")),
        ("a2.toml", table("a2", &["a1"], "c").replace("message", "depends_on = [\"b1\"]\nmessage")),
    ]);
    project.ok(&["migrate", "one@head"]);
    assert_eq!(project.recorded(), ["a1", "a2", "b1"]);
    project.ok(&["downgrade", "base"]);
    assert!(project.tables().is_empty());
}

#[test]
fn d038_a_model_that_is_not_managed_is_never_touched() {
    let made = changes(
        &models("x: Option<i32>"),
        &models("x: Option<i32>")
            .replace("table = \"t\"", "table = \"t\", managed = false")
            .replace("x: Option", "y: Option"),
        &["--no-rename"],
    );
    assert_eq!(made, Vec::<String>::new());
}
