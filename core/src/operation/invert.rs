//! The way back: what undoes an operation, given the schema before it.

use std::collections::BTreeMap;

use super::apply::{belongs_to, missing_namespace, missing_object, missing_sequence, table};
use super::error::{ApplyError, Irreversible};
use super::text::{constraint_names, index_names};
use super::{ColumnChange, ConstraintRef, Effect, Literal, Operation, column, enums, part};
use crate::ident::{Ident, Name};
use crate::schema::{
    Column, Constraint, ConstraintKind, Index, KeyPart, Object, Position, Schema, Sequence, Table,
};

impl Operation {
    /// The operations that, applied in order after this one, give `before` back. Expressions of a table
    /// in which a rename was carried through come back with the same meaning; capitals and quotes round the name may
    /// differ.
    ///
    /// # Errors
    /// There is no way back, or the operation does not fit `before`.
    pub fn invert(&self, before: &Schema) -> Result<Vec<Self>, Irreversible> {
        match self {
            Self::Insert { table, rows, key } => {
                check_rows(before, table, rows, key)?;
                Ok(vec![Self::Delete { table: table.clone(), rows: rows.clone(), key: key.clone() }])
            }
            Self::Delete { table, rows, key } => {
                Ok(vec![Self::Insert { table: table.clone(), rows: rows.clone(), key: key.clone() }])
            }
            // Raw SQL that changes rows only has no way back either, but the schema has: nothing is to be done.
            Self::Execute { sql, .. } => match self.effect() {
                Effect::Data => Ok(Vec::new()),
                Effect::Schema => Err(Irreversible::Execute { sql: super::describe::beginning(sql) }),
            },
            Self::Run { function, .. } => Err(Irreversible::Run { function: function.clone() }),
            _ => self.invert_schema(before).map_err(|error| Irreversible::does_not_apply(self, error)),
        }
    }

