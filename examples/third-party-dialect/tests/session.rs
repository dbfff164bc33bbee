//! Whole sessions with DuckDB: what a user types, sees and finds. Left out where the library is not to be had.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use limbeck_core::driver::{Access, Connection, DatabaseSettings, DatabaseUrl, Driver};
use tempfile::TempDir;

struct Project(TempDir);

/// What came of a run.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran =
            Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!ran.stderr.contains("panicked"), "{ran:#?}");
        ran
    }

    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "{text:?} is not said: {self:#?}");
        self
    }

    #[track_caller]
    fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is not complained of: {self:#?}");
        self
    }
}

const MODELS: &str = "\
#[derive(limbeck::Table)]
#[limbeck(table = \"teams\")]
pub struct Team {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(unique)]
    pub name: String,
}

#[derive(limbeck::Table)]
#[limbeck(table = \"users\", index(name))]
pub struct User {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    pub name: String,
    #[limbeck(references(Team.id))]
    pub team_id: Option<i64>,
}
";

impl Project {
    /// A project with one database, `app.duckdb`; `None` where there is no library.
    fn new() -> Option<Self> {
        if let Err(error) = limbeck_duckdb::library_is_there() {
            let variable = std::env::var_os(limbeck_duckdb::LIBRARY_VARIABLE);
            assert!(variable.is_none(), "the library that is given cannot be loaded: {error}");
            println!("left out: {error}");
            return None;
        }
        let project = Self(TempDir::with_prefix("limbeck-duckdb-").unwrap());
        project.write(
            "limbeck.toml",
            "[databases.default]\nurl = \"duckdb://app.duckdb\"\n[models]\nsource = \"src\"\n",
        );
        project.write("src/models.rs", MODELS);
        fs::create_dir(project.path("migrations")).unwrap();
        Some(project)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .arg("--no-input")
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .env("NO_COLOR", "1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(program(), arguments).output().unwrap())
    }

    fn ok(&self, arguments: &[&str]) -> Ran {
        self.run(arguments).exits(0)
    }

    /// A connection from this program, which keeps the file as long as it lives.
    async fn connect(&self) -> Box<dyn Connection> {
        let driver: Arc<dyn Driver> = limbeck_duckdb::driver();
        let url = format!("duckdb://{}", self.path("app.duckdb").display());
        let settings = DatabaseSettings::new("default", DatabaseUrl::parse(&url).unwrap());
        driver.connect(&settings, Access::Write).await.unwrap().acquire().await.unwrap()
    }

    /// Runs a statement.
    fn execute(&self, sql: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { self.connect().await.execute(sql, &[]).await }).unwrap();
    }

    /// The first column of a query.
    fn texts(&self, sql: &str) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let rows = self
                .connect()
                .await
                .query(&format!("SELECT CAST(x AS VARCHAR) FROM ({sql}) AS t(x)"), &[])
                .await;
            rows.unwrap().iter().map(|row| row.text(0).unwrap_or("NULL").to_owned()).collect()
        })
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_limbeck-driver-duckdb"))
}

#[test]
fn from_models_to_a_database_and_back() {
    let Some(project) = Project::new() else { return };
    project.ok(&["makemigrations", "first"]).says("Create table users");
    project.ok(&["migrate"]);
    project.ok(&["check"]);
    project.execute("INSERT INTO teams (name) VALUES ('red')");
    project.execute("INSERT INTO users (name, team_id) VALUES ('Ada', 1), ('Bob', NULL)");

    let more = MODELS.replace(
        "pub name: String,\n    #[limbeck(references",
        "pub name: String,\n    #[limbeck(default = 7)]\n    pub age: i32,\n    #[limbeck(references",
    );
    project.write("src/models.rs", &more);
    project.ok(&["makemigrations", "second"]).says("Add column users.age");
    project.ok(&["sqlmigrate", "head"]).says("CREATE TABLE \"main\".\"_limbeck_copy_users\" AS SELECT");
    project.ok(&["migrate"]);
    project.ok(&["makemigrations", "--check"]).says("no changes");
    project.ok(&["check"]);
    project.ok(&["test"]);
    assert_eq!(project.texts("SELECT name || age FROM users ORDER BY id"), ["Ada7", "Bob7"]);
    project.ok(&["inspect", "--format", "rust"]).says("pub struct Users");
    project.ok(&["-o", "json", "current"]).says("\"heads\":[\"");

    project.ok(&["downgrade", "-1"]);
    assert_eq!(project.texts("SELECT name FROM users ORDER BY id"), ["Ada", "Bob"]);
    project.execute("INSERT INTO users (name) VALUES ('Cid')");
    assert_eq!(project.texts("SELECT id FROM users WHERE name = 'Cid'"), ["3"], "the counter goes on");
    project.ok(&["downgrade", "base"]);
    let left = "SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE 'limbeck%' \
                UNION ALL SELECT sequence_name FROM duckdb_sequences()";
    assert_eq!(project.texts(left), Vec::<String>::new());
}

