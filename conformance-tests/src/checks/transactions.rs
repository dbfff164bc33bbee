//! Transactions.

use limbeck_core::driver::{DriverErrorKind, TransactionMode};
use limbeck_core::schema::ReferentialAction;

use super::{create, failed, foreign_key, made, run, table, value};
use crate::outcome::{Verdict, expect_eq, not_applicable};
use crate::run::Bench;

const PLAIN: TransactionMode = TransactionMode { suspend_foreign_keys: false };
const SUSPENDED: TransactionMode = TransactionMode { suspend_foreign_keys: true };

/// What is committed, others see; before, they do not.
pub(crate) async fn others_see_what_is_committed(bench: &Bench) -> Verdict {
    let (mut first, mut second) = (bench.connect().await?, bench.connect().await?);
    made(bench, &mut *first, &[create(table("t", &[]))]).await?;
    first.begin(PLAIN).await?;
    run(&mut *first, "INSERT INTO t (id) VALUES (1)").await?;
    expect_eq(
        "rows before the commit",
        &value(&mut *second, "SELECT count(*) FROM t").await?,
        &"0".to_owned(),
    )?;
    first.commit().await?;
    expect_eq("rows after the commit", &value(&mut *second, "SELECT count(*) FROM t").await?, &"1".to_owned())
}

/// A rollback undoes changes to rows.
pub(crate) async fn a_rollback_undoes_rows(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    connection.begin(PLAIN).await?;
    run(&mut *connection, "INSERT INTO t (id) VALUES (1)").await?;
    connection.rollback().await?;
    expect_eq("rows", &value(&mut *connection, "SELECT count(*) FROM t").await?, &"0".to_owned())
}

/// Without a transaction a rollback does nothing; a session goes on after one.
pub(crate) async fn a_rollback_without_a_transaction_does_nothing(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    connection.rollback().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    connection.rollback().await?;
    run(&mut *connection, "INSERT INTO t (id) VALUES (1)").await?;
    connection.rollback().await?;
    expect_eq("rows", &value(&mut *connection, "SELECT count(*) FROM t").await?, &"1".to_owned())
}

/// After a statement that failed, the transaction can be rolled back and the session used.
pub(crate) async fn a_failed_statement_leaves_a_session_to_go_on_with(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    made(bench, &mut *connection, &[create(table("t", &[]))]).await?;
    connection.begin(PLAIN).await?;
    run(&mut *connection, "INSERT INTO t (id) VALUES (1)").await?;
    let broken = connection.execute("INSERT INTO t (nope) VALUES (1)", &[]).await;
    failed("a column that is not there", broken, DriverErrorKind::Statement)?;
    connection.rollback().await?;
    connection.begin(PLAIN).await?;
    run(&mut *connection, "INSERT INTO t (id) VALUES (2)").await?;
    connection.commit().await?;
    expect_eq("rows", &value(&mut *connection, "SELECT sum(id) FROM t").await?, &"2".to_owned())
}

/// A session that is dropped within a transaction undoes it.
pub(crate) async fn a_dropped_session_undoes_its_transaction(bench: &Bench) -> Verdict {
    let mut first = bench.connect().await?;
    made(bench, &mut *first, &[create(table("t", &[]))]).await?;
    first.begin(PLAIN).await?;
    run(&mut *first, "INSERT INTO t (id) VALUES (1)").await?;
    drop(first);
    let mut second = bench.connect().await?;
    expect_eq("rows", &value(&mut *second, "SELECT count(*) FROM t").await?, &"0".to_owned())
}

/// A table with children that go with it, and both with rows.
async fn family(bench: &Bench) -> Verdict<Box<dyn limbeck_core::driver::Connection>> {
    let mut connection = bench.connect().await?;
    if !bench.capabilities().referential_actions {
        return not_applicable(format!("on {} no foreign key acts", bench.server().product));
    }
    let mut child = table("child", &[("parent", "bigint")]);
    child.constraints.push(foreign_key("child_parent", "parent", "parent", ReferentialAction::Cascade));
    made(bench, &mut *connection, &[create(table("parent", &[])), create(child)]).await?;
    run(&mut *connection, "INSERT INTO parent (id) VALUES (1)").await?;
    run(&mut *connection, "INSERT INTO child (id, parent) VALUES (1, 1)").await?;
    match connection.begin(SUSPENDED).await {
        Err(error) if error.kind == DriverErrorKind::Unsupported => not_applicable(error.message),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(connection),
    }
}

/// Suspended foreign keys neither refuse nor act, and are back after the commit.
pub(crate) async fn suspended_foreign_keys_do_not_act(bench: &Bench) -> Verdict {
    let mut connection = family(bench).await?;
    run(&mut *connection, "DELETE FROM parent").await?;
    run(&mut *connection, "INSERT INTO parent (id) VALUES (1)").await?;
    connection.commit().await?;
    expect_eq("children", &value(&mut *connection, "SELECT count(*) FROM child").await?, &"1".to_owned())?;
    run(&mut *connection, "DELETE FROM parent").await?;
    let children = value(&mut *connection, "SELECT count(*) FROM child").await?;
    expect_eq("children when the keys act again", &children, &"0".to_owned())
}

/// Rows that break a key make the commit fail, and the transaction can still be undone.
pub(crate) async fn suspended_foreign_keys_are_checked_at_the_commit(bench: &Bench) -> Verdict {
    let mut connection = family(bench).await?;
    run(&mut *connection, "DELETE FROM parent").await?;
    failed("a child without a parent", connection.commit().await, DriverErrorKind::Constraint)?;
    connection.rollback().await?;
    expect_eq("parents", &value(&mut *connection, "SELECT count(*) FROM parent").await?, &"1".to_owned())?;
    run(&mut *connection, "DELETE FROM parent").await?;
    let children = value(&mut *connection, "SELECT count(*) FROM child").await?;
    expect_eq("children when the keys act again", &children, &"0".to_owned())
}