    fn invert_schema(&self, before: &Schema) -> Result<Vec<Self>, ApplyError> {
        Ok(match self {
            Self::CreateTable(table) => vec![Self::DropTable { table: table.name.clone() }],
            Self::DropTable { table: name } => restore_table(before, name, table(before, name)?),
            Self::RenameTable { table, to } => {
                self.rename_back(before, Self::RenameTable { table: to.clone(), to: table.clone() })?
            }
            Self::AlterTable { table: name, comment, options } => {
                let old = table(before, name)?;
                vec![Self::AlterTable {
                    table: name.clone(),
                    comment: comment.as_ref().map(|_| old.comment.clone()),
                    options: options.as_ref().map(|_| old.options.clone()),
                }]
            }
            Self::AttachPartition { table: name, .. } => vec![Self::DetachPartition { table: name.clone() }],
            Self::DetachPartition { table: name } => match &table(before, name)?.partition_of {
                Some(of) => {
                    vec![Self::AttachPartition { table: name.clone(), of: Box::new(of.clone()) }]
                }
                None => Vec::new(),
            },
            Self::AddColumn { table, column, .. } => {
                vec![Self::DropColumn { table: table.clone(), column: column.name.clone() }]
            }
            Self::DropColumn { table: name, column: dropped } => {
                let old = table(before, name)?;
                restore_column(before, old, column::index(old, dropped)?)
            }
            Self::RenameColumn { table, column, to } => {
                let (table, column, to) = (table.clone(), to.clone(), column.clone());
                self.rename_back(before, Self::RenameColumn { table, column, to })?
            }
            Self::AlterColumn { table: name, column: altered, change } => {
                let old = table(before, name)?;
                let at = column::index(old, altered)?;
                vec![Self::AlterColumn {
                    table: name.clone(),
                    column: altered.clone(),
                    change: Box::new(old_values(old, at, change)),
                }]
            }
            Self::AddConstraint { table, constraint } => {
                vec![Self::DropConstraint { table: table.clone(), constraint: reference(constraint) }]
            }
            Self::DropConstraint { table: name, constraint } => {
                let old = table(before, name)?;
                let at = part::referred(old, constraint)?;
                vec![add_constraint(name, &old.constraints[at])]
            }
            Self::RenameConstraint { table, name, to } => {
                vec![Self::RenameConstraint { table: table.clone(), name: to.clone(), to: name.clone() }]
            }
            Self::ValidateConstraint { table: name, name: constraint } => {
                let old = table(before, name)?;
                let old = &old.constraints[part::constraint_index(old, constraint)?];
                if !old.not_valid {
                    return Ok(Vec::new());
                }
                vec![
                    Self::DropConstraint { table: name.clone(), constraint: reference(old) },
                    add_constraint(name, old),
                ]
            }
            Self::CreateIndex { table, index, concurrently } => vec![Self::DropIndex {
                table: table.clone(),
                name: index.name.clone(),
                concurrently: *concurrently,
            }],
            Self::DropIndex { table: name, name: index, concurrently } => vec![Self::CreateIndex {
                table: name.clone(),
                index: Box::new(part::index(table(before, name)?, index)?.clone()),
                concurrently: *concurrently,
            }],
            Self::RenameIndex { table, name, to } => {
                vec![Self::RenameIndex { table: table.clone(), name: to.clone(), to: name.clone() }]
            }
            Self::CreateEnum(made) => vec![Self::DropEnum { name: made.name.clone() }],
            Self::AlterEnum(change) => {
                let Some(old) = before.enums.get(&change.name) else {
                    return Err(enums::missing(before, &change.name));
                };
                enums::inverse(old, change)?.into_iter().map(Self::AlterEnum).collect()
            }
            Self::DropEnum { name } => match before.enums.get(name) {
                Some(old) => vec![Self::CreateEnum(old.clone())],
                None => return Err(enums::missing(before, name)),
            },
            Self::CreateSequence(sequence) => vec![Self::DropSequence { name: sequence.name.clone() }],
            Self::AlterSequence(sequence) => match before.sequences.get(&sequence.name) {
                Some(old) => vec![Self::AlterSequence(old.clone())],
                None => return Err(missing_sequence(before, &sequence.name)),
            },
            Self::DropSequence { name } => match before.sequences.get(name) {
                Some(old) => vec![Self::CreateSequence(old.clone())],
                None => return Err(missing_sequence(before, name)),
            },
            Self::CreateNamespace(namespace) => vec![Self::DropNamespace { name: namespace.name.clone() }],
            Self::AlterNamespace(namespace) => match before.namespaces.get(&namespace.name) {
                Some(old) => vec![Self::AlterNamespace(old.clone())],
                None => return Err(missing_namespace(before, &namespace.name)),
            },
            Self::DropNamespace { name } => match before.namespaces.get(name) {
                Some(old) => vec![Self::CreateNamespace(old.clone())],
                None => return Err(missing_namespace(before, name)),
            },
            Self::CreateObject(object) => vec![Self::DropObject { key: object.key.clone() }],
            Self::ReplaceObject(object) => match before.objects.get(&object.key) {
                Some(old) => vec![Self::ReplaceObject(old.clone())],
                None => return Err(missing_object(before, &object.key)),
            },
            Self::DropObject { key } => match before.objects.get(key) {
                Some(old) => vec![Self::CreateObject(old.clone())],
                None => return Err(missing_object(before, key)),
            },
            // These do not change a schema; `invert` has dealt with them.
            Self::Insert { .. } | Self::Delete { .. } | Self::Execute { .. } | Self::Run { .. } => Vec::new(),
        })
    }
}

impl Operation {
    /// The rename `back`, with what brings back the texts of objects exactly: another name's in them may be the new one
    /// already, so that the rename back would go too far or not be told for certain.
    fn rename_back(&self, before: &Schema, back: Self) -> Result<Vec<Self>, ApplyError> {
        if before.objects.is_empty() {
            return Ok(vec![back]);
        }
        let mut state = before.clone();
        self.apply(&mut state)?;
        let mut made = Vec::new();
        // Every turn but the last takes one object out.
        loop {
            match back.apply(&mut state) {
                Ok(()) => break,
                Err(ApplyError::AmbiguousRename { object, .. })
                    if state.objects.remove(&object).is_some() =>
                {
                    made.push(Self::DropObject { key: *object });
                }
                Err(error) => return Err(error),
            }
        }
        made.push(back);
        for (key, old) in &before.objects {
            match state.objects.get(key) {
                None => made.push(Self::CreateObject(old.clone())),
                Some(there) if there != old => made.push(Self::ReplaceObject(old.clone())),
                Some(_) => {}
            }
        }
        Ok(made)
    }
}

