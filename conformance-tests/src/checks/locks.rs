//! The migration lock.

use limbeck_core::driver::{LockKey, Scope, TransactionMode};
use limbeck_core::ident::Name;

use crate::outcome::{Verdict, expect};
use crate::run::Bench;

fn held(locked: bool, what: &str) -> Verdict {
    expect(locked, || format!("{what}: the lock was not to be had"))
}

fn refused(locked: bool, what: &str) -> Verdict {
    expect(!locked, || format!("{what}: the lock was given twice"))
}

/// One session has it; another gets it when it is given back.
pub(crate) async fn only_one_session_holds_it(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    held(first.try_lock(&key).await?, "the first session")?;
    refused(second.try_lock(&key).await?, "the second session")?;
    refused(second.try_lock(&key).await?, "the second session again")?;
    first.unlock(&key).await?;
    held(second.try_lock(&key).await?, "the second session after the first")?;
    Ok(second.unlock(&key).await?)
}

/// A second record in the same database is another lock.
pub(crate) async fn another_record_is_another_lock(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let other = LockKey { record: Name { name: "tenant_revisions".into(), ..key.record.clone() } };
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    held(first.try_lock(&key).await?, "the first record")?;
    held(second.try_lock(&other).await?, "the second record")?;
    first.unlock(&key).await?;
    Ok(second.unlock(&other).await?)
}

/// A session that ends takes its lock with it.
pub(crate) async fn it_dies_with_its_session(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    held(first.try_lock(&key).await?, "the first session")?;
    drop(first);
    // A server hears of the end when the connection's last packet arrives.
    for _ in 0..500 {
        if second.try_lock(&key).await? {
            return Ok(second.unlock(&key).await?);
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    held(false, "five seconds after the end of the session that held it")
}

/// Giving back what one does not hold is an error, whoever holds it.
pub(crate) async fn giving_back_what_is_not_held_is_an_error(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    expect(first.unlock(&key).await.is_err(), || "a lock that nobody held was given back".to_owned())?;
    held(first.try_lock(&key).await?, "the first session")?;
    expect(second.unlock(&key).await.is_err(), || "another session gave the lock back".to_owned())?;
    refused(second.try_lock(&key).await?, "after the other's unlock")?;
    first.unlock(&key).await?;
    expect(first.unlock(&key).await.is_err(), || "the lock was given back twice".to_owned())
}

/// It outlives transactions, their rollback, and a reset of the session.
pub(crate) async fn it_outlives_transactions_and_resets(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    held(first.try_lock(&key).await?, "the first session")?;
    first.begin(TransactionMode::default()).await?;
    first.commit().await?;
    refused(second.try_lock(&key).await?, "after a commit")?;
    first.begin(TransactionMode::default()).await?;
    first.rollback().await?;
    refused(second.try_lock(&key).await?, "after a rollback")?;
    first.reset().await?;
    refused(second.try_lock(&key).await?, "after a reset")?;
    Ok(first.unlock(&key).await?)
}

/// The holder is named while there is one, and only then.
pub(crate) async fn the_holder_is_named(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    let nobody = second.lock_holder(&key).await?;
    expect(nobody.is_none(), || format!("nobody holds the lock, but {nobody:?} is named"))?;
    held(first.try_lock(&key).await?, "the first session")?;
    let holder = second.lock_holder(&key).await?;
    expect(holder.is_some_and(|text| !text.is_empty()), || "the holder is not named".to_owned())?;
    first.unlock(&key).await?;
    let nobody = second.lock_holder(&key).await?;
    expect(nobody.is_none(), || format!("the lock was given back, but {nobody:?} is named"))
}

/// Taking the lock changes nothing in the database.
pub(crate) async fn it_leaves_no_trace(bench: &Bench) -> Verdict {
    let key = bench.lock_key();
    let mut connection = bench.connect().await?;
    held(connection.try_lock(&key).await?, "the session")?;
    let seen = bench.driver.introspector().introspect(&mut *connection, &Scope::default()).await?;
    expect(seen.schema.is_empty(), || format!("the lock left {:?}", seen.schema))?;
    Ok(connection.unlock(&key).await?)
}
