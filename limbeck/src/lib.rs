//! Schema migrations for Rust: the crate that an application depends on.
//!
//! Tables are plain structs. The derives describe them; nothing about the struct changes, and any other derive may stand
//! beside ours. The program `limbeck` reads the same structs from their source, so that this crate is needed only for the
//! derives, or to hand the tables over from a program of one's own:
//!
//! ```
//! /// People who can sign in.
//! #[derive(limbeck::Table)]
//! #[limbeck(table = "users", comment)]
//! pub struct User {
//!     #[limbeck(primary_key, identity)]
//!     pub id: i64,
//!     #[limbeck(length = 320, unique)]
//!     pub email: String,
//!     pub nickname: Option<String>,
//!     #[limbeck(default = Status::Active)]
//!     pub status: Status,
//! }
//!
//! #[derive(limbeck::Enum)]
//! pub enum Status {
//!     Active,
//!     OnHold,
//! }
//!
//! let declared = limbeck::tables![User].declare().expect("the models are sound");
//! let users = declared.schema.table(&"users".into()).expect("it is listed");
//! assert_eq!(users.columns.len(), 4);
//! assert_eq!(users.comment.as_deref(), Some("People who can sign in."));
//! ```
//!
//! `docs/models.md` lists all attributes.
//!
//! A [`Migrator`] brings a database to the revisions from within the application: from a folder, from files that
//! [`embed!`] makes part of the program, or from revisions written in Rust. [`Databases`] are the named databases of a
//! `limbeck.toml`. `docs/library.md` tells the whole of it.

mod database;
mod error;
mod migrator;
mod progress;
mod revisions;

pub use database::{Database, Databases, Held, On};
pub use error::Error;
pub use migrator::{Made, Migrator, Shown};
pub use progress::Progress;
pub use revisions::{Embedded, RevisionBuilder, Revisions};

#[cfg(feature = "config")]
pub use limbeck_config as config;
pub use limbeck_core::execution::{FunctionError, Functions, Interrupt, Work};

pub use limbeck_core as core;
pub use limbeck_models::Declared;
pub use limbeck_models::describe::{self, ColumnType, Enum, Table, Tables};
#[cfg(feature = "mysql")]
pub use limbeck_mysql as mysql;
#[cfg(feature = "postgres")]
pub use limbeck_postgres as postgres;
#[cfg(feature = "sqlite")]
pub use limbeck_sqlite as sqlite;

#[cfg(feature = "derive")]
pub use limbeck_derive::{Enum, Table, Type, embed};

/// Lists the tables of a program: `tables![User, Org]`. Gives [`Tables`], whose `declare` is their schema.
#[macro_export]
macro_rules! tables {
    ($($table:ty),* $(,)?) => {
        $crate::Tables(::std::vec![$(<$table as $crate::Table>::describe()),*])
    };
}
