use crate::ident::Name;
use crate::schema::{Column, Constraint, KeyPart, PrimaryKey, Table, Type, TypeSpec};

/// The columns of the table of what is applied, in the order in which they are written and read. `file_text` is last,
/// because only a downgrade without the file reads it.
pub(super) const COLUMNS: [&str; 9] = [
    "revision",
    "message",
    "checksum",
    "applied_at",
    "duration_ms",
    "applied_by",
    "limbeck_version",
    "file_name",
    "file_text",
];

/// The table of what is applied, declared like any other, so that every dialect can make it.
pub(super) fn revisions(name: Name) -> Table {
    let mut table = Table::new(name);
    let text = |name: &str| Column::new(name, TypeSpec::from(Type::Text));
    let short = |name: &str, length: u32| Column::new(name, TypeSpec::from(Type::Varchar(length)));
    table.columns = vec![
        short("revision", 64),
        text("message"),
        short("checksum", 100),
        // A text, so that it reads the same through every driver: RFC 3339, in UTC.
        short("applied_at", 40),
        Column::new("duration_ms", TypeSpec::from(Type::BigInt)).nullable(),
        text("applied_by"),
        short("limbeck_version", 40),
        text("file_name"),
        text("file_text"),
    ];
    let key = PrimaryKey { columns: vec![KeyPart::column("revision")], ..PrimaryKey::default() };
    table.constraints = vec![Constraint::new(Some("limbeck_revisions_pkey".into()), key)];
    table
}

/// The columns of the journal's table, in the order in which they are written and read: first those that stay as long as
/// a revision is in flight, then `statements`, which changes with each part of a revision that is planned, then those
/// that change with every statement.
pub(super) const JOURNAL_COLUMNS: [&str; 17] = [
    "revision",
    "direction",
    "aim",
    "checksum",
    "file_name",
    "file_text",
    "started_at",
    "started_by",
    "limbeck_version",
    "statements",
    "segment",
    "position",
    "definitions",
    "state",
    "error",
    "session_id",
    "session_started",
];

/// The table of what is in flight, declared like any other.
pub(super) fn journal(name: Name) -> Table {
    let mut table = Table::new(name);
    let text = |name: &str| Column::new(name, TypeSpec::from(Type::Text));
    let short = |name: &str, length: u32| Column::new(name, TypeSpec::from(Type::Varchar(length)));
    let number = |name: &str| Column::new(name, TypeSpec::from(Type::BigInt));
    table.columns = vec![
        short("revision", 64),
        short("direction", 16),
        short("aim", 16),
        short("checksum", 100),
        text("file_name"),
        text("file_text"),
        short("started_at", 40),
        text("started_by"),
        short("limbeck_version", 40),
        text("statements"),
        number("segment"),
        number("position"),
        text("definitions").nullable(),
        short("state", 16),
        text("error").nullable(),
        short("session_id", 100).nullable(),
        short("session_started", 100).nullable(),
    ];
    let key = PrimaryKey { columns: vec![KeyPart::column("revision")], ..PrimaryKey::default() };
    table.constraints = vec![Constraint::new(Some("limbeck_journal_pkey".into()), key)];
    table
}
