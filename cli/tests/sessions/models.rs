//! A database that was there before its models, and what becomes of what models cannot say.

use super::support::Project;

const SCHEMA: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL UNIQUE, \
                      age INT DEFAULT (1 + 1) CHECK (age > 0));
                      CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);
                      CREATE INDEX orders_user_id_idx ON orders (user_id);
                      CREATE VIEW mails AS SELECT mail FROM users;
                      CREATE VIEW spenders AS SELECT user_id FROM orders;
                      CREATE TRIGGER touch AFTER UPDATE ON orders BEGIN SELECT 1; END;";

/// A project whose models and first revision were made from its database.
fn adopted() -> Project {
    let project = Project::new();
    rusqlite::Connection::open(project.path("app.db")).unwrap().execute_batch(SCHEMA).unwrap();
    let models = project.ok(&["inspect", "--format", "rust"]);
    assert!(models.stderr.contains("models cannot say view mails"), "{models}");
    project.write("src/models.rs", &models.stdout);
    project.ok(&["makemigrations", "--to", "database:default", "baseline"]);
    project.ok(&["migrate", "--fake"]);
    project
}

#[test]
fn models_of_a_database_and_its_first_revision_agree() {
    let project = adopted();
    project.ok(&["makemigrations", "--check"]).says("no changes");
    project.ok(&["check"]);
    project.ok(&["diff", "--from", "database:default", "--to", "src", "--exit-code"]);
    project.ok(&["diff", "--from", "src", "--to", "database:default", "--exit-code"]);
}

#[test]
fn what_models_cannot_say_stays() {
    let project = adopted();
    let models = project.read("src/models.rs");
    project.write(
        "src/models.rs",
        models.replace("pub mail: String,", "pub mail: String,\n    pub phone: Option<String>,"),
    );
    let made = project.ok(&["makemigrations"]).says("phone");
    assert!(!made.stdout.contains("view") && !made.stdout.contains("trigger"), "{made}");
    project.ok(&["migrate"]);
    project.ok(&["check"]);
    assert_eq!(
        project.texts("SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY name"),
        ["mails", "spenders", "touch"]
    );
}

#[test]
fn what_stands_on_a_table_goes_with_it() {
    let project = adopted();
    let models = project.read("src/models.rs");
    let (orders, users) =
        (models.find("pub struct Orders").unwrap(), models.find("pub struct Users").unwrap());
    assert!(orders < users);
    let start = models[..orders].rfind("\n\n").unwrap();
    let end = orders + models[orders..].find("\n}\n").unwrap() + 3;
    project.write("src/models.rs", format!("{}{}", &models[..start], &models[end..]));
    project.ok(&["makemigrations"]).says("Drop view spenders");
    project.ok(&["migrate", "--yes"]);
    assert_eq!(project.tables(), ["users"]);
    assert_eq!(project.texts("SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger')"), ["mails"]);
}

#[test]
fn a_described_table_is_never_altered() {
    let project = adopted();
    let models = project.read("src/models.rs");
    let described = models
        .replace(
            "#[derive(Debug, Clone, limbeck::Table)]\npub struct Orders",
            "#[derive(Debug, Clone, limbeck::Table)]\n#[limbeck(managed = false)]\npub struct Orders",
        )
        .replace("pub user_id: Option<i32>,", "pub user_id: Option<i32>,\n    pub more: i32,");
    assert_ne!(models, described);
    project.write("src/models.rs", described);
    project.ok(&["makemigrations", "--check"]).says("no changes");
}

#[test]
fn a_schema_is_drawn() {
    let project = adopted();
    insta::assert_snapshot!("mermaid", project.ok(&["inspect", "--format", "mermaid"]).stdout);
    insta::assert_snapshot!("dot", project.ok(&["inspect", "--format", "dot"]).stdout);
}

#[test]
fn features_are_chosen_in_the_configuration() {
    let project = Project::with_config(
        "[databases.default]\nurl = \"sqlite://app.db\"\n[models]\nsource = \"crates/*/src\"\nfeatures = [\"audit\"]\n",
    );
    let table = |name: &str| {
        format!(
            "#[derive(limbeck::Table)]\npub struct {name} {{\n    #[limbeck(primary_key)]\n    pub id: i64,\n}}\n"
        )
    };
    project.write(
        "crates/a/src/lib.rs",
        format!("{}#[cfg(feature = \"audit\")]\n{}", table("One"), table("Audit")),
    );
    project.write(
        "crates/b/src/lib.rs",
        format!("{}#[cfg(feature = \"other\")]\n{}", table("Two"), table("Other")),
    );
    project.ok(&["makemigrations"]);
    project.ok(&["migrate"]);
    assert_eq!(project.tables(), ["audit", "one", "two"]);
}