#[test]
fn a_counter_goes_on_under_another_name() {
    let Some(project) = Project::new() else { return };
    project.write("limbeck.toml", "[databases.default]\nurl = \"duckdb://app.duckdb\"\n");
    project.write(
        "migrations/a.toml",
        &revision(
            "a",
            "",
            "[[upgrade]]\nop = \"create_table\"\ntable = \"t\"\ncolumns = [\n    \
             { name = \"id\", type = \"bigint\", identity = { start = 100, increment = 5 } },\n    \
             { name = \"v\", type = \"text\" },\n]\nprimary_key = { columns = [\"id\"] }\n",
        ),
    );
    project.ok(&["migrate"]);
    // Each opens the file anew, after which DuckDB shows the counter in another way.
    project.execute("INSERT INTO t (v) VALUES ('a')");
    project.execute("INSERT INTO t (v) VALUES ('b')");
    project.write(
        "migrations/b.toml",
        &revision("b", "a", "[[upgrade]]\nop = \"rename_table\"\ntable = \"t\"\nto = \"u\"\n"),
    );
    project.ok(&["migrate"]);
    project.execute("INSERT INTO u (v) VALUES ('c')");
    project.ok(&["diff", "--from", "migrations", "--to", "database:default", "--exit-code"]);
    project.ok(&["downgrade", "-1"]);
    project.execute("INSERT INTO t (v) VALUES ('d')");
    assert_eq!(project.texts("SELECT id FROM t ORDER BY id"), ["100", "105", "110", "115"]);
    assert_eq!(project.texts("SELECT sequence_name FROM duckdb_sequences()"), ["t_id_seq"]);
}

#[test]
fn the_bundled_program_hands_over() {
    let Some(project) = Project::new() else { return };
    let bundled = Path::new(env!("CARGO_BIN_EXE_limbeck-without-duckdb"));
    project.ok(&["makemigrations", "first"]);
    let mut command = project.command(bundled, &["migrate"]);
    let path = std::env::join_paths([program().parent().unwrap()]).unwrap();
    Ran::of(command.env("PATH", path).output().unwrap()).exits(0);
    assert_eq!(project.texts("SELECT count(*) FROM users"), ["0"]);
    // Without it on PATH, the bundled one says what is missing.
    let mut command = project.command(bundled, &["migrate"]);
    Ran::of(command.env("PATH", "/nowhere").output().unwrap())
        .exits(2)
        .complains("no driver for `duckdb:` URLs")
        .complains("install `limbeck-driver-duckdb`");
}

#[test]
fn databases_of_both_kinds_are_one_project() {
    let Some(project) = Project::new() else { return };
    project.write(
        "limbeck.toml",
        "[databases.duck]\nurl = \"duckdb://app.duckdb\"\n[databases.lite]\nurl = \"sqlite://app.db\"\n",
    );
    project.write("migrations/a.toml", &revision("a", "", CREATE));
    project.ok(&["--all-databases", "migrate"]);
    assert!(project.path("app.db").is_file());
    assert_eq!(project.texts("SELECT count(*) FROM t"), ["0"]);
}

const CREATE: &str = "[[upgrade]]\nop = \"create_table\"\ntable = \"t\"\ncolumns = [{ name = \"id\", type = \"bigint\" }]\n\
                      primary_key = { columns = [\"id\"] }\n\
                      [[upgrade]]\nop = \"insert\"\ntable = \"t\"\nrows = []\n";

fn revision(id: &str, parent: &str, rest: &str) -> String {
    let parents = if parent.is_empty() { String::new() } else { format!("\"{parent}\"") };
    // An operation that only fills the text up is not needed.
    let rest = rest.replace("[[upgrade]]\nop = \"insert\"\ntable = \"t\"\nrows = []\n", "");
    format!("revision = \"{id}\"\nparents = [{parents}]\nmessage = \"about {id}\"\n\n{rest}")
}

