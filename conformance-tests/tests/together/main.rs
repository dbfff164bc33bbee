//! One set of revisions on all servers at once: the files in `migrations/` are applied to each server that is there, one
//! after the other, undone down to nothing and applied again. After each step the schema that a server shows must be the
//! one that the revisions say, up to the table of portable types, and the rows must be the same on all.

#[path = "../harness/mysql.rs"]
mod mysql;
#[path = "../harness/postgres.rs"]
mod postgres;
#[path = "../harness/sqlite.rs"]
mod sqlite;

mod journey;
mod likeness;
mod types;
mod values;

use std::path::PathBuf;
use std::sync::Arc;

use limbeck_conformance::{Harness, assert_there_if_required};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Revision, read_directories};

use journey::{Journey, differences, travel};

/// The variables that lead to servers, and what these are called.
const SERVERS: [(&str, &str); 4] = [
    ("postgres", "LIMBECK_TEST_POSTGRES_URL"),
    ("postgres18", "LIMBECK_TEST_POSTGRES18_URL"),
    ("mariadb", "LIMBECK_TEST_MARIADB_URL"),
    ("mysql", "LIMBECK_TEST_MYSQL_URL"),
];

fn revisions() -> Vec<Revision> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/together/migrations");
    let mut revisions = read_directories(&[folder]).unwrap_or_else(|errors| panic!("{errors:?}"));
    // Each has the one before it as its parent.
    let mut sorted: Vec<Revision> = Vec::new();
    while !revisions.is_empty() {
        let last = sorted.last().map(|last| last.id.clone());
        let next = revisions.iter().position(|revision| revision.parents.first() == last.as_ref());
        sorted.push(revisions.remove(next.unwrap_or_else(|| panic!("nothing follows {last:?}"))));
    }
    sorted
}

fn harness(name: &str, variable: &str) -> Arc<dyn Harness> {
    match name {
        "postgres" | "postgres18" => Arc::new(postgres::PostgresHarness::of(variable)),
        _ => Arc::new(mysql::MysqlHarness::of(variable)),
    }
}

/// The servers that are there, SQLite among them.
fn servers() -> Vec<(&'static str, Arc<dyn Harness>)> {
    let mut there: Vec<(&'static str, Arc<dyn Harness>)> = vec![("sqlite", Arc::new(sqlite::SqliteHarness))];
    for (name, variable) in SERVERS {
        assert_there_if_required(variable, name);
        let harness = harness(name, variable);
        match harness.left_out() {
            None => there.push((name, harness)),
            Some(reason) => println!("left out: {name}: {reason}"),
        }
    }
    there
}

#[test]
fn every_operation_is_among_them() {
    let revisions = revisions();
    assert!(revisions.len() >= 40, "{} revisions", revisions.len());
    let said: Vec<&str> = revisions.iter().flat_map(|one| &one.upgrade).map(Operation::kind).collect();
    let portable = [
        "create_table",
        "drop_table",
        "rename_table",
        "alter_table",
        "add_column",
        "drop_column",
        "rename_column",
        "alter_column",
        "add_primary_key",
        "add_unique",
        "add_foreign_key",
        "add_check",
        "drop_constraint",
        "rename_constraint",
        "create_index",
        "drop_index",
        "rename_index",
        "create_enum",
        "alter_enum",
        "drop_enum",
        "create_object",
        "replace_object",
        "drop_object",
        "insert",
        "execute",
        "run",
    ];
    for kind in portable {
        assert!(said.contains(&kind), "no revision says `{kind}`");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_files_make_the_same_of_every_server() {
    let revisions = Arc::new(revisions());
    let mut under_way = Vec::new();
    for (name, harness) in servers() {
        let revisions = Arc::clone(&revisions);
        under_way.push((name, tokio::spawn(async move { travel(name, &harness, &revisions).await })));
    }
    let mut journeys: Vec<Journey> = Vec::new();
    let mut problems = Vec::new();
    for (name, journey) in under_way {
        match journey.await {
            Ok(Ok(journey)) => journeys.push(journey),
            Ok(Err(problem)) => problems.push(format!("{name}: {problem}")),
            Err(panic) => problems.push(format!("{name}: {panic}")),
        }
    }
    for journey in &journeys {
        problems.extend(journey.problems.iter().map(|problem| format!("{}: {problem}", journey.server)));
        problems.extend(differences(&journeys[0], journey));
    }
    assert!(problems.is_empty(), "{} differences:\n{}", problems.len(), problems.join("\n"));
}

/// What the other test compares can differ: one word in one file is enough.
#[tokio::test]
async fn a_deviation_is_found() {
    let harness: Arc<dyn Harness> = Arc::new(sqlite::SqliteHarness);
    let first: Vec<Revision> = revisions().into_iter().take(6).collect();
    let straight = travel("sqlite", &harness, &first).await.unwrap();
    assert_eq!(straight.problems, Vec::<String>::new());
    assert_eq!(differences(&straight, &straight), Vec::<String>::new());
    let mut other = first.clone();
    for operation in other.iter_mut().flat_map(|revision| &mut revision.upgrade) {
        match operation {
            Operation::CreateTable(table) if table.name == "members".into() => {
                table.columns[4].nullable = true;
            }
            Operation::Insert { rows, .. } => {
                rows[0].insert("title".into(), limbeck_core::operation::Literal::String("Kern".to_owned()));
            }
            _ => {}
        }
        if let Operation::Insert { table, .. } = operation
            && *table == "teams".into()
        {
            break;
        }
    }
    // Held against what the files say, and against a server that holds to them.
    let said = journey::Expected::of("sqlite", &first);
    let bent = journey::travel_expecting("sqlite", &harness, &other, &said).await.unwrap();
    assert!(
        bent.problems.iter().any(|line| line.contains("members.score") && line.contains("null")),
        "{:?}",
        bent.problems
    );
    assert!(differences(&straight, &bent).iter().any(|line| line.contains("Kern")));
}
