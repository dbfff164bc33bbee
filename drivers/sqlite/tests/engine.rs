//! Whole runs on database files: what becomes of rows, schema and record.

use std::sync::Arc;

use limbeck_core::driver::{Access, DatabaseSettings, DatabaseUrl, Driver, RecordTables};
use limbeck_core::execution::{
    Approval, ExecutionError, Interrupt, RunOptions, Session, Silent, Status, Transactions, accept_edits,
    run, script,
};
use limbeck_core::graph::Specifier;
use limbeck_core::history::History;
use limbeck_core::plan::{PlanError, Step, downgrade, upgrade};
use limbeck_core::revision::{Format, parse};
use limbeck_sqlite::SqliteDriver;
use rusqlite::Connection;

/// A database file and the revisions for it, each the child of the one before.
struct Project {
    folder: tempfile::TempDir,
    revisions: Vec<String>,
}

impl Project {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), revisions: Vec::new() }
    }

    /// Adds a revision with these operations, called `r1`, `r2`, …
    fn revision(&mut self, operations: &str) {
        let number = self.revisions.len() + 1;
        let parents = if number == 1 { String::new() } else { format!("\"r{}\"", number - 1) };
        self.revisions.push(format!(
            "revision = \"r{number}\"\nparents = [{parents}]\nmessage = \"\"\ncreated = 2026-11-22T14:30:05Z\n{operations}"
        ));
    }

    fn history(&self) -> History {
        let revisions = self.revisions.iter().enumerate();
        let parsed = revisions.map(|(at, text)| {
            parse(format!("r{}.toml", at + 1), text.as_str(), Format::Toml)
                .unwrap_or_else(|errors| panic!("{errors:?}"))
        });
        History::new(parsed.collect())
    }

    async fn session(&self) -> Session {
        let driver: Arc<dyn Driver> = Arc::new(SqliteDriver);
        let mut settings = DatabaseSettings::new("main", DatabaseUrl::parse("sqlite://app.db").unwrap());
        settings.directory = self.folder.path().to_owned();
        Session::open(driver, &settings, Access::Write).await.unwrap()
    }

    /// Applies what is missing.
    async fn migrate(&self, transactions: Transactions) -> Result<(), ExecutionError> {
        self.migrate_in(&mut self.session().await, transactions).await
    }

    async fn migrate_in(
        &self,
        session: &mut Session,
        transactions: Transactions,
    ) -> Result<(), ExecutionError> {
        let options = RunOptions { transactions, applied_by: "test".to_owned(), ..RunOptions::default() };
        let plan = |status: &Status| {
            upgrade(&status.standing.graph, &status.standing.applied, &[Specifier::heads()])
        };
        self.run(session, &plan, &options).await
    }

    /// Undoes what came after `target`.
    async fn downgrade(&self, target: &str) -> Result<(), ExecutionError> {
        let options = RunOptions {
            transactions: Transactions::PerRevision,
            applied_by: "test".to_owned(),
            ..RunOptions::default()
        };
        let target = target.parse().unwrap();
        let plan = |status: &Status| downgrade(&status.standing.graph, &status.standing.applied, &target);
        self.run(&mut self.session().await, &plan, &options).await
    }

    async fn run(
        &self,
        session: &mut Session,
        plan: &(dyn Fn(&Status) -> Result<Vec<Step>, PlanError> + Sync),
        options: &RunOptions,
    ) -> Result<(), ExecutionError> {
        let mut approve = |_: &[_]| Approval::Go;
        let mut history = self.history();
        let outcome =
            run(session, &mut history, plan, options, &mut approve, &Silent, &Interrupt::new()).await;
        outcome.result
    }

    fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("app.db")).unwrap()
    }

    fn sql(&self, sql: &str) {
        self.database().execute_batch(sql).unwrap();
    }

    /// The first column of the rows, as texts.
    fn rows(&self, sql: &str) -> Vec<String> {
        let database = self.database();
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn applied(&self) -> Vec<String> {
        self.rows("SELECT revision FROM limbeck_revisions ORDER BY revision")
    }
}

const PARENT_AND_CHILD: &str = r#"
[[upgrade]]
op = "create_enum"
name = "mood"
values = ["good", "bad"]
[[upgrade]]
op = "create_table"
table = "parent"
columns = [{ name = "id", type = "bigint" }, { name = "mood", type = "enum(mood)" }]
primary_key = { columns = ["id"] }
[[upgrade]]
op = "create_table"
table = "child"
columns = [{ name = "id", type = "bigint" }, { name = "parent", type = "bigint" }]
primary_key = { columns = ["id"] }
foreign_keys = [{ columns = ["parent"], references = { table = "parent", columns = ["id"] }, on_delete = "cascade" }]
"#;

