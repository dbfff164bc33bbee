use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::ExecutionError;
use super::state::{RawChange, State, concerns};
use super::surroundings::surroundings;
use crate::driver::Dialect;
use crate::history::{History, Standing};
use crate::ident::{Name, RevisionId};
use crate::operation::{Loss, Operation, invert_all};
use crate::plan::{Direction, Step};
use crate::revision::{Downgrade, Revision};

/// One step of a plan with what it does.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The step.
    pub step: Step,
    /// Its revision.
    pub revision: Arc<Revision>,
    /// What is done: the revision's operations, or the derived way back. None, if the revision is not for this database.
    pub operations: Vec<Operation>,
    /// What each operation is, in words.
    pub descriptions: Vec<String>,
    /// What would be lost, each with the position of the operation.
    pub losses: Vec<(usize, Loss)>,
}

/// What steps would lose, for people: a line each, with its revision.
pub fn announced_losses(steps: &[Prepared]) -> Vec<String> {
    let of_step = |step: &Prepared| -> Vec<String> {
        step.losses.iter().map(|(_, loss)| format!("{}: {loss}", step.step.revision)).collect()
    };
    steps.iter().flat_map(of_step).collect()
}

/// A plan with what its steps do, and the schema that they begin on.
#[derive(Debug, Clone)]
pub(super) struct PreparedRun {
    pub(super) steps: Vec<Prepared>,
    pub(super) start: State,
}

/// What each of `steps` does to a database that stands as `standing` says, by name `database`, and what it would lose there.
///
/// # Errors
/// If a revision does not fit those before it, or cannot be undone.
pub fn prepare(
    dialect: &dyn Dialect,
    history: &History,
    standing: &Standing,
    steps: &[Step],
    database: Option<&str>,
) -> Result<Vec<Prepared>, ExecutionError> {
    let mut steps = prepare_run(history, standing, steps, database)?.steps;
    add_raw_losses(dialect, &mut steps);
    Ok(steps)
}

/// Adds what raw SQL would lose, in the places of its operations.
pub(super) fn add_raw_losses(dialect: &dyn Dialect, steps: &mut [Prepared]) {
    for step in steps {
        let raw = |operation: &Operation| operation.raw_loss(dialect.lexical(), dialect.names());
        let found =
            step.operations.iter().enumerate().filter_map(|(at, operation)| Some((at, raw(operation)?)));
        step.losses.extend(found.collect::<Vec<_>>());
        step.losses.sort_by_key(|(at, _)| *at);
    }
}

pub(super) fn prepare_run(
    history: &History,
    standing: &Standing,
    steps: &[Step],
    database: Option<&str>,
) -> Result<PreparedRun, ExecutionError> {
    let undone: BTreeSet<&RevisionId> = steps
        .iter()
        .filter(|step| step.direction == Direction::Downgrade)
        .map(|step| &step.revision)
        .collect();
    let mut derived: BTreeMap<&RevisionId, Vec<Operation>> = BTreeMap::new();
    let mut start = State::default();
    // One pass for everything: each way back is derived from the schema that its revision was applied to.
    for id in standing.graph.order().filter(|id| standing.applied.contains(*id)) {
        let Some(revision) = history.get(id).filter(|revision| concerns(revision, database)) else {
            continue;
        };
        if undone.contains(id) && revision.downgrade == Downgrade::Auto {
            derived.insert(id, way_back(revision, &revision.upgrade, &start)?);
        }
        start.apply(revision, Direction::Upgrade, &revision.upgrade)?;
    }
    if let Some(unknown) = standing.graph.missing(&standing.applied).first() {
        start.uncertain.get_or_insert_with(|| RawChange {
            revision: (*unknown).clone(),
            statement: "(its file is gone, and what it did is not recorded)".to_owned(),
            location: None,
        });
    }
    let mut working = start.clone();
    let mut prepared = Vec::with_capacity(steps.len());
    for step in steps {
        let Some(revision) = history.get(&step.revision) else {
            return Err(ExecutionError::Inconsistent {
                message: format!("revision {} is in the plan and has no file", step.revision),
                revision: step.revision.clone(),
            });
        };
        let operations = if concerns(revision, database) {
            operations(revision, step.direction, &mut derived)?
        } else {
            Vec::new()
        };
        let (mut descriptions, mut losses) = (Vec::with_capacity(operations.len()), Vec::new());
        for (index, operation) in operations.iter().enumerate() {
            descriptions.push(operation.describe(Some(&working.schema)).to_string());
            losses.extend(operation.loss(&working.schema).map(|loss| (index, loss)));
            working.apply_one(revision, step.direction, index, operation)?;
        }
        prepared.push(Prepared {
            step: step.clone(),
            revision: revision.clone(),
            operations,
            descriptions,
            losses,
        });
    }
    Ok(PreparedRun { steps: prepared, start })
}

fn operations(
    revision: &Revision,
    direction: Direction,
    derived: &mut BTreeMap<&RevisionId, Vec<Operation>>,
) -> Result<Vec<Operation>, ExecutionError> {
    match (direction, &revision.downgrade) {
        (Direction::Upgrade, _) => Ok(revision.upgrade.clone()),
        (Direction::Downgrade, Downgrade::Operations(operations)) => Ok(operations.clone()),
        (Direction::Downgrade, Downgrade::Auto) => Ok(derived.remove(&revision.id).unwrap_or_default()),
        (Direction::Downgrade, Downgrade::Irreversible) => {
            Err(irreversible(revision, Cow::Borrowed("the file says that there is no way back"), 0))
        }
    }
}

/// The way back of operations of a revision, derived from the schema that they were applied to.
pub(super) fn way_back(
    revision: &Revision,
    operations: &[Operation],
    before: &State,
) -> Result<Vec<Operation>, ExecutionError> {
    for (index, operation) in operations.iter().enumerate() {
        if let Some(table) = brings_back(operation)
            && let Some(raw) = before.changed_by_raw(table)
        {
            let reason = format!(
                "what table {table} looked like before is not known, because revision {raw} changes it with raw SQL"
            );
            return Err(irreversible(revision, Cow::Owned(reason), index));
        }
    }
    invert_all(operations, &surroundings(&before.schema, operations))
        .map_err(|error| irreversible(revision, Cow::Owned(error.to_string()), 0))
}

/// The table, if the way back of an operation makes a part of it as it was before.
fn brings_back(operation: &Operation) -> Option<&Name> {
    match operation {
        Operation::DropTable { table }
        | Operation::AlterTable { table, .. }
        | Operation::DetachPartition { table }
        | Operation::DropColumn { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::DropConstraint { table, .. }
        | Operation::ValidateConstraint { table, .. }
        | Operation::DropIndex { table, .. } => Some(table),
        _ => None,
    }
}

fn irreversible(revision: &Revision, reason: Cow<'_, str>, index: usize) -> ExecutionError {
    ExecutionError::Irreversible {
        revision: revision.id.clone(),
        reason: reason.into_owned(),
        location: Box::new(revision.location_of(Direction::Upgrade, index)),
    }
}
