//! Reads the CREATE statements that SQLite keeps in `sqlite_schema`.
//!
//! SQLite has understood these texts itself, so that they need no checking, only taking apart: what is not understood
//! here is an error, which leaves its table alone. Everything is a loop over tokens; there is no text that makes it
//! recurse, panic or look at a token more than a few times.
//!
//! | module | reads |
//! |---|---|
//! | `token` | the tokens of a text, as SQLite cuts it |
//! | `cursor` | names, expressions, lists: what statements have in common |
//! | `table`, `constraint` | CREATE TABLE |
//! | `index` | CREATE INDEX |
//! | `object` | of views, triggers and virtual tables what they stand on |

mod constraint;
mod cursor;
mod index;
mod object;
mod table;
mod token;

pub(crate) use index::index;
pub(crate) use object::{tables_read, trigger, virtual_module};
pub(crate) use table::table;
