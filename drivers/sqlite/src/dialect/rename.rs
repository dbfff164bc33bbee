//! Tables and columns that get another name.

use limbeck_core::driver::{RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::Table;

use super::NAMES;
use super::copy::is_rowid_name;
use super::fault::Fault;
use super::group::{Group, rekey};
use super::literal::quote;
use super::lower::plain;
use super::object;
use super::options::WITHOUT_ROWID;
use super::plan::Planner;
use super::rebuild::PREFIX;
use super::search;

impl Planner {
    pub(super) fn rename_table(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        to: &Name,
    ) -> Result<(), RenderError> {
        let fault = |fault: Fault| fault.at(at);
        let (old, new) = (plain(table, "table").map_err(fault)?, plain(to, "table").map_err(fault)?);
        search::refuse_rename(&self.logical, table, None).map_err(fault)?;
        // An index of the table itself may still have the name, too: tables and indexes share their names.
        self.free_names(std::slice::from_ref(new), to)?;
        if self.pending.get(table).is_some_and(Group::has_expressions) {
            self.flush(table)?;
        }
        self.apply_to_both(at, operation)?;
        self.rename(at, None, old, new);
        rekey(&mut self.implied, table, to);
        self.note_indexes(to);
        if let Some(group) = self.pending.shift_remove(table) {
            self.pending.insert(to.clone(), group);
        }
        self.lower_groups(at, to)
    }

    /// A column that is there gets its new name at once and in place, so that SQLite rewrites what names it in other
    /// tables, views and triggers; what waits for the table is then about a column of the new name.
    pub(super) fn rename_column(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Ident,
        to: &Ident,
    ) -> Result<(), RenderError> {
        search::refuse_rename(&self.logical, table, Some(column)).map_err(|fault| fault.at(at))?;
        let group = self.pending.get(table);
        if group.is_some_and(|group| group.fresh.contains(column) || group.sources.contains_key(column)) {
            self.apply(at, operation)?;
            self.join(at, table).rename_column(column, to);
            return self.lower_groups(at, table);
        }
        let taken = self.physical.table(table).is_some_and(|physical| {
            let same = |name: &Ident| name != column && name.as_str().eq_ignore_ascii_case(to.as_str());
            physical.columns.iter().any(|other| same(&other.name))
        });
        if taken || group.is_some_and(Group::has_expressions) {
            self.flush(table)?;
        }
        if [column, to].into_iter().any(is_rowid_name) && self.has_rowid(table) {
            return self.map_column(at, operation, table, column, to);
        }
        self.apply_to_both(at, operation)?;
        let name = plain(table, "table").map_err(|fault| fault.at(at))?;
        self.rename(at, Some(name), column, to);
        if self.has_rowid(table) && self.is_key(table, to) {
            let again =
                object::with_rowid(&self.logical, &self.lookup, table, at).map_err(|fault| fault.at(at))?;
            self.statements.extend(again);
        }
        if let Some(implied) = self.implied.get_mut(table) {
            rekey(implied, column, to);
        }
        if let Some(group) = self.pending.get_mut(table) {
            group.rename_column(column, to);
        }
        self.lower_groups(at, table)
    }

    /// Looks anew at what waits for `table`, which got another name or has a column that did, and for those that point at it.
    fn lower_groups(&mut self, at: usize, table: &Name) -> Result<(), RenderError> {
        let says_it = |waiting: &Name| {
            let logical = self.logical.table(waiting);
            waiting == table
                || logical
                    .is_some_and(|other| other.foreign_keys().any(|(_, key)| key.references.table == *table))
        };
        let waiting: Vec<Name> = self.pending.keys().filter(|waiting| says_it(waiting)).cloned().collect();
        waiting.iter().try_for_each(|table| self.lower_group(at, table))
    }

    fn has_rowid(&self, table: &Name) -> bool {
        self.physical.table(table).is_some_and(|table| !table.options.flag(NAMES, WITHOUT_ROWID))
    }

    /// Whether the column alone is the table's key, so that it may stand for the rowid.
    fn is_key(&self, table: &Name, column: &Ident) -> bool {
        let key = self.physical.table(table).and_then(Table::primary_key);
        key.is_some_and(|(constraint, _)| constraint.columns() == [column])
    }

    /// Has a column get its new name in a rebuild of its table, and of those that point at it: SQLite does not rename a
    /// column that is called like the rowid.
    fn map_column(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Ident,
        to: &Ident,
    ) -> Result<(), RenderError> {
        let objects = self.logical.objects.clone();
        self.apply(at, operation)?;
        let own = self.lookup.triggers(&self.logical, table).map_err(|fault| fault.at(at))?;
        let stale = self.logical.objects.iter().find(|(key, object)| {
            objects.get(*key) != Some(*object) && own.iter().all(|trigger| trigger.name != key.name.name)
        });
        if let Some((key, _)) = stale {
            return Err(Fault::unsupported(
                format!("{key} names the column {table}.{column}, which is called like SQLite's rowid and cannot be renamed in place"),
                "drop it (drop_object) before the rename, and make it again (create_object) behind",
            )
            .at(at));
        }
        let points = |other: &Table| {
            other
                .foreign_keys()
                .any(|(_, key)| key.references.table == *table && key.references.columns.contains(to))
        };
        let others = self.logical.tables.values().filter(|other| other.name != *table && points(other));
        let others: Vec<Name> = others.map(|other| other.name.clone()).collect();
        let group = self.join(at, table);
        group.rename_column(column, to);
        group.sources.insert(to.clone(), column.clone());
        for other in others {
            self.join(at, &other);
        }
        self.lower_groups(at, table)
    }

    /// Renames a table, or a column of the table `of`. A new name that differs in the case of its letters only is
    /// taken, as far as SQLite sees, so that it takes two steps.
    fn rename(&mut self, at: usize, of: Option<&Ident>, old: &Ident, new: &Ident) {
        let mut push = |from: &str, to: &str| {
            let (from, to) = (quote(from), quote(to));
            self.statements.push(Statement::schema(
                at,
                match of {
                    Some(table) => {
                        format!("ALTER TABLE {} RENAME COLUMN {from} TO {to}", quote(table.as_str()))
                    }
                    None => format!("ALTER TABLE {from} RENAME TO {to}"),
                },
            ));
        };
        let (old, new) = (old.as_str(), new.as_str());
        if old != new && old.eq_ignore_ascii_case(new) {
            let between = format!("{PREFIX}{new}");
            push(old, &between);
            push(&between, new);
        } else {
            push(old, new);
        }
    }

    /// Carries a rename out in both states. Where what waits is in the way in the database, it is done before.
    fn apply_to_both(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        if operation.apply(&mut self.physical).is_err() {
            self.flush_all()?;
            operation
                .apply(&mut self.physical)
                .map_err(|error| Fault::DoesNotFit(error.to_string()).at(at))?;
        }
        self.apply(at, operation)
    }
}
