//! Sessions that die in the middle: whoever runs the same again gets to the same end.

use std::sync::Arc;

use limbeck_core::ident::RevisionId;
use limbeck_core::plan::Direction;
use limbeck_core::revision::Revision;
use limbeck_core::schema::Schema;

use super::history::{HEAD, history, schema};
use crate::faults::{Death, Fault, FaultyDriver};
use crate::outcome::{Stop, Verdict, expect, expect_eq, not_applicable};
use crate::run::{Bench, Contents, Engine, Lost, contents, same};

/// More calls than any run of the history makes: a fault that never ends is an error of the suite.
const ENOUGH: usize = 5_000;

/// The session dies at each call, and the server does not get to hear of that call.
pub(crate) async fn at_every_call(bench: &Bench) -> Verdict {
    at_each(bench, Death::Before).await
}

/// The session dies at each call after the server has done what it asks.
pub(crate) async fn behind_every_call(bench: &Bench) -> Verdict {
    at_each(bench, Death::After).await
}

/// What a database holds.
struct State {
    schema: Schema,
    contents: Contents,
    recorded: Vec<RevisionId>,
}

async fn state(bench: &Bench, expected: &Schema) -> Verdict<State> {
    let mut connection = bench.connect().await?;
    let seen = bench.observe_with(&mut *connection, &bench.scope(expected)).await?;
    let contents = contents(&mut *connection, &*bench.dialect, &seen, &Lost::default()).await?;
    let recorded = bench.record().read(&mut *connection).await?.into_keys().collect();
    Ok(State { schema: seen, contents, recorded })
}

async fn at_each(bench: &Bench, death: Death) -> Verdict {
    if !bench.capabilities().transactional_ddl {
        return not_applicable(format!("{} has no transactional_ddl", bench.server().product));
    }
    let revisions = history(bench)?;
    let ends = [
        (Direction::Upgrade, HEAD, schema(&revisions, revisions.len())?),
        (Direction::Downgrade, "base", Schema::new()),
    ];
    let mut wanted = Vec::new();
    for (direction, target, schema) in &ends {
        Engine::open(bench, &revisions).await?.migrate(*direction, target).await?;
        wanted.push(state(bench, schema).await?);
    }
    for at in 0..ENOUGH {
        let mut struck = false;
        for ((direction, target, schema), wanted) in ends.iter().zip(&wanted) {
            struck |= dies(bench, &revisions, *direction, target, Fault::at(at, death)).await?;
            let during = |stop: Stop| stop.during(&format!("{direction:?}, after a death at call {at}"));
            let mut engine = Engine::open(bench, &revisions).await?;
            engine.migrate(*direction, target).await.map_err(|error| during(error.into()))?;
            let found = state(bench, schema).await.map_err(during)?;
            same("the schema", &found.schema, &wanted.schema).map_err(during)?;
            expect_eq("the rows", &found.contents, &wanted.contents).map_err(during)?;
            expect_eq("the record", &found.recorded, &wanted.recorded).map_err(during)?;
        }
        if !struck {
            return expect(at > 20, || format!("only {at} calls were made"));
        }
    }
    Err(format!("there was no end after {ENOUGH} calls").into())
}

/// Runs with a fault; whether that came. If it did, the run must say that something went wrong, unless all was done and
/// only the end of the session was left.
async fn dies(
    bench: &Bench,
    revisions: &[Revision],
    direction: Direction,
    target: &str,
    fault: Arc<Fault>,
) -> Verdict<bool> {
    let driver = Arc::new(FaultyDriver::new(Arc::clone(&bench.driver), Arc::clone(&fault)));
    let result = Engine::through(driver, bench, revisions).await?.migrate(direction, target).await;
    match result {
        Ok(_) => Ok(fault.has_struck()),
        Err(_) if fault.has_struck() => Ok(true),
        Err(error) => Err(error.into()),
    }
}
