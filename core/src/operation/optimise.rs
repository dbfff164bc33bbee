//! The same with fewer operations, as Django does for a squash.
//!
//! An operation is put into the last one before it with which it may not change places, if the two can be one; all
//! between them can be passed. Only that one need be looked at, so that a pass takes time near to linear. Where another
//! table stands in the way (a key to a table that was made in between), the table's creation moves down instead.
//!
//! References that point at nothing are not looked for: what an operation does to those of a schema that it does not
//! name cannot be told.

use std::collections::{BTreeMap, BTreeSet};

use super::Operation;
use super::conflict::{Touched, Touches, touched};
use super::reduce::{Reduced, into_table, reduce};
use crate::ident::Name;

/// The same change with as few operations as can be told without a database. Raw SQL and functions stay where they are,
/// with all that is before them before and all that is behind them behind; so do rows that are put in or taken out, for
/// their own table.
pub fn optimise(operations: Vec<Operation>) -> Vec<Operation> {
    let mut operations = operations;
    loop {
        let before = operations.len();
        let mut pass = Pass::default();
        for operation in operations {
            pass.take(operation);
        }
        operations = pass.slots.into_iter().flatten().map(|slot| slot.operation).collect();
        // Each rule makes fewer of them, so that the same number means that none held.
        if operations.len() == before {
            return operations;
        }
    }
}

struct Slot {
    operation: Operation,
    /// What it touches, and maybe what it no longer does: what was put into it is added only.
    touched: Touched,
}

#[derive(Default)]
struct Pass {
    slots: Vec<Option<Slot>>,
    touches: Touches,
    /// Where tables are made, by their names.
    created: BTreeMap<Name, usize>,
    /// Where things go that columns may need.
    drops: BTreeSet<usize>,
}

impl Pass {
    fn take(&mut self, operation: Operation) {
        let mut operation = operation;
        // Every turn takes one operation out, so that this ends.
        loop {
            let Some(touched) = touched(&operation) else {
                self.touches.insert_barrier(self.slots.len());
                self.slots.push(Some(Slot { operation, touched: Vec::new() }));
                return;
            };
            let last = self.touches.last(&touched);
            if let Some(at) = last {
                if self.put_into_table(at, &operation, &touched) {
                    return;
                }
                let earlier = self.slots[at].as_ref().map(|slot| &slot.operation);
                match earlier.and_then(|earlier| reduce(earlier, &operation)) {
                    Some(Reduced::Nothing) => {
                        self.remove(at);
                        return;
                    }
                    Some(Reduced::One(merged)) => {
                        self.replace(at, *merged, touched);
                        return;
                    }
                    Some(Reduced::Later) if self.can_move_down(at) => {
                        self.remove(at);
                        continue;
                    }
                    Some(Reduced::Later) | None => {}
                }
            }
            match self.table_below(last, &operation) {
                Some(merged) => operation = merged,
                None => {
                    self.push(operation, touched);
                    return;
                }
            }
        }
    }

    /// Puts the operation into the creation of a table at `at`, if one is there.
    fn put_into_table(&mut self, at: usize, operation: &Operation, touched: &Touched) -> bool {
        let Some(Slot { operation: Operation::CreateTable(table), .. }) = &mut self.slots[at] else {
            return false;
        };
        let old = table.name.clone();
        if !into_table(table, operation) {
            return false;
        }
        if table.name != old {
            let new = table.name.clone();
            self.created.remove(&old);
            self.created.insert(new, at);
        }
        self.note(at, touched.clone());
        true
    }

    /// The creation of the operation's table with the operation in it, taken out of its place to go behind all others.
    fn table_below(&mut self, last: Option<usize>, operation: &Operation) -> Option<Operation> {
        let name = (*operation.tables().first()?).clone();
        let at = *self.created.get(&name)?;
        // What stands in the way is behind it: otherwise the two would be one already.
        if last.is_none_or(|last| last <= at) || !self.can_move_down(at) {
            return None;
        }
        let Some(Slot { operation: Operation::CreateTable(table), .. }) = &mut self.slots[at] else {
            return None;
        };
        if !into_table(table, operation) {
            return None;
        }
        self.created.remove(&name);
        self.remove(at).map(|slot| slot.operation)
    }

    /// Whether the operation at `at` may change places with all behind it.
    fn can_move_down(&self, at: usize) -> bool {
        let Some(slot) = &self.slots[at] else { return false };
        // An altered column may no longer need what is dropped behind; without the change it would.
        let frees = matches!(slot.operation, Operation::AlterColumn { .. });
        !(self.touches.any_behind(at, &slot.touched) || (frees && self.drops.range(at..).next().is_some()))
    }

    fn push(&mut self, operation: Operation, touched: Touched) {
        let at = self.slots.len();
        self.touches.insert(at, &touched);
        self.index(at, &operation);
        self.slots.push(Some(Slot { operation, touched }));
    }

    fn index(&mut self, at: usize, operation: &Operation) {
        match operation {
            Operation::CreateTable(table) => {
                self.created.insert(table.name.clone(), at);
            }
            Operation::DropTable { .. }
            | Operation::DropConstraint { .. }
            | Operation::DropEnum { .. }
            | Operation::AlterEnum(_)
            | Operation::DropSequence { .. }
            | Operation::AlterNamespace(_)
            | Operation::DropNamespace { .. }
            | Operation::ReplaceObject(_)
            | Operation::DropObject { .. } => {
                self.drops.insert(at);
            }
            _ => {}
        }
    }

    fn replace(&mut self, at: usize, merged: Operation, touched: Touched) {
        self.index(at, &merged);
        if let Some(slot) = &mut self.slots[at] {
            slot.operation = merged;
        }
        self.note(at, touched);
    }

    /// Adds to what the operation at `at` touches.
    fn note(&mut self, at: usize, mut touched: Touched) {
        self.touches.insert(at, &touched);
        if let Some(slot) = &mut self.slots[at] {
            slot.touched.append(&mut touched);
        }
    }

    fn remove(&mut self, at: usize) -> Option<Slot> {
        let slot = self.slots[at].take()?;
        self.touches.remove(at, &slot.touched);
        self.drops.remove(&at);
        if let Operation::CreateTable(table) = &slot.operation
            && self.created.get(&table.name) == Some(&at)
        {
            self.created.remove(&table.name);
        }
        Some(slot)
    }
}
