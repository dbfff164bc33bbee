//! The order of things: which changes wait for each other, and when they are carried out.
//!
//! Only changes to the parts of a table wait; the library never looks from one table's definition into another's when it
//! carries such a change out. Whatever else comes (rows, raw SQL, views and triggers) finds all of them done.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use limbeck_core::driver::{Needs, RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{AlterEnum, ColumnChange, Operation};
use limbeck_core::schema::{ObjectKey, Schema, Sql, Table};

use super::fault::Fault;
use super::gates::Gates;
use super::group::{Group, Part};
use super::literal::quote;
use super::lookup::Lookup;
use super::lower::{Lowered, lower, lower_leniently, plain};
use super::{NAMES, alter, enums, execute, index, object, rebuild, rows, search, table};

/// The statements that carry out `operations` on a database that holds `before`.
pub(super) fn plan(
    gates: Gates,
    operations: &[Operation],
    before: &Schema,
) -> Result<Vec<Statement>, RenderError> {
    if !gates.supported && !operations.is_empty() {
        return Err(Fault::unsupported(
            format!("SQLite {} is too old", gates.version),
            format!("use SQLite {} or newer", Gates::oldest()),
        )
        .at(0));
    }
    let mut planner = Planner::new(gates, before);
    for (at, operation) in operations.iter().enumerate() {
        planner.step(at, operation)?;
    }
    planner.flush_all()?;
    let guards = object::left_behind(&planner.logical, &planner.dropped_views);
    planner.statements.extend(guards);
    planner.statements.extend(search::left_behind(operations, &planner.logical));
    Ok(planner.statements)
}

