//! Two operations as one.
//!
//! Every rule keeps what becomes of rows: a column that is dropped and added again has lost its values, and a default
//! that came later has not filled the rows before it.

use super::{ColumnChange, ConstraintRef, Operation};
use crate::schema::{Column, Object, Schema, Table};

/// What is left of two operations.
pub(super) enum Reduced {
    /// Nothing.
    Nothing,
    /// One, in the place of the earlier.
    One(Box<Operation>),
    /// The later one, in its own place: the earlier has no effect that it leaves.
    Later,
}

/// `earlier` and `later` as one, if nothing between them minds; `None` if they are two things.
pub(super) fn reduce(earlier: &Operation, later: &Operation) -> Option<Reduced> {
    use Operation as O;
    let one = |operation: Operation| Some(Reduced::One(Box::new(operation)));
    match (earlier, later) {
        (O::CreateTable(made), O::DropTable { table }) if made.name == *table => Some(Reduced::Nothing),
        (O::RenameTable { table: first, to: middle }, O::RenameTable { table, to }) if middle == table => {
            if first == to {
                return Some(Reduced::Nothing);
            }
            one(O::RenameTable { table: first.clone(), to: to.clone() })
        }
        (
            O::AlterTable { table, comment, options },
            O::AlterTable { table: same, comment: new_comment, options: new_options },
        ) if table == same => one(O::AlterTable {
            table: table.clone(),
            comment: new_comment.as_ref().or(comment.as_ref()).cloned(),
            options: new_options.as_ref().or(options.as_ref()).cloned(),
        }),
        (O::AddColumn { table, column, .. }, O::DropColumn { table: same, column: dropped })
            if table == same && column.name == *dropped =>
        {
            Some(Reduced::Nothing)
        }
        (
            O::AddColumn { table, column, position, fill },
            O::RenameColumn { table: same, column: renamed, to },
        ) if table == same && column.name == *renamed => {
            let column = Box::new(Column { name: to.clone(), ..(**column).clone() });
            one(O::AddColumn { table: table.clone(), column, position: position.clone(), fill: fill.clone() })
        }
        (
            O::AddColumn { table, column, position, fill },
            O::AlterColumn { table: same, column: altered, change },
        ) if table == same && column.name == *altered => {
            let (column, fill) = added(column, fill.as_ref(), change)?;
            let position = change.position.as_ref().or(position.as_ref()).cloned();
            one(O::AddColumn { table: table.clone(), column: Box::new(column), position, fill })
        }
        (
            O::AlterColumn { table, column, change },
            O::AlterColumn { table: same, column: altered, change: later },
        ) if table == same && column == altered => {
            let change = Box::new(altered_twice(change, later)?);
            one(O::AlterColumn { table: table.clone(), column: column.clone(), change })
        }
        (O::AlterColumn { table, column, .. }, O::DropColumn { table: same, column: dropped })
            if table == same && column == dropped =>
        {
            Some(Reduced::Later)
        }
        (
            O::RenameColumn { table, column: first, to: middle },
            O::RenameColumn { table: same, column, to },
        ) if table == same && middle == column => {
            if first == to {
                return Some(Reduced::Nothing);
            }
            one(O::RenameColumn { table: table.clone(), column: first.clone(), to: to.clone() })
        }
        (O::AddConstraint { table, constraint }, later) => constraint_then(table, constraint, later),
        (
            O::RenameConstraint { table, name, to: middle },
            O::RenameConstraint { table: same, name: renamed, to },
        ) if table == same && middle == renamed => {
            if name == to {
                return Some(Reduced::Nothing);
            }
            one(O::RenameConstraint { table: table.clone(), name: name.clone(), to: to.clone() })
        }
        (
            O::RenameConstraint { table, name, to },
            O::DropConstraint { table: same, constraint: ConstraintRef::Named(dropped) },
        ) if table == same && to == dropped => {
            one(O::DropConstraint { table: table.clone(), constraint: ConstraintRef::Named(name.clone()) })
        }
        (O::CreateIndex { table, index, concurrently }, O::RenameIndex { table: same, name, to })
            if table == same && index.name == *name =>
        {
            let mut index = index.clone();
            index.name = to.clone();
            one(O::CreateIndex { table: table.clone(), index, concurrently: *concurrently })
        }
        (O::CreateIndex { table, index, .. }, O::DropIndex { table: same, name, .. })
            if table == same && index.name == *name =>
        {
            Some(Reduced::Nothing)
        }
        (O::RenameIndex { table, name, to: middle }, O::RenameIndex { table: same, name: renamed, to })
            if table == same && middle == renamed =>
        {
            if name == to {
                return Some(Reduced::Nothing);
            }
            one(O::RenameIndex { table: table.clone(), name: name.clone(), to: to.clone() })
        }
        (O::RenameIndex { table, name, to }, O::DropIndex { table: same, name: dropped, concurrently })
            if table == same && to == dropped =>
        {
            one(O::DropIndex { table: table.clone(), name: name.clone(), concurrently: *concurrently })
        }
        _ => reduce_others(earlier, later),
    }
}

