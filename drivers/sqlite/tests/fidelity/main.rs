//! From one real schema to another and back: `cases/*.sql` each hold a schema, with rows, and behind `-- after` the one
//! that is to come of it. What is reached must be what SQLite itself would hold, and the way back must lead back.

use std::path::Path;

use limbeck_core::autogenerate::{comparison, propose};
use limbeck_core::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints};
use limbeck_core::driver::{Dialect, Introspector, Scope, Version};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Naming, Schema};
use limbeck_sqlite::dialect::SqliteDialect;
use limbeck_sqlite::{SqliteDriver, SqliteIntrospector};
use rusqlite::Connection as Plain;

/// What parts the two schemas of a case.
const AFTER: &str = "\n-- after\n";

fn linked() -> SqliteDialect {
    SqliteDialect::new(Version::parse(rusqlite::version()).expect("the library has a version"))
}

fn database(sql: &str) -> Plain {
    let database = Plain::open_in_memory().unwrap();
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    database.execute_batch(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    database
}

/// What the introspector makes of a database with the same catalog.
async fn observe(database: &Plain) -> Schema {
    use limbeck_core::driver::Driver;
    let scratch = SqliteDriver.scratch().await.unwrap();
    let mut connection = scratch.acquire().await.unwrap();
    for sql in texts(database) {
        connection.execute(&sql, &[]).await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }
    let found = SqliteIntrospector.introspect(&mut *connection, &Scope::default()).await.unwrap();
    assert_eq!(found.unmanaged, []);
    found.schema
}

/// The statements that make what is there, tables first.
fn texts(database: &Plain) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') \
               ORDER BY type = 'trigger', type = 'view', type = 'index', rowid";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn counts(database: &Plain) -> Vec<(String, i64)> {
    let sql = "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = database.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
    names
        .map(|name| {
            let count = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
            let count = database.query_row(&count, [], |row| row.get(0)).unwrap();
            (name, count)
        })
        .collect()
}

/// All of a schema in lines, in which neither spaces nor the case of letters count, nor the order of what has none.
fn lines(schema: &Schema) -> Vec<String> {
    let plain = |text: String| text.to_lowercase().replace(char::is_whitespace, "");
    let mut lines = Vec::new();
    for table in schema.tables.values() {
        let name = &table.name;
        let columns = table.columns.iter().enumerate();
        lines.extend(columns.map(|(at, column)| format!("{name} {at} {column:?}")));
        lines.extend(table.constraints.iter().map(|constraint| format!("{name} {constraint:?}")));
        lines.extend(table.indexes.values().map(|index| format!("{name} {index:?}")));
        lines.push(format!("{name} {:?}", table.options));
    }
    lines.extend(schema.objects.values().map(|object| format!("{object:?}")));
    let mut lines: Vec<String> = lines.into_iter().map(plain).collect();
    lines.sort();
    lines
}

fn same(left: &Schema, right: &Schema, what: &str) {
    let (left, right) = (lines(left), lines(right));
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>()
    };
    let (more, less) = (only(&left, &right), only(&right, &left));
    assert!(left == right, "{what}: there is {more:#?} instead of {less:#?}");
}

/// Carries operations out as the engine does, but for the guards, which look at what no case has.
fn run(database: &Plain, operations: &[Operation], before: &Schema, case: &str) {
    let plan = linked().plan(operations, before).unwrap_or_else(|error| panic!("{case}: {error}"));
    database.execute_batch("BEGIN").unwrap();
    for statement in plan {
        let sql = &statement.sql;
        database.execute_batch(sql).unwrap_or_else(|error| panic!("{case}: {error}\n{sql}"));
    }
    database.execute_batch("COMMIT").unwrap();
}

async fn check(case: &str, text: &str) {
    let (before, after) = text.split_once(AFTER).unwrap_or_else(|| panic!("{case} has no `-- after`"));
    let dialect = linked();
    let rules = comparison(&dialect, true);
    let naming = Naming::default();
    let hints = Hints::default();
    let options = DiffOptions {
        hints: &hints,
        naming: &naming,
        rules: &rules,
        guess: Guess::Never,
        fills: FillPolicy::Never,
        casts: CastPolicy::Never,
        declined: &[],
    };
    let subject = database(before);
    let from = observe(&subject).await;
    let to = observe(&database(after)).await;
    let proposal = propose(&from, &to, &options);
    let downgrade = proposal.downgrade.unwrap_or_else(|error| panic!("{case}: {error}"));
    let rows = counts(&subject);

    // Out of nothing, too.
    let made = database("");
    run(&made, &propose(&Schema::new(), &from, &options).operations, &Schema::new(), case);
    same(&observe(&made).await, &from, &format!("{case}, out of nothing"));

    run(&subject, &proposal.operations, &from, case);
    let there = observe(&subject).await;
    same(&there, &to, &format!("{case}, forward"));
    assert_eq!(propose(&there, &to, &options).operations, [], "{case}, a second time");
    let now = counts(&subject);
    for (table, count) in &rows {
        let left = now.iter().find(|(name, _)| name == table);
        assert!(left.is_none_or(|(_, left)| left >= count), "{case}: rows of {table} are lost");
    }

    run(&subject, &downgrade, &to, case);
    same(&observe(&subject).await, &from, &format!("{case}, back"));
    run(&subject, &proposal.operations, &from, case);
    same(&observe(&subject).await, &to, &format!("{case}, forward again"));
    let whole: String = subject.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok", "{case}");
}

#[tokio::test]
async fn every_case_leads_there_and_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 100);
    for file in files {
        let case = file.file_stem().unwrap().to_string_lossy().into_owned();
        check(&case, &std::fs::read_to_string(&file).unwrap()).await;
    }
}
