//! From a difference to a revision: what the revisions leave behind is set beside what is declared.

mod beside;
mod comparison;
mod creation;
mod observe;
mod scratch;
mod words;

pub use beside::materialise_beside;
pub use comparison::DialectComparison;
pub use creation::creation;
pub use observe::{materialise, observe, observe_source, rerun, run_script};
pub use scratch::scratch;
pub use words::{Reworded, reword};

use std::collections::BTreeSet;

use crate::diff::{Comparison, Diff, DiffOptions, Note, Question, diff};
use crate::driver::Dialect;
use crate::execution::{ReplayError, State, replay};
use crate::graph::{Applied, Reach};
use crate::history::{History, Standing};
use crate::ident::RevisionId;
use crate::operation::{Irreversible, Operation, invert_all};
use crate::schema::Schema;

/// What a new revision would hold.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it does.
    pub operations: Vec<Operation>,
    /// How that is undone.
    pub downgrade: Result<Vec<Operation>, Irreversible>,
    /// What the schemas leave open. As long as there is one, the operations are a guess.
    pub questions: Vec<Question>,
    /// What the user should know.
    pub notes: Vec<Note>,
}

/// The schema that `parents` and all that they need leave behind, for `database`.
///
/// # Errors
/// If a revision does not fit those before it.
pub fn baseline(
    history: &History,
    standing: &Standing,
    parents: &[RevisionId],
    database: Option<&str>,
) -> Result<State, Box<ReplayError>> {
    let wanted: BTreeSet<RevisionId> = parents.iter().cloned().collect();
    let needed: Applied = standing.graph.ancestors(&wanted, Reach::Needs);
    replay(history, &standing.graph, |id| needed.contains(id), database)
}

/// What turns `from` into `to`.
pub fn propose(from: &Schema, to: &Schema, options: &DiffOptions<'_>) -> Proposal {
    let Diff { operations, questions, notes } = diff(from, to, options);
    let downgrade = way_back(&operations, from, options.rules);
    Proposal { operations, downgrade, questions, notes }
}

/// What undoes `operations`, which were carried out on `before`: their inversion, with something for rows in columns
/// that come back.
///
/// # Errors
/// If one of them has no way back.
pub fn way_back(
    operations: &[Operation],
    before: &Schema,
    rules: &dyn Comparison,
) -> Result<Vec<Operation>, Irreversible> {
    if operations.is_empty() {
        return Ok(Vec::new());
    }
    let mut ways_back = invert_all(operations, before)?;
    for operation in &mut ways_back {
        stand_in(operation, rules);
    }
    Ok(ways_back)
}

/// The values of a column that comes back are gone: says what old rows get instead, where they must get something.
fn stand_in(operation: &mut Operation, rules: &dyn Comparison) {
    if let Operation::AddColumn { column, fill: fill @ None, .. } = operation
        && !column.nullable
        && column.default.is_none()
        && column.identity.is_none()
        && column.generated.is_none()
    {
        *fill = rules.stand_in(column);
    }
}

/// What a dialect says of two schemas being the same. `ordered` if the order of columns is a fact on both sides: not that
/// of a struct's fields, which says nothing of a table that is there.
pub fn comparison(dialect: &dyn Dialect, ordered: bool) -> DialectComparison<'_> {
    DialectComparison { dialect, ordered, tables_only: false }
}
