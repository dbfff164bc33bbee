//! The PostgreSQL driver.
//!
//! Sessions are tokio-postgres's, with TLS by rustls; a pool (`pool`) opens them, and each is handed out for good
//! (`connection`). The migration lock is a session's advisory lock (`lock`), and scratch databases are made beside the
//! target (`scratch`).
//!
//! What of a schema only PostgreSQL has is listed in [`options`].

mod connection;
mod definitions;
pub mod dialect;
mod driver;
mod error;
mod home;
mod introspect;
mod lock;
pub mod options;
mod passfile;
mod pool;
mod scratch;
mod tls;
mod url;
mod value;

pub use connection::PostgresConnection;
pub use dialect::PostgresDialect;
pub use driver::PostgresDriver;
pub use introspect::PostgresIntrospector;

use std::sync::Arc;

use limbeck_core::driver::Driver;

/// The driver, for a list of them.
pub fn driver() -> Arc<dyn Driver> {
    Arc::new(PostgresDriver)
}