/// The rules for what is not part of a table.
fn reduce_others(earlier: &Operation, later: &Operation) -> Option<Reduced> {
    use Operation as O;
    let one = |operation: Operation| Some(Reduced::One(Box::new(operation)));
    match (earlier, later) {
        (O::CreateEnum(made), O::AlterEnum(change)) if made.name == change.name => {
            let mut schema = Schema::new();
            schema.enums.insert(made.name.clone(), made.clone());
            later.apply(&mut schema).ok()?;
            one(O::CreateEnum(schema.enums.remove(&made.name)?))
        }
        (O::CreateEnum(made), O::DropEnum { name }) if made.name == *name => Some(Reduced::Nothing),
        // Renames and removals come first in one operation, so that only additions can be put behind.
        (O::AlterEnum(first), O::AlterEnum(second))
            if first.name == second.name && second.rename.is_empty() && second.remove.is_empty() =>
        {
            let mut merged = first.clone();
            merged.add.extend(second.add.iter().cloned());
            merged.comment = second.comment.clone().or(merged.comment);
            one(O::AlterEnum(merged))
        }
        (O::CreateSequence(made), O::AlterSequence(altered)) if made.name == altered.name => {
            one(O::CreateSequence(altered.clone()))
        }
        (O::AlterSequence(first), O::AlterSequence(second)) if first.name == second.name => {
            one(later.clone())
        }
        (O::CreateSequence(made), O::DropSequence { name }) if made.name == *name => Some(Reduced::Nothing),
        (O::CreateNamespace(made), O::AlterNamespace(altered)) if made.name == altered.name => {
            one(O::CreateNamespace(altered.clone()))
        }
        (O::AlterNamespace(first), O::AlterNamespace(second)) if first.name == second.name => {
            one(later.clone())
        }
        (O::CreateNamespace(made), O::DropNamespace { name }) if made.name == *name => Some(Reduced::Nothing),
        (O::CreateObject(first), O::ReplaceObject(second)) if first.key == second.key => {
            one(O::CreateObject(Object::clone(second)))
        }
        (O::ReplaceObject(first), O::ReplaceObject(second)) if first.key == second.key => one(later.clone()),
        (O::CreateObject(first), O::DropObject { key }) if first.key == *key => Some(Reduced::Nothing),
        (O::ReplaceObject(first), O::DropObject { key }) if first.key == *key => one(later.clone()),
        _ => None,
    }
}

/// What a constraint that has just been added becomes by `later`.
fn constraint_then(
    table: &crate::ident::Name,
    constraint: &crate::schema::Constraint,
    later: &Operation,
) -> Option<Reduced> {
    let mut constraint = constraint.clone();
    match later {
        Operation::DropConstraint { table: same, constraint: dropped } if table == same => {
            let meant = match dropped {
                ConstraintRef::Named(name) => constraint.name.as_ref() == Some(name),
                ConstraintRef::Unnamed(body) => constraint.name.is_none() && constraint.body == **body,
            };
            return meant.then_some(Reduced::Nothing);
        }
        Operation::RenameConstraint { table: same, name, to }
            if table == same && constraint.name.as_ref() == Some(name) =>
        {
            constraint.name = Some(to.clone());
        }
        Operation::ValidateConstraint { table: same, name }
            if table == same && constraint.name.as_ref() == Some(name) =>
        {
            constraint.not_valid = false;
        }
        _ => return None,
    }
    Some(Reduced::One(Box::new(Operation::AddConstraint {
        table: table.clone(),
        constraint: Box::new(constraint),
    })))
}

