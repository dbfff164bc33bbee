//! The order of things: which changes wait for each other, and when they are carried out.
//!
//! Changes to the parts of a table wait, so that one ALTER TABLE carries them out. Foreign keys and checks do not pass
//! what waits for other tables: the one needs them done, the names of the other count in the whole database.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use limbeck_core::driver::{Needs, RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ConstraintRef, Operation};
use limbeck_core::schema::{Constraint, ConstraintBody, ConstraintKind, OptionValue, Schema, Table};

use super::alter::{Change, without_default};
use super::fault::Fault;
use super::group::Group;
use super::lower::{Among, lower, lower_leniently};
use super::options::Said;
use super::{execute, object, rows, sequence, table};
use crate::flavour::{Flavour, Gates};
use crate::options::PARTITION_BY;

/// The statements that carry out `operations` on a database that holds `before`.
pub(super) fn plan(
    gates: Gates,
    operations: &[Operation],
    before: &Schema,
) -> Result<Vec<Statement>, RenderError> {
    let mut planner = Planner::new(gates, before);
    for (at, operation) in operations.iter().enumerate() {
        match operation {
            Operation::AddConstraint { table, constraint }
                if constraint.kind() == ConstraintKind::PrimaryKey =>
            {
                planner.primary_keys.entry(table.clone()).or_default().push(at);
            }
            Operation::CreateTable(_)
            | Operation::DropTable { .. }
            | Operation::RenameTable { .. }
            | Operation::Insert { .. }
            | Operation::Delete { .. }
            | Operation::Execute { .. }
            | Operation::Run { .. } => planner.barriers.push(at),
            _ => {}
        }
    }
    for (at, operation) in operations.iter().enumerate() {
        planner.step(at, operation)?;
    }
    planner.flush_all()?;
    Ok(planner.statements)
}

