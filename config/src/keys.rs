//! The keys of `limbeck.toml`.

/// At the top.
pub(crate) const TOP: &[&str] = &["default", "databases", "migrations", "models", "naming", "logging"];

/// Under `[databases.NAME]`.
pub(crate) const DATABASE: &[&str] = &[
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
    "scratch_url",
    "schema",
    "schemas",
    "include",
    "exclude",
    "owners",
    "grants",
    "tls",
    "root_cert",
    "client_cert",
    "client_key",
    "each",
];

/// Under `[databases.NAME] each`.
pub(crate) const EACH: &[&str] = &["list", "file", "query", "database"];

/// Under `[migrations]`.
pub(crate) const MIGRATIONS: &[&str] =
    &["dir", "format", "file_template", "template", "hooks", "transaction", "destructive"];

/// Under `[[migrations.hooks]]`.
pub(crate) const HOOK: &[&str] = &["command"];

/// Under `[models]`.
pub(crate) const MODELS: &[&str] = &["source", "features"];

/// Under `[naming]`.
pub(crate) const NAMING: &[&str] = &["primary_key", "unique", "foreign_key", "check", "index", "exclusion"];

/// Under `[logging]`.
pub(crate) const LOGGING: &[&str] = &["level", "format"];

/// Every table's keys.
pub(crate) const ALL: &[&[&str]] = &[TOP, DATABASE, EACH, MIGRATIONS, HOOK, MODELS, NAMING, LOGGING];

/// Keys whose values hold passwords, or lead to them.
pub(crate) const SECRET: &[&str] = &["url", "scratch_url", "password", "password_file"];
