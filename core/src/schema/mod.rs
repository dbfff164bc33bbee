//! What a database holds, as data: tables, enums, sequences, namespaces, and objects known by their definition's text.
//!
//! The model is neutral: it holds what a user declared or what an introspector saw, and nothing of how a server writes
//! it. What only one dialect knows travels in [`Options`]; a text that differs from dialect to dialect is an [`Sql`] or a
//! [`TypeSpec`]. Two schemas are equal if they mean the same: the order of constraints and indexes does not count, that
//! of columns does.

mod cast;
mod column;
mod constraint;
mod enums;
mod index;
mod managed;
mod naming;
mod object;
mod options;
mod per_dialect;
mod sequence;
mod table;
mod types;

pub use cast::Cast;
pub use column::{Column, Generated, Identity, Position};
pub use constraint::{
    Check, Constraint, ConstraintBody, ConstraintKind, Deferrable, Exclusion, ForeignKey, PrimaryKey,
    References, ReferentialAction, Unique,
};
pub use enums::Enum;
pub use index::{Index, KeyPart, KeyTarget, Nulls, Order};
pub use managed::{Managed, Pattern, PatternError, Rights};
pub use naming::{IDENTIFIER_LIMIT, Naming};
pub use object::{GRANT, NAMESPACE, OWNER, Object, ObjectKey, ObjectRef};
pub use options::{OptionValue, Options};
pub use per_dialect::{PerDialect, Sql};
pub use sequence::{Sequence, SequenceOptions};
pub use table::{PartitionOf, Table};
pub use types::{DEFAULT_TIME_PRECISION, Type, TypeSpec};

use std::collections::BTreeMap;

use crate::ident::{Ident, Name};

/// Everything in one database that limbeck looks after.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Namespaces made on purpose: schemas in PostgreSQL's sense.
    pub namespaces: BTreeMap<Ident, Namespace>,
    /// Tables by name.
    pub tables: BTreeMap<Name, Table>,
    /// Enum types by name.
    pub enums: BTreeMap<Name, Enum>,
    /// Sequences by name; those behind identity columns are part of the column.
    pub sequences: BTreeMap<Name, Sequence>,
    /// Views, functions, triggers and whatever else is managed by its text.
    pub objects: BTreeMap<ObjectKey, Object>,
}

impl Schema {
    /// A schema with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.namespaces.is_empty()
            && self.tables.is_empty()
            && self.enums.is_empty()
            && self.sequences.is_empty()
            && self.objects.is_empty()
    }

    /// The table called `name`.
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.get(name)
    }

    /// Puts a table in, in place of one of the same name.
    pub fn insert_table(&mut self, table: Table) {
        self.tables.insert(table.name.clone(), table);
    }
}

/// A namespace made by `create_schema`.
#[derive(Debug, Clone, PartialEq)]
pub struct Namespace {
    /// Its name.
    pub name: Ident,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}
