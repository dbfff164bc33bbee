//! One change to a schema or to its rows, as data.
//!
//! An operation knows how to change a [`Schema`](crate::schema::Schema) ([`Operation::apply`]: this is replay), how to be undone
//! ([`Operation::invert`]: this is the automatic downgrade), and how to say what it is ([`Operation::describe`]).
//! Its SQL is the dialect's business and its text in a file that of `revision`.

//!
//! | module | answers |
//! |---|---|
//! | `change` | what operations are made of |
//! | `apply`, `column`, `part`, `enums`, `rename` | what a schema is after one |
//! | `replay` | what a schema is after several, and which of them change it |
//! | `invert` | how to go back |
//! | `describe`, `loss` | what it is and what it costs, for people |
//! | `optimise`, `reduce`, `conflict` | the same with fewer operations |
//! | `text` | names inside expressions and definitions |
//! | `error` | what can be wrong |

mod apply;
mod change;
mod column;
mod conflict;
mod describe;
mod enums;
mod error;
mod invert;
mod loss;
mod optimise;
mod part;
mod reduce;
mod rename;
mod replay;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use apply::{belongs_to, watches};
pub use change::{
    AlterEnum, ColumnChange, ConstraintRef, Effect, EnumAddition, EnumPlace, EnumRename, Literal, RowValues,
};
pub use describe::Description;
pub use error::{ApplyError, Irreversible, ReplayError, Thing};
pub use invert::invert_all;
pub use loss::{Amount, Loss, LossKind};
pub use optimise::optimise;
pub use replay::replay;

use indexmap::IndexMap;

use crate::ident::{Ident, Name};
use crate::schema::{
    Column, Constraint, Enum, Index, Namespace, Object, ObjectKey, OptionValue, Options, PartitionOf,
    Position, Sequence, Sql, Table,
};

/// One change. The names in a file are the variants' in snake case, but for [`Operation::AddConstraint`], which is
/// `add_primary_key`, `add_unique`, `add_foreign_key`, `add_check` or `add_exclusion`, and for namespaces, which are
/// `create_schema` and `drop_schema`.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Makes a table with its columns, constraints and, where they are given, indexes.
    CreateTable(Box<Table>),
    /// Drops a table with its rows.
    DropTable {
        /// Which.
        table: Name,
    },
    /// Gives a table another name.
    RenameTable {
        /// Which.
        table: Name,
        /// The new name. Another schema moves it there, where the server can.
        to: Name,
    },
    /// Changes what is said of a table as a whole.
    AlterTable {
        /// Which.
        table: Name,
        /// The new comment; `Some(None)` takes it away.
        comment: Option<Option<String>>,
        /// All options from now on.
        options: Option<Options>,
    },
    /// Makes a table that is there a part of another one, with its rows.
    AttachPartition {
        /// Which.
        table: Name,
        /// Of which table, and which of its rows it holds.
        of: Box<PartitionOf>,
    },
    /// Makes a part a table of its own, with its rows. What it has from the whole and says nothing of itself goes: keys,
    /// indexes, checks and foreign keys.
    DetachPartition {
        /// Which.
        table: Name,
    },
    /// Adds a column.
    AddColumn {
        /// To which table.
        table: Name,
        /// The column.
        column: Box<Column>,
        /// Where it goes; at the end, if not given.
        position: Option<Position>,
        /// What the rows that are there get, where the column has no default.
        fill: Option<Sql>,
    },
    /// Drops a column with its values, and with the constraints and indexes of its table that it is part of.
    DropColumn {
        /// Of which table.
        table: Name,
        /// Which.
        column: Ident,
    },
    /// Gives a column another name.
    RenameColumn {
        /// Of which table.
        table: Name,
        /// Which.
        column: Ident,
        /// The new name.
        to: Ident,
    },
    /// Changes what is said of a column.
    AlterColumn {
        /// Of which table.
        table: Name,
        /// Which.
        column: Ident,
        /// What changes.
        change: Box<ColumnChange>,
    },
    /// Adds a constraint.
    AddConstraint {
        /// To which table.
        table: Name,
        /// The constraint.
        constraint: Box<Constraint>,
    },
    /// Drops a constraint.
    DropConstraint {
        /// Of which table.
        table: Name,
        /// Which.
        constraint: ConstraintRef,
    },
    /// Gives a constraint another name.
    RenameConstraint {
        /// Of which table.
        table: Name,
        /// Which.
        name: Ident,
        /// The new name.
        to: Ident,
    },
    /// Looks at the rows that a constraint was added without looking at.
    ValidateConstraint {
        /// Of which table.
        table: Name,
        /// Which.
        name: Ident,
    },
    /// Makes an index.
    CreateIndex {
        /// On which table.
        table: Name,
        /// The index.
        index: Box<Index>,
        /// Without keeping writers out, where the server can.
        concurrently: bool,
    },
    /// Drops an index.
    DropIndex {
        /// Of which table.
        table: Name,
        /// Which.
        name: Ident,
        /// Without keeping readers and writers out, where the server can.
        concurrently: bool,
    },
    /// Gives an index another name.
    RenameIndex {
        /// Of which table.
        table: Name,
        /// Which.
        name: Ident,
        /// The new name.
        to: Ident,
    },
    /// Makes an enum type.
    CreateEnum(Enum),
    /// Changes the words of an enum type.
    AlterEnum(AlterEnum),
    /// Drops an enum type.
    DropEnum {
        /// Which.
        name: Name,
    },
    /// Makes a sequence.
    CreateSequence(Sequence),
    /// Makes a sequence run as this one says in all its settings.
    AlterSequence(Sequence),
    /// Drops a sequence.
    DropSequence {
        /// Which.
        name: Name,
    },
    /// Makes a namespace.
    CreateNamespace(Namespace),
    /// Has a namespace say what this one says.
    AlterNamespace(Namespace),
    /// Drops an empty namespace.
    DropNamespace {
        /// Which.
        name: Ident,
    },
    /// Makes an object by its text.
    CreateObject(Object),
    /// Puts an object in place of one of the same kind and name.
    ReplaceObject(Object),
    /// Drops an object.
    DropObject {
        /// Which.
        key: ObjectKey,
    },
    /// Puts rows into a table.
    Insert {
        /// Into which.
        table: Name,
        /// The rows.
        rows: Vec<RowValues>,
        /// The columns that tell these rows from others, for the way back; the primary key, if empty.
        key: Vec<Ident>,
    },
    /// Takes rows out of a table: those that `rows` name by `key`. The way back of an insert.
    Delete {
        /// Out of which.
        table: Name,
        /// The rows, whole, so that they can come back.
        rows: Vec<RowValues>,
        /// The columns that tell these rows from others; the primary key, if empty.
        key: Vec<Ident>,
    },
    /// Runs SQL as it stands.
    Execute {
        /// One statement or several; `""` for a dialect where there is nothing to do.
        sql: Sql,
        /// What it changes; found out from the text, if not given.
        effect: Option<Effect>,
    },
    /// Calls a function of the program that limbeck is built into.
    Run {
        /// The name that it is registered under.
        function: String,
        /// What it is given.
        arguments: IndexMap<String, OptionValue>,
    },
}
