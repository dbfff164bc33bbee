//! Several at once on one database.

use std::time::Duration;

use limbeck_core::execution::ExecutionError;
use limbeck_core::plan::Direction;
use tokio::task::JoinSet;

use super::history::{HEAD, history, schema};
use crate::outcome::{Verdict, expect, expect_eq, fail};
use crate::run::{Bench, Engine, same};

/// How many come at once.
const MANY: usize = 8;

/// Many who apply the same apply each revision once, and all are content.
pub(crate) async fn many_apply_each_revision_once(bench: &Bench) -> Verdict {
    let revisions = history(bench)?;
    let mut runs = JoinSet::new();
    for _ in 0..MANY {
        let mut engine = Engine::open(bench, &revisions).await?;
        runs.spawn(async move { engine.migrate(Direction::Upgrade, HEAD).await });
    }
    let mut steps = 0;
    while let Some(run) = runs.join_next().await {
        steps += run.map_err(|error| error.to_string())??;
    }
    expect_eq("steps of all together", &steps, &revisions.len())?;
    let applied = bench.record().read(&mut *bench.connect().await?).await?;
    expect_eq("revisions on record", &applied.len(), &revisions.len())?;
    let wanted = schema(&revisions, revisions.len())?;
    let seen = bench.observe(&bench.scope(&wanted)).await?;
    same("the schema", &bench.predictable(&seen), &bench.predictable(&bench.predict(&wanted)))
}

/// Some go up while others go down: whoever comes last decides, and nothing is left half done.
pub(crate) async fn up_and_down_do_not_mix(bench: &Bench) -> Verdict {
    let revisions = history(bench)?;
    Engine::open(bench, &revisions).await?.migrate(Direction::Upgrade, "rows").await?;
    let mut runs = JoinSet::new();
    for number in 0..MANY {
        let mut engine = Engine::open(bench, &revisions).await?;
        let (direction, target) = match number % 2 {
            0 => (Direction::Upgrade, HEAD),
            _ => (Direction::Downgrade, "rows"),
        };
        runs.spawn(async move { engine.migrate(direction, target).await });
    }
    while let Some(run) = runs.join_next().await {
        run.map_err(|error| error.to_string())??;
    }
    let applied = bench.record().read(&mut *bench.connect().await?).await?;
    expect([2, revisions.len()].contains(&applied.len()), || format!("{applied:?} is on record"))?;
    let wanted = schema(&revisions, applied.len())?;
    let seen = bench.observe(&bench.scope(&wanted)).await?;
    same("the schema", &bench.predictable(&seen), &bench.predictable(&bench.predict(&wanted)))
}

/// Who may not wait is told so, and nothing happens.
pub(crate) async fn who_may_not_wait_is_told(bench: &Bench) -> Verdict {
    let revisions = history(bench)?;
    let mut holder = bench.connect().await?;
    expect(holder.try_lock(&bench.lock_key()).await?, || "the lock is not to be had".to_owned())?;
    let mut engine = Engine::open(bench, &revisions).await?;
    engine.session.settings.wait = Duration::ZERO;
    match engine.migrate(Direction::Upgrade, HEAD).await {
        Err(ExecutionError::Locked { .. }) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return fail("it went through, though somebody else holds the lock"),
    }
    expect(bench.record().read(&mut *holder).await?.is_empty(), || "something is on record".to_owned())?;
    Ok(holder.unlock(&bench.lock_key()).await?)
}

/// Two records in one database do not wait for each other's lock.
pub(crate) async fn another_record_does_not_wait(bench: &Bench) -> Verdict {
    let revisions = history(bench)?;
    let mut holder = bench.connect().await?;
    expect(holder.try_lock(&bench.lock_key()).await?, || "the lock is not to be had".to_owned())?;
    let mut engine = Engine::open(bench, &revisions).await?;
    engine.session.settings.wait = Duration::ZERO;
    engine.session.settings.record.revisions = "tenant_revisions".into();
    engine.migrate(Direction::Upgrade, HEAD).await?;
    expect(bench.record().read(&mut *holder).await?.is_empty(), || "something is on record".to_owned())?;
    Ok(holder.unlock(&bench.lock_key()).await?)
}

/// Who only looks need not wait for somebody who migrates, and sees whole revisions only.
pub(crate) async fn who_looks_need_not_wait(bench: &Bench) -> Verdict {
    let revisions = history(bench)?;
    let mut engine = Engine::open(bench, &revisions).await?;
    let run = tokio::spawn(async move { engine.migrate(Direction::Upgrade, HEAD).await });
    let mut connection = bench.connect().await?;
    let mut last = 0;
    loop {
        let ended = run.is_finished();
        let applied = bench.record().read(&mut *connection).await?.len();
        expect(applied >= last, || format!("{applied} revisions are on record, and {last} were before"))?;
        last = applied;
        if ended {
            break;
        }
        tokio::task::yield_now().await;
    }
    run.await.map_err(|error| error.to_string())??;
    expect_eq("revisions on record at the end", &last, &revisions.len())
}
