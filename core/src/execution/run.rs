use std::collections::BTreeSet;
use std::time::Duration;

use super::error::{ExecutionError, What};
use super::event::{Event, Observer, Silent};
use super::flight::{Flight, Resumed};
use super::interrupt::Interrupt;
use super::prepare::{Prepared, PreparedRun, add_raw_losses, prepare_run};
use super::runner::{Runner, problem, stands};
use super::session::{Session, Status};
use super::statements::not_linked;
use super::unsettled::{Unsettled, Why};
use super::{lock, losses};
use crate::diag::{Diagnose, Diagnostic, Location};
use crate::driver::{DriverError, DriverErrorKind};
use crate::graph::Applied;
use crate::history::{History, Standing};
use crate::ident::RevisionId;
use crate::operation::Effect;
use crate::plan::{Direction, PlanError, Step, inconsistencies};
use crate::record::{Aim, Condition, InFlight};
use crate::revision::{Checksum, TransactionMode as Wish, checksum};

/// How revisions are put into transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transactions {
    /// One for each.
    #[default]
    PerRevision,
    /// One for the whole run: all of it or nothing.
    All,
    /// None, but where a revision says otherwise.
    None,
}

/// How a run goes.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// How revisions are put into transactions.
    pub transactions: Transactions,
    /// Record only.
    pub fake: bool,
    /// Revisions of which only the record is written: what they make is there already.
    pub there_already: BTreeSet<RevisionId>,
    /// Count what would be lost before it is shown.
    pub count_losses: bool,
    /// Do everything and roll it back.
    pub dry_run: bool,
    /// Who runs it, for the record: `user@host`.
    pub applied_by: String,
}

/// What somebody who was shown the steps says to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// Go on.
    Go,
    /// Do nothing, and say so.
    Decline,
    /// The steps would lose data, which is forbidden.
    Forbid,
}

/// One step that was carried out.
#[derive(Debug, Clone)]
pub struct Done {
    /// The revision, and whether it was applied or undone.
    pub step: Step,
    /// What it is about.
    pub message: String,
    /// How long it took.
    pub duration: Duration,
}

/// What came of a run. The steps that were done are done, even if a later one failed.
#[derive(Debug)]
pub struct Outcome {
    /// What was done, in order. Of a dry run: what would have been.
    pub done: Vec<Done>,
    /// Whether all of it was.
    pub result: Result<(), ExecutionError>,
}