const ALTER_ENUM: &str = r#"
[[upgrade]]
op = "alter_enum"
name = "mood"
add = ["fair"]
"#;

const RAW_DDL: &str = r#"
[[upgrade]]
op = "execute"
sql = "CREATE TABLE other (a integer)"
"#;

/// Two tables, with a row each.
async fn family() -> Project {
    let mut project = Project::new();
    project.revision(PARENT_AND_CHILD);
    project.migrate(Transactions::PerRevision).await.unwrap();
    project.sql("INSERT INTO parent VALUES (1, 'good'); INSERT INTO child VALUES (10, 1)");
    project
}

#[tokio::test]
async fn children_survive_a_rebuild_for_an_enum_in_one_transaction_for_all() {
    let mut project = family().await;
    project.revision(ALTER_ENUM);
    project.migrate(Transactions::All).await.unwrap();
    assert_eq!(project.rows("SELECT CAST(id AS text) FROM child"), ["10"]);
    project.sql("UPDATE parent SET mood = 'fair'");
}

#[tokio::test]
async fn children_survive_a_rebuild_for_an_enum_behind_raw_ddl() {
    let mut project = family().await;
    project.revision(&format!("{RAW_DDL}{ALTER_ENUM}"));
    project.migrate(Transactions::PerRevision).await.unwrap();
    assert_eq!(project.rows("SELECT CAST(id AS text) FROM child"), ["10"]);
    project.sql("UPDATE parent SET mood = 'fair'");
}

#[tokio::test]
async fn children_survive_a_table_that_raw_ddl_puts_in_the_place_of_another() {
    for transactions in [Transactions::PerRevision, Transactions::All] {
        let mut project = family().await;
        project.revision(
            r#"
[[upgrade]]
op = "execute"
sql = "CREATE TABLE made (id bigint NOT NULL PRIMARY KEY, mood text); INSERT INTO made SELECT id, mood FROM parent"
[[upgrade]]
op = "drop_table"
table = "parent"
[[upgrade]]
op = "execute"
sql = "ALTER TABLE made RENAME TO parent"
"#,
        );
        project.migrate(transactions).await.unwrap();
        assert_eq!(project.rows("SELECT CAST(id AS text) FROM child"), ["10"], "{transactions:?}");
    }
}

#[tokio::test]
async fn a_dropped_table_does_not_take_the_rows_that_point_at_it_along() {
    for transactions in [Transactions::PerRevision, Transactions::All] {
        let mut project = family().await;
        project.revision("[[upgrade]]\nop = \"drop_table\"\ntable = \"parent\"\n");
        assert!(project.migrate(transactions).await.is_err());
        assert_eq!(project.rows("SELECT CAST(id AS text) FROM child"), ["10"], "{transactions:?}");
        assert_eq!(project.applied(), ["r1"]);
    }
}

#[tokio::test]
async fn an_enum_is_altered_after_raw_ddl_in_the_same_run() {
    for between in [
        "",
        "[[upgrade]]\nop = \"add_column\"\ntable = \"parent\"\ncolumn = { name = \"x\", type = \"text\", nullable = true }\n",
    ] {
        let mut project = family().await;
        project.revision(RAW_DDL);
        project.revision(between);
        project.revision(ALTER_ENUM);
        project.migrate(Transactions::PerRevision).await.unwrap();
        project.sql("UPDATE parent SET mood = 'fair'");
        assert!(project.database().execute("UPDATE parent SET mood = 'worse'", []).is_err());
    }
}

#[tokio::test]
async fn an_enum_is_not_altered_where_raw_ddl_has_made_something_else_of_it() {
    let mut project = family().await;
    project.revision(
        r#"
[[upgrade]]
op = "execute"
sql = "ALTER TABLE child RENAME TO kin; ALTER TABLE parent RENAME TO old; CREATE TABLE parent (id bigint NOT NULL, mood text CHECK (mood <> '')); DROP TABLE kin; DROP TABLE old"
"#,
    );
    project.revision(ALTER_ENUM);
    let error = project.migrate(Transactions::PerRevision).await.unwrap_err();
    assert!(error.to_string().contains("the enum mood"), "{error}");
    assert_eq!(project.applied(), ["r1", "r2"]);
}

#[tokio::test]
async fn a_commit_that_fails_leaves_nothing_open_and_nothing_recorded() {
    let deferred = r#"
[[upgrade]]
op = "execute"
sql = "PRAGMA defer_foreign_keys = ON; PRAGMA legacy_alter_table = ON; INSERT INTO child VALUES (11, 999)"
"#;
    for transactions in [Transactions::PerRevision, Transactions::All] {
        let mut project = family().await;
        project.revision(deferred);
        let mut session = project.session().await;
        assert!(project.migrate_in(&mut session, transactions).await.is_err());
        assert_eq!(project.applied(), ["r1"]);
        let set = session.connection.query("PRAGMA legacy_alter_table", &[]).await.unwrap();
        assert_eq!(set[0].integer(0), Some(0));
        // The session is as good as new.
        project.revisions.pop();
        project.revision(ALTER_ENUM);
        project.migrate_in(&mut session, transactions).await.unwrap();
        assert_eq!(project.rows("SELECT CAST(id AS text) FROM child"), ["10"]);
    }
}