/// The way back from all of `operations`, applied in order to `before`.
///
/// # Errors
/// One of them has no way back, or does not fit.
pub fn invert_all(operations: &[Operation], before: &Schema) -> Result<Vec<Operation>, Irreversible> {
    let mut state = before.clone();
    let mut ways_back = Vec::with_capacity(operations.len());
    for operation in operations {
        ways_back.push(operation.invert(&state)?);
        operation.apply(&mut state).map_err(|error| Irreversible::does_not_apply(operation, error))?;
    }
    let mut ways_back: Vec<Operation> = ways_back.into_iter().rev().flatten().collect();
    for at in 1..ways_back.len() {
        if let Some(to) = place_of_rename(&ways_back[..=at]) {
            ways_back[to..=at].rotate_right(1);
        }
    }
    Ok(ways_back)
}

/// Where the last of some operations goes, if it only gives words of an enum back that others before it say already.
fn place_of_rename(operations: &[Operation]) -> Option<usize> {
    let (Operation::AlterEnum(change), before) = operations.split_last()? else { return None };
    if change.rename.is_empty() || !change.add.is_empty() || !change.remove.is_empty() {
        return None;
    }
    let says = |operation: &Operation, word: &str| {
        let text = format!("{operation:?}");
        let in_sql = format!("'{}'", word.replace('\'', "''"));
        text.contains(in_sql.escape_debug().to_string().replace("\\'", "'").as_str())
            || text.contains(&format!("String({word:?})"))
    };
    let free = |operation: &&Operation| {
        let same = match operation {
            Operation::CreateEnum(other) => other.name == change.name,
            Operation::AlterEnum(other) => other.name == change.name,
            _ => false,
        };
        !same && !change.rename.iter().any(|rename| says(operation, &rename.from))
    };
    let passed = before.iter().rev().take_while(free).count();
    let first = before.len() - passed;
    let new = before[first..]
        .iter()
        .position(|operation| change.rename.iter().any(|rename| says(operation, &rename.to)))?;
    Some(first + new)
}

fn reference(constraint: &Constraint) -> ConstraintRef {
    match &constraint.name {
        Some(name) => ConstraintRef::Named(name.clone()),
        None => ConstraintRef::Unnamed(Box::new(constraint.body.clone())),
    }
}

fn add_constraint(table: &Name, constraint: &Constraint) -> Operation {
    Operation::AddConstraint { table: table.clone(), constraint: Box::new(constraint.clone()) }
}

fn create_index(table: &Name, index: &Index) -> Operation {
    Operation::CreateIndex { table: table.clone(), index: Box::new(index.clone()), concurrently: false }
}

/// Sequences that went with their column stand before it, because its default may count with them, but can be its own
/// only after it.
fn around_sequences<'a>(
    owned: impl Iterator<Item = &'a Sequence>,
    mut between: Vec<Operation>,
) -> Vec<Operation> {
    let mut made = Vec::new();
    let mut owners = Vec::new();
    for sequence in owned {
        made.push(Operation::CreateSequence(Sequence { owned_by: None, ..sequence.clone() }));
        owners.push(Operation::AlterSequence(sequence.clone()));
    }
    made.append(&mut between);
    made.append(&mut owners);
    made
}

fn restore_table(before: &Schema, name: &Name, old: &Table) -> Vec<Operation> {
    let owned = before
        .sequences
        .values()
        .filter(|sequence| sequence.owned_by.as_ref().is_some_and(|(owner, _)| owner == name));
    let mut made = around_sequences(owned, vec![Operation::CreateTable(Box::new(old.clone()))]);
    let objects: Vec<&Object> = before.objects.values().filter(|object| belongs_to(object, name)).collect();
    made.extend(in_order_of_need(&objects).into_iter().cloned().map(Operation::CreateObject));
    made
}

