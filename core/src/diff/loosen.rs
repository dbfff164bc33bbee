//! Circles between tables and objects, broken at a default or a check.

use std::collections::BTreeSet;

use crate::operation::{ColumnChange, Operation};
use crate::schema::{Constraint, ConstraintKind, Schema, Table};

use super::arrange::{Step, among, without_default};
use super::mentions::Mentions;
use super::objects::Webs;
use super::rename::reference;
use super::web::Web;

/// The steps with the tables in circles made without what objects of the circles are needed for, and with that taken away
/// before tables in circles are dropped.
pub(super) fn loosen(old: &Schema, webs: &Webs<'_>, steps: Vec<Step>, circles: &[Vec<usize>]) -> Vec<Step> {
    let inside = among(circles);
    let (mut made, mut dropped) = (BTreeSet::new(), BTreeSet::new());
    for step in inside.iter().map(|at| &steps[*at].operation) {
        match step {
            Operation::CreateObject(object) | Operation::ReplaceObject(object) => {
                made.extend(webs.new.place(&object.key));
            }
            Operation::DropObject { key } => dropped.extend(webs.old.place(key)),
            _ => {}
        }
    }
    let mut all = Vec::with_capacity(steps.len());
    for (at, step) in steps.into_iter().enumerate() {
        match (step.operation, inside.contains(&at)) {
            (Operation::CreateTable(table), true) => {
                let (table, later) = without(*table, &webs.new, &made);
                all.push(Step::new(Operation::CreateTable(Box::new(table)), old));
                all.extend(later.into_iter().map(|operation| Step::new(operation, old)));
            }
            (Operation::DropTable { table: name }, true) => {
                let Some(table) = old.table(&name) else {
                    all.push(Step { operation: Operation::DropTable { table: name }, ..step });
                    continue;
                };
                let (less, later) = without(table.clone(), &webs.old, &dropped);
                all.extend(later.into_iter().map(|operation| Step::new(undone(operation), old)));
                let frees = Mentions::of_table(&less);
                all.push(Step { operation: Operation::DropTable { table: name }, frees, ..step });
            }
            (operation, _) => all.push(Step { operation, ..step }),
        }
    }
    all
}

/// The table without the defaults and checks that need one of `objects`, and what adds them.
fn without(mut table: Table, web: &Web<'_>, objects: &BTreeSet<usize>) -> (Table, Vec<Operation>) {
    let needs = |names: &Mentions| !web.used_by(names).is_disjoint(objects);
    let mut later = Vec::new();
    for column in &mut table.columns {
        let Some(default) = &column.default else { continue };
        if needs(&Mentions::of(default)) {
            let change = ColumnChange { default: Some(column.default.take()), ..ColumnChange::default() };
            later.push(Operation::AlterColumn {
                table: table.name.clone(),
                column: column.name.clone(),
                change: Box::new(change),
            });
        }
    }
    let loose = |constraint: &Constraint| {
        matches!(constraint.kind(), ConstraintKind::Check | ConstraintKind::Exclusion)
            && needs(&Mentions::of_constraint(constraint))
    };
    let (out, kept) = std::mem::take(&mut table.constraints).into_iter().partition(loose);
    table.constraints = kept;
    later.extend(<Vec<Constraint> as IntoIterator>::into_iter(out).map(|constraint| {
        Operation::AddConstraint { table: table.name.clone(), constraint: Box::new(constraint) }
    }));
    (table, later)
}

/// What takes away again what `without` has put aside.
fn undone(operation: Operation) -> Operation {
    match operation {
        Operation::AlterColumn { table, column, .. } => without_default(&table, &column),
        Operation::AddConstraint { table, constraint } => {
            Operation::DropConstraint { table, constraint: reference(&constraint) }
        }
        other => other,
    }
}
