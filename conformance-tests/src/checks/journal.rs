//! Steps outside a transaction: wherever a session dies, the same again gets to the same end, and nothing happens twice.

use std::sync::Arc;

use limbeck_core::driver::{Connection, Driver};
use limbeck_core::execution::{ExecutionError, Transactions, What, Why};
use limbeck_core::ident::RevisionId;
use limbeck_core::operation::Operation;
use limbeck_core::plan::Direction;
use limbeck_core::record::Journal;
use limbeck_core::revision::Revision;
use limbeck_core::schema::{Column, Schema};

use super::history::read;
use super::run;
use crate::committing::CommittingDriver;
use crate::faults::{Death, Fault, FaultyDriver};
use crate::outcome::{Stop, Verdict, expect, expect_eq, fail, not_applicable};
use crate::run::{Bench, Contents, Engine, Lost, contents, same};

/// The last revision of the history.
const HEAD: &str = "raw";
/// More calls than any run of the history makes.
const ENOUGH: usize = 5_000;

/// With what the server can roll back, statement by statement.
pub(crate) async fn at_every_call(bench: &Bench) -> Verdict {
    at_each(bench, &bench.driver, Death::Before).await
}

/// The same, when the server has done what the last call asks.
pub(crate) async fn behind_every_call(bench: &Bench) -> Verdict {
    at_each(bench, &bench.driver, Death::After).await
}

/// With a server that commits each change to the schema by itself.
pub(crate) async fn at_every_call_where_ddl_commits(bench: &Bench) -> Verdict {
    at_each(bench, &committing(bench)?, Death::Before).await
}

/// The same, when the server has done what the last call asks.
pub(crate) async fn behind_every_call_where_ddl_commits(bench: &Bench) -> Verdict {
    at_each(bench, &committing(bench)?, Death::After).await
}

/// A table that a statement in flight names is changed by somebody else: the run stops and says what differs.
pub(crate) async fn a_change_by_somebody_else_stops_it(bench: &Bench) -> Verdict {
    let driver =
        if bench.capabilities().transactional_ddl { committing(bench)? } else { Arc::clone(&bench.driver) };
    let revisions = revisions()?;
    let mut stopped = 0;
    for at in 0..ENOUGH {
        let fault = Fault::at(at, Death::Before);
        let result = dies(bench, &driver, &revisions, Direction::Upgrade, HEAD, Arc::clone(&fault)).await;
        if !result? {
            return expect(stopped > 0, || "no run has stopped".to_owned());
        }
        let mut connection = bench.connect().await?;
        let in_flight = Journal::new(&*bench.dialect, &bench.settings.record).read(&mut *connection).await?;
        let judged = in_flight.as_ref().is_some_and(|row| row.before.is_some());
        let orders = in_flight.is_some_and(|row| {
            row.statement().is_some_and(|statement| statement.sql.to_lowercase().contains("orders"))
        });
        let there = connection.has_table(&"orders".into()).await?;
        if judged && orders && there {
            // With what is there, and not with what the revisions say.
            let mut present = bench.observe_with(&mut *connection, &bench.scope(&Schema::new())).await?;
            let add = Operation::AddColumn {
                table: "orders".into(),
                column: Box::new(Column::new("foreign_one", "integer").nullable()),
                position: None,
                fill: None,
            };
            bench.apply(&mut *connection, &[add], &mut present).await?;
            let mut engine = Engine::through(Arc::clone(&driver), bench, &revisions).await?;
            match engine.migrate_with(Direction::Upgrade, HEAD, Transactions::None).await {
                Err(ExecutionError::Unsettled(unsettled)) => match unsettled.why {
                    Why::Unclear { differences, .. } => {
                        let says = differences.iter().any(|line| line.contains("foreign_one"));
                        expect(says, || format!("the difference is not said: {differences:?}"))?;
                    }
                    why => return fail(format!("it stopped for another reason: {why}")),
                },
                other => return fail(format!("it did not stop after call {at}: {other:?}")),
            }
            stopped += 1;
            let drop = Operation::DropColumn { table: "orders".into(), column: "foreign_one".into() };
            bench.apply(&mut *connection, &[drop], &mut present).await?;
        }
        drop(connection);
        for (direction, target) in [(Direction::Upgrade, HEAD), (Direction::Downgrade, "base")] {
            let mut engine = Engine::through(Arc::clone(&driver), bench, &revisions).await?;
            engine
                .migrate_with(direction, target, Transactions::None)
                .await
                .map_err(|error| Stop::from(error).during(&format!("{direction:?} after call {at}")))?;
        }
    }
    Err(format!("there was no end after {ENOUGH} calls").into())
}

/// A statement stumbles over rows: what is done stays and is told, and when the rows are mended it goes on from there.
pub(crate) async fn a_refused_statement_is_gone_on_with(bench: &Bench) -> Verdict {
    let revisions = read(include_str!("refused.toml"))?;
    let mut engine = Engine::through(Arc::clone(&bench.driver), bench, &revisions).await?;
    // Twice: as long as nothing is mended, it stands where it stood.
    for _ in 0..2 {
        match engine.migrate_with(Direction::Upgrade, "keyed", Transactions::None).await {
            Err(ExecutionError::Step(problem)) => {
                let state = problem.state.clone();
                expect(problem.half_done && state.contains("done and stay"), || {
                    format!("it says {state:?}")
                })?;
                let refused = matches!(problem.what, What::Statement { .. } | What::Guard { .. });
                expect(refused, || format!("{:?}", problem.what))?;
            }
            other => return fail(format!("the doubled rows were let through: {other:?}")),
        }
    }
    let mut connection = bench.connect().await?;
    expect_eq("what is done", &counted(&mut *connection).await?, &vec![1, 1])?;
    run(&mut *connection, "UPDATE people SET email = 'b' WHERE id = 2").await?;
    engine.migrate_with(Direction::Upgrade, "keyed", Transactions::None).await?;
    expect_eq("what was to be done", &counted(&mut *connection).await?, &vec![11, 11])?;
    let unique = run(&mut *connection, "INSERT INTO people (id, email) VALUES (3, 'b')").await;
    expect(unique.is_err(), || "the unique constraint is not there".to_owned())?;
    engine.migrate_with(Direction::Downgrade, "base", Transactions::None).await?;
    expect(!connection.has_table(&"people".into()).await?, || "the table is still there".to_owned())
}