/// Runs the script of what follows r1 with foreign keys off at first, as the shell has them, up to the first error.
fn run_script(project: &Project) -> Result<(), rusqlite::Error> {
    let history = project.history();
    let applied = ["r1".parse().unwrap()].into();
    let standing = history.standing(&applied).unwrap();
    let dialect = SqliteDriver.offline_dialect("sqlite").unwrap();
    assert!(dialect.script_stops_on_error().is_some_and(|line| line.contains("-bail")));
    let steps = upgrade(&standing.graph, &applied, &[Specifier::heads()]).unwrap();
    let record = RecordTables::default();
    let made = script(&*dialect, &record, &history, &standing, &steps, Some("main"), "test").unwrap();
    let database = project.database();
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let mut statements = made.iter().flat_map(|step| &step.statements);
    statements.try_for_each(|statement| database.execute_batch(statement))
}

#[tokio::test]
async fn a_script_does_to_rows_what_a_run_does() {
    let mut project = family().await;
    project.revision("[[upgrade]]\nop = \"execute\"\nsql = \"DELETE FROM parent\"\n");
    run_script(&project).unwrap();
    assert!(project.rows("SELECT CAST(id AS text) FROM child").is_empty());
    assert_eq!(project.applied(), ["r1", "r2"]);
}

#[tokio::test]
async fn a_script_commits_no_more_rows_that_point_nowhere() {
    for lost in ["", " WHERE id = 1"] {
        let mut project = family().await;
        // One that was there before.
        project.sql("PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (11, 999)");
        let delete = if lost.is_empty() { String::new() } else { format!("DELETE FROM parent{lost}") };
        project.revision(&format!("{ALTER_ENUM}[[upgrade]]\nop = \"execute\"\nsql = \"{delete}\"\n"));
        let result = run_script(&project);
        if lost.is_empty() {
            result.unwrap();
            assert_eq!(project.applied(), ["r1", "r2"]);
        } else {
            let message = result.unwrap_err().to_string();
            assert!(message.contains("rows would point nowhere"), "{message}");
            assert_eq!(project.applied(), ["r1"]);
        }
    }
}

#[tokio::test]
async fn a_rebuild_takes_no_rule_away_that_it_does_not_know() {
    let retype = r#"
[[upgrade]]
op = "alter_column"
table = "t"
column = "a"
type = "text"
"#;
    let plain = "a integer, b text";
    for (columns, what) in [
        (plain, None),
        ("a integer NOT NULL, b text", Some("NOT NULL columns that no revision knows: a")),
        ("a integer, b text DEFAULT 'x'", Some("defaults that no revision knows: b")),
        ("a integer, b text, UNIQUE (b, a)", Some("unique constraints that no revision knows: b, a")),
        ("a integer REFERENCES t, b text", Some("foreign keys that no revision knows: a to t")),
        ("a integer PRIMARY KEY, b text", Some("a primary key that no revision knows: a")),
        (
            "a integer, b text NOT NULL PRIMARY KEY) WITHOUT ROWID",
            Some("a primary key that no revision knows: b"),
        ),
    ] {
        let mut project = Project::new();
        project.revision(
            r#"
[[upgrade]]
op = "create_table"
table = "t"
columns = [{ name = "a", type = "integer", nullable = true }, { name = "b", type = "text", nullable = true }]
"#,
        );
        project.migrate(Transactions::PerRevision).await.unwrap();
        let after = if columns.contains(") ") { "" } else { ")" };
        project.sql(&format!("DROP TABLE t; CREATE TABLE t ({columns}{after}"));
        project.revision(retype);
        let result = project.migrate(Transactions::PerRevision).await;
        match what {
            None => result.unwrap(),
            Some(what) => {
                let message = result.unwrap_err().to_string();
                assert!(message.contains(what), "{message}");
                assert_eq!(project.applied(), ["r1"]);
            }
        }
    }
}

