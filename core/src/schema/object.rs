use std::fmt;

use super::{Options, Sql};
use crate::ident::Name;

/// What tells one object from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey {
    /// `view`, `materialized_view`, `function`, `procedure`, `trigger`, `domain`, `composite_type`, `extension`,
    /// `policy`, `event`, … as the dialect calls it.
    pub kind: String,
    /// Its name; of a function that can be overloaded, with the types of its arguments.
    pub name: Name,
    /// The table that it belongs to, where its name counts only there (a trigger or policy in PostgreSQL).
    pub table: Option<Name>,
}

/// For people: `view active_users`, `trigger touch on users`.
impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.replace('_', " "), self.name)?;
        match &self.table {
            Some(table) => write!(f, " on {table}"),
            None => Ok(()),
        }
    }
}

/// Something managed by the text that makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// What it is and how it is called.
    pub key: ObjectKey,
    /// The whole statement that makes it.
    pub definition: Sql,
    /// What must be there before it.
    pub depends_on: Vec<ObjectRef>,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}

/// Something that an object needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// An object's kind, or `table`, `enum`, `sequence`.
    pub kind: String,
    /// Its name.
    pub name: Name,
}
