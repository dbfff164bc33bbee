use std::collections::BTreeMap;

use crate::ident::{Ident, Name};
use crate::schema::Sql;

/// What the two schemas do not say themselves: what was renamed, and what old rows get. It comes from the models
/// (`renamed_from`, `fill_sql`), from flags (`--rename`, `--fill`, `--using`) and from answers.
///
/// A rename whose old name is not in the old schema says nothing: such hints may stay for ever.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hints {
    /// Tables that have another name now.
    pub tables: Vec<TableRename>,
    /// Columns that have another name now.
    pub columns: Vec<ColumnRename>,
    /// Words of enums that have another spelling now.
    pub enum_values: Vec<EnumValueRename>,
    /// What the rows that are there get in a column that takes no NULL, by the new names of table and column.
    pub fills: BTreeMap<(Name, Ident), Sql>,
    /// How old values become new ones when a type changes, by the new names of table and column.
    pub using: BTreeMap<(Name, Ident), Sql>,
}

impl Hints {
    /// Takes in what another source says; on a contradiction `other` wins, because it is looked at first.
    pub fn extend(&mut self, mut other: Self) {
        other.tables.append(&mut self.tables);
        other.columns.append(&mut self.columns);
        other.enum_values.append(&mut self.enum_values);
        self.tables = other.tables;
        self.columns = other.columns;
        self.enum_values = other.enum_values;
        self.fills.append(&mut other.fills);
        self.using.append(&mut other.using);
    }
}

/// A table that has another name now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRename {
    /// The old name.
    pub from: Name,
    /// The new name.
    pub to: Name,
}

/// A column that has another name now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRename {
    /// The table, by its new name.
    pub table: Name,
    /// The old name.
    pub from: Ident,
    /// The new name.
    pub to: Ident,
}

/// A word of an enum that has another spelling now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValueRename {
    /// The enum, by its new name.
    pub name: Name,
    /// The old spelling.
    pub from: String,
    /// The new spelling.
    pub to: String,
}
