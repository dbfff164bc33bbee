use crate::diff::{DiffOptions, Hints, Neutral, diff};
use crate::operation::Operation;
use crate::schema::{Naming, Schema};

/// What makes `schema` out of nothing.
pub fn creation(schema: &Schema) -> Vec<Operation> {
    plainly(&Schema::new(), schema)
}

/// What leaves nothing of `schema`.
pub(super) fn removal(schema: &Schema) -> Vec<Operation> {
    plainly(schema, &Schema::new())
}

fn plainly(from: &Schema, to: &Schema) -> Vec<Operation> {
    let hints = Hints::default();
    let naming = Naming::default();
    let options = DiffOptions::unasked(&hints, &naming, &Neutral);
    diff(from, to, &options).operations
}
