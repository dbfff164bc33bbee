//! A revision in flight, at the user's word: looked at, gone on with, put back, or declared to be settled.

use super::error::ExecutionError;
use super::event::{Event, Observer};
use super::flight::{Assumed, Flight, Resumed};
use super::interrupt::Interrupt;
use super::judge::Verdict;
use super::lock;
use super::prepare::{Prepared, PreparedRun, prepare_run, way_back};
use super::recording::{file_name, recorded, rows_of};
use super::run::{Done, Outcome, RunOptions, Transactions};
use super::runner::Runner;
use super::session::{Session, Status, recorded_revision};
use super::state::State;
use super::statements::segments;
use super::surroundings::surroundings;
use super::unsettled::{Unsettled, Why};
use crate::diag::Diagnose;
use crate::driver::StatementKind;
use crate::history::History;
use crate::operation::Operation;
use crate::plan::{Direction, Step};
use crate::record::{Aim, InFlight, Journal, Record};
use crate::revision::{Downgrade, Revision, checksum};

/// A revision in flight with what can be told of it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where the journal says it stands.
    pub row: InFlight,
    /// What it is about, if its text can be read.
    pub message: String,
    /// What became of its statement in flight.
    pub fate: Fate,
    /// Whether its file says something else than when it was begun.
    pub edited: bool,
    /// Who holds the migration lock: its run may be under way.
    pub holder: Option<String>,
}

/// What became of a statement in flight, as far as the server shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It has not happened, or it may happen again.
    NotDone,
    /// It has left something half made, which is taken away when it is run again.
    HalfMade,
    /// It has happened.
    Done,
    /// It cannot be told.
    Unclear {
        /// Why not.
        reason: String,
        /// What differs.
        differences: Vec<String>,
    },
}

/// What is to become of a revision in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It is gone on with. Somebody may say what became of the statement in flight.
    Continue {
        /// What they say.
        assumed: Option<Assumed>,
    },
    /// It was brought to the state after it by hand: it counts as applied.
    Applied,
    /// It was brought to the state before it by hand: it counts as not applied.
    Unapplied,
    /// What is done of it is undone.
    Rollback,
}

/// What is in flight, without changing anything.
pub async fn look(session: &mut Session, history: &mut History) -> Result<Option<Found>, ExecutionError> {
    let Some((status, step)) = in_flight(session, history).await? else { return Ok(None) };
    let Some(row) = status.in_flight.clone() else { return Ok(None) };
    let key = session.lock_key();
    let holder = session.connection.lock_holder(&key).await?;
    let options = options(String::new());
    let interrupt = Interrupt::new();
    let observer = super::event::Silent;
    let mut runner = Runner::new(session, &options, &observer, &interrupt, State::default(), 1);
    let fate = match runner.unit_of(&step, &row) {
        Some(unit) => match runner.verdict(&row, &unit).await? {
            Verdict::Run => Fate::NotDone,
            Verdict::Clear(_) => Fate::HalfMade,
            Verdict::Done => Fate::Done,
            Verdict::Unclear { reason, differences } => Fate::Unclear { reason, differences },
        },
        None => Fate::Done,
    };
    let edited = checksum(&step.revision).as_str() != row.checksum;
    Ok(Some(Found { message: step.revision.message.clone(), row, fate, edited, holder }))
}

