//! What a kind of database is to limbeck: the five traits that a driver crate implements.
//!
//! A [`Dialect`] is pure: it turns operations and schemas into statements and has no connection. A [`Driver`] connects;
//! it gives out a [`Database`], which gives out [`Connection`]s; an [`Introspector`] reads through one. An application
//! or a command line keeps its drivers in a [`Drivers`] list, which finds them by URL scheme.

mod batches;
mod capabilities;
mod connection;
mod database;
mod definition;
mod dialect;
mod error;
mod introspect;
mod raw;
mod registry;
mod render;
mod server;
mod settings;
mod statement;
mod url;
mod value;

pub use batches::Batches;
pub use capabilities::Capabilities;
pub use connection::{Canceller, Connection, LockKey, TransactionMode};
pub use database::{Access, Database, Driver, ScratchDatabase};
pub use definition::{Definition, SessionId};
pub use dialect::{Dialect, Needs, ScriptTransaction};
pub use error::{DriverError, DriverErrorKind};
pub use introspect::{Introspection, Introspector, Scope, Unmanaged};
pub use raw::{RawPlace, RawSql};
pub use registry::{Drivers, RegistryError};
pub use render::RenderError;
pub use server::{ServerInfo, Version};
pub use settings::{DatabaseSettings, RecordTables, Tls, TlsMode};
pub use statement::{Call, Guard, Statement, StatementKind};
pub use url::DatabaseUrl;
pub use value::{Row, Value};