#[test]
fn a_failure_leaves_nothing_half_done() {
    let Some(project) = Project::new() else { return };
    project.write("migrations/a.toml", &revision("a", "", CREATE));
    project.write(
        "migrations/b.toml",
        &revision(
            "b",
            "a",
            "[[upgrade]]\nop = \"insert\"\ntable = \"t\"\nrows = [{ id = 1 }]\n\n\
             [[upgrade]]\nop = \"rename_table\"\ntable = \"t\"\nto = \"u\"\n\n\
             [[upgrade]]\nop = \"execute\"\nsql = \"INSERT INTO missing VALUES (1)\"\n",
        ),
    );
    project
        .run(&["migrate"])
        .exits(1)
        .complains("migrations/b.toml:")
        .complains("Table with name missing does not exist")
        .complains("INSERT INTO missing VALUES (1)")
        .complains("rolled back");
    assert_eq!(project.texts("SELECT count(*) FROM t"), ["0"]);
    assert_eq!(project.texts("SELECT revision FROM limbeck_revisions"), ["a"]);
    let error = project.run(&["-o", "json", "migrate"]).exits(1).stderr;
    assert!(
        error.contains("\"code\":\"statement-failed\"") && error.contains("\"revision\":\"b\""),
        "{error}"
    );
}

#[test]
fn what_duckdb_cannot_do_is_refused_before_anything_is_done() {
    let Some(project) = Project::new() else { return };
    let key = "primary_key = { columns = [\"id\"] }\nforeign_keys = [{ columns = [\"id\"], references = { table = \"t\", columns = [\"id\"] }, on_delete = \"cascade\" }]\n";
    let child = CREATE
        .replace("table = \"t\"", "table = \"u\"")
        .replace("primary_key = { columns = [\"id\"] }\n", key);
    project.write(
        "migrations/a.toml",
        &revision(
            "a",
            "",
            &format!("{CREATE}\n{}", child.split("[[upgrade]]\nop = \"insert\"").next().unwrap()),
        ),
    );
    project
        .run(&["migrate"])
        .exits(1)
        .complains("duckdb: ")
        .complains("CASCADE")
        .complains("leave the action out");
    assert_eq!(project.texts("SELECT count(*) FROM duckdb_tables() WHERE table_name = 't'"), ["0"]);
}

#[test]
fn a_file_that_is_no_database_is_said_to_be_none() {
    let Some(project) = Project::new() else { return };
    project.write("app.duckdb", "this is a text, and a long one at that: no database begins so");
    project.run(&["migrate"]).exits(1).complains("not a valid DuckDB database file");
    let error = project.run(&["-o", "json", "migrate"]).exits(1).stderr;
    assert!(error.contains("\"code\":\"database-corrupt\""), "{error}");
}

#[test]
fn a_library_that_is_missing_is_said_with_what_to_do() {
    let project = Project(TempDir::with_prefix("limbeck-duckdb-").unwrap());
    project.write("limbeck.toml", "[databases.default]\nurl = \"duckdb://app.duckdb\"\n");
    project.write("migrations/a.toml", &revision("a", "", CREATE));
    let mut command = project.command(program(), &["migrate"]);
    command.env(limbeck_duckdb::LIBRARY_VARIABLE, "/nowhere/libduckdb.so");
    Ran::of(command.output().unwrap())
        .exits(1)
        .complains("DuckDB's library /nowhere/libduckdb.so cannot be loaded")
        .complains("LIMBECK_DUCKDB_LIBRARY");
    assert!(!project.path("app.duckdb").exists());
    // What needs no database needs no library.
    let mut command = project.command(program(), &["sqlmigrate", "a"]);
    command.env(limbeck_duckdb::LIBRARY_VARIABLE, "/nowhere/libduckdb.so");
    Ran::of(command.output().unwrap()).exits(0).says("CREATE TABLE \"main\".\"t\"");
}

#[tokio::test]
async fn who_has_the_file_is_waited_for_and_named() {
    let Some(project) = Project::new() else { return };
    project.write("migrations/a.toml", &revision("a", "", CREATE));
    let holder = project.connect().await;
    project
        .run(&["migrate", "--wait", "1s"])
        .exits(4)
        .complains("Could not set lock on file")
        .complains("one program at a time");
    drop(holder);
    project.ok(&["migrate"]);
}

#[test]
fn many_at_once_apply_each_revision_once() {
    let Some(project) = Project::new() else { return };
    project.write("migrations/a.toml", &revision("a", "", CREATE));
    project.write(
        "migrations/b.toml",
        &revision("b", "a", "[[upgrade]]\nop = \"insert\"\ntable = \"t\"\nrows = [{ id = 1 }]\n"),
    );
    let runs: Vec<_> = (0..16)
        .map(|_| {
            let mut command = project.command(program(), &["migrate"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for run in runs {
        Ran::of(run.wait_with_output().unwrap()).exits(0);
    }
    assert_eq!(project.texts("SELECT id FROM t"), ["1"]);
    assert_eq!(project.texts("SELECT revision FROM limbeck_revisions ORDER BY 1"), ["a", "b"]);
}
