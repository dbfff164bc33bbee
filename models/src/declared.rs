use std::collections::BTreeMap;
use std::path::PathBuf;

use limbeck_core::diag::Location;
use limbeck_core::diff::Hints;
use limbeck_core::ident::Name;
use limbeck_core::schema::{Schema, Table};

/// What models declare.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Declared {
    /// The tables and enums.
    pub schema: Schema,
    /// Renames and fills.
    pub hints: Hints,
    /// The files that were read, in the order of reading. None if a program described its own models.
    pub files: Vec<PathBuf>,
    /// Where each table's struct stands. Empty if a program described its own models.
    pub models: BTreeMap<Name, Location>,
    /// The configured database of each table that names one.
    pub databases: BTreeMap<Name, String>,
    /// Tables with `managed = false`: described, never altered, and so not in the schema.
    pub unmanaged: BTreeMap<Name, Table>,
}
