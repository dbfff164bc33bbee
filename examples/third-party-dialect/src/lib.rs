//! A dialect for DuckDB, as somebody outside of Limbeck would write it: through the public API of `limbeck-core` alone.
//! `docs/third-party-dialects.md` walks through it.
//!
//! | module | what |
//! |---|---|
//! | `engine` | DuckDB's library: loading it, opening a database, a session; the only place that calls C |
//! | `driver`, `database`, `connection` | the traits that do I/O, on top of it |
//! | `dialect` | SQL; pure |
//! | `introspect` | reading a database |

mod connection;
mod database;
mod dialect;
mod driver;
mod engine;
mod error;
mod introspect;
mod url;

pub use connection::DuckConnection;
pub use dialect::DuckDialect;
pub use driver::DuckDriver;
pub use engine::{LIBRARY_VARIABLE, library_is_there};
pub use introspect::DuckIntrospector;

use std::sync::Arc;

use limbeck_core::driver::Driver;

/// The driver, for a list of them.
pub fn driver() -> Arc<dyn Driver> {
    Arc::new(DuckDriver)
}