/// What a plan needs of the database: the table that may be made anew. Which tables an ALTER of an enum is about, the
/// schema says.
pub(super) fn needs(operation: &Operation) -> Needs {
    let table = match operation {
        Operation::AddColumn { table, .. }
        | Operation::AlterTable { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::RenameColumn { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::AddConstraint { table, .. }
        | Operation::DropConstraint { table, .. }
        | Operation::RenameConstraint { table, .. }
        | Operation::RenameIndex { table, .. } => Some(table),
        Operation::Delete { table, key, .. } if key.is_empty() => Some(table),
        // Its triggers go with it.
        Operation::ReplaceObject(object) if object.key.kind == object::VIEW => Some(&object.key.name),
        _ => None,
    };
    let suspends_foreign_keys = match operation {
        Operation::DropTable { .. } | Operation::AlterEnum(_) => true,
        Operation::DropObject { key } => object::is_virtual_table(key),
        Operation::Delete { .. } | Operation::ReplaceObject(_) => false,
        _ => table.is_some(),
    };
    Needs { tables: table.into_iter().cloned().collect(), suspends_foreign_keys, ..Needs::default() }
}

/// What is planned so far.
pub(super) struct Planner {
    gates: Gates,
    /// What the operations so far lead to.
    pub(super) logical: Schema,
    /// What the database holds after the statements so far: lowered tables only.
    pub(super) physical: Schema,
    /// The table that last held an index of this name, in lower case. It may have lost it since.
    holders: BTreeMap<String, Name>,
    /// The words that enums' CHECKs allow in the database, by table and column.
    pub(super) implied: BTreeMap<Name, BTreeMap<Ident, String>>,
    /// What waits, by table.
    pub(super) pending: IndexMap<Name, Group>,
    pub(super) statements: Vec<Statement>,
    /// Views that were dropped, with the operations that did it.
    dropped_views: Vec<(usize, ObjectKey)>,
    /// What views and triggers of `logical` say.
    pub(super) lookup: Lookup,
}

impl Planner {
    fn new(gates: Gates, before: &Schema) -> Self {
        let mut planner = Self {
            gates,
            logical: before.clone(),
            physical: Schema::new(),
            holders: BTreeMap::new(),
            implied: BTreeMap::new(),
            pending: IndexMap::new(),
            statements: Vec::new(),
            dropped_views: Vec::new(),
            lookup: Lookup::default(),
        };
        for table in before.tables.values() {
            // What is there already is not refused any more.
            planner.hold(lower_leniently(gates, table, &before.enums).0);
        }
        planner
    }

    /// Notes what a table is in the database from now on.
    fn hold(&mut self, lowered: Lowered) {
        self.implied.insert(lowered.table.name.clone(), lowered.implied);
        let name = lowered.table.name.clone();
        self.physical.insert_table(lowered.table);
        self.note_indexes(&name);
    }

    /// Notes which indexes are a table's in the database from now on.
    pub(super) fn note_indexes(&mut self, table: &Name) {
        let Some(table) = self.physical.table(table) else { return };
        for index in table.indexes.keys() {
            self.holders.insert(index.as_str().to_ascii_lowercase(), table.name.clone());
        }
    }

    fn step(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        match operation {
            Operation::CreateTable(table) => self.create_table(at, operation, table),
            Operation::DropTable { table } => self.drop_table(at, operation, table),
            Operation::RenameTable { table, to } => self.rename_table(at, operation, table, to),
            Operation::RenameColumn { table, column, to } => {
                self.rename_column(at, operation, table, column, to)
            }
            Operation::AlterEnum(change) if !change.changes_words() => self.apply(at, operation),
            Operation::AlterEnum(change) => self.alter_enum(at, operation, change),
            Operation::CreateEnum(_) | Operation::DropEnum { .. } | Operation::ValidateConstraint { .. } => {
                // An enum is part of the columns of its type, and SQLite looks at rows when a constraint is added.
                self.apply(at, operation)
            }
            Operation::AddColumn { table, .. }
            | Operation::AlterTable { table, .. }
            | Operation::DropColumn { table, .. }
            | Operation::AlterColumn { table, .. }
            | Operation::AddConstraint { table, .. }
            | Operation::DropConstraint { table, .. }
            | Operation::RenameConstraint { table, .. }
            | Operation::CreateIndex { table, .. }
            | Operation::DropIndex { table, .. }
            | Operation::RenameIndex { table, .. } => self.change_table(at, operation, table),
            Operation::CreateSequence(_) | Operation::AlterSequence(_) | Operation::DropSequence { .. } => {
                Err(Fault::unsupported(
                    "SQLite has no sequences",
                    "use an identity column, or keep the counter in a table; for other databases alone, write an \
                     `execute` with `sqlite = \"\"`",
                )
                .at(at))
            }
            Operation::AttachPartition { .. } | Operation::DetachPartition { .. } => Err(Fault::unsupported(
                "SQLite has no partitions",
                "leave it out; for other databases alone, write an `execute` with `sqlite = \"\"`",
            )
            .at(at)),
            Operation::CreateNamespace(_)
            | Operation::AlterNamespace(_)
            | Operation::DropNamespace { .. } => Err(Fault::unsupported(
                "SQLite has no schemas within a database",
                "leave the schema out; for other databases alone, write an `execute` with `sqlite = \"\"`",
            )
            .at(at)),
            Operation::CreateObject(_)
            | Operation::ReplaceObject(_)
            | Operation::DropObject { .. }
            | Operation::Insert { .. }
            | Operation::Delete { .. }
            | Operation::Execute { .. }
            | Operation::Run { .. } => {
                self.flush_all()?;
                let statements = self.alone(at, operation)?;
                self.statements.extend(statements);
                if let Operation::DropObject { key } = operation
                    && key.kind == object::VIEW
                {
                    self.dropped_views.push((at, key.clone()));
                }
                self.apply(at, operation)
            }
        }
    }

    pub(super) fn apply(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        operation.apply(&mut self.logical).map_err(|error| Fault::DoesNotFit(error.to_string()).at(at))?;
        self.lookup.forget(operation);
        Ok(())
    }

    /// The statements of an operation that comes when nothing waits.
    fn alone(&self, at: usize, operation: &Operation) -> Result<Vec<Statement>, RenderError> {
        let fault = |fault: Fault| fault.at(at);
        let missing = |key: &dyn std::fmt::Display| Fault::DoesNotFit(format!("{key} does not exist")).at(at);
        match operation {
            Operation::CreateObject(new) => Ok(object::create(new, at).map_err(fault)?.into_iter().collect()),
            Operation::ReplaceObject(new) => {
                let old = self.logical.objects.get(&new.key).ok_or_else(|| missing(&new.key))?;
                let triggers = self.lookup.triggers(&self.logical, &new.key.name).map_err(fault)?;
                object::replace(old, new, triggers, at).map_err(fault)
            }
            Operation::DropObject { key } => {
                let old = self.logical.objects.get(key).ok_or_else(|| missing(key))?;
                Ok(object::drop(old, at).map_err(fault)?.into_iter().collect())
            }
            Operation::Insert { table, rows, .. } => {
                rows::insert(plain(table, "table").map_err(fault)?, rows, at).map_err(fault)
            }
            Operation::Delete { table, rows, key } => {
                let name = plain(table, "table").map_err(fault)?;
                let primary: Vec<Ident>;
                let key = if key.is_empty() {
                    let found = self.logical.table(table).and_then(Table::primary_key);
                    primary = found
                        .map(|(constraint, _)| constraint.columns().into_iter().cloned().collect())
                        .unwrap_or_default();
                    &primary
                } else {
                    key
                };
                rows::delete(name, rows, key, at).map_err(fault)
            }
            Operation::Execute { sql, effect } => execute::execute(sql, *effect, at),
            // The engine calls the function itself; every other operation has a place of its own in `step`.
            _ => Ok(Vec::new()),
        }
    }

    fn create_table(&mut self, at: usize, operation: &Operation, table: &Table) -> Result<(), RenderError> {
        let names = table.indexes.keys().chain([&table.name.name]).cloned().collect::<Vec<_>>();
        self.free_names(&names, &table.name)?;
        self.apply(at, operation)?;
        let lowered = lower(self.gates, table, &self.logical.enums).map_err(|fault| fault.at(at))?;
        let name = &lowered.table.name.name;
        self.statements.push(Statement::schema(at, table::create(&lowered, name.as_str())));
        for item in lowered.table.indexes.values() {
            self.statements.push(Statement::schema(at, index::create(name, item)));
        }
        self.hold(lowered);
        Ok(())
    }

    fn drop_table(&mut self, at: usize, operation: &Operation, table: &Name) -> Result<(), RenderError> {
        let name = plain(table, "table").map_err(|fault| fault.at(at))?;
        self.flush(table)?;
        let points = |schema: &Schema, from: &Name| {
            schema
                .table(from)
                .is_some_and(|from| from.foreign_keys().any(|(_, key)| key.references.table == *table))
        };
        let waiting: Vec<Name> = self.pending.keys().cloned().collect();
        for other in waiting {
            if points(&self.physical, &other) || points(&self.logical, &other) {
                self.flush(&other)?;
            }
        }
        self.apply(at, operation)?;
        let drop = Statement::schema(at, format!("DROP TABLE {}", quote(name.as_str())));
        // Else SQLite would first delete the rows, and those of other tables that point at them.
        self.statements.push(drop.suspending_foreign_keys());
        self.physical.tables.remove(table);
        self.implied.remove(table);
        Ok(())
    }

    fn alter_enum(
        &mut self,
        at: usize,
        operation: &Operation,
        change: &AlterEnum,
    ) -> Result<(), RenderError> {
        self.apply(at, operation)?;
        if let Some(fault) = enums::left_behind(&self.logical, change) {
            return Err(fault.at(at));
        }
        let mut users: Vec<(Name, Vec<Ident>)> = Vec::new();
        for table in self.logical.tables.values() {
            let uses = |ty: Option<limbeck_core::schema::Type>| {
                ty.is_some_and(|ty| ty == limbeck_core::schema::Type::Enum(change.name.clone()))
            };
            let columns = table.columns.iter().filter(|column| uses(column.ty.resolve(NAMES)));
            let columns: Vec<Ident> = columns.map(|column| column.name.clone()).collect();
            if !columns.is_empty() {
                users.push((table.name.clone(), columns));
            }
        }
        for (table, columns) in users {
            let expressions = self.pending.get(&table).is_some_and(Group::has_expressions);
            if expressions && !change.rename.is_empty() {
                // What they give is spelt the old way, and the old CHECK is still there to say so.
                self.flush(&table)?;
            }
            let group = self.join(at, &table);
            for column in columns {
                group.touched.insert(Part::Column(column.clone()), at);
                if !change.rename.is_empty() && !group.fresh.contains(&column) {
                    group.respelt.entry(column).or_default().push(change.rename.clone());
                }
            }
            self.lower_group(at, &table)?;
        }
        Ok(())
    }

    fn change_table(&mut self, at: usize, operation: &Operation, table: &Name) -> Result<(), RenderError> {
        plain(table, "table").map_err(|fault| fault.at(at))?;
        match operation {
            Operation::CreateIndex { index, .. } => {
                self.free_names(std::slice::from_ref(&index.name), table)?;
            }
            Operation::RenameIndex { to, .. } => self.free_names(std::slice::from_ref(to), table)?,
            Operation::AlterColumn { column, change, .. } => {
                self.before_expressions(at, table, column, change)?;
            }
            _ => {}
        }
        let constraints = self.logical.table(table).map(|table| table.constraints.len());
        self.apply(at, operation)?;
        let added = self.logical.table(table).filter(|table| Some(table.constraints.len()) > constraints);
        let constraint = added.and_then(|table| table.constraints.last()?.name.clone());
        let group = self.join(at, table);
        match operation {
            Operation::AddColumn { column, fill, .. } => {
                group.forget_column(&column.name);
                group.fresh.insert(column.name.clone());
                if let Some(fill) = resolve(fill.as_ref(), "the fill", at)?
                    && column.default.is_none()
                {
                    group.fills.insert(column.name.clone(), fill);
                }
                group.touched.insert(Part::Column(column.name.clone()), at);
            }
            Operation::DropColumn { column, .. } => {
                group.forget_column(column);
                group.touched.insert(Part::Column(column.clone()), at);
            }
            Operation::AlterColumn { column, change, .. } => {
                if let Some(using) = resolve(change.using.as_ref(), "`using`", at)? {
                    group.usings.insert(column.clone(), using);
                }
                if let Some(fill) = resolve(change.fill.as_ref(), "the fill", at)? {
                    group.fills.insert(column.clone(), fill);
                }
                group.touched.insert(Part::Column(column.clone()), at);
            }
            Operation::CreateIndex { index, .. } => {
                group.touched.insert(Part::Index(index.name.clone()), at);
            }
            Operation::DropIndex { name, .. } => {
                group.touched.insert(Part::Index(name.clone()), at);
            }
            Operation::RenameIndex { name, to, .. } => {
                group.touched.insert(Part::Index(name.clone()), at);
                group.touched.insert(Part::Index(to.clone()), at);
            }
            Operation::AddConstraint { .. } => {
                group.touched.extend(constraint.map(|name| (Part::Constraint(name), at)));
            }
            Operation::DropConstraint {
                constraint: limbeck_core::operation::ConstraintRef::Named(name),
                ..
            }
            | Operation::RenameConstraint { name, .. } => {
                group.touched.insert(Part::Constraint(name.clone()), at);
            }
            _ => {}
        }
        self.lower_group(at, table)
    }

    /// Carries out what waits for a table, if the expressions of a change to a column must find it done.
    fn before_expressions(
        &mut self,
        at: usize,
        table: &Name,
        column: &Ident,
        change: &ColumnChange,
    ) -> Result<(), RenderError> {
        let Some(group) = self.pending.get(table) else { return Ok(()) };
        let mut early = !group.sources.is_empty() && (change.using.is_some() || change.fill.is_some());
        if let Some(using) = resolve(change.using.as_ref(), "`using`", at)? {
            early |= group.may_name_fresh(&using)
                || group.fresh.contains(column)
                || group.has_expressions()
                || !group.respelt.is_empty();
        }
        if let Some(fill) = resolve(change.fill.as_ref(), "the fill", at)? {
            early |= group.may_name_fresh(&fill) || group.fresh.contains(column) || !group.respelt.is_empty();
        }
        if early { self.flush(table) } else { Ok(()) }
    }

    /// What waits for a table, with the operation at `at` among it.
    pub(super) fn join(&mut self, at: usize, table: &Name) -> &mut Group {
        let group = self.pending.entry(table.clone()).or_default();
        group.last = at;
        group
    }

    /// Looks at what the operation at `at` makes of a table for which something waits. Whether SQLite can hold it counts
    /// only when all that waits is carried out: a key and its counter change one after the other.
    pub(super) fn lower_group(&mut self, at: usize, table: &Name) -> Result<(), RenderError> {
        let declared = self.logical.table(table);
        let Some(declared) = declared else { return Err(not_there(table, at)) };
        let (lowered, faults) = lower_leniently(self.gates, declared, &self.logical.enums);
        if let Some(group) = self.pending.get_mut(table) {
            group.after = Some(lowered);
            group.fault = match (faults.into_iter().next(), group.fault.take()) {
                (Some(_), Some(before)) => Some(before),
                (fault, _) => fault.map(|fault| fault.at(at)),
            };
        }
        Ok(())
    }

    /// Carries out what waits for other tables that hold indexes of these names.
    pub(super) fn free_names(&mut self, names: &[Ident], except: &Name) -> Result<(), RenderError> {
        for name in names {
            let Some(table) = self.holders.get(&name.as_str().to_ascii_lowercase()) else { continue };
            let holds = |table: &Table| {
                table.indexes.keys().any(|there| there.as_str().eq_ignore_ascii_case(name.as_str()))
            };
            if table != except && self.physical.table(table).is_some_and(holds) {
                let table = table.clone();
                self.flush(&table)?;
            }
        }
        Ok(())
    }

    pub(super) fn flush_all(&mut self) -> Result<(), RenderError> {
        std::mem::take(&mut self.pending)
            .into_iter()
            .try_for_each(|(table, group)| self.carry_out(&table, group))
    }

    /// Carries out what waits for a table.
    pub(super) fn flush(&mut self, table: &Name) -> Result<(), RenderError> {
        match self.pending.shift_remove(table) {
            Some(group) => self.carry_out(table, group),
            None => Ok(()),
        }
    }

    fn carry_out(&mut self, table: &Name, mut group: Group) -> Result<(), RenderError> {
        let at = group.last;
        if let Some(fault) = group.fault.take() {
            return Err(fault);
        }
        let Some(after) = group.after.take() else { return Ok(()) };
        let Some(physical) = self.physical.tables.remove(table) else { return Err(not_there(table, at)) };
        let before = Lowered { table: physical, implied: self.implied.remove(table).unwrap_or_default() };
        let dangles = || self.lookup.dangles(&self.logical);
        match alter::in_place(self.gates, &before, &after, &group, dangles) {
            Some(statements) => self.statements.extend(statements),
            None => {
                let triggers = self.lookup.triggers(&self.logical, table).map_err(|fault| fault.at(at))?;
                self.statements.extend(rebuild::statements(&before, &after, &group, triggers));
            }
        }
        self.hold(after);
        Ok(())
    }
}

fn not_there(table: &Name, at: usize) -> RenderError {
    Fault::DoesNotFit(format!("table {table} does not exist")).at(at)
}

/// The text for SQLite of an expression that may be given.
fn resolve(sql: Option<&Sql>, what: &str, at: usize) -> Result<Option<String>, RenderError> {
    let Some(sql) = sql else { return Ok(None) };
    match sql.resolve(NAMES) {
        Some(text) if text.trim().is_empty() => Ok(None),
        Some(text) => Ok(Some(text.clone())),
        None => Err(Fault::NoText(what.to_owned()).at(at)),
    }
}
