use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{ExecutionError, Problem, What};
use super::event::{Event, Observer, Silent};
use super::interrupt::Interrupt;
use super::prepare::{Prepared, PreparedRun, prepare_run};
use super::session::{Session, Status};
use super::state::State;
use super::statements::{Segment, begin, observe, place_in, segments, send};
use super::surroundings::surroundings;
use super::{lock, losses};
use crate::diag::{Diagnose, Diagnostic, Location, list, plural};
use crate::driver::{DriverError, DriverErrorKind, RenderError, Statement, TransactionMode};
use crate::graph::Applied;
use crate::history::{History, Standing};
use crate::ident::{Name, RevisionId};
use crate::operation::{Effect, Operation};
use crate::plan::{Direction, PlanError, Step, inconsistencies};
use crate::record::{Record, Recorded};
use crate::revision::{Checksum, Revision, TransactionMode as Wish, checksum};

/// How revisions are put into transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transactions {
    /// One for each.
    #[default]
    PerRevision,
    /// One for the whole run: all of it or nothing.
    All,
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
    let steps = plan(&status)?;
    let database = session.settings.name.clone();
    let PreparedRun { mut steps, start } = prepare_run(history, &status.standing, &steps, Some(&database))?;
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
    let mut runner = Runner {
        session,
        options,
        observer,
        interrupt,
        state: start,
        total: steps.len(),
        suspended: false,
        strayed: BTreeMap::new(),
    };
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
        runner.step(&status, step, index + 1, done).await?;
    }
    Ok(())
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
    let mut runner = Runner {
        session,
        options: &options,
        observer: &observer,
        interrupt: &interrupt,
        state: start,
        total,
        suspended: false,
        strayed: BTreeMap::new(),
    };
    for mut step in steps {
        step.operations.retain(|operation| operation.effect() == Effect::Schema);
        let suspend_foreign_keys = runner.may_suspend(&step.operations);
        runner.begin(suspend_foreign_keys, "").await?;
        runner.statements(&step, None, "").await?;
        runner.session.connection.commit().await?;
        runner.session.connection.reset().await?;
    }
    Ok(())
}

/// What is left of a run that stopped after `done` steps.
fn stands(done: usize) -> String {
    match done {
        0 => "the database is as it was".to_owned(),
        done => format!(
            "{} before it {} done and stay{}",
            plural(done, "step"),
            if done == 1 { "is" } else { "are" },
            if done == 1 { "s" } else { "" }
        ),
    }
}

const ALL_ROLLED_BACK: &str = "the whole run is rolled back: the database is as it was";

/// A run under way.
struct Runner<'a> {
    session: &'a mut Session,
    options: &'a RunOptions,
    observer: &'a dyn Observer,
    interrupt: &'a Interrupt,
    /// The schema as it is at this point of the run.
    state: State,
    total: usize,
    /// Whether foreign keys are kept from acting in the transaction that is open.
    suspended: bool,
    /// Enums whose columns in some tables are not any more what the revisions say.
    strayed: BTreeMap<Name, BTreeSet<Name>>,
}

