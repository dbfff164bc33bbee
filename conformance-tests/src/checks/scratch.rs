//! Scratch databases.

use limbeck_core::driver::{DriverErrorKind, Scope};
use limbeck_core::schema::Schema;

use super::{create, made, run, table};
use crate::outcome::{Verdict, expect, expect_eq, not_applicable};
use crate::run::Bench;

/// It is empty, whatever the database beside it holds, and speaks the same dialect.
pub(crate) async fn it_is_empty(bench: &Bench) -> Verdict {
    made(bench, &mut *bench.connect().await?, &[create(table("t", &[]))]).await?;
    let scratch = bench.database.scratch().await?;
    let seen = async {
        let mut connection = scratch.acquire().await?;
        expect_eq("the server", connection.server(), bench.server())?;
        bench.observe_with(&mut *connection, &Scope::default()).await
    }
    .await;
    scratch.discard().await?;
    expect_eq("what is in it", &seen?, &Schema::new())
}

/// What is done in it stays in it.
pub(crate) async fn it_is_apart(bench: &Bench) -> Verdict {
    let (one, two) = (bench.database.scratch().await?, bench.database.scratch().await?);
    let work = async {
        made(bench, &mut *one.acquire().await?, &[create(table("only_in_one", &[]))]).await?;
        let there = one.acquire().await?.has_table(&"only_in_one".into()).await?;
        expect(there, || "its table is gone with the connection".to_owned())?;
        let elsewhere = two.acquire().await?.has_table(&"only_in_one".into()).await?;
        expect(!elsewhere, || "another scratch database has its table".to_owned())?;
        let beside = bench.connect().await?.has_table(&"only_in_one".into()).await?;
        expect(!beside, || "the database beside it has its table".to_owned())
    }
    .await;
    one.discard().await?;
    two.discard().await?;
    work
}

/// The next one is empty again.
pub(crate) async fn it_is_taken_away(bench: &Bench) -> Verdict {
    for _ in 0..2 {
        let scratch = bench.database.scratch().await?;
        let work = async {
            let mut connection = scratch.acquire().await?;
            made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
            run(&mut *connection, "INSERT INTO t (id) VALUES (1)").await
        }
        .await;
        scratch.discard().await?;
        work?;
    }
    Ok(())
}

/// One that is dropped without a word is in nobody's way.
pub(crate) async fn it_may_be_dropped(bench: &Bench) -> Verdict {
    let scratch = bench.database.scratch().await?;
    made(bench, &mut *scratch.acquire().await?, &[create(table("t", &[]))]).await?;
    drop(scratch);
    let seen = bench.observe(&Scope::default()).await?;
    expect_eq("what is in the database", &seen, &Schema::new())
}

/// A driver makes one without a target, if the kind needs no server for that.
pub(crate) async fn a_driver_makes_one_alone(bench: &Bench) -> Verdict {
    let scratch = match bench.driver.scratch().await {
        Ok(scratch) => scratch,
        Err(error) if error.kind == DriverErrorKind::Unsupported => return not_applicable(error.message),
        Err(error) => return Err(error.into()),
    };
    let seen = async { bench.observe_with(&mut *scratch.acquire().await?, &Scope::default()).await }.await;
    scratch.discard().await?;
    expect_eq("what is in it", &seen?, &Schema::new())
}
