//! The order of things: each operation by itself, on what those before it lead to.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use limbeck_core::driver::{Needs, RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ConstraintRef, Operation};
use limbeck_core::schema::{Column, ConstraintBody, ConstraintKind, Object, ObjectKey, Schema, Table};

use super::fault::{Fault, check_name, check_qualified};
use super::gates::Gates;
use super::literal::{quote, quote_name};
use super::taken::Taken;
use super::{
    alter, child, constraint, enums, execute, follow, names, namespace, object, part_index, rows, sequence,
    table,
};

/// The statements that carry out `operations` on a database that holds `before`.
pub(super) fn plan<'a>(
    gates: Gates,
    home: &'a Ident,
    operations: &'a [Operation],
    before: &Schema,
) -> Result<Vec<Statement>, RenderError> {
    let taken = if gates.named_not_null { Taken::of(before, operations) } else { Taken::default() };
    let schema = before.clone();
    let mut planner =
        Planner { gates, home, schema, all: All::new(operations), parts: OnceCell::new(), taken };
    let mut statements = Vec::new();
    let mut around = object::Around::new(operations);
    for (at, operation) in operations.iter().enumerate() {
        statements.extend(around.before(at, operation));
        statements.extend(planner.step(at, operation, &operations[at + 1..])?);
        statements.extend(around.behind(at, operation));
    }
    statements.extend(around.end(operations.len().saturating_sub(1)));
    Ok(statements)
}

/// What a plan needs of the database: the tables of which more must be known than what the operation says.
pub(super) fn needs(operation: &Operation) -> Needs {
    if let Operation::CreateTable(table) = operation {
        return Needs { tables: child::parent_names(table), ..Needs::default() };
    }
    let table = match operation {
        Operation::RenameTable { table, .. }
        | Operation::RenameColumn { table, .. }
        | Operation::AlterTable { table, .. }
        | Operation::AlterColumn { table, .. } => Some(table),
        Operation::DropConstraint { table, constraint: ConstraintRef::Unnamed(_) } => Some(table),
        Operation::Delete { table, key, .. } if key.is_empty() => Some(table),
        _ => None,
    };
    Needs { tables: table.into_iter().cloned().collect(), ..Needs::default() }
}

struct Planner<'h> {
    gates: Gates,
    /// The schema of what names none.
    home: &'h Ident,
    /// What the operations so far lead to.
    schema: Schema,
    all: All<'h>,
    /// The parts of the tables of that schema, once somebody has asked for them.
    parts: OnceCell<child::Parts>,
    taken: Taken,
}

/// All operations of a plan by the tables that they are on, so that none has to look at all of them.
pub(super) struct All<'o> {
    operations: &'o [Operation],
    on: BTreeMap<&'o Name, Vec<usize>>,
}

impl<'o> All<'o> {
    fn new(operations: &'o [Operation]) -> Self {
        let mut on: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        for (at, operation) in operations.iter().enumerate() {
            for table in operation.tables() {
                on.entry(table).or_default().push(at);
            }
        }
        Self { operations, on }
    }

    /// Those on a table that come before the one at `at`.
    pub(super) fn earlier(&self, table: &Name, at: usize) -> impl Iterator<Item = &'o Operation> + '_ {
        let places = self.on.get(table).map_or(&[][..], Vec::as_slice);
        let end = places.partition_point(|place| *place < at);
        places[..end].iter().map(|place| &self.operations[*place])
    }

    /// Those on a table that come behind the one at `at`.
    pub(super) fn later(&self, table: &Name, at: usize) -> impl Iterator<Item = &'o Operation> + '_ {
        let places = self.on.get(table).map_or(&[][..], Vec::as_slice);
        let first = places.partition_point(|place| *place <= at);
        places[first..].iter().map(|place| &self.operations[*place])
    }
}