impl Runner<'_> {
    /// Makes the record's table, and records squashes that count as applied.
    async fn bookkeeping(&mut self, status: &Status, history: &History) -> Result<(), ExecutionError> {
        let record = Record::new(&*self.session.dialect, &self.session.settings.record);
        let connection = &mut *self.session.connection;
        record.prepare(connection).await?;
        for id in &status.standing.replacements.adopted {
            if let Some(revision) = history.get(id) {
                let recorded = recorded(revision, None, &self.options.applied_by);
                record.add(connection, &recorded, &revision.source.text).await?;
            }
        }
        Ok(())
    }

    /// Everything in one transaction.
    async fn together(
        &mut self,
        status: &Status,
        history: &History,
        steps: &[Prepared],
        done: &mut Vec<Done>,
    ) -> Result<(), ExecutionError> {
        let suspend_foreign_keys = steps.iter().any(|step| self.may_suspend(&step.operations));
        self.begin(suspend_foreign_keys, "the database is as it was").await?;
        let result = match self.all_steps(status, history, steps, done).await {
            Ok(()) if self.options.dry_run => {
                self.session.connection.rollback().await.map_err(ExecutionError::from)
            }
            Ok(()) => self.session.connection.commit().await.map_err(|error| ExecutionError::Commit {
                error: Box::new(error),
                state: ALL_ROLLED_BACK.to_owned(),
            }),
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.session.abandon(self.observer).await;
            done.clear();
        }
        result
    }

    async fn all_steps(
        &mut self,
        status: &Status,
        history: &History,
        steps: &[Prepared],
        done: &mut Vec<Done>,
    ) -> Result<(), ExecutionError> {
        self.bookkeeping(status, history).await?;
        let left = ALL_ROLLED_BACK;
        for (index, step) in steps.iter().enumerate() {
            let begun = self.started(step, index + 1);
            self.work(status, step, None, begun, left).await?;
            self.finished(step, begun, done);
        }
        Ok(())
    }

    /// One step in a transaction of its own.
    async fn step(
        &mut self,
        status: &Status,
        step: &Prepared,
        number: usize,
        done: &mut Vec<Done>,
    ) -> Result<(), ExecutionError> {
        let begun = self.started(step, number);
        let left = format!("it is rolled back; {}", stands(done.len()));
        // Planned before the transaction begins, because how that must begin depends on the statements.
        let mut suspend_foreign_keys = false;
        let mut first = None;
        if !self.only_records(step)
            && let Some((segment, later)) = segments(&step.operations).split_first()
        {
            let statements = self.plan(step, segment.clone(), &stands(done.len())).await?;
            suspend_foreign_keys = statements.iter().any(|statement| statement.suspends_foreign_keys)
                || later.iter().any(|segment| self.may_suspend(&step.operations[segment.clone()]));
            first = Some(statements);
        }
        self.begin(suspend_foreign_keys, &stands(done.len())).await?;
        let mut result = self.work(status, step, first, begun, &left).await;
        if result.is_ok()
            && let Err(error) = self.session.connection.commit().await
        {
            let what = What::Statement { sql: "COMMIT".to_owned(), error };
            result = Err(problem(step, 0, what, left));
        }
        if let Err(error) = result {
            self.session.abandon(self.observer).await;
            return Err(error);
        }
        // It is committed, whatever becomes of the session.
        self.finished(step, begun, done);
        // Only what somebody wrote as SQL can have set something for the session; a dialect's statements set nothing
        // that outlives them.
        if step.operations.iter().any(|operation| matches!(operation, Operation::Execute { .. })) {
            self.session.connection.reset().await?;
        }
        Ok(())
    }

    fn started(&self, step: &Prepared, number: usize) -> Instant {
        self.observer.event(&Event::RevisionStarted {
            revision: &step.step.revision,
            message: &step.revision.message,
            direction: step.step.direction,
            number,
            total: self.total,
        });
        Instant::now()
    }

    fn finished(&self, step: &Prepared, begun: Instant, done: &mut Vec<Done>) {
        let duration = begun.elapsed();
        self.observer.event(&Event::RevisionFinished {
            revision: &step.step.revision,
            direction: step.step.direction,
            duration,
        });
        done.push(Done { step: step.step.clone(), message: step.revision.message.clone(), duration });
    }

    /// Whether of this step only the record is written.
    fn only_records(&self, step: &Prepared) -> bool {
        self.options.fake || self.options.there_already.contains(&step.step.revision)
    }

    /// Begins a transaction. `state`: what the database is in if waiting for it is interrupted.
    async fn begin(&mut self, suspend_foreign_keys: bool, state: &str) -> Result<(), ExecutionError> {
        self.suspended = suspend_foreign_keys;
        let mode = TransactionMode { suspend_foreign_keys };
        begin(&mut *self.session.connection, mode, self.interrupt, state).await
    }

    /// Whether a plan of these operations may have foreign keys kept from acting.
    fn may_suspend(&self, operations: &[Operation]) -> bool {
        operations.iter().any(|operation| self.session.dialect.needs(operation).suspends_foreign_keys)
    }

    /// The statements of a step and its record, inside a transaction that the caller ends. `first` are those of its
    /// first segment, where they were planned before.
    async fn work(
        &mut self,
        status: &Status,
        step: &Prepared,
        first: Option<Vec<Statement>>,
        begun: Instant,
        left: &str,
    ) -> Result<(), ExecutionError> {
        if self.only_records(step) {
            self.state.apply(&step.revision, step.step.direction, &step.operations)?;
        } else {
            self.statements(step, first, left).await?;
        }
        self.write_record(status, step, begun).await
    }

    /// The statements of a step, segment by segment.
    async fn statements(
        &mut self,
        step: &Prepared,
        mut first: Option<Vec<Statement>>,
        left: &str,
    ) -> Result<(), ExecutionError> {
        for segment in segments(&step.operations) {
            let statements = match first.take() {
                Some(statements) => statements,
                None => self.plan(step, segment.clone(), left).await?,
            };
            self.execute(step, segment.start, &statements, left).await?;
            for index in segment {
                let operation = &step.operations[index];
                self.state.apply_one(&step.revision, step.step.direction, index, operation)?;
            }
        }
        Ok(())
    }

    /// The statements of `segment` of a step's operations, on the schema as it is now.
    async fn plan(
        &mut self,
        step: &Prepared,
        segment: Segment,
        left: &str,
    ) -> Result<Vec<Statement>, ExecutionError> {
        let operations = &step.operations[segment.clone()];
        if let Some((index, what)) = not_carried_out(step, operations) {
            return Err(problem(step, segment.start + index, what, left.to_owned()));
        }
        if self.state.uncertain.is_some() {
            let strayed = observe(self.session, &mut self.state.schema, operations).await?;
            for (name, tables) in strayed {
                self.strayed.entry(name).or_default().extend(tables);
            }
            if let Some((index, what)) = self.alters_strayed(operations) {
                return Err(problem(step, segment.start + index, what, left.to_owned()));
            }
        }
        let before = surroundings(&self.state.schema, operations);
        self.session.dialect.plan(operations, &before).map_err(|error| {
            let index = segment.start + error.operation();
            let place = match &error {
                RenderError::Scan { span, .. } => Some(span.clone()),
                _ => None,
            };
            problem_within(step, index, place, What::Render(error), left.to_owned())
        })
    }

    /// The first of `operations` that alters an enum of which raw SQL has made something else.
    fn alters_strayed(&self, operations: &[Operation]) -> Option<(usize, What)> {
        operations.iter().enumerate().find_map(|(index, operation)| {
            let Operation::AlterEnum(change) = operation else { return None };
            let tables = self.strayed.get(&change.name)?;
            let message = format!(
                "the enum {} is to be altered, and its columns in {} are not what the revisions made them",
                change.name,
                list(tables)
            );
            let help = "make the columns with raw SQL what the enum says, or alter them with raw SQL as well";
            Some((index, What::Unsupported { message, help: help.to_owned() }))
        })
    }

    async fn execute(
        &mut self,
        step: &Prepared,
        start: usize,
        statements: &[Statement],
        left: &str,
    ) -> Result<(), ExecutionError> {
        for (number, statement) in statements.iter().enumerate() {
            let index = start + statement.operation;
            if statement.suspends_foreign_keys && !self.suspended {
                // The dialect has not said so in what the operation needs. It is too late to switch them off, and to go
                // on would delete rows of other tables.
                let what = What::Unsupported {
                    message: "foreign keys would act on a statement that they must not act on".to_owned(),
                    help: "move the operation into a revision of its own".to_owned(),
                };
                return Err(problem(step, index, what, left.to_owned()));
            }
            self.observer.event(&Event::StatementStarted { sql: &statement.sql });
            let begun = Instant::now();
            match send(&mut *self.session.connection, statement, self.interrupt).await {
                Ok(()) => self.observer.event(&Event::StatementFinished { duration: begun.elapsed() }),
                Err(_) if self.interrupt.is_requested() => {
                    return Err(ExecutionError::Interrupted {
                        state: format!("revision {} was under way: {left}", step.step.revision),
                    });
                }
                Err(what) => {
                    let place = step.operations.get(index).and_then(|operation| {
                        place_in(operation, &*self.session.dialect, statements, number, &what)
                    });
                    return Err(problem_within(step, index, place, what, left.to_owned()));
                }
            }
        }
        Ok(())
    }

    async fn write_record(
        &mut self,
        status: &Status,
        step: &Prepared,
        begun: Instant,
    ) -> Result<(), ExecutionError> {
        let duration = if self.only_records(step) { None } else { Some(begun.elapsed()) };
        let record = Record::new(&*self.session.dialect, &self.session.settings.record);
        let connection = &mut *self.session.connection;
        match step.step.direction {
            Direction::Upgrade => {
                let row = recorded(&step.revision, duration, &self.options.applied_by);
                record.add(connection, &row, &step.revision.source.text).await?;
            }
            Direction::Downgrade => {
                for row in rows_of(status, &step.step.revision) {
                    record.remove(connection, &row).await?;
                }
            }
        }
        Ok(())
    }
}

