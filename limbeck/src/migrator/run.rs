//! What changes a database.

use limbeck_core::diag::{Diagnostic, plural};
use limbeck_core::execution::{
    Approval, Done, ExecutionError, Outcome, Prepared, RunOptions, Session, Stamped, Status,
    announced_losses, prepare, run, stamp,
};
use limbeck_core::graph::Specifier;
use limbeck_core::history::History;
use limbeck_core::plan::{PlanError, Step, downgrade, upgrade};

use super::Migrator;
use crate::Error;
use crate::database::On;

impl Migrator {
    /// Records revisions as applied, or as not, without running them.
    ///
    /// # Errors
    /// If a target means nothing, or the lock is not to be had.
    pub async fn stamp<'a>(&self, on: impl Into<On<'a>>, targets: &[&str]) -> Result<Stamped, Error> {
        let targets: Vec<Specifier> = targets.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        self.with(on.into(), async |session, history| {
            let (observer, interrupt) = (&*self.observer, &self.interrupt);
            Ok(stamp(session, history, &targets, false, &self.applied_by, observer, interrupt).await?)
        })
        .await
    }

    pub(super) async fn plan_on(
        &self,
        session: &mut Session,
        history: &mut History,
        target: &str,
    ) -> Result<Vec<Prepared>, Error> {
        let targets = [target.parse::<Specifier>()?];
        let status = session.status(history).await?;
        let steps = upgrade(&status.standing.graph, &status.standing.applied, &targets)?;
        Ok(prepare(&*session.dialect, history, &status.standing, &steps, Some(&session.settings.name))?)
    }

    pub(super) async fn migrate_on(
        &self,
        session: &mut Session,
        history: &mut History,
        target: &str,
    ) -> Result<Vec<Done>, Error> {
        let targets = [target.parse::<Specifier>()?];
        let plan = |status: &Status| upgrade(&status.standing.graph, &status.standing.applied, &targets);
        self.carry_out(session, history, &plan).await
    }

    pub(super) async fn downgrade_on(
        &self,
        session: &mut Session,
        history: &mut History,
        target: &str,
    ) -> Result<Vec<Done>, Error> {
        let target = target.parse::<Specifier>()?;
        let plan = |status: &Status| downgrade(&status.standing.graph, &status.standing.applied, &target);
        self.carry_out(session, history, &plan).await
    }

    async fn carry_out(
        &self,
        session: &mut Session,
        history: &mut History,
        plan: &(dyn Fn(&Status) -> Result<Vec<Step>, PlanError> + Sync),
    ) -> Result<Vec<Done>, Error> {
        let options = RunOptions {
            transactions: self.transactions,
            applied_by: self.applied_by.clone(),
            ..RunOptions::default()
        };
        let mut approve = |steps: &[Prepared]| self.approve(steps);
        let (observer, interrupt) = (&*self.observer, &self.interrupt);
        let Outcome { done, result } =
            run(session, history, plan, &options, &mut approve, observer, interrupt).await;
        match result {
            Ok(()) => Ok(done),
            // The files are at fault, and nothing was begun.
            Err(ExecutionError::Plan(error)) => Err(error.into()),
            Err(error) => Err(Error::Stopped { done, error }),
        }
    }

    fn approve(&self, steps: &[Prepared]) -> Approval {
        let losses = announced_losses(steps);
        if losses.is_empty() {
            return Approval::Go;
        }
        if self.forbid_losses {
            return Approval::Forbid;
        }
        let warning =
            Diagnostic::new("destructive", format!("{} would lose data", plural(losses.len(), "operation")));
        self.warn(losses.into_iter().fold(warning, Diagnostic::with_note));
        Approval::Go
    }
}
