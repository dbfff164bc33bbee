use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Ran;

/// A project in a folder of its own, with the program to run there.
pub(crate) struct Project {
    folder: TempDir,
    program: PathBuf,
}

impl Project {
    /// A folder without anything in it.
    pub(crate) fn bare() -> Self {
        let folder = TempDir::with_prefix("limbeck-session-").unwrap();
        Self { folder, program: PathBuf::from(env!("CARGO_BIN_EXE_limbeck")) }
    }

    /// A project with one SQLite database, `app.db`, and no revisions.
    pub(crate) fn new() -> Self {
        Self::with_config("[databases.default]\nurl = \"sqlite://app.db\"\n")
    }

    /// A project with this configuration and no revisions.
    pub(crate) fn with_config(config: &str) -> Self {
        let project = Self::bare();
        project.write("limbeck.toml", config);
        fs::create_dir(project.path("migrations")).unwrap();
        project
    }

    /// A project with these revisions: the names of their files, and their texts.
    pub(crate) fn with_revisions<T: AsRef<[u8]>>(revisions: &[(&str, T)]) -> Self {
        let project = Self::new();
        for (name, text) in revisions {
            project.write(&format!("migrations/{name}"), text);
        }
        project
    }

    /// Runs another program from now on.
    pub(crate) fn set_program(&mut self, program: PathBuf) {
        self.program = program;
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path(name)).is_ok()
    }

    /// The names of what lies in a folder of the project, sorted.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program with these arguments, in the project's folder, with nothing of the tester's environment that bears on it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("LIMBECK_") {
                command.env_remove(name);
            }
        }
        command
            .env_remove("RUST_LOG")
            .env_remove("RUST_BACKTRACE")
            .env("NO_COLOR", "1")
            .env("USER", "tester");
        command
    }

    /// Runs it at a terminal.
    #[cfg(unix)]
    pub(crate) fn at_terminal(&self, arguments: &[&str]) -> super::Terminal {
        super::Terminal::start(self.command(arguments))
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// Runs what must succeed.
    pub(crate) fn ok(&self, arguments: &[&str]) -> Ran {
        self.run(arguments).exits(0)
    }

    /// Runs what must succeed with `-o json`, and gives back the one object that it prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = ["-o", "json"].iter().chain(arguments).copied().collect();
        self.ok(&arguments).object()
    }

    /// Opens the database `app.db`.
    pub(crate) fn database(&self) -> rusqlite::Connection {
        self.open("app.db")
    }

    /// Opens a database that must be there.
    pub(crate) fn open(&self, name: &str) -> rusqlite::Connection {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
        rusqlite::Connection::open_with_flags(self.path(name), flags).unwrap()
    }

    /// The tables of `app.db` but limbeck's own and SQLite's, sorted.
    pub(crate) fn tables(&self) -> Vec<String> {
        self.texts(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'limbeck%' \
             AND name NOT LIKE 'sqlite%' ORDER BY name",
        )
    }

    /// The revisions that are recorded in `app.db`, sorted; none if the record's table is not there.
    pub(crate) fn recorded(&self) -> Vec<String> {
        let there = self.texts("SELECT name FROM sqlite_master WHERE name = 'limbeck_revisions'");
        if there.is_empty() {
            return there;
        }
        self.texts("SELECT revision FROM limbeck_revisions ORDER BY revision")
    }

    /// The first column of a query on `app.db`.
    pub(crate) fn texts(&self, sql: &str) -> Vec<String> {
        let database = self.database();
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
        rows.map(|value| match value.unwrap() {
            rusqlite::types::Value::Null => "NULL".to_owned(),
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Real(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Blob(_) => "a blob".to_owned(),
        })
        .collect()
    }
}

/// The text of a revision with these parents, and `rest` behind its header.
pub(crate) fn revision(id: &str, parents: &[&str], rest: &str) -> String {
    format!("revision = \"{id}\"\nparents = {parents:?}\nmessage = \"about {id}\"\n{rest}\n")
}

/// The text of a revision that creates a table with a key and a text.
pub(crate) fn table(id: &str, parents: &[&str], name: &str) -> String {
    revision(
        id,
        parents,
        &format!(
            "\n[[upgrade]]\nop = \"create_table\"\ntable = \"{name}\"\ncolumns = [\n    \
             {{ name = \"id\", type = \"bigint\", identity = true }},\n    \
             {{ name = \"body\", type = \"text\", nullable = true }},\n]\nprimary_key = {{ columns = [\"id\"] }}"
        ),
    )
}