/// What a plan needs of the database: the table whose columns and keys are said anew. Which tables an ALTER of an enum is
/// about, the schema says.
pub(super) fn needs(operation: &Operation) -> Needs {
    let table = match operation {
        Operation::AddColumn { table, .. }
        | Operation::AlterTable { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::RenameColumn { table, .. }
        | Operation::RenameTable { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::AddConstraint { table, .. }
        | Operation::DropConstraint { table, .. }
        | Operation::RenameConstraint { table, .. }
        | Operation::CreateIndex { table, .. }
        | Operation::DropIndex { table, .. }
        | Operation::RenameIndex { table, .. } => Some(table),
        Operation::Delete { table, key, .. } if key.is_empty() => Some(table),
        _ => None,
    };
    Needs { tables: table.into_iter().cloned().collect(), ..Needs::default() }
}

/// What is planned so far.
pub(super) struct Planner {
    pub(super) gates: Gates,
    /// What the operations so far lead to.
    pub(super) logical: Schema,
    /// What the database holds after the statements so far, but for the names of columns that are to change: lowered
    /// tables.
    pub(super) physical: Schema,
    /// What waits, by table.
    pending: IndexMap<Name, Group>,
    /// The operations that give a table a primary key, by position.
    primary_keys: BTreeMap<Name, Vec<usize>>,
    /// The operations that must find done what stands before them, by position: those that look at rows, or after which
    /// another table may have the name.
    barriers: Vec<usize>,
    pub(super) statements: Vec<Statement>,
}

impl Planner {
    fn new(gates: Gates, before: &Schema) -> Self {
        let among = Among::of(gates, before);
        // What is there already is not refused any more.
        let tables: BTreeMap<Name, Table> = before
            .tables
            .iter()
            .map(|(name, table)| (name.clone(), lower_leniently(among, table).0))
            .collect();
        Self {
            gates,
            logical: before.clone(),
            physical: Schema { tables, ..Schema::default() },
            pending: IndexMap::new(),
            primary_keys: BTreeMap::new(),
            barriers: Vec::new(),
            statements: Vec::new(),
        }
    }

    fn step(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        match operation {
            Operation::CreateTable(table) => self.create_table(at, operation, table),
            Operation::DropTable { table } => {
                // What waits for the table itself goes with it, and may be nothing that the server takes alone: the
                // index that a column counts by, without the column.
                let waiting = self.pending.shift_remove(table);
                self.flush_all()?;
                self.apply(at, operation)?;
                self.physical.tables.remove(table);
                if waiting.is_none_or(|group| !group.created) {
                    self.statements.push(Statement::schema(at, format!("DROP TABLE {}", table::name(table))));
                }
                Ok(())
            }
            Operation::RenameTable { table, to } => self.rename_table(at, operation, table, to),
            Operation::AlterEnum(change) if !change.changes_words() => self.apply(at, operation),
            Operation::AlterEnum(change) => self.alter_enum(at, operation, change),
            Operation::CreateEnum(_) | Operation::DropEnum { .. } | Operation::ValidateConstraint { .. } => {
                // An enum is part of the columns of its type, and rows are looked at when a constraint is added.
                self.apply(at, operation)
            }
            Operation::AddColumn { table, column, position, fill } => {
                self.add_column(at, operation, table, column, position.as_ref(), fill.as_ref())
            }
            Operation::AlterColumn { table, column, change } => {
                self.alter_column(at, operation, table, column, change)
            }
            Operation::AlterTable { table, .. }
            | Operation::DropColumn { table, .. }
            | Operation::RenameColumn { table, .. }
            | Operation::AddConstraint { table, .. }
            | Operation::DropConstraint { table, .. }
            | Operation::RenameConstraint { table, .. }
            | Operation::CreateIndex { table, .. }
            | Operation::DropIndex { table, .. }
            | Operation::RenameIndex { table, .. } => self.change_table(at, operation, table),
            Operation::AttachPartition { .. } | Operation::DetachPartition { .. } => Err(Fault::unsupported(
                format!("a partition is no table in {}", self.gates.flavour.product()),
                "leave it out, and divide the whole table with `partition_by`; for other databases alone, write an \
                 `execute` with `mysql = \"\"`",
            )
            .at(self.gates, at)),
            Operation::CreateNamespace(_)
            | Operation::AlterNamespace(_)
            | Operation::DropNamespace { .. } => Err(Fault::unsupported(
                format!("{} has no schemas within a database", self.gates.flavour.product()),
                "leave the schema out; for other databases alone, write an `execute` with `mysql = \"\"`",
            )
            .at(self.gates, at)),
            Operation::CreateSequence(_)
            | Operation::AlterSequence(_)
            | Operation::DropSequence { .. }
            | Operation::CreateObject(_)
            | Operation::ReplaceObject(_)
            | Operation::DropObject { .. }
            | Operation::Insert { .. }
            | Operation::Delete { .. }
            | Operation::Execute { .. }
            | Operation::Run { .. } => {
                self.flush_all()?;
                let statements = self.alone(at, operation)?;
                self.statements.extend(statements);
                self.apply(at, operation)
            }
        }
    }

    pub(super) fn apply(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        let gates = self.gates;
        operation.apply(&mut self.logical).map_err(|error| Fault::DoesNotFit(error.to_string()).at(gates, at))
    }

    /// The statements of an operation that comes when nothing waits.
    fn alone(&self, at: usize, operation: &Operation) -> Result<Vec<Statement>, RenderError> {
        let gates = self.gates;
        let fault = |fault: Fault| fault.at(gates, at);
        let missing =
            |key: &dyn std::fmt::Display| Fault::DoesNotFit(format!("{key} does not exist")).at(gates, at);
        match operation {
            Operation::CreateSequence(new) => sequence::create(gates, new, at).map_err(fault),
            Operation::AlterSequence(new) => {
                let there = self.logical.sequences.get(&new.name);
                let old = there.ok_or_else(|| missing(&format!("sequence {}", new.name)))?;
                sequence::alter(gates, old, new, at).map_err(fault)
            }
            Operation::DropSequence { name } => {
                sequence::supported(gates).map_err(fault)?;
                Ok(vec![Statement::schema(at, format!("DROP SEQUENCE {}", table::name(name)))])
            }
            Operation::CreateObject(new) => object::create(gates, new, at).map_err(fault),
            Operation::ReplaceObject(new) => {
                let old = self.logical.objects.get(&new.key).ok_or_else(|| missing(&new.key))?;
                object::replace(gates, &self.logical, old, new, at).map_err(fault)
            }
            Operation::DropObject { key } => {
                let old = self.logical.objects.get(key).ok_or_else(|| missing(key))?;
                object::drop(gates, old, at).map_err(fault)
            }
            Operation::Insert { table, rows, .. } => rows::insert(gates, table, rows, at).map_err(fault),
            Operation::Delete { table, rows, key } => {
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
                rows::delete(gates, table, rows, key, at).map_err(fault)
            }
            Operation::Execute { sql, effect } => execute::execute(gates, sql, *effect, at),
            // The engine calls the function itself; every other operation has a place of its own in `step`.
            _ => Ok(Vec::new()),
        }
    }

    fn create_table(&mut self, at: usize, operation: &Operation, table: &Table) -> Result<(), RenderError> {
        let keyed = table.constraints.iter().any(is_keyed);
        self.make_way(&table.name, keyed)?;
        self.apply(at, operation)?;
        let counter = table.columns.iter().find_map(|column| column.identity.as_ref()?.sequence.start);
        let group = self.join(at, &table.name);
        group.created = true;
        group.keyed |= keyed;
        group.counter = counter.filter(|start| *start != 1);
        Ok(())
    }

    fn rename_table(
        &mut self,
        at: usize,
        operation: &Operation,
        from: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        self.flush_all()?;
        self.apply(at, operation)?;
        let gates = self.gates;
        operation
            .apply(&mut self.physical)
            .map_err(|error| Fault::DoesNotFit(error.to_string()).at(gates, at))?;
        self.statements.push(Statement::schema(
            at,
            format!("RENAME TABLE {} TO {}", table::name(from), table::name(to)),
        ));
        // The server gives constraints another name that it has named after the table.
        if let Some(table) = self.physical.tables.get_mut(to) {
            let mut renamed = false;
            for item in &mut table.constraints {
                let made = match item.kind() {
                    ConstraintKind::ForeignKey => "_ibfk_",
                    ConstraintKind::Check if gates.flavour == Flavour::Mysql => "_chk_",
                    _ => continue,
                };
                let rest = item
                    .name
                    .as_ref()
                    .and_then(|name| name.as_str().strip_prefix(from.name.as_str())?.strip_prefix(made));
                if let Some(rest) = rest.filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())) {
                    item.name = Some(Ident::from(format!("{}{made}{rest}", to.name)));
                    renamed = true;
                }
            }
            if renamed {
                self.join(at, to).keyed = true;
            }
        }
        Ok(())
    }

    /// Whether an operation is about a foreign key or a check, whose place among other tables' changes counts.
    fn is_keyed(&self, table: &Name, operation: &Operation) -> bool {
        let named = |name: &Ident| {
            self.logical.table(table).and_then(|table| table.constraint(name)).is_some_and(is_keyed)
        };
        match operation {
            Operation::AddConstraint { constraint, .. } => is_keyed(constraint),
            Operation::DropConstraint { constraint: ConstraintRef::Named(name), .. }
            | Operation::RenameConstraint { name, .. } => named(name),
            Operation::DropConstraint { constraint: ConstraintRef::Unnamed(body), .. } => {
                matches!(**body, ConstraintBody::ForeignKey(_) | ConstraintBody::Check(_))
            }
            _ => false,
        }
    }

    pub(super) fn change_table(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
    ) -> Result<(), RenderError> {
        let keyed = self.is_keyed(table, operation);
        self.make_way(table, keyed)?;
        // A name that a column gives up is another column's only when that is done.
        if let Operation::AddColumn { column, .. } = operation {
            self.free_column(table, &column.name)?;
        }
        if let Operation::RenameColumn { to, .. } = operation {
            self.free_column(table, to)?;
        }
        let unique = |name: &Ident| {
            self.logical
                .table(table)
                .and_then(|table| table.constraint(name))
                .is_some_and(|item| item.kind() == ConstraintKind::Unique)
        };
        let index_renamed = match operation {
            Operation::RenameIndex { name, to, .. } => Some((name, to)),
            Operation::RenameConstraint { name, to, .. } if unique(name) => Some((name, to)),
            _ => None,
        };
        self.apply(at, operation)?;
        if let Operation::RenameColumn { .. } = operation {
            let gates = self.gates;
            let created = self.pending.get(table).is_some_and(|group| group.created);
            if !created {
                operation
                    .apply(&mut self.physical)
                    .map_err(|error| Fault::DoesNotFit(error.to_string()).at(gates, at))?;
            }
        }
        let group = self.join(at, table);
        group.keyed |= keyed;
        if let Some((from, to)) = index_renamed {
            group.rename_index(from, to);
        }
        if let Operation::RenameColumn { column, to, .. } = operation {
            group.rename_column(column, to);
        }
        Ok(())
    }

    fn free_column(&mut self, table: &Name, column: &Ident) -> Result<(), RenderError> {
        let there = |schema: &Schema| schema.table(table).is_some_and(|table| table.column(column).is_some());
        if there(&self.physical) && !there(&self.logical) { self.flush(table) } else { Ok(()) }
    }

    /// What waits for a table, with the operation at `at` among it.
    pub(super) fn join(&mut self, at: usize, table: &Name) -> &mut Group {
        let group = self.pending.entry(table.clone()).or_default();
        group.last = at;
        group
    }

    /// Whether the database holds this column under this name, whatever waits for its table.
    pub(super) fn holds(&self, table: &Name, column: &Ident) -> bool {
        let there = self.physical.table(table).is_some_and(|table| table.column(column).is_some());
        there && self.pending.get(table).is_none_or(|group| !group.created && group.columns.is_empty())
    }

    /// Carries out what a change to `table` may not pass: if it is about foreign keys or checks, all that waits for other
    /// tables; else what of that is.
    pub(super) fn make_way(&mut self, table: &Name, keyed: bool) -> Result<(), RenderError> {
        let in_the_way = |(other, group): &(&Name, &Group)| *other != table && (keyed || group.keyed);
        let waiting: Vec<Name> =
            self.pending.iter().filter(in_the_way).map(|(name, _)| name.clone()).collect();
        waiting.iter().try_for_each(|table| self.flush(table))
    }

    pub(super) fn flush_all(&mut self) -> Result<(), RenderError> {
        std::mem::take(&mut self.pending)
            .into_iter()
            .try_for_each(|(table, group)| self.carry_out(&table, &group))
    }

    /// Carries out what waits for a table.
    pub(super) fn flush(&mut self, table: &Name) -> Result<(), RenderError> {
        match self.pending.shift_remove(table) {
            Some(group) => self.carry_out(table, &group),
            None => Ok(()),
        }
    }

    /// Whether a table gets a primary key behind the operation at `at`, with nothing between that may not be passed.
    fn gets_primary_key(&self, table: &Name, at: usize) -> bool {
        let next = self.primary_keys.get(table).and_then(|keys| keys.iter().find(|key| **key > at));
        next.is_some_and(|key| !self.barriers.iter().any(|barrier| (at..*key).contains(barrier)))
    }

    fn carry_out(&mut self, table: &Name, group: &Group) -> Result<(), RenderError> {
        let (at, gates) = (group.last, self.gates);
        let missing = || Fault::DoesNotFit(format!("table {table} does not exist")).at(gates, at);
        let declared = self.logical.table(table).ok_or_else(missing)?;
        let mut to = lower(Among::of(gates, &self.logical), declared).map_err(|fault| fault.at(gates, at))?;
        if group.created {
            let sql = table::create(gates, &to, group.counter);
            self.statements.push(Statement::schema(at, sql));
            let bare = without_default(gates, &to, |_| true);
            self.statements.extend(bare.map(|sql| Statement::schema(at, sql)));
        } else {
            let from = self.physical.tables.get(table).ok_or_else(missing)?;
            if self.gets_primary_key(table, at) {
                wait_for_primary_key(gates, from, &mut to);
            }
            let change = Change { gates, from, to: &to, group };
            self.statements.extend(change.statements().into_iter().map(|sql| Statement::schema(at, sql)));
        }
        self.physical.insert_table(to);
        Ok(())
    }
}

