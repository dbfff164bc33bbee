//! The keys of `limbeck.toml`.

/// At the top.
pub(super) const TOP: &[&str] = &["default", "databases", "migrations", "models", "naming", "logging"];

/// Under `[databases.NAME]`.
pub(super) const DATABASE: &[&str] = &[
    "url",
    "driver",
    "host",
    "port",
    "database",
    "username",
    "password",
    "password_file",
    "migrations",
    "models",
    "lock_timeout",
    "wait",
    "statement_timeout",
    "connect_timeout",
    "pool_size",
    "version_table",
    "journal_table",
    "version_schema",
];

/// Under `[migrations]`.
pub(super) const MIGRATIONS: &[&str] = &["dir", "format", "file_template", "transaction", "destructive"];

/// Under `[models]`.
pub(super) const MODELS: &[&str] = &["source"];

/// Under `[naming]`.
pub(super) const NAMING: &[&str] = &["primary_key", "unique", "foreign_key", "check", "index", "exclusion"];

/// Under `[logging]`.
pub(super) const LOGGING: &[&str] = &["level", "format"];

/// Keys that the format has and this version does not carry out, with the table that they stand in. To pass one over
/// would be to do something else than what was asked for.
pub(super) const NOT_CARRIED_OUT: &[(&str, &str)] = &[
    ("databases", "scratch_url"),
    ("databases", "schemas"),
    ("databases", "include"),
    ("databases", "exclude"),
    ("databases", "grants"),
    ("databases", "owners"),
    ("databases", "tls"),
    ("databases", "root_cert"),
    ("databases", "each"),
    ("migrations", "template"),
];
