use crate::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints, Neutral, diff};
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
    let options = DiffOptions {
        hints: &Hints::default(),
        naming: &Naming::default(),
        rules: &Neutral,
        guess: Guess::Never,
        fills: FillPolicy::Never,
        casts: CastPolicy::Never,
        declined: &[],
    };
    diff(from, to, &options).operations
}
