//! What foreign keys do, taken out where a server has nothing of the kind: most cases are about something else.

use limbeck_core::operation::Operation;
use limbeck_core::schema::{Constraint, ConstraintBody, ReferentialAction};

/// Makes every foreign key of `operations` one that only refuses.
pub(crate) fn strip(operations: &mut [Operation]) {
    for operation in operations {
        match operation {
            Operation::CreateTable(table) => table.constraints.iter_mut().for_each(refuse),
            Operation::AddConstraint { constraint, .. } => refuse(constraint),
            _ => {}
        }
    }
}

fn refuse(constraint: &mut Constraint) {
    if let ConstraintBody::ForeignKey(key) = &mut constraint.body {
        key.on_delete = ReferentialAction::NoAction;
        key.on_update = ReferentialAction::NoAction;
        key.on_delete_columns.clear();
    }
}
