//! What the operations on columns make of a schema; renaming apart.

use super::ColumnChange;
use super::apply::table;
use super::error::{ApplyError, Thing};
use super::text::{constraint_names, index_names, names_column, points_at};
use crate::ident::{Ident, Name};
use crate::schema::{Column, Position, Schema, Table};

/// Where the column is, or the error that says that it is not there.
pub(super) fn index(table: &Table, name: &Ident) -> Result<usize, ApplyError> {
    table.column_index(name).ok_or_else(|| missing(table, name))
}

pub(super) fn missing(table: &Table, name: &Ident) -> ApplyError {
    ApplyError::missing(
        Thing::Column(table.name.clone(), name.clone()),
        name.as_str(),
        table.columns.iter().map(|column| &column.name),
    )
}

pub(super) fn add(table: &mut Table, column: &Column, position: Option<&Position>) -> Result<(), ApplyError> {
    if table.column(&column.name).is_some() {
        return Err(ApplyError::Exists { what: Thing::Column(table.name.clone(), column.name.clone()) });
    }
    let at = match position {
        None => table.columns.len(),
        Some(Position::First) => 0,
        Some(Position::After(other)) => index(table, other)? + 1,
    };
    table.columns.insert(at, column.clone());
    Ok(())
}

pub(super) fn alter(table: &mut Table, name: &Ident, change: &ColumnChange) -> Result<(), ApplyError> {
    // Taken apart, so that a field that is added cannot be forgotten here.
    let ColumnChange {
        ty,
        using: _,
        nullable,
        fill: _,
        default,
        identity,
        generated,
        collation,
        comment,
        options,
        position,
    } = change;
    let at = index(table, name)?;
    let to = match position {
        None => at,
        Some(Position::First) => 0,
        Some(Position::After(other)) if other == name => {
            return Err(ApplyError::Missing {
                what: Thing::Column(table.name.clone(), other.clone()),
                nearest: None,
            });
        }
        Some(Position::After(other)) => {
            let other = index(table, other)?;
            // Where it is once the column has been taken out.
            if other < at { other + 1 } else { other }
        }
    };
    let column = &mut table.columns[at];
    set(&mut column.ty, ty);
    set(&mut column.nullable, nullable);
    set(&mut column.default, default);
    set(&mut column.identity, identity);
    set(&mut column.generated, generated);
    set(&mut column.collation, collation);
    set(&mut column.comment, comment);
    set(&mut column.options, options);
    if to != at {
        let column = table.columns.remove(at);
        table.columns.insert(to, column);
    }
    Ok(())
}

fn set<T: Clone>(place: &mut T, value: &Option<T>) {
    if let Some(value) = value {
        place.clone_from(value);
    }
}

/// Drops a column, with what its table has on it and with the sequences that it owns.
pub(super) fn remove(schema: &mut Schema, name: &Name, column: &Ident) -> Result<(), ApplyError> {
    let owner = table(schema, name)?;
    let at = index(owner, column)?;
    let mut by = Vec::new();
    for other in schema.tables.values().filter(|other| other.name != *name) {
        for (constraint, key) in other.foreign_keys() {
            if key.references.table == *name && points_at(owner, &key.references.columns, column) {
                by.push(match &constraint.name {
                    Some(key) => format!("foreign key {key} of table {}", other.name),
                    None => format!("a foreign key of table {}", other.name),
                });
            }
        }
    }
    for other in owner.columns.iter().filter(|other| other.name != *column) {
        if other.generated.as_ref().is_some_and(|made| names_column(owner, &made.expression, column)) {
            by.push(format!("generated column {}", other.name));
        }
    }
    if !by.is_empty() {
        return Err(ApplyError::InUse { what: Thing::Column(name.clone(), column.clone()), by });
    }
    let constraints: Vec<bool> = owner
        .constraints
        .iter()
        .map(|constraint| !constraint_names(owner, &constraint.body, column))
        .collect();
    let indexes: Vec<bool> = owner.indexes.values().map(|index| !index_names(owner, index, column)).collect();
    let owner = super::apply::table_mut(schema, name)?;
    owner.columns.remove(at);
    keep(&constraints, |kept| owner.constraints.retain(|_| kept()));
    keep(&indexes, |kept| owner.indexes.retain(|_, _| kept()));
    let owned = |owner: &(Name, Ident)| owner.0 == *name && owner.1 == *column;
    schema.sequences.retain(|_, sequence| !sequence.owned_by.as_ref().is_some_and(owned));
    Ok(())
}

/// Hands `retain` the decisions one by one.
fn keep(decisions: &[bool], retain: impl FnOnce(&mut dyn FnMut() -> bool)) {
    let mut decisions = decisions.iter();
    retain(&mut || decisions.next().copied().unwrap_or(true));
}
