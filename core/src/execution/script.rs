use std::collections::BTreeSet;

use jiff::Timestamp;

use super::error::{ExecutionError, Problem, What};
use super::prepare::{Prepared, PreparedRun, prepare_run};
use super::recording::recorded;
use super::state::State;
use super::statements::{segments, users_of_enum};
use super::surroundings::{referring, surroundings_for};
use crate::diag::Location;
use crate::driver::{Dialect, RecordTables, RenderError, ScriptTransaction, Statement, StatementKind};
use crate::graph::{Applied, Reach};
use crate::history::{History, Standing};
use crate::ident::RevisionId;
use crate::operation::Operation;
use crate::plan::{Direction, Step};
use crate::record::Record;
use crate::revision::TransactionMode;
use crate::schema::Schema;

/// The SQL of one step.
#[derive(Debug, Clone)]
pub struct ScriptStep {
    /// The step.
    pub step: Step,
    /// What it is about.
    pub message: String,
    /// Its statements, without semicolons.
    pub statements: Vec<String>,
}

/// The SQL of one revision in one direction, without its record, worked out from the revisions alone.
///
/// # Errors
/// If a revision does not fit those before it, cannot be undone, cannot be said in the dialect, or needs to know what a
/// table looks like that raw SQL has changed.
pub fn script_of(
    dialect: &dyn Dialect,
    history: &History,
    standing: &Standing,
    revision: &RevisionId,
    direction: Direction,
    database: Option<&str>,
) -> Result<ScriptStep, ExecutionError> {
    let mut applied: Applied = standing.graph.ancestors(&BTreeSet::from([revision.clone()]), Reach::Needs);
    if direction == Direction::Upgrade {
        applied.remove(revision);
    }
    let standing = Standing { applied, ..standing.clone() };
    let step = Step { revision: revision.clone(), direction };
    let PreparedRun { steps, start: mut state } = prepare_run(history, &standing, &[step], database)?;
    let mut made = ScriptStep {
        step: Step { revision: revision.clone(), direction },
        message: String::new(),
        statements: dialect.script_opening(),
    };
    for step in &steps {
        made.message.clone_from(&step.revision.message);
        let planned = statements(dialect, step, &mut state)?;
        // A table that is dropped while foreign keys act takes the rows that point at it along.
        let suspends = planned.iter().any(|statement| statement.suspends_foreign_keys);
        let frame = suspends.then(|| dialect.script_transaction(true));
        let ScriptTransaction { begin, commit } =
            frame.unwrap_or(ScriptTransaction { begin: Vec::new(), commit: Vec::new() });
        made.statements.extend(begin);
        made.statements.extend(planned.into_iter().map(|statement| dialect.script_statement(statement.sql)));
        made.statements.extend(commit);
    }
    Ok(made)
}