impl Planner<'_> {
    fn step(
        &mut self,
        at: usize,
        operation: &Operation,
        later: &[Operation],
    ) -> Result<Vec<Statement>, RenderError> {
        let fault = |fault: Fault| fault.at(at);
        if let Operation::Execute { sql, effect } = operation {
            return execute::execute(sql, *effect, at);
        }
        let mut statements = self.before(at, operation).map_err(fault)?;
        let before = self.change(at, operation)?;
        statements.extend(self.after(at, operation, later, &before).map_err(fault)?);
        Ok(statements)
    }

    /// Carries the operation out in the schema, and gives back as much of what was there before as its statements must
    /// know.
    fn change(&mut self, at: usize, operation: &Operation) -> Result<Schema, RenderError> {
        let mut before = Schema::new();
        match operation {
            // The columns of any table may be of the enum.
            Operation::AlterEnum(_) => before = self.schema.clone(),
            Operation::ReplaceObject(object)
                if matches!(object.key.kind.as_str(), "domain" | "composite_type") =>
            {
                before = self.schema.clone();
            }
            _ => {
                let tables = operation.tables();
                let there = tables.into_iter().filter_map(|name| self.schema.table(name));
                for table in there.cloned().collect::<Vec<_>>() {
                    before.insert_table(table);
                }
                match operation {
                    Operation::DropSequence { name } => {
                        let there = self.schema.sequences.get(name).cloned();
                        before.sequences.extend(there.map(|there| (name.clone(), there)));
                    }
                    Operation::AlterSequence(sequence) => {
                        let there = self.schema.sequences.get(&sequence.name).cloned();
                        before.sequences.extend(there.map(|there| (sequence.name.clone(), there)));
                    }
                    Operation::ReplaceObject(object) => {
                        let there = self.schema.objects.get(&object.key).cloned();
                        before.objects.extend(there.map(|there| (object.key.clone(), there)));
                    }
                    _ => {}
                }
            }
        }
        if matches!(
            operation,
            Operation::CreateTable(_)
                | Operation::DropTable { .. }
                | Operation::RenameTable { .. }
                | Operation::AttachPartition { .. }
                | Operation::DetachPartition { .. }
        ) {
            self.parts = OnceCell::new();
        }
        operation.apply(&mut self.schema).map_err(|error| Fault::DoesNotFit(error.to_string()).at(at))?;
        Ok(before)
    }

    /// The statements for which the schema before the operation counts.
    fn before(&self, at: usize, operation: &Operation) -> Result<Vec<Statement>, Fault> {
        match operation {
            // With the whole its trigger has gone, too.
            Operation::DropObject { key } if key.kind == object::TRIGGER_STATE && !self.is_part(key) => {
                Ok(Vec::new())
            }
            Operation::DropObject { key } => match self.schema.objects.get(key) {
                Some(old) if key.kind == object::TRIGGER_STATE => {
                    let mut statements = object::follow_trigger(old, self.switched_above(key), at)?;
                    statements.extend(self.switch_parts_of(key, at)?);
                    Ok(statements)
                }
                Some(old) => object::drop(old, at),
                None => Err(Fault::DoesNotFit(format!("{key} does not exist"))),
            },
            Operation::DropConstraint { table, constraint } => self.drop_constraint(at, table, constraint),
            Operation::Delete { table, rows, key } => {
                check_qualified(table, "table")?;
                let primary: Vec<Ident>;
                let key = if key.is_empty() {
                    let found = self.schema.table(table).and_then(Table::primary_key);
                    primary = found
                        .map(|(constraint, _)| constraint.columns().into_iter().cloned().collect())
                        .unwrap_or_default();
                    &primary
                } else {
                    key
                };
                rows::delete(table, rows, key, at)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn after(
        &self,
        at: usize,
        operation: &Operation,
        later: &[Operation],
        before: &Schema,
    ) -> Result<Vec<Statement>, Fault> {
        let gates = self.gates;
        let missing = |what: &dyn std::fmt::Display| Fault::DoesNotFit(format!("{what} does not exist"));
        let was = |name: &Name| before.table(name).ok_or_else(|| missing(&format!("table {name}")));
        let now = |name: &Name| self.schema.table(name).ok_or_else(|| missing(&format!("table {name}")));
        let alter = |table: &Name, action: String| {
            vec![Statement::schema(at, format!("ALTER TABLE {} {action}", quote_name(table)))]
        };
        Ok(match operation {
            Operation::CreateTable(made) => {
                table::create(gates, &self.taken.settle_table(made), &self.schema, at)?
            }
            Operation::DropTable { table } => {
                // Foreign keys to the whole stand on its parts, too.
                let detach = was(table)?.partition_of.as_ref().map(|whole| {
                    let (whole, part) = (quote_name(&whole.parent), quote_name(table));
                    Statement::schema(at, format!("ALTER TABLE {whole} DETACH PARTITION {part}"))
                });
                let mut statements: Vec<Statement> = detach.into_iter().collect();
                statements.push(Statement::schema(at, format!("DROP TABLE {}", quote_name(table))));
                statements
            }
            Operation::RenameTable { table, to } => self.rename_table(at, table, to)?,
            Operation::AlterTable { table, comment, options } => {
                alter::alter_table(gates, was(table)?, comment.as_ref(), options.as_ref(), &self.schema, at)?
            }
            Operation::AttachPartition { table, of: _ } => {
                let mut statements = child::attach_table(gates, now(table)?, &self.schema, at)?;
                statements.extend(self.switch(table, None, None, at)?);
                statements
            }
            Operation::DetachPartition { table } => child::detach_table(was(table)?, later, at),
            Operation::AddColumn { table, column, position: _, fill } => {
                if child::follows(now(table)?, column) {
                    child::add_column(gates, table, column, at)?
                } else {
                    let goes = |name: &Ident| {
                        self.all.later(table, at).any(|operation| {
                            matches!(operation, Operation::DropColumn { table: of, column }
                                if of == table && column == name)
                        })
                    };
                    let mut statements = follow::make_way(gates, was(table)?, column, goes, at);
                    let column = self.taken.settle(now(table)?, column);
                    statements.extend(alter::add_column(gates, table, &column, fill.as_ref(), at)?);
                    statements
                }
            }
            Operation::DropColumn { table, column } => {
                let old = was(table)?;
                if old.column(column).is_some_and(|column| child::follows(old, column)) {
                    Vec::new()
                } else {
                    alter(table, format!("DROP COLUMN {}", quote(column)))
                }
            }
            Operation::RenameColumn { table, column, to } => {
                check_name(to, "column")?;
                let old = was(table)?;
                let follows = old.column(column).is_some_and(|column| child::follows(old, column));
                let mut statements = if follows {
                    Vec::new()
                } else {
                    alter(table, format!("RENAME COLUMN {} TO {}", quote(column), quote(to)))
                };
                let table = now(table)?;
                let renamed = table.column(to).map(|found| (column.clone(), found));
                statements.extend(follow::follow(gates, &table.name, table, renamed.as_slice(), at));
                statements
            }
            Operation::AlterColumn { table, column, change } => {
                let (old, new) = (was(table)?, now(table)?);
                if old.column(column).is_some_and(|column| child::follows(old, column)) {
                    let whole = old.partition_of.as_ref().and_then(|whole| self.schema.table(&whole.parent));
                    let forbids = |later: &Operation| match later {
                        Operation::AlterColumn { table, column: other, change } => {
                            change.nullable == Some(false)
                                && other == column
                                && whole.is_some_and(|whole| whole.name == *table)
                        }
                        _ => false,
                    };
                    let takes_null =
                        whole.and_then(|whole| whole.column(column)).is_some_and(|it| it.nullable)
                            && !whole.is_some_and(|whole| self.all.later(&whole.name, at).any(forbids));
                    child::alter_column(gates, old, new, column, change, takes_null, at)?
                } else {
                    let around = alter::Around { schema: &self.schema, later };
                    let named = self.taken.settle_column(new, column);
                    let mut statements = alter::alter_column(gates, old, &named, column, change, around, at)?;
                    if change.ty.is_some() && new.partition_by.is_some() {
                        statements.extend(child::defaults_of_parts(
                            gates,
                            table,
                            column,
                            &self.schema,
                            self.parts(),
                            at,
                        )?);
                    }
                    statements
                }
            }
            Operation::AddConstraint { table, constraint } => {
                alter::add_constraint(gates, table, constraint, at)?
            }
            Operation::RenameConstraint { table, name, to } => {
                check_name(to, "constraint")?;
                alter(table, format!("RENAME CONSTRAINT {} TO {}", quote(name), quote(to)))
            }
            Operation::ValidateConstraint { table, name } => {
                alter(table, format!("VALIDATE CONSTRAINT {}", quote(name)))
            }
            Operation::CreateIndex { table, index, concurrently } => {
                let mut statements =
                    part_index::create(gates, table, index, *concurrently, &self.schema, at)?;
                let identity = format!("index {}", index.name);
                let options = &now(table)?.options;
                if options.text(super::NAMES, crate::options::REPLICA_IDENTITY) == Some(&identity) {
                    let owner = quote_name(table);
                    statements.push(super::table::replica_identity(&owner, Some(&identity), at));
                }
                statements
            }
            Operation::DropIndex { table, name, concurrently } => {
                part_index::drop(gates, was(table)?, name, *concurrently, &self.schema, &self.all, at)?
            }
            Operation::RenameIndex { table, name, to } => {
                check_name(to, "index")?;
                let name = quote_name(&table.sibling(name.clone()));
                vec![Statement::schema(at, format!("ALTER INDEX {name} RENAME TO {}", quote(to)))]
            }
            Operation::CreateEnum(made) => enums::create(made, at)?,
            Operation::AlterEnum(change) => enums::alter(gates, change, before, &self.schema, later, at)?,
            Operation::DropEnum { name } => vec![enums::drop(name, at)],
            Operation::CreateSequence(made) => {
                let mut statements = Vec::new();
                if self.identity_called(made).is_some() {
                    // The identity is about to go.
                    let other =
                        quote(&Ident::new(names::made_up(&made.name.name, &"id".into(), "limbeck_old")));
                    let sql = format!("ALTER SEQUENCE {} RENAME TO {other}", quote_name(&made.name));
                    statements.push(Statement::schema(at, sql));
                }
                statements.extend(sequence::create(gates, made, at)?);
                statements
            }
            Operation::AlterSequence(new) => match before.sequences.get(&new.name) {
                Some(old) => sequence::alter(gates, old, new, at)?,
                None => return Err(missing(&format!("sequence {}", new.name))),
            },
            Operation::DropSequence { name } => {
                let mut statements = vec![sequence::drop(name, at)];
                let gone = before.sequences.get(name);
                if let Some((table, column)) = gone.and_then(|gone| self.identity_called(gone)) {
                    let from = quote_name(&name.sibling(names::waiting(table, column)));
                    let sql = format!("ALTER SEQUENCE {from} RENAME TO {}", quote(&name.name));
                    statements.push(Statement::schema(at, sql));
                }
                statements
            }
            Operation::CreateNamespace(made) => namespace::create(made, self.home, at)?,
            Operation::AlterNamespace(made) => vec![namespace::alter(made, at)],
            Operation::DropNamespace { name } => vec![namespace::drop(name, self.home, at)],
            Operation::CreateObject(made) => {
                let mut statements = object::create(made, at)?;
                statements.extend(self.switch_parts_of(&made.key, at)?);
                statements
            }
            Operation::ReplaceObject(new) => match before.objects.get(&new.key) {
                Some(old) => {
                    let mut statements = object::replace(gates, old, new, before, at)?;
                    statements.extend(self.switch_parts_of(&new.key, at)?);
                    statements
                }
                None => return Err(missing(&new.key)),
            },
            Operation::Insert { table, rows, .. } => {
                check_qualified(table, "table")?;
                rows::insert(table, rows, at)?
            }
            // The others were done on the schema before; the engine calls functions itself.
            Operation::DropConstraint { .. }
            | Operation::DropObject { .. }
            | Operation::Delete { .. }
            | Operation::Execute { .. }
            | Operation::Run { .. } => Vec::new(),
        })
    }

    fn parts(&self) -> &child::Parts {
        self.parts.get_or_init(|| child::Parts::of(&self.schema))
    }

    fn is_part(&self, key: &ObjectKey) -> bool {
        let table = key.table.as_ref().and_then(|table| self.schema.table(table));
        table.is_none_or(|table| table.partition_of.is_some())
    }

    /// Switches triggers in a table and its parts as they are known to be: all, or those of one name.
    fn switch(
        &self,
        table: &Name,
        name: Option<&Ident>,
        done: Option<&ObjectKey>,
        at: usize,
    ) -> Result<Vec<Statement>, Fault> {
        let mut statements = Vec::new();
        for state in child::trigger_states(&self.schema, self.parts(), table, name) {
            if done != Some(&state.key) {
                statements.extend(object::create(state, at)?);
            }
        }
        Ok(statements)
    }

    /// The same for the parts of a table whose trigger has been made anew or switched: they went along.
    fn switch_parts_of(&self, key: &ObjectKey, at: usize) -> Result<Vec<Statement>, Fault> {
        match key.table.as_ref().filter(|_| object::is_trigger(key)) {
            Some(table) => self.switch(table, Some(&key.name.name), Some(key), at),
            None => Ok(Vec::new()),
        }
    }

    /// What says how a trigger that a part has from the whole is switched in the table above that part: the nearest
    /// state above, or else the trigger itself.
    fn switched_above(&self, key: &ObjectKey) -> Option<&Object> {
        let whole = |table: &Name| Some(&self.schema.table(table)?.partition_of.as_ref()?.parent);
        let mut table = whole(key.table.as_ref()?)?;
        loop {
            let said = |kind: &str| {
                let key =
                    ObjectKey { kind: kind.to_owned(), name: key.name.clone(), table: Some(table.clone()) };
                self.schema.objects.get(&key)
            };
            match (said(object::TRIGGER_STATE), whole(table)) {
                (Some(state), _) => return Some(state),
                (None, Some(above)) => table = above,
                (None, None) => return said(object::TRIGGER),
            }
        }
    }

    /// The column that a sequence belongs to, if it is an identity whose own sequence has, or is to have, that name.
    fn identity_called<'s>(
        &self,
        sequence: &'s limbeck_core::schema::Sequence,
    ) -> Option<(&'s Name, &'s Ident)> {
        let (table, column) = sequence.owned_by.as_ref()?;
        let found = self.schema.table(table)?.column(column)?;
        let says = found.options.text(super::NAMES, crate::options::SEQUENCE).is_some();
        let usual = table.sibling(names::sequence(table, column));
        (found.identity.is_some() && !says && usual == sequence.name).then_some((table, column))
    }

    fn rename_table(&self, at: usize, from: &Name, to: &Name) -> Result<Vec<Statement>, Fault> {
        check_qualified(to, "table")?;
        let mut statements = Vec::new();
        let mut name = from.clone();
        if from.schema != to.schema {
            let schema = to.schema.as_ref().unwrap_or(self.home);
            let sql = format!("ALTER TABLE {} SET SCHEMA {}", quote_name(&name), quote(schema));
            statements.push(Statement::schema(at, sql));
            name.schema.clone_from(&to.schema);
        }
        if name.name != to.name {
            let sql = format!("ALTER TABLE {} RENAME TO {}", quote_name(&name), quote(&to.name));
            statements.push(Statement::schema(at, sql));
        }
        if let Some(table) = self.schema.table(to) {
            let columns: Vec<(Ident, &Column)> =
                table.columns.iter().map(|column| (column.name.clone(), column)).collect();
            statements.extend(follow::follow(self.gates, from, table, &columns, at));
        }
        Ok(statements)
    }

    fn drop_constraint(
        &self,
        at: usize,
        owner: &Name,
        which: &ConstraintRef,
    ) -> Result<Vec<Statement>, Fault> {
        let table = self.schema.table(owner);
        let found = table.and_then(|table| match which {
            ConstraintRef::Named(name) => table.constraint(name),
            ConstraintRef::Unnamed(body) => {
                table.constraints.iter().find(|item| item.name.is_none() && item.body == **body)
            }
        });
        let name = match (which, found) {
            (ConstraintRef::Named(name), _) => name.clone(),
            (ConstraintRef::Unnamed(_), Some(found)) => constraint::name(owner, found),
            (ConstraintRef::Unnamed(_), None) => {
                return Err(Fault::DoesNotFit(format!("table {owner} has no such constraint")));
            }
        };
        // It goes with the one of the whole.
        if found.is_some_and(|found| child::is_followed(&found.options)) {
            return Ok(Vec::new());
        }
        let alter =
            |action: String| Statement::schema(at, format!("ALTER TABLE {} {action}", quote_name(owner)));
        let mut statements = vec![alter(format!("DROP CONSTRAINT {}", quote(&name)))];
        // The NOT NULL that came with the key would stay.
        if let (Some(table), Some(found)) = (table, found)
            && found.kind() == ConstraintKind::PrimaryKey
            && let ConstraintBody::PrimaryKey(key) = &found.body
        {
            let names = key.columns.iter().filter_map(limbeck_core::schema::KeyPart::as_column);
            for column in names.filter_map(|name| table.column(name)).filter(|column| column.nullable) {
                statements.push(alter(format!("ALTER COLUMN {} DROP NOT NULL", quote(&column.name))));
            }
        }
        Ok(statements)
    }
}
