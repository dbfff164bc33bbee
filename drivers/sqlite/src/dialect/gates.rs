//! What the library can do, by its version. The tests ask the real one.

use limbeck_core::driver::Version;

/// The oldest library that plans can be made for: the first that follows a renamed table into views and triggers, and
/// that has `PRAGMA legacy_alter_table`.
const OLDEST: Version = Version::new(3, 26, 0);

/// The newest library that is known.
pub(super) const NEWEST: Version = Version::new(3, 54, 1);

const GENERATED_COLUMNS: Version = Version::new(3, 31, 0);
const DROP_COLUMN: Version = Version::new(3, 35, 0);
/// From here on ADD COLUMN looks whether the rows that are there fit a CHECK; before, it let them pass.
const ADD_COLUMN_CHECKS: Version = Version::new(3, 37, 0);
const STRICT: Version = Version::new(3, 37, 0);
const ALTER_NOT_NULL: Version = Version::new(3, 53, 0);
const ALTER_CHECK: Version = Version::new(3, 53, 0);

/// What one version of the library can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gates {
    /// The library's version.
    pub(super) version: Version,
    /// It is not too old.
    pub(super) supported: bool,
    /// `GENERATED ALWAYS AS`
    pub(super) generated_columns: bool,
    /// `STRICT`
    pub(super) strict: bool,
    /// `ALTER TABLE … DROP COLUMN`
    pub(super) drop_column: bool,
    /// `ALTER TABLE … ADD COLUMN … CHECK` looks at the rows.
    pub(super) add_column_checks: bool,
    /// `ALTER TABLE … ALTER COLUMN … SET` and `DROP NOT NULL`
    pub(super) alter_not_null: bool,
    /// `ALTER TABLE … ADD CONSTRAINT … CHECK` and `DROP CONSTRAINT` of one
    pub(super) alter_check: bool,
}

impl Gates {
    /// What the library `version` can do.
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            supported: version >= OLDEST,
            generated_columns: version >= GENERATED_COLUMNS,
            strict: version >= STRICT,
            drop_column: version >= DROP_COLUMN,
            add_column_checks: version >= ADD_COLUMN_CHECKS,
            alter_not_null: version >= ALTER_NOT_NULL,
            alter_check: version >= ALTER_CHECK,
        }
    }

    /// The oldest version that is supported, for messages.
    pub(super) fn oldest() -> Version {
        OLDEST
    }
}