/// A whole script for a plan, with its own transactions and record: run by hand, it leaves what a run would leave.
/// `standing.applied` is what the script may take to be applied.
///
/// # Errors
/// As [`script_of`].
pub fn script(
    dialect: &dyn Dialect,
    tables: &RecordTables,
    history: &History,
    standing: &Standing,
    steps: &[Step],
    database: Option<&str>,
    applied_by: &str,
) -> Result<Vec<ScriptStep>, ExecutionError> {
    let record = Record::new(dialect, tables);
    let PreparedRun { steps, start: mut state } = prepare_run(history, standing, steps, database)?;
    let mut made = Vec::new();
    let now = Timestamp::now().to_string();
    for (index, step) in steps.iter().enumerate() {
        let planned = statements(dialect, step, &mut state)?;
        let suspend = planned.iter().any(|statement| statement.suspends_foreign_keys);
        let free = step.revision.transaction == Some(TransactionMode::None);
        if let Some(refused) = planned.iter().find(|statement| statement.outside_transaction && !free) {
            let what = What::Unsupported {
                message: format!(
                    "the server takes this statement only outside a transaction: {}",
                    refused.sql.lines().next().unwrap_or_default()
                ),
                help: "write `transaction = \"none\"` into the revision".to_owned(),
            };
            return Err(problem(step, refused.operation, what));
        }
        // What keeps foreign keys from acting is a part of the transaction.
        let frame = if free && !suspend {
            ScriptTransaction { begin: Vec::new(), commit: Vec::new() }
        } else {
            dialect.script_transaction(suspend)
        };
        let mut lines = if index == 0 { dialect.script_opening() } else { Vec::new() };
        lines.extend(frame.begin);
        if index == 0 && standing.applied.is_empty() {
            let create =
                dialect.plan(&[record.create()], &Schema::new()).map_err(|error| render(step, 0, error))?;
            lines.extend(create.into_iter().map(|statement| statement.sql));
        }
        lines.extend(planned.into_iter().map(|statement| dialect.script_statement(statement.sql)));
        match step.step.direction {
            Direction::Upgrade => {
                let row = recorded(&step.revision, None, applied_by);
                lines.push(record.add_sql(&row, &step.revision.source.text, &now));
            }
            Direction::Downgrade => {
                let stands_for = standing.replacements.in_use.get(&step.step.revision);
                for id in std::iter::once(&step.step.revision).chain(stands_for.into_iter().flatten()) {
                    lines.push(record.remove_sql(id));
                }
            }
        }
        lines.extend(frame.commit);
        made.push(ScriptStep {
            step: step.step.clone(),
            message: step.revision.message.clone(),
            statements: lines,
        });
    }
    Ok(made)
}

/// The statements of a step on `state`, which becomes what they leave. Guards are left out: a script cannot stop.
fn statements(
    dialect: &dyn Dialect,
    step: &Prepared,
    state: &mut State,
) -> Result<Vec<Statement>, ExecutionError> {
    let mut made = Vec::new();
    for segment in segments(&step.operations) {
        let operations = &step.operations[segment.clone()];
        if let Some(raw) = &state.uncertain {
            for (index, operation) in operations.iter().enumerate() {
                let mut tables = dialect.needs(operation).tables;
                tables.extend(users_of_enum(dialect, &state.schema, operation));
                tables.extend(
                    referring(dialect, &state.schema, std::slice::from_ref(operation)).into_iter().cloned(),
                );
                if !tables.is_empty() {
                    let tables = tables.iter().map(ToString::to_string).collect();
                    let what = What::Uncertain { tables, raw: raw.clone() };
                    return Err(problem(step, segment.start + index, what));
                }
            }
        }
        if let Some(index) =
            operations.iter().position(|operation| matches!(operation, Operation::Run { .. }))
        {
            let what = What::Unsupported {
                message: "a function of a program cannot be written as SQL".to_owned(),
                help: "migrate with the program that it is part of".to_owned(),
            };
            return Err(problem(step, segment.start + index, what));
        }
        let before = surroundings_for(dialect, &state.schema, operations);
        let planned =
            dialect.plan(operations, &before).map_err(|error| render(step, segment.start, error))?;
        let kept = planned.into_iter().filter(|statement| !matches!(statement.kind, StatementKind::Guard(_)));
        made.extend(
            kept.map(|statement| Statement { operation: segment.start + statement.operation, ..statement }),
        );
        state.pass(step, segment)?;
    }
    Ok(made)
}

fn render(step: &Prepared, start: usize, error: RenderError) -> ExecutionError {
    let index = start + error.operation();
    let direction = step.step.direction;
    let location = match &error {
        RenderError::Scan { span, .. } => step.revision.location_within(direction, index, span.clone()),
        _ => step.revision.location_of(direction, index),
    };
    problem_at(step, location, What::Render(error))
}

fn problem(step: &Prepared, index: usize, what: What) -> ExecutionError {
    problem_at(step, step.revision.location_of(step.step.direction, index), what)
}

fn problem_at(step: &Prepared, location: Location, what: What) -> ExecutionError {
    ExecutionError::Step(Box::new(Problem {
        revision: step.step.revision.clone(),
        direction: step.step.direction,
        what,
        location: Box::new(location),
        state: String::new(),
        half_done: false,
    }))
}
