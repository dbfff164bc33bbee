//! What turns one schema into another, as operations.

mod hints;

pub use hints::{ColumnRename, EnumValueRename, Hints, TableRename};