#[tokio::test]
async fn a_squash_that_stands_alone_from_now_on_takes_over_the_rows_of_what_it_replaced() {
    let create = |table: &str| {
        format!(
            "[[upgrade]]\nop = \"create_table\"\ntable = \"{table}\"\ncolumns = [{{ name = \"a\", type = \"text\" }}]\n"
        )
    };
    let mut project = Project::new();
    project.revision(&create("one"));
    project.revision(&create("two"));
    project.migrate(Transactions::PerRevision).await.unwrap();
    let header = "revision = \"s\"\nparents = []\nmessage = \"\"\ncreated = 2026-11-22T14:30:05Z\n";
    let alone = format!("{header}{}{}", create("one"), create("two"));
    project.revisions = vec![alone.replacen("[[", "replaces = [\"r1\", \"r2\"]\n[[", 1)];
    project.migrate(Transactions::PerRevision).await.unwrap();
    assert_eq!(project.applied(), ["r1", "r2", "s"]);
    project.revisions = vec![alone];
    let mut session = project.session().await;
    let targets = ["s".parse().unwrap()];
    let (observer, interrupt) = (Silent, Interrupt::new());
    let stamped = accept_edits(&mut session, &mut project.history(), &targets, &observer, &interrupt).await;
    assert_eq!(stamped.unwrap().removed.len(), 2);
    assert_eq!(project.applied(), ["s"]);
    project.migrate_in(&mut session, Transactions::PerRevision).await.unwrap();
}

#[tokio::test]
async fn a_table_of_the_records_name_that_is_another_programs_is_said_to_be_so() {
    let mut project = Project::new();
    project.revision("");
    project.sql("CREATE TABLE limbeck_revisions (a); INSERT INTO limbeck_revisions VALUES (1)");
    let ExecutionError::Driver(error) = project.migrate(Transactions::PerRevision).await.unwrap_err() else {
        panic!()
    };
    assert!(error.help.unwrap().contains("version_table"));
}

#[tokio::test]
async fn a_way_back_is_not_derived_from_what_raw_sql_has_changed() {
    for (raw, possible) in [
        ("CREATE TABLE other (a integer)", true),
        ("CREATE INDEX kinder ON \\\"Children\\\" (a)", true),
        ("ALTER TABLE child ADD COLUMN extra text", false),
    ] {
        let mut project = family().await;
        if raw.contains("Children") {
            project.sql("CREATE TABLE Children (a)");
        }
        project.revision(&format!("[[upgrade]]\nop = \"execute\"\nsql = \"{raw}\"\n"));
        project.revision("[[upgrade]]\nop = \"drop_table\"\ntable = \"child\"\n");
        project.migrate(Transactions::PerRevision).await.unwrap();
        let result = project.downgrade("r2").await;
        if possible {
            result.unwrap();
            assert_eq!(project.applied(), ["r1", "r2"]);
        } else {
            let error = result.unwrap_err().to_string();
            assert!(error.contains("revision r2 changes it with raw SQL"), "{error}");
            assert_eq!(project.applied(), ["r1", "r2", "r3"]);
        }
    }
}

/// What the tables of a project hold, and what is on record.
fn all(project: &Project) -> Vec<String> {
    let mut all = project
        .rows("SELECT coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'limbeck%' ORDER BY name");
    all.extend(project.rows("SELECT id || ' ' || length(title) || typeof(title) FROM big ORDER BY id"));
    all.extend(project.applied());
    all
}

#[tokio::test]
async fn a_full_disk_leaves_all_as_it_was_and_the_next_run_goes_on() {
    let mut project = Project::new();
    project.revision(
        r#"
[[upgrade]]
op = "create_table"
table = "big"
columns = [{ name = "id", type = "bigint" }, { name = "title", type = "varchar(9000)" }]
primary_key = { columns = ["id"] }
[[upgrade]]
op = "execute"
sql = """
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 40)
INSERT INTO big SELECT n, hex(zeroblob(2000)) FROM c"""
"#,
    );
    project.migrate(Transactions::PerRevision).await.unwrap();
    project.revision(
        r#"
[[upgrade]]
op = "alter_column"
table = "big"
column = "title"
type = "text"
[[upgrade]]
op = "add_unique"
table = "big"
columns = ["title", "id"]
"#,
    );
    let before = all(&project);
    let pages = |sql: &str| -> i64 { project.database().query_row(sql, [], |row| row.get(0)).unwrap() };
    let now = pages("PRAGMA page_count");
    let mut refused = 0;
    // With each page more, until there is room for all of it.
    for room in 0.. {
        let mut session = project.session().await;
        session.connection.query(&format!("PRAGMA max_page_count = {}", now + room), &[]).await.unwrap();
        match project.migrate_in(&mut session, Transactions::PerRevision).await {
            Ok(()) => break,
            Err(error) => {
                let shown = format!("{error:?}");
                assert!(shown.contains("Full"), "{shown}");
                drop(session);
                assert_eq!(all(&project), before, "with {room} pages more");
                refused += 1;
            }
        }
    }
    assert!(refused > 10, "it was full {refused} times");
    assert_eq!(project.applied(), ["r1", "r2"]);
    assert_eq!(project.rows("PRAGMA integrity_check"), ["ok"]);
    project.downgrade("r1").await.unwrap();
    assert_eq!(all(&project), before);
}