/// Leaves how a table is divided, and the primary key if it is divided by that, as they are until it gets its next primary
/// key: what divides a table must be a part of that.
fn wait_for_primary_key(gates: Gates, from: &Table, to: &mut Table) {
    let by = |table: &Table| Said::new(gates, &table.options).text(PARTITION_BY).map(str::to_owned);
    let (old, new) = (by(from), by(to));
    if new.is_some() && old != new {
        to.options.unset(gates.names(), PARTITION_BY);
        if let Some(old) = &old {
            to.options.set(gates.name(), PARTITION_BY, OptionValue::String(old.clone()));
        }
    }
    let by_key = old.as_deref().is_some_and(is_by_primary_key) && to.primary_key().is_none();
    if let Some((key, _)) = from.primary_key().filter(|_| by_key)
        && key.columns().into_iter().all(|column| to.column(column).is_some())
    {
        to.constraints.push(key.clone());
    }
}

/// Whether a table is divided by its primary key, whatever that is: `KEY ()`, `LINEAR KEY ALGORITHM = 2 ()`. The server then
/// lets the key not go by itself (1488).
fn is_by_primary_key(by: &str) -> bool {
    by.split_once('(').is_some_and(|(kind, columns)| {
        kind.split_whitespace().any(|word| word.eq_ignore_ascii_case("KEY"))
            && columns.trim_start().starts_with(')')
    })
}

/// Whether a constraint names other tables, or has a name that counts in the whole database.
fn is_keyed(constraint: &Constraint) -> bool {
    matches!(constraint.kind(), ConstraintKind::ForeignKey | ConstraintKind::Check)
}

#[cfg(test)]
mod tests {
    use super::is_by_primary_key;

    #[test]
    fn only_an_empty_list_is_the_primary_key() {
        for by in ["KEY ()", "key() PARTITIONS 4", "LINEAR KEY ALGORITHM = 2 ( )"] {
            assert!(is_by_primary_key(by), "{by}");
        }
        for by in [
            "KEY (code)",
            "HASH (key())",
            "RANGE (id) (PARTITION p VALUES LESS THAN (1))",
            "LIST COLUMNS (`KEY`)",
        ] {
            assert!(!is_by_primary_key(by), "{by}");
        }
    }
}
