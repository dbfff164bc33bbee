//! The driver for MySQL and MariaDB.
//!
//! The two are one driver with two dialects. What tells them and their versions apart stands in [`flavour`] alone.
//!
//! DDL commits by itself on both, so that a transaction covers rows only. A session is pinned to one way of reading SQL
//! (`session`): its modes, its character set, its foreign keys; [`options`] lists what of a schema only these servers
//! have.

mod asserted;
mod cancel;
mod connection;
mod definitions;
pub mod dialect;
mod driver;
mod error;
pub mod flavour;
mod introspect;
mod leaving;
mod lock;
pub mod options;
mod pool;
mod relations;
mod scratch;
mod session;
mod tls;
mod url;

pub use connection::MysqlConnection;
pub use dialect::MysqlDialect;
pub use driver::MysqlDriver;
pub use introspect::MysqlIntrospector;

use std::sync::Arc;

use limbeck_core::driver::Driver;

/// The driver, for a list of them.
pub fn driver() -> Arc<dyn Driver> {
    Arc::new(MysqlDriver)
}
