//! Takes apart the CREATE TABLE that a server shows. Strictly: a word that is not expected is an error, so that nothing of
//! a table is lost without a word.

mod column;
mod cursor;
mod key;
mod table;

pub(super) use table::table;

/// Why a text is not understood.
pub(super) type Refused = String;
