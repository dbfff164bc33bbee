use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{ExecutionError, Problem, What};
use super::event::{Event, Observer, Silent};
use super::flight::{Flight, Resumed};
use super::interrupt::Interrupt;
use super::prepare::{Prepared, PreparedRun, add_raw_losses, prepare_run};
use super::retry::Retry;
use super::session::{Session, Status};
use super::state::State;
use super::statements::{Segment, begin, not_linked, observe, place_in, segments, send};
use super::surroundings::surroundings_for;
use super::unit::{Passage, units};
use super::unsettled::{Unsettled, Why};
use super::{lock, losses};
use crate::diag::{Diagnose, Diagnostic, Location, list, plural};
use crate::driver::{DriverError, DriverErrorKind, RenderError, SessionId, Statement, TransactionMode};
use crate::graph::Applied;
use crate::history::{History, Standing};
use crate::ident::{Name, RevisionId};
use crate::operation::{Effect, Operation};
use crate::plan::{Direction, PlanError, Step, inconsistencies};
use crate::record::{Aim, Condition, InFlight, Record, Recorded};
use crate::revision::{Checksum, Revision, TransactionMode as Wish, checksum};

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

/// What is left of a run that stopped after `done` steps.
pub(super) fn stands(done: usize) -> String {
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
pub(super) struct Runner<'a> {
    pub(super) session: &'a mut Session,
    pub(super) options: &'a RunOptions,
    pub(super) observer: &'a dyn Observer,
    pub(super) interrupt: &'a Interrupt,
    /// The schema as it is at this point of the run.
    pub(super) state: State,
    total: usize,
    /// Whether the journal's table is known to be there.
    pub(super) has_journal: bool,
    /// What tells the session from others, once it was asked.
    pub(super) session_id: Option<Option<SessionId>>,
    /// Whether foreign keys are kept from acting in the transaction that is open.
    suspended: bool,
    /// Whether `state` holds what a segment of the step under way does.
    passed_segment: bool,
    /// Enums whose columns in some tables are not any more what the revisions say.
    strayed: BTreeMap<Name, BTreeSet<Name>>,
    /// Whether the database is one without rows that is thrown away.
    on_scratch: bool,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        session: &'a mut Session,
        options: &'a RunOptions,
        observer: &'a dyn Observer,
        interrupt: &'a Interrupt,
        state: State,
        total: usize,
    ) -> Self {
        Self {
            session,
            options,
            observer,
            interrupt,
            state,
            total,
            has_journal: false,
            session_id: None,
            suspended: false,
            passed_segment: false,
            strayed: BTreeMap::new(),
            on_scratch: false,
        }
    }

    /// Whether a step runs outside a transaction.
    fn flies(&self, step: &Prepared) -> bool {
        let wish = match (step.revision.transaction, self.options.transactions) {
            (Some(wish), _) => wish,
            (None, Transactions::None) => Wish::None,
            (None, Transactions::PerRevision | Transactions::All) => Wish::Revision,
        };
        let rolls_back = self.session.dialect.capabilities().transactional_ddl;
        !self.only_records(step) && !step.operations.is_empty() && (wish == Wish::None || !rolls_back)
    }

    /// The statements of a step outside a transaction in a database that is thrown away if one of them fails.
    async fn without_journal(&mut self, step: &Prepared) -> Result<(), ExecutionError> {
        for segment in segments(&step.operations) {
            let statements = self.plan(step, segment.clone(), "").await?;
            for unit in units(&*self.session.dialect, &statements, &|_| true, 0) {
                let of_unit = &statements[unit.statements.clone()];
                let together = unit.passage == Passage::Together;
                if together {
                    let suspends = of_unit.iter().any(|statement| statement.suspends_foreign_keys);
                    self.begin(suspends, "").await?;
                }
                for statement in of_unit {
                    let index = segment.start + statement.operation;
                    send(self.session, statement, self.interrupt)
                        .await
                        .map_err(|what| problem(step, index, what, String::new()))?;
                }
                if together {
                    self.session.connection.commit().await?;
                }
            }
            for index in segment {
                let operation = &step.operations[index];
                self.state.apply_one(&step.revision, step.step.direction, index, operation)?;
            }
        }
        Ok(())
    }

    /// Makes the record's table, and records squashes that count as applied.
    pub(super) async fn bookkeeping(
        &mut self,
        status: &Status,
        history: &History,
    ) -> Result<(), ExecutionError> {
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

    /// One step in a transaction of its own, which is tried again if somebody is in its way.
    async fn step(
        &mut self,
        status: &Status,
        step: &Prepared,
        number: usize,
        done: &mut Vec<Done>,
    ) -> Result<(), ExecutionError> {
        let begun = self.started(step, number);
        let mut retry = Retry::new(self.session.settings.lock_timeout);
        loop {
            self.passed_segment = false;
            let Err(error) = self.attempt(status, step, begun, done).await else { return Ok(()) };
            let cause = match &error {
                ExecutionError::Driver(cause) => Some(cause),
                ExecutionError::Step(problem) => match &problem.what {
                    What::Statement { error, .. } => Some(error),
                    _ => None,
                },
                _ => None,
            };
            // Once a segment is passed, the schema in `state` is ahead of what was rolled back.
            let Some(cause) = cause.filter(|_| !self.passed_segment) else { return Err(error) };
            if !retry.again(cause, self.observer, self.interrupt).await {
                return Err(error);
            }
        }
    }

    async fn attempt(
        &mut self,
        status: &Status,
        step: &Prepared,
        begun: Instant,
        done: &mut Vec<Done>,
    ) -> Result<(), ExecutionError> {
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
        if may_set(step) {
            self.session.connection.reset().await?;
        }
        Ok(())
    }

    pub(super) fn started(&self, step: &Prepared, number: usize) -> Instant {
        self.observer.event(&Event::RevisionStarted {
            revision: &step.step.revision,
            message: &step.revision.message,
            direction: step.step.direction,
            number,
            total: self.total,
        });
        Instant::now()
    }

    pub(super) fn finished(&self, step: &Prepared, begun: Instant, done: &mut Vec<Done>) {
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
    pub(super) async fn begin(
        &mut self,
        suspend_foreign_keys: bool,
        state: &str,
    ) -> Result<(), ExecutionError> {
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
            self.passed_segment = true;
            for index in segment {
                let operation = &step.operations[index];
                self.state.apply_one(&step.revision, step.step.direction, index, operation)?;
            }
        }
        Ok(())
    }

    /// The statements of `segment` of a step's operations, on the schema as it is now.
    pub(super) async fn plan(
        &mut self,
        step: &Prepared,
        segment: Segment,
        left: &str,
    ) -> Result<Vec<Statement>, ExecutionError> {
        let operations = &step.operations[segment.clone()];
        if let [Operation::Run { function, arguments }] = operations {
            return Ok(vec![Statement::call(0, function, arguments)]);
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
        let before = surroundings_for(&*self.session.dialect, &self.state.schema, operations);
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
        // A dry run has them off for all revisions, where a run may have them on for this one.
        let misses_keys = self.suspended
            && !self.on_scratch
            && (!self.options.dry_run || statements.iter().any(|statement| statement.suspends_foreign_keys));
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
            if statement.outside_transaction {
                let what = What::Unsupported {
                    message: format!(
                        "the server takes this statement only outside a transaction: {}",
                        statement.sql.lines().next().unwrap_or_default()
                    ),
                    help: if self.options.dry_run {
                        "it cannot be tried and rolled back".to_owned()
                    } else {
                        "write `transaction = \"none\"` into the revision: it then runs statement by statement, and \
                         limbeck keeps a journal of what is done"
                            .to_owned()
                    },
                };
                return Err(problem(step, index, what, left.to_owned()));
            }
            self.observer.event(&Event::StatementStarted { sql: &statement.sql });
            let begun = Instant::now();
            let raw = matches!(step.operations.get(index), Some(Operation::Execute { .. }));
            let mut sent = Ok(());
            if raw
                && misses_keys
                && let Some(guard) = self.session.dialect.foreign_key_guard(statement)
            {
                sent = send(self.session, &guard, self.interrupt).await;
            }
            if sent.is_ok() {
                sent = send(self.session, statement, self.interrupt).await;
            }
            match sent {
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

    pub(super) async fn write_record(
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

/// Whether a step can have set something for the session: only what somebody wrote as SQL or as a function can, since a
/// dialect's statements set nothing that outlives them.
pub(super) fn may_set(step: &Prepared) -> bool {
    let by_hand =
        |operation: &Operation| matches!(operation, Operation::Execute { .. } | Operation::Run { .. });
    step.operations.iter().any(by_hand)
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

fn problem(step: &Prepared, index: usize, what: What, state: String) -> ExecutionError {
    problem_within(step, index, None, what, state)
}

/// Trouble with the bytes `within` of an operation's SQL, or with all of the operation.
pub(super) fn problem_within(
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
        half_done: false,
    }))
}
