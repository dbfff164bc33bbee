use std::fmt;

use super::{Options, Sql};
use crate::ident::Name;

/// The kind of objects that say whose something is. Of a table or whatever else has a name of its kind, `table` names it;
/// else it is the first thing that the object depends on.
pub const OWNER: &str = "owner";

/// The kind of objects that say what one role may do with something, named in the same way.
pub const GRANT: &str = "grant";

/// The kind by which an object refers to a namespace.
pub const NAMESPACE: &str = "schema";

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

impl Object {
    /// Whether it says whose something else is, or who may use it.
    pub fn is_right(&self) -> bool {
        matches!(self.key.kind.as_str(), OWNER | GRANT)
    }
}

/// Something that an object needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// An object's kind, or `table`, `enum`, `sequence`, `schema`.
    pub kind: String,
    /// Its name.
    pub name: Name,
}
