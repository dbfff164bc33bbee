//! A step outside a transaction: statement by statement, with a journal that knows at every moment what is done.
//!
//! What can be rolled back is committed together with its line in the journal. Anything else is written down before it
//! is sent; if its end is not seen, what became of it is told from what the server shows.

use std::time::Instant;

use super::difference::{Change, changes};
use super::error::{ExecutionError, What};
use super::event::Event;
use super::judge::{Seen, Verdict, judge, names};
use super::lock::Waiting;
use super::prepare::Prepared;
use super::recording::file_name;
use super::retry::Retry;
use super::run::Done;
use super::runner::{Runner, may_set, problem_within, stands};
use super::session::Status;
use super::statements::{place_in, segments, send};
use super::temporary::temporary_table;
use super::unit::{Passage, Proof, Unit, is_for_session, units};
use super::unsettled::{Unsettled, Why};
use crate::driver::{Definition, DriverError, DriverErrorKind, Statement};
use crate::operation::Operation;
use crate::record::{Aim, Condition, InFlight, Journal};
use crate::revision::checksum;
use crate::schema::Schema;
use crate::sql::{Repetition, SessionMemory};

/// What somebody says has become of a statement that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumed {
    /// It has happened.
    Done,
    /// It has not: it is to be run again.
    Again,
}

/// A revision in flight that is to be gone on with.
#[derive(Debug, Clone)]
pub(super) struct Resumed {
    /// Where it stands.
    pub(super) row: InFlight,
    /// What is said of the statement in flight; what is seen decides, if nothing.
    pub(super) assumed: Option<Assumed>,
}

/// A revision in flight, as this run knows it.
pub(super) struct Flight {
    pub(super) row: InFlight,
    /// Whether the journal holds a row of it.
    written: bool,
    /// Whether the row says all that `row` does.
    current: bool,
    /// Whether the statements are others than those in the journal.
    replanned: bool,
    /// What becomes of the statement at `position` is not known: it must be looked at before it is run.
    doubtful: bool,
    assumed: Option<Assumed>,
}

/// What the end of a flight writes, together with forgetting it.
#[derive(Clone, Copy)]
pub(super) enum Ending<'s> {
    /// That the revision is applied, or undone.
    Record(&'s Status, Instant),
    /// Nothing.
    Forget,
}

/// Why a unit has not come to its end.
enum Trouble {
    /// With the statement at this position.
    Statement(usize, What),
    /// With what goes with it.
    Other(ExecutionError),
}

impl From<DriverError> for Trouble {
    fn from(error: DriverError) -> Self {
        Self::Other(error.into())
    }
}

impl From<ExecutionError> for Trouble {
    fn from(error: ExecutionError) -> Self {
        Self::Other(error)
    }
}

impl Flight {
    fn new(step: &Prepared, applied_by: &str) -> Self {
        let revision = &step.revision;
        Self {
            row: InFlight {
                revision: revision.id.clone(),
                direction: step.step.direction,
                aim: Aim::Finish,
                checksum: checksum(revision).to_string(),
                file: file_name(revision),
                file_text: revision.source.text.to_string(),
                segment: 0,
                statements: Vec::new(),
                position: 0,
                before: None,
                condition: Condition::Running,
                session: None,
                started_at: Some(jiff::Timestamp::now()),
                started_by: applied_by.to_owned(),
            },
            written: false,
            current: false,
            replanned: true,
            doubtful: false,
            assumed: None,
        }
    }

    pub(super) fn resumed(resumed: Resumed) -> Self {
        Self {
            row: resumed.row,
            written: true,
            current: false,
            replanned: false,
            doubtful: true,
            assumed: resumed.assumed,
        }
    }

    /// Other statements from here on.
    pub(super) fn replan(&mut self, statements: Vec<Statement>) {
        self.row.statements = statements;
        self.replanned = true;
        self.current = false;
        self.doubtful = false;
    }

    /// Moves on to `position`, where `before` was seen.
    fn move_to(&mut self, position: usize, before: Option<Vec<Definition>>) {
        self.row.position = position;
        self.row.before = before;
        self.row.condition = Condition::Running;
        self.doubtful = false;
        self.assumed = None;
    }

    /// What is done, in words.
    fn progress(&self) -> String {
        let InFlight { segment, position, statements, .. } = &self.row;
        let before = match segment {
            0 => String::new(),
            1 => "its first operation is done; ".to_owned(),
            many => format!("its first {many} operations are done; "),
        };
        format!("{before}{position} of {} statements are done and stay", statements.len())
    }
}

