//! What stands before and behind the statements of objects in a plan.

use std::collections::BTreeMap;

use limbeck_core::driver::Statement;
use limbeck_core::operation::Operation;
use limbeck_core::schema::ObjectKey;

use super::grants::{self, Slot};

/// What is done with objects in all of a plan, as far as one operation must know of another.
#[derive(Debug, Default)]
pub(in super::super) struct Around {
    /// Objects that are dropped and made again, with the operation that drops each.
    again: BTreeMap<ObjectKey, usize>,
    /// Whether the bodies of functions are not looked at just now.
    unchecked: bool,
}

/// Whether an operation makes a function whose body the server would look at.
fn makes_routine(operation: &Operation) -> bool {
    match operation {
        Operation::CreateObject(object) | Operation::ReplaceObject(object) => {
            matches!(object.key.kind.as_str(), "function" | "procedure")
        }
        _ => false,
    }
}

impl Around {
    pub(in super::super) fn new(operations: &[Operation]) -> Self {
        let mut dropped: BTreeMap<&ObjectKey, usize> = BTreeMap::new();
        let mut again = BTreeMap::new();
        for (at, operation) in operations.iter().enumerate() {
            match operation {
                Operation::DropObject { key } => {
                    dropped.insert(key, at);
                }
                Operation::CreateObject(object) => {
                    again.extend(dropped.remove(&object.key).map(|drop| (object.key.clone(), drop)));
                }
                _ => {}
            }
        }
        Self { again, unchecked: false }
    }

    /// What comes before the statements of the operation at `at`. A function's body may speak of what comes only later, or
    /// of what is gone: it is taken as it stands.
    pub(in super::super) fn before(&mut self, at: usize, operation: &Operation) -> Vec<Statement> {
        let mut statements = Vec::new();
        let routine = makes_routine(operation);
        if routine != self.unchecked {
            statements.push(body_checks(at, !routine));
            self.unchecked = routine;
        }
        if let Operation::DropObject { key } = operation
            && self.again.get(key) == Some(&at)
        {
            statements.extend(grants::keep(key, Slot(at, 0)));
        }
        statements
    }

    /// What comes behind the statements of the operation at `at`.
    pub(in super::super) fn behind(&self, at: usize, operation: &Operation) -> Vec<Statement> {
        let Operation::CreateObject(object) = operation else { return Vec::new() };
        let drop = self.again.get(&object.key).filter(|drop| **drop < at);
        drop.and_then(|drop| grants::give_back(&object.key, Slot(*drop, 0), at)).into_iter().collect()
    }

    /// What comes behind all; `last` is the last operation.
    pub(in super::super) fn end(self, last: usize) -> Option<Statement> {
        self.unchecked.then(|| body_checks(last, true))
    }
}

/// Has the server look at the bodies of functions that are made, or not.
pub(in super::super) fn body_checks(at: usize, on: bool) -> Statement {
    let sql = if on { "RESET check_function_bodies" } else { "SET check_function_bodies = off" };
    Statement::schema(at, sql)
}