/// Puts `later` into a table that is just being made: no rows are there, so that only the result counts. Says whether
/// it could; if not, `table` is as it was.
pub(super) fn into_table(table: &mut Table, later: &Operation) -> bool {
    use Operation as O;
    let fits = matches!(
        later,
        O::RenameTable { .. }
            | O::AlterTable { .. }
            | O::AddColumn { .. }
            | O::DropColumn { .. }
            | O::RenameColumn { .. }
            | O::AlterColumn { .. }
            | O::AddConstraint { .. }
            | O::DropConstraint { .. }
            | O::RenameConstraint { .. }
            | O::ValidateConstraint { .. }
            | O::CreateIndex { .. }
            | O::DropIndex { .. }
            | O::RenameIndex { .. }
    );
    if !fits || later.tables().first() != Some(&&table.name) {
        return false;
    }
    // The table moves into a schema of its own and back: copying it for every column would be quadratic.
    let mut schema = Schema::new();
    let placeholder = Table::new(table.name.clone());
    schema.insert_table(std::mem::replace(table, placeholder));
    let done = later.apply(&mut schema).is_ok();
    if let Some((_, result)) = schema.tables.pop_first() {
        *table = result;
    }
    done
}

/// A column that is added and then altered, with what its rows get; `None` if rows would come out otherwise.
fn added(
    column: &Column,
    fill: Option<&crate::schema::Sql>,
    change: &ColumnChange,
) -> Option<(Column, Option<crate::schema::Sql>)> {
    let mut fill = fill.cloned();
    let filled = fill.is_some() || column.default.is_some();
    // The values that are there by then would be made over, or be counted up or computed anew.
    if change.using.is_some() || (change.ty.is_some() && filled) || change.identity.is_some() {
        return None;
    }
    match (&column.generated, &change.generated) {
        (_, None) | (Some(_), Some(Some(_))) => {}
        _ => return None,
    }
    match (&column.default, &change.default) {
        (_, None) => {}
        (Some(old), Some(Some(new))) if old == new => {}
        // The rows have got the default that is gone.
        (Some(old), Some(None)) if fill.is_none() => fill = Some(old.clone()),
        (None, Some(None)) => {}
        _ => return None,
    }
    if change.nullable == Some(false) && !filled && column.nullable {
        fill.clone_from(&change.fill);
    }
    let mut schema = Schema::new();
    let mut table = Table::new("t");
    table.columns.push(column.clone());
    schema.insert_table(table);
    let change = ColumnChange { position: None, ..change.clone() };
    let altered =
        Operation::AlterColumn { table: "t".into(), column: column.name.clone(), change: Box::new(change) };
    altered.apply(&mut schema).ok()?;
    let (_, mut table) = schema.tables.pop_first()?;
    Some((table.columns.pop()?, fill))
}

/// Two changes to a column as one; `None` if rows would come out otherwise.
fn altered_twice(first: &ColumnChange, second: &ColumnChange) -> Option<ColumnChange> {
    // How values are made over holds for one step only.
    if (first.using.is_some() && second.ty.is_some()) || (second.using.is_some() && first.ty.is_some()) {
        return None;
    }
    // Rows that the first step fills stay filled, and the second fills by what the first has made of it.
    if first.fill.is_some() && (second.nullable == Some(true) || second.ty.is_some()) {
        return None;
    }
    let settled = matches!(
        (&first.generated, &second.generated),
        (None, _) | (_, None) | (Some(Some(_)), Some(Some(_)))
    );
    if !settled || (first.identity.is_some() && second.identity.is_some()) {
        return None;
    }
    Some(ColumnChange {
        ty: second.ty.clone().or_else(|| first.ty.clone()),
        using: second.using.clone().or_else(|| first.using.clone()),
        nullable: second.nullable.or(first.nullable),
        fill: first.fill.clone().or_else(|| second.fill.clone()),
        default: second.default.clone().or_else(|| first.default.clone()),
        identity: second.identity.clone().or_else(|| first.identity.clone()),
        generated: second.generated.clone().or_else(|| first.generated.clone()),
        collation: second.collation.clone().or_else(|| first.collation.clone()),
        comment: second.comment.clone().or_else(|| first.comment.clone()),
        options: second.options.clone().or_else(|| first.options.clone()),
        position: second.position.clone().or_else(|| first.position.clone()),
    })
}