/// Takes the lock and settles what is in flight.
pub async fn settle(
    session: &mut Session,
    history: &mut History,
    settlement: Settlement,
    applied_by: &str,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Outcome {
    let mut done = Vec::new();
    let key = session.lock_key();
    let wait = session.settings.wait;
    if let Err(error) = lock::take(&mut *session.connection, &key, wait, observer, interrupt).await {
        return Outcome { done, result: Err(error) };
    }
    let options = options(applied_by.to_owned());
    let mut result = locked(session, history, settlement, &options, observer, interrupt, &mut done).await;
    if let Err(error) = session.connection.unlock(&key).await {
        match result {
            Ok(()) => result = Err(error.into()),
            Err(_) => observer.event(&Event::Warning(error.diagnostic())),
        }
    }
    Outcome { done, result }
}

fn options(applied_by: String) -> RunOptions {
    RunOptions { transactions: Transactions::None, applied_by, ..RunOptions::default() }
}

/// The status, and the step that is in flight. A revision whose file is gone is taken out of the journal.
async fn in_flight(
    session: &mut Session,
    history: &mut History,
) -> Result<Option<(Status, Prepared)>, ExecutionError> {
    let journal = Journal::new(&*session.dialect, &session.settings.record);
    let Some(row) = journal.read(&mut *session.connection).await? else { return Ok(None) };
    if history.get(&row.revision).is_none()
        && let Some(revision) = recorded_revision(&row.file, &row.file_text)
    {
        history.add_recorded(revision);
    }
    let status = session.status(history).await?;
    let Some(revision) = history.get(&row.revision) else {
        return Err(ExecutionError::Unsettled(Box::new(Unsettled::new(&row, Why::Gone))));
    };
    let step = Step { revision: row.revision.clone(), direction: row.direction };
    // What its operations are is only needed to go on; to look, the statements in the journal will do.
    let operations = match row.direction {
        Direction::Upgrade => revision.upgrade.clone(),
        Direction::Downgrade => revision.operations(Direction::Downgrade).to_vec(),
    };
    let prepared = Prepared {
        step,
        revision: revision.clone(),
        operations,
        descriptions: Vec::new(),
        losses: Vec::new(),
    };
    Ok(Some((status, prepared)))
}

async fn locked(
    session: &mut Session,
    history: &mut History,
    settlement: Settlement,
    options: &RunOptions,
    observer: &dyn Observer,
    interrupt: &Interrupt,
    done: &mut Vec<Done>,
) -> Result<(), ExecutionError> {
    let Some((status, step)) = in_flight(session, history).await? else {
        return Err(ExecutionError::NothingInFlight);
    };
    let Some(row) = status.in_flight.clone() else { return Err(ExecutionError::NothingInFlight) };
    match settlement {
        Settlement::Applied => mark(session, &status, &step.revision, &row, true, options, observer).await,
        Settlement::Unapplied => mark(session, &status, &step.revision, &row, false, options, observer).await,
        Settlement::Continue { .. } | Settlement::Rollback if row.aim == Aim::Back => {
            let assumed = match settlement {
                Settlement::Continue { assumed } => assumed,
                _ => None,
            };
            let mut runner = Runner::new(session, options, observer, interrupt, State::default(), 1);
            runner.fly_back(&step, Flight::resumed(Resumed { row, assumed })).await
        }
        Settlement::Continue { assumed } => {
            let (step, start) = prepared(session, history, &status, &step)?;
            let mut runner = Runner::new(session, options, observer, interrupt, start.clone(), 1);
            let flight = if checksum(&step.revision).as_str() == row.checksum {
                Flight::resumed(Resumed { row, assumed })
            } else {
                runner.edited(&step, row, assumed).await?
            };
            runner.state = start;
            runner.fly(&status, &step, 1, Some(flight), done).await
        }
        Settlement::Rollback => {
            let (step, start) = prepared(session, history, &status, &step)?;
            let mut runner = Runner::new(session, options, observer, interrupt, start, 1);
            runner.put_back(&step, row).await
        }
    }
}

/// The step with its operations, and the schema that it begins on.
fn prepared(
    session: &Session,
    history: &History,
    status: &Status,
    step: &Prepared,
) -> Result<(Prepared, State), ExecutionError> {
    let database = session.settings.name.as_str();
    let steps = std::slice::from_ref(&step.step);
    let PreparedRun { steps, start } = prepare_run(history, &status.standing, steps, Some(database))?;
    Ok((steps.into_iter().next().unwrap_or_else(|| step.clone()), start))
}

/// Records what somebody says, and forgets that the revision is in flight.
async fn mark(
    session: &mut Session,
    status: &Status,
    revision: &Revision,
    row: &InFlight,
    applied: bool,
    options: &RunOptions,
    observer: &dyn Observer,
) -> Result<(), ExecutionError> {
    session.connection.begin(crate::driver::TransactionMode::default()).await?;
    let result = write_mark(session, status, revision, row, applied, options).await;
    session.end(result, observer).await
}

async fn write_mark(
    session: &mut Session,
    status: &Status,
    revision: &Revision,
    row: &InFlight,
    applied: bool,
    options: &RunOptions,
) -> Result<(), ExecutionError> {
    let record = Record::new(&*session.dialect, &session.settings.record);
    let connection = &mut *session.connection;
    let rows = rows_of(status, &row.revision);
    if applied && rows.is_empty() {
        let recorded = recorded(revision, None, &options.applied_by);
        record.add(connection, &recorded, &revision.source.text).await?;
    }
    if !applied {
        for recorded in rows {
            record.remove(connection, &recorded).await?;
        }
    }
    let journal = Journal::new(&*session.dialect, &session.settings.record);
    journal.clear(connection, &row.revision).await?;
    Ok(())
}

impl Runner<'_> {
    /// A flight that goes on with the file as it is now, if what is done already still stands in it.
    pub(super) async fn edited(
        &mut self,
        step: &Prepared,
        mut row: InFlight,
        assumed: Option<Assumed>,
    ) -> Result<Flight, ExecutionError> {
        let behind = |row: &InFlight, what: &str| {
            let why = Why::EditedBehind { what: what.to_owned() };
            ExecutionError::Unsettled(Box::new(Unsettled::new(row, why)))
        };
        let old = recorded_revision(&row.file, &row.file_text);
        let operations = match old.as_ref().map(|old| (row.direction, &old.downgrade, old)) {
            Some((Direction::Upgrade, _, old)) => &old.upgrade,
            Some((Direction::Downgrade, Downgrade::Operations(operations), _)) => operations,
            _ => return Err(behind(&row, "the way back is derived from it")),
        };
        let passed = operations.get(..row.segment);
        if passed.is_none() || passed != step.operations.get(..row.segment) {
            return Err(behind(&row, "operations that are done are others now"));
        }
        // What became of the old statement comes first: it may be done.
        let was = Prepared { operations: operations.clone(), ..step.clone() };
        if let Some(unit) = self.unit_of(&was, &row) {
            if assumed.is_none() && self.has_changed(&row, &unit).await? {
                return Err(behind(&row, "what it was to change is not as it was before"));
            }
            let mut flight = Flight::resumed(Resumed { row: row.clone(), assumed });
            if self.look(&mut flight, &unit).await? {
                row.position = unit.statements.end;
            }
        }
        self.state.pass(step, 0..row.segment)?;
        let segment = segments(&step.operations).into_iter().find(|segment| segment.start == row.segment);
        let statements = match segment {
            Some(segment) => self.plan(step, segment, "").await?,
            None => return Err(behind(&row, "operations that are begun are others now")),
        };
        let done = row.statements.get(..row.position);
        if done.is_none() || done != statements.get(..row.position) {
            return Err(behind(&row, "statements that are done are others now"));
        }
        row.statements = statements;
        row.before = None;
        row.checksum = checksum(&step.revision).to_string();
        row.file = file_name(&step.revision);
        row.file_text = step.revision.source.text.to_string();
        self.session.connection.begin(crate::driver::TransactionMode::default()).await?;
        let result = self.rewrite(&row).await;
        self.session.end(result, self.observer).await?;
        // The statement has been looked at, in its old form.
        Ok(Flight::resumed(Resumed { row, assumed: Some(Assumed::Again) }))
    }

    /// Puts another row in the place of that of a revision.
    async fn rewrite(&mut self, row: &InFlight) -> Result<(), ExecutionError> {
        let journal = Journal::new(&*self.session.dialect, &self.session.settings.record);
        let connection = &mut *self.session.connection;
        journal.clear(connection, &row.revision).await?;
        journal.begin(connection, row).await?;
        Ok(())
    }

    /// Undoes what is done of a revision in flight.
    async fn put_back(&mut self, step: &Prepared, mut row: InFlight) -> Result<(), ExecutionError> {
        let no_way = |row: &InFlight, reason: String| {
            ExecutionError::Unsettled(Box::new(Unsettled::new(row, Why::NoWayBack { reason })))
        };
        if checksum(&step.revision).as_str() != row.checksum {
            return Err(ExecutionError::Unsettled(Box::new(Unsettled::new(&row, Why::Edited))));
        }
        if let Some(unit) = self.unit_of(step, &row) {
            let mut flight = Flight::resumed(Resumed { row: row.clone(), assumed: None });
            if self.look(&mut flight, &unit).await? {
                row.position = unit.statements.end;
            }
        }
        let operations = done_operations(step, &row).map_err(|reason| no_way(&row, reason))?;
        let back = way_back(&step.revision, operations, &self.state)
            .map_err(|error| no_way(&row, error.to_string()))?;
        let before = self.state.schema.clone();
        self.state.apply(&step.revision, step.step.direction, operations)?;
        let surroundings = surroundings(&self.state.schema, &back);
        let planned = self.session.dialect.plan(&back, &surroundings);
        let statements = planned.map_err(|error| no_way(&row, error.to_string()))?;
        self.state.schema = before;
        row.aim = Aim::Back;
        row.segment = 0;
        row.statements = statements;
        row.position = 0;
        row.before = None;
        self.session.connection.begin(crate::driver::TransactionMode::default()).await?;
        let result = self.rewrite(&row).await;
        self.session.end(result, self.observer).await?;
        let flight = Flight::resumed(Resumed { row, assumed: Some(Assumed::Again) });
        self.fly_back(step, flight).await
    }
}

/// The operations of a step that are done.
///
/// # Errors
/// One of them is done by half.
fn done_operations<'a>(step: &'a Prepared, row: &InFlight) -> Result<&'a [Operation], String> {
    let of = |position: usize| row.statements.get(position).map(|statement| statement.operation);
    let begun = row.position.checked_sub(1).and_then(of);
    let next = of(row.position);
    let done = match (begun, next) {
        (None, _) => 0,
        // A table that is there goes as a whole, whatever of it is missing.
        (Some(begun), Some(next)) if begun == next => match step.operations.get(row.segment + begun) {
            Some(Operation::CreateTable(_)) => begun + 1,
            // Changed rows have no way back, whether all of them are changed or some.
            Some(Operation::Execute { .. })
                if row.statements[..row.position]
                    .iter()
                    .all(|done| done.operation != begun || done.kind == StatementKind::Data) =>
            {
                begun
            }
            _ => return Err("one of its operations is done by half".to_owned()),
        },
        (Some(begun), _) => begun + 1,
    };
    Ok(step.operations.get(..row.segment + done).unwrap_or(&step.operations))
}
