//! From one real schema to another and back: `cases/*/*.sql` each hold a schema, with rows, and behind `-- after` the one
//! that is to come of it. What is reached must be what the server itself shows of that, and the way back must lead back.

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use limbeck_core::autogenerate::{comparison, propose};
use limbeck_core::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints};
use limbeck_core::driver::Driver;
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Naming, Schema};
use limbeck_mysql::MysqlDriver;
use support::{Db, Server};

/// What parts the two schemas of a case.
const AFTER: &str = "\n-- after\n";

type Shown = BTreeMap<String, Vec<String>>;

fn same(found: &Shown, wanted: &Shown, what: &str) -> Result<(), String> {
    if found == wanted {
        return Ok(());
    }
    let mut said = vec![what.to_owned()];
    for name in found.keys().chain(wanted.keys()) {
        if found.get(name) == wanted.get(name) {
            continue;
        }
        let empty = Vec::new();
        let (found, wanted) = (found.get(name).unwrap_or(&empty), wanted.get(name).unwrap_or(&empty));
        said.push(format!("  {name}"));
        said.extend(wanted.iter().filter(|line| !found.contains(line)).map(|line| format!("    - {line}")));
        said.extend(found.iter().filter(|line| !wanted.contains(line)).map(|line| format!("    + {line}")));
    }
    Err(said.join("\n"))
}

async fn run(db: &mut Db, operations: &[Operation], before: &Schema) -> Result<(), String> {
    let dialect = MysqlDriver.dialect(db.connection.server());
    for statement in dialect.plan(operations, before).map_err(|error| error.to_string())? {
        db.run(&statement.sql).await?;
    }
    Ok(())
}

async fn counts(db: &mut Db) -> BTreeMap<String, String> {
    let tables = db
        .texts("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')", 0)
        .await;
    let mut counts = BTreeMap::new();
    for table in tables {
        let count = db.texts(&format!("SELECT count(*) FROM `{}`", table.replace('`', "``")), 0).await;
        counts.insert(table, count.concat());
    }
    counts
}

async fn check(server: &Server, case: &str, text: &str) -> Result<(), String> {
    let (before, after) = text.split_once(AFTER).ok_or("there is no `-- after`")?;
    let mut subject = server.make(&format!("{case}_a")).await;
    let mut target = server.make(&format!("{case}_b")).await;
    let mut made = server.make(&format!("{case}_c")).await;
    let result = steps(&mut subject, &mut target, &mut made, before, after).await;
    for db in [subject, target, made] {
        db.drop().await;
    }
    result
}

async fn steps(
    subject: &mut Db,
    target: &mut Db,
    made: &mut Db,
    before: &str,
    after: &str,
) -> Result<(), String> {
    let dialect = MysqlDriver.dialect(subject.connection.server());
    let rules = comparison(&*dialect, true);
    let (naming, hints) = (Naming::default(), Hints::default());
    let options = DiffOptions {
        hints: &hints,
        naming: &naming,
        rules: &rules,
        guess: Guess::Never,
        fills: FillPolicy::Never,
        casts: CastPolicy::Never,
        declined: &[],
    };
    subject.load(before).await?;
    target.load(after).await?;
    let (from, to) = (subject.try_observe().await?, target.try_observe().await?);
    let (start, goal) = (subject.shown().await, target.shown().await);
    let proposal = propose(&from, &to, &options);
    let downgrade = proposal.downgrade.map_err(|error| error.to_string())?;
    let rows = counts(subject).await;

    run(made, &propose(&Schema::new(), &from, &options).operations, &Schema::new()).await?;
    same(&made.shown().await, &start, "out of nothing")?;

    run(subject, &proposal.operations, &from).await?;
    same(&subject.shown().await, &goal, "forward")?;
    let again = propose(&subject.try_observe().await?, &to, &options).operations;
    if !again.is_empty() {
        return Err(format!("a second time: {again:#?}"));
    }
    let now = counts(subject).await;
    if let Some((table, _)) =
        rows.iter().find(|(table, count)| now.get(*table).is_some_and(|now| now != *count))
    {
        return Err(format!("rows of {table} are lost"));
    }
    run(subject, &downgrade, &to).await.map_err(|error| format!("back: {error}"))?;
    same(&subject.shown().await, &start, "back")?;
    run(subject, &proposal.operations, &from).await.map_err(|error| format!("again: {error}"))?;
    same(&subject.shown().await, &goal, "forward again")
}

fn cases(server: &Server) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fidelity/cases");
    let extra = std::env::var_os("LIMBECK_FIDELITY_CASES").map(PathBuf::from);
    let mut files: Vec<PathBuf> = [folder.join("both"), folder.join(server.name)]
        .into_iter()
        .filter(|_| extra.is_none())
        .chain(extra.clone())
        .flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    files
}

async fn every_case(name: &str) {
    let only = std::env::var("LIMBECK_FIDELITY_CASE").unwrap_or_default();
    let mut failed = Vec::new();
    for server in Server::all().into_iter().filter(|server| server.name == name) {
        let files = cases(&server);
        assert!(!files.is_empty());
        for file in files {
            let case = file.file_stem().unwrap().to_string_lossy().into_owned();
            if !case.contains(&only) {
                continue;
            }
            if let Err(error) = check(&server, &case, &std::fs::read_to_string(&file).unwrap()).await {
                failed.push(format!("{case} on {}: {error}", server.name));
            }
        }
    }
    assert!(failed.is_empty(), "{} cases:\n{}", failed.len(), failed.join("\n\n"));
}

#[tokio::test]
async fn every_case_leads_there_and_back_on_mysql() {
    every_case("mysql").await;
}

#[tokio::test]
async fn every_case_leads_there_and_back_on_mariadb() {
    every_case("mariadb").await;
}
