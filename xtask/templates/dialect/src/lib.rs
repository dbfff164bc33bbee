//! The newdialect dialect of Limbeck.
//!
//! | module | what |
//! |---|---|
//! | `driver` | `Driver`: URLs, connecting, scratch databases; behind it come a `Database` and a `Connection` |
//! | `dialect` | `Dialect`: SQL; pure, without a connection |
//! | `introspect` | `Introspector`: reading a database |
//! | `to_do` | what is still to be written |

mod dialect;
mod driver;
mod introspect;
mod to_do;

pub use dialect::NewDialect;
pub use driver::NewDialectDriver;
pub use introspect::NewDialectIntrospector;
pub use to_do::left;

use std::sync::Arc;

use limbeck_core::driver::Driver;

/// The driver, for a list of them.
pub fn driver() -> Arc<dyn Driver> {
    Arc::new(NewDialectDriver)
}
