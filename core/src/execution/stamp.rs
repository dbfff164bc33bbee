use std::collections::BTreeSet;

use super::error::ExecutionError;
use super::event::{Event, Observer};
use super::interrupt::Interrupt;
use super::lock;
use super::recording::{file_name, recorded, rows_of};
use super::session::{Session, Status, recorded_revision};
use super::statements::begin;
use super::unsettled::{Unsettled, Why};
use crate::diag::Diagnose;
use crate::driver::{Connection, DriverError, TransactionMode};
use crate::graph::Specifier;
use crate::history::History;
use crate::ident::RevisionId;
use crate::plan::{PlanError, StampPlan, stamp as plan_stamp};
use crate::record::Record;
use crate::revision::{Revision, checksum};

/// What a stamp changed in the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamped {
    /// What is recorded now and was not.
    pub added: Vec<RevisionId>,
    /// What was recorded and is not now.
    pub removed: Vec<RevisionId>,
}

/// Records revisions as applied, or as not, without running them.
pub async fn stamp(
    session: &mut Session,
    history: &mut History,
    targets: &[Specifier],
    purge: bool,
    applied_by: &str,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Stamped, ExecutionError> {
    under_lock(session, history, observer, interrupt, applied_by, &|status| {
        plan_stamp(&status.standing.graph, &status.standing.applied, targets, purge).map(Change::Rows)
    })
    .await
}

/// Records the files of applied revisions as they are now, in place of what they said when they were applied. Gives
/// back those that differed, as `added`, and as `removed` what a squash among them stands for from now on: what it
/// replaced, if it says so no more and there are no files.
pub async fn accept_edits(
    session: &mut Session,
    history: &mut History,
    targets: &[Specifier],
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Stamped, ExecutionError> {
    under_lock(session, history, observer, interrupt, "", &|status| {
        let mut chosen = Vec::new();
        for target in targets {
            chosen.extend(
                status
                    .standing
                    .graph
                    .resolve(target, &status.standing.applied)?
                    .revisions(&status.standing.graph),
            );
        }
        chosen.retain(|id| status.applied.contains_key(id));
        Ok(Change::Edits(chosen))
    })
    .await
}

/// What is to be changed in the record.
enum Change {
    Rows(StampPlan),
    Edits(Vec<RevisionId>),
}

async fn under_lock(
    session: &mut Session,
    history: &mut History,
    observer: &dyn Observer,
    interrupt: &Interrupt,
    applied_by: &str,
    plan: &(dyn Fn(&Status) -> Result<Change, PlanError> + Sync),
) -> Result<Stamped, ExecutionError> {
    let key = session.lock_key();
    let wait = session.settings.wait;
    lock::take(&mut *session.connection, &key, wait, observer, interrupt).await?;
    let result = locked(session, history, applied_by, plan, observer, interrupt).await;
    match (result, session.connection.unlock(&key).await) {
        (result, Ok(())) => result,
        (Ok(_), Err(error)) => Err(error.into()),
        (Err(first), Err(error)) => {
            observer.event(&Event::Warning(error.diagnostic()));
            Err(first)
        }
    }
}

async fn locked(
    session: &mut Session,
    history: &mut History,
    applied_by: &str,
    plan: &(dyn Fn(&Status) -> Result<Change, PlanError> + Sync),
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Stamped, ExecutionError> {
    let status = session.status(history).await?;
    if let Some(row) = &status.in_flight {
        let why = Why::Beside { what: "the record cannot be changed by hand" };
        return Err(ExecutionError::Unsettled(Box::new(Unsettled::new(row, why))));
    }
    let change = plan(&status)?;
    let mode = TransactionMode::default();
    begin(&mut *session.connection, mode, interrupt, "nothing was done").await?;
    let result = write(session, history, &status, applied_by, &change).await;
    session.end(result, observer).await
}

async fn write(
    session: &mut Session,
    history: &History,
    status: &Status,
    applied_by: &str,
    change: &Change,
) -> Result<Stamped, ExecutionError> {
    let record = Record::new(&*session.dialect, &session.settings.record);
    let connection = &mut *session.connection;
    record.prepare(connection).await?;
    let mut stamped = Stamped::default();
    match change {
        Change::Rows(plan) => {
            for id in &plan.removed {
                for row in rows_of(status, id) {
                    if status.applied.contains_key(&row) {
                        record.remove(connection, &row).await?;
                    }
                }
                stamped.removed.push(id.clone());
            }
            for id in &plan.added {
                if let Some(revision) = history.get(id)
                    && (!status.applied.contains_key(id) || plan.removed.contains(id))
                {
                    let row = recorded(revision, None, applied_by);
                    record.add(connection, &row, &revision.source.text).await?;
                }
                stamped.added.push(id.clone());
            }
        }
        Change::Edits(chosen) => {
            for id in chosen {
                let (Some(revision), Some(row)) = (history.get(id), status.applied.get(id)) else { continue };
                let now = checksum(revision).to_string();
                if !status.gone.contains(id) && now != row.checksum {
                    let file = file_name(revision);
                    let replaced = replaced_before(&record, connection, revision).await?;
                    record.accept_edit(connection, id, &now, &file, &revision.source.text).await?;
                    stamped.added.push(id.clone());
                    for row in replaced.into_iter().filter(|row| status.gone.contains(row)) {
                        record.remove(connection, &row).await?;
                        stamped.removed.push(row);
                    }
                }
            }
        }
    }
    Ok(stamped)
}

/// What a squash replaced when it was recorded, by way of other squashes too, and does not replace any more: its
/// `replaces` was taken out when their files were.
async fn replaced_before(
    record: &Record<'_>,
    connection: &mut dyn Connection,
    squash: &Revision,
) -> Result<BTreeSet<RevisionId>, DriverError> {
    let mut replaced = BTreeSet::new();
    let mut todo = vec![squash.id.clone()];
    while !todo.is_empty() {
        let mut inner = Vec::new();
        for (_, name, text) in record.texts(connection, &todo).await? {
            for id in recorded_revision(&name, &text).into_iter().flat_map(|revision| revision.replaces) {
                if !squash.replaces.contains(&id) && replaced.insert(id.clone()) {
                    inner.push(id);
                }
            }
        }
        todo = inner;
    }
    Ok(replaced)
}
