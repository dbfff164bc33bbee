//! The SQLite driver.
//!
//! SQLite is a library: there is no server, and a session is a file that is open. Each one runs on a thread of its own
//! (`worker`), so that nothing blocks the threads that run futures, and holds a rusqlite connection with what limbeck
//! knows of it (`session`): the transaction, the foreign keys that it suspends, the views and triggers that must work after
//! it (`soundness`), the migration lock (`lock`).
//!
//! What of a schema only SQLite has is listed in [`options`].

mod busy;
mod connection;
mod definitions;
pub mod dialect;
mod driver;
mod error;
mod foreign_keys;
mod introspect;
mod lock;
pub mod options;
mod pool;
mod scratch;
mod session;
mod soundness;
mod url;
mod worker;

pub use connection::SqliteConnection;
pub use dialect::SqliteDialect;
pub use driver::SqliteDriver;
pub use introspect::SqliteIntrospector;

use std::sync::Arc;

use limbeck_core::driver::Driver;
use limbeck_core::schema::Table;

/// The driver, for a list of them.
pub fn driver() -> Arc<dyn Driver> {
    Arc::new(SqliteDriver)
}

/// Reads a CREATE statement as the introspector does, whatever it makes; the table, if it is one and understood. For the
/// fuzz targets.
#[doc(hidden)]
pub fn read_create(sql: &str) -> Option<Table> {
    introspect::read_create(sql)
}