/// The rows that stand for a revision: its own, or those of what a squash stands for.
pub(super) fn rows_of(status: &Status, revision: &RevisionId) -> Vec<RevisionId> {
    let stands_for = status.standing.replacements.in_use.get(revision);
    let adopted = status.standing.replacements.adopted.contains(revision);
    std::iter::once(revision)
        .chain(stands_for.into_iter().flatten())
        .filter(|id| status.applied.contains_key(*id) || (adopted && *id == revision))
        .cloned()
        .collect()
}

/// What is recorded of a revision now.
pub(super) fn recorded(revision: &Revision, duration: Option<Duration>, applied_by: &str) -> Recorded {
    Recorded {
        revision: revision.id.clone(),
        message: revision.message.clone(),
        checksum: checksum(revision).to_string(),
        applied_at: Some(Timestamp::now()),
        duration_ms: duration.map(|duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        applied_by: applied_by.to_owned(),
        limbeck_version: env!("CARGO_PKG_VERSION").to_owned(),
        file: file_name(revision),
    }
}

/// The name of a revision's file, without its folder.
pub(super) fn file_name(revision: &Revision) -> String {
    let path = Path::new(&*revision.source.file);
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The first of `operations` that this version does not carry out.
fn not_carried_out(step: &Prepared, operations: &[Operation]) -> Option<(usize, What)> {
    if step.revision.transaction == Some(Wish::None) && !operations.is_empty() {
        let what = What::Unsupported {
            message: "`transaction = \"none\"` is not carried out by this version of limbeck".to_owned(),
            help: "take the line out; or run the statements by hand and `limbeck stamp` the revision"
                .to_owned(),
        };
        return Some((0, what));
    }
    operations.iter().enumerate().find_map(|(index, operation)| match operation {
        Operation::Run { function, .. } => Some((
            index,
            What::Unsupported {
                message: format!("the function `{function}` is not part of this program"),
                help: "migrate with the program that it is part of".to_owned(),
            },
        )),
        _ => None,
    })
}

fn problem(step: &Prepared, index: usize, what: What, state: String) -> ExecutionError {
    problem_within(step, index, None, what, state)
}

/// Trouble with the bytes `within` of an operation's SQL, or with all of the operation.
fn problem_within(
    step: &Prepared,
    index: usize,
    within: Option<Range<usize>>,
    what: What,
    state: String,
) -> ExecutionError {
    let direction = step.step.direction;
    let location = match within {
        Some(within) => step.revision.location_within(direction, index, within),
        None => step.revision.location_of(direction, index),
    };
    ExecutionError::Step(Box::new(Problem {
        revision: step.step.revision.clone(),
        direction,
        what,
        location: Box::new(location),
        state,
    }))
}
