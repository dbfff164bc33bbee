use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Instant;

use super::error::{ExecutionError, Problem, What};
use super::event::{Event, Observer};
use super::interrupt::Interrupt;
use super::prepare::Prepared;
use super::recording::{recorded, rows_of};
use super::retry::Retry;
use super::run::{Done, RunOptions, Transactions};
use super::session::{Session, Status};
use super::state::State;
use super::statements::{Segment, begin, observe, place_in, segments, send};
use super::surroundings::surroundings_for;
use super::unit::{Passage, units};
use crate::diag::{list, plural};
use crate::driver::{RenderError, SessionId, Statement, TransactionMode};
use crate::history::History;
use crate::ident::Name;
use crate::operation::Operation;
use crate::plan::Direction;
use crate::record::Record;
use crate::revision::TransactionMode as Wish;

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
    pub(super) on_scratch: bool,
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
    pub(super) fn flies(&self, step: &Prepared) -> bool {
        let wish = match (step.revision.transaction, self.options.transactions) {
            (Some(wish), _) => wish,
            (None, Transactions::None) => Wish::None,
            (None, Transactions::PerRevision | Transactions::All) => Wish::Revision,
        };
        let rolls_back = self.session.dialect.capabilities().transactional_ddl;
        !self.only_records(step) && !step.operations.is_empty() && (wish == Wish::None || !rolls_back)
    }

    /// The statements of a step outside a transaction in a database that is thrown away if one of them fails.
    pub(super) async fn without_journal(&mut self, step: &Prepared) -> Result<(), ExecutionError> {
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
            self.state.pass(step, segment)?;
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
    pub(super) async fn together(
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
    pub(super) async fn step(
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
    pub(super) fn may_suspend(&self, operations: &[Operation]) -> bool {
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
    pub(super) async fn statements(
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
            self.state.pass(step, segment)?;
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

/// Trouble with an operation of a step.
pub(super) fn problem(step: &Prepared, index: usize, what: What, state: String) -> ExecutionError {
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
