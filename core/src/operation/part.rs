//! What the operations on constraints and indexes make of a table.

use super::ConstraintRef;
use super::column;
use super::error::{ApplyError, Thing};
use crate::ident::{Ident, Name};
use crate::schema::{Constraint, ConstraintBody, ConstraintKind, Index, KeyPart, Table};

/// A constraint, for people.
pub(super) fn thing(table: &Name, constraint: &Constraint) -> Thing {
    match &constraint.name {
        Some(name) => Thing::Constraint(table.clone(), name.clone()),
        None => Thing::Unnamed(table.clone(), constraint.kind()),
    }
}

fn columns_exist<'a>(table: &Table, columns: impl IntoIterator<Item = &'a Ident>) -> Result<(), ApplyError> {
    columns.into_iter().try_for_each(|name| column::index(table, name).map(|_| ()))
}

/// Names in expressions are the server's to check: only it knows its functions and types.
pub(super) fn check_constraint_columns(table: &Table, constraint: &Constraint) -> Result<(), ApplyError> {
    columns_exist(table, constraint.columns())?;
    match &constraint.body {
        ConstraintBody::PrimaryKey(key) => columns_exist(table, &key.include),
        ConstraintBody::Unique(key) => columns_exist(table, &key.include),
        ConstraintBody::Exclusion(key) => columns_exist(table, &key.include),
        ConstraintBody::ForeignKey(key) => {
            columns_exist(table, &key.on_delete_columns)?;
            if key.references.table == table.name {
                columns_exist(table, &key.references.columns)?;
            }
            Ok(())
        }
        ConstraintBody::Check(_) => Ok(()),
    }
}

pub(super) fn check_index_columns(table: &Table, index: &Index) -> Result<(), ApplyError> {
    columns_exist(table, index.columns.iter().filter_map(KeyPart::as_column))?;
    columns_exist(table, &index.include)
}

pub(super) fn add_constraint(table: &mut Table, constraint: &Constraint) -> Result<(), ApplyError> {
    check_constraint_columns(table, constraint)?;
    let taken = match &constraint.name {
        Some(name) => table.constraint(name).is_some(),
        // A second one that says the same could not be told from the first when it is dropped.
        None => table.constraints.iter().any(|other| other.name.is_none() && other.body == constraint.body),
    };
    if taken {
        return Err(ApplyError::Exists { what: thing(&table.name, constraint) });
    }
    if constraint.kind() == ConstraintKind::PrimaryKey && table.primary_key().is_some() {
        return Err(ApplyError::Exists { what: Thing::PrimaryKey(table.name.clone()) });
    }
    table.constraints.push(constraint.clone());
    Ok(())
}

/// Where the constraint called `name` is.
pub(super) fn constraint_index(table: &Table, name: &Ident) -> Result<usize, ApplyError> {
    table.constraints.iter().position(|constraint| constraint.name.as_ref() == Some(name)).ok_or_else(|| {
        ApplyError::missing(
            Thing::Constraint(table.name.clone(), name.clone()),
            name.as_str(),
            table.constraints.iter().filter_map(|constraint| constraint.name.as_ref()),
        )
    })
}

/// Where the constraint that is meant is.
pub(super) fn referred(table: &Table, constraint: &ConstraintRef) -> Result<usize, ApplyError> {
    match constraint {
        ConstraintRef::Named(name) => constraint_index(table, name),
        ConstraintRef::Unnamed(body) => {
            let found =
                table.constraints.iter().position(|other| other.name.is_none() && other.body == **body);
            found.ok_or_else(|| ApplyError::Missing {
                what: Thing::Unnamed(table.name.clone(), kind(body)),
                nearest: None,
            })
        }
    }
}

pub(super) fn kind(body: &ConstraintBody) -> ConstraintKind {
    Constraint::new(None, body.clone()).kind()
}

pub(super) fn drop_constraint(table: &mut Table, constraint: &ConstraintRef) -> Result<(), ApplyError> {
    let at = referred(table, constraint)?;
    table.constraints.remove(at);
    Ok(())
}

pub(super) fn rename_constraint(table: &mut Table, name: &Ident, to: &Ident) -> Result<(), ApplyError> {
    let at = constraint_index(table, name)?;
    if table.constraint(to).is_some() {
        return Err(ApplyError::Exists { what: Thing::Constraint(table.name.clone(), to.clone()) });
    }
    table.constraints[at].name = Some(to.clone());
    Ok(())
}

pub(super) fn create_index(table: &mut Table, index: &Index) -> Result<(), ApplyError> {
    if table.indexes.contains_key(&index.name) {
        return Err(ApplyError::Exists { what: Thing::Index(table.name.clone(), index.name.clone()) });
    }
    check_index_columns(table, index)?;
    table.indexes.insert(index.name.clone(), index.clone());
    Ok(())
}

/// The index called `name`, or the error that says that it is not there.
pub(super) fn index<'a>(table: &'a Table, name: &Ident) -> Result<&'a Index, ApplyError> {
    table.indexes.get(name).ok_or_else(|| {
        ApplyError::missing(
            Thing::Index(table.name.clone(), name.clone()),
            name.as_str(),
            table.indexes.keys(),
        )
    })
}

pub(super) fn drop_index(table: &mut Table, name: &Ident) -> Result<(), ApplyError> {
    index(table, name)?;
    table.indexes.shift_remove(name);
    Ok(())
}

pub(super) fn rename_index(table: &mut Table, name: &Ident, to: &Ident) -> Result<(), ApplyError> {
    let mut renamed = index(table, name)?.clone();
    if table.indexes.contains_key(to) {
        return Err(ApplyError::Exists { what: Thing::Index(table.name.clone(), to.clone()) });
    }
    renamed.name = to.clone();
    table.indexes.shift_remove(name);
    table.indexes.insert(to.clone(), renamed);
    Ok(())
}