impl Runner<'_> {
    /// One step outside a transaction, from its beginning or from where it stands.
    pub(super) async fn fly(
        &mut self,
        status: &Status,
        step: &Prepared,
        number: usize,
        resumed: Option<Flight>,
        done: &mut Vec<Done>,
    ) -> Result<(), ExecutionError> {
        let begun = self.started(step, number);
        let ending = Ending::Record(status, begun);
        let mut flight = match resumed {
            Some(flight) => {
                self.wait_for_session(&flight.row).await?;
                self.repeat_for_session(step, &flight).await?;
                flight
            }
            None => {
                self.refuse_temporary_tables(step, done.len())?;
                Flight::new(step, &self.options.applied_by)
            }
        };
        let resumed = flight.doubtful;
        let mut resuming = resumed;
        let (from, segments) = (flight.row.segment, segments(&step.operations));
        let mut ended = false;
        for (at, segment) in segments.iter().enumerate() {
            let last = at + 1 == segments.len();
            if !resuming || segment.start >= from {
                if !std::mem::take(&mut resuming) {
                    let statements = self.plan(step, segment.clone(), &self.stays(&flight, done.len())).await;
                    let statements = statements.map_err(|error| half(error, flight.written))?;
                    flight.row.segment = segment.start;
                    flight.row.position = 0;
                    flight.row.before = None;
                    flight.replan(statements);
                }
                let ending = last.then_some(ending);
                ended = self.units(step, segment.start, &mut flight, ending, done.len()).await?;
            }
            self.state.pass(step, segment.clone())?;
        }
        if !ended {
            self.end(step, &mut flight, ending).await?;
        }
        self.finished(step, begun, done);
        // Whatever comes next must not find what this has set. What was resumed may be of another file than this one.
        if resumed || may_set(step) {
            self.session.connection.reset().await?;
        }
        Ok(())
    }

    /// A temporary table is gone when the revision goes on in another session, with the rows that it kept.
    fn refuse_temporary_tables(&self, step: &Prepared, done: usize) -> Result<(), ExecutionError> {
        let Some((index, place)) = temporary_table(&*self.session.dialect, &step.operations) else {
            return Ok(());
        };
        let what = What::Unsupported {
            message: "a temporary table would be gone, with its rows, if the revision had to go on in another session"
                .to_owned(),
            help: "make an ordinary table of it, and drop that at the end: this revision runs statement by statement, \
                   not in one transaction"
                .to_owned(),
        };
        let state = format!("nothing of it is done; {}", stands(done));
        Err(problem_within(step, index, Some(place), what, state))
    }

    /// The statements that put a revision in flight back to where it was begun.
    pub(super) async fn fly_back(
        &mut self,
        step: &Prepared,
        mut flight: Flight,
    ) -> Result<(), ExecutionError> {
        self.wait_for_session(&flight.row).await?;
        if !self.units(step, 0, &mut flight, Some(Ending::Forget), 0).await? {
            self.end(step, &mut flight, Ending::Forget).await?;
        }
        self.session.connection.reset().await?;
        Ok(())
    }

    /// The statements from where the flight stands on. Whether its end is written.
    async fn units(
        &mut self,
        step: &Prepared,
        segment: usize,
        flight: &mut Flight,
        ending: Option<Ending<'_>>,
        done: usize,
    ) -> Result<bool, ExecutionError> {
        let back = flight.row.aim == Aim::Back;
        let raw = |statement: &Statement| {
            let operation = step.operations.get(segment + statement.operation);
            !back && operation.is_some_and(|operation| matches!(operation, Operation::Execute { .. }))
        };
        let list = units(&*self.session.dialect, &flight.row.statements, &raw, flight.row.position);
        // One transaction for all there is needs no journal.
        let alone = matches!(list.as_slice(), [unit] if unit.passage == Passage::Together);
        if !(alone && ending.is_some()) {
            self.prepare_journal().await?;
        }
        let mut left = list.as_slice();
        while let Some((unit, rest)) = left.split_first() {
            let ending = ending.filter(|_| rest.is_empty());
            self.unit(step, segment, flight, unit, rest.first(), ending, done).await?;
            left = rest;
        }
        Ok(!list.is_empty() && ending.is_some())
    }

    /// One unit, which is looked at first if it is not known what became of it, and tried again if somebody is in its
    /// way.
    #[expect(clippy::too_many_arguments, reason = "a unit, where it stands, and what comes after it")]
    async fn unit(
        &mut self,
        step: &Prepared,
        segment: usize,
        flight: &mut Flight,
        unit: &Unit,
        next: Option<&Unit>,
        ending: Option<Ending<'_>>,
        done: usize,
    ) -> Result<(), ExecutionError> {
        let mut retry = Retry::new(self.session.settings.lock_timeout);
        loop {
            if flight.doubtful && self.look(flight, unit).await? {
                return self.advance(step, flight, unit, next, ending).await;
            }
            let trouble = match unit.passage {
                Passage::Together => self.together_with_journal(step, flight, unit, next, ending).await,
                Passage::Alone => self.alone(step, flight, unit, next, ending).await,
            };
            let Err(trouble) = trouble else { return Ok(()) };
            if unit.passage == Passage::Together {
                self.session.abandon(self.observer).await;
            }
            if let Trouble::Statement(_, What::Statement { error, .. })
            | Trouble::Other(ExecutionError::Driver(error)) = &trouble
                && retry.again(error, self.observer, self.interrupt).await
            {
                flight.doubtful = flight.written;
                flight.row.condition = Condition::Failed(error.to_string());
                continue;
            }
            return Err(self.grounded(step, segment, flight, unit, trouble, done).await);
        }
    }

    /// Looks what became of the unit at which the flight stands. Whether it is done.
    pub(super) async fn look(&mut self, flight: &mut Flight, unit: &Unit) -> Result<bool, ExecutionError> {
        let verdict = match flight.assumed {
            Some(Assumed::Done) => Verdict::Done,
            Some(Assumed::Again) => Verdict::Run,
            None => self.verdict(&flight.row, unit).await?,
        };
        match verdict {
            Verdict::Done => return Ok(true),
            Verdict::Run => {}
            Verdict::Clear(leftovers) => {
                for sql in leftovers {
                    let statement = Statement::schema(0, sql).outside_transaction();
                    self.observer.event(&Event::StatementStarted { sql: &statement.sql });
                    let begun = Instant::now();
                    send(self.session, &statement, self.interrupt).await.map_err(|what| match what {
                        What::Statement { error, .. } => ExecutionError::Driver(error),
                        other => ExecutionError::Driver(DriverError::new(
                            DriverErrorKind::Other,
                            other.to_string(),
                        )),
                    })?;
                    self.observer.event(&Event::StatementFinished { duration: begun.elapsed() });
                }
            }
            Verdict::Unclear { reason, differences } => {
                let why = Why::Unclear { reason, differences };
                return Err(ExecutionError::Unsettled(Box::new(Unsettled::new(&flight.row, why))));
            }
        }
        flight.doubtful = false;
        flight.current = false;
        Ok(false)
    }

    /// What became of the unit at which a flight stands.
    pub(super) async fn verdict(&mut self, row: &InFlight, unit: &Unit) -> Result<Verdict, DriverError> {
        let Some(statement) = row.statements.get(unit.statements.start) else { return Ok(Verdict::Done) };
        let connection = &mut *self.session.connection;
        let rules = self.session.dialect.lexical();
        let mut seen = Seen {
            before: row.before.clone(),
            refused: matches!(row.condition, Condition::Failed(_)),
            ..Seen::default()
        };
        match unit.proof {
            Proof::Definitions => {
                seen.now = connection.definitions(&names(rules, &statement.sql)).await?;
            }
            // Where DDL can be rolled back, everything can.
            Proof::Transaction if !self.session.dialect.capabilities().transactional_ddl => {
                seen.untransactional = connection.untransactional_tables().await?;
            }
            _ => {}
        }
        Ok(judge(rules, unit.proof, &statement.sql, &seen))
    }

    /// Whether what a unit names is other than before it, but for what it has left half made. A server that refuses a
    /// statement about several things may have done what it says of the first.
    pub(super) async fn has_changed(&mut self, row: &InFlight, unit: &Unit) -> Result<bool, DriverError> {
        let (Proof::Definitions, Some(before)) = (unit.proof, &row.before) else { return Ok(false) };
        let Some(statement) = row.statements.get(unit.statements.start) else { return Ok(false) };
        let named = names(self.session.dialect.lexical(), &statement.sql);
        let Some(now) = self.session.connection.definitions(&named).await? else { return Ok(false) };
        let is_whole = |change: &Change| change.now.as_ref().is_none_or(|now| now.leftover.is_none());
        Ok(changes(before, &now).iter().any(is_whole))
    }

    /// The unit at which a row stands.
    pub(super) fn unit_of(&self, step: &Prepared, row: &InFlight) -> Option<Unit> {
        let raw = |statement: &Statement| {
            let operation = step.operations.get(row.segment + statement.operation);
            row.aim == Aim::Finish
                && operation.is_some_and(|operation| matches!(operation, Operation::Execute { .. }))
        };
        units(&*self.session.dialect, &row.statements, &raw, row.position).into_iter().next()
    }

    /// A unit in a transaction, with its line in the journal.
    async fn together_with_journal(
        &mut self,
        step: &Prepared,
        flight: &mut Flight,
        unit: &Unit,
        next: Option<&Unit>,
        ending: Option<Ending<'_>>,
    ) -> Result<(), Trouble> {
        let statements = flight.row.statements[unit.statements.clone()].to_vec();
        let suspends = statements.iter().any(|statement| statement.suspends_foreign_keys);
        self.begin(suspends, "the statement was not begun").await?;
        for (at, statement) in unit.statements.clone().zip(&statements) {
            self.send_one(statement).await.map_err(|what| Trouble::Statement(at, what))?;
        }
        let kept = (flight.row.clone(), flight.written, flight.current, flight.replanned);
        let written = match ending {
            Some(ending) => self.write_end(step, flight, ending).await,
            None => self.write_next(flight, unit, next).await,
        };
        let result = match written {
            Ok(()) => self.session.connection.commit().await.map_err(|error| {
                let what = What::Statement { sql: "COMMIT".to_owned(), error };
                Trouble::Statement(unit.statements.start, what)
            }),
            Err(error) => Err(error.into()),
        };
        if result.is_err() {
            // What was written in the transaction is not.
            (flight.row, flight.written, flight.current, flight.replanned) = kept;
        }
        result
    }

    /// A statement by itself, between two lines of the journal.
    async fn alone(
        &mut self,
        step: &Prepared,
        flight: &mut Flight,
        unit: &Unit,
        next: Option<&Unit>,
        ending: Option<Ending<'_>>,
    ) -> Result<(), Trouble> {
        if !flight.current {
            let before = self.before(&flight.row, unit).await?;
            flight.move_to(unit.statements.start, before);
            self.write(flight).await?;
        }
        let statement = flight.row.statements[unit.statements.start].clone();
        self.send_one(&statement).await.map_err(|what| Trouble::Statement(unit.statements.start, what))?;
        self.advance(step, flight, unit, next, ending).await?;
        Ok(())
    }

    async fn send_one(&mut self, statement: &Statement) -> Result<(), What> {
        self.observer.event(&Event::StatementStarted { sql: &statement.sql });
        let begun = Instant::now();
        send(self.session, statement, self.interrupt).await?;
        self.observer.event(&Event::StatementFinished { duration: begun.elapsed() });
        Ok(())
    }

    /// Writes down that a unit is done: the next one is in flight, or the flight is at its end.
    async fn advance(
        &mut self,
        step: &Prepared,
        flight: &mut Flight,
        unit: &Unit,
        next: Option<&Unit>,
        ending: Option<Ending<'_>>,
    ) -> Result<(), ExecutionError> {
        match ending {
            Some(ending) => self.end(step, flight, ending).await,
            None => self.write_next(flight, unit, next).await,
        }
    }

    async fn write_next(
        &mut self,
        flight: &mut Flight,
        unit: &Unit,
        next: Option<&Unit>,
    ) -> Result<(), ExecutionError> {
        let before = match next {
            Some(next) => self.before(&flight.row, next).await?,
            None => None,
        };
        flight.move_to(unit.statements.end, before);
        Ok(self.write(flight).await?)
    }

    /// What the server says of what a unit names, if it is judged by that.
    async fn before(&mut self, row: &InFlight, unit: &Unit) -> Result<Option<Vec<Definition>>, DriverError> {
        if unit.proof != Proof::Definitions {
            return Ok(None);
        }
        let names = names(self.session.dialect.lexical(), &row.statements[unit.statements.start].sql);
        self.session.connection.definitions(&names).await
    }

    /// Ends a flight in a transaction of its own.
    async fn end(
        &mut self,
        step: &Prepared,
        flight: &mut Flight,
        ending: Ending<'_>,
    ) -> Result<(), ExecutionError> {
        self.begin(false, "its statements are done; the same command again records it").await?;
        let result = self.write_end(step, flight, ending).await;
        self.session.end(result, self.observer).await.map_err(|error| half(error, true))
    }

    /// Writes what a flight leads to, and forgets it, in the transaction that is open.
    async fn write_end(
        &mut self,
        step: &Prepared,
        flight: &mut Flight,
        ending: Ending<'_>,
    ) -> Result<(), ExecutionError> {
        if let Ending::Record(status, begun) = ending {
            self.write_record(status, step, begun).await?;
        }
        if flight.written {
            let journal = Journal::new(&*self.session.dialect, &self.session.settings.record);
            journal.clear(&mut *self.session.connection, &flight.row.revision).await?;
            flight.written = false;
        }
        Ok(())
    }

    /// Writes down where the flight stands.
    async fn write(&mut self, flight: &mut Flight) -> Result<(), DriverError> {
        if self.session_id.is_none() {
            self.session_id = Some(self.session.connection.session_id().await?);
        }
        flight.row.session = self.session_id.clone().flatten();
        let journal = Journal::new(&*self.session.dialect, &self.session.settings.record);
        let connection = &mut *self.session.connection;
        if flight.written {
            journal.update(connection, &flight.row, flight.replanned).await?;
        } else {
            journal.begin(connection, &flight.row).await?;
        }
        flight.written = true;
        flight.current = true;
        flight.replanned = false;
        Ok(())
    }

    /// Makes the journal's table once in a run, outside any transaction that it could end.
    pub(super) async fn prepare_journal(&mut self) -> Result<(), DriverError> {
        if !self.has_journal {
            let journal = Journal::new(&*self.session.dialect, &self.session.settings.record);
            journal.prepare(&mut *self.session.connection).await?;
            self.has_journal = true;
        }
        Ok(())
    }

    /// Waits until the session that was cut off has ended what it was at.
    async fn wait_for_session(&mut self, row: &InFlight) -> Result<(), ExecutionError> {
        let Some(session) = row.session.as_ref().filter(|_| row.condition == Condition::Running) else {
            return Ok(());
        };
        let connection = &mut *self.session.connection;
        if connection.session_id().await?.as_ref() == Some(session) {
            return Ok(());
        }
        let holder =
            format!("session {}, which is still at a statement of revision {}", session.id, row.revision);
        let mut waiting = Waiting::new(self.session.settings.wait);
        while connection.session_lives(session).await? {
            if waiting.is_over() {
                return Err(ExecutionError::Locked { waited: waiting.waited(), holder: Some(holder) });
            }
            if waiting.is_report_due() {
                let waited = waiting.waited();
                self.observer.event(&Event::LockWaiting { holder: Some(holder.clone()), waited });
            }
            waiting.pause(self.interrupt).await?;
        }
        Ok(())
    }

    /// Sets again for this session what the statements that are done had set for theirs.
    async fn repeat_for_session(&mut self, step: &Prepared, flight: &Flight) -> Result<(), ExecutionError> {
        let rules = self.session.dialect.lexical();
        let mut settings: Vec<Statement> = Vec::new();
        let before = step.operations.iter().take(flight.row.segment);
        for operation in before.filter(|operation| matches!(operation, Operation::Execute { .. })) {
            let planned = self.session.dialect.plan(std::slice::from_ref(operation), &Schema::new());
            // It was planned before, and raw SQL depends on no schema.
            settings.extend(planned.unwrap_or_default());
        }
        settings.extend(flight.row.statements.iter().take(flight.row.position).cloned());
        settings.retain(|statement| is_for_session(rules, statement));
        self.forget(step, flight, &mut settings)?;
        for statement in &settings {
            self.send_one(statement).await.map_err(|what| {
                let state = flight.progress();
                half(problem_within(step, statement.operation, None, what, state), true)
            })?;
        }
        Ok(())
    }

    /// Takes out of `settings` what another session cannot have. An error, if what is left to do needs that.
    fn forget(
        &self,
        step: &Prepared,
        flight: &Flight,
        settings: &mut Vec<Statement>,
    ) -> Result<(), ExecutionError> {
        let rules = self.session.dialect.lexical();
        let mut memory = SessionMemory::default();
        let mut lost = None;
        let mut unknown = None;
        settings.retain(|statement| {
            let repetition = memory.note(rules, &statement.sql);
            match repetition {
                Repetition::Same => {}
                Repetition::Lost => lost = Some(statement.sql.clone()),
                Repetition::Unknown => unknown = Some(statement.sql.clone()),
            }
            repetition == Repetition::Same
        });
        let rest =
            flight.row.statements.iter().skip(flight.row.position).map(|statement| statement.sql.clone());
        let end = segments(&step.operations).into_iter().find(|segment| segment.start == flight.row.segment);
        let later = step.operations.iter().skip(end.map_or(flight.row.segment, |segment| segment.end));
        let later = later.filter_map(|operation| match operation {
            Operation::Execute { sql, .. } => sql.resolve(self.session.dialect.names()).cloned(),
            _ => None,
        });
        let needed = || rest.chain(later).any(|sql| memory.is_needed(rules, &sql));
        match unknown.or_else(|| lost.filter(|_| needed())) {
            Some(statement) => {
                let unsettled = Unsettled::new(&flight.row, Why::Forgotten { statement });
                Err(ExecutionError::Unsettled(Box::new(unsettled)))
            }
            None => Ok(()),
        }
    }

    /// Notes why a flight has not come to its end, and says where it stands.
    async fn grounded(
        &mut self,
        step: &Prepared,
        segment: usize,
        flight: &mut Flight,
        unit: &Unit,
        trouble: Trouble,
        done: usize,
    ) -> ExecutionError {
        let refusal = match &trouble {
            Trouble::Statement(_, What::Statement { error, .. }) => match error.kind {
                DriverErrorKind::Lost | DriverErrorKind::Connect => None,
                _ => Some(error.to_string()),
            },
            Trouble::Statement(_, what) => Some(what.to_string()),
            Trouble::Other(_) => None,
        };
        let interrupted = self.interrupt.is_requested();
        if flight.written {
            flight.row.condition = match refusal {
                Some(_) if interrupted => Condition::Stopped,
                Some(message) => Condition::Failed(message),
                None => Condition::Running,
            };
            // The statement's own trouble is what matters; a row that could not be written says less, and nothing wrong.
            if let Err(error) = self.note(flight, unit).await {
                tracing::warn!(%error, "the journal could not be written");
            }
            if unit.passage == Passage::Alone {
                self.session.abandon(self.observer).await;
            }
        }
        let left = self.stays(flight, done);
        if interrupted {
            return ExecutionError::Interrupted {
                state: format!("revision {} was under way: {left}", step.step.revision),
            };
        }
        match trouble {
            Trouble::Other(ExecutionError::Driver(error)) if flight.written => {
                let index = segment + flight.row.statement().map_or(0, |statement| statement.operation);
                half(problem_within(step, index, None, What::Journal { error }, left), true)
            }
            Trouble::Other(error) => half(error, flight.written),
            Trouble::Statement(at, what) => {
                let statement = &flight.row.statements[at];
                let index = segment + statement.operation;
                let place = step.operations.get(index).filter(|_| flight.row.aim == Aim::Finish);
                let statements = &flight.row.statements;
                let place = place
                    .and_then(|operation| place_in(operation, &*self.session.dialect, statements, at, &what));
                half(problem_within(step, index, place, what, left), flight.written)
            }
        }
    }

    /// Writes down that a flight has come to a stop; or forgets it, if nothing of it has happened.
    async fn note(&mut self, flight: &mut Flight, unit: &Unit) -> Result<(), DriverError> {
        let first = flight.row.segment == 0 && flight.row.position == 0 && flight.row.aim == Aim::Finish;
        if first && self.is_untouched(&flight.row, unit).await? {
            let journal = Journal::new(&*self.session.dialect, &self.session.settings.record);
            journal.clear(&mut *self.session.connection, &flight.row.revision).await?;
            flight.written = false;
            return Ok(());
        }
        self.write(flight).await
    }

    /// Whether the first unit of a flight has left no trace.
    async fn is_untouched(&mut self, row: &InFlight, unit: &Unit) -> Result<bool, DriverError> {
        Ok(match unit.proof {
            Proof::Repeatable => true,
            Proof::Transaction => self.verdict(row, unit).await? == Verdict::Run,
            Proof::Definitions => {
                let now = self.before(row, unit).await?;
                now.is_some() && now == row.before
            }
            Proof::Nothing => false,
        })
    }

    /// What a flight that was stopped leaves, and what to do.
    fn stays(&self, flight: &Flight, done: usize) -> String {
        if !flight.written {
            return format!("nothing of it is done; {}", stands(done));
        }
        format!(
            "{}; run the same command again to go on from there, or see `limbeck resolve`",
            flight.progress()
        )
    }
}

/// Says of an error whether a part of the revision is done and stays.
fn half(error: ExecutionError, half_done: bool) -> ExecutionError {
    match error {
        ExecutionError::Step(mut problem) => {
            problem.half_done = half_done;
            ExecutionError::Step(problem)
        }
        other => other,
    }
}