async fn counted(connection: &mut dyn Connection) -> Verdict<Vec<i64>> {
    let rows = connection.query("SELECT n FROM people ORDER BY id", &[]).await?;
    Ok(rows.iter().filter_map(|row| row.integer(0)).collect())
}

/// Rows that are put aside in a temporary table would be gone in another session.
pub(crate) async fn a_temporary_table_is_refused_before_anything_is_done(bench: &Bench) -> Verdict {
    let revisions = read(include_str!("temporary.toml"))?;
    let mut engine = Engine::through(Arc::clone(&bench.driver), bench, &revisions).await?;
    match engine.migrate_with(Direction::Upgrade, "aside", Transactions::None).await {
        Err(ExecutionError::Step(problem)) => {
            expect(!problem.half_done, || "it was begun".to_owned())?;
            let says = problem.what.to_string();
            expect(says.contains("temporary table"), || says.clone())?;
        }
        other => return fail(format!("the temporary table was let through: {other:?}")),
    }
    let mut connection = bench.connect().await?;
    expect(!connection.has_table(&"before_it".into()).await?, || "its first operation is done".to_owned())
}

/// The driver as that of a server that cannot roll changes to the schema back.
fn committing(bench: &Bench) -> Verdict<Arc<dyn Driver>> {
    if !bench.capabilities().transactional_ddl {
        return not_applicable(format!("DDL commits on {} as it is", bench.server().product));
    }
    Ok(Arc::new(CommittingDriver::new(Arc::clone(&bench.driver))))
}

fn revisions() -> Verdict<Vec<Revision>> {
    read(include_str!("journal.toml"))
}

/// What a database holds.
struct State {
    schema: Schema,
    contents: Contents,
    recorded: Vec<RevisionId>,
    in_flight: bool,
}

async fn state(bench: &Bench) -> Verdict<State> {
    let mut connection = bench.connect().await?;
    let seen = bench.observe_with(&mut *connection, &bench.scope(&Schema::new())).await?;
    let contents = contents(&mut *connection, &*bench.dialect, &seen, &Lost::default()).await?;
    let recorded = bench.record().read(&mut *connection).await?.into_keys().collect();
    let journal = Journal::new(&*bench.dialect, &bench.settings.record);
    let in_flight = journal.read(&mut *connection).await?.is_some();
    Ok(State { schema: seen, contents, recorded, in_flight })
}

async fn at_each(bench: &Bench, driver: &Arc<dyn Driver>, death: Death) -> Verdict {
    let revisions = revisions()?;
    let ends = [(Direction::Upgrade, HEAD), (Direction::Downgrade, "base")];
    let mut wanted = Vec::new();
    for (direction, target) in ends {
        let mut engine = Engine::through(Arc::clone(driver), bench, &revisions).await?;
        engine.migrate_with(direction, target, Transactions::None).await?;
        wanted.push(state(bench).await?);
    }
    for at in 0..ENOUGH {
        let mut struck = false;
        for ((direction, target), wanted) in ends.iter().zip(&wanted) {
            struck |= dies(bench, driver, &revisions, *direction, target, Fault::at(at, death)).await?;
            let during = |stop: Stop| stop.during(&format!("{direction:?}, after a death at call {at}"));
            let mut engine = Engine::through(Arc::clone(driver), bench, &revisions).await?;
            let again = engine.migrate_with(*direction, target, Transactions::None).await;
            again.map_err(|error| during(error.into()))?;
            let found = state(bench).await.map_err(during)?;
            same("the schema", &found.schema, &wanted.schema).map_err(during)?;
            expect_eq("the rows", &found.contents, &wanted.contents).map_err(during)?;
            expect_eq("the record", &found.recorded, &wanted.recorded).map_err(during)?;
            expect_eq("a revision in flight", &found.in_flight, &false).map_err(during)?;
        }
        if !struck {
            return expect(at > 40, || format!("only {at} calls were made"));
        }
    }
    Err(format!("there was no end after {ENOUGH} calls").into())
}

/// Runs with a fault; whether that came.
async fn dies(
    bench: &Bench,
    driver: &Arc<dyn Driver>,
    revisions: &[Revision],
    direction: Direction,
    target: &str,
    fault: Arc<Fault>,
) -> Verdict<bool> {
    let driver = Arc::new(FaultyDriver::new(Arc::clone(driver), Arc::clone(&fault)));
    let mut engine = Engine::through(driver, bench, revisions).await?;
    match engine.migrate_with(direction, target, Transactions::None).await {
        Ok(_) => Ok(fault.has_struck()),
        Err(_) if fault.has_struck() => Ok(true),
        Err(error) => Err(error.into()),
    }
}
