use std::slice;
use std::sync::Arc;

use limbeck_core::driver::{Access, Driver};
use limbeck_core::execution::{
    self, Approval, ExecutionError, Interrupt, RunOptions, Session, Silent, Status, Transactions,
};
use limbeck_core::graph::Specifier;
use limbeck_core::history::History;
use limbeck_core::plan::{self, Direction};
use limbeck_core::revision::Revision;

use super::bench::Bench;

/// The engine, as a command line would use it.
pub(crate) struct Engine {
    /// The session that it works with.
    pub(crate) session: Session,
    history: History,
}

impl Engine {
    /// On a session of its own, with these revisions.
    pub(crate) async fn open(bench: &Bench, revisions: &[Revision]) -> Result<Self, ExecutionError> {
        Self::through(Arc::clone(&bench.driver), bench, revisions).await
    }

    /// The same through another driver.
    pub(crate) async fn through(
        driver: Arc<dyn Driver>,
        bench: &Bench,
        revisions: &[Revision],
    ) -> Result<Self, ExecutionError> {
        let session = Session::open(driver, &bench.settings, Access::Write).await?;
        Ok(Self { session, history: History::new(revisions.to_vec()) })
    }

    /// Goes to `target`, with a transaction for each revision. How many steps were carried out.
    pub(crate) async fn migrate(
        &mut self,
        direction: Direction,
        target: &str,
    ) -> Result<usize, ExecutionError> {
        self.migrate_with(direction, target, Transactions::PerRevision).await
    }

    /// Goes to `target`. How many steps were carried out.
    pub(crate) async fn migrate_with(
        &mut self,
        direction: Direction,
        target: &str,
        transactions: Transactions,
    ) -> Result<usize, ExecutionError> {
        let target: Specifier = target.parse().map_err(|_| ExecutionError::Declined)?;
        let plan = |status: &Status| {
            let (graph, applied) = (&status.standing.graph, &status.standing.applied);
            match direction {
                Direction::Upgrade => plan::upgrade(graph, applied, slice::from_ref(&target)),
                Direction::Downgrade => plan::downgrade(graph, applied, &target),
            }
        };
        let options =
            RunOptions { transactions, applied_by: "conformance".to_owned(), ..RunOptions::default() };
        let (session, history) = (&mut self.session, &mut self.history);
        let mut approve = |_: &[execution::Prepared]| Approval::Go;
        let interrupt = Interrupt::new();
        let outcome =
            execution::run(session, history, &plan, &options, &mut approve, &Silent, &interrupt).await;
        outcome.result.map(|()| outcome.done.len())
    }
}
