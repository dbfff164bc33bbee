//! Names of NOT NULLs that stand in the way of those that the server makes up.

use std::borrow::Cow;
use std::collections::BTreeSet;

use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Column, Schema, Table};

use super::{NAMES, child, names};
use crate::options as key;

/// The names that NOT NULLs have been given in so many words, with their schemas: one that the server makes up, it chooses
/// so that it is none of those in the schema (`CREATE TABLE … (LIKE …)` gives the names of another table).
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeSet<Name>);

impl Taken {
    /// Those of a schema, and of all that operations make in it.
    pub(super) fn of(schema: &Schema, operations: &[Operation]) -> Self {
        let given = |table: &Name, options: &limbeck_core::schema::Options| {
            options.text(NAMES, key::NOT_NULL_NAME).map(|name| table.sibling(name))
        };
        let of_table = |table: &Table| -> Vec<Name> {
            table.columns.iter().filter_map(|column| given(&table.name, &column.options)).collect()
        };
        let mut names: BTreeSet<Name> = schema.tables.values().flat_map(of_table).collect();
        for operation in operations {
            match operation {
                Operation::CreateTable(table) => names.extend(of_table(table)),
                Operation::AddColumn { table, column, .. } => names.extend(given(table, &column.options)),
                Operation::AlterColumn { table, change, .. } => {
                    names.extend(change.options.as_ref().and_then(|options| given(table, options)));
                }
                _ => {}
            }
        }
        Self(names)
    }

    /// The column with the name of its NOT NULL in so many words, where the server would choose another one; not where
    /// something else of its table has it, which the server refuses.
    pub(super) fn settle<'c>(&self, table: &Table, column: &'c Column) -> Cow<'c, Column> {
        let settled = || {
            if self.0.is_empty() || column.nullable || child::is_inherited(column) {
                return None;
            }
            if column.options.text(NAMES, key::NOT_NULL_NAME).is_some() {
                return None;
            }
            let name = names::not_null(&table.name, &column.name);
            if !self.0.contains(&table.name.sibling(name.as_str())) || has(table, &name) {
                return None;
            }
            let mut column = column.clone();
            key::set_text(&mut column.options, key::NOT_NULL_NAME, name);
            Some(column)
        };
        settled().map_or(Cow::Borrowed(column), Cow::Owned)
    }

    /// The table with all its columns settled; of a partition, they are the whole's.
    pub(super) fn settle_table<'t>(&self, table: &'t Table) -> Cow<'t, Table> {
        self.settle_columns(table, |_| table.partition_of.is_none())
    }

    /// The table with one column settled.
    pub(super) fn settle_column<'t>(&self, table: &'t Table, name: &Ident) -> Cow<'t, Table> {
        self.settle_columns(table, |column| column.name == *name)
    }

    fn settle_columns<'t>(&self, table: &'t Table, wanted: impl Fn(&Column) -> bool) -> Cow<'t, Table> {
        let mut settled = Cow::Borrowed(table);
        if self.0.is_empty() {
            return settled;
        }
        for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| wanted(column)) {
            if let Cow::Owned(column) = self.settle(table, column) {
                settled.to_mut().columns[at] = column;
            }
        }
        settled
    }
}

/// Whether a constraint of the table, or one of its NOT NULLs, has been given this name.
fn has(table: &Table, name: &str) -> bool {
    let of_column = |column: &Column| column.options.text(NAMES, key::NOT_NULL_NAME) == Some(name);
    let of_table = |found: &Ident| found.as_str() == name;
    table.columns.iter().any(of_column)
        || table.constraints.iter().any(|it| it.name.as_ref().is_some_and(of_table))
}