/// Takes the lock, makes the plan for what is then applied, shows it to `approve`, and carries it out.
pub async fn run(
    session: &mut Session,
    history: &mut History,
    plan: &(dyn Fn(&Status) -> Result<Vec<Step>, PlanError> + Sync),
    options: &RunOptions,
    approve: &mut (dyn FnMut(&[Prepared]) -> Approval + Send),
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Outcome {
    let mut done = Vec::new();
    let key = session.lock_key();
    let wait = session.settings.wait;
    if let Err(error) = lock::take(&mut *session.connection, &key, wait, observer, interrupt).await {
        return Outcome { done, result: Err(error) };
    }
    let mut result = locked(session, history, plan, options, approve, observer, interrupt, &mut done).await;
    if let Err(error) = session.connection.unlock(&key).await {
        // The run is what matters; a lock that was lost on the way says that others may have run beside it.
        match result {
            Ok(()) => result = Err(error.into()),
            Err(_) => observer.event(&Event::Warning(error.diagnostic())),
        }
    }
    Outcome { done, result }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one run, named apart")]
async fn locked(
    session: &mut Session,
    history: &mut History,
    plan: &(dyn Fn(&Status) -> Result<Vec<Step>, PlanError> + Sync),
    options: &RunOptions,
    approve: &mut (dyn FnMut(&[Prepared]) -> Approval + Send),
    observer: &dyn Observer,
    interrupt: &Interrupt,
    done: &mut Vec<Done>,
) -> Result<(), ExecutionError> {
    let status = session.status(history).await?;
    verify(history, &status, observer)?;
    let mut steps = plan(&status)?;
    let resumed = match &status.in_flight {
        Some(row) => Some(resumable(row, history, options, &mut steps)?),
        None => None,
    };
    let database = session.settings.name.clone();
    let PreparedRun { mut steps, start } = prepare_run(history, &status.standing, &steps, Some(&database))?;
    add_raw_losses(&*session.dialect, &mut steps);
    if steps.is_empty() && status.standing.replacements.adopted.is_empty() {
        return Ok(());
    }
    if !steps.is_empty() {
        if options.count_losses {
            losses::count(session, &start.schema, &mut steps).await;
        }
        match approve(&steps) {
            Approval::Go => {}
            Approval::Decline => return Err(ExecutionError::Declined),
            Approval::Forbid => {
                let lossy: Vec<&Prepared> = steps.iter().filter(|step| !step.losses.is_empty()).collect();
                let losses =
                    lossy.iter().flat_map(|step| &step.losses).map(|(_, loss)| loss.to_string()).collect();
                return Err(ExecutionError::Destructive { count: lossy.len(), losses });
            }
        }
    }
    // Before anything is begun: to stop in the middle for want of a function helps nobody.
    for step in
        steps.iter().filter(|step| !(options.fake || options.there_already.contains(&step.step.revision)))
    {
        if let Some((index, function)) = session.functions.missing(&step.operations) {
            let what = not_linked(&session.functions, function);
            return Err(problem(step, index, what, "the database is as it was".to_owned()));
        }
    }
    let together = options.dry_run || (options.transactions == Transactions::All && !options.fake);
    if together && !session.dialect.capabilities().transactional_ddl {
        return Err(ExecutionError::Driver(DriverError::new(
            DriverErrorKind::Unsupported,
            format!(
                "{} cannot roll DDL back, so that several revisions cannot share a transaction",
                session.connection.server()
            ),
        )));
    }
    if together
        && !options.dry_run
        && let Some(step) = steps
            .iter()
            .find(|step| step.revision.transaction == Some(Wish::None) && !step.operations.is_empty())
    {
        let what = What::Unsupported {
            message: "it runs outside a transaction, and so it cannot share one with others".to_owned(),
            help: "migrate to the revision before it first, and to it without `--single-transaction`"
                .to_owned(),
        };
        return Err(problem(step, 0, what, "the database is as it was".to_owned()));
    }
    let mut runner = Runner::new(session, options, observer, interrupt, start, steps.len());
    if together {
        return runner.together(&status, history, &steps, done).await;
    }
    runner.begin(false, "the database is as it was").await?;
    let result = runner.bookkeeping(&status, history).await;
    runner.session.end(result, observer).await?;
    for (index, step) in steps.iter().enumerate() {
        if interrupt.is_requested() {
            return Err(ExecutionError::Interrupted { state: stands(done.len()) });
        }
        if index == 0
            && let Some(row) = resumed.clone()
        {
            let flight = if checksum(&step.revision).as_str() == row.checksum {
                Flight::resumed(Resumed { row, assumed: None })
            } else {
                let start = runner.state.clone();
                let flight = runner.edited(step, row, None).await?;
                runner.state = start;
                flight
            };
            runner.fly(&status, step, index + 1, Some(flight), done).await?;
        } else if runner.flies(step) {
            runner.fly(&status, step, index + 1, None, done).await?;
        } else {
            runner.step(&status, step, index + 1, done).await?;
        }
    }
    Ok(())
}

/// The revision in flight, if this run can go on with it: its step then comes first.
fn resumable(
    row: &InFlight,
    history: &History,
    options: &RunOptions,
    steps: &mut [Step],
) -> Result<InFlight, ExecutionError> {
    let unsettled = |why: Why| Err(ExecutionError::Unsettled(Box::new(Unsettled::new(row, why))));
    let beside = match options {
        RunOptions { dry_run: true, .. } => Some("a dry run cannot be made"),
        RunOptions { fake: true, .. } => Some("nothing can be recorded without running it"),
        RunOptions { transactions: Transactions::All, .. } => Some("a run cannot share one transaction"),
        _ => None,
    };
    if let Some(what) = beside {
        return unsettled(Why::Beside { what });
    }
    if row.aim == Aim::Back {
        return unsettled(Why::Back);
    }
    let Some(revision) = history.get(&row.revision) else { return unsettled(Why::Gone) };
    let is_of_row = |step: &Step| step.revision == row.revision && step.direction == row.direction;
    let Some(at) = steps.iter().position(is_of_row) else { return unsettled(Why::NotInPlan) };
    // Of a statement that the server has refused it is known that it has not happened, and to correct it is the way on.
    if checksum(revision).as_str() != row.checksum && !matches!(row.condition, Condition::Failed(_)) {
        return unsettled(Why::Edited);
    }
    // What it needs is done, or it would not have been begun.
    steps[..=at].rotate_right(1);
    Ok(row.clone())
}

/// Refuses a database whose record contradicts the files.
fn verify(history: &History, status: &Status, observer: &dyn Observer) -> Result<(), ExecutionError> {
    let edited = verify_files(history, status);
    if !edited.is_empty() {
        return Err(ExecutionError::Edited { edited });
    }
    if let Some(contradiction) = inconsistencies(&status.standing.graph, &status.standing.applied).first() {
        return Err(ExecutionError::Inconsistent {
            message: contradiction.to_string(),
            revision: contradiction.revision.clone(),
        });
    }
    for id in &status.gone {
        observer.event(&Event::Warning(
            Diagnostic::new("revision-file-gone", format!("revision {id} is applied, but its file is gone"))
                .with_revision(id)
                .with_help("bring the file back, or undo the revision with `limbeck downgrade`"),
        ));
    }
    Ok(())
}

/// The applied revisions whose files say something else than when they were applied, each with its place.
pub fn verify_files(history: &History, status: &Status) -> Vec<(RevisionId, Location)> {
    let mut edited = Vec::new();
    for (id, recorded) in &status.applied {
        if status.gone.contains(id) {
            continue;
        }
        if let Some(revision) = history.get(id)
            && {
                let then = Checksum::recorded(recorded.checksum.as_str());
                // One made by another scheme differs in any case and says nothing.
                then.is_comparable() && then != checksum(revision)
            }
        {
            edited.push((id.clone(), revision.location()));
        }
    }
    edited
}

/// Runs the upgrades of the revisions in `applied` in an empty database, in order, without a record and without what
/// changes rows only.
pub async fn replay_into(
    session: &mut Session,
    history: &History,
    standing: &Standing,
    applied: &Applied,
) -> Result<(), ExecutionError> {
    let steps: Vec<Step> = standing
        .graph
        .order()
        .filter(|id| applied.contains(*id))
        .map(|id| Step { revision: id.clone(), direction: Direction::Upgrade })
        .collect();
    let empty = Standing { applied: Applied::new(), ..standing.clone() };
    let database = session.settings.name.clone();
    let PreparedRun { steps, start } = prepare_run(history, &empty, &steps, Some(&database))?;
    let options = RunOptions { transactions: Transactions::PerRevision, ..RunOptions::default() };
    let (observer, interrupt) = (Silent, Interrupt::new());
    let total = steps.len();
    let mut runner = Runner::new(session, &options, &observer, &interrupt, start, total);
    runner.on_scratch = true;
    for mut step in steps {
        step.operations.retain(|operation| operation.effect() == Effect::Schema);
        if step.revision.transaction == Some(Wish::None) {
            runner.without_journal(&step).await?;
            runner.session.connection.reset().await?;
            continue;
        }
        let suspend_foreign_keys = runner.may_suspend(&step.operations);
        runner.begin(suspend_foreign_keys, "").await?;
        runner.statements(&step, None, "").await?;
        runner.session.connection.commit().await?;
        runner.session.connection.reset().await?;
    }
    Ok(())
}
