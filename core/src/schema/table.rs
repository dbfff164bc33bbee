use indexmap::IndexMap;

use super::{Column, Constraint, ConstraintBody, ForeignKey, Index, Options, PrimaryKey};
use crate::ident::{Ident, Name};

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its constraints. Their order does not count.
    pub constraints: Vec<Constraint>,
    /// Its indexes, but for those that stand behind constraints. Their order does not count.
    pub indexes: IndexMap<Ident, Index>,
    /// Its comment.
    pub comment: Option<String>,
    /// How it is divided, as the server writes it behind `PARTITION BY`.
    pub partition_by: Option<String>,
    /// The table that this one is a part of.
    pub partition_of: Option<PartitionOf>,
    /// What only some dialect knows of it.
    pub options: Options,
}

/// That a table is a part of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionOf {
    /// The whole.
    pub parent: Name,
    /// Which rows are in it, as the server writes it: `FOR VALUES FROM (…) TO (…)`, `DEFAULT`.
    pub bound: String,
}

impl Table {
    /// A table without anything in it.
    pub fn new(name: impl Into<Name>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: IndexMap::new(),
            comment: None,
            partition_by: None,
            partition_of: None,
            options: Options::default(),
        }
    }

    /// The column called `name`.
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Where the column called `name` stands, from 0.
    pub fn column_index(&self, name: &Ident) -> Option<usize> {
        self.columns.iter().position(|column| column.name == *name)
    }

    /// The constraint called `name`.
    pub fn constraint(&self, name: &Ident) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.name.as_ref() == Some(name))
    }

    /// The primary key, with the constraint that it is the body of.
    pub fn primary_key(&self) -> Option<(&Constraint, &PrimaryKey)> {
        self.constraints.iter().find_map(|constraint| match &constraint.body {
            ConstraintBody::PrimaryKey(key) => Some((constraint, key)),
            _ => None,
        })
    }

    /// The foreign keys, each with the constraint that it is the body of.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&Constraint, &ForeignKey)> {
        self.constraints.iter().filter_map(|constraint| match &constraint.body {
            ConstraintBody::ForeignKey(key) => Some((constraint, key)),
            _ => None,
        })
    }

    /// Whether `column` is the whole primary key.
    pub fn is_sole_primary_key(&self, column: &Ident) -> bool {
        self.primary_key().is_some_and(|(_, key)| match key.columns.as_slice() {
            [part] => part.as_column() == Some(column),
            _ => false,
        })
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        // Taken apart, so that a field that is added here cannot be forgotten there.
        let Self { name, columns, constraints, indexes, comment, partition_by, partition_of, options } = self;
        *name == other.name
            && *columns == other.columns
            && same_set(constraints, &other.constraints)
            && *indexes == other.indexes
            && *comment == other.comment
            && *partition_by == other.partition_by
            && *partition_of == other.partition_of
            && *options == other.options
    }
}

/// Whether two lists hold the same, each item as often as in the other.
fn same_set(left: &[Constraint], right: &[Constraint]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    // Names are almost always there and unique, so that the inner loop runs over a handful of candidates.
    let mut taken = vec![false; right.len()];
    left.iter().all(|item| {
        let found =
            (0..right.len()).find(|at| !taken[*at] && right[*at].name == item.name && right[*at] == *item);
        found.inspect(|at| taken[*at] = true).is_some()
    })
}
