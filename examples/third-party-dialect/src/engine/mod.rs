//! DuckDB's library, which blocks and knows nothing of futures.
//!
//! | module | what |
//! |---|---|
//! | `ffi` | the functions of `duckdb.h` that are used here |
//! | `library` | the library, loaded once |
//! | `instance` | a database that is open |
//! | `session` | a connection to one |
//! | `locks` | who holds the migration lock of which database |

mod ffi;
mod instance;
mod library;
mod locks;
mod session;

pub(crate) use instance::{Instance, Mode};
pub(crate) use library::version;
pub use library::{LIBRARY_VARIABLE, library_is_there};
pub(crate) use session::{Interrupt, Session};
