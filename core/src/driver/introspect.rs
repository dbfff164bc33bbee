use std::fmt::Debug;

use async_trait::async_trait;

use super::{Connection, DriverError};
use crate::ident::Name;
use crate::schema::{Rights, Schema};

/// Reads a database into a [`Schema`], and lists what it saw and cannot model. It has no state.
#[async_trait]
pub trait Introspector: Debug + Send + Sync {
    /// Reads what `scope` says, in a number of queries that does not grow with the database.
    async fn introspect(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Result<Introspection, DriverError>;
}

/// What is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The namespaces; if empty, all that are not the server's own, or the one that the connection is in where a
    /// database is itself one namespace among others.
    pub schemas: Vec<String>,
    /// Only these tables and what belongs to them; all, if `None`.
    pub tables: Option<Vec<Name>>,
    /// Tables that are passed over: those of the record.
    pub except: Vec<Name>,
    /// Whether it is read whose things are, and who may use them. A driver is asked for that only if it
    /// [reads rights](super::Driver::reads_rights).
    pub rights: Rights,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Introspection {
    /// What limbeck understands.
    pub schema: Schema,
    /// What it does not, and therefore leaves alone.
    pub unmanaged: Vec<Unmanaged>,
}

/// Something in a database that limbeck leaves alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// `virtual_table`, `publication`, …
    pub kind: String,
    /// Its name.
    pub name: Name,
    /// Why it is left alone.
    pub reason: String,
}