/// The objects, each behind those that it depends on: a trigger that runs after another is made after it.
fn in_order_of_need<'o>(objects: &[&'o Object]) -> Vec<&'o Object> {
    let places: BTreeMap<(&str, &Name), usize> = objects
        .iter()
        .enumerate()
        .map(|(at, object)| ((object.key.kind.as_str(), &object.key.name), at))
        .collect();
    let (mut ordered, mut seen) = (Vec::with_capacity(objects.len()), vec![false; objects.len()]);
    for first in 0..objects.len() {
        // The path from an object to what it needs: each with the need that comes next.
        let mut path = if std::mem::replace(&mut seen[first], true) { Vec::new() } else { vec![(first, 0)] };
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            let Some(need) = objects[at].depends_on.get(*next) else {
                ordered.push(objects[at]);
                path.pop();
                continue;
            };
            *next += 1;
            if let Some(needed) = places.get(&(need.kind.as_str(), &need.name))
                && !std::mem::replace(&mut seen[*needed], true)
            {
                path.push((*needed, 0));
            }
        }
    }
    ordered
}

fn restore_column(before: &Schema, old: &Table, at: usize) -> Vec<Operation> {
    let column: &Column = &old.columns[at];
    let mut made = vec![Operation::AddColumn {
        table: old.name.clone(),
        column: Box::new(column.clone()),
        position: if at + 1 == old.columns.len() { None } else { Some(position(old, at)) },
        fill: None,
    }];
    let (keys, others): (Vec<_>, Vec<_>) = old
        .constraints
        .iter()
        .filter(|constraint| constraint_names(old, &constraint.body, &column.name))
        .partition(|constraint| constraint.kind() == ConstraintKind::ForeignKey);
    let indexes = old.indexes.values().filter(|index| index_names(old, index, &column.name));
    made.extend(others.into_iter().map(|constraint| add_constraint(&old.name, constraint)));
    made.extend(indexes.map(|index| create_index(&old.name, index)));
    // Last, because a key of the table to itself may point at what is unique by one of these.
    made.extend(keys.into_iter().map(|constraint| add_constraint(&old.name, constraint)));
    let owned = before.sequences.values().filter(|sequence| {
        sequence.owned_by.as_ref().is_some_and(|(owner, name)| *owner == old.name && *name == column.name)
    });
    around_sequences(owned, made)
}

/// Where the column at `at` stands.
fn position(table: &Table, at: usize) -> Position {
    match at.checked_sub(1) {
        None => Position::First,
        Some(previous) => Position::After(table.columns[previous].name.clone()),
    }
}

/// What the column at `at` is now in all that `change` speaks of.
fn old_values(table: &Table, at: usize, change: &ColumnChange) -> ColumnChange {
    let old = &table.columns[at];
    ColumnChange {
        ty: change.ty.as_ref().map(|_| old.ty.clone()),
        // How values come back, nobody has said; a server that cannot tell refuses.
        using: None,
        nullable: change.nullable.map(|_| old.nullable),
        fill: None,
        default: change.default.as_ref().map(|_| old.default.clone()),
        identity: change.identity.as_ref().map(|_| old.identity.clone()),
        generated: change.generated.as_ref().map(|_| old.generated.clone()),
        collation: change.collation.as_ref().map(|_| old.collation.clone()),
        comment: change.comment.as_ref().map(|_| old.comment.clone()),
        options: change.options.as_ref().map(|_| old.options.clone()),
        position: change.position.as_ref().map(|_| position(table, at)),
    }
}

/// That every row can be found again by its key.
fn check_rows(
    before: &Schema,
    table: &Name,
    rows: &[super::RowValues],
    key: &[Ident],
) -> Result<(), Irreversible> {
    let no_key = || Irreversible::NoKey { table: table.clone() };
    let primary: Vec<Ident>;
    let key = if key.is_empty() {
        let (_, found) = before.table(table).and_then(Table::primary_key).ok_or_else(no_key)?;
        let columns: Option<Vec<Ident>> =
            found.columns.iter().map(|part: &KeyPart| part.as_column().cloned()).collect();
        primary = columns.filter(|columns| !columns.is_empty()).ok_or_else(no_key)?;
        primary.as_slice()
    } else {
        key
    };
    for row in rows {
        for column in key {
            // What the server computes may come out otherwise the next time.
            if matches!(row.get(column), None | Some(Literal::Sql(_))) {
                return Err(Irreversible::KeyNotGiven { table: table.clone(), column: column.clone() });
            }
        }
    }
    Ok(())
}
