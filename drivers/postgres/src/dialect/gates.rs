//! What the server can do, by its version.

use limbeck_core::driver::Version;

/// The oldest server that limbeck speaks to.
pub(crate) const OLDEST: Version = Version::new(13, 0, 0);
/// The newest server that is known.
pub(super) const NEWEST: Version = Version::new(18, 0, 0);

/// What one version of the server can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gates {
    /// The server's version.
    pub(crate) version: Version,
    /// `COMPRESSION` of a column
    pub(crate) compression: bool,
    /// Slices of lists that PL/pgSQL assigns to
    pub(crate) array_slices: bool,
    /// `NULLS NOT DISTINCT`
    pub(crate) nulls_not_distinct: bool,
    /// `ON DELETE SET NULL (…)`
    pub(crate) set_null_columns: bool,
    /// `SET STORAGE DEFAULT`
    pub(crate) default_storage: bool,
    /// `UNLOGGED` sequences
    pub(crate) unlogged_sequences: bool,
    /// `ALTER TABLE … SET ACCESS METHOD`
    pub(crate) set_access_method: bool,
    /// `ALTER TABLE … ALTER COLUMN … SET EXPRESSION`
    pub(crate) set_expression: bool,
    /// Computed columns that are not stored
    pub(crate) virtual_columns: bool,
    /// `NOT NULL` as a constraint with a name
    pub(crate) named_not_null: bool,
    /// `NOT ENFORCED`
    pub(crate) not_enforced: bool,
    /// `WITHOUT OVERLAPS` and `PERIOD`
    pub(crate) temporal: bool,
}

impl Gates {
    /// What the server `version` can do.
    pub(crate) fn new(version: Version) -> Self {
        let since = |major: u32| version.major >= major;
        Self {
            version,
            compression: since(14),
            array_slices: since(14),
            nulls_not_distinct: since(15),
            set_null_columns: since(15),
            default_storage: since(16),
            unlogged_sequences: since(15),
            set_access_method: since(15),
            set_expression: since(17),
            virtual_columns: since(18),
            named_not_null: since(18),
            not_enforced: since(18),
            temporal: since(18),
        }
    }
}
